"""Values of M: `str | int | Decimal`, and how each becomes a text, a number, a truth value, a subscript.

Invariants

    V1. A value is exactly a str, an int or a Decimal: tests are on the class, so bool and None never get in.
    V2. An int is smaller than 1E18 in magnitude; a larger number, and one with a fraction, is a Decimal of
        at most 18 significant digits from 1E-43 to below 1E47. A Decimal may be integral (`.5+.5`).
    V3. Two values are the same M value if, and only if, their texts are equal.

Texts become numbers through memos: most programs use few different ones, and a look-up costs a tenth of
a conversion. The memos are bounded, hold no state that a program could see, and keep no long texts.
"""

from __future__ import annotations

import re
from decimal import ROUND_DOWN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow, Subnormal

from bumps.interp.codes import merror
from bumps.keys import is_canonic

__all__ = [
    "INT_END",
    "NEGATIVE_END",
    "NUMBERS",
    "Value",
    "is_canonic",
    "literal",
    "to_bool",
    "to_integer",
    "to_key",
    "to_number",
    "to_text",
]

Value = str | int | Decimal
Number = int | Decimal

DIGIT_COUNT_MAX = 18
EXPONENT_MAX = 46
EXPONENT_MIN = -43
INT_END = 10**DIGIT_COUNT_MAX
"""The first int that is none here (V2)."""
NEGATIVE_END = -INT_END
"""The same below 0. It has a name since Python would negate anew at each comparison."""

CONTEXT = Context(
    prec=DIGIT_COUNT_MAX,
    rounding=ROUND_DOWN,
    Emax=EXPONENT_MAX,
    Emin=EXPONENT_MIN,
    traps=[Overflow, Subnormal, DivisionByZero, InvalidOperation],
)
"""M's arithmetic: Overflow means M92, Subnormal means 0."""

MEMO_COUNT_MAX = 50_000
MEMO_TEXT_SIZE_MAX = 40


def to_text(value: Value) -> str:
    """Return the canonic text of a value: numbers without exponent, leading zero or trailing zeros."""
    if value.__class__ is str:
        return value
    return str(value) if value.__class__ is int else _decimal_text(value)  # type: ignore[arg-type]


def to_number(value: Value) -> Number:
    """Return the number that a value means; raises M92 if its text means one of 1E47 or more."""
    return NUMBERS[value] if value.__class__ is str else value  # type: ignore[return-value]


def to_bool(value: Value) -> bool:
    """Return the truth value: whether the number is not 0."""
    return (NUMBERS[value] if value.__class__ is str else value) != 0


def to_integer(value: Value) -> int:
    """Return the integer that a value means, its fraction dropped."""
    if isinstance(value, int):
        return value
    return int(to_number(value))


def to_key(value: Value) -> Value:
    """Return a value as a subscript: an int or a Decimal if its text is a canonic number, else its text.

    Equal M subscripts are then equal Python keys, and a level sorts without parsing.
    """
    if value.__class__ is str:
        return KEYS[value]
    return value if value.__class__ is int else _simplest(value)  # type: ignore[arg-type]


def literal(text: str) -> Number:
    """Return the number of a numeric literal of a program; raises M92 if it is out of range."""
    return NUMBERS[text]


def _simplest(number: Decimal) -> Number:
    """Return the number as an int if it is one by V2."""
    if number == number.to_integral_value() and -INT_END < number < INT_END:
        return int(number)
    return number


def _decimal_text(number: Decimal) -> str:
    """Return the text of a Decimal."""
    text = str(number)
    if "E" in text:
        text = format(number, "f")
    if "." in text and text[-1] in "0.":
        text = text.rstrip("0").rstrip(".")
    if text[:2] == "0.":
        return text[1:]
    if text[:1] == "-":
        if text[:3] == "-0.":
            return "-" + text[2:]
        if not number:
            return "0"
    return text


_NUMBER = re.compile(r"([-+]*)([0-9]*)(?:\.([0-9]*))?(?:E([-+]?[0-9]+))?")
_PLAIN_INT = re.compile(r"-?[0-9]{1,18}")
_EXPONENT_DIGIT_COUNT_MAX = 9


def _parse(text: str) -> Number:
    """Return the number at the start of a text, by the rules of M: signs, digits, point, digits, exponent."""
    match = _NUMBER.match(text)
    assert match is not None, "every part is optional"
    signs, integer, fraction, exponent = match.groups("")
    digits = (integer + fraction).lstrip("0")
    if not digits:
        return 0
    shift = _exponent(exponent) - len(fraction)
    magnitude = shift + len(digits) - 1
    if magnitude > EXPONENT_MAX:
        raise merror("NUMOFLOW")
    if magnitude < EXPONENT_MIN:
        return 0
    kept = digits[:DIGIT_COUNT_MAX].rstrip("0")
    shift += len(digits) - len(kept)
    sign = "-" if signs.count("-") & 1 else ""
    if shift >= 0 and magnitude < DIGIT_COUNT_MAX:
        return int(sign + kept + "0" * shift)
    return Decimal(f"{sign}{kept}E{shift}")


def _exponent(text: str) -> int:
    """Return the exponent; one of very many digits is as good as a billion."""
    if len(text) > _EXPONENT_DIGIT_COUNT_MAX:
        digits = text.lstrip("+-").lstrip("0")[: _EXPONENT_DIGIT_COUNT_MAX + 1]
        return int(f"{'-' if text[0] == '-' else ''}{digits or 0}")
    return int(text) if text else 0


class _Numbers(dict[str, Number]):
    """Text -> number. A text that is out of range raises each time, and is not kept."""

    def __missing__(self, text: str) -> Number:
        if _PLAIN_INT.fullmatch(text):
            number: Number = int(text)
        else:
            number = _parse(text)
        if len(text) <= MEMO_TEXT_SIZE_MAX:
            if len(self) >= MEMO_COUNT_MAX:
                self.clear()
            self[text] = number
        return number


class _Keys(dict[str, Value]):
    """Text -> subscript."""

    def __missing__(self, text: str) -> Value:
        key: Value = _parse(text) if is_canonic(text) else text
        if len(text) <= MEMO_TEXT_SIZE_MAX:
            if len(self) >= MEMO_COUNT_MAX:
                self.clear()
            self[text] = key
        return key


NUMBERS = _Numbers()
"""`NUMBERS[text]` is the number that a text means: the fastest way for those who know that it is a text."""

KEYS = _Keys()
"""`KEYS[text]` is what a text is as a subscript."""

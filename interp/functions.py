"""The intrinsic functions of M that depend on their arguments alone.

Arguments are values (values.py), results too. A position counts from 1. `charset` is that of the database:
in `m` a character is a byte, code 0 to 255; in `utf-8` a code point. Names and lists of names are in
names.py, dates in dates.py, bit strings in bits.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from bumps.interp.codes import merror
from bumps.interp.values import (
    DIGIT_COUNT_MAX,
    EXPONENT_MIN,
    Number,
    Value,
    to_integer,
    to_number,
    to_text,
)
from bumps.limits import STRING_SIZE_MAX

# ------------------------------------------------------------------------------------------------ parts of a text


def piece(value: Value, delimiter: Value, index: Value = 1) -> str:
    """Return `$PIECE(value,delimiter,index)`."""
    text = value if isinstance(value, str) else to_text(value)
    mark = delimiter if isinstance(delimiter, str) else to_text(delimiter)
    count = index if isinstance(index, int) else to_integer(index)
    if not mark:
        return ""
    if count == 1:
        return text.partition(mark)[0]
    if count < 1:
        return ""
    parts = text.split(mark, count) if count <= STRING_SIZE_MAX else text.split(mark)
    return parts[count - 1] if len(parts) >= count else ""


def pieces(value: Value, delimiter: Value, first: Value, last: Value) -> str:
    """Return `$PIECE(value,delimiter,first,last)`."""
    text, mark = to_text(value), to_text(delimiter)
    start, stop = max(to_integer(first), 1), to_integer(last)
    if not mark or stop < start:
        return ""
    parts = text.split(mark)
    return mark.join(parts[start - 1 : stop])


def set_piece(target: Value, delimiter: Value, first: Value, last: Value, value: Value) -> str | None:
    """Return what `SET $PIECE(target,delimiter,first,last)=value` stores; None if it changes nothing. Raises M75."""
    if first is last and isinstance(first, int) and first > 0:
        start = stop = first  # most often there is one piece
    else:
        start, stop = max(to_integer(first), 1), to_integer(last)
        if stop < start:
            return None
    text = target if isinstance(target, str) else to_text(target)
    mark = delimiter if isinstance(delimiter, str) else to_text(delimiter)
    new = value if isinstance(value, str) else to_text(value)
    if not mark:
        return checked(new if start == 1 else text + new)
    parts = text.split(mark, stop) if stop <= STRING_SIZE_MAX else text.split(mark)
    missing = start - len(parts)
    if missing > 0:
        if missing * len(mark) > STRING_SIZE_MAX:
            raise merror("MAXSTRLEN")
        return checked(text + mark * missing + new)
    if start == stop:
        parts[start - 1] = new
    else:
        parts[start - 1 : stop] = [new]
    return checked(mark.join(parts))


def extract(value: Value, first: Value = 1, last: Value | None = None) -> str:
    """Return `$EXTRACT(value,first,last)`; `last` is `first` if it is not given."""
    text = value if isinstance(value, str) else to_text(value)
    start = first if isinstance(first, int) else to_integer(first)
    if last is None:
        return text[start - 1 : start] if start > 0 else ""
    stop = last if isinstance(last, int) else to_integer(last)
    if stop < 1:
        return ""
    return text[start - 1 : stop] if start > 0 else text[:stop]


def set_extract(target: Value, first: Value, last: Value, value: Value) -> str | None:
    """Return what `SET $EXTRACT(target,first,last)=value` stores; None if it changes nothing. Raises M75."""
    start, stop = max(to_integer(first), 1), to_integer(last)
    if stop < start:
        return None
    text = to_text(target)
    if start > STRING_SIZE_MAX:
        raise merror("MAXSTRLEN")
    return checked(text[: start - 1].ljust(start - 1) + to_text(value) + text[stop:])


def find(value: Value, target: Value, start: Value = 1) -> int:
    """Return `$FIND(value,target,start)`: the position behind `target`, or 0."""
    text, wanted = to_text(value), to_text(target)
    position = max(to_integer(start), 1)
    if not wanted:
        return position
    found = text.find(wanted, position - 1)
    return found + len(wanted) + 1 if found >= 0 else 0


def length(value: Value, delimiter: Value | None = None) -> int:
    """Return `$LENGTH(value)`, or the number of pieces if there is a delimiter."""
    text = value if isinstance(value, str) else to_text(value)
    if delimiter is None:
        return len(text)
    mark = to_text(delimiter)
    return text.count(mark) + 1 if mark else 0


def substring(value: Value, first: Value, count: Value | None = None) -> str:
    """Return `$ZSUBSTR(value,first,count)`: at most `count` characters from `first` on."""
    text = to_text(value)
    start = max(to_integer(first), 1)
    if count is None:
        return text[start - 1 :]
    return text[start - 1 : start - 1 + max(to_integer(count), 0)]


def reverse(value: Value) -> str:
    """Return `$REVERSE(value)`."""
    return to_text(value)[::-1]


def translate(value: Value, old: Value = "", new: Value = "") -> str:
    """Return `$TRANSLATE(value,old,new)`: each character of `old` becomes that of `new`, or vanishes."""
    return to_text(value).translate(translation(to_text(old), to_text(new)))


@lru_cache(maxsize=256)
def translation(old: str, new: str) -> dict[int, str]:
    """Return the table of a translation; the first of equal characters in `old` counts."""
    table: dict[int, str] = {}
    for index, character in enumerate(old):
        table.setdefault(ord(character), new[index : index + 1])
    return table


def checked(text: str) -> str:
    """Return the text, or raise M75 if it is too long."""
    if len(text) > STRING_SIZE_MAX:
        raise merror("MAXSTRLEN")
    return text


# ----------------------------------------------------------------------------------------------------- characters

CODE_POINT_END = 0x110000
_BYTE_CASES = (
    {code: code - 32 for code in range(ord("a"), ord("z") + 1)},
    {code: code + 32 for code in range(ord("A"), ord("Z") + 1)},
)
_WORD_START = re.compile(r"(?:^|(?<= ))[^a-z ]*[a-z]")
"""A word of title case is what stands between spaces; its first letter of ASCII becomes upper case."""


def ascii_code(value: Value, position: Value = 1) -> int:
    """Return `$ASCII(value,position)`: the code of that character, or -1."""
    text, index = to_text(value), to_integer(position) - 1
    return ord(text[index]) if 0 <= index < len(text) else -1


def character(*codes: Value, charset: str = "utf-8") -> str:
    """Return `$CHAR(codes...)`. In `m` a code that is no byte gives nothing; in `utf-8` only a negative one does.

    Raises INVDLRCVAL for a code that no character of Unicode has.
    """
    numbers = [to_integer(code) for code in codes]
    if charset == "m":
        return "".join([chr(number) for number in numbers if 0 <= number < 256])
    for number in numbers:
        if number >= CODE_POINT_END or 0xD800 <= number < 0xE000:
            raise merror("INVDLRCVAL", number)
    return "".join([chr(number) for number in numbers if number >= 0])


def byte_character(*codes: Value) -> str:
    """Return `$ZCHAR(codes...)`: the bytes with these codes; others give nothing."""
    return character(*codes, charset="m")


def convert(value: Value, case: Value, charset: str = "utf-8") -> str:
    """Return `$ZCONVERT(value,case)`: `U` upper, `L` lower, `T` title case. Raises BADCASECODE."""
    text, code = to_text(value), to_text(case).upper()
    if code not in ("U", "L", "T"):
        raise merror("BADCASECODE", to_text(case))
    if charset != "m":
        return {"U": text.upper, "L": text.lower, "T": text.title}[code]()
    upper, lower = _BYTE_CASES
    if code != "T":
        return text.translate(upper if code == "U" else lower)
    return _WORD_START.sub(lambda match: match[0].translate(upper), text.translate(lower))


def width(value: Value, charset: str = "utf-8") -> int:
    """Return `$ZWIDTH(value)`: how many columns of a screen the text takes."""
    text = to_text(value)
    if charset == "m":
        return sum(is_graphic_byte(ord(character)) for character in text)
    return sum(_column_count(character) for character in text)


def is_graphic_byte(code: int) -> bool:
    """Return whether a byte is printed as a character in charset `m`."""
    return 32 <= code < 127 or 160 <= code < 255


def is_graphic(character: str, charset: str) -> bool:
    """Return whether a character is printed as itself; the others are written as `$C(code)`."""
    code = ord(character)
    if charset == "m" or code < 256:
        return is_graphic_byte(code) or (code == 255 and charset != "m")
    return unicodedata.category(character)[0] != "C" and unicodedata.category(character) not in ("Zl", "Zp")


def _column_count(character: str) -> int:
    """Return how many columns a character takes: none if it combines or is not printed, two if it is wide."""
    if not is_graphic(character, "utf-8") or unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


# -------------------------------------------------------------------------------------------------------- numbers

_ROUNDING = Context(prec=200, rounding=ROUND_HALF_UP)
_UNIT_COUNT = DIGIT_COUNT_MAX - EXPONENT_MIN - 1
"""No number has more decimals (values.py, V2)."""
_UNITS = [Decimal((0, (1,), -count)) for count in range(_UNIT_COUNT + 1)]
"""What a number is rounded to with so many decimals."""
_FNUMBER_CODES = "+-,TP"


def justify(value: Value, size: Value, decimals: Value | None = None) -> str:
    """Return `$JUSTIFY(value,size,decimals)`; raises JUSTFRACT for negative decimals, M75."""
    columns = to_integer(size)
    if decimals is None:
        text = to_text(value)
    else:
        text = rounded(to_number(value), _decimal_count(decimals))
    if columns > STRING_SIZE_MAX:
        raise merror("MAXSTRLEN")
    return text.rjust(max(columns, 0))


def fnumber(value: Value, codes: Value, decimals: Value | None = None) -> str:
    """Return `$FNUMBER(value,codes,decimals)`; raises FNUMARG for an unknown code, M2 for codes that clash."""
    number, wanted = to_number(value), _form(to_text(codes))
    if wanted == "," and decimals is None and isinstance(number, int):
        return f"{number:,}"
    text = to_text(number) if decimals is None else rounded(number, _decimal_count(decimals))
    negative, digits = text.startswith("-"), text.lstrip("-")
    if "," in wanted:
        whole, point, fraction = digits.partition(".")
        digits = (f"{int(whole):,}" if whole else "") + point + fraction
    if "P" in wanted:
        return f"({digits})" if negative else f" {digits} "
    sign = "-" if negative and "-" not in wanted else ""
    if "+" in wanted and not negative and digits.strip("0,."):
        sign = "+"
    return digits + (sign or " ") if "T" in wanted else sign + digits


@lru_cache(maxsize=64)
def _form(codes: str) -> str:
    """Return the codes of $FNUMBER in upper case; raises FNUMARG, M2."""
    for code in codes:
        if code.upper() not in _FNUMBER_CODES:
            raise merror("FNUMARG", codes, code)
    wanted = codes.upper()
    if "P" in wanted and any(code in wanted for code in "+-T"):
        raise merror("FNARGINC", codes)
    return wanted


def rounded(number: Number, decimal_count: int) -> str:
    """Return the number with so many decimals, half rounded away from 0, and a 0 before the point."""
    if isinstance(number, int):
        return f"{number}.{'0' * decimal_count}" if decimal_count else str(number)
    number = _ROUNDING.quantize(number, _UNITS[min(decimal_count, _UNIT_COUNT)])
    text = str(number if number else abs(number))
    if "E" in text:
        text = format(number if number else abs(number), "f")
    return text if decimal_count <= _UNIT_COUNT else text + "0" * (decimal_count - _UNIT_COUNT)


def _decimal_count(decimals: Value) -> int:
    """Return the count of decimals, or raise JUSTFRACT or M75."""
    count = to_integer(decimals)
    if count < 0:
        raise merror("JUSTFRACT")
    if count > STRING_SIZE_MAX:
        raise merror("MAXSTRLEN")
    return count


def random(limit: Value, below: Callable[[int], int]) -> int:
    """Return `$RANDOM(limit)`; `below(n)` gives an integer from 0 to n-1. Raises M3."""
    count = to_integer(limit)
    if count < 1:
        raise merror("RANDARGNEG")
    return below(count)

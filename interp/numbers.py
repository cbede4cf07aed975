"""The operators of M on values: arithmetic with 18 digits, comparisons, texts.

Arithmetic truncates to 18 significant digits. A result of 1E47 or more is M92, one below 1E-43 is 0.
`+` and `-` first drop those digits of the smaller operand that stand below the 18th digit of the larger
one. `**` with an integer exponent multiplies, else it goes through C doubles, as in GT.M, digit by digit.

Arithmetic is that of the thread's decimal context, which has to be values.py's CONTEXT (arithmetic.py sees to
that): the operators of Decimal take a third of the time that the methods of a context take.

Every function takes and returns values (values.py); two ints take the short path. Relations return 1 or 0.
"""

from __future__ import annotations

import math
from decimal import ROUND_DOWN, ROUND_FLOOR, Decimal, DivisionByZero, InvalidOperation, Overflow, Subnormal
from typing import Any

from bumps.interp.codes import merror
from bumps.interp.values import (
    CONTEXT,
    DIGIT_COUNT_MAX,
    EXPONENT_MAX,
    EXPONENT_MIN,
    INT_END,
    KEYS,
    NEGATIVE_END,
    NUMBERS,
    Number,
    Value,
    to_key,
    to_number,
    to_text,
)
from bumps.limits import STRING_SIZE_MAX

# ------------------------------------------------------------------------------------------------------ arithmetic


def plus(value: Value) -> Number:
    """Return `+value`."""
    return value if isinstance(value, int) else to_number(value)


def negate(value: Value) -> Number:
    """Return `-value`."""
    number = to_number(value)
    return -number if number else 0


def add(left: Value, right: Value) -> Number:
    """Return `left+right`."""
    a: Any = NUMBERS[left] if left.__class__ is str else left
    b: Any = NUMBERS[right] if right.__class__ is str else right
    try:
        if a.__class__ is int:
            if b.__class__ is int:
                total: int = a + b
                return total if NEGATIVE_END < total < INT_END else CONTEXT.create_decimal(total)
            if (a < 0) is not b.is_signed():
                a, b = _aligned(Decimal(a), b)
        elif b.__class__ is int:
            if (b < 0) is not a.is_signed():
                a, b = _aligned(a, Decimal(b))
        elif a.is_signed() is not b.is_signed():
            a, b = _aligned(a, b)
        result: Number = a + b
        return result
    except Overflow:
        raise merror("NUMOFLOW") from None
    except Subnormal:
        return 0


def subtract(left: Value, right: Value) -> Number:
    """Return `left-right`."""
    a: Any = NUMBERS[left] if left.__class__ is str else left
    b: Any = NUMBERS[right] if right.__class__ is str else right
    try:
        if a.__class__ is int:
            if b.__class__ is int:
                total: int = a - b
                return total if NEGATIVE_END < total < INT_END else CONTEXT.create_decimal(total)
            if (a < 0) is b.is_signed():
                a, b = _aligned(Decimal(a), b)
        elif b.__class__ is int:
            if (b < 0) is a.is_signed():
                a, b = _aligned(a, Decimal(b))
        elif a.is_signed() is b.is_signed():
            a, b = _aligned(a, b)
        result: Number = a - b
        return result
    except Overflow:
        raise merror("NUMOFLOW") from None
    except Subnormal:
        return 0


def multiply(left: Value, right: Value) -> Number:
    """Return `left*right`."""
    a: Any = NUMBERS[left] if left.__class__ is str else left
    b: Any = NUMBERS[right] if right.__class__ is str else right
    try:
        product: Number = a * b
    except Overflow:
        raise merror("NUMOFLOW") from None
    except Subnormal:
        return 0
    if product.__class__ is int and not NEGATIVE_END < product < INT_END:
        return CONTEXT.create_decimal(product)
    return product


def divide(left: Value, right: Value) -> Number:
    """Return `left/right`; raises M9."""
    a: Any = NUMBERS[left] if left.__class__ is str else left
    b: Any = NUMBERS[right] if right.__class__ is str else right
    if a.__class__ is int:
        if b.__class__ is int:
            if b and not a % b:
                return a // b
            if -SMALL_END < b < SMALL_END:
                b = SMALL[b]
        a = SMALL[a] if -SMALL_END < a < SMALL_END else Decimal(a)
    try:
        quotient: Number = a / b
    except DivisionByZero:
        raise merror("DIVZERO") from None
    except Overflow:
        raise merror("NUMOFLOW") from None
    except Subnormal:
        return 0
    except InvalidOperation:  # 0/0
        raise merror("DIVZERO") from None
    return quotient or 0


SMALL_END = 1024
SMALL = [Decimal(number) for number in (*range(SMALL_END), *range(-SMALL_END, 0))]
"""Small ints as decimals; negative ones from the end."""


def divide_integer(left: Value, right: Value) -> Number:
    r"""Return `left\right`, the quotient without its fraction; raises M9."""
    dividend, divisor = to_number(left), to_number(right)
    if not divisor:
        raise merror("DIVZERO")
    if isinstance(dividend, int) and isinstance(divisor, int):
        if (dividend < 0) is (divisor < 0):
            return dividend // divisor
        return -(-dividend // divisor)
    return _integral(divide(dividend, divisor), ROUND_DOWN)


def modulo(left: Value, right: Value) -> Number:
    """Return `left#right`, which has the sign of `right`; raises M9.

    It is `left-(right*floor(left/right))` in steps of 18 digits each, so the quotient of large operands may have
    lost its fraction before it is floored. The result is a number; GT.M returns a text `left` as it stands
    (`"abc"#1E9`) where the quotient is 0, against the standard.
    """
    dividend, divisor = to_number(left), to_number(right)
    if not divisor:
        raise merror("DIVZERO")
    if isinstance(dividend, int) and isinstance(divisor, int) and -EXACT_END < dividend < EXACT_END:
        rest = dividend % divisor
        if NEGATIVE_END < dividend - rest < INT_END:
            return rest
    quotient = _integral(divide(dividend, divisor), ROUND_FLOOR)
    lost = subtract(dividend, multiply(quotient, divisor))
    # Generated code relies on that: an int is what it would be if no digit were lost.
    return Decimal(lost) if lost.__class__ is int and divisor > 0 and not 0 <= lost < divisor else lost


EXACT_END = 10**17
"""A smaller dividend leaves a digit of the quotient's fraction within the 18."""


def power(left: Value, right: Value) -> Number:
    """Return `left**right`; raises M9 for a negative power of 0, M95 for a fractional one of a negative number."""
    base, exponent = to_number(left), to_number(right)
    if not exponent:
        return 1
    if not base:
        if exponent < 0:
            raise merror("DIVZERO")
        return 0
    if exponent == int(exponent) and -_MULTIPLIED_POWER_END < exponent < _MULTIPLIED_POWER_END:
        return _integer_power(base, int(exponent))
    if base < 0 and exponent != int(exponent):
        raise merror("NEGFRACPWR")
    return _double_power(base, exponent)


def _aligned(left: Decimal, right: Decimal) -> tuple[Decimal, Decimal]:
    """Return two numbers of which one is taken from the other, the smaller one without what is too small for the other.

    That are its digits below the 18th digit of the other. (If they were added, that would make no difference.)
    """
    if left and right:
        size = left.adjusted()
        other_size = right.adjusted()
        if size > other_size:
            right = right.quantize(_UNITS[size - DIGIT_COUNT_MAX + 1])
        elif size < other_size:
            left = left.quantize(_UNITS[other_size - DIGIT_COUNT_MAX + 1])
    return left, right


_UNITS = {
    exponent: Decimal((0, (1,), exponent))
    for exponent in range(EXPONENT_MIN - DIGIT_COUNT_MAX + 1, EXPONENT_MAX - DIGIT_COUNT_MAX + 2)
}
"""Powers of ten, by their exponent: the unit of the 18th digit of every number."""


def _integral(number: Number, rounding: str) -> Number:
    """Return the number rounded to an integer."""
    if isinstance(number, int):
        return number
    whole = number.to_integral_value(rounding)
    return int(whole) if whole.adjusted() < DIGIT_COUNT_MAX else whole


# ----------------------------------------------------------------------------------------------------------- units


def scaled(value: Value, scale: int) -> Value:
    """Return how a value is held at a scale (scales.py): a number of units as an int if it is one, else as it is."""
    if isinstance(value, int):
        units = value * 10**scale
        return units if NEGATIVE_END < units < INT_END else Decimal(value)
    if isinstance(value, Decimal) and value.adjusted() + scale < DIGIT_COUNT_MAX:
        shifted = value.scaleb(scale)
        if shifted == (units := int(shifted)):
            return units
    return value


def unscaled(held: Value, scale: int) -> Value:
    """Return the value that is held at a scale."""
    if not isinstance(held, int):
        return held
    whole, rest = divmod(held, 10**scale)
    return Decimal(held).scaleb(-scale) if rest else whole


# ----------------------------------------------------------------------------------------------------------- power

_MULTIPLIED_POWER_END = 10**6
"""GT.M multiplies for exponents that it holds as integers, which are smaller than this."""


def _integer_power(base: Number, exponent: int) -> Number:
    """Return the power by squaring; each product is truncated, and one of a negative exponent starts at 1/base."""
    factor = base if exponent > 0 else divide(1, base)
    count = abs(exponent)
    result: Number = 1
    while True:
        if count & 1:
            result = multiply(result, factor)
        count >>= 1
        if not count:
            return result
        factor = multiply(factor, factor)


def _double_power(base: Number, exponent: Number) -> Number:
    """Return the power through C doubles."""
    try:
        result = math.pow(_to_double(base if base > 0 else -base), _to_double(exponent))
    except OverflowError:
        raise merror("NUMOFLOW") from None
    return _from_double(-result if base < 0 and int(exponent) & 1 else result)


def _to_double(number: Number) -> float:
    """Return the double that GT.M makes of a number: its two halves of nine digits are scaled on their own."""
    if -_MULTIPLIED_POWER_END < number < _MULTIPLIED_POWER_END and (thousand := number * 1000) == int(thousand):
        return int(thousand) / 1000.0
    sign, digits, _ = Decimal(number).as_tuple()
    exponent = Decimal(number).adjusted() + 1
    mantissa = int("".join(map(str, digits)).ljust(DIGIT_COUNT_MAX, "0")[:DIGIT_COUNT_MAX])
    high, low = divmod(mantissa, 10**9)
    double = _scaled(float(high), exponent - 9) + _scaled(float(low), exponent - 18)
    return -double if sign else double


def _scaled(double: float, exponent: int) -> float:
    """Return `double` times a power of ten, in steps of nine digits."""
    while exponent < -9:
        double /= 1e9
        exponent += 9
    if exponent < 0:
        return double / 10.0**-exponent
    while exponent > 8:
        double *= 1e8
        exponent -= 8
    return double * 10.0**exponent


def _from_double(double: float) -> Number:
    """Return the number of 18 digits that GT.M makes of a double: scaled in steps, then cut into two halves."""
    negative = double < 0
    double = abs(double)
    if math.isinf(double):
        raise merror("NUMOFLOW")
    if double == 0.0:
        return 0
    magnitude = 8
    while double < 1e1:
        double *= 1e5
        magnitude -= 5
    while double < 1e8:
        double *= 10.0
        magnitude -= 1
    while double >= 1e16:
        double *= 1e-5
        magnitude += 5
    while double >= 1e9:
        double *= 0.1
        magnitude += 1
    if magnitude > EXPONENT_MAX:
        raise merror("NUMOFLOW")
    if magnitude < EXPONENT_MIN:
        return 0
    high, nearest = int(double), round(double)
    if abs(double - nearest) < _DOUBLE_NOISE * double:
        mantissa = nearest * 10**9
    else:
        mantissa = high * 10**9 + int((double - high) * 1e9)
    number = Decimal(-mantissa if negative else mantissa).scaleb(magnitude - DIGIT_COUNT_MAX + 1)
    return _simplest(number)


_DOUBLE_NOISE = 5e-16
"""A result this near to one of nine digits is that one: `6.25**.5` is 2.5."""


def _simplest(number: Decimal) -> Number:
    """Return an int if the number is one."""
    if NEGATIVE_END < number < INT_END and number == int(number):
        return int(number)
    return number


# ------------------------------------------------------------------------------------------------------- relations


KEY_SIZE_END = 20
"""No int has a text that is as long."""


def equals(left: Value, right: Value) -> int:
    """Return `left=right`: whether the texts are equal."""
    if left.__class__ is right.__class__:
        return 1 if left == right else 0
    text: Any = left
    number: Any = right
    if right.__class__ is str:
        text, number = right, left
    elif left.__class__ is not str:
        return 1 if left == right else 0
    if number.__class__ is int:
        return 1 if len(text) < KEY_SIZE_END and KEYS[text] == number else 0
    return 1 if text == to_text(number) else 0


def less(left: Value, right: Value) -> int:
    """Return `left<right`, by number."""
    return 1 if to_number(left) < to_number(right) else 0


def greater(left: Value, right: Value) -> int:
    """Return `left>right`, by number."""
    return 1 if to_number(left) > to_number(right) else 0


def contains(left: Value, right: Value) -> int:
    """Return `left[right`: whether the text of `right` is in that of `left`."""
    return 1 if to_text(right) in to_text(left) else 0


def follows(left: Value, right: Value) -> int:
    """Return `left]right`: whether the text of `left` comes after that of `right`, by code points."""
    return 1 if to_text(left) > to_text(right) else 0


def sorts_after(left: Value, right: Value) -> int:
    """Return `left]]right`: whether `left` as a subscript comes after `right`."""
    return 1 if collation(left) > collation(right) else 0


def collation(value: Value) -> tuple[int, Number, str]:
    """Return what sorts as M collates subscripts: the empty text, numbers by value, texts by code points."""
    key = value if isinstance(value, int) else to_key(value)
    if isinstance(key, str):
        return (2 if key else 0, 0, key)
    return (1, key, "")


def increased(value: Value | None, amount: Value) -> Number:
    """Return what $INCREMENT stores."""
    return add(0 if value is None else value, amount)


# ----------------------------------------------------------------------------------------------------------- texts


def concatenate(left: Value, right: Value) -> str:
    """Return `left_right`; raises M75."""
    return check_size(to_text(left) + to_text(right))


def check_size(text: str) -> str:
    """Return a text; M75 if it is too long."""
    if len(text) > STRING_SIZE_MAX:
        raise merror("MAXSTRLEN")
    return text

"""Bit strings of the $ZBIT functions: one byte that says how many bits of the last byte are unused, then the bits.

Bits count from 1, the highest bit of the first byte first. In every charset such a text is made of characters
up to 255.
"""

from __future__ import annotations

from bumps.interp.codes import merror
from bumps.interp.values import Value, to_bool, to_integer, to_text

BIT_COUNT_MAX = 253952


def make(count: Value, filling: Value = 0) -> str:
    """Return `$ZBITSTR(count,filling)`: so many bits, all 0 or all 1. Raises INVBITLEN."""
    number = to_integer(count)
    if not 1 <= number <= BIT_COUNT_MAX:
        raise merror("INVBITLEN")
    return _encode((1 << number) - 1 if to_bool(filling) else 0, number)


def count_of(bits: Value) -> int:
    """Return `$ZBITLEN(bits)`. Raises INVBITSTR."""
    return _decode(bits)[1]


def ones_of(bits: Value) -> int:
    """Return `$ZBITCOUNT(bits)`: how many bits are 1."""
    return _decode(bits)[0].bit_count()


def get(bits: Value, position: Value) -> int:
    """Return `$ZBITGET(bits,position)`. Raises INVBITPOS."""
    value, count = _decode(bits)
    return value >> count - _checked(position, count) & 1


def put(bits: Value, position: Value, bit: Value) -> str:
    """Return `$ZBITSET(bits,position,bit)`: the bits with that one changed. Raises INVBITPOS."""
    value, count = _decode(bits)
    mask = 1 << count - _checked(position, count)
    return _encode(value | mask if to_bool(bit) else value & ~mask, count)


def find(bits: Value, bit: Value, start: Value = 1) -> int:
    """Return `$ZBITFIND(bits,bit,start)`: the position behind the next such bit, or 0."""
    value, count = _decode(bits)
    at = max(to_integer(start), 1)
    if at > count:
        return 0
    found = f"{value:0{count}b}".find("1" if to_bool(bit) else "0", at - 1)
    return found + 2 if found >= 0 else 0


def invert(bits: Value) -> str:
    """Return `$ZBITNOT(bits)`."""
    value, count = _decode(bits)
    return _encode(value ^ (1 << count) - 1, count)


def conjoin(left: Value, right: Value) -> str:
    """Return `$ZBITAND(left,right)`, of the shorter one's size."""
    first, second, count = _pair(left, right)
    return _encode(first & second, count)


def unite(left: Value, right: Value) -> str:
    """Return `$ZBITOR(left,right)`, of the longer one's size."""
    (first, first_count), (second, second_count) = _decode(left), _decode(right)
    count = max(first_count, second_count)
    return _encode(first << count - first_count | second << count - second_count, count)


def differ(left: Value, right: Value) -> str:
    """Return `$ZBITXOR(left,right)`, of the shorter one's size."""
    first, second, count = _pair(left, right)
    return _encode(first ^ second, count)


def _pair(left: Value, right: Value) -> tuple[int, int, int]:
    """Return both strings cut to the shorter one's size, and that size."""
    (first, first_count), (second, second_count) = _decode(left), _decode(right)
    count = min(first_count, second_count)
    return first >> first_count - count, second >> second_count - count, count


def _checked(position: Value, count: int) -> int:
    """Return the position, or raise INVBITPOS if there is no such bit."""
    number = to_integer(position)
    if not 1 <= number <= count:
        raise merror("INVBITPOS")
    return number


def _encode(value: int, count: int) -> str:
    unused = -count % 8
    return (bytes([unused]) + (value << unused).to_bytes((count + 7) // 8, "big")).decode("latin-1")


def _decode(bits: Value) -> tuple[int, int]:
    """Return the bits as a number, and their count; raises INVBITSTR."""
    text = to_text(bits)
    if len(text) < 2 or ord(text[0]) > 7 or not max(text) < "\u0100":
        raise merror("INVBITSTR")
    unused = ord(text[0])
    return int.from_bytes(text[1:].encode("latin-1"), "big") >> unused, 8 * (len(text) - 1) - unused

"""Bit strings of the $ZBIT functions: one byte that says how many bits of the last byte are unused, then the bits.

Bits count from 1, the highest bit of the first byte first. In every charset such a text is made of characters
up to 255.
"""

from __future__ import annotations

from itertools import zip_longest
from operator import and_, xor

from bumps.interp.codes import merror
from bumps.interp.values import Value, to_bool, to_integer, to_text

BIT_COUNT_MAX = 253952


def make(count: Value, filling: Value = 0) -> str:
    """Return `$ZBITSTR(count,filling)`: so many bits, all 0 or all 1. Raises INVBITLEN."""
    number = to_integer(count)
    if not 1 <= number <= BIT_COUNT_MAX:
        raise merror("INVBITLEN")
    unused = -number % 8
    value = (1 << number) - 1 if to_bool(filling) else 0
    return _encode((value << unused).to_bytes((number + 7) // 8, "big"), number)


def count_of(bits: Value) -> int:
    """Return `$ZBITLEN(bits)`. Raises INVBITSTR."""
    return _decode(bits)[1]


def ones_of(bits: Value) -> int:
    """Return `$ZBITCOUNT(bits)`: how many bits are 1."""
    return _shown(bits).count("1")


def get(bits: Value, position: Value) -> int:
    """Return `$ZBITGET(bits,position)`. Raises INVBITPOS."""
    data, count = _decode(bits)
    index = _index(position, count)
    return data[index // 8] >> 7 - index % 8 & 1


def put(bits: Value, position: Value, bit: Value) -> str:
    """Return `$ZBITSET(bits,position,bit)`: the bits with that one changed. Raises INVBITPOS."""
    data, count = _decode(bits)
    index = _index(position, count)
    changed = bytearray(data)
    mask = 0x80 >> index % 8
    if to_bool(bit):
        changed[index // 8] |= mask
    else:
        changed[index // 8] &= ~mask
    return _encode(changed, count)


def find(bits: Value, bit: Value, start: Value = 1) -> int:
    """Return `$ZBITFIND(bits,bit,start)`: the position behind the next such bit, or 0."""
    at = max(to_integer(start), 1)
    found = _shown(bits).find("1" if to_bool(bit) else "0", at - 1)
    return found + 2 if found >= 0 else 0


def invert(bits: Value) -> str:
    """Return `$ZBITNOT(bits)`. As GT.M does, it inverts the unused bits of the last byte, too."""
    data, count = _decode(bits)
    return _encode(bytes(byte ^ 0xFF for byte in data), count)


def conjoin(left: Value, right: Value) -> str:
    """Return `$ZBITAND(left,right)`, of the shorter one's size."""
    (first, first_count), (second, second_count) = _decode(left), _decode(right)
    return _encode(bytes(map(and_, first, second)), min(first_count, second_count))


def unite(left: Value, right: Value) -> str:
    """Return `$ZBITOR(left,right)`, of the longer one's size."""
    (first, first_count), (second, second_count) = _decode(left), _decode(right)
    joined = bytes(one | other for one, other in zip_longest(first, second, fillvalue=0))
    return _encode(joined, max(first_count, second_count))


def differ(left: Value, right: Value) -> str:
    """Return `$ZBITXOR(left,right)`, of the shorter one's size, unused bits 0."""
    (first, first_count), (second, second_count) = _decode(left), _decode(right)
    count = min(first_count, second_count)
    data = bytearray(map(xor, first, second))
    data[-1] &= 0xFF << -count % 8 & 0xFF
    return _encode(data, count)


def _index(position: Value, count: int) -> int:
    """Return the position from 0, or raise INVBITPOS if there is no such bit."""
    number = to_integer(position)
    if not 1 <= number <= count:
        raise merror("INVBITPOS")
    return number - 1


def _shown(bits: Value) -> str:
    """Return the used bits as a text of 0 and 1."""
    data, count = _decode(bits)
    return f"{int.from_bytes(data, 'big'):0{8 * len(data)}b}"[:count]


def _encode(data: bytes | bytearray, count: int) -> str:
    """Return the bit string with so many used bits."""
    return chr(-count % 8) + data.decode("latin-1")


def _decode(bits: Value) -> tuple[bytes, int]:
    """Return the bytes of a bit string and the count of its used bits; raises INVBITSTR."""
    text = to_text(bits)
    if len(text) < 2 or ord(text[0]) > 7 or max(text) > "\xff":
        raise merror("INVBITSTR")
    return text[1:].encode("latin-1"), 8 * (len(text) - 1) - ord(text[0])

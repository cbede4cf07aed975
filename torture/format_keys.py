"""The encoded keys of docs/format.md, read from that page alone."""

from __future__ import annotations

from bumps.torture.format_layout import need

Subscripts = tuple[str, ...]
_UNESCAPED = {b"\x01\x01": b"\x00", b"\x01\x02": b"\x01", b"\xfe\x01": b"\xfe", b"\xfe\x02": b"\xff"}
_NINES = bytes.maketrans(b"0123456789", b"9876543210")


def subscripts(key: bytes, charset: str) -> Subscripts:
    """Return the subscripts of a key, as text (K2, K3)."""
    need(not key or key[-1] == 0, f"key {key.hex()}: K2")
    need(b"\xff" not in key, f"key {key.hex()}: K3")
    return tuple(subscript(code, charset) for code in key.split(b"\x00")[:-1])


def subscript(code: bytes, charset: str) -> str:
    """Return one subscript from its code, without the 00."""
    need(code, "a code of no bytes")
    first, rest = code[0], code[1:]
    if first == 0x10 or first == 0x78:
        need(not rest, f"code {code.hex()}")
        return "" if first == 0x10 else "0"
    if 0x80 <= first <= 0x80 + 47:
        return number(rest, first - 0x80)
    if 0x70 - 47 <= first <= 0x70:
        need(rest[-1:] == b"\x7e", f"code {code.hex()}")
        return "-" + number(rest[:-1].translate(_NINES), 0x70 - first)
    need(first == 0xC0, f"code {code.hex()}")
    text = bytearray()
    at = 0
    while at < len(rest):
        size = 2 if rest[at] in (0x01, 0xFE) else 1
        text += _UNESCAPED[rest[at : at + 2]] if size == 2 else rest[at : at + 1]
        at += size
    return text.decode("utf-8" if charset == "utf-8" else "latin-1")


def number(digits: bytes, integer_count: int) -> str:
    """Return the canonic text of a positive number."""
    text = digits.decode("ascii")
    need(text.isdigit() and len(text) >= integer_count, f"digits {text!r}")
    integer, fraction = text[:integer_count], text[integer_count:]
    need(integer[:1] != "0" and fraction[-1:] != "0", f"digits {text!r}: K4")
    return f"{integer}.{fraction}" if fraction else integer

"""The $Z functions of texts: in a database of charset `utf-8` they count bytes where the others count characters.

A byte that is no part of a character is in a text as Python's surrogate escape has it, as it comes from a file or a
global. What a function leaves of a character is such bytes; what it joins to a character is one.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from functools import wraps

from bumps.interp import bits, functions
from bumps.interp.symbols import Value
from bumps.interp.values import to_integer, to_text

_Decoder = codecs.getincrementaldecoder("utf-8")


def to_bytes(value: Value) -> str:
    """Return a text whose characters are the bytes of this one."""
    text = value if isinstance(value, str) else to_text(value)
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("latin-1")


def from_bytes(text: str) -> str:
    """Return the text that these bytes are."""
    return text if text.isascii() else text.encode("latin-1").decode("utf-8", "surrogateescape")


def _of_bytes(function: Callable[..., Value], texts: int) -> Callable[..., Value]:
    """Return a function whose first arguments, so many, are taken as bytes, and whose result is a text of bytes."""

    @wraps(function)
    def call(*arguments: Value) -> Value:
        result = function(*map(to_bytes, arguments[:texts]), *arguments[texts:])
        return from_bytes(result) if isinstance(result, str) else result

    return call


def substring(value: Value, first: Value, count: Value | None = None) -> str:
    """Return `$ZSUBSTR(value,first,count)`: from that character on, so many bytes, without a character that is cut."""
    text = (value if isinstance(value, str) else to_text(value))[max(to_integer(first), 1) - 1 :]
    if count is None:
        return text
    data = text.encode("utf-8", "surrogateescape")
    size = max(to_integer(count), 0)
    # Before the end, the decoder keeps a character that is not whole to itself.
    return _Decoder("surrogateescape").decode(data[:size], final=size >= len(data))


def _pieces(text: Value, mark: Value, first: Value, last: Value | None) -> str:
    return functions.piece(text, mark, first) if last is None else functions.pieces(text, mark, first, last)


def setter(name: str) -> Callable[..., str | None]:
    """Return what SET $ZPIECE or SET $ZEXTRACT stores; it takes the old value, the arguments, the new value."""
    of_characters, text_count = SETTERS[name]

    def store(target: Value, *arguments: Value) -> str | None:
        texts = map(to_bytes, (target, *arguments[:text_count]))
        found = of_characters(*texts, *arguments[text_count:-1], to_bytes(arguments[-1]))
        return None if found is None else from_bytes(found)

    return store


SETTERS: dict[str, tuple[Callable[..., str | None], int]] = {
    "ZPIECE": (functions.set_piece, 1),
    "ZEXTRACT": (functions.set_extract, 0),
}
"""What SET may have on its left, and how many texts are among its arguments."""

FUNCTIONS: dict[str, Callable[..., Value]] = {
    "ZASCII": _of_bytes(functions.ascii_code, 1),
    "ZCHAR": lambda *codes: from_bytes(functions.byte_character(*codes)),
    "ZEXTRACT": _of_bytes(functions.extract, 1),
    "ZFIND": _of_bytes(functions.find, 2),
    "ZJUSTIFY": lambda value, size, decimals=None: from_bytes(functions.justify(to_bytes(value), size, decimals)),
    "ZLENGTH": _of_bytes(functions.length, 2),
    "ZPIECE": _of_bytes(lambda text, mark, first=1, last=None: _pieces(text, mark, first, last), 2),
    "ZSUBSTR": substring,
    "ZTRANSLATE": _of_bytes(functions.translate, 3),
    "ZBITAND": _of_bytes(bits.conjoin, 2),
    "ZBITCOUNT": _of_bytes(bits.ones_of, 1),
    "ZBITFIND": _of_bytes(bits.find, 1),
    "ZBITGET": _of_bytes(bits.get, 1),
    "ZBITLEN": _of_bytes(bits.count_of, 1),
    "ZBITNOT": _of_bytes(bits.invert, 1),
    "ZBITOR": _of_bytes(bits.unite, 2),
    "ZBITSET": _of_bytes(bits.put, 1),
    "ZBITSTR": _of_bytes(bits.make, 0),
    "ZBITXOR": _of_bytes(bits.differ, 2),
}

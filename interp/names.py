"""Names of nodes as text, and values as M source: `^X("a",1.5)`, `"x"_$C(10)_"y"`.

$NAME, $QUERY, ZWRITE and ZWR files write this form; $QLENGTH, $QSUBSCRIPT and indirection read names.

    name         ^NAME, ^|"env"|NAME, NAME; then nothing, or ( subscript , ... )
    subscript    a canonic number, or a text
    text         quoted characters, in which " is doubled, $C(code,...), and $ZCH(byte,...) for what is no
                 character, joined by _
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from bumps.errors import MError
from bumps.interp.codes import merror
from bumps.interp.functions import is_graphic
from bumps.interp.values import Value, is_canonic, to_integer, to_text

STRAY_BYTES = 0xDC00
"""In a text of UTF-8, this and a byte is the code of a byte that is part of no character."""


class Name(NamedTuple):
    """The parts of a node's name: `name` with its `^`, the environment (None without), the subscripts as texts."""

    name: str
    environment: str | None
    subscripts: tuple[str, ...]


def format_name(name: str, subscripts: Sequence[Value], charset: str = "utf-8", environment: str | None = None) -> str:
    """Return the text of a node's name; `name` with its `^` if it is a global."""
    if environment is not None:
        name = f"^|{quote(environment, charset)}|{name[1:]}"
    if not subscripts:
        return name
    return f"{name}({','.join([format_value(subscript, charset) for subscript in subscripts])})"


def format_value(value: Value, charset: str = "utf-8") -> str:
    """Return a value as ZWRITE writes it: canonic numbers bare, all else quoted."""
    text = to_text(value)
    return text if is_canonic(text) else quote(text, charset)


def quote(text: str, charset: str = "utf-8") -> str:
    """Return the text as an M expression: `"` doubled, what is not printed outside the quotes as `$C(code)`."""
    if text.isascii() and text.isprintable():
        return '"' + text.replace('"', '""') + '"'
    parts: list[str] = []
    for is_shown, run in _runs(text, charset):
        if is_shown:
            parts.append('"' + run.replace('"', '""') + '"')
        else:
            for is_byte, codes in groupby(map(ord, run), _is_stray_byte):
                if is_byte:
                    parts.append(f"$ZCH({','.join([str(code - STRAY_BYTES) for code in codes])})")
                else:
                    parts.append(f"$C({','.join(map(str, codes))})")
    return "_".join(parts)


def _is_stray_byte(code: int) -> bool:
    """Return whether a character stands for a byte that is part of none, as Python's surrogate escape has it."""
    return STRAY_BYTES + 0x80 <= code <= STRAY_BYTES + 0xFF


def unquote(text: str, charset: str = "utf-8") -> str | None:
    """Return the value that an expression made by `format_value` stands for; None if it has another form."""
    if _NUMBER.fullmatch(text):
        return text
    read = _read_text(text, 0, charset)
    return read[0] if read is not None and read[1] == len(text) else None


def parse_name(text: Value, charset: str = "utf-8") -> Name:
    """Return the parts of a node's name; raises M90 if the text is none."""
    source = to_text(text)
    return _remembered(source, charset) if len(source) <= REMEMBERED_SIZE_MAX else _parsed(source, charset)


def _parsed(source: str, charset: str) -> Name:
    """Do `parse_name` of a text."""
    match = _HEAD.match(source)
    if match is None:
        raise _not_canonic(source)
    environment = None
    at = match.end()
    if match["open"]:
        closing = "|" if match["open"] == "^|" else "]"
        read = _read_text(source, at, charset)
        if read is None:
            raise _not_canonic(source)
        environment, at = read
        if closing == "]" and source[at : at + 1] == ",":
            read = _read_text(source, at + 1, charset)
            if read is None:
                raise _not_canonic(source)
            at = read[1]
        if source[at : at + 1] != closing:
            raise _not_canonic(source)
        at += 1
    name = _NAME.match(source, at)
    if name is None:
        raise _not_canonic(source)
    is_global = source.startswith("^")
    subscripts = _read_subscripts(source, name.end(), charset)
    return Name(("^" if is_global else "") + name[0], environment, tuple(subscripts))


REMEMBERED_SIZE_MAX = 256
REMEMBERED_COUNT_MAX = 1_000
_remembered = lru_cache(REMEMBERED_COUNT_MAX)(_parsed)
"""Programs ask for one subscript of a name after the other."""


def qlength(text: Value, charset: str = "utf-8") -> int:
    """Return `$QLENGTH(text)`: how many subscripts the name has; raises M90."""
    return len(parse_name(text, charset).subscripts)


def qsubscript(text: Value, index: Value, charset: str = "utf-8") -> str:
    """Return `$QSUBSCRIPT(text,index)`: -1 the environment, 0 the name, n a subscript or nothing; raises M90."""
    number = to_integer(index)
    if number < -1:
        raise merror("NOSUBSCRIPT", number)
    name = parse_name(text, charset)
    if number == -1:
        return name.environment or ""
    if number == 0:
        return name.name
    return name.subscripts[number - 1] if number <= len(name.subscripts) else ""


_HEAD = re.compile(r"(?P<open>\^\||\^\[)?\^?")
_NAME = re.compile(r"[%A-Za-z][A-Za-z0-9]*")
_NUMBER = re.compile(r"0|-?(?:[1-9][0-9]*(?:\.(?:[0-9]*[1-9])?)?|\.[0-9]*[1-9])")
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
_CODES = re.compile(r"\$(Z?)CH?(?:AR)?\(([0-9]+(?:,[0-9]+)*)\)", re.IGNORECASE)


def _not_canonic(text: str) -> MError:
    return merror("NOCANONICNAME", f'"{text}"')


def _runs(text: str, charset: str) -> list[tuple[bool, str]]:
    """Return the text in runs of characters that are printed, or not."""
    runs: list[tuple[bool, str]] = []
    start = 0
    for index in range(1, len(text) + 1):
        shown = is_graphic(text[start], charset)
        if index == len(text) or is_graphic(text[index], charset) is not shown:
            runs.append((shown, text[start:index]))
            start = index
    return runs


def _read_subscripts(source: str, at: int, charset: str) -> list[str]:
    """Return the subscripts in the parentheses that start at `at` and must end the text; raises M90."""
    subscripts: list[str] = []
    if at == len(source):
        return subscripts
    if source[at] != "(" or not source.endswith(")"):
        raise _not_canonic(source)
    while True:
        number = _NUMBER.match(source, at + 1)
        read = (number[0], number.end()) if number else _read_text(source, at + 1, charset)
        if read is None:
            raise _not_canonic(source)
        subscripts.append(read[0])
        at = read[1]
        if source[at : at + 1] == ")" and at + 1 == len(source):
            return subscripts
        if source[at : at + 1] != ",":
            raise _not_canonic(source)


def _read_text(source: str, at: int, charset: str) -> tuple[str, int] | None:
    """Return the text at `at`, quoted parts and `$C(...)` joined by `_`, and where it ends; None if there is none."""
    parts: list[str] = []
    while True:
        if quoted := _QUOTED.match(source, at):
            parts.append(quoted[1].replace('""', '"'))
            at = quoted.end()
        elif codes := _CODES.match(source, at):
            numbers = [int(code) for code in codes[2].split(",")]
            is_bytes = codes[1] != ""
            if any(number > (0xFF if charset == "m" or is_bytes else 0x10FFFF) for number in numbers):
                return None
            if is_bytes and charset != "m":
                parts.append(bytes(numbers).decode("utf-8", "surrogateescape"))
            else:
                parts.append("".join(map(chr, numbers)))
            at = codes.end()
        else:
            return None
        if source[at : at + 1] != "_":
            return "".join(parts), at
        at += 1

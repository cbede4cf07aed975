"""NDJSON: one JSON object for each node, one on a line, LF or CR LF.

    {"g":"^PATIENT","s":["7","NAME"],"v":"Nightingale,Florence"}

    g     the global, with `^`
    s, v  subscripts (a list, empty for the node without) and value, each of them
          a string; in charset m one character is one byte, so none is above U+00FF
          a number in the form that M writes it, but `0.5` where M has `.5`
          {"b64":"..."}, bytes in base64

All three names are there, once, and no others. What we write has no numbers, and base64
for what is not ASCII in charset m: nobody can say which characters such bytes are.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, NoReturn

from bumps.keys import KeyCodec, is_canonic
from bumps.reader import Fault, Node, Reader, cut
from bumps.zwr import write_lines


class _Refused(ValueError):
    """An object that JSON takes and we do not."""


class _Number(str):
    """A number, as it was written."""


class NdjsonReader(Reader):
    """The nodes of an NDJSON file."""

    def _records(self) -> Iterator[tuple[int, bytes]]:
        self._decode = json.JSONDecoder(
            object_pairs_hook=_object, parse_int=_Number, parse_float=_Number, parse_constant=_constant
        ).decode
        return self._full_lines()

    def _parse(self, raw: bytes) -> Node:
        line = cut(raw)
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Fault(f"byte {line[error.start]:02X} is not UTF-8", error.start) from None
        try:
            found = self._decode(text)
        except json.JSONDecodeError as error:
            raise Fault(f"not JSON: {error.msg}", len(text[: error.pos].encode())) from None
        except (_Refused, RecursionError) as error:
            raise Fault(str(error) if isinstance(error, _Refused) else "nested too deeply", 0) from None
        if not isinstance(found, dict) or found.keys() != {"g", "s", "v"}:
            raise Fault('an object {"g":...,"s":[...],"v":...} expected', 0)
        name, subscripts = found["g"], found["s"]
        if type(name) is not str or not name.startswith("^"):
            raise Fault('"g" is not a global, "^NAME"', 0)
        if not isinstance(subscripts, list):
            raise Fault('"s" is not a list', 0)
        key = b"".join([self._code(self._bytes(subscript, '"s"'), 0) for subscript in subscripts])
        return self._node(self._name(name[1:].encode(), 0), key, self._bytes(found["v"], '"v"'), 0)

    def _bytes(self, found: object, what: str) -> bytes:
        """Return the bytes of a string, a number or `{"b64":...}`, or raise Fault."""
        if isinstance(found, _Number):
            text = found.replace("0.", ".", 1) if found.startswith(("0.", "-0.")) else str(found)
            if not is_canonic(text):
                raise Fault(f"{what}: {found[:20]} is not a number as M writes it: write a string", 0)
            return text.encode()
        if isinstance(found, str):
            try:
                return found.encode(self.codec.encoding)
            except UnicodeEncodeError as error:
                number = ord(found[error.start])
                raise Fault(f"{what}: character U+{number:04X} is not in charset {self.codec.charset}", 0) from None
        if isinstance(found, dict) and found.keys() == {"b64"} and type(found["b64"]) is str:
            try:
                return b64decode(found["b64"], validate=True)
            except ValueError as error:
                raise Fault(f"{what}: not base64: {error}", 0) from None
        raise Fault(f"{what}: a string, a number or an object with b64 expected", 0)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object, or raise _Refused if it has a name twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Refused("a name is there twice in one object")
    return found


def _constant(name: str) -> NoReturn:
    """Refuse what Python's JSON takes and the standard does not: NaN, Infinity."""
    raise _Refused(f"{name} is not JSON")


def write(out: BinaryIO, charset: str, nodes: Iterable[Node]) -> int:
    """Write nodes in the order they come; return their count."""
    codec = KeyCodec.of(charset)

    def text(data: bytes) -> str | dict[str, str]:
        if charset == "m":
            return data.decode() if data.isascii() else {"b64": b64encode(data).decode()}
        try:
            return data.decode()
        except UnicodeDecodeError:
            return {"b64": b64encode(data).decode()}

    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

    def lines() -> Iterator[bytes]:
        for name, key, value in nodes:
            subscripts = [text(subscript.encode(codec.encoding)) for subscript in codec.decode(key)]
            yield encode({"g": "^" + name, "s": subscripts, "v": text(value)}).encode() + b"\n"

    return write_lines(out, b"", lines())

"""The operations on globals that a database and a transaction share, in a Python program's terms.

A node is named by a path: the name of its global with `^`, then its subscripts. A
value is `str`, in a database of charset `m` `bytes`; numbers may be given as `int` or
`Decimal` and are stored as M writes them. Subscripts come back as `str` in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Context, Decimal, Inexact, InvalidOperation
from itertools import islice
from typing import Any

from bumps.errors import UsageError
from bumps.globals import Globals
from bumps.keys import DIGIT_COUNT_MAX, KeyCodec, Subscript, number_text
from bumps.names import check_name
from bumps.node import Node
from bumps.overlay import SUBTREE_END

Value = str | bytes
Storable = str | bytes | int | Decimal
Path = tuple[Any, ...]
Tree = Mapping[Any, Any]
"""A nested mapping: subscript -> value or mapping; the key `None` holds the value of the node itself."""

_SCAN_COUNT_MAX = 256
"""A scan decodes so many nodes in one go, after fewer at its beginning: nobody knows how many are wanted."""
_NAME_COUNT_MAX = 10_000
_EXACT = Context(prec=2 * DIGIT_COUNT_MAX, traps=[Inexact, InvalidOperation])
"""For sums: the context of the calling thread would round them to its precision."""


class _Names(dict[object, str]):
    """The memo of names: what a path begins with to the name without `^`, once it was checked."""

    __slots__ = ()

    def __missing__(self, first: object) -> str:
        if not isinstance(first, str) or first[:1] != "^":
            raise TypeError
        name = check_name(str.__str__(first)[1:])
        if len(self) >= _NAME_COUNT_MAX:
            self.clear()
        self["^" + name] = name
        return name


_names = _Names()


def _no_name(path: Path) -> UsageError:
    return UsageError(
        f"{path!r}: a path begins with the name of a global", hint='write database["^PATIENT", 7, "NAME"]'
    )


class Access:
    """Operations on the globals that `_globals` gives."""

    codec: KeyCodec
    _step: tuple[object, bytes] = (object(), b"")
    """The last answer of `order`, and its code: mostly it is what is asked next. One object, for many threads."""

    @property
    def _globals(self) -> Globals:
        raise AssertionError("a subclass gives it")

    # Naming

    def _locate(self, path: Path) -> tuple[str, bytes]:
        """Return name and key of a path; UsageError if it does not begin with `^NAME`."""
        try:
            return _names[path[0]], self.codec.encode(path[1:])
        except (IndexError, TypeError):
            raise _no_name(path) from None

    def _encode(self, value: Storable) -> bytes:
        """Return the bytes that are stored for a value."""
        if isinstance(value, str):
            try:
                return value.encode(self.codec.encoding)
            except UnicodeEncodeError as error:
                raise UsageError(f"{value!r} cannot be stored in a database of charset {self.codec.charset}") from error
        if isinstance(value, bytes):
            if self.codec.charset == "utf-8":
                raise UsageError(
                    "a value is str in a database of charset utf-8, not bytes",
                    hint='decode it, or create the database with charset="m"',
                )
            return value
        return number_text(value).encode("ascii")

    # One node

    def __getitem__(self, path: Any) -> Node:
        """Return the node of a path, `database["^PATIENT", 7]`; nothing is read yet."""
        path = path if isinstance(path, tuple) else (path,)
        name, key = self._locate(path)
        return Node(self, name, key)

    def __setitem__(self, path: Any, value: Storable) -> None:
        """Set the value of a node."""
        self.set(*(path if isinstance(path, tuple) else (path,)), value=value)

    def __delitem__(self, path: Any) -> None:
        """Kill a node and its descendants."""
        self.kill(*(path if isinstance(path, tuple) else (path,)))

    def __contains__(self, path: Any) -> bool:
        """Return whether a node has a value or descendants."""
        return self.data(*(path if isinstance(path, tuple) else (path,))) != 0

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the globals, with `^`, in order."""
        name = ""
        while name := self.order(name):
            yield name

    def get(self, *path: Any, default: Any = None) -> Any:
        """Return the value of a node, or `default` if it has none."""
        name, key = self._locate(path)
        value = self._globals.get(name, key)
        return default if value is None else self.codec.decode_value(value)

    def set(self, *path: Any, value: Storable) -> None:
        """Set the value of a node. Raises UsageError or LimitError before anything is changed."""
        name, key = self._locate(path)
        self._globals.set(name, key, self._encode(value))

    def kill(self, *path: Any) -> None:
        """Kill a node and its descendants."""
        name, key = self._locate(path)
        self._globals.kill(name, key)

    def data(self, *path: Any) -> int:
        """Return 0 if there is no such node, 1 if it has a value, 10 if it has descendants, 11 for both."""
        name, key = self._locate(path)
        return self._globals.data(name, key)

    def increment(self, *path: Any, by: int | Decimal = 1) -> int | Decimal:
        """Add to the number in a node (0 if it has no value) as one step; return the sum.

        Raises UsageError if its value, or `by`, is not a number.
        """
        name, key = self._locate(path)
        addend = Decimal(number_text(by))
        result: list[int | Decimal] = []

        def add(old: bytes | None) -> bytes:
            try:
                text = "0" if old is None else old.decode("ascii")
                sum_ = _EXACT.add(Decimal(text), addend)
            except (ArithmeticError, ValueError) as error:
                raise UsageError(f"{self._name_text(name, key)} holds {old!r}: not a number to add to") from error
            written = number_text(sum_)
            result.append(int(written) if written.lstrip("-").isdigit() else Decimal(written))
            return written.encode("ascii")

        self._globals.increment(name, key, add)
        return result[-1]

    # Order

    def order(self, *path: Any, reverse: bool = False) -> str:
        """Return the subscript after (before) the last one of the path, or "" at the end.

        An empty last subscript asks for the first (last) one. With a name alone: the next global, with `^`.
        """
        if len(path) == 1:
            name = str(path[0])
            if name[:1] not in ("^", ""):
                raise UsageError(f"{name!r}: the name of a global begins with ^")
            after = self._globals.order_name(check_name(name[1:]) if name[1:] else "", reverse)
            return "" if after is None else f"^{after}"
        try:
            name = _names[path[0]]
        except (IndexError, TypeError):
            raise _no_name(path[:-1]) from None
        codec, last = self.codec, path[-1]
        known, code = self._step
        if last is not known:
            code = b"" if last == "" else codec.encode_one(last)
        found = self._globals.order(name, codec.encode(path[1:-1]) if len(path) > 2 else b"", code, reverse)
        if found is None:
            return ""
        text = codec.decode_one(found)
        if text:  # the empty subscript is not asked for, it asks for the first one
            self._step = text, found
        return text

    def query(self, *path: Any, reverse: bool = False) -> Path | None:
        """Return the path of the next (previous) node that has a value, or None at the end."""
        name, key = self._locate(path)
        found = self._globals.query(name, key, reverse)
        return None if found is None else (f"^{name}", *self.codec.decode(found))

    def scan(
        self,
        *path: Any,
        reverse: bool = False,
        start: Subscript | None = None,
        stop: Subscript | None = None,
        prefix: Subscript | None = None,
        limit: int | None = None,
    ) -> Iterator[tuple[Path, Any]]:
        """Yield (path, value) of a node and its descendants in order, or backwards, all of one moment.

        `start` and `stop` bound the first subscript below the path: start <= it < stop. `prefix` is what it begins
        with: a prefix that may begin a number costs a look at all numbers there, since 1, 10 and 2 are in the
        order 1, 2, 10. `limit`: at most so many.
        """
        if limit is not None and limit < 0:
            raise UsageError(f"limit {limit}: it is 0 or more")
        name, above = self._locate(path)
        globals_, codec, caret = self._globals, self.codec, f"^{name}"
        low = above if start is None else above + codec.encode((start,))
        high = above + SUBTREE_END if stop is None else above + codec.encode((stop,))
        if prefix is None:
            pairs = globals_.range(name, low, high, reverse)
        else:
            begin, first, end, is_loose = codec.prefix_range(prefix)
            pairs = globals_.range(name, max(low, above + first), min(high, above + end), reverse)
            if is_loose:
                at = len(above)
                decode = codec.decode_one
                pairs = (pair for pair in pairs if decode(pair[0][at : pair[0].index(0, at) + 1]).startswith(begin))
        pairs = islice(pairs, limit)
        decode_all, decode_value = codec.decode_all, codec.decode_value
        count = 1
        while found := list(islice(pairs, count)):
            paths = decode_all([key for key, _ in found], caret)
            yield from zip(paths, [decode_value(value) for _, value in found])
            if globals_.level == 0:  # in a transaction, what was read ahead could make it restart for nothing
                count = min(4 * count, _SCAN_COUNT_MAX)

    # Trees

    def merge(self, *path: Any, source: Node | Path | Tree) -> None:
        """Copy a node with its descendants, or a nested mapping, into a node, as one transaction.

        Raises UsageError if one of the two nodes is a descendant of the other.
        """
        name, key = self._locate(path)
        with self._globals.transaction():
            for target, value in self._pairs(name, key, source):
                self._globals.set(name, target, value)

    def _pairs(self, name: str, key: bytes, source: Node | Path | Tree) -> Iterable[tuple[bytes, bytes]]:
        if isinstance(source, Mapping):
            return list(self._flatten(key, source))
        if not isinstance(source, Node | tuple):
            raise UsageError(f"merge of {self._name_text(name, key)}: {source!r} is no node, path or mapping")
        from_name, from_key = self._locate(source) if isinstance(source, tuple) else source.location
        if from_name == name and (from_key.startswith(key) or key.startswith(from_key)):
            raise UsageError(f"merge of {self._name_text(name, key)}: one node lies in the other")
        size = len(from_key)
        return ((key + found[size:], value) for found, value in self._globals.items(from_name, from_key))

    def _flatten(self, key: bytes, tree: Tree) -> Iterator[tuple[bytes, bytes]]:
        for subscript, inner in tree.items():
            below = key if subscript is None else key + self.codec.encode((subscript,))
            if isinstance(inner, Mapping):
                yield from self._flatten(below, inner)
            else:
                yield below, self._encode(inner)

    def _name_text(self, name: str, key: bytes) -> str:
        return f"^{name}({', '.join(map(repr, self.codec.decode(key)))})" if key else f"^{name}"

"""A node of a global as a Python object: a place, not a copy."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bumps.access import Access, Path, Storable, Tree


class Node:
    """One node: the name of a global and subscripts. Every operation reads or writes the database."""

    __slots__ = ("_access", "_key", "_name")

    def __init__(self, access: Access, name: str, key: bytes) -> None:
        """Name a node; nothing is read. Callers write `database["^PATIENT", 7]`."""
        self._access = access
        self._name = name
        self._key = key

    @property
    def location(self) -> tuple[str, bytes]:
        """Name of the global without `^`, and encoded key."""
        return self._name, self._key

    @property
    def path(self) -> Path:
        """Name of the global with `^`, then the subscripts."""
        return (f"^{self._name}", *self._access.codec.decode(self._key))

    def __getitem__(self, subscript: Any) -> Node:
        """Return a child; `node["A", 1]` is a grandchild. Nothing is read."""
        below = subscript if isinstance(subscript, tuple) else (subscript,)
        return Node(self._access, self._name, self._key + self._access.codec.encode(below))

    def __setitem__(self, subscript: Any, value: Storable) -> None:
        """Set the value of a child."""
        self[subscript].value = value

    def __delitem__(self, subscript: Any) -> None:
        """Kill a child and its descendants."""
        self[subscript].kill()

    def __contains__(self, subscript: Any) -> bool:
        """Return whether a child has a value or descendants."""
        return self[subscript].data() != 0

    def __iter__(self) -> Iterator[str]:
        """Yield the subscripts of the children in order; a change behind the iteration is not seen."""
        access, name, key = self._access, self._name, self._key
        code = b""
        while (found := access._globals.order(name, key, code)) is not None:
            yield access.codec.decode_one(found)
            code = found

    def __len__(self) -> builtins.int:
        """Count the children: O(n)."""
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        """Be true: a node is a place, whether something is there or not."""
        return True

    def __eq__(self, other: object) -> bool:
        """Return whether both name the same place through the same database."""
        return isinstance(other, Node) and self._access is other._access and self.location == other.location

    def __hash__(self) -> builtins.int:
        """Hash the place."""
        return hash((self._name, self._key))

    def __repr__(self) -> str:
        """Return `<node ^PATIENT(7, 'NAME')>`."""
        return f"<node {self._access._name_text(self._name, self._key)}>"

    @property
    def value(self) -> Any:
        """The value: `str`, or `bytes` with charset m. KeyError if the node has none."""
        found = self._access._globals.get(self._name, self._key)
        if found is None:
            raise KeyError(self._access._name_text(self._name, self._key))
        return self._access.codec.decode_value(found)

    @value.setter
    def value(self, value: Storable) -> None:
        self._access._globals.set(self._name, self._key, self._access._encode(value))

    @value.deleter
    def value(self) -> None:
        self._access._globals.kill_node(self._name, self._key)

    @property
    def int(self) -> builtins.int:
        """The value as an int; ValueError if it is none."""
        return builtins.int(self.value)

    @property
    def decimal(self) -> Decimal:
        """The value as a Decimal; ArithmeticError if it is none."""
        value = self.value
        return Decimal(value if isinstance(value, str) else value.decode("ascii"))

    def get(self, default: Any = None) -> Any:
        """Return the value, or `default` if the node has none."""
        found = self._access._globals.get(self._name, self._key)
        return default if found is None else self._access.codec.decode_value(found)

    def set(self, value: Storable) -> None:
        """Set the value."""
        self.value = value

    def kill(self) -> None:
        """Kill the node and its descendants."""
        self._access._globals.kill(self._name, self._key)

    def data(self) -> builtins.int:
        """Return 0, 1 (a value), 10 (descendants) or 11 (both)."""
        return self._access._globals.data(self._name, self._key)

    def items(self, *, reverse: bool = False) -> Iterator[tuple[str, Node]]:
        """Yield (subscript, child) in order, or backwards."""
        access, name, key = self._access, self._name, self._key
        code = b""
        while (found := access._globals.order(name, key, code, reverse)) is not None:
            yield access.codec.decode_one(found), Node(access, name, key + found)
            code = found

    def walk(self, *, reverse: bool = False) -> Iterator[tuple[Path, Any]]:
        """Yield (path, value) of this node and all descendants, all of one moment."""
        return self._access.scan(*self.path, reverse=reverse)

    def to_dict(self) -> dict[Any, Any]:
        """Return the descendants as nested dicts; where a node has both, its own value is under None."""
        size = len(self.path)
        tree: dict[Any, Any] = {}
        for path, value in self.walk():
            *above, last = path[size:] or (None,)
            level = tree
            for subscript in above:
                inner = level.get(subscript)
                if not isinstance(inner, dict):
                    inner = level[subscript] = {} if inner is None else {None: inner}
                level = inner
            level[last] = value
        return tree

    def update(self, tree: Tree) -> None:
        """Set what a nested mapping says, as one transaction; other children stay."""
        self._access.merge(*self.path, source=tree)

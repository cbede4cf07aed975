"""What the operations of `bumps.Database` should do: a dict of paths, in an order of its own.

Subscripts are compared by value as `Decimal` and by code point (torture/model.py), never as encoded keys.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

import bumps
from bumps.access import Access
from bumps.errors import UsageError
from bumps.torture.model import collate

Path = tuple[str, ...]
"""Name with `^`, then subscripts."""
Answer = Any
READS = (
    "get", "value", "data", "contains", "order", "order_name", "query", "scan", "items", "children", "walk", "to_dict",
)  # fmt: skip
WRITES = ("set", "set_item", "set_value", "kill", "delete", "kill_node", "increment", "merge", "merge_tree", "update")


class Operation(NamedTuple):
    """One operation on a node."""

    kind: str
    path: Path
    other: Path
    number: int
    """Decides what else there is to decide: a value, a direction, bounds."""

    @property
    def value(self) -> str:
        """The value that is set: mostly short, sometimes in overflow pages."""
        number = self.number
        if number % 5 == 0:
            return str(number % 1000)
        return f"v{number}" * (1, 1, 1, 2, 9, 40, 300)[number % 7]

    @property
    def reverse(self) -> bool:
        """Whether it goes backwards."""
        return self.number % 2 == 1

    @property
    def tree(self) -> dict[Any, Any]:
        """The mapping that is merged."""
        last = self.other[-1]
        return {None: self.value, last: {"x": "deep", None: "own"}, "m": str(self.number)}

    @property
    def bounds(self) -> dict[str, Any]:
        """The arguments of a scan."""
        number, last = self.number, self.other[-1]
        bounds: dict[str, Any] = {"reverse": self.reverse}
        if number % 3 == 0 and len(self.other) > 1:
            bounds["start"] = last
        if number % 7 == 0:
            bounds["stop"] = "B" if number % 4 else "10"
        if number % 5 == 0:
            bounds["prefix"] = last[: number % 3]
        if number % 4 == 0:
            bounds["limit"] = number % 11
        return bounds


def run(view: Access, operation: Operation) -> Answer:
    """Do an operation by the public calls; return what it gives, an error by its class."""
    kind, path, other, number = operation
    try:
        return _RUN[kind](view, operation) if kind in _RUN else _run(view, kind, path, other, number)
    except (UsageError, KeyError) as error:
        return type(error).__name__


def _run(view: Access, kind: str, path: Path, other: Path, number: int) -> Answer:
    if kind == "get":
        return view.get(*path, default="nothing")
    if kind == "value":
        return view[path].value
    if kind == "data":
        return view.data(*path)
    if kind == "contains":
        return path in view
    if kind == "order":
        return view.order(*path, other[-1] if number % 4 else "", reverse=number % 2 == 1)
    if kind == "order_name":
        return view.order(path[0] if number % 4 else "", reverse=number % 2 == 1)
    if kind == "query":
        return view.query(*path, reverse=number % 2 == 1)
    if kind == "items":
        return [(subscript, node.path) for subscript, node in view[path].items(reverse=number % 2 == 1)]
    if kind == "children":
        return list(view[path])
    if kind == "walk":
        return list(view[path].walk(reverse=number % 2 == 1))
    if kind == "to_dict":
        return view[path].to_dict()
    if kind == "kill":
        return view.kill(*path)
    if kind == "delete":
        del view[path]
        return None
    if kind == "kill_node":
        del view[path].value
        return None
    if kind == "increment":
        return view.increment(*path, by=number % 9 - 4 if number % 3 else Decimal(number % 9) / 2)
    assert kind == "merge", kind
    return view.merge(*path, source=other if number % 2 else view[other])


def _set_item(view: Access, operation: Operation) -> None:
    view[operation.path] = operation.value


def _set_value(view: Access, operation: Operation) -> None:
    view[operation.path].value = operation.value


_RUN: dict[str, Any] = {
    "set": lambda view, operation: view.set(*operation.path, value=operation.value),
    "set_item": _set_item,
    "set_value": _set_value,
    "merge_tree": lambda view, operation: view.merge(*operation.path, source=operation.tree),
    "update": lambda view, operation: view[operation.path].update(operation.tree),
    "scan": lambda view, operation: list(view.scan(*operation.path, **operation.bounds)),
}


class AccessModel:
    """All nodes that have a value."""

    def __init__(self) -> None:
        """Start with none."""
        self.nodes: dict[Path, str] = {}
        self.ordered: list[tuple[Any, Path]] = []
        """What orders a path, and the path, of all nodes, in order."""

    def copy(self) -> AccessModel:
        """Return the same again."""
        model = AccessModel()
        model.nodes, model.ordered = self.nodes.copy(), self.ordered.copy()
        return model

    def set(self, path: Path, value: str) -> None:
        """Set a node."""
        if path not in self.nodes:
            insort(self.ordered, (_key(path), path))
        self.nodes[path] = value

    def kill(self, path: Path) -> None:
        """Kill a node and all below it."""
        low = bisect_left(self.ordered, (_key(path),))
        high = low
        while high < len(self.ordered) and self.ordered[high][1][: len(path)] == path:
            del self.nodes[self.ordered[high][1]]
            high += 1
        del self.ordered[low:high]

    def kill_node(self, path: Path) -> None:
        """Kill the value of a node."""
        if self.nodes.pop(path, None) is not None:
            del self.ordered[bisect_left(self.ordered, (_key(path),))]

    def below(self, path: Path) -> list[Path]:
        """Return the node, if it has a value, and all below it, in order."""
        found = []
        for index in range(bisect_left(self.ordered, (_key(path),)), len(self.ordered)):
            each = self.ordered[index][1]
            if each[: len(path)] != path:
                break
            found.append(each)
        return found

    def children(self, path: Path) -> list[str]:
        """Return the subscripts right below a node, in order."""
        return list(dict.fromkeys(each[len(path)] for each in self.below(path) if len(each) > len(path)))

    def names(self) -> list[str]:
        """Return the names of all globals, with `^`."""
        return list(dict.fromkeys(path[0] for _, path in self.ordered))

    def run(self, operation: Operation) -> Answer:
        """Return what the operation should give, and do it."""
        answer: Answer = getattr(self, f"_{operation.kind}")(operation)
        return answer

    # One method for each kind of operation

    def _get(self, operation: Operation) -> Answer:
        return self.nodes.get(operation.path, "nothing")

    def _value(self, operation: Operation) -> Answer:
        return self.nodes.get(operation.path, "KeyError")

    def _data(self, operation: Operation) -> Answer:
        below = self.below(operation.path)
        here = operation.path in self.nodes
        return here + 10 * (len(below) > here)

    def _contains(self, operation: Operation) -> Answer:
        return bool(self.below(operation.path))

    def _order(self, operation: Operation) -> Answer:
        last = operation.other[-1] if operation.number % 4 else ""
        return _next(self.children(operation.path), last, operation.reverse, _subscript_key)

    def _order_name(self, operation: Operation) -> Answer:
        return _next(self.names(), operation.path[0] if operation.number % 4 else "", operation.reverse, str)

    def _query(self, operation: Operation) -> Answer:
        path = operation.path
        at = bisect_left(self.ordered, (_key(path),))
        if operation.reverse:
            at -= 1
        elif path in self.nodes:
            at += 1
        if not 0 <= at < len(self.ordered) or self.ordered[at][1][0] != path[0]:
            return None
        return self.ordered[at][1]

    def _scan(self, operation: Operation) -> Answer:
        bounds, size = operation.bounds, len(operation.path)
        found = self.below(operation.path)
        if "start" in bounds or "prefix" in bounds:
            found = [path for path in found if len(path) > size]
        if "start" in bounds:
            found = [path for path in found if _subscript_key(path[size]) >= _subscript_key(bounds["start"])]
        if "stop" in bounds:
            stop = _subscript_key(bounds["stop"])
            found = [path for path in found if len(path) == size or _subscript_key(path[size]) < stop]
        if "prefix" in bounds:
            found = [path for path in found if path[size].startswith(bounds["prefix"])]
        if operation.reverse:
            found.reverse()
        return [(path, self.nodes[path]) for path in found[: bounds.get("limit")]]

    def _items(self, operation: Operation) -> Answer:
        found = self.children(operation.path)
        return [(each, (*operation.path, each)) for each in (found[::-1] if operation.reverse else found)]

    def _children(self, operation: Operation) -> Answer:
        return self.children(operation.path)

    def _walk(self, operation: Operation) -> Answer:
        found = self.below(operation.path)
        return [(path, self.nodes[path]) for path in (found[::-1] if operation.reverse else found)]

    def _to_dict(self, operation: Operation) -> Answer:
        return self._tree(operation.path)

    def _tree(self, path: Path) -> dict[Any, Any]:
        tree: dict[Any, Any] = {None: self.nodes[path]} if path in self.nodes else {}
        for child in self.children(path):
            inner = self._tree((*path, child))
            tree[child] = inner[None] if set(inner) == {None} else inner
        return tree

    def _set(self, operation: Operation) -> None:
        self.set(operation.path, operation.value)

    _set_item = _set_value = _set

    def _kill(self, operation: Operation) -> None:
        self.kill(operation.path)

    _delete = _kill

    def _kill_node(self, operation: Operation) -> None:
        self.kill_node(operation.path)

    def _increment(self, operation: Operation) -> Answer:
        number = operation.number
        try:
            before = Decimal(self.nodes.get(operation.path, "0"))
        except ArithmeticError:
            return "UsageError"
        after = before + (number % 9 - 4 if number % 3 else Decimal(number % 9) / 2)
        sign, digits = ("-" if after < 0 else ""), f"{abs(after):.9f}".strip("0").rstrip(".")
        self.set(operation.path, sign + digits or "0")
        return after

    def _merge(self, operation: Operation) -> Answer:
        path, other = operation.path, operation.other
        if path[: len(other)] == other or other[: len(path)] == path:
            return "UsageError"
        for each in self.below(other):
            self.set((*path, *each[len(other) :]), self.nodes[each])
        return None

    def _merge_tree(self, operation: Operation) -> None:
        for path, value in _flat(operation.path, operation.tree):
            self.set(path, value)

    _update = _merge_tree


def _flat(path: Path, tree: Mapping[Any, Any]) -> Iterator[tuple[Path, str]]:
    for subscript, inner in tree.items():
        below = path if subscript is None else (*path, subscript)
        if isinstance(inner, Mapping):
            yield from _flat(below, inner)
        else:
            yield below, inner


_keys: dict[Path, Any] = {}


def _key(path: Path) -> Any:
    key = _keys.get(path)
    if key is None:
        key = _keys[path] = (path[0], collate(path[1:]))
    return key


def _subscript_key(subscript: str) -> Any:
    return collate((subscript,))


def _next(ordered: list[str], last: str, reverse: bool, key: Any) -> str:
    if reverse:
        ordered = ordered[::-1]
    for each in ordered:
        if not last or (key(each) < key(last) if reverse else key(each) > key(last)):
            return each
    return ""


def content(database: bumps.Database | bumps.Snapshot) -> dict[Path, str]:
    """Return all nodes."""
    decode = database.codec.decode
    return {(f"^{name}", *decode(key)): value.decode() for name, key, value in database.nodes()}

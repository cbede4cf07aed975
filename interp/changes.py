"""What a Run has changed since somebody looked last: values of locals, and what it did to globals.

Nothing of this is paid for: a Run that is looked at takes as many steps as one that is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from bumps.interp.names import format_name
from bumps.interp.numbers import collation
from bumps.interp.references import global_name
from bumps.interp.symbols import Arr, Cell, Key, Value
from bumps.interp.values import to_text

if TYPE_CHECKING:
    from bumps.globals import Globals
    from bumps.interp.machine import Machine

CHANGE_COUNT_MAX = 20
"""So many changes of each kind are told at a time; the others are only counted."""

Node = tuple[tuple[Key, ...], Value | None]
"""Subscripts, and the value that is there now."""


class Change(NamedTuple):
    """One node, and what it is now."""

    name: str
    """As ZWRITE writes it, a global with its `^`."""
    value: str | None
    """None if it is gone, with all that is below it if that is not told of."""


class Found(NamedTuple):
    """What has changed."""

    changes: list[Change]
    """Locals in order, then globals as they were changed."""
    more_count: int
    """So many more are not among them."""


class Shadow:
    """One level of an array as it was."""

    __slots__ = ("kids", "vals")

    def __init__(self) -> None:
        self.vals: dict[Key, Value | None] = {}
        self.kids: dict[Key, Shadow] = {}

    def follow(self, arr: Arr | None) -> list[Node]:
        """Return what is not as it was, in order, and make this level and those below as they are."""
        vals: dict[Key, Value | None] = {} if arr is None else arr.vals
        kids: dict[Key, Arr] = {} if arr is None else arr.kids
        changed: dict[Key, list[Node]] = {}
        if vals != self.vals:
            for key in {**self.vals, **vals}:
                value = vals.get(key)
                if _differ(self.vals.get(key), value):
                    changed[key] = [((key,), value)]
            self.vals = dict(vals)
        if kids or self.kids:
            for key in {**self.kids, **kids}:
                shadow = self.kids.get(key) or Shadow()
                below = shadow.follow(kids.get(key))
                if below:
                    changed.setdefault(key, []).extend([((key, *rest), value) for rest, value in below])
                if key in kids:
                    self.kids[key] = shadow
                else:
                    del self.kids[key]
        return [node for key in sorted(changed, key=collation) for node in changed[key]]


class Changes:
    """What one machine changes."""

    def __init__(self, machine: Machine) -> None:
        """Begin to look: at locals as they are, and at globals if none was used yet."""
        self.machine = machine
        self._values: dict[str, Value] = {}
        self._arrays: dict[str, Shadow] = {}
        self._globals: list[Change] = []
        self._more_count = 0
        make = machine.globals_factory
        machine.globals_factory = lambda: cast("Globals", NotedGlobals(make(), self))
        self.take()

    def take(self) -> Found:
        """Return what has changed since this was called last."""
        nodes = self._local_nodes()
        changes = [
            Change(format_name(name, keys, self.machine.charset), None if value is None else to_text(value))
            for name, keys, value in islice(nodes, CHANGE_COUNT_MAX)
        ]
        found = Found(changes + self._globals, self._more_count + sum(1 for _ in nodes))
        self._globals = []
        self._more_count = 0
        return found

    def _local_nodes(self) -> Iterator[tuple[str, tuple[Key, ...], Value | None]]:
        """Yield each node of a local that is not as it was, and note how it is."""
        changed = [name for name, cell in self.machine.cells.items() if self._may_have_changed(name, cell)]
        for name in sorted(changed):
            cell = self.machine.cells[name]
            if cell.v is None and cell.a is None:
                self._values.pop(name, None)
                self._arrays.pop(name, None)
                yield name, (), None
                continue
            if _differ(self._values.get(name), cell.v):
                yield name, (), cell.v
            if cell.v is None:
                self._values.pop(name, None)
            else:
                self._values[name] = cell.v
            if cell.a is not None or name in self._arrays:
                shadow = self._arrays.get(name) or Shadow()
                for keys, value in shadow.follow(cell.a):
                    yield name, keys, value
                if cell.a is None:
                    del self._arrays[name]
                else:
                    self._arrays[name] = shadow

    def _may_have_changed(self, name: str, cell: Cell) -> bool:
        """Return whether to look at a local: most are as they were."""
        return self._values.get(name) is not cell.v or cell.a is not None or name in self._arrays

    # Globals

    def note(self, name: str, key: bytes, value: bytes | None) -> None:
        """Note what was done to a global."""
        if len(self._globals) >= CHANGE_COUNT_MAX:
            self._more_count += 1
            return
        text = None if value is None else value.decode(self.machine.encoding, "surrogateescape")
        self._globals.append(Change(global_name(self.machine, name, key), text))


class NotedGlobals:
    """Globals whose changes are noted. All else is that of the globals."""

    def __init__(self, inner: Globals, changes: Changes) -> None:
        self._inner = inner
        self._changes = changes

    def __getattr__(self, name: str) -> Any:
        """Return what the globals have."""
        return getattr(self._inner, name)

    def set(self, name: str, key: bytes, value: bytes) -> None:
        """Set a node."""
        self._inner.set(name, key, value)
        self._changes.note(name, key, value)

    def set_all(self, name: str, pairs: list[tuple[bytes, bytes]]) -> None:
        """Set nodes of one global."""
        self._inner.set_all(name, pairs)
        for key, value in pairs:
            self._changes.note(name, key, value)

    def kill(self, name: str, key: bytes) -> None:
        """Kill a node and its descendants."""
        self._inner.kill(name, key)
        self._changes.note(name, key, None)

    def kill_node(self, name: str, key: bytes) -> None:
        """Kill the value of a node."""
        self._inner.kill_node(name, key)
        self._changes.note(name, key, None)

    def increment(self, name: str, key: bytes, by: Callable[[bytes | None], bytes]) -> bytes:
        """Replace the value of a node by `by(value)`."""
        value = self._inner.increment(name, key, by)
        self._changes.note(name, key, value)
        return value

    def copy(
        self, name: str, key: bytes, source_name: str, source_key: bytes, *progress: Callable[[int], None]
    ) -> None:
        """Do MERGE."""
        nodes = list(self._inner.items(source_name, source_key))
        self._inner.copy(name, key, source_name, source_key, *progress)
        for found, value in nodes:
            self._changes.note(name, key + found[len(source_key) :], value)


def _differ(old: Value | None, new: Value | None) -> bool:
    """Return whether these are two values for M: it does not see of which class they are."""
    if old is new:
        return False
    if old is None or new is None:
        return True
    return old != new and to_text(old) != to_text(new)

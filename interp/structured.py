"""Structured system variables: what there is of globals, locks, routines and the rest, as nodes that can be read.

    ^$CHARACTER(charset)        each charset
    ^$DEVICE(device)            each device that is open; (device,"CHARACTER") its charset, ("$X"), ("$Y"), ("$KEY")
    ^$GLOBAL(name)              each global, as "^A"; (name,"CHARACTER") its charset
    ^$JOB(job)                  this job; (job,"CHARACTER") its charset, ("$IO"), ("$PRINCIPAL"), ("$TLEVEL"), ("$ZDIR")
    ^$LOCK(name)                each lock, as "^A(1)": how often LOCK has taken it, 0 for ZALLOCATE; those of other
                                threads, too
    ^$ROUTINE(name)             each routine that is linked or stands in a folder; (name,"CHARACTER") its charset
    ^$SYSTEM(system)            $SYSTEM; (system,"CHARACTER") its charset

They can be read: $DATA, $GET, $ORDER, $QUERY, $NAME, MERGE from one. SET and KILL raise M29, a value that is not there
M38. What is asked is made anew each time, and only as much of it as the subscripts need.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from bumps.interp.codes import merror, own_error
from bumps.interp.references import LocalReference
from bumps.interp.symbols import Cell, Key, Value, fresh
from bumps.interp.values import to_key, to_text

if TYPE_CHECKING:
    from bumps.interp.machine import Machine

CHARACTER = "CHARACTER"
KNOWN = ("CHARACTER", "DEVICE", "GLOBAL", "JOB", "LOCK", "ROUTINE", "SYSTEM")

Nodes = Iterator[tuple[tuple[Key, ...], Value]]


class StructuredReference(LocalReference):
    """A node of a structured system variable."""

    __slots__ = ()
    is_read_only = True

    def __init__(self, machine: Machine, name: str, keys: tuple[Key, ...]) -> None:
        """Refer to `^$name(keys)`; M60 if it is none of those above."""
        if name not in KNOWN:
            raise own_error("SSVNUNKNOWN", f"^${name}: there is no such structured system variable")
        super().__init__(machine, f"^${name}", keys)

    @property
    def cell(self) -> Cell:
        """A variable with what there is at this moment, at least below the first subscript."""
        return self._made(to_text(self.keys[0]) if self.keys else None)

    def _made(self, first: str | None) -> Cell:
        """Return a variable with what there is, or only with what there is below a first subscript."""
        cell = fresh()
        for keys, value in _nodes(self.machine, self.name[2:], first):
            cell.set(tuple(map(to_key, keys)), value)
        return cell

    def value(self) -> Value:
        """Return the value; M38 if there is none."""
        value = self.get()
        if value is None:
            raise own_error("SSVNSUBSCRIPT", f"{self.text()}: there is no such node")
        return value

    def set(self, value: Value) -> None:
        """Refuse it: M29."""
        raise merror("GBLNAME")

    def kill(self) -> None:
        """Refuse it: M29."""
        raise merror("GBLNAME")

    def kill_node(self) -> None:
        """Refuse it: M29."""
        raise merror("GBLNAME")

    def order(self, *, reverse: bool) -> Value:
        """Return $ORDER; M38 without a subscript."""
        if not self.keys:
            raise own_error("SSVNSUBSCRIPT", f"$ORDER of {self.name} needs a subscript")
        if len(self.keys) > 1:
            return super().order(reverse=reverse)
        key = self.keys[0]
        if self.name == "^$GLOBAL":
            found = self.machine.store.order_name(to_text(key).removeprefix("^"), reverse)
            return "" if found is None else f"^{found}"
        if self.name == "^$ROUTINE":
            names = self.machine.library.names()
            text = to_text(key)
            at = (bisect_left(names, text) if text else len(names)) - 1 if reverse else bisect_right(names, text)
            return names[at] if 0 <= at < len(names) else ""
        arr = self._made(None).a
        after = None if arr is None else arr.previous(key) if reverse else arr.next(key)
        return "" if after is None else after

    def query(self, *, reverse: bool) -> str:
        """Return $QUERY."""
        found = self._made(None).query(self.keys, reverse=reverse)
        return "" if found is None else LocalReference(self.machine, self.name, found).text()

    def below(self, keys: Sequence[Value]) -> StructuredReference:
        """Return the descendant with these further subscripts."""
        return StructuredReference(self.machine, self.name[2:], (*self.keys, *map(to_key, keys)))


def _nodes(machine: Machine, name: str, first: str | None) -> Nodes:
    """Yield the nodes of a variable: all, or those below a first subscript."""
    charset = "M" if machine.charset == "m" else "UTF-8"
    if name == "CHARACTER":
        yield ("M",), ""
        yield ("UTF-8",), ""
    elif name == "DEVICE":
        device = machine.device.current
        yield from _each("0", charset)
        yield ("0", "$KEY"), device.key
        yield ("0", "$X"), device.x
        yield ("0", "$Y"), device.y
    elif name == "GLOBAL":
        for each in _globals(machine, first):
            yield from _each(f"^{each}", charset)
    elif name == "JOB":
        job = str(machine.world.process_id)
        yield from _each(job, charset)
        for special in ("IO", "PRINCIPAL", "TLEVEL", "ZDIRECTORY"):
            yield (job, f"${special}"), machine.specials.getter(special)()
    elif name == "LOCK":
        for lock in machine.session.engine.locks:
            yield (machine.locks.text(lock.name),), lock.level
    elif name == "ROUTINE":
        for each in _routines(machine, first):
            yield from _each(each, charset)
    elif name == "SYSTEM":
        yield from _each(to_text(machine.specials.getter("SYSTEM")()), charset)


def _each(subscript: str, charset: str) -> Nodes:
    yield (subscript,), ""
    yield (subscript, CHARACTER), charset


def _globals(machine: Machine, first: str | None) -> Iterable[str]:
    if first is not None:
        name = first.removeprefix("^")
        return [name] if first[:1] == "^" and machine.store.data(name, b"") else []
    names: list[str] = []
    found = machine.store.order_name("")
    while found is not None:
        names.append(found)
        found = machine.store.order_name(found)
    return names


def _routines(machine: Machine, first: str | None) -> Iterable[str]:
    if first is not None:
        return [first] if machine.library.exists(first) else []
    return machine.library.names()

"""References: variables whose subscripts are evaluated, for all that is not on the hot paths.

The compiler reads and writes most variables directly. A Reference serves indirection, by-name functions
and commands that need a variable twice or as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from bumps.errors import MError
from bumps.interp import names
from bumps.interp.codes import merror
from bumps.interp.symbols import Arr, Cell, Key, Value
from bumps.interp.values import to_key, to_text
from bumps.keys import TAG_EMPTY, TAG_STRING
from bumps.limits import M_SUBSCRIPT_COUNT_MAX

if TYPE_CHECKING:
    from bumps.interp.machine import Machine
    from bumps.interp.meter import Meter


class Reference(Protocol):
    """One variable, its subscripts evaluated. Every use of a global sets the naked indicator."""

    name: str
    is_global: bool
    is_read_only: bool
    """Whether it is a structured system variable, which can only be read."""

    def get(self) -> Value | None:
        """Return the value, or None."""

    def value(self) -> Value:
        """Return the value; M6 or M7 if there is none."""

    def set(self, value: Value) -> None:
        """Store a value."""

    def kill(self) -> None:
        """Kill the node and its descendants."""

    def kill_node(self) -> None:
        """Kill the value of the node only."""

    def data(self) -> int:
        """Return $DATA."""

    def order(self, *, reverse: bool) -> Value:
        """Return $ORDER."""

    def query(self, *, reverse: bool) -> str:
        """Return $QUERY."""

    def below(self, keys: Sequence[Value]) -> Reference:
        """Return the descendant with these further subscripts."""

    def subscripts(self) -> tuple[Value, ...]:
        """Return the subscripts."""

    def text(self) -> str:
        """Return the canonic name, as $NAME gives it."""


class LocalReference:
    """A local variable with its subscripts."""

    __slots__ = ("keys", "machine", "name")
    is_global = False
    is_read_only = False

    def __init__(self, machine: Machine, name: str, keys: tuple[Key, ...]) -> None:
        if len(keys) > M_SUBSCRIPT_COUNT_MAX:
            raise merror("MAXNRSUBSCRIPTS")
        self.machine = machine
        self.name = name
        self.keys = keys

    @property
    def cell(self) -> Cell:
        """The cell of the variable at this moment."""
        return self.machine.locals.cell(self.name)

    def get(self) -> Value | None:
        """Return the value, or None."""
        return self.cell.get(self.keys)

    def value(self) -> Value:
        """Return the value; M6 if there is none and VIEW has not said otherwise."""
        value = self.cell.get(self.keys)
        if value is None:
            return self.machine.views.missing(self.name, self.keys)
        return value

    def set(self, value: Value) -> None:
        """Store a value."""
        self.cell.set(self.keys, value)

    def kill(self) -> None:
        """Kill the node and its descendants."""
        self.cell.kill(self.keys)

    def kill_node(self) -> None:
        """Kill the value of the node only."""
        self.cell.kill_node(self.keys)

    def data(self) -> int:
        """Return $DATA."""
        return self.cell.data_of(self.keys)

    def order(self, *, reverse: bool) -> Value:
        """Return $ORDER; without subscripts the next name of a local that is defined."""
        if not self.keys:
            return self.machine.locals.next_local(self.name, reverse=reverse)
        arr = self.cell.level(self.keys)
        if arr is None:
            return ""
        key = arr.previous(self.keys[-1]) if reverse else arr.next(self.keys[-1])
        return "" if key is None else key

    def query(self, *, reverse: bool) -> str:
        """Return $QUERY."""
        keys = self.cell.query(self.keys, reverse=reverse)
        return "" if keys is None else local_name(self.name, keys, self.machine.charset)

    def below(self, keys: Sequence[Value]) -> LocalReference:
        """Return the descendant with these further subscripts."""
        return LocalReference(self.machine, self.name, (*self.keys, *map(to_key, keys)))

    def subscripts(self) -> tuple[Value, ...]:
        """Return the subscripts."""
        return self.keys

    def text(self) -> str:
        """Return the canonic name."""
        return local_name(self.name, self.keys, self.machine.charset)


class GlobalReference:
    """A global variable: the key of its parent, and the code of its last subscript (empty without subscripts)."""

    __slots__ = ("code", "machine", "name", "prefix")
    is_global = True
    is_read_only = False

    def __init__(self, machine: Machine, name: str, prefix: bytes | None, code: bytes) -> None:
        self.machine = machine
        self.name = name
        self.prefix = prefix
        """None without subscripts: no naked reference can follow."""
        self.code = code

    @property
    def key(self) -> bytes:
        """The whole key."""
        return (self.prefix or b"") + self.code

    def touch(self) -> bytes:
        """Set the naked indicator to this reference; return the key."""
        self.machine.naked = (self.name, self.prefix, self.code)
        return (self.prefix or b"") + self.code

    def get(self) -> Value | None:
        """Return the value, or None."""
        value = self.machine.store.get(self.name, self.touch())
        return None if value is None else self.machine.decode(value)

    def value(self) -> Value:
        """Return the value; M7 if there is none and VIEW has not said otherwise."""
        value = self.get()
        if value is None:
            return self.machine.views.missing_global(self)
        return value

    def set(self, value: Value) -> None:
        """Store a value."""
        key = self.touch()
        self.machine.store.set(self.name, key, self.machine.encode(value))

    def kill(self) -> None:
        """Kill the node and its descendants."""
        key = self.touch()
        self.machine.store.kill(self.name, key)

    def kill_node(self) -> None:
        """Kill the value of the node only."""
        key = self.touch()
        self.machine.store.kill_node(self.name, key)

    def data(self) -> int:
        """Return $DATA."""
        key = self.touch()
        return self.machine.store.data(self.name, key)

    def order(self, *, reverse: bool) -> Value:
        """Return $ORDER; without subscripts the next name of a global."""
        self.touch()
        machine = self.machine
        if self.prefix is None:
            found = machine.store.order_name(self.name, reverse)
            return "" if found is None else f"^{found}"
        code = b"" if self.code[0] == TAG_EMPTY else self.code
        after = machine.store.order(self.name, self.prefix, code, reverse)
        if after is not None and after[0] == TAG_EMPTY:
            # The node with the empty subscript is there, but $ORDER starts at "" and so never returns it.
            after = None if reverse else machine.store.order(self.name, self.prefix, after, reverse)
        return "" if after is None else machine.codec.decode_one(after)

    def query(self, *, reverse: bool) -> str:
        """Return $QUERY. What it returns is remembered as a reference, for it comes back by indirection."""
        key = self.touch()
        found = self.machine.store.query(self.name, key, reverse)
        if found is None:
            return ""
        text = global_name(self.machine, self.name, found)
        self.machine.indirection.remember(text, global_reference(self.machine, self.name, found))
        return text

    def below(self, keys: Sequence[Value]) -> GlobalReference:
        """Return the descendant with these further subscripts."""
        if not keys:
            return self
        codec = self.machine.codec
        prefix = self.key + codec.encode(keys[:-1])
        return GlobalReference(self.machine, self.name, prefix, codec.encode_one(keys[-1]))

    def pairs(self, nodes: Sequence[tuple[tuple[Value, ...], Value]]) -> list[tuple[bytes, bytes]]:
        """Return the keys and the stored values of nodes below this one, given by their further subscripts."""
        machine, key = self.machine, self.key
        encode_key, encode = machine.codec.encode, machine.encode
        return [(key + encode_key(keys), encode(value)) for keys, value in nodes]

    def subscripts(self) -> tuple[Value, ...]:
        """Return the subscripts."""
        return self.machine.codec.decode(self.key)

    def text(self) -> str:
        """Return the canonic name."""
        return global_name(self.machine, self.name, self.key)


class NakedReference(GlobalReference):
    """A naked reference: its subscripts are evaluated, and where it is turns out when it is used.

    So `SET $PIECE(^(1),"^")=^X(2,3)`, `SET @"^(1)"=^X(2,3)` and `$INCREMENT(^(1),^X(2,3))` change `^X(2,1)`.
    """

    __slots__ = ("last", "leading")

    def __init__(self, machine: Machine, leading: bytes, last: bytes) -> None:
        self.machine = machine
        self.leading = leading
        self.last = last

    def __getattr__(self, name: str) -> Any:
        """Settle where this is at the first use of `name`, `prefix` or `code`; M1 if the indicator is undefined."""
        if name not in GlobalReference.__slots__:
            raise AttributeError(name)
        self.name, self.prefix, self.code = self.machine.naked_at(self.leading, self.last)
        return getattr(self, name)

    def below(self, keys: Sequence[Value]) -> GlobalReference:
        """Return the descendant with these further subscripts, which is not settled either."""
        if not keys:
            return self
        codec = self.machine.codec
        leading = self.leading + self.last + codec.encode(keys[:-1])
        return NakedReference(self.machine, leading, codec.encode_one(keys[-1]))


def global_reference(machine: Machine, name: str, key: bytes) -> GlobalReference:
    """Return the reference of a global and a whole key."""
    if not key:
        return GlobalReference(machine, name, None, b"")
    # 00 ends each code and occurs nowhere else (bumps/keys.py, K2).
    at = key.rfind(b"\0", 0, len(key) - 1) + 1
    return GlobalReference(machine, name, key[:at], key[at:])


def undefined(name: str, keys: Iterable[Key]) -> MError:
    """Return M6 for a local; GT.M writes its subscripts without quotes."""
    subscripts = list(map(to_text, keys))
    return merror("UNDEF", f"{name}({','.join(subscripts)})" if subscripts else name)


def subscript_text(key: Value, charset: str) -> str:
    """Return a subscript as it stands in a canonic name: a number, or a text in quotes."""
    return names.quote(key, charset) if key.__class__ is str else to_text(key)


def local_name(name: str, keys: Sequence[Key], charset: str) -> str:
    """Return the canonic name of a local node."""
    return f"{name}({','.join([subscript_text(key, charset) for key in keys])})" if keys else name


_PLAIN = re.compile(r'[^\x00-\x1f"\x7f-\xff]*', re.ASCII)


def global_name(machine: Machine, name: str, key: bytes) -> str:
    """Return the canonic name of a global node, with `^`."""
    if not key:
        return f"^{name}"
    parts = []
    for code, subscript in zip(key.split(b"\0"), machine.codec.decode(key), strict=False):
        if code[0] != TAG_STRING and code[0] != TAG_EMPTY:
            parts.append(subscript)
        elif _PLAIN.fullmatch(subscript):
            parts.append(f'"{subscript}"')
        else:
            parts.append(names.quote(subscript, machine.charset))
    return f"^{name}({','.join(parts)})"


_ARGUMENT = r'(?:"(?:[^"\n]|"")*"|-?(?:[1-9][0-9]{0,17}(?:\.[0-9]{0,16}[1-9])?|\.[0-9]{0,16}[1-9])|0)'
_NAME = re.compile(rf"(\^?)(%?[A-Za-z][A-Za-z0-9]{{0,29}}|%)(?:\(({_ARGUMENT}(?:,{_ARGUMENT})*)\))?")
_ARGUMENTS = re.compile(_ARGUMENT)


def canonic_reference(machine: Machine, text: str) -> Reference | None:
    """Return the reference that a canonic name means, or None if the text is more than that.

    $ORDER, $QUERY and $NAME make such names, and they come back by indirection in a hurry.
    """
    found = _NAME.fullmatch(text)
    if found is None:
        return None
    caret, name, inner = found.groups()
    keys: list[Key] = []
    if inner is not None:
        for argument in _ARGUMENTS.findall(inner):
            if argument[0] == '"':
                keys.append(to_key(argument[1:-1].replace('""', '"') if len(argument) > 2 else ""))
            else:
                keys.append(to_key(argument))
        if len(keys) > M_SUBSCRIPT_COUNT_MAX:
            raise merror("MAXNRSUBSCRIPTS")
    if not caret:
        return LocalReference(machine, name, tuple(keys))
    return global_reference(machine, name, machine.codec.encode(keys))


def merge(target: Reference, source: Reference, meter: Meter) -> None:
    """Copy the node and descendants of `source` over `target`; M19 if one contains the other. Each node pays.

    A naked target is below the indicator that the source left, as with SET.
    """
    if target.is_read_only:
        raise merror("GBLNAME")
    if isinstance(target, NakedReference):
        if isinstance(source, GlobalReference):
            source.touch()
        # Settled once: each node that is stored moves the indicator.
        target = GlobalReference(target.machine, target.name, target.prefix, target.code)
    if _is_one_variable(target, source):
        mine, other = target.subscripts(), source.subscripts()
        same = [to_text(key) for key in mine[: len(other)]] == [to_text(key) for key in other[: len(mine)]]
        if same and len(mine) == len(other):
            if isinstance(target, GlobalReference):
                target.touch()
            return
        if same and source.data():
            deeper, upper = (target, source) if len(mine) > len(other) else (source, target)
            raise merror("MERGEDESC", plain_name(deeper), plain_name(upper))
    if isinstance(source, LocalReference) and isinstance(target, LocalReference):
        _merge_locals(target, source, meter)
        return
    if isinstance(source, GlobalReference) and isinstance(target, GlobalReference):
        source.machine.store.copy(target.name, target.key, source.name, source.touch(), meter.spend)
        target.touch()
        return
    size = len(source.subscripts())
    room = M_SUBSCRIPT_COUNT_MAX - len(target.subscripts())
    found = list(meter.each(nodes(source)))
    if isinstance(target, GlobalReference) and all(len(keys) - size <= room for keys, _ in found):
        target.machine.store.set_all(target.name, target.pairs([(keys[size:], value) for keys, value in found]))
        target.touch()
        return
    for keys, value in found:
        if len(keys) - size > room:
            raise merror("MERGEINCOMPL")
        target.below(keys[size:]).set(value)


def _is_one_variable(one: Reference, other: Reference) -> bool:
    """Return whether both are nodes of one variable; a local that was passed by reference may have two names."""
    if isinstance(one, LocalReference) and isinstance(other, LocalReference):
        return one.cell is other.cell
    return one.name == other.name and one.is_global == other.is_global


def plain_name(reference: Reference) -> str:
    """Return the name of a reference as GT.M's messages have it: no quotes in that of a local."""
    if reference.is_global:
        return reference.text()
    subscripts = list(map(to_text, reference.subscripts()))
    return f"{reference.name}({','.join(subscripts)})" if subscripts else reference.name


def nodes(source: Reference) -> Iterable[tuple[tuple[Value, ...], Value]]:
    """Yield (subscripts, value) of a node and its descendants that have one, in order."""
    if isinstance(source, LocalReference):
        return source.cell.nodes(source.keys)
    assert isinstance(source, GlobalReference)
    machine = source.machine
    pairs = machine.store.items(source.name, source.touch())
    return ((machine.codec.decode(key), machine.decode(value)) for key, value in pairs)


def _merge_locals(target: LocalReference, source: LocalReference, meter: Meter) -> None:
    """Copy a local tree level by level, without a path from the root for each node."""
    value = source.get()
    below = source.cell.subtree(source.keys)
    if value is not None:
        target.set(value)
    if below is None:
        return
    if target.keys:
        if target.data() == 0:
            target.set("")
            level = target.cell.level(target.keys)
            assert level is not None
            level.vals[target.keys[-1]] = None
        level = target.cell.level(target.keys)
        assert level is not None
        into = level.kids.get(target.keys[-1])
        if into is None:
            into = level.child(target.keys[-1])
    else:
        cell = target.cell
        if cell.a is None:
            cell.a = Arr()
        into = cell.a
    _copy(below, into, M_SUBSCRIPT_COUNT_MAX - len(target.keys), meter)


def _copy(source: Arr, into: Arr, room: int, meter: Meter) -> None:
    """Copy a level and all below; `room` is how many more subscripts there may be. Each node pays."""
    if not room:
        raise merror("MERGEINCOMPL")
    for key in meter.each(source.in_order()):
        value = source.vals[key]
        if value is not None:
            into.vals[key] = value
        below = source.kids.get(key)
        if below is not None:
            deeper = into.kids.get(key)
            _copy(below, into.child(key) if deeper is None else deeper, room - 1, meter)


def copy_level(arr: Arr, meter: Meter) -> Arr:
    """Return a copy of a level of an array, with all below. Each node pays."""
    copy = Arr()
    _copy(arr, copy, M_SUBSCRIPT_COUNT_MAX, meter)
    return copy

"""Globals in generated code: where they are, what they hold, and the naked indicator.

The order that a program can see is that of compile_variables.py, which has the same for closures. What of a key is
fixed is encoded when code is generated, and stands in it as bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bumps.interp import nodes
from bumps.interp.costs import SIZE
from bumps.interp.generate_base import GeneratorBase, Kind, Val
from bumps.interp.values import to_text
from bumps.keys import KeyCodec
from bumps.limits import M_SUBSCRIPT_COUNT_MAX


class Spot(NamedTuple):
    """Where a global is, as Python has it: what becomes the naked indicator."""

    name: str
    """Empty for a naked reference that is not settled: the other two are what is put behind the indicator then."""
    prefix: str
    """The key of its parent; `None` without subscripts."""
    code: str

    @property
    def indicator(self) -> str:
        """The tuple of the three."""
        return f"{self.name}, {self.prefix}, {self.code}"

    @property
    def place(self) -> str:
        """Name and whole key, as arguments."""
        return f"{self.name}, {self.code if self.prefix in ('None', _NOTHING) else f'{self.prefix} + {self.code}'}"


_NOTHING = repr(b"")


class GlobalGenerator(GeneratorBase):
    """Generates what finds, reads and writes globals."""

    def __init__(self, charset: str) -> None:
        super().__init__(charset)
        self._codec = KeyCodec.of(charset)
        self._coding = f"{self._codec.encoding!r}, 'surrogateescape'"

    @property
    def store(self) -> str:
        """What gives the globals."""
        m = self.extern("m")
        return f"({m}.ready or {m}.store)"

    @staticmethod
    def is_near(node: nodes.Node | None) -> bool:
        """Return whether this is a global that generated code knows how to find."""
        if isinstance(node, nodes.Naked):
            return True
        return isinstance(node, nodes.Global) and not node.environment and len(node.subscripts) <= M_SUBSCRIPT_COUNT_MAX

    def where(self, node: nodes.Global | nodes.Naked) -> Spot:
        """Write what evaluates the subscripts of a global that `is_near`."""
        values = [self.value(each) for each in node.subscripts]
        self.mark(node)
        if isinstance(node, nodes.Naked):
            return Spot("", self._coded(values[:-1]), self._coded(values[-1:]))
        if not values:
            return Spot(repr(node.name), "None", _NOTHING)
        return Spot(repr(node.name), self._coded(values[:-1]), self._coded(values[-1:]))

    def _coded(self, values: Sequence[Val]) -> str:
        """Write what encodes subscripts, and return a name or a literal."""
        parts: list[str] = []
        fixed = b""
        for value in values:
            if value.literal is not None:
                fixed += self._codec.encode_one(value.literal)
                continue
            if fixed:
                parts.append(repr(fixed))
                fixed = b""
            parts.append(f"{self.extern('codes')}[{value.atom}]")
        if fixed or not parts:
            parts.append(repr(fixed))
        return parts[0] if len(parts) == 1 and parts[0][-1] != "]" else self.into_temp(" + ".join(parts), Kind.ANY).atom

    def touch(self, spot: Spot) -> Spot:
        """Write what sets the naked indicator, and return where the global is: what is naked is settled now."""
        m = self.extern("m")
        if spot.name:
            self.put(f"{m}.naked = {spot.indicator}")
            return spot
        if spot.prefix == _NOTHING:  # `naked_at`, in line
            settled = Spot(self.temp(), self.temp(), spot.code)
            self.put(f"{settled.name}, {settled.prefix}, _ = {m}.naked")
            self.put(f"if {settled.prefix} is None: {m}.naked_at({spot.prefix}, {spot.code})")
            self.put(f"{m}.naked = {settled.indicator}")
            return settled
        settled = Spot(self.temp(), self.temp(), self.temp())
        self.put(f"{m}.naked = {settled.indicator} = {m}.naked_at({spot.prefix}, {spot.code})")
        return settled

    def touched(self, node: nodes.Global | nodes.Naked) -> Spot:
        """Do `where` and `touch`."""
        return self.touch(self.where(node))

    def found_at(self, spot: Spot) -> str:
        """Write what reads a global, and return a name: the value as it is stored, or None."""
        return self.into_temp(f"{self.store}.get({spot.place})", Kind.ANY).atom

    def decoded(self, name: str) -> str:
        """Return what decodes a stored value; a long one pays."""
        return f"{name}.decode({self._coding}) if len({name}) < {SIZE} else {self.extern('m')}.decode({name})"

    def global_value(self, node: nodes.Global | nodes.Naked) -> Val:
        """Write what reads a global, and return its value."""
        if not self.is_near(node):
            return self.by_closure(node)
        spot = self.touched(node)
        found = self.found_at(spot)
        missing = f"missing_at({self.extern('m')}, {spot.indicator})"
        self.put(f"{found} = {missing} if {found} is None else {self.decoded(found)}")
        return Val(found, Kind.ANY)

    def encoded(self, value: Val) -> str:
        """Write what encodes a value to be stored, and return a name or a literal; a long one pays."""
        m, a = self.extern("m"), value.atom
        if value.literal is not None and len(text := to_text(value.literal)) < SIZE:
            return repr(text.encode(self._codec.encoding, "surrogateescape"))
        if value.kind is Kind.INT:
            return self.into_temp(f"b'%d' % {a}", Kind.ANY).atom
        of_text, of_int = f"{a}.encode({self._coding})", f"b'%d' % {a} if {a}.__class__ is int"
        ways = {
            Kind.TEXT: f"{of_text} if len({a}) < {SIZE}",
            Kind.NUMBER: of_int,
            Kind.ANY: f"{of_text} if {a}.__class__ is str and len({a}) < {SIZE} else {of_int}",
        }
        return self.into_temp(f"{ways[value.kind]} else {m}.encode({a})", Kind.ANY).atom

    def put_global(self, spot: Spot, value: Val, *, is_listed: bool = False) -> None:
        """Write what stores a value in a global. In a list the value is encoded behind the naked indicator."""
        if is_listed:
            spot = self.touch(spot)
        stored = self.encoded(value)
        if not is_listed:
            spot = self.touch(spot)
        self.put(f"{self.store}.set({spot.place}, {stored})")

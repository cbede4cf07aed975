"""Variables in generated code: subscripts, reading, and the functions that take a variable.

The order that a program can see is that of compile_variables.py, which has the same for closures.
"""

from __future__ import annotations

from collections.abc import Sequence

from bumps.interp import nodes
from bumps.interp.compile_base import constant
from bumps.interp.compile_variables import is_plain
from bumps.interp.generate_base import Kind, Val
from bumps.interp.generate_globals import GlobalGenerator
from bumps.limits import M_SUBSCRIPT_COUNT_MAX


class VariableGenerator(GlobalGenerator):
    """Generates what reads variables."""

    def local_value(self, node: nodes.Local) -> Val:
        """Write what reads a local, and return its value."""
        if not node.subscripts:
            self.mark(node)
            known = self.known_value(node.name)
            if known is not None:
                return known
            value = self.defined(node.name)
            if node.name in self.grown:
                self.held.append(value.atom)
            else:
                self.known.learn(node.name, value)
            return value
        if len(node.subscripts) > M_SUBSCRIPT_COUNT_MAX:
            return self.by_closure(node)
        keys = [self.key(each) for each in node.subscripts]
        self.mark(node)
        name = self.temp()
        above = "".join([f".kids[{key}]" for key in keys[:-1]])
        self.put(f"try: {name} = {self.cell(node.name)}.a{above}.vals[{keys[-1]}]")
        self.put(f"except ABSENT: {name} = None")
        self.put(f"if {name} is None: {name} = {self.extern('missing')}({node.name!r}, {tuple_of(keys)})")
        return Val(name, Kind.ANY)

    def _level(self, name: str, keys: Sequence[str]) -> str:
        """Write what finds the level of the last key; it is None if there is none."""
        level = self.temp()
        self.put(f"{level} = {self.cell(name)}.a")
        for key in keys[:-1]:
            self.put(f"if {level} is not None: {level} = {level}.kids.get({key})")
        return level

    def node_value(self, name: str, keys: Sequence[str]) -> Val:
        """Write what reads a node of a local, and return its value: None if it has none."""
        level = self._level(name, keys)
        return self.into_temp(f"None if {level} is None else {level}.vals.get({keys[-1]})", Kind.ANY)

    def key(self, node: nodes.Expression) -> str:
        """Write what evaluates a subscript of a local, and return a name for the key."""
        fixed = constant(node)
        if fixed is not None:
            return self.literal_key(fixed)
        value = self.value(node)
        self.mark(node)
        return self.as_key(value)

    def as_key(self, value: Val) -> str:
        """Return a name for a value as a subscript."""
        a = value.atom
        if value.kind is Kind.INT:
            return a
        if value.kind is Kind.TEXT:
            return self.into_temp(f"KEYS[{a}]", Kind.ANY).atom
        return self.into_temp(f"{a} if {a}.__class__ is int else to_key({a})", Kind.ANY).atom

    def searched(self, variable: nodes.Local) -> list[str]:
        """Write what evaluates the subscripts of a local that is looked for (compile_variables.py, `searched`)."""
        keys: list[str] = []
        for count, node in enumerate(variable.subscripts):
            before = variable.subscripts[:count]
            if not (is_plain(node) and all(is_plain(each) or constant(each) is not None for each in before)):
                keys.append(self.key(node))
                continue
            assert isinstance(node, nodes.Local)
            self.mark(node)
            known = self.known_value(node.name)
            if known is not None:
                keys.append(self.literal_key(known.literal) if known.literal is not None else self.as_key(known))
                continue
            found = self.fresh(node.name)
            self.put(
                f"if {found}.__class__ is not int: {found} = KEYS[{found}] if {found}.__class__ is str else "
                f"lenient({self.extern('m')}, {found}, {node.name!r}, {self.cell(variable.name)}, {tuple_of(keys)})"
            )
            keys.append(found)
        return keys

    # Functions of a variable

    def get_of_variable(self, node: nodes.Function) -> Val:
        """Write $GET of a local or a global."""
        variable = node.arguments[0]
        found: str
        if isinstance(variable, nodes.Local) and len(variable.subscripts) <= M_SUBSCRIPT_COUNT_MAX:
            if variable.subscripts:
                keys = self.searched(variable)
                self.mark(variable)
                found = self.node_value(variable.name, keys).atom
            elif (known := self.known_value(variable.name)) is not None:
                if len(node.arguments) > 1:
                    assert node.arguments[1] is not None, "the grammar refuses it"
                    self.value(node.arguments[1])  # it is evaluated whatever the variable is
                return known
            else:
                self.mark(variable)
                found = self.fresh(variable.name)
                if variable.name in self.grown:
                    self.held.append(found)
        elif isinstance(variable, nodes.Global | nodes.Naked) and self.is_near(variable):
            found = self.found_at(self.touched(variable))
            self.put(f"if {found} is not None: {found} = {self.decoded(found)}")
        else:
            return self.by_closure(node)
        return self.defaulted(node, found)

    def defaulted(self, node: nodes.Function, found: str) -> Val:
        """Write what $GET gives if `found` is None: its default, which is evaluated in any case."""
        default = "''"
        if len(node.arguments) > 1:
            assert node.arguments[1] is not None, "the grammar refuses it"
            default = self.value(node.arguments[1]).atom
        self.put(f"if {found} is None: {found} = {default}")
        return Val(found, Kind.ANY)

    def data_of_variable(self, node: nodes.Function) -> Val:
        """Write $DATA of a local or a global."""
        variable = node.arguments[0]
        if isinstance(variable, nodes.Local) and len(variable.subscripts) <= M_SUBSCRIPT_COUNT_MAX:
            if not variable.subscripts:
                self.mark(node)
                held, cell = self.variable(variable.name), self.cell(variable.name)
                return self.into_temp(f"(0 if {held} is None else 1) + (0 if {cell}.a is None else 10)", Kind.INT)
            keys = self.searched(variable)
            self.mark(node)
            level = self._level(variable.name, keys)
            key = keys[-1]
            value = self.into_temp("0", Kind.INT)
            has_value, has_more = f"0 if {level}.vals[{key}] is None else 1", f"10 if {key} in {level}.kids else 0"
            self.put(f"if {level} is not None and {key} in {level}.vals:")
            self.put(f"    {value.atom} = ({has_value}) + ({has_more})")
            return value
        if isinstance(variable, nodes.Global | nodes.Naked) and self.is_near(variable):
            return self.into_temp(f"{self.store}.data({self.touched(variable).place})", Kind.INT)
        return self.by_closure(node)

    def order_of_variable(self, node: nodes.Function) -> Val:
        """Write $ORDER of a local or a global."""
        variable = node.arguments[0]
        way = self.way(node)
        if way is None:
            return self.by_closure(node)
        reverse = way < 0
        if (
            isinstance(variable, nodes.Local)
            and variable.subscripts
            and len(variable.subscripts) <= M_SUBSCRIPT_COUNT_MAX
        ):
            keys = [self.key(each) for each in variable.subscripts] if reverse else self.searched(variable)
            self.mark(node)
            level = self._level(variable.name, keys)
            step = "previous" if reverse else "next"
            found = self.into_temp(f"None if {level} is None else {level}.{step}({keys[-1]})", Kind.ANY)
            self.put(f"if {found.atom} is None: {found.atom} = ''")
            return found
        if isinstance(variable, nodes.Global | nodes.Naked) and self.is_near(variable):
            spot = self.touched(variable)
            step = "previous_subscript" if reverse else "next_subscript"
            return self.into_temp(f"{step}({self.extern('m')}, {spot.indicator})", Kind.ANY)
        return self.by_closure(node)

    @staticmethod
    def way(node: nodes.Function) -> int | None:
        """Return the direction of $ORDER or $QUERY, 1 or -1; None if it is to be evaluated."""
        way = 1 if len(node.arguments) == 1 else constant(node.arguments[1])
        return int(way) if way in (1, -1) else None


def tuple_of(names: Sequence[str]) -> str:
    """Return a tuple as Python has it."""
    return f"({names[0]},)" if len(names) == 1 else f"({', '.join(names)})"

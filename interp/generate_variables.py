"""Variables in generated code: subscripts, reading, and the functions that take a variable.

The order that a program can see is that of compile_variables.py, which has the same for closures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bumps.interp import nodes
from bumps.interp.compile_base import constant
from bumps.interp.compile_variables import is_plain
from bumps.interp.generate_base import GeneratorBase, Kind, Val
from bumps.keys import KeyCodec
from bumps.limits import M_SUBSCRIPT_COUNT_MAX


class VariableGenerator(GeneratorBase):
    """Generates what reads variables."""

    def local_value(self, node: nodes.Local) -> Val:
        """Write what reads a local, and return its value."""
        if not node.subscripts:
            self.mark(node)
            name = self.temp()
            self.put(f"{name} = {self.cell(node.name)}.v")
            self.put(f"if {name} is None: {name} = {self.extern('missing')}({node.name!r}, ())")
            if node.name in self.grown:
                self.held.append(name)
            return Val(name, Kind.ANY)
        if len(node.subscripts) > M_SUBSCRIPT_COUNT_MAX:
            return self.by_closure(node)
        keys = [self.key(each) for each in node.subscripts]
        self.mark(node)
        value = self._node_value(node.name, keys)
        self.put(f"if {value.atom} is None: {value.atom} = {self.extern('missing')}({node.name!r}, {tuple_of(keys)})")
        return value

    def _level(self, name: str, keys: Sequence[str]) -> str:
        """Write what finds the level of the last key; it is None if there is none."""
        level = self.temp()
        self.put(f"{level} = {self.cell(name)}.a")
        for key in keys[:-1]:
            self.put(f"if {level} is not None: {level} = {level}.kids.get({key})")
        return level

    def _node_value(self, name: str, keys: Sequence[str]) -> Val:
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
            found = self.into_temp(f"{self.cell(node.name)}.v", Kind.ANY).atom
            self.put(
                f"if {found}.__class__ is not int: {found} = KEYS[{found}] if {found}.__class__ is str else "
                f"lenient({self.extern('m')}, {found}, {node.name!r}, {self.cell(variable.name)}, {tuple_of(keys)})"
            )
            keys.append(found)
        return keys

    def where(self, node: nodes.Global) -> tuple[str, str, str] | None:
        """Write what evaluates the subscripts of a global: return its name, its parent's key, and its last code.

        Each as Python has it; None if the closure has to do it.
        """
        if node.environment or len(node.subscripts) > M_SUBSCRIPT_COUNT_MAX:
            return None
        if not node.subscripts:
            self.mark(node)
            return repr(node.name), "None", "b''"
        codec = KeyCodec.of(self.charset)
        literals = [constant(each) for each in node.subscripts]
        values = [self.value(each) for each in node.subscripts]
        self.mark(node)
        if all(literal is not None for literal in literals[:-1]):
            prefix = repr(codec.encode([each for each in literals[:-1] if each is not None]))
        else:
            encode = self.extern("encode")
            prefix = self.into_temp(f"{encode}([{', '.join([each.atom for each in values[:-1]])}])", Kind.ANY).atom
        last = literals[-1]
        if last is not None:
            return repr(node.name), prefix, repr(codec.encode_one(last))
        return repr(node.name), prefix, self.into_temp(f"{self.extern('encode_one')}({values[-1].atom})", Kind.ANY).atom

    def touched(self, node: nodes.Global) -> tuple[str, str, str] | None:
        """Do `where`, and write what sets the naked indicator."""
        at = self.where(node)
        if at is not None:
            self.put(f"{self.extern('m')}.naked = ({', '.join(at)})")
        return at

    @staticmethod
    def whole_key(prefix: str, code: str) -> str:
        """Return the whole key of a place that `where` gave."""
        return code if prefix in ("None", "b''") else f"{prefix} + {code}"

    def decoded(self, name: str) -> str:
        """Return what decodes a stored value."""
        return f"{self.extern('m')}.decode({name})"

    def global_value(self, node: nodes.Global) -> Val:
        """Write what reads a global, and return its value."""
        at = self.touched(node)
        if at is None:
            return self.by_closure(node)
        name, prefix, code = at
        m = self.extern("m")
        found = self.into_temp(f"{m}.store.get({name}, {self.whole_key(prefix, code)})", Kind.ANY).atom
        missing = f"missing_at({m}, {name}, {prefix}, {code})"
        self.put(f"{found} = {missing} if {found} is None else {self.decoded(found)}")
        return Val(found, Kind.ANY)

    # Functions of a variable

    def _get(self, node: nodes.Function) -> Val:
        variable = node.arguments[0]
        found: str
        if isinstance(variable, nodes.Local) and len(variable.subscripts) <= M_SUBSCRIPT_COUNT_MAX:
            if variable.subscripts:
                keys = self.searched(variable)
                self.mark(variable)
                found = self._node_value(variable.name, keys).atom
            else:
                self.mark(variable)
                found = self.into_temp(f"{self.cell(variable.name)}.v", Kind.ANY).atom
                if variable.name in self.grown:
                    self.held.append(found)
        elif isinstance(variable, nodes.Global) and (at := self.touched(variable)) is not None:
            name, prefix, code = at
            found = self.into_temp(
                f"{self.extern('m')}.store.get({name}, {self.whole_key(prefix, code)})", Kind.ANY
            ).atom
            self.put(f"if {found} is not None: {found} = {self.decoded(found)}")
        else:
            return self.by_closure(node)
        default = "''"
        if len(node.arguments) > 1:
            assert node.arguments[1] is not None, "the grammar refuses it"
            default = self.value(node.arguments[1]).atom
        self.put(f"if {found} is None: {found} = {default}")
        return Val(found, Kind.ANY)

    def _data(self, node: nodes.Function) -> Val:
        variable = node.arguments[0]
        if isinstance(variable, nodes.Local) and len(variable.subscripts) <= M_SUBSCRIPT_COUNT_MAX:
            if not variable.subscripts:
                self.mark(node)
                return self.into_temp(f"{self.cell(variable.name)}.data", Kind.INT)
            keys = self.searched(variable)
            self.mark(node)
            level = self._level(variable.name, keys)
            key = keys[-1]
            value = self.into_temp("0", Kind.INT)
            has_value, has_more = f"0 if {level}.vals[{key}] is None else 1", f"10 if {key} in {level}.kids else 0"
            self.put(f"if {level} is not None and {key} in {level}.vals:")
            self.put(f"    {value.atom} = ({has_value}) + ({has_more})")
            return value
        if isinstance(variable, nodes.Global) and (at := self.touched(variable)) is not None:
            name, prefix, code = at
            return self.into_temp(f"{self.extern('m')}.store.data({name}, {self.whole_key(prefix, code)})", Kind.INT)
        return self.by_closure(node)

    def _order(self, node: nodes.Function) -> Val:
        variable = node.arguments[0]
        way = 1 if len(node.arguments) == 1 else constant(node.arguments[1])
        if way not in (1, -1):
            return self.by_closure(node)
        reverse = way == -1
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
        if isinstance(variable, nodes.Global) and not reverse and (at := self.where(variable)) is not None:
            return self.into_temp(f"order_global({self.extern('m')}, {', '.join(at)}, {reverse})", Kind.ANY)
        return self.by_closure(node)


def tuple_of(names: Sequence[str]) -> str:
    """Return a tuple as Python has it."""
    return f"({names[0]},)" if len(names) == 1 else f"({', '.join(names)})"


OF_VARIABLES: dict[str, Callable[..., Val]] = {
    "GET": VariableGenerator._get,
    "DATA": VariableGenerator._data,
    "ZDATA": VariableGenerator._data,
    "ORDER": VariableGenerator._order,
}
"""What generates a function whose first argument is a variable."""

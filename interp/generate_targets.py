"""What changes variables in generated code: SET, KILL, NEW."""

from __future__ import annotations

from typing import Any

from bumps.interp import nodes
from bumps.interp.compile_expressions import has_side_effect
from bumps.interp.compile_variables import is_plain
from bumps.interp.costs import SIZE
from bumps.interp.generate_base import Kind
from bumps.interp.generate_expressions import ExpressionGenerator
from bumps.limits import M_SUBSCRIPT_COUNT_MAX, STRING_SIZE_MAX


class TargetGenerator(ExpressionGenerator):
    """Generates the arguments of the commands that change variables."""

    def set_argument(self, argument: nodes.Assignment) -> bool:
        """Write one argument of SET; False, and nothing is written, if the closure has to do it."""
        if len(argument.targets) != 1:
            return False
        target = argument.targets[0]
        if isinstance(target, nodes.Local) and len(target.subscripts) <= M_SUBSCRIPT_COUNT_MAX:
            if target.subscripts:
                self._set_node(target, argument)
            elif not self._append(target, argument):
                value = self.value(argument.value)
                self.mark(argument)
                self.put(f"{self.cell(target.name)}.v = {value.atom}")
            return True
        if isinstance(target, nodes.Global):
            return self._set_global(target, argument)
        if isinstance(target, nodes.Function):
            return self._set_part(target, argument)
        return False

    def _set_node(self, target: nodes.Local, argument: nodes.Assignment) -> None:
        keys = [self.key(each) for each in target.subscripts]
        value = self.value(argument.value)
        self.mark(argument)
        cell, level = self.temp(), self.temp()
        self.put(f"{cell} = {self.cell(target.name)}")
        self.put(f"{level} = {cell}.a")
        self.put(f"if {level} is None: {level} = {cell}.a = Arr()")
        for key in keys[:-1]:
            below = self.temp()
            self.put(f"{below} = {level}.kids.get({key})")
            self.put(f"{level} = {level}.child({key}) if {below} is None else {below}")
        self.put(f"{level}.vals[{keys[-1]}] = {value.atom}")

    def _set_global(self, target: nodes.Global, argument: nodes.Assignment) -> bool:
        at = self.where(target)
        if at is None:
            return False
        value = self.value(argument.value)
        self.mark(argument)
        m = self.extern("m")
        name, prefix, code = at
        stored = self.into_temp(f"{m}.encode({value.atom})", Kind.ANY).atom
        self.put(f"{m}.naked = ({name}, {prefix}, {code})")
        self.put(f"{m}.store.set({name}, {self.whole_key(prefix, code)}, {stored})")
        return True

    def _set_part(self, target: nodes.Function, argument: nodes.Assignment) -> bool:
        """Write SET of $PIECE or $EXTRACT of a plain local."""
        variable = target.arguments[0]
        if target.name not in ("PIECE", "EXTRACT") or not isinstance(variable, nodes.Local) or variable.subscripts:
            return False
        values = [self.value(each).atom for each in target.arguments[1:] if each is not None]
        new = self.value(argument.value)
        self.mark(argument)
        if target.name == "PIECE":
            mark, first = values[0], values[1] if len(values) > 1 else "1"
            parts = [mark, first, values[2] if len(values) > 2 else first]
        else:
            first = values[0] if values else "1"
            parts = [first, values[1] if len(values) > 1 else first]
        cell, old = self.temp(), self.temp()
        self.put(f"{cell} = {self.cell(variable.name)}")
        self.put(f"{old} = {cell}.v")
        self.put(f"if {old} is None: {old} = ''")
        self.put(f"{old} = set_{target.name.lower()}({old}, {', '.join(parts)}, {new.atom})")
        paid = self.extern("paid")
        self.put(f"if {old} is not None: {cell}.v = {old} if len({old}) < {SIZE} else {paid}({old})")
        return True

    @staticmethod
    def tails(argument: nodes.Assignment) -> list[nodes.Expression]:
        """Return what `SET X=X_a_b` puts behind X, in order; nothing for all else."""
        if len(argument.targets) != 1:
            return []
        target = argument.targets[0]
        tails: list[nodes.Expression] = []
        first = argument.value
        while isinstance(first, nodes.Binary) and first.operator == "_":
            tails.append(first.right)
            first = first.left
        if not is_plain(target) or not is_plain(first) or first.name != target.name:  # type: ignore[attr-defined]
            return []
        return [] if any(has_side_effect(tail) for tail in tails) else tails[::-1]

    def _append(self, target: nodes.Local, argument: nodes.Assignment) -> bool:
        """Write `SET X=X_more`, which makes X longer where it is: CPython does that for a text held by nobody else."""
        tails = self.tails(argument)
        if not tails:
            return False
        cell, grown, size = self.temp(), self.name(), self.temp()
        self.mark(argument.value)
        self.put(f"{cell} = {self.cell(target.name)}")
        self.put(f"if {cell}.v is None: {cell}.v = {self.extern('missing')}({target.name!r}, ())")
        texts = [self.text_of(self.value(tail)) for tail in tails]
        more = texts[0] if len(texts) == 1 else self.into_temp(" + ".join(texts), Kind.TEXT).atom
        self.mark(argument.value)
        self.put(f"{grown} = {cell}.v")
        self.put(f"if {grown}.__class__ is not str: {grown} = {cell}.v = to_text({grown})")
        self.put(f"{size} = len({grown}) + len({more})")
        crosses = f"{size} ^ len({grown}) >= {SIZE} or {size} > {STRING_SIZE_MAX}"
        self.put(f"if {crosses}: {self.extern('grow')}({grown}, {', '.join(texts)})")
        self.put(f"{cell}.v = None")
        self.put(f"{grown} += {more}")
        self.put(f"{cell}.v = {grown}")
        return True

    def kill_argument(self, argument: Any) -> bool:
        """Write one argument of KILL; False, and nothing is written, if the closure has to do it."""
        if not is_plain(argument):
            return False
        cell = self.temp()
        self.put(f"{cell} = {self.cell(argument.name)}")
        self.put(f"{cell}.v = {cell}.a = None")
        return True

    def new_argument(self, argument: Any) -> bool:
        """Write one argument of NEW; False, and nothing is written, if the closure has to do it."""
        if not isinstance(argument, nodes.Local):
            return False
        cells, name = self.extern("cells"), argument.name
        cell = self.fetched(name) if name in self.fetched_names() else self.temp()
        self.extern("name", name)
        self.put(f"{self.extern('frames')}[-1].hidden.append(({name!r}, {cells}[{name!r}]))")
        self.put(f"{cell} = {cells}[{name!r}] = Cell()")
        self.put(f"{cell}.v = {cell}.a = None")
        return True

"""What changes variables in generated code: SET, KILL, NEW."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from bumps.interp import nodes
from bumps.interp.compile_assignments import appended
from bumps.interp.compile_base import constant
from bumps.interp.compile_variables import is_plain
from bumps.interp.costs import SIZE
from bumps.interp.generate_base import FETCH_COUNT_MIN, Kind, Val
from bumps.interp.generate_expressions import ExpressionGenerator
from bumps.interp.generate_globals import Spot
from bumps.interp.generate_variables import tuple_of
from bumps.interp.values import to_text
from bumps.limits import M_SUBSCRIPT_COUNT_MAX, STRING_SIZE_MAX

assert SIZE & (SIZE - 1) == 0 == STRING_SIZE_MAX & (STRING_SIZE_MAX - 1)

REST = SIZE - 1 | STRING_SIZE_MAX
"""`size & REST` is what of a text is in its last unit, but much more if it cannot grow."""


class TargetGenerator(ExpressionGenerator):
    """Generates the arguments of the commands that change variables."""

    def set_argument(self, argument: nodes.Assignment) -> bool:
        """Write one argument of SET; False, and nothing is written, if the closure has to do it."""
        if not all(map(self._is_near_target, argument.targets)):
            return False
        target = argument.targets[0]
        is_listed = len(argument.targets) > 1
        if not is_listed and is_plain(target) and self._append(target, argument):  # type: ignore[arg-type]
            return True
        if isinstance(target, nodes.Local) and not target.subscripts and (scale := self.scale_of(target.name)):
            value = self.scaled_value(argument.value, scale)
            self.mark(argument)
            self._put_local(target.name, [], value)
            return True
        stores = [self._prepared(each, is_listed=is_listed) for each in argument.targets]
        value = self.value(argument.value)
        self.mark(argument)
        for store in stores:
            store(value)
        return True

    def _is_near_target(self, target: nodes.Node | None) -> bool:
        """Return whether generated code knows how to set this."""
        if isinstance(target, nodes.Local):
            return len(target.subscripts) <= M_SUBSCRIPT_COUNT_MAX
        if isinstance(target, nodes.Function):
            variable = target.arguments[0]
            return target.name in ("PIECE", "EXTRACT") and variable is not None and self.is_referable(variable)
        return isinstance(target, nodes.Indirection) or self.is_near(target)

    def _prepared(self, target: nodes.Expression, *, is_listed: bool) -> Callable[[Val], None]:
        """Write what evaluates the subscripts of a target, and return what writes how a value is stored there."""
        if isinstance(target, nodes.Local):
            keys = [self.key(each) for each in target.subscripts]
            return partial(self._put_local, target.name, keys)
        if isinstance(target, nodes.Function):
            return self._prepared_part(target)
        if isinstance(target, nodes.Indirection):
            return partial(self._put_indirect, self.indirect(target))
        assert isinstance(target, nodes.Global | nodes.Naked), "it is near"
        return partial(self.put_global, self.where(target), is_listed=is_listed)

    def _put_local(self, name: str, keys: Sequence[str], value: Val) -> None:
        """Write what stores a value in a local."""
        if not keys:
            held = self.value_of(name)
            if held is not None:
                self.put(f"{held} = {value.atom}")
                self.stored(name, held, value)
                return
            self.put(f"{self.cell(name)}.v = {value.atom}")
            self.known.store(name, None if name in self.grown else value)
            return
        cell, level = self.cell(name), self.temp()
        if not cell.isidentifier():
            cell = self.into_temp(cell, Kind.ANY).atom
        self.put(f"{level} = {cell}.a")
        self.put(f"if {level} is None: {level} = {cell}.a = Arr()")
        for key in keys[:-1]:
            self.put(f"{level} = {level}.kids.get({key}) or {level}.child({key})")
        self.put(f"{level}.vals[{keys[-1]}] = {value.atom}")

    def stored(self, name: str, held: str, value: Val | None) -> None:
        """Take that a name of Python that stands for a local gets a value; None if it gets none."""
        if self.lift is not None:
            self.lift.stored.add(held)
            self.lift.check(name, value)
        self.known.lose(held)
        self.known.doubt(held)
        if value is not None:
            self.known.settle(held, value)
        self.known.store(name, None)

    def _put_indirect(self, reference: str, value: Val) -> None:
        """Write what stores a value in the variable that an indirection named."""
        self.put(f"{reference}.set({value.atom})")
        self.known.forget()

    def _prepared_part(self, target: nodes.Function) -> Callable[[Val], None]:
        """Do `_prepared` for $PIECE and $EXTRACT."""
        variable = target.arguments[0]
        change = f"set_{target.name.lower()}"
        place: tuple[str, list[str]] | Spot | str
        if isinstance(variable, nodes.Local):
            place = variable.name, [self.key(each) for each in variable.subscripts]
        elif isinstance(variable, nodes.Indirection):
            place = self.indirect(variable)
        else:
            assert isinstance(variable, nodes.Global | nodes.Naked), "it is near"
            place = self.where(variable)
        values = [self.value(each) for each in target.arguments[1:] if each is not None]
        marks, bounds = (values[:1], values[1:]) if target.name == "PIECE" else ([], values)
        first = bounds[0] if bounds else self.literal(1)
        last = bounds[1] if len(bounds) > 1 else first
        parts = ", ".join([each.atom for each in (*marks, first, last)])
        if isinstance(place, str):
            return partial(self._put_part_indirect, place, f"{change}(%s, {parts}, %s)", first, last)
        if isinstance(place, Spot):
            return partial(self._put_part_of_global, place, f"{change}(%s, {parts}, %s)", first, last)
        return partial(self._put_part_of_local, *place, f"{change}(%s, {parts}, %s)")

    def _put_part_of_local(self, name: str, keys: Sequence[str], change: str, value: Val) -> None:
        """Write what changes a part of a local, if anything changes."""
        old = self.node_value(name, keys).atom if keys else self.fresh(name)
        self.put(f"if {old} is None: {old} = ''")
        self.put(f"{old} = {change % (old, value.atom)}")
        self.put(f"if {old} is not None:")
        with self.indented():
            self._put_local(name, keys, self.paid(Val(old, Kind.TEXT)))

    @staticmethod
    def _has_part(first: Val, last: Val) -> str:
        """Return a condition: whether there is such a part at all. If not, the variable is not looked at."""
        is_sure = first is last and first.literal.__class__ is int and first.literal > 0
        return "True" if is_sure else f"to_integer({last.atom}) >= max(to_integer({first.atom}), 1)"

    def _put_part_indirect(self, reference: str, change: str, first: Val, last: Val, value: Val) -> None:
        """Write what changes a part of the variable that an indirection named."""
        old = self.temp()
        self.put(f"if {self._has_part(first, last)}:")
        with self.indented():
            self.put(f"{old} = {reference}.get()")
            self.put(f"if {old} is None: {old} = ''")
            self.put(f"{old} = {change % (old, value.atom)}")
            self.put(f"if {old} is not None:")
            with self.indented():
                self._put_indirect(reference, self.paid(Val(old, Kind.TEXT)))

    def _put_part_of_global(self, spot: Spot, change: str, first: Val, last: Val, value: Val) -> None:
        """Write what changes a part of a global: nothing, without a look at it, if there is no such part."""
        self.put(f"if {self._has_part(first, last)}:")
        with self.indented():
            spot = self.touch(spot)
            old = self.found_at(spot)
            self.put(f"{old} = '' if {old} is None else {self.decoded(old)}")
            self.put(f"{old} = {change % (old, value.atom)}")
            self.put(f"if {old} is not None:")
            with self.indented():
                stored = self.encoded(self.paid(Val(old, Kind.TEXT)))
                self.put(f"{self.store}.set({spot.place}, {stored})")

    def _append(self, target: nodes.Local, argument: nodes.Assignment) -> bool:
        """Write `SET X=X_more`, which makes X longer where it is: CPython does that for a text held by nobody else."""
        tails = appended(target, argument.value)
        if not tails:
            return False
        grown = whole = self.variable(target.name)
        if "." in whole:
            cell = self.cell(target.name)
            if not cell.isidentifier():
                cell = self.into_temp(cell, Kind.ANY).atom
            # One name for all such commands: what another one still holds could not be made longer in place.
            grown, whole = self.growing.setdefault(target.name, self.name()), f"{cell}.v"
            self.mark(argument.value)
            self.put(f"{grown} = {whole}")
        self.mark(argument.value)
        both = grown if grown == whole else f"{grown} = {whole}"
        fact = self.fact(target.name, grown)
        is_text = fact is not None and fact.kind is Kind.TEXT
        if not is_text:
            self.put(f"if {grown} is None: {both} = {self.extern('missing')}({target.name!r})")
        texts = [self.text_of(self.value(tail)) for tail in tails]
        literals = [constant(tail) for tail in tails]
        # Nothing is paid, and the text is not too long, as long as it does not get another unit of its size.
        if all(literal is not None for literal in literals):
            added = "".join([to_text(literal) for literal in literals if literal is not None])
            more, is_short = repr(added), f"len({grown}) & {REST} < {SIZE - len(added)}"
        else:
            more = texts[0] if len(texts) == 1 else self.into_temp(" + ".join(texts), Kind.TEXT).atom
            is_short = f"(len({grown}) & {REST}) + len({more}) < {SIZE}"
        self.mark(argument.value)
        self.put(f"if not {is_short}:" if is_text else f"if not ({grown}.__class__ is str and {is_short}):")
        with self.indented():
            if not is_text:
                self.put(f"if {grown}.__class__ is not str: {both} = to_text({grown})")
            self.put(f"{self.extern('grow')}({grown}, {', '.join(texts)})")
        if grown == whole:
            self.put(f"{grown} += {more}")
            self.stored(target.name, grown, Val(grown, Kind.TEXT))
            return True
        self.put(f"{whole} = None")
        self.put(f"{grown} += {more}")
        self.put(f"{whole} = {grown}")
        self.known.store(target.name, None)
        return True

    def kill_argument(self, argument: Any) -> bool:
        """Write one argument of KILL; False, and nothing is written, if the closure has to do it."""
        if isinstance(argument, nodes.Local):
            if len(argument.subscripts) > M_SUBSCRIPT_COUNT_MAX:
                return False
            if argument.subscripts:
                keys = self.searched(argument)
                self.mark(argument)
                self.put(f"{self.cell(argument.name)}.kill({tuple_of(keys)})")
                self.known.forget()
                return True
            held = self.variable(argument.name)
            if "." not in held:
                self.put(f"{held} = {self.cell(argument.name)}.a = None")
                self.stored(argument.name, held, None)
                return True
            cell = self.temp()
            self.put(f"{cell} = {self.cell(argument.name)}")
            self.put(f"{cell}.v = {cell}.a = None")
            self.known.store(argument.name, None)
            return True
        if isinstance(argument, nodes.Global | nodes.Naked) and self.is_near(argument):
            self.put(f"{self.store}.kill({self.touched(argument).place})")
            return True
        return False

    def merge_argument(self, argument: nodes.MergeArgument) -> bool:
        """Write one argument of MERGE; False, and nothing is written, if the closure has to do it."""
        if not self.is_referable(argument.target) or not self.is_referable(argument.source):
            return False
        target = self.reference(argument.target)
        source = self.reference(argument.source, is_searched=True)
        self.mark(argument)
        self.put(f"merge({target}, {source}, {self.extern('m')}.meter)")
        return True

    def lock_argument(self, argument: nodes.LockArgument) -> bool:
        """Write one argument of LOCK; False, and nothing is written, if the closure has to do it."""
        if not all(map(self.is_referable, argument.names)):
            return False
        locks = self.extern("locks")
        names = []
        for each in argument.names:
            reference = self.reference(each)
            self.mark(argument)
            names.append(self.into_temp(f"{locks}.name({reference})", Kind.ANY).atom)
        timeout = "None"
        if argument.timeout is not None:
            value = self.value(argument.timeout)
            self.mark(argument)
            timeout = f"to_number({value.atom})"
        self.put(f"{locks}.lock({argument.sign!r}, [{', '.join(names)}], {timeout})")
        return True

    def make(self, name: str) -> None:
        """Write what gives a local a new cell, and notes that it hides the old one."""
        made = f"{self.extern('new')}({name!r})"
        self.put(f"{self.fetched(name)} = {made}" if self.uses[name] >= FETCH_COUNT_MIN else made)

    def new_argument(self, argument: Any) -> bool:
        """Write one argument of NEW; False, and nothing is written, if the closure has to do it."""
        if not isinstance(argument, nodes.Local):
            return False
        name = argument.name
        self.extern("name", name)
        self.make(name)
        self.known.store(name, None)
        if self.depth == self.region_depth:
            self.known.own(name)
        return True

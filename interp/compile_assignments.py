"""SET to closures: what evaluates the targets, and what stores a value there."""

from __future__ import annotations

from collections.abc import Callable

from bumps.interp import byte_functions, nodes
from bumps.interp.compile_base import Act, constant
from bumps.interp.compile_devices import DeviceCompiler
from bumps.interp.compile_expressions import has_side_effect
from bumps.interp.compile_functions import SETTABLE, setter_arguments
from bumps.interp.compile_variables import is_plain
from bumps.interp.costs import SIZE
from bumps.interp.frames import Outcome, Run
from bumps.interp.references import Reference
from bumps.interp.symbols import Value
from bumps.interp.values import INT_END, NEGATIVE_END, to_integer, to_text
from bumps.limits import STRING_SIZE_MAX


class AssignmentCompiler(DeviceCompiler):
    """Compiles the arguments of SET."""

    def assign_list(self, argument: nodes.Assignment) -> Run:
        """Return a closure for `SET (A,B)=value`: all subscripts, then the value once, then each from the left."""
        value = self.value(argument.value)
        prepared = [self._prepare(target) for target in argument.targets]

        def set_list() -> Outcome:
            stores = [prepare() for prepare in prepared]
            result = value()
            for store in stores:
                store(result)
            return None

        return set_list

    def _prepare(self, target: nodes.Expression) -> Callable[[], Callable[[Value], None]]:
        """Return a closure that evaluates the subscripts of a target and returns what stores a value there."""
        if isinstance(target, nodes.Special):
            store = self.machine.specials.setter(target.name)
            return lambda: store
        if isinstance(target, nodes.Function):
            reference = self.reference(target.arguments[0])  # type: ignore[arg-type]
            gets = [self.value(argument) for argument in target.arguments[1:] if argument is not None]
            name = target.name
            store_part = SETTABLE[name]
            if name in byte_functions.SETTERS and self.machine.charset != "m":
                store_part = byte_functions.setter(name)
            store_part = self.machine.meter.sized(store_part)

            if len(gets) == 2 and name in ("PIECE", "ZPIECE"):
                mark, index = gets

                def prepare_piece() -> Callable[[Value], None]:
                    variable = reference()
                    delimiter = mark()
                    first = index()
                    return lambda result: _store_part(store_part, variable, (delimiter, first, first), result)

                return prepare_piece

            def prepare() -> Callable[[Value], None]:
                variable = reference()
                values = setter_arguments(name, [get() for get in gets])
                return lambda result: _store_part(store_part, variable, values, result)

            return prepare
        refer = self.reference(target)
        return lambda: refer().set

    def assign_to(self, target: nodes.Expression, argument: nodes.Expression) -> Act:
        """Return a closure for SET of one target, which may be a special variable or a function."""
        if isinstance(target, nodes.Local) and not target.subscripts:
            in_place = self._count(target, argument) or self._append(target, argument)
            return in_place or self.assign(target, self.value(argument))
        value = self.value(argument)
        if isinstance(target, nodes.Special | nodes.Function):
            prepare = self._prepare(target)

            def set_prepared() -> None:
                store = prepare()
                store(value())

            return set_prepared
        return self.assign(target, value)

    def _count(self, target: nodes.Local, argument: nodes.Expression) -> Act | None:
        """Return a closure for `SET X=X+1`, or any other int literal; None for all else."""
        if not isinstance(argument, nodes.Binary) or argument.operator not in ("+", "-"):
            return None
        name = self.plain(argument.left)
        literal = constant(argument.right)
        if name != target.name or literal.__class__ is not int:
            return None
        amount = to_integer(literal) if argument.operator == "+" else -to_integer(literal)
        cells = self.machine.cells
        slow = self.assign(target, self.value(argument))

        def count() -> None:
            cell = cells[name]
            value = cell.v
            if value.__class__ is int:
                result = value + amount
                if NEGATIVE_END < result < INT_END:
                    cell.v = result
                    return
            slow()

        return count

    def _append(self, target: nodes.Local, argument: nodes.Expression) -> Act | None:
        """Return a closure for `SET X=X_more`, which makes X longer where it is; None for all else.

        CPython does that for a text that nothing else refers to, so the cell lets go of it for the moment.
        """
        tails = appended(target, argument)
        if not tails:
            return None
        cells = self.machine.cells
        name = self.machine.locals.name_cell(target.name)
        slow = self.assign(target, self.value(argument))
        gets = [self.texts(tail) for tail in tails]
        grow = self.machine.meter.grow
        if len(gets) == 1:
            return self.located(self._append_one(name, gets[0], slow), argument)

        def append() -> None:
            cell = cells[name]
            text = cell.v
            if text is None:
                slow()
                return
            if text.__class__ is not str:
                text = to_text(text)
            tails = [get() for get in gets]
            tail = "".join(tails)
            if len(text) + len(tail) >= SIZE:
                grow(text, *tails)
            cell.v = None
            text += tail
            cell.v = text

        return self.located(append, argument)

    def _append_one(self, name: str, get: Callable[[], str], slow: Act) -> Act:
        """Return a closure for `SET X=X_more`."""
        cells = self.machine.cells
        grow = self.machine.meter.grow

        def append_one() -> None:
            cell = cells[name]
            text = cell.v
            if text.__class__ is not str:
                if text is None:
                    slow()
                    return
                text = to_text(text)
            tail = get()
            old = len(text)
            size = old + len(tail)
            if size ^ old >= SIZE or size > STRING_SIZE_MAX:  # a multiple of SIZE lies between
                grow(text, tail)
            cell.v = None
            text += tail
            cell.v = text

        return append_one


def appended(target: nodes.Expression, value: nodes.Expression) -> list[nodes.Expression]:
    """Return what `SET X=X_a_b` puts behind X, in order; nothing for all else."""
    tails: list[nodes.Expression] = []
    first = value
    while isinstance(first, nodes.Binary) and first.operator == "_":
        tails.append(first.right)
        first = first.left
    if not tails or not is_plain(target) or not is_plain(first) or first.name != target.name:  # type: ignore[attr-defined]
        return []
    return [] if any(has_side_effect(tail) for tail in tails) else tails[::-1]


def _store_part(
    store: Callable[..., str | None], variable: Reference, values: tuple[Value, ...], result: Value
) -> None:
    """Do what SET $PIECE and $EXTRACT do: nothing, without a look at the variable, if the range is empty."""
    if to_integer(values[-1]) < max(to_integer(values[-2]), 1):
        return
    old = variable.get()
    new = store("" if old is None else old, *values, result)
    if new is not None:
        variable.set(new)

"""What ties generated code to one machine: the things that it names as externs (generate_base.py)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from bumps.interp import functions, numbers
from bumps.interp.calls import Callee, Far
from bumps.interp.columns import located_at
from bumps.interp.frames import QUIT, Code, Goto, LateFrame, LateName, Place, Quit, Run
from bumps.interp.late import late_frame

if TYPE_CHECKING:
    from bumps.interp import nodes
    from bumps.interp.compile_commands import Compiler
    from bumps.interp.generate_base import Extern
    from bumps.interp.machine import Machine
    from bumps.interp.routines import Image


class Binder:
    """Looks up what generated code needs of its machine: all that the code of a text for XECUTE needs."""

    def __init__(self, machine: Machine, code: Code) -> None:
        self.machine = machine
        self.code = code

    def given(self, extern: Extern) -> Any:
        """Return what an extern names."""
        word, *rest = extern
        assert isinstance(word, str), "the generator begins each one so"
        machine: Any = self.machine
        if not rest:
            return _OF_MACHINE[word](machine)
        return getattr(self, f"_{word}")(*rest)

    def _site(self, weight: int) -> Any:
        return self.machine.meter.site(weight)

    def _quit_in(self, number: int) -> Callable[[], Quit]:
        """Return what QUIT does while a transaction is open."""
        transactions, frames, code = self.machine.transactions, self.machine.frames, self.code
        index = code.index_of(number)

        def quit_in() -> Quit:
            transactions.check_quit(frames[-1], code, index)
            return QUIT

        return quit_in

    def _far(self, kind: str, name: str, routine: str, column: int, names: str, shape: str | None = None) -> Far:
        """Return the calls of a label of another routine, whose entry reference stands at a column.

        `names` are the actuals that are plain locals, with commas between them.
        """
        machine = self.machine
        find = located_at(machine.calls.finder(name, routine), column)
        make = machine.calls.function if kind == "function" else machine.calls.do
        plain = [machine.locals.name_cell(each) for each in names.split(",") if each]
        return Far(find, make, shape, machine.cells, plain)

    def _text(self, what: str) -> Callee:
        """Return what runs a text that needs no frame in one, or what makes that one to deal with an error in it."""
        calls = self.machine.calls
        return calls.text(self.code) if what == "framed" else calls.failed("TextFrame", (), self.code, 0)

    def _number(self, text: str) -> Decimal:
        return Decimal(text)

    def _kept(self, *what: str) -> None:
        """Return what a name of Python has before something is kept there."""

    def _table(self, old: str, new: str) -> dict[int, str]:
        return functions.translation(old, new)

    def _function(self, name: str) -> Any:
        machine = self.machine
        if name == "CHAR":
            return partial(functions.character, charset=machine.charset)
        if name == "RANDOM":
            chance = machine.world.random.randrange
            return lambda limit: functions.random(limit, chance)
        if name == "ZCONVERT":
            return partial(functions.convert, charset=machine.charset)
        if name == "ZWIDTH":
            return partial(functions.width, charset=machine.charset)
        from bumps.interp.compile_functions import PURE  # not before one is called that has no name in runtime.py

        return PURE.get(name) or machine.functions[name]


class RoutineBinder(Binder):
    """Looks up what generated code of one routine needs."""

    def __init__(self, machine: Machine, image: Image, code: Code) -> None:
        super().__init__(machine, code)
        self.image = image

    def given(self, extern: Extern) -> Any:
        """Return what an extern names."""
        return self.image if extern == ("image",) else super().given(extern)

    @property
    def compiler(self) -> Compiler:
        """What makes closures, of this routine now."""
        compiler = self.machine.routine_compiler
        compiler.image = self.image
        return compiler

    def _label(self, name: str, offset: int) -> Any:
        image = self.image
        return image.entry(name, offset) if offset else image.label(name)

    def _do(self, name: str, offset: int, *shape: Any) -> Callee:
        return self.machine.calls.do(self._label(name, offset), *(shape or (None,)))

    def _extrinsic(self, name: str, offset: int, *shape: Any) -> Callee:
        return self.machine.calls.function(self._label(name, offset), *(shape or (None,)))

    def _failed(self, kind: str, *at: Any) -> Callee:
        return self.machine.calls.failed(kind, *self._body(*at))

    def _shown(self, kind: str, *at: Any) -> Callee:
        return self.machine.calls.shown(kind, *self._body(*at))

    def _body(self, where: Any, offset: int = 0) -> tuple[tuple[str, ...], Code, int]:
        """Return formals, code and index of what is called: a label, or the block below the line with an index."""
        if isinstance(where, int):
            block = self.image.block_below(where)
            assert block is not None, "the generator has seen its lines"
            return (), block, 0
        label = self._label(where, offset)
        return label.formals or (), label.code, label.index

    def _late(self, _: int, *names: str) -> LateFrame:
        return late_frame(self.image, [LateName(*names[index : index + 3]) for index in range(0, len(names), 3)])

    def _framed(self, number: int) -> Callee:
        label = self.image.called_at(*self.image.position(number))
        assert label is not None, "its calls are done by the function that is bound"
        return self.machine.calls.framed(label)

    def _at(self, number: int) -> tuple[Code, int]:
        """Return where the line with this index is, at which the code of the binder has a label."""
        return self.code, self.code.index_of(number)

    def _place(self, number: int, column: int) -> Place:
        return Place(self.image, number, column, self.image.lines[number])

    def _jump(self, name: str, offset: int) -> Goto:
        label = self._label(name, offset)
        return Goto(label.code, label.index)

    def _goto(self, index: int) -> Goto:
        return Goto(self.code, index)

    def _block(self, number: int) -> Callable[[], None]:
        block = self.image.block_below(number)
        if block is None:
            return _nothing
        return self.machine.calls.block(block)

    def _special(self, name: str) -> Any:
        return self.machine.specials.getter(name)

    # What is left to closures: most of them are never called, and all need the tree, so they are made when they are

    def _later(self, make: Callable[[], Callable[[], Any]]) -> Callable[[], Any]:
        """Return what makes a closure at its first call, and calls it."""
        made: Callable[[], Any] | None = None

        def later() -> Any:
            nonlocal made
            if made is None:
                made = make()
            return made()

        return later

    def _node(self, number: int, start: int, end: int, kind: str) -> Any:
        line = self.image.line(number)
        self.compiler.source = line.text
        for each in line.walk():
            if each.start == start and each.end == end and type(each).__name__ == kind:
                return each
        raise AssertionError("the generator has seen it")

    def _value(self, *at: Any) -> Any:
        return self._later(lambda: self.compiler.value(self._node(*at)))

    def _actual(self, *at: Any) -> Any:
        return self._later(lambda: self.compiler.actual(self._node(*at)))

    def _resolver(self, *at: Any) -> Any:
        return self._later(lambda: self.compiler.resolver(self._node(*at)))

    def _touches(self, *at: Any) -> Any:
        return self._later(lambda: self.compiler.touches(self._node(*at)) or _nothing)

    def _pattern(self, *at: Any) -> Any:
        node: nodes.Match = self._node(*at)
        return self.compiler.matcher(node.pattern)  # type: ignore[arg-type]  # an indirect one is left to its closure

    def _run(self, number: int, index: int, argument: int) -> Run:
        return self._later(lambda: self.compiler.part(self.image, number, index, argument))

    def _rest(self, number: int, index: int) -> Run:
        return self._later(lambda: self.compiler.rest(self.image, number, index, self.code))

    def _condition(self, number: int, index: int, argument: int) -> Any:
        return self._later(lambda: self._condition_of(number, index, argument))

    def _condition_of(self, number: int, index: int, argument: int) -> Any:
        line = self.image.line(number)
        self.compiler.source = line.text
        return self.compiler.condition(line.commands[index].arguments[argument])


def _nothing() -> None:
    pass


OF_NODES = frozenset(("actual", "condition", "pattern", "resolver", "rest", "run", "touches", "value"))
"""The externs that need the tree of a line: the index of that is their first argument."""

_OF_MACHINE: dict[str, Callable[[Any], Any]] = {
    "grow": lambda machine: machine.meter.grow,
    "back": lambda machine: machine.late.back,
    "bounds": lambda machine: machine.bounds,
    "callee": lambda machine: machine.indirection.callee,
    "callees": lambda machine: machine.indirection.callees,
    "calls": lambda machine: machine.calls,
    "cells": lambda machine: machine.cells,
    "device": lambda machine: machine.device,
    "codes": lambda machine: machine.codes,
    "ended": lambda machine: machine.late.ended,
    "frames": lambda machine: machine.frames,
    "images": lambda machine: machine.library.images,
    "join": lambda machine: machine.meter.sized(numbers.concatenate),
    "indirection": lambda machine: machine.indirection,
    "locks": lambda machine: machine.locks,
    "m": lambda machine: machine,
    "made": lambda machine: machine.late.made,
    "missing": lambda machine: machine.views.missing,
    "new": lambda machine: machine.locals.hiding(),
    "paid": lambda machine: machine.meter.paid,
    "quit_elsewhere": lambda machine: machine.late.quit_elsewhere,
    "recovered": lambda machine: machine.late.recovered,
    "open": lambda machine: machine.transactions.frames,
    "tiers": lambda machine: machine.tiers,
}
"""The externs that are a single word."""

OF_TEXTS = frozenset([*_OF_MACHINE, "far", "function", "kept", "name", "number", "quit_in", "site", "table", "text"])
"""The externs that `Binder` knows."""

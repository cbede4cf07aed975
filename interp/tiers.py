"""Which code a routine runs: closures, or generated Python; and what ties generated code to one machine.

`Tiers.line` gives what runs a line: its closure, or the function of the region that it begins. The code object of
that knows nothing of a machine: what it needs from outside it names as externs (generate_base.py), which a
`Binder` looks up, to be the function's default arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from types import FunctionType
from typing import TYPE_CHECKING, Any, Literal

from bumps.interp import functions, nodes, numbers, runtime
from bumps.interp.calls import Callee
from bumps.interp.compile_functions import PURE
from bumps.interp.frames import QUIT, Code, Goto, Outcome, Place, Quit, Run
from bumps.interp.lines import LineTable
from bumps.interp.numbers import EXACT_END

if TYPE_CHECKING:
    from bumps.interp.code_cache import Compiled
    from bumps.interp.generate_base import Extern
    from bumps.interp.machine import Machine
    from bumps.interp.routines import Image

Tier = Literal["closures", "generated", "auto"]
"""`auto`: closures, until they are hot."""

Loop = Callable[[int, int, int], Outcome]

assert EXACT_END == 100_000_000_000_000_000, "generate_expressions.py has it in text"


HOT_COUNT = 500
"""So often closures of a region are entered, or turns of a FOR made, before Python is generated for it.

To generate and compile a line takes as long as to run its closures some hundred times.
"""


class Tiers:
    """The generated code of one machine."""

    def __init__(self, machine: Machine, tier: Tier) -> None:
        self.machine = machine
        self.tier = tier
        self.hot_count = HOT_COUNT
        self._shows_frames = False

    def show_frames(self) -> None:
        """Leave out no frame from now on (generate_calls.py) in what is entered: somebody watches them."""
        if not self._shows_frames:
            self._shows_frames = True
            for image in self.machine.library.images.values():
                if image.is_unwatched:
                    image.renew()

    def hide_frames(self) -> None:
        """Leave out frames again: nobody watches them any more."""
        if self._shows_frames:
            self._shows_frames = False
            for image in self.machine.library.images.values():
                if image.is_unwatched:
                    image.renew()

    def line(self, image: Image, number: int, code: Code, index: int) -> Run:
        """Return what runs line `number`, which is at `index` of `code`, or more than that line."""
        if self.tier == "generated" or (self.tier == "auto" and image.is_kept):
            run = self._region(image, code, index)
            if run is not None:
                return run
        run = image.compiler.line(image, number, code, index)
        if self.tier == "auto" and index in code.starts:
            return self._warming(run, image, code, index)
        return run

    def _warming(self, run: Run, image: Image, code: Code, index: int) -> Run:
        """Return what runs closures until their region is hot."""
        left = self.hot_count

        def warming() -> Outcome:
            nonlocal left
            left -= 1
            if left < 0:
                generated = self._region(image, code, index)
                if generated is not None:
                    code.lines[index] = generated
                    return generated()
                left = self.hot_count
            return run()

        return warming

    def hot_loop(self, image: Image | None, number: int, index: int) -> HotLoop | None:
        """Return what takes over the FOR that is command `index` of a line when it is long; None if closures do it."""
        if image is None or self.tier != "auto":
            return None
        return HotLoop(self, image, number, index)

    def loop(self, image: Image, number: int, index: int) -> Loop | None:
        """Return a function for the FOR that is command `index` of a line; None if closures have to do it.

        It is given the first value of the control variable, the step and the limit, all ints.
        """
        from bumps.interp.regions import LOOP_PARAMETER_COUNT, compile_loop  # not before something is generated

        in_place = not self._shows_frames and image.is_unwatched
        compiled = compile_loop(image, number, index, self.machine.charset, in_place=in_place)
        if compiled is None:
            return None
        code, _ = image.position(number)
        function: Loop = self._bound(compiled, image, code, LOOP_PARAMETER_COUNT)
        return function

    def _region(self, image: Image, code: Code, first: int) -> Run | None:
        """Return the function of the lines from index `first` of `code` to the end of their region.

        None if closures have to do it.
        """
        if image.has_stops or code.numbers[first] in image.left:
            return None  # breakpoints stand before single lines
        compiled = self.compiled(image, code, first)
        if compiled is None:
            image.left.update(code.numbers[slice(*image.region(code, first))])
            return None
        function: Run = self._bound(compiled, image, code)
        return function

    def compiled(self, image: Image, code: Code, first: int) -> Compiled | None:
        """Return the code of a region: from the cache, or generated now, and the cache gets it."""
        line = code.numbers[first]
        kept = None if self._shows_frames else image.kept
        if kept is not None and kept.has(line):
            return kept.get(line)
        from bumps.interp.regions import compile_region  # not before something is generated

        in_place = not self._shows_frames and image.is_unwatched
        compiled = compile_region(image, code, first, self.machine.charset, in_place=in_place)
        if kept is not None:
            kept.put(line, compiled)
            for word, *at in () if compiled is None else compiled.externs:
                if word in _OF_NODES:
                    kept.put_line(at[0], image.line(at[0]))  # type: ignore[arg-type]
        return compiled

    def _bound(self, compiled: Compiled, image: Image, code: Code, given_count: int = 0) -> Any:
        """Return a generated function for this machine; its caller gives the first `given_count` parameters."""
        table = LineTable(image, compiled.marks)
        located = compiled.code.replace(co_consts=(*compiled.code.co_consts, table))
        binder = Binder(self.machine, image, code)
        count = located.co_argcount - given_count
        given = tuple([binder.given(each) for each in compiled.externs[:count]])
        for extern in compiled.externs[count:]:
            self.machine.locals.name_cell(extern[1])  # type: ignore[arg-type]
        self.machine.watch.add(located)
        return FunctionType(located, vars(runtime), "f", given)


class HotLoop:
    """A FOR that is generated when it is about to make many turns (sequences.py, `Hot`)."""

    def __init__(self, tiers: Tiers, image: Image, number: int, index: int) -> None:
        self.tiers = tiers
        self.turn_count = tiers.hot_count
        self._at = image, number, index
        self._function: Loop | None = None

    def function(self) -> Loop | None:
        """Return the generated loop; None if closures have to do it."""
        if self._function is None:
            self._function = self.tiers.loop(*self._at)
        return self._function


class Binder:
    """Looks up what generated code of one routine needs."""

    def __init__(self, machine: Machine, image: Image, code: Code) -> None:
        self.machine = machine
        self.image = image
        self.code = code
        self.compiler = image.compiler

    def given(self, extern: Extern) -> Any:
        """Return what an extern names."""
        word, *rest = extern
        assert isinstance(word, str), "the generator begins each one so"
        machine: Any = self.machine
        self.compiler.image = self.image
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
        return PURE.get(name) or machine.functions[name]

    def _label(self, name: str, offset: int) -> Any:
        image = self.image
        return image.entry(name, offset) if offset else image.label(name)

    def _do(self, name: str, offset: int, *shape: Any) -> Callee:
        return self.machine.calls.do(self._label(name, offset), *(shape or (None,)))

    def _extrinsic(self, name: str, offset: int, *shape: Any) -> Callee:
        return self.machine.calls.function(self._label(name, offset), *(shape or (None,)))

    def _failed_do(self, name: str, offset: int) -> Callee:
        return self.machine.calls.failed_do(self._label(name, offset))

    def _failed_extrinsic(self, name: str, offset: int) -> Callee:
        return self.machine.calls.failed_function(self._label(name, offset))

    def _failed_block(self, number: int) -> Callee:
        block = self.image.block_below(number)
        assert block is not None, "the generator has seen its lines"
        return self.machine.calls.failed_block(block)

    def _shown_do(self, name: str, offset: int) -> Callee:
        return self.machine.calls.shown_do(self._label(name, offset))

    def _shown_extrinsic(self, name: str, offset: int) -> Callee:
        return self.machine.calls.shown_function(self._label(name, offset))

    def _shown_block(self, number: int) -> Callee:
        block = self.image.block_below(number)
        assert block is not None, "the generator has seen its lines"
        return self.machine.calls.shown_block(block)

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
                self.compiler.image = self.image
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
        assert isinstance(node.pattern, nodes.Pattern), "an indirect one is left to the closure of the whole"
        return self.compiler.matcher(node.pattern)

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


_OF_NODES = frozenset(("actual", "condition", "pattern", "resolver", "rest", "run", "touches", "value"))
"""The externs that need the tree of a line: the index of that is their first argument."""

_OF_MACHINE: dict[str, Callable[[Any], Any]] = {
    "check": lambda machine: machine.meter.sized(numbers.check_size),
    "grow": lambda machine: machine.meter.grow,
    "bounds": lambda machine: machine.bounds,
    "calls": lambda machine: machine.calls,
    "cells": lambda machine: machine.cells,
    "device": lambda machine: machine.device,
    "codes": lambda machine: machine.codes,
    "frames": lambda machine: machine.frames,
    "indirection": lambda machine: machine.indirection,
    "locks": lambda machine: machine.locks,
    "m": lambda machine: machine,
    "missing": lambda machine: machine.views.missing,
    "paid": lambda machine: machine.meter.paid,
    "open": lambda machine: machine.transactions.frames,
    "xecute": lambda machine: machine.xecute,
}
"""The externs that are a single word."""

"""Which code a routine runs: closures, or generated Python; and what ties generated code to one machine.

`Tiers.line` gives what runs a line: its closure, or the function of the region that it begins. The code object of
that knows nothing of a machine: what it needs from outside it names as externs (generate_base.py), which a
`Binder` looks up, to be the function's default arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, Literal

from bumps.interp import runtime
from bumps.interp.binder import OF_NODES, Binder, RoutineBinder
from bumps.interp.code_cache import CALL_PART
from bumps.interp.frames import Code, Label, Outcome, Run
from bumps.interp.lines import LineTable

if TYPE_CHECKING:
    from bumps.interp import nodes
    from bumps.interp.code_cache import Compiled
    from bumps.interp.machine import Machine
    from bumps.interp.routines import Image

Tier = Literal["closures", "generated", "auto"]
"""`auto`: closures, until they are hot."""

Loop = Callable[[int, int, int], Outcome]

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
        self.shows_frames = False
        """Whether what is entered, or what begins to loop, is watched."""

    def show_frames(self, *, are_shown: bool = True) -> None:
        """Let what is entered from now on have all its frames (generate_calls.py), since they are watched; or not."""
        if self.shows_frames is not are_shown:
            self.shows_frames = are_shown
            self.machine.indirection.callees.clear()
            for image in self.machine.library.images.values():
                if image.is_unwatched:
                    image.renew()

    def line(self, image: Image, number: int, code: Code, index: int) -> Run:
        """Return what runs line `number`, which is at `index` of `code`, or more than that line."""
        if self.tier == "generated" or (self.tier == "auto" and image.is_kept):
            run = self._region(image, code, index)
            if run is not None:
                return run
        run = self.machine.routine_compiler.line(image, number, code, index)
        if self.tier == "auto" and index in code.starts:
            return self._warming(run, code, index, self.hot_count, lambda: self._hot(image, code, index))
        return run

    def _hot(self, image: Image, code: Code, index: int) -> Run | None:
        """Return the function of a region that turned out to be hot; None if calls of its label are generated first."""
        label = image.called_at(code, index)
        if label is None or label.is_hot or not label.calls:
            return self._region(image, code, index)
        label.is_hot = True
        self.machine.calls.renew(label)
        return None

    def warm_text(self, line: nodes.Line, code: Code) -> None:
        """Let the code of a text for XECUTE, which has a closure, be generated: at once, or when it is hot."""
        if self.tier != "closures":
            run = code.lines[0]
            count = 0 if self.tier == "generated" else self.hot_count
            code.lines[0] = self._warming(run, code, 0, count, lambda: self._text(line, code) or run)

    def _warming(self, run: Run, code: Code, index: int, left: int, generate: Callable[[], Run | None]) -> Run:
        """Return what runs closures until they are hot, `left` times, and then what is generated, if anything is."""

        def warming() -> Outcome:
            nonlocal left
            left -= 1
            if left < 0:
                generated = generate()
                if generated is not None:
                    code.lines[index] = generated
                    return generated()
                left = self.hot_count
            return run()

        return warming

    def _text(self, line: nodes.Line, code: Code) -> Run | None:
        """Return the function of a text for XECUTE; None if closures have to do it."""
        from bumps.interp.regions import compile_text, is_direct  # not before something is generated

        needs_frame = self.shows_frames or not is_direct(line)
        compiled = compile_text(line, self.machine.charset, needs_frame=needs_frame)
        if compiled is None:
            return None
        function: Run = self._bound(compiled, LineTable(None, compiled.marks, line.text), Binder(self.machine, code))
        if needs_frame:
            return function
        code.direct = function
        self.machine.indirection.callees.clear()
        return None

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

        in_place = not self.shows_frames and image.is_unwatched
        compiled = compile_loop(image, number, index, self.machine.charset, in_place=in_place)
        if compiled is None:
            return None
        code, _ = image.position(number)
        binder = RoutineBinder(self.machine, image, code)
        function: Loop = self._bound(compiled, LineTable(image, compiled.marks), binder, LOOP_PARAMETER_COUNT)
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
        binder = RoutineBinder(self.machine, image, code)
        function: Run = self._bound(compiled, LineTable(image, compiled.marks), binder)
        return function

    def call(self, label: Label) -> tuple[CodeType, tuple[Any, ...]] | None:
        """Return the code of the function that does calls of a label, and its defaults behind those of one call.

        None if closures, or a region's function, have to run in a frame that somebody else begins (calls.py).
        """
        image = label.image
        if self.tier == "closures" or not (self.tier == "generated" or image.is_kept or label.is_hot):
            return None
        if self.shows_frames or image.has_stops or not image.is_unwatched:
            return None
        line = label.code.numbers[label.index]
        if image.kept is not None and image.kept.has(line) and not image.kept.has(line + CALL_PART):
            return None  # it is entered in other ways, too
        compiled = self.compiled(image, label.code, label.index, is_call=True)
        if compiled is None:
            return None
        table = LineTable(image, compiled.marks, is_call=True)
        binder = RoutineBinder(self.machine, image, label.code)
        return self._parts(compiled, table, binder, len(label.formals or ()) + 2)

    def compiled(self, image: Image, code: Code, first: int, *, is_call: bool = False) -> Compiled | None:
        """Return the code of a region: from the cache, or generated now, and the cache gets it.

        With `is_call` it does calls of the label that the region begins with.
        """
        line = code.numbers[first]
        part = line + CALL_PART if is_call else line
        kept = None if self.shows_frames else image.kept
        if kept is not None and kept.has(part):
            return kept.get(part)
        from bumps.interp.regions import compile_call, compile_region  # not before something is generated

        if is_call:
            compiled = compile_call(image, code, first, self.machine.charset)
        else:
            in_place = not self.shows_frames and image.is_unwatched
            compiled = compile_region(image, code, first, self.machine.charset, in_place=in_place)
        if kept is not None:
            kept.put(part, compiled)
            for word, *at in () if compiled is None else compiled.externs:
                if word in OF_NODES:
                    kept.put_line(at[0], image.line(at[0]))  # type: ignore[arg-type]
        return compiled

    def _bound(self, compiled: Compiled, table: LineTable, binder: Binder, given_count: int = 0) -> Any:
        """Return a generated function for this machine; its caller gives the first `given_count` parameters."""
        code, given = self._parts(compiled, table, binder, given_count)
        return FunctionType(code, vars(runtime), "f", given)

    def _parts(
        self, compiled: Compiled, table: LineTable, binder: Binder, given_count: int
    ) -> tuple[CodeType, tuple[Any, ...]]:
        """Return the code of a generated function for this machine, and what its last parameters are given."""
        located = compiled.code.replace(co_consts=(*compiled.code.co_consts, table))
        count = located.co_argcount - given_count
        given = tuple([binder.given(each) for each in compiled.externs[:count]])
        for extern in compiled.externs[count:]:
            self.machine.locals.name_cell(extern[1])  # type: ignore[arg-type]
        self.machine.watch.add(located)
        return located, given


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

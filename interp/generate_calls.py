"""Calls and jumps in generated code, and bodies that are written where their call stands.

A body is *quiet* if nothing in it can see, or change, the stack of M: no call, no NEW, no text that is executed,
no `$STACK`. A block, or in a loop the region of a label, that is quiet and short is written in the place of its call.
Its frame is made only if an error must be told where it stood: `Calls.failed` does then what the call would have
done. What watches a Run sees frames, so nothing is written in place while it is watched (tiers.py).

A formal of such a body is a name of Python that holds its value, if it is used as a plain variable only; else it
holds its cell. A short region that a GOTO jumps to, or that follows, is written in the place of the jump.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest

from bumps.interp import nodes
from bumps.interp.bodies import IN_PLACE_COUNT_MAX, NESTED_COUNT_MAX, Own, bodies_of, facts_of
from bumps.interp.calls import BY_REFERENCE, OMITTED, VALUE
from bumps.interp.compile_calls import shape_of
from bumps.interp.compile_variables import is_plain
from bumps.interp.frames import CELL, OLD
from bumps.interp.generate_arithmetic import bare
from bumps.interp.generate_base import Extern, Kind, NotQuiet, TooDeep, Val
from bumps.interp.generate_targets import TargetGenerator
from bumps.interp.lines import LINE, NOWHERE
from bumps.interp.weights import region_weight

BLOCK_COUNT_MAX = 19
"""So many loops and `try` may stand in each other; Python allows 20."""


SAVED, LOADED = "<saved>", "<loaded>"
"""What stands for the statements that put locals that are names of Python into their cells, and take them out."""


class Body:
    """A body that is written in the place of its call."""

    def __init__(
        self,
        frame: Extern,
        result: str | None = None,
        cells: dict[str, str] | None = None,
        values: dict[str, str] | None = None,
        names: dict[str, str] | None = None,
    ) -> None:
        self.frame = frame
        """Its kind, and whose it is: what `Calls.failed` and `Calls.shown` make, should an error need it."""
        self.result = result
        """The name of what QUIT gives; None if it is no function's."""
        self.cells = cells or {}
        """The formals, and the names of Python that hold their cells."""
        self.values = values or {}
        """Those whose values are held instead."""
        self.names = names or {}
        """Those that are another name of a local of the caller."""
        self.lines: Sequence[nodes.Line] = ()
        self.number = self.column = 0
        """Where it is called."""
        self.handed: list[str] = []
        """What these are given: $TEST before the call, and the cells of the formals."""


class CallGenerator(TargetGenerator):
    """Writes calls and jumps."""

    def __init__(self, routine: nodes.Routine, charset: str, *, in_place: bool) -> None:
        super().__init__(charset)
        self.routine = routine
        self.in_place = in_place
        """Whether bodies may be written where their calls stand."""
        self.loops: list[str] = []
        """For each FOR around: what ends its list of ranges, empty for a FOR without argument."""
        self.start: str | None = None
        """The label that the region begins with."""
        self.line: nodes.Line
        self.bodies: list[Body] = []
        """What is written in place around, the outermost first."""
        self.block_count = 0
        """The loops and `try` of Python around."""
        self.is_turning = False
        """Whether the region is a loop."""
        self.lines_in_place: list[nodes.Line] = []
        """The lines that were written where their call or jump stands."""
        self._bodies = bodies_of(routine)
        self._jumps: list[str] = []
        """The labels of the regions that were written where they were jumped to, around."""

    def line_commands(self, line: nodes.Line, first: int) -> None:
        """Write the commands of a line from `first` on."""
        raise AssertionError("generate.py has it")

    def leave(self, outcome: str) -> None:
        """Write what ends the function with an outcome that is no QUIT, or may be none."""
        raise AssertionError("generate.py has it")

    def quit_frame(self) -> None:
        """Write what quits the frame, or ends the body that is written in its place."""
        raise AssertionError("generate.py has it")

    @contextmanager
    def guarded(self, condition: nodes.Expression | None) -> Iterator[None]:
        """Write what is done only if the condition behind an argument holds; without one, it always is."""
        if condition is None:
            yield
            return
        self.put(f"if {bare(self.test(condition))}:")
        with self.indented():
            yield

    def around(self) -> tuple[int, Sequence[nodes.Line]]:
        """Return the lines from the label above to the next one, and the index of the first."""
        lines = self.routine.lines
        first, end = self.number, self.number + 1
        while first > 0 and lines[first].label is None:
            first -= 1
        while end < len(lines) and lines[end].label is None:
            end += 1
        return first, lines[first:end]

    # What is called

    def actual(self, node: nodes.Expression | nodes.ByReference) -> str:
        """Write what evaluates an actual, and return a name: a value, or a cell."""
        if isinstance(node, nodes.ByReference):
            if isinstance(node.variable, nodes.Local):
                cell = self.cell(node.variable.name)
                return cell if self.lift is not None else self.into_temp(cell, Kind.ANY).atom
            self.check_loud()
            self.mark(node)
            return self.into_temp(f"{self.of_node('actual', node)}()", Kind.ANY).atom
        return self.value(node).atom

    def actuals(self, arguments: Sequence[nodes.Expression | nodes.ByReference | None] | None) -> list[str]:
        """Write what evaluates actuals, but for those that are omitted, and return their names."""
        return [self.actual(each) for each in arguments or () if each is not None]

    def target(self, entry: nodes.Entry) -> str:
        """Write what evaluates the indirections of an entry, and return the name of what finds its label."""
        self.mark(entry)
        return self.into_temp(f"{self.of_node('resolver', entry)}()", Kind.ANY).atom

    def _callee(self, kind: str, own: Own, shape: str | None) -> str:
        """Return the name of what calls a label of the routine itself."""
        return self.extern(kind, *own) if shape is None else self.extern(kind, *own, shape)

    # DO and $$

    def extrinsic_value(self, node: nodes.Extrinsic) -> Val:
        """Write a call of a function, and return its value."""
        own = self._bodies.is_own(node.entry)
        shape = shape_of(node.arguments)
        if own is not None:
            actuals = self.actuals(node.arguments)
            self.mark(node)
            call = f"{self._callee('extrinsic', own, shape)}({', '.join(actuals)})"
            result = self.name()
            if not self._label_in_place(node, own, actuals, f"{result} = {call}", result):
                self.check_call()
                self.put(f"{result} = {call}")
                self.called(self.routine.labels[own[0]] + own[1])
            return Val(result, Kind.ANY)
        self.check_loud()
        if is_far(node.entry):
            return self.into_temp(self._far("function", node), Kind.ANY)
        if any(isinstance(each, nodes.Local) and is_plain(each) for each in node.arguments or ()):
            return self.by_closure(node)  # an undefined actual may come after a routine that is not there
        find, actuals = self.target(node.entry), self.actuals(node.arguments)
        self.mark(node)
        called = f"{self.extern('calls')}.function({find}(), {shape!r})({', '.join(actuals)})"
        return self.into_temp(called, Kind.ANY)

    def _far(self, kind: str, call: nodes.Extrinsic | nodes.Call) -> str:
        """Write the actuals of a call of another routine, and return the call."""
        label, routine = call.entry.label, call.entry.routine
        assert isinstance(routine, nodes.Name), "is_far"
        name = label.name if isinstance(label, nodes.Name) else ""
        plain = [each.name for each in call.arguments or () if isinstance(each, nodes.Local) and is_plain(each)]
        shape = shape_of(call.arguments)
        at = name, routine.name, call.entry.start + 1, ",".join(plain)
        far = self.extern("far", kind, *at) if shape is None else self.extern("far", kind, *at, shape)
        if not plain:
            actuals = self.actuals(call.arguments)
        else:
            error = self.name()
            self.put("try:")
            count = len(self.text)
            with self.indented(), self.python_blocks(1):
                actuals = self.actuals(call.arguments)
                if len(self.text) == count:
                    self.put("pass")  # all of them are known
            self.mark(call.entry)
            self.put(f"except MError as {error}: {far}.check({error}); raise")
        self.mark(call)
        images = self.extern("images")
        callee = f"{far}.callee if {images}.get({routine.name!r}) is {far}.image else {far}.linked()"
        return f"({callee})({', '.join(actuals)})"

    def do_argument(self, call: nodes.Call | nodes.ExternalCall) -> bool:
        """Write one argument of DO; False, and nothing is written, if the closure has to do it."""
        if isinstance(call, nodes.ExternalCall):
            return False
        own = self._bodies.is_own(call.entry)
        is_fixed = isinstance(call.entry.label, nodes.Name | None) and isinstance(call.entry.routine, nodes.Name | None)
        if own is None and not is_fixed:
            return False
        if own is None and not is_far(call.entry):
            if any(isinstance(each, nodes.Local) and is_plain(each) for each in call.arguments or ()):
                return False  # an undefined actual may come after a label that is not there
        shape = shape_of(call.arguments)
        with self.guarded(call.condition):
            if own is not None:
                actuals = self.actuals(call.arguments)
                self.mark(call)
                called = f"{self._callee('do', own, shape)}({', '.join(actuals)})"
                if not self._label_in_place(call, own, actuals, called, None):
                    self.check_call()
                    self.put(called)
                    self.called(self.routine.labels[own[0]] + own[1])
            elif is_far(call.entry):
                self.check_loud()
                self.put(self._far("do", call))
            else:
                self.check_loud()
                find = self.target(call.entry)
                actuals = self.actuals(call.arguments)
                self.mark(call)
                self.put(f"{self.extern('calls')}.do({find}(), {shape!r})({', '.join(actuals)})")
        return True

    def block(self) -> None:
        """Write an argumentless DO."""
        called = f"{self.extern('block', self.number)}()"
        numbers = self._bodies.body(self.number, None) if self.in_place else []
        if not self._has_room(numbers) or not self._tried(lambda: self._write_block(numbers, called), is_block=True):
            self.check_call()
            self.put(called)
            self.called(self.number + 1)

    def _write_block(self, numbers: Sequence[int], called: str) -> None:
        self._in_place(numbers, called, Body(("BlockFrame", self.number)), [], keeps_test=True)

    def check_call(self) -> None:
        """Raise NotQuiet for a call in a body that is written in place, or where a loop has names of Python."""
        if self.bodies or self.lift is not None:
            raise NotQuiet

    def check_loud(self) -> None:
        """Raise NotQuiet for what may look at variables, or frames, where they are not what they seem."""
        self.check_call()

    def called(self, first: int) -> None:
        """Write what stands behind a call in a late call: of what begins with the line of index `first`."""

    def taken_back(self) -> str:
        """Return the statement that takes values anew in a late call, behind a `;`; empty in what is none."""
        return ""

    def own_value(self, name: str) -> str | None:
        """Return the name of Python that holds the value of a local of a late call; None if it is none such."""
        return None

    def check_held(self, name: str, *ways: str) -> None:
        """Raise NotHeld for a local of a late call that is not held in one of these ways (frames.py)."""

    # Bodies that are written in place

    def _has_room(self, numbers: Sequence[int]) -> bool:
        """Return whether there are such lines, and the function does not become too long with them."""
        written = sum([len(line.commands) for line in self.lines_in_place])
        return bool(numbers) and written + sum([len(self.routine.lines[each].commands) for each in numbers]) <= (
            IN_PLACE_COUNT_MAX
        )

    def _label_in_place(
        self, call: nodes.Call | nodes.Extrinsic, own: Own, actuals: Sequence[str], called: str, result: str | None
    ) -> bool:
        """Write a quiet body in the place of a call of its label; False if nothing is written.

        Where nothing loops a call takes no time that counts, and the body would only be written once more.
        """
        is_worth_it = self.in_place and (self.is_turning or self.loops or self.bodies)
        numbers = self._bodies.body(self.number, call) if is_worth_it else []
        if not self._has_room(numbers):
            return False
        formals = [formal.name for formal in self.routine.lines[numbers[0]].formals or ()]
        letters = (shape_of(call.arguments) or "").ljust(len(formals), OMITTED)

        def write(*, by_value: bool) -> None:
            given = iter(actuals)
            cells, values, names, handed = {}, {}, {}, []
            for formal, letter, node in zip_longest(formals, letters, call.arguments or ()):
                name = self.name()
                if letter == BY_REFERENCE and self.lift is not None:
                    assert isinstance(node, nodes.ByReference), "the shape says so"
                    assert isinstance(node.variable, nodes.Local), "an indirection is loud"
                    names[formal] = node.variable.name
                    handed.append(next(given))
                elif letter == BY_REFERENCE:
                    self.put(f"{name} = {next(given)}")
                    cells[formal] = name
                    handed.append(name)
                elif letter == VALUE and by_value:
                    actual = next(given)
                    self.put(f"{name} = {actual}")
                    values[formal] = name
                    fact = self.known.fact(actual)
                    if fact is not None:
                        self.known.settle(name, fact)
                    handed.append(f"cell_of({name})")
                else:
                    self.put(f"{name} = cell_of({next(given) if letter == VALUE else 'None'})")
                    cells[formal] = name
                    handed.append(name)
            body = Body(("Frame" if result is None else "FunctionFrame", *own), result, cells, values, names)
            self._in_place(numbers, called, body, handed, keeps_test=result is not None)
            if result is not None:
                self.put(f"if {result} is None: {result} = {self.extern('m')}.no_value()")

        calls = any(facts_of(self.routine.lines[number]).calls for number in numbers)
        is_written = (not calls and self._tried(lambda: write(by_value=True))) or self._tried(
            lambda: write(by_value=False)
        )
        if not is_written and not self.bodies and self.lift is None:
            self._bodies.refused.add(numbers[0])  # each call of it would fail
        return is_written

    def _tried(self, write: Callable[[], None], *, is_block: bool = False) -> bool:
        """Write a body in place if that can be done; return False, and nothing is written, if not."""
        if len(self.bodies) >= NESTED_COUNT_MAX:
            return False
        count, externs, depth = len(self.text), dict(self.externs), self.depth
        block_count, body_count, line_count = self.block_count, len(self.bodies), len(self.lines_in_place)
        kept = self.held, self.loops, self.start, self.number, self.column, self.line, self.beginning
        base, temps, dead_depth = self.temp_base, self.temps(), self.dead_depth
        self.held, self.loops, self.temp_base = [], [], temps
        try:
            with self.known.elsewhere(is_same_frame=is_block):
                write()
        except (NotQuiet, TooDeep):
            self.externs, self.depth, self.block_count = externs, depth, block_count
            del self.text[count:], self.marks[count:], self.lines_in_place[line_count:], self.bodies[body_count:]
            self.beginning, self.dead_depth = kept[-1], dead_depth
            self.known.doubt()
            return False
        else:
            return True
        finally:
            self.held, self.loops, self.start, self.number, self.column, self.line, _ = kept
            self.temp_base = base
            self.set_temps(temps)

    def _in_place(
        self,
        numbers: Sequence[int],
        called: str,
        body: Body,
        cells: Sequence[str],
        *,
        keeps_test: bool,
    ) -> None:
        """Write a body with its frame left out, for a call that is written as `called`; `cells` are its formals'."""
        lines = [self.routine.lines[number] for number in numbers]
        if any(body.values or body.lines[0] is lines[0] for body in self.bodies):
            raise NotQuiet  # what deals with an error in here may change them; or it calls itself
        self.lines_in_place.extend(lines)
        m, frames, bounds = self.extern("m"), self.extern("frames"), self.extern("bounds")
        at = self.number, self.column, self.line
        body.lines, body.number, body.column = lines, self.number, self.column
        sets_test = keeps_test and any(facts_of(line).sets_test for line in lines)
        test, error = self.name(), self.name()
        if sets_test:
            self.put(f"{test} = {m}.test")
        is_outermost = not self.bodies
        body.handed = [test if sets_test else f"{m}.test", *cells]
        has_room = f"len({frames}) + {NESTED_COUNT_MAX} <= {bounds}.depth_max"
        if self.lift is not None:
            self.lift.conditions[has_room] = None
        elif is_outermost:
            self.put(f"if {has_room}:")
            self.depth += 1
        if body.result is not None:
            self.put(f"{body.result} = None")
        self.put("try:")
        with self.indented(), self.python_blocks(2):
            self.put(f"for _ in {self.extern('site', region_weight(lines))}:")
            with self.indented():
                self.bodies.append(body)
                self.start = None
                self.write_lines(numbers)
                self.put_last("break")
                self.bodies.pop()
        outermost = self.bodies[0] if self.bodies else body
        self.number, self.column = outermost.number, outermost.column  # where the frame of the function itself stands
        dealt, back = self._dealt_with(error, body), self.taken_back()
        if self.lift is not None:
            dealt = f"{SAVED}; {dealt}{back}; {LOADED}"
        else:
            dealt += back
        self.put(f"except CAUGHT as {error}: {dealt}")
        self.known.doubt()
        self.number, self.column, self.line = at
        if sets_test:
            self.put(f"{m}.test = {test}")
        if is_outermost and self.lift is None:
            self.depth -= 1
            self.put(f"else: {called}{back}")

    def _dealt_with(self, error: str, body: Body) -> str:
        """Return what deals with an exception in a body: in its frame, and those of the bodies around."""
        called, given = self.extern("failed", *body.frame), f"{error}, {', '.join(body.handed)}"
        inner = body
        for outer in reversed(self.bodies):
            place = self.extern("place", inner.number, inner.column)
            given = f"{place}, {called}, ({given},), {', '.join(outer.handed)}"
            called = self.extern("shown", *outer.frame)
            inner = outer
        return f"{f'{body.result} = ' if body.result else ''}{called}({given})"

    def write_lines(self, numbers: Sequence[int]) -> None:
        """Write whole lines."""
        for number in numbers:
            if self.is_dead:
                return
            line = self.line = self.routine.lines[number]
            self.number = number
            self.end_command()
            if line.commands or line.bad or line.label is not None:
                self.column = 1
                self.beginning = LINE
            self.line_commands(line, 0)
            if self.beginning:
                self.close()

    @contextmanager
    def python_blocks(self, count: int) -> Iterator[None]:
        """Write what stands in so many more loops and `try` of Python."""
        self.block_count += count
        if self.block_count > BLOCK_COUNT_MAX:
            raise TooDeep
        yield
        self.block_count -= count

    def cell(self, name: str) -> str:
        """Return what gives the cell of a local (generate_base.py), or of a formal of what is written in place."""
        for body in reversed(self.bodies):
            if name in body.values:
                raise NotQuiet  # its cell is wanted
            if name in body.cells:
                return body.cells[name]
            name = body.names.get(name, name)
        self.check_held(name, CELL, OLD)
        if self.lift is not None:
            self.lift.cells.add(name)
        return super().cell(name)

    def value_of(self, name: str) -> str | None:
        """Return the name of Python that holds the value of a local itself; None if its cell does."""
        for body in reversed(self.bodies):
            if name in body.cells:
                return None
            if name in body.values:
                return body.values[name]
            name = body.names.get(name, name)
        own = self.own_value(name)
        if self.lift is None:
            return own
        if own is None:
            self.lift.cells.add(name)
        scale = self.lift.scales.get(name)
        held = f"q_{name[1:]}" if name.startswith("%") else f"l_{name}"
        return self.lift.names.setdefault(name, f"d{scale}_{held}" if scale else held)

    def of_node(self, word: str, node: nodes.Node) -> str:
        """Return the name of what the closure compiler makes of a node, which is called now."""
        if word != "pattern":
            self.check_closure(node)
        return super().of_node(word, node)

    def check_closure(self, node: nodes.Node) -> None:
        """Raise NotQuiet if a closure would call something, or look for a formal, of what is written in place."""
        is_quiet = bool(self.bodies) or self.lift is not None
        for each in node.walk():
            if isinstance(each, nodes.Extrinsic) and is_quiet:
                raise NotQuiet
            if isinstance(each, nodes.Local):
                self.check_reference(each)

    def check_reference(self, node: nodes.Local) -> None:
        """Raise NotQuiet for a formal of what is written in place, or a local that may be a name of Python."""
        if self.is_formal(node.name) or (self.lift is not None and not node.subscripts):
            raise NotQuiet
        self.check_held(node.name, OLD)

    def is_formal(self, name: str) -> bool:
        """Return whether a local is a formal of what is written in place."""
        return any(name in names for body in self.bodies for names in (body.cells, body.values, body.names))

    # GOTO

    def goto_argument(self, jump: nodes.Jump) -> bool:
        """Write one argument of GOTO; False, and nothing is written, if the closure has to do it."""
        if self.bodies:
            raise NotQuiet
        own = self._bodies.is_own(jump.entry)
        if own is None:
            return False
        with self.guarded(jump.condition):
            if own == (self.start, 0) and not self.loops:
                self.put_last("continue")
            elif not self._jump_in_place(jump.entry, own[0]):
                self.leave(self.extern("jump", *own))
        return True

    def _jump_in_place(self, entry: nodes.Entry, label: str) -> bool:
        """Write a region in the place of a jump to its label; False if nothing is written."""
        if not self.in_place or self.bodies or self.loops or self.line.depth:
            return False
        numbers = self._bodies.jump(entry, self.start, self._jumps)
        if not self._has_room(numbers):
            return False
        lines = [self.routine.lines[number] for number in numbers]
        self.lines_in_place.extend(lines)
        before = self.number, self.column, self.line, self.temp_base
        self._jumps.append(label)
        self.column = NOWHERE
        self.put(f"next({self.extern('site', region_weight(lines))})")
        self.temp_base = self.temps()
        self.write_lines(numbers)
        self.quit_frame()
        self._jumps.pop()
        self.number, self.column, self.line, self.temp_base = before
        return True

    def xecute_argument(self, argument: nodes.Code) -> bool:
        """Write one argument of XECUTE."""
        self.check_loud()
        with self.guarded(argument.condition):
            text = self.text_of(self.value(argument.expression))
            self.mark(argument)
            self.put(f"({self.extern('callees')}.get({text}) or {self.extern('callee')}({text}))()")
        return True


def is_far(entry: nodes.Entry) -> bool:
    """Return whether an entry reference names a label of a routine, or its first line, and nothing is evaluated."""
    return (
        isinstance(entry.label, nodes.Name | None)
        and isinstance(entry.routine, nodes.Name)
        and entry.offset is None
        and not entry.environment
    )

"""Lines of a routine to one Python function: commands, and what comes from them to the trampoline.

A generated function stands in `Code.lines` (frames.py) in the place of the closure of its first line. It
runs the lines of its region, and its result is an outcome: QUIT, or the Goto where the frame goes on. What
it does not know how to do, a rare command or function, it leaves to the closure of that node.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from bumps.interp import nodes
from bumps.interp.bodies import LineFacts, facts_of, is_plain_new, prelude
from bumps.interp.compile_commands import indirection_in, name_of
from bumps.interp.generate_arithmetic import bare
from bumps.interp.generate_base import FETCH_COUNT_MIN, LOOP_FACTOR, Extern, Kind, NotQuiet, TooDeep, Val
from bumps.interp.generate_late import LateGenerator, Plan
from bumps.interp.generate_lifted import span_of
from bumps.interp.lines import COMMANDS, FUNCTION_NAME, NOWHERE
from bumps.interp.weights import region_weight, turn_weight

PARAMETER_COUNT_MAX = 4_000
"""A function with more than so many things from outside is not generated."""

KNOWN_OUTCOMES = (
    nodes.Close,
    nodes.Hang,
    nodes.Kill,
    nodes.Lock,
    nodes.Merge,
    nodes.New,
    nodes.Open,
    nodes.Read,
    nodes.Set,
    nodes.Use,
    nodes.Write,
)
"""Commands whose closures never have an outcome, but for an argument that is an indirection."""


class Generated(NamedTuple):
    """The text of one function, `def f(...)`, and what it needs."""

    text: str
    marks: tuple[int, ...]
    """For each line of the text: the M line and column (lines.py)."""
    externs: tuple[Extern, ...]
    """What its parameters are given when it is bound."""


class Generator(LateGenerator):
    """Writes the function of one region."""

    def __init__(self, routine: nodes.Routine, charset: str, *, in_place: bool) -> None:
        super().__init__(routine, charset, in_place=in_place)
        self.is_call = False
        """Whether the function begins a frame, and ends it."""
        self.is_direct = False
        """Whether the function runs a text without a frame."""
        self.is_prelude = False
        """Whether nothing but NEW of locals has been written in it."""
        self.fast_hidden: list[tuple[str, str]] = []
        """What formals and these NEWs hide: a local, and the name of Python that holds its old cell."""

    def region(self, numbers: Sequence[int], follower: int | None, *, pays: bool) -> Generated:
        """Return the function of the lines with these indexes.

        Behind the last one the frame goes on with the line at index `follower` of the code, None if it quits there.
        `pays` is False in the middle of a region, which is paid for already.
        """
        lines = [self.routine.lines[number] for number in numbers]
        self.number = numbers[0]
        self.start = lines[0].label.name if pays and lines[0].label is not None else None
        is_loop = self._count_uses(numbers)
        self.fetch_all()

        def write() -> None:
            self.column = NOWHERE
            self.put(f"for _ in {self.extern('site', region_weight(lines))}:" if pays else "if True:")
            with self.indented(), self.python_blocks(1):
                self.write_lines(numbers)
                if follower is None:
                    self.quit_frame()
                else:
                    self.leave(self.extern("goto", follower))

        self.line = lines[0]
        if is_loop:
            self.jumping(numbers, write)
        else:
            write()
        return self._finished()

    def text_of_xecute(self, *, needs_frame: bool) -> Generated:
        """Return the function of a text for XECUTE; one that needs no frame deals with errors itself, in one."""
        self.number = 0
        self.is_direct = not needs_frame
        (line,) = self.routine.lines
        self._count_uses([0])
        self.fetch_all()
        self.column = NOWHERE
        if self.is_direct:
            self.put(f"if len({self.extern('frames')}) >= {self.extern('bounds')}.depth_max:")
            self.put(f"    return {self.extern('text', 'framed')}()")
            self.put("try:")
            self.depth += 1
        self.put(f"for _ in {self.extern('site', region_weight([line]))}:")
        with self.indented(), self.python_blocks(2):
            self.write_lines([0])
            self.put_last("return None")
        if self.is_direct:
            self.depth -= 1
            self.column = NOWHERE
            self.put(f"except CAUGHT as error: {self.extern('text', 'failed')}(error, {self.extern('m')}.test)")
        return self._finished()

    def call(self, numbers: Sequence[int], follower: int | None, *, is_block: bool) -> Generated:
        """Return the function that does calls of these lines: it begins a frame, runs them, and ends it.

        Its first parameters are what the formals get: a value, a cell, or None if it is omitted; the class of the
        frame, and whether that is a function's. It returns the value of a function. NEWs in front of all else are done
        as formals are: what they hide is given back without a look at the list.
        """
        lines = [self.routine.lines[number] for number in numbers]

        def write() -> None:
            self.column = NOWHERE
            self.put(f"for _ in {self.extern('site', region_weight(lines))}:")
            with self.indented():
                self.region_depth = self.depth
                self.is_prelude = True
                self.write_lines(numbers)
                if follower is None:
                    self.quit_frame()
                else:
                    self.leave(self.extern("goto", follower))

        formals = [formal.name for formal in lines[0].formals or ()]
        self.is_call = True
        self.number, self.column = numbers[0], NOWHERE
        self.start = lines[0].label.name if lines[0].label is not None else None
        is_loop = self._count_uses(numbers)
        for name in formals:
            self.uses[name] = max(self.uses[name], FETCH_COUNT_MIN)
        m, frames, cells, bounds = [self.extern(word) for word in ("m", "frames", "cells", "bounds")]
        is_kind_known = is_block or lines[0].formals is None  # without formals it is no function
        self.put(f"frame = {'BlockFrame' if is_block else 'Frame' if is_kind_known else 'kind'}()")
        self.put(f"frame.image = {self.extern('image')}")
        if is_block or not is_kind_known:
            self.put(f"test = {m}.test")
        if is_block:
            self.put("frame.test = test")
        self.fast_hidden = [(name, self.name()) for name in formals]
        for name, old in self.fast_hidden:
            self.put(f"{old} = {cells}[{name!r}]")
        self.put(f"hidden = frame.hidden = [{', '.join([f'{name!r}, {old}' for name, old in self.fast_hidden])}]")
        self.put(f"if len({frames}) >= {bounds}.depth_max: {m}.refuse_depth(frame)")
        for index, name in enumerate(formals):
            cell, actual = self.fetched(name), f"a{index}"
            self.put(f"if {actual}.__class__ is Cell: {cell} = {cells}[{name!r}] = {actual}")
            self.put(f"else: {cell} = {cells}[{name!r}] = Cell(); {cell}.v = {actual}; {cell}.a = None")
        made = {*formals, *prelude(lines)}
        for name in self.fetched_names():
            if name not in made:
                self.put(f"{self.fetched(name)} = {cells}[{name!r}]")
        self.put(f"{frames}.append(frame)")
        self.put("outcome = value = None")
        if made:
            self.put(f"count = {2 * len(formals)}")
        self.put("try:")
        with self.indented(), self.python_blocks(3):
            self.put("try:")
            with self.indented():
                self.line = lines[0]
                if is_loop:
                    self.jumping(numbers, write)
                else:
                    write()
            self.number, self.column = numbers[0], NOWHERE
            at = self.extern("at", self.number)
            # A name for the error would make Python write a `try` of its own to forget it.
            self.put(f"except CAUGHT: count = -1; value = {m}.recovered(frame, value, {at})")
            self.put("else:")
            went_on = f"{m}.went_on(outcome, frame, value, {at})"
            self.put(f"    if outcome is not None or {self.extern('open')}: count = -1; value = {went_on}")
        self.put("finally:")
        self.put(f"    {frames}.pop()")
        if self.fast_hidden:
            self.put(f"    if len(hidden) == {2 * len(self.fast_hidden)} == count:")
            for name, old in reversed(self.fast_hidden):
                self.put(f"        {cells}[{name!r}] = {old}")
        self.put(f"    {'elif' if self.fast_hidden else 'if'} hidden: {m}.locals.restore(hidden)")
        if is_block:
            self.put(f"    {m}.test = test")
        elif not is_kind_known:
            self.put(f"    if is_function: {m}.test = test")
            self.put(f"if is_function: return {m}.no_value() if value is None else value")
        return self._finished(*[f"a{index}" for index in range(len(formals))], "kind", "is_function")

    def late(self, plan: Plan, *, is_block: bool) -> Generated:
        """Return the function that does calls of a closed unit (generate_late.py); parameters and result as `call`."""
        self.is_call = True
        self._count_uses(plan.unit.numbers)
        self.late_call(plan, is_block=is_block)
        return self._finished(*self.parameters(), "kind", "is_function")

    def make(self, name: str) -> None:
        """Write what gives a local a new cell, and notes that it hides the old one."""
        if not self.is_call or not self.is_prelude or self.plan is not None:
            super().make(name)
            return
        cells, old = self.extern("cells"), self.name()
        cell = self.fetched(name) if self.uses[name] >= FETCH_COUNT_MIN else self.temp()
        self.fast_hidden.append((name, old))
        self.put(f"{old} = {cells}[{name!r}]")
        self.put(f"hidden += {name!r}, {old}")
        self.put(f"count = {2 * len(self.fast_hidden)}")
        self.put(f"{cell} = {cells}[{name!r}] = Cell()")
        self.put(f"{cell}.v = {cell}.a = None")

    LOOP_PARAMETER_COUNT = 3

    def loop(self, number: int, index: int) -> Generated:
        """Return the function of the turns that are left of the FOR that is command `index` of a line.

        Its first parameters are the next value of the control variable, the step and the limit, all ints.
        """
        line = self.routine.lines[number]
        command = line.commands[index]
        assert isinstance(command, nodes.For)
        self._count_uses([number])
        self.fetch_all()
        self.number, self.line = number, line
        self.mark(command)
        start, by, to = [Val(name, Kind.INT) for name in ("start", "by", "to")]
        self._turns(command, index, start, by, to)
        self.put_last("return None")
        return self._finished("start", "by", "to")

    def _finished(self, *parameters: str) -> Generated:
        """Return what was written."""
        for name in sorted(self.uses):
            self.extern("name", name)
        if self.fetched_names():
            self.extern("cells")
        given = {what: name for what, name in self.externs.items() if what[0] != "name"}
        if len(given) > PARAMETER_COUNT_MAX:
            raise TooDeep
        names = [*parameters, *given.values()]
        # What has a `/` is the first that Python's parser looks for: without one it reads the names three times.
        head = f"def {FUNCTION_NAME}({', '.join([*names, '/'] if names else [])}):"
        locals_ = tuple(what for what in self.externs if what[0] == "name")
        marks = (self.marks[0], *self.marks)
        return Generated("\n".join([head, *self.text, ""]), marks, (*given, *locals_))

    def _count_uses(self, numbers: Sequence[int]) -> bool:
        """Count how often each local is used in lines and what is written in them, more if it is in a loop.

        Return whether the lines are one, since they jump to their start.
        """
        facts = self._facts_of_all(numbers)
        is_loop = self.start is not None and any(
            self._bodies.own(jump) == (self.start, 0) for each in facts for jump in each.jumps
        )
        if is_loop:
            self.is_turning = True
            facts = self._facts_of_all(numbers)
        for each in facts:
            for name, count in each.locals.items():
                self.uses[name] += count * LOOP_FACTOR if is_loop else count
            for name, count in each.looped_locals.items():
                self.uses[name] += count * LOOP_FACTOR
            self.grown |= each.grown
        return is_loop

    def _facts_of_all(self, numbers: Sequence[int]) -> list[LineFacts]:
        """Return what is known of these lines, and of those that will be written in place in them."""
        inside = self._bodies.inside(numbers, self.start, is_turning=self.is_turning) if self.in_place else ()
        return [facts_of(self.routine.lines[number]) for number in (*numbers, *inside)]

    # Commands

    def line_commands(self, line: nodes.Line, first: int) -> None:
        """Write the commands of a line from `first` on."""
        self.beginning |= COMMANDS  # if nothing else is written, of the `pass` that follows
        for index in range(first, len(line.commands)):
            command = line.commands[index]
            self.mark(command)
            if self.is_prelude and not is_plain_new(command):
                self.is_prelude = False
            governing = _GOVERNING.get(type(command))
            if governing is not None:
                governing(self, command, index)
                return
            self._command(command)
            self.end_command()
            if self.is_dead:
                return
        if line.bad is not None:
            self.column = line.bad.column + 1
            self.put_last(f"raise merror({line.bad.code!r})")

    def _tstart(self, command: nodes.Tstart, index: int) -> None:
        if self.is_call:
            raise TooDeep  # a QUIT behind it gives its value to the frame
        self._outcome(self.extern("rest", self.number, index) + "()")
        self.fetch_all()

    def _command(self, command: nodes.Command) -> None:
        if isinstance(command, nodes.Quit) and command.arguments and self.loops:
            self.put_last('raise merror("QUITARGUSE")')  # whatever its condition is
        elif command.condition is not None:
            condition = self.test(command.condition)
            self.put(f"if {bare(condition)}:")
            with self.indented():
                self._unconditional(command)
        else:
            self._unconditional(command)

    def _unconditional(self, command: nodes.Command) -> None:
        if not command.arguments:
            generate_alone = _ALONE.get(type(command))
            if generate_alone is None:
                self._by_closure(command, 0)
            else:
                self.mark(command)
                generate_alone(self)
            return
        generate = _ARGUMENTS.get(type(command))
        is_set = type(command) is nodes.Set
        for index, argument in enumerate(command.arguments):
            self.mark(argument)
            if not is_set:
                self.known.forget()  # the argument before may have called something
            if type(argument) is nodes.ArgumentIndirection:
                self._indirect(command, argument)
            elif generate is None or indirection_in(command, argument) is not None or not generate(self, argument):
                self._by_closure(command, index)

    def _indirect(self, command: nodes.Command, argument: nodes.ArgumentIndirection) -> None:
        """Write one argument that is an indirection as a whole."""
        self.check_loud()
        self._check_quit(command)
        with self.guarded(argument.condition):
            text = self.text_of(self.value(argument.expression))
            self.mark(argument)
            indirection = self.extern("indirection")
            self._outcome(f"{indirection}.nested({indirection}.arguments({name_of(command)!r}, {text}))")
        self.known.forget()
        if isinstance(command, nodes.New):
            self.fetch_all()

    def _by_closure(self, command: nodes.Command, index: int) -> None:
        """Leave one argument of a command to its closure."""
        argument = command.arguments[index] if command.arguments else command
        if self.lift is not None or (self.bodies and not isinstance(command, KNOWN_OUTCOMES)):
            raise NotQuiet
        self._check_quit(command)
        self.check_closure(argument)
        self.mark(argument)
        self.known.forget()
        call = f"{self.extern('run', self.number, self._index(command), index)}()"
        if isinstance(command, KNOWN_OUTCOMES) and not isinstance(argument, nodes.ArgumentIndirection):
            self.put(call)
        else:
            self._outcome(call)
        if isinstance(command, nodes.New):
            self.fetch_all()

    def _check_quit(self, command: nodes.Command) -> None:
        """Raise TooDeep for a QUIT whose closure gives a value to the frame, where the function itself holds it."""
        if self.is_call and isinstance(command, nodes.Quit):
            raise TooDeep

    def _index(self, command: nodes.Command) -> int:
        return next(index for index, each in enumerate(self.line.commands) if each is command)

    def _outcome(self, call: str) -> None:
        """Write a call whose outcome ends the line, or the FOR, if it has one."""
        name = self.temp()
        self.put(f"{name} = {call}")
        self.put(f"if {name} is not None:")
        with self.indented():
            if self.loops:
                self.put(f"if {name} is QUIT:")
                with self.indented():
                    self._break()
            elif not self.is_direct:
                quit_in, is_open = self.extern("quit_in", self.number), self.extern("open")
                self.put(f"if {is_open} and {name} is QUIT: {quit_in}()")
            self.leave(name)

    def _break(self) -> None:
        """Write what ends the innermost FOR."""
        end = self.loops[-1]
        if end:
            self.put(end)
        self.put_last("break")

    def _quit(self) -> None:
        if self.loops:
            self._break()
        else:
            self.quit_frame()

    def quit_frame(self) -> None:
        """Write what quits the frame, or ends the body that is written in its place."""
        if not self.bodies and self.plan is None:
            if self.is_direct:
                self.put_last("return None")
                return
            quit_in, is_open = self.extern("quit_in", self.number), self.extern("open")
            if not self.is_call:
                self.put_last(f"return {quit_in}() if {is_open} else QUIT")
                return
            self.put(f"if {is_open}: {quit_in}()")
        self.put_last("break")

    def leave(self, outcome: str) -> None:
        """Write what ends the function with an outcome that is no QUIT, or may be none."""
        if not self.is_call:
            self.put_last(f"return {outcome}")
            return
        if self.loops:
            raise TooDeep  # a `break` ends one loop of Python
        self.check_loud()
        self.put(f"outcome = {outcome}")
        self.put_last("break")

    def _quit_with(self, argument: nodes.Expression) -> bool:
        if isinstance(argument, nodes.Alias):
            return False
        if self.bodies and self.bodies[-1].result is None:
            raise NotQuiet
        value = self.value(argument)
        self.mark(argument)
        if self.bodies:
            self.put(f"{self.bodies[-1].result} = {value.atom}")
            self.quit_frame()
            return True
        if self.plan is not None:
            self.put(f"if not is_function: {self.extern('quit_elsewhere')}()")
            self.put(f"value = {value.atom}")
        elif self.is_call:
            self.put(f"if not is_function: count = -1; quit_elsewhere({self.extern('m')}, frame)")
            self.put(f"value = {value.atom}")
        else:
            frame = self.temp()
            self.put(f"{frame} = {self.extern('frames')}[-1]")
            self.put(f"if {frame}.__class__ is FunctionFrame: {frame}.value = {value.atom}")
            self.put(f"else: quit_elsewhere({self.extern('m')}, {frame})")
        self.quit_frame()
        return True

    # Commands that govern the rest of the line

    def _governing(self, command: nodes.If | nodes.Else, index: int) -> None:
        m = self.extern("m")
        if isinstance(command, nodes.Else):
            self.put(f"if not {m}.test:")
            self._rest(index)
            return
        if not command.arguments:
            self.put(f"if {m}.test:")
            self._rest(index)
            return
        depth = self.depth
        for number, argument in enumerate(command.arguments):
            if isinstance(argument, nodes.ArgumentIndirection):
                text = self.text_of(self.value(argument.expression))
                self.mark(argument)
                condition = f"{self.extern('indirection')}.condition({text})"
                self.known.forget()
            elif _is_indirect(command, argument):
                condition = f"{self.extern('condition', self.number, index, number)}()"
            else:
                condition = self.test(argument)
            released = "".join([f"; {name} = None" for name in self.held])
            self.put(f"if not {condition}: {m}.test = 0{released}")
            self.put("else:")
            self.depth += 1
            self.put(f"{m}.test = 1")
        self.depth -= 1
        self._rest(index)
        self.depth = depth

    def _rest(self, index: int) -> None:
        """Write the commands behind the one at `index`, one level deeper."""
        with self.indented():
            self.end_command()
            self.line_commands(self.line, index + 1)
            self.close()

    def _for(self, command: nodes.For, index: int) -> None:
        site = self.extern("site", turn_weight(self.line, index))
        if command.variable is None:

            def write() -> None:
                self.put(f"for _ in {site}:")
                self.body("", index, block_count=1)

            self.endless(index, write)
            return
        variable = command.variable
        if not isinstance(variable, nodes.Local) or variable.subscripts:
            self._outcome_of_for(index)
            return
        if len(command.arguments) > 1 or command.arguments[0].step is None:
            self._listed_for(command, variable, index)
            return
        start, step, limit = self._range(command.arguments[0])
        self._turns(command, index, start, self._kept(step), self._kept(limit))

    def _range(self, argument: nodes.Range) -> tuple[Val, Val, Val]:
        """Write what evaluates a range of FOR: return its first value, step and limit."""
        assert argument.step is not None, "it is more than a value"
        start = self.value(argument.first)
        step = self.value(argument.step)
        return start, step, Val("None", Kind.ANY, "") if argument.limit is None else self.value(argument.limit)

    def _kept(self, value: Val) -> Val:
        """Return a value that lives longer than a command."""
        if value.literal is not None:
            return value
        name = self.name()
        self.put(f"{name} = {value.atom}")
        return Val(name, value.kind, span=value.span)

    def _listed_for(self, command: nodes.For, variable: nodes.Local, index: int) -> None:
        """Write a FOR of several ranges and values, or of one value, over a plain local."""
        self.known.doubt()
        left, which, queue, by, to = [self.name() for _ in range(5)]
        self.put(f"{left} = [{', '.join(map(str, range(len(command.arguments))))}]")
        self.put(f"for {which} in {left}:")
        with self.indented():
            whole = f"{self.table_of(variable.name)}, {variable.name!r}, {self.extern('missing')}"
            for number, argument in enumerate(command.arguments):
                self.put(f"{'el' if number else ''}if {which} == {number}:")
                with self.indented():
                    if argument.step is None:
                        only = self.value(argument.first)
                        self.put(f"{by} = None")
                        self.put(f"{queue} = [({only.atom},)]")
                    else:
                        start, step, limit = self._range(argument)
                        self.mark(variable)
                        self.put(f"{by}, {to} = {step.atom}, {limit.atom}")
                        self.put(f"{queue} = [walk({start.atom}, {by}, {to}, {whole})]")
            turn = turn_weight(self.line, index)
            self._turns_of(queue, variable, index, turn, f"{left}.clear(); {queue}.clear()", f"{by}, {to}, {whole}", by)

    def _turns(self, command: nodes.For, index: int, start: Val, by: Val, to: Val) -> None:
        """Write a FOR of one range over a plain local. The atoms of step and limit live until it ends."""
        variable = command.variable
        assert isinstance(variable, nodes.Local)
        if self.is_formal(variable.name):
            raise NotQuiet
        queue, turn = self.name(), turn_weight(self.line, index)
        self.mark(variable)
        whole = f"{self.table_of(variable.name)}, {variable.name!r}, {self.extern('missing')}"
        rest = f"{by.atom}, {to.atom}, {whole}"
        if self.lift is not None and self.counted(variable, index, turn, start, by, to):
            return
        self.put(f"{queue} = [walk({start.atom}, {rest})]")

        def write(*, is_lifted: bool) -> None:
            if is_lifted:
                self.lifted_turns(queue, variable, index, turn, rest, span_of(start, by, to))
            else:
                self._turns_of(queue, variable, index, turn, f"{queue}.clear()", rest)

        self.ranged(index, queue, write)

    def _turns_of(
        self, queue: str, variable: nodes.Local, index: int, turn: int, end: str, rest: str, by: str = ""
    ) -> None:
        """Write the turns of the ranges in `queue`. `rest` is what goes on when the body has changed the variable.

        If there is `by`, it is None while the range is a single value.
        """
        ranges, count = self.name(), self.name()
        value, cell = self.variable(variable.name), f"{self.cell(variable.name)}.v"
        is_held = value != cell
        if is_held:
            self.put(f"{value} = {cell}")
            self.stored(variable.name, value, None)
        self.put(f"for {ranges} in {queue}:")
        with self.indented():
            self.put(f"for {count}, _ in zip({ranges}, {self.extern('site', turn)}):")
            self.body(end, index, before=f"{value} = {count}", block_count=3 if by else 2)
            self.mark(variable)
            with self.indented():
                if is_held:
                    self.put(f"{cell} = {value}")  # what gives the next value looks there
                is_range = f" and {by} is not None" if by else ""
                self.put(f"if {value} is not {count}{is_range}:")
                self.put(f"    {queue}.append(go_on({rest}))")
                if is_held:
                    self.put(f"    {value} = {cell}")
                self.put("    break")
            if is_held:
                self.put("else:")
                self.put(f"    {value} = {cell}")

    def _outcome_of_for(self, index: int) -> None:
        """Leave a FOR, with its body, to the closure."""
        self.check_loud()
        self._outcome(f"{self.extern('rest', self.number, index)}()")
        self.fetch_all()  # there may be a NEW behind it

    def body(self, end: str, index: int, *, block_count: int, before: str = "", fact: Val | None = None) -> None:
        """Write the body of a FOR that stands in so many loops of its own. `fact`: what a name of Python holds then."""
        self.loops.append(end)
        commands = self.line.commands[index:]
        self.doubt_loop(commands)
        with self.indented(), self.python_blocks(block_count):
            if before:
                self.put(before)
            if fact is not None:
                self.known.settle(fact.atom, fact)
            self.end_command()
            self.line_commands(self.line, index + 1)
            self.close()
        self.doubt_loop(commands)
        self.loops.pop()

    # Output

    def _write(self, argument: nodes.Expression | nodes.Argument) -> bool:
        device = f"{self.extern('device')}.current"
        if isinstance(argument, nodes.NewLine):
            self.put(f"{device}.new_line()")
        elif isinstance(argument, nodes.FormFeed):
            self.put(f"{device}.form_feed()")
        elif isinstance(argument, nodes.Tab | nodes.Character):
            node = argument.column if isinstance(argument, nodes.Tab) else argument.code
            value = self.value(node)
            self.mark(node)
            number = self.integer(value)
            self.mark(argument)
            self.put(f"{device}.{'tab' if isinstance(argument, nodes.Tab) else 'character'}({number})")
        elif isinstance(argument, nodes.Expression):
            text = self.text_of(self.value(argument))
            self.mark(argument)
            self.put(f"{device}.write({text})")
        else:
            return False
        return True


def _is_indirect(command: nodes.Command, argument: Any) -> bool:
    """Return whether an argument is an indirection as a whole: the closure has to do it."""
    return indirection_in(command, argument) is not None


_ALONE: dict[type[nodes.Command], Callable[[Generator], None]] = {
    nodes.Quit: Generator._quit,
    nodes.Do: Generator.block,
}
"""What generates a command without arguments."""

_GOVERNING: dict[type[nodes.Command], Callable[..., None]] = {
    nodes.For: Generator._for,
    nodes.If: Generator._governing,
    nodes.Else: Generator._governing,
    nodes.Tstart: Generator._tstart,
}
"""What generates a command together with the rest of its line."""

_ARGUMENTS: dict[type[nodes.Command], Callable[..., bool]] = {
    nodes.Do: Generator.do_argument,
    nodes.Goto: Generator.goto_argument,
    nodes.Kill: Generator.kill_argument,
    nodes.Lock: Generator.lock_argument,
    nodes.Merge: Generator.merge_argument,
    nodes.New: Generator.new_argument,
    nodes.Quit: Generator._quit_with,
    nodes.Set: Generator.set_argument,
    nodes.Write: Generator._write,
    nodes.Xecute: Generator.xecute_argument,
}
"""What generates one argument of a command; False, and nothing is written, if the closure has to do it."""

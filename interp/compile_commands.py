"""Commands to closures that return an outcome (frames.py), and lines to sequences of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

from bumps.interp import nodes, numbers, weights
from bumps.interp.codes import merror, unbuilt
from bumps.interp.compile_arguments import ARGUMENTS, Z_COMMANDS, ArgumentCompiler, failing, nothing
from bumps.interp.costs import REGION
from bumps.interp.frames import QUIT, Code, Goto, Outcome, Place, Restart, Run, quit_now
from bumps.interp.indirection import joined
from bumps.interp.lines import quit_line
from bumps.interp.prints import Line, zprint
from bumps.interp.references import Reference
from bumps.interp.routines import Image
from bumps.interp.sequences import Hot, Item, run_line, run_part, run_range, run_sequence
from bumps.interp.values import to_number, to_text
from bumps.interp.zedit import zedit
from bumps.interp.zhelp import zhelp
from bumps.interp.zsystem import zsystem


class Context:
    """Where commands are compiled: the line of a routine and the code it is in, or a text."""

    __slots__ = ("code", "has_for", "image", "index", "line", "site", "source")

    def __init__(self, image: Image | None, line: int, source: str, code: Code | None, index: int) -> None:
        self.image = image
        self.line = line
        self.source = source
        self.code = code
        self.index = index
        """The index of the line in `code`."""
        self.site: Iterator[None] | None = None
        """What pays for it, if anybody asked."""
        self.has_for = False
        """Whether a FOR stands left of what is compiled now: it is what QUIT ends then, so QUIT has no value."""


class Compiler(ArgumentCompiler):
    """Compiles lines and commands."""

    def line(self, image: Image, number: int, code: Code, index: int) -> Run:
        """Return a closure for a line of a routine."""
        line = image.line(number)
        self.image = image
        self.source = line.text
        items = self._items(line, 0, Context(image, number, line.text, code, index))
        site = image.site(code, number) if index in code.starts else None
        if site is None and len(items) == 1 and items[0][0] is quit_now:
            return quit_line(image, number)
        return run_line(items, Place(image, number, 1, line.text), site)

    def text(self, line: nodes.Line) -> Run:
        """Return a closure for a text of XECUTE, which must be good as a whole."""
        self.image = None
        self.source = line.text
        context = Context(None, 0, line.text, None, 0)
        items = self._items(line, 0, context)
        site = self._site(line, context)
        return run_line(items, Place(None, 0, 1, line.text), site) if items else run_sequence(items, site)

    def part(self, image: Image, number: int, index: int, argument_index: int) -> Run:
        """Return a closure for one argument of command `index` in a line, or for a command without any.

        Generated code calls it (tiers.py), which has seen to the condition.
        """
        line = image.line(number)
        self.image, self.source = image, line.text
        command = line.commands[index]
        if not command.arguments:
            return self.located(self._argumentless(command), command)
        argument = command.arguments[argument_index]
        if isinstance(command, nodes.Set):
            return self._assignments(argument)[0]
        return self.argument(command, argument)

    def rest(self, image: Image, number: int, index: int, code: Code) -> Run:
        """Return a closure for the commands of a line from `index` on."""
        line = image.line(number)
        self.image, self.source = image, line.text
        context = Context(image, number, line.text, code, code.index_of(number))
        return run_part(self._items(line, index, context))

    def _rest(self, line: nodes.Line, first: int, context: Context) -> Run:
        """Return a closure for the commands from `first` to the end of the line."""
        return run_sequence(self._items(line, first, context))

    def _items(self, line: nodes.Line, first: int, context: Context) -> tuple[Item, ...]:
        """Return the closures and places of the commands from `first` to the end of the line."""
        items: list[Item] = []
        for index in range(first, len(line.commands)):
            command = line.commands[index]
            place = Place(context.image, context.line, command.start + 1, context.source)
            if isinstance(command, nodes.For):
                context.has_for = True
                turns = self.machine.meter.site(weights.turn_weight(line, index))
                hot = self.machine.tiers.hot_loop(context.image, context.line, index)
                items.append((self._for(command, self._rest(line, index + 1, context), turns, hot), place))
                break
            if isinstance(command, nodes.If | nodes.Else):
                rest = self._rest(line, index + 1, context)
                items.append((self._governing(command, rest), place))
                break
            if isinstance(command, nodes.Tstart):
                rest = self._rest(line, index + 1, context)
                items.append((self._tstart(command, rest, context, self._site(line, context)), place))
                break
            if isinstance(command, nodes.Quit) and command.arguments and context.has_for:
                items.append((failing("QUITARGUSE"), place))
                continue
            runs = self.command(command, context)
            items.extend((run, place) for run in runs)
        else:
            if line.bad is not None:
                place = Place(context.image, context.line, line.bad.column + 1, context.source)
                items.append((failing(line.bad.code), place))
        return tuple(items)

    def _site(self, line: nodes.Line, context: Context) -> Iterator[None]:
        """Return what pays for a text as a whole, or for a line of a routine and what follows in its region."""
        if context.site is None:
            if context.image is None or context.code is None:
                context.site = self.machine.meter.site(weights.region_weight([line]))
            else:
                context.site = context.image.site(context.code, context.line)
        return context.site

    def command(self, command: nodes.Command, context: Context) -> list[Run]:
        """Return the closures of a command: one for each argument, or one for all if it has a condition."""
        if isinstance(command, nodes.Do) and not command.arguments:
            runs = [self._block(context)]
        elif not command.arguments:
            runs = [self._argumentless(command)]
        elif isinstance(command, nodes.Set):
            runs = [run for argument in command.arguments for run in self._assignments(argument)]
        else:
            runs = [self.argument(command, argument) for argument in command.arguments]
        if command.condition is None:
            return runs
        condition = self.test(command.condition)
        if len(runs) == 1:
            (only,) = runs
            if only is quit_now:
                return [lambda: QUIT if condition() else None]
            return [lambda: only() if condition() else None]

        def conditional() -> Outcome:
            if condition():
                for run in runs:
                    outcome = run()
                    if outcome is not None:
                        return outcome
            return None

        return [conditional]

    def argument(self, command: nodes.Command, argument: Any) -> Run:
        """Return the closure of a command with one argument."""
        if isinstance(argument, nodes.ArgumentIndirection):
            return self.located(self._indirect(command, argument), argument)
        if isinstance(command, nodes.Vendor):
            return failing("INVCMD")
        inner = indirection_in(command, argument)
        if inner is not None:
            return self.located(self._whole(name_of(command), inner), argument)
        if isinstance(command, nodes.Zcommand):
            compile_argument = Z_COMMANDS.get(command.name)
        else:
            compile_argument = ARGUMENTS.get(type(command))
        if compile_argument is None:
            return self._unbuilt(name_of(command))
        return self.located(compile_argument(self, argument), argument)

    def arguments(self, keyword: str, arguments: Sequence[Any]) -> Run:
        """Return a closure for the arguments that an indirection held."""
        kind = _COMMANDS.get(keyword)
        if kind is None and keyword not in Z_COMMANDS:
            return self._unbuilt(keyword)
        command = kind(0, 0, None, arguments) if kind else nodes.Zcommand(0, 0, None, arguments, keyword)
        items = tuple((run, None) for run in self.command(command, Context(None, 0, "", None, 0)))
        return run_sequence(items, self.machine.meter.site(max(weights.weight(command), REGION)))

    def _indirect(self, command: nodes.Command, argument: nodes.ArgumentIndirection) -> Run:
        text = self.texts(argument.expression)
        machine = self.machine
        keyword = name_of(command)
        condition = None if argument.condition is None else self.test(argument.condition)

        def indirect() -> Outcome:
            if condition is not None and not condition():
                return None  # and the text is not looked at: measured on GT.M
            return machine.indirection.nested(machine.indirection.arguments(keyword, text()))

        return indirect

    def _whole(self, keyword: str, node: nodes.Indirection) -> Run:
        """Return a closure for an argument that is an indirection, in parentheses or with subscripts.

        For GT.M that is the indirection of an argument, too, whose text has the subscripts behind it.
        """
        machine = self.machine
        text = self.value(node.expression)
        subscripts = self._subscript_texts(node)
        gets = [self.value(subscript) for group in node.subscripts for subscript in group]

        def whole() -> Outcome:
            source = text()
            found = machine.indirection.named(source) if gets else None
            if found is not None:  # the usual case, without a text to put together
                if keyword == "WRITE":
                    machine.device.current.write(to_text(found.below([get() for get in gets]).value()))
                    return None
                if keyword == "KILL":
                    found.below([get() for get in gets]).kill()
                    return None
            wanted = _joined(to_text(source), subscripts)
            return machine.indirection.nested(machine.indirection.arguments(keyword, wanted))

        return whole

    def _subscript_texts(self, node: nodes.Indirection) -> list[str]:
        """Return the source of each list of subscripts of an indirection, without parentheses."""
        return [self.source[group[0].start : group[-1].end] for group in node.subscripts]

    def _unbuilt(self, what: str) -> Run:
        """Return a closure for a command that parses and is not built yet."""

        def reach() -> Outcome:
            raise unbuilt(what)

        return reach

    def _argumentless(self, command: nodes.Command) -> Run:
        if isinstance(command, nodes.Vendor):
            return failing("INVCMD")
        keyword = name_of(command)
        return self.alone.get(keyword) or self._unbuilt(keyword)

    @cached_property
    def alone(self) -> dict[str, Run]:
        """What a command does that has no argument: not a block, a TSTART or what governs a line."""
        machine = self.machine
        return {
            "BREAK": machine.break_point,
            "HALT": machine.halt,
            "KILL": machine.locals.kill_all,
            "LOCK": machine.locks.clear,
            "NEW": lambda: machine.locals.new_all_but(frozenset()),
            "QUIT": quit_now,
            "TCOMMIT": machine.transactions.commit,
            "TRESTART": machine.transactions.restart,
            "TROLLBACK": lambda: machine.transactions.rollback(0),
            "WRITE": nothing,
            "ZCONTINUE": nothing,  # nobody has stopped
            "ZDEALLOCATE": machine.locks.deallocate_all,
            "ZEDIT": lambda: zedit(machine, None),
            "ZGOTO": lambda: machine.zgoto(1, None),
            "ZHALT": machine.halt,
            "ZHELP": lambda: zhelp(machine),
            "ZPRINT": lambda: zprint(machine, Line("", None), None, None),
            "ZSHOW": lambda: machine.shows.show("S", None),
            "ZSTEP": lambda: machine.stepping.step("INTO", None),
            "ZSYSTEM": lambda: zsystem(machine, ""),
            "ZTCOMMIT": lambda: machine.fences.end(1),
            "ZTSTART": lambda: machine.fences.begin(machine.transactions.level),
            "ZWRITE": machine.zwrites.write_locals,
        }

    def has_command(self, keyword: str) -> bool:
        """Return whether a command is built, in any of its forms."""
        return keyword in _COMMANDS or keyword in Z_COMMANDS or keyword in self.alone or keyword in GOVERNING

    # Commands that govern the rest of the line

    def _governing(self, command: nodes.If | nodes.Else, rest: Run) -> Run:
        machine = self.machine
        if isinstance(command, nodes.Else):
            return lambda: None if machine.test else rest()
        if not command.arguments:
            return lambda: rest() if machine.test else None
        tests = [self.condition(argument) for argument in command.arguments]
        if len(tests) == 1:
            (only,) = tests

            def if_one() -> Outcome:
                if only():
                    machine.test = 1
                    return rest()
                machine.test = 0
                return None

            return if_one

        def if_all() -> Outcome:
            for test in tests:
                if not test():
                    machine.test = 0
                    return None
                machine.test = 1
            return rest()

        return if_all

    def condition(self, argument: nodes.Expression | nodes.ArgumentIndirection) -> Callable[[], bool]:
        """Return a closure for one argument of IF."""
        machine = self.machine
        inner = None if isinstance(argument, nodes.ArgumentIndirection) else indirection_in(_IF, argument)
        if inner is not None:
            base = self.texts(inner.expression)
            subscripts = self._subscript_texts(inner)
            return self.located(lambda: machine.indirection.condition(_joined(base(), subscripts)), argument)
        if not isinstance(argument, nodes.ArgumentIndirection):
            return self.test(argument)
        text = self.texts(argument.expression)
        return self.located(lambda: machine.indirection.condition(text()), argument)

    def _for(self, command: nodes.For, body: Run, turns: Iterator[None], hot: Hot | None) -> Run:
        if command.variable is None:

            def forever() -> Outcome:
                for _ in turns:
                    outcome = body()
                    if outcome is not None:
                        return None if outcome is QUIT else outcome
                raise AssertionError("M3: a site has no end")

            return forever
        if isinstance(command.variable, nodes.Local) and not command.variable.subscripts:
            only_hot = hot if len(command.arguments) == 1 else None
            loops = [self._local_range(command.variable, each, body, turns, only_hot) for each in command.arguments]
            if len(loops) == 1:
                only = loops[0]

                def for_one() -> Outcome:
                    outcome = only()
                    return None if outcome is QUIT else outcome

                return for_one

            def for_all() -> Outcome:
                for loop in loops:
                    outcome = loop()
                    if outcome is not None:
                        return None if outcome is QUIT else outcome
                return None

            return for_all
        reference = self.reference(command.variable)
        ranges = [self._reference_range(each, body, turns) for each in command.arguments]

        def for_reference() -> Outcome:
            variable = reference()
            if variable.is_global:
                raise merror("VAREXPECTED")
            for each in ranges:
                outcome = each(variable)
                if outcome is not None:
                    return None if outcome is QUIT else outcome
            return None

        return for_reference

    def _local_range(
        self, variable: nodes.Local, node: nodes.Range, body: Run, turns: Iterator[None], hot: Hot | None
    ) -> Run:
        """Return a closure for one argument of FOR; its outcome is QUIT if the body quit the whole FOR."""
        cells = self.machine.cells
        name = self.machine.locals.name_cell(variable.name)
        first = self.value(node.first)
        if node.step is None:

            def once() -> Outcome:
                value = first()
                next(turns)
                cells[name].v = value
                return body()

            return once
        limit = None if node.limit is None else self.value(node.limit)
        return run_range(cells, name, self.value(variable), first, self.value(node.step), limit, body, turns, hot)

    def _reference_range(self, node: nodes.Range, body: Run, turns: Iterator[None]) -> Callable[[Reference], Outcome]:
        """Return a closure like `_local_range` for a control variable with subscripts, or an indirect one."""
        first = self.value(node.first)
        step = None if node.step is None else self.value(node.step)
        limit = None if node.limit is None else self.value(node.limit)

        def loop(variable: Reference) -> Outcome:
            if step is None:
                value = first()
                next(turns)
                variable.set(value)
                return body()
            number = to_number(first())
            increment = to_number(step())
            bound = None if limit is None else to_number(limit())
            if bound is not None and (number > bound if increment >= 0 else number < bound):
                variable.set(number)
                return None
            while True:
                next(turns)
                variable.set(number)
                outcome = body()
                if outcome is not None:
                    return outcome
                value = variable.value()
                number = numbers.add(value, increment)
                if bound is not None and (number > bound if increment >= 0 else number < bound):
                    if value.__class__ is not int or number.__class__ is not int:
                        variable.set(numbers.subtract(number, increment))  # as for a plain local
                    return None

        return loop

    def _tstart(self, command: nodes.Tstart, rest: Run, context: Context, site: Iterator[None]) -> Run:
        """Return a closure that begins a transaction. A restart pays, runs `rest`, then the lines after this one."""
        machine = self.machine
        condition = None if command.condition is None else self.test(command.condition)
        frames = machine.frames
        after = None if context.code is None else Goto(context.code, context.index + 1)
        place = Place(context.image, context.line, command.start + 1, context.source)

        def resume() -> Outcome:
            next(site)
            outcome = rest()
            return after if outcome is None else outcome

        begin: Callable[[], None]
        if command.arguments and isinstance(command.arguments[0], nodes.ArgumentIndirection):
            text = self.texts(command.arguments[0].expression)

            def begin_indirect() -> None:
                machine.transactions.begin(machine.indirection.transaction(text()), resume, place)

            begin = begin_indirect
        else:
            argument = command.arguments[0] if command.arguments else None
            assert argument is None or isinstance(argument, nodes.TransactionArgument)

            def begin_here() -> None:
                machine.transactions.begin(argument, resume, place)

            begin = begin_here

        def tstart() -> Outcome:
            if condition is not None and not condition():
                return rest()
            begin()
            while True:
                try:
                    return rest()
                except Restart as restart:
                    # A restart while this line still runs goes on here, inside the FORs around it.
                    if restart.resume is not resume or restart.frame is not frames[-1]:
                        raise
                    machine.test = machine.transactions.test
                next(site)

        return tstart

    def _block(self, context: Context) -> Run:
        machine = self.machine
        block = None if context.image is None else context.image.block_below(context.line)
        if block is None:
            # GT.M runs nothing, and $TEST stays.
            return nothing
        return machine.calls.block(block)

    def _assignments(self, argument: nodes.Assignment | nodes.ArgumentIndirection) -> list[Run]:
        if isinstance(argument, nodes.ArgumentIndirection):
            run = self._indirect(nodes.Set(0, 0, None, (argument,)), argument)
        elif len(argument.targets) == 1:
            run = self.assign_to(argument.targets[0], argument.value)
        else:
            run = self.assign_list(argument)
        return [self.located(run, argument)]


_IF = nodes.If(0, 0, None, ())
_OF_EXPRESSIONS = (nodes.Hang, nodes.If, nodes.Quit, nodes.Write, nodes.Xecute)
"""Commands whose argument is an indirection if there are only parentheses around it."""
_OF_NAMES = (nodes.Kill, nodes.Zkill)


_MAY_BE_INDIRECTIONS = (nodes.Code, nodes.Group, nodes.Indirection)


def indirection_in(command: nodes.Command, argument: Any) -> nodes.Indirection | None:
    """Return the indirection that an argument is, with subscripts or in parentheses; None if it is none or more."""
    node = argument
    if argument.__class__ not in _MAY_BE_INDIRECTIONS:
        return None
    if isinstance(command, _OF_EXPRESSIONS):
        if isinstance(argument, nodes.Code):
            if argument.condition is not None:
                return None
            node = argument.expression
        while isinstance(node, nodes.Group):
            node = node.expression
        if isinstance(node, nodes.Indirection):
            return node
    elif isinstance(command, _OF_NAMES) and isinstance(node, nodes.Indirection) and node.subscripts:
        return node
    return None


def _joined(text: str, subscripts: Sequence[str]) -> str:
    for each in subscripts:
        text = joined(text, each)
    return text


_INDIRECT: tuple[type[nodes.Command], ...] = (*ARGUMENTS, nodes.Set, nodes.Tstart)
_COMMANDS: dict[str, type[nodes.Command]] = {command.keyword: command for command in _INDIRECT}
"""The commands whose arguments an indirection may hold."""


def name_of(command: nodes.Command) -> str:
    """Return the full name of a command."""
    return command.name if isinstance(command, nodes.Zcommand) else command.keyword


GOVERNING = ("ELSE", "FOR", "IF")
"""Commands that decide about the rest of the line."""

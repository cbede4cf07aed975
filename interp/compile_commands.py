"""Commands to closures that return an outcome (frames.py), and lines to sequences of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bumps.interp import names, nodes, numbers
from bumps.interp.codes import merror, unbuilt
from bumps.interp.compile_base import Act, Get, Refer, Test
from bumps.interp.compile_functions import SETTABLE, FunctionCompiler, setter_arguments
from bumps.interp.frames import QUIT, Code, Goto, Outcome, Place, Restart, Run
from bumps.interp.references import Reference, merge, undefined
from bumps.interp.routines import Image
from bumps.interp.symbols import Cell, Value
from bumps.interp.values import to_integer, to_number

Item = tuple[Run, Place | None]
"""A command and where it stands; None in an indirection, which has no place of its own."""


class Context:
    """Where commands are compiled: the line of a routine and the code it is in, or a text."""

    __slots__ = ("code", "image", "index", "line", "source")

    def __init__(self, image: Image | None, line: int, source: str, code: Code | None, index: int) -> None:
        self.image = image
        self.line = line
        self.source = source
        self.code = code
        self.index = index
        """The index of the line in `code`."""


def run_sequence(items: tuple[Item, ...]) -> Run:
    """Return a closure that runs commands in order until one has an outcome.

    `place` is read from the Python frame when an error, or $STACK, asks where this frame of M stands.
    """

    def sequence() -> Outcome:
        for run, place in items:  # noqa: B007 - traps.py reads `place`
            outcome = run()
            if outcome is not None:
                return outcome
        return None

    return sequence


def run_range(
    cells: dict[str, Cell], name: str, first: Get, step: Get, limit: Get | None, items: tuple[Item, ...]
) -> Run:
    """Return a closure for a range of FOR over a plain local; its body is in line, being the hottest code there is.

    Its outcome is QUIT if the body quit the whole FOR.
    """
    body = run_sequence(items)

    def loop() -> Outcome:
        number = to_number(first())
        increment = to_number(step())
        bound = None if limit is None else to_number(limit())
        forward = increment >= 0
        cells[name].v = number
        if bound is not None and (number > bound if forward else number < bound):
            return None
        if increment > 0 and number.__class__ is int and increment.__class__ is int and bound.__class__ is int:
            # The plain case, as long as the body leaves the control variable alone.
            for current in range(number, bound + 1, increment):
                cells[name].v = current
                for run, place in items:  # noqa: B007 - traps.py reads `place`
                    outcome = run()
                    if outcome is not None:
                        return outcome
                if cells[name].v is not current:
                    break
            else:
                return None
        else:
            outcome = body()
            if outcome is not None:
                return outcome
        while True:
            value = cells[name].v
            if value is None:
                raise undefined(name, ())
            after = numbers.add(value, increment)
            if bound is not None and (after > bound if forward else after < bound):
                return None
            cells[name].v = after
            outcome = body()
            if outcome is not None:
                return outcome

    return loop


def _zero() -> Value:
    return 0


SEQUENCE_CODES = frozenset((run_sequence(()).__code__, run_range({}, "", _zero, _zero, None, ()).__code__))
"""By their code traps.py knows the Python frames that hold a place."""


class Compiler(FunctionCompiler):
    """Compiles lines and commands."""

    def line(self, image: Image, number: int, code: Code, index: int) -> Run:
        """Return a closure for a line of a routine."""
        line = image.tree.lines[number]
        return self.sequence(line, Context(image, number, line.text, code, index))

    def text(self, line: nodes.Line) -> Run:
        """Return a closure for a text of XECUTE, which must be good as a whole."""
        return self.sequence(line, Context(None, 0, line.text, None, 0))

    def sequence(self, line: nodes.Line, context: Context) -> Run:
        """Return a closure for the commands of a line."""
        return self._rest(line, 0, context)

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
                items.append((self._for(command, self._items(line, index + 1, context)), place))
                break
            if isinstance(command, nodes.If | nodes.Else):
                rest = self._rest(line, index + 1, context)
                items.append((self._governing(command, rest), place))
                break
            if isinstance(command, nodes.Tstart):
                rest = self._rest(line, index + 1, context)
                items.append((self._tstart(command, rest, context), place))
                break
            runs = self.command(command, context)
            items.extend((run, place) for run in runs)
        else:
            if line.bad is not None:
                place = Place(context.image, context.line, line.bad.column + 1, context.source)
                items.append((_failing(line.bad.code), place))
        return tuple(items)

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
            return self._indirect(command, argument)
        if isinstance(command, nodes.Vendor):
            return _failing("INVCMD")
        if isinstance(command, nodes.Zcommand):
            compile_argument = _Z_COMMANDS.get(command.name)
        else:
            compile_argument = _ARGUMENTS.get(type(command))
        if compile_argument is None:
            return self._unbuilt(command)
        return compile_argument(self, argument)

    def arguments(self, keyword: str, arguments: Sequence[Any]) -> Run:
        """Return a closure for the arguments that an indirection held."""
        command = _COMMANDS[keyword](0, 0, None, arguments)
        items = tuple((run, None) for run in self.command(command, Context(None, 0, "", None, 0)))
        return run_sequence(items)

    def _indirect(self, command: nodes.Command, argument: nodes.ArgumentIndirection) -> Run:
        text = self.texts(argument.expression)
        machine = self.machine
        keyword = command.keyword
        condition = None if argument.condition is None else self.test(argument.condition)

        def indirect() -> Outcome:
            source = text()
            if condition is not None and not condition():
                return None
            return machine.indirection.arguments(keyword, source)()

        return indirect

    def _unbuilt(self, command: nodes.Command) -> Run:
        what = getattr(command, "name", "") or command.keyword

        def reach() -> Outcome:
            raise unbuilt(what)

        return reach

    def _argumentless(self, command: nodes.Command) -> Run:
        machine = self.machine
        if isinstance(command, nodes.Quit):
            return quit_now
        if isinstance(command, nodes.Kill):
            return machine.kill_all
        if isinstance(command, nodes.New):
            return lambda: machine.new_all_but(frozenset())
        if isinstance(command, nodes.Halt):
            return machine.halt
        if isinstance(command, nodes.Write):
            return nothing
        if isinstance(command, nodes.Lock | nodes.Zdeallocate):
            return machine.locks.clear
        if isinstance(command, nodes.Tcommit):
            return machine.transactions.commit
        if isinstance(command, nodes.Trollback):
            return lambda: machine.transactions.rollback(0)
        if isinstance(command, nodes.Trestart):
            return machine.transactions.restart
        if isinstance(command, nodes.Zwrite):
            return machine.zwrites.write_locals
        if isinstance(command, nodes.Zgoto):
            return lambda: machine.zgoto(1, None)
        if isinstance(command, nodes.Break):
            return machine.break_point
        if isinstance(command, nodes.Vendor):
            return _failing("INVCMD")
        if isinstance(command, nodes.Zcommand) and command.name == "ZHALT":
            return machine.halt
        return self._unbuilt(command)

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
        if not isinstance(argument, nodes.ArgumentIndirection):
            return self.test(argument)
        text = self.texts(argument.expression)
        machine = self.machine
        return lambda: machine.indirection.condition(text())

    def _for(self, command: nodes.For, items: tuple[Item, ...]) -> Run:
        body = run_sequence(items)
        if command.variable is None:

            def forever() -> Outcome:
                while True:
                    outcome = body()
                    if outcome is not None:
                        return None if outcome is QUIT else outcome

            return forever
        if isinstance(command.variable, nodes.Local) and not command.variable.subscripts:
            loops = [self._local_range(command.variable.name, each, body, items) for each in command.arguments]
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
        ranges = [self._reference_range(each, body) for each in command.arguments]

        def for_reference() -> Outcome:
            variable = reference()
            for each in ranges:
                outcome = each(variable)
                if outcome is not None:
                    return None if outcome is QUIT else outcome
            return None

        return for_reference

    def _local_range(self, variable: str, node: nodes.Range, body: Run, items: tuple[Item, ...]) -> Run:
        """Return a closure for one argument of FOR; its outcome is QUIT if the body quit the whole FOR."""
        cells = self.machine.cells
        name = self.machine.name_cell(variable)
        first = self.value(node.first)
        if node.step is None:

            def once() -> Outcome:
                value = first()
                cells[name].v = value
                return body()

            return once
        limit = None if node.limit is None else self.value(node.limit)
        return run_range(cells, name, first, self.value(node.step), limit, items)

    def _reference_range(self, node: nodes.Range, body: Run) -> Callable[[Reference], Outcome]:
        """Return a closure like `_local_range` for a control variable with subscripts, or an indirect one."""
        first = self.value(node.first)
        step = None if node.step is None else self.value(node.step)
        limit = None if node.limit is None else self.value(node.limit)

        def loop(variable: Reference) -> Outcome:
            if step is None:
                variable.set(first())
                return body()
            number = to_number(first())
            increment = to_number(step())
            bound = None if limit is None else to_number(limit())
            variable.set(number)
            while True:
                if bound is not None and (number > bound if increment >= 0 else number < bound):
                    return None
                variable.set(number)
                outcome = body()
                if outcome is not None:
                    return outcome
                number = numbers.add(variable.value(), increment)

        return loop

    def _tstart(self, command: nodes.Tstart, rest: Run, context: Context) -> Run:
        """Return a closure that begins a transaction. A restart runs `rest`, then the lines after this one."""
        machine = self.machine
        condition = None if command.condition is None else self.test(command.condition)
        frames = machine.frames
        after = None if context.code is None else Goto(context.code, context.index + 1)

        def resume() -> Outcome:
            outcome = rest()
            return after if outcome is None else outcome

        begin: Callable[[], None]
        if command.arguments and isinstance(command.arguments[0], nodes.ArgumentIndirection):
            text = self.texts(command.arguments[0].expression)

            def begin_indirect() -> None:
                machine.transactions.begin(machine.indirection.transaction(text()), resume)

            begin = begin_indirect
        else:
            argument = command.arguments[0] if command.arguments else None
            assert argument is None or isinstance(argument, nodes.TransactionArgument)

            def begin_here() -> None:
                machine.transactions.begin(argument, resume)

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

        return tstart

    # Calls

    def _block(self, context: Context) -> Run:
        machine = self.machine
        block = None if context.image is None else context.image.block_below(context.line)
        if block is None:
            # GT.M runs nothing, and $TEST stays.
            return nothing
        code = block

        def do_block() -> Outcome:
            machine.call_block(code)
            return None

        return do_block

    def _call_argument(self, call: nodes.Call | nodes.ExternalCall) -> Run:
        machine = self.machine
        if isinstance(call, nodes.ExternalCall):
            return discard(self.value(call.external))
        condition = None if call.condition is None else self.test(call.condition)
        label = call.entry.label
        if isinstance(label, nodes.Indirection) and label.subscripts and call.entry.routine is None:
            return self._call_with_subscripts(label, condition)
        target = self.target(call.entry)
        if call.arguments is None:

            def do_plain() -> Outcome:
                if condition is None or condition():
                    machine.call(target(), None)
                return None

            return do_plain
        actuals = self.actuals(call.arguments)

        def do_with_actuals() -> Outcome:
            if condition is None or condition():
                label = target()
                machine.call(label, actuals())
            return None

        return do_with_actuals

    def _call_with_subscripts(self, label: nodes.Indirection, condition: Test | None) -> Run:
        """Return a closure for `DO @x@(1,2)`, which means the text in x with `(1,2)` behind it, as GT.M has it."""
        machine = self.machine
        text = self.texts(label.expression)
        groups = [[self.value(subscript) for subscript in group] for group in label.subscripts]

        def do_indirect() -> Outcome:
            source = text()
            if condition is not None and not condition():
                return None
            values = [get() for group in groups for get in group]
            actuals = ",".join([names.format_value(value, machine.charset) for value in values])
            return machine.indirection.arguments("DO", f"{source}({actuals})")()

        return do_indirect

    def _jump(self, jump: nodes.Jump) -> Run:
        condition = None if jump.condition is None else self.test(jump.condition)
        target = self.target(jump.entry)

        def goto() -> Outcome:
            if condition is None or condition():
                label = target()
                return Goto(label.code, label.index)
            return None

        return goto

    def _quit(self, argument: nodes.Expression) -> Run:
        machine = self.machine
        get = self.value(argument)
        frames = machine.frames

        def quit_with() -> Outcome:
            frame = frames[-1]
            if not frame.function:
                raise merror("NOTEXTRINSIC")
            value = get()
            frame.value = value
            return QUIT

        return quit_with

    def _xecute(self, argument: nodes.Code) -> Run:
        machine = self.machine
        text = self.texts(argument.expression)
        condition = None if argument.condition is None else self.test(argument.condition)

        def xecute() -> Outcome:
            source = text()
            if condition is None or condition():
                machine.xecute(source)
            return None

        return xecute

    # Variables

    def _assignments(self, argument: nodes.Assignment | nodes.ArgumentIndirection) -> list[Run]:
        if isinstance(argument, nodes.ArgumentIndirection):
            return [self._indirect(nodes.Set(0, 0, None, (argument,)), argument)]
        if len(argument.targets) == 1:
            return [self._assign(argument.targets[0], self.value(argument.value))]
        return [self._assign_list(argument)]

    def _assign_list(self, argument: nodes.Assignment) -> Run:
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
        if isinstance(target, nodes.Group):
            return self._prepare(target.expression)
        if isinstance(target, nodes.Special):
            store = self.machine.specials.setter(target.name)
            return lambda: store
        if isinstance(target, nodes.Function):
            reference = self.reference(target.arguments[0])  # type: ignore[arg-type]
            gets = [self.value(argument) for argument in target.arguments[1:] if argument is not None]
            name = target.name

            def prepare() -> Callable[[Value], None]:
                variable = reference()
                values = setter_arguments(name, [get() for get in gets])
                return lambda result: _store_part(name, variable, values, result)

            return prepare
        if isinstance(target, nodes.Naked):
            codes = self.codes(target)
            machine = self.machine

            def prepare_naked() -> Callable[[Value], None]:
                leading, last = codes()
                return lambda result: machine.naked_reference(leading, last).set(result)

            return prepare_naked
        refer = self.reference(target)
        return lambda: refer().set

    def _assign(self, target: nodes.Expression, value: Get) -> Act:
        if isinstance(target, nodes.Special | nodes.Function):
            prepare = self._prepare(target)

            def set_prepared() -> None:
                store = prepare()
                store(value())

            return set_prepared
        return self.assign(target, value)

    def _kill(self, argument: nodes.Expression | nodes.Exclusive) -> Run:
        machine = self.machine
        if isinstance(argument, nodes.Exclusive):
            names = self.names(argument.names)
            return lambda: machine.kill_all_but(names())
        return self.kill(argument)

    def _kill_node(self, argument: nodes.Expression) -> Run:
        return self.kill(argument, node_only=True)

    def names(self, variables: Sequence[nodes.Local | nodes.Indirection]) -> Callable[[], frozenset[str]]:
        """Return a closure that gives the names in a list; an indirection holds a name."""
        machine = self.machine
        gets: list[Callable[[], str]] = []
        for variable in variables:
            if isinstance(variable, nodes.Local):
                gets.append(_constantly(variable.name))
            else:
                text = self.texts(variable.expression)
                gets.append(_composed(machine.indirection.local_name, text))
        return lambda: frozenset([get() for get in gets])

    def _new(self, argument: nodes.Local | nodes.Special | nodes.Exclusive) -> Run:
        machine = self.machine
        if isinstance(argument, nodes.Exclusive):
            names = self.names(argument.names)
            return lambda: machine.new_all_but(names())
        if isinstance(argument, nodes.Special):
            special = argument.name
            return lambda: machine.new_special(special)
        name = machine.name_cell(argument.name)
        return lambda: machine.new(name)

    def _merge(self, argument: nodes.MergeArgument) -> Run:
        target = self.reference(argument.target)
        source = self.reference(argument.source)

        def merge_them() -> Outcome:
            into = target()
            merge(into, source())
            return None

        return merge_them

    # Output and input

    def _write(self, argument: nodes.Expression | nodes.Argument) -> Run:
        device = self.machine.device
        if isinstance(argument, nodes.NewLine):
            return lambda: device.current.new_line()
        if isinstance(argument, nodes.FormFeed):
            return lambda: device.current.form_feed()
        if isinstance(argument, nodes.Tab):
            column = self.integer(argument.column)

            def tab() -> Outcome:
                wanted = column()
                device.current.tab(wanted)
                return None

            return tab
        if isinstance(argument, nodes.Character):
            code = self.integer(argument.code)

            def character() -> Outcome:
                number = code()
                device.current.character(number)
                return None

            return character
        if isinstance(argument, nodes.Control):
            name = argument.name
            gets = [self.value(each) for each in argument.arguments]

            def control() -> Outcome:
                values = [get() for get in gets]
                device.current.control(name, values)
                return None

            return control
        text = self.texts(argument)  # type: ignore[arg-type]

        def write() -> Outcome:
            result = text()
            device.current.write(result)
            return None

        return write

    def _read(self, argument: nodes.Argument | nodes.String) -> Run:
        if not isinstance(argument, nodes.Input):
            return self._write(argument)
        machine = self.machine
        reference: Refer = self.reference(argument.target)
        timeout = None if argument.timeout is None else self.value(argument.timeout)
        count = None if argument.count is None else self.integer(argument.count)
        single = argument.single

        def read() -> Outcome:
            target = reference()
            size = None if count is None else count()
            if size is not None and size <= 0:
                raise merror("RDFLTOOSHORT")
            machine.read(target, size, None if timeout is None else to_number(timeout()), single=single)
            return None

        return read

    def _zwrite(self, argument: nodes.ZwriteVariable | nodes.Special | nodes.Indirection) -> Run:
        return self.machine.zwrites.compile(self, argument)

    # The rest

    def _hang(self, argument: nodes.Expression) -> Run:
        machine = self.machine
        get = self.value(argument)
        return lambda: machine.hang(to_number(get()))

    def _break(self, argument: nodes.Expression) -> Run:
        machine = self.machine
        get = self.value(argument)

        def break_here() -> None:
            get()
            machine.break_point()

        return break_here

    def _lock(self, argument: nodes.LockArgument) -> Run:
        machine = self.machine
        references = [self.reference(name) for name in argument.names]
        timeout = None if argument.timeout is None else self.value(argument.timeout)
        sign = argument.sign

        def lock() -> Outcome:
            names = [machine.lock_name(reference()) for reference in references]
            has_timeout = timeout is not None
            if timeout is not None:
                to_number(timeout())
            machine.lock(sign, names, has_timeout=has_timeout)
            return None

        return lock

    def _zallocate(self, argument: nodes.LockArgument) -> Run:
        return self._lock(nodes.LockArgument(0, 0, "+", argument.grouped, argument.names, argument.timeout))

    def _zdeallocate(self, argument: nodes.LockArgument) -> Run:
        return self._lock(nodes.LockArgument(0, 0, "-", argument.grouped, argument.names, argument.timeout))

    def _rollback(self, argument: nodes.Expression) -> Run:
        machine = self.machine
        get = self.value(argument)
        return lambda: machine.transactions.rollback(to_integer(get()))

    def _zgoto(self, argument: nodes.EntryFields) -> Run:
        machine = self.machine
        level = None if argument.level is None else self.integer(argument.level)
        target = None if argument.entry is None else self.target(argument.entry)

        def zgoto() -> Outcome:
            depth = machine.depth if level is None else level()
            machine.zgoto(depth, None if target is None else target())
            return None

        return zgoto

    def _view(self, argument: nodes.Fields) -> Run:
        gets = [self.value(each) for each in argument.values if each is not None]
        machine = self.machine

        def view() -> Outcome:
            machine.view([get() for get in gets])
            return None

        return view

    def _device(self, keyword: str, argument: nodes.DeviceArgument) -> Run:
        machine = self.machine
        device = self.texts(argument.device)
        timeout = None if argument.timeout is None else self.value(argument.timeout)
        parameters = [
            (each.name, None if each.value is None else self.value(each.value))
            for each in argument.parameters or ()
            if each is not None
        ]

        def operate() -> Outcome:
            name = device()
            values = [(parameter, None if get is None else get()) for parameter, get in parameters]
            has_timeout = timeout is not None
            if timeout is not None:
                to_number(timeout())
            machine.device.operate(keyword, name, values)
            if has_timeout:
                machine.test = 1
            return None

        return operate


def quit_now() -> Outcome:
    """Do what QUIT without argument does."""
    return QUIT


def nothing() -> Outcome:
    """Do nothing."""
    return None


def discard(get: Get) -> Run:
    """Return a command that evaluates an expression for what it does."""

    def run() -> Outcome:
        get()
        return None

    return run


def _constantly(text: str) -> Callable[[], str]:
    return lambda: text


def _composed(outer: Callable[[str], Any], inner: Callable[[], str]) -> Callable[[], Any]:
    return lambda: outer(inner())


def _failing(name: str) -> Run:
    """Return a command that raises an error when it is reached."""

    def reach() -> Outcome:
        raise merror(name)

    return reach


def _store_part(name: str, variable: Reference, values: tuple[Value, ...], result: Value) -> None:
    """Do what SET $PIECE and $EXTRACT do."""
    old = variable.get()
    new = SETTABLE[name]("" if old is None else old, *values, result)
    if new is not None:
        variable.set(new)


def _zhalt(compiler: Compiler, argument: nodes.Fields) -> Run:
    status = argument.values[0] if argument.values else None
    if status is None:
        return compiler.machine.halt
    get = compiler.integer(status)
    return lambda: compiler.machine.halt(get())


def _zlink(compiler: Compiler, argument: nodes.Fields) -> Run:
    text = compiler.texts(argument.values[0])  # type: ignore[arg-type]
    return lambda: compiler.machine.zlink(text())


def _zmessage(compiler: Compiler, argument: nodes.Fields) -> Run:
    gets = [compiler.value(each) for each in argument.values if each is not None]
    return lambda: compiler.machine.zmessage([get() for get in gets])


_Z_COMMANDS: dict[str, Callable[[Compiler, nodes.Fields], Run]] = {
    "ZHALT": _zhalt,
    "ZLINK": _zlink,
    "ZMESSAGE": _zmessage,
}

_ARGUMENTS: dict[type[nodes.Command], Callable[[Compiler, Any], Run]] = {
    nodes.Break: Compiler._break,
    nodes.Close: lambda compiler, argument: compiler._device("CLOSE", argument),
    nodes.Do: Compiler._call_argument,
    nodes.Goto: Compiler._jump,
    nodes.Hang: Compiler._hang,
    nodes.Kill: Compiler._kill,
    nodes.Lock: Compiler._lock,
    nodes.Merge: Compiler._merge,
    nodes.New: Compiler._new,
    nodes.Open: lambda compiler, argument: compiler._device("OPEN", argument),
    nodes.Quit: Compiler._quit,
    nodes.Read: Compiler._read,
    nodes.Trollback: Compiler._rollback,
    nodes.Use: lambda compiler, argument: compiler._device("USE", argument),
    nodes.View: Compiler._view,
    nodes.Write: Compiler._write,
    nodes.Xecute: Compiler._xecute,
    nodes.Zallocate: Compiler._zallocate,
    nodes.Zdeallocate: Compiler._zdeallocate,
    nodes.Zgoto: Compiler._zgoto,
    nodes.Zkill: Compiler._kill_node,
    nodes.Zwrite: Compiler._zwrite,
}
"""What compiles one argument of each command."""

_INDIRECT: tuple[type[nodes.Command], ...] = (*_ARGUMENTS, nodes.Set, nodes.Tstart)
_COMMANDS: dict[str, type[nodes.Command]] = {command.keyword: command for command in _INDIRECT}
"""The commands whose arguments an indirection may hold."""

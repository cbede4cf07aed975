"""Arguments of commands to closures: calls, variables, and the rest; compile_assignments.py has SET."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from bumps.errors import MError
from bumps.interp import names, nodes
from bumps.interp.breaks import ACTION
from bumps.interp.codes import merror, own_error
from bumps.interp.compile_assignments import AssignmentCompiler
from bumps.interp.compile_base import Get, Test
from bumps.interp.compile_calls import shape_of
from bumps.interp.frames import QUIT, FunctionFrame, Goto, Outcome, Run
from bumps.interp.prints import Line, zprint
from bumps.interp.references import GlobalReference, merge
from bumps.interp.symbols import Cell
from bumps.interp.values import to_integer, to_number
from bumps.interp.zcompile import zcompile
from bumps.interp.zedit import zedit
from bumps.interp.zhelp import zhelp
from bumps.interp.zlink import zlink
from bumps.interp.zsystem import zsystem

if TYPE_CHECKING:
    from bumps.interp.machine import Machine

Constant = TypeVar("Constant")


class ArgumentCompiler(AssignmentCompiler):
    """Compiles the arguments of commands."""

    # Calls

    def _call_argument(self, call: nodes.Call | nodes.ExternalCall) -> Run:
        if isinstance(call, nodes.ExternalCall):
            return discard(self.value(call.external))
        condition = None if call.condition is None else self.test(call.condition)
        label = call.entry.label
        if isinstance(label, nodes.Indirection) and label.subscripts and call.entry.routine is None:
            return self._call_with_subscripts(label, condition)
        calls = self.machine.calls
        shape = shape_of(call.arguments)
        own = self.own_label(call.entry)
        if own is not None and condition is None:
            return self._with_actuals(calls.do(own, shape), call.arguments)
        actuals = self.actuals(call.arguments or ())
        is_late = self.late_undefined(call)
        resolved = self.resolver(call.entry) if own is None else _constantly(_constantly(own))

        if not call.arguments:

            def do_without() -> None:
                if condition is None or condition():
                    calls.do(resolved()(), shape)()

            return do_without

        def do_call() -> Outcome:
            if condition is None or condition():
                find = resolved()
                try:
                    values = actuals()
                except MError as error:
                    if is_late(error):
                        find()
                    raise
                calls.do(find(), shape)(*values)
            return None

        return do_call

    def _call_with_subscripts(self, label: nodes.Indirection, condition: Test | None) -> Run:
        """Return a closure for `DO @x@(1,2)`, which means the text in x with `(1,2)` behind it, as GT.M has it."""
        machine = self.machine
        text = self.texts(label.expression)
        groups = [[self.value(subscript) for subscript in group] for group in label.subscripts]

        def do_indirect() -> Outcome:
            if condition is not None and not condition():
                return None
            source = text()
            values = [get() for group in groups for get in group]
            actuals = ",".join([names.format_value(value, machine.charset) for value in values])
            return machine.indirection.nested(machine.indirection.arguments("DO", f"{source}({actuals})"))

        return do_indirect

    def _jump(self, jump: nodes.Jump) -> Run:
        condition = None if jump.condition is None else self.test(jump.condition)
        own = self.own_label(jump.entry)
        if own is not None:
            there = Goto(own.code, own.index)
            if condition is None:
                return lambda: there
            return lambda: there if condition() else None
        target = self.target(jump.entry, "LABELNOTFND")

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
            value = get()
            frame = frames[-1]
            if frame.__class__ is not FunctionFrame:
                if machine.specials.settings.quits_as_wanted:
                    return QUIT
                raise machine.no_function(frame)
            frame.value = value
            return QUIT

        return quit_with

    def _xecute(self, argument: nodes.Code) -> Run:
        machine = self.machine
        text = self.texts(argument.expression)
        condition = None if argument.condition is None else self.test(argument.condition)

        def xecute() -> Outcome:
            if condition is None or condition():
                machine.xecute(text())
            return None

        return xecute

    # Variables

    def _kill(self, argument: nodes.Expression | nodes.Exclusive) -> Run:
        machine = self.machine
        if isinstance(argument, nodes.Exclusive):
            names = self.names(argument.names)
            return lambda: machine.locals.kill_all_but(names())
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

    def _new(self, argument: nodes.Local | nodes.Special | nodes.Exclusive | nodes.Indirection) -> Run:
        machine = self.machine
        if isinstance(argument, nodes.Exclusive):
            names = self.names(argument.names)
            return lambda: machine.locals.new_all_but(names())
        if isinstance(argument, nodes.Special):
            special = argument.name
            return lambda: machine.locals.new_special(special)
        if isinstance(argument, nodes.Indirection):
            # `NEW @x@(1)`: only a whole variable can be hidden.
            return failing("INDEXTRACHARS")
        return self._new_local(machine.locals.name_cell(argument.name))

    def _new_local(self, name: str) -> Run:
        cells = self.machine.cells
        frames = self.machine.frames

        def new_local() -> None:
            frames[-1].hidden += (name, cells[name])
            cells[name] = cell = Cell()
            cell.v = None
            cell.a = None

        return new_local

    def _merge(self, argument: nodes.MergeArgument) -> Run:
        """Return a closure for MERGE."""
        source = self.searched_reference(argument.source)
        target = self.reference(argument.target)
        meter = self.machine.meter

        def merge_them() -> Outcome:
            into = target()
            merge(into, source(), meter)
            return None

        return merge_them

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
        locks = self.machine.locks
        references = [self.reference(name) for name in argument.names]
        timeout = None if argument.timeout is None else self.value(argument.timeout)
        sign = argument.sign

        def lock() -> None:
            names = [locks.name(reference()) for reference in references]
            locks.lock(sign, names, None if timeout is None else to_number(timeout()))

        return lock

    def _zallocate(self, argument: nodes.LockArgument) -> Run:
        references = [self.reference(name) for name in argument.names]
        timeout = None if argument.timeout is None else self.value(argument.timeout)
        locks = self.machine.locks

        def allocate() -> Outcome:
            names = [locks.name(reference()) for reference in references]
            locks.allocate(names, None if timeout is None else to_number(timeout()))
            return None

        return allocate

    def _zdeallocate(self, argument: nodes.LockArgument) -> Run:
        references = [self.reference(name) for name in argument.names]
        locks = self.machine.locks
        return lambda: locks.deallocate([locks.name(reference()) for reference in references])

    def _job(self, argument: nodes.JobArgument) -> Run:
        """Return a closure for JOB, which evaluates its arguments as ever, and then has no process to start."""
        label, offset, routine = self.entry_parts(argument.entry)
        actuals = None if argument.arguments is None else self.actuals(argument.arguments)
        values = [self.value(each.value) for each in argument.parameters or () if each is not None and each.value]
        timeout = None if argument.timeout is None else self.value(argument.timeout)

        def job() -> None:
            name, distance, where = label(), offset(), routine()
            if actuals is not None:
                actuals()
            for value in values:
                value()
            if timeout is not None:
                to_number(timeout())
            entry = f"{name}{f'+{distance}' if distance else ''}{f'^{where}' if where else ''}"
            raise own_error(
                "ONEPROCESS",
                f"JOB {entry}: it starts a process, and only one process at a time can have a database open",
                hint="do the work here; in Python, threads may call database.call()",
            )

        return job

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

    def _zbreak(self, argument: nodes.EntryFields) -> Run:
        breaks = self.machine.breaks
        if argument.entry is None:
            return breaks.remove_all
        label, offset, routine = self.entry_parts(argument.entry)
        action, count = (*argument.values, None, None)[:2]
        text = _constantly(ACTION) if action is None else self.texts(action)
        number = _constantly(1) if count is None else self.integer(count)
        is_removal = argument.sign == "-"

        def zbreak() -> None:
            place = label(), offset() or 0, routine()
            if is_removal:
                breaks.remove(*place)
            else:
                breaks.set(*place, text(), number())

        return zbreak

    def _zprint(self, argument: nodes.EntryFields) -> Run:
        assert argument.entry is not None, "the grammar has made sure"
        label, offset, routine = self.entry_parts(argument.entry)
        last = None if argument.last is None else self.entry_parts(argument.last)
        machine = self.machine

        def run() -> None:
            first = Line(label(), offset())
            name = routine()
            zprint(machine, first, None if last is None else Line(last[0](), last[1]()), name)

        return run

    def _view(self, argument: nodes.Fields) -> Run:
        gets = [self.value(each) for each in argument.values if each is not None]
        machine = self.machine

        def view() -> Outcome:
            machine.views.set([get() for get in gets])
            return None

        return view


def nothing() -> Outcome:
    """Do nothing."""
    return None


def discard(get: Get) -> Run:
    """Return a command that evaluates an expression for what it does."""

    def run() -> Outcome:
        get()
        return None

    return run


def _constantly(value: Constant) -> Callable[[], Constant]:
    return lambda: value


def _composed(outer: Callable[[str], Any], inner: Callable[[], str]) -> Callable[[], Any]:
    return lambda: outer(inner())


def failing(name: str) -> Run:
    """Return a command that raises an error when it is reached."""

    def reach() -> Outcome:
        raise merror(name)

    return reach


def _zhalt(compiler: ArgumentCompiler, argument: nodes.Fields) -> Run:
    get = compiler.integer(argument.values[0])  # type: ignore[arg-type]
    return lambda: compiler.machine.halt(get())


def _zlink(compiler: ArgumentCompiler, argument: nodes.Fields) -> Run:
    text = compiler.texts(argument.values[0])  # type: ignore[arg-type]
    return lambda: zlink(compiler.machine, text())


def _zshow(compiler: ArgumentCompiler, argument: nodes.Fields) -> Run:
    codes = compiler.texts(argument.values[0])  # type: ignore[arg-type]
    target = argument.values[1] if len(argument.values) > 1 else None
    refer = None if target is None else compiler.reference(target)
    machine = compiler.machine

    def zshow() -> None:
        wanted = codes()
        machine.shows.show(wanted, None if refer is None else refer())

    return zshow


def _of_text(act: Callable[[Machine, str], None]) -> Callable[[ArgumentCompiler, nodes.Fields], Run]:
    """Return what compiles the argument of a command that does something with one text."""

    def compile_argument(compiler: ArgumentCompiler, argument: nodes.Fields) -> Run:
        text = compiler.texts(argument.values[0])  # type: ignore[arg-type]
        return lambda: act(compiler.machine, text())

    return compile_argument


def _zmessage(compiler: ArgumentCompiler, argument: nodes.Fields) -> Run:
    gets = [compiler.value(each) for each in argument.values if each is not None]
    return lambda: compiler.machine.zmessage([get() for get in gets])


def _zstep(compiler: ArgumentCompiler, argument: nodes.Fields) -> Run:
    word, action = (*argument.values, None)[:2]
    assert isinstance(word, nodes.String), "the grammar has made sure"
    how = word.value
    text = _constantly(None) if action is None else compiler.texts(action)
    return lambda: compiler.machine.stepping.step(how, text())


def _ztcommit(compiler: ArgumentCompiler, argument: nodes.Fields) -> Run:
    count = compiler.integer(argument.values[0])  # type: ignore[arg-type]
    return lambda: compiler.machine.fences.end(count())


def _ztrigger(compiler: ArgumentCompiler, argument: nodes.Global | nodes.Naked | nodes.Indirection) -> Run:
    """Return a closure that moves the naked indicator: no trigger can be there to run."""
    refer = compiler.reference(argument)

    def touch() -> None:
        reference = refer()
        if not isinstance(reference, GlobalReference):
            raise merror("GBLEXPECTED")
        reference.touch()

    return touch


Z_COMMANDS: dict[str, Callable[[ArgumentCompiler, Any], Run]] = {
    "ZCOMPILE": _of_text(zcompile),
    "ZEDIT": _of_text(zedit),
    "ZHELP": _of_text(zhelp),
    "ZHALT": _zhalt,
    "ZLINK": _zlink,
    "ZMESSAGE": _zmessage,
    "ZSHOW": _zshow,
    "ZSTEP": _zstep,
    "ZSYSTEM": _of_text(zsystem),
    "ZTCOMMIT": _ztcommit,
    "ZTRIGGER": _ztrigger,
}
ARGUMENTS: dict[type[nodes.Command], Callable[[ArgumentCompiler, Any], Run]] = {
    nodes.Break: ArgumentCompiler._break,
    nodes.Close: ArgumentCompiler.close_argument,
    nodes.Do: ArgumentCompiler._call_argument,
    nodes.Goto: ArgumentCompiler._jump,
    nodes.Hang: ArgumentCompiler._hang,
    nodes.Job: ArgumentCompiler._job,
    nodes.Kill: ArgumentCompiler._kill,
    nodes.Lock: ArgumentCompiler._lock,
    nodes.Merge: ArgumentCompiler._merge,
    nodes.New: ArgumentCompiler._new,
    nodes.Open: ArgumentCompiler.open_argument,
    nodes.Quit: ArgumentCompiler._quit,
    nodes.Read: ArgumentCompiler.read_argument,
    nodes.Trollback: ArgumentCompiler._rollback,
    nodes.Use: ArgumentCompiler.use_argument,
    nodes.View: ArgumentCompiler._view,
    nodes.Write: ArgumentCompiler.write_argument,
    nodes.Xecute: ArgumentCompiler._xecute,
    nodes.Zbreak: ArgumentCompiler._zbreak,
    nodes.Zprint: ArgumentCompiler._zprint,
    nodes.Zallocate: ArgumentCompiler._zallocate,
    nodes.Zdeallocate: ArgumentCompiler._zdeallocate,
    nodes.Zgoto: ArgumentCompiler._zgoto,
    nodes.Zkill: ArgumentCompiler._kill_node,
    nodes.Zwrite: ArgumentCompiler.zwrite_argument,
}
"""What compiles one argument of each command."""

"""Calls: what begins a frame of M, runs its code, and ends it, as a function of Python made for just that call.

A call is so frequent that nothing is looked up in it which is known before: how many actuals there are, which of them
are passed by reference, what the formals are. So for each *shape* of call there is a text of Python, compiled
once, and for each label that is called so, or block, a function of it, whose defaults are what belongs to the label.

C1. Each frame of M is one Python frame of a code in `ENTER_CODES`, with the machine in `self`: places.py counts them.
C2. Such a function runs the first line. Whatever is not a plain QUIT then, or raises, goes on in `Machine.go_on`
    or `Machine.recover`, above it on the stack of Python.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from itertools import zip_longest
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, NamedTuple

from bumps.interp.codes import merror
from bumps.interp.frames import (
    BlockFrame,
    Code,
    Frame,
    FunctionFrame,
    Hidden,
    Label,
    Place,
    Restart,
    Stopped,
    Unwind,
)
from bumps.interp.sequences import run_sequence
from bumps.interp.symbols import Cell, Value, cell_of

if TYPE_CHECKING:
    from bumps.errors import MError
    from bumps.interp.machine import Machine
    from bumps.interp.routines import Image

VALUE, BY_REFERENCE, OMITTED = "v", "r", "o"
"""The letters of a shape: what an actual is."""

Callee = Callable[..., Any]
"""A call of a label: its arguments are the values, and the cells of what is passed by reference, from left to right."""

ENTER_CODES: dict[int, CodeType] = {}
"""The codes of all functions that run a frame (C1)."""

CAUGHT = (Exception, Stopped, Unwind, Restart)
"""What a frame may have to do something about; all else ends the Run, or the process."""


class Calls:
    """Makes the calls of one machine."""

    def __init__(self, machine: Machine) -> None:
        from bumps.interp import runtime  # which needs this module

        self.machine = machine
        self._names = vars(runtime)

    def do(self, label: Label, shape: str | None) -> Callee:
        """Return what does DO of a label: $TEST is the callee's afterwards.

        `shape` has a letter for each actual, and is None if there are no parentheses. If actuals and formals do not
        fit, to call it raises M20 or M58.
        """
        return label.calls.get(("Frame", shape)) or self._made("Frame", label, shape)

    def function(self, label: Label, shape: str | None) -> Callee:
        """Return what does `$$label` and returns its value: $TEST stays. M20, M58 as `do`, M17 if it has no value."""
        return label.calls.get(("FunctionFrame", shape)) or self._made("FunctionFrame", label, shape)

    def finder(self, label: str, routine: str | None) -> Callable[[], Label]:
        """Return what finds a label that is known by name, remembered as long as its routine is the same."""
        machine = self.machine
        images = machine.library.images
        link = machine.library.image
        found: Label | None = None

        if routine is None:

            def find_here() -> Label:
                nonlocal found
                image = machine.current_image(label)
                if found is None or found.image is not image:
                    found = image.label(label)
                return found

            return find_here

        def find() -> Label:
            nonlocal found
            image = images.get(routine)
            if found is None or found.image is not image:
                found = link(routine).label(label)
            return found

        return find

    def block(self, code: Code) -> Callee:
        """Return what does an argumentless DO; $TEST stays."""
        if code.image is None:
            return self._bound("BlockFrame", "", (), code, 0, RUNNING)
        label = code.image.block(code)
        return label.calls.get(("BlockFrame", None)) or self._made("BlockFrame", label, None)

    def text(self, code: Code) -> Callee:
        """Return what does XECUTE of a text."""
        return self._bound("TextFrame", "", (), code, 0, RUNNING)

    def failed(self, kind: str, formals: tuple[str, ...], code: Code, index: int) -> Callee:
        """Return what makes the frame of a call that was left out (generate_calls.py), to deal with an error there.

        Its arguments are the error, $TEST before the call, and the cells of all formals; `kind` is the name of the
        frame's class. It returns the value of a function.
        """
        return self._bound(kind, BY_REFERENCE * len(formals), formals, code, index, RECOVERING)

    def shown(self, kind: str, formals: tuple[str, ...], code: Code, index: int) -> Callee:
        """Return what makes the frame of a call that was left out while an error in a body within it is dealt with.

        Its arguments are where the frame stands, what deals with the error, the arguments of that, $TEST before the
        call, and the cells of all formals. It returns what that returns.
        """
        return self._bound(kind, BY_REFERENCE * len(formals), formals, code, index, SHOWING)

    def _made(self, kind: str, label: Label, shape: str | None) -> Callee:
        callee: Callee
        misfit = _misfit(kind, label, shape)
        if misfit:
            callee = _raising(misfit, label.name)
        else:
            callee = self._framed(kind, label, shape)
            if _may_be_direct(label, shape):
                self._wait(callee, kind, label, shape)
        label.calls[kind, shape] = callee
        return callee

    def _framed(self, kind: str, label: Label, shape: str | None) -> FunctionType:
        """Return what begins a frame and runs in it what stands in the line of a label."""
        formals = label.formals or ()
        whole = (shape or "").ljust(len(formals), OMITTED)
        return self._bound(kind, whole, formals, label.code, label.index, RUNNING)

    def framed(self, label: Label) -> Callee:
        """Return what does a call with a frame: it is given the class of that, and what each formal gets, or None."""
        made: dict[tuple[str, str], Callee] = {}

        def call(kind: type[Frame], *given: Value | Cell | None) -> Any:
            letters = [OMITTED if each is None else BY_REFERENCE if each.__class__ is Cell else VALUE for each in given]
            key = kind.__name__, "".join(letters)
            if key not in made:
                made[key] = self._framed(key[0], label, key[1])
            return made[key](*[each for each in given if each is not None])

        return call

    def renew(self, label: Label) -> None:
        """Let all calls of a label find out anew whether a generated function does them."""
        label.direct = None
        for (kind, shape), callee in label.calls.items():
            if not _misfit(kind, label, shape) and _may_be_direct(label, shape):
                self._wait(callee, kind, label, shape)

    def _wait(self, callee: Any, kind: str, label: Label, shape: str | None) -> None:
        """Let a callee, which call sites hold, become at its next call what does the calls from then on (C3)."""

        def begin(given: tuple[Any, ...]) -> Any:
            direct = label.direct = label.direct or self.machine.tiers.call(label)
            if direct is None:
                framed = self._framed(kind, label, shape)
                callee.__code__, callee.__defaults__ = framed.__code__, framed.__defaults__
            else:
                frame = _FRAMES[kind]
                omitted = [None] * len(label.formals or ())
                callee.__code__, rest = direct
                callee.__defaults__ = (*omitted, frame, frame.is_function, *rest)
            return callee(*given)

        callee.__code__, callee.__defaults__ = _waiting.__code__, None
        callee.__kwdefaults__ = {"begin": begin}

    def _bound(
        self, kind: str, shape: str, formals: tuple[str, ...], code: Code, index: int, way: _Way
    ) -> FunctionType:
        machine = self.machine
        given = (
            *formals,
            machine,
            machine.frames,
            machine.cells,
            machine.bounds,
            machine.transactions.frames,
            code.image,
            code,
            code.lines,
            index,
        )
        return FunctionType(_code(kind, shape, way), self._names, kind, given)


class Far:
    """The calls of a label of another routine from one place: a callee, looked for again whenever that is replaced.

    Generated code calls `callee` as long as `image` is the routine of that name, and else what `linked` returns.
    """

    __slots__ = ("_find", "_make", "_names", "_shape", "callee", "cells", "image")

    def __init__(
        self,
        find: Callable[[], Label],
        make: Callable[[Label, str | None], Callee],
        shape: str | None,
        cells: dict[str, Cell],
        names: Sequence[str],
    ) -> None:
        """`find` finds the label, `make` is a method of `Calls`; `names` are the locals that are actuals themselves."""
        self._find = find
        self._make = make
        self._shape = shape
        self._names = names
        self.cells = cells
        self.image: Image | Far = self  # which no routine is
        self.callee: Callee | None = None

    def linked(self) -> Callee:
        """Return what calls the label, M13 if it is not there. The routine is linked if it is not."""
        label = self._find()
        callee = self.callee = self._make(label, self._shape)
        self.image = label.image
        return callee

    def check(self, error: MError) -> None:
        """Raise the error of a label or routine that is not there: it comes before that of an actual that is undefined.

        Not before another `error` of the actuals (compile_calls.py, `late_undefined`).
        """
        if error.name == "UNDEF" and any(self.cells[name].v is None for name in self._names):
            self._find()


def bind(cells: dict[str, Cell], label: Label, actuals: Sequence[Value] | None) -> Hidden:
    """Bind values from Python to the formals of a label, and return what they hide: M20, M58 if they do not fit."""
    if label.formals is None:
        if actuals is not None:
            raise merror("FMLLSTMISSING", label.name)
        return []
    given = actuals or ()
    if len(given) > len(label.formals):
        raise merror("ACTLSTTOOLONG", label.name)
    hidden: Hidden = []
    for formal, actual in zip_longest(label.formals, given):
        hidden += (formal, cells[formal])
        cells[formal] = cell_of(actual)
    return hidden


def _misfit(kind: str, label: Label, shape: str | None) -> str:
    """Return the error of a call whose actuals are not what the label takes, empty if they are."""
    if label.formals is None and (shape is not None or kind == "FunctionFrame"):
        return "FMLLSTMISSING"
    return "ACTLSTTOOLONG" if len(shape or "") > len(label.formals or ()) else ""


def _raising(code: str, name: str) -> Callee:
    def fail(*_: Value | Cell) -> None:
        raise merror(code, name)

    return fail


def _may_be_direct(label: Label, shape: str | None) -> bool:
    """Return whether a function of the label takes what is given in a call of such a shape."""
    return OMITTED not in (shape or "").rstrip(OMITTED) and label.image.called_at(label.code, label.index) is label


_FRAMES: dict[str, type[Frame]] = {each.__name__: each for each in (BlockFrame, Frame, FunctionFrame)}


def _waiting(*given: Any, begin: Callable[[tuple[Any, ...]], Any]) -> Any:
    """Do the first call of a callee."""
    return begin(given)


def standing(place: Place, deal: Callable[..., Any], arguments: Sequence[Any]) -> Any:
    """Call something while the innermost frame stands at a place."""
    return run_sequence(((partial(deal, *arguments), place),))()


class _Way(NamedTuple):
    """What is done in a frame, and what is needed for it."""

    parameters: tuple[str, ...]
    statements: tuple[str, ...]


RUNNING = _Way(
    (),
    (
        "  try: outcome = lines[index]()",
        "  except CAUGHT as error: self.recover(error, frame, code, index)",
        "  else:",
        "   if outcome is not QUIT or transactions: self.go_on(outcome, frame, code, index)",
    ),
)
_RUNNING_TEXT = tuple(each.replace("is not QUIT", "is not None and outcome is not QUIT") for each in RUNNING.statements)
"""Behind a text there is a QUIT."""
RECOVERING = _Way(("error", "test"), ("  self.recover(error, frame, code, index)",))
SHOWING = _Way(("place", "deal", "arguments", "test"), ("  return standing(place, deal, arguments)",))


@cache
def _code(kind: str, shape: str, way: _Way) -> CodeType:
    """Return the code of the calls of a kind, which is the name of its frame, and of a shape."""
    is_function = kind == "FunctionFrame" and way is not SHOWING
    keeps_test = kind in ("FunctionFrame", "BlockFrame") and way is not SHOWING
    count = len(shape)
    actuals = [f"actual{number}" for number, letter in enumerate(shape) if letter != OMITTED]
    formals = [f"formal{number}" for number in range(count)]
    machine = ["self", "frames", "cells", "bounds", "transactions", "image", "code", "lines", "index"]
    text = [
        f"def call({', '.join([*way.parameters, *actuals, *formals, *machine])}):",
        f" frame = {kind}()",
        f" frame.image = {'frames[-1].image if frames else None' if kind == 'TextFrame' else 'image'}",
        " test = self.test" if keeps_test and way is RUNNING else "",
        " frame.test = test" if kind == "BlockFrame" else "",
        " frame.value = None" if kind == "FunctionFrame" else "",
        *[f" old{number} = cells[formal{number}]" for number in range(count)],
        f" hidden = frame.hidden = [{', '.join([f'formal{number}, old{number}' for number in range(count)])}]",
    ]
    for number, letter in enumerate(shape):
        if letter == BY_REFERENCE:
            text.append(f" cells[formal{number}] = actual{number}")
        else:
            text.append(f" cell = cells[formal{number}] = Cell()")
            text.append(f" cell.v = {'None' if letter == OMITTED else f'actual{number}'}")
            text.append(" cell.a = None")
    text += [
        " if len(frames) >= bounds.depth_max: self.refuse_depth(frame)",
        " frames.append(frame)",
        " try:",
        *(_RUNNING_TEXT if kind == "TextFrame" and way is RUNNING else way.statements),
        " finally:",
        "  frames.pop()",
        f"  if len(hidden) == {2 * count}:" if count else "",
        *[f"   cells[formal{number}] = old{number}" for number in reversed(range(count))],
        f"  {'elif' if count else 'if'} hidden: self.locals.restore(hidden)",
        "  self.test = test" if keeps_test else "",
    ]
    if is_function:
        text += [" value = frame.value", " return self.no_value() if value is None else value"]
    module = compile("\n".join([*filter(None, text), ""]), "<call>", "exec", dont_inherit=True, optimize=2)
    code = next(each for each in module.co_consts if isinstance(each, CodeType))
    ENTER_CODES[id(code)] = code
    return code

"""Python's own events: that a line of Python is reached, and that a function of it begins or ends.

Only functions that run M are looked at: generated ones (lines.py) and sequences of closures (sequences.py). Nothing
is paid while nobody watches. There are two sources:

    Monitoring   from Python 3.12, sys.monitoring: the code objects that are watched have the events in them
    Tracing      sys.settrace, and a trace function on each frame that runs already: Python 3.11, or no free tool

E1. What a watch does in an event happens without events: a watch does not watch what it has called.
E2. Whoever traced the thread before is told of all his events meanwhile, and traces alone again behind that.
E3. What a watch raises goes on in the program. sys.settrace has forgotten all of us then: `start` begins again.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from threading import get_ident
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakSet

from bumps.interp.lines import table_of
from bumps.interp.sequences import BEGINS, SEQUENCE_CODES

if TYPE_CHECKING:
    from bumps.interp.routines import Image

TOOL_NUMBERS = (2, 3, 4)
"""What tools of sys.monitoring may have; 0, 1 and 5 are for debuggers, coverage and optimizers."""

TOOL_NAME = "bumps"

TraceFunction = Callable[[FrameType, Any, Any], Any]


class Watcher(Protocol):
    """Who is told of events, in one thread."""

    codes: WeakSet[CodeType]
    """The codes of generated functions that it may be told of."""
    wants_calls: bool
    """Whether it is told of functions that begin and end."""

    @property
    def wants_commands(self) -> bool:
        """Whether what `reach` has said to be of no interest may be of interest now."""

    def reach(self, frame: FrameType, python_line: int) -> bool:
        """Take that a frame which runs M reaches a line. False if nothing that this watcher wants begins there."""

    def begin(self) -> None:
        """Take that a function begins which runs lines of M."""

    def end(self) -> None:
        """Take that such a function ends, or is left by an exception."""


def runs_m(code: CodeType) -> bool:
    """Return whether frames of this code run commands of M."""
    return id(code) in BEGINS or table_of(code) is not None


def has_lines(code: CodeType) -> bool:
    """Return whether lines of M begin in frames of this code."""
    begin = BEGINS.get(id(code))
    if begin is not None:
        return begin.is_line
    table = table_of(code)
    return table is not None and table.has_lines


def has_running(image: Image) -> bool:
    """Return whether a generated function of this routine, which may run several lines, is on the stack of Python."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        table = table_of(frame.f_code)
        if table is not None and table.image is image and table.has_lines:
            return True
        frame = frame.f_back
    return False


def begins_line(frame: FrameType, python_line: int) -> bool:
    """Return whether a frame that is told to be at a line is at its beginning.

    From 3.12 on Python tells of a line again when something jumps into its middle.
    """
    table = table_of(frame.f_code) if sys.version_info >= (3, 12) else None
    return table is None or frame.f_lasti == table.offset(frame.f_code, python_line)


class Events(Protocol):
    """A source of events."""

    def start(self, watcher: Watcher) -> None:
        """Tell `watcher` of what happens in this thread, from now on. To start again does no harm."""

    def stop(self, watcher: Watcher) -> None:
        """Tell it no more."""

    def add(self, watcher: Watcher, code: CodeType) -> None:
        """Take a new code into account, among those that the watcher is told of."""


class Local:
    """The trace function of frames: of one watcher, and of who traced before."""

    __slots__ = ("inner", "watcher")

    def __init__(self, watcher: Watcher, inner: TraceFunction | None) -> None:
        self.watcher = watcher
        self.inner = inner

    def __call__(self, frame: FrameType, event: str, argument: object) -> Local:
        """Pass an event of a frame on."""
        if self.inner is not None:
            self.inner = self.inner(frame, event, argument)
        if event == "line":
            if begins_line(frame, frame.f_lineno):
                self.watcher.reach(frame, frame.f_lineno)
        elif event == "return" and self.watcher.wants_calls and has_lines(frame.f_code):
            self.watcher.end()
        return self


class Tracing:
    """Events by sys.settrace, in one thread."""

    def __init__(self) -> None:
        self._function = self._call
        """One object, since `sys.gettrace` is compared with it."""
        self._watcher: Watcher | None = None
        self._before: TraceFunction | None = None
        self._local: Local | None = None
        """The trace function of frames that nobody else traces."""

    def start(self, watcher: Watcher) -> None:
        """Trace all frames that begin, and those on the stack that run M."""
        if self._watcher is None:
            self._before = sys.gettrace()
        self._watcher = watcher
        self._local = Local(watcher, None)
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            if runs_m(frame.f_code) and not isinstance(frame.f_trace, Local):
                frame.f_trace = self._local if frame.f_trace is None else Local(watcher, frame.f_trace)
            frame = frame.f_back
        sys.settrace(self._function)

    def stop(self, watcher: Watcher) -> None:
        """Give the thread back as it was."""
        if self._watcher is None:
            return
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            if isinstance(frame.f_trace, Local):
                frame.f_trace = frame.f_trace.inner
            frame = frame.f_back
        sys.settrace(self._before)
        self._watcher = self._before = self._local = None

    def add(self, watcher: Watcher, code: CodeType) -> None:
        """Do nothing: who calls a function of it says so."""

    def _call(self, frame: FrameType, event: str, argument: object) -> TraceFunction | None:
        """Take that a function begins."""
        inner: TraceFunction | None = None
        if self._before is not None:
            inner = self._before(frame, event, argument)
            if sys.gettrace() is not self._function:
                sys.settrace(self._function)  # a tracer in C takes our place when it is called
        watcher = self._watcher
        if watcher is None or not runs_m(frame.f_code):
            return inner
        if watcher.wants_calls and has_lines(frame.f_code):
            watcher.begin()
        return self._local if inner is None else Local(watcher, inner)


class Monitoring:
    """Events by sys.monitoring, for all threads. There is one of it, since callbacks are the process's."""

    def __init__(self, number: int) -> None:
        """Take a tool that is free. Raise ValueError if it is not."""
        self._of: Any = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
        self._number = number
        self._watchers: dict[int, Watcher] = {}
        """Who watches in which thread."""
        events = self._of.events
        self._of.use_tool_id(number, TOOL_NAME)
        for event, function in (
            (events.LINE, self._line),
            (events.PY_START, self._start),
            (events.PY_RETURN, self._end),
            (events.PY_UNWIND, self._end),
        ):
            self._of.register_callback(number, event, function)

    def start(self, watcher: Watcher) -> None:
        """Put events into the codes that it watches."""
        self._watchers[get_ident()] = watcher
        if watcher.wants_commands:
            self._of.restart_events()
        self._set(SEQUENCE_CODES)
        self._set(watcher.codes)
        self._set_unwinding()

    def stop(self, watcher: Watcher) -> None:
        """Take them out of the codes that nobody watches any more."""
        for thread, each in list(self._watchers.items()):
            if each is watcher:
                del self._watchers[thread]
        self._set(SEQUENCE_CODES)
        for code in watcher.codes:
            self._of.set_local_events(self._number, code, 0)
        self._set_unwinding()

    def add(self, watcher: Watcher, code: CodeType) -> None:
        """Put events into a new code of a watcher that has started."""
        self._set((code,))

    def _set(self, codes: Iterable[CodeType]) -> None:
        """Put the events into codes that somebody wants now."""
        events = self._of.events
        lines = events.LINE if self._watchers else 0
        calls = events.PY_START | events.PY_RETURN if self._are_calls_wanted else 0
        for code in codes:
            self._of.set_local_events(self._number, code, lines | calls if calls and has_lines(code) else lines)

    def _set_unwinding(self) -> None:
        self._of.set_events(self._number, self._of.events.PY_UNWIND if self._are_calls_wanted else 0)

    @property
    def _are_calls_wanted(self) -> bool:
        return any(each.wants_calls for each in self._watchers.values())

    def _line(self, code: CodeType, python_line: int) -> object:
        watcher = self._watchers.get(get_ident())
        frame = sys._getframe(1)
        if not begins_line(frame, python_line) or watcher is None or watcher.reach(frame, python_line):
            return None
        return self._of.DISABLE

    def _start(self, code: CodeType, _offset: int) -> None:
        watcher = self._watchers.get(get_ident())
        if watcher is not None and watcher.wants_calls:
            watcher.begin()

    def _end(self, code: CodeType, _offset: int, _value: object) -> None:
        watcher = self._watchers.get(get_ident())
        if watcher is not None and watcher.wants_calls and has_lines(code):
            watcher.end()


_monitoring: list[Monitoring] = []
"""The one of this process, once somebody has asked: Python calls it back, so it cannot be handed in."""


def events_of_thread() -> Events:
    """Return where a watcher of this thread gets its events."""
    if not hasattr(sys, "monitoring"):
        return Tracing()
    if not _monitoring:
        for number in TOOL_NUMBERS:
            try:
                _monitoring.append(Monitoring(number))
                break
            except ValueError:
                continue
    return _monitoring[0] if _monitoring else Tracing()

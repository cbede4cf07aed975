"""What a Run is watched for: that a line begins (ZSTEP, a trace, a profile), or a command ($ZTIMEOUT, $ZMAXTPTIME).

Python itself says which of its lines it reaches (events.py). A generated function knows which line of M begins there
(lines.py), and so does a sequence of closures (sequences.py): so a watch sees the same in every tier. Nothing is paid
as long as nobody asks.

W1. A line of M begins when its region was paid for, if it begins one (meter.py).
W2. What is asked for runs where the line, or command, stands that has not begun.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Protocol
from weakref import WeakSet

from bumps.interp.events import Events, events_of_thread, has_lines
from bumps.interp.frames import Place
from bumps.interp.lines import COMMANDS, FUNCTION_NAME, LINE, place_in, put_back, table_of
from bumps.interp.sequences import BEGINS, run_sequence

if TYPE_CHECKING:
    from bumps.interp.machine import Machine


class Observer(Protocol):
    """Who only looks: a trace, or a profile."""

    wants_calls: bool
    """Whether `begin`, `end` and `label` are called."""

    def line(self, place: Place) -> None:
        """Take that a line of a routine begins, one that has commands or formals; or a text of XECUTE."""

    def label(self, place: Place) -> None:
        """Take that a line begins which has a label and nothing else: its region was paid for."""

    def begin(self) -> None:
        """Take that a function of Python begins that runs lines of one frame of M: `line` follows for each."""

    def end(self) -> None:
        """Take that the last such function that has begun ends."""

    def resume(self, places: list[Place | None]) -> None:
        """Take that the functions that have begun and not ended are these, the outermost first, and where they are."""


class Watch:
    """The watch over one machine, in the thread that runs it."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.at_line: Callable[[Place], None] | None = None
        """Called before each line of a routine that has commands, or formals, with its place."""
        self.at_commands: Callable[[], None] | None = None
        """Called before each row of commands: a line, and what follows a FOR, IF or ELSE. As often in each tier."""
        self.at_generated_line: Callable[[Place], None] | None = None
        """Called before each line that a generated function runs, behind what steps to it."""
        self.observer: Observer | None = None
        """Who looks on as long as he stands here and the machine runs."""
        self.codes: WeakSet[CodeType] = WeakSet()
        self.wants_calls = False
        self._events: Events | None = None
        """Where events come from; None while nobody asks."""
        self._is_in_event = False
        self._waiting: list[Callable[[], None]] = []
        self._is_stale = False
        """Whether something else is wanted since an event has begun."""

    @property
    def wants_commands(self) -> bool:
        """Whether commands are of interest that begin no line."""
        return self.at_commands is not None

    def add(self, code: CodeType) -> None:
        """Take a generated function into account."""
        self.codes.add(code)
        if self._events is not None:
            self._events.add(self, code)

    def renew(self) -> None:
        """Watch if somebody asks, else do not. Python may have forgotten the watch when what it called has raised."""
        if self._is_in_event:
            self._is_stale = True  # it is seen to when the event is over
            return
        self._is_stale = False
        observer = self.observer
        if any(each is not None for each in (self.at_line, self.at_commands, self.at_generated_line, observer)):
            self.wants_calls = observer is not None and observer.wants_calls
            self.machine.tiers.show_frames()
            if self._events is None:
                self._events = events_of_thread()
            self._events.start(self)
            if observer is not None and self.wants_calls:
                observer.resume(self._running())
        else:
            self.rest()

    def rest(self) -> None:
        """Watch nothing, whoever asks: the Run is over, or a line of direct mode."""
        if self._events is not None:
            self._events.stop(self)
            self._events = None
            self.wants_calls = False

    def when_free(self, act: Callable[[], None]) -> None:
        """Do something between two events: now, or, if a signal has come in the middle of one, behind it."""
        if self._is_in_event:
            self._waiting.append(act)
        else:
            act()

    def begin(self) -> None:
        """Pass on that a function begins."""
        self._is_in_event = True
        if self.observer is not None:
            self.observer.begin()
        self._end_event()

    def end(self) -> None:
        """Pass on that a function ends."""
        self._is_in_event = True
        if self.observer is not None:
            self.observer.end()
        self._end_event()

    def _end_event(self) -> None:
        """Do what had to wait until the event is over."""
        self._is_in_event = False
        while self._waiting:
            self._waiting.pop(0)()

    def reach(self, frame: FrameType, python_line: int) -> bool:
        """Do what is to be done before a line of Python. False if nothing of interest begins there."""
        code = frame.f_code
        place: Place | None = None
        is_generated = False
        begin = BEGINS.get(id(code))
        if begin is not None:
            if python_line != begin.python_line:
                return False
            if not begin.is_line and self.at_commands is None:
                return True  # others have the same code
            place = begin.place(frame)
        else:
            table = table_of(code)
            assert table is not None, "only codes that run M have events"
            beginning = table.beginning(python_line)
            if not beginning or (beginning == COMMANDS and self.at_commands is None):
                return False
            if beginning & LINE:
                place = table.start(python_line)
                is_generated = code.co_name == FUNCTION_NAME
        if place is not None and place.image is not None and place.image.machine is not self.machine:
            return True  # another machine, which this one has called
        self._is_in_event = True
        try:
            with self.machine.late.look():
                if is_generated:
                    put_back(frame, self.machine)
                self._act(place)
                if is_generated and self.at_generated_line is not None and place is not None:
                    self.at_generated_line(place)
        finally:
            self._end_event()
        if self._is_stale:
            self.renew()
        return True

    def _act(self, place: Place | None) -> None:
        """Do what is asked for before the line at a place; None: before a command in the middle of one."""
        if self.at_commands is not None:
            _standing(self.at_commands, place)
        if place is None:
            return
        if place.image is not None:
            line = place.image.tree.lines[place.line]
            if not line.commands and not line.bad and line.formals is None:
                if self.wants_calls and self.observer is not None:
                    self.observer.label(place)
                return
        if self.observer is not None:
            self.observer.line(place)
        if self.at_line is not None and place.image is not None:
            self.at_line(place)

    def _running(self) -> list[Place | None]:
        """Return where the functions are that run lines of M now, the outermost first."""
        places: list[Place | None] = []
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            if has_lines(frame.f_code):
                line: int | None = frame.f_lineno  # None between two lines
                places.append(None if line is None else place_in(frame, line))
            frame = frame.f_back
        return places[::-1]


def _standing(act: Callable[[], None], place: Place | None) -> None:
    """Call something that stands where a line begins that has not begun yet; None: where the program stands."""
    if place is None:
        act()
    else:
        run_sequence(((act, place),))()

"""Shrinking: a failure becomes a script, and the script as small as it can be and still break the same promise.

A case is done again while what is done with its lives is written down (`record`). Then `shrink` takes away
what is not needed, in this order, each time looking for a power cut that still breaks the same invariant:

    1. lives: without those before; or with a SIGKILL in the place of a power cut;
    2. events of each life, by delta debugging: halves, quarters, ... single ones;
    3. changes of each commit, and the sizes of values;
    4. the cut: the earliest moment, then each choice back to "all was written", then to "nothing of it was".
"""

from __future__ import annotations

import contextlib
import functools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from unittest import mock

from bumps.torture import exhaust, lies, runner, stages
from bumps.torture.case import Case
from bumps.torture.engine_subject import EngineSubject
from bumps.torture.faultdisk import Fault, FaultDisk
from bumps.torture.lives import Life
from bumps.torture.results import Failure
from bumps.torture.script import (
    Cut,
    Event,
    Script,
    ScriptedLife,
    ScriptError,
    drive,
    engine_of,
    look,
    medium_of,
    run,
    search,
)
from bumps.torture.simdisk import Image, Operation
from bumps.torture.states import Profile, Space, State
from bumps.torture.watched import WatchedSubject
from bumps.torture.workloads import Step

CHANCES = 6
"""Seeds of the choices inside recoveries that are tried."""
VALUE_SIZES = (0, 8, 200)
SECONDS = 120.0
Item = TypeVar("Item")


@dataclass
class Recorded:
    """One life as it was recorded."""

    seed: int
    day: int
    image: Image
    events: list[Event] = field(default_factory=list)


@dataclass
class Recorder:
    """What was done in a case: its lives, and every crash state that was made of them."""

    lives: list[Recorded] = field(default_factory=list)
    states: dict[int, tuple[State, Profile]] = field(default_factory=dict)
    """By the identity of the image, which is kept alive here: a life begins on one of them."""
    profile: Profile = field(default_factory=Profile)
    subject: EngineSubject | WatchedSubject | None = None
    lies: int | None = None
    """After how many operations of the last life its disk lied; None if it did not."""


class _RecordedFaults(FaultDisk):
    """Notes what is armed."""

    noted: Callable[[Event], None]

    def arm(self, fault: Fault) -> None:
        """Note it, and arm."""
        self.noted(("arm", tuple(fault)))
        super().arm(fault)

    def disarm(self) -> None:
        """Note it, and disarm."""
        self.noted(("disarm",))
        super().disarm()


def _recorded_life(recorder: Recorder) -> type[Life]:
    """Return a class of lives that write down what is done with them."""

    class RecordedLife(Life):
        def __init__(self, subject: Any, image: Image, *arguments: Any, **options: Any) -> None:
            super().__init__(subject, image, *arguments, **options)
            self._noted = Recorded(options["seed"], options.get("day", 0), image)
            self._depth = 0
            self._inside: list[Event] = []
            recorder.lives.append(self._noted)
            recorder.subject = subject
            recorder.lies = None
            faults = _RecordedFaults(self.disk)
            faults.noted = self._note
            self.faults = faults

        def _note(self, event: Event) -> None:
            (self._inside if self._depth else self._noted.events).append(event)

        @contextlib.contextmanager
        def _outermost(self, make: Callable[[list[Event]], Event]) -> Iterator[None]:
            """Note one event for all that is done in the block, made of what that is."""
            if not self._depth:
                self._inside = []
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if not self._depth:
                    self._noted.events.append(make(self._inside))

        def open(self) -> None:
            self._note(("open",))
            with self._outermost_of_act():
                super().open()

        def do(self, step: Step) -> None:
            changes = tuple(map(tuple, step.changes))
            self._note((step.kind, changes, step.text) if step.text else (step.kind, changes)[: 1 + bool(changes)])
            with self._outermost_of_act():
                super().do(step)

        @contextlib.contextmanager
        def _outermost_of_act(self) -> Iterator[None]:
            """Note nothing of what an act does itself."""
            before, self._inside = self._inside, []
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                self._inside = before

        def revive(self) -> None:
            with self._outermost(lambda inside: ("revive",)):
                super().revive()

        def survive(self, act: Callable[[], None], *, beside: bool = False) -> None:
            with self._outermost(lambda inside: ("survive", _act(inside))):
                super().survive(act, beside=beside)

        def fault(self, act: Callable[[], None], *arguments: Any, **options: Any) -> None:
            with self._outermost(lambda inside: ("fault", _armed(inside)[0], _act(inside))):
                super().fault(act, *arguments, **options)

        def kill_inside(self, act: Callable[[], None], *arguments: Any, **options: Any) -> None:
            with self._outermost(
                lambda inside: ("kill_inside", tuple(nth for _, nth, *_ in _armed(inside)), _act(inside))
            ):
                super().kill_inside(act, *arguments, **options)

    return RecordedLife


def _armed(inside: Sequence[Event]) -> list[tuple[Any, ...]]:
    return [event[1] for event in inside if event[0] == "arm"]


def _act(inside: Sequence[Event]) -> Event:
    """Return the first step or open: what the others are is decided by what the engine does."""
    return next((event for event in inside if event[0] not in ("arm", "disarm")), ("flush",))


def record(case: Case) -> tuple[Failure, Script] | None:
    """Do a case again and return its first failure, and what led to it; None if there is none.

    ScriptError if what was recorded does not break the same promise when it is done again.
    """
    recorder = Recorder()
    original = Space.state
    honestly = lies.lying

    def state(space: Space, vector: Sequence[int]) -> State:
        made = original(space, vector)
        recorder.profile = space._medium.profile
        recorder.states[id(made.image)] = made, recorder.profile
        return made

    def lying(trace: Sequence[Operation], start: int) -> list[Operation]:
        recorder.lies = start
        return honestly(trace, start)

    lives = _recorded_life(recorder)
    with (
        mock.patch.object(Space, "state", state),
        mock.patch.object(lies, "lying", lying),
        mock.patch.object(runner, "Life", lives),
        mock.patch.object(exhaust, "Life", lives),
    ):
        failures = stages.replay(case).failures
    if not failures:
        return None
    failure = failures[0]
    if recorder.subject is None:
        raise ScriptError(f"{case}: it has no lives")
    return failure, _tried(_written(recorder, failure), failure)


def _written(recorder: Recorder, failure: Failure) -> Script:
    """Return the lives of a failure, from the one that began on an empty disk."""
    assert recorder.subject is not None
    last = recorder.lives[-1]
    cut = Cut(failure.index, failure.vector) if failure.vector or not failure_while_driven(failure) else None
    chain = [ScriptedLife(last.seed, last.day, tuple(last.events), cut)]
    images = {id(life.image): life for life in recorder.lives}
    image = last.image
    earlier = recorder.lives[:-1]
    while id(image) in recorder.states and earlier:
        begin, _ = recorder.states[id(image)]
        before = earlier.pop()
        chain.insert(0, ScriptedLife(before.seed, before.day, tuple(before.events), Cut(begin.index, begin.vector)))
        image = before.image
    assert id(image) in images
    engine, breaks = engine_of(recorder.subject), failure.violation.invariant
    return Script(engine, recorder.profile, tuple(chain), breaks, lies=recorder.lies)


def failure_while_driven(failure: Failure) -> bool:
    """Say whether a life broke something before the power was cut."""
    return not failure.vector


def _tried(script: Script, failure: Failure) -> Script:
    """Return the script with the depth of look that sees the failure."""
    looks = [(False, 0, 0), (True, 0, 0)]
    looks += [(True, depth, chance) for depth in (1, 2, 3) for chance in range(CHANCES)]
    for deep, depth, chance in looks:
        tried = replace(script, deep=deep, depth=depth, chance=chance)
        found = run(tried)
        if found is not None and found.invariant == script.breaks:
            return tried
    raise ScriptError(f"what was recorded does not break {failure.violation.invariant} again")


# Reduction


def shrink(script: Script, *, seconds: float = SECONDS, progress: Callable[[int], None] = lambda size: None) -> Script:
    """Return the smallest script that was found in that time, which still breaks the same invariant."""
    return _Shrinker(script, time.monotonic() + seconds, progress).shrunk()


class _Shrinker:
    """Holds the smallest script so far."""

    def __init__(self, script: Script, until: float, progress: Callable[[int], None]) -> None:
        self.script = script
        self.until = until
        self.progress = progress

    def shrunk(self) -> Script:
        if self.script.lies:
            # A place in the trace means less and less as events are taken away; the first is always there.
            self.keep(replace(self.script, lies=0))
        size = -1
        while size != (size := size_of(self.script)) and time.monotonic() < self.until:
            self._fewer_lives()
            for number in range(len(self.script.lives)):
                self._fewer_events(number)
            self._smaller_events()
            self._plainer_cut()
        return self.script

    def keep(self, candidate: Script) -> bool:
        """Take a candidate over if it breaks the same invariant, at some cut."""
        if time.monotonic() > self.until:
            return False
        found = find_cut(candidate)
        if found is None:
            return False
        self.script = found
        self.progress(size_of(found))
        return True

    def _fewer_lives(self) -> None:
        """Leave lives out, or join two by a SIGKILL in the place of the power cut between them."""
        number = 0
        while number < len(self.script.lives) - 1:
            lives = self.script.lives
            one, other = lives[number], lives[number + 1]
            joined = replace(other, events=(*one.events, ("kill",), *other.events[1:]))
            if not (
                self.keep(replace(self.script, lives=lives[:number] + lives[number + 1 :]))
                or self.keep(replace(self.script, lives=(*lives[:number], joined, *lives[number + 2 :])))
            ):
                number += 1

    def _fewer_events(self, number: int) -> None:
        def kept(events: Sequence[Event]) -> bool:
            lives = list(self.script.lives)
            lives[number] = replace(lives[number], events=tuple(events))
            return self.keep(replace(self.script, lives=tuple(lives)))

        minimized(self.script.lives[number].events, kept)

    def _smaller_events(self) -> None:
        for number, life in enumerate(self.script.lives):
            for index in range(len(life.events)):
                self._smaller_event(number, index)

    def _smaller_event(self, number: int, index: int) -> None:
        def kept(event: Event) -> bool:
            lives = list(self.script.lives)
            events = list(lives[number].events)
            events[index] = event
            lives[number] = replace(lives[number], events=tuple(events))
            return self.keep(replace(self.script, lives=tuple(lives)))

        event = self.script.lives[number].events[index]
        # What survives a failing call is left as it is: without that it would not be the engine that broke.
        if event[0] in ("fault", "kill_inside") and kept(event[-1]):
            event = event[-1]
        *outer, inner = event if event[0] in ("survive", "fault", "kill_inside") else (event,)
        if inner[0] not in ("commit", "set_one"):
            return

        def with_changes(changes: Sequence[Any]) -> Event:
            made = (inner[0], tuple(changes))
            return (*outer, made) if outer else made

        changes = minimized(inner[1], lambda changes: bool(changes) and kept(with_changes(changes)))
        for place, (kind, name, where, value) in enumerate(changes):
            sizes = [size for size in VALUE_SIZES if size < len(value)]
            for smaller in (*(value[:size] for size in sizes), b"x" * len(value)):
                tried = [*changes[:place], (kind, name, where, smaller), *changes[place + 1 :]]
                if smaller != value and kept(with_changes(tried)):
                    changes = tried
                    break

    def _plainer_cut(self) -> None:
        """Bring the choices of the last cut to "all was written", then to "nothing of it was", one after the other."""
        cut = self.script.lives[-1].cut
        if cut is None:
            return
        ended = drive(self.script)
        medium = medium_of(self.script.profile, ended)
        for operation in ended.trace[: cut.after]:
            medium.apply(operation)
        space = medium.space()
        vector = list(cut.vector)

        def breaks(tried: Sequence[int]) -> bool:
            found = look(self.script, ended, space.state(tried))
            return found is not None and found.invariant == self.script.breaks

        for wanted in (space.full, (0,) * len(vector)):
            there = [at for at, option in enumerate(vector) if option not in (wanted[at], space.full[at])]
            plainer = functools.partial(_with_options, tuple(vector), wanted, frozenset(there))
            left = minimized(there, lambda left, plainer=plainer: breaks(plainer(left)))  # type: ignore[misc]
            vector = plainer(left)
        self.script = self.script.with_last(cut=Cut(cut.after, tuple(vector)))


def _with_options(
    vector: Sequence[int], wanted: Sequence[int], there: frozenset[int], left: Sequence[int]
) -> list[int]:
    """Return a vector with the wanted option at each place of `there` that is not left as it is."""
    return [wanted[at] if at in there and at not in left else option for at, option in enumerate(vector)]


def find_cut(script: Script) -> Script | None:
    """Return the script with a cut of its last life that breaks its invariant: its own, or another; None without."""
    try:
        ended = drive(script)
    except ScriptError:
        return None
    if ended.broken is not None:
        return script.with_last(cut=None) if ended.broken.invariant == script.breaks else None
    found = search(script, ended, wanted=script.breaks)
    return None if found is None else script.with_last(cut=found[0])


def minimized(items: Sequence[Item], kept: Callable[[Sequence[Item]], bool]) -> list[Item]:
    """Return what is left when as much as possible is taken away, by delta debugging; `kept` tries a list."""
    left = list(items)
    size = len(left)
    while size:
        start = 0
        while start < len(left):
            tried = left[:start] + left[start + size :]
            if kept(tried):
                left = tried
            else:
                start += size
        size //= 2
    return left


def size_of(script: Script) -> int:
    """Return how much there is to read in a script: events, changes, and choices that are not plain."""
    events = [event for life in script.lives for event in life.events]
    changes = sum(len(part) for event in events for part in event[1:] if isinstance(part, tuple))
    return 10 * len(script.lives) + len(events) + changes

"""A script: what a store was put through until it broke a promise, written out, small enough to be read.

Where a case (case.py) is a seed that the harness must still understand in the same way, a script says
itself what was done: lives, each with its events and the power cut that ended it. So it can be made
smaller (shrink.py), kept in `corpus/`, and means the same when the harness has changed.

    engine   options of the database
    disk     what a power cut may do: a `Profile`
    lives    each: `seed` and `day` of its disk, `events`, and `cut`: after how many operations of its trace,
             and what was chosen for each sector, size and name that was undecided then (0: nothing of it was written)
    breaks   the invariant that is broken behind the last cut, or by the last life if that has none
    deep     whether only the deep look sees it (I8, I9, I16); `depth`, `chance`: recoveries that were cut, and how
    lies     after how many operations of the last life's trace the disk begins to lie: no sync is a barrier from there
             on, and I12 is all that is looked at; a sync that fails unheard (an `arm`) does the same for itself
"""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from random import Random
from typing import Any, NamedTuple

from bumps.options import Options
from bumps.torture import lies
from bumps.torture.engine_subject import EngineSubject
from bumps.torture.faultdisk import Fault
from bumps.torture.lives import Life
from bumps.torture.model import Change, Content, History
from bumps.torture.oracle import Violation, check, violation_of
from bumps.torture.runner import EMPTY
from bumps.torture.simdisk import Operation
from bumps.torture.states import Medium, Profile, State, image_hash
from bumps.torture.watched import WatchedSubject
from bumps.torture.workloads import Step

CHECKS_MAX = 500
"""Crash states that are looked at to find a cut that breaks something."""
VECTORS_PER_POINT = 16
Event = tuple[Any, ...]
"""What was done with a life: its name, and what it takes (`perform`)."""
ENGINE = (
    "page_size",
    "cache_size",
    "segment_size_min",
    "segment_size_max",
    "alignment",
    "checkpoint_journal_size",
    "keep",
)
"""The options of a script."""


class ScriptError(Exception):
    """A script does not fit: a cut names choices that there are not, or a life is driven before it is opened."""


class Cut(NamedTuple):
    """Where the power was cut, and how."""

    after: int
    """How many operations of the trace had happened."""
    vector: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ScriptedLife:
    """One life of a script."""

    seed: int
    day: int
    events: tuple[Event, ...]
    cut: Cut | None = None
    """None only for the last life: it broke while it was driven."""


@dataclass(frozen=True, slots=True)
class Script:
    """Some lives that break an invariant."""

    engine: dict[str, Any]
    profile: Profile
    lives: tuple[ScriptedLife, ...]
    breaks: str
    deep: bool = False
    depth: int = 0
    chance: int = 0
    lies: int | None = None

    @property
    def subject(self) -> EngineSubject:
        """Return the engine with the options of this script."""
        return EngineSubject(Options(**self.engine))

    def with_last(self, **changes: Any) -> Script:
        """Return a script whose last life differs."""
        return replace(self, lives=(*self.lives[:-1], replace(self.lives[-1], **changes)))


@dataclass
class Ended:
    """What a life has left: with it the power cut of its end can be chosen."""

    life: Life
    begin: State
    broken: Violation | None = None
    """What it broke while it was driven."""
    lies: int | None = None
    """After how many operations its disk begins to lie."""

    @property
    def trace(self) -> Sequence[Operation]:
        """What really happened."""
        trace = self.life.disk.trace
        return trace if self.lies is None else lies.lying(trace, self.lies)

    def is_told(self, state: State) -> bool:
        """Say whether I12 is all that is left to ask of a state: a sync has lied before it."""
        lied_at = self.life.faults.lied_at
        return (self.lies is not None and state.index >= self.lies) or (lied_at is not None and state.index > lied_at)


def run(script: Script) -> Violation | None:
    """Do what a script says; return what is broken in the end. ScriptError if it does not fit."""
    ended = drive(script)
    cut = script.lives[-1].cut
    if ended.broken is not None or cut is None:
        return ended.broken
    return look(script, ended, state_after(script.profile, ended, cut))


def replay(script: Script) -> Violation | None:
    """Do what a script says, and cut the power at its cut if that fits, and at others; return what is broken.

    An engine that does other things than the one that was broken has another trace: then any cut counts.
    """
    ended = drive(script)
    if ended.broken is not None:
        return ended.broken
    found = search(script, ended)
    return None if found is None else found[1]


def search(script: Script, ended: Ended, *, wanted: str | None = None) -> tuple[Cut, Violation] | None:
    """Return a cut that breaks the wanted invariant, or any, and what is broken: that of the script comes first."""

    def broken(state: State) -> Violation | None:
        found = look(script, ended, state)
        return found if found is not None and wanted in (None, found.invariant) else None

    cut = script.lives[-1].cut
    with contextlib.suppress(ScriptError):
        if cut is not None and (found := broken(state_after(script.profile, ended, cut))):
            return cut, found
    medium = medium_of(script.profile, ended)
    rng = Random(0)
    trace = ended.trace
    per_point = max(3, min(VECTORS_PER_POINT, CHECKS_MAX // (len(trace) + 1)))
    seen: set[int] = set()
    for operation in trace:
        medium.apply(operation)
        space = medium.space()
        for vector in list(space.vectors(rng, VECTORS_PER_POINT))[:per_point]:
            state = space.state(vector)
            key = image_hash(state)
            if key in seen:
                continue
            seen.add(key)
            if found := broken(state):
                return Cut(medium.index, tuple(vector)), found
    return None


def drive(script: Script) -> Ended:
    """Do everything up to the end of the last life, and stop where something breaks."""
    begin = State(EMPTY, -1, 0, 0, 0, ())
    history = History(0, Content())
    ended: Ended | None = None
    for scripted in script.lives:
        if ended is not None:
            raise ScriptError("a life that is not the last has no cut")
        life = Life(
            script.subject,
            begin.image,
            history,
            acked=begin.acked,
            issued=begin.issued,
            seed=scripted.seed,
            day=scripted.day,
            counts=Counter(),
        )
        broken = _live(life, scripted.events)
        ended = Ended(life, begin, broken, script.lies if scripted is script.lives[-1] else None)
        if broken is not None:
            return ended
        if scripted.cut is not None and scripted is not script.lives[-1]:
            begin = state_after(script.profile, ended, scripted.cut)
            history = life.histories[begin.fork]
            ended = None
    assert ended is not None, "a script has a life"
    return ended


def _live(life: Life, events: Sequence[Event]) -> Violation | None:
    try:
        for event in events:
            perform(life, event)
    except ScriptError:
        raise
    except Exception as error:
        return violation_of(error)
    return None


def state_after(profile: Profile, ended: Ended, cut: Cut) -> State:
    """Return the state that a cut leaves."""
    medium = medium_of(profile, ended)
    trace = ended.trace
    if cut.after > len(trace):
        raise ScriptError(f"no operation {cut.after}: the trace has {len(trace)}")
    for operation in trace[: cut.after]:
        medium.apply(operation)
    try:
        return medium.space().state(cut.vector)
    except (ValueError, LookupError) as error:
        raise ScriptError(f"the choices of the cut do not fit: {error}") from error


def medium_of(profile: Profile, ended: Ended) -> Medium:
    """Return the medium that a life began on."""
    begin = ended.begin
    return Medium(begin.image, acked=begin.acked, issued=begin.issued, profile=profile)


def look(script: Script, ended: Ended, state: State) -> Violation | None:
    """Recover a state and check it as the script says."""
    if ended.is_told(state):
        return lies.check_told(script.subject, state, ended.life.histories)
    return check(
        script.subject,
        state,
        ended.life.histories[state.fork],
        profile=script.profile,
        rng=Random(script.chance),
        deep=script.deep,
        depth=script.depth,
    )


# Events


def perform(life: Life, event: Event) -> None:
    """Do one event with a life."""
    name, *rest = event
    act = rest[-1] if name in ("survive", "fault", "kill_inside") else event
    if life.store is None and act[0] not in ("open", "arm", "disarm", "revive"):
        raise ScriptError("a life is driven before it is opened")
    if name == "arm":
        life.faults.arm(Fault(*rest[0]))
    elif name == "disarm":
        life.faults.disarm()
    elif name == "revive":
        life.revive()
    elif name == "survive":
        life.survive(act_of(life, rest[0]))
    elif name == "fault":
        life.faults.arm(Fault(*rest[0]))
        life.survive(act_of(life, rest[1]))
        life.faults.disarm()
        if life.store is None or life.store.read_only:
            life.revive()
    elif name == "kill_inside":
        life.kill_inside(act_of(life, rest[1]), _Armed(rest[0]))
    else:
        act_of(life, event)()


def act_of(life: Life, event: Event) -> Callable[[], None]:
    """Return a step, or an open, as something to call."""
    name, *rest = event
    if name == "open":
        return life.open
    changes = tuple(Change(kind, each, tuple(where), value) for kind, each, where, value in (rest[0] if rest else ()))
    return lambda: life.do(Step(name, changes, rest[1] if len(rest) > 1 else ""))


class _Armed(Random):
    """Chooses what was chosen when the script was recorded: at which calls the process dies."""

    def __init__(self, calls: Sequence[int]) -> None:
        super().__init__(0)
        self._calls = list(calls)

    def randint(self, a: int, b: int) -> int:
        """Return the next call at which to die."""
        return self._calls.pop(0) if self._calls else b

    def random(self) -> float:
        """Die again as long as calls are left."""
        return 0.0 if self._calls else 1.0


# Text


def to_text(script: Script) -> str:
    """Return JSON, an event a line."""
    lives = []
    for life in script.lives:
        events = ",\n".join("   " + json.dumps(_plain(event), ensure_ascii=True) for event in life.events)
        cut = "null" if life.cut is None else json.dumps([life.cut.after, list(life.cut.vector)])
        lives.append(f'  {{"seed": {life.seed}, "day": {life.day}, "events": [\n{events}],\n   "cut": {cut}}}')
    head = {"engine": script.engine, "disk": script.profile._asdict(), "breaks": script.breaks}
    tail = {name: getattr(script, name) for name in ("deep", "depth", "chance") if getattr(script, name)}
    if script.lies is not None:
        tail["lies"] = script.lies
    fields = [f' "{name}": {json.dumps(value)}' for name, value in {**head, **tail}.items()]
    return "{\n" + ",\n".join(fields) + ',\n "lives": [\n' + ",\n".join(lives) + "]}\n"


def from_json(found: dict[str, Any]) -> Script:
    """Return the script of an object as `to_text` writes it; ScriptError if it is none."""
    try:
        lives = tuple(
            ScriptedLife(
                life["seed"],
                life["day"],
                tuple(_event(event) for event in life["events"]),
                None if life["cut"] is None else Cut(life["cut"][0], tuple(life["cut"][1])),
            )
            for life in found["lives"]
        )
        more = {name: found[name] for name in ("deep", "depth", "chance", "lies") if name in found}
        return Script(found["engine"], Profile(**found["disk"]), lives, found["breaks"], **more)
    except (KeyError, TypeError, IndexError, ValueError) as error:
        raise ScriptError(f"no script: {type(error).__name__}: {error}") from error


def engine_of(subject: EngineSubject | WatchedSubject) -> dict[str, Any]:
    """Return the options of a subject as a script keeps them; its readers are not kept."""
    options = asdict((subject.subject if isinstance(subject, WatchedSubject) else subject).options)
    return {name: options[name] for name in ENGINE}


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return f"{len(value)}*{value[:1].hex()}" if len(value) > 8 and len(set(value)) == 1 else value.hex()
    return [_plain(each) for each in value] if isinstance(value, (tuple, list)) else value


def _event(event: Sequence[Any]) -> Event:
    name, *rest = event
    if name in ("survive", "fault", "kill_inside"):
        return (name, *map(tuple, rest[:-1]), _event(rest[-1]))
    if name == "arm":
        return (name, tuple(rest[0]))
    if rest:
        return (
            name,
            tuple((kind, each, tuple(where), _bytes(value)) for kind, each, where, value in rest[0]),
            *rest[1:],
        )
    return (name,)


def _bytes(text: str) -> bytes:
    """Return what `61626364` or `900*78` stands for."""
    count, star, byte = text.partition("*")
    return bytes.fromhex(byte) * int(count) if star else bytes.fromhex(text)

"""Run torture: campaigns of many lives, the loop over all faults, reports, replay.

A campaign is one seed: a flavour of work, a disk profile, options, and some lives. A
life begins on a crash state of the life before, so that its recovery, which is part
of its trace, is cut as well (I10), and so on (I11). Of each life's trace a sample of
crash states is checked; a campaign's work does not depend on the time it takes, so
that its seed repeats it exactly.
"""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from bumps.torture import lies
from bumps.torture.case import BESIDE, CAMPAIGN, CONTINUATIONS, FAULTS, Case
from bumps.torture.engine_subject import EngineSubject
from bumps.torture.faultdisk import EFFECTS, KINDS, Fault
from bumps.torture.lives import Life
from bumps.torture.model import Content, History
from bumps.torture.oracle import NESTED, Violation, check, violation_of
from bumps.torture.results import Failure, Report
from bumps.torture.simdisk import Image, Operation
from bumps.torture.states import Profile, State, image_hash, states
from bumps.torture.subject import DIRECTORY, Subject
from bumps.torture.watched import WatchedSubject
from bumps.torture.workloads import FLAVOURS, STEADY, Flavour, Step, next_step

EMPTY = Image(("/", DIRECTORY), {})
PROFILES = tuple(Profile(names, powersafe) for names in ("ordered", "posix", "ext4") for powersafe in (True, False))
CLOCKS = {"forward": 1, "back": -1, "frozen": 0}
"""Days that the clock moves from one life to the next."""
FAULT_STATES = 60
"""Crash states of a life with one fault, of which some are checked."""
STATES_PER_POINT = 12
STATES_TAKEN = 4
"""Of those of a point, by chance."""
DEEP_SHARE = 1 / 16
"""How many states get the invariants that need more than one recovery."""
NEST_DEPTHS = (1, 1, 1, 2, 2, 2, 2, 3)
"""How many recoveries inside recoveries a state gets that is looked at deeply: one of them."""
REACHES = {"commit": 4, "set_one": 4, "reopen": 5, "advance": 3}
REACH_MAX = 10
"""The call that fails is one of the first so many of its kind, by what is done and in anything else."""
DISTURBED, DISTURBED_CLOSE = 0.2, 0.6
"""How many calls of the store die or fail half way: a close is rare, and has much to do."""

STEPS_BESIDE_MAX = 60
"""More steps than a small checkpoint has."""

Subjects = Callable[[random.Random], Subject]
"""Makes the subject of a campaign: options follow from its seed."""


class Shape(NamedTuple):
    """How a campaign is made up."""

    name: str
    weight: int
    """How many of all campaigns are so."""
    lives: int
    states: int
    """Crash states that are made of each life."""
    steps_max: tuple[int, ...] = ()
    """One of them is chosen for each life."""
    lying: bool = False
    """Whether syncs lie: then only I12 is left (lies.py)."""


SHAPES = (
    Shape("few lives", 5, lives=5, states=60, steps_max=(6, 14, 30)),
    Shape("many lives", 4, lives=24, states=16, steps_max=(2, 6, 12)),
    Shape("a lying disk", 1, lives=12, states=24, lying=True),
)


def run(
    subjects: Subjects,
    *,
    seed: int = 0,
    states_count: int | None = None,
    lives_count: int | None = None,
    seconds: float | None = None,
    failures_max: int = 5,
    progress: Callable[[Report], None] = lambda report: None,
    flavours: Sequence[Flavour] = FLAVOURS,
    shapes: Sequence[Shape] = SHAPES,
) -> Report:
    """Run campaigns from `seed` on, until so many unique states and lives are done or so many seconds have passed."""
    report = Report(seed)
    began = time.process_time()
    wall = time.monotonic()
    while len(report.failures) < failures_max:
        if seconds is not None and time.monotonic() - wall >= seconds:
            break
        if is_enough(report, states_count, lives_count):
            break
        if states_count is None and lives_count is None and seconds is None and report.campaigns:
            break
        campaign(subjects, seed + report.campaigns, report, flavours=flavours, shapes=shapes)
        report.cpu_s = time.process_time() - began
        progress(report)
    return report


def is_enough(report: Report, states_count: int | None, lives_count: int | None) -> bool:
    """Say whether a run has done what was asked for; nothing asked for is never enough."""
    if states_count is None and lives_count is None:
        return False
    return report.unique >= (states_count or 0) and report.lives >= (lives_count or 0)


def campaign(
    subjects: Subjects,
    seed: int,
    report: Report,
    *,
    flavours: Sequence[Flavour] = FLAVOURS,
    shapes: Sequence[Shape] = SHAPES,
) -> None:
    """Run the lives of one seed, and add what they did and found to `report`.

    Every fourth seed has checkpoints beside its work, every sixteenth readers as well.
    """
    shape = shape_of(seed, shapes)
    rng = random.Random(f"campaign {seed}")
    subject = subjects(rng)
    if seed % 16 == 15 and isinstance(subject, EngineSubject):
        subject = WatchedSubject(subject, seed)
    flavour = _flavour(rng, seed, flavours)
    profile = rng.choice(PROFILES)
    clock = rng.choice(tuple(CLOCKS))
    story = f"{flavour.name}, {profile}, clock {clock}, {shape.name}, {subject}"
    state = State(EMPTY, -1, 0, 0, 0, ())
    history = History(0, Content())
    report.campaigns += 1
    seen: set[int] = set()
    inside: set[int] = set()

    def note(name: str) -> None:
        if name == NESTED:
            report.nested += 1
        else:
            report.counts[name] += 1

    for number in range(shape.lives):
        life_rng = random.Random(f"life {seed} {number}")
        life = Life(
            subject, state.image, history, acked=state.acked, issued=state.issued, seed=seed * 1000 + number,
            counts=report.counts, day=number * CLOCKS[clock],
        )  # fmt: skip
        report.lives += 1

        def fail(violation: Violation, index: int, vector: tuple[int, ...], number: int = number) -> None:
            report.failures.append(Failure(Case(CAMPAIGN, seed), number, index, vector, story, violation))

        trace: Sequence[Operation] = life.disk.trace
        start = 0
        try:
            if shape.lying:
                lived = lies.live(life, flavour, life_rng)
                if lived is None:
                    continue
                trace, start = lived
            else:
                live(life, flavour, life_rng, shape.steps_max)
        except Exception as error:
            fail(violation_of(error), len(life.disk.trace), ())
            return
        found = list(sample(trace, state, profile, life_rng, shape.states, start))
        for each in found:
            report.states += 1
            key = image_hash(each)
            if key in seen:
                continue
            seen.add(key)
            if each.image.files:
                # The disk without a file is the one state that campaigns share: their files hold their own chance.
                report.unique += 1
                report.points[_kind_of(trace, each)] += 1
            if shape.lying:
                violation = lies.check_told(subject, each, life.histories, note)
            else:
                deep = life_rng.random() < DEEP_SHARE
                violation = check(
                    subject,
                    each,
                    life.histories[each.fork],
                    profile=profile,
                    rng=life_rng,
                    deep=deep,
                    depth=life_rng.choice(NEST_DEPTHS) if deep else 0,
                    seen=inside,
                    note=note,
                )
            if violation:
                fail(violation, each.index, each.vector)
                return
        if not found:
            return
        if not shape.lying:  # what a lying disk has left keeps no promise: each life begins anew
            state = life_rng.choice(found)
            history = life.histories[state.fork]


def shape_of(seed: int, shapes: Sequence[Shape] = SHAPES) -> Shape:
    """Return how the campaign of a seed is made up."""
    return random.Random(f"shape {seed}").choices(shapes, [each.weight for each in shapes])[0]


def _flavour(rng: random.Random, seed: int, flavours: Sequence[Flavour] = FLAVOURS) -> Flavour:
    """Return the work of a seed."""
    flavour = rng.choice(flavours)
    return flavour.beside() if seed % 4 == 3 else flavour


def _kind_of(trace: Sequence[Operation], state: State) -> str:
    """Return the operation behind which the power was cut."""
    return type(trace[state.index - 1]).__name__ if state.index else "nothing"


def live(life: Life, flavour: Flavour, rng: random.Random, steps_max: Sequence[int]) -> None:
    """Recover, then work for some steps; now and then a call fails, or the process dies in one."""
    _somehow(life, life.open, rng, REACH_MAX)
    for _ in range(rng.randint(0, rng.choice(steps_max))):
        step = next_step(flavour, rng, life.content)
        if step.kind == "kill":
            life.do(step)
        else:
            reach = REACHES.get(step.kind, REACH_MAX)
            _somehow(life, _stepper(life, step), rng, reach, DISTURBED_CLOSE if step.kind == "reopen" else DISTURBED)


def _somehow(life: Life, act: Callable[[], None], rng: random.Random, reach: int, disturbed: float = DISTURBED) -> None:
    """Do something undisturbed, or die in it, or let a call of it fail."""
    chance = rng.random()
    if chance < disturbed / 2:
        life.kill_inside(act, rng)
    elif chance < disturbed:
        life.fault(act, rng, reach)
    else:
        act()


def sample(
    trace: Sequence[Operation],
    begin: State,
    profile: Profile,
    rng: random.Random,
    count: int = FAULT_STATES,
    start: int = 0,
) -> list[State]:
    """Return about `count` crash states of a life that began on `begin`: some points of its trace from `start` on."""
    last = len(trace)
    points = set(rng.sample(range(start, last + 1), min(last + 1 - start, count // STATES_TAKEN)))
    return list(
        states(
            begin.image,
            trace,
            acked=begin.acked,
            issued=begin.issued,
            profile=profile,
            rng=rng,
            budget=STATES_PER_POINT,
            points={*points, last},
            take=STATES_TAKEN,
        )
    )


def fault_loop(
    subjects: Subjects, *, seed: int = 0, kinds: Sequence[str] = KINDS, hows: Sequence[str] = ("EIO", "ENOSPC", "kill"),
    times: Sequence[int] = (1, 0), steps: int = 10, effects: Sequence[str] = ("keep", "revert"), states_each: int = 6,
    failures_max: int = 1000,
) -> Report:  # fmt: skip
    """Let every call of a short life fail, one after the other, until no fault fires; check what is left each time.

    After each fault the store is opened again on the cache and works on, with nothing failing any
    more; then the power is cut, at `states_each` moments of the whole life.
    """
    report = Report(seed)
    began = time.process_time()
    rng = random.Random(f"faults {seed}")
    subject = subjects(rng)
    flavour = _flavour(rng, seed)
    for kind, how in itertools.product(kinds, hows):
        for often in (1,) if how == "kill" else times:
            for effect in effects if kind == "sync" and how != "kill" else ("keep",):
                nth = 1
                while len(report.failures) < failures_max and _one_fault(
                    subject, flavour, seed, Fault(kind, nth, how, often, effect), steps, states_each, report
                ):
                    nth += 1
    report.cpu_s = time.process_time() - began
    return report


def _one_fault(
    subject: Subject, flavour: Flavour, seed: int, fault: Fault, steps: int, states_each: int, report: Report
) -> bool:
    """Live once with one fault; False if it did not fire, so that later ones would not either."""
    rng = random.Random(f"faults {seed}")
    profile = PROFILES[seed % len(PROFILES)]
    life = Life(subject, EMPTY, History(0, Content()), acked=-1, issued=0, seed=seed, counts=report.counts)
    report.lives += 1
    story = f"{flavour.name}, {fault}"
    case = Case(FAULTS, seed, fault, (steps, states_each))
    fired = False
    try:
        life.faults.arm(fault)
        for number in range(steps + 1):
            act = life.open if number == 0 else _stepper(life, next_step(flavour, rng, life.content))
            if fired:
                act()
                continue
            life.survive(act)
            fired = life.faults.fired > 0
            if fired:
                life.faults.disarm()
            if fired and (life.store is None or life.store.read_only):
                life.revive()
    except Exception as error:
        what = violation_of(error, "after the fault was gone")
        report.failures.append(Failure(case, 0, len(life.disk.trace), (), story, what))
        return False
    if not fired:
        return False
    report.counts[f"fault {fault.how} at {fault.kind}"] += 1
    start = State(EMPTY, -1, 0, 0, 0, ())
    for state in _some(sample(life.disk.trace, start, profile, rng), states_each, rng):
        report.states += 1
        report.unique += 1
        violation = check(subject, state, life.histories[state.fork], profile=profile, rng=rng)
        if violation:
            report.failures.append(Failure(case, 0, state.index, state.vector, story, violation))
            return False
    return True


def _some(found: list[State], count: int, rng: random.Random) -> list[State]:
    return rng.sample(found, min(count, len(found)))


def _stepper(life: Life, step: Step) -> Callable[[], None]:
    return lambda: life.do(step)


def continuations(
    subjects: Subjects,
    *,
    seed: int = 0,
    budget: int = 24,
    flavour: Flavour = STEADY,
    failures_max: int = 5,
    stage: str = CONTINUATIONS,
) -> Report:
    """Stop a checkpoint at every call, go on, and cut the power at every moment of what follows.

    It is stopped by SIGKILL at each call that changes something, and by each failing sync, in each of the
    ways in which it can fail. Then the store is opened again on the cache, first while the old process
    still has it, commits, and checkpoints: whatever it believed without proof is lost in some state.
    Where the sync returned as if nothing had failed, I12 is what is left to check. In the stage `beside`
    commits come between the steps of the checkpoint.
    """
    report = Report(seed)
    began = time.process_time()
    for kind, how, effect in (("changing", "kill", "keep"), *(("sync", "EIO", effect) for effect in EFFECTS)):
        nth = 1
        while len(report.failures) < failures_max:
            if not _continuation(subjects, seed, flavour, Fault(kind, nth, how, 1, effect), budget, report, stage):
                break
            nth += 1
    report.cpu_s = time.process_time() - began
    return report


def _continuation(
    subjects: Subjects, seed: int, flavour: Flavour, fault: Fault, budget: int, report: Report, stage: str
) -> bool:
    """Stop one checkpoint at one call and go on; False if the call was never made."""
    rng = random.Random(f"continuations {seed}")
    subject = subjects(rng)
    profile = PROFILES[seed % len(PROFILES)]
    life = Life(subject, EMPTY, History(0, Content()), acked=-1, issued=0, seed=seed, counts=report.counts)
    report.lives += 1
    story = f"{fault}, {flavour.name}, {profile}, {subject}"
    case = Case(stage, seed, fault, (budget,))
    try:
        life.open()
        for _ in range(4):
            _commit_and_checkpoint(life, flavour, rng)
        life.do(Step("commit", tuple(flavour.make(rng, life.content))))
        stopped_at = len(life.disk.trace)
        life.faults.arm(fault)
        if stage == BESIDE:
            _checkpoint_beside(life, flavour, rng)
        else:
            life.survive(lambda: life.do(Step("checkpoint")), beside=True)
        fired = life.faults.fired > 0
        life.faults.disarm()
        if not fired:
            return False
        if life.store is None:
            life.revive()
        for kind in ("commit", "checkpoint") * 2:  # an error that was owed comes in one of the first
            step = Step(kind, tuple(flavour.make(rng, life.content)) if kind == "commit" else ())
            life.survive(_stepper(life, step))
            if life.store is None:
                life.revive()
    except Exception as error:
        report.failures.append(Failure(case, 0, len(life.disk.trace), (), story, violation_of(error)))
        return True
    points = set(range(stopped_at, len(life.disk.trace) + 1))
    lied_at = life.faults.lied_at
    seen: set[int] = set()
    sound: set[int] = set()

    def note(name: str) -> None:
        report.counts[name] += 1

    for state in states(
        EMPTY, life.disk.trace, acked=-1, issued=0, profile=profile, rng=rng, budget=budget, points=points
    ):
        report.states += 1
        key = image_hash(state)
        if key in seen:
            continue
        seen.add(key)
        report.unique += 1
        if lied_at is not None and state.index > lied_at:
            violation = lies.check_told(subject, state, life.histories, note)
        else:
            violation = check(subject, state, life.histories[state.fork], profile=profile, rng=rng, seen=sound)
        if violation:
            report.failures.append(Failure(case, 0, state.index, state.vector, story, violation))
            break
    return True


def _checkpoint_beside(life: Life, flavour: Flavour, rng: random.Random) -> None:
    """Write a checkpoint step by step, with commits between, until it is over or the store is gone."""
    life.do(Step("begin"))
    for number in range(STEPS_BESIDE_MAX):
        store = life.store
        if store is None or not store.checkpointing:
            return
        commits = number % 3 == 2
        step = Step("commit", tuple(flavour.make(rng, life.content))) if commits else Step("advance", text="1")
        life.survive(_stepper(life, step), beside=True)
    raise AssertionError("a small checkpoint has no end")


def _commit_and_checkpoint(life: Life, flavour: Flavour, rng: random.Random) -> None:
    life.do(Step("commit", tuple(flavour.make(rng, life.content))))
    life.do(Step("checkpoint"))


def replay(
    subjects: Subjects,
    case: Case | int,
    *,
    flavours: Sequence[Flavour] = FLAVOURS,
    shapes: Sequence[Shape] = SHAPES,
) -> Report:
    """Run the campaign of one seed again, or another case."""
    if isinstance(case, int):
        case = Case(CAMPAIGN, case)
    report = Report(case.seed)
    began = time.process_time()
    if case.stage == CAMPAIGN:
        campaign(subjects, case.seed, report, flavours=flavours, shapes=shapes)
    elif case.stage == FAULTS and case.fault is None:
        report = fault_loop(subjects, seed=case.seed)
    elif case.stage == FAULTS and case.fault is not None:
        rng = random.Random(f"faults {case.seed}")
        subject = subjects(rng)
        flavour = _flavour(rng, case.seed)
        steps, states_each = case.sizes
        _one_fault(subject, flavour, case.seed, case.fault, steps, states_each, report)
    elif case.stage in (CONTINUATIONS, BESIDE) and case.fault is None:
        report = continuations(subjects, seed=case.seed, stage=case.stage)
    elif case.stage in (CONTINUATIONS, BESIDE) and case.fault is not None:
        (budget,) = case.sizes
        _continuation(subjects, case.seed, STEADY, case.fault, budget, report, case.stage)
    else:
        raise ValueError(f"{case} is not for the runner")
    report.cpu_s = time.process_time() - began
    return report

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
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bumps.torture.faultdisk import KINDS, Fault
from bumps.torture.lives import Life
from bumps.torture.model import Content, History
from bumps.torture.oracle import BrokenError, Violation, check
from bumps.torture.simdisk import Image
from bumps.torture.states import Profile, State, image_hash, states
from bumps.torture.subject import DIRECTORY, Subject
from bumps.torture.workloads import FLAVOURS, STEADY, Flavour, Step, next_step

EMPTY = Image(("/", DIRECTORY), {})
PROFILES = tuple(Profile(names, powersafe) for names in ("ordered", "posix") for powersafe in (True, False))
CLOCKS = {"forward": 1, "back": -1, "frozen": 0}
"""Days that the clock moves from one life to the next."""
LIVES_PER_CAMPAIGN = 5
STEPS_PER_LIFE_MAX = (6, 14, 30)
"""One of them is chosen for each life."""
STATES_PER_LIFE = 60
"""Crash states that are checked in each life of a campaign, duplicates not counted."""
STATES_PER_POINT = 12
STATES_TAKEN = 4
"""Of those of a point, by chance."""
DEEP_SHARE = 1 / 16
"""How many states get the invariants that need more than one recovery."""
NEST_DEPTH = 2
DISTURBED = 0.2
"""How many calls of the store die or fail half way."""

Subjects = Callable[[random.Random], Subject]
"""Makes the subject of a campaign: options follow from its seed."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A violation and where it is: enough to see it again with `replay`."""

    seed: int
    life: int
    index: int
    vector: tuple[int, ...]
    """Empty if the store broke while it was driven, not at a crash state."""
    story: str
    violation: Violation

    def __str__(self) -> str:
        """Return one line that says how to see it again."""
        where = f"seed {self.seed}, life {self.life}, operation {self.index} of its trace"
        if self.vector:
            where += f", choices {','.join(map(str, self.vector))}"
        return f"{self.violation}\n    {where}; {self.story}\n    bumps torture replay {self.seed}"


@dataclass
class Report:
    """What a run did and found."""

    seed: int = 0
    campaigns: int = 0
    lives: int = 0
    states: int = 0
    unique: int = 0
    cpu_s: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    """The "sometimes" counters: how often something happened that a long run must meet."""
    failures: list[Failure] = field(default_factory=list)

    def as_dict(self) -> dict[str, object]:
        """Return what `--json` prints."""
        return {
            "seed": self.seed,
            "campaigns": self.campaigns,
            "lives": self.lives,
            "states": self.states,
            "unique": self.unique,
            "cpu_s": round(self.cpu_s, 2),
            "violations": [str(failure) for failure in self.failures],
            "counts": dict(sorted(self.counts.items())),
        }

    def merge(self, other: Report) -> None:
        """Add the figures of another run."""
        self.campaigns += other.campaigns
        self.lives += other.lives
        self.states += other.states
        self.unique += other.unique
        self.cpu_s += other.cpu_s
        self.counts += other.counts
        self.failures += other.failures


def run(
    subjects: Subjects,
    *,
    seed: int = 0,
    states_count: int | None = None,
    seconds: float | None = None,
    failures_max: int = 5,
    progress: Callable[[Report], None] = lambda report: None,
    flavours: Sequence[Flavour] = FLAVOURS,
) -> Report:
    """Run campaigns from `seed` on, until so many unique states are checked or so many seconds have passed."""
    report = Report(seed)
    began = time.process_time()
    wall = time.monotonic()
    while len(report.failures) < failures_max:
        if states_count is not None and report.unique >= states_count:
            break
        if seconds is not None and time.monotonic() - wall >= seconds:
            break
        if states_count is None and seconds is None and report.campaigns:
            break
        campaign(subjects, seed + report.campaigns, report, flavours=flavours)
        report.cpu_s = time.process_time() - began
        progress(report)
    return report


def campaign(
    subjects: Subjects, seed: int, report: Report, *, flavours: Sequence[Flavour] = FLAVOURS, lives: int | None = None
) -> None:
    """Run the lives of one seed, and add what they did and found to `report`."""
    rng = random.Random(f"campaign {seed}")
    subject = subjects(rng)
    flavour = rng.choice(flavours)
    profile = rng.choice(PROFILES)
    clock = rng.choice(tuple(CLOCKS))
    story = f"{flavour.name}, {profile}, clock {clock}, {subject}"
    state = State(EMPTY, -1, 0, 0, 0, ())
    history = History(0, Content())
    report.campaigns += 1
    seen: set[int] = set()
    for number in range(LIVES_PER_CAMPAIGN if lives is None else lives):
        life_rng = random.Random(f"life {seed} {number}")
        life = Life(
            subject, state.image, history, acked=state.acked, issued=state.issued, seed=seed * 1000 + number,
            counts=report.counts, day=number * CLOCKS[clock],
        )  # fmt: skip
        report.lives += 1

        def fail(violation: Violation, index: int, vector: tuple[int, ...], number: int = number) -> None:
            report.failures.append(Failure(seed, number, index, vector, story, violation))

        try:
            live(life, flavour, life_rng)
        except BrokenError as error:
            fail(error.violation, len(life.disk.trace), ())
            return
        except Exception as error:
            what = f"with nothing failing: {type(error).__name__}: {error}"
            fail(Violation("I16", what), len(life.disk.trace), ())
            return
        found = list(sample(life, state, profile, life_rng))
        for each in found:
            report.states += 1
            key = image_hash(each)
            if key in seen:
                continue
            seen.add(key)
            report.unique += 1
            deep = life_rng.random() < DEEP_SHARE
            violation = check(
                subject,
                each,
                life.histories[each.fork],
                profile=profile,
                rng=life_rng,
                deep=deep,
                depth=NEST_DEPTH if deep else 0,
                note=lambda name: report.counts.update((name,)),
            )
            if violation:
                fail(violation, each.index, each.vector)
                return
        if not found:
            return
        state = life_rng.choice(found)
        history = life.histories[state.fork]


def live(life: Life, flavour: Flavour, rng: random.Random) -> None:
    """Recover, then work for some steps; now and then a call fails, or the process dies in one."""
    _somehow(life, life.open, rng)
    for _ in range(rng.randint(0, rng.choice(STEPS_PER_LIFE_MAX))):
        step = next_step(flavour, rng, life.content)
        if step.kind == "kill":
            life.do(step)
        else:
            _somehow(life, _stepper(life, step), rng)


def _somehow(life: Life, act: Callable[[], None], rng: random.Random) -> None:
    """Do something undisturbed, or die in it, or let a call of it fail."""
    chance = rng.random()
    if chance < DISTURBED / 2:
        life.kill_inside(act, rng)
    elif chance < DISTURBED:
        life.fault(act, rng)
    else:
        act()


def sample(life: Life, start: State, profile: Profile, rng: random.Random) -> list[State]:
    """Return crash states of a life: some points of its trace, some states of each."""
    count = len(life.disk.trace)
    points = set(rng.sample(range(count + 1), min(count + 1, STATES_PER_LIFE // STATES_TAKEN)))
    return list(
        states(
            start.image,
            life.disk.trace,
            acked=start.acked,
            issued=start.issued,
            profile=profile,
            rng=rng,
            budget=STATES_PER_POINT,
            points={*points, count},
            take=STATES_TAKEN,
        )
    )


def fault_loop(
    subjects: Subjects, *, seed: int = 0, kinds: Sequence[str] = KINDS, hows: Sequence[str] = ("EIO", "ENOSPC", "kill"),
    times: Sequence[int] = (1, 0), steps: int = 10, reverts: Sequence[bool] = (False, True), states_each: int = 6,
) -> Report:  # fmt: skip
    """Let every call of a short life fail, one after the other, until no fault fires; check what is left each time.

    After each fault the store is opened again on the cache and works on, with nothing failing any
    more; then the power is cut, at `states_each` moments of the whole life.
    """
    report = Report(seed)
    began = time.process_time()
    rng = random.Random(f"faults {seed}")
    subject = subjects(rng)
    flavour = rng.choice(FLAVOURS)
    for kind, how in itertools.product(kinds, hows):
        for often in (1,) if how == "kill" else times:
            for revert in reverts if kind == "sync" and how != "kill" else (False,):
                nth = 1
                while _one_fault(
                    subject, flavour, seed, Fault(kind, nth, how, often, revert), steps, states_each, report
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
    except BrokenError as error:
        report.failures.append(Failure(seed, 0, len(life.disk.trace), (), story, error.violation))
        return False
    except Exception as error:
        what = Violation("I16", f"after the fault was gone: {type(error).__name__}: {error}")
        report.failures.append(Failure(seed, 0, len(life.disk.trace), (), story, what))
        return False
    if not fired:
        return False
    report.counts[f"fault {fault.how} at {fault.kind}"] += 1
    start = State(EMPTY, -1, 0, 0, 0, ())
    for state in _some(sample(life, start, profile, rng), states_each, rng):
        report.states += 1
        report.unique += 1
        violation = check(subject, state, life.histories[state.fork], profile=profile, rng=rng)
        if violation:
            report.failures.append(Failure(seed, 0, state.index, state.vector, story, violation))
            return False
    return True


def _some(found: list[State], count: int, rng: random.Random) -> list[State]:
    return rng.sample(found, min(count, len(found)))


def _stepper(life: Life, step: Step) -> Callable[[], None]:
    return lambda: life.do(step)


def continuations(
    subjects: Subjects, *, seed: int = 0, budget: int = 24, flavour: Flavour = STEADY, failures_max: int = 5
) -> Report:
    """Stop a checkpoint at every call, go on, and cut the power at every moment of what follows.

    It is stopped by SIGKILL at each call that changes something, and by each failing sync, with
    the cache keeping the new bytes and showing the old ones. Then the store is opened again on the
    cache, commits, and checkpoints: whatever it believed without proof is lost in some state.
    """
    report = Report(seed)
    began = time.process_time()
    for kind, how, revert in (("changing", "kill", False), ("sync", "EIO", False), ("sync", "EIO", True)):
        nth = 1
        while len(report.failures) < failures_max:
            if not _continuation(subjects, seed, flavour, Fault(kind, nth, how, 1, revert), budget, report):
                break
            nth += 1
    report.cpu_s = time.process_time() - began
    return report


def _continuation(subjects: Subjects, seed: int, flavour: Flavour, fault: Fault, budget: int, report: Report) -> bool:
    """Stop one checkpoint at one call and go on; False if the call was never made."""
    rng = random.Random(f"continuations {seed}")
    subject = subjects(rng)
    profile = PROFILES[seed % len(PROFILES)]
    life = Life(subject, EMPTY, History(0, Content()), acked=-1, issued=0, seed=seed, counts=report.counts)
    report.lives += 1
    story = f"{fault}, {flavour.name}, {profile}, {subject}"
    try:
        life.open()
        for _ in range(4):
            _commit_and_checkpoint(life, flavour, rng)
        life.do(Step("commit", tuple(flavour.make(rng, life.content))))
        stopped_at = len(life.disk.trace)
        life.faults.arm(fault)
        life.survive(lambda: life.do(Step("checkpoint")))
        fired = life.faults.fired > 0
        life.faults.disarm()
        if not fired:
            return False
        if life.store is None:
            life.revive()
        _commit_and_checkpoint(life, flavour, rng)
    except Exception as error:
        found = error.violation if isinstance(error, BrokenError) else Violation("I16", repr(error))
        report.failures.append(Failure(seed, 0, len(life.disk.trace), (), story, found))
        return True
    points = set(range(stopped_at, len(life.disk.trace) + 1))
    seen: set[int] = set()
    for state in states(
        EMPTY, life.disk.trace, acked=-1, issued=0, profile=profile, rng=rng, budget=budget, points=points
    ):
        report.states += 1
        key = image_hash(state)
        if key in seen:
            continue
        seen.add(key)
        report.unique += 1
        violation = check(subject, state, life.histories[state.fork], profile=profile, rng=rng)
        if violation:
            report.failures.append(Failure(seed, 0, state.index, state.vector, story, violation))
            break
    return True


def _commit_and_checkpoint(life: Life, flavour: Flavour, rng: random.Random) -> None:
    life.do(Step("commit", tuple(flavour.make(rng, life.content))))
    life.do(Step("checkpoint"))


def replay(subjects: Subjects, seed: int, *, flavours: Sequence[Flavour] = FLAVOURS) -> Report:
    """Run the campaign of one seed again."""
    report = Report(seed)
    began = time.process_time()
    campaign(subjects, seed, report, flavours=flavours)
    report.cpu_s = time.process_time() - began
    return report

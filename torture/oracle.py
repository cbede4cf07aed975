"""The oracle: opens a crash state and says which invariants of TORTURE 4 it breaks.

I1  nothing that was promised is lost        I2  nothing that was never issued is there
I3  the content is that of one frame exactly, by every way of reading
I4-I7  structure of journal and pages: the store's own `verify`
I8  recovery is deterministic                I9  and idempotent; a read-only open says the same
I10 the states of the recovery's own trace keep I1-I9
I16 a commit succeeds afterwards, without any command
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple, Protocol

from bumps.torture.model import Change, Content, History
from bumps.torture.simdisk import Image, Operation, SimDisk
from bumps.torture.states import Profile, State, image_hash, states
from bumps.torture.subject import Store, Subject

LAST_DAY = 10_000
"""Of the clock: recoveries happen after all lives, the deepest last."""
NESTED_BUDGET = 8
"""States per point of a recovery's own trace, of which one is taken."""
NESTED_COUNT_MAX = 4
"""States of one recovery's trace that are checked."""
NESTED = "nested states"
"""What is noted for each state inside a recovery that is checked."""
PROBE = Change("set", "PROBE", ("after",), b"alive")


class Violation(NamedTuple):
    """A broken invariant."""

    invariant: str
    what: str

    def __str__(self) -> str:
        """Return one line."""
        return f"{self.invariant}: {self.what}"


class BrokenError(Exception):
    """A store that is being driven has broken an invariant."""

    def __init__(self, invariant: str, what: str) -> None:
        """Note which one, and how."""
        super().__init__(f"{invariant}: {what}")
        self.violation = Violation(invariant, what)


class Readable(Protocol):
    """What is compared with the model."""

    @property
    def last_lsn(self) -> int:
        """LSN of the newest frame."""

    def content(self) -> list[tuple[str, bytes, bytes]]:
        """Return all nodes."""


class Recovered(Readable, Protocol):
    """A state that was recovered: what is read of it, what its recovery met and did, and what is left."""

    def notes(self) -> list[str]:
        """Return what recovery met."""

    def trace(self) -> list[Operation]:
        """Return what recovery did to the disk."""

    def image(self) -> Image:
        """Return the disk after the process is gone: the last thing to ask for."""


class Recovery:
    """`Recovered` of a store that is open."""

    def __init__(self, store: Store, disk: SimDisk) -> None:
        """Look at a store that was just opened on `disk`."""
        self.store = store
        self.disk = disk
        self.last_lsn = store.last_lsn

    def content(self) -> list[tuple[str, bytes, bytes]]:
        """Return all nodes."""
        return self.store.content()

    def notes(self) -> list[str]:
        """Return what recovery met."""
        return self.store.notes()

    def trace(self) -> list[Operation]:
        """Return what recovery did to the disk."""
        return list(self.disk.trace)

    def image(self) -> Image:
        """Return the disk after the process is gone."""
        self.disk.kill()
        return self.disk.image()


def violation_of(error: Exception, when: str = "with nothing failing") -> Violation:
    """Return what an exception breaks that nothing was to raise: I16, unless it says itself."""
    if isinstance(error, BrokenError):
        return error.violation
    return Violation("I16", f"{when}: {type(error).__name__}: {error}")


def recovered(subject: Subject, store: Readable, history: History, *, acked: int, issued: int) -> Content:
    """Return the content that a recovered store must have and has; BrokenError if it has another (I1, I2, I3)."""
    lsn = store.last_lsn
    if lsn < max(acked, 0):
        raise BrokenError("I1", f"LSN {acked} was promised, {lsn} recovered")
    if lsn > issued:
        raise BrokenError("I2", f"LSN {lsn} recovered, {issued} was the last issued")
    legal = history.at(lsn)
    if not legal:
        raise BrokenError("I2", f"LSN {lsn} recovered, and nothing ever had it")
    found = store.content()
    for content in legal:
        if found == content.encoded(subject.encode):
            return content
    raise BrokenError("I3", f"LSN {lsn}: {difference(found, legal[-1].encoded(subject.encode))}")


def difference(found: list[tuple[str, bytes, bytes]], expected: list[tuple[str, bytes, bytes]]) -> str:
    """Return where two contents first differ."""
    for index, (here, there) in enumerate(zip(found, expected)):
        if here != there:
            return f"node {index} of {len(found)} is {_short(here)}, not {_short(there)}"
    return f"{len(found)} nodes, not {len(expected)}; the first {min(len(found), len(expected))} agree"


def check(
    subject: Subject,
    state: State,
    history: History,
    *,
    profile: Profile,
    rng: random.Random,
    deep: bool = False,
    depth: int = 0,
    seen: set[int] | None = None,
    note: Callable[[str], None] = lambda name: None,
) -> Violation | None:
    """Recover one crash state and check it; `deep` adds I8, I9, I16, and `depth` recoveries inside recoveries.

    `seen` is for the checks of one life: what was checked inside recoveries is not checked again.
    """
    nest = Nest(depth, 0, set() if seen is None else seen)
    try:
        _check(subject, state, history, profile, rng, deep, nest, note)
    except BrokenError as error:
        return error.violation
    except Exception as error:
        return Violation("I3", f"after recovery, {type(error).__name__}: {error}")
    return None


class Nest(NamedTuple):
    """Where in recoveries inside recoveries a check is."""

    left: int
    """How much deeper it goes."""
    depth: int
    """How many recoveries were cut before this one."""
    seen: set[int]
    """States inside recoveries that were checked, and recovered images that are sound."""

    def inside(self) -> Nest:
        """Return what holds in a recovery of a state of this recovery."""
        return Nest(self.left - 1, self.depth + 1, self.seen)


def _check(
    subject: Subject,
    state: State,
    history: History,
    profile: Profile,
    rng: random.Random,
    deep: bool,
    nest: Nest,
    note: Callable[[str], None],
) -> None:
    if deep:
        _check_read_only(subject, state, history)
    whole = recover(subject, state, nest.left) if deep else None
    recovery: Recovered = whole or recover_to_read(subject, state, nest.left)
    content = recovered(subject, recovery, history, acked=state.acked, issued=state.issued)
    for name in recovery.notes():
        note(name)
    if whole is not None:
        for what in whole.store.disagreements():
            raise BrokenError("I3", what)
    trace = recovery.trace()
    image = recovery.image()
    _check_structure(subject, image, nest.seen)
    if nest.left:
        _check_nested(subject, state, history, profile, rng, nest, trace, note)
    if whole is not None:
        _check_again(subject, state, whole, image, content, nest.left)


def recover(subject: Subject, state: State, depth: int) -> Recovery:
    """Open a state that must open; `depth` is that of its disk."""
    return open_state(subject, state, disk_of(state, depth))


def open_state(subject: Subject, state: State, disk: SimDisk) -> Recovery:
    """Open a state that must open, on a disk that has it."""
    return Recovery(_open(subject, disk, create=state.acked < 0), disk)


def recover_to_read(subject: Subject, state: State, depth: int) -> Recovered:
    """Do the same for who asks for nothing but what `Recovered` has: it may be remembered (memo.py)."""
    return recover(subject, state, depth)


def _open(subject: Subject, disk: SimDisk, *, create: bool, read_only: bool = False, invariant: str = "I1") -> Store:
    """Open a store that must open."""
    try:
        return subject.open(disk, create=create, read_only=read_only)
    except Exception as error:
        how = "raised" if subject.is_typed(error) else "raised the untyped"
        raise BrokenError(invariant, f"open {how} {type(error).__name__}: {error}") from error


def _check_structure(subject: Subject, image: Image, sound: set[int]) -> None:
    """Check the structure at rest (I4 to I7), unless that of an equal image was sound."""
    key = hash((image.directories, tuple(image.files.items())))
    if key in sound:
        return
    sound.add(key)
    disk = SimDisk(image)
    try:
        problems = subject.problems(disk)
    except Exception as error:
        raise BrokenError("I5", f"verify raised {type(error).__name__}: {error}") from error
    if problems:
        raise BrokenError("I5", f"{len(problems)} problems, the first: {problems[0]}")
    if disk.trace:
        raise BrokenError("I13", f"verify wrote: {disk.trace[0]}")


def _check_read_only(subject: Subject, state: State, history: History) -> None:
    """Open the crashed image for reading only: it answers like the recovered one and writes nothing (I9)."""
    if state.acked < 0:
        return
    disk = disk_of(state)
    store = _open(subject, disk, create=False, read_only=True, invariant="I9")
    recovered(subject, store, history, acked=state.acked, issued=state.issued)
    if disk.trace:
        raise BrokenError("I9", f"a read-only open wrote: {disk.trace[0]}")


def _check_again(subject: Subject, state: State, first: Recovery, image: Image, content: Content, depth: int) -> None:
    """Recover the same image to the same bytes (I8), open again to the same content (I9), and go on (I16).

    `image` is what the first recovery has left.
    """
    disk, lsn = first.disk, first.last_lsn
    twin = disk_of(state, depth)
    _open(subject, twin, create=state.acked < 0, invariant="I8")
    other = twin.image()
    if other != image:
        raise BrokenError("I8", f"two recoveries of one image differ in {_differing(other, image)}")
    store = _open(subject, disk, create=False, invariant="I9")
    if store.last_lsn != lsn:
        raise BrokenError("I9", f"a second recovery gives LSN {store.last_lsn}, the first {lsn}")
    if store.content() != content.encoded(subject.encode):
        raise BrokenError("I9", "a second recovery gives other content")
    try:
        now = store.commit([PROBE])
        store.checkpoint()
        store.close()
    except Exception as error:
        raise BrokenError("I16", f"after recovery: {type(error).__name__}: {error}") from error
    if now <= lsn:
        raise BrokenError("I4", f"LSN {now} was given after {lsn}")
    store = _open(subject, disk, create=False, invariant="I16")
    if store.content() != content.after([PROBE]).encoded(subject.encode):
        raise BrokenError("I16", "a commit, a checkpoint and a close after recovery lost something")
    disk.kill()
    _check_structure(subject, disk.image(), set())


def _check_nested(
    subject: Subject,
    state: State,
    history: History,
    profile: Profile,
    rng: random.Random,
    nest: Nest,
    recovery: list[Operation],
    note: Callable[[str], None],
) -> None:
    """Cut the recovery itself, at some of its points, in some of the ways (I10)."""
    if not recovery:
        return
    count = len(recovery)
    points = set(rng.sample(range(count + 1), min(count + 1, NESTED_COUNT_MAX)))
    for inner in states(
        state.image,
        recovery,
        acked=state.acked,
        issued=state.issued,
        profile=profile,
        rng=rng,
        budget=NESTED_BUDGET,
        points=points,
        take=1,
    ):
        key = hash((nest.left, image_hash(inner)))
        if key in nest.seen:
            continue
        nest.seen.add(key)
        note(NESTED)
        within = nest.inside()
        note(f"nested cut in recovery, depth {within.depth}")
        try:
            _check(subject, inner, history, profile, rng, False, within, note)
        except BrokenError as error:
            where = f"in recovery, operation {inner.index}, vector {inner.vector}"
            raise BrokenError("I10", f"{where}: {error}") from error


def disk_of(state: State, depth: int = 0) -> SimDisk:
    """Return a disk whose clock is ahead of all lives, and whose random bytes are those of no life.

    They follow from the depth alone: states that differ in nothing that a recovery keeps become
    one image, and the structure of that is checked once.
    """
    return SimDisk(state.image, seed=-1 - depth, day=LAST_DAY - depth)


def _differing(one: Image, other: Image) -> str:
    ones, others = one.files, other.files
    return ", ".join(sorted(path for path in {*ones, *others} if ones.get(path) != others.get(path)))


def _short(node: tuple[str, bytes, bytes]) -> str:
    name, key, value = node
    return f"^{name} {key!r} = {value[:40]!r}{'...' if len(value) > 40 else ''}"

"""The engine with readers beside the writer, and checkpoints beside both, all in an order that a seed decides.

A checkpoint goes on by some steps at a time (stepped.py). At each call of the harness a snapshot may open; it notes
what it reads. All that are held are read again behind each call that changed something: nothing of them may have.
And a transaction may read before a commit and try to commit behind it: if it would be told something else now, it
must be refused. Campaigns run on this, so calls fail, memory runs out and processes die meanwhile; `snapshots.py`
asks for more where nothing fails.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterator, Sequence

from bumps.engine import Engine
from bumps.errors import RestartError
from bumps.files import Disk
from bumps.globals import Globals
from bumps.options import Durability
from bumps.snapshot import Snapshot
from bumps.torture.engine_subject import EngineStore, EngineSubject, engine_subject
from bumps.torture.model import Change, Subscripts
from bumps.torture.oracle import BrokenError
from bumps.torture.programs import Program
from bumps.torture.stepped import SteppedCheckpoint
from bumps.torture.subject import CODEC, Store

HELD_MAX = 4
"""Snapshots that are open at a time."""
OPEN, READ, LET_GO = 0.4, 0.7, 0.5
"""How many calls open a snapshot, read beside a commit, and let a snapshot go when there are enough."""
BESIDE = 0.7
"""How many checkpoints are written in the background."""
THERE = 0.6
"""How many questions are about nodes that are there."""
Triples = list[tuple[str, bytes, bytes]]
Question = Callable[[Globals], object]


class WatchedStore(EngineStore):
    """An open engine, and who reads beside its writer."""

    def __init__(self, engine: Engine, rng: random.Random) -> None:
        """Take over an open engine; `rng` decides who reads when."""
        super().__init__(engine)
        self._rng = rng
        self._held: list[tuple[Snapshot, Triples]] = []
        self._running: SteppedCheckpoint | None = None

    def _advance(self) -> None:
        """Let the checkpoint in the background take some steps."""
        running = self._running
        if running is not None:
            for _ in range(self._rng.choice((0, 0, 1, 2, 5))):
                running.step()
            if not running.goes_on:
                self._running = None

    def _watch(self, act: Callable[[], int | None]) -> int | None:
        """Do something that changes the store, with readers before and behind it."""
        if self._rng.random() < OPEN:
            self._hold()
        with self._reader() if self._rng.random() < READ else contextlib.nullcontext():
            self._advance()
            result = act()
            self._advance()
        for snapshot, then in self._held:
            if (now := _content(snapshot)) != then:
                differing = next((pair for pair in zip(now, then) if pair[0] != pair[1]), None)
                raise BrokenError(
                    "I3",
                    f"a snapshot of LSN {snapshot.lsn} has changed: {len(then)} nodes, now {len(now)}; {differing}",
                )
        if len(self._held) > HELD_MAX or (self._held and self._rng.random() < LET_GO / HELD_MAX):
            self._held.pop(self._rng.randrange(len(self._held)))[0].close()
        return result

    def _hold(self) -> None:
        """Open a snapshot, and note what it holds."""
        snapshot = self.engine.snapshot_now()
        try:
            self._held.append((snapshot, _content(snapshot)))
        except BaseException:
            snapshot.close()
            raise

    @contextlib.contextmanager
    def _reader(self) -> Iterator[None]:
        """Have a transaction beside what is done: it asks some questions before that, and tries to commit behind it.

        However this is left, the transaction ends here. The garbage collector would end one that an error has left
        open at some time, and until then the store cannot be closed: a seed would not say what happens.
        """
        session = Globals(self.engine, Durability.NONE)
        session.begin()
        try:
            asked = [(question, question(session)) for question in self._questions()]
            yield
            self._end(session, asked)
        finally:
            if session.level:
                session.rollback()

    def _questions(self) -> list[Question]:
        rng = self._rng
        name = rng.choice(("A", "A", "B", "PATIENT"))
        key = code = CODEC.encode((str(rng.randrange(60)),))
        there = self.content()
        if there and rng.random() < THERE:
            name, key, _ = rng.choice(there)
        reverse = rng.random() < 0.5
        questions: list[Question] = [
            lambda session: session.get(name, key),
            lambda session: session.data(name, key),
            lambda session: session.order(name, b"", code, reverse),
            lambda session: session.query(name, key, reverse),
            lambda session: list(session.range(name, code, b"\xff", reverse)),
            lambda session: session.order_name("", reverse),
        ]
        return rng.sample(questions, rng.choice((1, 1, 2, 3)))

    def _end(self, session: Globals, asked: list[tuple[Question, object]]) -> None:
        """Let a transaction try to commit if it would be told something else now: it must be refused."""
        now = Globals(self.engine, Durability.NONE)
        for question, told in asked:
            if question(session) != told:
                raise BrokenError("I20", f"a transaction was told {str(told)[:80]}, and then something else")
        if all(question(now) == told for question, told in asked):
            return
        session.set("WATCHED", b"", b"")
        try:
            session.commit()
        except RestartError:
            return
        raise BrokenError(
            "I20", f"a transaction was told {str(asked[0][1])[:80]} and committed when that was no more so"
        )

    def commit(self, changes: Sequence[Change]) -> int:
        """Apply changes as one commit."""
        commit = super().commit
        lsn = self._watch(lambda: commit(changes))
        assert lsn is not None
        return lsn

    def run(self, program: Program) -> None:
        """Run a program of M."""
        run = super().run
        self._watch(lambda: run(program))
        self.flush()  # the mark frame of a checkpoint may be the last one

    def checkpoint(self) -> None:
        """Write a checkpoint, or begin one that goes on beside what comes next."""
        checkpoint = super().checkpoint
        if self._running is None and self._rng.random() < BESIDE:
            self.flush()
            self._running = SteppedCheckpoint(self.engine)
            self._advance()
            self.flush()
        else:
            self._watch(checkpoint)

    def close(self) -> None:
        """Close in good order."""
        super().close()
        self._running = None


def _content(snapshot: Snapshot) -> Triples:
    return [(name, key, value) for name, scan in snapshot.scans() for key, value in scan]


class WatchedSubject:
    """The engine with readers; how they behave follows from the seed of the campaign."""

    def __init__(self, subject: EngineSubject, seed: int) -> None:
        """Open stores as `subject` does."""
        self.subject = subject
        self._rng = random.Random(f"watched {seed}")

    def __str__(self) -> str:
        """Return the options that matter."""
        return f"readers beside, {self.subject}"

    def open(self, disk: Disk, *, create: bool, read_only: bool = False) -> Store:
        """Open the database of this disk."""
        return WatchedStore(self.subject.open(disk, create=create, read_only=read_only).engine, self._rng)

    def encode(self, subscripts: Subscripts) -> bytes:
        """Return the key of a node."""
        return self.subject.encode(subscripts)

    def problems(self, disk: Disk) -> list[str]:
        """Return what `verify` says."""
        return self.subject.problems(disk)

    def is_typed(self, error: BaseException) -> bool:
        """Say whether it is one of bumps/errors.py."""
        return self.subject.is_typed(error)

    def is_refusal(self, error: BaseException) -> bool:
        """Say whether nothing was done: the disk is full."""
        return self.subject.is_refusal(error)


def watched_subject(rng: random.Random) -> WatchedSubject:
    """Return the engine with readers, and options for one campaign."""
    return WatchedSubject(engine_subject(rng), rng.randrange(1 << 30))

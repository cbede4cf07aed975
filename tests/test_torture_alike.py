"""torture/alike.py: a state that is told what another was told is recovered as if it were recovered itself."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bumps.files import Disk
from bumps.torture import oracle, runner
from bumps.torture.alike import Alike
from bumps.torture.engine_subject import PATH, EngineStore, EngineSubject, engine_subject
from bumps.torture.lives import Life
from bumps.torture.model import Content, History
from bumps.torture.oracle import BrokenError, Recovered
from bumps.torture.results import Report
from bumps.torture.simdisk import Image
from bumps.torture.states import State
from bumps.torture.workloads import STEADY, next_step


def states_of(subject: EngineSubject, seed: int) -> Iterator[State]:
    """Yield crash states of one life with a lot in it."""
    rng = random.Random(seed)
    life = Life(subject, runner.EMPTY, History(0, Content()), acked=-1, issued=0, seed=seed, counts=Report().counts)
    life.open()
    for _ in range(30):
        life.do(next_step(STEADY, rng, life.content))
    start = State(runner.EMPTY, -1, 0, 0, 0, ())
    yield from runner.sample(life.disk.trace, start, runner.PROFILES[0], rng, 200)


def all_of(recovery: Recovered) -> tuple[object, ...]:
    return recovery.last_lsn, recovery.content(), recovery.notes(), recovery.trace(), recovery.image()


class Counted(EngineSubject):
    """Counts how often it was opened."""

    count = 0

    def open(self, disk: Disk, *, create: bool, read_only: bool = False) -> EngineStore:
        """Open the database."""
        self.count += 1
        return super().open(disk, create=create, read_only=read_only)


@pytest.fixture
def subject() -> Counted:
    return Counted(engine_subject(random.Random(4)).options)


def with_byte(state: State, path: str, at: int) -> State:
    """Return the state with one byte of a file changed."""
    content = bytearray(state.image.files[path])
    content[at] ^= 1
    return replace(state, image=Image(state.image.directories, {**state.image.files, path: bytes(content)}))


@pytest.mark.slow
@pytest.mark.parametrize("depth", [0, 2])
def test_what_is_remembered_is_what_would_have_been_done(subject: Counted, depth: int) -> None:
    alike = Alike()
    plain = engine_subject(random.Random(4))
    plain.options = subject.options
    states = list(states_of(plain, 1))
    for state in states:
        assert all_of(alike.recover(subject, state, depth)) == all_of(oracle.recover(plain, state, depth))
    assert subject.count < len({hash(tuple(state.image.files.items())) for state in states})


def test_a_byte_of_a_file_that_is_opened_makes_another_recovery(subject: Counted) -> None:
    alike = Alike()
    state = list(states_of(subject, 1))[-1]
    subject.count = 0
    first = alike.recover(subject, state, 0)
    alike.recover(subject, replace(state, index=0), 0)
    assert subject.count == 1

    alike.recover(subject, with_byte(state, f"{PATH}/data", len(state.image.files[f"{PATH}/data"]) - 1), 0)
    assert subject.count == 2
    alike.recover(subject, state, 1)
    assert subject.count == 3, "another depth has another clock"
    assert alike.recover(subject, state, 0).content() == first.content()
    assert subject.count == 3


def test_a_file_that_nobody_opens_is_left_as_each_state_has_it(subject: Counted) -> None:
    alike = Alike()
    state = list(states_of(subject, 1))[-1]
    path = f"{PATH}/unknown"
    images = []
    subject.count = 0
    for content in (b"one", b"two"):
        image = Image(state.image.directories, dict(sorted({**state.image.files, path: content}.items())))
        images.append(alike.recover(subject, replace(state, image=image), 0).image())
    assert [image.files[path] for image in images] == [b"one", b"two"]
    assert subject.count == 1


def test_what_fails_is_never_remembered(subject: Counted) -> None:
    alike = Alike()
    state = with_byte(with_byte(list(states_of(subject, 1))[-1], f"{PATH}/data", 0), f"{PATH}/data", 512)
    subject.count = 0
    for _ in range(2):
        with pytest.raises(BrokenError):
            alike.recover(subject, state, 0)
    assert subject.count == 2

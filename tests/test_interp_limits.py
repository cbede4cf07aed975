"""interp: whatever a program does, it ends at its limit; it cannot trap that, and leaves nothing behind."""

from __future__ import annotations

import io
import os
import pty
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

import bumps
from bumps.engine import Engine
from bumps.errors import MError, RunCancelledError, RunLimitError, RunStoppedError, UsageError
from bumps.files import MemoryDisk
from bumps.globals import Globals
from bumps.interp.machine import Machine
from bumps.interp.world import World
from bumps.locks import Owner
from bumps.options import Durability, Options
from bumps.run import Limits, Run
from tests.hostile_programs import COMPUTING, WAITING, Hostile
from tests.interp_cases import Texts

SECONDS = 0.05
SLACK_S = 2.0
"""So much later than its limit a Run may end here, where others use the processor, too."""

BOUNDS = {"steps": Limits(steps=20_000), "depth": Limits(depth=200), "memory": Limits(memory=3_000_000)}


TIMED = [each for each in COMPUTING if each.limit != "depth"]


class Place:
    """A database in memory, a lock that somebody else holds, and machines that run on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.engine = Engine.open(
            MemoryDisk(),
            "/case.bumps",
            Options(charset="m", page_size=1024, durability=Durability.NONE, background=False),
        )
        self.engine.locks.acquire(Owner(), [("^HELD", b"")])

    def session(self) -> Globals:
        return Globals(self.engine, Durability.NONE)

    def machine(
        self,
        source: str,
        limits: Limits | None = None,
        run: Run | None = None,
        input: BinaryIO | None = None,
        output: BinaryIO | None = None,
    ) -> Machine:
        return Machine(
            globals_factory=self.session,
            input=input or io.BytesIO(),
            output=output or io.BytesIO(),
            loader=Texts({"R": source}),
            charset="m",
            world=World(folder=str(self.folder)),
            limits=limits,
            run=run,
        )

    def check_clean(self, machine: Machine) -> None:
        """Assert that a Run that was stopped has left nothing, and that others go on."""
        assert machine.frames == []
        assert [lock.name for lock in self.engine.locks] == [("^HELD", b"")]
        assert self.engine.locks.waiting_count == 0
        assert machine.transactions.frames == []
        other = self.machine('R L +^L(1):0 E  S X="locked" Q\n TSTART  S ^Z=$G(^T,"none") TCOMMIT\n')
        other.run("R")
        assert self.session().get("Z", b"") == b"none", "the transaction is undone"
        with pytest.raises(RunStoppedError):
            machine.run("R")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    descriptors = set(os.listdir("/proc/self/fd"))
    made = Place(tmp_path)
    yield made
    made.engine.close()
    assert len(set(os.listdir("/proc/self/fd")) - descriptors) == 0, "devices are closed"


def stopped(machine: Machine) -> RunStoppedError:
    """Run a machine until it is stopped."""
    with pytest.raises(RunStoppedError) as found:
        machine.run("R")
    return found.value


@pytest.mark.parametrize("hostile", COMPUTING, ids=[each.name for each in COMPUTING])
def test_a_program_that_goes_on_for_ever_ends_at_the_same_step_each_time(place: Place, hostile: Hostile) -> None:
    limits = BOUNDS[hostile.limit]
    machine = place.machine(hostile.source, limits)
    error = stopped(machine)

    assert isinstance(error, RunLimitError)
    assert error.limit == hostile.limit
    if hostile.limit == "steps":
        assert error.steps <= 20_000
        assert error.bound == 20_000
    place.check_clean(machine)

    again = stopped(Place(place.folder).machine(hostile.source, limits))
    assert (again.steps, again.message) == (error.steps, error.message)


@pytest.mark.parametrize("hostile", TIMED, ids=[each.name for each in TIMED])
def test_a_program_that_goes_on_for_ever_ends_when_its_time_is_over(place: Place, hostile: Hostile) -> None:
    machine = place.machine(hostile.source, Limits(seconds=SECONDS, memory=100_000_000))
    began = time.monotonic()
    error = stopped(machine)

    assert time.monotonic() - began < SECONDS + SLACK_S
    assert error.limit in ("seconds", "memory")
    place.check_clean(machine)


@pytest.mark.parametrize("hostile", WAITING, ids=[each.name for each in WAITING])
def test_a_program_that_waits_for_ever_ends_when_its_time_is_over(place: Place, hostile: Hostile) -> None:
    reader, writer = os.pipe()
    try:
        with open(reader, "rb") as source:
            machine = place.machine(hostile.source, Limits(seconds=SECONDS), input=source)
            began = time.monotonic()
            error = stopped(machine)
            assert time.monotonic() - began < SECONDS + SLACK_S
            assert error.limit == "seconds"
            place.check_clean(machine)
    finally:
        os.close(writer)


@pytest.mark.parametrize(
    "source",
    ["R F  S X=1\n", "R H 999\n", "R L +^HELD\n", "R R X\n", 'R ZSY "sleep 99"\n'],
    ids=lambda text: text[2:-1],
)
def test_another_thread_cancels_a_run_wherever_it_is(place: Place, source: str) -> None:
    run = Run()
    reader, writer = os.pipe()
    with open(reader, "rb") as stream:
        machine = place.machine(source, run=run, input=stream)
        timer = threading.Timer(SECONDS, run.cancel)
        timer.start()
        began = time.monotonic()
        error = stopped(machine)
        timer.join()
    os.close(writer)

    assert time.monotonic() - began < SECONDS + SLACK_S
    assert isinstance(error, RunCancelledError)
    assert run.is_cancelled
    assert run.steps == error.steps
    place.check_clean(machine)


def test_a_run_that_was_cancelled_before_it_began_does_nothing(place: Place) -> None:
    run = Run()
    run.cancel()
    machine = place.machine("R S ^T=1\n", run=run)

    assert isinstance(stopped(machine), RunCancelledError)
    place.check_clean(machine)


def test_a_run_that_cannot_begin_leaves_the_depth_of_python_as_it_was(place: Place) -> None:
    run = Run()
    run.cancel()
    machine = place.machine("R Q\n", run=run)
    depth = sys.getrecursionlimit()
    for _ in range(2):
        stopped(machine)

    assert sys.getrecursionlimit() == depth


def test_a_run_has_one_call_and_is_not_hurt_by_a_late_cancel(place: Place) -> None:
    run = Run()
    assert run.steps == 0
    place.machine("R S X=1\n", run=run).run("R")
    taken = run.steps
    assert taken > 0
    run.cancel()
    assert run.steps == taken
    with pytest.raises(UsageError):
        place.machine("R S X=1\n", run=run)


def test_a_limit_that_is_not_reached_changes_nothing(place: Place) -> None:
    limits = Limits(steps=1000, seconds=60, memory=100_000, depth=10)
    machine = place.machine("R F I=1:1:10 S A(I)=I\n D A\n Q\nA S X=1 Q\n", limits)
    threads = threading.active_count()
    machine.run("R")

    assert machine.meter.steps < 1000
    assert not machine.meter.is_stopped
    deadline = time.monotonic() + SLACK_S
    while threading.active_count() > threads and time.monotonic() < deadline:
        time.sleep(0.001)
    assert threading.active_count() == threads, "the timer is gone"


def test_the_depth_is_that_of_the_stack_and_a_program_may_go_as_deep_as_its_limit(place: Place) -> None:
    machine = place.machine("R(N) D:N>1 R(N-1)\n Q\n", Limits(depth=50))
    assert machine.run("R", [50]) == 0
    error = stopped(place.machine("R D R\n", Limits(depth=50)))
    assert (error.limit, error.bound, error.place) == ("depth", 50, "R^R")
    with pytest.raises(MError, match="Stack"):
        place.machine("R D R\n", Limits(depth=10**9)).run("R")


def test_memory_is_counted_by_its_rule(place: Place) -> None:
    machine = place.machine(
        f'R S A=1,B(1)=2,B(1,"{"x" * 100}")="{"y" * 70}",C=$J("",1064) K A D A\n Q\nA N C S C="" H 0\n'
    )
    found: list[tuple[int, int]] = []
    machine.world.sleep = lambda seconds: None
    machine.hang = lambda seconds: found.append(machine.bounds.memory())  # type: ignore[method-assign]
    machine.run("R")

    # B, B(1), B(1,"xxx"), the C that is hidden, and the C that hides it
    assert found == [(5 * 128 + 36 + 6 + 1000, 5)]


def test_a_run_is_over_its_memory_by_an_eighth_at_most_when_it_ends(place: Place) -> None:
    limit = 20_000_000
    for source in ("R F I=1:1 S A(I)=I\n", "R F I=1:1 S A(I)=$J(I,4000)\n"):
        machine = place.machine(source, Limits(memory=limit))
        sizes: list[int] = []
        count = machine.bounds.memory

        def counted() -> tuple[int, int]:
            sizes.append(count()[0])  # noqa: B023 - called in this round
            return count()  # noqa: B023

        machine.bounds.memory = counted  # type: ignore[method-assign]
        assert stopped(machine).limit == "memory"
        assert limit < sizes[-1] < limit * 9 // 8 + 10_000 * 128 * 2
        assert len(sizes) < 60


def test_a_stopped_run_has_written_what_it_wrote(place: Place) -> None:
    source = 'R O "out.txt":NEWVERSION U "out.txt" W "kept",! F  S X=1\n'
    stopped(place.machine(source, Limits(steps=1000)))

    assert (place.folder / "out.txt").read_text() == "kept\n"


def test_a_read_of_a_terminal_ends_and_the_terminal_is_as_it_was(place: Place) -> None:
    import termios

    leader, follower = pty.openpty()
    try:
        before = termios.tcgetattr(follower)
        with open(follower, "rb", buffering=0, closefd=False) as source, open(follower, "wb", 0, closefd=False) as sink:
            machine = Machine(
                globals_factory=place.session, input=source, output=sink, loader=Texts({"R": "R R X\n"}), charset="m",
                limits=Limits(seconds=SECONDS),
            )  # fmt: skip
            assert stopped(machine).limit == "seconds"
        assert termios.tcgetattr(follower) == before
    finally:
        os.close(leader)
        os.close(follower)


def test_output_that_nobody_takes_ends_with_its_limit(place: Place) -> None:
    reader, writer = os.pipe()
    with open(writer, "wb") as sink, open(reader, "rb"):
        machine = place.machine("R F  W $J(1,5000),!\n", Limits(seconds=SECONDS), output=sink)
        assert stopped(machine).limit == "seconds"


def test_a_call_from_python_takes_limits_and_a_handle(tmp_path: Path) -> None:
    (tmp_path / "R.m").write_text("R(N) F I=1:1:N S ^A=I\n Q ^A\n")
    with bumps.open(":memory:", routines=[str(tmp_path)]) as database:
        run = bumps.Run()
        assert database.call("R^R", 5, limits=bumps.Limits(steps=1000), run=run) == "5"
        assert 0 < run.steps < 1000
        with pytest.raises(bumps.RunLimitError) as found:
            database.call("R^R", 10_000, limits=bumps.Limits(steps=1000))
        assert found.value.steps <= 1000
        assert found.value.place == "R^R"
        assert int(database.get("^A")) < 1000
        assert database.call("R^R", 7) == "7"


@pytest.mark.parametrize("limit", [{"steps": 0}, {"seconds": -1}, {"memory": 0}, {"depth": -5}])
def test_a_limit_that_nothing_could_keep_is_refused(limit: dict[str, int]) -> None:
    with pytest.raises(UsageError):
        Limits(**limit)

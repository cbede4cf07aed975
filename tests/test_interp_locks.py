"""interp/locks.py: LOCK of Runs in the threads of one process."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable

import pytest

from bumps.engine import Engine
from bumps.errors import MError
from bumps.files import MemoryDisk
from bumps.globals import Globals
from bumps.interp.machine import Machine
from bumps.interp.routines import Found
from bumps.options import Durability, Options

SOON = 20.0


class Job:
    """A machine on a database that it shares with others; `begin` runs a routine in a thread."""

    def __init__(self, engine: Engine, source: str) -> None:
        self.engine = engine
        self.output = io.BytesIO()
        self.source = source
        self.error: MError | None = None
        self.machine = Machine(
            globals_factory=lambda: Globals(engine, Durability.NONE),
            input=io.BytesIO(),
            output=self.output,
            charset="m",
        )
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self) -> Job:
        try:
            self.machine.run_text(f"MAIN ;\n{self.source}\n".encode())
        except MError as error:
            self.error = error
        return self

    def begin(self) -> Job:
        self.thread.start()
        return self

    def end(self) -> Job:
        self.thread.join(SOON)
        assert not self.thread.is_alive()
        return self

    @property
    def written(self) -> str:
        return self.output.getvalue().decode("latin-1")


@pytest.fixture
def engine() -> Engine:
    options = Options(charset="m", page_size=1024, durability=Durability.NONE, background=False)
    return Engine.open(MemoryDisk(), "/locks.bumps", options)


def direct(engine: Engine, line: str) -> Job:
    """Return a job in direct mode: its locks outlive the line."""
    job = Job(engine, "")
    job.machine.execute_directly(line)
    return job


def wait_until(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(int(SOON * 1000)):
        if condition():
            return
        pause.wait(0.001)
    raise AssertionError("it took too long")


def waiting(engine: Engine, count: int = 1) -> None:
    wait_until(lambda: engine.locks.waiting_count == count)


def test_a_lock_of_another_job_makes_the_timeout_expire(engine: Engine) -> None:
    holder = direct(engine, "L ^A(1)")
    job = Job(engine, ' L ^B W $T L +^A:0 W $T L +^A(1,2):0.01 W $T L +^A(2):0 W $T ZA ^A(1):0 W $T,! ZSHOW "L"').run()

    assert job.written == "10010\nMLG:2,MLT:3\nLOCK ^A(2) LEVEL=1\nLOCK ^B LEVEL=1\n"
    assert list(holder.machine.locks.lines()) == ["MLG:1,MLT:0", "LOCK ^A(1) LEVEL=1"]


def test_a_lock_without_a_timeout_waits_until_the_other_job_lets_go(engine: Engine) -> None:
    holder = direct(engine, "L ^A")
    job = Job(engine, " L ^A W ^X").begin()
    waiting(engine)
    holder.machine.execute_directly("S ^X=5 L")

    assert job.end().written == "5"


def test_lock_without_a_sign_lets_go_before_it_waits(engine: Engine) -> None:
    holder = direct(engine, "L ^B")
    job = Job(engine, " L ^A L ^B W $T").begin()
    waiting(engine)

    assert Job(engine, " L ^A:0 W $T").run().written == "1"
    holder.machine.execute_directly("L")
    job.end()


@pytest.mark.parametrize("ending", [" Q", " H", " S X=1/0", " ZHALT 3", ' D E\n Q\nE S $EC=",U1,"'])
def test_a_job_that_ends_lets_all_go(engine: Engine, ending: str) -> None:
    job = Job(engine, f" L ^A ZA ^B\n{ending}").run()

    assert list(engine.locks) == []
    assert list(job.machine.locks.lines()) == ["MLG:2,MLT:0"]


def test_what_was_written_is_seen_before_a_wait(engine: Engine) -> None:
    holder = direct(engine, "L ^A")
    job = Job(engine, ' W "waiting" L ^A W "!"').begin()
    waiting(engine)

    assert job.written == "waiting"
    holder.machine.execute_directly("L")
    assert job.end().written == "waiting!"


def test_two_jobs_that_wait_for_each_other_are_parted_by_a_timeout(engine: Engine) -> None:
    first = direct(engine, "L ^A")
    second = Job(engine, " L ^B L +^A W $T").begin()
    waiting(engine)

    first.machine.execute_directly("L +^B:0.05 W $T L")

    assert (first.written, second.end().written) == ("0", "1")


def test_an_interrupt_ends_the_wait_and_the_run_lets_all_go(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    holder = direct(engine, "L ^A")

    class Interrupted:
        count = 0

        def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
            self.count += 1
            if self.count > 1:
                raise KeyboardInterrupt
            return True

    monkeypatch.setattr("bumps.locks.new_signal", Interrupted)
    job = Job(engine, " L ^B L +^A")
    with pytest.raises(KeyboardInterrupt):
        job.run()

    assert [lock.owner for lock in engine.locks] == [holder.machine.locks.owner]
    assert engine.locks.waiting_count == 0


def test_a_transaction_begins_with_its_first_global_so_that_a_lock_before_it_may_wait(engine: Engine) -> None:
    # TSTART without arguments cannot be restarted, and holds up all writers: not while it waits for one of them.
    holder = direct(engine, "L ^A")
    job = Job(engine, " TS  L ^A S X=^X TC  W X,$TL").begin()
    waiting(engine)

    holder.machine.execute_directly("S ^X=5 L")

    assert job.end().written == "50"


def test_a_restartable_transaction_that_has_its_turn_gives_it_up_to_wait_for_a_lock(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bumps.globals.RESTART_COUNT_MAX", 0)  # each has its turn
    holder = direct(engine, "L ^A S ^X=1")
    job = Job(engine, " TS () S X=^X L +^A S ^X=^X+1,R=$TR TC  W ^X,R").begin()
    waiting(engine)

    holder.machine.execute_directly("S ^X=10 L")  # would wait for ever for a turn that waits for it

    assert job.end().written == "111"
    assert list(engine.locks) == []


def test_a_transaction_that_holds_up_all_writers_does_not_wait_for_a_lock_without_end(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bumps.interp.locks.TURN_WAIT_SECONDS", 0.01)
    holder = direct(engine, "L ^A S ^X=1")
    job = Job(engine, " TS  S X=^X L +^A W 1").run()

    assert job.error is not None
    assert job.error.name == "LOCKTURN"
    assert "TSTART ()" in job.error.hint
    assert job.machine.store.level == 0
    holder.machine.execute_directly("S ^X=2 L")


def test_a_lock_with_a_timeout_waits_in_a_transaction_that_holds_up_all_writers(engine: Engine) -> None:
    holder = direct(engine, "L ^A S ^X=1")
    job = Job(engine, " TS  S X=^X L +^A:0.01 W $T S ^X=X+1 TC  W ^X").run()

    assert (job.written, job.error) == ("02", None)
    holder.machine.execute_directly("L")


def test_the_conflict_of_a_commit_lets_go_what_the_transaction_locked(engine: Engine) -> None:
    other = direct(engine, "S ^X=1")
    job = Job(engine, " L ^C TS () S X=^X L +^B,+^C D:$TR=0 ^MEET S ^Y=1 TC  W X")
    job.machine.library.loader = Meeting(lambda: other.machine.execute_directly("S ^X=2"))
    job.machine.execute_directly("L ^Z")
    job.run()

    assert job.written == "2"
    assert list(job.machine.locks.lines()) == ["MLG:6,MLT:0"]


class Meeting:
    """A loader of one routine that does nothing; something happens when it is looked for."""

    def __init__(self, happening: Callable[[], object]) -> None:
        self.happening = happening

    def find(self, name: str) -> Found | None:
        self.happening()
        return Found(b"MEET Q\n", "MEET.m")

    def names(self) -> list[str]:
        return ["MEET"]

    def advice(self, name: str) -> str:
        return ""


def test_a_thousand_locks_and_releases_take_no_time() -> None:
    job = Job(Engine.open(MemoryDisk(), "/quick.bumps", Options(charset="m")), " F I=1:1:1000 L +^A(I) L -^A(I)")
    begin = time.process_time()
    job.run()

    assert time.process_time() - begin < 1

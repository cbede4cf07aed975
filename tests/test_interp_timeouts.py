"""interp/timeouts.py, watch.py: clocks and threads that the cases cannot have, and what is left behind a Run."""

from __future__ import annotations

import contextlib
import io
import signal
import sys
import threading
from collections.abc import Iterator

import pytest

from bumps.errors import MError
from bumps.interp.lines import BEGINNING_END, COLUMN_END, LINE, table_of
from bumps.interp.machine import Machine
from bumps.interp.routines import Found
from bumps.interp.tiers import Tier
from bumps.interp.world import World
from tests.interp_cases import new_globals

WAIT_SECONDS = 20


class Clock:
    """A time that goes on by what is asked of it: a hundredth of a second for each look, and all of HANG."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.slept: list[float] = []

    def elapsed(self) -> float:
        self.time += 0.01
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 1))
        self.time += seconds


def machine_with(clock: Clock | None = None) -> tuple[Machine, io.BytesIO]:
    output = io.BytesIO()
    world = World() if clock is None else World(elapsed=clock.elapsed, sleep=clock.sleep)
    return Machine(globals_factory=new_globals(), input=io.BytesIO(), output=output, world=world), output


def run(code: str, clock: Clock | None = None) -> str:
    machine, output = machine_with(clock)
    machine.run_text(f"T {code}\n".encode(), name="T")
    return output.getvalue().decode()


LOOPS = {
    "a FOR": "F I=1:1:100000000 Q:T",
    "a FOR with a call": "F I=1:1:100000000 D L Q:T",
    "a GOTO": "D G",
}
"""What does not end by itself in any time."""


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    tracer = sys.gettrace()
    yield
    assert sys.gettrace() is tracer
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) == signal.SIG_DFL


def test_the_clock_of_the_world_decides() -> None:
    clock = Clock()
    assert run('S T=0,$ZTIMEOUT="5:S T=1" F I=1:1 Q:T\n W I>100,I<600', clock) == "11"


def test_hang_sleeps_until_it_is_time_and_then_the_rest() -> None:
    clock = Clock()
    assert run('S $ZTIMEOUT="5:W ""x""" H 20 W "y"', clock) == "xy"
    first, rest = clock.slept
    assert 4.8 <= first <= 5 and 19.5 <= first + rest <= 20


def test_a_program_in_another_thread_has_timeouts() -> None:
    outputs: list[str] = []
    thread = threading.Thread(
        target=lambda: outputs.append(run('S T=0,$ZTIMEOUT=".05:S T=1" F  Q:T\n W "done"')), daemon=True
    )
    thread.start()
    thread.join(WAIT_SECONDS)
    assert outputs == ["done"]


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("tier", ["closures", "generated"])
def test_a_loop_is_interrupted_in_each_tier(loop: str, tier: Tier) -> None:
    output = io.BytesIO()
    machine = Machine(globals_factory=new_globals(), input=io.BytesIO(), output=output, tier=tier)
    source = f'T S T=0,$ZTIMEOUT=".05:S T=1"\n {LOOPS[loop]}\n W "done"\n Q\nL Q\nG S X=T G:T=0 G\n Q\n'
    machine.run_text(source.encode(), name="T")
    assert output.getvalue() == b"done"


def test_a_routine_that_generated_code_runs_is_interrupted_when_it_calls() -> None:
    output = io.BytesIO()
    machine = Machine(globals_factory=new_globals(), input=io.BytesIO(), output=output, tier="generated")
    machine.library.texts["U"] = Found(b'U S T=0,$ZTIMEOUT=".05:S T=1" Q\n', "U.m")
    machine.run_text(b'T D ^U\n F I=1:1:100000000 D L Q:T\n W "done"\n Q\nL Q\n', name="T")
    assert output.getvalue() == b"done"


def test_an_alarm_that_somebody_else_has_stays_theirs() -> None:
    rung: list[int] = []
    signal.signal(signal.SIGALRM, lambda number, frame: rung.append(number))
    try:
        assert run('S T=0,$ZTIMEOUT=".05:S T=1" F  Q:T\n W "done"') == "done"
        assert rung == []
        signal.raise_signal(signal.SIGALRM)
        assert rung == [signal.SIGALRM]
    finally:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)


@pytest.mark.parametrize("code", ["S $ZTIMEOUT=9", 'S $ZTIMEOUT=".01:S T=1" S $ZTIMEOUT="-1:"', "S $ZTIMEOUT=9 W 1/0"])
def test_a_timeout_ends_with_its_run(code: str) -> None:
    machine, output = machine_with()
    with contextlib.suppress(MError):
        machine.execute(code)
    machine.execute("W $ZTIMEOUT")
    assert output.getvalue() == b"-1"


def test_a_timeout_goes_on_between_two_lines_of_direct_mode() -> None:
    machine, output = machine_with(Clock())
    machine.execute_directly('S $ZTIMEOUT="5:W ""x"""')
    machine.execute_directly("H 4 W 1")
    machine.execute_directly("H 4 W 2")
    assert output.getvalue() == b"1x2"


def test_a_step_ends_with_its_run() -> None:
    machine, output = machine_with()
    machine.run_text(b'T ZSTEP OUTOF:"W ""no"""\n W 1\n Q\n', name="T")
    machine.run_text(b"U W 2\n W 3\n Q\n", name="U")
    assert output.getvalue() == b"123"


def test_who_profiles_goes_on_when_nobody_steps() -> None:
    def note(*_: object) -> None:
        pass

    sys.setprofile(note)
    try:
        run("W 1")
        assert sys.getprofile() is note
    finally:
        sys.setprofile(None)


WATCHED = b'''T S T=0,$ZTIMEOUT=".05:S T=1"
 F I=1:1 S X=I Q:T
 W "one "
 S T=0,$ZTIMEOUT=".05:S T=1"
 F  Q:T
 W "two "
 S T=0,$ZTIMEOUT=".05:" S $ET="W $P($ZS,"","",2),"" "" S $EC="""" G C"
 F  ; for ever
C S $ET="",$ZTIMEOUT=".05:W $ZPOS,"" "" ZG 1:E"
 F  S X=1
E W "end",!
 S $ZSTEP="W $ZPOS,"" "" ZSTEP INTO"
 ZSTEP INTO
 D L
 F I=1:1:2 D
 . D L2(I)
 X "W 1  D L"
 S $ZSTEP="W ""."""
 Q
L W "L" Q
L2(A)
 W "x"
 Q
'''
STEPPED = """one two T+7^T C+1^T end
E+3^T L^T LE+4^T E+5^T L2^T L2+1^T xL2+2^T E+5^T L2^T L2+1^T xL2+2^T E+6^T 1L^T LE+7^T E+8^T """


@pytest.mark.parametrize("tier", ["closures", "generated", "auto"])
@pytest.mark.parametrize("is_traced", [False, True])
def test_a_routine_is_watched_in_each_tier_by_itself(tier: Tier, is_traced: bool) -> None:
    before = sys.gettrace()
    if is_traced:
        sys.settrace(lambda frame, event, argument: None)
    try:
        theirs = sys.gettrace()
        output = io.BytesIO()
        machine = Machine(globals_factory=new_globals(), input=io.BytesIO(), output=output, tier=tier)
        machine.tiers.hot_count = 0
        machine.run_text(WATCHED, name="T")
        assert sys.gettrace() is theirs
    finally:
        sys.settrace(before)
    assert output.getvalue().decode() == STEPPED


def test_what_is_watched_is_generated_code() -> None:
    machine = Machine(globals_factory=new_globals(), input=io.BytesIO(), output=io.BytesIO(), tier="generated")
    machine.run_text(WATCHED, name="T")
    tables = [table for code in machine.watch.codes if (table := table_of(code)) is not None]
    begun = {mark // BEGINNING_END // COLUMN_END for table in tables for mark in table.marks if mark & LINE}
    assert begun == set(range(WATCHED.count(b"\n")))


BREAKS = b'''T S X=1 ZB T+2^T:"W ""brk """
 S X=2
 W "two "
 D L
 F I=1:1:2 D L2
 D M
 W "z" ZB -*
 W "e"
 Q
L W "L" ZB L2+1^T:"W ""b2 """ Q
L2 W "x"
 W "y "
 Q
M ZB M+1^T:"W ""out "" Q"
 W "never"
 Q
'''


@pytest.mark.parametrize("tier", ["closures", "generated", "auto"])
def test_a_breakpoint_stops_lines_of_what_runs_already(tier: Tier) -> None:
    output = io.BytesIO()
    machine = Machine(globals_factory=new_globals(), input=io.BytesIO(), output=output, tier=tier)
    machine.tiers.hot_count = 0
    machine.run_text(BREAKS, name="T")
    assert output.getvalue() == b"brk two Lxb2 y xb2 y out ze"

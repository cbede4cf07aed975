"""interp/virtual_clock.py: the same program, input and seed do the same again, and HANG does not wait."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bumps.engine import Engine
from bumps.errors import UsageError
from bumps.files import MemoryDisk
from bumps.globals import Globals
from bumps.interp import virtual_clock
from bumps.interp.machine import Machine
from bumps.interp.meter import Meter
from bumps.interp.tiers import Tier
from bumps.interp.virtual_clock import SeededChance, VirtualClock, parse_start, virtual_world
from bumps.interp.world import World
from bumps.locks import Owner
from bumps.options import Durability, Options
from tests.determined import run, run_seeded
from tests.interp_cases import ROUTINE, Chunk, all_chunks

ROOT = Path(__file__).resolve().parent.parent
CHUNKS = all_chunks()


def did(tmp_path: Path, code: str, *, input: str = "", seed: int = 0, start: str = "2000-01-01T00:00:00Z") -> str:
    chunk = Chunk("here", 1, f"{ROUTINE} ;\n {code}\n", "", input, (), "", "m")
    folder = tmp_path / "here"
    folder.mkdir(exist_ok=True)
    return run(chunk, folder, virtual_world(seed, start)).output.decode("latin-1")


def test_chance_is_the_known_sequence_of_splitmix64() -> None:
    chance = SeededChance(1234567)

    assert [chance.word() for _ in range(3)] == [6457827717110365317, 3203168211198807973, 9817491932198370423]


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 1000, 2**31 - 1, 2**64, 2**64 + 1, 10**30])
def test_chance_stays_below_its_limit(limit: int) -> None:
    chance = SeededChance(limit)
    found = [chance.randrange(limit) for _ in range(200)]

    assert all(0 <= each < limit for each in found)
    assert limit < 1000 or len(set(found)) > 150


def test_chance_is_fair() -> None:
    chance = SeededChance(7)
    counts = [0] * 6
    for _ in range(6000):
        counts[chance.randrange(6)] += 1

    assert all(880 < count < 1120 for count in counts)


def test_another_seed_is_another_chance_and_another_job(tmp_path: Path) -> None:
    code = 'W $J F I=1:1:5 W " ",$R(1000000)'

    assert did(tmp_path, code, seed=1) == did(tmp_path, code, seed=1)
    assert did(tmp_path, code, seed=1) != did(tmp_path, code, seed=2)


def test_who_looks_at_the_job_does_not_change_chance(tmp_path: Path) -> None:
    assert did(tmp_path, "S J=$J W $R(1000000)") == did(tmp_path, "W $R(1000000)")


def test_hang_moves_the_clock_and_does_not_wait(tmp_path: Path) -> None:
    begun = time.monotonic()

    assert did(tmp_path, 'W $H H 3600 W " ",$H H 86400*365 W " ",$H') == "58074,0 58074,3600 58439,3600"
    assert time.monotonic() - begun < 1


def test_the_clock_begins_where_it_is_told_to_in_its_zone(tmp_path: Path) -> None:
    assert did(tmp_path, 'W $H," ",$P($ZH,",",4)', start="2026-11-21T09:30+01:00") == "67895,34200 -3600"
    assert did(tmp_path, 'W $P($ZH,",",1,2)', start="0") == "47117,0"


def test_who_waits_for_the_clock_gets_there(tmp_path: Path) -> None:
    assert did(tmp_path, "S Z=$ZUT+5000 F I=1:1 Q:$ZUT'<Z  ;") == ""
    assert did(tmp_path, "S Z=$ZUT+5000\nA G A:$ZUT<Z") == ""


def test_a_timeout_of_the_program_comes_after_as_many_steps_each_time(tmp_path: Path) -> None:
    code = 'S $ZTIMEOUT=".003:W I H" F I=1:1 S X=I'

    assert did(tmp_path, code) == did(tmp_path, code) != ""


def test_the_clock_stops_before_the_year_10000(tmp_path: Path) -> None:
    assert did(tmp_path, 'H 1E20 W $H H 1E20 W " ",$H') == "2980013,0 2980013,0"


@pytest.mark.parametrize("text", ["", "x", "-1", "1e400", "9" * 400, "nan", "2000-13-01", "1969-12-31T23:59:59Z"])
def test_a_start_that_is_no_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_start(text)

    assert "2000-01-01T00:00:00Z" in caught.value.hint


def test_a_read_from_a_file_takes_what_is_there_and_no_time(tmp_path: Path) -> None:
    assert did(tmp_path, 'R A:5 W A,$T," " R B:5 W B,$T," ",$H', input="one\n") == "one1 1 58074,0"


def test_a_read_that_gets_nothing_takes_its_whole_time_and_none_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(virtual_clock, "PATIENCE_S", 0.02)
    begun = time.monotonic()
    code = 'O "p":(COMMAND="cat")::"PIPE" U "p" R X:1000 S T=$T U 0 W T," ",$H'

    assert did(tmp_path, code) == "0 58074,1000"
    assert time.monotonic() - begun < 5


@pytest.mark.slow
def test_a_read_with_a_short_time_gets_what_comes_soon_after(tmp_path: Path) -> None:
    code = 'O "p":(COMMAND="sleep .3; echo late")::"PIPE" U "p" R X:.001 S T=$T U 0 W X,T," ",$H'

    assert did(tmp_path, code) == "late1 58074,0"


def test_an_open_that_nobody_answers_takes_its_whole_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(virtual_clock, "PATIENCE_S", 0.02)
    connect = 'O "s":(CONNECT="nobody.sock:LOCAL"):600:"SOCKET" W $T," ",$H'
    fifo = 'O "f":(FIFO:WRITEONLY):600 W " ",$T," ",$H'

    assert did(tmp_path, f"{connect} {fifo}") == "0 58074,600 0 58074,1200"


def test_a_lock_that_another_holds_takes_its_whole_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(virtual_clock, "PATIENCE_S", 0.02)
    options = Options(charset="m", page_size=1024, durability=Durability.NONE, background=False)
    engine = Engine.open(MemoryDisk(), "/locks.bumps", options)
    other = Owner()
    world = virtual_world()
    machine = machine_on(engine, world)
    machine.execute("L +^A")
    other_machine = machine_on(engine, world, other)
    other_machine.execute_directly("L +^A")
    before = world.elapsed()

    machine.execute_directly("L +^A:900")

    assert (machine.test, round(world.elapsed() - before, 3)) == (0, 900)
    threading.Timer(0.005, lambda: other_machine.execute("Q")).start()
    monkeypatch.setattr(virtual_clock, "PATIENCE_S", 5)
    machine.execute_directly("L +^A:0.001")
    assert (machine.test, round(world.elapsed() - before, 3)) == (1, 900)


def machine_on(engine: Engine, world: World, owner: Owner | None = None) -> Machine:
    return Machine(
        globals_factory=lambda: Globals(engine, Durability.NONE),
        input=io.BytesIO(),
        output=io.BytesIO(),
        charset="m",
        world=world,
        lock_owner=owner,
    )


def test_what_a_process_knows_of_itself_is_the_same_each_time(tmp_path: Path) -> None:
    code = (
        'W $J," ",$ZGETJPI($J,"ISPROCALIVE"),$ZGETJPI(1,"ISPROCALIVE")," " H 2 W $ZGETJPI("","CPUTIM")," ",$ZREALSTOR'
    )

    assert did(tmp_path, code, seed=3) == "3128036 10 200 67108864"


def test_names_and_numbers_of_sockets_are_the_same_each_time(tmp_path: Path) -> None:
    code = 'O "s":(LISTEN="a.sock:LOCAL")::"SOCKET" U "s" S K=$K U 0 W K,! ZSHOW "D"'
    shown = did(tmp_path, code)

    assert "LISTENING|h946684800000|a.sock" in shown and "DESC=3 " in shown


def test_hang_in_parts_ends_however_its_end_is_rounded(tmp_path: Path) -> None:
    for tenths in range(1, 30):
        code = f'S $ZTIMEOUT=".{tenths:02d}:W ""T""" H 1 W $H'
        assert did(tmp_path, code) == "T58074,1"


def test_elapsed_time_is_that_of_the_clock() -> None:
    clock = VirtualClock(100)
    clock.advance(2.5)
    clock.advance(-7)

    meter = Meter()
    clock.measure(meter)
    meter.spend(7)

    assert (clock.elapsed(), clock.now()) == (2.500007, 102.500007)


GOLDEN = f"""{ROUTINE} ; draws, waits, and keeps what it drew
 W $J F I=1:1:6 W " ",$R(1000000)
 W ! F I=1:1:200 S ^A($R(1000),$R(3))=$R(1E9) S:I#50=0 ^B(I)=$H
 H 86400*1.5 W $H,! S X="" F I=1:1:5 S X=$O(^A(X)) W X," "
 W $R(2**40),! S A(1.5)="",A("x")="",A(-3)="",A("10")="" ZWR A
"""

GOLDEN_OUTPUT = """670713 777587 167678 292134 360910 39877 910403
58075,43200
3 12 23 26 32 31125676620
A(-3)=""
A(1.5)=""
A(10)=""
A("x")=""
"""
GOLDEN_DIGEST = "008b963f493b54d054ca286e6d25f998706c18b0b90cc7f1b8dd82841e5fe836"


@pytest.mark.parametrize("tier", ["closures", "generated"])
def test_what_a_seeded_program_does_is_the_same_on_every_python(tier: Tier, tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    did = run(Chunk("here", 1, GOLDEN, "", "", (), "", "m"), folder, virtual_world(42), tier=tier)

    assert did.output.decode() == GOLDEN_OUTPUT
    assert did.digest == GOLDEN_DIGEST


QUICK = [chunk for chunk in CHUNKS if chunk.file not in ("devices_sockets", "devices_pipes")][::12]


@pytest.mark.parametrize("chunk", QUICK, ids=[chunk.id for chunk in QUICK])
def test_a_case_does_the_same_again(chunk: Chunk, tmp_path: Path) -> None:
    first = run_seeded(chunk, tmp_path / "here")

    assert run_seeded(chunk, tmp_path / "here") == first


@pytest.mark.slow
def test_all_cases_do_the_same_whatever_python_hashes_with(tmp_path: Path) -> None:
    def lines(hash_seed: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-m", "tests.determined"],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": hash_seed, "TMPDIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.splitlines()

    first = lines("0")

    assert len(first) == len(CHUNKS)
    assert lines("4242") == first

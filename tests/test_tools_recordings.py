"""bumps run --seed, --clock, --record, --replay: the same again, and where it is not."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bumps.interp.records import Record
from bumps.tools import main
from bumps.tools.databases import LazyDatabase

ROOT = Path(__file__).resolve().parent.parent
Capture = pytest.CaptureFixture[str]
CLOCKED = ' WRITE $RANDOM(1000000)," ",$ZUT,! SET ^A($RANDOM(9))=$JOB\n HANG .01 QUIT\n'


def routine(name: str, lines: str) -> None:
    Path(f"{name}.m").write_text(f"{name} ;\n{lines}")


def run(capsys: Capture, *words: str) -> tuple[int, str, str]:
    """Run `bumps run` and return its status and what it printed."""
    status = main.run(["run", *words])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def digest(path: str) -> str:
    with LazyDatabase(path) as found:
        return found.digest()


def test_a_seed_gives_the_same_output_and_the_same_database(folder: Path, capsys: Capture) -> None:
    routine("T", CLOCKED)
    first = run(capsys, "--seed", "5", "--db", "a", "T")

    assert run(capsys, "--seed", "5", "--db", "b", "T") == first
    assert run(capsys, "--seed", "6", "--db", "c", "T") != first
    assert digest("a") == digest("b") != digest("c")


def test_a_clock_alone_fixes_chance_too(folder: Path, capsys: Capture) -> None:
    code = 'WRITE $RANDOM(1000000)," ",$HOROLOG'

    assert run(capsys, "--clock", "2026-11-21T12:00Z", "-x", code) == run(
        capsys, "--seed", "0", "--clock", "2026-11-21T12:00Z", "-x", code
    )


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["--clock", "noon", "-x", "Q"], "'noon': not a time"),
        (["--seed", "1", "--replay", "r", "-x", "Q"], "--replay goes with none of --seed"),
        (["--record", "q", "--replay", "r"], "--replay goes with none of --seed"),
        (["--record", "r"], "nothing to record"),
        (["--record", "no/r", "-x", "Q"], "no/r: the record cannot be written"),
        (["--replay", "none"], "none: No such file"),
        (["--replay", "foreign"], "foreign: not a record of a run"),
        (["--replay", "torn"], "torn: the record is torn at byte 16"),
        (["--record", "foreign", "-x", "Q"], "foreign: there is such a file already"),
    ],
)
def test_what_cannot_be_is_one_line_and_a_hint(words: list[str], what: str, folder: Path, capsys: Capture) -> None:
    Path("foreign").write_text("W 1\n")
    assert run(capsys, "--record", "whole", "-x", "Q")[0] == 0
    Path("torn").write_bytes(Path("whole").read_bytes()[:30])

    status, out, err = run(capsys, *words)
    lines = err.splitlines()

    assert (status, out) == (2, "")
    assert lines[0].startswith("bumps: ") and what in lines[0] and lines[1].startswith("hint: ") and len(lines) == 2


def test_a_replay_prints_what_was_recorded_and_leaves_the_same_database(folder: Path, capsys: Capture) -> None:
    routine("T", CLOCKED)
    recorded = run(capsys, "--db", "a", "--record", "r", "T")
    status, out, err = run(capsys, "--db", "b", "--replay", "r")

    assert (status, out) == recorded[:2] and out
    assert err.startswith("bumps: the replay is the recorded run: 4 answers, ") and "steps" in err
    assert digest("a") == digest("b")


def test_a_replay_needs_neither_the_folder_nor_the_routines(folder: Path, capsys: Capture) -> None:
    routine("T", ' OPEN "f":NEWVERSION USE "f" WRITE "x",! CLOSE "f" WRITE $ZSEARCH("f"),$ZCMDLINE\n')
    recorded = run(capsys, "--record", "r", "T", "one", "two")
    for name in ("T.m", "f"):
        os.unlink(name)

    assert run(capsys, "--replay", "r")[:2] == recorded[:2]
    assert not Path("f").exists() and "one two" in recorded[1]


def test_standard_input_is_in_the_record_the_routine_and_what_it_reads(
    folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'T ;\n READ X WRITE "[",X,"]"\n')))
    recorded = run(capsys, "--record", "r", "-")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"typed\n")))
    typed = run(capsys, "--record", "r2", "-x", "READ X WRITE X")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"other\n")))

    assert run(capsys, "--replay", "r")[:2] == recorded[:2] == (0, "[]")
    assert run(capsys, "--replay", "r2")[:2] == typed[:2] == (0, "typed")


def test_a_changed_program_diverges_with_its_place(folder: Path, capsys: Capture) -> None:
    routine("T", ' WRITE "a",!\n DO SUB\n QUIT\nSUB ;\n HANG .001\n QUIT\n')
    assert run(capsys, "--record", "r", "T")[0] == 0
    routine("T", ' WRITE "a",!\n DO SUB\n QUIT\nSUB ;\n HANG .002\n QUIT\n')

    assert run(capsys, "--replay", "r") == (
        2,
        "a\n",
        "bumps: SUB+1^T: the replay differs from the record: it asked for sleep(0.002), and recorded is sleep(0.001)\n"
        "hint: the source of T has changed since\n",
    )


def test_a_changed_program_that_does_the_same_is_said_to_have_changed(folder: Path, capsys: Capture) -> None:
    routine("T", ' WRITE "a",!\n')
    assert run(capsys, "--record", "r", "T")[0] == 0
    routine("T", ' SET X="a" WRITE X,! ; in two steps\n')
    status, out, err = run(capsys, "--replay", "r")

    assert (status, out) == (0, "a\n")
    assert err.startswith("bumps: the source of T has changed since the record\nbumps: the replay is")


def test_another_program_may_be_named(folder: Path, capsys: Capture) -> None:
    assert run(capsys, "--record", "r", "-x", 'WRITE "a" HANG .001')[0] == 0

    assert run(capsys, "--replay", "r", "-x", 'HANG .001 WRITE "a"')[:2] == (0, "a")
    status, _, err = run(capsys, "--replay", "r", "-x", "WRITE $HOROLOG")
    assert status == 2 and "it asked for now(), and recorded is sleep(0.001)" in err
    assert "hint: another program was recorded" in err


def test_folders_that_are_named_go_before_those_recorded(folder: Path, capsys: Capture) -> None:
    for name, text in (("old", "x"), ("new", "y")):
        Path(name).mkdir()
        Path(name, "T.m").write_text(f'T WRITE "{text}"\n')
    assert run(capsys, "--routines", "old", "--record", "r", "T")[:2] == (0, "x")

    assert run(capsys, "--replay", "r")[:2] == (0, "x")
    status, _, err = run(capsys, "--routines", "new", "--replay", "r")
    assert status == 2 and "it wrote b'y' as byte 1" in err


def test_a_database_that_is_not_as_it_was_is_told_before_anything_runs(folder: Path, capsys: Capture) -> None:
    assert run(capsys, "--record", "r", "-x", 'SET ^A=1 WRITE "ran"')[0] == 0
    status, out, err = run(capsys, "--replay", "r")

    assert (status, out) == (2, "")
    assert "the database is not as it was" in err and "hint: replay on a copy" in err


def test_a_program_goes_on_from_the_database_as_it_was(folder: Path, capsys: Capture) -> None:
    assert run(capsys, "--db", "a", "-x", "SET ^A=5")[0] == 0
    assert run(capsys, "--db", "b", "-x", "SET ^A=5")[0] == 0
    recorded = run(capsys, "--db", "a", "--record", "r", "-x", 'SET ^A=^A+$RANDOM(100) WRITE ^A,^|"a"|A')

    assert run(capsys, "--db", "b", "--replay", "r")[:2] == recorded[:2]
    assert digest("a") == digest("b")


@pytest.mark.parametrize(("code", "status"), [("ZHALT 7", 7), ("SET X=1/0", 1), ("HALT", 0)])
def test_the_status_is_that_of_the_program(code: str, status: int, folder: Path, capsys: Capture) -> None:
    assert run(capsys, "--record", "r", "-x", code)[0] == status
    assert Record("r").end["status"] == status
    assert run(capsys, "--replay", "r")[0] == status


def test_a_policy_is_in_the_record(folder: Path, capsys: Capture) -> None:
    code = 'SET $ETRAP="WRITE $ZSTATUS SET $ECODE="""" QUIT" OPEN "/etc/passwd":READONLY WRITE "open"'
    recorded = run(capsys, "--allow-read", ".", "--record", "r", "-x", code)

    assert "RESTRICTEDOP" in recorded[1]
    assert run(capsys, "--replay", "r")[:2] == recorded[:2]


def test_a_record_that_cannot_be_written_ends_the_run_and_says_so(
    folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bumps.interp.records.BLOCK_SIZE", 200)
    script = "import resource,sys; resource.setrlimit(resource.RLIMIT_FSIZE,(3000,3000));"
    script += "import signal; signal.signal(signal.SIGXFSZ,signal.SIG_IGN);"
    script += "from bumps.interp import records; records.BLOCK_SIZE=200; from bumps.tools import main;"
    script += "sys.exit(main.run(['run','--record','r','-x','FOR I=1:1:10000 WRITE $ZUT,!']))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )

    assert done.returncode == 2
    assert done.stderr.startswith("bumps: r: the record cannot be written: File too large\nhint: ")


@pytest.mark.slow
def test_a_run_that_was_killed_leaves_a_torn_record(folder: Path, capsys: Capture) -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "bumps", "run", "--record", "r", "-x", "WRITE 1,! HANG 60"],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert child.stdout is not None and child.stdout.readline() == b"1\n"
    child.kill()
    child.wait()
    child.stdout.close()

    status, _, err = run(capsys, "--replay", "r")
    assert status == 2 and "r: the record is torn at byte 16: it ends before its last block" in err


@pytest.mark.slow
def test_a_run_that_was_interrupted_is_replayed_up_to_there(folder: Path, capsys: Capture) -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "bumps", "run", "--record", "r", "-x", "WRITE $ZUT,! HANG 60"],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert child.stdout is not None
    line = child.stdout.readline()
    time.sleep(0.2)
    child.send_signal(signal.SIGINT)
    assert child.wait() == 130
    child.stdout.close()

    status, out, err = run(capsys, "--replay", "r")
    assert out.encode() == line and status == 2
    assert "it asked for sleep(60.0), and recorded is the end of the Run (INTERRUPT)" in err


@pytest.mark.slow
def test_a_session_on_a_terminal_is_replayed_without_one(folder: Path, capsys: Capture) -> None:
    import pexpect

    child = pexpect.spawn(
        sys.executable,
        [
            "-m",
            "bumps",
            "run",
            "--record",
            "r",
            "-x",
            'USE 0:WIDTH=40 READ "name? ",X:20 WRITE !,X,$TEST,$X,! ZSHOW "D"',
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb"},
        timeout=30,
    )
    child.expect("name. ")
    child.send("Ada\r")
    child.expect(pexpect.EOF)
    child.close()
    shown = child.before.replace(b"\r\n", b"\n")

    status, out, _ = run(capsys, "--replay", "r")
    assert (status, child.exitstatus) == (0, 0)
    assert out.startswith("name? Ada\nAda14\n") and out.encode().endswith(shown.lstrip(b"Ad"))

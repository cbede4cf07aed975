"""bumps run --trace: where it is written, in which form, and what becomes of the program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bumps.tools import main

Capture = pytest.CaptureFixture[str]

ROUTINE = 'T(N) S A=N\n S ^G(A)="x"\n F I=1:1:2 D L\n Q\nL W "line",!\n Q\n'
TEXT = """\
                N=5
  1          9  T^T                   T(N) S A=N
                A=5
  1          9  T+1^T                 S ^G(A)="x"
                ^G(5)="x"
  1          9  T+2^T                 F I=1:1:2 D L
                I=1
  2         18  L^T                   L W "line",!
  2         18  L+1^T                 Q
                I=2
  2         27  L^T                   L W "line",!
  2         27  L+1^T                 Q
  1         27  T+3^T                 Q
                N is undefined
  0         27  end
"""


@pytest.fixture(autouse=True)
def folder(folder: Path) -> Path:
    (folder / "T.m").write_text(ROUTINE)
    return folder


def run(*arguments: str) -> int:
    return main.run(["run", *arguments])


@pytest.mark.parametrize("tier", ["closures", "generated", "auto"])
def test_a_trace_is_on_standard_error_and_the_same_in_each_tier(tier: str, capfd: Capture) -> None:
    assert run("--tier", tier, "--trace", "T", "5") == 0
    out, err = capfd.readouterr()
    assert out == "line\nline\n"
    assert err == TEXT


def test_a_trace_goes_to_a_file(folder: Path, capfd: Capture) -> None:
    assert run("--trace-file", "trace.txt", "T", "5") == 0
    assert capfd.readouterr() == ("line\nline\n", "")
    assert (folder / "trace.txt").read_text() == TEXT


def test_json_has_an_object_for_each_line(capfd: Capture) -> None:
    assert run("--trace=json", "T", "5") == 0
    records = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert records[2] == {
        "place": "T+2^T",
        "line": " F I=1:1:2 D L",
        "depth": 1,
        "steps": 9,
        "changed": [{"name": "^G(5)", "value": "x"}],
    }
    assert records[-1] == {
        "place": None,
        "line": None,
        "depth": 0,
        "steps": 27,
        "changed": [{"name": "N", "value": None}],
    }


def test_a_long_value_is_cut_and_has_its_size(capfd: Capture) -> None:
    assert run("--trace=json", "-x", 'S A=$J("",300)') == 0
    (change,) = json.loads(capfd.readouterr().err.splitlines()[-1])["changed"]
    assert change == {"name": "A", "value": " " * 200, "size": 300}
    assert run("--trace", "-x", 'S A=$J("",300) F I=1:1:100 S B(I)=""') == 0
    err = capfd.readouterr().err
    assert f'A="{" " * 200}"... 300 characters\n' in err
    assert "and 82 more\n" in err


def test_words_behind_the_routine_are_for_the_program(capfd: Capture) -> None:
    (Path("C.m")).write_text("C W $ZCMDLINE,!\n")
    assert run("C", "--trace") == 0
    assert run("-x", "W $ZCMDLINE,!", "--trace") == 0
    out, err = capfd.readouterr()
    assert out == "--trace\n\n"
    assert "W $ZCMDLINE,!" in err


def test_the_trace_of_a_program_that_fails_stands_before_its_error(capfd: Capture) -> None:
    assert run("--trace", "-x", "S A=1 S B=1/0") == 1
    lines = capfd.readouterr().err.splitlines()
    assert lines[0].endswith("S A=1 S B=1/0")
    assert lines[1].strip() == "A=1"
    assert lines[2].split() == ["0", lines[2].split()[1], "end"]
    assert "M9" in lines[3]


def test_a_trace_that_cannot_be_written_does_not_change_the_program(capfd: Capture) -> None:
    assert run("--trace-file", "/dev/full", "T", "5") == 2
    out, err = capfd.readouterr()
    assert out == "line\nline\n"
    assert "No space left" in err or "no space left" in err


def test_a_replay_can_be_traced(capfd: Capture) -> None:
    assert run("--record", "rec", "T", "5") == 0
    assert run("--db", "new.bumps", "--replay", "rec", "--trace") == 0
    err = capfd.readouterr().err
    assert err.startswith(TEXT)
    assert "the replay is the recorded run" in err

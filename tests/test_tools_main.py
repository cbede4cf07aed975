"""tools/main.py: statuses, did-you-mean, and that no traceback ever reaches a user."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from bumps.errors import BumpsError, MError
from bumps.tools import main
from bumps.version import __version__

ROOT = Path(__file__).resolve().parent.parent
Capture = pytest.CaptureFixture[str]


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Let every command fail with an error."""

    def invoke(*_arguments: object) -> int:
        raise error

    monkeypatch.setattr(main, "_invoke", invoke)


def test_bumps_alone_prints_five_commands(capsys: Capture) -> None:
    assert main.run([]) == 0

    shown = [line for line in capsys.readouterr().out.splitlines() if line.startswith("  bumps ")]
    assert len(shown) == 5


def test_the_version_is_in_one_place(capsys: Capture) -> None:
    assert main.run(["--version"]) == 0

    assert capsys.readouterr().out == f"bumps {__version__}\n"


def test_a_process_that_ends_does_not_look_through_its_objects_a_last_time(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    done: list[str] = []
    monkeypatch.setattr(gc, "freeze", lambda: done.append(capsys.readouterr().out))

    with pytest.raises(SystemExit) as ended:
        main.main(["--version"])

    assert ended.value.code == 0
    assert done == [f"bumps {__version__}\n"]


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["dmeo"], "did you mean demo?"),
        (["db", "verfy", "x"], "did you mean verify or recover?"),
        (["verify", "x"], "did you mean db verify?"),
        (["db", "stat", "--jsn", "x"], "did you mean --json?"),
        (["db", "stat"], "bumps db stat --help"),
        (["qqqqq"], "bumps --help"),
        (["run", "--max-steps", "0", "-x", "Q"], "bumps run --help"),
        (["profile", "--attach", "1"], "ps -u $USER | grep bumps shows yours"),
        (["profile", "--flame", "/nowhere/x.svg", "-x", "Q"], "mkdir -p /nowhere"),
        (["bench", "report", __file__], "bumps bench db --save FILE makes one"),
        (["demo", "--keep", __file__], "choose another name"),
    ],
)
def test_what_was_mistyped_gets_a_hint_and_status_2(arguments: list[str], hint: str, capsys: Capture) -> None:
    assert main.run(arguments) == 2

    message, last = capsys.readouterr().err.splitlines()
    assert message.startswith("bumps: ") and last == f"hint: {hint}"


@pytest.mark.parametrize("command", ["profile --chrome FILE -x W", "bench db --save FILE", "bench interp --save FILE"])
def test_a_file_of_results_that_may_not_be_written_is_refused_before_anything_runs(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)

    assert main.run(command.replace("FILE", str(tmp_path / "found.json")).split()) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[0].endswith("found.json: it cannot be written")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (BumpsError("x"), 2),
        (MError("x", name="DIVZERO", number=150373210, mcode="M9"), 1),
        (PermissionError(13, "Permission denied", "/x"), 2),
        (RecursionError(), 2),
        (KeyboardInterrupt(), 130),
        (click.Abort(), 130),
        (BrokenPipeError(), 0),
    ],
)
def test_an_error_ends_with_its_status(
    error: BaseException, status: int, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(main, "_drop_standard_output", lambda: None)
    failing(monkeypatch, error)

    assert main.run([]) == status
    assert "Traceback" not in capsys.readouterr().err


def test_debug_adds_the_traceback(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setenv("BUMPS_DEBUG", "1")
    failing(monkeypatch, BumpsError("what, where"))

    assert main.run([]) == 2
    shown = capsys.readouterr().err
    assert "Traceback" in shown and shown.endswith("bumps: what, where\n")


def test_a_reader_that_goes_away_ends_the_command_quietly() -> None:
    code = "import sys; from bumps.tools.main import main; main(['explain'])"
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()

    assert process.stderr.read() == b""
    assert process.wait() == 0

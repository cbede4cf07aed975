"""bumps profile --attach: a program that runs is looked at for a while, by its own user, and goes on as before."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bumps.errors import UsageError
from bumps.tools import attach, main
from bumps.tools.listening import SIGNAL, listening

ROOT = Path(__file__).resolve().parent.parent
Capture = pytest.CaptureFixture[str]

ROUTINE = """LOOP ; until it is told to end
 W "ready",! S N=0
 F  S N=N+1 D WORK(N) Q:$D(^STOP)
 W N>0,!
 Q
WORK(X) S Y=X*2
 D
 . S Z=$$F(X)
 Q
F(X) Q X+1
"""
needs_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="who attaches needs /proc")


@pytest.fixture(autouse=True)
def folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    (folder / "LOOP.m").write_text(ROUTINE)
    return folder


def started(*options: str) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "bumps", "run", *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(words, stdout=subprocess.PIPE, env=environment, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.fixture
def ended() -> Iterator[list[subprocess.Popen[str]]]:
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.kill()
        process.communicate()


@needs_proc
@pytest.mark.slow
@pytest.mark.parametrize("tier", ["closures", "generated", "auto"])
def test_a_program_that_runs_is_profiled_twice_and_goes_on(
    tier: str, folder: Path, ended: list[subprocess.Popen[str]], capfd: Capture
) -> None:
    process = started("--tier", tier, "LOOP")
    ended.append(process)
    time.sleep(0.3)
    for _ in range(2):
        assert (
            main.run(["profile", "--attach", str(process.pid), "--seconds", "0.3", "--json", "--flame", "f.svg"]) == 0
        )
        found = json.loads(capfd.readouterr().err)
        labels = {each["label"]: each for each in found["labels"]}
        assert {"WORK^LOOP", "F^LOOP"} <= set(labels) <= {"LOOP^LOOP", "WORK^LOOP", "F^LOOP"}
        assert abs(labels["WORK^LOOP"]["entered"] - labels["F^LOOP"]["entered"]) <= 1
        assert found["steps"] == sum(each["self_steps"] for each in found["labels"]) > 0
        if tier == "closures":  # a generated function that runs already may have calls written in place
            assert labels["LOOP^LOOP"]["total_steps"] == found["steps"]
    assert (folder / "f.svg").exists()
    process.terminate()
    assert process.wait(20) == 143
    assert sorted(path.name for path in attach.folder().iterdir()) == []


@needs_proc
@pytest.mark.slow
def test_a_program_that_ends_meanwhile_answers_at_its_end(ended: list[subprocess.Popen[str]], capfd: Capture) -> None:
    process = started("-x", 'W "ready",! F I=1:1:20 H .05')
    ended.append(process)
    assert main.run(["profile", "--attach", str(process.pid), "--seconds", "100", "--json"]) == 0
    assert json.loads(capfd.readouterr().err)["steps"] >= 0
    assert process.wait(20) == 0


@needs_proc
@pytest.mark.slow
def test_a_program_that_is_traced_says_so(ended: list[subprocess.Popen[str]], capfd: Capture) -> None:
    process = started("--trace-file", os.devnull, "LOOP")
    ended.append(process)
    assert main.run(["profile", "--attach", str(process.pid), "--seconds", "1"]) == 2
    assert "it is traced or profiled already" in capfd.readouterr().err


@needs_proc
@pytest.mark.parametrize("words", [[], ["bumps"]])
def test_who_does_not_listen_is_not_disturbed(words: list[str], capfd: Capture) -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(20)", *words]) as process:
        assert main.run(["profile", "--attach", str(process.pid)]) == 2
        assert "it is no `bumps run` that runs a program" in capfd.readouterr().err
        assert process.poll() is None
        process.kill()
    assert main.run(["profile", "--attach", str(process.pid)]) == 2
    assert "there is none, or it is not yours" in capfd.readouterr().err


@needs_proc
def test_the_program_of_another_user_gets_no_signal(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: Capture
) -> None:
    other = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: other)
    monkeypatch.setattr(os, "kill", lambda *_: pytest.fail("a signal was sent"))
    assert main.run(["profile", "--attach", str(os.getpid())]) == 2
    assert "it is another user's" in capfd.readouterr().err
    assert sorted(path.name for path in folder.iterdir()) == ["LOOP.m"]


def test_the_folder_of_another_user_is_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = os.geteuid() + 1
    (folder / f"bumps-attach-{other}").mkdir(mode=0o700)
    monkeypatch.setattr(os, "geteuid", lambda: other)
    with pytest.raises(UsageError):
        attach.folder()


def test_a_folder_that_others_can_write_is_not_used(folder: Path) -> None:
    place = attach.folder()
    assert place.parent == folder
    assert place.stat().st_mode & 0o777 == 0o700
    place.chmod(0o770)
    with pytest.raises(UsageError):
        attach.folder()
    place.rmdir()
    place.symlink_to(folder)
    with pytest.raises(UsageError):
        attach.folder()


def test_to_attach_and_to_run_exclude_each_other(capfd: Capture) -> None:
    assert main.run(["profile", "--attach", "1", "LOOP"]) == 2
    assert "--attach runs no program of its own" in capfd.readouterr().err


def request_of(token: str, seconds: float) -> str:
    return json.dumps({"token": token, "seconds": seconds, "has_slices": False})


@pytest.mark.parametrize(
    "request_text",
    [
        *["", "[]", "{}", "no"],
        *[request_of(token, 1) for token in ("../x", "a" * 31, "a" * 33, "A" * 32, f"{'a' * 32}\n")],
        *[request_of("a" * 32, seconds) for seconds in (0, -1, 86_401, float("nan"))],
    ],
)
def test_what_is_no_request_is_nothing(request_text: str, folder: Path, capfd: Capture) -> None:
    if request_text != "no":
        (attach.folder() / f"{os.getpid()}.request").write_text(request_text)
    assert main.run(["run", "-x", f'W 1 ZSY "kill -USR2 {os.getpid()}" S X=2 W X,!']) == 0
    assert capfd.readouterr().out == "12\n"
    assert list(folder.rglob("*.answer")) == []
    assert signal.getsignal(SIGNAL) == signal.SIG_DFL


def test_another_thread_does_not_listen() -> None:
    def run() -> None:
        with listening(None):  # type: ignore[arg-type]
            found.append(signal.getsignal(SIGNAL))

    found: list[object] = []
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert found == [signal.SIG_DFL]

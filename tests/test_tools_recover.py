"""tools/db_recover.py: what recovery did is said; what damage has left is saved, and what is gone is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import bumps
from bumps.batch import SET, Batch
from bumps.engine import Engine
from bumps.files import RealDisk
from bumps.options import Options
from bumps.tools.db_recover import recover


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(recover, [str(argument) for argument in arguments])


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    path = tmp_path / "clinic.bumps"
    with bumps.open(path) as database:
        for number in range(1, 31):
            database["^PAT", number].value = f"patient {number}"
    return path


def killed(path: Path) -> None:
    """Commit ten times more, and end without a close."""
    engine = Engine.open(RealDisk(), str(path), Options())
    for number in range(31, 41):
        key = engine.codec.encode((number,))
        engine.commit([Batch("PAT", bytes([SET]), [key], [b"patient %d" % number])])
    engine.abandon()


def spoil_page(path: Path) -> None:
    """Damage every leaf with patients."""
    for name in ("data", "double-write"):
        content = bytearray((path / name).read_bytes())
        at = content.find(b"patient 1")
        while at >= 0:
            content[at] ^= 1
            at = content.find(b"patient 1", at + 1)
        (path / name).write_bytes(content)


def test_a_database_that_was_killed_is_recovered_and_the_report_says_how(clinic: Path) -> None:
    killed(clinic)
    dry = run(clinic, "--dry-run", "--timeline", "--json")
    assert dry.exit_code == 0, dry.output
    found = json.loads(dry.output)
    assert found["frames_applied"] >= 10
    assert found["timeline"][0]["name"] == "checkpoint"
    assert {"redo", "end"} <= {step["name"] for step in found["timeline"]}
    assert run(clinic, "--dry-run", "--timeline").output.startswith("checkpoint  LSN ")
    assert json.loads(run(clinic, "--json").output)["frames_applied"] >= 10
    assert json.loads(run(clinic, "--json").output)["clean"] is True


def test_salvage_of_a_sound_database_misses_nothing(clinic: Path, tmp_path: Path) -> None:
    with bumps.open(clinic, mode="r") as database:
        digest = database.digest()
    done = run(clinic, "--salvage", "--into", tmp_path / "saved.bumps")
    assert done.exit_code == 0
    assert digest in done.output and "nothing is missing" in done.output


def test_salvage_names_what_it_misses_and_exits_1(clinic: Path, tmp_path: Path) -> None:
    spoil_page(clinic)
    for path in (clinic / "journal").iterdir():
        path.unlink()
    done = run(clinic, "--salvage", "--into", tmp_path / "saved.bumps", "--json")
    assert done.exit_code == 1, done.output
    found = json.loads(done.output)
    assert [gap["kind"] for gap in found["gaps"]] == ["page"]
    assert "^PAT" in found["gaps"][0]["what"]
    text = run(clinic, "--salvage", "--into", tmp_path / "again.bumps")
    assert text.exit_code == 1 and "1 gap" in text.output


def test_accepting_a_loss_says_which_commits_are_gone(clinic: Path) -> None:
    killed(clinic)
    [log] = sorted((clinic / "journal").glob("*.log"))[-1:]
    content = bytearray(log.read_bytes())
    content[content.find(b"patient 35")] ^= 1
    log.write_bytes(content)
    assert isinstance(run(clinic).exception, bumps.CorruptionError)
    plan = run(clinic, "--accept-loss", "--dry-run", "--json")
    assert plan.exit_code == 1
    done = run(clinic, "--accept-loss")
    assert done.exit_code == 1, done.output
    first, last = json.loads(plan.output)["gone"][0]
    assert f"LSN {first} to {last}" in done.output
    with bumps.open(clinic, mode="r") as database:
        assert database.get("^PAT", 34) == "patient 34" and database.get("^PAT", 35) is None
    assert not list(bumps.verify(clinic))
    again = run(clinic, "--accept-loss")
    assert again.exit_code == 0 and "sound" in again.output


@pytest.mark.parametrize("options", [["--salvage"], ["--into", "x"], ["--salvage", "--into", "x", "--dry-run"]])
def test_options_that_do_not_go_together_are_refused(clinic: Path, options: list[str]) -> None:
    assert isinstance(run(clinic, *options).exception, bumps.UsageError)

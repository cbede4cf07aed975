"""tools/stress.py: threads that mix everything are told the truth, nothing leaks, and a lie or a leak is noticed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bumps.reads import Reads
from bumps.tools import stress
from bumps.tools.stress import Sample, Stress, leaks
from bumps.torture.mutants import MUTANTS, armed


def samples(**grown: int) -> list[Sample]:
    flat = {
        "rss": 50 << 20,
        "descriptors": 10,
        "snapshots": 0,
        "pages": 4000,
        "journal_bytes": 32 << 20,
        "generation": 9,
    }
    return [
        Sample(seconds=float(number), **{name: size + grown.get(name, 0) * number for name, size in flat.items()})
        for number in range(50)
    ]


def test_what_grows_while_the_work_stays_the_same_is_a_leak() -> None:
    assert leaks(samples()) == []
    assert leaks(samples(generation=7)) == []
    assert leaks(samples(rss=20 << 10)) == []
    assert "rss grew from" in leaks(samples(rss=1 << 20))[0]
    assert "descriptors grew from" in leaks(samples(descriptors=1))[0]
    assert "pages grew from" in leaks(samples(pages=100))[0]
    assert "journal_bytes grew from" in leaks(samples(journal_bytes=16 << 20))[0]


@pytest.mark.slow
def test_threads_that_mix_everything_are_strictly_serialisable_and_leave_nothing_behind() -> None:
    done = CliRunner().invoke(stress.stress, ["--seconds", "8", "--seed", "3", "--json"])
    found = json.loads(done.stdout)
    assert done.exit_code == 0, found["problems"]
    assert found["sound"] and found["problems"] == []
    assert found["pieces"] >= 2 and found["checkpoints"] > 3 and found["restarts"] > 0
    assert set(found["counts"]) >= {"append", "read_in_snapshot", "move", "scan", "stripe", "purge"}


@pytest.mark.slow
def test_transactions_that_are_not_validated_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Reads, "conflict", lambda reads, commits: None)
    result = Stress(tmp_path / "x.bumps", threads=8, seed=1).run(20)
    problems = " ".join(result.problems)
    assert "serialisable" in problems or "lost" in problems or "on all accounts" in problems


@pytest.mark.slow
def test_snapshots_that_share_what_is_changed_are_noticed(tmp_path: Path) -> None:
    with armed(MUTANTS["freeze_without_copy"]):
        result = Stress(tmp_path / "x.bumps", threads=8, seed=1).run(20)
    assert result.problems

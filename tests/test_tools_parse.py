"""tools/parse.py, tools/bench_parse.py: what does not parse is said, and what parses gives its source back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bumps.interp import lossless
from bumps.tools import main

Capture = pytest.CaptureFixture[str]


def test_a_routine_that_round_trips_says_nothing(tmp_path: Path, capsys: Capture) -> None:
    routine = tmp_path / "R.m"
    routine.write_text('R ; a comment\n S X=1  W "a""b"   ;end\n\t. W 2\n')
    assert main.run(["parse", "--roundtrip", str(routine)]) == 0
    assert capsys.readouterr().out == ""


def test_a_tree_that_is_not_its_source_is_reported(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    routine = tmp_path / "R.m"
    routine.write_text("R Q\n")
    monkeypatch.setattr(lossless, "tokens", lambda line: iter(()))
    assert main.run(["parse", "--roundtrip", str(routine)]) == 1
    assert "ROUNDTRIP" in capsys.readouterr().out


def test_bench_parse_counts_what_it_measures(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "R.m").write_text("R Q\n")
    (tmp_path / "S.m").write_text("S Q 1\n")
    assert main.run(["bench", "parse", str(tmp_path), "--runs", "1", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["routines"], facts["bytes"]) == (2, 10)
    assert facts["mb_per_s_min"] <= facts["mb_per_s"] <= facts["mb_per_s_max"]

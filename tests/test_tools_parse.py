"""tools/parse.py, bench_parse.py, bench_worst.py: what does not parse is said; what parses gives its source back."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from bumps.interp import grammar, lossless
from bumps.limits import SOURCE_LINE_SIZE_MAX
from bumps.tools import bench_worst, main

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


def test_bench_worst_has_lines_of_the_largest_size_and_says_which_takes_too_long(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = bench_worst.lines()
    assert {SOURCE_LINE_SIZE_MAX - len(line) < 1_100 for line in lines.values()} == {True}
    good = {name for name, line in lines.items() if grammar.parse_line(line).bad is None}
    assert good == set(lines) - {"parentheses", "a number", "no M"}

    done: list[str] = []

    def two() -> list[bench_worst.Worst]:
        return [bench_worst.Worst(name, partial(done.append, name), limit) for name, limit in (("a", 1000), ("b", -1))]

    monkeypatch.setattr(bench_worst, "works", two)
    assert main.run(["bench", "worst", "--runs", "2", "--json"]) == 1
    facts = json.loads(capsys.readouterr().out)
    assert [(each["name"], each["ms_max"]) for each in facts["works"]] == [("a", 1000), ("b", -1)]
    assert len(done) == 4
    assert main.run(["bench", "worst", "--runs", "1"]) == 1
    assert "may take 1,000 ms" in capsys.readouterr().out


def test_each_of_the_worst_is_done() -> None:
    for work in bench_worst.works():
        if "IF behind IF" in work.name or work.name.endswith(bench_worst.PATTERN):
            work.run()

"""torture/parallel.py, results.py: a run in pieces is the same run, wherever and whenever they were done."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bumps.errors import UsageError
from bumps.tools.torture_report import torture_report
from bumps.tools.torture_run import torture_run
from bumps.torture import parallel, runner
from bumps.torture.engine_subject import engine_subject
from bumps.torture.results import Report
from bumps.torture.states import State


def figures(report: Report) -> dict[str, Any]:
    return {name: value for name, value in report.as_dict().items() if name != "cpu_s"}


@pytest.mark.slow
def test_a_run_is_the_sum_of_its_campaigns_whoever_ran_them() -> None:
    whole = parallel.run(Report(3), states=150)
    pieces = parallel.run(Report(3))
    parallel.run(pieces, states=150)

    assert figures(pieces) == figures(whole)
    assert whole.campaigns > 0
    assert whole.unique >= 150


@pytest.mark.slow
def test_processes_do_the_same_as_one() -> None:
    two = parallel.run(Report(1), states=200, jobs=2)
    one = Report(1)
    for seed in range(1, 1 + two.campaigns, parallel.BLOCK):
        one.merge(parallel.block(seed, parallel.BLOCK))

    assert figures(one) == figures(two)


@pytest.mark.slow
def test_a_run_goes_on_until_there_are_enough_states_and_lives() -> None:
    report = parallel.run(Report(1), states=1, lives=7)

    assert report.lives >= 7


def test_the_disk_without_a_file_is_the_one_state_that_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "sample", lambda *arguments: [State(runner.EMPTY, -1, 0, 0, 0, ())])
    report = Report()
    runner.campaign(engine_subject, 1, report)

    assert report.states > 0
    assert report.unique == sum(report.points.values()) == 0


def invoke(command: Any, *arguments: str) -> str:
    result = CliRunner().invoke(command, list(arguments), catch_exceptions=False, standalone_mode=False)
    return str(result.output)


@pytest.mark.slow
def test_a_run_goes_on_behind_what_its_file_says(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    invoke(torture_run, "--states", "1", "--seed", "1", "--save", str(path))
    first = json.loads(path.read_text())
    invoke(torture_run, "--states", str(first["unique"] + 1), "--save", str(path))
    second = json.loads(path.read_text())

    assert (first["seed"], second["seed"]) == (1, 1)
    assert second["campaigns"] > first["campaigns"]
    assert second["unique"] > first["unique"]
    with pytest.raises(UsageError, match="began with seed 1"):
        invoke(torture_run, "--states", "1", "--seed", "2", "--save", str(path))
    path.write_text("{}")
    with pytest.raises(UsageError, match="no run to go on with"):
        invoke(torture_run, "--states", "1", "--save", str(path))


def test_runs_of_different_seeds_are_added_and_of_the_same_refused(tmp_path: Path) -> None:
    made = [{**Report(seed, campaigns=2, unique=10).as_dict(), "counts": {"x": 1}} for seed in (1, 3, 4)]
    paths = [tmp_path / f"{number}.json" for number in range(3)]
    for path, figures in zip(paths, made):
        path.write_text(json.dumps(figures))
    output = str(tmp_path / "page.html")

    text = invoke(torture_report, "--run", str(paths[1]), "--run", str(paths[0]), "--output", output)
    assert "20 states" in text
    with pytest.raises(UsageError, match="seeds from 3 to 4, another begins with 4"):
        invoke(torture_report, *[part for path in paths for part in ("--run", str(path))], "--output", output)

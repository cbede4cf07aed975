"""bumps bench db, bumps bench report: turns, medians, pieces that are joined, tables, and the plot."""

from __future__ import annotations

import json
import re
import threading
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bumps.errors import BumpsError, InputError, UsageError
from bumps.tools import bench_db, bench_measure, bench_plot, bench_report, main
from bumps.tools.bench_child import Job
from bumps.tools.bench_works import plan

Capture = pytest.CaptureFixture[str]
ROOT = Path(__file__).resolve().parent.parent
RATES = {"bumps": 100.0, "sqlite3": 50.0}


def answer(job: Job, tick: Callable[[], None]) -> list[dict[str, Any]]:
    """Answer for a child: rates that grow from round to round, at other ratios."""
    rate = RATES[job.store] * job.seed * (1.5 if job.store == "bumps" and job.seed == 3 else 1)
    return [
        {"work": work, "count": job.count, "metrics": {"cpu": rate, "wall": rate / 2}, "label": ""}
        for work in job.works
    ]


def measured(only: str = "scan", rounds: int = 3, **options: Any) -> dict[str, Any]:
    """Return a result of bumps and sqlite3, measured by nobody."""
    plans = plan([only], stores=["bumps", "sqlite3"])
    return bench_measure.measure(plans, rounds=rounds, child=answer, command="bumps bench db", **options)


def test_stores_take_turns_within_a_round() -> None:
    turns = []

    def child(job: Job, tick: Callable[[], None]) -> list[dict[str, Any]]:
        turns.append((job.seed, job.store, tuple(job.works), job.count))
        return answer(job, tick)

    bench_measure.measure(plan(["scan"], stores=["bumps", "sqlite3"]), rounds=2, count=500, child=child)
    assert turns == [(turn, store, ("scan",), 500) for turn in (1, 2) for store in ("bumps", "sqlite3")]


def test_a_row_has_medians_with_least_and_greatest_and_the_ratio_of_each_round() -> None:
    (row,) = measured()["rows"]

    assert row["figures"]["sqlite3"]["cpu"] == {"median": 100, "min": 50, "max": 150}
    assert row["figures"]["bumps"]["cpu"] == {"median": 200, "min": 100, "max": 450}
    assert row["ratios"] == {"sqlite3": {metric: {"median": 2, "min": 2, "max": 3} for metric in ("cpu", "wall")}}
    assert (row["work"], row["rounds"], row["scaled"]) == ("scan", 3, False)


def test_sizes_of_one_work_are_rows_of_their_own() -> None:
    def child(job: Job, tick: Callable[[], None]) -> list[dict[str, Any]]:
        return [{"work": "growth", "count": 1, "metrics": {"get_us": 1.0}, "label": size} for size in ("1", "10")]

    result = bench_measure.measure(plan(["growth"]), rounds=1, child=child)
    assert [row["label"] for row in result["rows"]] == ["1", "10"]


def test_a_store_that_is_not_installed_is_left_out_and_named(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "lmdb", None)
    stores = []

    def child(job: Job, tick: Callable[[], None]) -> list[dict[str, Any]]:
        stores.append(job.store)
        return answer(job, tick)

    plans = plan(["scan"], stores=["bumps", "lmdb", "sqlite3"])
    result = bench_measure.measure(plans, rounds=1, child=child)
    assert stores == ["bumps", "sqlite3"]
    assert "pip install" in result["skipped"]["lmdb"]
    assert any(line.startswith("lmdb: not installed") for line in bench_report.text(result))


def test_a_child_that_fails_says_which_work_of_which_store(tmp_path: Path) -> None:
    job = Job("nonsense", "bumps", ["scan"], 5, 5, 1, str(tmp_path))

    with pytest.raises(BumpsError, match=r"scan of bumps failed: KeyError: 'nonsense'"):
        bench_measure.run_job(job, lambda: None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_an_interrupted_measurement_leaves_no_process_and_no_file(tmp_path: Path) -> None:
    job = Job("growth", "bumps", ["growth"], 10_000_000, 1000, 1, str(tmp_path))
    begun = threading.Event()

    def tick() -> None:
        if any(tmp_path.rglob("*.bumps")):
            begun.set()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bench_measure.run_job(job, tick)
    assert begun.is_set()
    assert list(tmp_path.iterdir()) == []


def test_pieces_are_joined_by_work(tmp_path: Path) -> None:
    file = str(tmp_path / "bench.json")
    bench_measure.save(file, measured("bytes"))
    bench_measure.save(file, measured("scan", rounds=2))

    rows = {row["work"]: row["rounds"] for row in bench_measure.load(file)["rows"]}
    assert rows.pop("scan") == 2
    assert set(rows.values()) == {3}
    assert list(tmp_path.iterdir()) == [tmp_path / "bench.json"]


def test_results_of_two_machines_are_not_joined(tmp_path: Path) -> None:
    file = str(tmp_path / "bench.json")
    bench_measure.save(file, {**measured(), "machine": {"cores": 1000}})

    with pytest.raises(UsageError, match="another machine"):
        bench_measure.save(file, measured())


@pytest.mark.parametrize("text", ["no JSON", "[]", '{"format": 0, "rows": []}', '{"format": 1}'])
def test_a_file_that_is_no_result_is_refused_before_anything_is_measured(
    text: str, tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "bench.json"
    file.write_text(text, encoding="ascii")

    with pytest.raises(InputError):
        bench_measure.load(str(file))
    assert main.run(["bench", "db", "--save", str(file)]) == 2
    assert file.read_text(encoding="ascii") == text


def test_each_finished_suite_is_kept() -> None:
    kept: list[list[str]] = []
    plans = plan(["scan", "tuple-scan"], stores=["bumps", "sqlite3"])
    bench_measure.measure(
        plans,
        rounds=1,
        child=answer,
        after_suite=lambda result: kept.append([row["work"] for row in result["rows"]]),
    )

    assert kept == [["scan"], ["scan", "tuple-scan"]]


def test_the_command_in_a_result_names_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ["bench", "db", "--only", "scan", "--save", "x/y.json", "--dir=/x", "--rounds", "2", "--svg", "z"]
    monkeypatch.setattr("sys.argv", ["bumps", *arguments])

    assert bench_db.command_line() == "bumps bench db --only scan --rounds 2"


@pytest.mark.slow
def test_the_command_measures_prints_saves_and_draws(tmp_path: Path, capsys: Capture) -> None:
    save, svg = tmp_path / "bench.json", tmp_path / "bench.svg"
    arguments = ["--only", "scan", "--store", "bumps", "--store", "sqlite3", "--count", "200", "--rounds", "2"]
    assert main.run(["bench", "db", *arguments, "--save", str(save), "--svg", str(svg), "--json"]) == 0

    found = json.loads(capsys.readouterr().out)
    (row,) = found["rows"]
    assert row["scaled"] and row["counts"] == {"bumps": 200, "sqlite3": 200}
    assert row["figures"]["bumps"]["cpu"]["min"] <= row["figures"]["bumps"]["cpu"]["median"]
    assert found["goals"][0]["work"] == "scan"
    assert bench_measure.load(str(save))["rows"] == found["rows"]
    assert svg.read_text(encoding="utf-8").startswith("<svg")


def test_the_list_names_works_and_stores_and_measures_nothing(capsys: Capture) -> None:
    assert main.run(["bench", "db", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert main.run(["bench", "db", "--list", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)

    assert any(line.startswith("  put-rand ") for line in lines)
    assert found["stores"]["sqlite3"]
    assert "recovery" in [suite["suite"] for suite in found["suites"] if suite["large"]]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--only", "nonsense"], "no work and no suite"),
        (["--store", "oracle"], "no store has that name"),
        (["--dir", "nowhere"], "nowhere: no such folder"),
        (["--save", "nowhere/bench.json"], "its folder is not there"),
    ],
)
def test_wrong_use_is_one_line_and_measures_nothing(arguments: list[str], words: str, capsys: Capture) -> None:
    assert main.run(["bench", "db", *arguments]) == 2
    assert words in capsys.readouterr().err


# The report


def test_the_text_says_rates_ratios_and_goals() -> None:
    text = "\n".join(bench_report.text(measured()))

    assert re.search(r"bumps +200/CPU-s \(100 - 450\)", text)
    assert re.search(r"sqlite3 +100/CPU-s \(50 - 150\) .* bumps is at 2.00x \(2.00 - 3.00\)", text)
    assert re.search(r"scan, encoded keys +1,200,000/CPU-s +2,200,000/CPU-s +200/CPU-s +NO", text)
    assert re.search(r"scan, encoded keys / sqlite3 +0.4x +0.75x +2x +yes, ambition too", text)


def test_goals_that_are_for_other_sizes_say_so() -> None:
    assert "other numbers" in bench_report.goal_lines(measured(count=500))[-1]
    assert "other numbers" not in bench_report.goal_lines(measured())[-1]


def test_tables_replace_what_is_between_the_marks_and_nothing_else() -> None:
    page = f"by hand\n{bench_report.BEGIN}\noutdated\n{bench_report.END}\nby hand too\n"
    made = bench_report.page_with(page, measured())

    assert made.startswith(f"by hand\n{bench_report.BEGIN}\n") and made.endswith(f"{bench_report.END}\nby hand too\n")
    assert "outdated" not in made and "| scan all nodes | **200 \\| 100** |" in made
    assert bench_report.page_with(made, measured()) == made


def test_a_page_without_marks_is_left_alone(tmp_path: Path, capsys: Capture) -> None:
    page, file = tmp_path / "page.md", tmp_path / "bench.json"
    page.write_text("by hand\n", encoding="ascii")
    bench_measure.save(str(file), measured())

    assert main.run(["bench", "report", str(file), "--page", str(page)]) == 2
    assert "no place for the tables" in capsys.readouterr().err
    assert page.read_text(encoding="ascii") == "by hand\n"


def test_a_saved_result_is_reported_without_measuring(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "bench.json"
    bench_measure.save(str(file), measured())

    assert main.run(["bench", "report", str(file)]) == 0
    assert "bumps is at 2.00x" in capsys.readouterr().out
    assert main.run(["bench", "report", str(file), "--goals"]) == 0
    assert capsys.readouterr().out.startswith("goal ")
    assert main.run(["bench", "report", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["goals"][0]["floor"] == 1200e3


def test_the_page_of_the_manual_is_made_of_the_result_beside_it() -> None:
    result = bench_measure.load(str(ROOT / "docs" / "performance.json"))
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")

    assert page == bench_report.page_with(page, result), "run `make bench-page`"
    assert (ROOT / "docs" / "performance.svg").read_text(encoding="utf-8") == bench_plot.svg(result)


# The plot


def bars(result: dict[str, Any]) -> list[tuple[str, float, float]]:
    """Return (store, left, right) of each bar."""
    tree = ElementTree.fromstring(bench_plot.svg(result))
    found = []
    for rect in tree.iter("{http://www.w3.org/2000/svg}rect"):
        if rect.find("{http://www.w3.org/2000/svg}title") is not None:
            left = float(rect.attrib["x"])
            found.append((rect.attrib["class"], left, left + float(rect.attrib["width"])))
    return found


def with_rate(factor: float) -> dict[str, Any]:
    """Return a result where bumps is `factor` times as fast as sqlite3."""
    result = measured()
    result["rows"][0]["ratios"]["sqlite3"]["cpu"]["median"] = factor
    return result


def test_a_bar_is_right_of_the_line_if_faster_and_left_of_it_if_slower() -> None:
    ((_, one, right),) = bars(with_rate(2))
    ((_, left, one_again),) = bars(with_rate(0.5))

    assert one == pytest.approx(one_again, abs=0.2)
    assert right - one == pytest.approx(one_again - left, abs=0.2), "twice and half are equally long"


def test_a_bar_beyond_the_scale_ends_at_its_edge() -> None:
    ((_, left, _),) = bars(with_rate(1e-9))
    ((_, _, right),) = bars(with_rate(1e9))

    assert left >= bench_plot.LABEL_WIDTH and right <= bench_plot.WIDTH - bench_plot.RIGHT + 0.1


def test_the_plot_needs_no_other_file_and_has_dark_colours() -> None:
    text = bench_plot.svg(measured("bytes"))

    assert "href" not in text and "url(" not in text and "<script" not in text
    assert "prefers-color-scheme: dark" in text


def test_a_result_without_sqlite3_is_an_empty_plot() -> None:
    result = measured()
    del result["rows"][0]["figures"]["sqlite3"]

    assert bars(result) == []

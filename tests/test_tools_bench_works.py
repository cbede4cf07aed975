"""tools/bench_works.py, bench_goals.py: names choose works, and each goal is about something that is measured."""

from __future__ import annotations

import pytest

from bumps.errors import UsageError
from bumps.tools import bench_alone, bench_child, bench_large
from bumps.tools.bench_goals import GOALS, Goal, verdicts
from bumps.tools.bench_stores import ALL
from bumps.tools.bench_works import METRICS, SUITES, WORKS, plan


def row(work: str, *, label: str = "", ratio: float | None = None, **figures: float) -> dict[str, object]:
    """Return a row of a result as far as goals look at it."""
    one = {metric: {"median": value, "min": value, "max": value} for metric, value in figures.items()}
    ratios = {} if ratio is None else {"sqlite3": {metric: {"median": ratio} for metric in figures}}
    return {"work": work, "label": label, "figures": {"bumps": one}, "ratios": ratios}


def test_without_a_name_all_is_measured_that_is_not_large() -> None:
    assert [each.suite for each in plan()] == [suite for suite in SUITES if not suite.large]
    assert [each.suite for each in plan(large=True)] == list(SUITES)


def test_a_work_and_a_suite_are_chosen_by_name_also_large_ones() -> None:
    plans = plan(["scan,order", "recovery"])

    assert [(each.suite.name, each.works) for each in plans] == [
        ("bytes", ("scan", "order")),
        ("recovery", ("recovery-54", "recovery-1k")),
    ]


def test_works_suites_and_stores_are_left_out() -> None:
    plans = plan(["bytes", "tuple"], ["tuple", "scan", "bplustree"])

    (only,) = plans
    assert only.suite.name == "bytes" and "scan" not in only.works
    assert "bplustree" not in only.stores and "bumps" in only.stores


def test_only_the_stores_that_were_named_have_a_turn() -> None:
    assert {each.stores for each in plan(stores=["sqlite3", "lmdb"])} == {("sqlite3", "lmdb"), ("sqlite3",)}


@pytest.mark.parametrize("names", [["nonsense"], ["scan,nonsense"], ["lmdb"]])
def test_a_name_that_means_nothing_is_refused(names: list[str]) -> None:
    with pytest.raises(UsageError, match="no work and no suite"):
        plan(names)


def test_nothing_left_is_an_error() -> None:
    with pytest.raises(UsageError, match="nothing is left"):
        plan(["scan"], ["bytes"])


def test_names_of_works_and_suites_are_unambiguous() -> None:
    works = [work for suite in SUITES for work in suite.works]
    alone = {suite.name for suite in SUITES if list(suite.works) == [suite.name]}

    assert len(works) == len(set(works))
    assert set(works) & {suite.name for suite in SUITES} == alone


def test_each_suite_has_a_function_and_each_of_its_stores_a_class() -> None:
    assert {suite.name for suite in SUITES} == {*bench_child.SUITES, *bench_alone.SUITES, *bench_large.SUITES}
    for suite in SUITES:
        level = "tuple" if suite.name == "tuple" else "bytes"
        assert set(suite.stores) <= {store.name for store in ALL if store.level == level}


def test_each_goal_is_about_a_work_and_a_figure_and_its_ambition_is_above_its_floor() -> None:
    for goal in GOALS:
        assert goal.work in WORKS and METRICS[goal.metric].more_is_better is not None, goal
        assert goal.floor is not None or goal.ambitious is not None
        if goal.floor is not None and goal.ambitious is not None:
            assert (goal.ambitious > goal.floor) is goal.more_is_better, goal


def test_a_rate_holds_at_its_floor_and_not_below() -> None:
    def holds(rate: float) -> list[tuple[bool | None, bool | None]]:
        return [(each.holds, each.ambition) for each in verdicts([row("put-rand", cpu=rate)])]

    assert holds(149_999) == [(False, False)]
    assert holds(150_000) == [(True, False)]
    assert holds(260_000) == [(True, True)]


def test_a_time_and_a_size_hold_at_their_floor_and_not_above() -> None:
    assert [each.holds for each in verdicts([row("open", open_cold_ms=20)])] == [True]
    assert [each.holds for each in verdicts([row("open", open_cold_ms=20.1)])] == [False]
    assert [each.holds for each in verdicts([row("size-rand", ratio=1.5, bytes=9)])] == [True]
    assert [each.holds for each in verdicts([row("size-rand", ratio=1.51, bytes=9)])] == [False]


def test_a_ratio_is_judged_where_the_other_store_was_measured() -> None:
    (rate, ratio) = verdicts([row("scan", ratio=0.39, cpu=2e6)])

    assert (rate.goal.versus, rate.holds) == ("", True)
    assert (ratio.goal.versus, ratio.reached, ratio.holds) == ("sqlite3", 0.39, False)


def test_each_size_of_a_work_has_a_verdict_of_its_own() -> None:
    rows = [row("growth", label=label, explained=value) for label, value in (("small", 1.0), ("large", 2.0))]

    assert [(each.title, each.holds) for each in verdicts(rows)] == [
        ("measured cost / predicted, small", True),
        ("measured cost / predicted, large", False),
    ]


def test_a_goal_without_a_floor_has_no_verdict_on_it() -> None:
    found = verdicts([row("tuple-put-seq", ratio=0.9, cpu_open=1e6)])

    assert [each.holds for each in found if each.goal.versus] == [None]
    assert [each.ambition for each in found if each.goal.versus] == [False]
    assert isinstance(found[0].goal, Goal)

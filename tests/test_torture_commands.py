"""bumps torture: what its commands print, and that a printed case repeats itself."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bumps.errors import UsageError
from bumps.tools.torture import torture
from bumps.torture import mutants, observe, report, stages
from bumps.torture.case import Case, parse
from bumps.torture.engine_subject import engine_subject
from bumps.torture.faultdisk import Fault
from bumps.torture.mutants import MUTANTS, Verdict, armed
from bumps.torture.runner import continuations, fault_loop, run


def output_of(*arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(torture, arguments, catch_exceptions=False)
    assert result.exit_code == status, result.output
    return result.stdout


@pytest.mark.parametrize(
    "text",
    (
        "7",
        "rot:3",
        "faults:200",
        "faults:200:pwrite,3,EIO,0,keep,10,6",
        "continuations:9:sync,4,EIO,1,revert,24",
        "exhaust:0:4",
    ),
)
def test_a_case_is_what_its_text_says(text: str) -> None:
    assert str(parse(text)) == text


@pytest.mark.parametrize(
    "text",
    ("", "x", "-1", "faults", "faults:x", "faults:1:pwrite", "faults:1:pwrite,1,EIO,0,maybe,10,6", "rot:1:2", "bad:1"),
)
def test_what_names_no_case_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no case"):
        parse(text)
    with pytest.raises(UsageError):
        output_of("replay", "--", text)


@pytest.mark.slow
def test_a_failing_call_of_the_loop_is_seen_again_by_what_is_printed() -> None:
    with armed(MUTANTS["ignore_sync_error"]):
        [failure] = fault_loop(engine_subject, seed=2, kinds=("sync",), hows=("EIO",), failures_max=1).failures
        again = stages.replay(parse(str(failure).split()[-1])).failures

    assert [str(each) for each in again] == [str(failure)]
    assert stages.replay(failure.case).failures == []


@pytest.mark.slow
def test_a_stopped_checkpoint_is_seen_again_by_what_is_printed() -> None:
    with armed(MUTANTS["no_seal_sync"]):
        failure = continuations(engine_subject, seed=9, failures_max=1).failures[0]
        again = stages.replay(parse(str(failure).split()[-1])).failures

    assert [str(each) for each in again] == [str(failure)]


@pytest.mark.slow
def test_exhaust_tries_every_state_of_a_small_workload() -> None:
    figures = json.loads(output_of("exhaust", "--steps", "1", "--json"))

    assert figures["violations"] == []
    assert figures["counts"]["points sampled"] == 0
    assert figures["states"] > 10_000 > figures["unique"] > 300


@pytest.mark.slow
def test_an_enumeration_that_finds_something_is_seen_again() -> None:
    with armed(MUTANTS["no_journal_sync"]):
        failure = stages.replay(parse("exhaust:0:1")).failures[0]
        assert stages.replay(failure.case).failures[0] == failure


@pytest.mark.slow
def test_mutants_says_what_caught_each() -> None:
    figures = json.loads(output_of("mutants", "no_journal_sync", "--json"))

    [verdict] = figures["mutants"]
    assert set(verdict) == {"name", "group", "status", "by", "case", "cpu_s"}
    assert (figures["caught"], figures["survived"], figures["equivalent"]) == (1, 0, 0)


def test_a_mutant_that_survives_is_status_1(monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = Verdict("no_meta_sync", "checkpoint", "survived", "", "", 1.0)
    monkeypatch.setattr(mutants, "gate", lambda names, jobs: iter([verdict]))

    assert "1 survived" in output_of("mutants", "no_meta_sync", status=1)


def test_a_mutant_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UsageError):
        output_of("mutants", "no_such_thing")
    assert output_of("mutants", "--list").count("\n") == len(MUTANTS)


@pytest.mark.slow
def test_what_a_long_run_must_meet_is_counted_from_outside() -> None:
    counts: Counter[str] = Counter()
    with observe.observed(counts):
        found = run(engine_subject, states_count=600, seed=1)
    before = Counter(counts)
    run(engine_subject, states_count=50, seed=1)

    assert counts == before, "nobody counts any more"
    for name in ("segment switched", "root split", "page reused", "leaf freed", "clean-close segment continued"):
        assert counts[name] > 0, name
    assert not found.failures
    assert "root split" not in observe.never_met(counts)
    assert observe.never_met(Counter()) == list(observe.SOMETIMES)


@pytest.mark.slow
def test_the_report_is_one_page_that_needs_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "torture.html"
    verdicts = [
        Verdict("one", "append", "caught", "I1: lost", "7", 0.5),
        Verdict("<two>", "append", "survived", "", "", 9.0),
    ]
    gate = {"mutants": [each.as_dict() for each in verdicts], "caught": 1, "survived": 1, "equivalent": 0}
    (tmp_path / "mutants.json").write_text(json.dumps(gate))
    (tmp_path / "exhaust.json").write_text(output_of("exhaust", "--steps", "0", "--json"))

    output_of(
        "report", "--seconds", "0.1", "--seed", "1", "--output", str(path), "--mutants", str(tmp_path / "mutants.json"),
        "--exhaust", str(tmp_path / "exhaust.json"), status=1,
    )  # fmt: skip

    text = path.read_text(encoding="utf-8")
    assert text.count("<svg") == 3
    assert "@media (prefers-color-scheme: dark)" in text
    assert "&lt;two&gt;" in text and "<two>" not in text
    assert "src=" not in text and "href=" not in text


def test_a_report_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    for text in ("[]", "{}", "x"):
        path.write_text(text)
        with pytest.raises(UsageError):
            output_of("report", "--run", str(path))


def test_a_picture_has_a_bar_for_each_row() -> None:
    drawn = report.bars([report.Bar("a", 1, "1"), report.Bar("b", 2, "2", bad=True)], what="two")

    assert drawn.count("<rect") == 2
    assert 'class="bad"' in drawn
    assert isinstance(torture, click.Group)
    assert Case("rot", 1).command == "bumps torture replay rot:1"
    assert Fault("sync", 1, "EIO") == parse("faults:1:sync,1,EIO,1,keep,10,6").fault


def figures() -> dict[str, dict[str, object]]:
    """Return what the commands print, in small."""
    return {
        "run": {
            "seed": 1, "campaigns": 1, "lives": 5, "states": 9, "unique": 8, "nested": 2, "cpu_s": 0.5,
            "violations": [], "counts": {"commit": 3}, "points": {"Write": 8},
        },
        "rot": {
            "seed": 0, "bits": 8, "size": 70_000, "pages": 80, "tried": {"bit": 400, "pair": 10, "unchecked": 5},
            "found": {"bit": 400, "pair": 10}, "missed": 0, "false_alarms": 0, "read": 30, "violations": [],
            "cpu_s": 1.0,
        },
        "mutate": {
            "seed": 0, "mutations": 300, "violations": [], "cpu_s": 1.0,
            "counts": {"checksums made right": 200, "reported": 100, "not reported": 200, "mutations": 300},
        },
        "record": {
            "seed": 0, "recordings": 2, "operations": 100, "commits": 50, "states": 70, "unique": 60, "violations": [],
            "counts": {}, "cpu_s": 1.0,
        },
        "sigkill": {
            "kills": 20, "acknowledged": 1234, "lost": 0, "partial": 0, "strange": 0, "problems": 0, "databases": 2,
            "kinds": {"M program": 10, "threads": 10}, "median_open_s": 0.02, "slowest_open_s": 0.25,
            "sound": True, "seed": 3,
        },
    }  # fmt: skip


def page_of(folder: Path, found: dict[str, dict[str, object]], *, status: int) -> str:
    arguments = []
    for name, each in found.items():
        (folder / f"{name}.json").write_text(json.dumps(each))
        arguments += [f"--{name}", str(folder / f"{name}.json")]
    output_of("report", "--output", str(folder / "page.html"), *arguments, status=status)
    return (folder / "page.html").read_text(encoding="utf-8")


def test_the_report_has_us_beside_the_others(tmp_path: Path) -> None:
    text = page_of(tmp_path, figures(), status=0)

    assert "No promise was broken." in text
    assert "400 (100.0 %)" in text and "51 (12.8 %)" in text
    assert text.count("<tr class=ours>") == 3
    assert "nothing, 20 ms (median)" in text
    assert "bumps torture rot --bits 8 --seed 0" in text


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [
        ("rot", "missed", 1), ("rot", "false_alarms", 2), ("mutate", "violations", ["<x>"]),
        ("record", "violations", ["x"]),
        ("sigkill", "lost", 1), ("sigkill", "partial", 1),
    ],
)  # fmt: skip
def test_whatever_is_broken_is_said_at_the_top(tmp_path: Path, name: str, key: str, value: object) -> None:
    found = figures()
    found[name][key] = value

    text = page_of(tmp_path, found, status=1)

    assert "promises broken" in text[: text.index("<h2>")]
    assert "<x>" not in text

"""interp: a million inputs that are nearly M are parsed and compiled, and nothing of Python's gets out.

`python -m tests.oracle.fuzz --seed N` tries a million; a failure here prints how an input is made again.
"""

from __future__ import annotations

import json
import time

import pytest

from bumps.interp import grammar
from tests.oracle import fuzz

Capture = pytest.CaptureFixture[str]

MINUTE_SEED = int(time.time()) // 60
"""A seed that no run had yet, the same in all workers of a run."""


def found_in(seed: int, count: int) -> str:
    """Return what is wrong with the inputs of a seed, as a failure shows it."""
    report = fuzz.fuzz(seed, 0, count)
    assert report.count == count and report.good > count // 10, "not all of them are nonsense"
    return "\n".join(map(str, [f"seed {seed}", *report.findings])) if report.finding_count else ""


@pytest.fixture(scope="module", autouse=True)
def corpus() -> None:
    """Read the real lines that inputs are made of once, before the clock of any test runs."""
    fuzz.corpus()


@pytest.mark.parametrize("seed", range(1, 7))
def test_500_inputs_that_are_nearly_m_are_parsed_and_compiled_and_given_back(seed: int) -> None:
    assert found_in(seed, 500) == ""


@pytest.mark.slow
def test_as_many_of_a_seed_that_no_run_had_yet() -> None:
    assert found_in(MINUTE_SEED, 10_000) == ""


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 104))
def test_a_hundred_thousand_are_parsed_and_compiled_and_given_back(seed: int) -> None:
    assert found_in(seed, 100_000) == ""


def test_an_input_depends_on_its_seed_and_its_index_alone() -> None:
    maker = fuzz.Maker(5)
    made = [maker.input(index) for index in range(50)]

    assert fuzz.Maker(5).input(37) == made[37]
    assert fuzz.Maker(6).input(37) != made[37]
    assert {each.kind for each in made} == set(fuzz.KINDS)


@pytest.mark.parametrize("error", [KeyError("x"), RecursionError(), AssertionError("x")])
def test_what_an_input_raises_is_a_finding(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(text: str) -> None:
        raise error

    monkeypatch.setattr(grammar, "parse_entry", fail)
    report = fuzz.fuzz(1, 0, 100)

    assert report.finding_count == report.kinds["entry"] > 0
    assert {each.kind for each in report.findings} == {"entry"}
    assert type(error).__name__ in report.findings[0].what


def test_a_tree_that_does_not_give_back_its_source_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    parse = grammar.parse_line
    monkeypatch.setattr(grammar, "parse_line", lambda text: parse(text.replace("S", "s")))

    assert {each.kind for each in fuzz.fuzz(1, 0, 100).findings} == {"line"}


def test_an_input_that_takes_too_long_is_a_finding_and_one_without_end_is_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def endless(text: str) -> None:
        while True:
            pass

    monkeypatch.setattr(grammar, "parse_entry", endless)
    monkeypatch.setattr(fuzz, "STOP_SECONDS", 0.005)
    monkeypatch.setattr(fuzz, "SECONDS_MAX", 0.0)
    report = fuzz.fuzz(1, 0, 100)

    assert report.finding_count == 100
    assert {each.what for each in report.findings if each.kind == "entry"} == {"no end"}
    assert report.slowest is not None and report.slowest.seconds > 0


def test_the_command_prints_what_it_found_and_the_slowest_input(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fuzz.main(["--count", "60", "--seed", "3", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["count"], facts["seed"], facts["findings"]) == (60, 3, [])
    assert sum(facts["kinds"].values()) == 60
    slowest = facts["slowest"]
    assert fuzz.Maker(3).input(slowest["index"]).text == slowest["text"]

    monkeypatch.setattr(fuzz, "SECONDS_MAX", 0.0)
    assert fuzz.main(["--count", "1", "--first", str(slowest["index"]), "--seed", "3"]) == 1
    assert f"too slow: input {slowest['index']}, {slowest['kind']}" in capsys.readouterr().out

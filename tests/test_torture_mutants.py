"""torture/mutants.py: the engine without one of its durability lines is caught; the engine knows nothing of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bumps.torture import mutants
from bumps.torture.mutants import EQUIVALENT, MUTANTS, MutantError, armed, judge, rewrite

ROOT = Path(__file__).resolve().parent.parent
QUICK = ("no_journal_sync", "segment_no_directory_sync", "split_transaction", "no_page_crc")


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_fits_the_engine_and_leaves_it_as_it_was(name: str) -> None:
    before = [_bound(target) for target, _ in MUTANTS[name].patches]

    with armed(MUTANTS[name]):
        assert [_bound(target) for target, _ in MUTANTS[name].patches] != before

    assert [_bound(target) for target, _ in MUTANTS[name].patches] == before


def _bound(target: str) -> object:
    module_name, _, path = target.partition(":")
    found: object = __import__(module_name, fromlist=["_"])
    for each in path.split("."):
        found = getattr(found, each)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK)
def test_a_mutant_is_caught_soon(name: str) -> None:
    assert judge(MUTANTS[name]).status == "caught"


@pytest.mark.slow
@pytest.mark.long
def test_every_mutant_is_caught_or_its_equivalence_is_argued() -> None:
    verdicts = list(mutants.gate(jobs=3))

    assert sorted(verdict.name for verdict in verdicts if verdict.status != "caught") == sorted(EQUIVALENT)
    assert len(verdicts) - len(EQUIVALENT) >= 60


def test_every_equivalent_mutant_has_its_argument() -> None:
    text = (ROOT / "torture" / "equivalent.md").read_text(encoding="utf-8")

    assert sorted(re.findall(r"^## (\w+)$", text, re.MULTILINE)) == sorted(EQUIVALENT)
    assert set(EQUIVALENT) <= set(MUTANTS)


def test_the_engine_knows_nothing_of_torture() -> None:
    for folder in ("bumps", "btree", "wal", "recovery", "interp"):
        for path in (ROOT / folder).glob("*.py"):
            text = path.read_text(encoding="utf-8")
            assert "bumps.torture" not in text, path
            assert not [name for name in MUTANTS if f'"{name}"' in text], path


def sample(number: int) -> int:
    return number + 1


def test_a_rewrite_that_matches_nothing_or_twice_is_an_error() -> None:
    assert rewrite("number + 1", "number + 2")(sample)(1) == 3
    with pytest.raises(MutantError):
        rewrite("number + 3", "0")(sample)
    with pytest.raises(MutantError):
        rewrite("number", "0")(judge)

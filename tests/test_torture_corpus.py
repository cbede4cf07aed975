"""torture/corpus/: each bug that torture has found, and the case that shows it if its cure is undone.

A mutant of the catalogue undoes the cure: so an entry stays a proof when the engine changes. Beside the case
lies the script that it was shrunk to, which stays a proof when the harness changes.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bumps.torture import script, stages
from bumps.torture.case import parse
from bumps.torture.mutants import MUTANTS, armed

CORPUS = sorted((Path(__file__).resolve().parent.parent / "torture" / "corpus").glob("T??.json"))
SCRIPTS = [path.with_suffix(".script.json") for path in CORPUS]
SCREEN = 40


@pytest.mark.slow
@pytest.mark.parametrize("path", CORPUS, ids=lambda path: str(path.stem))
def test_what_was_found_once_is_found_again_only_without_its_cure(path: Path) -> None:
    entry = json.loads(path.read_text(encoding="utf-8"))
    case = parse(entry["case"])

    assert [str(failure) for failure in stages.replay(case).failures] == []
    with armed(MUTANTS[entry["mutant"]]):
        assert stages.replay(case).failures


def test_each_entry_says_what_was_found_and_what_cured_it() -> None:
    assert len(CORPUS) >= 8
    for path in CORPUS:
        entry = json.loads(path.read_text(encoding="utf-8"))
        assert set(entry) == {"case", "found", "cured", "mutant"}
        assert str(parse(entry["case"])) == entry["case"]
        assert entry["mutant"] in MUTANTS


@pytest.mark.slow
@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.name.partition(".")[0]))
def test_a_script_breaks_its_promise_only_without_the_cure(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    made = script.from_json(json.loads(text))
    entry = json.loads((path.parent / f"{path.name.partition('.')[0]}.json").read_text(encoding="utf-8"))

    assert text.count("\n") <= SCREEN
    assert script.replay(made) is None
    with armed(MUTANTS[entry["mutant"]]):
        violation = script.replay(made)
    assert violation is not None and violation.invariant == made.breaks


def test_each_script_belongs_to_an_entry() -> None:
    assert sorted(CORPUS[0].parent.glob("*.script.json")) == SCRIPTS

"""torture/corpus/: each bug that torture has found, and the case that shows it if its cure is undone.

A mutant of the catalogue undoes the cure: so an entry stays a proof when the engine changes.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bumps.torture import stages
from bumps.torture.case import parse
from bumps.torture.mutants import MUTANTS, armed

CORPUS = sorted((Path(__file__).resolve().parent.parent / "torture" / "corpus").glob("*.json"))


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

"""torture/watched.py: readers beside the writer notice each mutant of theirs, and nothing without one."""

from __future__ import annotations

import pytest

from bumps.torture import stages
from bumps.torture.case import READERS, Case, parse
from bumps.torture.mutants import MUTANTS, armed

MUTANTS_OF_READERS = [
    name
    for name in MUTANTS
    if name
    in (
        "read_set_without_values",
        "snapshot_of_later",
        "pinned_page_handed_out",
        "pinned_page_overwritten",
        "freeze_without_copy",
        "read_set_without_ranges",
        "read_set_without_gaps",
    )
]


def test_readers_beside_the_engine_see_nothing_wrong() -> None:
    report = stages.replay(parse("readers:1"))
    assert report.failures == []
    assert report.lives and report.unique


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTANTS_OF_READERS)
def test_readers_notice_each_mutant_of_theirs(name: str) -> None:
    for seed in stages.READER_SEEDS:
        with armed(MUTANTS[name]) as ran:
            report = stages.readers(seed)
        if report.failures:
            assert ran
            failure = report.failures[0]
            assert failure.case == Case(READERS, seed)
            assert str(failure).splitlines()[-1].strip() == f"bumps torture replay readers:{seed}"
            return
    raise AssertionError(f"{name} survives")

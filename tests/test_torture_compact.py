"""torture/stages.py, compactions: no power cut loses what was promised, and mutants are caught."""

from __future__ import annotations

import pytest

from bumps.torture.case import COMPACTION, Case, parse
from bumps.torture.mutants import MUTANTS, armed
from bumps.torture.stages import compactions, replay


def test_no_crash_state_of_a_compaction_loses_what_was_promised() -> None:
    report = compactions(0, 600)
    assert [str(failure) for failure in report.failures] == []
    assert report.counts["compact"] > 0


@pytest.mark.slow
@pytest.mark.long
def test_no_crash_state_of_twenty_thousand_compactions_loses_what_was_promised() -> None:
    report = compactions(1000, 20_000)
    assert [str(failure) for failure in report.failures] == []
    assert report.counts["compact"] > 100 and report.counts["sealed set used in recovery"] > 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["file_cut_before_seal", "cut_one_page_more", "given_up_still_used"])
def test_a_mutant_of_compaction_is_caught_and_its_case_repeats_it(name: str) -> None:
    with armed(MUTANTS[name]):
        report = compactions(0, 4000)
        assert report.failures
        case = parse(str(report.failures[0].case))
        assert case == Case(COMPACTION, report.failures[0].case.seed)
        assert replay(case).failures

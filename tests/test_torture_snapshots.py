"""torture/snapshots.py: a snapshot stays what it was, and a transaction that commits has read what was there."""

from __future__ import annotations

import itertools

import pytest

from bumps.torture import stages
from bumps.torture.case import SNAPSHOTS, Case, parse
from bumps.torture.mutants import MUTANTS, armed


def test_snapshots_and_transactions_of_a_few_seeds_hold() -> None:
    reports = [stages.replay(parse(f"snapshots:{seed}")) for seed in range(4)]

    assert [str(failure) for report in reports for failure in report.failures] == []
    counts = sum((report.counts for report in reports), reports[0].counts - reports[0].counts)
    for name in ("snapshot looked at", "checkpoint under a snapshot", "transaction committed", "transaction restarted"):
        assert counts[name] > 5, name
    for name in ("checkpoint given up", "checkpoint given up beside changes", "commit without memory done"):
        assert counts[name], name


@pytest.mark.slow
@pytest.mark.parametrize(
    "mutant", ["half_applied_kept", "thaw_forgets_freed", "thaw_forgets_dead", "thaw_forgets_orphans"]
)
def test_two_sessions_of_sixty_meet_what_is_rare(mutant: str) -> None:
    with armed(MUTANTS[mutant]):
        caught = (seed for seed in range(60) if stages.snapshot(seed).failures)

        assert len(list(itertools.islice(caught, 2))) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mutant", "invariant"),
    [
        ("freeze_without_copy", "I3"),
        ("pinned_page_overwritten", ""),
        ("pinned_page_handed_out", ""),
        ("read_set_without_ranges", "I20"),
        ("read_set_without_gaps", "I20"),
    ],
)
def test_each_mutant_of_snapshots_is_caught_and_seen_again(mutant: str, invariant: str) -> None:
    with armed(MUTANTS[mutant]):
        failure = stages.first_failure(SNAPSHOTS, 0)
        assert failure is not None
        assert stages.replay(failure.case).failures
    assert invariant in ("", failure.violation.invariant)
    assert stages.replay(failure.case).failures == []
    assert failure.case == Case(SNAPSHOTS, failure.case.seed)

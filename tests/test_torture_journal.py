"""wal/ under torture: the journal alone keeps its promises in every legal crash state."""

from __future__ import annotations

import random

import pytest

from bumps.torture.runner import fault_loop, run
from tests.journal_store import Journal


def journal(rng: random.Random) -> Journal:
    return Journal(rng.choice(((2048, 2048), (2048, 8192), (4096, 4096))), rng.choice((512, 512, 4096)))


@pytest.mark.slow
def test_a_power_cut_loses_nothing_that_the_journal_promised() -> None:
    report = run(journal, states_count=1500)

    assert [str(failure) for failure in report.failures] == []
    assert report.counts["torn tail cut"] > 0
    assert report.counts["adoption by copy"] > 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_a_failed_call_loses_nothing_that_the_journal_promised(seed: int) -> None:
    report = fault_loop(journal, seed=seed)

    assert [str(failure) for failure in report.failures] == []

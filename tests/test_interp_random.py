"""Random expressions, lines of commands and programs do the same on bumps and on GT.M, or end with the same error.

A failure prints the kind and the seed of each difference; `python -m tests.oracle.shrink` makes a program smaller.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import needs
from tests.oracle import gtm
from tests.oracle.differential import Comparison, fresh_seed

pytestmark = list(needs.GTM)

SHOWN_COUNT_MAX = 5


@pytest.fixture
def comparison() -> Iterator[Comparison]:
    """Return what compares, and fail if it found anything."""
    with gtm.Oracle() as oracle:
        found = Comparison(oracle)
        yield found
    shown = "\n\n".join(map(str, found.found[:SHOWN_COUNT_MAX]))
    assert not found.found, f"{len(found.found)} of {found.case_count} cases differ\n{shown}"
    assert found.silent_count <= found.case_count // 100, "GT.M ends most cases"


def test_500_random_expressions_agree_with_gtm(comparison: Comparison) -> None:
    comparison.expressions(1, 500)


@pytest.mark.slow
def test_2000_random_lines_agree_with_gtm(comparison: Comparison) -> None:
    comparison.lines(1, 2_000)


@pytest.mark.slow
def test_300_random_programs_agree_with_gtm(comparison: Comparison) -> None:
    comparison.programs(1, 200, has_traps=False)
    comparison.programs(1, 100, has_traps=True)


@pytest.mark.slow
def test_cases_of_a_seed_that_no_run_had_yet_agree_with_gtm(comparison: Comparison) -> None:
    seed = fresh_seed()
    comparison.expressions(seed, 1_000)
    comparison.lines(seed, 1_000)


# 100,000 cases: 8 x 7,500 expressions, 8 x 4,500 lines, 8 x 500 programs. docs/language.md says what they gave.

SEEDS = tuple(range(20_261_125_000_000, 20_261_133_000_000, 1_000_000))


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_7500_random_expressions_agree_with_gtm(comparison: Comparison, seed: int) -> None:
    comparison.expressions(seed, 7_500)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_4500_random_lines_agree_with_gtm(comparison: Comparison, seed: int) -> None:
    comparison.lines(seed, 4_500)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_500_random_programs_agree_with_gtm(comparison: Comparison, seed: int) -> None:
    comparison.programs(seed, 350, has_traps=False)
    comparison.programs(seed, 150, has_traps=True)

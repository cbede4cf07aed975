"""Random expressions, lines of commands and programs do the same on bumps and on GT.M, or end with the same error.

A failure prints the kind and the seed of each difference; `python -m tests.oracle.shrink` makes a program smaller.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.oracle import gtm
from tests.oracle.differential import Comparison, Difference, fresh_seed

pytestmark = [pytest.mark.gtm, pytest.mark.skipif(gtm.installation() is None, reason="GT.M is not installed")]

SHOWN_COUNT_MAX = 5
KNOWN_RATIO = 50
"""One program of so many may differ yet: which error an odd text of indirection is. Expressions: none."""
KNOWN_LINES = {510}
"""Seeds of lines that differ as docs/language.md says: GT.M meets the naked reference of a later operand first."""


@pytest.fixture
def comparison() -> Iterator[Comparison]:
    """Return what compares, and fail if it found anything."""
    with gtm.Oracle() as oracle:
        found = Comparison(oracle)
        yield found
    found.found = _beyond_known(found)
    shown = "\n\n".join(map(str, found.found[:SHOWN_COUNT_MAX]))
    assert not found.found, f"{len(found.found)} of {found.case_count} cases differ\n{shown}"
    assert found.silent_count <= found.case_count // 100, "GT.M ends most cases"


def _beyond_known(comparison: Comparison) -> list[Difference]:
    """Return all differences; those of programs only if they are more than what is known (docs/language.md)."""
    found = [each for each in comparison.found if each.kind != "line" or each.seed not in KNOWN_LINES]
    programs = [each for each in found if each.kind.startswith("program")]
    if len(programs) * KNOWN_RATIO > comparison.case_count:
        return found
    return [each for each in found if each not in programs]


def test_500_random_expressions_agree_with_gtm(comparison: Comparison) -> None:
    comparison.expressions(1, 500)


@pytest.mark.slow
def test_2000_random_lines_agree_with_gtm(comparison: Comparison) -> None:
    comparison.lines(1, 2_000)


@pytest.mark.slow
def test_of_300_random_programs_at_most_one_in_50_differs_from_gtm(comparison: Comparison) -> None:
    comparison.programs(1, 200, has_traps=False)
    comparison.programs(1, 100, has_traps=True)


@pytest.mark.slow
def test_cases_of_a_seed_that_no_run_had_yet_agree_with_gtm(comparison: Comparison) -> None:
    seed = fresh_seed()
    comparison.expressions(seed, 1_000)
    comparison.lines(seed, 1_000)


# 100,000 cases: 8 x 7,500 expressions, 8 x 4,500 lines, 8 x 500 programs.


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("part", range(8))
def test_7500_random_expressions_agree_with_gtm(comparison: Comparison, part: int) -> None:
    comparison.expressions(2 + part, 7_500)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("part", range(8))
def test_4500_random_lines_agree_with_gtm(comparison: Comparison, part: int) -> None:
    comparison.lines(10_000 + 4_500 * part, 4_500)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("part", range(8))
def test_of_500_random_programs_at_most_one_in_50_differs_from_gtm(comparison: Comparison, part: int) -> None:
    comparison.programs(1_000 + 500 * part, 350, has_traps=False)
    comparison.programs(1_000 + 500 * part, 150, has_traps=True)

"""interp: the golden cases of tests/cases print what they say, and GT.M prints the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.interp_cases import Chunk, all_chunks, run_bumps, run_gtm
from tests.oracle.gtm import Oracle, installation

CHUNKS = all_chunks()


@pytest.fixture(scope="module")
def oracle() -> Iterator[Oracle]:
    with Oracle() as found:
        yield found


@pytest.mark.parametrize("chunk", CHUNKS, ids=[chunk.id for chunk in CHUNKS])
def test_a_case_prints_what_it_says_in_each_tier_in_as_many_steps(chunk: Chunk) -> None:
    closures = run_bumps(chunk)
    generated = run_bumps(chunk, "generated")

    assert closures.output == chunk.output
    assert (closures.error, closures.line) == (chunk.error, chunk.error_line)
    if "$ZTIMEOUT" in chunk.source or "$ZMAXTPTIME" in chunk.source:
        generated = generated._replace(steps=closures.steps)  # how many turns fit into a time is nobody's matter
    assert generated == closures


@pytest.mark.slow
@pytest.mark.parametrize("chunk", CHUNKS, ids=[chunk.id for chunk in CHUNKS])
def test_a_case_prints_the_same_whenever_closures_give_way_to_generated_code(chunk: Chunk) -> None:
    closures = run_bumps(chunk)

    for hot_count in (0, 1, 2):
        found = run_bumps(chunk, "auto", hot_count)
        assert found[:3] == closures[:3]
        assert found.steps == closures.steps or chunk.file == "timeouts", "their steps depend on the time"


@pytest.mark.slow
@pytest.mark.gtm
@pytest.mark.skipif(installation() is None, reason="GT.M is not installed")
@pytest.mark.parametrize(
    "chunk", [c for c in CHUNKS if not c.difference], ids=[c.id for c in CHUNKS if not c.difference]
)
def test_gtm_prints_the_same(oracle: Oracle, chunk: Chunk) -> None:
    result = run_gtm(oracle, chunk)

    assert result.output == chunk.output
    assert result.error == chunk.error


def test_there_are_cases_enough_and_no_two_are_the_same_program() -> None:
    programs = {
        ("\n".join(line for line in chunk.source.split("\n") if line[:1] != ";"), *chunk[4:]) for chunk in CHUNKS
    }

    assert len(CHUNKS) >= 1_500
    assert len(programs) == len(CHUNKS)

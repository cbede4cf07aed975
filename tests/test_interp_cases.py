"""interp: the golden cases of tests/cases print what they say, and GT.M prints the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bumps.interp.code_cache import CodeCache
from bumps.interp.tiers import HOT_COUNT, Tier
from tests.hostile_programs import COMPUTING, Hostile
from tests.interp_cases import Chunk, all_chunks, run_bumps, run_gtm
from tests.needs import needs_gtm
from tests.oracle.gtm import Oracle
from tests.step_counts import VARIES, golden, hostile_steps, is_timed, key_of, key_of_hostile

CHUNKS = all_chunks()
STEPS = golden()


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
    if is_timed(chunk):
        generated = generated._replace(steps=closures.steps)
    assert generated == closures
    assert STEPS.get(key_of(chunk), VARIES) in (VARIES, str(closures.steps))


@pytest.mark.parametrize("tier", ["closures", "generated"])
@pytest.mark.parametrize("hostile", COMPUTING, ids=[each.name for each in COMPUTING])
def test_a_hostile_program_takes_as_many_steps_as_ever_in_each_tier(hostile: Hostile, tier: Tier) -> None:
    assert str(hostile_steps(hostile, tier)) == STEPS[key_of_hostile(hostile)]


def test_nearly_all_cases_have_a_committed_count() -> None:
    without = [chunk.id for chunk in CHUNKS if key_of(chunk) not in STEPS]

    assert len(without) < len(CHUNKS) // 5, "python -m tests.step_counts"
    assert list(STEPS.values()).count(VARIES) < len(STEPS) // 50


@pytest.mark.slow
@pytest.mark.parametrize("chunk", CHUNKS, ids=[chunk.id for chunk in CHUNKS])
def test_a_case_prints_the_same_whenever_closures_give_way_to_generated_code(chunk: Chunk) -> None:
    closures = run_bumps(chunk)

    for hot_count in (0, 1, 2):
        found = run_bumps(chunk, "auto", hot_count)
        assert found[:3] == closures[:3]
        assert found.steps == closures.steps or chunk.file == "timeouts", "their steps depend on the time"


@pytest.fixture(scope="module")
def code_cache(tmp_path_factory: pytest.TempPathFactory) -> CodeCache:
    return CodeCache(str(tmp_path_factory.mktemp("cases") / "cache"))


@pytest.mark.slow
@pytest.mark.parametrize("chunk", CHUNKS, ids=[chunk.id for chunk in CHUNKS])
def test_a_case_prints_the_same_when_its_code_is_put_into_the_cache_and_when_it_comes_from_there(
    chunk: Chunk, code_cache: CodeCache
) -> None:
    closures = run_bumps(chunk)

    tiers: tuple[Tier, ...] = ("auto", "auto", "generated")
    for tier in tiers:  # kept without code; generated; from the cache
        found = run_bumps(chunk, tier, HOT_COUNT, code_cache)
        assert found[:3] == closures[:3]
        assert found.steps == closures.steps or is_timed(chunk), "their steps depend on the time"


@pytest.mark.slow
@needs_gtm
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

"""torture/rot.py, sweep.py: every flipped bit and every wrong page is found, and nothing sound is accused."""

from __future__ import annotations

import random

import pytest

from bumps.torture.engine_subject import PATH, engine_subject
from bumps.torture.format_checked import checked
from bumps.torture.mutants import MUTANTS, armed
from bumps.torture.rot import grow, run_rot
from bumps.torture.sweep import PAGE_COUNT_MIN, SIZE_MIN, sweep, sweep_subject


def test_rot_is_found() -> None:
    assert [str(each) for each in run_rot(engine_subject(random.Random(0)), seed=0, count=60)] == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 8))
def test_all_rot_is_found(seed: int) -> None:
    assert [str(each) for each in run_rot(engine_subject(random.Random(seed)), seed=seed, count=1000)] == []


@pytest.mark.slow
@pytest.mark.long
def test_every_byte_with_a_flipped_bit_and_every_misplaced_page_is_found() -> None:
    swept = sweep(0)

    assert swept.wrong == []
    assert swept.found == {what: count for what, count in swept.tried.items() if what != "unchecked"}
    assert swept.tried["bit"] == swept.size >= SIZE_MIN
    assert swept.pages >= PAGE_COUNT_MIN
    # The newest meta slot's page, for which the set stands, is not aimed at; a few free pages hold the same bytes.
    assert 0 <= (swept.pages - 1) ** 2 - swept.tried["pair"] < 10
    assert swept.tried["zeroed"] == swept.pages - 1
    assert swept.tried["stale"] > 100
    assert swept.tried["unchecked"] > 1000


@pytest.mark.slow
@pytest.mark.parametrize("mutant", ["reference_checksum_ignored", "no_page_crc", "page_crc_half"])
def test_the_sweep_sees_a_verify_that_looks_less(mutant: str) -> None:
    with armed(MUTANTS[mutant]):
        swept = sweep(0, ways=300)

    assert not swept.sound


def test_what_is_checked_of_a_killed_database_leaves_out_its_last_frame_and_the_set() -> None:
    closed, killed = (grow(sweep_subject(), 1, closed=closed) for closed in (True, False))
    regions = []
    for sound in (closed, killed):
        files = {path.removeprefix(f"{PATH}/"): content for path, content in sound.image.files.items()}
        regions.append({name: end for name, _, end in checked(files, closed=sound.closed)})
        assert regions[-1]["data"] == len(files["data"]), "its pages to the last"

    assert "double-write" in regions[0]
    assert "double-write" not in regions[1]

"""torture/rot.py: every flipped bit and every wrong page is found, and nothing sound is accused."""

from __future__ import annotations

import random

import pytest

from bumps.torture.engine_subject import engine_subject
from bumps.torture.rot import run_rot


def test_rot_is_found() -> None:
    assert [str(each) for each in run_rot(engine_subject(random.Random(0)), seed=0, count=60)] == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 8))
def test_all_rot_is_found(seed: int) -> None:
    assert [str(each) for each in run_rot(engine_subject(random.Random(seed)), seed=seed, count=1000)] == []

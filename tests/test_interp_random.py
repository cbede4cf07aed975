"""Random expressions have the same value on bumps and on GT.M, or end with the same error."""

from __future__ import annotations

import pytest

from tests.oracle import gtm
from tests.oracle.expressions import Generator
from tests.oracle.ours import Ours

pytestmark = pytest.mark.gtm


def differences(seed: int, count: int) -> list[tuple[str, str, str]]:
    """Return the lines that differ: the line, what GT.M says, what bumps says."""
    if gtm.installation() is None:
        pytest.skip("GT.M is not installed")
    generator = Generator(seed)
    lines = [generator.line() for _ in range(count)]
    ours = Ours()
    found: list[tuple[str, str, str]] = []
    with gtm.Oracle() as oracle:
        for line, theirs in zip(lines, oracle.ask_all(lines)):
            answer = ours.ask(line)
            if (theirs.output, theirs.code) != (answer.output, answer.code):
                found.append((line, theirs.code or theirs.output, answer.code or answer.output))
    return found


def test_500_random_expressions_agree_with_gtm() -> None:
    assert differences(seed=1, count=500) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 7))
def test_10000_random_expressions_agree_with_gtm(seed: int) -> None:
    assert differences(seed, count=10_000) == []

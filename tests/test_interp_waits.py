"""interp/waits.py: no wait of the system is so long that a `^C` which came as it began is noticed late."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bumps.interp import waits
from bumps.interp.waits import Waits

PART = 0.01


@pytest.fixture
def silent() -> Iterator[int]:
    """Yield the number of a pipe in which nothing comes."""
    reading, writing = os.pipe()
    yield reading
    os.close(reading)
    os.close(writing)


def recording(found: list[float], original: Callable[..., Any], index: int) -> Callable[..., Any]:
    """Return a function that notes the argument which says how long it waits, and then does the same."""

    def wait(*arguments: Any) -> Any:
        found.append(arguments[index])
        return original(*arguments)

    return wait


def test_a_wait_for_input_is_made_of_short_ones_and_lasts_as_long_as_it_should(
    silent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts: list[float] = []
    monkeypatch.setattr(waits, "PART_SECONDS", PART)
    monkeypatch.setattr(select, "select", recording(parts, select.select, 3))
    started = time.monotonic()

    assert Waits().select((silent,), (), 5 * PART) == ([], [])

    assert time.monotonic() - started >= 5 * PART
    assert len(parts) >= 5
    assert max(parts) <= PART


def test_a_wait_without_end_is_made_of_short_ones(silent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    parts: list[float] = []
    original = select.select

    def interrupted(*arguments: Any) -> Any:
        parts.append(arguments[3])
        if len(parts) == 4:
            raise KeyboardInterrupt  # what Python does behind a part in whose first microsecond a signal came
        return original(*arguments)

    monkeypatch.setattr(waits, "PART_SECONDS", PART)
    monkeypatch.setattr(select, "select", interrupted)

    with pytest.raises(KeyboardInterrupt):
        Waits().select((silent,), (), None)

    assert parts == [PART] * 4


def test_a_wait_of_no_time_looks_once(silent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    parts: list[float] = []
    monkeypatch.setattr(select, "select", recording(parts, select.select, 3))

    assert Waits().select((silent,), (), 0) == ([], [])
    assert parts == [0]


def test_a_hang_is_made_of_short_ones_and_lasts_as_long_as_it_should(monkeypatch: pytest.MonkeyPatch) -> None:
    parts: list[float] = []
    monkeypatch.setattr(waits, "PART_SECONDS", PART)
    monkeypatch.setattr(time, "sleep", recording(parts, time.sleep, 0))
    started = time.monotonic()

    Waits().sleep(5 * PART)

    assert time.monotonic() - started >= 5 * PART
    assert len(parts) >= 5
    assert max(parts) <= PART

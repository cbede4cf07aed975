"""interp/meter.py: every payment is counted, none goes over the end, and whoever stops a Run stops it."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bumps.interp.frames import Stopped
from bumps.interp.meter import ENDLESS, TURN_COUNT_MAX, Meter
from tests.oracle.meter_cost import WITHOUT, copy_without


def test_a_new_meter_has_counted_nothing() -> None:
    assert Meter().steps == 0
    assert not Meter().is_stopped


def test_each_turn_of_a_site_pays_its_weight() -> None:
    meter = Meter()
    site = meter.site(7)
    next(site)
    for _, turn in zip(range(9), site, strict=False):
        assert turn is None

    assert meter.steps == 7 * 10
    meter.spend(5)
    assert meter.steps == 75


def test_there_is_one_site_of_a_weight() -> None:
    meter = Meter()

    assert meter.site(3) is meter.site(3)
    assert meter.site(3) is not meter.site(4)


def test_steps_are_exact_across_many_slices() -> None:
    meter = Meter()
    site = meter.site(2)
    for number in range(1, 3 * TURN_COUNT_MAX):
        next(site)
        if number % 97 == 0:
            assert meter.steps == 2 * number


@pytest.mark.parametrize("seed", range(30))
def test_a_limit_refuses_the_payment_that_goes_over_it_and_none_before(seed: int) -> None:
    chance = random.Random(seed)
    meter = Meter()
    weights = [chance.choice((1, 2, 3, 10, 250)) for _ in range(4)]
    limit = chance.choice((0, 1, 5, 999, 20_000))
    meter.limit_steps(limit)
    paid = 0
    while True:
        weight = chance.choice(weights)
        try:
            if chance.random() < 0.1:
                meter.spend(weight)
            else:
                next(meter.site(weight))
        except Stopped as stopped:
            assert stopped.reason == "steps"
            assert paid + weight > limit
            break
        paid += weight
        assert meter.steps == paid <= limit

    assert meter.steps == paid
    assert meter.is_stopped


def test_a_limit_that_comes_in_the_middle_holds_for_slices_that_were_reserved() -> None:
    meter = Meter()
    site = meter.site(1)
    for _ in range(100):
        next(site)
    meter.limit_steps(103)
    for _ in range(3):
        next(site)

    with pytest.raises(Stopped):
        next(site)
    assert meter.steps == 103


def test_a_stopped_meter_refuses_every_payment_and_the_first_reason_counts() -> None:
    meter = Meter()
    site = meter.site(1)
    next(site)
    meter.stop("cancelled")
    meter.stop("seconds")

    with pytest.raises(Stopped, match="cancelled"):
        next(site)
    with pytest.raises(Stopped, match="cancelled"):
        next(meter.site(9))
    for _ in range(3):
        with pytest.raises(Stopped, match="cancelled"):
            meter.spend(1)
        with pytest.raises(Stopped, match="cancelled"):
            meter.attend()
    assert meter.steps == 1


def test_a_loop_is_stopped_by_another_thread() -> None:
    meter = Meter()
    begun = threading.Event()

    def stop() -> None:
        begun.wait()
        meter.stop("cancelled")

    thread = threading.Thread(target=stop)
    thread.start()

    def loop(site: Iterator[None]) -> None:
        for _ in site:
            begun.set()

    with pytest.raises(Stopped):
        loop(meter.site(1))
    thread.join()


def test_who_waits_is_told_of_a_stop_once_and_at_once_if_it_comes_late() -> None:
    meter = Meter()
    told: list[int] = []
    with meter.telling(lambda: told.append(1)):
        pass
    with meter.telling(lambda: told.append(2)):
        meter.stop("cancelled")
        meter.stop("seconds")
    with meter.telling(lambda: told.append(3)):
        assert told == [2, 3]


def test_a_check_is_made_by_the_payment_that_goes_over_its_moment() -> None:
    meter = Meter()
    moments: list[int] = []

    def check() -> tuple[int, int]:
        moments.append(meter.steps)
        return 100, ENDLESS

    meter.check_after(50, ENDLESS, check)
    site, other = meter.site(3), meter.site(1)
    for _ in range(100):
        next(site)
    for _ in range(100):
        next(other)

    assert moments == [48, 147, 246, 346]
    assert meter.steps == 400


def test_a_check_is_made_by_the_bulk_that_goes_over_its_measure_and_a_big_payment_makes_one() -> None:
    meter = Meter()
    moments: list[int] = []

    def check() -> tuple[int, int]:
        moments.append(meter.steps)
        return 10_000, 50

    meter.check_after(10_000, 20, check)
    for _ in range(30):
        next(meter.site(10))
        meter.spend(4)
    assert moments == [5 * 14 + 10, 18 * 14 + 10]

    meter.spend(1_000_000)
    assert len(moments) == 3
    assert meter.steps == 1_000_000 + 30 * 14


def test_a_check_may_stop_the_run_and_a_limit_holds_beside_it() -> None:
    meter = Meter()

    def check() -> tuple[int, int]:
        meter.stop("memory")
        return 1, 1

    meter.check_after(10, ENDLESS, check)
    site = meter.site(1)
    for _ in range(10):
        next(site)
    with pytest.raises(Stopped, match="memory"):
        next(site)

    other = Meter()
    other.check_after(10, ENDLESS, lambda: (10, ENDLESS))
    other.limit_steps(25)
    site = other.site(1)
    for _ in range(25):
        next(site)
    with pytest.raises(Stopped, match="steps"):
        next(site)


def test_what_measures_the_cost_of_the_meter_finds_all_of_it_in_the_source(tmp_path: Path) -> None:
    copy_without(tmp_path)

    assert all((tmp_path / "interp" / name).is_file() for name in WITHOUT)

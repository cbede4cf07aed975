"""tools/progress.py: one line, on a terminal, after a second, and gone at the end."""

from __future__ import annotations

import io

from bumps.tools.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_nothing_is_shown_where_there_is_no_terminal() -> None:
    stream, clock = io.StringIO(), Clock()
    with Progress("loading", "nodes", stream=stream, clock=clock) as progress:
        clock.now = 10
        progress.update(1000)

    assert stream.getvalue() == ""


def test_nothing_is_shown_in_the_first_second() -> None:
    stream, clock = Terminal(), Clock()
    with Progress("loading", "nodes", stream=stream, clock=clock) as progress:
        clock.now = 0.9
        progress.update(1000)

    assert stream.getvalue() == ""


def test_the_line_says_how_far_it_is_and_is_taken_away() -> None:
    stream, clock = Terminal(), Clock()
    with Progress("loading", "nodes", stream=stream, clock=clock) as progress:
        clock.now = 2.0
        progress.update(120_000, 300_000)
        shown = stream.getvalue()

    assert shown == "\rloading: 120,000 of 300,000 nodes, 60,000/s, 3 s left"
    assert stream.getvalue().endswith("\r" + " " * (len(shown) - 1) + "  \r")  # and a ^C behind it


def test_the_line_is_shown_a_few_times_a_second() -> None:
    stream, clock = Terminal(), Clock()
    progress = Progress("loading", "nodes", stream=stream, clock=clock)
    for tick in range(3000):
        clock.now = tick / 1000
        progress.update(tick)

    assert 8 <= stream.getvalue().count("loading") <= 11

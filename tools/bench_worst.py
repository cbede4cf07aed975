"""bumps bench worst: the longest lines and the worst patterns, in CPU time beside what they may take.

Exit status: 0 each took less than it may, 1 one took more.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from bumps.limits import FRAME_COUNT_MAX, OPERATOR_COUNT_MAX, SOURCE_LINE_SIZE_MAX
from bumps.tools import parameters

if TYPE_CHECKING:
    from bumps.globals import Globals

LINE_MS_MAX = 1000
"""A line of SOURCE_LINE_SIZE_MAX characters, parsed and compiled."""
PATTERN_MS_MAX = 50
PATTERN_TEXT_SIZE = 10_000
PATTERN = ".A.A.A.A1N"
CHOICES = '.(1A,1"a",.N).(1A,1N)1P'
CHOICES_MS_MAX = 500
"""A choice that repeats takes a step for each of its characters."""


class Worst(NamedTuple):
    """Something that is bad for those who are not careful."""

    name: str
    run: Callable[[], object]
    ms_max: int


@click.command("worst", short_help="the longest lines and the worst patterns")
@click.option("--runs", default=5, show_default=True, type=click.IntRange(1), help="How often each is done.")
@parameters.json_option
def bench_worst(runs: int, as_json: bool) -> None:
    """Parse and compile lines of 32,767 characters, and match patterns that could backtrack for ever.

    The times are medians of CPU time. Exit status: 0 each took less than it may, 1 one took more.

    \b
    bumps bench worst
    bumps bench worst --runs 1
    bumps bench worst --json
    """
    found = [measure(each, runs) for each in works()]
    if as_json:
        parameters.print_json({"runs": runs, "works": found})
    else:
        for each in found:
            click.echo(f"{each['name']:48} {each['ms']:9.2f} ms, may take {each['ms_max']:,} ms")
    raise SystemExit(int(any(each["ms"] > each["ms_max"] for each in found)))


def measure(work: Worst, runs: int) -> dict[str, Any]:
    """Return what `--json` prints of one: its name, the median of its CPU times, and what it may take."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        work.run()
        times.append(time.process_time() - start)
    return {"name": work.name, "ms": round(median(times) * 1000, 3), "ms_max": work.ms_max}


def works() -> Iterator[Worst]:
    """Yield what is measured."""
    for name, line in lines().items():
        yield Worst(f"a line of {len(line):,} characters: {name}", partial(compiled, line), LINE_MS_MAX)
    text = "a" * PATTERN_TEXT_SIZE
    for source in (PATTERN, f".E{PATTERN}", '."aa".A1N', CHOICES):
        ms_max = CHOICES_MS_MAX if source == CHOICES else PATTERN_MS_MAX
        yield Worst(f"{PATTERN_TEXT_SIZE:,} characters ?{source}", partial(matched, source, text), ms_max)


def lines() -> dict[str, str]:
    """Return lines of the largest size, by what they are full of."""

    def filled(start: str, piece: str, end: str = "") -> str:
        count = (SOURCE_LINE_SIZE_MAX - len(start) - len(end)) // len(piece)
        return start + piece * count + end

    argument = "+".join(["A(1)"] * (OPERATOR_COUNT_MAX // 2))
    return {
        "arguments": filled(" W 1", ",A"),
        "expressions": filled(f" W {argument}", f",{argument}"),
        "SET of $PIECE": filled(" S A=1", ',$P(A(B,1),"^",2)=$E(C,1,2)_D'),
        "commands": filled(" ", "Q:A  "),
        "FOR in FOR": filled(" ", "F I=1:1:2 "),
        "IF behind IF": filled(" ", "I A "),
        "TSTART in TSTART": filled(" ", "TS  "),
        "calls": filled(" W 1", ",$$F^G(.A,B)"),
        "a literal": filled(' W "', "x", '"'),
        "quotes": filled(' W "', '""', '"'),
        "parentheses": filled(" W ", "("),
        "a pattern": filled(" W A?1N", "1A"),
        "choices": filled(" W A?1(1A", ",1N", ")"),
        "a number": filled(" W ", "9"),
        "spaces": filled(" Q", " "),
        "no M": filled(" W ", "$"),
    }


def compiled(line: str) -> None:
    """Parse a line and compile it, as if a routine of it ran into it."""
    import io

    from bumps.interp.machine import PYTHON_FRAME_COUNT_MAX, Machine
    from bumps.interp.routines import Image
    from bumps.interp.source import Source

    def no_globals() -> Globals:
        raise AssertionError("nothing runs")

    machine = Machine(globals_factory=no_globals, input=io.BytesIO(), output=io.BytesIO())
    source = Source("WORST", (line,), "latin-1", ())
    compiler = machine.routine_compiler
    image = Image("WORST", "WORST.m", source, machine)
    depth = sys.getrecursionlimit()
    sys.setrecursionlimit(max(depth, FRAME_COUNT_MAX * PYTHON_FRAME_COUNT_MAX))  # what a Run has
    try:
        compiler.line(image, 0, *image.position(0))
    finally:
        sys.setrecursionlimit(depth)


def matched(source: str, text: str) -> None:
    """Compile a pattern, and match a text that it does not match, and one that it may."""
    from bumps.interp import grammar, nodes, patterns

    pattern = grammar.parse_pattern(source)
    assert isinstance(pattern, nodes.Pattern)
    matcher = patterns.compile_pattern(pattern)
    matcher.matches(text)
    matcher.matches(f"{text}1")

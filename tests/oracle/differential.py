"""Random cases on both: expressions, lines of commands, whole programs. What differs is reported by its seed.

    python -m tests.oracle.differential [--seed N] [--expressions N] [--lines N] [--programs N] [--traps N]

counts cases and prints what differs; the exit status is 1 if anything does. A case that GT.M does not end in five
seconds is not compared, but counted: random loops are bounded, random traps that call each other are not. One that
GT.M ends and bumps does not end in ten differs.
"""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tests.interp_cases import new_globals
from tests.oracle import expressions, programs
from tests.oracle.gtm import Answer, Oracle
from tests.oracle.lines import Lines
from tests.oracle.ours import Ours

PIECE_COUNT = 2_000
"""So many cases are made, asked and compared at once: memory stays small."""


SECONDS_MAX = 10


class NoEnd(BaseException):
    """A program has run for `SECONDS_MAX`. No error of M, so no trap of the program catches it."""


@contextlib.contextmanager
def ending() -> Iterator[None]:
    """Raise NoEnd if what is done meanwhile takes too much time of the CPU; only in the main thread."""

    def stop(*arguments: object) -> None:
        raise NoEnd

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS_MAX, 1)  # again, if a weak reference has swallowed the first
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


class Difference(NamedTuple):
    """One case that the two do not agree on."""

    kind: str
    seed: int
    source: str
    gtm: str
    bumps: str

    def __str__(self) -> str:
        """Return the difference as a report has it."""
        return f"{self.kind}, seed {self.seed}:\n{self.source}\n--- GT.M\n{self.gtm}\n--- bumps\n{self.bumps}"


class Comparison:
    """Compares cases with one GT.M process, and counts them."""

    def __init__(self, oracle: Oracle) -> None:
        self.oracle = oracle
        self.case_count = 0
        self.silent_count = 0
        self.found: list[Difference] = []

    def expressions(self, seed: int, count: int) -> None:
        """Compare `count` expressions; the seed of a difference makes all of them."""
        generator = expressions.Generator(seed)
        sources = [generator.line() for _ in range(count)]
        self._lines("expression", [seed] * count, sources, Ours())

    def lines(self, first: int, count: int) -> None:
        """Compare the lines of `count` seeds from `first` on."""
        seeds = range(first, first + count)
        self._lines("line", seeds, [Lines(seed).line() for seed in seeds], Ours(new_globals()))

    def programs(self, first: int, count: int, *, has_traps: bool) -> None:
        """Compare the programs of `count` seeds from `first` on."""
        for start in range(first, first + count, PIECE_COUNT):
            seeds = range(start, min(start + PIECE_COUNT, first + count))
            made = [programs.Generator(seed, has_traps=has_traps).program() for seed in seeds]
            kind = "program with traps" if has_traps else "program"
            for index, (program, theirs) in enumerate(zip(made, programs.on_gtm(self.oracle, made), strict=True)):
                if self._counts(theirs):
                    try:
                        with ending():
                            ours = programs.code_of(programs.on_bumps(program, programs.name_of(index)))
                    except NoEnd:
                        ours = ("", f"no end in {SECONDS_MAX} seconds")
                    self._compare(kind, program.seed, program.source, programs.code_of(theirs), ours)

    def _lines(self, kind: str, seeds: Iterable[int], sources: Sequence[str], ours: Ours) -> None:
        for seed, source, theirs in zip(seeds, sources, self.oracle.ask_all(sources), strict=True):
            if self._counts(theirs):
                answer = ours.ask(source)
                self._compare(kind, seed, source, (theirs.output, theirs.code), (answer.output, answer.code))

    def _counts(self, theirs: Answer) -> bool:
        """Count a case, and return whether GT.M has an answer."""
        self.case_count += 1
        self.silent_count += theirs.status == "silent"
        return theirs.status != "silent"

    def _compare(self, kind: str, seed: int, source: str, theirs: tuple[str, str], ours: tuple[str, str]) -> None:
        if theirs != ours:
            self.found.append(Difference(kind, seed, source, "\n".join(theirs), "\n".join(ours)))


def fresh_seed() -> int:
    """Return a seed that no run had yet, most likely; it leaves room for seeds counted from it."""
    return time.time_ns() // 1_000_000 % 10**9 * 1_000


def main(arguments: Sequence[str]) -> int:
    """Compare, print, and return the exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=None)
    for kind in ("expressions", "lines", "programs", "traps"):
        parser.add_argument(f"--{kind}", type=int, default=0)
    options = parser.parse_args(arguments)
    seed = fresh_seed() if options.seed is None else options.seed
    with Oracle() as oracle:
        comparison = Comparison(oracle)
        comparison.expressions(seed, options.expressions)
        comparison.lines(seed, options.lines)
        comparison.programs(seed, options.programs, has_traps=False)
        comparison.programs(seed, options.traps, has_traps=True)
    for each in comparison.found:
        sys.stdout.write(f"{each}\n\n")
    sys.stdout.write(
        f"seed {seed}: {comparison.case_count} cases, {len(comparison.found)} differences, "
        f"{comparison.silent_count} without an end on GT.M\n"
    )
    return 1 if comparison.found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

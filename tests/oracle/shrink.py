"""Make a routine smaller while bumps and GT.M still differ on it: what is left is a golden case to be.

    python -m tests.oracle.shrink [--no-traps] SEED ...

prints for each seed of programs.py the smallest routine found and what both say of it. Smaller is: without some
lines, commands or arguments, or with an expression replaced by a part of itself or by a short one.
"""

from __future__ import annotations

import argparse
import itertools
import signal
import sys
from collections.abc import Iterator, Sequence

from bumps.interp import grammar, nodes
from tests.oracle.gtm import Answer, Oracle
from tests.oracle.programs import Generator, Program, code_of, name_of, on_bumps, on_gtm

STAND_INS = ('""', "$TL", "$ES")


GUARD_NAME = "ZZN"
"""The variable that ends loops: what names it stays, or the smaller routine would not end."""

SILENCE_S = 1.0


class Endless(BaseException):
    """A routine has run longer than SILENCE_S."""


def _stop(*_: object) -> None:
    raise Endless


class Shrinker:
    """Makes routines smaller with one GT.M process."""

    def __init__(self, oracle: Oracle) -> None:
        self.oracle = oracle

    def smallest(self, lines: Sequence[str]) -> list[str]:
        """Return the smallest routine found that differs; `lines` must differ."""
        best = list(lines)
        last: list[str] = []
        while best != last:
            last = best
            best = self._with_shorter_lines(self._without_lines(best))
        return best

    def answers(self, lines: Sequence[str]) -> tuple[Answer, Answer]:
        """Return what GT.M and bumps say of a routine."""
        program = Program(0, list(lines))
        (theirs,) = on_gtm(self.oracle, [program])
        return theirs, on_bumps(program, name_of(0))

    def _differs(self, lines: Sequence[str]) -> bool:
        """Return whether both come to an end, a different one."""
        program = Program(0, list(lines))
        (theirs,) = on_gtm(self.oracle, [program])
        if theirs.status == "silent":
            return False
        signal.setitimer(signal.ITIMER_REAL, SILENCE_S, SILENCE_S)
        try:
            return code_of(theirs) != code_of(on_bumps(program, name_of(0)))
        except Endless:
            return False
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _without_lines(self, lines: list[str]) -> list[str]:
        """Return fewer lines, always with the first one, which is the entry."""
        size = len(lines) // 2
        while size:
            start = 1
            while start < len(lines):
                fewer = lines[:start] + [each for each in lines[start : start + size] if _stays(each)]
                fewer += lines[start + size :]
                if len(fewer) < len(lines) and self._differs(fewer):
                    lines = fewer
                else:
                    start += size
            size //= 2
        return lines

    def _with_shorter_lines(self, lines: list[str]) -> list[str]:
        for index in range(len(lines) - 1, 0, -1):
            if _stays(lines[index]):
                continue
            before, after = lines[:index], lines[index + 1 :]
            tried = {lines[index]}
            while True:
                for line in _smaller_lines(lines[index]):
                    if line not in tried:
                        tried.add(line)
                        if grammar.parse_line(line).bad is None and self._differs([*before, line, *after]):
                            lines = [*before, line, *after]
                            break
                else:
                    break
        return lines


def _stays(line: str) -> bool:
    """Return whether a line stays: without a label, or the end of what it names, another difference may show."""
    return not line.startswith(" ") or line.startswith(" Q")


def _smaller_lines(text: str) -> Iterator[str]:
    """Yield the line without one of its commands or arguments, or with a shorter expression."""
    line = grammar.parse_line(text)
    for command in line.commands:
        if GUARD_NAME not in text[command.start : command.end]:
            yield text[: command.start] + text[command.end :].removeprefix(" ")
    for command in line.commands:
        if command.condition is not None:
            yield text[: command.condition.start - 1] + text[command.condition.end :]
        arguments = [each for each in command.arguments if each is not None]
        for left, right in itertools.pairwise(arguments):
            yield text[: left.start] + text[right.start :]
            yield text[: left.end] + text[right.end :]
    for node in line.walk():
        if not isinstance(node, nodes.Expression) or GUARD_NAME in text[node.start : node.end]:
            continue
        inner = [text[child.start : child.end] for child in node.walk() if isinstance(child, nodes.Expression)]
        whole = text[node.start : node.end]
        for shorter in sorted({*inner, *STAND_INS}, key=len):
            # A plain local that is undefined is noticed late by GT.M: docs/language.md, two errors in one command.
            if len(shorter) < len(whole) and not shorter.isalpha():
                yield text[: node.start] + shorter + text[node.end :]


def main(arguments: Sequence[str]) -> None:
    """Shrink the programs of some seeds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("seeds", nargs="+", type=int)
    parser.add_argument("--no-traps", action="store_true")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGALRM, _stop)
    with Oracle(silence_s=SILENCE_S) as oracle:
        shrinker = Shrinker(oracle)
        for seed in options.seeds:
            program = Generator(seed, has_traps=not options.no_traps).program()
            smallest = shrinker.smallest(program.lines)
            theirs, ours = shrinker.answers(smallest)
            sys.stdout.write(f"=== seed {seed}\n" + "\n".join(smallest) + "\n")
            sys.stdout.write(f"--- GT.M {theirs.ecode} {theirs.status}\n{theirs.output}\n")
            sys.stdout.write(f"--- bumps {ours.ecode} {ours.status}\n{ours.output}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])

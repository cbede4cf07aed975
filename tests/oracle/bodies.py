"""Random M programs of short bodies: blocks, labels and GOTOs that generated code writes where they are called.

programs.py makes what can be said in M; most of its labels set traps, so they have frames. Here most bodies can neither
see nor change the stack (interp/generate_calls.py), pass variables on by reference, fail in their midst, and are called
by bodies that are like them. What a trap sees of the frames that were left out is written.

A program ends by itself: each label has a loop variable of its own, and counts its calls.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.oracle.programs import Program

NAME = "T"
"""The routine that a program is run as."""

LOCALS = "ABCDI"
NEWS = (" N A", " N B,C", " N X N D,A", " N A,A", " S ZN=ZN+1 N C", " N:ZN#2 B N A")
SUB_COUNT, FUNCTION_COUNT, GOTO_COUNT = 4, 3, 3

TRAPS = (
    '"W ""["",$ST,$ZL,$P($ZS,"","",2),$ST($ST,""PLACE""),""]"" S $EC="""" Q:$Q 1 Q"',
    '"D ERR S $EC="""" Q:$Q 5 Q"',
    '"S A=7 D ERR S $EC="""" Q:$Q A Q"',
)
TAIL = (
    'ERR W "{",$ST,$ZL,",",$P($ZS,",",1,2) N Q F Q=0:1:$ST(-1) W "/",$ST(Q,"PLACE"),$ST(Q,"ECODE"),$ST(Q)',
    ' W "}" Q',
    'DUMP W ! N Q F Q="A","B","C","D","I","ZN" W Q,"=",$G(@Q),$G(@Q@(1)),$G(@Q@(2)),";"',
    " Q",
)


class BodyGenerator:
    """Makes the program of a seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.random = random.Random(seed)
        self._loop = "J"
        """The loop variable of the label that is made now."""

    def program(self) -> Program:
        """Return the program."""
        lines = [f"T N $ET S $ET={self._one(*TRAPS)}", ' S A=1,B=2,C=3,D="a^b",I=4,A(1)=5,B(2)=6,ZN=0']
        for _ in range(self.random.randint(3, 6)):
            lines += self._block(1) if self._chance(0.4) else [f" {self._command()} {self._command()}"]
        lines.append(" D DUMP Q")
        for number in range(GOTO_COUNT):
            lines += self._region(number)
        for number in range(SUB_COUNT):
            lines += self._subroutine(number)
        for number in range(FUNCTION_COUNT):
            lines += self._function(number)
        return Program(self.seed, [*lines, *TAIL])

    def _one(self, *choices: str) -> str:
        return self.random.choice(choices)

    def _chance(self, share: float) -> bool:
        return self.random.random() < share

    def _weighted(self, *choices: tuple[float, Callable[[], str]]) -> str:
        weights, makers = zip(*choices, strict=True)
        made: str = self.random.choices(makers, weights)[0]()
        return made

    # Labels

    def _block(self, depth: int) -> list[str]:
        """Return a block that runs a few times, and perhaps one in it."""
        dots = " " + ". " * depth
        self._loop = f"J{depth}"
        loop = f"F M{depth}=1:1:{self.random.randint(1, 3)} " if self._chance(0.7) else ""
        lines = [f" {'. ' * (depth - 1)}{loop}D{self._one('', '  W $T', '  S B=B+1')}"]
        lines += [dots + self._quiet() for _ in range(self.random.randint(1, 3))]
        if depth < 3 and self._chance(0.4):
            lines += self._block(depth + 1)
        if self._chance(0.4):
            lines.append(dots + self._command())
        return lines

    def _region(self, number: int) -> list[str]:
        self._loop = f"JG{number}"
        lines = [f"G{number} S ZN=ZN+1 Q:ZN>{self.random.randint(3, 30)}"]
        lines += [f" {self._quiet()}" for _ in range(self.random.randint(1, 2))]
        to = self.random.randrange(GOTO_COUNT)
        return [*lines, f" {self._one('Q', f'G G{to}', f'G:ZN#2 G{to}', 'D DUMP Q', self._quiet())}"]

    def _subroutine(self, number: int) -> list[str]:
        self._loop = f"JL{number}"
        guard = self._one("", "", "", ' N $ET S $ET="W ""<"",$ST,A,"">"" S $EC="""" Q"', " S ZN=ZN+1 Q:ZN>9", *NEWS)
        lines = [f"L{number}({self._one('X,Y', 'A,B', 'X', 'A,C', 'B,X')}){guard or ' '}"]
        lines += [f" {self._quiet(calls=number > 1).replace('A', self._one('A', 'X'))}" for _ in range(3)]
        return [*lines, self._one(" Q", " Q", " Q", " Q A", " I A Q B", f" G:A L{number}", f" Q:A  G G{number % 3}")]

    def _function(self, number: int) -> list[str]:
        self._loop = f"JF{number}"
        lines = [
            f"F{number}({self._one('X', 'A', 'B', 'X,B')}){self._one('', '', *NEWS)} S ZN=ZN+1 Q:ZN>40 0",
            f" {self._quiet().replace('Q:', 'S X=')}",
        ]
        return [*lines, f" Q {self._expression(2)}" if self._chance(0.9) else " Q"]

    # Commands

    def _command(self) -> str:
        """Return a command that may see frames, or call what does."""
        return self._weighted(
            (50, self._set),
            (10, lambda: f"I {self._expression()} {self._set()}"),
            (5, lambda: f"Q:{self._expression()}"),
            (3, lambda: f"G:{self._expression()} G{self.random.randrange(GOTO_COUNT)}"),
            (2, lambda: f"N {self._one(*LOCALS, '(A,ZN)', '$ET', 'A,B')}"),
            (3, lambda: f'X "{self._one("S A=1", "K B", "N C S C=2", "S D=A/0", "G G1")}"'),
            (20, self._do),
            (
                3,
                lambda: (
                    f"S {self._local()}=$$F{self.random.randrange(FUNCTION_COUNT)}{self._routine()}({self._actual()})"
                ),
            ),
            (2, lambda: f'S {self._local()}=@"{self._local()}"'),
            (2, lambda: f"W $ST,$ZL,{self._local()}"),
        )

    def _quiet(self, *, calls: bool = False) -> str:
        """Return a command that sees no frames, nor does what it calls in most programs."""
        return self._weighted(
            (70, self._set),
            (10, lambda: f"I {self._expression(2)} {self._set()}"),
            (5, lambda: f"E  {self._set()}"),
            (7, lambda: f"F {self._loop}=1:1:{self.random.randint(1, 3)} {self._set()}"),
            (8, lambda: f"Q:{self._expression(2)}"),
            (8 if calls else 0, lambda: f"D L{self.random.randrange(2)}({self._actual()})"),
        )

    def _do(self) -> str:
        more = f",{self._actual()}" if self._chance(0.6) else ""
        return f"D L{self.random.randrange(SUB_COUNT)}{self._routine()}({self._actual()}{more})"

    def _set(self) -> str:
        name, key = self._local(), self.random.randint(1, 2)
        return self._weighted(
            (60, lambda: f"S {name}={self._expression()}"),
            (15, lambda: f"S {name}({key})={self._expression()}"),
            (5, lambda: f"S {name}={name}_{self._expression()}"),
            (5, lambda: f"K {name}"),
            (3, lambda: f'S $P({name},"^",{key})={self._expression()}'),
            (3, lambda: f"S ^G({key})={self._expression()}"),
            (3, lambda: f"S {name}=$G(^G({key}))"),
            (6, lambda: f'W {self._expression()},""'),
        )

    # Expressions

    def _local(self) -> str:
        return self._one(*LOCALS)

    def _routine(self) -> str:
        """Return what names the routine of a label: nothing, the program itself, or none that is there."""
        return "" if self._chance(0.75) else "^NONE" if self._chance(0.1) else f"^{NAME}"

    def _actual(self) -> str:
        return self._one(f".{self._local()}", ".A", ".B", self._expression(), self._local(), "")

    def _expression(self, depth: int = 0) -> str:
        left = self._operand(depth)
        if depth > 2 or self._chance(0.5):
            return left
        return left + self._one(*"+-*_/\\#><=[&!") + self._operand(depth + 1)

    def _operand(self, depth: int) -> str:
        deeper = 1 if depth < 2 else 0
        return self._weighted(
            (35, self._local),
            (15, lambda: str(self.random.randint(-3, 9))),
            (10, lambda: self._one('"x"', '"1A"', '""', ".5", "1.25", '"a^b^c"')),
            (10, lambda: f"{self._local()}({self.random.randint(1, 2)})"),
            (5, lambda: f"$G({self._local()},3)"),
            (5, lambda: f"$D({self._local()})"),
            (5, lambda: f'$P({self._local()},"^",2)'),
            (3, lambda: f'$O({self._local()}(""))'),
            (3, lambda: "$T"),
            (2 * deeper, lambda: f"$S({self._expression(depth + 1)}:1,1:{self._expression(depth + 1)})"),
            (
                4 * deeper,
                lambda: f"$$F{self.random.randrange(FUNCTION_COUNT)}{self._routine()}({self._expression(depth + 1)})",
            ),
            (3 * deeper, lambda: f"({self._expression(depth + 1)})"),
        )

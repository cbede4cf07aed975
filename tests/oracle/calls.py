"""Random M programs of labels that call each other, and themselves, without a frame (interp/generate_late.py).

Formals and NEWs hide variables of the labels around, arrays go by reference, blocks have NEWs of their own, and from
time to time something fails. What a trap sees of the frames, and of variables that were names of Python, is written; it
changes some, and goes on in one of many ways, so that what was left out is made, used, and left out again.

A program ends by itself: each label counts its calls, and so does each trap.
"""

from __future__ import annotations

import random

from tests.oracle.programs import Program

NAMES = "ABCDE"
UNIT_COUNT = 5
CALL_COUNT = 60
"""So often labels are called at most."""

ENDS = (
    'S $EC="" Q:$Q A Q',
    'S $EC="" Q:$Q 7 Q',
    'S $EC="",B=5,C(1)="t" Q:$Q "" Q',
    'S $EC="" K A,C Q:$Q 1 Q',
    "Q",
    "Q:$Q 3 Q",
    "G GONE",
    'S $EC="" N D S D=4 ZG:ZZT=3 1:OUT Q:$Q D Q',
    'S $EC="" ZG:ZZT#4=2 $ZL-1 Q:$Q E Q',
    'S $EC="" W $$U1(2,.A) Q:$Q A Q',
    'S $ZT="W ""z"",A S $EC="""",A=1,B=2,C=3,D=4,E=5 Q:$Q 9 Q",ZZN=ZZN+9 Q:$Q 2 Q',
)
TAIL = (
    "OUT D DUMP Q",
    'GONE D DUMP S $EC="",A=3,D="gone" Q:$Q B_"g" Q',
    'ERR S ZZT=$G(ZZT)+1 W "{",$ST,$ZL,",",$P($ZS,",",1,2) N Q F Q=0:1:$ST(-1) W "/",$ST(Q,"PLACE"),$ST(Q)',
    ' W "}" D DUMP Q',
    'DUMP N Q F Q="A","B","C","D","E" W Q,"=",$G(@Q),$G(@Q@(1)),$G(@Q@(2)),";"',
    " W $T,! Q",
)


class CallGenerator:
    """Makes the program of a seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.random = random.Random(seed)
        self._loop = ""

    def program(self) -> Program:
        """Return the program."""
        trap = f"D ERR {self._one(*ENDS)}".replace('"', '""')
        kind = self._one("$ET", "$ET", "$ET", "$ET", "$ZT") if "ZT=" not in trap else "$ET"
        lines = [f'T N $ET S {kind}="{trap}"', ' S A=1,B=2,C=3,D="d",E=5,A(1)=6,C(2)=7,(ZZN,ZZT)=0']
        self._loop = "ZZI"
        for _ in range(self.random.randint(2, 4)):
            lines.append(f" {self._command()} W $T D DUMP")
        lines.append(" Q")
        for number in range(UNIT_COUNT):
            lines += self._unit(number)
        return Program(self.seed, [*lines, *TAIL])

    def _one(self, *choices: str) -> str:
        return self.random.choice(choices)

    def _chance(self, share: float) -> bool:
        return self.random.random() < share

    def _name(self) -> str:
        return self._one(*NAMES)

    # Labels

    def _unit(self, number: int) -> list[str]:
        formals = self.random.sample(NAMES, self.random.randint(1, 3))
        others = [name for name in NAMES if name not in formals]
        news = self.random.sample(others, self.random.randint(0, 2))
        self._loop = f"I{number}" if self._chance(0.5) else self._one(*others)
        if self._chance(0.6) and self._loop not in news:
            news.append(self._loop)
        lines = [f"U{number}({','.join(formals)}) {'N ' + ','.join(news) if news else ''}"]
        lines.append(f" S ZZN=ZZN+1 Q:ZZN>{CALL_COUNT} {self._one('0', '0', formals[0])}")
        for _ in range(self.random.randint(1, 4)):
            lines += self._block(1) if self._chance(0.25) else [f" {self._command()}"]
        last = (
            f" Q {self._expression(0)}"
            if self._chance(0.9)
            else self._one(" Q", f" G U{number}", f" X {self._bad()!r}")
        )
        return [*lines, last.replace("'", '"')]

    def _block(self, depth: int) -> list[str]:
        dots = " " + ". " * depth
        lines = [f"{dots[:-2]}{self._one('D', 'I A D', f'F {self._loop}=1:1:2 D')}"]
        if self._chance(0.3):
            lines.append(f"{dots}N {self._name()}")
        lines += [dots + self._command() for _ in range(self.random.randint(1, 3))]
        if depth < 2 and self._chance(0.3):
            lines += self._block(depth + 1)
        return [line.replace("D D", "D  D") for line in lines]

    # Commands

    def _command(self) -> str:
        kind = self.random.randrange(100)
        if kind < 45:
            return self._set()
        if kind < 60:
            return f"D U{self.random.randrange(UNIT_COUNT)}({self._actuals()})"
        if kind < 68:
            return f"I {self._expression(1)} {self._set()}"
        if kind < 74:
            return f"F {self._loop}=1:1:{self.random.randint(1, 3)} {self._set()}"
        if kind < 80:
            return f"I ZZN#{self.random.randint(3, 11)}=2 {self._bad()}"
        if kind < 84:
            return f"K {self._one(self._name(), self._name() + '(1)')}"
        if kind < 90:
            return f"W {self._expression(0)},{self._name()},!"
        if kind < 94:
            return f"E  {self._set()}"
        if kind < 97:
            return f"Q:{self._expression(1)} {self._name()}"
        return self._one("N A,B", 'X "S A=3"', 'S @"B"=4', f'W $O({self._name()}(""))', "W $ST", "K (A,B,ZZN,ZZT)")

    def _bad(self) -> str:
        return self._one("S A=1/0", 'S $EC=",U1,"', "S B=NONE", f"S C={self._name()}(9)", "D NONE", "S D=$$NONE(1)")

    def _set(self) -> str:
        name = self._name()
        target = self._one(name, name, name, f"{name}({self.random.randint(1, 2)})", f"({name},{self._name()})")
        return f"S {target}={self._expression(0)}"

    # Expressions

    def _actuals(self) -> str:
        actuals = [self._one(f".{self._name()}", self._expression(1), self._expression(1), "") for _ in range(3)]
        return ",".join(actuals[: self.random.randint(1, 3)])

    def _expression(self, depth: int) -> str:
        left = self._operand(depth)
        return left if self._chance(0.5) else left + self._one(*"+-*_><=") + self._operand(depth + 1)

    def _operand(self, depth: int) -> str:
        kind = self.random.randrange(100)
        if kind < 45:
            return self._name()
        if kind < 60:
            return str(self.random.randint(0, 9))
        if kind < 70:
            return f"$G({self._name()}({self.random.randint(1, 2)}),1)"
        if kind < 75:
            return f"$D({self._name()})"
        if kind < 80:
            return f"$G({self._name()})"
        if kind < 95 and depth < 2:
            return f"$$U{self.random.randrange(UNIT_COUNT)}({self._actuals() if depth == 0 else self._name()})"
        return self._one('"x"', '"1A"', "$T", ".5", f"$L({self._name()})")

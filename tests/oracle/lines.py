"""Random lines of commands for a comparison with GT.M: cheap cases between expressions.py and programs.py.

A line sets up variables, executes commands under a trap, and writes what became of everything: the error, $TEST,
$REFERENCE, $TLEVEL, all locals, both globals. Nothing is linked, so that thousands run in a second.
"""

from __future__ import annotations

from tests.oracle.programs import GUARD, LABEL_COUNT, PATTERNS, Generator, quoted

SET_UP = (
    'TRO:$TL  K  K ^A,^B S A=1,B="A",C="A(1)",D=2,A(1)=3,A("x")="p^q^r",B(1,2)="ab",I=1,ZZN=0,ZZD="W 1",'
    '^A(1)="g",^A(2,"k")=7,^B(1)=1,^A=5 I 1 '
)
TRAPPED = 'N $ET S $ET="S ZZE=$EC_$P($ZS,"","",3),$EC=""""" X ZZX S $ET="",ZZT=$T,ZZR=$REFERENCE,ZZL=$TL TRO:$TL  '
SHOWN = "W $G(ZZE),!,ZZT,ZZR,ZZL,! ZWR ?1U ZWR:$D(^A) ^A ZWR:$D(^B) ^B"


class Lines(Generator):
    """Makes the lines of a seed."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed, has_traps=False)
        self.label = LABEL_COUNT

    def line(self) -> str:
        """Return one line of M."""
        code = self.code()
        while "$ST" in code or "FAIL" in code or "$T(+" in code:  # other frames and labels
            code = self.code()
        return f"{SET_UP}S ZZX={quoted(code)} {TRAPPED}{SHOWN}"

    def code(self) -> str:
        """Return what the line executes."""
        governing = self.governing()
        self.has_for = "F " in governing
        return f"{governing}{' '.join(self.one() for _ in range(self.random.randint(1, 4)))}"

    def one(self) -> str:
        """Return a command that needs no routine."""
        return self.made(
            (
                self.simple,
                self.simple,
                self.simple,
                self.simple,
                self.xecute,
                self.transaction,
                lambda: f"N {self.pick(('A', 'I', 'B', 'D', '(ZZN,A)', '@B', 'A,B'))}",
                lambda: f"S $EC={self.pick((quoted(',U1,'), quoted(',M9,'), quoted('x'), quoted('')))}",
                lambda: f"W {self.operand(1)}?{self.pick(PATTERNS)}",
                lambda: f"S ({self.target()},{self.target()})={self.expression(1)}",
                lambda: f"ZK {self.variable()}",
                lambda: f"S A=$O(A({self.subscript()})) W A",
                lambda: f"F {self.pick(('I', 'A', 'A(1)', '@C'))}={self.range()} {GUARD}{self.simple()}",
                lambda: f"I {self.truth()} {self.simple()}",
                lambda: f"Q:{self.truth()} ",
                lambda: f"W $Q({self.queried()})",
                self.by_text,
                lambda: f"F @{self.pick((quoted('I'), quoted('A(2)'), 'C'))}={self.range()} {GUARD}{self.simple()}",
                self.walk,
                lambda: f"S @{quoted('A=2,D')}=3 ",
                lambda: f"K @{quoted('A(1),B')}",
            )
        )

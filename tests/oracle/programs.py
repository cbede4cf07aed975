"""Random M programs for a comparison with GT.M: blocks, calls, arrays, indirection, traps, transactions.

A program is a routine: lines, one of which is the entry. It ends by itself, because calls only go to later labels,
loops are short, and each label counts its calls. What it did to its variables is written at its end.

Some things are left out on purpose:

- XECUTE of a literal, conditions that are literals: GT.M decides them when it compiles (LANGUAGE 1.3).
- Odd numbers and long texts: expressions.py has them.
- Operands of `&` and `!`, which GT.M skips by a rule of its own, and the naked indicator after an error.
- A plain local that is undefined beside another error: see the row "two errors in one command" in docs/language.md.
- $QUERY of a local with a call in its subscripts: GT.M wants the local to have a value then.
- SET of $PIECE and $EXTRACT from a literal -1 to what is no literal: GT.M changes nothing then.
- An indirect control variable of FOR: GT.M may set another one behind an error in its body. lines.py has it.
- Names as subscripts that grow: keys of bumps are longer than those of GT.M may be.
- `&` and `!` in a subscript: GT.M makes the references behind them before them, so that the naked indicator differs.
- An amount of $INCREMENT that is an expression of what a call in the subscripts of the local changes.
- $STACK() behind an error in a trap.
- A trap that quits while its frame has a transaction open: GT.M runs it until the stack is full.
- The place of an error of which a trap has failed: GT.M may name the line behind (docs/language.md).
- Traps that call a label which fails again, and QUIT with a value where there is no function.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from bumps.errors import MError
from bumps.interp.machine import Machine
from tests.interp_cases import Texts, new_globals
from tests.oracle.gtm import Answer, Oracle

Choice = TypeVar("Choice")
LOCALS = "ABCD"
LABEL_COUNT = 5
GUARD = "Q:$I(ZZN)>60  "
"""It ends each loop, for its body may change the control variable."""

HEAD = (
    'T N $ET S $ET="D FAIL Q"',
    ' S A=1,B="A",C="A(1)",D=2,A(1)=3,A("x")="p^q^r",B(1,2)="ab",I=1,ZZN=0',
    ' S ^A=5,^A(1)="g",^A(2,"k")=7,^B(1)=1,ZZD="W 1"',
    " I A=D",
    ' D L0 W !,"back ",$T D DUMP Q',
    'FAIL W !,"[",$EC,"|" W:$EC\'["Z150379578" $P($ZS,",",2) W "|",$ST,"|",$T,"|",$TL,"]" S $EC="" TRO:$TL  D DUMP Q',
    'FIN W "fin",$ST,"," TRO:$TL  S $EC="" Q:$Q "f" Q',
    'DUMP W !,$TL,$T,! N ZZX,ZZY F ZZY="A","B","C","D","I","^A","^B" D',
    ' . S ZZX=ZZY W:$D(@ZZX)#10 ZZX,"=",@ZZX,! F  S ZZX=$Q(@ZZX) Q:ZZX=""  W ZZX,"=",@ZZX,!',
    " Q",
)
TRAPS = (
    '"W ""<"",$P($EC,"","",2),"">"" S $EC="""""',
    '"W ""<q"",$ST,"">"" TRO:$TL  S $EC="""" Q:$Q ""t"" Q"',
    '"W ""<up>"" TRO:$TL  Q"',
    '"G FIN"',
    '"S $EC="""" W $L($ZS,"","")"',
    '"TRO:$TL  S $EC="""" W ""<r>"" Q:$Q 7 Q"',
    '"W $ST($ST,""PLACE""),$ST($ST,""ECODE"") S $EC="""""',
    '""',
)
FAILING_TRAPS = ('"S $EC="""" W 1/0"', '"W UNDEF"')
WALKING_TRAPS = (
    '"F ZZT=4:1:$ST(-1) W $ST(ZZT),$ST(ZZT,""ECODE"") S:ZZT=$ST(-1) $EC="""""',
    '"F ZZT=4:1:$ST(-1) W $ST(ZZT,""MCODE"") S:ZZT=$ST(-1) $EC="""""',
    '"W $ST(-1),$ST TRO:$TL  S $EC="""" Q:$Q $ES Q"',
)
"""Behind an error in a trap GT.M has one level more than there was: no program has both."""
PATTERNS = (
    *("1N", ".E", "1A.E", ".N", "@(1_" + '"N"' + ")", '.(1"a",1N)', '1.(1A,1"^").E', '2(1N,1"x")', '.1"-".N'),
    *('1(.N1"^".N,.A)', '@("1"_"N")', ".2A.P", '.E1"^".E', "1(1N,1(1A,1P)).E", ".2(.N,.A)", '.E1(1"a",1"1^").E'),
)
PLACES = ("0", "1", "2", "3", "-1", "1.9", '"2x"', '""', "+D", "5")
"""Where SET of $PIECE and $EXTRACT begins and ends: odd ones, too."""


class Program(NamedTuple):
    """A routine and the seed that makes it again."""

    seed: int
    lines: list[str]

    @property
    def source(self) -> str:
        """The text of the routine."""
        return "\n".join(self.lines) + "\n"


class Generator:
    """Makes the program of a seed."""

    def __init__(self, seed: int, *, has_traps: bool = True) -> None:
        """`has_traps` says whether labels set traps of their own; without, the first error ends its label."""
        self.seed = seed
        self.has_traps = has_traps
        self.random = random.Random(seed)
        self.traps = (*TRAPS, *(FAILING_TRAPS if self.chance(0.5) else WALKING_TRAPS))
        self.label = 0
        self.has_for = False
        self.in_subscript = 0
        self.in_code = 0
        """How deep the text is that is made now, as code in a literal: XECUTE and indirection nest a little."""

    def program(self) -> Program:
        """Return the program."""
        lines = list(HEAD)
        for self.label in range(LABEL_COUNT):
            lines += self.routine()
        return Program(self.seed, lines)

    # Lines

    def routine(self) -> list[str]:
        """Return the lines of a label: a procedure, or a function where its number is odd."""
        number = self.label
        formals = ("", "(P,A)", "(P)", "(A,B)", "")[number]
        out = f" Q:{'$I(ZZN)>60' if not self.is_function else '$I(ZZN)>60 9'}"
        lines = [f"L{number}{formals}{out}"]
        if self.has_traps and self.chance(0.5):
            lines.append(f" N $ET S $ET={self.pick(self.traps)}")
        if self.chance(0.3):
            lines.append(f" N {self.pick(('I', 'A', 'B,I', '(ZZN,A,B)', '$ES', 'C', '@B', 'A,A', '(ZZN,P,C)'))}")
        for _ in range(self.random.randint(1, 6)):
            lines += self.lines_at(0)
        if self.is_function:
            lines.append(f" Q {self.expression(2, is_last=True)}")
        else:
            lines.append(" Q")
        return lines

    @property
    def is_function(self) -> bool:
        """Whether the label that is made now returns a value."""
        return self.label in (1, 3)

    def lines_at(self, depth: int) -> list[str]:
        """Return a line at a block depth, with the block it opens, if any."""
        dots = ". " * depth
        governing = self.governing()
        # A value of QUIT in a line with FOR is an error for GT.M before the line begins.
        self.has_for = "F " in governing
        prefix = f" {dots}{governing}{self.commands(self.random.randint(1, 3))}"
        if depth < 3 and self.chance(0.3):
            inner: list[str] = []
            for _ in range(self.random.randint(1, 3)):
                inner += self.lines_at(depth + 1)
            return [f"{prefix} D{self.condition_suffix()}  {self.simple()}", *inner]
        return [prefix.rstrip() if not prefix.endswith("  ") else prefix]

    def governing(self) -> str:
        """Return what governs a line, or nothing."""
        pick = self.random.random()
        if pick < 0.5:
            return ""
        if pick < 0.62:
            return f"I {self.truth()} "
        if pick < 0.66:
            return self.pick(("E  ", "I  "))
        if pick < 0.68:
            return f"I {self.truth()},{self.truth()} "
        if pick < 0.78:
            return f"F I={self.range()} {GUARD}"
        if pick < 0.82:
            return f"F {self.pick(('A(1)', 'B', '^A(1)', 'C', 'A'))}={self.range()} {GUARD}"
        if pick < 0.86:
            return f"F I={self.range()} {GUARD}Q:{self.truth()}  "
        if pick < 0.88:
            return f"S I=0 F  {GUARD}S I=I+1 Q:I>3  "
        if pick < 0.93:
            return f"F I={self.range()} {GUARD}I {self.truth()} "
        return f"I {self.truth()} F I={self.range()} {GUARD}"

    def range(self) -> str:
        """Return what FOR goes through."""
        return self.pick(
            ("1:1:2", "1:1:3", "3:-1:1", "1,2", "1:1:1", '"a",2', "1:2:4,7", "2:1:1", "A:1:3", "0:.5:1", "$G(A):1:2")
        )

    def commands(self, count: int) -> str:
        """Return commands of one line."""
        return " ".join(self.command() for _ in range(count))

    def condition_suffix(self) -> str:
        """Return a postconditional, or nothing."""
        return f":{self.truth()}" if self.chance(0.15) else ""

    # Commands

    def simple(self) -> str:
        """Return a command that calls nothing."""
        return self.made((self.set, self.set, self.write, self.write, self.kill, self.merge))

    def command(self) -> str:
        """Return any command."""
        pick = self.random.random()
        if pick < 0.62:
            return self.simple()
        if pick < 0.76:
            return self.do()
        if pick < 0.82:
            return self.xecute()
        if pick < 0.86:
            return self.made(
                (
                    lambda: f"N {self.pick(('A', 'I', 'B', 'D', '(ZZN,A)', '$ET', '@B', 'A,B'))}",
                    lambda: f"S $ET={self.trap()}",
                    lambda: f"S $EC={self.pick((chr(34) * 2, quoted(',U1,'), quoted(',M9,'), quoted('x')))}",
                )
            )
        if pick < 0.93:
            return self.transaction()
        if pick < 0.97:
            return self.quit()
        if pick < 0.98:
            return f"G:{self.truth()} FIN"
        return self.pick(
            (
                f"S{self.condition_suffix()} ({self.target()},{self.target()})={self.expression(1)}",
                f"ZK {self.variable()}",
                f"S A=$O(A({self.subscript()})) W A",
                "I  W 0",
                "W $ST,$ES,$Q",
                self.by_text(),
                self.by_text(),
                self.by_text(),
                self.walk(),
                self.walk(),
                "W:$T 5",
            )
        )

    def by_text(self) -> str:
        """Return a command whose whole argument is an indirection."""
        return self.made(
            (
                lambda: f"W @{quoted(f'$G({self.variable()}),!,$D({self.variable()})')}",
                lambda: f"S @{quoted(f'{self.variable()}={self.expression(1)},D=1')}",
                lambda: f"K @{quoted(f'{self.variable()},{self.variable()}')}",
                lambda: f"I @{quoted(f'{self.truth()},{self.truth()}')} {self.simple()}",
                lambda: f"M @{quoted(self.merge()[2:])}",
                lambda: f"N @{self.pick((quoted('A,B'), quoted('I'), quoted('(ZZN,A)'), quoted('A(1)')))}",
                lambda: f"X @{quoted('ZZD,ZZD')}",
                lambda: f"W @{self.pick(('B', 'C'))}@({self.subscript()}),@C",
                lambda: f"K @{self.pick(('B', 'C', quoted('^A')))}@({self.subscript()})",
                lambda: f"W $D(@{quoted('@B')}@({self.subscript()})),$T(@{quoted('L4')}),$T(+D)",
            )
        )

    def walk(self) -> str:
        """Return a loop over a tree."""
        start = self.pick(("A", "B", "^A", "^B", "A(1)", '^A(2,"k")', "C"))
        return self.pick(
            (
                f"S ZZW={quoted(start)} F  S ZZW=$Q(@ZZW) Q:ZZW=" + '""' + '  W ZZW,"=",@ZZW,$QL(ZZW),$QS(ZZW,1)',
                'S ZZW="" F  S ZZW=$O(A(ZZW)) Q:ZZW=""  W ZZW,$D(A(ZZW)),$O(A(ZZW,""))',
                'S ZZW="" F  S ZZW=$O(^A(ZZW),-1) Q:ZZW=""  W ZZW,$D(^(ZZW)),$O(^(ZZW))',
                f"M {self.variable()}={self.variable()} S ^(1)=2 W $D(^(1))",
                "M ZZM=A K A M A(5)=ZZM S A=1 W $Q(A),$NA(@$Q(A),1)",
            )
        )

    def trap(self) -> str:
        """Return the text of a trap; in a literal, one that no label can call again."""
        return self.pick(self.traps) if self.has_traps else quoted("D FAIL Q")

    def set(self) -> str:
        """Return a SET."""
        count = 2 if self.chance(0.2) else 1
        return f"S{self.condition_suffix()} {','.join(f'{self.target()}={self.expression(2)}' for _ in range(count))}"

    def target(self) -> str:
        """Return what SET sets."""
        pick = self.random.random()
        if pick < 0.8:
            return self.variable()
        if pick < 0.9:
            mark = self.pick(('"^"', '"a"', '""', "$G(B)", '"^q"'))
            return f"$P({self.variable()},{mark},{self.bounds()})"
        if pick < 0.96:
            return f"$E({self.variable()},{self.bounds()})"
        return self.pick(("$P(A,1)", "$E(B)", "@C", "@B"))

    def bounds(self) -> str:
        """Return a first position, and perhaps a last one."""
        first = self.pick(PLACES)
        if self.chance(0.4):
            return first
        last = self.pick(PLACES)
        return f"{first},{'3' if first == '-1' and last == '+D' else last}"

    def write(self) -> str:
        """Return a WRITE."""
        text = self.expression(2, is_last=True)
        # GT.M writes the operands of `_` one by one, so that an error in the second one comes behind the first.
        text = f"$E({text},1,99)" if "_" in text else text
        return f"W{self.condition_suffix()} {self.pick(('', '!,', '?3,', ''))}{text},{quoted(',')}"

    def kill(self) -> str:
        """Return a KILL."""
        pick = self.random.random()
        if pick < 0.8:
            return f"K{self.condition_suffix()} {self.variable()}"
        return self.pick(("K (ZZN,A,B)", "K A,B", "K @B", "K (ZZN,I,P,D)", 'K @"A,B"', "K ^A", "K I", "K (ZZN,@B)"))

    def merge(self) -> str:
        """Return a MERGE."""
        return f"M {self.variable()}={self.variable()}"

    def do(self) -> str:
        """Return a call of a later label."""
        later = [number for number in range(self.label + 1, LABEL_COUNT) if number not in (1, 3)]
        if not later:
            return self.write()
        number = self.pick(later)
        actuals = f"({self.actual()})" if number == 2 and self.chance(0.9) else ""
        name = f"L{number}"
        if self.chance(0.1):
            return f'D @"{name}{"(1)" if actuals else ""}"'
        if self.chance(0.1):
            return self.pick((f"D @({quoted(name)}){actuals}", f"D {name}{actuals},@{quoted('L4')}", "D L4+0"))
        return f"D{self.condition_suffix()} {name}{actuals}{'' if actuals else self.condition_suffix()}"

    def actual(self, *, is_last: bool = True) -> str:
        """Return an actual parameter."""
        return self.made(
            (
                lambda: self.expression(1, is_last=is_last),
                lambda: f".{self.pick(LOCALS)}",
                lambda: f".{self.pick(LOCALS)}",
                lambda: self.pick(("", ".@B", ".I", ".ZZQ")),
            )
        )

    def xecute(self) -> str:
        """Return an XECUTE of a variable."""
        if self.in_code:
            return self.write()
        self.in_code += 1
        code = self.simple() if self.chance(0.7) else f"{self.pick(('', 'I A ', f'F I=1,2 {GUARD}'))}{self.commands(2)}"
        self.in_code -= 1
        return f"S ZZC={quoted(code)} X ZZC{self.condition_suffix()}"

    def transaction(self) -> str:
        """Return something of transactions."""
        return self.pick(
            (
                "TS ",
                "TS  S ^A(1)=$G(^A(1))+1 TC ",
                "TC:$TL ",
                "TRO:$TL ",
                "TRO:$TL>1 -1",
                f"TS  {self.set()} TRO ",
                f"TS  K ^A {self.write()} TRO ",
                "W $TL",
                "TC ",
                "TRO 0",
                "TS () S A=8,^A(1)=$TR TRE:$TR<1  TC ",
                "TS (A,B):S  W $TR S A=9,B(2)=$G(B(2))+1 TRE:'$TR  W $G(A) TC ",
                "TS *:T=" + quoted("BA") + "  S D=D_1,^B(1)=D K A TRE:$TR<1  W D TRO ",
                "TRE:$TL&($TR<1) ",
            )
        )

    def quit(self) -> str:
        """Return a QUIT, with a condition or not; rarely of the wrong kind."""
        if self.in_code:
            return f"Q:{self.truth()} "
        return f"Q:{self.truth()} {self.expression(1) if self.is_function and not self.has_for else ''}"

    # Expressions

    def variable(self) -> str:
        """Return a variable: local, global, naked, or an indirection."""
        pick = self.random.random()
        if pick < 0.46:
            return f"{self.pick(LOCALS)}{self.subscripts()}"
        if pick < 0.5:
            return f"P({self.subscript()})"
        if pick < 0.75:
            return f"^{self.pick('AB')}{self.subscripts()}"
        if pick < 0.85:
            return f"^({self.subscript()}{f',{self.subscript()}' if self.chance(0.3) else ''})"
        if pick < 0.89:
            return "I"
        return self.pick(
            (
                "@B",
                "@C",
                f"@B@({self.subscript()})",
                f"@C@({self.subscript()})",
                '@"A(1)"',
                '@"^A"@(1)',
                "@$NA(A(1))",
                '@("^"_"B(1)")',
                '@"@B"',
                "@$Q(A)",
                "@$Q(^A)",
                "@D",
            )
        )

    def increment(self) -> str:
        """Return a call of $INCREMENT with an amount."""
        variable = self.variable()
        amount = self.pick(("2", "-1", ".5", "+D", quoted("3x")))
        has_call = variable[0] in f"{LOCALS}P" and any(mark in variable for mark in ("$$", "$I(", "@"))
        return f"$I({variable},{'2' if has_call else amount})"

    def queried(self) -> str:
        """Return a variable for $QUERY: a local without a call, $INCREMENT or indirection in its subscripts."""
        variable = self.variable()
        while variable[0] in f"{LOCALS}P" and any(mark in variable for mark in ("$$", "$I(", "@")):
            variable = self.variable()
        return variable

    def subscripts(self) -> str:
        """Return subscripts in parentheses, or nothing."""
        pick = self.random.random()
        if pick < 0.4:
            return ""
        if pick < 0.8:
            return f"({self.subscript()})"
        return f"({self.subscript()},{self.subscript()})"

    def subscript(self) -> str:
        """Return a subscript."""
        pick = self.random.random()
        if pick < 0.65:
            return self.pick(("1", "2", "1", '"x"', '"k"', "-1", "1.5", '"01"', "+I", "+D"))
        if pick < 0.68:
            return '""'
        self.in_subscript += 1
        text = self.expression(1)
        self.in_subscript -= 1
        return text

    def truth(self, *, is_last: bool = True) -> str:
        """Return a condition that is no literal. A plain local stands alone only if it `is_last`."""
        return self.made(
            (
                lambda: f"$D({self.variable()})",
                lambda: f"$G({self.variable()})={self.operand(0, is_last=is_last)}",
                lambda: (
                    f"{self.pick(('$G(A)', '+I', '+D', '$G(B)', '$G(I)'))}"
                    f"{self.pick(('>', '<', '=', '[', '#', *(() if self.in_subscript else '&!')))}"
                    f"{self.pick(('2', '$G(A)', '$G(D)', '$G(I)', '$G(C)'))}"
                ),
                lambda: f"'{self.pick(('A', 'B', '$T', '$D(^(1))') if is_last else ('$T', '$D(^(1))'))}",
                lambda: "$T",
                lambda: f"$G({self.variable()})?{self.pick(PATTERNS)}",
            )
        )

    def operand(self, depth: int, *, is_last: bool = False) -> str:
        """Return an expression that can be an operand."""
        text = self.expression(depth, is_last=is_last)
        return text if text.isalnum() else f"({text})"

    def expression(self, depth: int, *, is_last: bool = False) -> str:
        """Return an expression. A plain local stands alone only if it `is_last`: nothing behind it can fail."""
        pick = self.random.random()
        if depth <= 0 or pick < 0.25:
            if pick < 0.1:
                name = self.pick("AIDBCP")
                return name if is_last else self.checked(name)
            if pick < 0.12:
                return self.pick(("123456789012345678", "1E18", "-.5", "999999999999999999", "$TR", '"1E3"', '"-0.50"'))
            return self.pick(("1", "2", "0", '"a"', '"x^y"', '"1^2"', "$G(P)", '""', "10", "$T", ".5"))
        below = depth - 1
        if pick < 0.45:
            if self.chance(0.3):
                return f"$G({self.variable()},{self.expression(below)})"
            name = self.variable()
            return name if is_last or not name.isalpha() else self.checked(name)
        if pick < 0.6:
            operator = self.pick(("+", "-", "*", "_", "_", "=", "<", ">", "[", "]", "/", "\\", "'=", "]]"))
            return f"{self.operand(below)}{operator}{self.operand(below, is_last=True)}"
        if pick < 0.64 and not self.in_subscript:
            return f"({self.truth(is_last=False)}){self.pick('&!')}{self.operand(below, is_last=is_last)}"
        if pick < 0.68:
            return f"{self.pick('+-' + chr(39))}{self.operand(below, is_last=True)}"
        if pick < 0.76:
            return self.call()
        return self.function(below)

    def checked(self, name: str) -> str:
        """Return an expression of a plain local that fails at its own place if the local is undefined."""
        return self.pick((f"({name}_{quoted('')})", f"+{name}", f"$G({name})", f"$D({name})", f"({name})_1"))

    def call(self) -> str:
        """Return a call of a function with a later label."""
        later = [number for number in (1, 3) if number > self.label]
        if not later:
            return f"$G({self.variable()})"
        number = self.pick(later)
        if self.chance(0.05):
            return f"$$L{number}"
        count = self.pick((1, 2, 2, 0))
        actuals = ",".join(self.actual(is_last=index == count - 1) for index in range(count))
        if self.chance(0.05):
            return f'$$@"L{number}"({actuals})'
        return f"$$L{number}({actuals})"

    def function(self, depth: int) -> str:
        """Return a call of an intrinsic function."""
        variable = self.variable

        def value() -> str:
            return self.expression(depth)

        def only() -> str:
            return self.expression(depth, is_last=True)

        return self.made(
            (
                lambda: f"$D({variable()})",
                lambda: f"$G({variable()})",
                lambda: f"$O({self.ordered()})",
                lambda: f"$O({self.ordered()},-1)",
                lambda: f"$O({self.ordered()},{self.pick(('+D', '1', '-1', '+I'))})",
                lambda: f"$Q({self.queried()})",
                lambda: f"$NA({variable()})",
                lambda: f"$NA({variable()},{self.pick('012')})",
                lambda: f"$QL($NA({variable()}))",
                lambda: f"$QS($NA({variable()}),{self.pick(('0', '1', '-1', '2'))})",
                lambda: f"$I({variable()})",
                lambda: self.increment(),
                lambda: f"$S({self.truth()}:{value()},1:{only()})",
                lambda: f"$S({self.truth()}:{value()},{self.truth()}:{value()})",
                lambda: f"$P({value()},{self.pick((quoted('^'), quoted('a')))},{self.pick(('1', '2', '+D'))})",
                lambda: f"$E({value()},{self.pick('012')},{self.pick('123')})",
                lambda: f"$P({value()},{quoted('^')},{self.pick(PLACES)},{self.pick(PLACES)})",
                lambda: f"$E({value()},{self.pick(PLACES)},{self.pick(PLACES)})",
                lambda: f"$QL($Q({self.queried()}))",
                lambda: f"$QS($Q({self.queried()}),{self.pick(('0', '1', '2', '-1', '3'))})",
                lambda: f"$L({only()})",
                lambda: f"$TR({value()},{quoted('a1')},{quoted('b')})",
                lambda: "$E($REFERENCE,1,20)",
                lambda: "$EC",
                lambda: "$ST",
                lambda: "$TL",
                lambda: f"$T(L{self.random.randrange(LABEL_COUNT)})",
                lambda: f"$L({value()},{quoted('^')})",
                lambda: f"$J({value()},3)",
                lambda: f"$A({only()})",
                lambda: f"$F({value()},{quoted('a')})",
            )
        )

    def ordered(self) -> str:
        """Return what $ORDER is taken of: with a subscript."""
        return self.made(
            (
                lambda: f"{self.pick(LOCALS)}({self.pick((quoted(''), self.subscript()))})",
                lambda: f"^{self.pick('AB')}({self.pick((quoted(''), self.subscript()))})",
                lambda: f"A(1,{self.pick((quoted(''), self.subscript()))})",
                lambda: f"^({self.pick((quoted(''), self.subscript()))})",
                lambda: f"@B@({self.pick((quoted(''), self.subscript()))})",
            )
        )

    # Chance

    def chance(self, probability: float) -> bool:
        """Return True with a probability."""
        return self.random.random() < probability

    def made(self, makers: Sequence[Callable[[], str]]) -> str:
        """Return what one of the makers makes."""
        return self.random.choice(makers)()

    def pick(self, choices: Sequence[Choice]) -> Choice:
        """Return one of the choices."""
        return self.random.choice(choices)


def quoted(text: str) -> str:
    """Return the text as a literal of M."""
    return '"' + text.replace('"', '""') + '"'


# Running

NAME_COUNT = 200
LINK = 'S $ZCOM="-NOWARNING" ZL "{name}" '
RESET = 'K ^A,^B S $ZS="" I 1 D ^{name} W !,"end"'
OUTER = "O D LOOP Q\nLOOP X ZZC Q\n"
"""The frames below a program, as the oracle has them."""


def on_gtm(oracle: Oracle, programs: Sequence[Program]) -> Iterator[Answer]:
    """Run programs on GT.M, one process for all. The name of each one is `T` and its index, as `name_of` says."""
    for start in range(0, len(programs), NAME_COUNT):
        lines: list[str] = []
        for index, program in enumerate(programs[start : start + NAME_COUNT]):
            name = name_of(index)
            (oracle.directory / f"{name}.m").write_bytes(program.source.encode("latin-1"))
            # What was compiled under this name is not older than the source by the clock of the file system.
            (oracle.directory / f"{name}.o").unlink(missing_ok=True)
            lines.append((LINK + RESET).format(name=name))
        yield from oracle.ask_all(lines)


def name_of(index: int) -> str:
    """Return the name of the routine with this index: they are used again and again."""
    return f"T{index % NAME_COUNT}"


def on_bumps(program: Program, name: str) -> Answer:
    """Run a program on bumps, as the routine `name`."""
    output = io.BytesIO()
    machine = Machine(
        globals_factory=new_globals(),
        input=io.BytesIO(),
        output=output,
        loader=Texts({name: program.source, "O": OUTER}),
        charset="m",
    )
    machine.locals.cell("ZZC").v = RESET.format(name=name)
    ecode, message = "", ""
    try:
        machine.run("O")
    except MError as error:
        ecode, message = machine.traps.ecode or error.ecode, str(error)
    return Answer(output.getvalue().decode("latin-1"), ecode, message)


def code_of(answer: Answer) -> tuple[str, str]:
    """Return what is compared of an answer: what was written, and $ECODE."""
    return answer.output, answer.ecode

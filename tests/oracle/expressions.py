"""Random M expressions for a comparison with GT.M: every operator, every pure function, odd values.

A line sets the variables A to F to random values, then writes the value of a random expression of them in
ZWRITE form. Values are in variables, because GT.M computes with literals when it compiles, and then fails
where the program would not have failed (`"1E47"["x"`). Some things are left out on purpose:

- A text on the left of `#` gets a unary plus: GT.M returns it unchanged if it is smaller than the divisor.
- A fractional power is taken of numbers below 1E18 only: beyond, the C doubles of GT.M differ in the 17th digit.
- Positions are small: GT.M's wrap around beyond 31 bits.
- A product or quotient is made a text before it is used: GT.M's 0 of a large factor is greater than 0.
- An expression has $SELECT, or `&` and `!`: with $SELECT behind them in an expression GT.M skips no operand.
"""

from __future__ import annotations

import random

VARIABLES = "ABCDEF"
ARITHMETIC = ("+", "-", "*", "/", "\\", "#")
RELATIONS = ("=", "<", ">", "[", "]", "]]", "'=", "'<", "'>", "'[", "']", "']]")
LOGIC = ("&", "!", "'&", "'!")
LIMITS = (
    *("1E18", "1E17", "999999999999999999", "-999999999999999999", "1E46", "9.99999999999999999E46", "1E-43", "-1E-43"),
    *("1E-42", ".5", "-.5", "1E20", "123456789012345678", ".1", ".2", ".3", "1E45", "2E-43", "99999999999999999.9"),
    *("1E16", "1000000", "999999", "1000", ".001", "0", "1", "-1", "2", "10", "100"),
)
TEXTS = (
    *("", "a", "abc", "^", "1E3", "1E", "--5x", "+-+5", ".5.", "-.5", "007", "-0", "0", "1.50", " 5", "5 ", "a^b^c"),
    *("a^^b", "0x1", "1E47", "1E-44", "-", "+", ".", "E5", "1e5", "1E+5", "1E-5", "0.5", "-0.5", ".50", "1E46", "00"),
    *("--1", "1E1000", "Smith,John", "12-34", "abcABC", "aaa", "Z\xe9\xe0", "a\tb", '"', '""'),
)
PATTERNS = (
    *("1N", ".N", "1.N", ".A", "1A.AN", ".E", "1.3N", '2N1"-"2N', ".P", ".L.U", '1U.L1","1U.L', ".(1N,1A)"),
    *('1(1"a",2N).E', ".C", ".ANP", '1"a".E', "3A", '.2"a".A'),
)


class Generator:
    """Makes lines from a seed: the same seed makes the same lines."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.has_select = False

    def line(self) -> str:
        """Return one line of M."""
        self.has_select = self.random.random() < 0.5
        values = ",".join(f"{name}={self.value()}" for name in VARIABLES)
        return f"K  S {values} W $ZWRITE({self.expression(self.random.randint(1, 4))})"

    def value(self) -> str:
        """Return a literal: a number near a limit, any number, or a text."""
        return self.number() if self.random.random() < 0.5 else quoted(self.text())

    def number(self) -> str:
        """Return a numeric literal, perhaps with a minus."""
        pick = self.random
        kind = pick.randrange(6)
        sign = pick.choice(("", "-"))
        if kind == 0:
            return pick.choice(LIMITS)
        if kind == 1:
            return str(pick.randint(-20, 20))
        if kind == 2:
            return str(pick.randint(-(10**18), 10**18))
        if kind == 3:
            return f"{sign}{pick.randint(0, 10 ** pick.randint(0, 12))}.{pick.randint(0, 10 ** pick.randint(1, 9))}"
        if kind == 4:
            return f"{sign}{pick.randint(1, 10 ** pick.randint(1, 17))}E{pick.randint(-46, 29)}"
        return f"{sign}.{'0' * pick.randint(0, 20)}{pick.randint(1, 10 ** pick.randint(1, 18))}"

    def text(self) -> str:
        """Return a text, often one that looks like a number."""
        pick = self.random
        if pick.random() < 0.4:
            return pick.choice(TEXTS)
        if pick.random() < 0.4:
            return self.number()
        return "".join(pick.choice('abcABC^1205.-+ E"\n\xe9') for _ in range(pick.randint(0, 8)))

    def small(self) -> str:
        """Return a position or a count."""
        return self.random.choice(("-1", "0", "1", "1", "2", "2", "3", "4", "7", "1.9", "$L(A)", '"2x"', '""', "$L(B)"))

    def expression(self, depth: int) -> str:
        """Return an expression of at most this depth."""
        pick = self.random
        if depth == 0 or pick.random() < 0.1:
            return pick.choice(VARIABLES) if pick.random() < 0.8 else pick.choice(("1", "0", ".5", '"a"', '"^"', "10"))
        below = depth - 1
        kind = pick.randrange(10)
        if kind < 3:
            operator = pick.choice(ARITHMETIC)
            text = f"{'+' if operator == '#' else ''}{self.operand(below)}{operator}{self.operand(below)}"
            return f'""_({text})' if operator in "*/" else text
        if kind < 5:
            operators = (*RELATIONS, "_", "_", "_") if self.has_select else (*RELATIONS, *LOGIC, "_", "_", "_")
            return f"{self.operand(below)}{pick.choice(operators)}{self.operand(below)}"
        if kind == 5:
            return f"{pick.choice('+-')}{self.operand(below)}" if pick.random() < 0.7 else f"'{self.operand(below)}"
        if kind == 6:
            if pick.random() < 0.3:
                return f"{self.operand(below)}?{pick.choice(PATTERNS)}"
            if pick.random() < 0.3:
                return (
                    f"({pick.randint(1, 9999)}.{pick.randint(0, 99)})**{pick.choice(('.5', '.25', '1.5', '-.5', '.1'))}"
                )
            return f"({self.operand(below)})**{pick.randint(-4, 7)}"
        return self.function(below)

    def operand(self, depth: int) -> str:
        """Return an expression that can be an operand: in parentheses if it is not just one name."""
        text = self.expression(depth)
        return text if len(text) == 1 else f"({text})"

    def condition(self, depth: int) -> str:
        """Return a condition that is no literal: GT.M answers wrongly if a literal 0 is the last one of $SELECT."""
        return f"{self.random.choice(VARIABLES)}{self.random.choice(RELATIONS)}{self.operand(depth)}"

    def function(self, depth: int) -> str:
        """Return a call of an intrinsic function."""
        pick = self.random
        first, second = self.expression(depth), self.expression(depth)
        if self.has_select and pick.random() < 0.2:
            if pick.random() < 0.5:
                return f"$S({self.condition(depth)}:{first},1:{second})"
            return f"$S({self.condition(depth)}:A,{self.condition(depth)}:B)"
        mark = pick.choice(('"^"', '"a"', "B", '""', "1", '"^^"'))
        decimals = pick.choice(("0", "1", "2", "5", "20"))
        return pick.choice(
            (
                lambda: f"$P({first},{mark})",
                lambda: f"$P({first},{mark},{self.small()})",
                lambda: f"$P({first},{mark},{self.small()},{self.small()})",
                lambda: f"$E({first})",
                lambda: f"$E({first},{self.small()})",
                lambda: f"$E({first},{self.small()},{self.small()})",
                lambda: f"$F({first},{mark})",
                lambda: f"$F({first},{second},{self.small()})",
                lambda: f"$L({first})",
                lambda: f"$L({first},{mark})",
                lambda: f"$A({first},{self.small()})",
                lambda: f"$C({pick.randint(-1, 300)},{self.small()})",
                lambda: f"$J({first},{pick.randint(0, 20)})",
                lambda: f"$J({first},{pick.randint(0, 20)},{decimals})",
                lambda: f'$FN({first},"{pick.choice(("", "+", "-", ",", "T", "P", "T+", "+-,", "P,"))}")',
                lambda: f'$FN({first},"{pick.choice(("", "+", ",", "T", "P"))}",{decimals})',
                lambda: f"$RE({first})",
                lambda: f"$TR({first},{second})",
                lambda: f"$TR({first},{mark},{second})",
                lambda: f"$NA(X({first},{second}),{self.small()})",
                lambda: f"$QL($NA(X({first},{second})))",
                lambda: f"$QS($NA(X({first},{second})),{self.small()})",
                lambda: f'$ZCO({first},"{pick.choice("ULT")}")',
                lambda: f"$ZSUB({first},{self.small()},{self.small()})",
                lambda: f"$G({pick.choice(VARIABLES)},{first})",
                lambda: f"$G(ZZ,{first})",
                lambda: f"$D({pick.choice(VARIABLES)})",
            )
        )()


def quoted(text: str) -> str:
    """Return the text as an M expression."""
    parts = text.split("\n")
    return "_$C(10)_".join('"' + part.replace('"', '""') + '"' for part in parts)

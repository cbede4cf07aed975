"""interp/scales.py: a loop that counts in units of a decimal does what it does with decimals, whatever comes."""

from __future__ import annotations

import io
import random
import sys
from decimal import Decimal
from types import FrameType

import pytest

from bumps.interp.arithmetic import arithmetic
from bumps.interp.grammar import parse_line
from bumps.interp.lines import LIFTED, put_back
from bumps.interp.machine import Machine
from bumps.interp.numbers import scaled, unscaled
from bumps.interp.scales import reciprocal, scales_of
from tests.interp_cases import new_globals
from tests.test_interp_generate_lifted import run

SCALES: dict[str, dict[str, int]] = {
    "S P=I#1000/8+.05,T=P*.19,S=S+P+T": {"P": 3, "T": 5, "S": 5},
    "S X=-I*.5,Y=I-X,Z=-(Y/.5)": {"X": 1, "Y": 1, "Z": 1},
    "S X=I+.25 Q:X>9  S:X'<3.125 Y=Y+(X=.5)": {"X": 2},
    "S X=1.5,X=I": {},
    "S X=1.5,X=X+I,Y=X*Y": {},
    "S X=I/3,Y=I/4": {"Y": 2},
    "S X=I/4,Y=X+B": {},
    "S X=I/4,Y=X_1": {},
    "S X=I/4 W X": {},
    "S (X,Y)=I/4": {},
    "S X=I/4,A(X)=1,Z=I*.5": {"Z": 1},
    "S X=X*1.005": {},
    "S X=I/4,Y=X#2": {},
    "S X=I/4,X=+$G(X)": {},
    "S X=I/4,Y=$$F(I)": {},
    "S X=I/4 D F": {},
    "S X=I*.0000000001": {},
    'S X=I/4,Y=X=""': {},
    "S X=I/4 K:I=3 X": {},
    "F J=.5:.5:9 S X=J/4,Y=I/4": {"Y": 2},
}
"""What a loop does, and the decimals that are seen."""


@pytest.mark.parametrize("text", SCALES)
def test_decimals_are_known_of_what_is_computed_and_of_nothing_else(text: str) -> None:
    commands = parse_line(f" F I=1:1:9 {text}").commands

    assert dict(scales_of(commands)) == SCALES[text]


@pytest.mark.parametrize(
    ("divisor", "factor"),
    [
        (8, (125, 3)),
        (1, (1, 0)),
        (-5, (-2, 1)),
        (Decimal("2.5"), (4, 1)),
        (Decimal("1E-9"), (10**9, 0)),
        (10**9, (1, 9)),
    ],
)
def test_a_quotient_by_a_literal_is_a_product(divisor: int | Decimal, factor: tuple[int, int]) -> None:
    assert reciprocal(divisor) == factor


@pytest.mark.parametrize("divisor", [0, 3, 10**10, "5", None, Decimal("1.1"), Decimal("1E30"), Decimal("3E-40")])
def test_other_divisors_have_no_decimals(divisor: int | Decimal | str | None) -> None:
    assert reciprocal(divisor) is None


@pytest.mark.parametrize("text", ["0", "7", "-7", "1.5", "-.001", "123456789012.345", "2.50", "1E5", "0E-9", "-0.0"])
def test_what_fits_is_held_in_units(text: str) -> None:
    with arithmetic():
        number = Decimal(text)
        held = scaled(number, 3)

        assert held.__class__ is int
        assert held == number * 1000
        assert unscaled(held, 3) == number


@pytest.mark.parametrize(
    "value", [None, "", "1.5", 10**15, 1 - 10**18, Decimal("1E40"), Decimal(".0001"), Decimal("-1E-43"), 10**17]
)
def test_what_does_not_fit_is_held_as_it_is(value: str | int | Decimal | None) -> None:
    with arithmetic():
        held = scaled(value, 3)  # type: ignore[arg-type]

        assert held.__class__ is not int
        assert held == value
        assert unscaled(held, 3) == value


LOOPS = {
    "money": 'T S S=0 F I=1:1:40 S P=I#9/8+.05,T=P*.19,S=S+P+T\n W P,",",T,",",S Q\n',
    "no turn": "T N X F I=2:1:1 S X=I*.5\n W $D(X) Q\n",
    "a text before": 'T S X="2.50 apples",Y="" F I=1:1:3 S X=X+.25,Y=Y+X\n W X,Y Q\n',
    "a text stays": 'T S X="2.50 apples" F I=1:1:3 S:I>5 X=I+.25 S Y=I/2\n W X,Y Q\n',
    "undefined": 'T N X S $ET="W I,Y S $EC="""" Q" F I=1:1:3 S Y=I*.5 S:I>2 X=X+Y\n Q\n',
    "undefined, compared": "T N X F I=1:1:3 Q:X>3  S X=I*.5\n Q\n",
    "NOUNDEF": 'T V "NOUNDEF" F I=1:1:3 S X=X+.5,Y=-Z-.5 S:I>9 Z=.5\n W X,Y V "UNDEF" Q\n',
    "more decimals before": "T S X=.123456789 F I=1:1:3 S X=X+.25\n W X Q\n",
    "too large before": "T S X=1E20,Y=123456789012345678 F I=1:1:3 S X=X+.25,Y=Y-.25\n W X,Y Q\n",
    "becomes too large": "T S X=99999999999999990 F I=1:1:30 S X=X+.7+I\n W X Q\n",
    "becomes small again": "T S X=99999999999999990 F I=1:1:30 S X=X+.7-(I*99999999999999)\n W X Q\n",
    "digits are dropped": "T S X=123456789012345678 F I=1:1:9 S X=X-.5+.5,Y=X*.001+.1,Z=.001-Y\n W X,Y,Z Q\n",
    "products too large": "T S Y=7E16 F I=1:1:5 S X=I*.5,Y=Y+7E16,Z=Y*X*X-(Y*X)\n W X,Y,Z Q\n",
    "out of range": "T S X=9E46 F I=1:1:9 S X=X+9E46,Y=I*.5\n W X,Y Q\n",
    "literals": "T F I=1:1:3 S X=.5,Y=-2,Y=1E17 S:I=2 X=-.25,Y=3.75\n W X,Y Q\n",
    "compared": "T S N=0 F I=1:1:20 S X=I*.25 S:X>2 N=N+1 S:X=2.5 N=N+100 S:X'<3 N=N+1000\n W N,X Q\n",
    "compared with others": "T S M=2 F I=1:1:20 S X=I*.25,Y=X=4.5+Y#7 Q:X>4.3  Q:-X<-4\n W I,X Q\n",
    "an operator in an operator": "T S Y=0 F I=1:1:9 S X=I/8,Y=Y+(X>.5)-(X'=.75*2.5)\n W X,Y Q\n",
    "compared in what has no decimals": "T S C=3 F I=1:1:5 S B=I/4,C=-(B>.5)*C+I W C+(1+(B=.75))\n W B,C Q\n",
    "an inner loop": "T S S=0 F I=1:1:5 S X=I*.5 F J=I:-1:1 S S=S+(X*J)-.01 Q:S>30\n W S,X,J Q\n",
    "IF": "T S S=0 F I=1:1:9 S X=I/4 I X>1 S S=S+X I X<2 S S=S-.125\n W S,$T Q\n",
    "a remainder": "T F I=1:1:9 S X=I#7*.5,Y=-I#7/2,Y=I\\3-Y,X=I#7\n W X,Y Q\n",
    "an array of the name": "T F I=1:1:9 S X=I/4,X(I)=I,Y=X*2\n W X,X(3),Y,$D(X) Q\n",
    "two names of one variable": "T S X=1 D U(.X,.X) W X Q\nU(A,B) N Z F I=1:1:5 S A=A+.5,B=B-.25\n Q\n",
    "a block": """T S (S,C)=0 F I=1:1:9 D  Q:S>8
 . S X=I/4,S=S+X I X>1 D  E  S C=C+.25
 . . S S=S+.125
 W S,",",C,",",X Q
""",
    "a block that does more": """T S S=0 F I=1:1:9 D
 . S X=I/4,S=S+X,Y=X*2
 . W Y," "
 W S,",",X Q
""",
    "an error in a block": '''T N $ET S $ET="S $EC="""",X=""2.5x"",S=S_""z"" Q" S S=0 F I=1:1:9 D  S S=S+X
 . S X=I/4,Z=1/(I-5)
 W S,",",X Q
''',
    "an error": 'T N $ET S $ET="W I,X S $EC="""" Q" S X=0 F I=1:1:9 S X=X+.5,Y=1/(I-5)\n Q\n',
    "a limit": "T S X=0 F I=1:1:2.5 S X=X-.125\n W X,I Q\n",
    "percent": "T S %=0 F %A=1:1:4 S %=%+(%A/2)\n W % Q\n",
    "without an end": "T S X=0 F  S X=X+.1 Q:X=2\n W X Q\n",
}
"""Loops with decimals, as SCALES has them or nearly so."""


def test_a_loop_with_decimals_does_what_closures_do() -> None:
    for name, text in LOOPS.items():
        closures, generated = run(text, "closures"), run(text, "generated")

        assert closures[:3] == generated[:3], name
        assert closures[0] or closures[1], name
        assert generated[3], name


def expression(choose: random.Random, depth: int) -> str:
    """Return an expression of locals and literals, most of which have decimals."""
    if depth == 0 or choose.random() < 0.2:
        return choose.choice(["I", "J", "A", "B", "C", ".5", "2", "-1.25", "3", ".001", "1E17", "99999.99"])
    left = expression(choose, depth - 1)
    operator = choose.choice(["+", "+", "-", "-", "*", "/", "#", "\\", "<", "=", "'>"])
    if operator in "/":
        return f"({left}/{choose.choice(['2', '-8', '.4', '5', '1000', '3', 'I'])})"
    if operator in "#\\":
        return f"({left}{operator}{choose.choice(['7', '10', '.5', '1'])})"
    return f"({choose.choice(['', '', '-'])}{left}{operator}{expression(choose, depth - 1)})"


def test_random_loops_with_decimals_do_what_closures_do() -> None:
    choose = random.Random(8)
    scale_count = 0
    for _ in range(30):
        sets = [f"{choose.choice('ABC')}={expression(choose, choose.randrange(1, 4))}" for _ in range(3)]
        begin = ",".join([f"{name}={choose.choice(['0', '1.5', '-7', '1E17', '.000001', '3'])}" for name in "ABC"])
        loop = f" F I=1:1:6 S {sets[0]} F J=2:1:4 S {','.join(sets[1:])}"
        text = f'T S {begin}\n{loop} S:A>1E20 A=I\n W A,"/",B,"/",C Q\n'
        closures, generated = run(text, "closures"), run(text, "generated")

        assert closures[:3] == generated[:3], text
        scale_count += len(scales_of(parse_line(loop).commands))

    assert scale_count > 8


def test_who_looks_on_sees_values_and_no_units() -> None:
    machine = Machine(globals_factory=new_globals(), input=io.BytesIO(), output=io.BytesIO(), tier="generated")
    machine.run_text(b"T F I=1:1:3 S A=I/8,%B=A*2\n Q\n", name="T")
    seen: list[tuple[object, object]] = []

    def look(frame: FrameType, event: str, argument: object) -> object:
        if event == "line" and LIFTED in frame.f_code.co_varnames and frame.f_locals.get("l_I") == 3:
            put_back(frame, machine)
            seen.append((machine.cells["A"].v, machine.cells["%B"].v))
        return look

    before = sys.gettrace()  # that of coverage
    sys.settrace(look)  # type: ignore[arg-type]
    try:
        machine.run("T")
    finally:
        sys.settrace(before)

    assert seen[:1] == [(Decimal(".25"), Decimal(".5"))]
    assert seen[-1] == (Decimal(".375"), Decimal(".75"))

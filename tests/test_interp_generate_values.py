"""interp/generate_*.py: whatever operands are, generated code has the values, errors, places and steps of closures."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bumps.errors import MError
from bumps.interp.machine import Machine
from bumps.interp.tiers import Tier
from bumps.interp.values import INT_END, Value, to_number, to_text

EDGES = [
    0,
    1,
    -1,
    2,
    3,
    7,
    10,
    57,
    2**56,
    2**59,
    -(2**59),
    10**17,
    10**17 - 1,
    10**18 - 1,
    1 - 10**18,
    576460752303423488,
]
DECIMALS = [
    ".5",
    "-.5",
    "1E18",
    "-1E18",
    "1E46",
    "9.99999999999999999E46",
    "1E-43",
    "2.5",
    "-7.25",
    "123456789.123456789",
]
TEXTS = [
    "",
    "abc",
    "5",
    "-5",
    "05",
    "5x",
    "+5",
    ".5",
    "0.5",
    "1E47",
    "1E18",
    "a^b^c",
    "^^7",
    "999999999999999999",
    "1.0",
]

numbers = st.one_of(
    st.sampled_from(EDGES),
    st.integers(-1000, 1000),
    st.integers(1 - INT_END, INT_END - 1),
    st.sampled_from(DECIMALS).map(to_number),
    # a Decimal that is integral, and those with zeros behind the point, as arithmetic leaves them
    st.sampled_from(
        [Decimal("1.0"), Decimal("3.00"), Decimal("0.0"), Decimal("-0.0"), Decimal("1E+3"), Decimal("100.50")]
    ),
)
values: st.SearchStrategy[Value | None] = st.one_of(numbers, numbers, st.sampled_from(TEXTS), st.none())

LITERALS = [
    "0",
    "1",
    "3",
    "10",
    "7",
    "1000",
    "-2",
    ".5",
    "1.25",
    "99999999999999999",
    "999999999999999999",
    "1E18",
    '""',
    '"3"',
    '"a"',
]

leaves = st.sampled_from(["A", "A", "B", "B", "C", "N(1)", *LITERALS])


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    binary = st.builds(
        lambda left, operator, right: f"{left}{operator}{right}",
        inner,
        st.sampled_from([*"+-*#\\+-*#\\/_<>=[]&!", "'=", "'<", "'>", "]]", "'&", "'!", "'["]),
        inner,
    )
    calls = [
        "$LENGTH({0})",
        "$LENGTH({0},{1})",
        "$EXTRACT({0})",
        "$EXTRACT({0},{1})",
        "$EXTRACT({0},{1},{2})",
        "$EXTRACT({0},2,3)",
        "$EXTRACT({0},2)",
        '$PIECE({0},"^")',
        '$PIECE({0},"^",2)',
        '$PIECE({0},"^",3,{1})',
        "$PIECE({0},{1},{2})",
        '$PIECE({0},"^",{1})',
        "$ASCII({0})",
        "$ASCII({0},{1})",
        "$CHAR({0}#128)",
        "$CHAR(65)",
        "$CHAR({0})",
        "$CHAR({0}#300,66,{1})",
        "$CHAR({0}#256,{0})",
        '$FIND({0},"b")',
        "$FIND({0},{1},{2})",
        '$TRANSLATE({0},"abc","xy")',
        '$TRANSLATE({0},"ab","ba")',
        '$TRANSLATE({0},"a-1","-1")',
        '$TRANSLATE({0},"aa1b","xyz~")',
        '$TRANSLATE({0},"abcde12","edcba21")',
        "$TRANSLATE({0},1,0)",
        "$TRANSLATE({0},5.5)",
        "$TRANSLATE({0},{1})",
        "$TRANSLATE({0},{1},{2})",
        "$JUSTIFY({0},9)",
        "$JUSTIFY({0},9,2)",
        '$FNUMBER({0},",")',
        "$REVERSE({0})",
        "$SELECT({0}:{1},1:{2})",
        "$GET(A,{0})",
        "$$GIVE({0})",
        "({0})",
        "({0})",
        "({0}+{1})",
        "-{0}",
        "+{0}",
        "'{0}",
    ]
    called = st.builds(lambda form, a, b, c: form.format(a, b, c), st.sampled_from(calls), inner, inner, inner)
    return st.one_of(binary, binary, called)


expressions = st.recursive(leaves, _grown, max_leaves=7)

ROUTINE = """T SET R={0} SET D=1
 SET X={0},Y=X,Z=X_Y SET:{0} D=2
 IF {0} SET D=3
 QUIT
GIVE(V) SET C=C+1 QUIT V
"""


def no_globals() -> Any:
    """Refuse globals."""
    raise AssertionError("no program here has globals")


BEHIND_EACH_OTHER = [
    "SET A=1 DO P(.A,.A) WRITE A QUIT\nP(B,C) SET B=B+1,C=C*2,B=B+C,X=A+B+C WRITE X",
    "SET A=2,B=3 DO P(.A,.B) WRITE A,B QUIT\nP(B,C) NEW D SET D=A,A=A+1,B=B+A,D=D+A+B,C=D_C,C=A_C,D=C_D WRITE D,C",
    "SET A=5,B=A+1,C=B_A,A=$GET(A,$$F(.A))+A,B=A WRITE A,B,C QUIT\nF(X) SET X=X+1 QUIT X",
    "SET A=1,B=A+$$F(.A)+A,C=A WRITE A,B,C QUIT\nF(X) SET X=X+1 QUIT X",
    'SET A=7,@"A=8",B=A,C=$SELECT(A=8:A+1,1:A)+A WRITE A,B,C',
    "SET A=1,B=$SELECT(A>2:C,1:D)+A",
    "SET A=1,B=(A>2)&C,D=$DATA(C),D=D+C",
    "SET A=3 KILL A SET B=A",
    'SET A=3,B=A+A,A="x",A=A_A,A=A_B,C=A_A WRITE A,B,C KILL:A\'=B A,B WRITE $DATA(A),$DATA(B)',
    "SET A=3 NEW A,B SET A=4,B=A,A=A+B WRITE A,B NEW:B=4 A WRITE $DATA(A) SET B=A",
    'VIEW "NOUNDEF" SET B=A+A,C=A_A_B,D=A+B WRITE B,C,D VIEW "UNDEF"',
    "FOR A=1:1:3 SET B=A,A=A+1,C=A+B WRITE A,B,C",
    'SET A="3x",B=A+1,C=A,D=A=3,A=+A,D=D_(A=3)_(A+B) WRITE A,B,C,D',
    'SET A="1E47",B=C+A',
    'SET A="1E47",B=A+C',
    'SET A="1E47",B=-A+C',
    'SET A="03",B=A=3+1,C=3=A+1,D=A=A,D=D_(A=(1+2)) WRITE B,C,D',
    "IF $DATA(A)=0,B=1 WRITE 1",
    'SET A=$JUSTIFY("",1020)_"x",B=A_"ab",C=A_"abc",D=B_C_A_B WRITE $LENGTH(D)',
    'SET A="" FOR B=1:1:700 SET A=A_"ab",C=$LENGTH(A) SET A=A_B',
    'SET A=$JUSTIFY("",1048570) FOR B=1:1:10 SET A=A_"b"',
    'SET A=$JUSTIFY("",1048576),A=A_"",A=A_"b"',
    'SET A=$JUSTIFY("",1048000),B=A_$JUSTIFY("",500)_C',
    'SET A=$JUSTIFY("",1048000),B=$JUSTIFY("",1000),C=A_B_D',
    'SET A=$JUSTIFY("",1048000),B=A_"\'{}\\"_1_"x",C=$LENGTH(B)_B WRITE $EXTRACT(B,1048000,1048010)',
    'SET B=1,A="\'{}\\"_B_"\'{}\\"_"\'" WRITE A',
    'SET A=A_"b"',
    'VIEW "NOUNDEF" SET A=A_"b",B=C_A_C WRITE A,B',
    'SET A="a^b",B=$PIECE(A,"^")_$PIECE(A,"^",2)_$PIECE(C,"^")_D',
    "SET A=1,B=A_$$F(.A)_A_C QUIT\nF(X) SET X=X+1 QUIT X",
    'SET A=12.5,B=A_"/"_A_0.50_A WRITE B',
    "FOR A=1:1 QUIT:A>5  WRITE A SET:A=2 A=3",
    "FOR A=1:1 SET B=A QUIT:B>3  KILL:B=2 A",
    'FOR A=99999999999999998:1 SET B=$GET(B)+1 WRITE A," " QUIT:B>4',
    'FOR A=999999999999999998:1 SET B=$GET(B)+1 WRITE A," " QUIT:B>4',
    "FOR A=-100000000000000000:10 SET B=$GET(B)+1 WRITE A QUIT:B>4",
    "FOR A=1:11 QUIT:A>40  WRITE A",
    'FOR A="1x":1 QUIT:A>2  WRITE A',
    "FOR A=5:1:4 WRITE A",
    "FOR A=1:-1 QUIT:A<-3  WRITE A",
    'FOR A=3:1:"5x" WRITE A',
    'FOR A=1.5:1 QUIT:A>4  WRITE A,"!" SET:A=2.5 A="3x"',
    "FOR A=1:0 SET B=$GET(B)+1 QUIT:B>4  WRITE A",
    'SET A="a^b^c",B=$P(A,"^",2),A=$P(A,"^",3)_"^"_$P(A,"^"),C=$P(A,"^",2)_$P(A,"^") WRITE B,A,C',
    'FOR A="x^y","z",5,12.5,"","^^^w" WRITE $P(A,"^"),$P(A,"^",2),$P(A,"^",4),$P(A,5,1),$P(A,5,2),$P(A,"^",9)',
    'SET A="a^b",B="c^d" FOR C=1:1:2 SET X=A,A=B,B=X WRITE $P(A,"^",C),$P(B,"^",C),$P(A,"^"),$P(B,"^",2),$P(A,"^",2)',
    'SET A="a^b" DO P(.A,.A) WRITE A QUIT\nP(B,C) SET D=$P(B,"^",2),C="x^y",D=D_$P(B,"^",2)_$P(C,"^") WRITE D',
    'SET A=$JUSTIFY("",3000)_"^b",B=$P(A,"^"),C=$P(A,"^",2)_$P(A,"^",1)',
    'SET A="x^" FOR B=1:1:3 SET A=A_"y^",C=$P(A,"^",1)_$P(A,"^",2) WRITE C',
    'WRITE $P(A,"^"),$P(A,"^",2)',
    'SET A="1^2" WRITE $P(A,"^"),$P("3^4","^"),$P(A,"^",2) SET A=$P(A,"^",2)+$P(A,"^",1) WRITE $P(A,"^",2),$P(A,"^")',
    "SET A=1 IF A=1,$$F(.A),A=2 WRITE A QUIT\nF(X) SET X=X+1 QUIT X",
    "SET A=1,B=A_$$F^T(A,A)_$$F^T(.A,A)_A WRITE B QUIT\nF(X,Y) SET X=X+1 QUIT X_Y",
    "FOR A=1:1:3 SET B=.5/1.25+A,C=1.5*2.5,D=.5-1.25 WRITE B,C,D",
    "SET A=1,B=0\n IF A=2 QUIT\n FOR  SET B=B+1 QUIT:B>3\n WRITE B",
    "SET I=2,A(2)=5,A(3)=I,B=A(I)+A(A(3)),I=3,B=B+A(I),C=$DATA(A(I))+$ORDER(A(I),-1) WRITE B,C",
]


@pytest.mark.parametrize("program", BEHIND_EACH_OTHER)
def test_what_is_known_of_a_local_is_what_it_has(program: str) -> None:
    found = []
    tiers: tuple[Tier, ...] = ("closures", "generated")
    for tier in tiers:
        output = io.BytesIO()
        machine = Machine(globals_factory=no_globals, input=io.BytesIO(), output=output, tier=tier)
        error: tuple[object, ...] = ()
        try:
            machine.run_text(f"T\t{program}\n".encode(), name="T")
        except MError as raised:
            error = (raised.name, str(raised), raised.place, raised.line, raised.column)
        values = [(name, machine.locals.cell(name).v) for name in "ABCDX"]
        found.append((output.getvalue(), error, values, machine.meter.steps))

    assert found[0] == found[1]


@pytest.mark.parametrize(
    "call", ["$TRANSLATE(A)", "$REVERSE(A)", '$TRANSLATE(A,"")', "$ZBITSTR(90000)", "$ZBITNOT($ZBITSTR(90000,1))"]
)
def test_a_long_result_pays_by_its_size_however_many_arguments_made_it(call: str) -> None:
    steps = []
    tiers: tuple[Tier, ...] = ("closures", "generated")
    for tier in tiers:
        machine = Machine(globals_factory=no_globals, input=io.BytesIO(), output=io.BytesIO(), tier=tier, charset="m")
        machine.run_text(f'T\tSET A=$JUSTIFY("",30000),B={call}\n'.encode(), name="T")
        steps.append(machine.meter.steps)

    assert steps[0] == steps[1]


def outcome(tier: Tier, expression: str, given_values: tuple[Value | None, ...]) -> Any:
    """Return all that can be seen of a routine."""
    machine = Machine(globals_factory=no_globals, input=io.BytesIO(), output=io.BytesIO(), tier=tier)
    for name, value in zip("ABC", given_values, strict=False):
        machine.locals.cell(name).v = value
    if given_values[3] is not None:
        machine.execute("SET N(1)=0")
        machine.locals.cell("N").a.vals[1] = given_values[3]  # type: ignore[union-attr]
    error: tuple[object, ...] = ()
    try:
        machine.run_text(ROUTINE.format(expression).encode(), name="T")
    except MError as raised:
        error = (raised.name, str(raised), raised.place, raised.line, raised.column)
    found = {}
    for name in "ABCRDXYZ":
        value = machine.locals.cell(name).v
        found[name] = None if value is None else to_text(value)
        if value.__class__ is int:
            assert abs(value) < INT_END or "FIND" in expression, "an int is below 1E18"
        assert value is None or value.__class__ in (str, int, Decimal)
    return found, error, machine.meter.steps


def check(expression: str, given_values: tuple[Value | None, ...]) -> None:
    assert outcome("generated", expression, given_values) == outcome("closures", expression, given_values)


four = st.tuples(values, values, values, values)


@settings(max_examples=25, deadline=None)
@given(expressions, four)
def test_an_expression_is_the_same_in_both_tiers(expression: str, given_values: tuple[Value | None, ...]) -> None:
    check(expression, given_values)


@pytest.mark.slow
@settings(max_examples=4000, deadline=None)
@given(expressions, four)
def test_many_expressions_are_the_same_in_both_tiers(expression: str, given_values: tuple[Value | None, ...]) -> None:
    check(expression, given_values)


@pytest.mark.slow
@pytest.mark.parametrize(
    "expression",
    [
        "A*3+B#10007",
        "A\\7-B*2#5003",
        "A+B-C+(A>B)+(B#10=3)",
        "A+1-2+3*5",
        "A*A-B",
        "A-B-C",
        "-A+B",
        "-(A*B)+C",
        "A#B",
        "A\\B",
        "A+5#B",
        "A*1000#99999999999999999",
        "-A#3",
        "$LENGTH(A)*1000000+B#7",
        "+$EXTRACT(A,1,2)+B",
        "A=B+(B'=C)",
        "A>B+('C)",
        "A#7*1000000000000000-B",
    ],
)
def test_ints_in_line_are_right_at_the_edges(expression: str) -> None:
    operands: list[Value] = [*EDGES, Decimal("1.5"), "07"]
    others: list[Value] = [0, 1, -3, 10**18 - 1, 1 - 10**18, 2**59, Decimal("0.25")]
    for a in operands:
        for b in others:
            check(expression, (a, b, 7, None))

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
        '$FIND({0},"b")',
        "$FIND({0},{1},{2})",
        '$TRANSLATE({0},"abc","xy")',
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


def outcome(tier: Tier, expression: str, given_values: tuple[Value | None, ...]) -> Any:
    """Return all that can be seen of a routine."""

    def no_globals() -> Any:
        raise AssertionError("no program here has globals")

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

"""interp/traps.py: the caret stands at the smallest part of the line that failed, whatever kind of error it is."""

from __future__ import annotations

import pytest

from bumps.errors import MError
from tests.test_interp_machine import Run, failing

ROUTINE = """T ;
{}
 Q
NONE Q
ONE(A) Q
VALUE() Q ""
NOVALUE() Q
"""

CARETS = [
    # expressions
    " S X=N/0",
    "     ^",
    " S X=1+(2*(N#0))",
    "           ^",
    " W 1,2,3\\0,4",
    "       ^",
    " W 2**.5,(-2)**.5",
    "         ^",
    ' W 1E46,1E46*"100"',
    "        ^",
    ' W "1E99"+0',
    "   ^",
    " W 1+X",
    "     ^",
    " S Y=Y+1",
    "     ^",
    ' S Y=Y_"a"',
    "     ^",
    " W N-Y",
    "     ^",
    " I N=1,Y W 1",
    "       ^",
    " I N=1,Y<2 W 1",
    "       ^",
    " I N=1,2>Y W 1",
    "         ^",
    " W N&Y",
    "     ^",
    " W 'Y",
    "    ^",
    ' W N?1"a",Y?1N',
    "          ^",
    ' W 1,N?@"2.1N"',
    "     ^",
    " S X(1,Y)=2",
    "       ^",
    " S X(1)=Y(1,2)",
    "        ^",
    " S X(Y)=1",
    "     ^",
    # functions
    " W $P(N,1,Y)",
    "          ^",
    ' W $P($P("a","b"),$J(1,2,-1),$R(0))',
    "                  ^",
    ' W $E("abc",1,$R(0))',
    "              ^",
    " W $S(0:1,N:1/0)",
    "            ^",
    " W $S(0:1,0:2)",
    "   ^",
    ' W 1,$FN(5,"P+")',
    "     ^",
    " S X(1)=1 W $G(X(Y))",
    "                 ^",
    " W $D(^A(Y))",
    "         ^",
    " S X(1)=1 W $O(X(Y))",
    "                 ^",
    " W $O(X(1),2)",
    "   ^",
    " W $NA(X,-1)",
    "   ^",
    " W $L($C(1/0))",
    "         ^",
    # globals
    " W ^A(1)",
    "   ^",
    " S ^A(N)=^A(^B)",
    "            ^",
    " S X=1,^A(Y)=2",
    "          ^",
    " W ^(1)",
    "   ^",
    ' S X=2,^A($J("",2000))=1',
    "       ^",
    # commands
    " K:X N",
    "   ^",
    " S:N=1 X=1/0",
    "         ^",
    " S (A,B(Y))=1",
    "        ^",
    " S $P(X,Y)=1",
    "        ^",
    " F I=1:1:Y W 1",
    "         ^",
    " F I=1:1:3 K I",
    "   ^",
    " F I=1,2 W $R(0)",
    "           ^",
    " F I=1:1:2 D NONE,NOPE",
    "                  ^",
    " I 1 F J=1:1:2 W J,Y",
    "                   ^",
    " H Y",
    "   ^",
    " S A=1 M A(1)=A",
    "         ^",
    " N A,B S B=A",
    "           ^",
    " L +^A(Y):1",
    "       ^",
    " R X#0",
    "   ^",
    " W !,?Y",
    "      ^",
    " W *Y",
    "    ^",
    " TC",
    " ^",
    " W 1 TRO",
    "     ^",
    " Q N",
    "   ^",
    " W 1 S X=@ W 2",
    "          ^",
    # entries
    " D NOPE",
    "   ^",
    " D NONE,ONE^NOPE(1)",
    "        ^",
    " D NONE+99",
    "   ^",
    " D NONE:N,NOPE:N",
    "          ^",
    " G NOPE:N",
    "   ^",
    " G:N ONE^NOPE",
    "     ^",
    " D ONE(1,2)",
    "   ^",
    " D NONE(1)",
    "   ^",
    " D ONE(Y)",
    "       ^",
    " W 1,$$NOPE(1)",
    "       ^",
    " W 1,$$NOVALUE()",
    "     ^",
    " W 1,$$ONE($$ONE(1,2))",
    "           ^",
    " W $$VALUE()/0",
    "   ^",
    " S X=$$NOPE^NOPE",
    "       ^",
    # texts
    ' X "S X=1/0"',
    "   ^",
    ' X "S X=1","S X=("',
    "           ^",
    " S X=1 X:N Y",
    "           ^",
    ' S @"X=1/0"',
    "   ^",
    ' S X="A(1/0)" W 1,@X',
    "                  ^",
    ' S @"X"=Y',
    "        ^",
    ' D NONE,@"NOPE"',
    "        ^",
    ' W $D(@"A(")',
    "      ^",
    ' I N,@"1/0" W 1',
    "     ^",
]
"""A line that fails, and a line with the caret below it; N is 1, and Y is undefined."""


def located(pairs: list[str]) -> list[tuple[str, int]]:
    return [(line, caret.index("^") + 1) for line, caret in zip(pairs[::2], pairs[1::2], strict=True)]


@pytest.mark.parametrize(("line", "column"), located(CARETS))
def test_the_caret_stands_where_the_line_failed(line: str, column: int) -> None:
    error = failing(Run(T=ROUTINE.format(f" S N=1\n{line}")), "T")

    assert (error.place, error.source, error.column) == ("T+2^T", line, column), error.message


@pytest.mark.parametrize(("line", "column"), located(CARETS))
def test_the_caret_of_a_second_pass_stands_there_too(line: str, column: int) -> None:
    """The first error is trapped, so the line runs twice in one machine."""
    text = ROUTINE.format(f' S N=1 D TRY\n{line}\n Q\nTRY N $ET S $ET="S $EC="""" Q" D FAIL Q\nFAIL ;\n{line}')

    error = failing(Run(T=text), "T")

    assert (error.source, error.column) == (line, column), error.message


def test_the_callers_of_an_error_are_lines_of_routines() -> None:
    error = failing(Run(T='T D A Q\nA F I=1:1:2 D B\n Q\nB D\n . X "W 1/0"\n Q\n'), "T")

    assert (error.place, error.source, error.column) == ("B+1^T", ' . X "W 1/0"', 6)
    assert error.stack == ["B^T", "A^T", "T^T"]


@pytest.mark.parametrize(
    ("code", "source", "column"),
    [
        ('X "S X=1/0"', "S X=1/0", 5),
        ('W 1 X "X ""W Y"""', "W Y", 3),
        ('S X=1 W @"A(1/0)"', 'S X=1 W @"A(1/0)"', 9),
        ('X "W 1 S X=("', "W 1 S X=(", 10),
    ],
)
def test_an_error_of_a_code_from_outside_shows_the_text_that_failed(code: str, source: str, column: int) -> None:
    run = Run()
    with pytest.raises(MError) as caught:
        run.machine.execute(code)

    assert (caught.value.source, caught.value.column) == (source, column)


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        (' X "S X=1/0"', "column 5 of the text that is executed: S X=1/0"),
        (' X "W 1 S X=("', "column 10 of the text that is executed: W 1 S X=("),
        (f' X "{"S A=1 " * 50}W Y"', f"column 303 of the text that is executed: {('S A=1 ' * 50 + 'W Y')[266:]}"),
        (" W 1/0", ""),
    ],
)
def test_an_error_in_an_executed_text_has_a_hint_that_shows_the_text(line: str, hint: str) -> None:
    assert failing(Run(T=f"T ;\n{line}\n"), "T").hint == hint

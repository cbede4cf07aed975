"""interp/templates.py: texts that differ in their literals share a closure, and mean what they would mean alone."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest

from bumps.interp import grammar, nodes
from bumps.interp.machine import Machine
from bumps.interp.templates import opened, shape_of
from tests.interp_cases import new_globals


def output_of(code: str) -> tuple[str, Machine]:
    """Run a line, and return what it wrote, and the machine."""
    written = io.BytesIO()
    machine = Machine(
        globals_factory=new_globals("m"), input=io.BytesIO(), output=written, routine_path=[], charset="m"
    )
    machine.execute(code)
    return written.getvalue().decode("latin-1"), machine


def test_texts_that_differ_in_literals_have_one_shape() -> None:
    one, two = shape_of('$D(^X(1,"a""b",.5))#2'), shape_of('$D(^X(17,"",1009.802))#10')

    assert one is not None
    assert two is not None
    assert one.text == two.text
    assert one.values == (1, 'a"b', Decimal(".5"), 2)
    assert one.starts == (6, 8, 15, 20)


@pytest.mark.parametrize(
    "text",
    [
        "A=B",  # no literal
        "A?1N",
        "@X@(1)",
        "A=1 ; 2",
        "^|1|X",
        "$$F(1)",
        "$S(1:2)",
        "A=1E5&B",
        "$D(A(01))",
        'A="b\n"',
        "A=" + "1+" * 300 + "1",
    ],
)
def test_a_text_in_which_a_literal_may_mean_something_else_has_no_shape(text: str) -> None:
    assert shape_of(text) is None


def test_a_direction_is_no_literal_that_is_given() -> None:
    tree = grammar.parse_expression("$O(^X(1),-1)")
    shape = shape_of("$O(^X(1),-1)")

    assert shape is not None
    assert opened(tree, shape.starts) is None


def test_an_opened_tree_has_what_is_given_in_the_place_of_each_literal() -> None:
    text = '$D(^X(1,"a"))[0'
    shape = shape_of(text)
    assert shape is not None

    tree = opened(grammar.parse_expression(text), shape.starts)

    found = [each for each in tree.walk() if isinstance(each, nodes.Given)]
    assert [(each.index, each.is_number) for each in found] == [(0, True), (1, False), (2, True)]
    assert not any(isinstance(each, nodes.String | nodes.Number) for each in tree.walk())


def test_many_texts_of_one_shape_are_compiled_once_and_each_has_its_own_literals() -> None:
    written, machine = output_of('FOR I=1:1:50 SET A(I)=I*I,X="A("_I_")="_(I#2*I*I) IF @X WRITE I," "')

    assert written == "".join([f"{number} " for number in range(1, 50, 2)])
    assert len(machine.indirection._templates) == 1


def test_the_errors_of_texts_of_one_shape_are_those_of_each_alone() -> None:
    written, _ = output_of(
        'SET $ETRAP="W $P($ZSTATUS,"","",3,4),"";"" SET $ECODE=""""" '
        'FOR I=1,2,3 SET X="$D(A("_I_",U))=0",A(3,1)=1 IF @X WRITE I,";"'
    )

    assert written == "1;2;%GTM-E-UNDEF, Undefined local variable: U;"

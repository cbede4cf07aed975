"""Operators and functions: each expression of tests/tables has the value that GT.M gave."""

from __future__ import annotations

import pytest

from tests.needs import needs_gtm
from tests.oracle import gtm, tables
from tests.oracle.ours import Ours


@pytest.mark.parametrize("name", tables.names())
def test_every_expression_has_the_value_that_gtm_gave(name: str) -> None:
    ours = Ours()

    found = {row.expression: ours.value(row.expression) for row in tables.read(name)}

    assert found == {row.expression: row.expected for row in tables.read(name)}


def test_a_table_has_no_expression_twice() -> None:
    for name in tables.names():
        expressions = [row.expression for row in tables.read(name)]
        assert len(set(expressions)) == len(expressions), name


@needs_gtm
def test_the_tables_hold_what_gtm_says_today() -> None:
    rows = [row for name in tables.names() for row in tables.read(name)]

    with gtm.Oracle() as oracle:
        values = list(oracle.values(row.expression for row in rows))

    assert [(row.table, row.expression, value) for row, value in zip(rows, values) if value != row.expected] == []

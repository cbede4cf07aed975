"""interp/costs.py, weights.py: what a piece of M costs is told by its text, and every word has a cost."""

from __future__ import annotations

import pytest

from bumps.interp import costs, grammar, nodes, weights
from bumps.interp.keywords import COMMANDS, FUNCTIONS, SPECIALS, STRUCTURED

C = costs.COMMANDS


def line(text: str) -> nodes.Line:
    return grammar.parse_code(text)


def test_every_word_of_the_language_has_a_cost_and_no_other() -> None:
    assert set(costs.COMMANDS) == set(COMMANDS.values())
    assert set(costs.FUNCTIONS) == {signature.name for signature in FUNCTIONS.values()}
    assert set(costs.SPECIALS) == set(SPECIALS.values())
    assert set(costs.STRUCTURED) == set(STRUCTURED.values())
    for table in (costs.COMMANDS, costs.FUNCTIONS, costs.OPERATORS, costs.UNARY, costs.SPECIALS, costs.STRUCTURED):
        assert all(cost.__class__ is int and cost >= 0 for cost in table.values())


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("", 0),
        ("S X=1", C["SET"]),
        ("S X=1,Y=2 S Z=3", 3 * C["SET"]),
        ("S X=Y+1", C["SET"] + costs.OPERATORS["+"]),
        ("S:X X=1", C["SET"]),
        ("S:X>1 X=1", C["SET"] + costs.OPERATORS[">"]),
        ("S X=-Y", C["SET"] + costs.UNARY["-"]),
        ("S X(1,2)=$P(Y,1)", C["SET"] + 2 * costs.COSTS["subscript"] + costs.FUNCTIONS["PIECE"]),
        ("S ^X(1)=^(2)", C["SET"] + 2 * (costs.COSTS["global"] + costs.COSTS["subscript"])),
        ("S X=$H", C["SET"] + costs.SPECIALS["HOROLOG"]),
        ("S X=$S(Y:1,1:2)", C["SET"] + costs.FUNCTIONS["SELECT"]),
        ("S X=$T(A+1)", C["SET"] + costs.FUNCTIONS["TEXT"]),
        ("S X=$$F(Y*2)", C["SET"] + costs.COSTS["extrinsic"] + costs.OPERATORS["*"]),
        ("S @X=1", C["SET"] + costs.COSTS["indirection"]),
        ("S @X", C["SET"] + costs.COSTS["indirection"]),
        ("S X=Y?1N", C["SET"] + costs.COSTS["match"]),
        ("D A,B", 2 * C["DO"]),
        ("D", C["DO"]),
        ("Q", C["QUIT"]),
        ("ZSHOW", C["ZSHOW"]),
        ("ZBORK", costs.COSTS["vendor"]),
        ("S X=1 S Y=", C["SET"] + costs.COSTS["bad"]),
    ],
)
def test_a_line_costs_what_is_in_it(text: str, cost: int) -> None:
    assert weights.line_weight(line(text)) == cost


def test_what_stands_behind_a_for_is_paid_by_its_turns_and_a_nested_one_by_its_own() -> None:
    found = line("S A=1 F I=1:1:B+1 S C=1 F  S D=1,E=2 S F=")

    assert weights.line_weight(found) == C["SET"] + C["FOR"] + costs.OPERATORS["+"]
    assert weights.turn_weight(found, 1) == costs.TURN + C["SET"] + C["FOR"]
    assert weights.turn_weight(found, 3) == costs.TURN + 2 * C["SET"] + costs.COSTS["bad"]


def test_a_turn_and_a_region_cost_something_even_if_they_do_nothing() -> None:
    assert weights.turn_weight(line("F "), 0) >= 1
    assert weights.region_weight([line("")]) >= 1


def test_each_operator_of_the_grammar_has_a_cost() -> None:
    for operator in ("+", "-", "*", "/", "\\", "#", "**", "_", "=", "<", ">", "[", "]", "]]", "&", "!"):
        (command,) = line(f"S X=A{operator}B").commands
        assert isinstance(command.arguments[0].value, nodes.Binary)
        assert weights.weight(command) >= C["SET"]

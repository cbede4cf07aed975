"""interp/lossless.py: the tokens of a line are the line, and a tree that does not nest is found."""

from __future__ import annotations

import json

import pytest

from bumps.interp import nodes
from bumps.interp.grammar import parse_line, parse_routine
from bumps.interp.lossless import dump, dump_routine, roundtrip, tokens
from bumps.interp.source import read


def test_each_token_has_its_kind() -> None:
    line = parse_line('L(A) S:X=1 ^G("k")=$P(A,U,2)+$H D T^R ;why')

    assert [(token.kind, token.text) for token in tokens(line) if token.kind != "space"] == [
        ("label", "L"),
        ("punctuation", "("),
        ("local", "A"),
        ("punctuation", ")"),
        ("command", "S"),
        ("punctuation", ":"),
        ("local", "X"),
        ("operator", "="),
        ("number", "1"),
        ("global", "^G"),
        ("punctuation", "("),
        ("string", '"k"'),
        ("punctuation", ")"),
        ("operator", "="),
        ("function", "$P"),
        ("punctuation", "("),
        ("local", "A"),
        ("punctuation", ","),
        ("local", "U"),
        ("punctuation", ","),
        ("number", "2"),
        ("punctuation", ")"),
        ("operator", "+"),
        ("special", "$H"),
        ("command", "D"),
        ("label", "T"),
        ("punctuation", "^"),
        ("routine", "R"),
        ("comment", ";why"),
    ]


def test_the_bad_part_of_a_line_is_one_token() -> None:
    assert [token.kind for token in tokens(parse_line(" FOO  W 1"))] == ["space", "bad"]


def test_a_node_outside_of_its_parent_is_found() -> None:
    routine = parse_routine(read(b" S A=1\n", name="R"))
    routine.lines[0].commands[0].arguments[0].value.end += 1

    assert len(list(roundtrip(routine, (" S A=1",)))) == 1


def test_siblings_that_overlap_are_found() -> None:
    line = parse_line(" W 1,2")
    line.commands[0].arguments[1].start = 3

    with pytest.raises(ValueError, match="does not nest"):
        list(tokens(line))


def test_a_tree_of_another_source_is_found() -> None:
    routine = parse_routine(read(b" S A=1\n", name="R"))

    assert list(roundtrip(routine, (" S A=1",))) == []
    assert len(list(roundtrip(routine, (" S A=2",)))) == 1
    assert len(list(roundtrip(routine, (" S A=1", "")))) == 1


def test_a_tree_can_be_written_as_json() -> None:
    routine = parse_routine(read(b"L W 1.5\n FOO\n", name="R"))
    written = json.loads(json.dumps(dump_routine(routine)))

    assert written["labels"] == {"L": 0}
    assert written["diagnostics"][0]["code"] == "INVCMD"
    assert written["lines"][0]["commands"][0]["arguments"] == [{"node": "Number", "start": 4, "end": 7, "value": "1.5"}]
    assert dump(nodes.Name(1, 2, "A")) == {"node": "Name", "start": 1, "end": 2, "name": "A"}

r"""interp/grammar.py: every construct of M parses, every bad line keeps its good part, and both as GT.M has it.

tests/tables/lines.txt holds a line of M (TAB as \t), TAB, and what GT.M V7.0 says of it:
`good`, or its mnemonic and the column, from 1.
tests/tables/trees.txt holds a command, TAB, and the tree of its only argument.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyparsing import OneOrMore, ParseException, Suppress

from bumps.interp import nodes
from bumps.interp.codes import CODES
from bumps.interp.elements import Enclosed, Listed, Sequence, Token
from bumps.interp.grammar import (
    parse_argument,
    parse_code,
    parse_entry,
    parse_expression,
    parse_line,
    parse_name,
    parse_pattern,
    parse_routine,
)
from bumps.interp.grammar_commands import command
from bumps.interp.grammar_expressions import atom, expression, number_value, variable
from bumps.interp.lossless import dump_routine, roundtrip, tokens
from bumps.interp.nodes import Bad, Line, Node
from bumps.interp.source import read
from bumps.limits import EXPRESSION_DEPTH_MAX, M_SUBSCRIPT_COUNT_MAX, OPERATOR_COUNT_MAX
from tests import needs

TABLE = [
    row.rsplit("\t", 1) for row in (Path(__file__).parent / "tables" / "lines.txt").read_text("utf-8").splitlines()
]
TREES = [row.split("\t") for row in (Path(__file__).parent / "tables" / "trees.txt").read_text("utf-8").splitlines()]
UNSAID = {"LABELMISSING", "FMLLSTMISSING", "ACTLSTTOOLONG", "LITNONGRAPH", "DONOBLOCK", "MULTLAB", "SRCNAM"}
"""What GT.M says of routines as a whole, and we do not say of a line."""


def sole(text: str) -> nodes.Command:
    """Return the only command of a good line."""
    line = parse_line(" " + text)
    assert line.bad is None, line.bad
    assert len(line.commands) == 1
    return line.commands[0]


# ------------------------------------------------------------------------------------------------- as GT.M has it


@pytest.mark.parametrize(("source", "answer"), TABLE, ids=[source for source, _ in TABLE])
def test_each_line_is_good_or_bad_as_on_gtm(source: str, answer: str) -> None:
    bad = parse_line(source.replace("\\t", "\t")).bad

    assert (f"{bad.code} {bad.column + 1}" if bad else "good") == answer


@pytest.mark.parametrize("code", sorted({answer.split()[0] for _, answer in TABLE if answer != "good"}))
def test_each_code_of_a_bad_line_is_an_error_that_can_be_raised(code: str) -> None:
    assert code in CODES


class Compiler:
    """GT.M's compiler: asked for its diagnostics only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def diagnostics(self, file: Path) -> dict[int, list[tuple[str, int]]]:
        """Return line -> (mnemonic, column), both from 1."""
        environment = {"gtm_dist": str(needs.gtm()), "gtm_chset": "M", "gtmroutines": str(self.folder)}
        run = subprocess.run(
            [str(needs.gtm() / "mumps"), "-noobject", str(file)],
            cwd=self.folder,
            env=os.environ | environment,
            capture_output=True,
            check=False,
        )
        found: dict[int, list[tuple[str, int]]] = {}
        for column, line, code in re.findall(
            r"At column (\d+), line (\d+), source module [^\n]*\n%GTM-[EW]-(\w+)", run.stderr.decode("latin-1")
        ):
            if code not in UNSAID:
                found.setdefault(int(line), []).append((code, int(column)))
        return found


@pytest.fixture(name="compiler")
def _compiler(tmp_path: Path) -> Iterator[Compiler]:
    yield Compiler(tmp_path)


class TestBesideGtm:
    """Where GT.M is installed."""

    pytestmark = list(needs.GTM)

    def test_the_table_is_what_gtm_says(self, compiler: Compiler, tmp_path: Path) -> None:
        wrong = []
        for first in range(0, len(TABLE), 30):  # GT.M gives up after some errors of one file
            part = TABLE[first : first + 30]
            file = tmp_path / f"t{first}.m"
            file.write_text("t\n" + "".join(source.replace("\\t", "\t") + "\n" for source, _ in part), "latin-1")
            found = compiler.diagnostics(file)
            for line, (source, answer) in enumerate(part, start=2):
                says = "{} {}".format(*found[line][0]) if line in found else "good"
                if says != answer:
                    wrong.append((source, answer, says))
        assert wrong == []

    def test_its_utilities_parse_without_a_false_error_and_give_their_source_back(
        self, compiler: Compiler, tmp_path: Path
    ) -> None:
        files = sorted(needs.gtm().glob("_*.m"))
        assert files
        for file in files:
            source = read(file.read_bytes(), name=file.stem.replace("_", "%"))
            routine = parse_routine(source)
            ours = {found.line: found.code for found in routine.diagnostics if found.code not in UNSAID}
            theirs = {line: found[0][0] for line, found in compiler.diagnostics(file).items()}
            assert ours == theirs, file
            assert list(roundtrip(routine, source.lines)) == []


# ------------------------------------------------------------------------------------------------------ constructs


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("007", 7),
        ("1.0", 1),
        ("1.50", Decimal("1.5")),
        (".5", Decimal("0.5")),
        ("1E3", 1000),
        ("1.E3", 1000),
        ("1E-3", Decimal("0.001")),
        ("999999999999999999", 999999999999999999),
        ("1234567890123456789", Decimal("1234567890123456780")),
        ("1E46", Decimal("1E46")),
        ("1E47", None),
        ("1E-50", 0),
        ("1E99999999999", None),
        ("1E-99999999999", 0),
        ("0E99999999999", 0),
        ("0" * 400 + "1", 1),
    ],
)
def test_a_number_has_its_value_cut_to_18_digits(text: str, value: object) -> None:
    assert number_value(text) == value
    assert type(number_value(text)) is type(value)


def test_a_number_out_of_range_is_a_bad_command() -> None:
    line = parse_line(" W 1 W 1E47")

    assert len(line.commands) == 1
    assert line.bad is not None
    assert line.bad.code == "NUMOFLOW"


@pytest.mark.parametrize(("text", "tree"), TREES, ids=[text for text, _ in TREES])
def test_the_argument_of_a_command_has_this_tree(text: str, tree: str) -> None:
    (argument,) = sole(text).arguments

    assert repr(argument) == tree


def test_a_pattern_has_counts_codes_literals_and_alternatives() -> None:
    pattern = parse_pattern('1"x"2.3an.C4.(1N,.E)')

    assert isinstance(pattern, nodes.Pattern)
    assert [(atom.low, atom.high, atom.codes, atom.text, len(atom.alternatives)) for atom in pattern.atoms] == [
        (1, 1, "", "x", 0), (2, 3, "AN", None, 0), (0, None, "C", None, 0), (4, None, "", None, 2),
    ]  # fmt: skip


def test_operators_go_from_left_to_right() -> None:
    tree = parse_expression("1+2*3")

    assert isinstance(tree, nodes.Binary)
    assert tree.operator == "*"
    assert isinstance(tree.left, nodes.Binary)


def test_names_have_31_significant_characters() -> None:
    line = parse_line("L" * 40 + " S " + "v" * 40 + "=1")

    assert line.label is not None
    assert line.label.name == "L" * 31
    assert line.commands[0].arguments[0].targets[0].name == "v" * 31


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("B", nodes.Break),
        ("C 1", nodes.Close),
        ("D", nodes.Do),
        ("E", nodes.Else),
        ("F  ", nodes.For),
        ("G A", nodes.Goto),
        ("H", nodes.Halt),
        ("H 1", nodes.Hang),
        ("I", nodes.If),
        ("J A", nodes.Job),
        ("K", nodes.Kill),
        ("L", nodes.Lock),
        ("M A=B", nodes.Merge),
        ("N", nodes.New),
        ("O 1", nodes.Open),
        ("Q", nodes.Quit),
        ("R A", nodes.Read),
        ("S A=1", nodes.Set),
        ("TC", nodes.Tcommit),
        ("TRE", nodes.Trestart),
        ("TRO", nodes.Trollback),
        ("TS", nodes.Tstart),
        ("U 1", nodes.Use),
        ("V 1", nodes.View),
        ("W 1", nodes.Write),
        ("X 1", nodes.Xecute),
        ("ZA A", nodes.Zallocate),
        ("ZD", nodes.Zdeallocate),
        ("ZB A", nodes.Zbreak),
        ("ZG", nodes.Zgoto),
        ("ZP", nodes.Zprint),
        ("ZWI A", nodes.Zkill),
        ("ZWR", nodes.Zwrite),
        ("ZSYSTEM", nodes.Zcommand),
        ("ZFOO 1:2,,3", nodes.Vendor),
    ],
)
def test_each_command_has_its_class(text: str, kind: type[Node]) -> None:
    assert type(sole(text)) is kind


def test_vendors_commands_parse_and_are_a_diagnostic() -> None:
    routine = parse_routine(read(b" ZFOO:A 1:2,3 W 1\n", name="R"))

    (vendor, write) = routine.lines[0].commands
    assert isinstance(vendor, nodes.Vendor)
    assert vendor.name == "ZFOO"
    assert isinstance(write, nodes.Write)
    assert [(found.line, found.column, found.code) for found in routine.diagnostics] == [(1, 2, "INVCMD")]


# ------------------------------------------------------------------------------------------------ lines and routines


def test_a_line_is_kept_up_to_its_last_good_command() -> None:
    line = parse_line('L(A) S X=1 W "a" FOO  W "b"')

    assert line.label is not None
    assert [type(found) for found in line.commands] == [nodes.Set, nodes.Write]
    assert line.bad is not None
    assert (line.bad.code, line.bad.column, line.bad.text) == ("INVCMD", 17, 'FOO  W "b"')


def test_a_command_is_good_or_bad_as_a_whole() -> None:
    assert parse_line(" S X=1,Y=$E()").commands == []


def test_a_line_has_label_dots_and_comment() -> None:
    line = parse_line("L . .. S X=1 ;why")

    assert line.label is not None
    assert (line.depth, line.label.name) == (3, "L")
    assert line.comment is not None
    assert line.text[line.comment.start :] == ";why"


def test_a_line_with_formals_has_no_dots() -> None:
    line = parse_line("L(A,B) . S X=1")

    assert (line.depth, [formal.name for formal in line.formals or ()]) == (0, ["A", "B"])
    assert line.bad is not None
    assert line.bad.code == "NESTFORMP"


def test_labels_of_digits_are_texts() -> None:
    routine = parse_routine(read(b"007 Q\n7 Q\n", name="R"))

    assert routine.labels == {"007": 0, "7": 1}


def test_the_first_of_two_labels_wins() -> None:
    routine = parse_routine(read(b"A Q\nB Q\nA W 1\n", name="R"))

    assert routine.labels == {"A": 0, "B": 1}
    assert [(found.line, found.code) for found in routine.diagnostics] == [(3, "MULTLAB")]


def test_a_line_that_is_too_deep_is_a_warning() -> None:
    routine = parse_routine(read(b" S A=1\n . S B=1\n D\n . S C=1\n .. S D=1\n Q\n", name="R"))

    assert [(found.line, found.code, found.is_warning) for found in routine.diagnostics] == [
        (2, "BLKTOODEEP", True), (5, "BLKTOODEEP", True),
    ]  # fmt: skip


def test_a_do_without_its_block_is_a_warning() -> None:
    routine = parse_routine(read(b" D\n Q\n I 1 D\n", name="R"))

    assert [(found.line, found.code) for found in routine.diagnostics] == [(1, "DONOBLOCK"), (3, "DONOBLOCK")]


# ------------------------------------------------------------------------------------------------- code in strings


def test_code_for_xecute_has_no_label() -> None:
    assert [type(found) for found in parse_code("S A=1 W A").commands] == [nodes.Set, nodes.Write]
    assert parse_code("").commands == []
    assert parse_code("  W 1  ;x").bad is None
    assert parse_code("W 1 FOO").bad is not None


def test_a_line_feed_inside_of_code_is_bad() -> None:
    bad = parse_code("W 1\nW 2").bad

    assert bad is not None
    assert bad.column == 3


@pytest.mark.parametrize(
    ("keyword", "text", "count"),
    [
        ("SET", "A=1,B=2", 2),
        ("KILL", "(A)", 1),
        ("WRITE", "!,?3,1", 3),
        ("DO", "A,B^C(1):1", 2),
        ("GOTO", "A^B", 1),
        ("IF", "1,2", 2),
        ("LOCK", "+A:1", 1),
        ("NEW", "A,(B)", 2),
        ("OPEN", '"f":(READONLY):1', 1),
        ("USE", "1", 1),
        ("CLOSE", "1", 1),
        ("JOB", "A::1", 1),
        ("XECUTE", '"Q":1', 1),
        ("MERGE", "A=B", 1),
        ("READ", '"a",B', 2),
        ("HANG", "1", 1),
        ("QUIT", "1", 1),
        ("ZWRITE", "A(*)", 1),
        ("TSTART", "(A)", 1),
        ("VIEW", "1:2", 1),
        ("SET", "@A", 1),
    ],
)
def test_an_indirection_holds_the_arguments_of_its_command(keyword: str, text: str, count: int) -> None:
    found = parse_argument(keyword, text)

    assert isinstance(found, list)
    assert len(found) == count


@pytest.mark.parametrize("keyword", ["SET", "FOR", "ELSE", "HALT"])
def test_an_indirection_that_does_not_parse_is_bad(keyword: str) -> None:
    assert isinstance(parse_argument(keyword, "I=1:1:3"), Bad)


def test_names_entries_and_expressions_are_parsed_as_a_whole() -> None:
    assert isinstance(parse_name("^A(1)"), nodes.Global)
    assert isinstance(parse_name("@A"), nodes.Indirection)
    assert isinstance(parse_entry("A+1^B"), nodes.Entry)
    assert isinstance(parse_expression("1+1"), nodes.Binary)
    for found in (parse_name(""), parse_name("1"), parse_name("A B"), parse_entry("A("), parse_expression("1 2")):
        assert isinstance(found, Bad)


def test_spaces_and_a_comment_may_follow_what_is_in_a_text() -> None:
    assert isinstance(parse_name("^A(1)  "), nodes.Global)
    assert isinstance(parse_expression("1+1 ;c"), nodes.Binary)


# ---------------------------------------------------------------------------------------------- pyparsing, elements


def test_elements_are_pyparsing_elements() -> None:
    (tree,) = expression.parse_string("1+2", parse_all=True)
    assert isinstance(tree, nodes.Binary)

    mixed = OneOrMore(variable + Suppress(";")).leave_whitespace()
    assert [found.name for found in mixed.parse_string("A;B;")] == ["A", "B"]

    with pytest.raises(ParseException, match="RPARENMISSING") as caught:
        command.parse_string("S A(1=2")
    assert caught.value.loc == 7


def test_a_sequence_fails_at_the_first_element_that_does_not_match() -> None:
    word = Token("word", "[a-z]+", lambda start, end, found: found[0], "WORD")
    pair = Sequence("pair", lambda start, end, *values: (start, end, values), word, Enclosed("(", Listed(atom), ")"))

    end, (start, last, (name, arguments)) = pair.fast("ab(1,2)\n", 0)
    assert (end, start, last, name, len(arguments)) == (7, 0, 7, "ab", 2)
    assert pair.fast("ab(1,\n", 0) == (~5, "EXPR")
    assert pair.fast("(1)\n", 0) == (~0, "WORD")
    assert pair.fast("ab\n", 0) == (~2, "LPARENMISSING")


# ------------------------------------------------------------------------------------------------- lossless, limits

FRAGMENTS = st.sampled_from(
    [
        *"SWDFQIKNGXLRUOCHJMEAB^(),;:=+-*/\\#_'&!?[]<>@$\". 1\t\n\0",
        "  ",
        "TS",
        "ZWR",
        "ZFOO",
        "SET",
        "%X",
        "^G",
        "]]",
        "$$",
    ]
    + [
        "$P(",
        "$S(",
        "$T(",
        "$D(",
        "..",
        "2.5",
        "1E3",
        '"a"',
        '""',
        "1N",
        ".A",
        "(1A,2N)",
        '|"e"|',
        '["e"]',
        "^$G(",
        "é",
    ]
)
LINES = st.lists(FRAGMENTS, max_size=30).map("".join)


def check(line: Line, text: str) -> None:
    """Assert what holds of any line."""
    assert line.text == text
    assert "".join(token.text for token in tokens(line)) == text
    if line.bad is not None:
        assert line.bad.code in CODES
        assert line.bad.start <= len(text)
        assert 0 <= line.bad.column <= len(text)


@settings(max_examples=400)
@given(LINES)
def test_no_line_makes_the_parser_raise_and_each_gives_its_source_back(text: str) -> None:
    check(parse_line(text), text)
    check(parse_code(text), text)


@settings(max_examples=100)
@given(st.text(max_size=60))
def test_any_text_gives_itself_back(text: str) -> None:
    check(parse_line(text), text)


@settings(max_examples=100)
@given(st.sampled_from(sorted({source for source, _ in TABLE})), st.integers(0, 40), FRAGMENTS)
def test_a_line_that_was_changed_in_one_place_gives_itself_back(source: str, at: int, fragment: str) -> None:
    text = source[:at] + fragment + source[at + 1 :]
    check(parse_line(text), text)


@settings(max_examples=30)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_routine(data: bytes) -> None:
    source = read(data, name="R", charset="utf-8")
    routine = parse_routine(source)

    assert list(roundtrip(routine, source.lines)) == []
    assert dump_routine(routine)["routine"] == "R"


@pytest.mark.parametrize(
    "piece",
    [
        "(",
        "@",
        "-",
        "A(",
        "$L(",
        "$$A(",
        "1_",
        "A?1(",
        '"',
        '""',
        "1,",
        "S A=1 ",
        ".",
        "^|",
        "@A@(",
        "!",
        "#",
        "A",
        "9",
        " ",
        "$S(1:",
        "?1A",
        "1E",
        "'",
        ":",
        "D A(",
        "W:",
    ],
)
def test_long_lines_take_no_more_than_linear_time(piece: str) -> None:
    def seconds(size: int) -> float:
        text = " W " + piece * (size // len(piece))
        begin = time.process_time()
        line = parse_line(text)
        taken = time.process_time() - begin
        check(line, text)
        return taken

    seconds(1000)
    assert seconds(32000) < 0.5  # quadratic: seconds


def test_expressions_nest_up_to_a_limit() -> None:
    deep = EXPRESSION_DEPTH_MAX
    assert parse_line(" W " + "(" * deep + "1" + ")" * deep).bad is None
    assert parse_line(" W " + "-" * deep + "1").bad is None
    for prefix, suffix in (("(", ")"), ("-", ""), ("A(", ")"), ("@", ""), ("$L(", ")")):
        bad = parse_line(" W " + prefix * (deep + 1) + "1" + suffix * (deep + 1)).bad
        assert bad is not None
        assert bad.code == "STACKCRIT"
    assert parse_line(" ;" + "-" * 1000).bad is None
    assert parse_line(' W "' + "(" * 1000 + '"').bad is None
    assert isinstance(parse_expression("-" * (deep + 1) + "1"), Bad)


def test_expressions_have_operators_up_to_a_limit() -> None:
    assert parse_line(" W 1" + "_1" * OPERATOR_COUNT_MAX).bad is None
    assert parse_line(" W 1" + "_1" * (OPERATOR_COUNT_MAX + 1)).bad is not None
    assert parse_line(" W 1" + ",1+1" * OPERATOR_COUNT_MAX).bad is None


def test_subscripts_are_counted() -> None:
    assert parse_line(" W A(" + "1," * (M_SUBSCRIPT_COUNT_MAX - 1) + "1)").bad is None
    assert parse_line(" W A(" + "1," * M_SUBSCRIPT_COUNT_MAX + "1)").bad is not None

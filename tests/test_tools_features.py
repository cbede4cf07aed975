"""tools/features.py: docs/features.md says of each feature what the code says, and each that is built has a case."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bumps.interp import grammar
from bumps.tools.features import CASES, TABLES, Feature, differences, supported, untested, used_by, uses
from bumps.tools.manual import whole

PAGE = Path(__file__).resolve().parent.parent / "docs" / "features.md"
LAST_COLUMN = re.compile(r"\| [^|]*\|$", re.MULTILINE)


def test_every_feature_that_is_built_has_a_case() -> None:
    assert untested() == []


def test_the_page_is_what_make_docs_makes_but_for_the_files_that_more_cases_have_moved() -> None:
    # Who tests a feature changes with every case that is written; that each is tested is the test above.
    page = PAGE.read_text(encoding="utf-8")
    named = set(re.findall(r"[\w.]+", " ".join(line.rpartition(" | ")[2] for line in page.split("\n"))))
    files = {path.stem for path in CASES.glob("*.m")} | {path.name for path in TABLES.glob("*.txt")}

    def lasting(text: str) -> list[str]:
        return LAST_COLUMN.sub("|", text).partition("## Errors")[0].split("\n")

    assert lasting(page) == lasting(whole(PAGE)), "run `make docs`"
    assert len(named & files) > 50


@pytest.mark.parametrize(
    ("code", "feature"),
    [
        ("S A=1", Feature("command", "SET")),
        ("K", Feature("alone", "KILL")),
        ("K:A B", Feature("condition", "KILL")),
        ("W $P(A,1)", Feature("function", "PIECE")),
        ("S $P(A,1)=1", Feature("set function", "PIECE")),
        ("W $S(1:2)", Feature("function", "SELECT")),
        ("N $ET", Feature("new special", "ETRAP")),
        ("W A'=B", Feature("operator", "'=")),
        ("W -A", Feature("operator", "unary -")),
        ('W A?1(1N,1"x")', Feature("pattern", "alternation")),
        ("S @A=1", Feature("indirection", "target")),
        ("D @A", Feature("indirection", "DO @X")),
        ("D @A^B", Feature("indirection", "label")),
        ('X "W ^(1)"', Feature("form", "naked reference")),
        ('S $ET="D L+1"', Feature("form", "offset")),
        ("O A:(FIXED)", Feature("parameter", "FIXED")),
        ("J A:(IN=1)", Feature("job parameter", "INPUT")),
        ("W ^$G(1)", Feature("structured", "GLOBAL")),
        ("ZPRINTALL", Feature("form", "commands of other vendors")),
    ],
)
def test_what_uses_a_feature_is_told_by_its_tree(code: str, feature: Feature) -> None:
    line = grammar.parse_code(code)

    assert line.bad is None
    assert feature in list(used_by(line))


def test_what_is_not_built_is_not_said_to_be() -> None:
    assert supported()[Feature("function", "PIECE")]
    assert not supported()[Feature("function", "ZAHANDLE")]
    assert not supported()[Feature("structured", "EVENT")]
    assert not supported()[Feature("parameter", "KEY")]


def test_a_difference_is_told_of_the_feature_that_its_subject_names() -> None:
    assert any("BREAK" in subject for subject in differences()[Feature("command", "BREAK")])
    assert Feature("operator", "&") in differences()


def test_an_error_that_a_case_marks_or_prints_is_counted() -> None:
    assert uses().errors["DIVZERO"]["error_codes"] > 0
    assert "GVUNDEF" in uses().errors

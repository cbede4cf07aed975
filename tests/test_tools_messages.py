"""tools/messages.py: what went wrong is one line, a hint, and for M a caret that stands right."""

from __future__ import annotations

import json

import click
import pytest

from bumps.errors import BumpsError, CorruptionError, InputError, MError, NoDatabaseError
from bumps.tools import messages


def m_error() -> MError:
    error = MError("Attempt to divide by zero", name="DIVZERO", number=150373210, mcode="M9")
    error.place, error.routine, error.file = "SUB+2^E1", "E1", "E1.m"
    error.line, error.column, error.source = 8, 6, "\tS X=N/0"
    error.stack = ["E1+2^E1"]
    return error


def test_an_m_error_shows_place_line_caret_callers_and_hint() -> None:
    assert messages.lines(m_error()) == [
        "E1.m:8:6: M9 DIVZERO: Attempt to divide by zero",
        "\tS X=N/0",
        "\t    ^",
        "  in SUB+2^E1, called from E1+2^E1",
        "hint: bumps explain DIVZERO",
    ]


def test_a_recursion_that_ran_away_shows_its_innermost_callers_and_counts_the_rest() -> None:
    error = m_error()
    error.stack = [f"L+{index}^E1" for index in range(20)]

    assert messages.lines(error)[3].endswith("called from L+7^E1, called from 12 more")


def test_an_m_error_without_a_place_is_one_line_and_a_hint() -> None:
    error = MError("No such routine: X", name="ZLINKFILE", number=150373978)

    assert messages.lines(error) == [
        "bumps: Z150373978 ZLINKFILE: No such routine: X",
        "hint: bumps explain ZLINKFILE",
    ]


def test_the_facts_of_an_m_error_are_json() -> None:
    found = json.loads(json.dumps(messages.facts(m_error())))

    assert found["error"] == "M9" and found["name"] == "DIVZERO" and found["stack"] == ["E1+2^E1"]
    assert (found["routine"], found["label"], found["offset"]) == ("E1", "SUB", 2)
    assert (found["file"], found["line"], found["column"]) == ("E1.m", 8, 6)


def test_the_facts_of_any_error_are_json() -> None:
    found = json.loads(json.dumps(messages.facts(CorruptionError("page 8 says it is page 7", page=8, path=b"\xff"))))

    assert (
        found["name"] == "CORRUPTION" and found["page"] == 8 and found["path"] == "\xff" and "verify" in found["hint"]
    )


@pytest.mark.parametrize(
    ("error", "wanted"),
    [
        (BumpsError("what, where", hint="do this"), ["bumps: what, where", "hint: do this"]),
        (NoDatabaseError("x.bumps: no such database", path="x.bumps"), [
            "bumps: x.bumps: no such database", "hint: bumps explain NODATABASE"
        ]),
        (InputError("a.zwr:3:1: \x1b[31m", file="a.zwr", line=3, column=1, text=""), ["bumps: a.zwr:3:1: \\x1b[31m"]),
        (PermissionError(13, "Permission denied", "/x"), [
            "bumps: /x: Permission denied", "hint: choose another place, or change its permissions"
        ]),
        (OSError(28, "No space left on device", "/x"), [
            "bumps: /x: No space left on device", "hint: free some space, and repeat the command"
        ]),
        (MemoryError(), ["bumps: out of memory"]),
        (click.UsageError("Missing argument 'DB'."), ["bumps: missing argument 'DB'", "hint: bumps --help"]),
        (click.NoSuchOption("--jsn", possibilities=["--json"]), [
            "bumps: no such option: --jsn", "hint: did you mean --json?"
        ]),
    ],
)  # fmt: skip
def test_an_error_is_one_line_and_at_most_one_hint(error: BaseException, wanted: list[str]) -> None:
    assert messages.lines(error) == wanted


def test_a_fault_of_ours_says_so_and_how_to_see_more() -> None:
    message, hint = messages.lines(ZeroDivisionError("division by zero"))

    assert message == "bumps: internal error: ZeroDivisionError: division by zero"
    assert "--debug" in hint

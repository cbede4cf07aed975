"""torture/script.py, shrink.py: what broke is written out, made small, and breaks the same again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from bumps.errors import UsageError
from bumps.tools.torture import torture
from bumps.torture import script
from bumps.torture.case import CAMPAIGN, CONTINUATIONS, FAULTS, Case, parse
from bumps.torture.mutants import MUTANTS, armed, judge
from bumps.torture.runner import shape_of
from bumps.torture.script import Cut, ScriptError, from_json, to_text
from bumps.torture.shrink import find_cut, minimized, record, shrink

SCREEN = 40


def shrunk(mutant: str, case: str, seconds: float = 60) -> script.Script:
    with armed(MUTANTS[mutant]):
        found = record(parse(case))
        assert found is not None
        return shrink(found[1], seconds=seconds)


def test_what_is_not_needed_is_taken_away() -> None:
    def kept(left: Sequence[int]) -> bool:
        return {3, 17} <= set(left)

    assert minimized(range(40), kept) == [3, 17]
    assert minimized([], lambda left: True) == []


def test_a_promise_given_before_the_sync_takes_one_commit_to_break() -> None:
    made = shrunk("ack_before_sync", "0")

    [life] = made.lives
    assert [event[0] for event in life.events] == ["open", "commit"]
    [(kind, _, _, value)] = life.events[1][1]
    assert (kind, value) == ("set", b"")
    assert life.cut is not None and life.cut.vector.count(0) == 2, "one sector is missing; the other 0 is a fill"
    with armed(MUTANTS["ack_before_sync"]):
        assert str(script.run(made)) == "I1: LSN 1 was promised, 0 recovered"
    assert script.replay(made) is None, "the engine without the mutant keeps it"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mutant", "stage"),
    [
        ("no_home_sync", CAMPAIGN),
        ("split_transaction", CAMPAIGN),
        ("append_same_segment", CAMPAIGN),
        ("ignore_sync_error", FAULTS),
        ("slot_believed_over_set", CONTINUATIONS),
    ],
)
def test_what_catches_a_mutant_fits_on_a_screen(mutant: str, stage: str) -> None:
    case = judge(MUTANTS[mutant]).case  # what the gate remembers, or another once that catches it no longer
    assert parse(case).stage == stage
    need_small(mutant, case)


@pytest.mark.slow
def test_what_an_enumeration_finds_fits_on_a_screen() -> None:
    need_small("no_journal_sync", "exhaust:0:1")


@pytest.mark.slow
@pytest.mark.parametrize("always", [False, True])
def test_what_shows_on_a_disk_that_lies_once_or_always_fits_on_a_screen(always: bool) -> None:
    mutant = "chain_ignored"
    for seed in (each for each in range(400) if shape_of(each).lying):
        with armed(MUTANTS[mutant]):
            found = record(Case(CAMPAIGN, seed))
        if found is not None and (found[1].lies is not None) == always:
            assert found[1].breaks == "I12"
            need_small(mutant, str(seed))
            return
    pytest.fail("no campaign on a lying disk catches it")


def need_small(mutant: str, case: str) -> None:
    """Fail unless what catches the mutant becomes a screen of text that breaks the same again, and only with it."""
    made = shrunk(mutant, case)
    text = to_text(made)

    assert text.count("\n") <= SCREEN
    assert from_json(json.loads(text)) == made
    with armed(MUTANTS[mutant]):
        violation = script.run(made)
    assert violation is not None and violation.invariant == made.breaks
    assert script.replay(made) is None


def test_a_case_that_holds_is_not_shrunk(tmp_path: Path) -> None:
    assert record(parse("faults:2:sync,7,EIO,1,keep,10,12")) is None
    done = CliRunner().invoke(torture, ["shrink", "faults:2:sync,7,EIO,1,keep,10,12", "--json"], catch_exceptions=False)
    assert done.exit_code == 0
    assert json.loads(done.stdout)["breaks"] is None


def test_a_broken_promise_is_written_to_a_file_and_done_again(tmp_path: Path) -> None:
    path = str(tmp_path / "found.json")
    with armed(MUTANTS["no_seal_sync"]):
        done = CliRunner().invoke(torture, ["shrink", "0", "--output", path], catch_exceptions=False)
        again = CliRunner().invoke(torture, ["replay", path], catch_exceptions=False)
    clean = CliRunner().invoke(torture, ["replay", path, "--json"], catch_exceptions=False)

    assert (done.exit_code, again.exit_code, clean.exit_code) == (1, 1, 0)
    assert "the set of the last checkpoint fails its checksum" in again.stdout
    assert json.loads(clean.stdout) == {"violations": []}


def test_a_script_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    corpus = Path(__file__).resolve().parent.parent / "torture" / "corpus"
    made = from_json(json.loads((corpus / "T05.script.json").read_text()))

    with pytest.raises(ScriptError):
        script.run(made.with_last(cut=Cut(10**6, ())))
    with pytest.raises(ScriptError):
        script.run(made.with_last(cut=Cut(20, (1,) * 99)))
    for event in (("checkpoint",), ("survive", ("checkpoint",))):
        with pytest.raises(ScriptError):
            script.run(made.with_last(events=(event,)))
    assert find_cut(made.with_last(events=(("checkpoint",),))) is None
    with pytest.raises(ScriptError):
        from_json({"lives": []})
    for text in ("x", "{}"):
        (tmp_path / "x.json").write_text(text)
        with pytest.raises(UsageError):
            CliRunner().invoke(torture, ["replay", str(tmp_path / "x.json")], catch_exceptions=False)
    with pytest.raises(UsageError):
        CliRunner().invoke(torture, ["replay", str(tmp_path / "none.json")], catch_exceptions=False)

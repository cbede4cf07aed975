"""interp/profile.py: counts and steps are the same in each tier and add up to the meter's; time is that of a clock."""

from __future__ import annotations

import io
import json

import pytest

from bumps.errors import MError
from bumps.interp import profile as profile_module
from bumps.interp.machine import Machine
from bumps.interp.profile import Findings, Profile, unpacked
from bumps.interp.tiers import Tier
from bumps.run import Limits
from tests.interp_cases import Texts, new_globals
from tests.oracle.programs import OUTER, RESET, Generator

TIERS: tuple[Tier, ...] = ("closures", "generated", "auto")

SOURCE = """T(N) ; start
 S X=0
 F I=1:1:N D A(I)
 D
 . F J=1:1:3 S Y=$$B(J)
 X "S Z=1"
 D C
 Q
A(X)
 S ^G(X)=X
 Q
B(Y) Q Y*2
C
 S K=0
D S K=K+1 G:K<5 D
 W K,!
 S V=$$FIB(8)
 Q
FIB(N) Q:N<2 N
 Q $$FIB(N-1)+$$FIB(N-2)
"""


class Clock:
    """Each look is a microsecond later."""

    def __init__(self) -> None:
        self.time = 0

    def __call__(self) -> int:
        self.time += 1000
        return self.time


def profile_of(source: str, tier: Tier, *arguments: int, **options: bool) -> Findings:
    machine = Machine(
        globals_factory=new_globals(),
        input=io.BytesIO(),
        output=io.BytesIO(),
        loader=Texts({"T": source}),
        tier=tier,
    )
    machine.tiers.hot_count = 0
    profile = Profile(machine, Clock(), **options)
    machine.run("T", arguments or None)
    found = profile.finish()
    assert found.steps == machine.meter.steps == sum([node.steps for node, _ in found.walk()])
    assert unpacked(json.loads(json.dumps(found.packed()))).packed() == found.packed()
    return found


@pytest.mark.parametrize("tier", TIERS)
def test_labels_have_their_entries_and_their_steps_with_and_without_what_they_call(tier: Tier) -> None:
    profile = profile_of(SOURCE, tier, 4)
    labels = {label.name: (label.entry_count, label.steps, label.total_steps) for label in profile.labels()}
    assert labels == {
        "T^T": (1, 44, 949),
        "A^T": (4, 28, 28),
        "B^T": (3, 6, 6),
        "@ S Z=1": (1, 1, 1),
        "C^T": (1, 1, 1),
        "D^T": (5, 65, 869),
        "FIB^T": (67, 804, 804),
    }


@pytest.mark.parametrize("tier", TIERS)
def test_lines_have_their_counts_and_their_own_steps(tier: Tier) -> None:
    profile = profile_of(SOURCE, tier, 4)
    lines = [(line.place.removesuffix("^T"), line.count, line.steps) for line in profile.lines]
    assert lines == [
        ("T", 1, 0),
        ("T+1", 1, 1),
        ("T+2", 1, 17),
        ("A", 4, 0),
        ("A+1", 4, 24),
        ("A+2", 4, 4),
        ("T+3", 1, 3),
        ("T+4", 1, 16),
        ("B", 3, 6),
        ("T+5", 1, 3),
        ("@", 1, 1),
        ("T+6", 1, 3),
        ("C", 0, 0),
        ("C+1", 1, 1),
        ("D", 5, 20),
        ("D+1", 1, 4),
        ("D+2", 1, 4),
        ("FIB", 67, 134),
        ("FIB+1", 33, 330),
        ("D+3", 1, 1),
        ("T+7", 1, 1),
    ]


def test_calls_are_kept_apart_by_their_callers() -> None:
    profile = profile_of("T D A,B Q\nA D C Q\nB D C,C Q\nC S X=1 Q\n", "generated")
    top = profile.root.calls["T^T"]
    assert list(top.calls) == ["A^T", "B^T"]
    assert top.calls["B^T"].calls["C^T"].steps == 2 * top.calls["A^T"].calls["C^T"].steps > 0


@pytest.mark.parametrize("tier", TIERS)
def test_time_is_spent_where_the_program_is(tier: Tier) -> None:
    profile = profile_of("T D A S X=1\n Q\nA S Y=1\n Q\n", tier)
    labels = {label.name: label for label in profile.labels()}
    assert labels["T^T"].total_nanoseconds == labels["T^T"].nanoseconds + labels["A^T"].nanoseconds
    assert labels["A^T"].nanoseconds > 0
    assert profile.nanoseconds == labels["T^T"].total_nanoseconds


@pytest.mark.parametrize("tier", TIERS)
def test_a_time_line_has_each_call(tier: Tier) -> None:
    profile = profile_of("T D A,A,B\n D\n . D A\n Q\nA S X=1\n S X=2 Q\nB D A G C\nC S X=3 Q\n", tier, has_slices=True)
    slices = sorted(profile.slices, key=lambda each: (each.begin, -each.end))
    assert [each.name.removesuffix("^T") for each in slices] == ["T", "A", "A", "B", "A", "C", "A"]
    whole, first, second, calling, called, *_ = slices
    assert whole.begin <= first.begin < first.end <= second.begin < second.end <= calling.begin <= called.begin
    assert all(each.begin < each.end <= whole.end for each in slices)
    assert called.end <= calling.end
    assert profile.has_all_slices


def test_a_deep_recursion_is_one_label_with_all_its_time() -> None:
    profile = profile_of("T S N=5000 D A Q\nA S N=N-1 D:N A\n Q\n", "generated")
    labels = {label.name: label for label in profile.labels()}
    assert labels["A^T"].entry_count == 5000
    assert labels["A^T"].total_steps == labels["A^T"].steps == 5000 * profile.root.calls["T^T"].calls["A^T"].steps


@pytest.mark.parametrize("tier", TIERS)
def test_errors_and_zgoto_leave_labels(tier: Tier) -> None:
    source = 'T D A,C S X=1 Q\nA S $ET="S $EC="""" Q"\n D B\n Q\nB S Y=1/0\n Q\nC D E Q\nE ZG -1 Q\n'
    profile = profile_of(source, tier)
    top = profile.root.calls["T^T"]
    assert list(profile.root.calls) == ["T^T"]
    assert list(top.calls) == ["A^T", "C^T"]
    assert list(top.calls["A^T"].calls) == ["B^T", '@ S $EC="" Q']
    assert list(top.calls["C^T"].calls) == ["E^T"]


def test_a_program_that_fails_or_is_stopped_has_a_profile() -> None:
    for source, limits, error in (
        ("T S X=1\n S Y=1/0\n", None, MError),
        ("T F  S X=1\n", Limits(steps=1000), Exception),
    ):
        machine = Machine(
            globals_factory=new_globals(),
            input=io.BytesIO(),
            output=io.BytesIO(),
            loader=Texts({"T": source}),
            limits=limits,
        )
        profile = Profile(machine, Clock())
        with pytest.raises(error):
            machine.run("T")
        found = profile.finish()
        assert found.steps == machine.meter.steps == sum([node.steps for node, _ in found.walk()])


def facts(seed: int, tier: Tier) -> tuple[object, ...]:
    program = Generator(seed).program()
    machine = Machine(
        globals_factory=new_globals(),
        input=io.BytesIO(),
        output=(output := io.BytesIO()),
        loader=Texts({"T": program.source, "O": OUTER}),
        charset="m",
        tier=tier,
        limits=Limits(steps=100_000),
    )
    machine.tiers.hot_count = 1
    machine.locals.cell("ZZC").v = RESET.format(name="T")
    profile = Profile(machine, Clock())
    error = ""
    try:
        machine.run("O")
    except Exception as failure:
        error = str(failure)
    found = profile.finish()
    assert found.steps == machine.meter.steps == sum([node.steps for node, _ in found.walk()])
    return (
        output.getvalue(),
        error,
        found.steps,
        [(line.place, line.text, line.count) for line in found.lines],
        sorted([(label.name, label.entry_count, label.steps, label.total_steps) for label in found.labels()]),
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4_000, 4_100, 20))
def test_random_programs_have_the_same_profile_in_each_tier(seed: int) -> None:
    for each in range(seed, seed + 10):
        wanted = facts(each, "closures")
        assert facts(each, "generated") == wanted
        assert facts(each, "auto") == wanted


def test_the_tree_of_calls_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profile_module, "NODE_COUNT_MAX", 3)
    profile = profile_of("T D A Q\nA D B Q\nB D C Q\nC D D Q\nD S X=1 Q\n", "closures")
    assert [node.name for node, _ in profile.walk()] == ["", "T^T", "A^T", "B^T"]

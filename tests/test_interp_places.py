"""Errors in traps in traps: what they cost, and what $STACK() says of them."""

from __future__ import annotations

import io
from types import TracebackType

import pytest

from bumps.errors import MError
from bumps.interp.frames import Place
from bumps.interp.machine import Machine
from tests.interp_cases import Texts, new_globals

RECURSION = '''T N $ET S $ET="S $EC="""" D L",N=0
 W 1/0
 Q
L N $ET S $ET="S $EC="""" D L Q"
 S N=N+1 Q:N>LAST
 W 1/0
 Q
'''
"""An error in each level, whose trap calls the next one."""


def machine_of(source: str) -> Machine:
    """Return a machine with the routine T."""
    return Machine(
        globals_factory=new_globals(),
        input=io.BytesIO(),
        output=io.BytesIO(),
        loader=Texts({"T": source}),
        charset="m",
    )


def visited_count(level_count: int) -> int:
    """Return how many frames of Python are looked at in a recursion with an error in each level."""
    machine = machine_of(RECURSION.replace("LAST", str(level_count)))
    machine.run("T")
    return machine.traps.places.visited_count


def test_an_error_looks_only_at_the_frames_that_are_new_since_the_last_one() -> None:
    few, many = visited_count(100), visited_count(1_000)

    assert few > 100, "each error looks at some"
    assert many < 11 * few


def test_asking_stack_for_the_level_of_the_trap_looks_at_few_frames() -> None:
    asking = RECURSION.replace('S $EC=""""', 'S X=$ST($ST,""PLACE"")_$ST($ST-1) S $EC=""""')
    counts = []
    for level_count in (100, 1_000):
        machine = machine_of(asking.replace("LAST", str(level_count)))
        machine.run("T")
        counts.append(machine.traps.places.visited_count)

    assert counts[1] < 11 * counts[0]


def test_an_error_in_a_trap_does_not_hold_the_chain_of_those_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = machine_of(RECURSION.replace("LAST", "100"))
    lengths: list[int] = []
    record = machine.traps.record

    def counting(error: MError, trace: TracebackType | None, standing: Place | None = None) -> None:
        link: BaseException | None = error
        length = 0
        while link is not None:
            link = link.__context__
            length += 1
        lengths.append(length)
        record(error, trace, standing)

    monkeypatch.setattr(machine.traps, "record", counting)
    machine.run("T")

    assert len(lengths) == 101
    assert max(lengths) <= 3


def test_the_callers_of_an_untrapped_error_are_those_of_its_moment() -> None:
    machine = machine_of("T D A\n Q\nA D B\n Q\nB W 1/0\n Q\n")
    with pytest.raises(MError) as first:
        machine.run("T")
    machine.traps.set_ecode("")
    with pytest.raises(MError) as second:
        machine.run("B^T")

    assert second.value.stack == []
    assert first.value.stack == ["A^T", "T^T"]

"""interp: how many steps a program takes is told by its text and by where it goes, as interp/meter.py says."""

from __future__ import annotations

import io

import pytest

from bumps.errors import MError, RunLimitError
from bumps.interp.costs import COSTS, REGION, TURN
from bumps.interp.grammar import parse_code
from bumps.interp.machine import Machine
from bumps.interp.weights import line_weight
from bumps.run import Limits
from tests.interp_cases import Texts, new_globals


def steps(source: str, *, error: str = "") -> int:
    """Run a routine from its top, and return how many steps that took."""
    machine = Machine(
        globals_factory=new_globals(), input=io.BytesIO(), output=io.BytesIO(), loader=Texts({"R": source}), charset="m"
    )
    found = ""
    try:
        machine.run("R")
    except MError as raised:
        found = raised.name
    assert found == error
    return machine.meter.steps


def cost(*lines: str) -> int:
    """Return the weight of lines together, without what their FORs do turn by turn."""
    return sum([line_weight(parse_code(line)) for line in lines])


def test_a_region_is_paid_as_a_whole_whether_or_not_it_is_reached() -> None:
    assert steps("R S X=1\n S Y=2 Q\n S Z=3\n") == cost("S X=1", "S Y=2 Q", "S Z=3")
    assert steps("R I 0 S X=1\n Q\n") == cost("I 0 S X=1", "Q")


def test_a_region_ends_at_the_next_label_and_who_falls_into_that_pays_it_then() -> None:
    assert steps("R S X=1\n Q\nA S X=2\n") == cost("S X=1", "Q")
    assert steps("R S X=1\nA S X=2\n S X=3\n") == cost("S X=1", "S X=2", "S X=3")


def test_lines_in_front_of_the_first_label_are_a_region() -> None:
    assert steps(" S X=1\n S X=2 Q\nA S X=3\n") == cost("S X=1", "S X=2 Q")


def test_a_region_without_commands_pays_the_least() -> None:
    assert steps("R ; nothing\nA ; nothing\n Q\n") == REGION + cost("Q")
    assert steps("R G B\nA ;\nB ;\n Q\n") == cost("G B") + cost("Q")


def test_a_call_pays_the_region_it_enters_and_a_goto_does_each_time() -> None:
    assert steps("R D A,A Q\nA S X=1 Q\n") == cost("D A,A Q") + 2 * cost("S X=1 Q")
    assert steps("R S X=$$A+$$A Q\nA() Q 1\n") == cost("S X=$$A+$$A Q") + 2 * cost("Q 1")
    assert steps("R S X=0\nA S X=X+1 G A:X<5\n") == cost("S X=0") + 5 * cost("S X=X+1 G A:X<5")


def test_who_enters_a_region_in_its_middle_pays_from_there_to_its_end() -> None:
    assert steps("R D A+1 Q\nA S X=1,X=2\n S X=3\n S X=4 Q\n") == cost("D A+1 Q", "S X=3", "S X=4 Q")
    assert steps("R G A+2\nA S X=1,X=2\n S X=3\n S X=4 Q\n") == cost("G A+2", "S X=4 Q")
    assert steps("R S X=0\n S X=X+1\n G R+1:X<3\n Q\n") == cost("S X=0") + 3 * cost("S X=X+1", "G R+1:X<3", "Q")


def test_a_block_is_a_region_and_labels_in_it_begin_others() -> None:
    assert steps("R D  S Y=1\n . S X=1\n . S X=2\n Q\n") == cost("D  S Y=1", "Q") + cost("S X=1", "S X=2")
    assert steps("R D\n . S X=1\n . . S X=2\n . Q\n Q\n") == cost("D", "Q") + cost("S X=1", "Q")
    assert steps("R D\n . S X=1 Q\nA . S X=2,X=3\n Q\n") == cost("D", "Q") + cost("S X=1 Q")


def test_each_turn_of_a_for_pays_one_and_what_is_behind_it() -> None:
    turn = TURN + cost("S X=I")
    assert steps("R F I=1:1:10 S X=I\n") == cost("F I=1:1:10") + 10 * turn
    assert steps("R F I=1,5,7:1:9 S X=I\n") == cost("F I=1,5,7:1:9") + 5 * turn
    assert steps("R F I=1:.5:3 S X=I\n") == cost("F I=1:.5:3") + 5 * turn
    assert steps("R F I=1:1:0 S X=I\n") == cost("F I=1:1:0")
    assert steps("R F I(1)=1:1:4 S X=I\n", error="UNDEF") == cost("F I(1)=1:1:4") + turn
    assert steps("R F I(1)=1:1:4,6 S X=1\n") == cost("F I(1)=1:1:4,6") + 5 * turn
    assert steps("R S I=0 F  S I=I+1 Q:I=4\n") == cost("S I=0 F ") + 4 * (TURN + cost("S I=I+1 Q:I=4"))
    assert steps("R F I=1:1:3 S X=I,I=I+1\n") == cost("F I=1:1:3") + 2 * (TURN + cost("S X=I,I=I+1"))


def test_a_for_in_a_for_pays_its_start_in_each_turn_of_the_outer_one() -> None:
    inner = TURN + cost("S X=I")
    outer = TURN + cost("S Y=1 F J=1:1:3")
    assert steps("R F I=1:1:4 S Y=1 F J=1:1:3 S X=I\n") == cost("F I=1:1:4") + 4 * (outer + 3 * inner)


def test_a_for_without_a_body_pays_its_turns() -> None:
    assert steps("R F I=1:1:50\n") == cost("F I=1:1:50") + 50 * TURN


def test_a_text_pays_its_weight_each_time_it_runs() -> None:
    assert steps('R S T="S X=1" X T,T Q\n') == cost('S T="S X=1" X T,T Q') + 2 * cost("S X=1")
    assert steps('R X ""\n') == cost('X ""') + REGION
    turns = 3 * (TURN + cost("S X=I"))
    assert steps('R X "F I=1:1:3 S X=I"\n') == cost('X ""') + cost("F I=1:1:3") + turns


def test_a_text_of_an_indirection_pays_if_it_has_something_to_evaluate() -> None:
    cell = COSTS["subscript"]
    assert steps('R S T="X=1,Y=2" S @T\n') == cost('S T="" S @T') + cost("S X=1,Y=2")
    assert steps('R S T="X(1)" S @T=1\n') == cost('S T="" S @T=1')
    assert steps('R S T="X(1+1)" S @T=1,@T=2\n') == cost('S T="" S @T=1,@T=2') + 2 * (cell + cost("S X=1+1") - 1)
    assert steps('R S T="A" D @T Q\nA Q\n') == cost('S T="" D @T Q') + cost("D A") + cost("Q")
    assert steps('R S T="A+0" D @T Q\nA Q\n') == cost('S T="" D @T Q') + cost("D A+0") + cost("Q")
    assert steps('R S T="1,1=1" I @T\n') == cost('S T="" I @T') + cost("S X=1=1") - cost("S X=1")


def test_a_trap_pays_its_text_and_the_line_that_begins_again_the_rest_of_its_region() -> None:
    trapped = 'R S $ZT="S Y=1"\n S Z=0\n S X=Y\n S X=2 Q\n'
    assert steps(trapped) == cost('S $ZT=""', "S Z=0", "S X=Y", "S X=2 Q") + cost("S Y=1") + cost("S X=Y", "S X=2 Q")
    first = 'R S $ZT="S Y=1" S X=Y\n Q\n'
    assert steps(first) == 2 * cost('S $ZT="" S X=Y', "Q") + cost("S Y=1")
    assert steps('R S $ET="G A"\n S X=Y\nA S $EC="" Q\n') == cost('S $ET=""', "S X=Y") + cost("G A") + cost(
        'S $EC="" Q'
    )


def test_a_restart_pays_from_the_line_of_tstart_to_the_end_of_the_region() -> None:
    rest = cost("TSTART () S ^X=1 TRESTART:$TRESTART<2  TCOMMIT", "Q")
    assert steps("R S X=1\n TSTART () S ^X=1 TRESTART:$TRESTART<2  TCOMMIT\n Q\n") == cost("S X=1") + 3 * rest
    line, below = cost("TSTART ()"), cost("S ^X=1", "TRESTART:$TRESTART<2", "TCOMMIT", "Q")
    source = "R S X=1\n TSTART ()\n S ^X=1\n TRESTART:$TRESTART<2\n TCOMMIT\n Q\n"
    assert steps(source) == cost("S X=1") + 3 * (line + below)
    assert steps('R X "TSTART () TRESTART:$TRESTART<2  TCOMMIT"\n') == cost('X ""') + 3 * cost(
        "TSTART () TRESTART:$TRESTART<2  TCOMMIT"
    )


def test_a_breakpoint_pays_its_action_beside_the_region() -> None:
    assert steps('R ZB A:"S Y=1" D A Q\nA S X=1 Q\n') == cost('ZB A:"" D A Q') + cost("S Y=1") + cost("S X=1 Q")


@pytest.mark.parametrize("source", ["A G A\n", "A ;\n G A\n", "A F  F  Q\n", 'A X "" G A+0\n', "A D B G A\nB Q\n"])
def test_whatever_can_run_for_ever_pays_for_it(source: str) -> None:
    machine = Machine(
        globals_factory=new_globals(),
        input=io.BytesIO(),
        output=io.BytesIO(),
        loader=Texts({"A": source}),
        charset="m",
        limits=Limits(steps=10_000),
    )
    with pytest.raises(RunLimitError, match="steps"):
        machine.run("A")
    assert 9_900 < machine.meter.steps <= 10_000

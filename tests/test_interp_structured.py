"""interp/structured.py: what there is, as variables that can be read and not written."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from bumps.errors import MError
from bumps.interp.machine import Machine
from bumps.interp.world import World
from tests.interp_cases import new_globals

ROUTINE = """MAIN ;
 S ^B=1,^A(1)=2,^%Z(1)=1
"""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine in charset utf-8 with the globals ^%Z, ^A, ^B and the routines %U, MAIN, ZED."""
    (tmp_path / "ZED.m").write_text("ZED ;\n")
    (tmp_path / "_U.m").write_text("%U ;\n")
    (tmp_path / "MAIN.m").write_text(ROUTINE)
    machine = Machine(
        globals_factory=new_globals("utf-8"),
        input=io.BytesIO(),
        output=io.BytesIO(),
        routine_path=[str(tmp_path)],
        world=World(process_id=77, system="here"),
    )
    machine.run("MAIN")
    return machine


def says(machine: Machine, code: str) -> str:
    """Return what a line writes."""
    output = machine.device.principal.sink
    assert isinstance(output, io.BytesIO)
    output.seek(0)
    output.truncate()
    machine.execute_directly(code)
    return output.getvalue().decode()


def error(machine: Machine, code: str) -> MError:
    with pytest.raises(MError) as caught:
        machine.execute_directly(code)
    return caught.value


WALK = 'S X="" F  S X=$O(@V@(X)) Q:X=""  W X," "'


@pytest.mark.parametrize(
    ("variable", "expected"),
    [
        ("^$GLOBAL", "^%Z ^A ^B "),
        ("^$G", "^%Z ^A ^B "),
        ("^$ROUTINE", "%U MAIN ZED "),
        ("^$LOCK", '^A(1,"x") ^Z '),
        ("^$JOB", "77 "),
        ("^$SYSTEM", "47,here "),
        ("^$CHARACTER", "M UTF-8 "),
        ("^$DEVICE", "0 "),
    ],
)
def test_order_walks_what_there_is_in_both_directions(machine: Machine, variable: str, expected: str) -> None:
    lock = 'L (^Z,^A(1,"x")) '
    assert says(machine, f'{lock}S V="{variable}" {WALK}') == expected
    backwards = says(machine, f'{lock}S V="{variable}" {WALK.replace("(X))", "(X),-1)")}')
    assert backwards.split() == expected.split()[::-1]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            'W $D(^$GLOBAL("^A")),$D(^$GLOBAL("^A","CHARACTER")),$D(^$GLOBAL("^Q")),$D(^$GLOBAL("A")),$D(^$GLOBAL)',
            "1110010",
        ),
        ('W $D(^$ROUTINE("ZED")),$D(^$ROUTINE("NOPE")),$D(^$R("%U"))', "11011"),
        ('W ^$GLOBAL("^A","CHARACTER"),$G(^$G("^A","X"),"none")', "UTF-8none"),
        ('L +^A(1),+^A(1) W ^$LOCK("^A(1)"),$D(^$L("^A")) ZA ^Q W ^$L("^Q") L  ZD  W $D(^$L("^Q"))', "2000"),
        ('W "ab",^$DEVICE(0,"$X"),^$JOB($J,"CHARACTER"),^$J($J,"$TLEVEL")', "ab2UTF-80"),
        (
            'W $Q(^$GLOBAL),$Q(^$GLOBAL("^A")),$Q(^$JOB(77,"$IO"),-1)',
            '^$GLOBAL("^%Z")^$GLOBAL("^A","CHARACTER")^$JOB(77)',
        ),
        ('W $NA(^$JOB(1,"a"))', '^$JOB(1,"a")'),
        ('M X=^$GLOBAL("^A") ZWR X', 'X=""\nX("CHARACTER")="UTF-8"\n'),
        ('S X="^$ROUTINE(""ZED"")" W $D(@X),$D(@X@("CHARACTER"))', "111"),
        ('W $D(^$|""|GLOBAL("^A"))', "11"),
        ("S ^Q(5)=1,X=^Q(5),X=$D(^$JOB(77)) W ^(5)", "1"),
    ],
)
def test_nodes_can_be_read(machine: Machine, code: str, expected: str) -> None:
    assert says(machine, code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('S ^$GLOBAL("^A")=1', "M29"),
        ("K ^$JOB(77)", "M29"),
        ("ZK ^$JOB(77)", "M29"),
        ("M ^$JOB(77)=X", "M29"),
        ('S $P(^$JOB(77),"^",2)=1', "M29"),
        ("R ^$JOB(77)", "M29"),
        ('W ^$GLOBAL("^NOPE")', "M38"),
        ("W ^$JOB", "M38"),
        ("W $O(^$JOB)", "M38"),
        ('W $D(^$EVENT("x"))', "M60"),
        ('W $D(^$|"elsewhere"|GLOBAL("^A"))', "M59"),
    ],
)
def test_what_cannot_be_is_an_error_of_the_standard(machine: Machine, code: str, expected: str) -> None:
    assert error(machine, code).code == expected


def test_the_locks_of_other_threads_are_seen(machine: Machine) -> None:
    other = Machine(globals_factory=lambda: machine.store, input=io.BytesIO(), output=io.BytesIO())
    other.execute_directly("L ^OTHER(1)")

    assert says(machine, 'W $D(^$LOCK("^OTHER(1)"))') == "1"


def test_a_routine_that_appears_is_seen(machine: Machine, tmp_path: Path) -> None:
    says(machine, 'W $O(^$ROUTINE("ZED"))')
    (tmp_path / "ZZ.m").write_text("ZZ ;\n")

    assert says(machine, 'W $O(^$ROUTINE("ZED"))') == "ZZ"


def test_an_order_below_the_first_subscript_goes_over_what_is_there(machine: Machine) -> None:
    assert (
        says(machine, 'S X="" F  S X=$O(^$JOB($J,X)) Q:X=""  W X," "')
        == "$IO $PRINCIPAL $TLEVEL $ZDIRECTORY CHARACTER "
    )
    assert says(machine, 'W $O(^$SYSTEM(""))=$SYSTEM,$G(^$SYSTEM($SYSTEM,"CHARACTER"))') == "1UTF-8"
    assert says(machine, 'W $D(^$ROUTINE("MAIN")),$D(^$ROUTINE("NOSUCH")),^$ROUTINE("MAIN","CHARACTER")') == "110UTF-8"
    assert error(machine, 'W ^$JOB($J,"NOSUCH")').mcode == "M38"

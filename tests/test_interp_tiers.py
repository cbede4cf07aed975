"""When closures give way to generated code, and that nothing but time depends on it."""

from __future__ import annotations

import gc
import io
from weakref import ref

import pytest

from bumps.errors import BumpsError
from bumps.interp.lines import FUNCTION_NAME
from bumps.interp.machine import Machine
from bumps.interp.routines import Found
from bumps.interp.tiers import HOT_COUNT, Tier
from bumps.run import Limits
from tests.interp_cases import Texts, new_globals

PROGRAM = f'''T S (S,T)=0 F I=1:1:{3 * HOT_COUNT} S S=S+I D:I#2 ADD(.T,I)
 S X="S:I#3=0 S=S-1" F I=1:1:{2 * HOT_COUNT} X X
 F I=1:1:{2 * HOT_COUNT} D
 . I I#5=0 S T=T-1 Q
 . S:I=7 I=9
 W S,",",T,",",$$DIV(0)
 Q
ADD(T,I) S T=T+I
 Q
DIV(X) N $ET S $ET="W $P($ZS,"","",2) S $EC="""" Q 0"
 F I={2 * HOT_COUNT}:-1:0 S Y=1/I
 Q Y
'''


def run(tier: Tier) -> tuple[str, int, int]:
    """Run the program: what it writes, its steps, and how many functions were generated."""
    output = io.BytesIO()
    machine = Machine(globals_factory=new_globals(), input=io.BytesIO(), output=output, charset="m", tier=tier)
    machine.run_text(PROGRAM.encode(), name="T")
    count = sum(code.co_name == FUNCTION_NAME for code in machine.watch.codes)
    return output.getvalue().decode("latin-1"), machine.meter.steps, count


def test_what_turns_out_to_be_hot_is_generated_in_its_midst_and_does_the_same() -> None:
    closures, auto, generated = run("closures"), run("auto"), run("generated")

    assert closures[:2] == auto[:2] == generated[:2]
    assert closures[2] == 0
    assert auto[2] > 0
    assert "DIV+1^T" in closures[0]


CALLED = """ADD(A,T) N X,Y S X=A,T=T+X
 Q
B S S=S+1
 S S=S+1
 Q
F(A) N B S B=A Q:A<1 B
 Q B+$$F(A-1)
C(A) N X S X=9 Q A
D(A) N X S X=1/0
 Q
E(A) N $ET S $ET="N A,X,Y S (A,X)=8 D L G EX" N X S X=1/0
 Q
EX W "EX",A,X S $EC="" Q
L W "L",A Q
G(A) N X S X=A D
 . N A S A=5 Q:X=2
 . S X=$$F(A)
 I X>0 G H
 Q 1
H N A S A=X Q A
"""
CALLS = ''' S S=0 D ADD^V(1,.S),B^V W $$F^V(2),S,!
 ZB ADD^V:"W ""!"",A",B+1^V:"W ""b"""
 D ADD^V(2,.S),B^V W $$F^V(3),S,!
 ZB -*
 D ADD^V(3,.S),B^V W $$F^V(4),S,!
 N $ET S $ET="W $P($ZS,"","",2,3),""/"",$ST,$G(A),$G(X),! S $EC="""" Q"
 D C^V(5) W $G(A),$G(X),!
 D D^V(6) W $G(A),$G(X),!
 D E^V(7) W $G(A),$G(X),!
 S Q=$$G^V(1) W Q,!
 Q
'''


def test_calls_do_the_same_when_a_function_of_their_own_does_them_and_when_breakpoints_come_and_go() -> None:
    found = []
    tiers: tuple[Tier, ...] = ("closures", "generated", "auto")
    for tier in tiers:
        output = io.BytesIO()
        machine = Machine(
            globals_factory=new_globals(),
            input=io.BytesIO(),
            output=output,
            charset="m",
            tier=tier,
            loader=Texts({"V": "V\n" + CALLED, "W": "W\n" + CALLS}),
        )
        machine.tiers.hot_count = 1
        for _ in range(3):
            machine.run("^W")
        found.append((output.getvalue(), machine.meter.steps))

    assert found[0] == found[1] == found[2]
    assert b"C^V,%GTM-E-NOTEXTRINSIC" in found[0][0]
    assert b"!2b" in found[0][0]


MISFITS = '''T F I=1:1:4 D A(I) S X=$$F(I) W I,X D C,C,C,BAD("A(1,2)"),BAD("C(1)"),BAD("P($$C)"),BAD("P($$F(1,2))")
 ZB A+1:"",F+1:""
 ZB -*
 D A(1),BAD("A(1,2)"),BAD("F(.I,2)") W $$F(5)
 Q
BAD(X) N $ET S $ET="W ""/"",$P($P($ZS,""-"",3),"","") S $EC="""" Q"
 I X="A(1,2)" D A(1,2)
 I X="C(1)" D C(1)
 I X="P($$C)" S X=$$C
 I X["F(" S X=$$F(.I,2)
 Q
A(N) N M S M=N
 Q
F(N) N M S M=N*2
 Q M
C N M S M=1
 Q
'''


@pytest.mark.parametrize("tier", ["closures", "generated", "auto"])
def test_a_call_that_its_label_does_not_take_is_an_error_also_when_the_label_is_generated_behind_it(tier: Tier) -> None:
    output = io.BytesIO()
    machine = Machine(globals_factory=new_globals(), input=io.BytesIO(), output=output, charset="m", tier=tier)
    machine.tiers.hot_count = 1
    machine.run_text(MISFITS.encode(), name="T")

    long, missing = "/ACTLSTTOOLONG", "/FMLLSTMISSING"
    turns = [f"{turn}{2 * turn}{long}{missing}{missing}{long}" for turn in range(1, 5)]
    assert output.getvalue().decode() == "".join(turns) + long + long + "10"


CALLER = '''T S X=1,$ET="W $P($ZS,"","",2,3),! S $EC="""" Q"
 F I=1:1:4 D A,B ZL:I=2!(I=3) "OTHER"
 Q
A D L^OTHER(X,.Y,I) W Y,! Q
B W $$F^OTHER(X,UNDEFINED),! Q
'''
VERSIONS = [None, None, None, None, "L(A,B,C) S B=A_C\n Q\nF(A) Q A\n", "L(A,B,C) S B=C_A\n Q\nF(A,B) Q A\n"]


class Changing(Texts):
    """A loader that finds another version of a routine each time, or none."""

    def __init__(self) -> None:
        super().__init__({})
        self.left = list(VERSIONS)

    def find(self, name: str) -> Found | None:
        """Return the next version."""
        text = self.left.pop(0)
        return None if text is None else Found(text.encode(), name)


@pytest.mark.parametrize("tier", ["closures", "generated", "auto"])
def test_a_call_finds_its_label_in_the_routine_that_has_the_name_at_that_moment(tier: Tier) -> None:
    output = io.BytesIO()
    machine = Machine(
        globals_factory=new_globals(), input=io.BytesIO(), output=output, charset="m", tier=tier, loader=Changing()
    )
    machine.run_text(CALLER.encode(), name="T")

    assert output.getvalue().decode().split() == [
        *["A^T,%GTM-E-ZLINKFILE", "B^T,%GTM-E-ZLINKFILE"] * 2,
        *["13", "B^T,%GTM-E-UNDEF"],
        *["41", "B^T,%GTM-E-UNDEF"],
    ]


@pytest.mark.parametrize("tier", ["closures", "generated", "auto"])
def test_a_machine_that_nobody_holds_is_gone_with_all_that_it_ran(tier: Tier) -> None:
    machine = Machine(globals_factory=new_globals(), input=io.BytesIO(), output=io.BytesIO(), charset="m", tier=tier)
    machine.run_text(PROGRAM.encode(), name="T")
    gone = ref(machine)
    image = ref(machine.library.image("T"))

    del machine
    gc.collect()

    assert gone() is None
    assert image() is None


TEXTS = '''T N $ET S $ET="W $ST,$ST($ST),$ST($ST,""PLACE""),$ST($ST,""MCODE""),$P($ZS,"","",2,3),"";"" S $EC="""" Q",S=0
 F I=1:1:4 S X="S S=S+(6/(I-3))" X X S X="Q:I=2  S S=S+1" X X
 F I=1:1:3 X "S J=I F  Q:J>9  S J=J*2",$S(I=2:"W $ST",1:"W $T I I=1"),"Q 1"
 W S,$T,J,! D U(1)
 Q
U(N) N X S X="S N=N+1" X X I N>DEPTH X "S N=N*2,M=N/0"
 D U(N)
 Q
'''


def test_a_text_without_a_frame_has_one_when_an_error_is_in_it() -> None:
    def told(tier: Tier, depth: int) -> tuple[str, object, int]:
        output = io.BytesIO()
        limits = Limits(depth=12)
        machine = Machine(
            globals_factory=new_globals(), input=io.BytesIO(), output=output, charset="m", tier=tier, limits=limits
        )
        machine.locals.cell("DEPTH").v = depth
        error: object = None
        try:
            machine.run_text(TEXTS.encode(), name="T")
        except BumpsError as raised:
            error = (raised.name, raised.message, raised.details)
        return output.getvalue().decode("latin-1"), error, machine.meter.steps

    for depth in (5, 100):
        closures = told("closures", depth)
        assert closures == told("generated", depth) == told("auto", depth)
        assert "S S=S+(6/(I-3))" in closures[0]

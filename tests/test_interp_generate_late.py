"""interp/generate_late.py: a call without a frame does what it does with one, whoever looks at frames and variables."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from bumps.errors import BumpsError
from bumps.interp.code_cache import CodeCache
from bumps.interp.late import Late
from bumps.interp.machine import Machine
from bumps.interp.tiers import Tier
from bumps.run import Limits
from tests.interp_cases import new_globals
from tests.oracle import cached
from tests.oracle.calls import CallGenerator

SHOW = r"""
SHOW W "[" N Q F Q=0:1:$ST(-1) W $ST(Q,"PLACE"),$ST(Q)," "
 W $G(A),",",$G(B),",",$G(B(1)),",",$T,"]" Q
"""

CALLS = {
    "recursion": "T W $$F(9) Q\nF(N) Q:N<2 N\n Q $$F(N-1)+$$F(N-2)\n",
    "what hides a variable gives it back": '''T S A=1,B=2 W $$F(5),A,B Q
F(A) N B S B=A I A>1 S B=B_","_$$F(A-1)
 Q B_A
''',
    "arrays by reference": '''T S B(1)=5 D F(.B,3) W B(1) Q
F(A,N) N K F K=1:1:N S A(1)=A(1)*K
 I N D F(.A,N-1)
 Q
''',
    "one variable under two names": 'T S A=1 D F(.A,.A) W A Q\nF(A,B) S A=5,B=B+1 W A,B D G(.B) Q\nG(C) S C=C_"c" Q\n',
    "by reference where others pass values": 'T S A=1 W $$F(A),$$F(.A),A Q\nF(X) S X=X+1 Q:X>5 X\n Q $$F(X)_","_X\n',
    "actuals that are omitted": '''T W $$F(1),$$F(),$$F(,2) Q
F(A,B) N C S C=$G(A)_$G(B)_$D(A)_$D(B) Q:C>99 C
 Q $$F(4,5)
''',
    "$TEST of a function is its own": '''T I 1 W $$F(3),$T D G(3) W $T Q
F(N) I N=0
 Q:N<1 $T
 Q $$F(N-1)_$T
G(N) I N<0 Q
 D:N G(N-1) Q
''',
    "a NEW in a block": '''T S A=1,B=2 D F(3) W A,B Q
F(N) Q:N<1
 F A=1:1:2 D
 . N B,K S B=N*A,K=B
 . D G(K)
 W "/",A,B Q
G(N) W N,B," " D F(0) Q
''',
    "what is called finds a variable by its name": '''T D F(1) Q
F(A) N B S B=A*2 D G,H(3) W A,B Q
G S A=A+1,B=B+1 Q
H(B) D G W B Q
''',
    "an error that nobody traps": "T S A=5 D F(3) Q\nF(A) N B I A<1 S B=1/A\n D F(A-1) Q\n",
    "a trap sees all levels": '''T N $ET S $ET="D SHOW S $EC="""" Q:$Q 9 Q",A="t",B="b" W $$F(3),A,B Q
F(A) N B S B=A*A,B(1)=A I A=0 S B=1/A
 Q $$F(A-1)_B_A
''',
    "a trap sets variables of the caller": '''T N $ET S $ET="D SHOW S $EC="""",N=N+5,A=7 Q:$Q 9 Q" W $$F(2,1) Q
F(N,B) N A S A=N I B>3 Q A
 W $$G(N),"<",N,",",A,",",B,">" Q A_$$F(N,B+1)_A
G(B) Q B/0
''',
    "a trap in a loop": '''T N $ET S $ET="S $EC="""",S=S_""e"" Q" W $$F(4) Q
F(N) N I,S S S=0 F I=1:1:N D G(I-2) S S=S+I
 Q S
G(K) S S=S_(6/K) Q
''',
    "a trap that hands the error on": '''T N $ET S $ET="D SHOW S A=A_""x"" Q" D F(2) Q
F(A) N B S B=A D:A F(A-1) S B=B/0 Q
''',
    "a trap that goes on elsewhere": '''T N $ET S $ET="S N=$G(N)+1 G ON" D F(3) W A Q
F(A) N B,N S B=A D:A F(A-1) W 1/(A-2) Q
ON D SHOW S $EC="" Q
''',
    "a trap that leaves levels": '''T N $ET S $ET="D SHOW S $EC="""" ZG 3" S A=1 D F(5) W A Q
F(A) N B S B=A I A=1 W 1/0
 D F(A-1) W A,B Q
''',
    "$ZTRAP begins the line again": '''T N $ZT S $ZT="S B=2,$EC=""""" W $$F(1) Q
F(A) N B S B=0 I A<3 Q $$F(A+1)_B
 Q A/B
''',
    "a trap that calls the same labels": '''T N $ET,Z S Z=0,$ET="S $EC="""",Z=Z+1 Q:$Q $$F(Z) Q" W $$F(2),Z Q
F(A) N B S B=A+Z I Z>9 Q B
 I A<1 Q 1/0
 Q $$F(A-1)_A_B
''',
    "an error behind one that was trapped": '''T N $ET S $ET="D SHOW S $EC="""" Q:$Q 1 Q" S A=0 D F(3) Q
F(A) N B S B=A*3 D G(0) S A=A+10,B=B+1 D G(0) I A>1,$$H(A-11) S B=4
 D SEE(A,B) Q
G(N) N B S B="g" S N=1/N Q
H(A) D:A>0 F(A) S B=1/0 Q 2
SEE(X,Y) W X,":",Y," " Q
''',
    "an error in a body that is written in place": '''T N $ET S $ET="D SHOW S $EC="""",A=A_""!"" Q" D F(2) Q
F(A) N B S B=A D G W A,B D:A=2 F(1) W A Q
G S B=B/0 Q
''',
    "a QUIT with a value from what is no function": '''T N $ET S $ET="D SHOW S $EC="""" Q" S A=4,B=3 D F(2) W A Q
F(A) N B S B=A I A=2 D F(1) W "x" Q
 Q A
''',
    "a NEW behind a QUIT of what is no function": '''T N $ET S $ET="S $EC="""" N B S B=7 Q" S A=4,B=3 D F(2),G(1) W B Q
F(A) Q A
G(A) N X D:A G(A-1) Q A
''',
    "a function without a value": '''T N $ET S $ET="D SHOW S $EC="""" Q:$Q ""t"" Q" W $$F(2) Q
F(A) Q:A=0
 Q $$F(A-1)_A
''',
    "$ECODE is set": '''T N $ET S $ET="W $EC,$ST S $EC="""" Q:$Q 0 Q" W $$F(3) Q
F(A) I A=0 S $EC=",U7,"
 Q $$F(A-1)+A
''',
    "too deep": "T S A=0 D F(1) Q\nF(A) D F(A+1) Q\n",
    "HALT in a trap": 'T S $ET="W A H" D F(3) Q\nF(A) D:A F(A-1) S A=1/0 Q\n',
    "the next name": 'T S B=5 W $$F(3) Q\nF(X) N Y S Y=1 Q:X<3 $O(%)_$O(X)\n Q $$F(1)_X\n',
    "KILL of all but some": 'T S B=5 D F(3) W $G(B),$D(X) Q\nF(X) N Y S Y=1,X=X+1 D:X<6 F(X) K (X) W X,$D(Y) Q\n',
    "texts that grow": '''T W $L($$F("",60)),$$F("a",2) Q
F(A,N) S A=A_"xy" Q:N=0 A
 S A=A_$$F(A,N-1) I $L(A)>999 S A=$E(A,1,9)
 Q A
''',
    "$TEXT of its own routine": 'T W $$F(2) Q\nF(A) Q:A=0 $T(F+1)_$T(+0)\n Q $$F(A-1)_A\n',
    "a transaction around": 'T TS () D F(2) TC  W ^X Q\nF(A) S ^X=A D:A F(A-1) Q\n',
    "percent": 'T S %=4 W $$F(3),% Q\nF(%) N %A S %A=%+1 Q:%<1 %A\n Q $$F(%-1)_%_%A\n',
}  # fmt: skip


def run(text: str, tier: Tier, limits: Limits | None = None) -> tuple[str, object, int, object]:
    """Run a program: what it writes, the error that it ends with, its steps, and the variables that are left."""
    output = io.BytesIO()
    machine = Machine(
        globals_factory=new_globals(), input=io.BytesIO(), output=output, charset="m", tier=tier, limits=limits
    )
    machine.tiers.hot_count = 2
    error: object = None
    try:
        machine.run_text((text + SHOW).encode(), name="T")
    except BumpsError as raised:
        error = (
            raised.name,
            raised.message,
            raised.details,
            getattr(raised, "place", ""),
            getattr(raised, "callers", ()),
        )
    assert not machine.frames and not machine.late.made
    left = [(name, machine.locals.cell(name).v) for name in machine.locals.defined_locals()]
    return output.getvalue().decode("latin-1"), error, machine.meter.steps, left


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The depths of frames that were made late."""
    depths: list[int] = []
    plain = Late.settle

    def settle(self: Late, found: list[tuple[int, object]]) -> None:
        depths.extend(depth for depth, _ in found)
        plain(self, found)  # type: ignore[arg-type]

    monkeypatch.setattr(Late, "settle", settle)
    yield depths


@pytest.mark.parametrize("name", CALLS)
def test_a_call_without_a_frame_does_what_one_in_closures_does(name: str) -> None:
    limits = Limits(steps=100_000, depth=2_000)

    closures, generated, auto = [run(CALLS[name], tier, limits) for tier in ("closures", "generated", "auto")]

    assert closures == generated == auto
    assert closures[0] or closures[1]


def test_frames_are_made_when_an_error_asks_for_them_and_only_then(made: list[int]) -> None:
    run(CALLS["recursion"], "generated")
    run(CALLS["a NEW in a block"], "generated")
    assert made == []

    run(CALLS["a trap sees all levels"], "generated")
    assert made == [4, 3, 2, 1]


@pytest.mark.parametrize("depth", [5, 6, 7, 8])
def test_a_limit_of_the_depth_is_the_same_in_each_tier(depth: int) -> None:
    text = "T D F(4) Q\nF(A) N B S B=A D:A F(A-1) W A Q\n"

    closures, generated = [run(text, tier, Limits(depth=depth)) for tier in ("closures", "generated")]

    assert closures == generated


def test_a_limit_of_the_memory_counts_variables_that_are_names_of_python(made: list[int]) -> None:
    text = 'T S A="" D F(1) Q\nF(A) N B,C S B=$J(A,100000),C(A)=$J(A,100000) D F(A+1) W B,C(A) Q\n'
    limits = Limits(memory=8_000_000)

    closures, generated = [run(text, tier, limits) for tier in ("closures", "generated")]

    assert closures[1] == generated[1]
    assert made


def test_calls_go_on_behind_a_look_at_the_memory() -> None:
    text = 'T W $$F(1) Q\nF(A) N B S B=$J(A,9999) Q:A>500 A\n S A=$$F(A+1) S:$L(B)\'=9999 A="bad" Q A\n'

    closures, generated = [run(text, tier, Limits(memory=80_000_000)) for tier in ("closures", "generated")]

    assert closures == generated
    assert generated[0] == "501"


def test_a_look_at_the_memory_in_a_loop_leaves_hidden_variables_alone() -> None:
    text = 'T S I="i",S="s" W $$F(3),I,S Q\nF(S) N I F I=1:1:9000 S S=S+I\n Q:S>9E7 S\n Q $$F(S)\n'

    closures, generated = [run(text, tier, Limits(memory=1_000_000)) for tier in ("closures", "generated")]

    assert closures == generated
    assert generated[0].endswith("is")


def test_a_watch_that_a_trap_begins_sees_the_variables(made: list[int]) -> None:
    text = '''T N $ET S $ET="S $EC="""",$"_"ZTIMEOUT=""0:D SHOW"" Q" D F(3) W A,"." Q
F(A) N B S B=A D:A F(A-1) D G(A) W "/",A,B Q
G(X) N Y S Y=1/X Q
'''
    text = text.replace("T N", 'T S A=0,B=0,X="" N')

    closures, generated = [run(text, tier)[:2] for tier in ("closures", "generated")]

    assert closures == generated
    assert made


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_calls_do_the_same_in_each_tier(tmp_path: Path, seed: int) -> None:
    assert cached.differences(CallGenerator(seed).program(), CodeCache(str(tmp_path))) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1_000, 1_180, 60))
def test_more_random_calls_do_the_same_in_each_tier(tmp_path: Path, seed: int) -> None:
    for each in range(seed, seed + 60):
        assert cached.differences(CallGenerator(each).program(), CodeCache(str(tmp_path))) == []

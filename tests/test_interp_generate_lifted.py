"""interp/generate_lifted.py: a loop whose locals are names of Python does what it does with cells, whatever comes."""

from __future__ import annotations

import io
import sys
from types import FrameType

import pytest

from bumps.errors import BumpsError
from bumps.interp.assumptions import assumptions_of
from bumps.interp.generate_base import Kind
from bumps.interp.grammar import parse_line
from bumps.interp.lines import LIFTED, put_back
from bumps.interp.machine import Machine
from bumps.interp.tiers import Tier
from bumps.run import Limits
from tests.interp_cases import new_globals

LOOPS = {
    "a sum": 'T S S=0 F I=1:1:9 S S=S+I\n W S,",",I Q\n',
    "no turn at all": 'T S S=0 F I=5:1:4 S S=S+I\n W S,",",I Q\n',
    "a limit that is no int": 'T S S="" F I=1:1:"3.7x" S S=S_I F J=1:2:4.5 S S=S_J\n W S,",",I,",",J Q\n',
    "a limit below": 'T F I=1:1:2 F J=3:1:-7.5 W "no"\n W I,",",J Q\n',
    "steps that are no ints": 'T F I=.5:.5:2 F J="1":I:2 W I,":",J," "\n W I,",",J Q\n',
    "downwards": 'T F I=3:-1:1 F J=I:-1:1 W I,":",J," "\n W I,",",J Q\n',
    "downwards, and changed": """T F I=9:-2:1 S:I=5 I=4 S:I=2 I=2.5 W I," " F J=I:-1:2 S:J=3 J="1x" W J,"-"
 W I,",",J Q
""",
    "downwards, no turn": "T F I=1:-1:2 F J=1:-1:5 W I\n F I=1:-1:1 F J=1:-1:5 W I,J\n W I,J Q\n",
    "downwards without limit": "T S N=0 F I=3:-1 S N=N+1 Q:I<-3  F J=I:-1 Q:J<-5  S N=N+I-J\n W I,J,N Q\n",
    "downwards by what is no literal": "T S S=-3,N=1 F I=9:S:N F J=I:S:N W I*J-I*9999999999,J\n W I,J,S Q\n",
    "downwards, limits of all kinds": 'T F I=3:-1:"1x" F J=I:-1:.5 F K=J:-1:I-4 W I*J*K,I-J," "\n W I,J,K Q\n',
    "no step": "T S N=0 F I=3:0:4 S N=N+1 Q:N>4  F J=I:0:5 S N=N+1,J=J+1 Q:N>3\n W I,J,N Q\n",
    "what an inner loop leaves alone, and what not": """T S X="5a",Z=1
 F I=1:1:4 S A=I*2,B=X F J=1:1:3 S Y=A+B_X,B=J_"b",Z=Z+A K:J=3 X
 W Y,Z S X=3 F I=1:1:4 S A=I,B=I F J=A:1:B+2 S S=A*B+J,B=B+.5 F K=J:-1:A S A=A-K_"x",Y=$I(I,J>9)
 W A,B,I,J,K,S,Y
 F I=1:1:3 S A=I,B=I F J=1:1:2 D  S S=A+B
 . S A=A+.5,B=B_"y"
 W S Q
""",
    "limits that are near": """T S S="" F A=3:1:5 F B=A:1:6 F C=B+1:1:B+2 F D=C:-1:A-9 S S=S+(A*B-C*D)
 W S,A,B,C,D F A=-3:2:-1 F B=A:-1:-9 S S=S*2+(A*B*A*B)
 W S Q
""",
    "a list": 'T F I=3,"a",1:1:3 S J=I F K=J,I W K," "\n W I,J,K Q\n',
    "the control variable is set": 'T F I=1:1:20 S:I=3 I=7 S:I=9 I=I+.5 W I," "\n W I Q\n',
    "an inner one is set": 'T F J=1:1:2 F I=1:1:9 S:I=3 I=7.5 W I," "\n W I Q\n',
    "a text is put there": 'T F I=1:1:9 S:I=3 I="7x" W I," "\n W I Q\n',
    "one control variable twice": 'T F I=1:1:9 F I=I:1:I+3 W I," "\n W I Q\n',
    "it is killed": 'T F I=1:1:9 K:I=3 I W $G(I,"-")," "\n Q\n',
    "QUIT": "T F I=1:1 Q:I*I>50  S X=I\n W I,X Q\n",
    "an inner QUIT": "T F I=1:1:3 F J=1:1 Q:J>I  S X=I_J\n W I,J,X Q\n",
    "GOTO": 'T S S=0 F I=1:1 S S=S+I G U:S>20\n Q\nU W S,",",I Q\n',
    "no argument": "T S A=0 F  S A=A+1,B=A*A Q:B>50\n W A,B Q\n",
    "undefined": 'T N $ET S $ET="W $P($ZS,"","",2,3),I,X S $EC="""" Q" F I=1:1 S X=I S:I=4 X=Y\n Q\n',
    "undefined in an expression": "T F I=1:1:3 S X=I+Z\n Q\n",
    "defined in one turn of two": 'T F I=1:1:4 S:I#2 X=I W $G(X,"-"),$D(X) K:I=3 X\n W X Q\n',
    "NOUNDEF": 'T V "NOUNDEF" F I=1:1:3 S X=Z_I,Y=Z+1\n W X,Y,$D(Z) V "UNDEF" Q\n',
    "divided by zero": 'T N $ET S $ET="W I,"","",S S $EC="""" Q" S S=0 F I=3:-1:0 S S=S+(6/I)\n Q\n',
    "an error in a block": '''T S (S,E)=0 F I=1:1:6 D  S S=S+1
 . N $ET S $ET="S E=E+I,S=S*10,$EC="""" Q"
 . S X=6/(I-3) S S=S+X
 W S,",",E,",",I Q
''',
    "an error in a quiet block": '''T N $ET S $ET="S $EC="""",S=S_""E"",I=I+1 Q",S=""
 F I=1:1:6 D  S S=S_I
 . S S=S_(I/(I-3))_" "
 W S,",",I Q
''',
    "a trap makes a text of an int": '''T N $ET S $ET="S $EC="""",A=""5 apples"",I=""4x"" Q",A=1
 F I=1:1:6 S A=7 D  S S=A+1 W A,"/",S,"/",I+1," "
 . S A=I#2,B=1/(I-2)
 W I,A Q
''',
    "a function": """T S X=1 F I=1:1:4 S Y=X+$$F(I)+X W Y," ",X,";"
 Q
F(A) S X=X*A Q X+A
""",
    "a function by reference": """T S X=1 F I=1:1:4 S Y=X_$$F(.X)_X W Y," "
 Q
F(A) S A=A+1 Q A
""",
    "a function in a block that sets what is read": """T S X=1 F I=1:1:4 D
 . S X=I,Y=X+$$F()+X,Z=X_$$F()_X W Y,Z," "
 Q
F() S X=X+1 Q X
""",
    "a function in a subroutine that sets what is read": """T S X=1 F I=1:1:4 D U W Y,Z," "
 Q
U S X=I,Y=X+$$F()+X,Z=X_$$F()_X
 Q
F() S X=X+1 Q X
""",
    "a subroutine by reference": """T S (S,C)=0 F I=1:1:5 D ADD(.S,.C,I) I I=3 D ADD(.S,.S,I)
 W S,",",C Q
ADD(A,B,N) S A=A+N,B=B+(N#2)
 Q
""",
    "an error by reference": '''T N $ET S $ET="W A,B,S,C S $EC="""" Q" S (S,C)=4 F I=1:1:5 D ADD(.S,.C,3-I)
 W S,",",C Q
ADD(A,B,N) S A=A+N,B=B/N
 Q
''',
    "two names of one variable": """T S X=1 D U(.X,.X) W X Q
U(A,B) N Z F I=1:1:5 S A=A+1,B=B*2
 W A,B,X Q
""",
    "the caller's name": """T S X=1 D U(.X) W X Q
U(A) N Z F I=1:1:5 S A=A+X
 W A,X Q
""",
    "a control variable by reference": """T S X=1 D U(.X) W X Q
U(A) N Z F A=1:1:3 S Y=X*2 F X=X:1:X+1 W A,X,Y," "
 W A,X Q
""",
    "texts that grow": """T S (A,B)="" F I=1:1:50 S A=A_"x" S:I=20 B=A S A=A_I_B S:$L(A)>200 A=$E(A,1,9)
 W A,",",B,",",$L(A) Q
""",
    "parts": 'T S A="a^b" F I=1:1:4 S $P(A,"^",I)=I,$E(B,I+1)=I\n W A,B Q\n',
    "pieces by a counter": """T S A="a^b^c",B="" F I=1:1:5 S B=B_$P(A,"^",I)_$P(I,"^",I)_"/",$P(C,"-",I)=$P(A,"^",I)
 W B,C F I=-1:1:2 S $P(C,"-",I)=I,B=$P(C,"-",I) W C,":",B," "
 Q
""",
    "codes by a counter": """T S A="ab",Y=0
 F I=-1:1:4 S Y=$A(A,I)*I+Y,J=I/2,K=$A(A,J),L=$A(I,I),X=I_"x",M=$A(A,X) W Y,K,L,M," "
 Q
""",
    "arrays": "T F I=1:1:3 S A(I)=I*I,A=I,A(I,1)=A S X=$O(A(I),-1),Y=$G(A(I-1)),Z=$D(A)_$D(A(I))\n W X,Y,Z Q\n",
    "$ORDER": 'T F I=5,3,9 S A(I)=I\n S K="",S=0 F  S K=$O(A(K)) Q:K=""  S S=S+A(K),L=K\n W S,K,L Q\n',
    "$INCREMENT": "T F I=1:1:3 S X=$I(A(I),I),Y=$I(A(2))\n W X,Y Q\n",
    "$TEST": 'T F I=1:1:4 I I#2 S X=I I X=3\n W $T F I=1:1:3 D  E  W "e"\n . I I=2\n W $T Q\n',
    "percent": "T S %=0 F %A=1:1:4 S %=%+%A\n W %,%A Q\n",
    "long numbers": 'T S A=1 F I=1:1:30 S A=A*7+I,B=A#1000,C=A\\11\n W A,",",B,",",C Q\n',
    "remainders that have lost a digit": """T S A=-999999999999999990,S=""
 F I=1:1:20 S A=A-1#1E18-1E18,B=A#7,C=B\\2,D=B+C,S=S_B_C_D_" "
 F I=1:1:20 S B=I-999999999999999990#7,C=B\\2,D=B+C,S=S_B_C_D_" "
 W S Q
""",
    "fractions": """T S T=0,U=-.5,S="" F I=1:1:40 S P=I#9/8+.05,T=T+P+(P*.19),U=U*-1.1-P/3,S=S_" "_P_" "_T_" "_U
 W S Q
""",
    "large and small": """T S A=1E17,B=.1,S="" F I=1:1:30 S A=A*3.7-B,B=B/7-A,C=B*A,S=S_A_B_" "_C S:A>1E30 A=.7,B=1E-20
 W S Q
""",
    "numbers that are too large": "T S A=1.5,S=0 F I=1:1:400 S A=A*A,S=S+A\n W S Q\n",
    "sums that are too large": "T S A=9.5E46,S=0 F I=1:1:9 S S=S+A\n W S Q\n",
    "numbers that are too small": "T S A=.15 F I=1:1:90 S A=A*A*.7,B=A-(A*1.01)\n W A,B Q\n",
    "a fraction of zero": "T S A=0 F I=1:1:9 S A=I-5/0\n W A Q\n",
    "quotients": 'T S S="" F I=-1100:50:1100 S J=I,S=S_(I/7)_" "_(J/4)_" "_(J/-8)_" "_(J*J/3)_" "\n W S Q\n',
    "many": "T S (A,B,C,D,E,F)=1 F I=1:1:9 S A=B+C,B=C+D,C=D+E,D=E+F,E=F+A,F=A#7\n W A,B,C,D,E,F Q\n",
    "patterns and texts": 'T S S="" F I=95:1:102 S X=$C(I) S:X?1L S=S_X_$A(X) S:X]"a"!(X["c") S=S_"!"\n W S Q\n',
    "$INCREMENT of what is no node": "T F I=1:1:3 S Y=$I(A)\n W Y,A Q\n",
    "indirection": 'T S X="S",S=0 F I=1:1:4 S @X=@X+I\n W S Q\n',
    "XECUTE": 'T S S=0 F I=1:1:4 X "S S=S+I"\n W S Q\n',
    "remainders": "T S (A,B)=1 F I=1:1:40 S A=A*3+I#10007,B=A\\7-B*2#5003\n W A,B Q\n",
    "remainders, of a text": 'T S A="1x",B=2 F I=1:1:4 S A=A*3+I#7,B=B_A\n W A,B Q\n',
    "remainders, of a fraction": "T S A=1.5 F I=1:1:4 S A=A*3+I#7\n W A Q\n",
    "remainders, below zero": "T S A=-1 F I=1:1:4 S B=A\\2,A=A*3+I#7\n W A,B Q\n",
    "remainders, of what is large": "T S A=999999999999999999 F I=1:1:4 S A=A*3+I#7\n W A Q\n",
    "remainders, undefined": "T K A F I=1:1:4 S A=A*3+I#7\n W A Q\n",
    "remainders by what is large": "T S A=1 F I=1:1:4 S A=A*3+I#99999999999,B=A+A+A\n W A,B Q\n",
    "remainders below zero": "T S A=1 F I=1:1:4 S A=A*3+I#-7,B=A+1\n W A,B Q\n",
    "a remainder, and what is none": 'T S A=1,B="" F I=1:1:4 S A=A*3+I#7 S B=B_A,A=A*I+.5 S:I=3 A="x",B=7\n W A,B Q\n',
    "a remainder is killed": "T S A=1 F I=1:1:4 S B=A,A=A*3+I#7 K:I=4 A\n W B,$D(A) Q\n",
    "a remainder that is counted": "T S A=1 F I=1:1:4 S A=A*3+I#7 F A=A:1:A+2 S B=A\n W A,B Q\n",
    "a remainder by reference": "T S X=1 D U(.X,.X) W X Q\nU(A,B) N Z F I=1:1:5 S A=A+I#5,B=B*2\n Q\n",
    "texts that were an int": "T S A=5 F I=1:1:4 S A=A_I S:$L(A)=3 A=$E(A,2)\n W A Q\n",
    "texts that were undefined": "T K A F I=1:1:4 S:I=1 A=3 S A=A_I\n W A Q\n",
    "texts up to a unit": """T S (A,B)="" F I=1:1:3000 S A=A_"abc",B=B_I S:$L(A)>2050 A="" S:$L(B)>2050 B=$E(B,1,9)
 W A,",",B Q
""",
    "texts up to their limit": """T S A=$J("",1048500),B=A F I=1:1 S A=A_"abcd" S B=B_I
 Q
""",
    "a text up to its limit": """T S A=$J("",1048500),B="" F I=1:1 S A=A_"abcd",B=$L(A)
 Q
""",
    "NEW": "T S S=0 F I=1:1:4 N S S S=I\n W S Q\n",
}
"""What loops in a way that may go wrong; errors are part of what is compared."""


PLAIN = ("a list", "an error in a block", "$INCREMENT of what is no node", "indirection", "XECUTE", "NEW")
"""Those that are not lifted."""


def run(text: str, tier: Tier, limits: Limits | None = None) -> tuple[str, object, int, bool]:
    """Run a program: what it writes, the error that it ends with, its steps, and whether a loop of it is lifted."""
    output = io.BytesIO()
    machine = Machine(
        globals_factory=new_globals(), input=io.BytesIO(), output=output, charset="m", tier=tier, limits=limits
    )
    error: object = None
    try:
        machine.run_text(text.encode(), name="T")
    except BumpsError as raised:
        error = (raised.name, raised.message, raised.details)
    is_lifted = any(LIFTED in code.co_varnames for code in machine.watch.codes)
    return output.getvalue().decode("latin-1"), error, machine.meter.steps, is_lifted


@pytest.mark.parametrize("name", LOOPS)
def test_a_lifted_loop_does_what_closures_do(name: str) -> None:
    closures, generated, auto = [run(LOOPS[name], tier) for tier in ("closures", "generated", "auto")]

    assert closures[:3] == generated[:3] == auto[:3]
    assert closures[0] or closures[1]
    assert generated[3] is (name not in PLAIN)


def test_what_is_assumed_of_a_loop_is_not_asked_in_it() -> None:
    loop = parse_line(' F I=1:1:9 S A=A*3+I#7,B=B_A,C=C+A,D=B,E=$P(B,"^"),F=1.5,(G,H)=I>3 S:I=4 E="x",G=7,B=1')

    assumed = {name: value.kind for name, value in assumptions_of(loop.commands).items()}

    assert assumed == {"A": Kind.INT, "E": Kind.TEXT, "G": Kind.INT, "H": Kind.INT}


def test_a_timeout_that_was_set_before_the_loop_changes_its_variables() -> None:
    text = 'T S X=0,$ZTIMEOUT="0.02:S X=1"\n F I=1:1 Q:X\n W X Q\n'

    for tier in ("closures", "generated"):
        assert run(text, tier)[:2] == ("1", None)


@pytest.mark.parametrize("limits", [Limits(steps=777), Limits(memory=200_000)], ids=["steps", "memory"])
def test_a_limit_ends_a_lifted_loop_where_it_ends_closures(limits: Limits) -> None:
    text = 'T S (A,B)="" F I=1:1 S A=A_"0123456789",B=B_A I $L(B)>90000 S (A,B)="",C(I)=I\n'

    closures, generated = run(text, "closures", limits), run(text, "generated", limits)

    assert closures[:3] == generated[:3]
    assert closures[1] is not None
    assert generated[3]


def test_who_looks_on_sees_the_variables_of_a_lifted_loop() -> None:
    machine = Machine(globals_factory=new_globals(), input=io.BytesIO(), output=io.BytesIO(), tier="generated")
    machine.run_text(b"T F I=1:1:3 S A=I,%B=A*2\n Q\n", name="T")
    seen: list[tuple[object, object]] = []

    def look(frame: FrameType, event: str, argument: object) -> object:
        if event == "line" and LIFTED in frame.f_code.co_varnames and frame.f_locals.get("l_I") == 3:
            put_back(frame, machine)
            seen.append((machine.cells["A"].v, machine.cells["%B"].v))
        return look

    before = sys.gettrace()  # that of coverage
    sys.settrace(look)  # type: ignore[arg-type]
    try:
        machine.run("T")
    finally:
        sys.settrace(before)

    assert seen[:1] == [(2, 4)]
    assert seen[-1] == (3, 6)

"""Programs that want to run for ever, wait for ever, or take everything: each must end at its limit."""

from __future__ import annotations

from typing import NamedTuple


class Hostile(NamedTuple):
    """One program: the routine R, entered at its top."""

    name: str
    source: str
    limit: str = "steps"
    """What ends it without regard to the machine: `steps`, `memory`, `depth`; `seconds` if it only waits."""


FILL = "F I=1:1:2000 S A(I#7,I)=I,^A(I#7,I)=I"

COMPUTING = (
    Hostile("a FOR without end", "R F  S X=1\n"),
    Hostile("a FOR without a body", "R F I=1:1\n"),
    Hostile("a FOR of fractions", "R F I=1:.001 S X=I\n"),
    Hostile("a FOR over a subscript", "R F I(1)=1:1 S X=I(1)\n"),
    Hostile("a GOTO to itself", "R G R\n"),
    Hostile("a GOTO into the middle", "R S X=1\n S Y=2\n G R+1\n"),
    Hostile("labels that fall into each other", "R S X=1\nA ;\nB ;\n G A\n"),
    Hostile("a block without end", "R S X=0\nA D  G A\n . S X=X+1\n"),
    Hostile("calls without end", "R F  D A S X=$$B(1)\n Q\nA Q\nB(X) Q X\n"),
    Hostile("XECUTE without end", 'R F  X "S X=1"\n'),
    Hostile("new texts without end", 'R F I=1:1 X "S X="_I\n'),
    Hostile("long texts that are code", 'R F I=1:1 X "S X="""_$J(I,8000)_""""\n'),
    Hostile("indirection without end", 'R S A="X=1",B="C(1+1)" F  S @A,@B=2\n'),
    Hostile("calls by indirection", 'R S A="B^R" F  D @A\n Q\nB Q\n'),
    Hostile("a trap that goes to where it failed", 'R S $ET="S $EC="""" G R"\n S X=1/0\n'),
    Hostile("a trap whose text fails", 'R S $ET="S X=1/0"\n F  D A\n Q\nA N $ET S $ET="S $EC="""" Q" S X=1/0\n Q\n'),
    Hostile("a line that begins again after its trap", 'R S $ZT="S Y=1"\n S X=1/0\n'),
    Hostile("a program that traps everything", 'R S $ET="S $EC="""" G R",$ZT="" F  S X=$G(X)+1\n'),
    Hostile("ZGOTO without end", "R S X=1 ZG 1:R\n"),
    Hostile("a breakpoint that goes round", 'R ZB A:"G A" G A\nA S X=1\n Q\n'),
    Hostile("a string that doubles and is cut", 'R S X="A" F  S X=$S($L(X)>400000:"A",1:X_X)\n'),
    Hostile("a string that grows", 'R S X="" F  S X=X_"ABCDEFGH" S:$L(X)>1000000 X=""\n'),
    Hostile("texts of a million", 'R F  S X=$J("",1000000),Y=$TR(X," ","B"),Z=$RE(Y),$P(Y,"^",9)=1\n'),
    Hostile("a pattern of many ways", 'R S X=$J("",20000),X=$TR(X," ","A") F  I X?.(.(1"A").(1"B"))1N\n'),
    Hostile("patterns of long texts", 'R S X=$TR($J("",1000000)," ","A") F  I X?.E.A.E.N1"B"\n'),
    Hostile("MERGE of a local tree", f"R {FILL}\n F I=1:1 K B M B=A\n"),
    Hostile("MERGE of a global tree", f"R {FILL}\n F I=1:1 K ^B M ^B=^A\n"),
    Hostile("MERGE between both", f"R {FILL}\n F I=1:1 K B M B=^A K ^B M ^B=B\n"),
    Hostile("$ORDER round and round", f'R {FILL}\n S I="" F  S I=$O(^A(1,I)),J=$O(A(1,""),-1)\n'),
    Hostile("$ORDER of what grows", 'R S I=1 F  S A(I)="",I=$O(A(""),-1)+1\n'),
    Hostile("$QUERY round and round", f'R {FILL}\n S Q="A" F  S Q=$Q(@Q) S:Q="" Q="A"\n'),
    Hostile("NEW of everything", f"R {FILL}\n F  D A\n Q\nA N  S X=1 Q\n"),
    Hostile("KILL of everything", f"R {FILL}\n F I=1:1 K (I)\n"),
    Hostile("ZWRITE without end", "R F I=1:1:100 S A(I)=I\n F  ZWR A\n"),
    Hostile("ZSHOW into a variable", 'R F  ZSHOW "*":A\n'),
    Hostile("writes without end", 'R F  W "hello",!\n'),
    Hostile("a transaction that restarts", "R S N=0\n TSTART *\n S N=N+1,^A(N)=1\n TRESTART\n"),
    Hostile("a restart inside a FOR", "R F  TSTART () S ^A=1 TRESTART\n"),
    Hostile("transactions without end", "R F I=1:1 TSTART  S ^A(I)=I TCOMMIT\n"),
    Hostile("a transaction and a lock held", "R L +^L(1) TSTART  S ^T=1 F  S ^T=^T+1\n"),
    Hostile("locks without end", "R F I=1:1 L +A(I#100)\n"),
    Hostile("$TEXT and $STACK", 'R F  S X=$T(+1),Y=$ST(0,"PLACE")\n'),
    Hostile("DO without end", "R D R\n", "depth"),
    Hostile("an extrinsic in itself", "R S X=$$A(1) Q\nA(X) Q $$A(X+1)\n", "depth"),
    Hostile("XECUTE in itself", 'R S A="X A" X A\n', "depth"),
    Hostile("blocks in calls", "R D\n . D R\n", "depth"),
    Hostile("a trap that calls deeper", 'R N $ET S $ET="S $EC="""" D R" S X=1/0\n', "depth"),
    Hostile("an array without end", "R F I=1:1 S A(I)=I\n", "memory"),
    Hostile("names without end", 'R F I=1:1 S @("A"_I)=I\n', "memory"),
    Hostile("long texts", "R F I=1:1 S A(I)=$J(I,100000)\n", "memory"),
    Hostile("one long text, many times", 'R S X=$J("",100000) F I=1:1 S A(I)=X_I\n', "memory"),
    Hostile("long subscripts", 'R F I=1:1 S A($J(I,5000))=""\n', "memory"),
    Hostile("what NEW hides", 'R S X=$J("",50000) D A\n Q\nA N X S X=$J("",50000) D A\n', "memory"),
    Hostile("an array that merges into itself", "R S A(1)=1 F I=2:1 M A(I)=A(I-1)\n", "memory"),
    Hostile("a global that becomes locals", f"R {FILL}\n F I=1:1 M A(I)=^A\n", "memory"),
)

WAITING = (
    Hostile("HANG", "R H 999\n", "seconds"),
    Hostile("HANG that is trapped", 'R S $ET="S $EC="""" G R",$ZT="G R" F  H 999\n', "seconds"),
    Hostile("READ", "R R X\n", "seconds"),
    Hostile("READ of a character with a timeout", "R R *X:999\n", "seconds"),
    Hostile("READ in a transaction with a lock", "R L +^L(1) TSTART  S ^T=1 R X\n", "seconds"),
    Hostile("LOCK of what another has", "R L +^HELD\n", "seconds"),
    Hostile("LOCK with a long timeout", "R L +^HELD:999\n", "seconds"),
    Hostile("LOCK in a transaction", "R TSTART () S ^T=1 L +^HELD\n", "seconds"),
    Hostile("ZALLOCATE", "R ZA ^HELD\n", "seconds"),
    Hostile("ZSYSTEM", 'R ZSY "sleep 99"\n', "seconds"),
    Hostile("READ of a command", 'R O "p":(COMMAND="sleep 99")::"PIPE" U "p" R X\n', "seconds"),
    Hostile(
        "a command that reads nothing", 'R O "p":(COMMAND="sleep 99")::"PIPE" U "p" F  W $J("",9999),!\n', "seconds"
    ),
    Hostile("CLOSE of a command that goes on", 'R O "p":(COMMAND="sleep 99")::"PIPE" C "p":TIMEOUT=99\n', "seconds"),
    Hostile("OPEN of a FIFO that nobody reads", 'R O "f":(FIFO:WRITEONLY):999\n', "seconds"),
    Hostile("READ of a FIFO that nobody writes", 'R O "f":FIFO U "f" R X\n', "seconds"),
    Hostile("a socket that nobody calls", 'R O "s":(LISTEN="s.sock:LOCAL")::"SOCKET" U "s" W /WAIT\n', "seconds"),
    Hostile("a socket that nobody opens", 'R O "s":(CONNECT="no.sock:LOCAL"):999:"SOCKET"\n', "seconds"),
    Hostile(
        "a socket that nobody reads",
        'R O "s":(LISTEN="s.sock:LOCAL")::"SOCKET" O "c":(CONNECT="s.sock:LOCAL")::"SOCKET" U "c" F  W $J("",9999),!\n',
        "seconds",
    ),
)

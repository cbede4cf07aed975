; A false postcondition of BREAK leaves its argument unevaluated.
 S F=0 B:F $I(I) W $D(I)
; output
0
; ---
; A false postcondition of CLOSE leaves the device open and its arguments unevaluated.
 S F="f.txt" O F C:0 $I(I) U F U 0 W $D(I) C F
; output
0
; ---
; A false postcondition of DO calls nothing and evaluates no actual.
 D:0 L($I(I)) W $D(I) Q
L(X) W "called" Q
; output
0
; ---
; A false postcondition of argumentless DO skips the block.
 D:0  W "on"
 . W "block"
; output
on
; ---
; A false postcondition of GOTO goes on with the next command.
 G:0 L W "on" Q
L W "gone" Q
; output
on
; ---
; A false postcondition of HALT goes on.
 H:0  W "on"
; output
on
; ---
; A false postcondition of HANG does not wait, and does not evaluate how long.
 H:0 $I(I) W $D(I)
; output
0
; ---
; A false postcondition of KILL kills nothing.
 S A=1 K:0 A W A
; output
1
; ---
; A false postcondition of argumentless KILL kills nothing.
 S A=1 K:0  W A
; output
1
; ---
; A false postcondition of LOCK locks nothing and leaves $TEST.
 I 0 L:0 +^A:0 W $T ZSH "L"
; output
; ---
; A false postcondition of MERGE merges nothing and evaluates no subscript.
 S A(1)=1 M:0 B($I(I))=A W $D(B),$D(I)
; output
00
; ---
; A false postcondition of NEW hides nothing.
 S A=1 D  W A
 . N:0 A S A=2
; output
2
; ---
; A false postcondition of argumentless NEW hides nothing.
 S A=1 N:0  W A
; output
1
; ---
; A false postcondition of OPEN opens nothing, and evaluates nothing.
 O:0 $I(I):READONLY:$I(I) W $D(I)
; output
0
; ---
; A false postcondition of QUIT goes on.
 D L Q
L Q:0  W "on" Q
; output
on
; ---
; A false postcondition of QUIT with a value does not evaluate it.
 W $$F
 Q
F() Q:0 $I(I) Q $D(I)
; output
0
; ---
; A false postcondition of READ reads nothing.
 R:0 A W $D(A) R A W A
; input
line

; output
0line
; ---
; A false postcondition of SET stores nothing, and evaluates nothing.
 S:0 A=$I(I) W $D(A),$D(I)
; output
00
; ---
; A false postcondition of TSTART begins nothing.
 TS:0 () W $TL
; output
0
; ---
; A false postcondition of TCOMMIT leaves the transaction open.
 TS  TC:0  W $TL TRO
; output
1
; ---
; A false postcondition of TROLLBACK leaves it open, too.
 TS  TRO:0  W $TL TC  W $TL
; output
10
; ---
; A false postcondition of TRESTART does not begin again.
 TS () S A=$G(A)+1 TRE:A>5  TC  W A
; output
1
; ---
; A false postcondition of USE leaves the current device.
 U:0 "nowhere" W "here"
; output
here
; ---
; A false postcondition of VIEW does nothing.
 V:0 "NOSUCH" W "on"
; output
on
; ---
; A false postcondition of WRITE writes nothing and evaluates nothing.
 W:0 $I(I),! W $D(I)
; output
0
; ---
; A false postcondition of XECUTE executes nothing.
 X:0 "W 1" W 2
; output
2
; ---
; A false postcondition of ZALLOCATE allocates nothing.
 ZA:0 ^A ZSH "L"
; output
MLG:0,MLT:0
; ---
; A false postcondition of ZDEALLOCATE gives nothing up.
 ZA ^A ZD:0 ^A ZSH "L":V W $D(V("L",2)) ZD
; output
0
; ---
; A false postcondition of ZBREAK sets no break.
 ZB:0 L W "on" D L Q
L W "L" Q
; output
onL
; ---
; A false postcondition of ZCOMPILE compiles nothing.
 ZCO:0 "nofile.m" W "on"
; output
on
; ---
; A false postcondition of ZGOTO stays.
 ZG:0 0 W "on"
; output
on
; ---
; A false postcondition of ZHALT goes on.
 ZHA:0 3 W "on"
; output
on
; ---
; A false postcondition of ZKILL kills nothing.
 S A=1 ZK:0 A W A
; output
1
; ---
; A false postcondition of ZLINK links nothing.
 ZL:0 "NOROU" W "on"
; output
on
; ---
; A false postcondition of ZMESSAGE raises nothing.
 ZM:0 150373210 W "on"
; output
on
; ---
; A false postcondition of ZPRINT prints nothing.
 ZP:0 L W "on" Q
L W 1
; output
on
; ---
; A false postcondition of ZSHOW shows nothing.
 ZSH:0 "V" W "on"
; output
on
; ---
; A false postcondition of ZSYSTEM runs nothing.
 ZSY:0 "echo no" W "on"
; output
on
; ---
; A false postcondition of ZWITHDRAW withdraws nothing.
 S A=1 ZWI:0 A W A
; output
1
; ---
; A false postcondition of ZWRITE writes nothing.
 S A=1 ZWR:0 A W "on"
; output
on
; ---
; A true postcondition of each command lets it do its work.
 S:1 A=1 W:A A K:$D(A) A W:'$D(A) "gone" D:1 L G:1 E
L W "L" Q:1
E W "E" H:1
; output
1goneLE
; ---
; A postcondition may be any expression, with its side effects.
 S:$I(I) A=I S:$I(I)>5 A=9 W A,I
; output
12
; ---
; A postcondition does not change $TEST.
 I 1 S:0 A=1 W $T I 0 S:1 A=1 W $T
; output
1
; ---
; A postcondition that is a text is true if its number is not 0.
 W:"abc" "a" W:"1abc" "b" W:"0.0" "c" W:-1 "d" W:"" "e"
; output
bd
; ---
; A postcondition that is undefined is an error.
 S:X A=1 ; error M6
; output
; ---
; A postcondition that raises does not do its command.
 S A=1,$ET="W A S $EC="""" Q" S:1/0 A=2
; output
1
; ---
; FOR cannot have a postcondition.
 F:1 I=1 W I ; error Z150373706
; output
; ---
; IF cannot have a postcondition.
 I:1 1 W 1 ; error Z150373706
; output
; ---
; ELSE cannot have a postcondition.
 E:1  W 1 ; error Z150373706
; output
; ---
; A postcondition in parentheses, with spaces nowhere else.
 W:(1=1) "ok" W:'(1=2) "ok"
; output
okok
; ---
; A postcondition of an argument of DO is evaluated after that of the command.
 S I=0 D:$I(I)=1 L:$I(I)=2,L:$I(I)=9 W I Q
L W "L" Q
; output
L3
; ---
; A postcondition of an argument of XECUTE.
 X "W 1":1,"W 2":0,"W 3":1
; output
13
; ---
; A postcondition of an argument of GOTO: the first true one is taken.
 G A:0,B:1,C:1
A W "A" Q
B W "B" Q
C W "C" Q
; output
B
; ---
; When no argument of GOTO is true the next command follows.
 G A:0,A:0 W "on" Q
A W "A" Q
; output
on
; ---
; A postcondition without an expression does not compile.
 S: A=1 ; error Z150372778
; output
; ---
; A postcondition on a command by indirection is that of the command.
 S X="A=1" S:0 @X W $D(A) S:1 @X W A
; output
01

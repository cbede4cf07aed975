; TSTART and TCOMMIT nest: only the outermost commits.
 TS  S ^A=1 TS  S ^A=2 TC  W $TL TC  W $TL,^A
; output
102
; ---
; TROLLBACK undoes all levels.
 S ^A=0 TS  S ^A=1 TS  S ^A=2 TRO  W $TL,^A
; output
00
; ---
; TROLLBACK of a level undoes what is above it only.
 S ^A=0 TS  S ^A=1 TS  S ^A=2 TRO 1 W $TL,^A TC  W ^A
; output
111
; ---
; TROLLBACK of a negative level goes that many down.
 S ^A=0 TS  S ^A=1 TS  S ^A=2 TS  S ^A=3 TRO -2 W $TL,^A TRO  W ^A
; output
110
; ---
; TROLLBACK of level 0 is TROLLBACK of all.
 S ^A=0 TS  S ^A=1 TRO 0 W $TL,^A
; output
00
; ---
; TROLLBACK of the present level is an error.
 TS  S $ET="W $P($ZS,"","",3) TRO  S $EC="""" Q" TRO $TL
; output
%GTM-E-INVROLLBKLVL
; ---
; TROLLBACK undoes KILL, MERGE, $INCREMENT and SET of pieces.
 S ^A(1)="a^b",^A(2)=5 TS  K ^A(1) S X=$I(^A(2)) M ^A(3)=^A(2) S $P(^A(4),"^",2)=1 TRO  ZWR ^A
; output
^A(1)="a^b"
^A(2)=5
; ---
; TROLLBACK leaves locals as they are.
 S A=1 TS  S A=2 TRO  W A
; output
2
; ---
; A restart puts back the locals that TSTART names, and no others.
 S A=1,B=1 TS (A) S A=A+1,B=B+1 TRE:$TR<1  TC  W A,B
; output
23
; ---
; A restart puts back nothing for an empty list.
 S A=1 TS () S A=A+1 TRE:$TR<1  TC  W A
; output
3
; ---
; A restart puts back all locals for *.
 S A=1,B(1)=1 TS * S A=A+1,B(1)=B(1)+1,C=1 TRE:$TR<1  TC  W A,B(1),C
; output
221
; ---
; A restart puts back an array as a whole.
 S A(1)=1,A(2)=2 TS (A) K A(1) S A(3)=3 TRE:$TR<1  TC  ZWR A
; output
A(2)=2
A(3)=3
; ---
; A restart makes a variable undefined that was so at TSTART.
 K B TS (B) S C=$D(B),B=1 TRE:$TR<1  TC  W C,B
; output
01
; ---
; A restart goes back into a callee's caller.
 S N=0 TS () S N=N+1 D L TC  W N Q
L TRE:$TR<2  W "L" Q
; output
L3
; ---
; A restart in a block and in a FOR.
 S N=0 TS () S N=N+1 F I=1:1:3 D
 . TRE:$TR<1&(I=2)
 TC  W N,I
; output
23
; ---
; A restart puts $TEST back.
 I 0 TS () W $T I 1 TRE:$TR<1  TC  W $T
; output
; ---
; A restart undoes what was written to globals.
 S ^A=0 TS () S ^A=^A+1 TRE:$TR<2  TC  W ^A
; output
1
; ---
; A restart does not undo what was written to a device.
 TS () W "x" TRE:$TR<1  TC
; output
xx
; ---
; $TRESTART counts the restarts of the transaction that is open.
 TS () S A(+$TR)="" TRE:$TR<2  TC  ZWR A W $TR
; output
A(0)=""
A(1)=""
A(2)=""
0
; ---
; TRESTART without TSTART is an error.
 TRE ; error M44
; output
; ---
; A transaction that a DO has begun must end there.
 D L W "no" Q
L TS  S ^A=1 Q ; error M42
; output
; ---
; A transaction that an extrinsic has begun must end there.
 S X=$$F W "no" Q
F() TS  Q 1 ; error M42
; output
; ---
; A transaction that an XECUTE has begun must end there.
 S C="TS" X C W "no" ; error M42
; output
; ---
; A transaction may be committed by a callee.
 TS  D L W $TL Q
L TC  Q
; output
0
; ---
; An error in a transaction leaves it open for the trap.
 S $ET="W $TL TRO  W $TL S $EC="""" Q" TS  S ^A=1 W 1/0
; output
10
; ---
; A trap in a callee may restart.
 S $ET="S $EC="""" TRE:$TR<1  TRO  W ""gone"" Q" TS () S ^A=1 D L TC:$TL  W $D(^A) Q
L W "x",1/0
 Q
; output
xxgone0
; ---
; A trap may restart in the frame of TSTART.
; gtm differs: its process ends without a word
 S $ET="S $EC="""" TRE:$TR<1  TRO  W ""gone"" Q" TS () S ^A=1 W "x",1/0
; output
xxgone
; ---
; TSTART with parameters.
 TS ():SERIAL W $TL TC  TS ():(SERIAL:TRANSACTIONID="x") W $TL TC  TS (A,B):T="BATCH" W $TL TC
; output
111
; ---
; TSTART with a parameter that there is not does not compile.
 TS ():NOSUCH ; error Z150376034
; output
; ---
; TSTART of a subscripted local does not compile.
 TS (A(1)) ; error Z150373642
; output
; ---
; TSTART of a global does not compile.
 TS (^A) ; error M39
; output
; ---
; TSTART of one local without parentheses.
 S A=1 TS A S A=2 TRE:$TR<1  TC  W A
; output
2
; ---
; A global that is killed in a transaction is gone for $ORDER and $DATA there.
 S ^A(1)=1,^A(2)=2 TS  K ^A(1) W $O(^A("")),$D(^A(1)) TRO  W $O(^A("")),$D(^A(1))
; output
2011
; ---
; Globals set in a transaction are seen by $QUERY there.
 S ^A(1)=1 TS  S ^A(0)=0 W $Q(^A("")) TRO  W $Q(^A(""))
; output
^A(0)^A(1)
; ---
; LOCK in a transaction is released by TROLLBACK.
 TS  L +^A TRO  ZSH "L"
; output
MLG:1,MLT:0
; ---
; LOCK in a transaction is kept by TCOMMIT.
 TS  L +^A TC  ZSH "L" L
; output
MLG:1,MLT:0
LOCK ^A LEVEL=1
; ---
; LOCK of before cannot be released in a transaction.
 L +^A TS  L -^A ; error M41
; output
; ---
; LOCK without an argument in a transaction is an error if there was one before.
 L +^A TS  L ; error M41
; output
; ---
; A transaction does not change $STACK or $ZLEVEL.
 S A=$ST TS  W $ST-A TC
; output
0
; ---
; NEW in a transaction is undone by a restart.
 S A=1 D L W A Q
L TS (A) N B S B=$G(B)+1,A=A+1 TRE:$TR<1  TC  W B Q
; output
12
; ---
; READ in a transaction reads the next line after a restart.
 TS () R A TRE:$TR<1  TC  W A
; input
one
two

; output
two
; ---
; $TLEVEL of many nested transactions.
 F I=1:1:5 TS
 W $TL F I=1:1:5 TC
 W $TL
; output
50
; ---
; TROLLBACK with a text as level.
 TS  TS  TRO "1x" W $TL TRO
; output
1
; ---
; An error in TROLLBACK's level leaves all as it was.
 S $ET="W $TL TRO  S $EC="""" Q" TS  TS  TRO X
; output
2
; ---
; ZTSTART and ZTCOMMIT without a journal.
 ZTS  S ^A=1 ZTC  W ^A
; output
1

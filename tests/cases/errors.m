; $ETRAP runs in the failing frame; the caller goes on.
 S $ET="W ""["",$ST,$EC,""]"" S $EC="""""
 D A W "back" Q
A W 1/0 W "no" Q
; output
[1,M9,Z150373210,]back
; ---
; An error that is not cleared goes to the caller, with its own trap.
 S $ET="W ""outer"",$EC S $EC="""" Q"
 D A W "after" Q
A N $ET S $ET="W ""inner "" Q"
 W 1/0
 Q
; output
inner outer,M9,Z150373210,
; ---
; An extrinsic whose trap quits returns an empty value.
 S $ET="S $EC="""" Q:$QUIT """" Q"
 W "[",$$F,"]" Q
F() W 1/0 Q 5
; output
[]
; ---
; A trap may return a value.
 S $ET="S $EC="""" Q:$QUIT 99 Q"
 W $$F Q
F() W 1/0 Q 5
; output
99
; ---
; GOTO in a trap goes on in that frame.
 S $ET="G OUT"
 D A W "end" Q
A W 1/0
 Q
OUT W "out",$ST,$EC S $EC="" Q
; output
out1,M9,Z150373210,end
; ---
; A trap in a block: the FOR goes on.
 S $ET="W ""t"" S $EC="""""
 F I=1:1:3 D
 . W I W:I=2 1/0 W "k"
; output
1k2t3k
; ---
; SET $ECODE raises.
 S $ET="W $EC,""|"",$P($ZS,"","",3),! S $EC="""""
 D A,B Q
A S $EC=",U1," W "no" Q
B S $EC="bad" W "no" Q
; output
,U1,|%GTM-E-SETECODE
,M101,Z150379498,|%GTM-E-INVECODEVAL
; ---
; $ECODE collects codes.
 S $ET="W $EC,! S $EC="""""
 D A Q
A N $ET S $ET="D B"
 W 1/0 Q
B S X=UNDEFD
 Q
; output
,M9,Z150373210,M6,Z150373850,
; ---
; NEW $ETRAP ends with its frame.
 S $ET="S $EC="""" W ""main"""
 D A W 1/0
 Q
A N $ET S $ET="S $EC="""" W ""a """ Q
; output
main
; ---
; $ESTACK counts from its NEW.
 W $ES D A W $ES Q
A N $ES W $ES D B Q
B W $ES Q
; output
0010
; ---
; $STACK counts DO, blocks, extrinsics, XECUTE.
 S S=$ST D A D
 . W $ST-S
 W $$F S C="W $ST-S" X C
 Q
A W $ST-S Q
F() Q $ST-S
; output
1111
; ---
; $STACK() of frames.
 D A Q
A D B Q
B W $ST(1),$ST(2),$ST(1,"PLACE"),$ST(2,"PLACE"),$ST(2,"MCODE") Q
; output
DODOA^CASEB^CASEB W $ST(1),$ST(2),$ST(1,"PLACE"),$ST(2,"PLACE"),$ST(2,"MCODE") Q
; ---
; $STACK() after an error.
 S $ET="D H S $EC="""""
 D A Q
A W 1,1/0
 Q
H W $ST(-1),$ST(1,"PLACE"),$ST(1,"ECODE"),$ST(1,"MCODE") Q
; output
12A^CASE,M9,Z150373210,A W 1,1/0
; ---
; $ZSTATUS.
 S $ET="W $ZS,! S $EC="""""
 D A Q
A W "x"
 W 5#0 Q
; output
x150373210,A+1^CASE,%GTM-E-DIVZERO, Attempt to divide by zero
; ---
; $ZTRAP and $ETRAP empty each other.
 S $ET="Q" S $ZT="G L" W "[",$ET,"|",$ZT,"]" S $ET="W 1" W "[",$ET,"|",$ZT,"]" S $ET=""
L Q
; output
[|G L][W 1|]
; ---
; GOTO in $ZTRAP.
 S $ET="" S $ZT="G L"
 D A W "end" Q
A W 1/0
 Q
L W "L",$EC Q
; output
L,M9,Z150373210,end
; ---
; An error in a trap drops the frame.
 S $ET="S $EC="""" W ""main """ D A W "end" Q
A D B Q
B N $ET S $ET="W 1/0"
 W UNDEFD
 Q
; output
main end
; ---
; $QUERY, $SELECT and other errors by their codes.
 S $ET="W $P($EC,"","",2),"" "" S $EC="""""
 F I="W $S(0:1)","W $R(0)","W -1**.5","W 1E46*100","W $FN(1,""P+"")","W $J(1,2,-1)","W A?2.1N","K ^A W ^A","W ^(1)","S $TL=1","W $NA(A,-1)" D X
 Q
X X I
 Q
; output
M4 M3 M95 M92 M2 Z150373170 M10 M7 M1 Z150373770 Z150376002 
; ---
; An untrapped error in a called label.
 D A
 Q
A W "a"
 S X=1/0 ; error M9
 Q
; output
a
; ---
; An untrapped error in XECUTE.
 W "x"
 X "S X=1/0" ; error M9
; output
x
; ---
; An untrapped undefined variable.
 W "a",X ; error M6
; output
a
; ---
; MAXSTRLEN.
 S X="a" F I=1:1:21 S X=X_X ; error M75
; output
; ---
; Deep recursion by DO ends in STACKCRIT or fits.
; gtm differs: its stack is smaller
 D A(1) W "ok" Q
A(N) D:N<3000 A(N+1)
 Q
; output
ok
; ---
; Transactions: commit and roll back.
 S ^A=1 TS  S ^A=2,^B=3 TRO  W $D(^B),^A,$TL TS  S ^A=5 TC  W ^A
; output
0105
; ---
; Nested transactions, and TROLLBACK to a level.
 S ^A=0 TS  S ^A=1 TS  S ^A=2 W $TL TRO 1 W $TL,^A TC  W $TL,^A
; output
21101
; ---
; TROLLBACK leaves locals; $INCREMENT is undone.
 S A=1 TS  S A=2 W $I(^C),$I(^C) TRO  W A,$D(^C)
; output
1220
; ---
; TRESTART restores the locals that TSTART names.
 S A=1,B=1 TS (A)  S A=A+1,B=B+1 I $TR<2 TRE
 TC  W A,B
; output
24
; ---
; TSTART * restores all.
 S A=1,N=0 TS *  S ^N=$G(^N)+1,A=A+1,N=N+1 TRE:$TR<1  TC  W A,N,^N
; output
211
; ---
; TRESTART on a later line.
 S A=1,^L=0 TS (A)
 S A=A+1 W "x"
 I $TR<2 TRE
 TC  W A
; output
xxx2
; ---
; TRESTART without a list.
 TS ; error M27
 W "a"
 TRE
; output
a
; ---
; TCOMMIT outside.
 TC ; error M44
; output
; ---
; QUIT inside a transaction.
 D A
 Q
A TS
 Q ; error M42
; output
; ---
; Kills and queries inside a transaction see its changes.
 S ^A(1)=1,^A(2)=2,^A(3)=3 TS  K ^A(2) S ^A(2.5)=1 S K="" F  S K=$O(^A(K)) Q:K=""  W K," "
 W $D(^A(2)) TRO  S K="" F  S K=$O(^A(K)) Q:K=""  W K," "
; output
1 2.5 3 01 2 3 

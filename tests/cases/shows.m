CASE ; ZSHOW into a variable puts each code below it, and kills what was there of it
 S A=1,B(1)=2,C="x"_$C(1)_"y" N X S Y=3,Y("V")=1 L ^Q
 ZSHOW "VLSBC":X F I="V","L","S","B","C" W I,! S J="" F  S J=$O(X(I,J)) Q:J=""  W "  ",J,":",X(I,J),!
 W $O(X("")),!
 ZSHOW "V":Y(5) ZWR Y
 ZSHOW "*":^Z S I="" F  S I=$O(^Z(I)) Q:I=""  W I,$O(^Z(I,"")),!
 ZSHOW "I":X W X("I",1)
 ZSHOW "":X
 ZSHOW "S":@"Q(1)" ZWR Q
; output
V
  1:A=1
  2:B(1)=2
  3:C="x"_$C(1)_"y"
  4:Y=3
  5:Y("V")=1
L
  0:MLG:1,MLT:0
  1:LOCK ^Q LEVEL=1
S
  1:CASE+2^CASE
B
C
L
Y=3
Y(5,"V",1)="A=1"
Y(5,"V",2)="B(1)=2"
Y(5,"V",3)="C=""x""_$C(1)_""y"""
Y(5,"V",4)="I=""C"""
Y(5,"V",5)="J="""""
Y(5,"V",6)="X(""L"",0)=""MLG:1,MLT:0"""
Y(5,"V",7)="X(""L"",1)=""LOCK ^Q LEVEL=1"""
Y(5,"V",8)="X(""S"",1)=""CASE+2^CASE"""
Y(5,"V",9)="X(""V"",1)=""A=1"""
Y(5,"V",10)="X(""V"",2)=""B(1)=2"""
Y(5,"V",11)="X(""V"",3)=""C=""""x""""_$C(1)_""""y"""""""
Y(5,"V",12)="X(""V"",4)=""Y=3"""
Y(5,"V",13)="X(""V"",5)=""Y(""""V"""")=1"""
Y(5,"V",14)="Y=3"
Y(5,"V",15)="Y(""V"")=1"
Y("V")=1
D1
G0
I1
L0
R1
V1
$DEVICE=""Q(1,"S",1)="CASE+8^CASE"
; ---
CASE ; the stack is shown from the innermost level on, XECUTE without a place
 S X="ZSHOW ""S"" S Y=$$F() D G" X X
 S Z="D H" D @"H" X Z
 Q
F() ZSHOW "S" Q 1
G D  Q
 . D
 . . ZSHOW "S"
H ZSHOW "S" W $ST(1),$ST(1,"PLACE"),! Q
; output
        Indirection
CASE+1^CASE
F^CASE
        Indirection
CASE+1^CASE
G+2^CASE
G+1^CASE
G^CASE
        Indirection
CASE+1^CASE
H^CASE
CASE+2^CASE
DOH^CASE
H^CASE
        Indirection
CASE+2^CASE
XECUTE@
; ---
CASE ; ZSHOW into a global moves the naked indicator
 S ^A(1)=1 ZSHOW "S":^B(2) W $REFERENCE,! ZWR ^B
; output
^B(2,"S",1)
^B(2,"S",1)="CASE+1^CASE"
; ---
CASE ; each argument of ZSHOW has its own variable
 ZSHOW "S","L","V":A ZWR A ; error M6
; output
CASE+1^CASE
MLG:0,MLT:0
; ---
CASE ; an indirection of ZSHOW holds the code and the variable
 S X="""S""",Y="""L"":Z" ZSHOW @X ZSHOW @Y ZWR Z
; output
CASE+1^CASE
Z("L",0)="MLG:0,MLT:0"
; ---
CASE ; a code that ZSHOW does not know
 ZSHOW "s" ZSHOW "",1 ; error Z150375474
; output
CASE+1^CASE
; ---
CASE ; nothing is shown if one code of several is unknown
 ZSHOW "SX" ; error Z150375474
; output
; ---
CASE ; a code twice counts once; V into a variable does not show what it writes
 S X(1)=2 ZSHOW "VV":X ZWR X
 S X="old",X("V",7)="stay",X("V",1)="go" ZSHOW "V":X ZWR X
; output
X(1)=2
X("V",1)="X(1)=2"
X="old"
X(1)=2
X("V",1)="X=""old"""
X("V",2)="X(1)=2"
; ---
CASE ; V is in the order of names
 S ^G(1)="a",^(2)="b" TS  ZSHOW "L":X TC  ZWR X
 S %=1,%A=2,a=3,B=4 ZSHOW "V" ZWR
; output
X("L",0)="MLG:0,MLT:0"
%=1
%A=2
B=4
X("L",0)="MLG:0,MLT:0"
a=3
%=1
%A=2
B=4
X("L",0)="MLG:0,MLT:0"
a=3
; ---
CASE ; the variable must be one
 ZSHOW "V":$X ; error M39
; output
; ---
CASE ; a local with two names is shown once, with a mark at its head
 N A S A(1)=1 D P(.A) Q
P(B) S B(2)=$C(200)_"x" ZSHOW "V" Q
; output
A(1)=1
A(2)="Èx"
*B=A
; ---
CASE ; a trap is shown at the level that it handles
 S $ET="W $ZS,! ZSHOW ""S"" S $EC="""" Q" D A Q
A S X=1/0 Q
; output
150373210,A^CASE,%GTM-E-DIVZERO, Attempt to divide by zero
A^CASE    ($ZTRAP)
CASE+1^CASE
; ---
CASE ; so is $ZTRAP
 S $ZT="ZSHOW ""S"" ZG 1" D A Q
A S X=1/0 Q
; output
A^CASE    ($ZTRAP)
CASE+1^CASE
; ---
CASE ; ZWRITE writes a name of the same variable as *B=A, and marks its value
 N A S A(1)=1,A=5 D P(.A),Q(.A,.A),U(.ZZ) Q
P(B) S B(2)=3 ZWR  W "-",! ZWR B W "--",! ZWR A,B Q
Q(B,C) N A S A=1 ZWR  W "--",! ZSHOW "V" Q
U(B) S C=1 ZWR  S B=2 ZWR  K B ZWR  W "..",! ZSHOW "V" Q
; output
A=5 ;*
A(1)=1
A(2)=3
*B=A
-
B=5 ;*
B(1)=1
B(2)=3
--
A=5 ;*
A(1)=1
A(2)=3
B=5 ;*
B(1)=1
B(2)=3
A=1
B=5 ;*
B(1)=1
B(2)=3
*C=B
--
A=1
B=5 ;*
B(1)=1
B(2)=3
*C=B
A=5
A(1)=1
A(2)=3
C=1
*ZZ=B
A=5
A(1)=1
A(2)=3
B=2 ;*
C=1
*ZZ=B
A=5
A(1)=1
A(2)=3
C=1
*ZZ=B
..
A=5
A(1)=1
A(2)=3
C=1
*ZZ=B
; ---
CASE ; a name that NEW hides is a name
 N A S A(1)=1,A=5 D P(.A),Q(.A),R(.A) Q
P(B) N A ZWR  Q
Q(A) ZWR  Q
R(B) K B ZWR  W "-",! ZWR ?1"B" ZWR ?1"A" W "--",! S B(3)=1 ZWR  Q
; output
B=5 ;*
B(1)=1
A=5 ;*
A(1)=1
*B=A
-
--
A(3)=1
*B=A
; ---
CASE ; two names of an undefined variable
 D P(.A) Q
P(B) ZWR  W "-",! ZSHOW "V" ZWR A ; error M6
; output
*B=A
-
*B=A
; ---
CASE ; the ;* is behind the value of the variable itself and nowhere else
 N B S B(1)=1,B=5 D P(.B) Q
P(A) S C=1 ZWR  W "-",! ZWR A W "--",! ZWR A,B W "---",! ZWR ?.E W "----",! ZWR A(1) ZWR B(1) ZWR B(1,*) Q
; output
A=5 ;*
A(1)=1
*B=A
C=1
-
A=5 ;*
A(1)=1
--
A=5 ;*
A(1)=1
B=5 ;*
B(1)=1
---
A=5 ;*
A(1)=1
*B=A
C=1
----
A(1)=1
B(1)=1
B(1)=1
; ---
CASE ; each device that is open is shown, in the order of names
 O "x.txt":NEW ZSHOW "D" C "x.txt" ZSHOW "D"
 O "x.txt":(NEW:FIXED:RECORDSIZE=20) ZSHOW "D":X ZWR X C "x.txt" O "/dev/null" ZSHOW "D"
 O "p":(COMMAND="cat")::"PIPE" ZSHOW "D"
; output
0 OPEN FIFO STREAM NOWRAP 
0-out OPEN FIFO STREAM NOWRAP 
x.txt OPEN RMS 
0 OPEN FIFO STREAM NOWRAP 
0-out OPEN FIFO STREAM NOWRAP 
X("D",1)="0 OPEN FIFO STREAM NOWRAP "
X("D",2)="0-out OPEN FIFO STREAM NOWRAP "
X("D",3)="x.txt OPEN RMS FIXED REC=20 "
/dev/null OPEN 
0 OPEN FIFO STREAM NOWRAP 
0-out OPEN FIFO STREAM NOWRAP 
/dev/null OPEN 
0 OPEN FIFO STREAM NOWRAP 
0-out OPEN FIFO STREAM NOWRAP 
p OPEN PIPE COMMAND="cat" 

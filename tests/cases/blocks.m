; A dotted line without a DO above it is never reached, not even by its label.
 D L Q
 Q
L . W "x"
 W "y"
 Q
; output
y
; ---
; A routine that begins with a dotted line begins behind it.
 . W 1
 W 2
; output
2
; ---
; GOTO to a dotted line without a DO above it goes to the next line that can be reached.
 D  W "e" Q
 . G L
 Q
L . W "x"
 W "q"
 Q
; output
qe
; ---
; A label in a block can be called: the block goes on to its end.
 D  W "e" Q
 . D L W "b"
 . Q
L . W "x"
 Q
; output
xbe
; ---
; A call of a line that is too deep starts in the block below it.
 D L Q
 D
 . W 1
L . . W 2
 . W 3
 W 4
; output
3
; ---
; A comment without dots ends a block.
 D
 ;c
 . W 1
 W 2
; output
2
; ---
; An empty line ends a block.
 D

 . W 1
 W 2
; output
2
; ---
; A line with formals cannot have dots.
 W 1 D L(1) W 3
 Q
L(A) . W 2 ; error Z150375594
 Q
; output
1
; ---
; A block that ends above a line with formals falls on it.
 D  W 3
 . W 1 ; error M11
L(A) W 2
; output
1
; ---
; A block that quits above a line with formals does not fall.
 D  W 4
 . D  W 5
 . . W 1
 . Q
 Q
L(A) W 2
; output
154
; ---
; What falls on a line with formals stands on the line above it.
 S $ET="W $P($ZS,"","",2) S $EC="""" Q"
 W 1
DUMP
L(A) W 2
; output
1DUMP^CASE
; ---
; A label that the routine does not have is LABELUNKNOWN for DO.
 S $ET="W $EC S $EC="""" Q" D NO
; output
,M13,Z150373202,
; ---
; A label that the routine does not have is LABELUNKNOWN for an extrinsic.
 S $ET="W $EC S $EC="""" Q" W $$NO(1)
; output
,M13,Z150373202,
; ---
; A label that the routine does not have is LABELNOTFND for GOTO.
 S $ET="W $EC S $EC="""" Q" G NO
; output
,M13,Z150383506,
; ---
; A label that is missing in what is executed, with an offset or by indirection is LABELMISSING.
 S A="NO",$ET="W $EC S $EC="""""
 D A,B,C Q
A X "D NO" Q
B D NO+1 Q
C D @A
; output
,M13,Z150373194,,M13,Z150373194,,M13,Z150373194,
; ---
; Actuals are evaluated before the label is looked for: D NO^CASE.
 S $ET="W $EC S $EC="""" Q" D NO^CASE($$F())
 Q
F() W "F" Q 1
; output
F,M13,Z150373194,
; ---
; Actuals are evaluated before the label is looked for: D NO^NOROU.
 S $ET="W $EC S $EC="""" Q" D NO^NOROU($$F())
 Q
F() W "F" Q 1
; output
F,Z150373978,
; ---
; Actuals are evaluated before the label is looked for: W $$NO^CASE.
 S $ET="W $EC S $EC="""" Q" W $$NO^CASE($$F())
 Q
F() W "F" Q 1
; output
F,M13,Z150373194,
; ---
; Actuals are evaluated before the label is looked for: W $$NO.
 S $ET="W $EC S $EC="""" Q" W $$NO($$F())
 Q
F() W "F" Q 1
; output
F,M13,Z150373202,
; ---
; Actuals are evaluated before the label is looked for: D @"NO".
 S $ET="W $EC S $EC="""" Q" D @"NO"($$F())
 Q
F() W "F" Q 1
; output
F,M13,Z150373194,
; ---
; Actuals are evaluated before the label is looked for: D NO.
 S $ET="W $EC S $EC="""" Q" D NO($$F())
 Q
F() W "F" Q 1
; output
F,M13,Z150373202,
; ---
CASE ; a label in a block is called, and the rest of the block is what runs
 D L,M,L+1,M^CASE
 W "end",! Q
 D
 . W "never",!
L . W "L",!
 . D
M . . W "M",!
 . . W "M2",!
 . W "L3",!
 W "not in the block",!
 Q
; output
L
M
M2
L3
M
M2
M
M2
L3
M
M2
end
; ---
CASE ; a GOTO inside a block goes on in it, and the block ends where it ends
 S N=0 D  W "out",N
 . S N=N+1
L . S N=N+1 G:N<5 L
 . D
M . . S N=N+1 G:N<10 M
 . W "end of block "
; output
end of block out10
; ---
CASE ; a GOTO out of a block into another leaves its frame as it is
 D  W "after",$ST
 . W $ST G X
 . W "never"
 W "between"
 D  W "there"
 . W "not"
X . W "X",$ST Q
 W "never"
; output
1X1after0betweennotX1therenever
; ---
CASE ; a breakpoint in a block is met however the block is entered
 ZB L:"W ""b""" D L D  W "e"
 . W 1
L . W 2
; output
b21b2e
; ---
CASE ; a dead line with a label: the call starts at the next that lives
 D L W "back" Q
 W 1
L . . . W "dead"
 . . W "dead, too"
 W "alive"
 Q
; output
aliveback
; ---
; A block whose first line is too deep runs nothing.
 W 1 D  W 2
 . . W "a"
 . W "b"
 W 3
 Q
; output
123
; ---
; A block whose first line is too deep and empty.
 W 1 D  W 2
 . .
 . W "b"
 W 3
 Q
; output
123
; ---
; A block whose second line is too deep.
 W 1 D  W 2
 . W "x"
 . . W "a"
 . W "b"
 W 3
 Q
; output
1xb23
; ---
; MERGE cannot make more than 31 subscripts: what comes before them is there.
 N $ET S $ET="W $P($EC,"","",2) S $EC="""" Q"
 S A=1,B(1)=3,B(1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31)=2,B(2)=4
 D L W ! ZWR A ZWR:$D(^A) ^A
 D G W ! ZWR ^A
 S ^B(1)=3,^B(1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31)=2,^B(2)=4
 K A S A=1 D M W ! ZWR A
 Q
L M A(1)=B
 W "no"
G M ^A(1)=B
 W "no"
M M A(1)=^B
 W "no"
; output
Z150379328
A=1
A(1,1)=3
Z150379328
^A(1,1)=3
Z150379328
A=1
A(1,1)=3

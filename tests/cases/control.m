; FOR: start, step and limit once; the control variable keeps its last value.
 F I=1:1:3 W I,","
 W I,!
 S N=3 F I=1:1:N S N=10 W I
 W !
; output
1,2,3,3
123
; ---
; FOR with several arguments, texts and ranges mixed.
 F I=1,3,5:2:9,"x",-1 W I,","
; output
1,3,5,7,9,x,-1,
; ---
; FOR downwards, and a range that is empty from the start.
 F I=3:-1:1 W I
 F I=3:1:1 W "never"
 W "|",I
; output
321|3
; ---
; FOR without limit ends by QUIT only.
 F I=1:1 Q:I>4  W I
 W !,I
; output
1234
5
; ---
; Argumentless FOR.
 S I=0 F  S I=I+1 Q:I=4  W I
 W "|",I
; output
123|4
; ---
; QUIT leaves the innermost FOR only.
 F I=1:1:3 F J=1:1:3 Q:J=2  W I,J," "
 W I,J
; output
11 21 31 32
; ---
; The control variable may be changed in the body.
 F I=1:1:10 W I S I=I+2
 W "|",I
; output
14710|12
; ---
; A step of 0 never ends by itself.
 F I=1:0:1 S N=$G(N)+1 Q:N=3
 W N,I
; output
31
; ---
; A step of a fraction.
 F I=1:.25:2 W I," "
; output
1 1.25 1.5 1.75 2 
; ---
; Killing the control variable is an error at the next step.
 F I=1:1:3 W I K I ; error M6
; output
1
; ---
; A control variable with subscripts.
 F X(1)=1:1:3 W X(1)
 W !,$D(X)
; output
123
10
; ---
; An indirect control variable.
 S V="Q(2)" F @V=1:1:3 W Q(2)
; output
123
; ---
; FOR counts by number even if the start is a text.
 F I="2x":"1y":"4z" W I,","
; output
2,3,4,
; ---
; GOTO leaves a FOR.
 F I=1:1:5 G:I=3 OUT W I
 W "never"
OUT W "|",I
; output
12|3
; ---
; IF sets $TEST, ELSE asks it; several arguments are IFs in a row.
 I 1 W $T
 I 0 W "no"
 W $T
 E  W "else"
 I 1,0 W "no"
 E  W "e2"
 I 1,"1x",.5 W "yes"
; output
10elsee2yes
; ---
; Argumentless IF asks $TEST.
 I 0
 I  W "no"
 E  W "a"
 I 1
 I  W "b"
; output
ab
; ---
; A block saves and restores $TEST; DO of a label does not.
 I 1 D
 . I 0
 W $T D L W $T Q
L I 0
 Q
; output
10
; ---
; An extrinsic saves and restores $TEST.
 I 1 S X=$$F() W $T,X Q
F() I 0
 Q "f"
; output
1f
; ---
; Dot blocks nest, and a deeper line without its DO is skipped.
 D
 . W 1
 . D
 . . W 2
 . . W 3
 . W 4
 W 5
; output
12345
; ---
; QUIT ends a block, not the label.
 F I=1:1:3 D
 . Q:I=2
 . W I
 W "after"
; output
13after
; ---
; Two DOs of one block on one line run it twice.
 D  D  W "end"
 . W "x"
; output
xxend
; ---
; DO without a block does nothing.
 D
 W "a"
; output
a
; ---
; A block with ELSE inside.
 F I=1:1:3 D
 . I I#2 W "odd " Q
 . E  W "even "
; output
odd even odd 
; ---
; GOTO inside a block stays in its frame: the QUIT behind it returns to the DO.
 D
 . W 1 G X
 W "after" Q
X W "x"
 Q
; output
1xafter
; ---
; DO with labels, offsets and a list.
 D A,B,A+1 Q
A W "a"
 W "a1" Q
B W "b" Q
; output
aa1ba1
; ---
; Falling through labels.
 D A Q
A W "a"
B W "b"
 Q
; output
ab
; ---
; Post-conditionals on commands.
 S:1 X=1 S:0 X=2 W X
 W:X=1 "yes" W:X=2 "no"
 D:X=1 L D:X=2 L W X Q
L S X=X+5 Q
; output
1yes6
; ---
; Post-conditionals on arguments of DO.
 S X=1 D A:X=1,B:X=2,A:1 Q
A W "A" Q
B W "B" Q
; output
AA
; ---
; Post-conditionals on GOTO and its arguments.
 S X=2
 G A:X=1,B:X=2,C
A W "A" Q
B W "B"
C W "C" Q
; output
BC
; ---
; Post-conditional on QUIT with a value.
 W $$F(1),$$F(2) Q
F(X) Q:X=1 "one"
 Q "other"
; output
oneother
; ---
; Actuals by value: the callee's changes are its own.
 S A=1 D P(A) W A Q
P(X) S X=X+1 W X
 Q
; output
21
; ---
; Actuals by reference: the formal is the caller's variable.
 S A=1 D P(.A) W A,A(1) Q
P(X) S X=X+1,X(1)="s"
 Q
; output
2s
; ---
; KILL in the callee kills the caller's variable; NEW only hides it.
 S A=1,B=2 D P(.A,.B) W $D(A),$D(B) Q
P(X,Y) K X N Y S Y=5
 Q
; output
01
; ---
; Two formals may be one variable.
 S A=1 D P(.A,.A) W A Q
P(X,Y) S X=5 W Y S Y=6
 Q
; output
56
; ---
; A value and a reference of the same variable: the value is of before the call.
 S A=1 D P(.A,A) W A Q
P(X,Y) S X=9 W Y
 Q
; output
19
; ---
; An undefined variable by reference is defined by the callee.
 D P(.Z) W Z,Z("k") Q
P(X) S X=1,X("k")=2
 Q
; output
12
; ---
; Missing actuals are undefined.
 D P(1) D P(,2) D P() Q
P(X,Y) W $D(X),$D(Y),","
 Q
; output
10,01,00,
; ---
; Formals are undone at the end, and hide variables of the caller.
 S X="mine" D P(1) W X Q
P(X) W X
 Q
; output
1mine
; ---
; Recursion.
 W $$FAC(20) Q
FAC(N) Q:N<2 1
 Q N*$$FAC(N-1)
; output
2432902008176640000
; ---
; Mutual recursion by DO.
 D E(7) Q
E(N) I N=0 W "even" Q
 D O(N-1) Q
O(N) I N=0 W "odd" Q
 D E(N-1) Q
; output
odd
; ---
; Extrinsics as arguments, with and without parentheses.
 W $$A($$B,$$B()),$$B Q
A(X,Y) Q X_Y
B() Q "b"
; output
bbb
; ---
; $QUIT says whether a value is wanted.
 D P S X=$$P W X Q
P() W $QUIT Q:$QUIT "v"  Q
; output
01v
; ---
; NEW hides, and undoes at the end of the frame.
 S A=1,B=2 D P W A,B Q
P N A W $D(A) S A=5,B=6
 Q
; output
016
; ---
; NEW in a block ends with the block.
 S A=1 D
 . N A S A=2 W A
 W A
; output
21
; ---
; Exclusive NEW.
 S A=1,B=2,C=3 D P W A,B,C,$D(D) Q
P N (B) W $D(A),$D(B),$D(C) S A=5,B=6,D=7
 Q
; output
0101630
; ---
; Argumentless NEW.
 S A=1 D P W A Q
P N  W $D(A) S A=2,B=3
 Q
; output
01
; ---
; KILL: all, a list, exclusive, a subtree.
 S A=1,B=2,C=3,D(1)=1,D(1,2)=2,D(2)=1 K A,D(1) W $D(A),$D(B),$D(D),$D(D(1))
 K (B) W $D(B),$D(C),$D(D) K  W $D(B)
; output
011001000
; ---
; XECUTE runs with the variables of the caller.
 S A=1 X "S A=A+1 W A" W A
 S C="W ""x"",A" X C,C
; output
22x2x2
; ---
; QUIT in XECUTE ends it only; FOR in it is its own.
 X "F I=1:1:5 Q:I=3" W I
 X "W 1 Q  W 2" W 3
; output
313
; ---
; XECUTE with post-conditionals.
 S X=0 X:1 "W 1" X:0 "W 2" X "W 3":X,"W 4":'X
; output
14
; ---
; XECUTE in XECUTE, $STACK and GOTO from it.
 S A="W $ST,"","" X B",B="W $ST" X A
 X "G L" W "back" Q
L W "L" Q
; output
1,2Lback
; ---
; HALT ends the program.
 W "a"
 H
 W "b"
; output
a
; ---
; Comments, empty lines and labels alone.
 ; a comment
 W 1 ; another

L
 W 2
; output
12
; ---
; Commands in full and short, in either case.
 set a=1 Set B=2 WRITE a,B,! w a Write B if a=1 write "x" 
 else  write "no"
; output
12
12x
; ---
; Several spaces after argumentless commands.
 I 1  W "a"
 F I=1:1:2  W I
; output
a12
; ---
; QUIT with a value in a DO is an error.
 D L
 Q
L Q 1 ; error M16
; output
; ---
; QUIT without a value in an extrinsic is an error.
 W $$L() ; error M17
 Q
L() Q
; output
; ---
; No such label.
 W "a"
 D NOWHERE ; error M13
; output
a
; ---
; No such routine.
 W "a" D ^NOSUCHRT ; error Z150373978
; output
a
; ---
; Too many actuals.
 W "a"
 D L(1,2) ; error M58
 Q
L(X) Q
; output
a
; ---
; Actuals without formals.
 D L(1) ; error M20
 Q
L Q
; output
; ---
; Falling into formals.
 W "a" ; error M11
L(X) W "b"
; output
a
; ---
; A bad command after good ones raises when it is reached.
 W "a" FOO  W "b" ; error Z150373050
; output
a
; ---
; A bad line behind a QUIT is never reached.
 W 1 Q  garbage here
; output
1
; ---
; IF of nothing reached: the rest may be bad.
; gtm differs: GT.M raises although IF is false
 I 0 FOO
 W "fine"
; output
fine
; ---
; ZGOTO unwinds to a level.
 W "a" D A W "back" Q
A D B W "no" Q
B S L=$ZL ZG L-2
; output
aback
; ---
; ZGOTO with a label.
 D A W "end" Q
A D B W "no" Q
B ZG $ZL-1:C
C W "c" Q
; output
cend
; ---
; An extrinsic needs a label with formals, be they none.
 W "a"
 W $$P ; error M20
 Q
P Q 1
; output
a

; An actual by value is a copy: arrays are not passed.
 S A=1,A(1)=2 D L(A) Q
L(X) W X,$D(X(1)) Q
; output
10
; ---
; An actual by reference is the variable with all below it.
 S A=1,A(1)=2 D L(.A) ZWR A Q
L(X) S X=X+1,X(1)=X(1)+1,X(2)=0 Q
; output
A=2
A(1)=3
A(2)=0
; ---
; An actual by reference of an undefined variable is undefined, and defined by SET.
 D L(.A) W A Q
L(X) W $D(X) S X=5 Q
; output
05
; ---
; Fewer actuals than formals leave the last undefined.
 D L(1) Q
L(A,B) W A,$D(B) Q
; output
10
; ---
; An actual left out leaves its formal undefined.
 D L(,2) Q
L(A,B) W $D(A),B Q
; output
02
; ---
; A formal hides a variable of its name, also when no actual is given.
 S A=1 D L() W A Q
L(A) W $D(A) S A=2 Q
; output
01
; ---
; Formals are undone when the call ends by an error.
 S A=1,$ET="W A S $EC="""" Q" D L(2) Q
L(A) W A S X=1/0 Q
; output
22
; ---
; Expressions as actuals are evaluated from left to right before the call.
 D L($I(N),$I(N)*10,N) Q
L(A,B,C) W A,",",B,",",C Q
; output
1,20,2
; ---
; A global as an actual by value.
 S ^A(1)="g" D L(^A(1)) Q
L(X) W X Q
; output
g
; ---
; A global by reference does not compile.
 S $ET="W $P($ZS,"","",3) S $EC="""" Q" D L(.^A) Q
L(X) Q
; output
%GTM-E-NAMEEXPECTED
; ---
; A subscripted local by reference does not compile.
 S $ET="W $P($ZS,"","",3) S $EC="""" Q" D L(.A(1)) Q
L(X) Q
; output
%GTM-E-COMMAORRPAREXP
; ---
; The same variable by reference twice: both formals are one.
 S A=1 D L(.A,.A) W A Q
L(X,Y) S X=2 W Y S Y=3 W X Q
; output
233
; ---
; A formal passed on by reference is still the first variable.
 S A=1 D L(.A) W A Q
L(X) D M(.X) Q
M(Y) S Y=7 Q
; output
7
; ---
; A formal passed on by value is a copy.
 S A=1 D L(.A) W A Q
L(X) D M(X) Q
M(Y) S Y=7 Q
; output
1
; ---
; NEW of a formal by reference cuts it from its actual.
 S A=1 D L(.A) W A Q
L(X) N X S X=5 Q
; output
1
; ---
; KILL of a formal by reference, and SET again, is of the same variable.
 S A=1 D L(.A) W A Q
L(X) K X S X=5 Q
; output
5
; ---
; An exclusive KILL that keeps a formal by reference.
 S A=1,B=2 D L(.A) W $D(A),$D(B) Q
L(X) K (X) Q
; output
00
; ---
; An argumentless NEW hides formals, too.
 S A=1 D L(.A) W A Q
L(X) N  W $D(X) S X=3 Q
; output
01
; ---
; An extrinsic with by reference changes its caller's variable while an expression is evaluated.
 S A=1 W $$F(.A)+A Q
F(X) S X=10 Q 1
; output
11
; ---
; An extrinsic that quits without a value is an error at its place.
 S $ET="W $P($EC,"","",2),$ST S $EC="""" Q" S X=$$F
 Q
F() Q
; output
M170
; ---
; An extrinsic called by DO ignores nothing: QUIT with a value is an error.
 S $ET="W $P($EC,"","",2) S $EC="""" Q" D F Q
F() Q 1
; output
M16
; ---
; An extrinsic of another routine's label that is not there.
 S $ET="W $P($EC,"","",2) S $EC="""" Q" W $$NO^CASE(1)
; output
M13
; ---
; An extrinsic whose formal list has more than its actuals.
 W $$F(1) Q
F(A,B,C) Q $D(A)_$D(B)_$D(C)
; output
100
; ---
; An extrinsic without parentheses calls a label with an empty list, and one with a list.
 W $$F,$$G Q
F() Q 1
G(A) Q $D(A)
; output
10
; ---
; An extrinsic of a label without a formal list.
 W $$F Q ; error M20
F Q 5
; output
; ---
; An extrinsic with an empty list of a label without a formal list is an error.
 S $ET="W $P($EC,"","",2) S $EC="""" Q" W $$F() Q
F Q 5
; output
M20
; ---
; Recursion by value keeps each level's variables.
 W $$F(5) Q
F(N) Q:N<2 1 Q N*$$F(N-1)
; output
120
; ---
; Recursion by reference collects in one variable.
 D F(3,.R) W R Q
F(N,R) S R=$G(R)_N D:N>1 F(N-1,.R) Q
; output
321
; ---
; An extrinsic in a subscript, in a postcondition and as an actual.
 S A(3)="x" W:$$T A($$N+1) W $$I($$N) Q
T() Q 1
N() Q 2
I(X) Q X*10
; output
x20
; ---
; An extrinsic saves $TEST, and restores it also after an error in it.
 I 1 S X=$$F W $T Q
F() S $ET="S $EC="""" Q 5" I 0 S X=1/0
 Q 1
; output
1
; ---
; An extrinsic may write, and its output comes before its value.
 W "[",$$F,"]" Q
F() W "out" Q "value"
; output
[outvalue]
; ---
; A DO of a label with an empty list.
 D L() Q
L() W "L" Q
; output
L
; ---
; A DO of a label whose list is empty without parentheses.
 D L Q
L() W "L" Q
; output
L
; ---
; A DO with actuals of a label that has only code.
 S $ET="W $P($EC,"","",2) S $EC="""" Q" D L(1) Q
L W "no" Q
; output
M20
; ---
; Actuals may be many: 32.
 D L(1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32) Q
L(A,B,C,D,E,F,G,H,I,J,K,L,M,N,O,P,Q,R,S,T,U,V,W,X,Y,Z,a,b,c,d,e,f) W A,f Q
; output
132
; ---
; An actual that is an indirection by value may be an expression.
 S X="1+2" D L(@X) Q ; error M39
L(A) W A Q
; output
; ---
; A value by reference and its own element by value.
 S A=1,A(1)=2 D L(.A,A(1)) Q
L(X,Y) S X(1)=9 W Y Q
; output
2
; ---
; A formal may have the name of its actual by reference.
 S A=1 D L(.A) W A Q
L(A) S A=A+1 Q
; output
2
; ---
; Two callees share a variable that the first has newed.
 D L Q
L N A S A=1 D M W A Q
M S A=A+1 Q
; output
2
; ---
; A variable that a callee newed is gone when it returns.
 D L W $D(A) Q
L N A S A=1 Q
; output
0
; ---
; A label's formals do not count for GOTO: falling into them is an error.
 S $ET="W $P($EC,"","",2) S $EC="""" Q" G L
L(A) W "no" Q
; output
no

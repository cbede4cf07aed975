; FOR with a start only runs once.
 F I=5 W I
; output
5
; ---
; FOR of texts as starts.
 F I="a","b","" W "[",I,"]"
; output
[a][b][]
; ---
; FOR with start and step runs until it is left.
 F I=1:2 Q:I>7  W I," "
 W I
; output
1 3 5 7 9
; ---
; FOR with a limit that the start has passed does not run, and leaves the start.
 F I=5:1:3 W "no"
 W I
; output
5
; ---
; FOR with a negative step and a limit above the start does not run.
 F I=1:-1:3 W "no"
 W I
; output
1
; ---
; FOR counts by fractions without losing digits.
 F I=0:.1:.5 W I," "
; output
0 .1 .2 .3 .4 .5 
; ---
; FOR stops at the last value that does not pass the limit, and keeps it.
 F I=1:2:6 W I
 W " ",I
; output
135 5
; ---
; FOR of a step of 0 with a limit runs until it is left.
 F I=1:0:3 S N=$G(N)+1 Q:N=4
 W N,I
; output
41
; ---
; FOR of a step of 0 with a start that has passed the limit.
 F I=5:0:3 S N=$G(N)+1 Q:N=2
 W $G(N),I
; output
5
; ---
; FOR takes the numbers of texts.
 F I="1x":"1y":"3z" W I," "
; output
1 2 3 
; ---
; FOR of a start that is a text without a number, with a step.
 F I="abc":1:2 W I," "
; output
0 1 2 
; ---
; FOR of a start alone keeps the text as it is.
 F I="01" W I
; output
01
; ---
; FOR evaluates start, step and limit from left to right, once each.
 F I=$I(N):$I(N):$I(N)+3 W I," "
 W N
; output
1 3 5 3
; ---
; FOR evaluates the next range when the one before has ended.
 S A=1 F I=A:1:2,A:1:5 S A=4 W I," "
; output
1 2 4 5 
; ---
; FOR whose body changes its variable goes on from there.
 F I=1:1:5 W I S I=I+1
; output
135
; ---
; FOR whose body makes its variable a text.
 F I=1:1:3 W I S I=I_"x"
; output
123
; ---
; FOR whose body changes the step's and limit's variables runs as it began.
 S S=1,L=3 F I=1:S:L S S=5,L=99 W I
; output
123
; ---
; FOR in FOR on one line: the inner runs in each turn of the outer.
 F I=1,2 F J=1:1:2 W I,J," "
; output
11 12 21 22 
; ---
; FOR in FOR with the same variable.
 F I=1:1:3 F I=5:1:6 W I," "
; output
5 6 
; ---
; FOR with an empty body.
 F I=1:1:3
 W I
; output
3
; ---
; FOR without an argument and without a body that quits is left by GOTO.
 S N=0 F  S N=N+1 G:N=3 E
E W N
; output
3
; ---
; FOR with two spaces is without an argument, with one it needs a variable.
 F  W 1 Q
; output
1
; ---
; FOR of a range that is QUIT in its middle does not run the next range.
 F I=1:1:3,7:1:9 W I Q:I=2
; output
12
; ---
; QUIT in a FOR in a block leaves the FOR and goes on in the block.
 D  W "end"
 . F I=1:1:5 Q:I=3
 . W I
; output
3end
; ---
; QUIT in a block in a FOR ends the block only.
 F I=1:1:3 D  W "t"
 . Q:I=2  W I
; output
1tt3t
; ---
; QUIT behind two FORs leaves the inner one.
 F I=1:1:2 W "o" F J=1:1:9 W J Q:J=2
; output
o12o12
; ---
; A condition of QUIT is evaluated in each turn.
 F I=1:1 Q:$I(N)>3
 W N,I
; output
44
; ---
; GOTO in a FOR ends all FORs of the line.
 F I=1:1:2 F J=1:1:2 G:J=2 E W I,J
E W "E",I,J
; output
11E12
; ---
; DO in a FOR calls in each turn, with the variable by value and by reference.
 F I=1:1:3 D P(I)
 F I=1:1:4 D R(.I) W I
 Q
P(X) S X=9 Q
R(X) S X=X+1 Q
; output
24
; ---
; An IF in a FOR's body ends the turn if it is false.
 F I=1:1:4 I I#2 W I
; output
13
; ---
; ELSE in a FOR's body asks $TEST of each turn.
 F I=1:1:2 I I=1 W "i"
 F I=1:1:2 S T=I=1 D
 . I T W "i"
 . E  W "e"
; output
iie
; ---
; XECUTE in a FOR: QUIT in it does not leave the FOR.
 S C="W I Q:I=2  W ""-""" F I=1:1:3 X C
; output
1-23-
; ---
; The control variable may have subscripts, that are evaluated once.
 S K=1 F A(K)=1:1:3 S K=2 W A(1)
 ZWR A
; output
123A(1)=3
; ---
; The control variable may be indirect.
 S X="B(1)" F @X=1:1:3 W B(1)
; output
123
; ---
; A global cannot be the control variable.
 F ^A=1:1:3 W 1 ; error M39
; output
; ---
; A special variable cannot be the control variable.
 F $X=1:1:3 W 1 ; error M39
; output
; ---
; The control variable may be a formal by reference.
 D L(.A) W A Q
L(X) F X=1:1:3
 Q
; output
3
; ---
; NEW of the control variable in its FOR.
 F I=1:1:2 D  W I
 . N I S I=50
; output
12
; ---
; FOR with an undefined start is an error.
 F I=X:1:3 W 1 ; error M6
; output
; ---
; FOR with an error in its limit leaves the variable as it was.
 S I=7,$ET="W I S $EC="""" Q" F I=1:1:1/0 W "no"
; output
7
; ---
; FOR of large numbers.
 F I=999999999999999998:1:1000000000000000001 Q:$I(N)>5  W I," "
; output
999999999999999998 999999999999999999 1000000000000000000 1000000000000000000 1000000000000000000 
; ---
; FOR from a negative to a positive number.
 F I=-1:.5:1 W I," "
; output
-1 -.5 0 .5 1 
; ---
; IF with a comma is AND, from left to right, and stops at the first false one.
 I 1,$I(A),0,$I(B) W "no"
 W $G(A),$G(B),$T
; output
10
; ---
; IF without an argument asks $TEST.
 I 0
 I  W "no"
 I 1
 I  W "yes"
; output
yes
; ---
; IF of a text takes its number.
 I "abc" W "no"
 I "1abc" W "yes"
 I -1 W "negative"
; output
yesnegative
; ---
; IF of an undefined variable is an error, and $TEST stays.
 I 1 S $ET="W $T S $EC="""" Q" I X W "no"
; output
1
; ---
; ELSE needs two spaces behind it.
 I 0
 E  W "yes"
 I 1
 E  W "no"
; output
yes
; ---
; ELSE of a line that IF has begun is asked when IF was true.
 I 1 W "a" E  W "b"
; output
a
; ---
; Two ELSE behind one IF both run.
 I 0
 E  W "a"
 E  W "b"
; output
ab
; ---
; DO between IF and ELSE may change $TEST.
 I 1 D L
 E  W "else"
 Q
L I 0
 Q
; output
else
; ---
; A block between IF and ELSE does not change $TEST.
 I 1 D
 . I 0
 E  W "else"
 W "end"
; output
end
; ---
; GOTO to a label with an offset, and to the routine itself.
 G L+1
L W "no"
 W "yes" G M^CASE
 W "no"
M W "M"
; output
yesM
; ---
; GOTO to offset 0 and to a negative offset.
 G L+1
 W "here" Q
L W "no" Q
 G L+-1
; output
here
; ---
; GOTO of a label in another frame does not return twice.
 D L W "back" Q
L G M
M W "M" Q
; output
Mback
; ---
; GOTO out of a block to its own line level is within the block's frame.
 D  W "after" Q
 . G L
 W "no" Q
L W "L" Q
; output
Lafter
; ---
; GOTO with an offset that is not an integer.
 G L+1.9
L W "no"
 W "yes"
; output
yes
; ---
; GOTO behind the last line ends the program.
 W "a" G L+5 ; error M13
L W "no"
; output
a
; ---
; DO of a label with an offset that is behind the end.
 S $ET="W $P($ZS,"","",3) S $EC="""" Q" D L+9
 Q
L Q
; output
%GTM-E-OFFSETINV
; ---
; QUIT at the lowest level ends the program.
 W "a" Q
 W "no"
; output
a
; ---
; QUIT with an expression that has side effects evaluates it once.
 W $$F,I Q
F() Q $I(I)
; output
11
; ---
; QUIT of a text, a number and an empty text.
 W "[",$$A,$$B,$$C,"]" Q
A() Q "a"
B() Q 1.50
C() Q ""
; output
[a1.5]
; ---
; HALT ends the program from any depth.
 D L W "no" Q
L D M W "no" Q
M W "M" H
 W "no"
; output
M
; ---
; HALT in an XECUTE and in a block.
 D
 . S C="W 1 H  W 2" X C W 3
; output
1

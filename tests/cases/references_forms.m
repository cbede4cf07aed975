; Name indirection in the middle of expressions: read, $GET, $DATA, $ORDER both ways, $QUERY, $NAME.
 K ^X S A="B(1)",B(1)=5,B(1,2)=6,B(2)="C",C="q",G="^X(1)",^X(1,2)=7,^X(3)="z" W @A+@G@(2),@B(2),$G(@A@(2)),$G(@A@(3),"no"),$D(@A),$D(@G),$D(@A@(9)),$O(@A),$O(@G),$O(@G,-1),$O(@A@(""),-1),$Q(@A),$Q(@G@("")),$NA(@A@(2,3)),$NA(^(4))
; output
12q6no11100232B(1,2)^X(1,2)B(1,2,3)^X(1,4)
; ---
; SET, SET $PIECE and MERGE by name indirection, in lists, too.
 K ^X S A="B(1)",G="^X(1)" S @A="a^b",(@A@(2),@G,C)=7,$P(@A,"^",2)="c",$E(@G,2)="d",$P(@G@(5),"^",0)=1 W B(1),B(1,2),^X(1),C,$D(^X(1,5)) M @G@(3)=B,D=@A W ^X(1,3,1,2),D,D(2)
; output
a^c77d707a^c7
; ---
; An indirection that calls changes a variable in the midst of an expression.
 S X=1,N="B($$F)" S B(2)="b" W X_@N_X_$D(@N)_X S @N@(X)=X W X,$D(B(2,4)),$D(B(2,5)) Q
F() S X=X+1 Q 2
; output
1b213410
; ---
; IF of an indirect argument sets $TEST, between others.
 S X="A=1",A=1 I @X W "yes",$T I A,@X,A=2 W "no"
 E  W "else",$T S Y="" I @Y W "no"
 W $T S Y="A,A=3" I @Y W "no"
 W $T,! F I=1:1:3 S X="I>2" I @X W I Q
; output
yes1else000
3
; ---
; Indirect arguments of SET, KILL, DO, GOTO, NEW, LOCK with others around them.
 S S="A=1,B=2" S C=0,@S,D=3 W A,B,C,D S K="A,B" K @K,C W $D(A),$D(B),$D(C) S N="D" D T W D S L="^X(1),^X(2)" L @L,+^X(3) L  S G="END" G @G
 W "no"
T N @N W $D(D) S D=9,E="U(D),U(4):1" D @E Q
U(X) W X Q
END W "end"
; output
12030000943end
; ---
; An indirect argument with a condition is evaluated first, and not used.
 S D="W^NONE",Z=0 D @D:Z W "on" G @D:Z W "off"
; output
onoff
; ---
; Errors of indirections: an undefined name, a text that is none, an undefined variable in it.
 S $ET="W $P($ZS,"","",3,4),"";"" S $EC="""" Q" D A,B,C,D,E Q
A W @NONE
 Q
B S X="1+" W @X
 Q
C S X="A(Q)" W @X
 Q
D S X="A(1)" W @X
 Q
E S X="A=" S @X
 Q
; output
%GTM-E-UNDEF, Undefined local variable: NONE;%GTM-E-RHMISSING, Right-hand side of expression expected;%GTM-E-UNDEF, Undefined local variable: Q;%GTM-E-UNDEF, Undefined local variable: A(1);%GTM-E-EXPR, Expression expected but not found;
; ---
; $TEXT of labels, offsets and routines, plain and indirect.
 S R="CASE",L="LAB",E="LAB+1^CASE" W $T(LAB),$T(@L),$T(LAB+1),$T(+0),$T(^CASE),"|",$T(@E),$T(@L+"1x"),$T(LAB^@R),$T(LAB+99),$T(NONE),$T(A^NOTHERE),$T(LAB+-1)
 Q
LAB ;one
 ;two
; output
LAB ;oneLAB ;one ;twoCASE; $TEXT of labels, offsets and routines, plain and indirect.| ;two ;twoLAB ;one Q
; ---
; LOCK of locals, globals and naked references, with timeouts and signs, moves no indicator.
 K ^X S ^X(1,2)=3,I=1 L (^X(I),A(I)):0 W $T L +^(5):1 W $NA(^(7)) L -^X(I):0 W $T L +(B,^Y(I,"a")) L -A(I)  W $NA(^(7)) L ; error Z150373218
; output
1
; ---
; MERGE of locals and globals; the indicator behind it.
 K ^X S A(1,2)=3,A(1,2,3)=4,^X(5,1)=6 M ^X(7)=A(1),B=^X(5),B("k")=A W ^X(7,2,3),B(1),B("k",1,2),$NA(^(9)) M ^(8)=A(1) W $D(^X(5,8)),$D(^X(8)),$NA(^(9)) M A(NONE)=B ; error M6
; output
463^X(7,2,9)00^X(9)
; ---
; MERGE from what has no such level.
 M A=B(NONE),A(1)=^X("none") W $D(A)
; output
0
; ---
; $QLENGTH and $QSUBSCRIPT of names.
 S N=$NA(A(1,"b")) W $QL(N),$QS(N,0),$QS(N,2),$QS(N,9),$QL("X") W $QL("A(01)") ; error M90
; output
2Ab0
; ---
; A formal of a function is not seen by references that name it from elsewhere.
 S A(1)="caller" W $$F(5),$$G(.A),A(2) Q
F(A) M A(3)=B S A(2)=7 L +A(1) L -A(1) Q $NA(A(2))_$Q(A(1))_$D(A)
G(B) M B(2)=B(1) Q $Q(B(1))
; output
A(2)A(2)11B(2)caller
; ---
; The condition of an indirect argument comes before its text.
 D @$$F:$$G  W "|" D @$$F:$$H W "|" G @$$F:$$G W "|" X @$$F:$$G W "|"
 Q
F() W "F" Q "L"
G() W "G" Q 0
H() W "H" Q 1
L W "L" Q
; output
G|HFL|G|G|
; ---
; The text of an indirect argument is not looked at if its condition is false.
 S Z=0 D @UNDEF:Z W "on" G @UNDEF:Z W "off" D @UNDEF:$$G W "g" D @("A"_UNDEF):Z W "more"
 Q
G() W "G" Q 0
; output
onoffGgmore
; ---
; The text of DO is not looked at if its condition is false: with subscripts.
 S Z=0 D @UNDEF(1):Z W "on"
; output
on
; ---
; The text of XECUTE is not looked at if its condition is false.
 S Z=0 X @UNDEF:Z W "on"
; output
on
; ---
; The condition of an argument of XECUTE comes before its text.
 X $$F:$$G,$$F:$$H W "|" D @$$F@($$F):$$G G @$$N^@$$F:$$G W "|" D @$$N:$$H
 Q
F() W "F" Q "W ""x"""
N() W "N" Q "L(2)"
G() W "G" Q 0
H() W "H" Q 1
L(X) W "L" Q
; output
GHFx|GG|HNL
; ---
; Conditions with locals that the text changes.
 S A=1,T="S A=0" X T:A,T:A W A S A=1 D @"L":A,@"L":A W A Q
L S A=0 Q
; output
00
; ---
; $INCREMENT of locals, globals and naked references, with amounts that change what is incremented.
 K ^X S ^X(1,1)=5,A="3x" W $I(A),$I(A,.5),$I(A(1),"2y"),$I(^X(1,1)),$I(^(2),^X(1,1)),$NA(^(9)),A,$I(A,$I(A)),A," ",$I(B(A),A)_A
 S X=1 W X+$I(X)+X,$I(C,-1) W $I(@"X") S $ET="W $ZS S $EC="""" Q" W $I(D(NONE))
; output
44.5266^X(1,9)4.51111 11115-13150373850,+3^CASE,%GTM-E-UNDEF, Undefined local variable: NONE
; ---
; $INCREMENT of a formal in a function.
 S A=5 W $$F(A),A,$$G(.A),A Q
F(A) S X=$I(A) Q X+A
G(A) Q $I(A)+$I(A,2)
; output
125148
; ---
; $QSUBSCRIPT of one name after the other, and of names that are none, again and again.
 F N="A(1,""b"")","^X(2)","A(1,""b"")","^|""e""|Y(""q"")" W $QL(N),$QS(N,-1),$QS(N,0),$QS(N,1),$QS(N,2),";"
 S $ET="W ""!"" S $EC="""" Q" D E,E Q
E W $QS("A(01)",1)
 Q
; output
2A1b;1^X2;2A1b;1e^Yq;!!

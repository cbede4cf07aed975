; SET in all forms.
 S A=1,B=A+1,(C,D)=B W A,B,C,D
 S X(1)=1,X("a","b")=2 W X(1),X("a","b")
; output
122212
; ---
; SET evaluates subscripts, then the value, then stores.
 S I=1,A(I)=$I(I) W I,A(1)
 ZWR A
; output
22A(1)=2
; ---
; SET of a list sets from left to right.
 S I=1,(I,A(I))=5 W I ZWR A
; output
5A(1)=5
; ---
; SET $PIECE.
 S X="a^b^c",$P(X,"^",2)="B" W X
 S $P(X,"^",5)="e" W " ",X
 S $P(X,"^",2,4)="z" W " ",X
 S $P(Y,"^",3)="y" W " ",Y
 S $P(X,"^")="first" W " ",X
; output
a^B^c a^B^c^^e a^z^e ^^y first^z^e
; ---
; SET $PIECE that changes nothing.
 S X="a^b",$P(X,"^",0)="n",$P(X,"^",3,2)="n" W X S $P(Z,"^",0)=1 W $D(Z)
; output
a^b0
; ---
; SET $EXTRACT.
 S X="abcdef",$E(X,2,3)="Z" W X
 S $E(X)="_" W " ",X S $E(X,10)="t" W " ",X,"|"
 S $E(Y,3)="y" W Y,"|" S $E(X,3,2)="no" W X
; output
aZdef _Zdef _Zdef    t|  y|_Zdef    t
; ---
; SET $PIECE of a global and of a list.
 S ^A(1)="x;y",$P(^A(1),";",2)="Y",(B,$P(^(2),";",3))="q" W ^A(1),^(2),B
; output
x;Y;;qq
; ---
; SET of $X and $Y.
 W "abc" S $X=10 W $X S $Y=3 W $Y S $X=-5 W $X
; output
abc1030
; ---
; $DATA of each kind.
 S A=1,B(1)=1,C=1,C(1,2)=1 W $D(A),$D(B),$D(C),$D(D),$D(C(1)),$D(C(1,2)),$D(C(2))
; output
1101101010
; ---
; $GET with one and two arguments.
 S A=1 W $G(A),$G(B),$G(B,"d"),$G(A,"d"),$G(C(1),5),$G(^A(1),6)
; output
1d156
; ---
; $ORDER forwards and backwards over numbers and texts.
 F I=10,9,-1,1.5,"b","a","A",0,"01",1E3 S X(I)=""
 S K="" F  S K=$O(X(K)) Q:K=""  W K," "
 W !
 F  S K=$O(X(K),-1) Q:K=""  W K," "
; output
-1 0 1.5 9 10 1000 01 A a b 
b a A 01 1000 10 9 1.5 0 -1 
; ---
; $ORDER of a key that is not there, of an empty array.
 S X(1)=1,X(5)=1 W $O(X(3)),$O(X(3),-1),$O(X(9)),"|",$O(Y("")),"|",$O(X(1,"")),"|"
; output
51|||
; ---
; $ORDER with a direction that is computed, and a wrong one.
 S X(1)=1,X(2)=2,D=-1 W $O(X(""),D),$O(X(""),1)
 W $O(X(1),2) ; error Z150376010
; output
21
; ---
; $ORDER of names.
 S A=1,B=1,ZZ=1 W $O(A),$O(ZZ),"|",$O(@"B",-1)
; output
B|A
; ---
; $ORDER while the level changes.
 F I=1:1:10 S X(I)=""
 S K="" F  S K=$O(X(K)) Q:K=""  W K," " K:K=3 X(4) S:K=5 X(5.5)=""
; output
1 2 3 5 5.5 6 7 8 9 10 
; ---
; $NEXT.
 S X(1)=1,X("a")=2 W $N(X(-1)),$N(X(1)),$N(X("a")),$N(X(""))
; output
1a-11
; ---
; $QUERY over a tree, and names it makes.
 S A=1,A(1)=1,A(1,2,"x")=1,A("k""q",-3)=1,A("")=0
 S K="A" F  S K=$Q(@K) Q:K=""  W K," "
; output
A("") A(1) A(1,2,"x") A("k""q",-3) 
; ---
; $QUERY of nodes that are not there.
 S A(1,5)=1,A(3)=1 W $Q(A(1)),$Q(A(1,9)),$Q(A(2,"x")),$Q(A(3)),$Q(B)
; output
A(1,5)A(3)A(3)
; ---
; $QUERY backwards.
; gtm differs: $QUERY(x,-1) is not accepted
 S A=1,A(1)=1,A(1,2,"x")=1,A("k",-3)=1
 S K="A(""zzz"")" F  S K=$Q(@K,-1) Q:K=""  W K," "
; output
A("k",-3) A(1,2,"x") A(1) A 
; ---
; $NAME.
 S I=2 W $NA(A),$NA(A(1,I+1,"x")),$NA(A(1,2,3),2),$NA(A(1,2),0),$NA(^A("a""b")),$NA(A(1.50,"01"))
; output
AA(1,3,"x")A(1,2)A^A("a""b")A(1.5,"01")
; ---
; $NAME with a negative depth.
 W $NA(A(1),-1) ; error Z150376002
; output
; ---
; $QLENGTH and $QSUBSCRIPT.
 S N="^A(1,""x,y"",-.5)" W $QL(N),$QS(N,0),$QS(N,1),$QS(N,2),$QS(N,3),"|",$QS(N,4),"|",$QS(N,-1),"|",$QL("A")
; output
3^A1x,y-.5|||0
; ---
; $QLENGTH of what is no canonic name.
 W $QL("A(01)") ; error M90
; output
; ---
; MERGE of locals.
 S A=1,A(1)=2,A(1,"x")=3,B=9,B(2)=8 M B=A ZWR B M C("sub")=A(1) ZWR C
; output
B=1
B(1)=2
B(1,"x")=3
B(2)=8
C("sub")=2
C("sub","x")=3
; ---
; MERGE of globals and locals.
 S A(1)=1,A(2,3)=4 M ^X("a")=A,B=^X,^Y=^X("a",2) ZWR ^X,B,^Y
; output
^X("a",1)=1
^X("a",2,3)=4
B("a",1)=1
B("a",2,3)=4
^Y(3)=4
; ---
; MERGE into a descendant.
 S A=1,A(1)=1 M A(1)=A ; error M19
; output
; ---
; MERGE of nothing.
 M A=B W $D(A) S C(1)=2 M C(1)=D(1) W C(1)
; output
02
; ---
; $INCREMENT.
 W $I(A),$I(A),$I(A,5),$I(A,-.5),$I(B("x"),"3z"),$I(^G(1)),$I(^G(1),10)
 W A,^G(1)
; output
1276.531116.511
; ---
; Naked references.
 S ^A(1,2)=3,^(3)=4,^(3,1)=5 W ^A(1,3),^(3,1),^(1) S ^(7)=8 W $R
; output
455^A(1,3,7)
; ---
; The naked indicator is set when a reference is used, in order.
 S ^A(3)=3,^A(1,2)=1,^A(1,7)=^A(3)+^A(1,2) W $R
 S ^(8)=^A(3) W $R,$D(^A(1,8)),$D(^A(8))
; output
^A(1,7)^A(8)01
; ---
; $GET, $DATA, $ORDER, $QUERY set it; $NAME does not.
 S ^A(1,2)=1 W $D(^A(5,6)),$R,$G(^A(7,8)),$R,$O(^A("")),$R,$Q(^A(1,1)),$R,$NA(^B(1,1)),$R
; output
0^A(5,6)^A(7,8)1^A("")^A(1,2)^A(1,1)^B(1,1)^A(1,1)
; ---
; The naked indicator before any global.
 W ^(1) ; error M1
; output
; ---
; An unsubscripted global leaves it undefined.
 S ^A=1 W ^(1) ; error M1
; output
; ---
; A naked reference with KILL and MERGE.
 S ^A(1,2)=3,^A(1,3)=4 K ^(2) W $D(^A(1,2)),$R M ^B=^A(1) W $R
; output
0^A(1,2)^B
; ---
; A skipped operand still moves the naked indicator.
 S ^A(1,1)=1,^B(2,2)=2 I ^A(1,1)!^B(2,2) W $R I 0&^A(1,1) 
 W $R
; output
^B(2,2)^A(1,1)
; ---
; Undefined local, with and without subscripts.
 S $ET="W $P($ZS,"","",4),! S $EC="""""
 D A,B Q
A W X Q
B W X("a",1) Q
; output
 Undefined local variable: X
 Undefined local variable: X(a
; ---
; Undefined global.
 W ^NOPE("a",1) ; error M7
; output
; ---
; Globals: order, query, data.
 S ^A("b")=1,^A(10)=1,^A(9)=1,^A(-1)=1,^A("a",1)=1,^A(.5)=1
 S K="" F  S K=$O(^A(K)) Q:K=""  W K," "
 W ! F  S K=$O(^A(K),-1) Q:K=""  W K," "
 W ! S K="^A" F  S K=$Q(@K) Q:K=""  W K," "
 W ! W $D(^A),$D(^A("a")),$D(^A("a",1)),$D(^A("zz"))
; output
-1 .5 9 10 a b 
b a 10 9 .5 -1 
^A(-1) ^A(.5) ^A(9) ^A(10) ^A("a",1) ^A("b") 
101010
; ---
; Null subscripts.
 S X("")=1,X(1)=2,^A("")=1,^A(1)=2 W X(""),^A(""),$D(X("")),$O(X("")),$O(^A("")),$Q(X),$Q(^A)
; output
11111X("")^A("")
; ---
; KILL of globals.
 S ^A=1,^A(1)=1,^A(1,2)=2,^A(2)=1 K ^A(1) W $D(^A),$D(^A(1)),$D(^A(1,2)) K ^A W $D(^A)
; output
11000
; ---
; ZKILL leaves descendants.
 S A=1,A(1)=2,^A=1,^A(1)=2 ZK A,^A W $D(A),$D(^A) ZWITHDRAW A(1) W $D(A)
; output
10100
; ---
; ZWRITE of locals.
 S A=1,B="x""y",C(1)=$C(1)_"a"_$C(10,13)_"b",C("k","")=1.50,D=-.5,E="01",F="" ZWR
; output
A=1
B="x""y"
C(1)=$C(1)_"a"_$C(10,13)_"b"
C("k","")=1.5
D=-.5
E="01"
F=""
; ---
; ZWRITE with ranges and patterns.
 F I=1:1:5 S X(I)=I,X(I,"a")="s"
 ZWR X(2:3) W "-",! ZWR X(4:,*) W "-",! ZWR X(:2) W "-",! ZWR X(5,*) W "-",! ZWR X(?1"1") W "-",! ZWR X(,"a")
; output
X(2)=2
X(3)=3
-
X(4)=4
X(4,"a")="s"
X(5)=5
X(5,"a")="s"
-
X(1)=1
X(2)=2
-
X(5)=5
X(5,"a")="s"
-
X(1)=1
-
X(1,"a")="s"
X(2,"a")="s"
X(3,"a")="s"
X(4,"a")="s"
X(5,"a")="s"
; ---
; ZWRITE of names by pattern and of globals.
 S AB=1,AC=2,B=3 ZWR ?1"A"1U S ^X(1)=2,^X("b",3)=4 ZWR ^X,^X("b",*)
; output
AB=1
AC=2
^X(1)=2
^X("b",3)=4
^X("b",3)=4
; ---
; ZWRITE of an undefined local.
 ZWR NOPE ; error M6
; output
; ---
; Numbers as subscripts are canonic.
 S X(1.0)=1,X("1")=2,X(01)=3,X("01")=4 ZWR X
; output
X(1)=3
X("01")=4
; ---
; Values are texts: what was stored comes back.
 S A="007",B=007,C=1.50,D="1.50",^A=B W A,B,C,D,^A,A=B,C=D
; output
00771.51.50700

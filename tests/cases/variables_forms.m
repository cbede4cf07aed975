; SET of a list stores in a local, a node, a global and a piece from the left, behind its value.
 K ^X S ^X(1)=5,I=1,A(1)="a^b" S (A,A(I,2),^(2),$P(A(1),"^",2),^X(3,I))=^(1)_I W A," ",A(1,2)," ",^X(2)," ",A(1)," ",^X(3,1)," ",$NA(^(7))
; output
51 51 51 a^51 51 ^X(3,7)
; ---
; SET of a list: subscripts from the left, then the value, and nothing is stored if the value is an error.
 S A="old" S $ET="W A,""|"",$D(B),""|"",$ZS S $EC="""" Q" S (A,B(1))=NONE
; output
old|0|150373850,+2^CASE,%GTM-E-UNDEF, Undefined local variable: NONE
; ---
; SET of a list with a naked reference: where it is turns out when it is stored.
 K ^X,^Y S ^X(1,1)="x" S (^(2),^Y(3),^(4))=^X(1,1) W $D(^X(1,2)),$D(^Y(3)),$D(^Y(4))
; output
111
; ---
; SET $PIECE of a naked reference looks where the value was, and not at all if there is no such piece.
 K ^X,^Y S ^X(1)="a^b",^Y(1)="q^r" W $D(^X(1)) S $P(^(1),"^",2)=^Y(1) W ^Y(1) W $D(^X(1)) S $P(^(1),"^",0)=^Y(1) W $NA(^(9)) S $P(^Y(5),"^",2,1)=1 W $NA(^(9))
; output
1q^q^r1^Y(9)^Y(9)
; ---
; SET $EXTRACT of a node of a local and of a global.
 K ^X S A(1,2)="abcdef",^X("k")="abcdef" S $E(A(1,2),2,3)="XYZ",$E(^X("k"),3)="" W A(1,2)," ",^X("k") S $E(A(3),3)="z",$E(^X(4),2)="q" W "[",A(3),"][",^X(4),"]"
; output
aXYZdef abdef[  z][ q]
; ---
; KILL of nodes of locals and globals, and the naked indicator behind it.
 K ^X S A(1)=1,A(1,2)=2,A("a")=3,^X(1)=1,^X(1,2)=2,^X("a")=3,I=1 K A(I,2),^X(I,2),A("a") W $D(A(1)),$D(A("a")),$D(A(1,2)),$NA(^(7)) K ^(2) K ^X("a"),^(1) W $D(^X)
; output
100^X(1,7)0
; ---
; KILL of a node looks at its subscripts only if there is a level.
 K A(NONE),A(1,NONE) W "on" S A(1)=1 K A(NONE) ; error M6
; output
on
; ---
; $ORDER of globals both ways, naked, behind an empty subscript, and of names.
 K ^X S ^X("")=0,^X(-1.5)=1,^X(0)=2,^X(.5)=3,^X("a")=4,^X("a","b")=5 S K="" F  S K=$O(^X(K)) Q:K=""  W K,";"
 F  S K=$O(^X(K),-1) Q:K=""  W K,";"
 W $O(^("a"))_"|"_$O(^(0),-1)_"|"_$O(^X("a",""),-1)_"|"_$O(^("")),"|",$O(^X("zz"))
; output
-1.5;0;.5;a;a;.5;0;-1.5;|-1.5|b|b|
; ---
; $GET and $DATA of naked references set the indicator.
 K ^X S ^X(1,2)=3 W $G(^(2),"no")_$G(^(3),"no")_$D(^(2))_$D(^(2,5))_$NA(^(6)),$G(^("a","b"),^X(1,2))_$NA(^(7))
; output
3no10^X(1,2,6)3^X(1,7)
; ---
; A naked reference without an indicator is M1 in each form of its use.
 S $ET="S $EC="""" Q" D A,B,C,D,E,F Q
A K ^X S X=^X,Y=^(1)
 Q
B W $ZS S X=^X S X=$G(^(1))
 Q
C W $ZS S X=^X S ^(1)=1
 Q
D W $ZS S X=^X S $P(^(1),"^")=1
 Q
E W $ZS S X=^X K ^(1)
 Q
F W $ZS S X=^X S X=$O(^(1))
 Q
; output
150372994,A^CASE,%GTM-E-GVUNDEF, Global variable undefined: ^X150372994,B^CASE,%GTM-E-GVUNDEF, Global variable undefined: ^X150372994,C^CASE,%GTM-E-GVUNDEF, Global variable undefined: ^X150372994,D^CASE,%GTM-E-GVUNDEF, Global variable undefined: ^X150372994,E^CASE,%GTM-E-GVUNDEF, Global variable undefined: ^X
; ---
; A skipped operand moves the naked indicator with the subscripts that it has.
 K ^X S I=3,^X(1)=1 I 0&^Y(I,"a",I+1) W "no"
 W $NA(^(9)) I 1!^X(I,^X(1),2) W $NA(^(9)) S J=0&$D(^X(I))!^(2,I) W $NA(^(9)) ; error M7
; output
^Y(3,"a",9)^X(3,1,9)
; ---
; FOR of ranges and values, changed and left inside.
 F I=1:1:3,"a",10:-2:5,7,I:1:9 W I,";"
 W "|" F I=1:1:3,20,5:1 W I,";" Q:I=7  S:I=2 I=9
 W I,"|" F I="x" W I Q
 F I=1,2 F J="a","b" W I,J Q:J="a"
 W I,J,"|" F I=1,I+1,I+1 W I S:I=2 I=5
; output
1;2;3;a;10;8;6;7;7;8;9;|1;2;20;5;6;7;7|x1a2a2a|126
; ---
; FOR of a list: each value is evaluated when its turn comes, and QUIT ends them all.
 S X=1 F I=X,X+1,X*10 W I,";" S X=X+5 I I>6 Q
 W X F I=1,NONE W I ; error M6
; output
1;7;111
; ---
; FOR of a list of which a range kills its variable.
 F I=5,1:1:3,8 W I,";" K:I<5 I ; error M6
; output
5;1;
; ---
; WRITE of columns, characters and a new page.
 W "ab",?5,"c",?2,"d",?"7x","e",*65,*"66y",?-1,"f",!,$X,?3,$X,$Y,# W $X,$Y
; output
ab   cdeABf
0  31
00
; ---
; WRITE ? of an undefined variable.
 W "a",?NONE ; error M6
; output
a
; ---
; Decimals, texts and ints are the same subscript of a global.
 K ^X S ^X(.5+.5)=1,^X("1",1.50)=2,^X("01")=3,^X(1E3)=4 W ^X(1),^X(1,1.5),$O(^X(1)),$O(^X(1000)),^X("1000"),^X(1.5-.5,"1.5"),$O(^X(1,""))
; output
12100001421.5
; ---
; $TEST, $X and $Y as values.
 W "abc" S A=$X+$Y_$T I $X=3 W $T,$T+1 E  W "no"
 W A I 0
 W $T_"x",$X
; output
abc12310x9

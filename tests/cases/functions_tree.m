; $DATA tells a value from descendants.
 S A=1,B(1)=1,C=1,C(1)=1 W $D(A)," ",$D(B)," ",$D(C)," ",$D(X)
; output
1 10 11 0
; ---
; $DATA of a global tells the same, and moves the naked indicator.
 S ^A(1)=1,^A(1,2)=1,^A(3,4)=1 W $D(^A(1))," ",$D(^A(3))," ",$R," ",$D(^(9))," ",$R
; output
11 10 ^A(3) 0 ^A(9)
; ---
; $DATA after KILL of the last descendant is 0.
 S A(1,2,3)=1 K A(1,2,3) W $D(A),$D(A(1)),$D(A(1,2))
; output
000
; ---
; $DATA of a variable that NEW hides is 0.
 S A=1 D  W $D(A)
 . N A W $D(A)
; output
01
; ---
; $DATA of an empty value is 1.
 S A="",^A="" W $D(A),$D(^A)
; output
11
; ---
; $DATA of an undefined subscript is an error where there is a level to look in.
 S A(1)=1 W $D(A(X)) ; error M6
; output
; ---
; $DATA of an expression does not compile.
 W $D("A") ; error M39
; output
; ---
; $DATA of a name that indirection gives.
 S N="A(2)",A(2,1)=1 W $D(@N)," ",$D(@N@(1))
; output
10 1
; ---
; $DATA of two arguments does not compile.
 W $D(A,B) ; error Z150373642
; output
; ---
; $GET of an undefined variable is empty, of a defined one its value.
 S A=0 W "[",$G(X),$G(A),$G(X(1)),$G(^X(1)),"]"
; output
[0]
; ---
; $GET evaluates its default though the variable is defined.
 S A=1 W $G(A,$I(N)),N
; output
11
; ---
; $GET of an undefined default is an error, though the variable is defined.
 S A=1 W $G(A,B) ; error M6
; output
; ---
; $GET of a default that is another $GET.
 S B=2 W $G(A,$G(B,3)),$G(A,$G(C,3))
; output
23
; ---
; $GET of a node that has descendants only is the default.
 S A(1,2)=3,^A(1,2)=3 W $G(A(1),"d"),$G(^A(1),"d")
; output
dd
; ---
; $GET of a naked reference.
 S ^A(1)=1,^A(2)=2 W $G(^(1)),$G(^(3),"no")," ",$R
; output
1no ^A(3)
; ---
; $GET takes the default's references after the variable's.
 S ^B(5)="b" W $G(^A(1,2),^B(5))," ",$R
; output
b ^B(5)
; ---
; $GET of a special variable does not compile.
 W $G($X) ; error M39
; output
; ---
; $GET of a name that indirection gives.
 S A(1)="x",N="A" W $G(@N@(1)),$G(@N@(2),"y")
; output
xy
; ---
; $ORDER of an empty subscript finds the first, with -1 the last.
 S A(1)="",A(2)="",A("x")="" W $O(A("")),$O(A(""),-1)
; output
1x
; ---
; $ORDER past the last is empty, and so is what is before the first.
 S A(1)="" W "[",$O(A(1)),$O(A(1),-1),"]"
; output
[]
; ---
; $ORDER puts numbers before texts, and texts by their bytes.
 F I="b","a",10,9,-1,"B"," ","1a",.5 S A(I)=""
 S K="" F  S K=$O(A(K)) Q:K=""  W K,";"
; output
-1;.5;9;10; ;1a;B;a;b;
; ---
; $ORDER treats a number that is not canonic as a text.
 S A("01")="",A(1)="",A("1.0")="",A("-0")="" S K="" F  S K=$O(A(K)) Q:K=""  W K,";"
; output
1;-0;01;1.0;
; ---
; $ORDER from a subscript that does not exist finds the next one.
 S A(10)="",A(20)="" W $O(A(15)),$O(A(15),-1)," ",$O(A(5)),$O(A("x"),-1)
; output
2010 1020
; ---
; $ORDER at the second level.
 S A(1,"a")="",A(1,"b")="",A(2,"c")="" W $O(A(1,"")),$O(A(1,"a")),$O(A(2,"")),"[",$O(A(3,"")),"]"
; output
abc[]
; ---
; $ORDER skips what has been killed.
 S A(1)="",A(2)="",A(3)="" K A(2) W $O(A(1))
; output
3
; ---
; $ORDER finds a node that has descendants only.
 S A(1)="",A(2,"x")="" W $O(A(1))
; output
2
; ---
; $ORDER of globals forwards and backwards.
 S ^A(1)="",^A("x")="",^A(-3)="" S K="" F  S K=$O(^A(K)) Q:K=""  W K," "
 F  S K=$O(^A(K),-1) Q:K=""  W K," "
; output
-3 1 x x 1 -3 
; ---
; $ORDER of a naked reference stays at its level.
 S ^A("p",1)="",^A("p",2)="" W $O(^A("p","")),$O(^(1)),$R
; output
12^A("p",1)
; ---
; $ORDER of the names of globals.
 S ^A=1,^B(1)=1,^C=1 W $O(^A),$O(^C,-1),$O(^B)
; output
^B^B^C
; ---
; $ORDER of the names of locals: those that have a value or descendants.
 N  S A=1,B(1)=1,C=1 K C W $O(A),"[",$O(B),"]"
; output
B[]
; ---
; $ORDER from the name % finds the first local.
 N  S A=1,B=2 W $O(%)
; output
A
; ---
; $ORDER of a direction that is a text which is canonic.
 S A(1)="",A(2)="",D="1" W $O(A(1),D),$O(A(2),"-1")
; output
21
; ---
; $ORDER of a direction that is no canonic 1 is an error, though its number is 1.
 S A(1)="",A(2)="",D="1x" W $O(A(1),D) ; error Z150376010
; output
; ---
; $ORDER of a global with a direction that has a leading zero is an error.
 S ^A(1)="",^A(2)="" W $O(^A(1),"01") ; error Z150376010
; output
; ---
; $ORDER with the direction 0 is an error.
 S A(1)="" W $O(A(1),0) ; error Z150376010
; output
; ---
; $ORDER with the direction -2 is an error.
 S A(1)="" W $O(A(1),-2) ; error Z150376010
; output
; ---
; $ORDER with a fraction as direction is an error.
 S A(1)="",A(2)="" W $O(A(1),1.5) ; error Z150376010
; output
; ---
; $ORDER by name indirection with subscripts.
 S A("k",1)="",A("k",2)="",N="A(""k"")" W $O(@N@("")),$O(@N@(2),-1)
; output
11
; ---
; $ORDER of a literal does not compile.
 W $O("A") ; error M39
; output
; ---
; $ORDER of numbers of 18 digits.
 S A(123456789012345678)="",A(123456789012345677)="" W $O(A("")),!,$O(A(""),-1)
; output
123456789012345677
123456789012345678
; ---
; $ORDER of negative numbers and fractions.
 F I=-.5,-1,-10,0,.25,.3 S A(I)=""
 S K="" F  S K=$O(A(K)) Q:K=""  W K," "
; output
-10 -1 -.5 0 .25 .3 
; ---
; $ORDER begins again at an empty subscript that exists.
 S A("")=1,A(1)=2 W "[",$O(A("")),"][",$O(A(1),-1),"]"
; output
[1][]
; ---
; $NEXT answers -1 at the end, and begins at -1 and at an empty subscript.
 S A(1)="",A(2)="" W $N(A(-1)),$N(A("")),$N(A(1)),$N(A(2))
; output
112-1
; ---
; $NEXT of an unsubscripted local does not compile.
 S A=1 W $N(A) ; error Z150373258
; output
; ---
; $NEXT of a global moves the naked indicator.
 S ^A(5)="" W $N(^A(-1))," ",$R
; output
5 ^A("")
; ---
; $QUERY finds nodes in the order of their subscripts, deepest last.
 S A(1)="",A(1,1)="",A(1,1,1)="",A(1,2)="",A(2)="" S N="A" F  S N=$Q(@N) Q:N=""  W N," "
; output
A(1) A(1,1) A(1,1,1) A(1,2) A(2) 
; ---
; $QUERY of a global writes its name with the circumflex.
 S ^A(1,"x")=1,^A(2)=2 W $Q(^A)," ",$Q(^A(1))," ",$Q(^A(1,"x"))," [",$Q(^A(2)),"]"
; output
^A(1,"x") ^A(1,"x") ^A(2) []
; ---
; $QUERY of a global moves the naked indicator to its argument.
 S ^A(1)=1 S X=$Q(^A("")) W X," ",$R
; output
^A(1) ^A("")
; ---
; $QUERY doubles quotes and leaves numbers bare.
 S A("a""b",1.5,"01",-2)=1 W $Q(A)
; output
A("a""b",1.5,"01",-2)
; ---
; $QUERY of a subscript with control characters writes $C.
 S A($C(1)_"x"_$C(10,200))=1 W $Q(A)
; output
A($C(1)_"x"_$C(10)_"È")
; ---
; $QUERY of an empty local array is empty.
 W "[",$Q(A),$Q(A(1)),"]"
; output
[]
; ---
; $QUERY goes on behind a node that was killed.
 S A(1)="",A(2)="",A(3)="" K A(2) W $Q(A(2)),$Q(A(1,5))
; output
A(3)A(3)
; ---
; $QUERY of a naked reference gives the whole name.
 S ^A(1,2)=1,^A(1,3)=1 S X=^A(1,2) W $Q(^(2))," ",$R
; output
^A(1,3) ^A(1,2)
; ---
; $QUERY of names by reference is that of the formal.
 S A(1)=1 D P(.A) Q
P(B) W $Q(B) Q
; output
B(1)
; ---
; $NAME evaluates subscripts and makes them canonic.
 S I=2 W $NA(A(I,I/4,"x"_I,007))
; output
A(2,.5,"x2",7)
; ---
; $NAME with a depth cuts, with a bigger one does not.
 W $NA(A(1,2,3),0)," ",$NA(A(1,2,3),1)," ",$NA(A(1,2,3),9)
; output
A A(1) A(1,2,3)
; ---
; $NAME of a naked reference is the whole name, and does not move the indicator.
 S ^A(1,2)=3 W $NA(^(5,"x"))," ",$R
; output
^A(1,5,"x") ^A(1,2)
; ---
; $NAME of a naked reference before any global is an error.
 W $NA(^(1)) ; error M1
; output
; ---
; $NAME by indirection settles all levels.
 S N="M(1)",M(1)="X" W $NA(@N)," ",$NA(@N@("k"))," ",$NA(@@N@(2)) ; error M6
; output
M(1) M(1,"k") 
; ---
; $NAME of an undefined variable is no error, of an undefined subscript it is.
 W $NA(A(1))," " W $NA(A(X)) ; error M6
; output
A(1) 
; ---
; $NAME of a fraction of a depth.
 W $NA(A(1,2),1.9)," ",$NA(A(1,2),"1x")
; output
A(1) A(1)
; ---
; $NAME of a formal by reference is the name of the formal.
 D P(.A) Q
P(B) W $NA(B(1)) Q
; output
B(1)
; ---
; $NAME of a subscript with quotes doubles them.
 S X=$NA(A("say ""hi""")) W X S @X=5 W " ",$D(A("say ""hi"""))
; output
A("say ""hi""") 1
; ---
; $QLENGTH counts subscripts of a name that is given as text.
 W $QL("A"),$QL("A(1)"),$QL("^A(1,""x,y"",3)"),$QL("^|""e""|A(1)")
; output
0131
; ---
; $QLENGTH of an empty text is an error.
 W $QL("") ; error M90
; output
; ---
; $QLENGTH of a name with a variable as subscript is an error.
 W $QL("A(X)") ; error M90
; output
; ---
; $QLENGTH of a naked name is an error.
 W $QL("^(1)") ; error M90
; output
; ---
; $QLENGTH of subscripts without their end is an error.
 W $QL("A(1") ; error M90
; output
; ---
; $QSUBSCRIPT: 0 is the name, -1 the environment, above the end nothing.
 S N="^A(1,""x"")" W $QS(N,0),"|",$QS(N,1),"|",$QS(N,2),"|",$QS(N,3),"|",$QS(N,-1),"|"
; output
^A|1|x|||
; ---
; $QSUBSCRIPT takes quotes away.
 W $QS("A(""a""""b"")",1)," ",$QS("A(""01"")",1)
; output
a"b 01
; ---
; $QSUBSCRIPT of an environment.
 W $QS("^|""e""|A(1)",-1)," ",$QS("^|""e""|A(1)",0)
; output
e ^A
; ---
; $QSUBSCRIPT of -2 is an error.
 W $QS("A(1)",-2) ; error Z150379538
; output
; ---
; $QSUBSCRIPT of a name that is not canonic is an error.
 W $QS("A(1.0)",1) ; error M90
; output
; ---
; $QSUBSCRIPT of characters by $C.
 W $A($QS("A($C(1))",1)),$L($QS("A(""x""_$C(1,2))",1))
; output
13
; ---
; $INCREMENT of an undefined variable begins with 0.
 W $I(A),A," ",$I(^A),^A
; output
11 11
; ---
; $INCREMENT by a fraction, by a negative number and by 0.
 S A=1 W $I(A,.5)," ",$I(A,-2)," ",$I(A,0)
; output
1.5 -.5 -.5
; ---
; $INCREMENT of a text counts from its number.
 S A="5 apples" W $I(A),A
; output
66
; ---
; $INCREMENT by a text takes its number.
 W $I(A,"3x"),$I(A,"x"),$I(A,"")
; output
333
; ---
; $INCREMENT of a global node moves the naked indicator.
 W $I(^A(1,2),7)," ",$R," ",$I(^(2))
; output
7 ^A(1,2) 8
; ---
; $INCREMENT of a variable in its own subscript.
 S I=1 W $I(A($I(I)))," ",$O(A("")),I
; output
1 22
; ---
; $INCREMENT evaluates the amount before the variable.
 S A=1 W $I(A,$I(A,10))," ",A
; output
22 22
; ---
; $INCREMENT by name indirection.
 S N="A(3)" W $I(@N),$I(@N,2),A(3)
; output
133
; ---
; $INCREMENT may be written in four ways.
 W $I(A),$INCR(A),$INCREMENT(A),$ZINCREMENT(A),$zi(A),$increment(A)
; output
123456
; ---
; $INCREMENT of an amount that is undefined is an error and changes nothing.
 S A=1,$ET="W A S $EC="""" Q" W $I(A,X)
; output
1
; ---
; $INCREMENT beyond 18 digits.
 S A=999999999999999999 W $I(A)," ",$I(A)," ",A+0=A
; output
1000000000000000000 1000000000000000000 1
; ---
; $ZDATA is 1, 10, 11 or 0 as $DATA is, where there are no aliases.
 S A=1,B(1)=1 W $ZDATA(A)," ",$ZDATA(B)," ",$ZDATA(C)
; output
1 10 0
; ---
; $ZDA and $ZDAT are $ZDATA, not $ZDATE.
 S A=1 W $ZDAT(A),$ZDA(A)
; output
11
; ---
; $ZPREVIOUS is $ORDER backwards.
 S A(1)="",A(2)="" W $ZP(A("")),$ZPREVIOUS(A(2)),"[",$ZP(A(1)),"]"
; output
21[]
; ---
; $ZPREVIOUS of a global and its naked indicator.
 S ^A(1)="",^A(2)="" W $ZP(^A(2))," ",$R
; output
1 ^A(2)
; ---
; $SELECT evaluates conditions from left to right up to the first true one.
 S I=0 W $S($I(I)=2:"a",$I(I)=2:"b",$I(I):"c"),I
; output
b2
; ---
; $SELECT evaluates the value of the true condition only.
 W $S(0:X,1:"ok",1:Y)
; output
ok
; ---
; $SELECT without a true condition is an error.
 W $S(0:1,"":2) ; error M4
; output
; ---
; $SELECT of one pair.
 W $S(1:"x")
; output
x
; ---
; $SELECT in $SELECT.
 S A=2 W $S(A=1:"one",A=2:$S(1:"two",1:"no"),1:"many")
; output
two
; ---
; $SELECT takes any text as a condition by its number.
 W $S("abc":1,"0x":2,"1x":3)
; output
3
; ---
; $SELECT of a condition without a value does not compile.
 W $S(1) ; error Z150372466
; output
; ---
; $SELECT without arguments does not compile.
 W $S() ; error Z150372778
; output
; ---
; $TEXT of a line of this routine, with and without offset.
 W $T(L),!,$T(L+1),!,$T(+0)
 Q
L ;the label
 ;the next line
; output
L ;the label
 ;the next line
CASE
; ---
; $TEXT +1 is the first line.
 W $T(+1)
; output
; $TEXT +1 is the first line.
; ---
; $TEXT of a label that is not there is empty, and so is one beyond the end.
 W "[",$T(NO),$T(NO+1),$T(+999),"]"
; output
[]
; ---
; $TEXT of an offset that is not an integer.
 W $T(+1.9),!,$T(L+"1x") Q
L ; l
 ; behind l
; output
; $TEXT of an offset that is not an integer.
 ; behind l
; ---
; $TEXT of another routine that is not there is empty.
 W "[",$T(^NOROU),$T(A^NOROU),$T(+1^NOROU),"]"
; output
[]
; ---
; $TEXT of a tab before the code gives a space.
 W $T(L) Q
L	W 1	; tab
; output
L W 1	; tab
; ---
; $TEXT of a negative offset behind a label.
 W $T(L+-1),!,"[",$T(L+-99),"]" Q
L ; l
; output
 W $T(L+-1),!,"[",$T(L+-99),"]" Q
[]
; ---
; $TEXT of a line before the first is empty.
 S N=-1 W "[",$T(+N),"]"
; output
[]
; ---
; $TEXT by indirection of the whole, of the label and of the routine.
 S E="L+1^CASE",L="L",R="CASE" W $T(@E),$T(@L),$T(L^@R),$T(@L^@R) Q
L ;a
 ;b
; output
 ;bL ;aL ;aL ;a
; ---
; $TEXT of 0 is the name of the routine.
 W $T(+0)," ",$T(+0^CASE)
; output
CASE CASE
; ---
; $TEXT without an argument does not compile.
 W $T() ; error M5
; output
; ---
; $STACK(-1) is the highest level, $STACK(0) how the process began.
 W $ST(-1),$ST=$ST(-1)
; output
01
; ---
; $STACK of a level with two arguments: place and code.
 D L Q
L W $ST($ST,"PLACE"),!,$ST($ST,"MCODE"),!,$ST($ST) Q
; output
L^CASE
L W $ST($ST,"PLACE"),!,$ST($ST,"MCODE"),!,$ST($ST) Q
DO
; ---
; $STACK(n) of an extrinsic is $$.
 W $$F Q
F() Q $ST($ST)
; output
$$
; ---
; $STACK(n) of XECUTE is XECUTE.
 S C="W $ST($ST)" X C
; output
XECUTE
; ---
; $STACK of a level that is not there is empty.
 W "[",$ST(99),$ST(99,"PLACE"),"]"
; output
[]
; ---
; $STACK of a level below -1.
 W "[",$ST(-2),"]"
; output
[]
; ---
; $STACK(n,"ECODE") of a level without an error is empty.
 W "[",$ST(0,"ECODE"),"]"
; output
[]
; ---
; $STACK with a second argument that it does not know is an error.
 W $ST(0,"NO") ; error Z150379514
; output
; ---
; $STACK takes its keyword in small letters.
 D L Q
L W $ST($ST,"place") Q
; output
L^CASE
; ---
; $STACK of three arguments does not compile.
 W $ST(1,"PLACE",1) ; error Z150373642
; output
; ---
; $RANDOM of 1 is 0.
 W $R(1)
; output
0
; ---
; $RANDOM is an integer below its argument.
 F I=1:1:50 S X=$R(3) I X<0!(X>2)!(X'=(X\1)) W "bad"
 W "ok"
; output
ok
; ---
; $RANDOM of 0 is an error.
 W $R(0) ; error M3
; output
; ---
; $RANDOM of a negative number is an error.
 W $R(-5) ; error M3
; output
; ---
; $RANDOM of less than 1 is an error.
 W $R(.9) ; error M3
; output
; ---
; $RANDOM of an empty text is an error.
 W $R("") ; error M3
; output
; ---
; $VIEW of a keyword that there is not is an error.
 W $V("NOSUCH") ; error Z150374042
; output
; ---
; $VIEW of UNDEF tells that undefined variables are errors.
 W $V("UNDEF")
; output
1

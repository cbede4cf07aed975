; Name indirection.
 S N="X",X=1 W @N S @N=2 W X S @"Y(1)"=3 W Y(1)
; output
123
; ---
; Subscript indirection.
 S X(1,2)=3,N="X(1)" W @N@(2),@"X"@(1,2) S M="X",@M@(5)=6 W X(5)
; output
336
; ---
; Indirection in indirection.
 S A="B",B="C",C=7 W @@A S D="@B" W @D
; output
77
; ---
; Indirection with globals and naked references.
 S ^A(1)=1,N="^A(1)",G="^A" W @N,@G@(1) S @"^(2)"=5 W ^A(2),$O(@G@(""))
; output
1151
; ---
; Functions of indirect variables.
 S X(1)=1,X(2)=2,N="X" W $D(@N),$O(@N@("")),$O(@N@(""),-1),$G(@N@(9),"d"),$Q(@N),$NA(@N@(1)),$I(@N@(1))
; output
1012dX(1)X(1)2
; ---
; Argument indirection of SET.
 S A="X=1,Y=2" S @A W X,Y S B="(P,Q)=3" S @B W P,Q
; output
1233
; ---
; Argument indirection of WRITE, with formats.
 S A="1,!,""x"",?5,""y""" W @A,"z"
; output
1
x    yz
; ---
; Argument indirection of KILL, NEW.
 S X=1,Y=2,Z=3,A="X,Y" K @A W $D(X),$D(Y) D P W Z Q
P S N="Z" N @N W $D(Z) S Z=5
 Q
; output
0003
; ---
; KILL exclusive by indirection.
 S A=1,B=2,C="(A,C)" K @C W $D(A),$D(B)
; output
10
; ---
; Argument indirection of DO and GOTO.
 S L="A,B",M="C" D @L G @M
A W "A" Q
B W "B" Q
C W "C" Q
; output
ABC
; ---
; Entry reference indirection.
 S L="A",R="CASE" D @L^@R,@L,A^@R,@"A+1^CASE" Q
A W "A"
 W "1" Q
; output
A1A1A11
; ---
; Argument indirection of IF.
 S C="1,0" I @C W "no"
 E  W "else"
 S C="A=1",A=1 I @C W "yes"
; output
elseyes
; ---
; Argument indirection of XECUTE and MERGE.
 S A="""W 1"",""W 2""" X @A S B(1)=2,M="C=B" M @M W C(1)
; output
122
; ---
; Pattern indirection.
 S P="1N.A" W "5abc"?@P,"abc"?@P S Q="1""x""" W "x"'?@Q
; output
100
; ---
; $TEXT indirection.
 S E="L+1" W $T(@E),"|",$T(@"L") Q
L ;one
 ;two
; output
 ;two|L ;one
; ---
; $TEXT of labels, offsets, and what is not there.
 W $T(+0),"|",$T(+1),"|",$T(L),"|",$T(L+1),"|",$T(L+99),"|",$T(NOPE),"|",$T(L^CASE),"|",$T(^CASE),"|",$T(X^NOROUT)
L	; tab label
	; tab line
; output
CASE|; $TEXT of labels, offsets, and what is not there.|L ; tab label| ; tab line|||L ; tab label|; $TEXT of labels, offsets, and what is not there.|
; ---
; By reference through indirection.
 S N="V" D P(.@N) W V Q
P(X) S X=42
 Q
; output
42
; ---
; FOR through indirection as a whole is an error.
 S A="I=1:1:3" F @A W I ; error Z150372722
; output
; ---
; Empty texts.
 X "" W @"" W "ok"
 S @""=1 ; error M39
; output
ok
; ---
; A text that is no variable.
 S @"1A"=1 ; error M39
; output
; ---
; A text with more than a variable.
 W @"A B" ; error Z150373010
; output
; ---
; XECUTE of what does not parse runs nothing.
 X "W 1 W (" ; error Z150372778
; output
; ---
; Indirection evaluates subscripts each time.
 S N="X(I)" F I=1:1:3 S @N=I*I
 ZWR X
; output
X(1)=1
X(2)=4
X(3)=9
; ---
; READ and LOCK through indirection.
 S V="X(1)" R @V W X(1) S L="^A(1)" L @L L +@L:1 W $T
; input
hello


; output
hello1
; ---
; QUIT with a value in a block undoes the NEWs of the block and gives $TEST back, then the caller's trap runs in it.
 N $ET S $ET="W ""T"",$T,A,$ST,$EC S $EC="""" Q"
 S A=1 I A
 D  W "b"
 . N A,$ET S A=2,$ET="W ""inner""" I 0
 . Q 1
 W "e",A,$T
 Q
; output
T111,M16,Z150374450,be11
; ---
; QUIT with a value from DO of a label: its NEWs are undone, $TEST stays.
 N $ET S $ET="W ""T"",$T,A,$ST,$EC S $EC="""" Q"
 S A=1 I A
 D L W "b"
 W "e",A,$T
 Q
L N A,$ET S A=2,$ET="W ""inner""" I 0
 Q 1
; output
T011,M16,Z150374450,be10
; ---
; QUIT with a value in a procedure that is passed a parameter: the parameter is what it was before.
 N $ET S $ET="W ""T"",$G(P,""none""),$ST,$P($ZS,"","",2) S $EC="""" Q"
 D L(3) W "b"
 Q
L(P) W P
 Q 1
; output
3Tnone1L+1^CASEb
; ---
; QUIT with a value in XECUTE.
 N $ET S $ET="W ""T"",A,$ST,$P($ZS,"","",2) S $EC="""" Q"
 S A=1,X="N A S A=2 Q 1" X X W "b"
 Q
; output
T11+3^CASEb
; ---
; QUIT with a value in a procedure that has a transaction open.
 N $ET S $ET="W ""T"",A,$ST,$P($ZS,"","",2) S $EC="""" TRO  Q"
 S A=1 D L W "b"
 Q
L N A S A=2
 TS
 Q 1
; output
T21L+2^CASEb
; ---
; MERGE of a variable into a node of itself under another name.
 S A(1)=1
 D L(.A,.A)
 Q
L(X,Y) M X(1)=Y ; error M19
; output
; ---
; MERGE of a variable into itself under another name does nothing.
 S A(1)=1
 D L(.A,.A) W $D(A)
 Q
L(X,Y) M X=Y W $D(X(1)) M X(1)=Y(1) W $D(X(1))
 Q
; output
1110
; ---
; The subscripts of an indirection are put behind its text, whatever it is, and both are the argument.
 S A=5,A(1)=7,C="A+" W @C@(1),!
 S C="A+2,A" W @C@(1),!
 S C="!,A" W @C@(1),!
 S C="$P" W @C@("a^b","^",2),!
 S C="$P(""a^b"",""^"")" W @C@(2),!
 S C="A;x" W @C@(1)
 Q
; output
6
77

7
b
b
7
; ---
; In an expression the text must name a variable.
 S C="A+" W 1+@C@(1) ; error Z150373010
; output
; ---
; What is no name is M39, with subscripts or without.
 S C=1 W 1+@C@(1) ; error M39
; output
; ---
; A name with subscripts as an argument that is a number is more than a number.
 S C=1 W @C@(1) ; error Z150373010
; output
; ---
; Parentheses that are not closed in a text that gets subscripts.
 S C="A(" S @C@(1)=1 ; error Z150373642
; output
; ---
; The same in the text that a text names.
 S C="@X",X="A(" S @C@(1)=1 ; error Z150373642
; output
; ---
; An indirection in parentheses is an argument as without.
 S C="1+1" W (@C),((@C))
 I (@C) W "y"
 S C="1,""a""" W (@C)
 Q
; output
22y1a
; ---
; KILL, IF, HANG, XECUTE and ZKILL put subscripts behind a text, too.
 S C="A,B",A=1,B(2)=1 K @C@(2) W $D(A),$D(B)
 S A=1,B(2)=0 I @C@(2) W "no"
 S B(2)=1 I @C@(2) W "yes"
 S A=1 ZK @C@(2) W $D(A),$D(B)
 S C="0+" H @C@(0) W "h"
 S A="W 3",C="A,A",A(2)="W 4" X @C@(2)
 Q
; output
00yes00h34
; ---
; QUIT puts subscripts behind a text.
 W $$F
 Q
F() S A="1+" Q @A@(2)
; output
3
; ---
; An indirection of an empty text with subscripts.
 S C="" W @C@(1) ; error M39
; output
; ---
; Tabs may stand behind a name, as spaces.
 S C="A"_$C(9)_" " S @C=3 W A
 Q
; output
3
; ---
; GOTO in XECUTE of a label that is not there.
 S X="G NOWHERE" X X ; error M13
; output
; ---
; QUIT of an indirection that holds nothing has no value.
 D L W "b"
 W $$F ; error M17
 Q
L Q @""
 W "no"
F() Q @" "
; output
b
; ---
; HANG of an indirection that holds nothing.
 H @"" W 1
 Q
; output
1
; ---
; gtm differs: M6, since it takes the value of X before the call
; $QUERY of a local without a value, with a call in its subscripts, is that of any other.
 S X(2,1)=1 W $Q(X(1,$$F))
 Q
F() Q 3
; output
X(2,1)
; ---
; An extrinsic of an indirection that holds nothing is the routine itself, which has no formals.
 Q:$D(A)  S A=1 W $$@""(.C) ; error M20
; output
; ---
; DO of an indirection that holds nothing.
 S A=$G(A)+1 W A Q:A>2
 D @"" W "x" ; error Z150373186
 Q
; output
1
; ---
; GOTO of an indirection that holds nothing.
 S A=$G(A)+1 W A Q:A>2
 G @"" ; error Z150373186
; output
1
; ---
; $TEXT of an indirection that holds nothing.
 W $T(@"") ; error M5
 Q
; output
; ---
; DO of an indirection that holds spaces.
 S A=$G(A)+1 W A Q:A>2
 D @" " W "x"
 Q
; output
1x
; ---
; An extrinsic without parentheses of an indirection that holds nothing.
 Q:$D(A) 1 S A=1 W $$@"" ; error M20
; output
; ---
; An extrinsic of an indirection that holds nothing, without formals.
 Q:$D(A) 1 S A=1 W $$@""() ; error M20
; output
; ---
; QUIT with a value while its frame has a transaction open leaves no value.
 N $ET S $ET="W ""T"",$P($ZS,"","",2,3),! S $EC="""" TRO:$TL  Q"
 W $$F
 W "end"
 Q
F() TS
 Q 5
; output
TF+1^CASE,%GTM-E-TPQUIT
T+3^CASE,%GTM-E-QUITARGREQD
; ---
; A name in a list has nothing behind it, not even a space.
 S B="A " K (@B) ; error M39
; output
; ---
; The same in a list of NEW.
 S B="A(" N (@B) ; error M39
; output
; ---
; What is passed by reference may have spaces behind its name.
 S B="A " D L(.@B) W A
 Q
L(P) S P=1
 Q
; output
1
; ---
; What is passed by reference has no subscripts.
 S B="A(1)" D L(.@B) ; error Z150373010
L(P) Q
; output
; ---
; What is passed by reference through two names has no subscripts.
 S B="@C",C="A(1)" D L(.@B) ; error Z150373010
L(P) Q
; output
; ---
; What is passed by reference is a name.
 S B="1" D L(.@B) ; error M39
L(P) Q
; output
; ---
; $INCREMENT evaluates the amount before it looks what its indirection names.
 W $I(@"",+D) ; error M6
; output
; ---
; The same with subscripts.
 S A=1 W $I(@"A"@(A),A) S A=3 W $I(@"A"@(A),$$F),A
 Q
F() S A=4 Q 5
; output
154
; ---
; A list of conditions in an indirection of IF sets $TEST from one to the next.
 I 0
 S A="1,$T" I @A W "yes"
 I 0
 S A="$T,1" I @A W "no"
 W $T
 Q
; output
yes0
; ---
CASE ; a text of XECUTE or of an indirection has at most 8,192 characters
 S L=8192,P=$J("",L-5)
 S T=P_"S Y=1" X T W $L(T)," ",Y,!
 S T="Y="""_$J("",L-4)_"""" S @T W $L(T)," ",$L(Y),!
 S T="Z("""_$J("",L-5)_""")" S @T=2 W $L(T)," ",$D(Z),!
 S $ET="W $P($ZS,"","",4),! S $EC="""" Q"
 D X,S,N,I
 Q
X S T=" "_P_"S Y=1" X T W "never"
 Q
S S T="Y="""_$J("",L-3)_"""" S @T W "never"
 Q
N S T="Z("""_$J("",L-4)_""")" S @T=1 W "never"
 Q
I S T="1"_$J("",L) I @T W "never"
 Q
; output
8192 1
8192 8188
8192 10
 Maximum length 8192 of an indirection argument was exceeded
 Maximum length 8192 of an indirection argument was exceeded
 Maximum length 8192 of an indirection argument was exceeded
 Maximum length 8192 of an indirection argument was exceeded
; ---
; A name with a comment gets subscripts if nothing stands before the comment.
 S A(1)=2,X="A;c" W @X@(1)
; output
2
; ---
; A name with a space before its comment gets no subscripts.
 S A(1)=2,X="A ;c" W @X@(1) ; error Z150373010
; output
; ---
; A semicolon in a subscript is no comment.
 S A(";",1)=3,X="A("";"")" W @X@(1)
; output
3

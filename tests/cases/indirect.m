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

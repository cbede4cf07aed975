; BREAK of an indirect argument that is empty.
; gtm differs: it reads standard input as direct mode
 S X="""""" B @X W "on"
; output
on
; ---
; CLOSE of an indirect argument closes its devices.
 S A="""a.txt"",""b.txt""" O "a.txt","b.txt" C @A U "a.txt" ; error Z150373090
; output
; ---
; DO of an indirect argument with a label, a routine, actuals and a condition.
 S A="L",B="L^CASE",C="P(5)",D="L:0" D @A,@B,@C,@D Q
L W "L" Q
P(X) W X Q
; output
LL5
; ---
; DO of an indirect argument with several calls calls them in order.
 S A="L,P(5),L" D @A Q
L W "L" Q
P(X) W X Q
; output
L5L
; ---
; DO of an indirect argument that is empty.
 S A="" D @A W "on" ; error Z150373186
; output
; ---
; DO of an indirect argument with a condition behind it.
 S A="L" D @A:0,@A:1 Q
L W "L" Q
; output
L
; ---
; GOTO of an indirect argument.
 S A="L" G @A
 W "no"
L W "L" Q
; output
L
; ---
; GOTO of an indirect argument whose condition is false goes on.
 S A="L:0" G @A W "on" Q
L W "L" Q
; output
on
; ---
; HANG of an indirect argument.
 S A="0,0" H @A W "on"
; output
on
; ---
; IF of an indirect argument with several expressions.
 S A="1,0",B="1,1" I @A W "A"
 I @B W "B"
; output
B
; ---
; KILL of an indirect argument: a variable, a list, an exclusive list.
 S (A,B,C,D,E)=1,X="A,B" K @X W $D(A),$D(B),$D(C) S X="(C,X)" K @X W $D(C),$D(D),$D(E)
; output
001100
; ---
; KILL of an indirect argument that is empty kills nothing.
 S A=1,X="" K @X W $D(A) ; error M39
; output
; ---
; LOCK of an indirect argument with sign and timeout.
 S X="+^A(1):0" L @X W $T ZSH "L" S X="-^A(1)" L @X ZSH "L"
; output
1MLG:1,MLT:0
LOCK ^A(1) LEVEL=1
MLG:1,MLT:0
; ---
; LOCK of an indirect name.
 S X="^A(1)" L +@X ZSH "L"
; output
MLG:1,MLT:0
LOCK ^A(1) LEVEL=1
; ---
; LOCK of an indirect list.
 S X="(^A,^B):1" L @X W $T ZSH "L"
; output
1MLG:1,MLT:0
LOCK ^B LEVEL=1
LOCK ^A LEVEL=1
; ---
; MERGE of an indirect argument.
 S X="B=A",A(1)=1 M @X W B(1)
; output
1
; ---
; MERGE of two indirect names.
 S X="A",Y="B",A(1)=1 M @Y=@X W B(1) M @Y@("k")=@X@(1) W B("k")
; output
11
; ---
; NEW of an indirect argument hides its variables.
 S A=1,B=2,X="A,B" D  W A,B
 . N @X W $D(A),$D(B)
; output
0012
; ---
; NEW of an indirect exclusive list.
 S A=1,B=2,X="(A,X)" D  W A,B
 . N @X W $D(A),$D(B)
; output
1012
; ---
; NEW of an indirect special variable.
 S X="$ET",$ET="W 1" D  W $ET
 . N @X S $ET=""
; output
W 1
; ---
; OPEN and USE of indirect arguments with parameters.
 S O="""f.txt"":NEWVERSION",U="""f.txt""" O @O U @U W "x" U 0 C "f.txt" W "ok"
; output
ok
; ---
; QUIT of an indirect argument returns its value.
 W $$F Q
F() N X S X="1+2" Q @X
; output
3
; ---
; READ of an indirect argument: prompt, variable, format.
 S X="""name? "",A,!" R @X W "[",A,"]"
; input
Ann

; output
name? 
[Ann]
; ---
; SET of an indirect argument with several assignments.
 S X="A=1,B=A+1,(C,D)=B" S @X W A,B,C,D
; output
1222
; ---
; SET of an indirect argument with $PIECE on its left.
 S X="$P(A,""^"",2)=5" S @X W A
; output
^5
; ---
; SET of an indirect argument beside others.
 S X="A=1" S B=2,@X,C=3 W A,B,C
; output
123
; ---
; SET of an indirect argument that is empty is an error.
 S X="" S @X ; error M39
; output
; ---
; SET of an indirect argument with a wrong assignment does nothing before it.
 S X="A=1,B" S $ET="W $D(A) S $EC="""" Q" S @X
; output
0
; ---
; TSTART of an indirect argument: its text is what may stand there.
; gtm differs: the text can only be the name of a local
 S X="(A)" TS @X W $TL TRO
; output
1
; ---
; TSTART of an indirect name of a local.
 S X="A" TS @X W $TL TRO
; output
1
; ---
; TROLLBACK of an indirect level.
 S X="1" TS  TS  TRO @X W $TL TRO
; output
1
; ---
; USE of an indirect device.
 S X="$P" U @X W "ok"
; output
ok
; ---
; VIEW of an indirect argument.
 S X="""NOUNDEF""" V @X W "[",A,"]" S X="""UNDEF""" V @X W A ; error M6
; output
[]
; ---
; WRITE of an indirect argument with formats and expressions.
 S X="1,!,""a"",?5,2+3,*65" W @X
; output
1
a    5A
; ---
; WRITE of an indirect expression in an expression.
 S X="A",A=5 W @X+1,-@X
; output
6-5
; ---
; WRITE of an indirect argument that is empty writes nothing.
 S X="" W @X,"on"
; output
on
; ---
; WRITE of an indirect argument that is a space.
 S X=" " W @X,"on" ; error Z150372778
; output
; ---
; XECUTE of an indirect argument.
 S X="""W 1"",""W 2"":0,C",C="W 3" X @X
; output
13
; ---
; ZWRITE of an indirect argument.
 S X="A,B(1:2)",A=1,B(1)=1,B(2)=2,B(3)=3 ZWR @X
; output
A=1
B(1)=1
B(2)=2
; ---
; ZKILL of an indirect argument.
 S X="A",A=1,A(1)=2 ZK @X W $D(A)
; output
10
; ---
; ZWITHDRAW of an indirect list.
 S X="A,B",A=1,B=1 ZWI @X W $D(A),$D(B)
; output
00
; ---
; ZALLOCATE and ZDEALLOCATE of an indirect argument.
 S X="^A(1)" ZA @X ZSH "L" ZD @X ZSH "L"
; output
MLG:1,MLT:0
ZAL ^A(1)
MLG:1,MLT:0
; ---
; ZGOTO of an indirect argument.
 S X="0" W "end" ZG @X W "no"
; output
end
; ---
; ZPRINT of an indirect entry.
 S X="L^CASE" ZP @X Q
L W 1 ; the line
; output
L W 1 ; the line
; ---
; ZSHOW of an indirect argument.
 S X="""S""" D L Q
L ZSH @X Q
; output
L^CASE
+2^CASE
; ---
; ZMESSAGE of an indirect argument.
 S X="150373210" ZM @X ; error M9
; output
; ---
; ZSYSTEM of an indirect argument.
 S X="""exit 3""" ZSY @X W $ZSY
; output
3
; ---
; ZLINK of an indirect argument.
 S X="""NOROU""" ZL @X ; error Z150373978
; output
; ---
; An indirect argument may hold an indirect argument.
 S X="@Y",Y="A=5" S @X W A
; output
5
; ---
; An indirect argument of an undefined variable is an error.
 S @X ; error M6
; output
; ---
; An indirect argument with a command behind it is an error.
 S X="A=1 W 2" S @X ; error Z150373010
; output
; ---
; An indirect name of three levels.
 S A="B",B="C",C="D",D=7 W @@@A S @@A="new" W " ",C
; output
7 new
; ---
; An indirect name with subscripts in its text and more behind it.
 S X="A(1)",A(1,2,3)="deep" W @X@(2,3)
; output
deep
; ---
; An indirect name with two lists of subscripts.
 S X="A",A(1,2)=3 W @X@(1)@(2) ; error Z150373706
; output
; ---
; An indirect name whose text is an expression is evaluated for a value.
 S X="1+2" W @X
; output
3
; ---
; An indirect name whose text is an expression cannot be set.
 S X="1+2" S @X=1 ; error M39
; output
; ---
; An indirection of a literal.
 S A=3 W @"A" S @"B"=4 W B
; output
34
; ---
; An indirection of an expression in parentheses.
 S A1=7 F I=1 W @("A"_I)
; output
7
; ---
; An indirection of an extrinsic.
 S A=5 W @$$N Q
N() Q "A"
; output
5
; ---
; A subscript of an indirection is evaluated behind its name.
 S I=0,X(1)="A",A(2)="ok" W @X($I(I))@($I(I)),I
; output
ok2
; ---
; An indirect actual by value and by reference.
 S X="A",A=1 D P(@X,.@X) W A Q
P(B,C) S C=B+1 Q
; output
2
; ---
; An indirect formal name is an error.
 D P(1) Q ; error M20
P(@X) Q
; output
; ---
; An indirect label with an offset.
 S L="L" D @L+1 Q
L W "no" Q
 W "yes" Q
; output
yes
; ---
; An indirect routine of an extrinsic.
 S R="CASE",L="F" W $$F^@R,$$@L^CASE,$$@L^@R Q
F() Q 1
; output
111
; ---
; An indirection in a subscript.
 S X="I",I=2,A(2)="two" W A(@X)
; output
two
; ---
; An indirection in a postcondition.
 S X="1=1" W:@X "yes" S X="1=2" W:@X "no" ; error M39
; output
; ---
; An indirect pattern built at run time.
 F N=1:1:3 S P=N_"A" W "ab"?@P
; output
010
; ---
; An indirection of a name with leading space is an error.
 S X=" A",A=1 W @X ; error Z150372778
; output
; ---
; An indirection of a number is the number.
 S X=5 W @X
; output
5
; ---
; An indirection of a text literal is its text.
 S X="""abc""" W @X
; output
abc
; ---
; An indirection of a function.
 S X="$L(""abc"")" W @X,@X+1 ; error M39
; output
3
; ---
; An indirection of a special variable.
 S X="$X" W "ab",@X
; output
ab2
; ---
; SET of an indirect special variable.
 S X="$ZERROR" S @X="hello" W $ZE ; error M39
; output
; ---
; An indirection of a global with an undefined node is its error.
 S X="^A(1)" W @X ; error M7
; output
; ---
; An indirect argument of $ORDER, $QUERY, $NAME, $DATA with no variable in its text is an error.
 S X="1" W $D(@X) ; error M39
; output
; ---
; An indirect argument of $GET that is an expression is an error.
 S X="A+1" W $G(@X) ; error Z150373010
; output
; ---
; A name indirection is evaluated anew when its text changes.
 S A=1,B=2 F X="A","B" W @X
; output
12
; ---
; A label by indirection that is a number.
 S L="007" D @L Q
007 W "bond" Q
; output
bond
; ---
; A by-reference actual by indirection of a subscripted name is an error.
 S X="A(1)" D P(.@X) Q ; error Z150373010
P(B) S B=1 Q
; output
; ---
; A text for arguments that holds nothing but blanks and a comment is a command without arguments: NEW.
 F X=" ",$C(9)," ;c",";c" D
 . S A=1 D N W $D(A)
 Q
N S Y=X N @Y W $D(A),$D(X),$D(Y),"," Q
; output
000,1000,1000,1000,1
; ---
; A text for arguments that holds nothing is a command without arguments: KILL.
 S A=1,B=2,X=" ;all" K @X W $D(A),$D(B),$D(X)
; output
000
; ---
; A text for arguments that holds nothing is a command without arguments: LOCK, ZDEALLOCATE.
 L +^A ZA ^B S X=" " ZD @X ZSH "L" L @X ZSH "L"
; output
MLG:2,MLT:0
LOCK ^A LEVEL=1
MLG:2,MLT:0
; ---
; A text for arguments that holds nothing is a command without arguments: IF asks $TEST.
 F X=""," ",";c" I 1 I @X W 1
 I 0 I @" " W 2
; output
111
; ---
; A text for arguments that holds nothing is a command without arguments: DO, which has no block then.
 F X=" "," ;c",";c" D @X W 1
; output
111
; ---
; A text for arguments that holds nothing is a command without arguments: QUIT.
 F X=""," "," ;c",";c" D Q W 2
 Q
Q W 1 Q @X W 3
; output
12121212
; ---
; A text for arguments that holds nothing is a command without arguments: TROLLBACK.
 F X=""," ",";c" TS  TS  TRO @X W $TL
; output
000
; ---
; A text for arguments that holds nothing is a command without arguments: ZWRITE.
 F A=""," ",";c" ZWR @A
; output
A=""
A=" "
A=";c"
; ---
; A text for arguments that holds nothing is a command without arguments: ZSHOW, but the empty one shows nothing.
 S X="" ZSH @X W "," S X=" ;c" D S Q
S ZSH @X Q
; output
,S^CASE
+2^CASE
; ---
; A text for arguments that holds nothing is a command without arguments: ZPRINT.
 S X=";c" ZP @X
; output
; A text for arguments that holds nothing is a command without arguments: ZPRINT.
 S X=";c" ZP @X
; ---
; A text for arguments that holds nothing is a command without arguments: ZGOTO.
 F X=""," " D Z
 Q
Z W 1 ZG @X W 2 Q
; output
11
; ---
; A text that holds a comment only is no empty argument of WRITE.
 W @";c" ; error Z150372778
; output

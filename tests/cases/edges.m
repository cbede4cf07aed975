CASE ; ZGOTO ends frames down to a level, and goes on there or at a label
 D A W "back",!
 D B W "never",!
 Q
A D A1 W "never" Q
A1 ZGOTO $ZL-1
 W "never"
B D B1 W "never"
B1 W $ZL,! ZGOTO 1:C
C W $ZL,"c",! Q
; output
neverback
3
1c
; ---
CASE ; ZGOTO of its own level is nothing without a label, a jump with one
 W $ZL ZGOTO $ZL W "on" ZGOTO $ZL:L
 W "never"
L W "L"
; output
1onL
; ---
CASE ; ZGOTO without an argument goes to the first level
 D A W "back"
 Q
A D B W "never"
B ZGOTO
; output
back
; ---
CASE ; ZGOTO 0 ends the program
 W "a" ZGOTO 0 W "never"
; output
a
; ---
CASE ; ZGOTO of a negative level ends so many frames
 D A W "back",! D A2 W "end"
 Q
A D B W "A" Q
B D C W "B" Q
C ZGOTO -1
A2 D B2 W "A" Q
B2 D C2 W "B" Q
C2 ZGOTO -2:D
D W "D",$ZL Q
; output
BAback
D2end
; ---
CASE ; ZGOTO of fewer levels than none
 ZGOTO -2 ; error Z150373962
; output
; ---
CASE ; ZGOTO above the level
 ZGOTO $ZL+1 ; error Z150373970
; output
; ---
CASE ; ZGOTO above the level, with a label
 ZGOTO $ZL+1:L ; error Z150373970
L Q
; output
; ---
CASE ; ZMESSAGE raises the error of a number, with its parameters
 S $ET="W $ZS,!,$EC,! S $EC="""" Q"
 D A,B,D
 Q
A ZM 150373850 Q
B ZM 150372994:"x":"y" Q
D ZM 150373210 Q
; output
150373850,A^CASE,%GTM-E-UNDEF, Undefined local variable: 
,M6,Z150373850,
150372994,B^CASE,%GTM-E-GVUNDEF, Global variable undefined: x
,M7,Z150372994,
150373210,D^CASE,%GTM-E-DIVZERO, Attempt to divide by zero
,M9,Z150373210,
; ---
CASE ; ZHALT without a status is HALT
 W "a" ZHALT
 W "never"
; output
a
; ---
CASE ; ZHALT with one
 W "a" ZHALT 3
 W "never"
; output
a
; ---
CASE ; a QUIT with a value inside a FOR is an error when it is reached
 W $$F(1),!
 W $$G(1)
 Q
F(X) F I=1:1:3 Q:0 1 ; error M16
 Q "f"
G(X) F I=1:1:3 Q X
 Q 2
; output
; ---
CASE ; DO and GOTO with a condition that is false, by name, indirection and actuals
 S X="L",Y="L^CASE",N=0
 D L:0,@X:0,@Y:0,L(1):0,@X@(1):0,@"L(2):0"
 G M:0,@"M":0,M+0:0,M^CASE:0,@"M:0"
 W "here",N
 D L:1,@X:1,@Y:'0,L(1):1,@X@(1):1,@"L(2):1"
 G @"M:1"
 W "never"
L(Z) S N=N+1 Q
M W " there",N
; output
here0 there6
; ---
CASE ; the conditions of QUIT, XECUTE, IF and of the arguments of indirection
 S X="W 1",Y="X:0 X" X X:0,X:1,X:0 X "W 2:0":1 ; error Z150373706
; output
1
; ---
CASE ; exclusive KILL and NEW by indirection
 S A=1,B=2,C=3,X="A",Y="B" K (@X,@Y,X) W $D(A),$D(B),$D(C),$D(X),$D(Y),!
 S A=1,B=2 D  W A,B
 . N (@X) W $D(A),$D(B) S A=5,B=6
; output
11010
1052
; ---
CASE ; exclusive KILL of what is no name
 S X="A(1)" K (@X) ; error M39
; output
; ---
CASE ; exclusive KILL of a global
 S X="^A" K (@X) ; error M39
; output
; ---
CASE ; exclusive KILL of what has more behind it
 S X="A B" K (@X) ; error M39
; output
; ---
CASE ; exclusive NEW of what is no name at all
 S X="1" N (@X) ; error M39
; output
; ---
CASE ; counting across the end of 18 digits
 S A=999999999999999998 S A=A+1 W A,! S A=A+1 W A,! S A=A+1 W A,!
 S A=-999999999999999999 S A=A-1 W A,! S B=1,C=999999999999999999 W B+C,!,C+B,!,C-(-C),!,-C-C,!,C+1,!,C-A,!
 F I=999999999999999998:1:1000000000000000001 W I," " Q:$I(N)>5
; output
999999999999999999
1000000000000000000
1000000000000000000
-1000000000000000000
1000000000000000000
1000000000000000000
1999999999999999990
-1999999999999999990
1000000000000000000
1999999999999999990
999999999999999998 999999999999999999 1000000000000000000 1000000000000000000 1000000000000000000 1000000000000000000 
; ---
CASE ; quotients and remainders across it
 S A=999999999999999999 W A\1,!,A\.1,!,-A\.001,!,A#7,!,A#1E18,!,-A#1E18,!,A\1E-20,!,1E20\3,!,1E20#3
; output
999999999999999999
9999999999999999990
-999999999999999999000
0
999999999999999999
10
99999999999999999900000000000000000000
33333333333333333300
1000
; ---
CASE ; powers beyond all numbers
 S $ET="W $P($ZS,"","",3),! S $EC="""" Q"
 S (A,B)=1 F X="A*2**(B*1000)","2**(B*-1000)","10**46","10**(B*47)","10**-43","10**-44","10**-1000","0**0","0**-B","(-8*B)**(1/3)","2**.5","1E40**(B*1.2)" D N(X)
 Q
N(X) W X," " X "W "_X W ! Q
; output
A*2**(B*1000) %GTM-E-NUMOFLOW

2**(B*-1000) 0
10**46 10000000000000000000000000000000000000000000000
10**(B*47) %GTM-E-NUMOFLOW

10**-43 .0000000000000000000000000000000000000000001
10**-44 0
10**-1000 0
0**0 1
0**-B %GTM-E-DIVZERO

(-8*B)**(1/3) %GTM-E-NEGFRACPWR

2**.5 1.41421356237309515
1E40**(B*1.2) %GTM-E-NUMOFLOW
; ---
CASE ; equality of numbers and texts
 S A=1,B=1.5,C="1.5",D="1.50",E=1.50 W A=1,A="1",A="1.0",B=C,B=D,B=E,C=B,D=B,C=1.5,1.5=C,"a"=1,1="a",""=0,0="",1E3=1000,"1E3"=1000
; output
1101011011000010
; ---
CASE ; transactions inside each other have a limit
 S $ET="W $P($ZS,"","",3),"" "",$TL TRO  S $EC="""" Q"
 F I=1:1:200 TS
; output
%GTM-E-TPTOODEEP 126
; ---
CASE ; TROLLBACK to a level
 S ^A=0 TS  S ^A=1 TS  S ^A=2 TS  S ^A=3 W $TL
 TRO 2 W $TL,^A TRO -1 W $TL,^A TRO 0 W $TL,^A
; output
3221100
; ---
CASE ; TROLLBACK to a level that is not there
 TS  TS  TRO 3 ; error Z150377746
; output
; ---
CASE ; TROLLBACK of more than there is
 TS  TS  TRO -3 W $TL,"x" ; error Z150377738
; output
; ---
CASE ; TROLLBACK without a transaction
 TRO ; error M44
 W "nothing" TRO 0 TRO 1
; output
; ---
CASE ; TCOMMIT without a transaction
 TC ; error M44
; output
; ---
CASE ; TRESTART without a transaction
 TRE ; error M44
; output
; ---
CASE ; TSTART by indirection
 S Z="A",A=1 TS @Z W $TL TC  W $TL
; output
10
; ---
CASE ; TSTART with a condition
 TS:0  W $TL TS:1  W $TL TC:0  W $TL TC:1  W $TL
; output
0110
; ---
CASE ; TSTART of a text that is none
 TS @"1+" ; error M39
; output
; ---
CASE ; a restart goes back behind TSTART, inside the FOR around it
 F I=1:1:2 TS ():S  W I,$TRESTART TRE:$TRESTART<2  TC
 W ! TS (I):S  W $TR(I,2,7) S I="x" TRE:$TRESTART<1  TC  W I
; output
101112202122
77x
; ---
CASE ; a restart from a frame below
 TS ():S  W $TRESTART D L TC  W "end"
 Q
L I $TRESTART<2 D M
 Q
M TRE
 W "never"
; output
012end
; ---
CASE ; VIEW and $VIEW of what is there
 W $V("UNDEF") V "NOUNDEF" W $V("UNDEF") W X,$G(X),^X V "UNDEF" W $V("UNDEF")
 W $V("NOISOLATION","^A") V "NOISOLATION":"^A" W $V("NOISOLATION","^A") V "NOISOLATION":"+^B,^C" W $V("NOISOLATION","^B"),$V("NOISOLATION","^A")
 V "NOISOLATION":"-^A" W $V("NOISOLATION","^A"),$V("NOISOLATION","^C") V "NOISOLATION":"" W $V("NOISOLATION","^C")
; output
1010111010
; ---
CASE ; VIEW of a keyword that there is not
 V "NOSUCH":1 ; error Z150374042
; output
; ---
CASE ; $VIEW of regions
 W $V("GVFIRST"),$V("GVNEXT","DEFAULT"),$V("REGION","^A"),$P($V("GVSTAT","DEFAULT"),":")
; output
DEFAULTDEFAULTSET
; ---
CASE ; $VIEW without what it needs
 W $V("GVNEXT") ; error Z150373898
; output
; ---
CASE ; $QSUBSCRIPT and $QLENGTH of names with environments
 S $ET="W $P($ZS,"","",3),! S $EC="""" Q"
 F X="^|""a""|B(1)","^[""a""]B(1,2)","^[""a"",""b""]B(1)","^[""a"",]B","^|""a""B","^|a|B","^[""a""|B","^|""a""|","1A","A(","A(1","A(1,)","A()","A(1)x","A(-0)","A(01)","A(1.0)","A(""a)","A($C(65,66))","A(""x""_$C(1))","^(1)","","^","%","%(1)","A($C(65)_)" D N(X)
 Q
N(X) W X," " W $QL(X)," ",$QS(X,-1)," ",$QS(X,0),! Q
; output
^|"a"|B(1) 1 a ^B
^["a"]B(1,2) 2 a ^B
^["a","b"]B(1) 1 a ^B
^["a",]B %GTM-E-NOCANONICNAME
^|"a"B %GTM-E-NOCANONICNAME
^|a|B %GTM-E-NOCANONICNAME
^["a"|B %GTM-E-NOCANONICNAME
^|"a"| %GTM-E-NOCANONICNAME
1A %GTM-E-NOCANONICNAME
A( %GTM-E-NOCANONICNAME
A(1 %GTM-E-NOCANONICNAME
A(1,) %GTM-E-NOCANONICNAME
A() %GTM-E-NOCANONICNAME
A(1)x %GTM-E-NOCANONICNAME
A(-0) %GTM-E-NOCANONICNAME
A(01) %GTM-E-NOCANONICNAME
A(1.0) %GTM-E-NOCANONICNAME
A("a) %GTM-E-NOCANONICNAME
A($C(65,66)) 1  A
A("x"_$C(1)) 1  A
^(1) %GTM-E-NOCANONICNAME
 %GTM-E-NOCANONICNAME
^ %GTM-E-NOCANONICNAME
% 0  %
%(1) 1  %
A($C(65)_) %GTM-E-NOCANONICNAME
; ---
CASE ; 31 subscripts, and one more
 S $ET="W $P($ZS,"","",3),! S $EC="""" Q"
 S S="" F I=1:1:31 S S=S_I_","
 S T=S_"32",S=$E(S,1,$L(S)-1)
 D A(S),A(T),G(S),G(T),N(S),N(T)
 Q
A(S) S @("A("_S_")")=1 W $D(A(1)) W @("A("_S_")"),! Q
G(S) S @("^A("_S_")")=1 W $D(^A(1)) W @("^A("_S_")"),! Q
N(S) S X="A(1)" W $D(@X@(2,3)) S X="B("_S_")" S @X@(5)=1 W $D(B),! Q
; output
101
%GTM-E-MAXNRSUBSCRIPTS
101
%GTM-E-MAXNRSUBSCRIPTS
10%GTM-E-MAXNRSUBSCRIPTS
10%GTM-E-MAXNRSUBSCRIPTS
; ---
CASE ; 32 subscripts in a line
 S A(1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32)=1 ; error Z150373282
; output
; ---
CASE ; the naked indicator that is not there
 W $D(^A) W ^(1) ; error M1
; output
0
; ---
CASE ; SET by a naked reference behind a name without subscripts
 S ^A=1 S ^(2)=1 ; error M1
; output
; ---
CASE ; MERGE of a node into itself, and above and below
 S A(1)=1,A(1,2)=2 M A(1)=A(1) W A(1),A(1,2) S ^A(1)=1,^A(1,2)=2 M ^A(1)=^A(1) W ^(1),$D(^(1))
 S $ET="W $P($ZS,"","",3),! S $EC="""" Q" D L1,L2,L3,L4
 Q
L1 M A=A(1) Q
L2 M A(1)=A Q
L3 M ^A=^A(1) Q
L4 M ^A(1)=^A Q
; output
12111%GTM-E-MERGEDESC
%GTM-E-MERGEDESC
%GTM-E-MERGEDESC
%GTM-E-MERGEDESC
; ---
CASE ; MERGE of nothing, of a value alone, of descendants alone
 M A=B W $D(A) M A(1)=B W $D(A) S B=1 M A(1)=B W $D(A),$D(A(1)) K B S B(2)=3 M A(1)=B W A(1),A(1,2) M ^A=B W $D(^A),^A(2) M C=^A W $D(C),C(2)
; output
0010113103103
; ---
CASE ; KILL of a local by its last node takes what is empty above it
 S A(1,2,3)=1,A(1,2)=5,A(2,3,4)=6 K A(2,3,4) W $D(A(2)),$D(A) K A(1,2,3) W $D(A(1,2)) K A(1,2) W $D(A(1)),$D(A) ZK A S A(1,2,3)=1 ZK A(1,2,3) W $D(A(1)),$D(A)
; output
01010000
; ---
CASE ; $QUERY backwards is not there, $ORDER is
 S (A(1),A(2,3),A("x"))="" W $O(A(""),-1),$O(A("x"),-1),$O(A(2,""),-1),$O(A(1),-1),!,$Q(A),$Q(A(1)),$Q(A(2,3)),$Q(A("x")),$Q(A(2))
; output
x23
A(1)A(2,3)A("x")A(2,3)
; ---
CASE ; special variables that cannot be set
 S $TL=1 ; error Z150373770
; output
; ---
CASE ; or made new
 N $X ; error Z150381178
; output
; ---
CASE ; NEW of those that can
 S $ET="S $EC=""""" D  W $ET,$ESTACK,$ZT
 . N $ET,$ESTACK S $ET="X" W $ET,$ESTACK N $ZT S $ZT="B" W $ZT,$ET
 W ! D  W $ZGBLDIR=X
 . N $ZGBLDIR S X=$ZGBLDIR
; output
S $EC=""0
1
; ---
CASE ; $STACK of levels that are not there
 W $ST(-1),$ST(0),$ST(99),$ST(99,"PLACE"),$ST(99,"ECODE"),$ST(0,"ECODE"),$ST(0,"MCODE")
; output
0-run CASE W $ST(-1),$ST(0),$ST(99),$ST(99,"PLACE"),$ST(99,"ECODE"),$ST(0,"ECODE"),$ST(0,"MCODE")
; ---
CASE ; $STACK below zero with a code
 W $ST(-2,"PLACE")
; output
; ---
CASE ; $STACK with a code that is none
 W $ST(0,"FOO") ; error Z150379514
; output
; ---
CASE ; a FOR whose bounds are passed from the start, upwards, downwards, with fractions
 F I=5:1:4 W "never"
 W I F I=4:-1:5 W "never"
 W I F A(1)=5:1:4 W "never"
 W A(1) F I=1:.5:2.4 W " ",I
 F ^A(1)=3:-1:1 W " ",^A(1) ; error M39
 F I="a" W I
 F I="3a":"1b":"5c" W I
 F @"J"=1:1:2 W J
 F @"A(2)"=7 W A(2)
 F I=1,5:1:6,9 W " ",I Q:I=9
; output
545 1 1.5 2
; ---
CASE ; a FOR whose variable is made away
  F I=1:1:5 W I K I ; error M6
; output
1
; ---
CASE ; XECUTE and WRITE of nothing by indirection
 W @"" X @"" W "end" X "" X ";" X " " X "Q  W 1"
; output
end
; ---
CASE ; an argument of indirection in a command that takes none
 S X="" K @X ; error M39
; output
; ---
CASE ; $TEXT by indirection, of what is there and what is not
 S X="CASE",Y="+1^CASE",Z="NO^CASE",U="+99" W $T(@X),!,$T(@Y),!,$T(@Z),$T(@U),$T(+0),$T(+1^NOSUCH),! W $T(@X)
; output
CASE ; $TEXT by indirection, of what is there and what is not
CASE ; $TEXT by indirection, of what is there and what is not
CASE
CASE ; $TEXT by indirection, of what is there and what is not
; ---
CASE ; a line before the first
 D +0 ; error Z150373738
; output
; ---
CASE ; a line by number alone
 D +4
 W "end"
 Q
 W "four"
 Q
; output
end
; ---
CASE ; a line by number that is not there
 D +44 ; error M13
; output
; ---
CASE ; $NEXT and $ORDER at the ends
 S A(1)="",A(2)="" W $N(A("")),$N(A(1)),$N(A(2)),$N(A(-1)),$O(A(2)),$O(^NONE("")),$O(^NONE(1),-1)
; output
12-11
; ---
CASE ; $ORDER of names of globals and locals
 S ^A=1,^B=1,A=1,B=2 W $O(^A),$O(^B),$O(^%),$O(^C,-1),$O(A),$O(B,-1)
; output
^B^A^BBA
; ---
CASE ; SET of a part of nothing, and far behind the end
 S $P(A,"^",3)=1,$E(B,3)="x" W A,"|",B,"|" S $P(A,"",2)="q" W A S $P(C,"",1)="w" W C S $E(B,2,1)="never" W B S $P(B,"x",2,1)="never" W B S $P(D,"^",0)="never" W $D(D)
; output
^^1|  x|^^1qw  x  x0
; ---
CASE ; a text of more than a million characters by SET $PIECE
 S $P(A,"x",1048577)="yy" ; error M75
; output
; ---
CASE ; a text of more than a million characters by $JUSTIFY
 W $L($J(1,1048577)) ; error M75
; output
; ---
CASE ; a text of more than a million characters by _
 S A=$J("",1048576) W $L(A) S A=A_1 ; error M75
; output
1048576
; ---
CASE ; a text of more than a million characters by $TRANSLATE and SET $EXTRACT
 S A=$J("",1048576) W $L($TR(A," ","x")) S $E(A,1048577)="y" ; error M75
; output
1048576
; ---
CASE ; trapped errors quit functions with no value, or with one
 N $ET S $ET="S $EC="""" Q:$Q ""trapped"" Q" W $$F(),"|" D F W "end"
 Q
F() W 1/0
 Q 1
; output
trapped|end
; ---
CASE ; a trap of a function that quits without a value is the next error
 N $ET S $ET="W $P($ZS,"","",3),! S $EC="""" Q" W $$F(),"|" W "end"
 Q
F() W 1/0
 Q 1
; output
%GTM-E-DIVZERO
%GTM-E-QUITARGREQD
; ---
CASE ; a command of another vendor is an error when it is reached, with arguments and without
 S $ET="W $P($ZS,"","",3),! S $EC="""" Q"
 D A,B,C Q
A W "a" ZQQ 1 W "never"
B W "b" ZQQ  W "never"
C W "c" ZQQ:0 1 W "on",!
; output
a%GTM-E-INVCMD
b%GTM-E-INVCMD
con
; ---
CASE ; powers beyond all numbers, from both ends
 S $ET="W $P($ZS,"","",3),! S $EC="""" Q"
 S A=1E46,B=1E-43,C=1E10 F X="A**A","A**-A","B**C","B**-C","(1/A)**C","A**.5","B**.5","0**A","1**A","1**-A" D N(X)
 Q
N(X) W X," " X "W "_X W ! Q
; output
A**A %GTM-E-NUMOFLOW

A**-A 0
B**C 0
B**-C %GTM-E-NUMOFLOW

(1/A)**C 0
A**.5 100000000000000000000000
B**.5 .000000000000000000000316227766016837894
0**A 0
1**A 1
1**-A 1
; ---
CASE ; equality of fractions, whole numbers and texts
 S A=1.5,B=2.25,C="1.5",D=1E30,E="1"_$TR($J("",30)," ",0) W A=1.5,A=B,B=2.25,A=C,C=A,D=E,E=D,D=1E30,A=D,(A+.75)=B
; output
1011111101
; ---
CASE ; keywords of VIEW that change nothing that can be seen
 V "TRACE":0 W "on"
; output
on
; ---
CASE ; counting by what is no number, and across the end of whole ones
 S A="3x",A=A+1 W A,! S A=999999999999999999,B=A S A=A+B W A,! S A="9999999999999999999",A=A+1 W A,! S A=1E40,A=A+1 W A,!
 S X=999999999999999999,Y="z" W X+X,!,X+Y,!,Y+Y,!,X+1.5,!,1.5+X,!
; output
4
1999999999999999990
9999999999999999990
10000000000000000000000000000000000000000
1999999999999999990
999999999999999999
0
1000000000000000000
1000000000000000000
; ---
CASE ; SET of parts that are there already
 S A="a^b",$P(A,"^",2)="b",$E(A,1)="a" W A S $P(A,"^",1,2)="x^y" W A S $E(A,2,3)="" W A S $P(A,"^",3,2)="never" W A S $E(A,5,4)="never" W A
; output
a^bx^yxxx
; ---
CASE ; MERGE and KILL of a local that is empty but for what was killed
 S A(1)=1,A(2,"")=2,A(2,"","x")=3 K A(2,"") W $D(A(2)),$D(A) S A("")=5 ZK A("") W $D(A("")) S A("",1)=1,A("")=2 ZK A("") W $D(A("")) K A("") W $D(A("")),$O(A(""))
 S (A("b"),A(""),A("a"))=1 W $O(A("")),$O(A("a")) K A("") W $O(A("")) S A("c")=1 W $O(A("b")) K A W $D(A)
; output
010010011b1c0
; ---
; More decimals than a number has digits.
 W $J(1/3,0,25),",",$J(-2/3,30,20),",",$J(0,0,22),",",$J(1E-30,0,24),",",$FN(1/3,"",21)
; output
0.3333333333333333330000000,       -0.66666666666666666600,0.0000000000000000000000,0.000000000000000000000000,0.333333333333333333000
; ---
; Subscripts behind an indirection in WRITE and KILL, with a condition and without.
 S X(1)="a",X(2)="b",X(2,3)="c",Y="X",Z="X(2)" W @Y@(1) W:1 @Y@(2),@Z@(3) K:0 @Y@(1) K @Y@(1),@Z@(3) W $D(X(1)),$D(X(2)),$D(X(2,3))
; output
abc010
; ---
; A local that is known is not read again by $GET, whose default is evaluated all the same.
 S A=5 W A_$G(A,A+1)_$G(A,$I(A))_A
; output
5556
; ---
; Sums and products of large ints keep 18 digits at each operator.
 S A=900000000000000000,B=A,C="900000000000000000" W A+B+A,!,A*B,!,A*2+(B*3),!,A+1-A+B,!,A+A-B-B,!,A*10+C,!,C*C-A,!,-A*A+1
; output
2700000000000000000
810000000000000000000000000000000000
4500000000000000000
900000000000000001
0
9900000000000000000
810000000000000000000000000000000000
-810000000000000000000000000000000000
; ---
CASE ; a FOR of many turns gives way to generated code in its midst
 S (S,T)=0 F I=1:1:1500 S S=S+I,T=T+(I#7)
 W S,",",T,! S I=0 F I=1:3:4000 S S=S-I S:I=2500 I=2600 Q:S<-900000
 W S,",",I
 Q
; output
1125750,4497
-903247,3560

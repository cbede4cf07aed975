; $DEVICE of the principal device is empty.
 W "[",$D,"]"
; output
[]
; ---
; $DEVICE is not settable.
 S $D=1 ; error Z150373770
; output
; ---
; $ECODE is empty before any error, and cannot be newed.
 W "[",$EC,"]" N $EC ; error Z150381178
; output
[]
; ---
; $ECODE set to a list of codes holds them, and the error is SETECODE.
 S $ET="W $EC,$P($ZS,"","",3) S $EC="""" Q" S $EC=",U1,U2,"
; output
,U1,U2,%GTM-E-SETECODE
; ---
; $ECODE of a text without commas is an error of its own.
 S $EC="U1" ; error M101
; output
; ---
; $ECODE of a code that does not begin with M, U or Z is an error of its own.
 S $EC=",X1," ; error M101
; output
; ---
; $ECODE of an empty code is an error of its own.
 S $EC=",," ; error M101
; output
; ---
; $ESTACK begins at the depth of the program, NEW makes it 0.
 S A=$ES D  W $ES=A Q
 . N $ES W $ES S F="W $ES" X F
; output
011
; ---
; $ESTACK cannot be set.
 S $ES=0 ; error Z150373770
; output
; ---
; $ETRAP is empty unless the environment says otherwise, and holds what it was set to.
 S $ET="W 1" W $ET
; output
W 1
; ---
; $ETRAP that does not compile is refused when it is set, and stays what it was.
 S $ET="W $ET S $EC="""" Q" S $ET="W )"
; output
W $ET S $EC="" Q
; ---
; $ETRAP by NEW keeps its text.
 S $ET="D E" D  W $ET
 . N $ET W $ET," " S $ET="Q"
; output
D E D E
; ---
; $HOROLOG is two integers with a comma.
 W $H?5N1","1.5N,$H>66000
; output
11
; ---
; $HOROLOG cannot be set.
 S $H="1,1" ; error Z150373770
; output
; ---
; $IO is the principal device at first.
 W $I=$P," " O "f.txt" U "f.txt" S A=$I U 0 W A=$I,A C "f.txt"
; output
1 0f.txt
; ---
; $IO cannot be set.
 S $I=1 ; error Z150373770
; output
; ---
; $JOB is a positive integer.
 W $J?1.N,$J>0
; output
11
; ---
; $JOB cannot be set.
 S $J=1 ; error Z150373770
; output
; ---
; $KEY is empty at first.
 W "[",$K,"]"
; output
[]
; ---
; $KEY after a READ of a line is what ended it.
 R A W $A($K)," ",$L($K)
; input
x

; output
10 1
; ---
; $KEY cannot be set.
 S $K=1 ; error Z150373770
; output
; ---
; $PRINCIPAL is 0 for a pipe.
 W $P
; output
0
; ---
; $PRINCIPAL cannot be set.
 S $P=1 ; error Z150373770
; output
; ---
; $QUIT is 1 in an extrinsic, 0 in a DO and 11 nowhere.
 W $Q D L W $$F Q
L W $Q Q
F() Q $Q
; output
001
; ---
; $QUIT of a block in an extrinsic is 0.
 W $$F Q
F() D
 . S A=$Q
 Q A
; output
0
; ---
; $QUIT of an XECUTE in an extrinsic.
 W $$F Q
F() S C="S A=$Q" X C Q A
; output
0
; ---
; $QUIT cannot be set.
 S $Q=1 ; error Z150373770
; output
; ---
; $STACK grows by DO, block, extrinsic and XECUTE, not by FOR or IF.
 S A=$ST,C="W $ST-A" D L D  X C W $$F F I=1 W $ST-A
 Q
 . W $ST-A
L W $ST-A Q
F() Q $ST-A
; output
1110
; ---
; $STACK cannot be set.
 S $ST=0 ; error Z150373770
; output
; ---
; $STORAGE is a positive integer.
 W $S?1.N,$S>1000
; output
11
; ---
; $STORAGE cannot be set.
 S $S=0 ; error Z150373770
; output
; ---
; $SYSTEM begins with 47.
 W $P($SY,",")
; output
47
; ---
; $TEST is 1 at first, and what IF left.
 W $T I 0 W $T
 W $T I 1 W $T
; output
101
; ---
; $TEST of GT.M can be set by IF only, not by SET.
 S $T=0 ; error Z150373770
; output
; ---
; $TEST after IF of several arguments is that of the last one that was evaluated.
 I 1,0,1 W "no"
 W $T I 1,1 W $T
; output
01
; ---
; $TEST after ELSE is what it was.
 I 0
 E  W $T
 W $T
; output
00
; ---
; $TEST is not changed by a postcondition, $SELECT or a comparison.
 I 1 S A=$S(0:1,1:2),B=1=2 W:0 "x" W $T
; output
1
; ---
; $TEST after argumentless IF is what it was.
 I 0 I  W "no"
 W $T I 1 I  W "yes",$T
; output
0yes1
; ---
; $TEST is saved by an extrinsic and by a block, not by DO or XECUTE.
 S C="I 0" I 1 D  W $T S X=$$F W $T D L W $T I 1 X C W $T Q
 . I 0 ; error M11
F() I 0
 Q 1
L I 0
 Q
; output
; ---
; $TLEVEL counts TSTART.
 W $TL TS  W $TL TS  W $TL TC  W $TL TRO  W $TL
; output
01210
; ---
; $TLEVEL cannot be set.
 S $TL=1 ; error Z150373770
; output
; ---
; $TRESTART is 0 outside a transaction, and counts restarts inside.
 W $TR TS () W $TR TRE:$TR<2  TC  W $TR
; output
00120
; ---
; $TRESTART cannot be set.
 S $TR=1 ; error Z150373770
; output
; ---
; $X counts characters and begins again at !.
 W "abc",$X,!,$X,"de",$X
; output
abc3
0de3
; ---
; $X is moved by ? and by a control character.
 W ?7,$X,$C(9),$X
; output
       7	9
; ---
; $X can be set to anything, as a number.
 S $X=5 W $X S $X="7up" W " ",$X S $X=2.9 W " ",$X
; output
5 8 3
; ---
; $X set to a negative number is 0.
 S $X=-3 W $X
; output
0
; ---
; $Y counts lines, # makes it 0.
 W $Y,!,$Y,!!,$Y,#,$Y
; output
0
1

3
0
; ---
; $Y can be set.
 S $Y=20 W $Y W ! W $Y
; output
20
21
; ---
; $X and $Y after a READ of a line.
 W "abc" R A W $X,",",$Y
; input
hello

; output
abc3,0
; ---
; $ZA of the principal device is 0.
 W $ZA
; output
0
; ---
; $ZA cannot be set.
 S $ZA=1 ; error Z150373770
; output
; ---
; $ZB after a READ is what ended it.
 R A W $A($ZB)
; input
x

; output
10
; ---
; $ZB cannot be set.
 S $ZB=1 ; error Z150373770
; output
; ---
; $ZCHSET is M in byte mode.
 W $ZCHSET
; output
M
; ---
; $ZCHSET of characters is UTF-8.
; charset utf-8
 W $ZCHSET
; output
UTF-8
; ---
; $ZCMDLINE holds the arguments with spaces between.
; args one two
 W "[",$ZCM,"]"
; output
[one two]
; ---
; $ZCMDLINE without arguments is empty.
 W "[",$ZCM,"]"
; output
[]
; ---
; $ZCMDLINE cannot be set.
 S $ZCM=1 ; error Z150373770
; output
; ---
; $ZCOMPILE holds what it was set to.
 S $ZCO="-nowarning" W $ZCO
; output
-nowarning
; ---
; $ZCSTATUS is 0 at first.
 W $ZCS
; output
1
; ---
; $ZCLOSE is 0 at first.
 W $ZCL
; output
0
; ---
; $ZCLOSE after CLOSE of a pipe is the status of its command.
 O "p":(COMM="exit 5")::"PIPE" C "p" W $ZCL
; output
5
; ---
; $ZDATEFORM of 1 makes $ZDATE write years of four digits.
 S $ZDA=1 W $ZDA," ",$ZD(60000) S $ZDA=0 W " ",$ZD(60000)
; output
1 04/10/2005 04/10/05
; ---
; $ZDATEFORM is a number.
 S $ZDA="1x" W $ZDA
; output
1
; ---
; $ZDIRECTORY ends in a slash.
 W $E($ZD,$L($ZD))
; output
/
; ---
; $ZDIRECTORY of a folder that is not there.
 S $ZD="/no/such/folder/" ; error Z418815138
; output
; ---
; $ZEDITOR is 0.
 W $ZED
; output
0
; ---
; $ZEOF is 0 until the end of input.
 W $ZEO R A W $ZEO R A W $ZEO
; input
x

; output
000
; ---
; $ZERROR holds what it was set to.
 S $ZE="mine" W $ZE
; output
mine
; ---
; $ZGBLDIR is empty at first.
; gtm differs: there are no global directories, only the name of the database
 W "[",$ZG,"]"
; output
[]
; ---
; $ZHOROLOG has four pieces.
 W $L($ZH,","),$P($ZH,",")=+$H
; output
41
; ---
; $ZININTERRUPT is 0 outside an interrupt.
 W $ZINI
; output
0
; ---
; $ZINTERRUPT holds what it was set to.
 S $ZINT="W ""x""" W $ZINT
; output
W "x"
; ---
; $ZIO is the name of the current device.
 O "f.txt" U "f.txt" S A=$ZIO U 0 W A["f.txt" C "f.txt"
; output
1
; ---
; $ZJOB is 0 before any JOB.
 W $ZJ
; output
0
; ---
; $ZKEY of a device without sockets is empty.
 W "[",$ZK,"]"
; output
[]
; ---
; $ZLEVEL is $STACK and one, counting from the base.
 S A=$ZL D L W " ",$ZL-A Q
L W $ZL-A Q
; output
1 0
; ---
; $ZLEVEL is not changed by a block's FOR.
 S A=$ZL F I=1 W $ZL-A
 D
 . W $ZL-A
; output
01
; ---
; $ZMODE is INTERACTIVE for what no JOB has started.
 W $ZMODE," ",$ZMO
; output
INTERACTIVE INTERACTIVE
; ---
; $ZONLNRLBK is 0.
 W $ZONLNRLBK
; output
0
; ---
; $ZPATNUMERIC is M.
 W $ZPATN
; output
M
; ---
; $ZPIN and $ZPOUT are the principal device, of one name when they are one.
 W $ZPIN'="",$ZPOUT'=""
; output
11
; ---
; $ZPOSITION is label, offset and routine.
 W $ZPOS,! D L Q
L ; a comment
 W $ZPOS Q
; output
+2^CASE
L+1^CASE
; ---
; $ZPOSITION in XECUTE is the place of the XECUTE.
 S C="W $ZPOS" X C
; output
+2^CASE
; ---
; $ZPROMPT can be set.
 W $L($ZPROMPT)>3 S $ZPROMPT="M>" W $ZPROMPT
; output
1M>
; ---
; $ZQUIT is 0.
 W $ZQUIT
; output
0
; ---
; $ZROUTINES cannot be newed.
 N $ZRO ; error Z150381178
; output
; ---
; $ZSOURCE holds what it was set to.
 S $ZSO="PROG" W $ZSO
; output
PROG
; ---
; $ZSTATUS holds number, place and text of the last error.
 S $ET="W $P($ZS,"","",1,2),!,$P($ZS,"","",3,9) S $EC="""" Q"
 W 1/0
; output
150373210,+3^CASE
%GTM-E-DIVZERO, Attempt to divide by zero
; ---
; $ZSTATUS can be set.
 S $ZS="x" W $ZS
; output
x
; ---
; $ZSTEP is B at first.
 W $ZSTE
; output
B
; ---
; $ZSYSTEM is 0 at first, and then the status of the last command.
 W $ZSY ZSY "exit 7" W $ZSY ZSY "true" W $ZSY
; output
070
; ---
; $ZSYSTEM cannot be set.
 S $ZSY=1 ; error Z150373770
; output
; ---
; $ZTRAP set empties $ETRAP, and the other way round.
 S $ET="W 1",$ZT="W 2" W "[",$ET,"][",$ZT,"]" S $ET="W 3" W "[",$ET,"][",$ZT,"]"
; output
[][W 2][W 3][]
; ---
; $ZTEXIT holds what it was set to.
 W $ZTEX S $ZTEX=1 W $ZTEX
; output
1
; ---
; $ZTLEVEL is 0 outside of triggers.
 W $ZTLE
; output
0
; ---
; $ZTRIGGEROP is empty outside of triggers.
 W "[",$ZTRI,$ZTNA,$ZTDA,$ZTOL,$ZTUP,$ZTVA,$ZTDE,$ZTCO,"]"
; output
[]
; ---
; $ZTVALUE cannot be set outside of a trigger.
 S $ZTVA=1 ; error Z150381642
; output
; ---
; $ZTWORMHOLE holds what it was set to.
 S $ZTWO="x" W $ZTWO
; output
x
; ---
; $ZUSEDSTOR, $ZALLOCSTOR and $ZREALSTOR are integers.
 W $ZU?1.N,$ZAL?1.N,$ZREALSTOR?1.N
; output
111
; ---
; $ZUT is microseconds since 1970.
 W $ZUT?16N
; output
1
; ---
; $ZVERSION names GT.M.
 W $ZV["GT.M"
; output
1
; ---
; $ZVERSION cannot be set.
 S $ZV=1 ; error Z150373770
; output
; ---
; $ZYERROR holds the name of a routine that is called on an error.
 S $ZYER="FIX^CASE" W $ZYER
; output
FIX^CASE
; ---
; $ZTIMEOUT is -1: none.
 W $ZTIM
; output
-1
; ---
; $ZMAXTPTIME is 0.
 W $ZMAXTPTI
; output
0
; ---
; $ZSTRPLLIM and $ZMALLOCLIM can be asked.
 W $ZSTRPLLIM?.1"-"1.N,$ZMALLOCLIM?.1"-"1.N
; output
11
; ---
; $ZICUVER is not known.
 W $ZICUVER ; error M8
; output
; ---
; $ZPROCESS is not known.
 W $ZPROCESS ; error M8
; output
; ---
; $ZAUDIT is 0.
 W $ZAUD
; output
0
; ---
; $ZC is $ZCSTATUS, $ZM is $ZMAXTPTIME, $ZPR is $ZPROMPT, $ZIN is $ZININTERRUPT.
 S $ZPR="p>" W $ZC=$ZCSTATUS,$ZM,$ZPR,$ZIN
; output
10p>0
; ---
; A special variable may be written in small letters.
 W $x,$test,$tlevel,$zeof
; output
0100
; ---
; A special variable that there is not does not compile.
 W $NOSUCH ; error M8
; output
; ---
; A special variable with subscripts does not compile.
 W $X(1) ; error Z150373058
; output
; ---
; A special variable cannot be killed.
 K $X ; error M39
; output
; ---
; A special variable cannot be the target of MERGE.
 M $X=A ; error M39
; output
; ---
; A special variable cannot be READ into.
 R $X ; error Z150373674
; output
; ---
; A special variable is no argument of $DATA.
 W $D($X) ; error M39
; output
; ---
; A special variable cannot be passed by reference.
 D L(.$X) Q ; error Z150374434
L(A) Q
; output
; ---
; NEW of a special variable that has no NEW does not compile.
 N $X ; error Z150381178
; output
; ---
; NEW of $ZTRAP restores it at the end.
 S $ZT="W 1" D  W $ZT
 . N $ZT S $ZT="W 2"
; output
W 1
; ---
; NEW of $ZTRAP in the same frame as NEW of $ETRAP.
; gtm differs: its $ZTRAP is B at first, which breaks into direct mode
 D  W "[",$ET,$ZT,"]"
 . N $ET,$ZT S $ZT="W 1"
; output
[]
; ---
; NEW of $ZYERROR and $ZGBLDIR.
 S $ZYER="A^B" D  W $ZYER
 . N $ZYER,$ZG S $ZYER="C^D"
; output
A^B
; ---
; SET of a list of special variables.
 S ($X,$Y)=3 W $X,$Y
; output
33
; ---
; SET of $ECODE in a list raises when all is done.
 S $ET="W A,$EC S $EC="""" Q" S (A,$EC)=",U5,"
; output
,U5,,U5,

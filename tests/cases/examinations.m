CASE ; $ZJOBEXAM writes what ZSHOW shows into a file, and returns its name
 S A=1,B(1)="two",F=0,F=$ZJOBEXAM("exam.txt","VL")
 W F=($ZDIRECTORY_"exam.txt"),$IO=$P,!
 K F S F="exam.txt" O F:READONLY U F F  R L Q:$ZEOF  U $P W $P(L,"=",1),! U F
 C F:DELETE
; output
11
A
B(1)
F
MLG:0,MLT:0
; ---
CASE ; $ZJOBEXAM of one code, and of a file that was there
 S F="exam.txt" O F:NEWVERSION U F W "old",!,"older",! C F
 S X=$ZJOBEXAM(F,"S")
 O F:READONLY U F F  R L Q:$ZEOF  U $P W L,! U F
 C F:DELETE
; output
CASE+2^CASE
; ---
CASE ; the default name of $ZJOBEXAM has the process and a number
 S F=$ZJOBEXAM(),G=$ZJOBEXAM("","V")
 W $P(F,"/",$L(F,"/"))=("GTM_JOBEXAM.ZSHOW_DMP_"_$J_"_"_$P(F,"_",$L(F,"_"))),$P(G,"_",$L(G,"_"))-$P(F,"_",$L(F,"_")),!
 O F:READONLY U F R L U $P W L,! C F:DELETE O G:READONLY C G:DELETE
; output
11
$DEVICE=""
; ---
CASE ; $ZJOBEXAM of a code that there is not makes an empty file
 S F=$ZJOBEXAM("exam.txt","Q") W F=($ZDIR_"exam.txt")
 O F:READONLY U F R L U $P W "[",L,"]" U F W $ZEOF U $P C F:DELETE ; error M62
; output
1[]
; ---
CASE ; $ZJOBEXAM writes to the current device if there is no such file
 S A=1 W "[",$ZJOBEXAM("/nosuch/exam.txt","V"),"]"
; output
[A=1
]
; ---
CASE ; $ZSYSLOG says that it has written
 W $ZSYSLOG("a line of a test"),$ZSYSLOG("")
; output
11

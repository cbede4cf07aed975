CASE ; the code of $ZTIMEOUT runs when the time is over, and the program goes on
 W $ZTIMEOUT,!
 S DONE=0,$ZTIMEOUT=".2:W ""expired"",! S DONE=1"
 F  Q:DONE
 W $ZTIMEOUT,!
; output
-1
expired
0:W "expired",! S DONE=1
; ---
CASE ; HANG is interrupted by the code, and goes on
 S $ZTIMEOUT=".1:W ""hey"",! S A=$ZH"
 S B=$ZH H .5 S C=$ZH
 W $$D(B,A)<.4,$$D(B,C)'<.5
 Q
D(X,Y) Q ($P(Y,",")-$P(X,",")*86400)+$P(Y,",",2)-$P(X,",",2)+($P(Y,",",3)-$P(X,",",3)/1000000)
; output
hey
11
; ---
CASE ; without code it is an error
 S $ZTIMEOUT=.1
 H 1 ; error Z150384408
 W "no"
; output
; ---
CASE ; $ETRAP takes it where the program is
 S $ET="W ""T"",$EC,$ZTIMEOUT,! S $EC="""""
 S $ZTIMEOUT=.1 D A W "after",$ZTIMEOUT,!
 Q
A F  H .01
; output
T,Z150384408,0
after0
; ---
CASE ; $ZTRAP takes it, too
 S $ZTRAP="W $ZS,!,$EC,! H"
 S $ZTIMEOUT=.1
 H 1
 W "no"
; output
150384408,CASE+3^CASE,%GTM-W-ZTIMEOUT, Time expired
,Z150384408,
; ---
CASE ; the code of $ZTIMEOUT is a level of the stack like XECUTE
 S $ZTIMEOUT=".1:W $ZPOS,""|"",$ST,""|"",$ST($ST),""|"",$ST($ST,""PLACE""),""|"",$ZLEVEL,! S T=1"
 W $ZLEVEL,!
 S T=0
 F  Q:T
 W "end",!
; output
1
CASE+4^CASE|1|XECUTE|@|2
end
; ---
CASE ; an error in the code is trapped there
 S $ET="W $ZS,! S $EC="""" S T=1"
 S $ZTIMEOUT=".1:W 1/0",T=0
 F  Q:T
 W "end",!
; output
150373210,CASE+3^CASE,%GTM-E-DIVZERO, Attempt to divide by zero
end
; ---
CASE ; $TEST and the naked indicator are the program's
 I 0
 S $ZTIMEOUT=".1:I 1 S T=1 S ^A(1)=1",T=0
 S ^B(1,2)=3
 F  Q:T
 W $T,^(2),!
; output
03
; ---
CASE ; GOTO and NEW in the code
 S A=1,$ZTIMEOUT=".1:N A S A=2 G X",T=0
 F  Q:T
 W "end",A,!
 Q
X W "X",$ST,A,! S T=1 Q
; output
X12
end1
; ---
CASE ; the code may set the next timeout
 S N=0,$ZTIMEOUT=".05:S N=N+1,$ZTIMEOUT=.05"
 F  Q:N=3
 W $P($ZTIMEOUT,":",2,9)
; output
S N=N+1,$ZTIMEOUT=.05
; ---
CASE ; seconds, a colon and code may each be left out
 S $ZTIMEOUT="10" H .01 W $E($ZTIMEOUT),!
 S $ZTIMEOUT=":W 1" W $P($ZTIMEOUT,":",2),!
 S $ZTIMEOUT="5:" H .01 W $E($ZTIMEOUT),$F($ZTIMEOUT,":"),!
 S $ZTIMEOUT="-1" W $ZTIMEOUT,!
 S $ZTIMEOUT="-5:W 1" W $ZTIMEOUT,!
 S $ZTIMEOUT=-1 W $ZTIMEOUT,!
 S $ZTIMEOUT=5 H .01 W $E($ZTIMEOUT),$P($ZTIMEOUT,":",2),!
 S $ZTIMEOUT="-1:" W $ZTIMEOUT,!
 S $ZTIMEOUT=":" W $ZTIMEOUT,!
 S $ZTIMEOUT="1:W:1 ""a:b""" W $P($ZTIMEOUT,":",2,9),!
; output
9
W 1
40
-1
-1:W 1
-1:W 1
4W 1
-1
-1
W:1 "a:b"
; ---
CASE ; no time at all
 S $ZTIMEOUT="0:W ""now"",!"
 W "alive",!
 W $ZTIMEOUT,!
; output
now
alive
0:W "now",!
; ---
CASE ; code that does not parse is refused, and nothing is set
 S $ET="W $ZS,! S $EC="""" Q"
 D L W $ZTIMEOUT
 Q
L S $ZTIMEOUT="5:BAD CODE"
 W "no"
; output
150373050,L^CASE,%GTM-E-INVCMD, Invalid command keyword encountered
-1
; ---
CASE ; HALT in the code
 S $ZTIMEOUT=".1:W ""bye"" H" F  Q:0
; output
bye
; ---
CASE ; ZGOTO in the code
 S $ZTIMEOUT=".1:ZG 1:X" D A
 W "no"
 Q
A F  Q:0
X W "X",$ZL
 Q
; output
X1
; ---
CASE ; the code may stop the timeout
 S $ZTIMEOUT=".1:W $ZTIMEOUT,! S $ZTIMEOUT=""-1:"" S T=1",T=0 F  Q:T
 W $ZTIMEOUT
; output
0:W $ZTIMEOUT,! S $ZTIMEOUT="-1:" S T=1
-1
; ---
CASE ; in a call within an expression
 S $ZTIMEOUT=".1:S T=1",T=0
 W 1+$$A(2),!
 Q
A(X) F  Q:T
 Q X
; output
3
; ---
CASE ; a transaction may take so long
 W $ZMAXTPTIME S $ZMAXTPTIME=1 W $ZMAXTPTIME,!
 TS  S ^A=1 H 3 TC ; error Z150377322
 W "no",!
; output
01
; ---
CASE ; $ETRAP rolls back what took too long
 S $ZMAXTPTIME=1
 S $ET="W $ZS,!,$TL,!,$EC,! TRO:$TL  S $EC="""" Q"
 D L W "after",$D(^A),!
 Q
L TS  S ^A=1 F  S ^A=2
 TC  W "no"
; output
150377322,L^CASE,%GTM-E-TPTIMEOUT, Transaction timeout
1
,Z150377322,
after0
; ---
CASE ; the next transaction has its own time
 S $ZMAXTPTIME=1,$ET="W $TL,$ZS,! TRO  S $EC="""" G E"
 TS  H 2
 W "no"
E W "e",$TL,!
 TS  H .2 TC  H 1 W "fine"
 Q
; output
1150377322,CASE+2^CASE,%GTM-E-TPTIMEOUT, Transaction timeout
e0
fine
; ---
CASE ; a TSTART in a transaction, and a restart, do not begin anew
 S $ZMAXTPTIME=1
 TS () H .6 TRE:$TR<1  TS  H .6 TC  TC ; error Z150377322
 W "no"
; output
; ---
CASE ; $ZMAXTPTIME is a whole number, and none below 1 is a limit
 S $ZMAXTPTIME=-5 W $ZMAXTPTIME,!
 S $ZMAXTPTIME=2.5 W $ZMAXTPTIME,!
 S $ZMAXTPTIME="x" W $ZMAXTPTIME,!
 TS  H .1 TC  W "ok"
; output
-5
2
0
ok
; ---
CASE ; a time that is set in a transaction is for the next one
 S $ZMAXTPTIME=5
 TS  S $ZMAXTPTIME=1 H 1.2 TC
 W "ok"
; output
ok
; ---
CASE ; NEW of $ZTIMEOUT
 N $ZTIMEOUT ; error Z150381178
; output

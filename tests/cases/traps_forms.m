; $ETRAP that is empty at each level gives the error to the caller.
 S $ET="W ""top "",$ST S $EC="""" Q" D L W "on" Q
L N $ET S $ET="" S X=1/0 Q
; output
top 0
; ---
; $ETRAP of a callee handles its own error, and the caller goes on.
 S $ET="W ""no""" D L W " on" Q
L N $ET S $ET="W ""here"" S $EC="""" Q" S X=1/0 Q
; output
here on
; ---
; $ETRAP that does not clear $ECODE gives the error on after it ran.
 S $ET="W $ST,"" "" S:$ST=1 $EC="""" Q" D L W "on" Q
L D M Q
M S X=1/0 Q
; output
2 1 on
; ---
; $ETRAP that clears $ECODE and has no QUIT quits all the same.
 S $ET="S $EC=""""" D L W "on" Q
L S X=1/0 W "no" Q
; output
on
; ---
; $ETRAP in an extrinsic returns an empty text.
 S $ET="S $EC="""" Q" W "[",$$F,"]" Q
F() S X=1/0 Q 1
; output
[
; ---
; $ETRAP in an extrinsic may return a value.
 S $ET="S $EC="""" Q:$Q 7 Q" W "[",$$F,"]" D L W "on" Q
F() S X=1/0 Q 1
L S X=1/0 Q
; output
[7]on
; ---
; $ETRAP with GOTO goes on in the frame that failed.
 S $ET="G E" D L W "back" Q
L S X=1/0 W "no" Q
E S $EC="" W $ST Q
; output
1back
; ---
; $ETRAP with DO calls, and then quits the frame that failed.
 S $ET="D E" D L W "back" Q
L S X=1/0 W "no" Q
E W $ST S $EC="" Q
; output
2back
; ---
; $ETRAP with ZGOTO goes to another level.
 S Z=$ZL,$ET="S $EC="""" ZG Z:E" D L W "no" Q
L D M W "no" Q
M S X=1/0 Q
E W "E",$ST Q
; output
E0
; ---
; $ETRAP with HALT ends the program.
 S $ET="W ""trap"" H" D L W "no" Q
L S X=1/0 Q
; output
trap
; ---
; $ECODE in a trap holds the M code and the Z code.
 S $ET="W $EC S $EC="""" Q" W X
; output
,M6,Z150373850,
; ---
; $ECODE of an error without an M code holds the Z code only.
 S $ET="W $EC S $EC="""" Q" U "nothing"
; output
,Z150373090,
; ---
; $ECODE of two errors, one in the trap of the other.
 S $ET="D E" D L W "on" Q
L S X=1/0 Q
E S $ET="W $EC S $EC="""" Q" W UND Q
; output
,M9,Z150373210,M6,Z150373850,
; ---
; $ECODE can be tested by contains.
 S $ET="W $EC["",M9,"",$EC["",M6,"" S $EC="""" Q" S X=1/0
; output
10
; ---
; $ECODE of the user's own error is what was set.
 S $ET="W $EC,$P($ZS,"","",3) S $EC="""" Q" S $EC=",Umine,"
; output
,Umine,%GTM-E-SETECODE
; ---
; $STACK(n) in a trap shows how each level was called, and where.
 S $ET="D E S $EC="""" Q" D L Q
L S X=$$F Q
F() S Y=1/0 Q 1
E F I=0:1:$ST(-1) W I," ",$ST(I)'="",":",$ST(I,"PLACE"),! 
 Q
; output
0 1:+2^CASE
1 1:L^CASE
2 1:F^CASE
3 1:E^CASE
0 1:+2^CASE
1 1:L^CASE
2 1:E^CASE
; ---
; $STACK(n,"MCODE") in a trap is the source of the line.
 S $ET="W $ST($ST(-1),""MCODE"") S $EC="""" Q" D L Q
L S X=1/0 ; here
 Q
; output
L S X=1/0 ; here
; ---
; $STACK(n,"ECODE") in a trap is the error of that level.
 S $ET="W $ST($ST(-1),""ECODE""),""["",$ST(0,""ECODE""),""]"" S $EC="""" Q" D L Q
L S X=1/0 Q
; output
,M9,Z150373210,[]
; ---
; $STACK(-1) in a trap is the level of the error, though the stack is shorter.
 S $ET="Q:$ST>1  W $ST(-1),$ST S $EC="""" Q" D L Q
L D M Q
M D N Q
N S X=1/0 Q
; output
31
; ---
; $STACK(n,"PLACE") of an XECUTE is @ and where it stands.
 S $ET="W $ST($ST(-1),""PLACE""),$ST($ST(-1)) S $EC="""" Q",C="S X=1/0" X C
; output
@XECUTE
; ---
; $ZTRAP with GOTO goes on behind the error's line.
 S $ZT="G E" D L W "back" Q
L S X=1/0 W "no" Q
E W "E",$ST Q
; output
E1back
; ---
; $ZTRAP that is emptied by NEW comes back.
 S $ZT="G E" D L W "[",$ZT,"]" Q
L N $ZT W "[",$ZT,"]" Q
E Q
; output
[][G E]
; ---
; $ZTRAP with an error of its own in a callee.
 S $ZT="G E" D L Q
L S X=1/0 Q
E S $ZT="G E2" W UND Q
E2 W "second ",$P($ZS,",",3) Q
; output
second %GTM-E-UNDEF
; ---
; An error in the text of XECUTE has the place of the XECUTE.
 S $ET="W $P($ZS,"","",2) S $EC="""" Q",C="S X=1/0" D L Q
L X C Q
; output
L^CASE
; ---
; An error in an indirection has the place of its line.
 S $ET="W $P($ZS,"","",2) S $EC="""" Q",X="1A" D L Q
L W @X Q
; output
L^CASE
; ---
; An error in a subscript, before the variable is changed.
 S $ET="ZWR A S $EC="""" Q",A(1)=1 S A(1/0)=2
; output
A(1)=1
; ---
; An error in a SET of several arguments leaves those before it done.
 S $ET="W A,$D(B),$D(C) S $EC="""" Q" S A=1,B=1/0,C=3
; output
100
; ---
; An error in a WRITE of several arguments leaves those before it written.
 S $ET="S $EC="""" Q" W "a","b",1/0,"c"
; output
ab
; ---
; An error in a FOR leaves its variable where it was.
 S $ET="W I S $EC="""" Q" F I=1:1:5 W 1/(3-I)," "
; output
.5 1 3
; ---
; An error in a block ends the block's frame, and the caller's line goes on.
 S $ET="S $EC="""" Q" F I=1:1:3 D  W "t",I
 . S X=1/(I-2) W "b"
; output
bt1t2bt3
; ---
; An error in a KILL's second argument leaves the first killed.
 S $ET="W $D(A) S $EC="""" Q",A=1 K A,B(1/0)
; output
0
; ---
; An error in a MERGE leaves its target as it was.
 S $ET="W $D(A) S $EC="""" Q" M A=^(1)
; output
0
; ---
; An error in a condition of IF leaves $TEST.
 S $ET="W $T S $EC="""" Q" I 0
 I 1/0
; output
0
; ---
; An error in a formal's actual makes no call.
 S $ET="W ""trap"" S $EC="""" Q" D L(1/0) Q
L(X) W "no" Q
; output
trap
; ---
; An error in $SELECT's value.
 S $ET="W $P($EC,"","",2) S $EC="""" Q" W $S(0:1,1:1/0)
; output
M9
; ---
; An error by $ECODE in an extrinsic, with the value of the trap.
 S $ET="S $EC="""" Q:$Q ""t"" Q" W $$F Q
F() S $EC=",U1," Q 1
; output
t
; ---
; SET $ECODE to a text that is empty without an error does nothing.
 S $EC="" W "[",$EC,"]"
; output
[]
; ---
; A trap that reads $ZSTATUS and $ZERROR.
 S $ET="W $ZS[""DIVZERO"",$L($ZE)>0 S $EC="""" Q" S X=1/0
; output
11
; ---
; A trap set in a callee by SET stays when it returns.
 D L S X=1/0 W "no" Q
L S $ET="W ""kept"" S $EC="""" Q" Q
; output
kept
; ---
; A trap set in a callee behind NEW does not.
 S $ET="W ""outer"" S $EC="""" Q" D L S X=1/0 Q
L N $ET S $ET="W ""inner"" S $EC="""" Q" Q
; output
outer
; ---
; A trap is a line of code: what stands behind a comment in it is none.
 S $ET="W ""a"" S $EC="""" Q  ; W ""b""" S X=1/0
; output
a
; ---
; $ESTACK in a trap counts from where it was newed.
 N $ES S $ET="W $ES Q:$ES>0  S $EC="""" Q" D L W "on" Q
L D M Q
M S X=1/0 Q
; output
210
; ---
; A trap by the standard's form: Q:$ES>0 and a clean up at the top.
 D T W "end" Q
T N $ES,$ET S $ET="Q:$ES>0  S $EC="""" W ""clean "" Q" D L W "no" Q
L D M Q
M S X=1/0 Q
; output
clean end

; $ZYERROR is called before the text of $ETRAP, in the order of both.
 S $ZYER="FIX^CASE",$ET="W "" trap "",$ZE S $EC="""" Q"
 W 1/0
 Q
FIX W "fix [",$ZE,"] ",$EC S $ZE="fixed" Q
; output
fix [Unprocessed $ZERROR, see $ZSTATUS] ,M9,Z150373210, trap fixed
; ---
; $ZYERROR is called before the text of $ZTRAP, too.
 S $ZYER="FIX^CASE",$ZT="W ""trap "",$ZE G OUT"
 W 1/0
 Q
FIX S $ZE="fixed" Q
OUT W " out" Q
; output
trap fixed out
; ---
; $ZYERROR whose label is missing leaves in $ZERROR what went wrong.
; gtm differs: its process ends without a word
 S $ZYER="NOLABEL^CASE",$ET="W $P($ZE,"","",3,4),$P($ZS,"","",3) S $EC="""" Q"
 W 1/0
; output
%GTM-E-DIVZERO
; ---
; $ZYERROR whose own routine fails leaves that error in $ZERROR, and $ECODE as it was.
; gtm differs: its process ends without a word
 S $ZYER="FIX^CASE",$ET="W $P($ZE,"","",3,4),"" "",$EC S $EC="""" Q"
 W 1/0
 Q
FIX S X=UNDEFINED Q
; output
%GTM-E-UNDEF, Undefined local variable: UNDEFINED ,M9,Z150373210,
; ---
; $ZYERROR that is not set leaves $ZERROR as it was.
 S $ZE="mine",$ET="W $ZE S $EC="""" Q"
 W 1/0
; output
mine
; ---
; $ZYERROR sees the place of the error in $ZSTATUS and the depth of a DO.
 S $ZYER="FIX^CASE",$ET="W $ST S $EC="""" Q" D L Q
L W 1/0
 Q
FIX W $P($ZS,",",2)," ",$ST," " Q
; output
L^CASE 2 1
; ---
; $ZYERROR leaves $TEST as its routine has left it.
 S $ZYER="FIX^CASE",$ET="W $T S $EC="""" Q" I 1
 W 1/0
 Q
FIX I 0
 Q
; output
0
; ---
; $ZYERROR is called for each error.
 S $ZYER="FIX^CASE",$ET="S $EC="""" Q" D L,L W N Q
L W 1/0
 Q
FIX S N=$G(N)+1 Q
; output
2
; ---
; $ZYERROR with an error that a caller's trap gets is called once.
 S $ZYER="FIX^CASE",$ET="W N Q:$ST>1  S $EC="""" Q" D L W "on",N Q
L D M Q
M W 1/0
 Q
FIX S N=$G(N)+1 Q
; output
12on2
; ---
; $ZYERROR may clear $ECODE: the trap runs all the same.
 S $ZYER="FIX^CASE",$ET="W ""trap"",$EC S $EC="""" Q"
 W 1/0
 Q
FIX S $EC="" Q
; output
trap
; ---
; $ZYERROR with a text that is no entry reference does nothing.
 S $ZYER=")",$ET="W $ZE S $EC="""" Q"
 W 1/0
; output
Unprocessed $ZERROR, see $ZSTATUS
; ---
; $ZYERROR is called before EXCEPTION of a device.
 S $ZYER="FIX",O="nofile" O O:(READONLY:EXC="W ""exc "",$ZE S $EC="""" Q") W "next" Q
FIX W "fix " S $ZE="fixed" Q
; output
fix exc fixed
; ---
; $ZYERROR may name a label with actuals.
 S $ZYER="FIX^CASE(5)",$ET="W $ZE S $EC="""" Q"
 W 1/0
 Q
FIX(X) S $ZE="fixed "_X Q
; output
fixed 5

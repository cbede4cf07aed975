; A naked target of MERGE is one of the indicator that the source left.
 S ^B(1,1)=1,^A(7)=1 M ^(5)=^B(1) W $REFERENCE
 S ^B(1,1)=1,^A(7)=1 M ^(5,^B(1,1))=^(3) W $REFERENCE
; output
^B(5)^B(1,5,1)
; ---
; MERGE of nothing into itself is nothing.
 M A=A(1),A(1)=A W "ok"
; output
ok
; ---
; A frame that ends by an error or by ZGOTO rolls back what it began.
 N $ET S $ET="S $EC=""""" D A W $TL,$D(^X) D B W $TL Q
A TS  S ^X=1 S X=1/0 Q
B TS  ZG $ZL-1
; output
000
; ---
; TROLLBACK makes the naked indicator undefined.
 S ^A(1)=1 TS  S ^A(2)=1 TRO  W "[",$REFERENCE,"]"
; output
[]
; ---
; A trap that quits an extrinsic without a value is M17 in the caller.
 N $ET S $ET="W $P($EC,"","",2),$ST S $EC="""" Q"
 D L W "back" Q
L W $$F Q
F() W 1/0 Q 5
; output
M92M171back
; ---
; $TEST is the caller's again after an error in a block.
 N $ET S $ET="W $T S $EC="""" Q"
 I 0=1
 D L W $T Q
L N $ET S $ET="W ""l"""
 D
 . I 1=1 W 1/0
 Q
; output
ll0
; ---
; The control variable of FOR is a local.
 N $ET S $ET="W $EC S $EC="""" Q"
 S B="^A" D L W "back" Q
L F @B=1:1:2 W 1
 Q
; output
,M39,Z150373866,back

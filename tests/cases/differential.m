; What the body made a text is a number behind a FOR.
 F I=3:-1:1 S I=""
 F J(1)=1:1:3 S J(1)="4B"
 F K=1:1:3 S K="3.5000"
 W I,J(1),K
; output
043.5
; ---
; A control variable that is indirect is a number behind a FOR, too.
 S X="A" F @X=1:1:3 S A="3B"
 W A
; output
3
; ---
; SET $PIECE and SET $EXTRACT of an empty range do not look at the variable.
 S ^B(2)=3,^A=5 S $P(^B(2),"^",0)=^A W $REFERENCE S $E(^B(2),3,2)=^A W $REFERENCE
; output
^A^A
; ---
; MERGE of a node into itself refers to it.
 S ^B(1)=1,^A=1 M ^B(1)=^B(1) W $REFERENCE
; output
^B(1)
; ---
; A skipped operand moves the naked indicator to the outermost of its references.
 S C=1 W C!$D(^A($G(^A(1,1.5),2)+3)),$REFERENCE
; output
1^A(5)
; ---
; MERGEDESC names a global with quotes, a local without.
 S $ET="W $ZS,! S $EC="""" Q"
 D A,B Q
A S A(1)=1 M A("x")=A
B S ^A(1)=1 M ^A("x",.5)=^A
; output
150379322,A^CASE,%GTM-E-MERGEDESC, Merge operation not possible.  A(x) is descendent of A.
150379322,B^CASE,%GTM-E-MERGEDESC, Merge operation not possible.  ^A("x",.5) is descendent of ^A.
; ---
; UNDEF names a node whose only subscript is empty.
 S $ET="W $ZS,! S $EC="""" Q" W A("")
; output
150373850,+2^CASE,%GTM-E-UNDEF, Undefined local variable: A()
; ---
; MERGE of a local array below a naked reference is below one node.
 S ^A(2)=1,A("x")=1,A("y",2)=3 M ^(1)=A ZWR ^A
; output
^A(1,"x")=1
^A(1,"y",2)=3
^A(2)=1
; ---
; $NAME in a skipped operand moves nothing.
 S ^A=1,C=1 W C!$L($NA(^B(1))),$REFERENCE
; output
1^A
; ---
; An empty text with subscripts is M39 also for its value.
 S X="",$ET="W $EC S $EC="""" Q" W @X@(1)
; output
,M39,Z150373866,

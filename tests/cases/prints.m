CASE ; ZPRINT prints a line, from one to another, or the whole routine
 ZPRINT CASE ZPRINT CASE+1 ZP CASE:LAST ZP CASE+1:LAST+1 W "x",! ZP
 Q
LAST ;;tab	here	x
	;tab line
 ZP ^CASE
; output
CASE ; ZPRINT prints a line, from one to another, or the whole routine
 ZPRINT CASE ZPRINT CASE+1 ZP CASE:LAST ZP CASE+1:LAST+1 W "x",! ZP
CASE ; ZPRINT prints a line, from one to another, or the whole routine
 ZPRINT CASE ZPRINT CASE+1 ZP CASE:LAST ZP CASE+1:LAST+1 W "x",! ZP
 Q
LAST ;;tab	here	x
 ZPRINT CASE ZPRINT CASE+1 ZP CASE:LAST ZP CASE+1:LAST+1 W "x",! ZP
 Q
LAST ;;tab	here	x
	;tab line
x
CASE ; ZPRINT prints a line, from one to another, or the whole routine
 ZPRINT CASE ZPRINT CASE+1 ZP CASE:LAST ZP CASE+1:LAST+1 W "x",! ZP
 Q
LAST ;;tab	here	x
	;tab line
 ZP ^CASE
; ---
CASE ; a label that is not there
 ZP NOPE ; error M13
; output
; ---
CASE ; a routine that is not there
 ZP ^NOPE ; error Z150373978
; output
; ---
CASE ; past the end there is nothing, and no error
 ZP CASE+9
; output
; ---
CASE ; +0 is the whole routine, a range backwards nothing; indirection of a label and of an entry
 ZP LAST:CASE ZP +1:+2 W "--",! ZP +0 W "--",! ZP CASE+1:CASE+50
 S X="LAST^CASE" ZP @X S Y="LAST" ZP @Y+1^CASE ZP @Y:LAST+1 ZP +1^CASE
LAST ;2
 ;3
; output
CASE ; +0 is the whole routine, a range backwards nothing; indirection of a label and of an entry
 ZP LAST:CASE ZP +1:+2 W "--",! ZP +0 W "--",! ZP CASE+1:CASE+50
--
CASE ; +0 is the whole routine, a range backwards nothing; indirection of a label and of an entry
 ZP LAST:CASE ZP +1:+2 W "--",! ZP +0 W "--",! ZP CASE+1:CASE+50
 S X="LAST^CASE" ZP @X S Y="LAST" ZP @Y+1^CASE ZP @Y:LAST+1 ZP +1^CASE
LAST ;2
 ;3
--
 ZP LAST:CASE ZP +1:+2 W "--",! ZP +0 W "--",! ZP CASE+1:CASE+50
 S X="LAST^CASE" ZP @X S Y="LAST" ZP @Y+1^CASE ZP @Y:LAST+1 ZP +1^CASE
LAST ;2
 ;3
LAST ;2
 ;3
LAST ;2
 ;3
CASE ; +0 is the whole routine, a range backwards nothing; indirection of a label and of an entry
; ---
CASE ; the label of the second entry is not there
 ZP LAST:NOPE ; error M13
LAST ;2
; output
; ---
CASE ; there are two entries at most
 ZP +1:+1:+1 ; error Z150373706
; output
; ---
CASE ; no offset below 0
 ZP -1 ; error Z150373186
; output
; ---
CASE ; nor behind a label
 ZP CASE-1 ; error Z150373706
; output
; ---
CASE ; the second entry has no routine
 W "a" ZP +0:+1^CASE ; error Z150373706
; output
a

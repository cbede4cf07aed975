CASE ; ZTRIGGER of a global without triggers moves the naked indicator
 S ^A(1)=1 ZTRIGGER ^B(1,2)
 W $D(^(1)),$REFERENCE,$D(^B)
; output
0^B(1,1)0
; ---
CASE ; ZTRIGGER in a transaction, with a condition, of a list, by indirection
 S X="^A(1)"
 ZTR:1 ^A,^B(2),@X W $REFERENCE,!
 TS  ZTR ^A W $TL TC
 ZTR:0 ^C(1) W $R
; output
^A(1)
1^A
; ---
CASE ; ZTRIGGER of a local
 ZTRIGGER X ; error Z150381882
; output
; ---
CASE ; ZTRIGGER evaluates subscripts
 ZTR ^A($I(N),$I(N)) W N,$R
 ZTR ^A(U) ; error M6
; output
2^A(1,2)
; ---
CASE ; $ZTRIGGER lists no trigger where there is none
 W $ZTRIGGER("select"),$ZTRIGGER("S","*"),$ZTRI("SELECT","^A")
; output
111
; ---
CASE ; $ZTRIGGER of nothing succeeds
 W $ZTRIGGER("ITEM"),$ZTRIGGER("item",""),$ZTRIGGER("ITEM",";x"),$ZTRIGGER("FILE",""),$ZTRIGGER("FILE")
; output
11111
; ---
CASE ; $ZTRIGGER has three actions
 W $ZTRIGGER("FOO") ; error Z150381762
; output
; ---
CASE ; the action of $ZTRIGGER is not empty
 W $ZTRIGGER("") ; error Z150381762
; output
; ---
CASE ; $ZTCODE is the old name of what is empty outside of a trigger
 W "[",$ZTCODE,"]",$ZTLEVEL
; output
[]0
; ---
CASE ; ZTRIGGER of what subscript indirection names, of a naked reference, and of a local by indirection
 S X="^A(1)" ZTR @X@(2) W $R ZTR ^(3,4) W $R
 S X="B" ZTR @X ; error Z150381882
; output
^A(1,2)^A(1,3,4)
; ---
CASE ; ZTRIGGER of a naked reference without a naked indicator
 ZTR ^(1) ; error M1
; output
; ---
CASE ; ZTRIGGER of several globals that a text holds
 S X="^A(1),^B(2)" ZTR @X W $R
; output
^B(2)

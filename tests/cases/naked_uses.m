; SET moves the naked indicator to its target, last.
 S ^A(1,2)=$G(^B(3,4)) W $R
; output
^A(1,2)
; ---
; SET of several arguments: each uses the indicator of the one before.
 S ^A(1)=1,^(2)=2,^(3)=3 ZWR ^A
; output
^A(1)=1
^A(2)=2
^A(3)=3
; ---
; SET to a naked reference uses what the value has left.
 S ^A(1)=1,^B(5,1)=2,^(9)=^B(5,1) W $R
; output
^B(5,9)
; ---
; SET of a local does not move it.
 S ^A(1)=1,X=2 W $R
; output
^A(1)
; ---
; SET of a local from a global moves it.
 S ^A(1)=1,^B(1)=2,X=^A(1) W $R
; output
^A(1)
; ---
; KILL of a node moves it, though nothing is there.
 K ^A(5,6) W $R
; output
^A(5,6)
; ---
; KILL of a whole global makes a naked reference impossible.
 S ^A(1)=1 K ^A W $R S X=^(1) ; error M1
; output
^A
; ---
; ZKILL moves it.
 S ^A(1,2)=1 S X=$D(^B(1)) ZK ^A(1,2) W $R
; output
^A(1,2)
; ---
; MERGE moves it to its target.
 S ^A(1,2)=1 M ^B(7)=^A(1) W $R
; output
^B(7)
; ---
; MERGE of a global into a local moves it to the source.
 S ^A(1,2)=1,^B=1 M X=^A(1) W $R
; output
^A(1)
; ---
; MERGE of a local into a global moves it to the target.
 S X(1)=1 M ^A(3)=X W $R
; output
^A(3)
; ---
; MERGE of nothing still moves it.
 S ^Z=1 M X=^A(1,5) W $R
; output
^A(1,5)
; ---
; LOCK does not move it.
 S ^A(1)=1 L +^B(1,2) W $R L
; output
^A(1)
; ---
; LOCK of a naked reference is of the indicator.
 S ^A(1,2)=1 L +^(3) ZSH "L":V W $R," ",$P(V("L",2)," ") L ; error Z150373218
; output
; ---
; $DATA moves it.
 S X=$D(^A(1,2)) W $R
; output
^A(1,2)
; ---
; $GET moves it, though the default is taken.
 S X=$G(^A(1,2),"d") W $R
; output
^A(1,2)
; ---
; $ORDER moves it to its argument, not to what it found.
 S ^A(1)=1,^A(2)=1,X=$O(^A(1)) W X,$R
; output
2^A(1)
; ---
; $QUERY moves it to its argument.
 S ^A(1,1)=1,X=$Q(^A(0)) W X," ",$R
; output
^A(1,1) ^A(0)
; ---
; $NAME does not move it.
 S ^B(1)=1,X=$NA(^A(1,2)) W $R
; output
^B(1)
; ---
; $INCREMENT moves it.
 S X=$I(^A(1,2)) W $R
; output
^A(1,2)
; ---
; $TEXT does not move it.
 S ^A(1)=1,X=$T(+1) W $R
; output
^A(1)
; ---
; $ZPREVIOUS moves it.
 S X=$ZP(^A(1,"")) W $R
; output
^A(1,"")
; ---
; WRITE of a global moves it.
 S ^A(1)="a",^B(1)="b" W ^A(1),$R
; output
a^A(1)
; ---
; IF of a global moves it, whatever the truth.
 S ^A(1)=0,^B(1)=1 I ^A(1)
 W $R
; output
^A(1)
; ---
; A postcondition that is false has moved it.
 S ^A(1)=0,^B=1 W:^A(1) "no" W $R
; output
^A(1)
; ---
; FOR moves it by its start, step and limit, in this order.
 S ^A(1)=1,^B(1)=1,^C(1)=2 F I=^A(1):^B(1):^C(1) W I
 W $R
; output
12^C(1)
; ---
; DO with actuals moves it in the order of the actuals.
 S ^A(1)=1,^B(1)=2 D P(^A(1),^B(1)) Q
P(X,Y) W $R Q
; output
^B(1)
; ---
; A callee leaves it where it moved it.
 S ^A(1)=1 D P W $R Q
P S X=$D(^B(2)) Q
; output
^B(2)
; ---
; An extrinsic leaves it where it moved it.
 S ^A(1)=1,X=$$F W $R Q
F() S X=$D(^B(2)) Q 1
; output
^B(2)
; ---
; NEW does not save it.
 S ^A(1)=1 D  W $R
 . N  S X=$D(^B(2))
; output
^B(2)
; ---
; XECUTE leaves it where it moved it.
 S ^A(1)=1,C="S X=$D(^B(2))" X C W $R
; output
^B(2)
; ---
; READ into a global moves it.
 S ^Z(1)=1 R ^A(1,2) W $R
; input
line

; output
^A(1,2)
; ---
; ZWRITE does not move it.
 S ^A(1)=1,^B(1)=2 ZWR ^A W $R
; output
^A(1)=1
^B(1)
; ---
; A lower level by a naked reference makes the indicator longer.
 S ^A(1)=1,^(1,2)=2,^(2,3)=3 W $R ZWR ^A
; output
^A(1,2,3)^A(1)=1
^A(1,2)=2
^A(1,2,3)=3
; ---
; A subscript that is a global is referred to before its variable.
 S ^B(1)=7,^A(^B(1),2)=1 W $R S X=^(2) W X
; output
^A(7,2)1
; ---
; An error of an undefined global leaves it at the global.
 S ^Z(1)=1,$ET="W $R S $EC="""" Q" W ^A(1,2)
; output
^A(1,2)
; ---
; An undefined naked reference names the whole node.
 S ^A(1,2)=1,$ET="W $P($ZS,"","",4,9) S $EC="""" Q" W ^(3)
; output
 Global variable undefined: ^A(1,3)
; ---
; A naked reference after a global without subscripts is an error.
 S ^A=1 S X=^(1) ; error M1
; output
; ---
; A naked reference before any global is an error for SET, too.
 S ^(1)=1 ; error M1
; output
; ---
; A naked reference before any global is an error for KILL.
 K ^(1) ; error M1
; output
; ---
; A naked reference before any global is an error for $DATA.
 W $D(^(1)) ; error M1
; output
; ---
; A naked reference before any global is an error for $ORDER.
 W $O(^(1)) ; error M1
; output
; ---
; A naked reference before any global is an error for MERGE.
 M ^(1)=X ; error M1
; output
; ---
; A naked reference before any global is an error for LOCK.
 L ^(1) ; error Z150373218
; output
; ---
; $REFERENCE is empty before any global, and after one without subscripts its name.
 W "[",$R,"]" S ^A=1 W $R
; output
[]^A
; ---
; $REFERENCE writes subscripts as ZWRITE does.
 S ^A("x""y",1.5,"01",$C(1))=1 W $R
; output
^A("x""y",1.5,"01",$C(1))
; ---
; $REFERENCE cannot be set.
 S $R="^A(1)" ; error Z150373770
; output
; ---
; TROLLBACK leaves no naked reference.
 TS  S ^A(1)=1 TRO  W "[",$R,"]"
; output
[]
; ---
; TCOMMIT leaves it.
 TS  S ^A(1)=1 TC  W $R
; output
^A(1)
; ---
; A name by indirection moves it as the name does.
 S N="^A(1,2)",X=$G(@N) W $R S X=$G(@N@(3)) W $R
; output
^A(1,2)^A(1,2,3)
; ---
; A naked reference by indirection.
 S ^A(1,2)=5,N="^(2)",X=$G(^A(1,1)) W @N,$R
; output
5^A(1,2)
; ---
; A naked reference with an empty subscript.
 S ^A(1,2)=5,X=$O(^("")) W X,$R
; output
2^A(1,"")
; ---
; The right side of & that is not evaluated moves it all the same.
 S ^A(1)=1,^B(2)=2,X=0&^B(2) W $R
; output
^B(2)
; ---
; $SELECT moves it by what it evaluates only.
 S ^A(1)=1,^B(2)=2,^C(3)=0,X=$S(^A(1):5,^B(2):6) W $R
; output
^A(1)
; ---
; A global in a pattern match and in a concatenation moves it from left to right.
 S ^A(1)="x",^B(2)=2,X=^A(1)_^B(2) W $R S X=^A(1)?1A W $R
; output
^B(2)^A(1)

; SET of an indirection to a naked reference is below the indicator that the value left.
 S ^Y(2,3)=5,^Z(1)=6 S @"^(1)"=^Y(2,3) ZWR ^Y,^Z
; output
^Y(2,1)=5
^Y(2,3)=5
^Z(1)=6
; ---
; So is a naked reference by indirection with more subscripts.
 S ^Y(2,3)=5,^Z(1)=6 S @"^(1)"@(7)=^Y(2,3) ZWR ^Y,^Z
; output
^Y(2,1,7)=5
^Y(2,3)=5
^Z(1)=6
; ---
; $INCREMENT of a naked reference is below the indicator that the amount left.
 S ^Y(2,3)=5,^Z(1)=6 W $I(^(1),^Y(2,3)),! ZWR ^Y,^Z
; output
5
^Y(2,1)=5
^Y(2,3)=5
^Z(1)=6
; ---
; SET $PIECE of a naked reference is below the indicator that the value left.
 S ^Y(2,3)=5,^Z(1)=6 S $P(^(1),"^",2)=^Y(2,3) ZWR ^Y,^Z
; output
^Y(2,1)="^5"
^Y(2,3)=5
^Z(1)=6
; ---
; SET $PIECE of an indirect naked reference is below the indicator that the value left.
 S ^Y(2,3)=5,^Z(1)=6 S $P(@"^(1)","^",2)=^Y(2,3) ZWR ^Y,^Z
; output
^Y(2,1)="^5"
^Y(2,3)=5
^Z(1)=6
; ---
; SET $EXTRACT of a naked reference is below the indicator that its position left.
 S ^Y(2,3)=5,^Z(1)=6 S $E(^(1),^Y(2,3))=8 ZWR ^Y,^Z
; output
^Y(2,1)="    8"
^Y(2,3)=5
^Z(1)=6
; ---
; A list of SET settles a naked reference when it is stored.
 S ^Y(2,3)=5,^Z(1)=6 S (A,@"^(1)",^Y(1))=^Y(2,3) ZWR ^Y,^Z
; output
^Y(1)=5
^Y(2,1)=5
^Y(2,3)=5
^Z(1)=6
; ---
; $ORDER is of the node that was named, and its direction moves the indicator after it.
 S ^Y(2,3)=5,^Z(1)=6 S ^Z(2)=7 W $O(^(1),^Y(2,3)-4),$NA(^(1)),! ZWR ^Y,^Z
; output
2^Y(2,1)
^Y(2,3)=5
^Z(1)=6
^Z(2)=7
; ---
; $NAME of a naked reference is below the indicator that the depth left.
 S ^Y(2,3)=5,^Z(1)=6 W $NA(^(1),^Y(2,3)),$NA(^(1)),! ZWR ^Y,^Z
; output
^Y(2,1)^Y(2,1)
^Y(2,3)=5
^Z(1)=6
; ---
; $NAME of an indirect naked reference is settled before the depth.
 S ^Y(2,3)=5,^Z(1)=6 W $NA(@"^(1)",^Y(2,3)),$NA(^(1)),! ZWR ^Y,^Z
; output
^Z(1)^Y(2,1)
^Y(2,3)=5
^Z(1)=6
; ---
; MERGE into an indirect naked reference is below the indicator that the source left.
 S ^Y(2,3)=5,^Z(1)=6 M @"^(1)"=@"^Y(2,3)" ZWR ^Y,^Z
; output
^Y(2,1)=5
^Y(2,3)=5
^Z(1)=6
; ---
; Subscripts in an indirection are evaluated before the value, the reference is made behind it.
 S ^Z=3,@"^X($$F(1))"@($$F(4))=$$F(2)_^Z ZWR ^X Q
F(X) W "F",X Q X
; output
F1F4F2^X(1,4)=23

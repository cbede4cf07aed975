; The naked target of SET $PIECE is below the indicator that the value has left.
 S ^A(1,0)="a^b^c",^A(2,0)="d^e^f",^A(2,7,1)=9
 S X=^A(1,0),$P(^(0),"^",2)=^A(2,7,1) ZWR ^A
 S X=^A(1,0),$P(^(0),"^",^A(2,7,1))=1 ZWR ^A
 S X=^A(1,0),(Y,$P(^(0),"^",2))=^A(2,7,1) ZWR ^A
; output
^A(1,0)="a^b^c"
^A(2,0)="d^e^f"
^A(2,7,0)="^9"
^A(2,7,1)=9
^A(1,0)="a^b^c"
^A(2,0)="d^e^f"
^A(2,7,0)="^9^^^^^^^1"
^A(2,7,1)=9
^A(1,0)="a^b^c"
^A(2,0)="d^e^f"
^A(2,7,0)="^9^^^^^^^1"
^A(2,7,1)=9
; ---
; So is that of SET $EXTRACT.
 S ^A(1,0)="a^b^c",^A(2,7,1)=9
 S X=^A(1,0),$E(^(0),2)=^A(2,7,1) ZWR ^A
; output
^A(1,0)="a^b^c"
^A(2,7,0)=" 9"
^A(2,7,1)=9
; ---
; A naked target that is a text is found as late as one that is not.
 S ^A(1,0)="a^b^c",^A(2,7,1)=9,N="^(0)"
 S X=^A(1,0),@N=^A(2,7,1) ZWR ^A
 S X=^A(1,0),$P(@N,"^",3)=^A(2,7,1) ZWR ^A
; output
^A(1,0)="a^b^c"
^A(2,7,0)=9
^A(2,7,1)=9
^A(1,0)="a^b^c"
^A(2,7,0)="9^^9"
^A(2,7,1)=9
; ---
; ZWRITE leaves the naked indicator where it was.
 S ^A(1,0)="a^b^c",^A(2,7,1)=9,X=^A(1,0)
 ZWR ^A W $R,!
 ZWR ^A(2,*) W $R,!
 S X=^A(2,7,1) ZWR ^(1) W $R,!
; output
^A(1,0)="a^b^c"
^A(2,7,1)=9
^A(1,0)
^A(2,7,1)=9
^A(1,0)
^A(2,7,1)=9
^A(2,7,1)
; ---
; The argument of ZWRITE may be a text, with all that an argument may have.
 S ^A(1,2)="x",^A(1,3)=9,B(1)=2,B(1,2)=3
 F I="^A(1,*)","^A","B(1)","B","B(1,:)","^A(1,2)" W I,! ZWR @I
; output
^A(1,*)
^A(1,2)="x"
^A(1,3)=9
^A
^A(1,2)="x"
^A(1,3)=9
B(1)
B(1)=2
B
B(1)=2
B(1,2)=3
B(1,:)
B(1)=2
B(1,2)=3
^A(1,2)
^A(1,2)="x"
; ---
; A node that has no value is undefined for ZWRITE of a text.
 S ^A(1,2)="x" ZWR @"^A(1)" ; error M7
; output
; ---
; An open range at the end of ZWRITE's subscripts takes the node above, too.
 S A=0,A(1)=1,A(1,2)="x",A(1,2,3)=4
 ZWR A(1,:) W ! ZWR A(:,:,:) W ! ZWR A(:)
; output
A(1)=1
A(1,2)="x"

A(1)=1
A(1,2)="x"
A(1,2,3)=4

A(1)=1
; ---
; A node that ZWRITE names exactly must be there.
 S A(1,2)="x" ZWR A(1,2:) ZWR A(1,3:) ZWR A(1,3) ; error M6
; output
A(1,2)="x"
; ---
; An undefined subscript is no error where there is no level to look for it in.
 W $G(A(X)),$G(A(X),5),$D(A(X)),$O(A(X)),$Q(A(X)),$ZP(A(X)),$N(A(X)),$G(A("B",X)),$G(A(X,2)) K A(X) ZK A(X) M B=A(X)
 S A(1)=1 W $D(A(1,X)),$G(A(2,X)),$O(A(1,X)) S A=1 K A(1) W $D(A(X))
; output
50-100
; ---
; An undefined subscript is an error where there is a level to look for it in.
 S A(1)=1 W $D(A(2,X)) W $D(A(X)) ; error M6
; output
0
; ---
; An undefined subscript is an error for a value.
 W A(X) ; error M6
; output
; ---
; An expression as a subscript is evaluated whatever is there.
 W $D(A(+X)) ; error M6
; output
; ---
; A routine that is not there is an error before an actual that is undefined.
 S $ET="W $EC S $EC="""" Q"
 D A,B,C,D
 Q
A D L^NOROU(X) Q
B W $$L^NOROU(X) Q
C D L^@"NOROU"(X) Q
D D L^CASE(X) Q
; output
,Z150373978,,Z150373978,,Z150373978,,M13,Z150373194,
; ---
; An actual that is an expression is evaluated before its routine is looked for.
 D L^NOROU(X+1) ; error M6
; output
; ---
; All nodes of a MERGE into a naked reference go below one node.
 S A("en")=1,A("id")=2,A("id","x")=3,^A(1)=1,^(1,"P")=2 M ^("Q")=A ZWR ^A W $R
; output
^A(1)=1
^A(1,"P")=2
^A(1,"Q","en")=1
^A(1,"Q","id")=2
^A(1,"Q","id","x")=3
^A(1,"Q")

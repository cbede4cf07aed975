; A name in a text may end in spaces and a comment.
 S $ET="W $EC S $EC="""" Q",A=5 S X="A  ;c" W @X,$G(@X)
; output
55
; ---
; Arguments in a text may end in spaces and a comment.
 S $ET="W $EC S $EC="""" Q",A=5 S X="A;c" K @X W $D(A)
; output
0
; ---
; An assignment in a text may end in a space.
 S $ET="W $EC S $EC="""" Q",A=5 S X="A=1 " S @X W A
; output
1
; ---
; An entry reference in a text may end in a space.
 S $ET="W $EC S $EC="""" Q",A=5 S X="L " D @X W $T(@X)
 Q
L W "L" Q
; output
LL W "L" Q
; ---
; A pattern in a text may end in a comment.
 S $ET="W $EC S $EC="""" Q",A=5 S X="1N;c" W A?@X
; output
1
; ---
; Nothing but a comment may follow a name in a text.
 S $ET="W $EC S $EC="""" Q",A=5 S X="A B" W @X
; output
,Z150373010,
; ---
; A name that gets subscripts cannot end in a space.
 S $ET="W $EC S $EC="""" Q",A=5 S X="A " W $D(@X@(1))
; output
,Z150373010,
; ---
; A space before the arguments of a command that may have none ends it.
 S $ET="W $EC S $EC="""" Q",A=5 S X=" A" K @X
; output
,Z150373010,
; ---
; IF of an empty text asks $TEST: true.
 S $ET="W $EC S $EC="""" Q",A=5 I 1 S X="" I @X W "t"
; output
t
; ---
; IF of an empty text asks $TEST: false.
 S $ET="W $EC S $EC="""" Q",A=5 I 0 S X="" I @X W "t"
; output
; ---
; The value of an indirection with subscripts whose text is a number is INDEXTRACHARS.
 S $ET="W $EC S $EC="""" Q",A=5 S X=1 W @X@(2)
; output
,Z150373010,
; ---
; Anything else of such an indirection is M39.
 S $ET="W $EC S $EC="""" Q",A=5 S X=1 W $D(@X@(2))
; output
,M39,Z150373866,

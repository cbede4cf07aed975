CASE ; the action of ZBREAK runs before the line, each time; -entry and -* remove it
 ZB A^CASE:"W ""brk "",$ZPOS,! ZSHOW ""S""" ZB B+1:"S Z=$G(Z)+1":2 ZSHOW "B"
 D A,A W "--",!
 D B,B,B W Z,! ZB -A D A ZSHOW "B" W "--",! ZB -* ZSHOW "B" D B W Z,! ZB -A
 Q
A ; label line
 W "in A",!
 Q
B W "B "
 W "B1",!
 Q
; output
B+1^CASE>S Z=$G(Z)+1
A^CASE>W "brk ",$ZPOS,! ZSHOW "S"
brk A+1^CASE
A+1^CASE    (ZBREAK)
CASE+2^CASE
in A
brk A+1^CASE
A+1^CASE    (ZBREAK)
CASE+2^CASE
in A
--
B B1
B B1
B B1
2
in A
B+1^CASE>S Z=$G(Z)+1
--
B B1
2
; ---
CASE ; no such label
 ZB NOPE ; error Z150373458
; output
; ---
CASE ; no such line
 ZB A+77^CASE ; error Z150373458
A ;
; output
; ---
CASE ; no such routine
 ZB ^NOPE ; error Z150373978
; output
; ---
CASE ; an action that does not parse
 ZB A:"W 1 FOO" D A W "here" ; error Z150373050
 Q
A W "a",! Q
; output
; ---
CASE ; an error in an action is the code of the error, and ERRWZBRK in $ZSTATUS
 S $ET="W $ZS,!,$EC,! S $EC="""" Q"
 ZB A:"S X=1/0" D A W "here"
 Q
A W "a",! Q
; output
150372754,A^CASE,%GTM-E-ERRWZBRK, Error while processing ZBREAK action string,-GTM-E-DIVZERO, Attempt to divide by zero
,M9,Z150373210,
here
; ---
CASE ; QUIT of an action quits the frame, its GOTO goes
 ZB A:"Q" ZB B:"G C" D A W "x",! D B W "here"
 Q
A W "a",! Q
B W "b",! Q
C W "c",! Q
; output
x
c
here
; ---
CASE ; what is not there can be removed
 ZB -A
 Q
A ;
; output
; ---
CASE ; from the count on it runs each time, below 0 never; a new one takes the place of an old one; indirection
 ZB A:"W 1":"x" ZSHOW "B" D A ZB A:"W 2":-1 D A ZB A:"W 3":3 D A,A,A,A ZSHOW "B" S X="A:""W 4""" ZB @X D A ZB @"-A" D A S Y="A" ZB @Y:"W 5" D A
 Q
A W "a",! Q
; output
A^CASE>W 1
1a
a
a
a
3a
3a
A^CASE>W 3
4a
a
5a
; ---
CASE ; a breakpoint in a block
 ZB A+2:"W ""brk"",I" F I=1:1:2 D A
 ZB -A+2 D A
 Q
A ;
 D  Q
 . W " in ",!
; output
brk1 in 
brk2 in 
 in 
; ---
CASE ; with a postconditional
 F I=1:1:3 ZB:I=2 A:"W ""brk"",I" D A
 ZSHOW "B"
 Q
A W "a",! Q
; output
a
brk2a
brk3a
A^CASE>W "brk",I
; ---
CASE ; a star alone is no entry
 ZB * ; error Z150373186
; output
; ---
CASE ; ZCONTINUE does nothing in a program, and takes no argument
 ZC  W 1 ZCONTINUE 5 ; error Z150373706
; output
1

CASE ; LOCK + counts, LOCK - counts down, and the name that was named last is shown first
 L ^A ZSHOW "L" L +^A ZSHOW "L" L +^A(1),+B(2,"x") ZSHOW "L"
 W "--",! L -^A ZSHOW "L" L -^A ZSHOW "L" L -^A ZSHOW "L" W "none",! L  ZSHOW "L"
; output
MLG:1,MLT:0
LOCK ^A LEVEL=1
MLG:2,MLT:0
LOCK ^A LEVEL=2
MLG:4,MLT:0
LOCK B(2,"x") LEVEL=1
LOCK ^A(1) LEVEL=1
LOCK ^A LEVEL=2
--
MLG:4,MLT:0
LOCK ^A LEVEL=1
LOCK B(2,"x") LEVEL=1
LOCK ^A(1) LEVEL=1
MLG:4,MLT:0
LOCK B(2,"x") LEVEL=1
LOCK ^A(1) LEVEL=1
MLG:4,MLT:0
LOCK B(2,"x") LEVEL=1
LOCK ^A(1) LEVEL=1
none
MLG:4,MLT:0
; ---
CASE ; LOCK without a sign lets all others go first; ZALLOCATE is apart
 L (^A,^B,A(1)):5 W $T,! ZSHOW "L" W "--",! L ^C ZSHOW "L" L ^C(1):0 W $T,! ZSHOW "L"
 ZA ^Z ZSHOW "L" L  W "--",! ZSHOW "L" ZD ^Z ZSHOW "L"
; output
1
MLG:1,MLT:0
LOCK A(1) LEVEL=1
LOCK ^B LEVEL=1
LOCK ^A LEVEL=1
--
MLG:2,MLT:0
LOCK ^C LEVEL=1
1
MLG:3,MLT:0
LOCK ^C(1) LEVEL=1
MLG:4,MLT:0
ZAL ^Z
LOCK ^C(1) LEVEL=1
--
MLG:4,MLT:0
ZAL ^Z
MLG:4,MLT:0
; ---
CASE ; ZALLOCATE and LOCK of one name do not count together
 ZA ^A L +^A ZSHOW "L" L -^A ZSHOW "L" L +^A ZD ^A ZSHOW "L" ZD  ZSHOW "L"
 ZA ^A ZA ^A ZSHOW "L" ZD ^A ZSHOW "L" L ^Q ZA ^A ZSHOW "L" ZD  W "zd",! ZSHOW "L"
; output
MLG:2,MLT:0
ZAL ^A
LOCK ^A LEVEL=1
MLG:2,MLT:0
ZAL ^A
MLG:3,MLT:0
LOCK ^A LEVEL=1
MLG:3,MLT:0
LOCK ^A LEVEL=1
MLG:5,MLT:0
ZAL ^A
LOCK ^A LEVEL=1
MLG:5,MLT:0
LOCK ^A LEVEL=1
MLG:7,MLT:0
ZAL ^A
LOCK ^Q LEVEL=1
zd
MLG:7,MLT:0
LOCK ^Q LEVEL=1
; ---
CASE ; a timeout sets $TEST, nothing else does; LOCK - with a timeout makes it 1
 I 0
 L ^A W $T,! L ^A:0 W $T,!
 I 0
 L +^A:-1 W $T,!
 I 0
 L -^A:5 W $T,! L +(^A,^B):1 W $T,! ZSHOW "L"
 I 0
 L -(^A,^B):0 W $T,! ZSHOW "L"
 L +^A:"abc" W $T,! L -^NOPE W "ok",! ZSHOW "L"
 I 0
 L -^NOPE:1 W $T,!
 I 0
 L -^NOPE:-1 W $T,!
 I 0
 ZA ^A:0 W $T,! L ^A:99999999999 W $T
; output
0
1
1
1
1
MLG:4,MLT:0
LOCK ^B LEVEL=1
LOCK ^A LEVEL=2
1
MLG:4,MLT:0
LOCK ^A LEVEL=1
1
ok
MLG:5,MLT:0
LOCK ^A LEVEL=2
1
1
1
1
; ---
CASE ; ZALLOCATE takes no sign
 ZA ^A W "a",! ZA +^A ; error Z150373218
; output
a
; ---
CASE ; ZALLOCATE and ZDEALLOCATE of lists
 ZA (^A,^B):0 W $T ZSHOW "L" ZD ^A,^B ZSHOW "L" ZA ^A,^B:1 ZSHOW "L" ZD (^A,^B) ZSHOW "L"
; output
1MLG:1,MLT:0
ZAL ^B
ZAL ^A
MLG:1,MLT:0
MLG:3,MLT:0
ZAL ^B
ZAL ^A
MLG:3,MLT:0
; ---
CASE ; an indirection of LOCK holds arguments, a name, or a list with a timeout
 S X="^A(1)",Y="+^A,+^B:1",Z="(^C,^D):0" L @X ZSHOW "L" L @Y ZSHOW "L" L @Z W $T,! ZSHOW "L"
 L +@X ZSHOW "L" L -@X,-(@X,^C) ZSHOW "L"
; output
MLG:1,MLT:0
LOCK ^A(1) LEVEL=1
MLG:3,MLT:0
LOCK ^B LEVEL=1
LOCK ^A LEVEL=1
LOCK ^A(1) LEVEL=1
1
MLG:4,MLT:0
LOCK ^D LEVEL=1
LOCK ^C LEVEL=1
MLG:5,MLT:0
LOCK ^A(1) LEVEL=1
LOCK ^D LEVEL=1
LOCK ^C LEVEL=1
MLG:5,MLT:0
LOCK ^D LEVEL=1
; ---
CASE ; TROLLBACK lets go what was taken in the transaction, TCOMMIT keeps it
 L ^A TS  L +^B ZSHOW "L" L -^B ZSHOW "L" L +^C TRO  W "ro",! ZSHOW "L"
 TS ():SERIAL  L +^C TC  ZSHOW "L"
; output
MLG:2,MLT:0
LOCK ^B LEVEL=1
LOCK ^A LEVEL=1
MLG:2,MLT:0
LOCK ^A LEVEL=1
ro
MLG:3,MLT:0
LOCK ^A LEVEL=1
MLG:4,MLT:0
LOCK ^C LEVEL=1
LOCK ^A LEVEL=1
; ---
CASE ; a lock that is older than the transaction cannot be let go in it
 L ^A TS  L -^A TC ; error M41
; output
; ---
CASE ; LOCK without a sign in a transaction is an error if there is an older lock
 L ^A TS  L ^B ; error M41
; output
; ---
CASE ; LOCK without arguments in a transaction is an error if there is an older lock
 L ^A TS  L  W "x" ; error M41
; output
; ---
CASE ; a count that was taken in the transaction can be let go, and TROLLBACK to a level keeps what is below
 L ^A TS  L +^A ZSHOW "L" L -^A ZSHOW "L" L +^A,+^A TRO  ZSHOW "L"
 TS  L +^B TS  L +^D TRO -1 ZSHOW "L" TC  ZSHOW "L"
; output
MLG:2,MLT:0
LOCK ^A LEVEL=2
MLG:2,MLT:0
LOCK ^A LEVEL=1
MLG:4,MLT:0
LOCK ^A LEVEL=1
MLG:6,MLT:0
LOCK ^B LEVEL=1
LOCK ^A LEVEL=1
MLG:6,MLT:0
LOCK ^B LEVEL=1
LOCK ^A LEVEL=1
; ---
CASE ; a restart lets go what was taken since TSTART
 L ^A S N=0 TS (N) L +^B,+^A ZSHOW "L" S:$TR>1 N=5 TRE:$TR<2  W "done",! TC  ZSHOW "L"
; output
MLG:3,MLT:0
LOCK ^A LEVEL=2
LOCK ^B LEVEL=1
MLG:5,MLT:0
LOCK ^A LEVEL=2
LOCK ^B LEVEL=1
MLG:7,MLT:0
LOCK ^A LEVEL=2
LOCK ^B LEVEL=1
done
MLG:7,MLT:0
LOCK ^A LEVEL=2
LOCK ^B LEVEL=1
; ---
CASE ; ZDEALLOCATE of what was taken before the transaction
 ZA ^A TS  ZD ^A ; error M41
; output
; ---
CASE ; ZDEALLOCATE of all with one that was taken before the transaction
 ZA ^B TS  ZD ; error M41
; output
; ---
CASE ; LOCK without a sign with a ZALLOCATE before the transaction
 ZA ^B TS  L ^A W "here" ; error M41
; output
; ---
CASE ; it is the innermost TSTART that counts
 TS  L +^A TS  L -^A ZSHOW "L" ; error M41
; output
; ---
CASE ; TROLLBACK lets a ZALLOCATE go, and counts are those of the level
 L ^A TS  ZA ^B TRO  ZSHOW "L"
 L +^A,+^A,+^A TS  TS  L +^A,+^B TRO -1 ZSHOW "L" L +^C TRO  ZSHOW "L"
; output
MLG:2,MLT:0
LOCK ^A LEVEL=1
MLG:7,MLT:0
LOCK ^A LEVEL=4
MLG:8,MLT:0
LOCK ^A LEVEL=4
; ---
CASE ; within a transaction LOCK without a sign lets go what was taken in it
 TS  L ^A L ^B ZSHOW "L" L  TC  ZSHOW "L"
; output
MLG:2,MLT:0
LOCK ^B LEVEL=1
MLG:2,MLT:0
; ---
CASE ; the name of a lock does not move the naked indicator, a global in its subscripts does
 S ^A(1)=1 L ^B(2,3) W $REFERENCE,! L -^B(2,4) W $REFERENCE,! ZA ^Q(1) W $R,!
 S ^X=1 L ^A(^X) W $REFERENCE,! L +^A($O(^X(""))) ZSHOW "L"
; output
^A(1)
^A(1)
^A(1)
^X
MLG:4,MLT:0
LOCK ^A("") LEVEL=1
LOCK ^A(1) LEVEL=1
ZAL ^Q(1)
; ---
CASE ; LOCK knows no naked reference
 L ^A(1) W "a",! L +^(7) ; error Z150373218
; output
a
; ---
CASE ; LOCK knows no naked reference in a list
 L ^A(1) W "a",! L (^A,^(7)) ; error Z150373218
; output
a
; ---
CASE ; a subscript of a lock is canonic as any other; names of locals and globals differ
 L ^A,+B
 L A(1,2,"a""b",-.5,"01") ZSHOW "L" L +%,+^%(1) ZSHOW "L"
 L +A,A ZSHOW "L"
 L +(A,B),-(A) ZSHOW "L"
 L ^A(1E3,"1E3",1.50,-0,"") ZSHOW "L"
 L ^A1234567890123456789012345678901234567890 ZSHOW "L"
; output
MLG:3,MLT:0
LOCK A(1,2,"a""b",-.5,"01") LEVEL=1
MLG:5,MLT:0
LOCK ^%(1) LEVEL=1
LOCK % LEVEL=1
LOCK A(1,2,"a""b",-.5,"01") LEVEL=1
MLG:7,MLT:0
LOCK A LEVEL=1
MLG:8,MLT:0
LOCK A LEVEL=1
LOCK B LEVEL=1
MLG:9,MLT:0
LOCK ^A(1000,"1E3",1.5,0,"") LEVEL=1
MLG:10,MLT:0
LOCK ^A123456789012345678901234567890 LEVEL=1
; ---
CASE ; an undefined subscript
 L A(X) ; error M6
; output
; ---
CASE ; a list that names a node twice counts it twice only if it was held
 L (^A,^A) ZSHOW "L" L +(^A,^A) ZSHOW "L" L +(^A,^A(1)),-(^A,^A) ZSHOW "L"
; output
MLG:1,MLT:0
LOCK ^A LEVEL=1
MLG:2,MLT:0
LOCK ^A LEVEL=3
MLG:3,MLT:0
LOCK ^A LEVEL=2
LOCK ^A(1) LEVEL=1
; ---
CASE ; too many subscripts
 L ^A(1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32) ; error Z150373282
; output
; ---
CASE ; ancestors and descendants that the job itself holds are in nobody's way
 L ^A L +^A(1):0 W $T L +^A(1,2):0 W $T L -^A L +^A:0 W $T,! ZSHOW "L"
; output
111
MLG:4,MLT:0
LOCK ^A LEVEL=1
LOCK ^A(1,2) LEVEL=1
LOCK ^A(1) LEVEL=1
; ---
CASE ; a postconditional
 L:0 ^A L:1 +^B ZSHOW "L" ZA:0 ^C ZD:0 ^B L:0  ZSHOW "L"
; output
MLG:1,MLT:0
LOCK ^B LEVEL=1
MLG:1,MLT:0
LOCK ^B LEVEL=1

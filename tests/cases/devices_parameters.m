; CHSET, ICHSET and OCHSET say how characters are bytes, and M is as they are.
 O "f":(NEWVERSION:CHSET="M") U "f" W $C(200) C "f" O "f":(READONLY:ICHSET="M":OCHSET="M") U "f" R A#1 U 0 W $A(A) C "f"
; output
200
; ---
; OCHSET of UTF-16 in a database of characters.
; charset utf-8
 O "f":(NEWVERSION:OCHSET="UTF-16BE") U "f" W "AB" C "f" O "f":(READONLY:ICHSET="M") U "f" R A U 0 W $ZL(A) C "f"
; output
5
; ---
; CLEARSCREEN, ERASELINE, UPSCROLL and DOWNSCROLL mean nothing on a pipe.
 U $P:(CLEARSCREEN:ERASELINE:UPSCROLL:DOWNSCROLL) W "on"
; output
on
; ---
; ECHO, NOECHO, EDITING, NOEDITING, PASTHRU and ESCAPE mean nothing on a pipe.
 U $P:(NOECHO:EDITING:PASTHRU:ESCAPE) W "a" U $P:(ECHO:NOEDITING:NOPASTHRU:NOESCAPE) R A W A
; input
line

; output
aline
; ---
; CENABLE, NOCENABLE, CTRAP, CONVERT and NOCONVERT mean nothing on a pipe.
 U $P:(NOCENABLE:CTRAP=$C(3):CONVERT) W "a" U $P:(CENABLE:NOCONVERT) W "b"
; output
ab
; ---
; TERMINATOR and NOTERMINATOR mean nothing on a pipe.
 U $P:TERMINATOR=$C(65) R A W A U $P:NOTERMINATOR R B W B
; input
xAy
z

; output
xAyz
; ---
; FILTER and NOFILTER mean nothing on a pipe, and FLUSH empties nothing.
 U $P:(FILTER="CHARACTERS":FLUSH) W "a" U $P:NOFILTER R A W A
; input
line

; output
aline
; ---
; TYPEAHEAD, TTSYNC, HOSTSYNC, READSYNC and their opposites are taken.
 U $P:(TYPEAHEAD:TTSYNC:HOSTSYNC:READSYNC) U $P:(NOTYPEAHEAD:NOTTSYNC:NOHOSTSYNC:NOREADSYNC) W "on"
; output
on
; ---
; INSERT and NOINSERT are taken.
 U $P:INSERT U $P:NOINSERT W "on"
; output
on
; ---
; WRAP breaks lines at WIDTH, NOWRAP does not.
 U $P:(WIDTH=5:WRAP) W "abcdefgh",! U $P:(NOWRAP) W "abcdefgh",!
; output
abcde
fgh
abcdefgh
; ---
; EMPTERM and NOEMPTERM are taken.
 U $P:(EMPTERM) U $P:(NOEMPTERM) W "on"
; output
on
; ---
; FFLF writes a line feed behind a form feed in a file.
 O "f":(NEWVERSION:FFLF) U "f" W "a",#,"b" C "f" O "f":(READONLY:FIXED:RECORDSIZE=9) U "f" R A#9 U 0 F I=1:1:$L(A) W $A(A,I)," "
 C "f"
; output
97 10 12 10 98 10 
; ---
; NOFOLLOW ends what FOLLOW began: the end of a file is its end.
 O "f":NEWVERSION U "f" W "x",! C "f" O "f":(READONLY:FOLLOW) U "f" R A U "f":NOFOLLOW R B S C=$ZEOF U 0 W A,C C "f"
; output
x1
; ---
; ALLOCATION, BLOCKSIZE, CONTIGUOUS, EXTENSION, SPACE, LABEL and SHARED mean nothing.
 O "f":(NEWVERSION:ALLOCATION=5:BLOCKSIZE=512:CONTIGUOUS:EXTENSION=3:SHARED) U "f" W "x" C "f":SPACE=1 W "on"
; output
on
; ---
; BIGRECORD is taken.
 O "f":(NEWVERSION:BIGRECORD) U "f" W "x" C "f" W "on"
; output
on
; ---
; SEEK moves to a byte, INSEEK and OUTSEEK are taken.
 O "f":NEWVERSION U "f" W "abcdef" C "f" O "f":(READONLY:SEEK=2) U "f" R A#2 U 0 W A C "f"
; output
cd
; ---
; INREWIND and OUTREWIND are taken.
 O "f":NEWVERSION U "f" W "abc",! U "f":INREWIND U "f":OUTREWIND C "f" W "on"
; output
on
; ---
; REPLACE renames like RENAME, and overwrites.
 O "a":NEWVERSION U "a" W "A" C "a" O "b":NEWVERSION U "b" W "B" C "b":REPLACE="a" O "a":READONLY U "a" R X U 0 W X C "a"
; output
B
; ---
; OWNER, GROUP, WORLD and SYSTEM are protections of a new file.
 O "f":(NEWVERSION:OWNER="RW":GROUP="R":WORLD="":SYSTEM="RW") C "f" O "p":(COMMAND="stat -c %a f":READONLY)::"PIPE" U "p" R A U 0 W A C "p"
; output
640
; ---
; DESTROY and NODESTROY of CLOSE are taken.
 O "f":NEWVERSION C "f":NODESTROY O "f":APPEND C "f":DESTROY W "on"
; output
on
; ---
; UIC and URGENT are taken.
 O "f":NEWVERSION U "f":URGENT C "f":UIC="1,1" W "on"
; output
on
; ---
; KEY needs encryption, which is not built.
; gtm differs: it encrypts
 S $ET="U 0 W $P($ZS,"","",3) S $EC="""" Q" O "f":(NEWVERSION:KEY="name")
; output
%BUMPS-W-UNBUILT
; ---
; INDEPENDENT, PARSE and SHELL of a PIPE.
 O "p":(COMMAND="echo $0":SHELL="/bin/sh":PARSE:INDEPENDENT:READONLY)::"PIPE" U "p" R A U 0 W A["sh" C "p"
; output
1
; ---
; HOSTSYNC and LENGTH of a file.
 O "f":NEWVERSION U "f":LENGTH=3 W !,!,!,$Y S A=$Y U 0 W A C "f"
; output
0
; ---
; Parameters may be small letters, and cut to four.
 O "f":(newv:reco=80) U "f" W "x" C "f":dele W "on"
; output
on
; ---
; A parameter may be given twice: the last one counts.
 O "f":(NEWVERSION:RECORDSIZE=5:RECORDSIZE=80) U "f" W "abcdefgh" C "f" O "f":READONLY U "f" R A U 0 W A C "f"
; output
abcdefgh
; ---
; An empty list of parameters is none.
 O "f":() C "f":() W "on" ; error Z150372642
; output
; ---
; A parameter that takes no value does not compile with one.
 O "f":NEWVERSION=1 ; error Z150373706
; output
; ---
; A parameter of USE in OPEN does not compile.
 O "f":ECHO ; error Z150372586
; output
; ---
; A parameter of OPEN in USE does not compile.
 U $P:NEWVERSION ; error Z150372586
; output
; ---
; A parameter of CLOSE is evaluated before the device is closed.
 O "f":NEWVERSION C "f":RENAME="g"_1 O "g1":READONLY:0 W $T C "g1"
; output
1
; ---
; A timeout of OPEN that succeeds sets $TEST to 1.
 I 0 O "f":NEWVERSION:0 W $T C "f"
; output
; ---
; OPEN without a timeout leaves $TEST.
 I 0 O "f":NEWVERSION W $T C "f"
; output
; ---
; The sockets' ZDELAY, ZNODELAY, ZFF, ZNOFF, ZBFSIZE, ZIBFSIZE and MOREREADTIME are taken.
 O "s":(LISTEN="0:TCP":ATTACH="L"):5:"SOCKET" U "s":(ZDELAY) U "s":(ZNODELAY:ZFF="x") U "s":(ZNOFF) U "s":(MOREREADTIME=5) U 0 W "on" C "s"
; output
on
; ---
; NODELIMITER takes the delimiters of a socket away.
 O "s":(LISTEN="0:TCP":ATTACH="L":DELIMITER="|"):5:"SOCKET" U "s":NODELIMITER U 0 W "on" C "s"
; output
on
; ---
; WAIT and NOWAIT are taken.
 U $P:WAIT U $P:NOWAIT W "on"
; output
on
; ---
; ZLISTEN is not known as a verb of its own.
 O "s":(ZLISTEN="0:TCP":ATTACH="L"):5:"SOCKET" W "on" C "s"
; output
on

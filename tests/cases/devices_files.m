; A file is written, and read again line by line; its end is "" and $ZEOF.
 S F="a.txt" O F:NEWVERSION U F W "abc",!,"de",$X,$Y,! C F O F:READONLY U F R X,Y,Z S D=$D,E=$ZEOF,A=$ZA,B=$ZB,K=$KEY U 0 ZWR
; output
A=9
B=""
D="1,Device detected EOF"
E=1
F="a.txt"
K=""
X="abc"
Y="de21"
Z=""
; ---
; A line that was begun is ended by CLOSE; WRITE forgets the end of the file.
 S F="a.txt" O F:NEWVERSION U F W "abc" C F O F U F R X S E=$ZEOF U 0 W X,E U F R Y U 0 ZWR X,Y W $ZEOF,!
 U F W $ZEOF,$D C F O F U F R A,B,C U 0 W A,"/",B,"/",C,!
; output
abc0X="abc"
Y=""
0
abc/10/
; ---
; One more READ behind the end of a file is IOEOF.
 S F="a.txt" O F:NEWVERSION U F W "abc" C F O F U F R X,Y
 R Z ; error Z150373082
 U 0 W "after"
; output
; ---
; WRITE at the beginning overwrites what is there, and nothing else.
 S F="a.txt" O F:NEWVERSION U F W "one",!,"two",!,"three",! C F O F U F W "XX",! C F D SHOW Q
SHOW O F:READONLY U F F  R X Q:$ZEOF  U 0 W "[",X,"]" U F
 C F Q
; output
[XX][][two][three]
; ---
; APPEND begins at the end.
 S F="a.txt" O F:NEWVERSION U F W "one",!,"two",! C F O F:APPEND U F W "XX",! C F D SHOW Q
SHOW O F:READONLY U F F  R X Q:$ZEOF  U 0 W "[",X,"]" U F
 C F Q
; output
[one][two][XX]
; ---
; A WRITE behind a READ begins where the READ ended.
 S F="a.txt" O F:NEWVERSION U F W "one",!,"two",!,"three",! C F O F U F R X W "XX",! C F D SHOW Q
SHOW O F:READONLY U F F  R X Q:$ZEOF  U 0 W "[",X,"]" U F
 C F Q
; output
[one][XX][][three]
; ---
; A WRITE behind a part of a line, and a READ behind that.
 S F="a.txt" O F:NEWVERSION U F W "0123456789",!,"abc",! C F O F U F R X#4 W "XY" R Z U 0 ZWR  C F D SHOW Q
SHOW O F:READONLY U F F  R X Q:$ZEOF  U 0 W "[",X,"]" U F
 C F Q
; output
F="a.txt"
X="0123"
Z=789
[0123XY][789][abc]
; ---
; REWIND, and REWIND with TRUNCATE.
 S F="a.txt" O F:NEWVERSION U F W "one",!,"two",!,"three",! U F:REWIND R X U F:REWIND W "XX" C F D SHOW
 O F U F W "ab",!,"cd",! U F:(REWIND:TRUNCATE) W "Q" C F D SHOW Q
SHOW O F:READONLY U F F  R X Q:$ZEOF  U 0 W "[",X,"]" U F
 C F Q
; output
[XX][][two][three][Q]
; ---
; TRUNCATE cuts at the position.
 S F="a.txt" O F:NEWVERSION U F W "one",!,"two",!,"three",! C F O F U F R X U F:TRUNCATE C F D SHOW
 O F:TRUNCATE C F D SHOW W "empty" Q
SHOW O F:READONLY U F F  R X Q:$ZEOF  U 0 W "[",X,"]" U F
 C F Q
; output
[one]empty
; ---
; Records of a fixed size have no line ends, and are filled with spaces.
 S F="a.txt" O F:(NEWVERSION:FIXED:RECORDSIZE=5) U F W "one",!,"two",$X,$Y,!,"threefour",! W $X,$Y C F O F:(FIXED:RECORDSIZE=5) U F R X,Y,Z S A=$X,B=$Y R Q,R S E=$ZEOF U 0 ZWR
 C F O F U F R X U 0 W "[",X,"]"
; output
A=0
B=3
E=0
F="a.txt"
Q="four "
R="04   "
X="one  "
Y="two31"
Z="three"
[one  two31threefour 04   ]
; ---
; Parts of a fixed record.
 S F="a.txt" O F:(FIXED:RECORDSIZE=4:NEWVERSION) U F W "aaaabbbbcc",! C F O F:(FIXED:RECORDSIZE=4) U F R X#3,Y,*Z,Q S E=$ZEOF,XX=$X,YY=$Y U 0 ZWR
; output
E=0
F="a.txt"
Q="bbb"
X="aaa"
XX=0
Y="a"
YY=2
Z=98
; ---
; A fixed record is overwritten in its place.
 S F="a.txt" O F:(FIXED:RECORDSIZE=4:NEWVERSION) U F W "aaaabbbbcc",! C F O F:(FIXED:RECORDSIZE=4) U F R X W "zz",! R Y U 0 ZWR  C F O F U F R X U 0 W "[",X,"]"
; output
F="a.txt"
X="aaaa"
Y="cc  "
[aaaazz  cc  ]
; ---
; A line longer than RECORDSIZE wraps, and a READ takes no more than RECORDSIZE.
 S F="a.txt" O F:(NEWVERSION:RECORDSIZE=5) U F W "one",!,"two",$X,$Y,!,"threefour",! W $X,$Y C F O F:(RECORDSIZE=5) U F R X,Y,Z S E=$ZEOF U 0 ZWR
 D SHOW Q
SHOW C F O F:READONLY U F F  R X Q:$ZEOF  U 0 W "[",X,"]" U F
 C F Q
; output
E=0
F="a.txt"
X="one"
Y="two31"
Z=""
[one][two31][three][four][04]
; ---
; With NOWRAP the rest of the line is lost; a STREAM keeps it.
 S F="a.txt" O F:(NEWVERSION:RECORDSIZE=5:NOWRAP) U F W "one",!,"two",$X,$Y,!,"threefour",! W $X,$Y D SHOW
 O F:(NEWVERSION:STREAM:NOWRAP:RECORDSIZE=5) U F W "one",!,"two",$X,$Y,!,"threefour",! W $X,$Y D SHOW
 O F:(NEWVERSION:STREAM:RECORDSIZE=5) U F W "one",!,"two",$X,$Y,!,"threefour",! W $X,$Y D SHOW Q
SHOW C F O F:READONLY U F F  R X Q:$ZEOF  U 0 W "[",X,"]" U F
 C F U 0 W ! Q
; output
[one][two31][three][03]
[one][two31][threefour][03]
[one][two31][three][four][04]
; ---
; WIDTH is the same as RECORDSIZE, in USE.
 S F="a.txt" O F:NEWVERSION U F:WIDTH=5 W "one",!,"threefour",! W $X,$Y D SHOW
 O F:(NEWVERSION) U F:(WIDTH=5:NOWRAP) W "one",!,"threefour",! W $X,$Y D SHOW
 O F:(NEWVERSION:RECORDSIZE=10) U F:NOWRAP W $J("a",25),$X,! U F:WRAP W $J("a",25),! D SHOW
 O F:(NEWVERSION:VARIABLE:RECORDSIZE=10) U F:WIDTH=20 W $J("a",25),! D SHOW Q
SHOW C F O F:READONLY U F F  R X Q:$ZEOF  U 0 W "[",X,"]" U F
 C F U 0 W ! Q
; output
[one][three][four][03]
[one][three][02]
[          ][          ][          ][    a]
[                    ][    a]
; ---
; A READ without a length takes 32767 characters at most, and the rest with the next one.
 S F="f" O F:(NEWVERSION:STREAM:NOWRAP) U F W $J("a",40000),! C F O F:(STREAM:NOWRAP) U F R X,Y S L=$L(X),M=$L(Y) U 0 W L," ",M,!
 C F O F:(NEWVERSION:RECORDSIZE=1000000) U F W $J("a",40000),! C F O F:RECORDSIZE=1000000 U F R X,Y S L=$L(X),M=$L(Y) U 0 W L," ",M,!
 C F O F:NEWVERSION U F W $J("",40000) S X=$X,Y=$Y C F W X," ",Y
; output
32767 7233
40000 0
7233 1
; ---
; RECORDSIZE and WIDTH have bounds.
 O "a":(NEWVERSION:RECORDSIZE=0) ; error M72
; output
; ---
; RECORDSIZE may be too big.
 O "a":(NEWVERSION:RECORDSIZE=2000000) ; error M72
; output
; ---
; A file that is not there cannot be read.
 O "nofile":READONLY ; error Z2
; output
; ---
; A timeout does not make a file that is not there a matter of $TEST.
 O "nofile":READONLY:0 W $T ; error Z2
; output
; ---
; A folder that is not there.
 O "/nodir/x":NEWVERSION ; error Z2
; output
; ---
; A folder is no file.
 O "." ; error Z150382866
; output
; ---
; A folder is no file, to read it, either.
 O ".":READONLY ; error Z150382866
; output
; ---
; READONLY refuses a WRITE.
 S F="a.txt" O F:NEWVERSION U F W "abc",! C F O F:READONLY U F
 W "x" ; error M62
; output
; ---
; READONLY refuses a line end, too.
 S F="a.txt" O F:NEWVERSION C F O F:READONLY U F
 W ! ; error M62
; output
; ---
; WRITEONLY refuses a READ.
 O "a":(NEWVERSION:WRITEONLY) U "a" W "x"
 R Y ; error Z150382042
; output
; ---
; CLOSE with DELETE and RENAME.
 S F="a.txt" O F:NEWVERSION U F W "abc",! C F:DELETE O F:NEWVERSION U F W "new",! C F:RENAME="b.txt" O "b.txt":READONLY U "b.txt" R X U 0 W X
 O F:READONLY ; error Z2
; output
new
; ---
; RENAME does not overwrite, and what failed to close is still open.
 O "f":NEWVERSION,"g":NEWVERSION U "g" W "g",! C "g"
 S $ET="U 0 W $ZS,! S $EC="""" Q" D A U "f" W "open",! C "f" O "f" U "f" R X U 0 W X Q
A C "f":RENAME="g" Q
; output
17,A^CASE,%SYSTEM-E-ENO17, File exists
open
; ---
; RENAME into a folder that is not there.
 O "f":NEWVERSION
 C "f":RENAME="/nodir/x" ; error Z2
; output
; ---
; DELETE of what a DELETE has removed.
 O "f":NEWVERSION C "f":(DELETE:RENAME="g") ; error Z2
; output
; ---
; CLOSE makes the principal device current; USE of what was closed is an error.
 S F="a.txt" O F:NEWVERSION U F S I=$IO,Z=$ZIO,P=$P,K=$K,D=$D W "abc" C F W $IO ZWR
 U F ; error Z150373090
; output
0D=""
F="a.txt"
I="a.txt"
K=""
P=0
Z="a.txt"
; ---
; CLOSE of what is not open does nothing.
 C "nothing" C "nothing":DELETE W "ok"
; output
ok
; ---
; OPEN of an open file changes nothing but its parameters.
 S F="a" O F:NEWVERSION U F W "abc" O F:NEWVERSION U F W "d" C F O F U F R X U 0 W X,!
 C F O F:NEWVERSION O F:APPEND U F W "x",! O F:REWIND U F R X U 0 W X
; output
abcd
x
; ---
; Two files at a time.
 O "a":NEWVERSION,"b":NEWVERSION U "a" W 1 U "b" W 2 U "a" W 3 C "a","b" O "a","b" U "a" R X U "b" R Y U 0 W X," ",Y
; output
13 2
; ---
; READ of characters, of so many, and of the rest.
 S F="a.txt" O F:NEWVERSION U F W "abc",!,"def",! C F O F U F R *A,*B,X,Y#2,Z#5 R *C S E=$ZEOF U 0 ZWR
; output
A=97
B=98
C=-1
E=1
F="a.txt"
X="c"
Y="de"
Z="f"
; ---
; READ of exactly the characters of a line leaves its end.
 S F="a.txt" O F:NEWVERSION U F W "abc",!,"def" C F O F U F R X#3 S XX=$X R Y,Z:0 S T=$T R Q:5 S T2=$T,E=$ZEOF U 0 ZWR
; output
E=1
F="a.txt"
Q=""
T=1
T2=1
X="abc"
XX=3
Y=""
Z="def"
; ---
; The line feed is a character; $X and $Y move with a READ.
 O "f":NEWVERSION U "f" W "ab",!,"cd",! C "f" O "f" U "f" R *A,*B,*C,*D S X=$X,Y=$Y,Z=$ZA,ZB=$ZB U 0 ZWR
; output
A=97
B=98
C=10
D=99
X=1
Y=1
Z=0
ZB=""
; ---
; $Y counts the lines that are read; REWIND begins again.
 O "f":NEWVERSION U "f" W "ab",!,"cd",! C "f" O "f" U "f" R X S Y1=$Y R Y S Y2=$Y R Z S Y3=$Y U "f":REWIND S Y4=$Y,X4=$X U 0 ZWR
; output
X="ab"
X4=0
Y="cd"
Y1=1
Y2=2
Y3=3
Y4=0
Z=""
; ---
; $DEVICE, $ZA and $ZEOF through the life of a file.
 O "f":NEWVERSION U "f" S D=$D,A=$ZA,E=$ZEOF W "ab",! S D1=$D U "f":REWIND S D2=$D,E2=$ZEOF R X S D3=$D,E3=$ZEOF R Y S D4=$D,E4=$ZEOF,A4=$ZA,X4=$X,Y4=$Y W "q" S D5=$D,E5=$ZEOF,A5=$ZA U 0 ZWR
; output
A=0
A4=9
A5=0
D=""
D1=0
D2=0
D3=0
D4="1,Device detected EOF"
D5=0
E=0
E2=0
E3=0
E4=1
E5=0
X="ab"
X4=0
Y=""
Y4=2
; ---
; After REWIND $ZEOF is 0, and $DEVICE still tells of the end.
 O "f":NEWVERSION U "f" W "ab",! C "f" O "f" U "f" R X,Y U "f":REWIND S E=$ZEOF,D=$D R Z U 0 ZWR
; output
D="1,Device detected EOF"
E=0
X="ab"
Y=""
Z="ab"
; ---
; An empty file is at its end.
 O "a":NEWVERSION U "a" R X S E=$ZEOF U 0 ZWR
; output
E=1
X=""
; ---
; Formats in a file: *n, ?n, # with a line end of its own.
 S F="a.txt" O F:NEWVERSION U F W *65,*10,*66,?5,"x",#,"y",$X,$Y,! C F O F U F F  R X Q:$ZEOF  U 0 ZWR X U F
; output
X="A"
X="B  x"
X=$C(12)
X="y10"
; ---
; NOFFLF: # without a line end.
 S F="f" O F:(NEWVERSION:NOFFLF) U F W "ab",#,"c",#,#,!,"d" C F O F U F F  R X Q:$ZEOF  U 0 ZWR X U F
; output
X="ab"
X=$C(12)_"c"
X=$C(12,12)
X="d"
; ---
; # in records of a fixed size.
 O "f":(NEWVERSION:FIXED:RECORDSIZE=4) U "f" W "ab",#,"c",#,#,!,"d" C "f" O "f" U "f" R X U 0 ZWR X
; output
X="ab  "_$C(12)_"   c   "_$C(12)_"   "_$C(12)_"       d   "
; ---
; Control characters count in $X; ! and *10 are not the same.
 S F="a" O F:NEWVERSION U F W "a",$C(8),"b",$X,$C(13),$X,$C(10),$X,$Y,$C(9),$X,$C(0),$X,$C(200),$X,$C(27),$X,*8,$X,*65,$X,*10,$X,$Y C F O F U F F  R X Q:$ZEOF  U 0 ZWR X U F
; output
X="a"_$C(8)_"b3"_$C(13)_"5"
X="70"_$C(9)_"10"_$C(0)_"13È16"_$C(27)_"19"_$C(8)_"22A25"
X=280
; ---
; Bytes come back as they were written.
 S F="a",X="" F I=0:1:255 S X=X_$C(I)
 O F:(NEWVERSION:STREAM) U F W X,! C F O F U F R Y,Z U 0 W Y_$C(10)_Z=X
; output
1
; ---
; SEEK: from the beginning, and from where it is.
 S F="a" O F:NEWVERSION U F W "1",!,"2",!,"3",!,"4",! C F O F:READONLY U F:SEEK="2" R X U F:SEEK="+2" R Y U F:SEEK="-4" R Z U 0 ZWR X,Y,Z
; output
X=2
Y=4
Z=3
; ---
; SEEK past the end is the end; WRITE at a position.
 S F="f" O F:(NEWVERSION) U F W "abcdef",! U F:SEEK=2 W "X" U F:SEEK=100 W "Y" C F O F U F R X,Y U 0 W X," ",Y
; output
abXdef Y
; ---
; SEEK of what is no number.
 O "f":(NEWVERSION) U "f" W "abc",! U "f":(SEEK="x") ; error Z150378850
; output
; ---
; SEEK in fixed records counts records.
 S F="f" O F:(NEWVERSION:FIXED:RECORDSIZE=2) U F W "aabbccdd",! C F O F:(FIXED:RECORDSIZE=2) U F:SEEK=2 R X U F:SEEK="-2" R Y U 0 W X,Y
; output
ccbb
; ---
; FOLLOW waits for what is not there yet.
 O "a":NEWVERSION U "a" W "abc" C "a" O "a":(READONLY:FOLLOW) U "a" R X:0.1 S T=$T,D=$D,E=$ZEOF R Y#1:0 S T2=$T U 0 ZWR
; output
D=0
E=0
T=1
T2=0
X="abc"
Y=""
; ---
; $X and $Y belong to the device; SET changes those of the current one.
 O "f":NEWVERSION S $X=7 U "f" W $X,! S $X=3,$Y=9 W $X,$Y,?8,"z" U 0 W $X C "f" O "f" U "f" R A,B U 0 W " ",A,"/",B
; output
7 0/39   z
; ---
; The parameters X and Y mean nothing on a pipe or a file.
 U 0:X=5 W $X,! U 0:Y=70 W $Y,! O "a":NEWVERSION U "a":(X=5:Y=7) S X=$X,Y=$Y U 0 W X,Y
; output
0
1
00
; ---
; LENGTH is where $Y begins again; 0 is nowhere.
 U 0:LENGTH=3 F I=1:1:5 W $Y,!
 U 0:LENGTH=0 F I=1:1:70 W !
 W $Y
; output
0
1
2
0
1






































































72
; ---
; $Y begins again after 66 lines.
 F I=1:1:70 W !
 W $Y
; output






































































4
; ---
; LENGTH is not negative.
 U 0:LENGTH=-1 ; error Z150372658
; output
; ---
; WIDTH of the principal device makes it wrap; NOWRAP ends that.
 S $X=5,$Y=3 W "ab",$X,$Y,! U 0:WIDTH=10 W "0123456789abcdef",$X,"|",$Y,!
 U 0:(WIDTH=10:NOWRAP) W "0123456789abcdef",$X,"|",$Y,!
 U 0:(WIDTH=0) W "never" ; error M72
; output
ab73
0123456789
abcdef6|5
0123456789abcdef16|6
; ---
; A line that is exactly full wraps with the next character.
 U 0:WIDTH=5 W "abcde",! W "abcdef",!,"abcdefghijklm",! W "abcde",*65,*66 W $X,$Y
; output
abcde
abcde
f
abcde
fghij
klm
abcde
AB27
; ---
; WIDTH is not negative.
 U 0:WIDTH=-1 ; error M72
; output
; ---
; Names with spaces and NULs, numbers, and nothing are names of devices.
 F I="f","f ",5,"" O I:NEWVERSION U I S X=$IO U 0 W X,! C I
; output
f
f 
5
0
; ---
; EXCEPTION with GOTO ends a loop over a file.
 S F="a.txt" O F:NEWVERSION U F W "abc",! C F
 O F:(READONLY:EXCEPTION="S E=$ZS G EOF") U F F  R X U 0 W X,! U F
 W "no"
EOF U 0 W "eof ",E,!,$EC
; output
abc
eof 150373082,+3^CASE,%GTM-E-IOEOF, Attempt to read past an end-of-file
,Z150373082,
; ---
; EXCEPTION has precedence over $ETRAP, in the frame of the error; REWIND reads again.
 O "f":NEWVERSION U "f" W "abc",! C "f" O "f":(READONLY:EXCEPTION="G EOF")
 N $ET S $ET="U 0 W ""ET"" S $EC="""" Q" D A U 0 W "back" Q
A U "f" F  R X S Y=$G(Y)+1
EOF U 0 W "EOF",Y,$EC,$ST,$ZEOF,!
 U "f":REWIND R X U 0 W X,$ZEOF,!
 Q
; output
EOF1,Z150373082,10
abc0
back
; ---
; Behind an EXCEPTION without GOTO the line begins again.
 O "f":NEWVERSION U "f" W "abc",! C "f" O "f":(READONLY)
 U "f":EXCEPTION="U 0 W ""first"",! U ""f"":EXCEPTION=""U 0 W """"second"""" ZG 1:E"""
 F  R X
E W "E",! Q
; output
first
secondE
; ---
; A QUIT in an EXCEPTION ends the frame.
 S N=0 D A W "back",$EC Q
A O "nofile":(READONLY:EXCEPTION="S N=N+1 W ""exc "",N,! Q")
 W "next",! Q
; output
exc 1
back,Z2,
; ---
; Behind $ZTRAP without GOTO the line begins again.
 S $ZT="W ""ZT "",!" D A W "back" Q
A S N=$G(N)+1 W N,! I N<3 W 1/0
 W "next",! Q
; output
1
ZT 
2
ZT 
3
next
back
; ---
; A QUIT in $ZTRAP ends the frame.
 S $ZT="W ""ZT "",! Q" D A W "back" Q
A S N=$G(N)+1 W N,! I N<3 W 1/0
 W "next",! Q
; output
1
ZT 
back
; ---
; $ETRAP gets the error of a device without EXCEPTION.
 S $ET="U 0 W $ZS,!,$EC,! S $EC="""" Q" D A W "on" Q
A O "nofile":READONLY Q
; output
2,A^CASE,%SYSTEM-E-ENO2, No such file or directory
,Z2,
on
; ---
; EXCEPTION of the principal device gets the end of its input.
 U 0:EXCEPTION="W ""exc "",$ZS,$ZEOF,! H" R X W X R X W X R X W X
; input
abc

; output
abcexc 150373082,+2^CASE,%GTM-E-IOEOF, Attempt to read past an end-of-file1
; ---
; $DEVICE, $KEY and $ZB of the principal device.
 W $D,"|",$K,"|",$ZK,"|",$ZA,"|",$ZB,"|",$IO,"|",$P,"|",$ZIO,! R X W $D,"|",$K,"|",$ZA,"|",$ZB,! R X W $D,"|",$ZA,$ZEOF
; input
abc

; output
|||0||0|0|0
0|
|0|

0|00
; ---
; Parameters of a terminal mean nothing on a pipe.
 U 0:CTRAP=$C(3) W 1 U 0:TERMINATOR=$C(13) W 2 U 0:(NOECHO:ESCAPE:CENABLE:PASTHRU:FILTER="CHARACTERS":CONVERT) W "abc" R X W X
; input
abc

; output
12abcabc
; ---
; OPEN of the principal device takes parameters, and CLOSE does nothing.
 O 0 W "x" O $P:EXCEPTION="W 5":1 W $T C 0 W "x" C $P W "y"
; output
x1xy
; ---
; A file that is open at the end has its last line ended.
 O "f":NEWVERSION U "f" W 1 HALT
; output
; ---
; /dev/null takes everything and gives nothing.
 O "/dev/null" U "/dev/null" W "x",!,"yy" S A=$X,B=$Y R X S E=$ZEOF U 0 ZWR
 U "/dev/null"
 R Z ; error Z150373082
; output
A=2
B=1
E=1
X=""
; ---
; A device without an end.
 O "/dev/zero":READONLY U "/dev/zero" R X#3,*Y U 0 ZWR
; output
X=$C(0,0,0)
Y=0
; ---
; A mnemonic space that there is not.
 O "p":(COMMAND="cat")::"FOO" ; error M35
; output
; ---
; A parameter that there is not.
 W 1
 O "a":(NEWVERSION:FOO) ; error Z150372642
; output
1
; ---
; A parameter of another command.
 O "a":X=5 ; error Z150372586
; output
; ---
; Parameters of other systems are taken and mean nothing.
 O "a":(NEWVERSION:TRUNCATE:REWIND:SHARED:BIGRECORD:BLOCKSIZE=4:ALLOCATION=5:EXTENSION=1:CONTIGUOUS:NOREADONLY:UIC="1,1") C "a" W "ok"
; output
ok
; ---
; A timeout of OPEN sets $TEST; a negative one is 0.
 O "a":NEWVERSION:0 W $T O "b":NEWVERSION:-1 W $T O "c":NEWVERSION:"x" W $T I 0 O "d":NEWVERSION W $T
; output
111
; ---
; Indirection of device arguments.
 S A="""f"":NEWVERSION",B="""f""" O @A U @B W "abc",! C @B S N="f" O @"N" U N R X U 0 W X
; output
abc
; ---
; Permissions of a new file.
 O "f":(NEWVERSION:WORLD="RW":OWNER="RWX":GROUP="R") C "f" W "ok"
 O "g":(NEWVERSION:WORLD="Q") ; error Z150372610
; output
ok
; ---
; A mnemonic on a file does nothing.
 O "a":NEWVERSION U "a" W "abc",/FOO,/EOF,! C "a" O "a" U "a" R X U 0 W X,/CUP(1,2),/FOO
; output
abc
; ---
; $KEY and $ZB are the terminator of a READ.
 O "f":NEWVERSION U "f" W "ab",!,"cd",!,"efg" C "f" O "f" U "f" R X S K=$K,B=$ZB R *Y S K2=$K,B2=$ZB R Z#1 S K3=$K,B3=$ZB R Q S K4=$K,B4=$ZB R V S K5=$K U 0 ZWR
; output
B=$C(10)
B2=""
B3=""
B4=$C(10)
K=$C(10)
K2=""
K3=""
K4=$C(10)
K5=$C(10)
Q=""
V="efg"
X="ab"
Y=99
Z="d"
; ---
; READ at the end of a file with EXCEPTION sets the variable, and is an error at once.
 S X="before" O "f":NEWVERSION C "f" O "f":(EXCEPTION="G E") U "f" R X
E S Z=$ZEOF U 0 ZWR
; output
X=""
Z=1
; ---
; ZGOTO in a trap goes to a line of the frame that failed.
 S $ET="ZG "_$ZL_":E" S N=1 W 1/0
E W "E",$EC,$ST,! S $EC=""
 D A W "end" Q
A S $ET="S $EC="""" ZG "_$ZL_":B" W 1/0
 W "never"
B W "B",$ST,!
 Q
; output
E,M9,Z150373210,0
B1
end
; ---
; $Y of a page begins again when it is set past it.
 S $Y=65 W "abc",!,$Y S $Y=70 W $Y,!,$Y
; output
abc
070
5

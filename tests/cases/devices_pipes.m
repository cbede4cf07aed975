; A PIPE writes to a command and reads from it; /EOF ends its input.
 O "p":(COMMAND="cat")::"PIPE" U "p" W "abc",! R X W /EOF R Y S E=$ZEOF,D=$D,A=$ZA U 0 ZWR  C "p" W $ZCLOSE
; output
A=9
D="1,Device detected EOF"
E=1
X="abc"
Y=""
0
; ---
; $ZCLOSE is the exit status of the command.
 O "p":(COMMAND="echo hi; exit 3":READONLY)::"PIPE" U "p" R X,Y S E=$ZEOF U 0 ZWR  C "p" W $ZCLOSE
; output
E=1
X="hi"
Y=""
3
; ---
; READ with a timeout gives what is there.
 O "p":(COMMAND="cat > x; printf abc; cat > y; echo def")::"PIPE" U "p" R X:0 S T=$T,D=$D U 0 ZWR  C "p"
; output
D=0
T=0
X=""
; ---
; A part of a line, and the rest of it.
 O "p":(COMMAND="printf abc; read x; echo def")::"PIPE" U "p" R X#3 S XX=$X R Y:0 S T=$T W "go",! R Z S T2=$T,YY=$Y U 0 ZWR
; output
T=0
T2=0
X="abc"
XX=3
Y=""
YY=2
Z="def"
; ---
; A command that the shell does not find.
 O "p":(COMMAND="nosuchcommand")::"PIPE" U "p" R X S E=$ZEOF U 0 W X["not found",E C "p" W $ZCLOSE
; output
10127
; ---
; PARSE refuses a command that is not found.
 O "p":(COMMAND="cat | sort":PARSE)::"PIPE" W "ok" C "p"
 S $ET="W $ZS,! S $EC="""" Q" O "p":(COMMAND="nosuchcommand":PARSE)::"PIPE"
; output
ok150379354,+3^CASE,%GTM-E-DEVOPENFAIL, Error opening p,%GTM-I-TEXT, Invalid command string: nosuchcommand
; ---
; PARSE looks at every command of a pipeline.
 O "p":(COMMAND="cat | nosuch x":PARSE)::"PIPE" ; error Z150379354
; output
; ---
; STDERR is a device of its own, which CLOSE of the PIPE closes.
 O "p":(COMMAND="echo out; echo err 1>&2":STDERR="e")::"PIPE" U "p" R X,Y U "e" R Z,Q S E=$ZEOF,I=$IO U 0 ZWR  C "p" W $ZCLOSE
 U "e" ; error Z150373090
; output
E=1
I="e"
Q=""
X="out"
Y=""
Z="err"
0
; ---
; READONLY refuses a WRITE.
 O "p":(COMMAND="true":READONLY)::"PIPE" U "p"
 W "x" ; error M62
; output
; ---
; WRITEONLY refuses a READ.
 O "p":(COMMAND="true":WRITEONLY)::"PIPE" U "p"
 R X ; error Z150382042
; output
; ---
; A WRITE that nobody reads.
 O "p":(COMMAND="true")::"PIPE" U "p" R X H .1
 S $ET="S D=$D U 0 W $EC,D,! S $EC="""" H" W "x",!,"y",!
; output
,Z32,1,Broken pipe
; ---
; EXCEPTION of a PIPE gets the broken pipe.
 O "p":(COMMAND="true")::"PIPE" U "p" R X H .1 U "p":EXCEPTION="G E" W "x",!,"y",!
 U 0 W "never"
E U 0 W $P($ZS,",",3),$EC
; output
%SYSTEM-E-ENO32,Z32,
; ---
; READ behind the end is IOEOF.
 O "p":(COMMAND="true")::"PIPE" U "p" R X S E=$ZEOF U 0 W E,!
 U "p"
 R Y ; error Z150373082
; output
1
; ---
; WRITE after /EOF.
 O "p":(COMMAND="cat")::"PIPE" U "p" W /EOF
 W "x",! ; error Z9
; output
; ---
; A mnemonic that a PIPE has not.
 O "p":(COMMAND="cat")::"PIPE" U "p"
 W /FOO ; error Z150376986
; output
; ---
; SHELL is what runs the command.
 O "p":(SHELL="/bin/sh":COMMAND="echo $0")::"PIPE" U "p" R X U 0 W X
; output
sh
; ---
; A SHELL that is not there.
 O "p":(COMMAND="cat":SHELL="/bin/nosuch")::"PIPE" ; error Z150379354
; output
; ---
; A PIPE without a command.
 O "p"::1:"PIPE" ; error Z150379354
; output
; ---
; A PIPE with an empty command.
 O "p":(COMMAND="")::"pipe" ; error Z150379354
; output
; ---
; OPEN of a PIPE that is open changes nothing.
 O "p":(COMMAND="echo one")::"PIPE" O "p":(COMMAND="echo two")::"PIPE" U "p" R X U 0 W X
; output
one
; ---
; What a WRITE left of a line is ended by /EOF; # has no line end.
 O "p":(COMMAND="od -An -c")::"PIPE" U "p" W "abc",!,"def",#,"x" W /EOF F  R X Q:$ZEOF  U 0 W X,! U "p"
; output
   a   b   c  \n   d   e   f  \n  \f   x  \n
; ---
; WIDTH wraps; $X and $Y count.
 O "p":(COMMAND="od -An -c")::"PIPE" U "p" W $J("",4),$X,$Y,! U "p":WIDTH=3 W "abcdefg",$X,$Y U "p":WIDTH=999 W /EOF F  R X Q:$ZEOF  U 0 W X,! U "p"
; output
                   4   0  \n   a   b   c  \n   d   e   f  \n   g
   1   3  \n
; ---
; Records of a fixed size.
 O "p":(COMMAND="cat":FIXED:RECORDSIZE=5)::"PIPE" U "p" W "one",!,"two",! W /EOF R X,Y,Z S E=$ZEOF U 0 ZWR
; output
E=1
X="one  "
Y="two  "
Z=""
; ---
; Parts, characters and lines, and what they do to $X, $Y and $TEST.
 O "p":(COMMAND="cat")::"PIPE" U "p" W "abc",!,"def",! R Y:5 S T2=$T R *Z:5 R W#2:5 S T3=$T,XX=$X,YY=$Y,K=$K R V:5 S T4=$T U 0 ZWR
; output
K=""
T2=1
T3=1
T4=1
V=""
W="ef"
XX=3
Y="abc"
YY=3
Z=100
; ---
; The end of a STREAM without a line end.
 O "p":(COMMAND="printf 'ab\ncd\nefg'")::"PIPE" U "p" R X S K=$K,B=$ZB R *Y S K2=$K,B2=$ZB R Z#1 S K3=$K,B3=$ZB R Q S K4=$K,B4=$ZB R V S K5=$K U 0 ZWR
; output
B=$C(10)
B2=""
B3=""
B4=$C(10)
K=$C(10)
K2=""
K3=""
K4=$C(10)
K5=""
Q=""
V="efg"
X="ab"
Y=99
Z="d"
; ---
; CLOSE waits as long as TIMEOUT says, and $ZCLOSE is -99 then.
 O "p":(COMMAND="cat > x; exec sleep 1.3")::"PIPE" C "p":TIMEOUT=1 W $ZCLOSE
; output
-99
; ---
; TIMEOUT is more than 0.
 O "p":(COMMAND="cat")::"PIPE" C "p":TIMEOUT=0 ; error Z150383170
; output
; ---
; CLOSE of an INDEPENDENT command does not wait.
 O "p":(COMMAND="cat; sleep 1; exit 5":INDEPENDENT)::"PIPE" U "p" W "abc",! R X C "p" W X,$ZCLOSE
; output
abc0
; ---
; A command that a signal ended.
 O "p":(COMMAND="kill -9 $$")::"PIPE" U "p" R X U 0 C "p" W $ZCLOSE
; output
-9
; ---
; A command writes a file which the program then reads.
 O "p":(COMMAND="sort > s")::"PIPE" U "p" W "c",!,"a",!,"b",! C "p" O "s":READONLY U "s" R X,Y,Z U 0 W X,Y,Z
; output
abc
; ---
; A command reads what the program has written to a file that is still open.
 O "f":NEWVERSION U "f" W "one",!,"two",! O "p":(COMMAND="wc -l < f")::"PIPE" U "p" R X U 0 W +X
; output
2
; ---
; A FIFO gives what was written to it.
 O "f":FIFO U "f" W "abc",! R X S E=$ZEOF,A=$X,B=$Y R Y:0 S T=$T,D=$D U 0 ZWR
; output
A=0
B=2
D=0
E=0
T=0
X="abc"
Y=""
; ---
; The names of OPEN may hold variables of the environment.
 O "$HOME/bumps-case.txt":NEWVERSION U "$HOME/bumps-case.txt" W "x",! C "$HOME/bumps-case.txt":DELETE W "ok"
; output
ok

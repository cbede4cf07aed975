CASE ; ZSTEP INTO stops at each line that is reached, in calls and blocks, too
 S $ZSTEP="W ""<"",$ZPOS,"">"" ZSTEP INTO"
 W "a",!
 ZSTEP INTO
 W "b",!
 D L
 W "c",!
 F I=1:1:2 W I D L
 X "W ""x""  W ""y"""
 W $$F,!
 D
 . W "blk"
 . W "2"
 W "d",!
 S $ZSTEP="W ""last"""
 W "e",!
 W "f",!
 Q
L W "L"
 W "M"
 Q
F() Q "F"
; output
a
<CASE+4^CASE>b
<CASE+5^CASE><L^CASE>L<L+1^CASE>M<L+2^CASE><CASE+6^CASE>c
<CASE+7^CASE>1<L^CASE>L<L+1^CASE>M<L+2^CASE>2<L^CASE>L<L+1^CASE>M<L+2^CASE><CASE+8^CASE>xy<CASE+9^CASE><F^CASE>F
<CASE+10^CASE><CASE+11^CASE>blk<CASE+12^CASE>2<CASE+13^CASE>d
<CASE+14^CASE><CASE+15^CASE>e
lastf
; ---
CASE ; a step is one step
 W "a",!
 ZSTEP INTO:"W ""<"",$ZPOS,"">"""
 W "b",!
 W "c",!
 Q
; output
a
<CASE+3^CASE>b
c
; ---
CASE ; the rest of the line of ZSTEP runs first
 W "a",! ZSTEP INTO:"W ""<"",$ZPOS,"">""" W "rest",!  W "rest2",!
 W "b",!
 W "c",!
 Q
; output
a
rest
rest2
<CASE+2^CASE>b
c
; ---
CASE ; ZSTEP OVER stays in its frame
 S $ZSTEP="W ""<"",$ZPOS,"">"" ZSTEP OVER"
 ZSTEP OVER
 D L
 W $$F
 F I=1,2 D L W "r"
 D
 . W "b1"
 . W "b2"
 X "W ""x"""
 W "end"
 S $ZSTEP="W ""."""
 Q
L W "L"
 W "M"
 Q
F() W "F1"
 Q "F"
; output
<CASE+3^CASE>LM<CASE+4^CASE>F1F<CASE+5^CASE>LMrLMr<CASE+6^CASE>b1b2<CASE+9^CASE>x<CASE+10^CASE>end<CASE+11^CASE><CASE+12^CASE>
; ---
CASE ; ZSTEP OVER goes on in the caller
 D L
 W "x"
 S $ZSTEP="W ""."""
 Q
L S $ZSTEP="W ""<"",$ZPOS,"">"" ZSTEP OVER" ZSTEP OVER
 W "L"
 D
 . W "M"
 Q
; output
<L+1^CASE>L<L+2^CASE>M<L+4^CASE><CASE+2^CASE>x<CASE+3^CASE><CASE+4^CASE>
; ---
CASE ; ZSTEP OUTOF stops behind the frame
 D A
 W "x"
 Q
A D B W "a1"
 W "a2"
 Q
B S $ZSTEP="W ""<"",$ZPOS,"">"" ZSTEP OUTOF" ZSTEP OUTOF
 W "b"
 Q
; output
ba1<A+1^CASE>a2<CASE+2^CASE>x
; ---
CASE ; ZSTEP OUTOF of the first frame stops nowhere
 ZSTEP OUTOF:"W ""<"",$ZPOS,"">"""
 W "x"
 Q
; output
x
; ---
CASE ; ZSTEP in XECUTE stops at the next line of a routine
 X "ZSTEP INTO:""W """"<"""",$ZPOS,"""">"""""" W 1"
 W 2
 X "ZSTEP OVER:""W """"<"""",$ZPOS,"""">"""""" W 1"
 W 2
 Q
; output
1<CASE+2^CASE>21<CASE+4^CASE>2
; ---
CASE ; ZSTEP OUTOF of XECUTE is out of what called that
 X "ZSTEP OUTOF:""W """"<"""",$ZPOS,"""">"""""" W 1"
 W 2
 Q
; output
12
; ---
CASE ; an end without QUIT is no line
 D A
 W "x"
 Q
A S $ZSTEP="W ""<"",$ZPOS,"">"" ZSTEP INTO" ZSTEP INTO
 W "b"
; output
<A+1^CASE>b<CASE+2^CASE>x<CASE+3^CASE>
; ---
CASE ; lines without commands are passed by
 S $ZSTEP="W ""<"",$ZPOS,"">"" ZSTEP INTO" ZSTEP INTO
 ; comment

 W "x"
 ;
L ;
 D  W "y"
 . W "b"
 ;
 W "z"
 S $ZSTEP="W ""."""
 Q
; output
<CASE+4^CASE>x<L+1^CASE><L+2^CASE>by<L+4^CASE>z<L+5^CASE><L+6^CASE>
; ---
CASE ; IF, ELSE and a function on its label's line
 S $ZSTEP="W ""<"",$ZPOS,"">"" ZSTEP INTO" ZSTEP INTO
 I 0
 E  W "else"
 W $$F(1)
 S $ZSTEP="W ""."""
 Q
F(A) Q A
; output
<CASE+2^CASE><CASE+3^CASE>else<CASE+4^CASE><F^CASE>1<CASE+5^CASE><CASE+6^CASE>
; ---
CASE ; the default action is what $ZSTEP is at that moment
 S $ZSTEP="W ""old"""
 ZSTEP INTO S $ZSTEP="W ""new"""
 W "x"
; output
oldx
; ---
CASE ; an empty action, a condition, an expression, a list of which the last counts
 ZSTEP INTO:""
 W "x"
 ZSTEP:0 INTO:"W 1"
 W "y"
 S A="W 1"
 ZST I:A_"2"
 W "z"
 ZSTEP INTO:"W 1",OV:"W 2"
 W "a"
 ZSTEP INTO:"W 1"
 ZSTEP into:"W 2"
 W "b"
 ZST OU:"W 3"
 W "c"
; output
xy12z2a12bc
; ---
CASE ; a word that is none
 ZSTEP O:"W 1" ; error Z150375506
; output
; ---
CASE ; ZSTEP takes no indirection
 S A="INTO"
 ZSTEP @A ; error Z150375514
; output
; ---
CASE ; an action that does not parse
 ZSTEP INTO:"BAD CODE" ; error Z150373050
 W "no"
; output
; ---
CASE ; an action has no level of its own
 ZSTEP INTO:"ZSHOW ""S"" W $ST,$ST($ST),$ZLEVEL,$ST($ST,""PLACE""),!"
 W "x"
 W "y"
; output
CASE+2^CASE
0-run CASE1CASE+2^CASE
xy
; ---
CASE ; an error in an action is one of its own, with that error behind it
 D L W "after",! Q
L S $ETRAP="W $ZS,!,$EC,!,$ST($ST,""PLACE""),! S $EC="""""
 ZSTEP INTO:"W 1/0"
 W "x"
 W "y"
 Q
; output
150372738,L+2^CASE,%GTM-E-ERRWEXC, Error while processing exception string,-GTM-E-DIVZERO, Attempt to divide by zero
,M9,Z150373210,
L+2^CASE
after
; ---
CASE ; an error in an action that nobody traps
 ZSTEP INTO:"W 1/0"
 W "x" ; error Z150372738
; output
; ---
CASE ; QUIT of an action ends the frame
 D L W "back",!
 W $$F(),!
 Q
L ZSTEP INTO:"W ""act"" Q"
 W "L",!
 Q
F() ZSTEP INTO:"Q 5"
 Q 6
; output
actback
5
; ---
CASE ; GOTO of an action goes on there
 ZSTEP INTO:"W ""act"" G X"
 W "L",!
 Q
X W "X",!
 Q
; output
actX
; ---
CASE ; ZGOTO of an action ends frames
 D A W "back"
 Q
A ZSTEP INTO:"ZG 1"
 W 1
 Q
; output
back
; ---
CASE ; $TEST of an action stays
 I 1 ZSTEP INTO:"I 0"
 W $T
 Q
; output
0
; ---
CASE ; a step goes through a trap and GOTO
 S $ETRAP="G ERR"
 ZSTEP INTO:"W ""<"",$ZPOS,"">"" ZSTEP INTO:""W $ZPOS,! ZSTEP INTO:""""W $ZPOS,!"""""""
 S X=1/0
 W "no"
 Q
ERR W "err",!
 S $EC=""
 Q
; output
<CASE+3^CASE>ERR^CASE
err
ERR+1^CASE
; ---
CASE ; the action of a breakpoint may step
 ZB L^CASE:"W ""brk "" ZSTEP INTO:""W $ZPOS,!"""
 D L
 W "x",!
 Q
L W "L",!
 W "M",!
 Q
; output
brk L
L+1^CASE
M
x
; ---
CASE ; a step survives a GOTO of its action
 ZSTEP INTO:"ZSTEP INTO:""W $ZPOS,!"" G X"
 W "L",!
 Q
X W "X",!
 Q
; output
X^CASE
X
; ---
CASE ; $STACK in the action of a breakpoint
 ZB L^CASE:"W $ST,$ST($ST),$ZLEVEL,$ST($ST,""PLACE""),$ST($ST,""MCODE""),!"
 D L
 Q
L W "L",!
 Q
; output
1DO2L^CASEL W "L",!
L
; ---
CASE ; $STACK in a trap
 S $ET="W $ST,$ST($ST,""PLACE""),$ST($ST,""MCODE""),! S $EC="""" W $ST($ST,""PLACE""),!"
 D L
 Q
L W 1/0
 Q
; output
1L^CASEL W 1/0
L^CASE
; ---
CASE ; a label with formals is a line, whatever else is on it
 S $ZSTEP="W ""<"",$ZPOS,"">"" ZSTEP INTO" ZSTEP INTO
 D L
 D M(1)
 W $$N()
 W "x"
 S $ZSTEP="W ""."""
 Q
L ; comment
 W "l"
 Q
M(A) ; comment
 W A
 Q
N() ; comment
 Q "n"
; output
<CASE+2^CASE><L+1^CASE>l<L+2^CASE><CASE+3^CASE><M^CASE><M+1^CASE>1<M+2^CASE><CASE+4^CASE><N^CASE><N+1^CASE>n<CASE+5^CASE>x<CASE+6^CASE><CASE+7^CASE>

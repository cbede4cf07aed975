; An error in what a trap calls, after $ECODE was emptied, runs the trap of the frame again.
 N $ET S $ET="W ""o"",$ST,$EC,! S $EC="""" Q" W "a" D U W "b" Q
U N $ET S $ET="W ""t"",$ST,! Q:$I(N)>3  D F W ""x"" Q" W 1/0 W "c" Q
F S $EC="" N $ET S $ET="" W UNDEF W "d" Q
; output
at1
t1
t1
t1
o0,M6,Z150373850,
; ---
; An error in what a trap calls, while $ECODE is not empty, drops the frame of the trap.
 N $ET S $ET="W ""o"",$ST,$EC,! S $EC="""" Q" W "a" D U W "b" Q
U N $ET S $ET="W ""t"",$ST,! Q:$I(N)>3  D F W ""x"" Q" W 1/0 W "c" Q
F N $ET S $ET="" W UNDEF W "d" Q
; output
at1
o0,M9,Z150373210,M6,Z150373850,
; ---
; An error in the text of a trap drops its frame, whatever $ECODE is, and $ECODE tells that the trap failed.
 N $ET S $ET="W ""o"",$ST,$EC,! S $EC="""" Q" W "a" D U W "b" Q
U N $ET S $ET="W ""t"",$ST,! Q:$I(N)>3  S $EC="""" W 1/0 W ""x"" Q" W 1/0 W "c" Q
; output
at1
o0,M9,Z150373210,Z150379578,
; ---
; A trap that a trap's own call runs into unwinds level by level.
 N $ET S $ET="W ""o"",$ST,$EC,! S $EC="""" Q" W "a" D U W "b" Q
U N $ET S $ET="W ""t"",$ST,! Q:$I(N)>3  S $EC="""" D F W ""x"" Q" W 1/0 W "c" Q
F W UNDEF W "d" Q
; output
at1
t2
t3
t4
t3
t2
t1
o0,M6,Z150373850,
; ---
; What a trap executes is a frame with the same trap.
 N $ET S $ET="W ""o"",$ST,$EC,! S $EC="""" Q" W "a" D U W "b" Q
U N $ET S $ET="W ""t"",$ST,! Q:$I(N)>3  X ""S $EC="""""""" W 1/0"" W ""x"" Q" W 1/0 W "c" Q
; output
at1
t2
t3
t4
t3
t2
t1
o0,M9,Z150373210,
; ---
; An extrinsic that fails in a trap after $ECODE was emptied fails its frame anew.
 N $ET S $ET="W ""o"",$ST,$EC,! S $EC="""" Q" W "a" D U W "b" Q
U N $ET S $ET="W ""t"",$ST,! Q:$I(N)>3  S $EC="""" W $$F() W ""x"" Q" W 1/0 W "c" Q
F() N $ET S $ET="" W UNDEF Q "F"
; output
at1
t1
t1
t1
o0,M6,Z150373850,
; ---
; A frame that quits after a GOTO of its trap, $ECODE not empty, fails its caller.
 N $ET S $ET="W ""o"",$ST,$EC,! S $EC="""" Q" W "a" D U W "b" Q
U N $ET S $ET="G V" W 1/0 W "c" Q
V W "V",$ST Q
; output
aV1o0,M9,Z150373210,
; ---
; An error behind the GOTO of a trap, $ECODE not empty, drops the frame.
 N $ET S $ET="W ""o"",$ST,$EC,! S $EC="""" Q" W "a" D U W "b" Q
U N $ET S $ET="G V" W 1/0 W "c" Q
V W "V",$ST Q:$I(N)>3  W UNDEF W "v" Q
; output
aV1o0,M9,Z150373210,M6,Z150373850,
; ---
; An error behind the GOTO of a trap that emptied $ECODE runs the trap again.
 N $ET S $ET="W ""o"",$ST,$EC,! S $EC="""" Q" W "a" D U W "b" Q
U N $ET S $ET="G V" W 1/0 W "c" Q
V W "V",$ST Q:$I(N)>3  S $EC="" W UNDEF W "v" Q
; output
aV1V1V1V1o0,M6,Z150373850,
; ---
; Behind the GOTO of a trap the calls that fail drop the frame of the trap too.
 N $ET S $ET="W ""o"",$ST,$EC,! S $EC="""" Q" W "a" D U W "b" Q
U N $ET S $ET="G V" W 1/0 W "c" Q
V W "V",$ST Q:$I(N)>3  D F W "v" Q
F N $ET S $ET="" W UNDEF W "d" Q
; output
aV1o0,M9,Z150373210,M6,Z150373850,
; ---
; A trap that ends a block by GOTO goes on in the block's frame.
 N $ET S $ET="W ""o"",$ST,$EC,! S $EC="""" Q" W "a" D U W "b" Q
U N $ET S $ET="D F G V" D  W "c" Q
 . W 1/0
 . W "z"
 W "q" Q
F W "F",$ST D G Q
G W "G" Q
V W "V",$ST S $EC="" Q
; output
aF3GV2cb
; ---
; SET $ECODE in what a trap calls is an error like others.
 N $ET S $ET="W ""o"",$ST,$EC,! S $EC="""" Q" W "a" D U W "b" Q
U N $ET S $ET="W ""t"",$ST,! Q:$I(N)>3  D F W ""x"" Q" W 1/0 W "c" Q
F S $EC="" S $EC=",U1," W "f" Q
; output
at1
t2
t3
t4
t3
t2
t1
o0,U1,
; ---
; A frame of $ZTRAP quits without its error, though $ECODE has it.
 N $ZT S $ZT="W ""o"",$ST,$EC,! S $EC="""" Q" W "a" D U W "b" Q
U N $ZT S $ZT="W ""t"",$ST,! Q:$I(N)>3  D F W ""x"" Q" W 1/0 W "c" Q
F W UNDEF W "d" Q
; output
at1
t2
t3
t4
xxxb
; ---
; $ZSTATUS of a failed $ETRAP has both errors.
 N $ET S $ET="W $P($ZS,"","",3,9),! S $EC="""" Q" D U W "b" Q
U N $ET S $ET="D NONE" W 1/0 W "c" Q
; output
%GTM-E-ERRWETRAP, Error while processing $ETRAP,-GTM-E-LABELMISSING, Label referenced but not defined: NONE
; ---
; $STACK of levels far from the innermost one, without an error and behind one.
 S N=0 D L
 Q
L S N=N+1 I N<200 D L Q
 F I=0,1,2,100,150,198,199,200,201,202 W $ST(I)," ",$ST(I,"PLACE"),!
 W $ST(-1),!
 N $ET S $ET="D SHOW"
 W 1/0
 Q
SHOW F I=1,2,100,150,198,199,200,201,202 W $ST(I)," ",$ST(I,"PLACE")," ",$ST(I,"ECODE"),!
 W $ST(-1),! S $EC=""
 Q
; output
-run CASE +2^CASE
DO L^CASE
DO L^CASE
DO L^CASE
DO L^CASE
DO L^CASE
DO L^CASE
DO L+1^CASE
 
 
200
DO L^CASE 
DO L^CASE 
DO L^CASE 
DO L^CASE 
DO L^CASE 
DO L^CASE 
DO L+4^CASE ,M9,Z150373210,
DO SHOW^CASE 
  
201
; ---
CASE ; what fails in a trap fails where its frame stands, whatever that has called
 N $ET S $ET="W "" "",$P($ZS,"","",2) S $EC="""" Q"
 D A
 W " end"
 Q
A N $ET S $ET="S $EC="""" W 1/0"
 W "a"
 D L
 Q
L W 1
 W 1/0
 Q
; gtm differs: it names the line behind
; output
a1 A+2^CASE
; ---
; A text for $ZTRAP must parse when it is set; it stays what it was.
 N $ET S $ET="S $EC="""" Q"
 S $ZT="W 1" D T W $ZT
 Q
T N $ET S $ET="W $P($ZS,"","",3),! S $EC="""" Q",$ZT="FOO(" W "no"
; output
%GTM-E-INVCMD
W 1
; ---
; SET of $ZTRAP hides $ETRAP until its frame ends; an empty one empties it for good.
 S $ET="W 1" D Z D P D E D P
 Q
Z S $ZT="W 2" D P Q
E S $ZT="" Q
P W $ET,"|",$ZT,! Q
; output
|W 2
W 1|
|
; ---
; SET of $ZTRAP in a text of XECUTE hides $ETRAP until that ends.
 S $ET="W 1",X="S $ZT=""W 2"" W $ET,""|"",$ZT,"";""" F I=1:1:3 X X W $ET,"|",$ZT,!
; output
|W 2;W 1|
|W 2;W 1|
|W 2;W 1|
; ---
; SET of $ETRAP empties $ZTRAP for good.
 S $ZT="W 2" D E D P
 Q
E S $ET="W 1" D P Q
P W $ET,"|",$ZT,! Q
; output
W 1|
W 1|
; ---
; NEW of $ETRAP or $ZTRAP hides the one that is in effect.
 S $ZT="W 2" D N D P S $ET="W 1" D M D P
 Q
N N $ET D P S $ET="W 3" D P Q
M N $ZT D P S $ZT="W 4" D P Q
P W $ET,"|",$ZT,! Q
; output
|
W 3|
|W 2
|
|W 4
W 1|
; ---
; NEW of $ETRAP leaves it in effect, NEW of $ZTRAP does not.
 S $ET="W 1" D N D P S $ZT="W 2" D M D P
 Q
N N $ET D P S $ET="W 3" D P Q
M N $ZT D P S $ZT="W 4" D P Q
P W $ET,"|",$ZT,! Q
; output
W 1|
W 3|
W 1|
|
|W 4
|W 2

; Formats of WRITE.
 W "a",!,"b",?5,"c",?3,"d",!!,"e",*65,*66
; output
a
b    cd

eAB
; ---
; $X and $Y.
 W "abc",$X,!,$X,$Y,?5,$X
; output
abc3
01   5
; ---
; A form feed ends a line that was begun.
 W "ab",#,"c",$X,$Y
; output
ab
c10
; ---
; READ of lines, and at the end of input.
 R X,Y W X,"|",Y,"|" R Z W Z,$ZEOF
; input
one
two

; output
one|two|0
; ---
; READ with a prompt, a length and a timeout.
 R "name? ",X#3:5 W "[",X,"]",$T R Y W "[",Y,"]" R *Z W Z R !,"p",?5,W W W
; input
twothree
xyz

; output
name? [two]1[three]120
p    yz
; ---
; READ past the end of input ends the program.
 R X R Y W "here" R Z W "never"
; input
one

; output
herenever
; ---
; READ of length 0.
 R X#0 ; error M18
; output
; ---
; USE and CLOSE of the principal device.
 U $P W "a" U 0:(X=5:Y=2) W "b" C 5 W "c"
; output
abc
; ---
; USE of what is not open.
 U "/nonexistent/file" ; error Z150373090
; output
; ---
; LOCK in all its forms.
 L ^A L +^A(1):0 W $T L -^A L (^B,^C):1 W $T L
 W "ok"
; output
11ok
; ---
; $ZCMDLINE.
; args one two
 W $ZCMDLINE
; output
one two
; ---
; HANG for nothing.
 H 0 H -1 W "ok"
; output
ok
; ---
; Special variables.
 W $TL,$ST,$T,$Q,$IO=$P,$S>0,$J>0,$P($SY,","),$H?5N1","1.5N,$ZEOF,$L($ZV)>5,$D'=""
; output
0010111471010
; ---
; SET of what cannot be set.
 S $H=1 ; error Z150373770
; output
; ---
; NEW of what cannot be new.
 N $ZV ; error Z150381178
; output
; ---
; ZHALT.
 W "a" ZHALT 0
 W "b"
; output
a
; ---
; Unknown special variable and function.
 W "a"
 W $FOO ; error M8
; output
a
; ---
; ZWRITE of a special variable is its line.
 ZWR $TL
; output
$TLEVEL=0
; ---
; $ZDATE.
 W $ZD(47117),$ZD(66000,"DD-MON-YEAR"),$ZD("60000,3600","24:60:SS")
; output
01/01/7013-SEP-202101:00:00
; ---
; $ZWRITE and $ZCONVERT.
 W $ZWRITE("a"_$C(10)_"b"),$ZWRITE("x""y"),$ZCO("abC","U"),$ZCO("ABc","L"),$ZCO("hello world","T")
; output
"a"_$C(10)_"b""x""y"ABCabcHello World
; ---
; A keyword of VIEW that has no meaning here.
; gtm differs: it has JNLFLUSH
 VIEW "JNLFLUSH" ; error Z150374042
; output
; ---
; $SELECT takes the first true, and evaluates no further.
 S X=0 W $S(X:1/0,1:"one",1/0:"two")
; output
one
; ---
; $SELECT without a true one.
 W $S(0:1,0:2) ; error M4
; output
; ---
; $REVERSE $TRANSLATE $FIND $LENGTH $ASCII $CHAR $JUSTIFY $FNUMBER.
 W $RE("abc"),$TR("abcabc","ab","X"),$F("abcabc","c"),$F("abcabc","c",4),$L("a^b^c","^"),$L("abc"),$A("AB",2),$C(72,105),$J(3.14159,8,2),$J("x",3),$FN(1234567.891,",",2),$FN(-5,"P")
; output
cbaXcXc473366Hi    3.14  x1,234,567.89(5)
; ---
; Pattern match.
 W "abc"?3A,"abc"?1.A,"a1"?1A1N,"123-45"?3N1"-"2N,""?.E,"ab"'?1N,"AbC"?1U1L1U,"x y"?1A1P1A,"aXb"?1(1"a",1"b")1"X"1E
; output
111111111
; ---
; Operators go left to right.
 W 2+3*4,-2**2,1-1-1,2*3_4,"a"="a"+1,5\2,-7\2,-7#3,7#-3,1'=2,'1+1,"b"]"a","b"]]1,10]]9,"abc"["b"
; output
204-16422-32-2111111
; ---
; Numbers.
 W 1/3,2/3*3,.1+.2,1E18,"3abc"+4,--5,+"1E2",1.50,0.5,-.5,"--3"+0,100000000000000000*10,1/7
; output
.3333333333333333331.99999999999999999.31000000000000000000751001.5.5-.531000000000000000000.142857142857142857
; ---
; Order of evaluation is left to right.
 S A=1 W A+$$F(.A) Q
F(X) S X=10 Q 1
; output
2
; ---
; An extrinsic in a skipped operand runs.
 S A=0 W 0&$$F(.A),1!$$F(.A),A Q
F(X) S X=X+1 Q 1
; output
012

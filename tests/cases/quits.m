CASE ; with $ZQUIT a DO takes a QUIT with a value, and an extrinsic one without
 W $ZQUIT S $ZQUIT=1 W $ZQUIT,!
 D A W "after DO",!
 S X=$$B() W "[",X,"]",!
 W $$C(),!
 D C()
 X "Q 5"
 W "[",$$E(),"]",!
 W "[",$$F(),"]",!
 W "end",!
 Q
A Q 5
B() Q
C() Q 7
E() S Z=1
 Q:Z
F() F I=1:1:3 Q:I=2
 Q
; output
01
after DO
[]
7
[]
[]
end
; ---
CASE ; $ZQUIT is the truth of what was set
 F V=2,"abc",-3,.5,0,"","1x" S $ZQUIT=V W $ZQUIT
; output
1011001
; ---
CASE ; without $ZQUIT a QUIT of a DO has no value
 S $ZQUIT=1,$ZQUIT=0
 D A
 Q
A Q 5 ; error M16
; output
; ---
CASE ; without $ZQUIT a QUIT of an extrinsic has one
 S $ZQUIT=1,$ZQUIT=0
 W $$A() ; error M17
 Q
A() Q
; output
; ---
CASE ; $ZQUIT makes no formal list
 S $ZQUIT=1
 W $$A ; error M20
 Q
A Q 5
; output
; ---
CASE ; an argument is evaluated although a QUIT of DO loses it
 S $ZQUIT=1
 D A
 W N
 Q
A Q $I(N)
; output
1

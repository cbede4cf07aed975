CASE ; $Z functions count bytes, the others characters
; charset utf-8
 S X="aé日b"
 W $ZCHSET,! W $L(X)," ",$ZL(X),!
 F I=0:1:8 W $ZA(X,I)," "
 W !,$ZA(X)," ",$A(X,2),!
 W $ZF(X,"b")," ",$ZF(X,"日")," ",$F(X,"b")," ",$ZF(X,"b",9)," ",$ZF(X,"",3),!
 W $ZWRITE($ZE(X,2,3)),!,$ZWRITE($ZE(X)),!,$ZWRITE($ZE(X,4,99)),!
 W $ZWRITE($ZJ(X,10)),!,$ZWRITE($J(X,10)),! W $ZJ(2.345,9,2),!
 W $ZWIDTH(X)," ",$ZWIDTH("a"_$C(9)_"b")," ",$ZWIDTH(""),!
 W $ZWRITE($ZTR("aéb","b","x")),!
 W $ZPI("a日b","日",2),!,$ZPI("a日b","日"),!,$ZPI("a日b日c","日",2,3),! W $ZL("aéb","é"),!
 W $ZWRITE($C(8364)),$ZWRITE($C(200)),! W $ZCONVERT("é","U"),!
; output
UTF-8
4 7
-1 97 195 169 230 151 165 98 -1 
97 233
8 7 5 0 3
"é"
"a"
"日b"
"   aé日b"
"      aé日b"
     2.35
5 2 0
"aéx"
b
a
b日c
2
"€""È"
É
; ---
CASE ; $ZSUBSTR has whole characters only
; charset utf-8
 S X="aé日b"
 F I=1:1:8 W $ZWRITE($ZSUBSTR(X,1,I)),!
 W $ZWRITE($ZSUBSTR(X,2,3)),!,$ZWRITE($ZSUBSTR(X,4,9)),!,$ZWRITE($ZSUBSTR(X,3)),!,$ZWRITE($ZSUBSTR(X,3,3)),!,$ZWRITE($ZSUBSTR(X,3,2)),!,$ZWRITE($ZSUBSTR(X,9,9)),!,$ZWRITE($ZSUBSTR(X,0,3)),!,$ZWRITE($ZSUBSTR(X,2,0)),!
; output
"a"
"a"
"aé"
"aé"
"aé"
"aé日"
"aé日b"
"aé日b"
"é"
"b"
"日b"
"日"
""
""
"aé"
""
; ---
CASE ; $ZCHAR makes bytes, which together are characters
; charset utf-8
 W $ZWRITE($ZCH(195,169)),!,$ZL($ZCH(200)),! W $ZL($ZCH(256)_"x"),!
 S Y=$ZCH(97,200) W $ZWRITE(Y),! W $ZA(Y,2),!,$ZWRITE($ZWRITE($ZWRITE(Y),1)),!
 S Y="é"_$C(1)_$ZCH(200,201)_$C(2)_"x" W $ZWRITE(Y),!,$ZWRITE(Y)=$ZWRITE($ZWRITE($ZWRITE(Y),1)),! S ^X=Y ZWR ^X W ^X=Y,!
; output
"é"
1
1
"a"_$ZCH(200)
200
"a"_$ZCH(200)
"é"_$C(1)_$ZCH(200,201)_$C(2)_"x"
1
^X="é"_$C(1)_$ZCH(200,201)_$C(2)_"x"
1
; ---
CASE ; SET of $ZEXTRACT and $ZPIECE counts bytes
; charset utf-8
 S X="aé日b"
 S Y=X S $ZE(Y,4,6)="-" W $ZWRITE(Y),!
 S Y=X S $ZE(Y,2,3)="日" W $ZWRITE(Y),! S $ZE(Y,9)="é" W $ZWRITE(Y),! S $ZE(Y)="é" W $ZWRITE(Y),!
 S Y=X S $ZPI(Y,"日",2)="Z" W $ZWRITE(Y),! S $ZPI(Y,"日")="é" W $ZWRITE(Y),! S $ZPI(Y,"日",4)="é" W $ZWRITE(Y),! S $ZPI(Y,"日",2,3)="é" W $ZWRITE(Y),!
; output
"aé-b"
"a日日b"
"a日日bé"
"é日日bé"
"aé日Z"
"é日Z"
"é日Z日日é"
"é日é日é"
; ---
CASE ; a bit string is bytes
; charset utf-8
 S X=$ZBITSTR(9,1) W $ZL(X),! W $ZA(X,1)," ",$ZA(X,2)," ",$ZA(X,3),! W $ZBITLEN(X)," ",$ZBITCOUNT(X),!
 S X=$ZBITSET(X,3,0) W $ZBITGET(X,3)," ",$ZBITGET(X,4)," ",$ZBITFIND(X,0)," ",$ZBITCOUNT($ZBITNOT(X)),!
 W $ZBITCOUNT($ZBITAND(X,$ZBITSTR(4,1)))," ",$ZBITCOUNT($ZBITOR(X,$ZBITSTR(4,1)))," ",$ZBITCOUNT($ZBITXOR(X,$ZBITSTR(4,1))),!
 S ^X=X W $ZBITCOUNT(^X),!
; output
3
7 255 128
9 9
0 1 4 1
3 9 1
8

; $ASCII of an empty text is -1, and so is a position before or behind the text.
 W $A(""),$A("abc",0),$A("abc",-1),$A("abc",4)
; output
-1-1-1-1
; ---
; $ASCII takes the integer part of a position.
 W $A("abc",2.9)," ",$A("abc","2x")
; output
98 98
; ---
; $ASCII of a number is that of its canonic text.
 W $A(007)," ",$A(-1)," ",$A(.5)
; output
55 45 46
; ---
; $ASCII of a byte above 127.
 W $A($C(255))," ",$A("A"_$C(200),2)
; output
255 200
; ---
; $ASCII of an undefined variable is an error.
 W $A(X) ; error M6
; output
; ---
; $ASCII of an undefined position is an error, though the text is empty.
 W $A("",X) ; error M6
; output
; ---
; $ASCII without an argument does not compile.
 W "a" W $A() ; error Z150372778
; output
a
; ---
; $ASCII of three arguments does not compile.
 W $A("abc",1,1) ; error Z150373642
; output
; ---
; $CHAR joins the characters of all its arguments.
 W $C(72,101,108,108,111)
; output
Hello
; ---
; $CHAR of a negative code is nothing, between others too.
 W $L($C(-1)),$C(65,-1,66)
; output
0AB
; ---
; $CHAR of 0 is a character.
 W $L($C(0)),$A($C(0))
; output
10
; ---
; $CHAR of a fraction takes its integer part.
 W $C(65.9),$C("66B")
; output
AB
; ---
; $CHAR of 256 is nothing in a database of bytes.
 W $L($C(256)),$L($C(65,300,66))
; output
02
; ---
; $CHAR without an argument does not compile.
 W $C() ; error Z150372778
; output
; ---
; $CHAR of an omitted argument does not compile.
 W $C(65,,66) ; error Z150372778
; output
; ---
; $CHAR of an empty text is the character 0.
 W $A($C(""))
; output
0
; ---
; $EXTRACT with one argument is the first character.
 W $E("abc"),"|",$E(""),"|",$E(12)
; output
a||1
; ---
; $EXTRACT from before the beginning starts with the first character.
 W $E("abc",-5,2),"|",$E("abc",0,1),"|",$E("abc",0)
; output
ab|a|
; ---
; $EXTRACT to behind the end stops there.
 W $E("abc",2,99),"|",$E("abc",4,9)
; output
bc|
; ---
; $EXTRACT whose end is before its start is empty.
 W $E("abc",3,2),"|",$E("abc",1,0),"|",$E("abc",2,-1)
; output
||
; ---
; $EXTRACT of a number takes its canonic text.
 W $E(1.50,1,9)," ",$E(-0.5,1,2)," ",$E("1.50",1,9)
; output
1.5 -. 1.50
; ---
; $EXTRACT cuts fractions of its positions off.
 W $E("abcdef",1.9,3.9)
; output
abc
; ---
; $EXTRACT of positions that are texts.
 W $E("abcdef","2nd","4th"),"|",$E("abcdef","x","y"),"|"
; output
bcd||
; ---
; $EXTRACT evaluates its arguments from left to right.
 S I=0 W $E($I(I)_"bcdefgh",$I(I),$I(I)),I
; output
bc3
; ---
; SET $EXTRACT of one position beyond the end fills with spaces.
 S A="ab",$E(A,5)="x" W A,"|",$L(A)
; output
ab  x|5
; ---
; SET $EXTRACT of a range replaces it by a text of another size.
 S A="abcdef",$E(A,2,5)="-" W A S $E(A,2)="12345" W " ",A
; output
a-f a12345f
; ---
; SET $EXTRACT with an empty value deletes the characters.
 S A="abcdef",$E(A,3,4)="" W A
; output
abef
; ---
; SET $EXTRACT of position 0 or a negative one does nothing.
 S A="abc",$E(A,0)="x",$E(A,-3,-1)="y" W A
; output
abc
; ---
; SET $EXTRACT from a negative position to a positive one replaces the beginning.
 S A="abc",$E(A,-3,2)="y" W A
; output
yc
; ---
; SET $EXTRACT of an undefined variable creates it.
 S $E(A,3)="c" W $L(A),"|",A,"|" S $E(B)="" W $D(B)
; output
3|  c|1
; ---
; SET $EXTRACT behind the end with an empty value still fills with spaces.
 S A="ab",$E(A,5,6)="" W $L(A),"|",A,"|"
; output
4|ab  |
; ---
; SET $EXTRACT of a global.
 S ^A(1)="hello",$E(^A(1))="J" W ^A(1)," ",$R
; output
Jello ^A(1)
; ---
; SET $EXTRACT of a node by indirection.
 S N="A(1)",A(1)="abc",$E(@N,2)="X" W A(1)
; output
aXc
; ---
; SET $EXTRACT of a variable that a routine has by reference.
 S A="abc" D P(.A) W A Q
P(B) S $E(B,1,2)="Z" Q
; output
Zc
; ---
; SET $EXTRACT of an expression does not compile.
 S $E("abc",1)="x" ; error M39
; output
; ---
; SET $ASCII does not compile.
 S $A(X)=1 ; error M39
; output
; ---
; $FIND returns the position behind what it found.
 W $F("abcabc","c"),$F("abcabc","c",5),$F("abc","z")
; output
470
; ---
; $FIND of an empty text is where it begins to look.
 W $F("abc",""),$F("abc","",2),$F("abc","",4)," ",$F("","")
; output
124 1
; ---
; $FIND of an empty text behind the end.
 W $F("abc","",9)," ",$F("","",5)
; output
9 5
; ---
; $FIND from before the beginning looks from the first character.
 W $F("abc","a",0),$F("abc","a",-9)
; output
22
; ---
; $FIND overlapping: it finds each place when it begins behind the first character.
 S P=0 F  S P=$F("aaaa","aa",P) Q:'P  W P," " S P=P-1
; output
3 4 5 
; ---
; $FIND in a number looks at its canonic text.
 W $F(1.50,0)," ",$F(105,0)," ",$F(1E3,"000")
; output
0 3 5
; ---
; $FIND of something longer than the text.
 W $F("ab","abc")
; output
0
; ---
; $FIND with one argument does not compile.
 W $F("abc") ; error Z150372474
; output
; ---
; $JUSTIFY of two arguments puts spaces before, and never cuts.
 W "[",$J("ab",5),"][",$J("abcdef",3),"][",$J("",2),"]"
; output
[   ab][abcdef][  ]
; ---
; $JUSTIFY of a width of 0 or less.
 W "[",$J("ab",0),"][",$J("ab",-5),"]"
; output
[ab][ab]
; ---
; $JUSTIFY of three arguments rounds to the number of places.
 W $J(3.14159,0,2)," ",$J(2.345,8,1)," ",$J(99.99,0,1)
; output
3.14      2.3 100.0
; ---
; $JUSTIFY writes a zero before the point, unlike other numbers.
 W $J(.5,0,1)," ",$J(-.5,0,2)," ",.5
; output
0.5 -0.50 .5
; ---
; $JUSTIFY adds zeros behind the point.
 W $J(1,0,3)," ",$J("",0,2)," ",$J("abc",6,1)
; output
1.000 0.00    0.0
; ---
; $JUSTIFY of a small negative number is never minus zero.
 W $J(-.001,0,2)," ",$J(-.4,0,0)
; output
0.00 0
; ---
; $JUSTIFY rounds half away from zero.
 W $J(.5,0,0),$J(1.5,0,0),$J(-.5,0,0),$J(-1.5,0,0)
; output
12-1-2
; ---
; $JUSTIFY of 18 digits.
 W $J(123456789012345678,0,2)," ",$J(.123456789012345678,0,20)
; output
123456789012345678.00 0.12345678901234567800
; ---
; $JUSTIFY of a negative number of places is an error.
 W $J(1,5,-1) ; error Z150373170
; output
; ---
; $JUSTIFY with one argument does not compile.
 W $J(1) ; error Z150372474
; output
; ---
; $JUSTIFY of an undefined width is an error.
 W $J("a",W) ; error M6
; output
; ---
; $LENGTH of numbers is that of the canonic text.
 W $L(007),$L(-1.50),$L(1E5),$L(.5),$L("007")
; output
14623
; ---
; $LENGTH of an empty text is 0, and it has one piece.
 W $L(""),$L("","^")
; output
01
; ---
; $LENGTH counts pieces: one more than there are delimiters.
 W $L("a^b^c","^"),$L("^","^"),$L("abc","^")
; output
321
; ---
; $LENGTH by a delimiter of several characters does not count overlaps.
 W $L("aaaa","aa")," ",$L("a, b, c",", ")
; output
3 3
; ---
; $LENGTH by an empty delimiter is 0.
 W $L("abc",""),$L("","")
; output
00
; ---
; $LENGTH by a delimiter that is a number.
 W $L("1020",0)," ",$L(10.50,0)
; output
3 2
; ---
; $PIECE with two arguments is the first piece.
 W $P("a^b","^"),"|",$P("^b","^"),"|",$P("ab","^")
; output
a||ab
; ---
; $PIECE of a number that is not there is empty.
 W $P("a^b","^",3),"|",$P("a^b","^",0),"|",$P("a^b","^",-1)
; output
||
; ---
; $PIECE of a range keeps the delimiters between.
 W $P("a^b^c^d","^",2,3),"|",$P("a^b","^",1,9),"|",$P("a^b^c","^",-2,2)
; output
b^c|a^b|a^b
; ---
; $PIECE whose end is before its start is empty.
 W "[",$P("a^b^c","^",3,1),"]"
; output
[]
; ---
; $PIECE by a delimiter of several characters.
 W $P("a--b--c","--",2),"|",$P("a---b","--",2)
; output
b|-b
; ---
; $PIECE by an empty delimiter is empty, whatever the number.
 W "[",$P("abc",""),$P("abc","",1),$P("abc","",1,3),"]"
; output
[]
; ---
; $PIECE by a delimiter that overlaps itself takes the leftmost first.
 W $P("aaa","aa",1),"|",$P("aaa","aa",2),"|"
; output
|a|
; ---
; $PIECE takes the integer part of its numbers.
 W $P("a^b^c","^",1.9),$P("a^b^c","^","2x"),$P("a^b^c","^",1.5,2.5)
; output
aba^b
; ---
; $PIECE of a number is that of its canonic text.
 W $P(3.140,".",2)," ",$P("3.140",".",2)," ",$P(10/4,".")
; output
14 140 2
; ---
; $PIECE of a piece.
 W $P($P("a;b^c;d","^",2),";",2)
; output
d
; ---
; $PIECE with one argument does not compile.
 W $P("a^b") ; error Z150372474
; output
; ---
; $PIECE of five arguments does not compile.
 W $P("a","^",1,2,3) ; error Z150373642
; output
; ---
; $PIECE of a delimiter that is undefined is an error.
 W $P("a^b",D) ; error M6
; output
; ---
; SET $PIECE adds the delimiters that are missing.
 S A="x",$P(A,"^",4)="y" W A
; output
x^^^y
; ---
; SET $PIECE of an undefined variable creates it, with the delimiters.
 S $P(A,"^",3)=1 W A
; output
^^1
; ---
; SET $PIECE with an empty value keeps the delimiters.
 S A="a^b^c",$P(A,"^",2)="" W A S $P(A,"^",5)="" W " ",A
; output
a^^c a^^c^^
; ---
; SET $PIECE of a range replaces all of it by one value.
 S A="1,2,3,4,5",$P(A,",",2,4)="x" W A
; output
1,x,5
; ---
; SET $PIECE of a range beyond the end adds delimiters for its start only.
 S A="1",$P(A,",",3,7)="x" W A
; output
1,,x
; ---
; SET $PIECE of piece 0 does not create the variable.
 S $P(A,"^",0)=1,$P(B,"^",-1)=1,$P(C,"^",2,1)=1 W $D(A),$D(B),$D(C)
; output
000
; ---
; SET $PIECE from a number below 1 to one above begins with the first.
 S A="1,2,3",$P(A,",",-1,2)="x" W A
; output
x,3
; ---
; SET $PIECE with a value that holds the delimiter makes more pieces.
 S A="a^b",$P(A,"^",1)="x^y" W A," ",$L(A,"^")
; output
x^y^b 3
; ---
; SET $PIECE with a delimiter of several characters.
 S A="a::b",$P(A,"::",3)="c" W A
; output
a::b::c
; ---
; SET $PIECE with an empty delimiter.
 S A="abc",$P(A,"",1)="x" W A
; output
x
; ---
; SET $PIECE of a subscripted global.
 S $P(^A("k"),";",2)="v" W ^A("k")," ",$R
; output
;v ^A("k")
; ---
; SET $PIECE in a list of targets gives each the same value.
 S A="1^2",B="3^4",($P(A,"^",2),$P(B,"^",1),C)="x" W A," ",B," ",C
; output
1^x x^4 x
; ---
; SET $PIECE of a variable that is its own delimiter.
 S A="-",$P(A,A,2)="x" W A
; output
-x
; ---
; SET $PIECE of a literal does not compile.
 S $P("a^b","^",1)=2 ; error M39
; output
; ---
; SET $PIECE by indirection of the variable.
 S N="^A(1)",$P(@N,"^",2)=5 W ^A(1)
; output
^5
; ---
; SET $PIECE of the number that the value changes.
 S I=1,A="a^b^c",$P(A,"^",I)=$I(I) W A,I
; output
2^b^c2
; ---
; $REVERSE of texts and numbers.
 W $RE("abc"),"|",$RE(""),"|",$RE(120),"|",$RE(-1.5)
; output
cba||021|5.1-
; ---
; $REVERSE of two arguments does not compile.
 W $RE("a","b") ; error Z150373642
; output
; ---
; $TRANSLATE of two arguments removes characters.
 W $TR("hello","l"),"|",$TR("hello",""),"|",$TR("","x")
; output
heo|hello|
; ---
; $TRANSLATE changes each character to the one at its place.
 W $TR("hello","el","ip")
; output
hippo
; ---
; $TRANSLATE removes what has no counterpart.
 W $TR("hello","leo","L")
; output
hLL
; ---
; $TRANSLATE ignores what is too much in the new characters.
 W $TR("abc","a","xyz")
; output
xbc
; ---
; $TRANSLATE looks at the first of two equal characters.
 W $TR("banana","aa","xy")
; output
bxnxnx
; ---
; $TRANSLATE does not change what it has just made.
 W $TR("ab","ab","ba")
; output
ba
; ---
; $TRANSLATE with one argument gives the text back.
 W $TR("abc")
; output
abc
; ---
; $TRANSLATE of numbers.
 W $TR(1.5,".",",")," ",$TR(123,12,21)
; output
1,5 213
; ---
; $TRANSLATE with an empty second argument and a third.
 W $TR("abc","","xyz")
; output
abc
; ---
; $FNUMBER with a comma groups thousands.
 W $FN(1234567,","),"|",$FN(123,","),"|",$FN(-1234.567,",")
; output
1,234,567|123|-1,234.567
; ---
; $FNUMBER with a plus marks positive numbers; zero has no sign.
 W $FN(5,"+"),"|",$FN(-5,"+"),"|",$FN(0,"+")
; output
+5|-5|0
; ---
; $FNUMBER with a minus suppresses the sign of negative numbers.
 W $FN(-5,"-"),"|",$FN(5,"-"),"|",$FN(-5,"+-")
; output
5|5|5
; ---
; $FNUMBER with P puts negative numbers in parentheses.
 W "[",$FN(-5,"P"),"][",$FN(5,"P"),"][",$FN(0,"p"),"]"
; output
[(5)][ 5 ][ 0 ]
; ---
; $FNUMBER with T puts the sign behind.
 W "[",$FN(-5,"T"),"][",$FN(5,"T"),"][",$FN(5,"T+"),"][",$FN(-5,"T-"),"]"
; output
[5-][5 ][5+][5 ]
; ---
; $FNUMBER with three arguments rounds, and puts a zero before the point.
 W $FN(.125,"",2)," ",$FN(1234.5,",",0)," ",$FN(-.001,"",2)
; output
0.13 1,235 0.00
; ---
; $FNUMBER of two arguments does not put a zero before the point.
 W $FN(.5,"")," ",$FN(-.5,"P")," ",$FN(0.50,"+")
; output
.5 (.5) +.5
; ---
; $FNUMBER with P and T together is an error.
 W $FN(1,"PT") ; error M2
; output
; ---
; $FNUMBER with P and plus is an error.
 W $FN(1,"P+") ; error M2
; output
; ---
; $FNUMBER with a code that there is not is an error.
 W $FN(1,"X") ; error Z150372842
; output
; ---
; $FNUMBER of a text is that of its number.
 W $FN("12abc","+")," ",$FN("abc",",",1)
; output
+12 0.0
; ---
; $FNUMBER with one argument does not compile.
 W $FN(1) ; error Z150372474
; output
; ---
; $FNUMBER with a negative number of places is an error.
 W $FN(1,"",-1) ; error Z150373170
; output

; Operators have no precedence: each takes what stands left of it.
 W 2+3*4," ",10-2-3," ",2*3+4*5," ",1+1=2+1
; output
20 5 50 2
; ---
; Parentheses come first.
 W 2+(3*4)," ",10-(2-3)," ",-(2+3)
; output
14 11 -5
; ---
; A unary operator takes only what follows it, before any binary one.
 W -2+5," ",-2**2," ",'1+1," ",'(1+1)
; output
3 4 1 0
; ---
; Unary operators in a row are applied from right to left.
 W --5," ",-+-3," ",'-0," ",''7," ",-'0," ",+"3x"
; output
5 3 1 1 -1 3
; ---
; Unary plus makes a number of a text.
 W +"007"," ",+"1E2"," ",+"abc"," ",+".50"," ",+"-"," ",+"1.2.3"
; output
7 100 0 .5 0 1.2
; ---
; Unary minus of an empty text is 0.
 W -"",-"abc",-0
; output
000
; ---
; NOT of a text is 1 if its number is 0.
 W '"abc",'"1abc",'"",'"0.0",'.1
; output
10110
; ---
; + of texts adds their leading numbers.
 W "3 apples"+"4 pears"," ","a"+"b"," ","1E1"+"1e1"
; output
7 0 11
; ---
; + of an undefined left operand is its error.
 W A+B ; error M6
; output
; ---
; - keeps 18 digits.
 W 1-.000000000000000001," ",1E18-1
; output
1 1000000000000000000
; ---
; * of texts, signs and zero.
 W "3x"*"2y"," ",-3*-2," ",0*-5," ",.1*.1
; output
6 6 0 .01
; ---
; * drops digits beyond the eighteenth.
 W 1.23456789012345678*10.1
; output
12.4691356902469134
; ---
; / is a division with 18 digits.
 W 1/3," ",10/5," ",-1/8," ",1/1E10
; output
.333333333333333333 2 -.125 .0000000001
; ---
; / by zero is an error, by a text without number too.
 W 1/"abc" ; error M9
; output
; ---
; \ cuts the fraction off, towards zero.
 W 7\2," ",-7\2," ",7\-2," ",7.9\.5
; output
3 -3 -3 15
; ---
; \ by zero is an error.
 W 5\0 ; error M9
; output
; ---
; # has the sign of the divisor.
 W 7#3," ",-7#3," ",7#-3," ",-7#-3," ",5.5#2
; output
1 2 -2 -1 1.5
; ---
; # of a fraction and by a fraction.
 W 1.5#1," ",1#.3," ",-.5#1
; output
.5 .1 .5
; ---
; # by zero is an error.
 W 5#0 ; error M9
; output
; ---
; # of 0 is 0.
 W 0#5,0#-5
; output
00
; ---
; ** with negative, zero and fractional exponents.
 W 2**10," ",2**-1," ",5**0," ",4**.5," ",0**0
; output
1024 .5 1 2 1
; ---
; ** of zero with a negative exponent is an error.
 W 0**-1 ; error M9
; output
; ---
; ** of a negative number with a fractional exponent is an error.
 W -8**.5 ; error M95
; output
; ---
; ** beyond the largest number is an error.
 W 10**47 ; error M92
; output
; ---
; ** goes from left to right like others.
 W 2**3**2
; output
64
; ---
; _ joins texts and numbers in their canonic form.
 W "a"_1.50_"b"_-0_""_.5
; output
a1.5b0.5
; ---
; _ of too much is an error.
 S A=$J("",1048576),B=A_"x" ; error M75
; output
; ---
; = compares texts, not numbers.
 W 1="1",1="1.0",1=1.0,"a"="A",""=0,"1"="01"
; output
101000
; ---
; '= is not equal.
 W 1'=2,1'=1,"a"'="b"
; output
101
; ---
; < and > compare numbers, also of texts.
 W 2<10,"2"<"10","a"<1,"10x">9,.5<.50,1>-1
; output
111101
; ---
; '< and '> are at least and at most.
 W 2'<2,2'>2,1'<2,3'>2
; output
1100
; ---
; <= and >= are those of GT.M.
 W 1<=1,2<=1,1>=1,1>=2
; output
1010
; ---
; < of an undefined right operand is an error.
 W 1<A ; error M6
; output
; ---
; [ contains: an empty text is in every text.
 W "abc"["b","abc"["","abc"["d",""["",123[2
; output
11011
; ---
; '[ does not contain.
 W "abc"'["b","abc"'["d"
; output
01
; ---
; ] follows by bytes; nothing follows itself.
 W "b"]"a","a"]"b","a"]"a",2]10,"a"]""
; output
10011
; ---
; '] does not follow.
 W "b"']"a","a"']"b"
; output
01
; ---
; ]] sorts after: numbers before texts.
 W 10]]2,2]]10,"a"]]1,1]]"a","b"]]"a","10"]]"9","01"]]1
; output
1010111
; ---
; ]] of an empty text: everything sorts after it.
 W 0]]"","a"]]"",""]]"",""]]0,-1]]""
; output
11001
; ---
; ']] does not sort after.
 W 2']]10,10']]2
; output
10
; ---
; & is true if both are.
 W 1&1,1&0,0&1,0&0,"1x"&"2y"
; output
10001
; ---
; ! is true if one is.
 W 1!1,1!0,0!1,0!0,"x"!"1"
; output
11101
; ---
; '& and '! are negated.
 W 1'&1,1'&0,0'!0,0'!1
; output
0110
; ---
; & with a false left side does not look at an undefined right side.
 W 0&A
; output
0
; ---
; ! with a true left side does not look at an undefined right side.
 W 1!A
; output
1
; ---
; & evaluates an extrinsic on its right side whatever the left is.
 W 0&$$F,X
 Q
F() S X="ran" Q 1
; output
0ran
; ---
; ! evaluates $INCREMENT on its right side whatever the left is.
 W 1!$I(X),X
; output
11
; ---
; Logical operators go from left to right without precedence.
 W 1!0&0," ",1!(0&0)
; output
0 1
; ---
; A chain of comparisons compares the truth of the first.
 W 3>2>1," ",1=1=1," ",2=2=2
; output
0 1 0
; ---
; A negated operator may be written with spaces nowhere.
 W 1 '=2 ; error Z150372458
; output
1
; ---
; NOT before a comparison takes only its left operand.
 W '1=0," ",'(1=0)
; output
1 1
; ---
; Operands are evaluated once, from left to right.
 S I=0 W $I(I)-$I(I)*$I(I)," ",I
; output
-3 3
; ---
; An operator without its right side does not compile.
 W 1+ ; error Z150373610
; output
; ---
; Two binary operators in a row do not compile, unless the second is unary.
 W 1*-2," ",1--1," " W 1*/2 ; error Z150373610
; output
-2 2 
; ---
; A comparison of an indirection.
 S A="B",B=5 W @A=5,@A>4,@A+@A
; output
1110
; ---
; Numbers with exponents in the source are numbers; in texts too.
 W 1E3," ",1.5E-2," ","1E3"+0," ",1E3="1000"
; output
1000 .015 1000 1
; ---
; A number with a point and nothing behind.
 W 5.," ",.5," ",0.0," ",00," ",-00.50
; output
5 .5 0 0 -.5
; ---
; A number too large in the source is an error when it is reached.
 W "a" W 1E47 ; error M92
; output
a
; ---
; A number too small is 0.
 W 1E-44," ",1E-43
; output
0 .0000000000000000000000000000000000000000001
; ---
; More than 18 digits are cut.
 W 1234567890123456789," ",.1234567890123456789
; output
1234567890123456780 .123456789012345678
; ---
; Addition drops digits that do not fit before it adds.
 W 1E17+.5," ",1E18+.9," ",999999999999999999+1
; output
100000000000000000 1000000000000000000 1000000000000000000
; ---
; A sum that is too large is an error.
 W 9E46+9E46 ; error M92
; output
; ---
; A product that is too large is an error.
 W 1E30*1E30 ; error M92
; output
; ---
; A quotient that is too small is 0.
 W 1E-30/1E30
; output
0
; ---
; Bytes above 127 compare by their codes.
 W $C(200)]$C(100),$C(255)]]"z",$C(233)=$C(233)
; output
111
; ---
; An expression may be in many parentheses.
 W ((((((1+((2))))))))
; output
3
; ---
; ? with a pattern is as strong as other operators.
 W 1_2?2N," ",5?1N+1
; output
1 2
; ---
; String literals double their quotes.
 W """"," ","a""b"," ",""""""
; output
" a"b ""
; ---
; A string literal that does not end does not compile.
 W "abc ; error Z150373706
; output
; ---
; A literal may hold bytes above 127.
 W $L("é"),$A("é")
; output
2195

; Each code of a pattern matches its class.
 W "a"?1L,"A"?1U,"A"?1A,"5"?1N,"."?1P,$C(9)?1C,"x"?1E
; output
1111111
; ---
; A code does not match another class.
 W "A"?1L,"a"?1U,"5"?1A,"a"?1N,"a"?1P,"a"?1C
; output
000000
; ---
; Codes may be small letters.
 W "ab12"?2l2n,"AB"?2u,"a."?1a1p
; output
111
; ---
; Several codes in one atom match any of them.
 W "a1b2"?4AN,"a1-"?3ANP,"a b"?3AP,"a"?1UN
; output
1110
; ---
; A count of 0 matches nothing at all.
 W ""?0N,"1"?0N,"a"?0N1A
; output
101
; ---
; A point is any number, zero too.
 W ""?.N,"123"?.N,"12a"?.N
; output
110
; ---
; A point with an upper limit only.
 W "12"?.2N,"123"?.2N,""?.2N
; output
101
; ---
; A point with a lower limit only.
 W "12"?2.N,"1"?2.N,"12345"?2.N
; output
101
; ---
; A range of counts.
 W "1"?2.3N,"12"?2.3N,"123"?2.3N,"1234"?2.3N
; output
0110
; ---
; A range whose upper limit is below its lower does not compile.
 W "1"?3.2N ; error M10
; output
; ---
; A literal matches itself.
 W "abc"?1"abc","abcabc"?2"abc","ab"?1"abc"
; output
110
; ---
; An empty literal matches the empty text.
 W ""?1"","a"?1"","a"?1""1A
; output
101
; ---
; A literal with quotes.
 W "a""b"?1"a""b"
; output
1
; ---
; The whole text must match.
 W "abc1"?.A,"1abc"?.A,"abc"?.A
; output
001
; ---
; A pattern finds its way back.
 W "aaa"?.A1A,"aab"?.A1"b","1-2-3"?.E1"-".E,"aaa"?.A3A1A
; output
1110
; ---
; Alternation takes any of its patterns.
 W "cat"?1(1"cat",1"dog"),"dog"?1(1"cat",1"dog"),"cow"?1(1"cat",1"dog")
; output
110
; ---
; Alternation with counts may mix its patterns.
 W "a1b2"?4(1A,1N),"ab"?1.2(1"a",1"b"),"abab"?.(1"ab"),"aba"?.(1"ab")
; output
1110
; ---
; Alternation in alternation.
 W "ac"?1(1"a"1(1"b",1"c"),1"d"),"d"?1(1"a"1(1"b",1"c"),1"d"),"a"?1(1"a"1(1"b",1"c"),1"d")
; output
110
; ---
; Alternation of different lengths finds its way back.
 W "abc"?1(1"a",1"ab")1"c","ac"?1(1"a",1"ab")1"c"
; output
11
; ---
; Alternation of nothing but an empty text.
 W ""?1(1"",1"x"),"x"?1(1"",1"x")
; output
11
; ---
; A negated match.
 W "abc"'?3A,"abc"'?3N
; output
01
; ---
; A match is as strong as any operator.
 W 1+1?1N," ","a"_1?1A1N
; output
1 1
; ---
; A pattern by indirection.
 S P="3N1""-""4N" W "555-1234"?@P,"555-123"?@P
; output
10
; ---
; A pattern by indirection of a node.
 S P(1)="2A",P(2)="2N" F I=1,2 W "ab"?@P(I)
; output
10
; ---
; A pattern by indirection that is none is an error.
 S P="zz9" W "a"?@P ; error M10
; output
; ---
; A pattern by indirection that is empty.
 S P="" W "a"?@P ; error M10
; output
; ---
; A pattern by indirection of an undefined variable is an error.
 W "a"?@P ; error M6
; output
; ---
; A pattern of a number matches its canonic text.
 W 007?1N,1.50?1N1"."1N,-1?1"-"1N,.5?1P1N
; output
1111
; ---
; A pattern without an atom does not compile.
 W "a"? ; error M10
; output
; ---
; A code without a count does not compile.
 W "a"?A ; error M10
; output
; ---
; A count without a code does not compile.
 W "a"?1 ; error Z150373522
; output
; ---
; A code that there is not does not compile.
 W "a"?1B ; error Z150379754
; output
; ---
; A code of another vendor does not compile.
 W "a"?1Z ; error Z150373522
; output
; ---
; Alternation without its end does not compile.
 W "a"?1(1A,1N ; no parenthesis ; error M10
; output
; ---
; Alternation without a comma between.
 W "a1"?1(1A1N),"a"?1(1A1N)
; output
10
; ---
; The bytes above 127 have classes, too.
 W $C(192)?1U,$C(224)?1L,$C(223)?1A,$C(255)?1C,$C(160)?1P,$C(200)?1E
; output
111111
; ---
; Control characters are C, space is P.
 W $C(0)?1C,$C(127)?1C," "?1P,$C(31)?1C,$C(32)?1C
; output
11110
; ---
; An empty text matches only what may be empty.
 W ""?.A,""?1A,""?.E,""?0.1N,""?1.N
; output
10110
; ---
; A long text against a point.
 S X=$J("",30000) W X?.E,X?.P,X?30000P,X?29999P
; output
1110
; ---
; Points in a row do not take forever.
 S X=$TR($J("",2000)," ","a") W X?.A.A.A.A.A1N
; output
0
; ---
; A social security number, a date, a phone number, an amount.
 W "123-45-6789"?3N1"-"2N1"-"4N,"12/31/2026"?1.2N1"/"1.2N1"/"4N,"(555) 123"?1"("3N1") "3N,"-12.50"?.1"-"1.N1"."2N
; output
1111
; ---
; An identifier of M.
 F X="A","%A1","1A","A_B","" W X?1(1A,1"%").AN
; output
11000
; ---
; The pattern of a postcondition.
 S X="12" W:X?2N "two digits" W:X?3N "three"
; output
two digits
; ---
; A pattern in IF and in $SELECT.
 I "a1"?1A1N W "yes "
 W $S("x"?1N:"digit","x"?1A:"letter",1:"other")
; output
yes letter
; ---
; A match of an undefined variable is an error.
 W X?1N ; error M6
; output
; ---
; A match inside a subscript.
 S A("a1"?1A1N)=5 ZWR A
; output
A(1)=5
; ---
; A space in a pattern ends it.
 W "a"?1A 1N ; error Z150372458
; output
1
; ---
; Counts have several digits.
 W "aaaaaaaaaaaa"?12A,"aaaaaaaaaaaa"?11A,$J("",100)?100" "
; output
101
; ---
; A literal between codes.
 W "A-1"?1U1"-"1N,"A--1"?1U2"-"1N,"A1"?1U.1"-"1N
; output
111
; ---
; Codes that overlap: A holds U and L, E all.
 W "aB"?2A,"aB"?1L1U,"aB1-"?4E,"aB"?2UL
; output
1111
; ---
; Leading zeros in counts.
 W "aa"?02A,"a"?1.02A
; output
11

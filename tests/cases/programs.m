; Fibonacci numbers by a loop.
 S A=0,B=1 F I=1:1:60 W A,$S(I#10:" ",1:$C(10)) S C=A+B,A=B,B=C
; output
0 1 1 2 3 5 8 13 21 34
55 89 144 233 377 610 987 1597 2584 4181
6765 10946 17711 28657 46368 75025 121393 196418 317811 514229
832040 1346269 2178309 3524578 5702887 9227465 14930352 24157817 39088169 63245986
102334155 165580141 267914296 433494437 701408733 1134903170 1836311903 2971215073 4807526976 7778742049
12586269025 20365011074 32951280099 53316291173 86267571272 139583862445 225851433717 365435296162 591286729879 956722026041
; ---
; The sieve of Eratosthenes.
 S N=100 F I=2:1:N S P(I)=1
 F I=2:1:10 I $G(P(I)) F J=I*I:I:N K P(J)
 S K="" F  S K=$O(P(K)) Q:K=""  W K," "
; output
2 3 5 7 11 13 17 19 23 29 31 37 41 43 47 53 59 61 67 71 73 79 83 89 97 
; ---
; Greatest common divisor.
 W $$GCD(1071,462)," ",$$GCD(17,5)," ",$$GCD(0,9) Q
GCD(A,B) Q:B=0 A
 Q $$GCD(B,A#B)
; output
21 1 9
; ---
; Towers of Hanoi.
 S N=0 D H(4,"A","B","C") W !,N," moves" Q
H(D,F,T,V) Q:D=0
 D H(D-1,F,V,T) W F,T," " S N=N+1 D H(D-1,V,T,F)
 Q
; output
AC AB CB AC BA BC AC AB CB CA BA CB AC AB CB 
15 moves
; ---
; Bubble sort of pieces.
 S L="pear,apple,fig,cherry,date",N=$L(L,",")
 F I=1:1:N F J=1:1:N-I D:$P(L,",",J)]$P(L,",",J+1) SWAP
 W L Q
SWAP N T S T=$P(L,",",J),$P(L,",",J)=$P(L,",",J+1),$P(L,",",J+1)=T
 Q
; output
apple,cherry,date,fig,pear
; ---
; Sorting by an array.
 F W="the","quick","brown","fox","jumps","over" S X(W)=""
 S W="" F  S W=$O(X(W)) Q:W=""  W W," "
; output
brown fox jumps over quick the 
; ---
; Counting words.
 S T="a b a c b a" F I=1:1:$L(T," ") S W=$P(T," ",I),C(W)=$G(C(W))+1
 S W="" F  S W=$O(C(W)) Q:W=""  W W,"=",C(W),!
; output
a=3
b=2
c=1
; ---
; Reversing a text by characters and by $REVERSE.
 S X="Hello",Y="" F I=$L(X):-1:1 S Y=Y_$E(X,I)
 W Y,$RE(X)=Y
; output
olleH1
; ---
; Palindromes.
 F T="A man a plan","racecar","Able was I" W T,": ",$$PAL(T),!
 Q
PAL(X) S X=$TR(X," ABCDEFGHIJKLMNOPQRSTUVWXYZ","abcdefghijklmnopqrstuvwxyz")
 Q X=$RE(X)
; output
A man a plan: 0
racecar: 1
Able was I: 0
; ---
; Caesar's cipher by $TRANSLATE.
 S U="ABCDEFGHIJKLMNOPQRSTUVWXYZ" W $TR("ATTACK AT DAWN",U,$E(U,4,26)_$E(U,1,3))
; output
DWWDFN DW GDZQ
; ---
; Roman numerals.
 F N=4,9,14,40,90,400,1994,2024 W $$ROM(N)," "
 Q
ROM(N) N I,R,V,S S R="" F I=1:1:13 S V=$P("1000,900,500,400,100,90,50,40,10,9,5,4,1",",",I),S=$P("M,CM,D,CD,C,XC,L,XL,X,IX,V,IV,I",",",I) F  Q:N<V  S R=R_S,N=N-V
 Q R
; output
IV IX XIV XL XC CD MCMXCIV MMXXIV 
; ---
; Binary, octal and hexadecimal.
 F B=2,8,16 W $$BASE(255,B)," ",$$BASE(4096,B),!
 Q
BASE(N,B) N R S R="" F  S R=$E("0123456789ABCDEF",N#B+1)_R,N=N\B Q:N=0
 Q R
; output
11111111 1000000000000
377 10000
FF 1000
; ---
; Collatz sequences.
 F N=6,7,27 S C=0,X=N F  Q:X=1  S X=$S(X#2:3*X+1,1:X\2),C=C+1
 W C
; output
111
; ---
; Pascal's triangle.
 S R(1)=1 F I=1:1:7 D
 . F J=1:1:I W R(J)," "
 . W ! F J=I+1:-1:2 S R(J)=$G(R(J))+R(J-1)
; output
1 
1 1 
1 2 1 
1 3 3 1 
1 4 6 4 1 
1 5 10 10 5 1 
1 6 15 20 15 6 1 
; ---
; Matrix product.
 F I=1:1:2 F J=1:1:2 S A(I,J)=I+J,B(I,J)=I*J
 F I=1:1:2 F J=1:1:2 S C(I,J)=0 F K=1:1:2 S C(I,J)=C(I,J)+(A(I,K)*B(K,J))
 ZWR C
; output
C(1,1)=8
C(1,2)=16
C(2,1)=11
C(2,2)=22
; ---
; Newton's square root.
 S X=2,G=1 F I=1:1:8 S G=G+(X/G)/2
 W G
; output
1.41421356237309504
; ---
; Powers of 2 until 18 digits and beyond.
 S X=1 F I=1:1:70 S X=X*2 W:I>55 X,!
; output
72057594037927936
144115188075855872
288230376151711744
576460752303423488
1152921504606846970
2305843009213693940
4611686018427387880
9223372036854775760
18446744073709551500
36893488147419103000
73786976294838206000
147573952589676412000
295147905179352824000
590295810358705648000
1180591620717411290000
; ---
; Factorials beyond 18 digits.
 S X=1 F I=1:1:30 S X=X*I W I,"!=",X,!
; output
1!=1
2!=2
3!=6
4!=24
5!=120
6!=720
7!=5040
8!=40320
9!=362880
10!=3628800
11!=39916800
12!=479001600
13!=6227020800
14!=87178291200
15!=1307674368000
16!=20922789888000
17!=355687428096000
18!=6402373705728000
19!=121645100408832000
20!=2432902008176640000
21!=51090942171709440000
22!=1124000727777607680000
23!=25852016738884976600000
24!=620448401733239438000000
25!=15511210043330985900000000
26!=403291461126605633000000000
27!=10888869450418352000000000000
28!=304888344611713856000000000000
29!=8841761993739701820000000000000
30!=265252859812191054000000000000000
; ---
; A stack.
 F I=1:1:3 D PUSH(I*I)
 F  Q:'$D(S)  W $$POP()," "
 Q
PUSH(X) S S($O(S(""),-1)+1)=X
 Q
POP() N T,V S T=$O(S(""),-1),V=S(T) K S(T)
 Q V
; output
9 4 1 
; ---
; A queue.
 S (H,T)=0 F X="a","b","c" S T=T+1,Q(T)=X
 F  Q:H=T  S H=H+1 W Q(H) K Q(H)
; output
abc
; ---
; A linked list by references.
 F I=3:-1:1 S N=$I(ID),L(N)=I,L(N,"next")=$G(HEAD),HEAD=N
 S P=HEAD F  Q:P=""  W L(P) S P=L(P,"next")
; output
123
; ---
; Depth of nested parentheses.
 F T="(())","(()","())(" W $$OK(T)," "
 Q
OK(T) N D,I,B S (D,B)=0 F I=1:1:$L(T) S D=D+$S($E(T,I)="(":1,1:-1) S:D<0 B=1
 Q $S(B:"bad",D:"open",1:"ok")
; output
ok open bad 
; ---
; A calculator for reverse Polish notation.
 W $$RPN("3 4 + 2 * 7 /"),",",$$RPN("5 1 2 + 4 * + 3 -") Q
RPN(E) N S,I,X,A,B F I=1:1:$L(E," ") S X=$P(E," ",I) D
 . I X?1N.N S S($O(S(""),-1)+1)=X Q
 . S B=$$P,A=$$P,@("R=A"_X_"B"),S($O(S(""),-1)+1)=R
 Q S(1)
P() N T,V S T=$O(S(""),-1),V=S(T) K S(T) Q V
; output
2,14
; ---
; Run-length coding.
 S T="aaabccdddd",O="",P="",C=0 F I=1:1:$L(T)+1 S X=$E(T,I) D
 . I X=P S C=C+1 Q
 . S:P'="" O=O_C_P S P=X,C=1
 W O
; output
3a1b2c4d
; ---
; FizzBuzz.
 F I=1:1:15 W $S(I#15=0:"FizzBuzz",I#5=0:"Buzz",I#3=0:"Fizz",1:I)," "
; output
1 2 Fizz 4 Buzz Fizz 7 8 Fizz Buzz 11 Fizz 13 14 FizzBuzz 
; ---
; Leap years.
 F Y=1900,2000,2004,2023 W Y,$S(Y#4:" no",Y#400=0:" yes",Y#100=0:" no",1:" yes"),!
; output
1900 no
2000 yes
2004 yes
2023 no
; ---
; The day of the week, by Zeller.
 W $$DOW(2024,2,29),$$DOW(2000,1,1) Q
DOW(Y,M,D) S:M<3 M=M+12,Y=Y-1 S D=13*(M+1)\5+D+(Y#100)+(Y#100\4)+(Y\400)-(2*(Y\100))#7
 Q $P("Sat,Sun,Mon,Tue,Wed,Thu,Fri",",",D+1)
; output
ThuSat
; ---
; Ackermann's function.
 W $$A(2,3) Q
A(M,N) Q:M=0 N+1
 Q:N=0 $$A(M-1,1)
 Q $$A(M-1,$$A(M,N-1))
; output
9
; ---
; Permutations.
 D P("","abc") Q
P(D,R) N I I R="" W D," " Q
 F I=1:1:$L(R) D P(D_$E(R,I),$E(R,1,I-1)_$E(R,I+1,99))
 Q
; output
abc acb bac bca cab cba 
; ---
; Eight queens: the first solution.
 S N=6 W $$PUT(1) F I=1:1:N W " ",Q(I)
 Q
PUT(R) N C,OK S OK=0 Q:R>N 1
 F C=1:1:N D  Q:OK
 . N I,B S B=0 F I=1:1:R-1 S:Q(I)=C!(Q(I)-C=(R-I))!(C-Q(I)=(R-I)) B=1
 . Q:B  S Q(R)=C,OK=$$PUT(R+1)
 Q OK
; output
1 2 4 6 1 3 5
; ---
; A tree of names in a global, walked by recursion.
 S ^T("a","b","c")=1,^T("a","d")=2,^T("e")=3 D WALK("^T",0) Q
WALK(N,D) N K S K="" F  S K=$O(@N@(K)) Q:K=""  W ?D*2,K,$S($D(@N@(K))#10:"="_@N@(K),1:""),! D WALK($NA(@N@(K)),D+1)
 Q
; output
a
  b
    c=1
  d=2
e=3
; ---
; Registering patients with an index.
 F X="Smith,John^1950","Jones,Ann^1962","Smith,Eve^1971" D ADD(X)
 S N="" F  S N=$O(^P("B",N)) Q:N=""  S I="" F  S I=$O(^P("B",N,I)) Q:I=""  W N," ",I," ",$P(^P(I,0),"^",2),!
 Q
ADD(X) N I S I=$I(^P),^P(I,0)=X,^P("B",$P(X,"^"),I)=""
 Q
; output
Jones,Ann 2 1962
Smith,Eve 3 1971
Smith,John 1 1950
; ---
; Transferring between accounts, all or nothing.
 S ^B("x")=100,^B("y")=5 D T("x","y",30),T("y","x",500) W ^B("x"),",",^B("y") Q
T(F,T,A) TS  S ^B(F)=^B(F)-A,^B(T)=^B(T)+A I ^B(F)<0 TRO  W "no " Q
 TC
 Q
; output
no 70,35
; ---
; A counter per key, merged into totals.
 S A("x")=1,A("y")=2,B("y")=5,B("z")=7 M T=A S K="" F  S K=$O(B(K)) Q:K=""  S T(K)=$G(T(K))+B(K)
 ZWR T
; output
T("x")=1
T("y")=7
T("z")=7
; ---
; A report in columns.
 W "Name",?10,"Qty",?16,"Price",! F L="Apples^3^1.5","Pears^12^.75" W $P(L,"^"),?10,$J($P(L,"^",2),3),?15,$J($P(L,"^",3),6,2),!
; output
Name      Qty   Price
Apples      3    1.50
Pears      12    0.75
; ---
; Money in words of thousands.
 F X=0,5,1234.5,1234567.891,-99999 W $FN(X,",",2),"|",$FN(X,"P",1),"|",$FN(X,"T"),!
; output
0.00| 0.0 |0 
5.00| 5.0 |5 
1,234.50| 1234.5 |1234.5 
1,234,567.89| 1234567.9 |1234567.891 
-99,999.00|(99999.0)|99999-
; ---
; Rounding half away from zero.
 F X=.5,1.5,2.5,-.5,-1.5,.125,1.005 W $J(X,0,0)," ",$J(X,0,2),!
; output
1 0.50
2 1.50
3 2.50
-1 -0.50
-2 -1.50
0 0.13
1 1.01
; ---
; Comparing versions by pieces.
 W $$CMP("1.10.0","1.9"),$$CMP("2","2.0.0"),$$CMP("1.2","1.2.1") Q
CMP(A,B) N I,X,Y,R S R="=" F I=1:1:4 S X=+$P(A,".",I),Y=+$P(B,".",I) I X'=Y S R=$S(X>Y:">",1:"<") Q
 Q R
; output
>=<
; ---
; Validation by patterns.
 F X="123-45-6789","12-345-6789","abc","A1B2","(555) 123-4567" W X,":",X?3N1"-"2N1"-"4N,X?1A1N1A1N,X?1"("3N1") "3N1"-"4N,!
; output
123-45-6789:100
12-345-6789:000
abc:000
A1B2:010
(555) 123-4567:001
; ---
; Parsing key=value pairs.
 S L="a=1;b=two;c=;=d" F I=1:1:$L(L,";") S P=$P(L,";",I),K=$P(P,"=") S:K'="" V(K)=$P(P,"=",2)
 ZWR V
; output
V("a")=1
V("b")="two"
V("c")=""
; ---
; CSV with quotes.
 S L="a,""b,c"",""d""""e"",f",I=1 F  Q:I>$L(L)  W $$F(),"|"
 Q
F() N O,C,Q S O="",Q=0 F  S C=$E(L,I),I=I+1 Q:C=""!(C=","&'Q)  S:C="""" Q='Q S:C'="""" O=O_C I C="""",'Q,$E(L,I)="""" S O=O_""""
 Q O
; output
a|b,c|d"e|f|
; ---
; Title case by words.
 S T="hello wide world",O="" F I=1:1:$L(T," ") S W=$P(T," ",I),$P(O," ",I)=$TR($E(W),"abcdefghijklmnopqrstuvwxyz","ABCDEFGHIJKLMNOPQRSTUVWXYZ")_$E(W,2,99)
 W O
; output
Hello Wide World
; ---
; Wrapping a paragraph.
 S T="the quick brown fox jumps over the lazy dog and runs away",L="" F I=1:1:$L(T," ") S W=$P(T," ",I) D
 . I $L(L)+$L(W)>16 W L,! S L=""
 . S L=L_$S(L="":"",1:" ")_W
 W L
; output
the quick brown
fox jumps over
the lazy dog and
runs away
; ---
; Centering.
 F T="one","three","nineteen" W ?20-$L(T)\2,T,!
; output
        one
       three
      nineteen
; ---
; Luhn's check digit.
 F N="4539578763621486","1234567812345670","1234567812345678" W $$L(N)
 Q
L(N) N S,I,D S S=0 F I=$L(N):-1:1 S D=$E(N,I)*(1+($L(N)-I#2)),S=S+$S(D>9:D-9,1:D)
 Q S#10=0
; output
110
; ---
; A checksum of characters.
 S X="The quick brown fox",S=0 F I=1:1:$L(X) S S=S*31+$A(X,I)#65521
 W S
; output
20108
; ---
; CRC-8 with logic by bits.
 S X="123456789",C=0 F I=1:1:$L(X) S C=$$XOR(C,$A(X,I)) F J=1:1:8 S C=$S(C\128:$$XOR(C*2#256,7),1:C*2#256)
 W C Q
XOR(A,B) N R,P S R=0,P=1 F  Q:A=0&(B=0)  S:A#2'=(B#2) R=R+P S A=A\2,B=B\2,P=P*2
 Q R
; output
244
; ---
; Julian day numbers.
 W $$JD(2000,1,1)," ",$$JD(1858,11,17) Q
JD(Y,M,D) Q 367*Y-(7*(M+9\12+Y)\4)+(275*M\9)+D+1721013
; output
2451544 2399999
; ---
; Prime factors.
 F N=360,97,1001,65536 W N,"=" S X=N,F=2 F  Q:X=1  D
 . I X#F=0 W F," " S X=X\F Q
 . S F=F+1
; output
360=2 2 2 3 3 5 97=97 1001=7 11 13 65536=2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 
; ---
; Perfect numbers.
 F N=2:1:500 S S=1 D  W:S=N N," "
 . F D=2:1 Q:D*D>N  S:N#D=0 S=S+D+$S(D*D=N:0,1:N\D)
; output
6 28 496 
; ---
; Armstrong numbers.
 F N=1:1:500 S S=0 F I=1:1:$L(N) S S=S+($E(N,I)**$L(N)) W:I=$L(N)&(S=N) N," "
; output
1 2 3 4 5 6 7 8 9 153 370 371 407 
; ---
; Happy numbers.
 F N=1:1:30 S X=N F I=1:1:20 S S=0 F J=1:1:$L(X) S S=S+($E(X,J)**2) S:J=$L(X) X=S W:J=$L(X)&(I=20)&(X=1) N," "
; output
1 7 10 13 19 23 28 
; ---
; Triangles with nested FOR.
 F I=1:1:4 W ?4-I F J=1:1:I*2-1 W "*" W:J=(I*2-1) !
; output
   *
  ***
 *****
*******
; ---
; A multiplication table.
 F I=1:1:5 W ! F J=1:1:5 W $J(I*J,4)
; output

   1   2   3   4   5
   2   4   6   8  10
   3   6   9  12  15
   4   8  12  16  20
   5  10  15  20  25
; ---
; Set operations on arrays.
 F X="a","b","c" S A(X)=""
 F X="b","c","d" S B(X)=""
 S X="" F  S X=$O(A(X)) Q:X=""  W $S($D(B(X)):"both ",1:"only A "),X,!
; output
only A a
both b
both c
; ---
; An inverted index.
 S D(1)="red blue",D(2)="blue green",D(3)="red" S I="" F  S I=$O(D(I)) Q:I=""  F J=1:1:$L(D(I)," ") S X($P(D(I)," ",J),I)=""
 S W="" F  S W=$O(X(W)) Q:W=""  W W,":" S I="" F  S I=$O(X(W,I)) W:I'="" " ",I I I="" W ! Q
; output
blue: 1 2
green: 2
red: 1 3
; ---
; Breadth-first search in a graph.
 F E="A,B","A,C","B,D","C,D","D,E" S G($P(E,","),$P(E,",",2))="",G($P(E,",",2),$P(E,","))=""
 S Q(1)="A",D("A")=0,(H,T)=1 F  Q:H>T  S N=Q(H),H=H+1,M="" F  S M=$O(G(N,M)) Q:M=""  I '$D(D(M)) S T=T+1,Q(T)=M,D(M)=D(N)+1
 ZWR D
; output
D("A")=0
D("B")=1
D("C")=1
D("D")=2
D("E")=3
; ---
; Dijkstra's shortest paths with an ordered array as the queue.
 F E="A,B,4","A,C,1","C,B,2","B,D,5","C,D,8" S G($P(E,","),$P(E,",",2))=$P(E,",",3)
 S Q(0,"A")="" F  S D=$O(Q("")) Q:D=""  S N=$O(Q(D,"")) K Q(D,N) I '$D(R(N)) S R(N)=D,M="" F  S M=$O(G(N,M)) Q:M=""  S Q(D+G(N,M),M)=""
 ZWR R
; output
R("A")=0
R("B")=3
R("C")=1
R("D")=8
; ---
; Longest common subsequence.
 S A="AGGTAB",B="GXTXAYB" F I=0:1:$L(A) F J=0:1:$L(B) S L(I,J)=$S(I*J=0:0,$E(A,I)=$E(B,J):L(I-1,J-1)+1,L(I-1,J)>L(I,J-1):L(I-1,J),1:L(I,J-1))
 W L($L(A),$L(B))
; output
4
; ---
; Edit distance.
 W $$LEV("kitten","sitting"),$$LEV("","abc"),$$LEV("same","same") Q
LEV(A,B) N I,J,D F I=0:1:$L(A) F J=0:1:$L(B) S D(I,J)=$S('I:J,'J:I,1:$$MIN(D(I-1,J)+1,D(I,J-1)+1,D(I-1,J-1)+($E(A,I)'=$E(B,J))))
 Q D($L(A),$L(B))
MIN(X,Y,Z) S:Y<X X=Y S:Z<X X=Z Q X
; output
330
; ---
; Quick sort in place.
 F I=1:1:9 S A(I)=$P("5,2,9,1,5,6,-3,0,8",",",I)
 D QS(1,9) F I=1:1:9 W A(I)," "
 Q
QS(L,H) N I,J,P,T Q:L'<H  S P=A(L+H\2),I=L,J=H
 F  Q:I>J  D
 . F  Q:A(I)'<P  S I=I+1
 . F  Q:A(J)'>P  S J=J-1
 . I I'>J S T=A(I),A(I)=A(J),A(J)=T,I=I+1,J=J-1
 D QS(L,J),QS(I,H)
 Q
; output
-3 0 1 2 5 5 6 8 9 
; ---
; Merge sort of pieces, by reference.
 S L="z,b,y,a,x" D MS(.L) W L Q
MS(L) N A,B,N,O S N=$L(L,",") Q:N<2
 S A=$P(L,",",1,N\2),B=$P(L,",",N\2+1,N) D MS(.A),MS(.B) S O=""
 F  Q:A=""&(B="")  D
 . I B=""!(A'=""&(B]$P(A,","))) S O=O_","_$P(A,","),A=$P(A,",",2,99) Q
 . S O=O_","_$P(B,","),B=$P(B,",",2,99)
 S L=$E(O,2,999) Q
; output
a,b,x,y,z
; ---
; Binary search.
 F I=1:1:100 S A(I)=I*I
 W $$F(49),$$F(50),$$F(10000) Q
F(X) N L,H,M S L=1,H=100 F  Q:L>H  S M=L+H\2 Q:A(M)=X  S:A(M)<X L=M+1 S:A(M)>X H=M-1
 Q $S(L>H:0,1:M)
; output
70100
; ---
; Memoized recursion in an array.
 W $$F(80) Q
F(N) Q:N<2 N
 I '$D(M(N)) S M(N)=$$F(N-1)+$$F(N-2)
 Q M(N)
; output
23416728348467685
; ---
; A generator kept in a global.
 F I=1:1:5 W $$NEXT()," "
 Q
NEXT() S ^SEED=$G(^SEED,42)*1103515245+12345#2147483648 Q ^SEED
; output
1250496027 1116302260 881583070 447863231 1993087116 
; ---
; Dispatch through a table of labels.
 S H("add")="ADD",H("sub")="SUB" F C="add","sub","mul" D:$D(H(C)) @H(C)@(7,3):1 W $G(R,"none"),"," K R
 Q
ADD(A,B) S R=A+B Q
SUB(A,B) S R=A-B Q
; output
10,4,none,
; ---
; Dispatch by an extrinsic in a text.
 F F="UP","LOW" S X="W $$"_F_"(""aB"")" X X
 Q
UP(X) Q $TR(X,"ab","AB")
LOW(X) Q $TR(X,"AB","ab")
; output
ABab
; ---
; A data block read by $TEXT.
 F I=1:1 S L=$P($T(DATA+I),";;",2) Q:L=""  W $P(L,",",2),"-",$P(L,","),!
 Q
DATA ;
 ;;1,one
 ;;2,two
 ;;3,three
; output
one-1
two-2
three-3
; ---
; A routine that prints itself.
 F I=1:1 S L=$T(+I) Q:L=""  W L,!
 ; the end
; output
; A routine that prints itself.
 F I=1:1 S L=$T(+I) Q:L=""  W L,!
 ; the end
; ---
; Code that is made and run.
 S S="" F I=1:1:5 S S=S_"S X("_I_")="_I_"*"_I_" "
 X S ZWR X
; output
X(1)=1
X(2)=4
X(3)=9
X(4)=16
X(5)=25
; ---
; Error handling around a loop: bad items are counted.
 F X=1,0,4,"x" D
 . N $ET S $ET="S E=$G(E)+1,$EC="""" Q"
 . W 8/X," "
 W "errors ",E
; output
8 2 errors 2
; ---
; A retry after an error.
 S N=0 F  D  Q:$G(OK)
 . N $ET S $ET="S $EC="""" W ""retry "" Q"
 . S N=N+1 I N<3 S $EC=",U9,"
 . S OK=1
 W N
; output
retry retry 3
; ---
; Clean up after an error, and pass it on.
 S $ET="W ""top "",$EC,! S $EC="""" Q"
 D WORK W "done" Q
WORK N $ET S $ET="W ""clean "" Q" S X=1/0
 Q
; output
clean top ,M9,Z150373210,
; ---
; A result by reference and a status by value.
 I $$FIND("b",.P) W P
 I '$$FIND("z",.P) W "none",$D(P)
 Q
FIND(X,R) K R N I F I="a","b","c" I I=X S R=$A(I) Q
 Q $D(R)#2
; output
98none0
; ---
; Copying a subtree and comparing.
 S A(1)=1,A(1,2)=2,A("z")="" M B=A W $$EQ("A","B") S B(1,2)=3 W $$EQ("A","B") Q
EQ(X,Y) N P,Q,E S P=X,Q=Y,E=1 F  S P=$Q(@P),Q=$Q(@Q) Q:P=""&(Q="")  I P=""!(Q="")!($P(P,X,2,99)'=$P(Q,Y,2,99)) S E=0 Q  I @P'=@Q S E=0 Q
 Q E
; output
11
; ---
; Flattening a tree by $QUERY, $QLENGTH, $QSUBSCRIPT.
 S T("a",1)="x",T("a",2,"k")="y",T("b")="z",Q="T"
 F  S Q=$Q(@Q) Q:Q=""  F I=1:1:$QL(Q) W $QS(Q,I),$S(I=$QL(Q):"="_@Q_$C(10),1:"/")
; output
a/1=x
a/2/k=y
b=z
; ---
; Dates by $HOROLOG arithmetic.
 S D=66000 F I=1:1:3 W $ZD(D,"YYYY-MM-DD")," ",$ZD(D,"DAY")," " S D=D+31
; output
2021-09-13 MON 2021-10-14 THU 2021-11-14 SUN 
; ---
; Time in hours, minutes, seconds.
 F T=0,59,3600,86399 W $$HMS(T)," "
 Q
HMS(T) Q $TR($J(T\3600,2)_":"_$J(T#3600\60,2)_":"_$J(T#60,2)," ",0)
; output
00:00:00 00:00:59 01:00:00 23:59:59 
; ---
; Ages.
 W $$AGE(19500615,20240614),$$AGE(19500615,20240615) Q
AGE(B,D) Q D-B\10000
; output
7374
; ---
; Averages with fractions.
 S (N,S)=0 F X=1.5,2.25,-3,10.125 S N=N+1,S=S+X
 W S/N," ",$J(S/N,0,3)
; output
2.71875 2.719
; ---
; Variance by sums of squares.
 S (N,A,B)=0 F X=2,4,4,4,5,5,7,9 S N=N+1,A=A+X,B=B+(X*X)
 W B/N-((A/N)**2)**.5
; output
2
; ---
; Compound interest.
 S P=1000 F Y=1:1:10 S P=P*1.05 W $J(P,10,2),!
; output
   1050.00
   1102.50
   1157.63
   1215.51
   1276.28
   1340.10
   1407.10
   1477.46
   1551.33
   1628.89
; ---
; The number e as a sum.
 S E=1,T=1 F I=1:1:20 S T=T/I,E=E+T
 W E
; output
2.71828182845904512
; ---
; Pi by Machin's formula.
 W 4*(4*$$AT(5)-$$AT(239)) Q
AT(X) N S,T,I S T=1/X,S=T F I=3:2:25 S T=-T/(X*X),S=S+(T/I)
 Q S
; output
3.14159265358979325
; ---
; Temperatures.
 F C=-40,0,37,100 W C,"C=",C*9/5+32,"F",!
; output
-40C=-40F
0C=32F
37C=98.6F
100C=212F
; ---
; Vowels counted by $TRANSLATE.
 S X="programming in M is terse" W $L(X)-$L($TR(X,"aeiou"))
; output
7
; ---
; Anagrams grouped by sorted letters.
 F W="tea","eat","tan","ate","nat","bat" S K=$$S(W),G(K)=$G(G(K))_W_" "
 S K="" F  S K=$O(G(K)) Q:K=""  W G(K),!
 Q
S(W) N I,A,O S O="" F I=1:1:$L(W) S A($E(W,I),I)=""
 N C S C="" F  S C=$O(A(C)) Q:C=""  S I="" F  S I=$O(A(C,I)) Q:I=""  S O=O_C
 Q O
; output
bat 
tea eat ate 
tan nat 
; ---
; Substrings counted by $FIND.
 S X="banana",(C,P)=0 F  S P=$F(X,"an",P) Q:'P  S C=C+1
 W C
; output
2
; ---
; Replacing all by pieces.
 W $$R("a-b-c","-","+"),$$R("aaa","a","bb") Q
R(X,F,T) N I,O S O=$P(X,F) F I=2:1:$L(X,F) S O=O_T_$P(X,F,I)
 Q O
; output
a+b+cbbbbbb
; ---
; Hexadecimal dump.
 S X="Hi!"_$C(10) F I=1:1:$L(X) S A=$A(X,I) W $E("0123456789ABCDEF",A\16+1),$E("0123456789ABCDEF",A#16+1)," "
; output
48 69 21 0A 
; ---
; Bits counted.
 F N=0,1,255,1023 S C=0,X=N F  Q:'X  S C=C+(X#2),X=X\2
 W C
; output
10
; ---
; A game of life, three generations of a blinker.
 S L(2,3)="",L(3,3)="",L(4,3)="" F G=1:1:3 D SHOW,STEP
 Q
SHOW F R=1:1:5 F C=1:1:5 W $S($D(L(R,C)):"#",1:".") W:C=5 !
 W ! Q
STEP N N F R=1:1:5 F C=1:1:5 S N=0 D  I N=3!(N=2&$D(L(R,C))) S M(R,C)=""
 . F A=-1:1:1 F B=-1:1:1 I A!B S N=N+($D(L(R+A,C+B))>0)
 K L M L=M K M Q
; output
.....
..#..
..#..
..#..
.....

.....
.....
.###.
.....
.....

.....
..#..
..#..
..#..
.....
; ---
; Reading numbers until the end of input, and their sum.
 S S=0 F  R X Q:$ZEOF  S S=S+X
 W S
; input
10
20
 30x
-5.5

; output
24.5
; ---
; A menu read from input.
 F  R "choice: ",C,! Q:C="q"!$ZEOF  W $S(C="a":"added",C="l":"listed",1:"unknown"),!
 W "bye"
; input
a
x
l
q

; output
choice: 
added
choice: 
unknown
choice: 
listed
choice: 
bye
; ---
; An interpreter of a tiny language: M runs what is read.
 F  R L Q:L=""  X L
; input
S A=6
S B=7
W A*B,!
F I=1:1:3 W I

; output
42
123
; ---
; A bank statement with a running balance.
 S B=0 F X="100,deposit","-30.25,rent","-.75,fee" S B=B+X W $J($P(X,","),8,2),$J(B,9,2)," ",$P(X,",",2),!
; output
  100.00   100.00 deposit
  -30.25    69.75 rent
   -0.75    69.00 fee
; ---
; Alternating signs: a slow series for ln 2.
 S S=0,G=1 F I=1:1:50 S S=S+(G/I),G=-G
 W $J(S,0,6)
; output
0.683247
; ---
; Diagonals of a square.
 S N=5 F R=1:1:N W ! F C=1:1:N W $S(R=C:"\",R+C=(N+1):"/",1:".")
; output

\.../
.\./.
..\..
./.\.
/...\
; ---
; Joining and splitting by different delimiters.
 S X="a,b;c d" F D=",",";"," " W $L(X,D),":",$P(X,D),"|",$P(X,D,2,9),!
; output
2:a|b;c d
2:a,b|c d
2:a,b;c|d
; ---
; Zero padding and fixed widths.
 F I=1,22,333 W $TR($J(I,5)," ",0)," ",$E(100000+I,2,6),!
; output
00001 00001
00022 00022
00333 00333
; ---
; The highest and lowest of an array by $ORDER.
 F X=5,-2,17,.5,100 S V(X)=""
 W $O(V(""))," ",$O(V(""),-1)
; output
-2 100
; ---
; Locks around a counter.
 F I=1:1:3 L +^N:1 S ^N=$G(^N)+$T L -^N
 W ^N
; output
3
; ---
; Nested extrinsics with side effects, from left to right.
 S C=0 W $$N()_$$N()_($$N()+$$N())_$$N() Q
N() S C=C+1 Q C
; output
1275
; ---
; Frequencies of letters, most frequent first.
 S T="mississippi" F I=1:1:$L(T) S C($E(T,I))=$G(C($E(T,I)))+1
 S K="" F  S K=$O(C(K)) Q:K=""  S F(-C(K),K)=""
 S N="" F  S N=$O(F(N)) Q:N=""  S K="" F  S K=$O(F(N,K)) Q:K=""  W K,-N," "
; output
i4 s4 p2 m1 
; ---
; Naked references to walk siblings.
 F I=1:1:4 S ^X("k",I)=I*I
 S S=^X("k",1) F I=2:1:4 S S=S+^(I)
 W S,$R
; output
30^X("k",4)
; ---
; TRESTART of what cannot be restarted goes back to the frame of the TSTART, and is an error there.
 N $ET S $ET="W $P($ZS,"","",1,2),"" "",$ST,$TL,$T,$G(A),$ST($ST,""PLACE""),! S $EC="""" TRO  Q"
 D L0 W "end"
 Q
L0 S ^A=1,A=1 I 1
 TS
 S ^A=2
 D L1 W "back"
 W "next"
 Q
L1 N A S A=2 I 0
 D
 . TRE
 . W "no"
 Q
; output
150376066,L0+1^CASE 1111L0+1^CASE
end
; ---
; The same in the frame of the TSTART itself.
 N $ET S $ET="W $P($ZS,"","",1,2),"" "",$ST,$TL,$T,$G(A),! S $EC="""" TRO  Q"
 D L0 W "end"
 Q
L0 S A=1 I 1
 TS
 S ^A=2,A=2 TRE  W "back"
 W "next"
 Q
; output
150376066,L0+1^CASE 1112
end
; ---
; The same behind a nested TSTART, which is not asked.
 N $ET S $ET="W $P($ZS,"","",1,2),"" "",$ST,$TL,$T,$G(A),! S $EC="""" TRO  Q"
 D L0 W "end"
 Q
L0 S A=1 I 1
 TS
 D L1 W "back"
 W "next"
 Q
L1 TS () S A=2 TRE:$TR<1  W "b"
 Q
; output
150376066,L0+1^CASE 1112
end
; ---
; What TRESTART has not restarted is undone, and still open.
 N $ET S $ET="W $P($ZS,"","",1,2),"" "",$ST,$TL,$T,$G(A),^A,$TR,$REFERENCE,! S $EC="""" S ^A=5 TC  W ^A Q"
 S ^A=1,^B(1)=2
 D L0 W "end",^A
 Q
L0 S A=1 I 1
 TS
 S ^A=2 D L1
 Q
L1 TS
 S ^A=3
 TRE
 Q
; output
150376066,L0+1^CASE 111110^A
5end5
; ---
; A restart out of a block gives $TEST back as it was at the TSTART.
 I 1 S A=0
 TS ()
 S A=1 W $T,$TR
 D
 . I 0
 . D
 . . I 0
 . . TRE:$TR<2
 W $T
 TC
 I 1
 TS () W $T,$TR D L TC  W $T
 Q
L I 0
 D
 . TRE:$TR<2
 Q
; output
10111211011120
; ---
; $ZSTATUS of a TRESTART that cannot be done says where the transaction began and where it ended.
 N $ET S $ET="W $ZS,! S $EC="""" TRO  Q"
 D L0
 S X="TS  W 1 D L1"
 X X
 Q
L0 TS
 D L1
 Q
L1 W 2
 TRE
 Q
; output
2150376066,L0^CASE,%GTM-E-TRESTNOT, Cannot TRESTART, transaction is not restartable,%GTM-E-TRESTLOC, Transaction start: L0^CASE, Transaction failure: L1+1^CASE
12150376066,+5^CASE,%GTM-E-TRESTNOT, Cannot TRESTART, transaction is not restartable,%GTM-E-TRESTLOC, Transaction start: +5^CASE, Transaction failure: L1+1^CASE
; ---
; FOR takes its last step back: what was rounded on the way stays so.
 F I=1:1:2 S I=999999999999999999
 W I
 S A(1)=1 F A(1)=1:1:2 S A(1)=999999999999999999
 W " ",A(1)
 Q
; output
1000000000000000000 1000000000000000000
; ---
; A restart puts back what a nested TSTART has named, too, as it was there.
 S A=1,B=2
 TS ()
 S A=5 D L
 W A,B,$TR,! TC
 Q
L TS (A,B) S A=6,B=7 W A,B TRE:$TR<2  TC
 Q
; output
676767672
; ---
; What cannot be restarted has the locals of its nested TSTARTs put back.
 N $ET S $ET="W A,B,$TL,! S $EC="""" TRO  Q"
 S A=1,B=2 D M W "end"
 Q
M TS
 S A=5 D L
 W "no"
 Q
L TS (A,B) S A=6,B=7 W A,B TRE
 Q
; output
67521
end
; ---
; Two nested TSTARTs that name the same local: the outer one is the last to put it back.
 S A=1
 TS (A) S A=2 TS (A):S  S A=3 TS *:S  S A=4,B=5 W A,$G(B),$TR TRE:$TR<1  W A TC  TC  TC  W A,$G(B)
 Q
; output
450451445
; ---
; A naked reference with more than 31 subscripts is an error, and leaves no indicator.
 N $ET S $ET="W $P($ZS,"","",1),$REFERENCE,! S $EC="""" Q"
 S ^A(1)=1 D L
 W $D(^(1))
 Q
L F I=1:1:40 W I,"," S ^(1,2)=3
 Q
; output
1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,150373282
150372946

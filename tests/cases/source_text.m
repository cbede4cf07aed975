; A tab begins a line as a space does.
	W 1
	W 2
; output
12
; ---
; Any number of spaces begins a line.
    W 1
          W 2
; output
12
; ---
; A label may stand alone, and what follows falls through it.
 W 1
L
 W 2
M ; comment
 W 3
; output
123
; ---
; A label behind which code stands on the same line.
 D L Q
L W "L" Q
; output
L
; ---
; A label may have digits, and leading zeros count.
 D 1,01,001 Q
1 W "one " Q
01 W "zero one " Q
001 W "zero zero one" Q
; output
one zero one zero zero one
; ---
; A label may begin with %.
 D %L Q
%L W "percent" Q
; output
percent
; ---
; Capitals and small letters are different labels.
 D L,l Q
L W "L" Q
l W "l" Q
; output
Ll
; ---
; Labels of 31 characters are whole; what is longer is cut.
 D ABCDEFGHIJKLMNOPQRSTUVWXYZ12345 Q
ABCDEFGHIJKLMNOPQRSTUVWXYZ12345 W "31" Q
; output
31
; ---
; Names of variables of 31 characters are whole.
 S ABCDEFGHIJKLMNOPQRSTUVWXYZ12345=1,ABCDEFGHIJKLMNOPQRSTUVWXYZ12346=2 W ABCDEFGHIJKLMNOPQRSTUVWXYZ12345,ABCDEFGHIJKLMNOPQRSTUVWXYZ12346
; output
12
; ---
; Names of variables beyond 31 characters are cut.
 S ABCDEFGHIJKLMNOPQRSTUVWXYZ123456=1 W ABCDEFGHIJKLMNOPQRSTUVWXYZ12345
; output
1
; ---
; Capitals and small letters are different variables.
 S A=1,a=2 W A,a
; output
12
; ---
; A variable may be a single % and begin with one.
 S %=1,%A=2,%1=3 W %,%A,%1
; output
123
; ---
; A global may begin with %.
 S ^%A(1)=2 W ^%A(1) K ^%A
; output
2
; ---
; A comment behind a command and on a line of its own.
 W 1 ; this
 ; that
 W 2 ;; more
; output
12
; ---
; A comment may hold anything, quotes that do not end too.
 W 1 ; "not ended ( [
 W 2
; output
12
; ---
; A comment directly behind an argument does not compile.
 W 1;comment
; output
1
; ---
; An empty line and a line of spaces do nothing.
 W 1
; output
1
; ---
; A command needs a space before its argument.
 W1 ; error Z150373050
; output
; ---
; Two spaces behind a command are no argument.
 I 1 W "a" E  W "b" W "c"
; output
a
; ---
; Spaces at the end of a line.
 W 1   
 W 2 
; output
12
; ---
; Commands may be capitals, small letters or both.
 w 1 Write 2 WRITE 3 wRiTe 4
; output
1234
; ---
; Commands have two spellings only.
 S $ET="W $P($ZS,"","",3) S $EC="""" Q" WRI 1
; output
%GTM-E-INVCMD
; ---
; Functions may be small letters, and have two spellings only.
 W $l("ab"),$Length("ab"),$LENGTH("ab") S $ET="W $P($ZS,"","",3) S $EC="""" Q" W $LEN("ab")
; output
222%GTM-E-INVFCN
; ---
; A space in an expression ends it.
 S $ET="W $P($ZS,"","",3) S $EC="""" Q" W 1 + 2
; output
1%GTM-E-CMD
; ---
; A space in parentheses does not compile.
 S $ET="W $P($ZS,"","",3) S $EC="""" Q" W (1 +2)
; output
%GTM-E-RPARENMISSING
; ---
; A space behind a comma does not compile.
 S $ET="W $P($ZS,"","",3) S $EC="""" Q" W 1, 2
; output
%GTM-E-EXPR
; ---
; A good command in front of a bad one on the same line runs.
 S $ET="W ""|"",$P($ZS,"","",3) S $EC="""" Q" W "good" W )
; output
good|%GTM-E-EXPR
; ---
; A bad line that is not reached does no harm.
 W "a" Q
 W ) W (((
; output
a
; ---
; A bad line in a block that is not entered does no harm.
 I 0 D
 . W )
 W "on"
; output
on
; ---
; A label on a bad line can be called: its error comes then.
 S $ET="W $P($ZS,"","",3) S $EC="""" Q" D L W "on" Q
L W ) Q
; output
%GTM-E-EXPRon
; ---
; A bad label line does not hide the next label.
 D M Q
L( W 1
M W "M" Q
; output
M
; ---
; An argument that is left out between commas does not compile.
 S $ET="W $P($ZS,"","",3) S $EC="""" Q" S A=1,,B=2
; output
%GTM-E-VAREXPECTED
; ---
; A comma at the end does not compile.
 S $ET="W $P($ZS,"","",3) S $EC="""" Q" W 1,
; output
%GTM-E-EXPR
; ---
; A dot block needs dots in front of each line.
 D
 . W 1
 . . W "too deep"
 . W 2
 W 3
; output
123
; ---
; Dots may have spaces between them and behind.
 D
 .W 1
 . D
 . .W 2
 .. W 3
 W 4
; output
1234
; ---
; A line with dots and a label.
 D
L . W 1
 . W 2
 W 3
; output
123
; ---
; A comment with fewer dots does not compile as code but ends a block.
 D
 . W 1
 ; here
 . W 2
 W 3
; output
13
; ---
; A comment with dots belongs to the block.
 D
 . W 1
 . ; here
 . W 2
 W 3
; output
123
; ---
; Many commands stand on a line.
 S A=1 S B=2 W A W B K A W $D(A) F I=1:1:2 W I
; output
12012
; ---
; ELSE ends what IF began on the line before.
 I 0 W "no"
 E  W "yes"
; output
yes
; ---
; The last line needs no QUIT.
 D L
 W "end"
 Q
L W "L"
; output
Lend
; ---
; The formal list of a label may be empty.
 D L() W $$F() Q
L() W "L" Q
F() Q 2
; output
L2
; ---
; Spaces in a formal list do not compile.
 S $ET="W $P($ZS,"","",3) S $EC="""" Q" D L(1) Q
L( A) W A Q
; output
%GTM-E-FMLLSTMISSING
; ---
; Numbers in the source: leading zeros, trailing zeros, signs, exponents.
 W 007," ",1.50," ",--5," ",1E2," ",1E-2," ",.5E1," ",0E5
; output
7 1.5 5 100 .01 5 0
; ---
; A number with two points does not compile.
 S $ET="W $P($ZS,"","",3) S $EC="""" Q" W 1.2.3
; output
%GTM-E-SPOREOL
; ---
; A number with an exponent that is none is a name that is not expected.
 S $ET="W $P($ZS,"","",3) S $EC="""" Q" W 1E
; output
%GTM-E-SPOREOL
; ---
; A literal of all graphic characters is as it was written.
 W "!#$%&'()*+,-./:;<=>?@[\]^_`{|}~"
; output
!#$%&'()*+,-./:;<=>?@[\]^_`{|}~
; ---
; A literal may be long.
 W $L("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789")
; output
100

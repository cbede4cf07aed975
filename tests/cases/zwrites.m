CASE ; a pattern code that no table has is an error of ZWRITE when a name is compared, not before
 S X=1 W "before",!
 ZWRITE ?1D ; error Z150379754
; output
before
; ---
CASE ; and of a subscript when one is compared
 S A=1 ZWRITE A(?1D) W "no subscript",! S A(1)=1 ZWRITE A(?1D) ; error Z150379754
; output
no subscript
; ---
CASE ; ZWRITE of names that match a pattern, of locals and of globals
 S AB=1,AC(1)=2,B=3,^AB=1,^AC(1,2)=2,^B=3
 ZWRITE ?1"A"1E W "--",! ZWRITE ^?1"A"1E W "--",! ZWRITE ^?1"A".E(1,2) W "--",! ZWRITE ?1"A"1E(1)
; output
AB=1
AC(1)=2
--
^AB=1
^AC(1,2)=2
--
^AC(1,2)=2
--
AC(1)=2
; ---
CASE ; ZWRITE of an indirection with subscripts, of a name and of arguments
 S A(1)=1,A(1,2)=2,A(2)=3,X="A",Y="A(1)",Z="A(1,*),A(2)"
 ZWRITE @X@(1) W "--",! ZWRITE @Y@(2) W "--",! ZWRITE @Z W "--",! ZWRITE @Y
; output
A(1)=1
--
A(1,2)=2
--
A(1)=1
A(1,2)=2
A(2)=3
--
A(1)=1
; ---
CASE ; ZWRITE below the naked indicator selects by its subscripts
 S ^A(1)=1,^A(1,2)=2,^A(1,3)=3,^A(2,2)=4 W $D(^A(1,2))
 ZWRITE ^(2) W "--",! ZWRITE ^(3:) W "--",! W $D(^A(1)) ZWRITE ^(1,3) W "--",! W $D(^A(1)) ZWRITE ^(*)
; output
1^A(1,2)=2
--
^A(1,3)=3
--
11^A(1,3)=3
--
11^A(1)=1
^A(1,2)=2
^A(1,3)=3
^A(2,2)=4
; ---
CASE ; ranges, patterns and commas of ZWRITE
 S A="",(A(1),A(2,3),A("b"),A("ba"),A(10,3,4),A(-1))=1
 ZWRITE A(1:2) W "--",! ZWRITE A(:"b") W "--",! ZWRITE A("b":) W "--",! ZWRITE A(?1"b".E) W "--",! ZWRITE A(,3) W "--",!
 ZWRITE A(,,4) W "--",! ZWRITE A(*) W "--",! ZWRITE A(2,*) W "--",! ZWRITE A(?1N,?1N)
; output
A(1)=1
--
A(-1)=1
A(1)=1
A("b")=1
--
A("b")=1
A("ba")=1
--
A("b")=1
A("ba")=1
--
A(2,3)=1
--
A(10,3,4)=1
--
A=""
A(-1)=1
A(1)=1
A(2,3)=1
A(10,3,4)=1
A("b")=1
A("ba")=1
--
A(2,3)=1
--
A(2,3)=1
; ---
CASE ; a pattern of indirection in a subscript of ZWRITE
 S A(1)=1,A("x")=2,P="1N" ZWRITE A(?@P) ; error M10
; output
; ---
CASE ; ZWRITE of what is not there
 S A(1)=1 ZWRITE A(2) ; error M6
; output
; ---
CASE ; ZWRITE of a global that is not there
 ZWRITE ^NONE ; error M7
; output
; ---
CASE ; ZWRITE of special variables
 S $X=3 ZWRITE $X,$TLEVEL,$ECODE
; output
$X=3
$TLEVEL=0
$ECODE=""

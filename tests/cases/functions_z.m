; $ZASCII, $ZCHAR, $ZEXTRACT, $ZFIND, $ZLENGTH, $ZPIECE, $ZTRANSLATE and $ZJUSTIFY are those without Z in a database of bytes.
 S X="a"_$C(200)_"b^c" W $ZA(X,2),$ZL(X),$ZF(X,"b"),$ZPI(X,"^",2),$ZTR(X,"abc","xyz")=$TR(X,"abc","xyz"),"[",$ZJ("a",3),"]",$ZE(X,3),$ZCH(65,66)
; output
20054c1[  a]bAB
; ---
; They count bytes in a database of characters.
; charset utf-8
 S X="a"_$C(233)_"b" W $L(X),$ZL(X)," ",$F(X,"b"),$ZF(X,"b")," ",$A(X,2)," ",$ZA(X,2)," ",$E(X,3),$ZE(X,4)
; output
34 45 233 195 bb
; ---
; SET of $ZEXTRACT and $ZPIECE.
 S X="a^b^c",$ZPI(X,"^",2)="B",$ZE(X)="A" W X
; output
A^B^c
; ---
; $ZBITSTR makes bits that are all 0, or all 1.
 S X=$ZBITSTR(12) W $ZBITLEN(X),$ZBITCOUNT(X),$L(X) S X=$ZBITSTR(12,1) W " ",$ZBITLEN(X),$ZBITCOUNT(X)
; output
1203 1212
; ---
; $ZBITSET sets one bit and leaves its argument.
 S X=$ZBITSTR(4),Y=$ZBITSET(X,2,1) W $ZBITGET(X,2),$ZBITGET(Y,2),$ZBITCOUNT(Y)
; output
011
; ---
; $ZBITGET of a bit behind the end is an error.
 W $ZBITGET($ZBITSTR(4),5) ; error Z150376170
; output
; ---
; $ZBITFIND returns the place behind the bit it found, 0 if there is none.
 S X=$ZBITSET($ZBITSTR(8),5,1) W $ZBITFIND(X,1),$ZBITFIND(X,1,6),$ZBITFIND(X,0),$ZBITFIND(X,0,5)
; output
6027
; ---
; $ZBITAND, $ZBITOR, $ZBITXOR and $ZBITNOT of bits.
 S A=$ZBITSET($ZBITSTR(4),1,1),B=$ZBITSET(A,2,1) F X=$ZBITAND(A,B),$ZBITOR(A,B),$ZBITXOR(A,B),$ZBITNOT(A) D
 . F I=1:1:4 W $ZBITGET(X,I)
 . W " "
; output
1000 1100 0100 0111 
; ---
; $ZBITAND of strings of different length has the shorter, $ZBITOR the longer.
 S A=$ZBITSTR(4,1),B=$ZBITSTR(8,1) W $ZBITLEN($ZBITAND(A,B)),$ZBITLEN($ZBITOR(A,B)),$ZBITLEN($ZBITXOR(A,B))
; output
484
; ---
; $ZBITLEN of a text that is no bit string is an error.
 W $ZBITLEN("") ; error Z150376162
; output
; ---
; $ZBITSTR of a fraction and of a text.
 W $ZBITLEN($ZBITSTR(3.9)),$ZBITLEN($ZBITSTR("5x"))
; output
35
; ---
; $ZBITSTR of too many bits is an error.
 W $ZBITLEN($ZBITSTR(99999999)) ; error Z150376154
; output
; ---
; $ZCONVERT to capitals, small letters and title.
 W $ZCO("aBc dEf","U"),$ZCO("aBc dEf","L"),$ZCO("aBc","u")
; output
ABC DEFabc defABC
; ---
; $ZCONVERT of a title needs characters.
; charset utf-8
 W $ZCO("aBc dEf","T")
; output
Abc Def
; ---
; $ZCONVERT from hexadecimal to decimal is not known.
; gtm differs: the error is BADCHSET, for conversion is not built here
 W $ZCO("FF","HEX","DEC") ; error Z500000040
; output
; ---
; $ZCONVERT of a code that is empty is an error.
 W $ZCO("a","") ; error Z150381058
; output
; ---
; $ZDATE of a day in the default form.
 W $ZD(0)," ",$ZD(1)," ",$ZD(60000)," ",$ZD("60000,3600")
; output
12/31/40 01/01/41 04/10/05 04/10/05
; ---
; $ZDATE with a form of one's own.
 W $ZD(60000,"YEAR-MM-DD")," ",$ZD("60000,3661","24:60:SS")," ",$ZD("60000,46861","12:60:SS AM")," ",$ZD(60000,"DAY DD MON YY")
; output
2005-04-10 01:01:01 01:01:01 PM SUN 10 APR 05
; ---
; $ZDATE with names of one's own.
 W $ZD(60000,"MON DAY","jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec","so,mo,di,mi,do,fr,sa")
; output
apr so
; ---
; $ZDATE of a negative day.
 W $ZD(-364)
; output
01/02/40
; ---
; $ZDATE of a day that is too early is an error.
 W $ZD(-366) ; error Z150382058
; output
; ---
; $ZDATE of an empty form is the default.
 W $ZD(60000,"")
; output
04/10/05
; ---
; $ZDATE of letters that mean nothing writes them as they are.
 W $ZD(60000,"YEAR/DD")
; output
2005/10
; ---
; $ZDATE of a text without a number is day 0.
 W $ZD("abc")
; output
12/31/40
; ---
; $ZMESSAGE of a number writes facility, severity, name and text.
 W $ZM(150372994)
; output
%GTM-E-GVUNDEF, Global variable undefined: !AD
; ---
; $ZMESSAGE of a number of the system.
 W $ZM(2)
; output
%SYSTEM-E-ENO2, No such file or directory
; ---
; $ZPARSE of a relative name gives the whole, in parts.
 S X=$ZPARSE("/a/b/c.txt","DIRECTORY"),Y=$ZPARSE("/a/b/c.txt","NAME"),Z=$ZPARSE("/a/b/c.txt","TYPE") W X," ",Y," ",Z
; output
  
; ---
; $ZPARSE of a folder that is not there is empty for the whole.
 W "[",$ZPARSE("/no/such/folder/x.y"),"]"
; output
[]
; ---
; $ZPARSE with defaults for what is missing.
 W $ZPARSE("c","NAME","/x/y.z")," ",$ZPARSE("c","TYPE","/x/y.z")
; output
 
; ---
; $ZPARSE of SYNTAX_ONLY does not look at the disk.
 W $ZPARSE("/no/such/x.y","","","","SYNTAX_ONLY")
; output
/no/such/x.y
; ---
; $ZSEARCH finds files in turn, and then nothing.
 O "zb.txt":NEWVERSION C "zb.txt" O "za.txt":NEWVERSION C "za.txt"
 F I=1:1:3 W "[",$ZPARSE($ZSEARCH("z*.txt"),"NAME"),"]"
; output
[za][zb][]
; ---
; $ZSEARCH of another name begins anew.
 O "za.txt":NEWVERSION C "za.txt" S X=$ZSEARCH("z*.txt"),Y=$ZSEARCH("nothing*") W $ZPARSE($ZSEARCH("z*.txt"),"NAME"),"[",Y,"]"
; output
za[]
; ---
; $ZSEARCH with streams of its own.
 O "za.txt":NEWVERSION C "za.txt" O "zb.txt":NEWVERSION C "zb.txt"
 S X=$ZSEARCH("z*.txt",1) W $ZPARSE(X,"NAME"),$ZPARSE($ZSEARCH("z*.txt",2),"NAME"),$ZPARSE($ZSEARCH("z*.txt",1),"NAME")
; output
zazazb
; ---
; $ZSUBSTR cuts bytes from a position.
 W $ZSUBSTR("abcdef",2),"|",$ZSUBSTR("abcdef",2,3),"|",$ZSUBSTR("abc",5),"|",$ZSUBSTR("abc",2,-1)
; output
bcdef|bcd||
; ---
; $ZTRNLNM of a variable of the environment.
 W $ZTRNLNM("HOME")'=""
; output
1
; ---
; $ZWIDTH is the columns that a text takes.
 W $ZWIDTH("abc"),$ZWIDTH("a"_$C(9)_"b"),$ZWIDTH("")
; output
320
; ---
; $ZWIDTH of characters that are wide.
; charset utf-8
 W $ZWIDTH("a"_$C(26085)),$ZWIDTH($C(233))
; output
31
; ---
; $ZWRITE of a text writes it as ZWRITE does.
 W $ZWR("a""b"),$ZWR($C(1)_"x"),$ZWR(1.50),$ZWR("1.50"),$ZWR("")
; output
"a""b"$C(1)_"x"1.5"1.50"""
; ---
; $ZWRITE back makes a text of what it wrote.
 W $ZWR("""a""""b""_$C(65)",1),$ZWR($ZWR("x"_$C(10)),1)="x"_$C(10) W $L($ZWR("$C(1)",1))
; output
a"bA0
1
; ---
; $ZWRITE back of what is none is empty.
 W "[",$ZWR("abc",1),"]"
; output
[]
; ---
; $ZGETJPI knows what a process is.
 W $ZGETJPI($J,"ISPROCALIVE"),$ZGETJPI("","CPUTIM")?1.N
; output
11
; ---
; $ZGETJPI of a process that is not there.
 W $ZGETJPI(99999999,"ISPROCALIVE")
; output
0
; ---
; $ZGETJPI of a keyword that there is not is an error.
 W $ZGETJPI($J,"NOSUCH") ; error Z150372386
; output
; ---
; $ZPREVIOUS of names of locals and globals.
 S ^A=1,^B=1 W $ZP(^B),"[",$ZP(^A),"]"
; output
^A[]
; ---
; $ZINCREMENT is $INCREMENT.
 W $ZI(A),$ZINCREMENT(A,4)
; output
15
; ---
; Z-functions may be small letters and cut short.
 W $zl("abc"),$zle("abc"),$zlength("abc"),$ze("abc",2),$zascii("a")
; output
333b97
; ---
; A Z-function that there is not does not compile.
 W $ZNOSUCH(1) ; error Z150373058
; output
; ---
; A Z-function with too few arguments does not compile.
 W $ZBITGET("a") ; error Z150372474
; output
; ---
; A Z-function with too many arguments does not compile.
 W $ZBITLEN("a",1,2) ; error Z150373642
; output
; ---
; A Z-function of an undefined variable is an error.
 W $ZL(X) ; error M6
; output

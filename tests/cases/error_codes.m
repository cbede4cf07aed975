; ACTLSTTOOLONG: more actuals than formals.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3) S $EC="""" Q"
 D P(1,2) Q
P(A) Q
; output
,M58,Z150374474,
%GTM-E-ACTLSTTOOLONG
; ---
; ACTLSTTOOLONG of an extrinsic names its label.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3) S $EC="""" Q"
 S X=$$F(1,2,3) Q
F(A,B) Q 1
; output
,M58,Z150374474,
%GTM-E-ACTLSTTOOLONG
; ---
; ACTOFFSET: actuals and an offset.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 D P+1(1) Q
P(A) Q
; output
,Z150374482,
%GTM-E-ACTOFFSET, Actuallist not allowed with offset
; ---
; BADCASECODE: a conversion of case that there is not.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3) S $EC="""" Q"
 W $ZCONVERT("a","X")
; output
,Z150381058,
%GTM-E-BADCASECODE
; ---
; $ZCONVERT between character sets is not built.
; gtm differs: not built
; charset utf-8
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $ZCONVERT("a","XX","UTF-8")
; output
,Z500000040,
%BUMPS-W-UNBUILT, Not built yet: $ZCONVERT between character sets
; ---
; BLKTOODEEP is a warning: the line is skipped.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W "a"
 . . W "no"
 W "b"
; output
ab
; ---
; CMD: an argument where a command should be.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S A=1 (B)
; output
,Z150372458,
%GTM-E-CMD, Command expected but not found
; ---
; COLON: a $SELECT without one.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $S(1)
; output
,Z150372466,
%GTM-E-COLON, Colon (:) expected in this context
; ---
; COMMA: SET of a list that is not closed.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S (A B)=1
; output
,Z150373642,
%GTM-E-RPARENMISSING, Right parenthesis expected
; ---
; CTLMNEXPECTED: WRITE of a slash without a word.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W /
; output
,Z150375898,
%GTM-E-CTLMNEXPECTED, Control mnemonic is expected in this context
; ---
; DEVPARINAP: a parameter of CLOSE in OPEN.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 O "f":DELETE
; output
,Z150372586,
%GTM-E-DEVPARINAP, Device parameter inappropriate to this command
; ---
; DEVPARUNK: a parameter that there is not.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 O "f":NOSUCHTHING
; output
,Z150372642,
%GTM-E-DEVPARUNK, Deviceparameter unknown
; ---
; DEVPARVALREQ: a parameter without its value.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 O "f":RECORDSIZE
; output
,Z150372650,
%GTM-E-DEVPARVALREQ, A value is required for this device parameter
; ---
; DEVPARMNEG: a length below zero.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 U $P:LENGTH=-1
; output
,Z150372658,
%GTM-E-DEVPARMNEG, Deviceparameter must be a positive value
; ---
; DIVZERO by /.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W 1/0
; output
,M9,Z150373210,
%GTM-E-DIVZERO, Attempt to divide by zero
; ---
; DIVZERO by \.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W 1\0
; output
,M9,Z150373210,
%GTM-E-DIVZERO, Attempt to divide by zero
; ---
; DIVZERO by #.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W 1#0
; output
,M9,Z150373210,
%GTM-E-DIVZERO, Attempt to divide by zero
; ---
; DIVZERO by ** of zero.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W 0**-1
; output
,M9,Z150373210,
%GTM-E-DIVZERO, Attempt to divide by zero
; ---
; DONOBLOCK is a warning: DO without a block goes on.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 D  W "on"
; output
on
; ---
; EQUAL: SET without one.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S A
; output
,Z150372722,
%GTM-E-EQUAL, Equal sign expected but not found
; ---
; EXPR: an operand that is missing.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W 1+
; output
,Z150373610,
%GTM-E-RHMISSING, Right-hand side of expression expected
; ---
; EXPR: an empty actual in parentheses.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W ()
; output
,Z150372778,
%GTM-E-EXPR, Expression expected but not found
; ---
; EXTGBLDEL: an environment that is not closed.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W ^["a"B
; output
,Z150374138,
%GTM-E-EXTGBLDEL, Invalid delimiter for extended global syntax
; ---
; FALLINTOFLST: a line with formals from above.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S X=1
P(A) Q
; output
,M11,Z150374442,
%GTM-E-FALLINTOFLST, Fall-through to a label with formallist is not allowed
; ---
; FCNSVNEXPECTED: a dollar sign alone.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $
; output
,Z150372810,
%GTM-E-FCNSVNEXPECTED, Function or special variable expected in this context
; ---
; FMLLSTMISSING: actuals for a label without formals.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3) S $EC="""" Q"
 D P(1) Q
P Q
; output
,M20,Z150374466,
%GTM-E-FMLLSTMISSING
; ---
; FMLLSTMISSING of an extrinsic.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3) S $EC="""" Q"
 S X=$$F(1) Q
F Q 1
; output
,M20,Z150374466,
%GTM-E-FMLLSTMISSING
; ---
; FNARGINC: codes of $FNUMBER that exclude each other.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $FN(1,"PT")
; output
,M2,Z150372818,
%GTM-E-FNARGINC, Format specifiers to $FNUMBER are incompatible: "PT"
; ---
; FNNAMENEG: a depth below zero.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $NA(A,-1)
; output
,Z150376002,
%GTM-E-FNNAMENEG, Depth argument to $NAME cannot be negative
; ---
; FNUMARG: a code of $FNUMBER that there is not.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $FN(1,"q")
; output
,Z150372842,
%GTM-E-FNUMARG, $FNUMBER format specifier "q" contains an illegal character: "q"
; ---
; FOROFLOW is never raised: a line may have any number of FORs.
; gtm differs: it takes 31 of them
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 F I=1:1:1 F I=1:1:1 F I=1:1:1 F I=1:1:1 F I=1:1:1 F I=1:1:1 F I=1:1:1 F I=1:1:1 F I=1:1:1 F I=1:1:1 F I=1:1:1 F I=1:1:1 F I=1:1:1 F I=1:1:1 F I=1:1:1 F I=1:1:1 F I=1:1:1 F I=1:1:1 F I=1:1:1 F I=1:1:1 F I=1:1:1 F I=1:1:1 F I=1:1:1 F I=1:1:1 F I=1:1:1 F I=1:1:1 F I=1:1:1 F I=1:1:1 F I=1:1:1 F I=1:1:1 F I=1:1:1 F I=1:1:1 F I=1:1:1 W 1
; output
1
; ---
; GVNAKED: a naked reference of nothing.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W ^(1)
; output
,M1,Z150372946,
%GTM-E-GVNAKED, Illegal naked global reference
; ---
; GVUNDEF of a node writes its name.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S ^A=1 W ^A(1,"x")
; output
,M7,Z150372994,
%GTM-E-GVUNDEF, Global variable undefined: ^A(1
; ---
; GVUNDEF of a global without subscripts.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W ^NOTTHERE
; output
,M7,Z150372994,
%GTM-E-GVUNDEF, Global variable undefined: ^NOTTHERE
; ---
; INDEXTRACHARS: a name with more behind it.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S X="A B" S @X=1
; output
,Z150373010,
%GTM-E-INDEXTRACHARS, Indirection string contains extra trailing characters
; ---
; INVBITPOS: a bit below the first.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $ZBITGET($ZBITSTR(8,1),0)
; output
,Z150376170,
%GTM-E-INVBITPOS, Invalid position in the bit string
; ---
; INVBITLEN: a bit string without bits.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $ZBITSTR(0)
; output
,Z150376154,
%GTM-E-INVBITLEN, Invalid size of the bit string
; ---
; INVBITSTR: a text that is no bit string.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $ZBITLEN($C(9)_"abc")
; output
,Z150376162,
%GTM-E-INVBITSTR, Invalid bit string
; ---
; INVCMD: a command that there is not.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 FOO
; output
,Z150373050,
%GTM-E-INVCMD, Invalid command keyword encountered
; ---
; INVCTLMNE: a mnemonic that a file does not have.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 U $P W /NOSUCH(1)
; output
; ---
; INVECODEVAL: $ECODE of a wrong form.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S $EC="M6"
; output
,M101,Z150379498,
%GTM-E-INVECODEVAL, Invalid value for $ECODE (M6)
; ---
; INVFCN: a function that there is not.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $NOSUCH(1)
; output
,Z150373058,
%GTM-E-INVFCN, Invalid function name
; ---
; INVMNEMCSPC: a space of mnemonics that there is not.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 O "f":READONLY:0:"NOSUCH"
; output
,M35,Z150379794,
%GTM-E-INVMNEMCSPC, Unsupported mnemonicspace NOSUCH
; ---
; INVROLLBKLVL: TROLLBACK to a level that is not below.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 TS  TRO 1
; output
,Z150377746,
%GTM-E-INVROLLBKLVL, Rollback level (1) not less than current $TLEVEL(1).  Can't rollback.
; ---
; INVSTACODE: a second argument that $STACK does not know.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $ST(0,"X")
; output
,Z150379514,
%GTM-E-INVSTACODE, Invalid value for second parameter of $STACK (X)
; ---
; INVSTRLEN: a width of $JUSTIFY that is too big.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $J(1,9999999)
; output
,M75,Z150373290,
%GTM-E-MAXSTRLEN, Maximum string length exceeded
; ---
; INVSVN: a special variable that there is not.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $NOSUCH
; output
,M8,Z150373074,
%GTM-E-INVSVN, Invalid special variable name
; ---
; INVZSTEP: an argument of ZSTEP that there is not.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 ZST FOO
; output
,Z150375506,
%GTM-E-INVZSTEP, Invalid ZSTEP qualifier
; ---
; IOEOF: a READ behind the end of a file.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 O "f":NEWVERSION U "f" R A,B
; output
,Z150373082,
%GTM-E-IOEOF, Attempt to read past an end-of-file
; ---
; IONOTOPEN: USE of what is not open.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 U "nothing"
; output
,Z150373090,
%GTM-E-IONOTOPEN, Attempt to USE an I/O device which has not been opened
; ---
; JUSTFRACT: places below zero.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $J(1,2,-3)
; output
,Z150373170,
%GTM-E-JUSTFRACT, Fraction specifier to $JUSTIFY cannot be negative
; ---
; LABELEXPECTED: DO of a number with a point.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 D .5
; output
,Z150373186,
%GTM-E-LABELEXPECTED, Label expected in this context
; ---
; LABELMISSING: a label that is not there, in what is executed.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S C="D NO^CASE" X C
; output
,M13,Z150373194,
%GTM-E-LABELMISSING, Label referenced but not defined: NO
; ---
; LABELUNKNOWN: DO of a label that is not there.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 D NO
; output
,M13,Z150373202,
%GTM-E-LABELUNKNOWN, Label referenced but not defined
; ---
; LABELNOTFND: GOTO of a label that is not there.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 G NO
; output
,M13,Z150383506,
%GTM-E-LABELNOTFND, GOTO referenced a label that does not exist
; ---
; LKNAMEXPECTED: LOCK of a circumflex alone.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 L ^
; output
,Z150373218,
%GTM-E-LKNAMEXPECTED, An identifier is expected after a ^ in this context
; ---
; LPARENMISSING: a function without its parenthesis.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $P
; output
0
; ---
; LSEXPECTED: ELSE with an argument.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 E 1
; output
,Z150373706,
%GTM-E-SPOREOL, Either a space or an end-of-line was expected but not found
; ---
; LVORDERARG: $NEXT without subscripts.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $N(A)
; output
,Z150373258,
%GTM-E-LVORDERARG, Argument to local variable $NEXT must be subscripted
; ---
; MAXACTARG: more than 32 actuals.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 D P(1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1) Q
P(A) Q
; output
,Z150374490,
%GTM-E-MAXACTARG, Maximum number of actual arguments exceeded
; ---
; MAXNRSUBSCRIPTS: more than 31 subscripts of a local.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S A(1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32)=1
; output
,Z150373282,
%GTM-E-MAXNRSUBSCRIPTS, Maximum number of subscripts exceeded
; ---
; MAXNRSUBSCRIPTS: more than 31 subscripts of a global.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S ^A(1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32)=1
; output
,Z150373282,
%GTM-E-MAXNRSUBSCRIPTS, Maximum number of subscripts exceeded
; ---
; MAXSTRLEN: a text that grows too long by _.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S A=$J("",1048570) S A=A_A
; output
,M75,Z150373290,
%GTM-E-MAXSTRLEN, Maximum string length exceeded
; ---
; MAXSTRLEN: a text that grows too long by SET $PIECE.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S $P(A,"^",1048580)=1
; output
,M75,Z150373290,
%GTM-E-MAXSTRLEN, Maximum string length exceeded
; ---
; MAXSTRLEN: a text that grows too long by SET $EXTRACT.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S $E(A,1048580)=1
; output
,M75,Z150373290,
%GTM-E-MAXSTRLEN, Maximum string length exceeded
; ---
; MERGEDESC: a node into its descendant.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S A(1)=1 M A(1,2)=A(1)
; output
,M19,Z150379322,
%GTM-E-MERGEDESC, Merge operation not possible.  A(1
; ---
; MERGEDESC: a descendant into its node, of globals.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S ^A(1,2)=1 M ^A(1)=^A(1,2)
; output
,M19,Z150379322,
%GTM-E-MERGEDESC, Merge operation not possible.  ^A(1
; ---
; MULTFORMPARM: a label whose formals have one name twice has none.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3) S $EC="""" Q"
 D P(1,2) Q
P(A,A) Q
; output
,M20,Z150374466,
%GTM-E-FMLLSTMISSING
; ---
; NAMEEXPECTED: a label with a number as formal has none.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3) S $EC="""" Q"
 D P(1) Q
P(1) Q
; output
,M20,Z150374466,
%GTM-E-FMLLSTMISSING
; ---
; NEGFRACPWR: a root of a negative number.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W (-2)**.5
; output
,M95,Z150376226,
%GTM-E-NEGFRACPWR, Invalid operation: fractional power of negative number
; ---
; NOCANONICNAME: a name with a leading zero.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $QL("A(01)")
; output
,M90,Z150379530,
%GTM-E-NOCANONICNAME, Value is not a canonic name ("A(01)")
; ---
; NOSUBSCRIPT: a subscript below -1.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $QS("A(1)",-3)
; output
,Z150379538,
%GTM-E-NOSUBSCRIPT, No such subscript found (-3)
; ---
; NOTEXTRINSIC: QUIT with a value from a DO.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 D P Q
P Q 1
; output
,M16,Z150374450,
%GTM-E-NOTEXTRINSIC, Quit does not return to an extrinsic function: argument not allowed
; ---
; NUMOFLOW: a number that is too big.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W 1E46*100
; output
,M92,Z150373506,
%GTM-E-NUMOFLOW, Numeric overflow
; ---
; NUMOFLOW: a text whose number is too big.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S X="1E60" W +X
; output
,M92,Z150373506,
%GTM-E-NUMOFLOW, Numeric overflow
; ---
; OFFSETINV: a line behind the end.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 D P+99 Q
P Q
; output
,M13,Z150375970,
%GTM-E-OFFSETINV, Entry point P+99 not valid
; ---
; ORDER2: a direction that is none.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S A(1)=1 W $O(A(1),3)
; output
,Z150376010,
%GTM-E-ORDER2, Invalid second argument to $ORDER.  Must be -1 or 1.
; ---
; PATCODE: a pattern without codes.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W "a"?1
; output
,Z150373522,
%GTM-E-PATCLASS, Illegal character class for pattern code
; ---
; PATCLASS: a class that there is not.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W "a"?1Q
; output
,Z150379754,
%GTM-E-PATNOTFOUND, Current pattern table has no characters with pattern code Q
; ---
; PATUPPERLIM: an upper limit below the lower.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W "a"?3.1A
; output
,M10,Z150373562,
%GTM-E-PATUPPERLIM, Pattern code upper limit is less than lower limit
; ---
; PCONDEXPECTED: a colon without a condition.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S: A=1
; output
,Z150372778,
%GTM-E-EXPR, Expression expected but not found
; ---
; QUITARGREQD: QUIT without a value from an extrinsic.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S X=$$F Q
F() Q
; output
,M17,Z150374554,
%GTM-E-QUITARGREQD, Quit from an extrinsic must have an argument
; ---
; QUITARGUSE: QUIT with a value in a block.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 D
. Q 1
; output
,Z150373250,
%GTM-E-LSEXPECTED, A line separator is expected here
; ---
; QUITARGUSE: QUIT with a value in a FOR.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 F I=1 Q 5
; output
,M16,Z150374426,
%GTM-E-QUITARGUSE, Quit cannot take an argument in this context
; ---
; RANDARGNEG: an argument of $RANDOM below 1.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $R(0)
; output
,M3,Z150373586,
%GTM-E-RANDARGNEG, Random number generator argument must be greater than or equal to one
; ---
; RDFLTOOSHORT: READ of no characters.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 R A#0
; output
,M18,Z150375298,
%GTM-E-RDFLTOOSHORT, Length specified for fixed length read less than or equal to zero
; ---
; RHMISSING: SET without a value.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S A=
; output
,Z150372778,
%GTM-E-EXPR, Expression expected but not found
; ---
; RMWIDTHPOS: a width of zero.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 O "f":(NEWVERSION:RECORDSIZE=0)
; output
,M72,Z150375962,
%GTM-E-RMWIDTHPOS, File record size or width must be greater than zero
; ---
; RPARENMISSING: a function that is not closed.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $L("a"
; output
,Z150373642,
%GTM-E-RPARENMISSING, Right parenthesis expected
; ---
; RPARENMISSING: an expression that is not closed.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W (1+2
; output
,Z150373642,
%GTM-E-RPARENMISSING, Right parenthesis expected
; ---
; RTNNAME: a circumflex without a routine.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 D ^
; output
,Z150373650,
%GTM-E-RTNNAME, Routine name expected here
; ---
; RWARG: READ of a number.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 R 1
; output
,Z150373674,
%GTM-E-RWARG, This is not a legal argument for a READ command
; ---
; SELECTFALSE: no condition is true.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $S(0:1)
; output
,M4,Z150373698,
%GTM-E-SELECTFALSE, No argument to $SELECT was true
; ---
; SETECODE: an error of the program's own.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S $EC=",Uown,"
; output
,Uown,
%GTM-E-SETECODE, Non-empty value assigned to $ECODE (user-defined error trap)
; ---
; SETINTRIGONLY: what only triggers may set.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S $ZTVALUE=1
; output
,Z150381642,
%GTM-E-SETINTRIGONLY, ISV $ZTVALUE cannot be modified outside of the trigger environment
; ---
; SETZDIR: a folder that is not there.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S $ZDIR="/no/such/place"
; output
,Z418815138,
%GTM-E-SETZDIR, Cannot change working directory to /no/such/place
; ---
; SPOREOL: something behind an argument.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S A=1B
; output
,Z150373706,
%GTM-E-SPOREOL, Either a space or an end-of-line was expected but not found
; ---
; STACKCRIT: a recursion without end.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S $ET="" S $ZT="" D P^CASE Q
P S $ET="W $P($ZS,"","",3) ZHALT 0" D P^CASE Q
; output
%GTM-E-STACKCRIT
; ---
; SVNONEW: NEW of what has none.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 N $H
; output
,Z150381178,
%GTM-E-SVNONEW, Cannot NEW this special variable
; ---
; SVNOSET: SET of what cannot be set.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S $H=1
; output
,Z150373770,
%GTM-E-SVNOSET, Cannot SET this special variable
; ---
; TEXTARG: $TEXT of an expression.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $T("A")
; output
,M5,Z150373794,
%GTM-E-TEXTARG, Invalid argument to $TEXT function
; ---
; TLVLZERO by TCOMMIT.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 TC
; output
,M44,Z150376058,
%GTM-E-TLVLZERO, Transaction is not in progress
; ---
; TLVLZERO by TROLLBACK.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 TRO
; output
,M44,Z150376058,
%GTM-E-TLVLZERO, Transaction is not in progress
; ---
; TLVLZERO by TRESTART.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 TRE
; output
,M44,Z150376058,
%GTM-E-TLVLZERO, Transaction is not in progress
; ---
; TPLOCK: a lock of before the transaction is released.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 L +^A TS  L -^A
; output
,M41,Z150376074,
%GTM-E-TPLOCK, Cannot release LOCK(s) held prior to current TSTART
; ---
; TPQUIT: QUIT while a transaction is open.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 D P Q
P TS  Q
; output
,M42,Z150376082,
%GTM-E-TPQUIT, Cannot QUIT out of a routine with an active transaction
; ---
; TPTOODEEP: too many TSTART.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 F I=1:1:130 TS
; output
,Z150376106,
%GTM-E-TPTOODEEP, $TLEVEL cannot exceed 127
; ---
; TRESTNOT: TRESTART of a TSTART without a list.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 TS  TRE
; output
,M27,Z150376066,
%GTM-E-TRESTNOT, Cannot TRESTART
; ---
; TSTRTPARM: a parameter that TSTART does not have.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 TS ():NOSUCH
; output
,Z150376034,
%GTM-E-TSTRTPARM, Error parsing TSTART qualifier
; ---
; UNDEF of a local writes its name.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W A
; output
,M6,Z150373850,
%GTM-E-UNDEF, Undefined local variable: A
; ---
; UNDEF of a node writes its subscripts.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S A=1 W A(1,"x",-.5)
; output
,M6,Z150373850,
%GTM-E-UNDEF, Undefined local variable: A(1
; ---
; UNDEF of a formal that got no actual.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 D P() Q
P(A) W A Q
; output
,M6,Z150373850,
%GTM-E-UNDEF, Undefined local variable: A
; ---
; VAREXPECTED: SET of a number.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S 1=2
; output
,M39,Z150373866,
%GTM-E-VAREXPECTED, Variable expected in this context
; ---
; VAREXPECTED: KILL of a literal.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 K "A"
; output
,M39,Z150373866,
%GTM-E-VAREXPECTED, Variable expected in this context
; ---
; VAREXPECTED: an indirection of a number.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S X=5 S @X=1
; output
,M39,Z150373866,
%GTM-E-VAREXPECTED, Variable expected in this context
; ---
; VIEWNOTFOUND: a keyword that VIEW does not know.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 V "NOSUCH"
; output
,Z150374042,
%GTM-E-VIEWNOTFOUND, View parameter NOSUCH not valid
; ---
; VIEWFN: a keyword of the command in the function.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $V("TRACE",0,"x")
; output
,Z150373778,
%GTM-E-VIEWFN, View parameter TRACE is not valid with the $VIEW() function
; ---
; VIEWARGCNT: a keyword of VIEW with too few arguments.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 V "TRACE"
; output
,Z150373898,
%GTM-E-VIEWARGCNT, View parameter TRACE has inappropriate number of subparameters
; ---
; ZDATEFMT: a format that there is not.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $ZD(1,"Q")
; output
,Z150373922,
%GTM-E-ZDATEFMT, $ZDATE format string contains invalid character
; ---
; ZDATEBADDATE: a date too late.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $ZD(999999999)
; output
,Z150382058,
%GTM-E-ZDATEBADDATE, $ZDATE() date argument 999999999 is less than -365 (the $HOROLOG value for 01-JAN-1840) or greater than 364570088 (the $HOROLOG value for 31-DEC-999999)
; ---
; ZGOTOLTZERO: more levels up than there are.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 D P Q
P ZG -9
; output
,Z150373962,
%GTM-E-ZGOTOLTZERO, Cannot ZGOTO a level less than zero
; ---
; ZGOTOTOOBIG: a level that is not there.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 ZG 99
; output
,Z150373970,
%GTM-E-ZGOTOTOOBIG, Cannot ZGOTO a level greater than present level
; ---
; ZLINKFILE: a routine that is not there.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3) S $EC="""" Q"
 D ^NOROU
; output
,Z150373978,
%GTM-E-ZLINKFILE
; ---
; ZLINKFILE by ZLINK.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3) S $EC="""" Q"
 ZL "NOROU"
; output
,Z150373978,
%GTM-E-ZLINKFILE
; ---
; ZPARSETYPE: a type that $ZPARSE does not know.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $ZPARSE("a","","","","NOTYPE")
; output
,Z150373986,
%GTM-E-ZPARSETYPE, Illegal TYPE argument to $ZPARSE(): NOTYPE
; ---
; ZPARSFLDBAD: a field that $ZPARSE does not know.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $ZPARSE("a","NOFIELD")
; output
,Z150373994,
%GTM-E-ZPARSFLDBAD, Illegal $ZPARSE() field parameter: NOFIELD
; ---
; ZPRTLABNOTFND: ZPRINT of a label that is not there.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 ZP NO
; output
,M13,Z150374026,
%GTM-E-ZPRTLABNOTFND, Label not found in routine
; ---
; ZSHOWBADFUNC: a code that ZSHOW does not know.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 ZSH "Q"
; output
,Z150375474,
%GTM-E-ZSHOWBADFUNC, An invalid information code was specified with ZSHOW or $ZJOBEXAM()
; ---
; ZSRCHSTRMCT: a stream that $ZSEARCH does not have.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $ZSEARCH("a",999)
; output
,Z150374074,
%GTM-E-ZSRCHSTRMCT, Search stream identifier out of range
; ---
; ZWRSPONE: a pattern and a range in ZWRITE.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 ZWR A(?1A:3)
; output
,Z150375546,
%GTM-E-ZWRSPONE, Subscript patterns in ZWRITE are atomic; Invalid delimiter
; ---
; ENO2: a file that is not there.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 O "nofile":READONLY
; output
,Z2,
%SYSTEM-E-ENO2, No such file or directory
; ---
; ENO21: a folder is no file.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 O ".":NEWVERSION
; output
,Z150382866,
%GTM-E-GTMEISDIR, . : Is a directory
; ---
; GBLNAME: a circumflex without a name.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W ^
; output
,M29,Z150372874,
%GTM-E-GBLNAME, Either an identifier or a left parenthesis is expected after a ^ in this context
; ---
; COMMAORRPAREXP: subscripts without a comma.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W A(1 2)
; output
,Z150373642,
%GTM-E-RPARENMISSING, Right parenthesis expected
; ---
; LITNONGRAPH is a warning: a control character in a literal is taken.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $L("a	b")
; output
3
; ---
; MULTLAB is a warning: the first of two labels counts.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 D L Q
L W 1 Q
L W 2 Q
; output
1
; ---
; NESTFORMP: a label with formals and dots.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 D P(1) Q
P(A) . W A
; output
,Z150375594,
%GTM-E-NESTFORMP, Formal parameter list cannot be combined with nested line
; ---
; JOBPARUNK: a parameter that JOB does not have.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 J P:(NOSUCH)
P Q
; output
,Z150373154,
%GTM-E-JOBPARUNK, Job parameter unknown
; ---
; JOBPARVALREQ: a parameter of JOB without its value.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 J P:(INPUT)
P Q
; output
,Z150373162,
%GTM-E-JOBPARVALREQ, A value is required for this job parameter
; ---
; JOBPARNOVAL: a parameter of JOB with a value that it does not take.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 J P:(DETACHED=1)
P Q
; output
,Z150373130,
%GTM-E-JOBPARNOVAL, This job parameter cannot take a value
; ---
; JOBACTREF: an actual of JOB by reference.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 J P(.A)
P(A) Q
; output
,M40,Z150379690,
%GTM-E-JOBACTREF, Actual parameter in job command passed by reference
; ---
; LABELMISSING of an entry in another routine.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 D NO^CASE
; output
,M13,Z150373194,
%GTM-E-LABELMISSING, Label referenced but not defined: NO
; ---
; An alias is a variable that is expected.
; gtm differs: it has aliases
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S *A=1
; output
,M39,Z150373866,
%GTM-E-VAREXPECTED, Variable expected in this context
; ---
; GVSUBOFLOW: subscripts of a global that are too long.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3) S $EC="""" Q"
 S ^A($J("",2000))=1
; output
,Z150372986,
%GTM-E-GVSUBOFLOW
; ---
; ZMESSAGE raises any error by its number.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 ZM 150372994:"^X"
; output
,M7,Z150372994,
%GTM-E-GVUNDEF, Global variable undefined: ^X
; ---
; ZMESSAGE fills the places of a text.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 ZM 150373850:"name"
; output
,M6,Z150373850,
%GTM-E-UNDEF, Undefined local variable: name
; ---
; ZMESSAGE of a number that is no error.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 ZM 1
; output
,Z1,
%SYSTEM-E-ENO1, Operation not permitted
; ---
; ZMESSAGE of an errno.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 ZM 2
; output
,Z2,
%SYSTEM-E-ENO2, No such file or directory
; ---
; NOPLACE: a break at a line that is not there.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 ZB NO^CASE
; output
,Z150373458,
%GTM-E-NOPLACE, Line specified in a ZBREAK cannot be found
; ---
; DEVICEREADONLY: WRITE to what is open for reading.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 O "f" U "f" W "x" C "f" O "f":READONLY U "f" W "y"
; output
,M62,Z150373618,
%GTM-E-DEVICEREADONLY, Cannot write to read-only device
; ---
; DEVICEWRITEONLY: READ of what is open for writing.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 O "f":(NEWVERSION:WRITEONLY) U "f" R A
; output
,Z150382042,
%GTM-E-DEVICEWRITEONLY, Cannot read from a write-only device
; ---
; RDFLTOOLONG: READ of too many characters.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 R A#99999999
; output
,Z150377474,
%GTM-E-RDFLTOOLONG, Length specified for fixed length read exceeds the maximum string size
; ---
; NOZBRK: a break that is not there is taken away.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 ZB -L^CASE Q
L Q
; output
; ---
; RMWIDTHTOOBIG: a record that is too long.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 O "f":(NEWVERSION:RECORDSIZE=99999999)
; output
,M72,Z150376194,
%GTM-E-RMWIDTHTOOBIG, File record size or width too big
; ---
; QUITALSINV is never raised, for there are no aliases.
; gtm differs: it has aliases
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S X=$$F Q
F() S A=1 Q *A
; output
,M39,Z150373866,
%GTM-E-VAREXPECTED, Variable expected in this context,M17,Z150374554,
%GTM-E-QUITARGREQD, Quit from an extrinsic must have an argument
; ---
; DEVPARPROT: a protection that there is not.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 O "f":(NEWVERSION:OWNER="Q")
; output
,Z150372610,
%GTM-E-DEVPARPROT, The protection specification is invalid
; ---
; SVNEXPECTED: NEW of a dollar sign alone.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 N $
; output
,Z150381170,
%GTM-E-SVNEXPECTED, Special variable expected in this context
; ---
; LABELEXPECTED: GOTO of a literal.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 G "A"
; output
,Z150373186,
%GTM-E-LABELEXPECTED, Label expected in this context
; ---
; INVPORTSPEC: a port that is none.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 O "s":(LISTEN="x:TCP":ATTACH="a"):1:"SOCKET"
; output
,Z150376338,
%GTM-E-INVPORTSPEC, Invalid port specification
; ---
; PROTNOTSUP: a protocol that there is not.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 O "s":(CONNECT="localhost:99:NO":ATTACH="a"):1:"SOCKET"
; output
,Z150376970,
%GTM-E-PROTNOTSUP, Protocol NO not supported
; ---
; SOCKNOTFND: a socket that is not there.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 O "s":::"SOCKET" U "s":SOCKET="no"
; output
,Z150377418,
%GTM-E-SOCKNOTFND, Socket no not found
; ---
; NOSOCKETINDEV: READ of a device without sockets.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 O "s":::"SOCKET" U "s" R A
; output
,Z150379162,
%GTM-E-NOSOCKETINDEV, There is no socket in the current socket device
; ---
; INDRMAXLEN: a text of indirection has 8,192 characters at most.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S X=$J("",10000) S @X=1
; output
,Z150373026,
%GTM-E-INDRMAXLEN, Maximum length 8192 of an indirection argument was exceeded
; ---
; QUITARGLST: QUIT of two values.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 S X=$$F Q
F() Q 1,2
; output
,M16,Z150374546,
%GTM-E-QUITARGLST, Quit cannot take a list of arguments,M17,Z150374554,
%GTM-E-QUITARGREQD, Quit from an extrinsic must have an argument
; ---
; GVNAKEDEXTNM: a naked reference with an environment.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W ^["x"](1)
; output
,Z150374130,
%GTM-E-GVNAKEDEXTNM, Cannot reference different global directory in a naked reference
; ---
; PATLIT: a literal of a pattern that does not end.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W "a"?1"b
; output
,Z150373538,
%GTM-E-PATLIT, Illegal character or unbalanced quotes for pattern literal
; ---
; PATCODE: a match without a pattern.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W "a"? ; nothing
; output
,M10,Z150373530,
%GTM-E-PATCODE, Illegal syntax for pattern
; ---
; PATCODE: alternation that ends in a comma.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W "a"?1(1A,)
; output
,M10,Z150373530,
%GTM-E-PATCODE, Illegal syntax for pattern
; ---
; PATCLASS: a count without a code behind a pattern.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W "a"?1N1
; output
,Z150373522,
%GTM-E-PATCLASS, Illegal character class for pattern code
; ---
; MAXSTRLEN: $JUSTIFY to more than a text may have.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $J(1,2000000)
; output
,M75,Z150373290,
%GTM-E-MAXSTRLEN, Maximum string length exceeded
; ---
; BADJPIPARAM: $ZGETJPI of no keyword.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $ZGETJPI(1,"")
; output
,Z150372386,
%GTM-E-BADJPIPARAM, Null is not a legal parameter for $ZGETJPI()
; ---
; LPARENMISSING is not said of a function without its parenthesis: it is a special variable then.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 W $L "a"
; output
,M8,Z150373074,
%GTM-E-INVSVN, Invalid special variable name
; ---
; SPOREOL: two conditions of an argument.
 S $ET="TRO:$TL  U 0 W $EC,!,$P($ZS,"","",3,4) S $EC="""" Q"
 D L:1:2 Q
L Q
; output
,Z150373706,
%GTM-E-SPOREOL, Either a space or an end-of-line was expected but not found

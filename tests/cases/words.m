; JOB evaluates its actuals and raises ONEPROCESS: only one process can have a database open.
; gtm differs: it starts a process
 S $ET="W $P($ZS,"","",3),X S $EC="""" Q" J L($I(X))
 Q
L(A) Q
; output
%BUMPS-E-ONEPROCESS1
; ---
; JOB with a false postcondition evaluates nothing.
 S F=0 J:F L($I(X)) W $D(X) Q
L(A) Q
; output
0
; ---
; JOB of an indirect argument.
; gtm differs: it starts a process
 S X="L^CASE",$ET="W $P($ZS,"","",3) S $EC="""" Q" J @X
 Q
L Q
; output
%BUMPS-E-ONEPROCESS
; ---
; JOB of a label that is not there is not looked for.
; gtm differs: the error is JOBFAIL
 S $ET="W $P($EC,"","",2) S $EC="""" Q" J NO^CASE
; output
Z500000041
; ---
; WRITE without an argument does not compile.
 W "a" W ; nothing ; error Z150372778
; output
a
; ---
; ZGOTO without an argument ends all frames.
 D L W "no" Q
L W "L" ZG
; output
Lno
; ---
; ZGOTO of a level goes on behind the call.
 S A=$ZL D L W "on" Q
L D M W "no" Q
M ZG A W "no" Q
; output
on
; ---
; ZGOTO of a negative level goes that many levels up.
 D L W "back" Q
L D M W "L" Q
M W "M" ZG -1 W "no" Q
; output
MLback
; ---
; ZGOTO of a level and a label goes on there.
 S A=$ZL D L W "no" Q
L ZG A:M W "no" Q
M W "M" Q
; output
M
; ---
; ZGOTO of as many levels up as there are ends the program.
 D L W "no" Q
L W "L" ZG -$ZL
; output
L
; ---
; ZGOTO of a label that is not there is an error in the frame that says it.
 D L W "back" Q
L S $ET="W $P($EC,"","",2),$ST S $EC="""" Q" ZG $ZL-1:NO
; output
M131back
; ---
; ZHALT without an argument ends the program.
 W "a" ZHA
 W "no"
; output
a
; ---
; ZHALT by an indirect status.
 S X="3" W "a" ZHA @X W "no"
; output
a
; ---
; ZSHOW without an argument shows the stack.
 D L Q
L ZSH
 Q
; output
L^CASE
+2^CASE
; ---
; ZSYSTEM without an argument runs a shell, which has no input.
 ZSY  W "back"
; output
back
; ---
; ZMESSAGE of a name, and of what it does not know.
 W $ZM(150373210),!,$ZM(1),!,$ZM(0)
; output
%GTM-E-DIVZERO, Attempt to divide by zero
%SYSTEM-E-ENO1, Operation not permitted
%SYSTEM-E-UNKNOWN, Unknown system error !SL
; ---
; $ZTRNLNM of a variable of the environment that is not there is empty.
 W "[",$ZTRNLNM("NO_SUCH_VARIABLE_HERE"),"]",$ZTRNLNM("PATH")'=""
; output
[]1
; ---
; $ZBRELEASE is the version of bumps.
; gtm differs: it does not know it
 W $P($ZBR," ")
; output
bumps
; ---
; $ZROUTINES can be asked.
 W $L($ZRO)>0,$ZRO=$ZROUTINES
; output
11
; ---
; $ZMALLOCLIM holds what it was set to.
 S $ZMALLOCLIM=0 W $ZMALLOCLIM
; output
0
; ---
; ^$CHARACTER names the character sets.
; gtm differs: it has no structured system variables
 S X="" F  S X=$O(^$CHARACTER(X)) Q:X=""  W X," "
; output
M UTF-8 
; ---
; ^$DEVICE names the current device, and says where it stands.
; gtm differs: it has no structured system variables
 W "abc",^$DEVICE($I,"$X"),$D(^$D("nothing"))
; output
abc30
; ---
; ^$GLOBAL names globals.
; gtm differs: it has no structured system variables
 S ^A=1,^B(1)=2,X="" F  S X=$O(^$GLOBAL(X)) Q:X=""  W X," "
 W $D(^$G("^A")),$D(^$G("^NO")),^$G("^A","CHARACTER")
; output
^A ^B 110M
; ---
; ^$GLOBAL of a global that was killed is empty.
; gtm differs: it has no structured system variables
 S ^A=1 K ^A W $D(^$G("^A")),"[",$O(^$G("")),"]"
; output
0[]
; ---
; ^$JOB names this job.
; gtm differs: it has no structured system variables
 W $O(^$JOB(""))=$J,^$J($J,"$IO")=$I,^$J($J,"$TLEVEL")
; output
110
; ---
; ^$LOCK names locks and counts them.
; gtm differs: it has no structured system variables
 L +^A(1),+^A(1),+B W $O(^$LOCK("")),$O(^$L(""),-1),^$L("^A(1)") L
; output
B^A(1)2
; ---
; ^$ROUTINE names routines.
; gtm differs: it has no structured system variables
 W $D(^$ROUTINE("CASE"))'=0,$D(^$R("NOROU"))
; output
10
; ---
; ^$SYSTEM names $SYSTEM.
; gtm differs: it has no structured system variables
 W $O(^$SYSTEM(""))=$SYSTEM,^$S($SY,"CHARACTER")
; output
1M
; ---
; ^$EVENT and ^$LIBRARY are not there: M60.
; gtm differs: it has no structured system variables
 S $ET="W $P($EC,"","",2),! S $EC="""" Q" D L("^$EVENT(1)"),L("^$LIBRARY(1)") Q
L(X) W $D(@X) Q
; output
M60
M60
; ---
; A structured system variable cannot be set: M29.
; gtm differs: it has no structured system variables
 S ^$GLOBAL("^A")=1 ; error M29
; output
; ---
; A structured system variable cannot be killed: M29.
; gtm differs: it has no structured system variables
 K ^$LOCK ; error M29
; output
; ---
; A value that a structured system variable does not have is M38.
; gtm differs: it has no structured system variables
 W ^$GLOBAL("^NO","CHARACTER") ; error M38
; output
; ---
; A structured system variable with an environment that is not there is M59.
; gtm differs: it has no structured system variables
 W $D(^$|"nowhere"|GLOBAL("^A")) ; error M59
; output
; ---
; A structured system variable can be the source of MERGE.
; gtm differs: it has no structured system variables
 S ^A=1 M X=^$GLOBAL ZWR X
; output
X("^A")=""
X("^A","CHARACTER")="M"
; ---
; $QUERY walks a structured system variable, and $NAME names it.
; gtm differs: it has no structured system variables
 S ^A=1 W $Q(^$GLOBAL("^A"))," ",$NA(^$G("^A"))
; output
^$GLOBAL("^A","CHARACTER") ^$GLOBAL("^A")
; ---
; A structured system variable by indirection.
; gtm differs: it has no structured system variables
 S X="^$GLOBAL",^A=1 W $O(@X@(""))
; output
^A
; ---
; A structured system variable is unknown to GT.M: GBLNAME.
 S $ET="W $P($ZS,"","",3) S $EC="""" Q" W $D(^$NOSUCH("x"))
; output
%GTM-E-GBLNAME
; ---
; KILL of an exclusive list with an indirect name.
 S A=1,B=2,X="A" K (@X,X) W $D(A),$D(B),$D(X)
; output
101
; ---
; NEW of an exclusive list with an indirect name.
 S A=1,B=2,X="A" D  W A,B
 . N (@X,X) W $D(A),$D(B) S A=3
; output
1032
; ---
; ZCOMPILE of an indirect argument.
 S X="Y",Y="nofile.m" ZCO @X W "on"
; output
on
; ---
; ZTCOMMIT without ZTSTART is an error.
 S $ET="W $P($ZS,"","",3) S $EC="""" Q" ZTC
; output
%GTM-E-TRANSNOSTART
; ---
; An environment that is the database's own names the same global.
 S ^A(1)=5 W $G(^|""|A(1))
; output
5
; ---
; An environment that is not there is an error.
 S $ET="W $P($EC,"","",2) S $EC="""" Q" W $D(^|"nowhere.gld"|A)
; output
M26
; ---
; An environment in brackets.
 S ^A(1)=5 W $G(^[""]A(1))
; output
5
; ---
; An environment in an entry reference is not built.
; gtm differs: it does not compile
 S $ET="W $P($ZS,"","",3) S $EC="""" Q" D L^|"x"|CASE
L Q
; output
%BUMPS-W-UNBUILT
; ---
; A foreign function says that none can be registered.
; gtm differs: it asks a table of functions
 S $ET="W $P($ZS,"","",3) S $EC="""" Q" W $&pkg.name(1)
; output
%BUMPS-W-UNBUILT
; ---
; A foreign function by DO.
; gtm differs: it asks a table of functions
 S $ET="W $P($ZS,"","",3) S $EC="""" Q" D &pkg.name(1)
; output
%BUMPS-W-UNBUILT
; ---
; A command of another vendor is an error when it is reached, and only then.
 S F=0 I F ZPRINTALL
 W "on" S $ET="W $P($ZS,"","",3) S $EC="""" Q" ZPRINTALL
; output
on%GTM-E-INVCMD
; ---
; ZALLOCATE of a name that is locked already counts one more.
 L +^A ZA ^A ZSH "L" L  ZSH "L" ZD
; output
MLG:2,MLT:0
ZAL ^A
LOCK ^A LEVEL=1
MLG:2,MLT:0
ZAL ^A
; ---
; ZDEALLOCATE without an argument gives up all, and leaves what LOCK has.
 L +^A ZA ^B,^C ZD  ZSH "L" L
; output
MLG:3,MLT:0
LOCK ^A LEVEL=1
; ---
; ZDEALLOCATE of a name that is not allocated does nothing.
 ZD ^A W "on"
; output
on
; ---
; ZALLOCATE of several names and with a timeout that sets $TEST.
 I 0 ZA (^A,^B):0 W $T ZSH "L" ZD
; output
; ---
; ZKILL of a node leaves its descendants, of a global too.
 S ^A=1,^A(1)=2 ZK ^A W $D(^A),$D(^A(1))
; output
101
; ---
; ZWITHDRAW is the same as ZKILL.
 S A=1,A(1)=2 ZWITHDRAW A W $D(A)
; output
10
; ---
; ZKILL of what is not there does nothing.
 ZK A,^A(1) W $D(A),$D(^A)
; output
00
; ---
; ZKILL of a list in parentheses does not compile.
 ZK (A) ; error M39
; output
; ---
; ZPRINT of a label, of lines from one to another, and of an offset.
 ZP L,L+1:M,+1 Q
L W 1 ; l
 W 2
M W 3
; output
L W 1 ; l
 W 2
M W 3
; ZPRINT of a label, of lines from one to another, and of an offset.
; ---
; ZPRINT of a label that is not there is an error.
 ZP NO ; error M13
; output
; ---
; ZWRITE of a variable that is not there is an error.
 ZWR A ; error M6
; output
; ---
; ZWRITE of a global that is not there is an error.
 ZWR ^A ; error M7
; output
; ---
; ZWRITE of a range of texts and numbers.
 F I=1,2,10,"a","b","c" S A(I)=I
 ZWR A(2:"b")
; output
A(2)=2
A(10)=10
A("a")="a"
A("b")="b"
; ---
; ZWRITE of empty parentheses is that of the whole variable.
 S A=9,A(1)=1,A(1,2)=2,A(3)=3 ZWR A()
; output
A=9
A(1)=1
A(1,2)=2
A(3)=3
; ---
; ZWRITE of one level only.
 S A(1)=1,A(1,2)=2,A(3)=3 ZWR A(:)
; output
A(1)=1
A(3)=3
; ---
; ZWRITE of an empty last subscript ignores it.
 S A(1)=1,A(1,2)=2,A(3)=3 ZWR A(1,),A(,)
; output
A(1)=1
A(1)=1
A(3)=3
; ---
; ZWRITE of an empty first subscript is any.
 S A(1,2)=2,A(1,3)=3,A(3,2)=4 ZWR A(,2)
; output
A(1,2)=2
A(3,2)=4
; ---
; ZWRITE of an empty last subscript below a node that is not there.
 S A(1)=1 ZWR A(2,) ; error M6
; output
; ---
; ZWRITE of a pattern of subscripts at the second level.
 S A(1,"x1")=1,A(1,"y")=2,A(2,"z9")=3 ZWR A(*),A(?1N,?1A1N)
; output
A(1,"x1")=1
A(1,"y")=2
A(2,"z9")=3
A(1,"x1")=1
A(2,"z9")=3
; ---
; ZWRITE of names by a pattern.
 S AB=1,AC=2,B=3 ZWR ?1"A".E
; output
AB=1
AC=2
; ---
; ZWRITE of control characters, quotes and bytes above 127.
 S A="a""b"_$C(0,9,200)_"c" ZWR A
; output
A="a""b"_$C(0,9)_"Èc"
; ---
; ZWRITE of numbers leaves them without quotes, of texts that look like numbers with.
 S A(1)=1.5,A(2)="1.50",A(3)=-0.5,A(4)="",A(5)="1E3",A(6)=1E3 ZWR A
; output
A(1)=1.5
A(2)="1.50"
A(3)=-.5
A(4)=""
A(5)="1E3"
A(6)=1000
; ---
; ZWRITE of a naked reference.
 S ^A(1,2)=3,^A(1,3)=4 S X=^A(1,2) ZWR ^(2:3)
; output
^A(1,2)=3
^A(1,3)=4
; ---
; ZWRITE of everything is in the order of names, with % first.
 S B=1,%A=2,A(1)=3,a=4 ZWR
; output
%A=2
A(1)=3
B=1
a=4
; ---
; ZWRITE of a special variable.
 ZWR $TL,$TEST
; output
$TLEVEL=0
$TEST=1
; ---
; ZSHOW of the stack into a variable.
 D L Q
L ZSH "S":V W V("S",1) Q
; output
L^CASE
; ---
; ZSHOW of variables in parts: V and an unknown code.
 S A=1 ZSH "V" ZSH "Z" ; error Z150375474
; output
A=1
; ---
; ZSHOW of several codes in one text.
 S A=1 L +^X ZSH "VL" L
; output
A=1
MLG:1,MLT:0
LOCK ^X LEVEL=1
; ---
; ZSHOW of special variables has a line for each.
 ZSH "I":V S X="",N=0 F  S X=$O(V("I",X)) Q:X=""  S:V("I",X)["$TLEVEL=0" N=N+1
 W N
; output
1
; ---
; ZSHOW into a global.
 S A=1 ZSH "V":^V W ^V("V",1)
; output
A=1
; ---
; ZSHOW into a subscripted variable.
 S A=1 ZSH "V":V(5) W V(5,"V",1)
; output
A=1
; ---
; ZBREAK with an action runs it before the line, and ZSHOW "B" names it.
 ZB L:"W ""break """ ZSH "B" D L Q
L W "L" Q
; output
L^CASE>W "break "
break L
; ---
; ZBREAK that is taken away runs no more.
 ZB L:"W ""break """ ZB -L D L Q
L W "L" Q
; output
L
; ---
; ZBREAK -* takes all away.
 ZB L:"W ""x""",M:"W ""y""" ZB -* D L,M Q
L W "L" Q
M W "M" Q
; output
LM
; ---
; ZBREAK with a count stops at that many more.
 ZB L:"W ""b"" ":2 F I=1:1:3 D L
 Q
L W I," " Q
; output
1 b2 b3 
; ---
; ZCOMPILE of a file that is not there.
 ZCO "nofile.m" W $ZCS'=1
; output
1
; ---
; ZLINK of a routine that does not compile says so, and what is good of it runs.
 O "ZZBAD.m":NEWVERSION U "ZZBAD.m" W "ZZBAD W ""good""",!," W )",! C "ZZBAD.m"
 W "written"
; output
written
; ---
; VIEW "NOUNDEF" makes undefined variables empty texts, "UNDEF" errors again.
 V "NOUNDEF" W "[",A,^A,"]" V "UNDEF" W A ; error M6
; output
[]
; ---
; VIEW of a keyword in small letters.
 V "noundef" W "[",A,"]"
; output
[]
; ---
; HANG of zero, of a negative number and of a text does not wait.
 H 0,-1,"" W "on"
; output
on
; ---
; HANG of a fraction waits a little.
 S A=$P($ZH,",",2) H .01 W "on"
; output
on
; ---
; BREAK with an argument whose text is empty goes on.
; gtm differs: it reads standard input as direct mode
 B "" W "on"
; output
on
; ---
; XECUTE of an empty text does nothing.
 X "" W "on"
; output
on
; ---
; XECUTE of several texts runs them in order, with what each leaves.
 S A="S X=1",B="S X=X+1" X A,B,A_" W X",B W X
; output
12
; ---
; XECUTE of a text with a comment and with a label-like word.
 S A="W 1 ; W 2" X A
; output
1
; ---
; XECUTE of a text with QUIT, GOTO and FOR.
 S A="F I=1:1:3 Q:I=2  W I",B="G L" X A W I X B W "no"
 Q
L W "L" Q
; output
12Lno
; ---
; XECUTE of a text of several lines takes the first.
 S A="W 1"_$C(10)_" W 2" X A ; error Z150373706
; output
; ---
; A literal that is executed may hold an error, which is one when it is reached.
 S F=0 X:F "W )" W "on"
; output
on
; ---
; MERGE of a naked source and target.
 S ^A(1,1)="x",^A(1,1,"d")="y" S X=^A(1,1) M ^(2)=^(1) ZWR ^A
; output
^A(1,1)="x"
^A(1,1,"d")="y"
^A(1,2)="x"
^A(1,2,"d")="y"
; ---
; MERGE of a subtree onto its sibling adds to what is there.
 S A(1,"x")=1,A(2,"y")=2 M A(2)=A(1) ZWR A
; output
A(1,"x")=1
A(2,"x")=1
A(2,"y")=2
; ---
; MERGE of a variable into itself does nothing.
 S A=1,A(1)=2 M A=A ZWR A
; output
A=1
A(1)=2
; ---
; MERGE of a global into its descendant is an error.
 S ^A(1)=1 M ^A(1,2)=^A(1) ; error M19
; output
; ---
; MERGE of an undefined source leaves the target undefined.
 M A(1)=B W $D(A) M ^A=^B W $D(^A)
; output
00
; ---
; MERGE of several arguments does them in order.
 S A(1)=1 M B=A,C=B W C(1)
; output
1
; ---
; MERGE with a value on the right that is no variable does not compile.
 M A=1 ; error M39
; output
; ---
; MERGE by reference of formals.
 S A(1)=1 D L(.A,.B) W B(1) Q
L(X,Y) M Y=X Q
; output
1
; ---
; MERGE of a null subscript.
 S A("")=1,A(1)=2 M ^G=A ZWR ^G
; output
^G("")=1
^G(1)=2
; ---
; KILL of a list of nodes.
 S A(1)=1,A(2)=2,A(3)=3 K A(1),A(3) ZWR A
; output
A(2)=2
; ---
; KILL of an exclusive list keeps the named ones only.
 S (A,B,C)=1 K (B) W $D(A),$D(B),$D(C)
; output
010
; ---
; KILL of an exclusive list of a subscripted name does not compile.
 K (A(1)) ; error Z150373642
; output
; ---
; KILL of a formal by reference kills the caller's variable.
 S A=1,A(1)=2 D L(.A) W $D(A) Q
L(X) K X Q
; output
0
; ---
; KILL of a formal by value leaves the caller's variable.
 S A=1 D L(A) W A Q
L(X) K X Q
; output
1
; ---
; KILL of a global and of a node that is not there.
 K ^A,^A(1,2) W $D(^A)
; output
0
; ---
; KILL of everything leaves globals.
 S A=1,^A=1 K  W $D(A),$D(^A)
; output
01
; ---
; KILL of the exclusive list of nothing does not compile.
 K () ; error M39
; output
; ---
; NEW of a variable twice in a frame hides it once more.
 S A=1 D L W A Q
L N A S A=2 N A W $D(A) S A=3 Q
; output
01
; ---
; NEW of an array hides all of it.
 S A=1,A(1)=2 D  ZWR A
 . N A W $D(A) S A(5)=1
; output
0A=1
A(1)=2
; ---
; NEW of a subscripted variable does not compile.
 N A(1) ; error Z150373706
; output
; ---
; NEW of a global does not compile.
 N ^A ; error M39
; output
; ---
; NEW at the lowest level is undone by nothing but the end.
 S A=1 N A W $D(A)
; output
0
; ---
; NEW in a FOR hides again in each turn.
 S A=0 F I=1:1:2 N A S A=I W A
 W A
; output
122
; ---
; NEW in an XECUTE ends with it.
 S A=1,C="N A S A=2 W A" X C W A
; output
21
; ---
; NEW of a formal hides it from its actual by reference.
 S A=1 D L(.A) W A Q
L(X) N X S X=2 Q
; output
1
; ---
; BREAK without an argument goes on.
; gtm differs: it reads standard input as direct mode
 S F=1 B:'F  B  W "on"
; output
on
; ---
; ZEDIT of what cannot be source is an error, also by indirection and of an empty $ZSOURCE.
 S $ET="W $P($ZS,"","",3),! S $EC="""" Q",X="""name.o""",F=0 D A,B,D Q
A ZED "name.o" Q
B ZED @X Q
D ZED:F "name" W "on" Q
; output
%GTM-E-ZEDFILSPEC
%GTM-E-ZEDFILSPEC
on
; ---
; ZEDIT without an argument edits $ZSOURCE, which must be source.
 S $ZSO="name.o",$ET="W $P($ZS,"","",3) S $EC="""" Q" ZED
; output
%GTM-E-ZEDFILSPEC
; ---
; ZSTEP without an argument, with one and with an indirect one.
; gtm differs: it goes to direct mode at the next line
 S F=0,X="INTO" ZST:F  ZST:F INTO ZST:F @X W "on" Q ; error Z150375514
; output
; ---
; ZCONTINUE with a condition goes on where nobody has stopped.
; gtm differs: it is of direct mode
 S F=0 ZC:F  ZC  W "on"
; output
on
; ---
; ZTCOMMIT with a condition that is false does nothing, with one that is true it needs ZTSTART.
 S F=0 ZTC:F  S $ET="W $P($ZS,"","",3) S $EC="""" Q",X="Y",Y=1 ZTC @X
; output
%GTM-E-TRANSNOSTART
; ---
; SET of $ZROUTINES asks for folders, and there are none where routines are texts.
; gtm differs: its routines are files
 S $ET="W $P($ZS,"","",3) S $EC="""" Q" S $ZRO="."
; output
%BUMPS-W-UNBUILT
; ---
; INSEEK and OUTSEEK of a file are SEEK.
 O "f":NEWVERSION U "f" W "abcdef" C "f" O "f":(READONLY:INSEEK=2) U "f" R A#2 U "f":OUTSEEK=1 R B#2 U 0 W A,B C "f"
; output
cdbc

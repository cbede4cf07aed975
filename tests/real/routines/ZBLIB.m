ZBLIB ; what VistA's libraries answer: XML, JSON, HL7, checksums, names, keys, hashes, dates
 Q
SETUP ; what the libraries want to know of a session
 S U="^",DUZ=.5,DUZ(0)="@",DTIME=1,DT=3260101 D HOME^%ZIS
 Q
DIALOGS ; messages of the XML parser, which are data of VistA: what is only a warning says its type here
 D SETUP N I,W S W=",8,15,24,25,27,28,29,30,31,32,36,37,38,45,"
 F I=1:1:60 S ^DI(.84,9500000+I,0)=(9500000+I)_U_$S(W[(","_I_","):2,1:1)_"^^MXML",^(2,0)="^^1^1^",^(1,0)="message "_I
 Q
XML ; parse, walk, look up, build
 D SETUP N H,I,DOC,N,E
 K ^TMP("ZBLIB",$J) S DOC=$NA(^TMP("ZBLIB",$J))
 F I=1:1 S N=$P($T(BOOKS+I),";;",2,99) Q:N=""  S @DOC@(I)=N
 D EN^MXMLTEST(DOC,"W")
 S H=$$EN^MXMLDOM(DOC,"W") W !,"dom ",H>0
 I H D WALK(1,0),DELETE^MXMLDOM(H)
 S @DOC@(3)="<book id='x' id='y'>" D EN^MXMLTEST(DOC,"W") S @DOC@(3)=$P($T(BOOKS+3),";;",2,99)
 S @DOC@(9)="</catalogue>&nix;" D EN^MXMLTEST(DOC,"V")
 K @DOC
 W !,$$SYMENC^MXMLUTL("a<b>&""c'd"),!,$$XMLHDR^MXMLUTL
 Q
WALK(N,D) ; a node and those below it
 N A,C,T
 W !,?D*2,$$NAME^MXMLDOM(H,N)
 S A="" F  S A=$$ATTRIB^MXMLDOM(H,N,A) Q:A=""  W " ",A,"=",$$VALUE^MXMLDOM(H,N,A)
 K T I $$TEXT^MXMLDOM(H,N,$NA(T)) W " [",$G(T(1)),"]"
 S C=0 F  S C=$$CHILD^MXMLDOM(H,N,C) Q:'C  D WALK(C,D+1)
 Q
BOOKS ;
 ;;<?xml version="1.0" encoding="utf-8"?>
 ;;<catalogue><!-- two books -->
 ;;<book id="b1" lang='en'>
 ;;<title>Sums &amp; Differences &#65;&#x42;</title><price unit="EUR">12.50</price>
 ;;<note><![CDATA[a < b && c]]></note></book>
 ;;<book id="b2"><title/><price>0</price>
 ;;<sub:part xmlns:sub="urn:x">text <b>bold</b> tail</sub:part>
 ;;</book>
 ;;</catalogue>
 ;;
JSON ; decode, encode, and what is refused
 D SETUP N I,J,T,E,O
 F I=1:1 S J=$P($T(TEXTS+I),";;",2,99) Q:J=""  D
 . K T,E,O W !,I,": ",J
 . D DECODE^XLFJSON("J","T","E") I $D(E) W ! ZWR E Q
 . W ! ZWR:$D(T) T
 . D ENCODE^XLFJSON("T","O","E") W ! ZWR:$D(O) O ZWR:$D(E) E
 K T S T("n")=1.50,T("s")="007",T("s","\s")="",T("t")="true",T("a",1)="x",T("a",2)="",T("o","k ""q""")="tab"_$C(9)_"end"
 S T("neg")=-.5,T("big")="123456789012345678901" F I=1:1:300 S T("long",I)=$TR($J("",I#40)," ","z")
 D ENCODE^XLFJSON("T","O","E") W ! ZWR O
 Q
TEXTS ;
 ;;{"a":1,"b":[true,false,null,"x\u0041\n\"y\""],"c":{"d":-1.5e3,"e":""}}
 ;;[1,2,[3,[4,{"k":"v"}]],{}]
 ;;{"a":[],"b":{}}
 ;;{"a":01,"b":.5,"c":1.}
 ;;{"a":tru}
 ;;{"a":1
 ;;{"a" 1}
 ;;["open
 ;;{"esc":"\q","u":"\u00e9"}
 ;;{"deep":{"er":{"est":[[["x"]]]}}}
 ;;
HLO ; segments to their parts, and back
 D SETUP N S,T,I,J
 S I=1 F  S J=$P($T(SEGS+I),";;",2,99) Q:J=""  K S,T S S(1)=$E(J,1,20),S(2)=$E(J,21,999) W !,J,!,$$PARSE^HLOPRS1("|","~","^","&","\",.S,.T),! ZWR T S I=I+1
 W !,$$DESCAPE^HLOPRS1("a\F\b\S\c\T\d\R\e\E\f\X41\","|","^","&","~","\")
 K T D SET^HLOAPI(.T,"PID",0),SET^HLOAPI(.T,"one|two^three",3,2),SET^HLOAPI(.T,"x&y",3,1,2,2),SETDT^HLOAPI4(.T,2760704,5) ZWR T
 Q
SEGS ;
 ;;PID|1||123^^^A&B&C~456^5|DOE^JOHN^Q^^DR||19760704|M
 ;;OBX|2|TX|a\F\b\S\c\E\|||~~x
 ;;MSH
 ;;ZZZ|||&&&last
 ;;
SUMS ; checksums of routines and of a global, CRC
 D SETUP N X,Y,I,XCNP,DIF
 F X="XLFSTR","XPDRSUM","DIDT","XUSRB1" D
 . K ^TMP($J) S XCNP=0,DIF="^TMP("_$J_"," X ^%ZOSF("LOAD") W !,X," ",XCNP," ",$$SUMA^XPDRSUM($NA(^TMP($J)))," ",$$SUMB^XPDRSUM($NA(^TMP($J)))
 . X ^%ZOSF("RSUM") W " ",Y X ^%ZOSF("RSUM1") W " ",Y
 K ^ZBLIB F I=1:1:50 S ^ZBLIB(I,I*I)="node "_I
 W !,$$SUMC^XPDRSUM("^ZBLIB") K ^ZBLIB,^TMP($J)
 W !,$$CRC32^XLFCRC("The quick brown fox")," ",$$CRC16^XLFCRC("The quick brown fox")
 Q
NAMES ; names of persons, taken apart and put together
 D SETUP N I,X,N,A,F
 F I=1:1 S X=$P($T(PEOPLE+I),";;",2,99) Q:X=""  D
 . K N,A S N=X D STDNAME^XLFNAME(.N,"CP",.A) W !,X,! ZWR N ZWR:$D(A) A
 . F F="F","Fc","FL30","O","Os","G","H","Mc","L25" W !,F,": ",$$NAMEFMT^XLFNAME(.N,$E(F),$E(F,2,9))
 . W !,$$HLNAME^XLFNAME(.N,"S")," ",$$FMNAME^XLFNAME($$HLNAME^XLFNAME(X),"C")
 . W !,$$FORMAT^XLFNAME7(X,3,30)," ",$$CLEANC^XLFNAME(X,"F")
 Q
PEOPLE ;
 ;;O'BRIEN-SMITH,MARY ANN J JR
 ;;van der Berg , Jan (Johnny) 3rd
 ;;DOE,JOHN Q. MD
 ;;ST. JOHN,IAN
 ;;X
 ;;MACDONALD,RONALD  II III
 ;;
KEYS ; encryption that another call undoes
 D SETUP N I,S,X,BAD,R
 S BAD=0 F I=1:1:200 S S=$E("user"_I_";Pass word!"_(I*I),1,I#20+1),X=$$ENCRYP^XUSRB1(S) S:$$DECRYP^XUSRB1(X)'=S BAD=BAD+1
 W !,"bad ",BAD D SENDKEYS^XUSRB1(.R) ZWR R
 W !,$$DECRYP^XUSRB1("&abc'XYZ+-% 1"),"|",$$DECRYP^XUSRB1("x"),"|"
 F I="ABC","pass;word" W !,$$EN^XUSHSH(I)
 Q
DATES ; what %DT and its kin make of what people type
 D SETUP N I,X,Y,%DT,F,D
 F X="1/1/2000","010100","JAN 1","3 JAN 99","T","T+1","T-1W","T+3M","N","NOON","MID","TODAY@2PM","NOW+1H","2/29/1900","2/29/2000","2/30/2000","12 31 1999","1999","JUN","6/99","20000101","2000-01-01","1 JAN 2000 10:15","1/1/00@24:00","1/1/00@2401","1/1/00@0","H","^","?" D
 . F F="","X","T","TX","RS","NTSXM","F","P","EX" K %DT S %DT=F S:F["E" DTIME=1 D ^%DT D
 .. W !,X," ",F," ",$S(Y<1:Y,X?1(1"T",1"N",1"H").E!(X="JAN 1")!(X="JUN"):"ok",X["MID"!(X["NOON"):"ok",1:Y)
 F D=3000101,2991231.2359,3000229.01,2400000,3261121.000001 W ! F F="",1,"2D","5DZ","5MZ","7","2FPM","5S" W $$FMTE^XLFDT(D,F),"|"
 F D=3000101,2991231.2359 F F=1,-1,365,-366 W !,$$FMADD^XLFDT(D,F)," ",$$FMADD^XLFDT(D,0,F,F)," ",$$FMDIFF^XLFDT(D,$$FMADD^XLFDT(D,F),3)
 F D="58074,3600","58440,86399","1,0","0,1" W !,$$HTFM^XLFDT(D)," ",$$HTE^XLFDT(D)," ",$$HTE^XLFDT(D,"5Z")," ",$$FMTH^XLFDT($$HTFM^XLFDT(D))
 F D=3000101,3000229.1234 W !,$$FMTHL7^XLFDT(D)," ",$$DOW^XLFDT(D)," ",$$DOW^XLFDT(D,1)
 F D="20000229","200002291234-0500","20000229123456.1234+0100" W !,$$HL7TFM^XLFDT(D)," ",$$HL7TFM^XLFDT(D,"U")," ",$$HL7TFM^XLFDT(D,"L",1)
 F D="1D@8AM","2H","M/W/F@10AM","1M(15,L@10PM)" W !,D," ",$$SCH^XLFDT(D,3000101.08,0)
 Q
MATH ; series and conversions at the end of 18 digits
 D SETUP N X,F,Y
 F X=.1,.5,1,2,10,45,99.456 F F="SIN","COS","TAN","LN","LOG","EXP","SQRT","ATAN","SINDEG","DECDMS","DTR" X "S Y=$$"_F_"^XLFMTH(X)" W !,F,"(",X,") ",Y
 Q

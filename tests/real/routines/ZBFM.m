ZBFM ; a file of VA FileMan, from its records to its prints
 Q
SETUP ; what FileMan wants to know of a session
 S U="^",DUZ=.5,DUZ(0)="@",DTIME=1,DT=3260101
 D HOME^%ZIS
 Q
DI ; the menu of FileMan, for a programmer
 D SETUP,Q^DI
 Q
FILE() ; the number of the file
 Q $O(^DIC("B","ZZPATIENT",0))
FILL ; 1,500 records: half of them with text, a third with visits
 D SETUP N FILE,I,FDA,IEN,ERR,NAME,BAD
 S FILE=$$FILE,BAD=0
 F I=1:1:1500 D
 . K FDA,IEN,ERR
 . S NAME=$$NAME(I)
 . S FDA(FILE,"+1,",.01)=NAME,FDA(FILE,"+1,",1)=$S(I#3:"M",1:"F")
 . S FDA(FILE,"+1,",2)=$$DAY(I),FDA(FILE,"+1,",3)=I*7#399+1+(I#10/10)
 . I I#3=0 S FDA(FILE_".07","+2,+1,",.01)=$$DAY(I*3)
 . I I#6=0 S FDA(FILE_".07","+3,+1,",.01)=$$DAY(I*5)
 . D UPDATE^DIE("","FDA","IEN","ERR")
 . I $D(ERR) S BAD=BAD+1 I BAD<4 W !,I," " ZWR ERR
 . I I#2 D TEXT(IEN(1),I)
 W !,"records ",$P(@(^DIC(FILE,0,"GL")_"0)"),U,3,4)," bad ",BAD
 Q
NAME(I) ; a name that is its own
 N X S X=$P("ADAMS,BAKER,CLARK,DAVIS,EVANS,FRANK,GHOSH,HILLS,IRWIN,JONES",",",I*7#10+1)
 Q X_","_$C(65+(I#26))_$C(65+(I\26#26))_" "_$C(65+(I*11#26))
DAY(I) ; a day of FileMan
 Q (200+(I*37#99))_$E(101+(I*5#12),2,3)_$E(101+(I*13#28),2,3)
TEXT(IEN,I) ; text of a few lines
 N T,J,ERR
 F J=1:1:I#5+1 S T(J)="Line "_J_" of "_I_": "_$TR($J("",I#30)," ","x")_" end."
 D WP^DIE($$FILE,IEN_",",4,"","T","ERR") I $D(ERR) ZWR ERR
 Q
EDIT ; change what is there through the API; values that are refused
 D SETUP N FILE,FDA,ERR,I S FILE=$$FILE
 F I=1:17:1500 S FDA(FILE,I_",",3)=I#390+2,FDA(FILE,I_",",1)="F"
 D FILE^DIE("","FDA","ERR") W !,$D(ERR)
 S FDA(FILE,"1,",3)=500 D FILE^DIE("E","FDA","ERR") ZWR ERR K ERR,FDA
 S FDA(FILE,"2,",1)="X" D FILE^DIE("E","FDA","ERR") ZWR ERR K ERR,FDA
 S FDA(FILE,"3,",2)="JUL 4,1976" D FILE^DIE("E","FDA","ERR") W !,$D(ERR)
 S FDA(FILE,"4,",2)="@" D FILE^DIE("E","FDA","ERR") W !,$D(ERR)
 S FDA(FILE,"9999,",2)="2000" D FILE^DIE("E","FDA","ERR") ZWR ERR K ERR,FDA
 W !,$$GET1^DIQ(FILE,"3,",2),"|",$$GET1^DIQ(FILE,"3,",2,"I"),"|",$$GET1^DIQ(FILE,"3,",6),"|",$$GET1^DIQ(FILE,"4,",2)
 D GETS^DIQ(FILE,"18,","**","IEN","OUT") K OUT(FILE,"18,",5) ZWR OUT K OUT
 Q
FIND ; look records up
 D SETUP N FILE,X,OUT,ERR,DIC,Y S FILE=$$FILE
 D FIND^DIC(FILE,"","@;.01;1;3","P","JONES,A",10,"","","","OUT","ERR") ZWR OUT K OUT
 D LIST^DIC(FILE,"","2;3","P",5,"","","C","","","OUT") ZWR:$D(OUT) OUT K OUT
 D LIST^DIC(FILE,"",".01I;2E;3","",7,"","EVANS","B","I $P(^(0),U,2)=""F""","","OUT") ZWR:$D(OUT) OUT K OUT
 W !,$$FIND1^DIC(FILE,"","X","JONES,BA L"),!,$$FIND1^DIC(FILE,"","","JONES")
 K DIC S DIC=^DIC(FILE,0,"GL"),DIC(0)="X",X="BAKER" D ^DIC W !,Y
 S DIC=^DIC(FILE,0,"GL"),DIC(0)="MZ",X=$$NAME(77) D ^DIC W !,Y,! ZWR:$D(Y(0)) Y
 S X="T-3W" D ^%DT W !,Y>0
 F X="7/4/76","JULY 4 1976@13:45","4 JUL","13/13/13","20010229","T@NOON","1.1.90","NOW","MAY 2000","2000" S %DT="TX" D ^%DT W !,X," ",$S(X="NOW"!(X["T@")!(X="4 JUL"):Y>0,1:Y)
 F Y=2760704,2760704.1345,2760700,2760000,3010229.235959 X ^DD("DD") W !,Y
 Q
XREF ; what the cross-references hold
 D SETUP N GL,X,N,I S GL=^DIC($$FILE,0,"GL")
 F X="B","C","D" S N=0,I="" F  S I=$O(@(GL_"X,I)")) Q:I=""  S N=N+1 I N<5!(N#200=0) W !,X," ",I," ",$O(^(I,""))
 W !,"of the last: ",N
 Q
KILLX ; drop the cross-references, and build them anew
 D SETUP N GL,DIK,DA S GL=^DIC($$FILE,0,"GL")
 K @(GL_"""B"")"),@(GL_"""C"")"),@(GL_"""D"")")
 S DIK=GL D IXALL^DIK
 S DIK=GL,DIK(1)="2^C" D ENALL^DIK
 D XREF
 Q
DELETE ; every seventh record
 D SETUP N GL,DIK,DA,I S GL=^DIC($$FILE,0,"GL")
 F I=7:7:1500 S DIK=GL,DA=I D ^DIK
 W !,@(GL_"0)") D XREF
 Q
PRINT ; a sorted print, as a program asks for it
 D SETUP N DIC,L,FLDS,BY,FR,TO,DHD,IOP,DIOEND S IOP="HOME"
 S DIC=^DIC($$FILE,0,"GL"),L=0,FLDS=".01;L22,1,2;""BORN"",3;R8;""KG"",!6;""COMPUTED"""
 S BY="1,-3",FR="F,200",TO="M,230",DHD="A LIST"
 D EN1^DIP
 Q
SUMS ; totals, counts, a page for each, text and visits
 D SETUP N DIC,L,FLDS,BY,FR,TO,DHD,IOP S IOP="HOME"
 S DIC=^DIC($$FILE,0,"GL"),L=0,FLDS="!.01,+3,&6",BY="+1,.01",FR=",CLARK",TO=",DAVIS,M"
 D EN1^DIP
 S DIC=^DIC($$FILE,0,"GL"),L=0,FLDS=".01,4,7",BY="@.01",FR="JONES,A",TO="JONES,D",DHD="@",IOP="HOME"
 D EN1^DIP
 Q

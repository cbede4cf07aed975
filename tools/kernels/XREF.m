XREF	; XINDEX, VistA's cross-referencer, over its own routines and some of the Kernel's library
	;
	; The argument says how many of the routines below are cross-referenced, all in one report. XINDEX is called behind its
	; questions, with what its device, its date and its way to load a routine would have been.
	;
	NEW count
	SET count=+$ZCMDLINE
	IF 'count WRITE "nothing to do",! QUIT
	KILL ^UTILITY($JOB),^%ZOSF
	DO SYSTEM,SESSION,PARAM^XINDX6,CHOOSE
	SET INP(1)=1,INP(3)=1,INP(5)=""
	DO ALIVE^XINDEX
	WRITE !
	KILL ^UTILITY($JOB),^%ZOSF
	QUIT
	;
SYSTEM	; what VistA knows of the system below it
	SET ^%ZOSF("OS")="GT.M (Unix)^19",^%ZOSF("VOL")="ROU"
	SET ^%ZOSF("UCI")="SET Y=""VAH,ROU"""
	SET ^%ZOSF("TEST")="IF X'="""",$TEXT(^@X)'="""""
	SET ^%ZOSF("LOAD")="DO LOAD^XREF"
	QUIT
	;
LOAD	; the lines of a routine, into the nodes that DIF begins
	NEW line
	FOR XCNP=XCNP+1:1 SET line=$TEXT(@("+"_XCNP_"^"_X)) QUIT:line=""  SET @(DIF_XCNP_",0)")=$TRANSLATE(line,$CHAR(9)," ")
	QUIT
	;
SESSION	; a printer on standard output, as a user would have it; the day is always the same
	SET U="^",DUZ=.5,DUZ(0)="@",DTIME=1,DT=3261121,INDXDT="NOV 21, 2026"
	SET (IO,IO(0),ION)=$IO,IOM=80,IOSL=66,IOF="!",IOST="P-OTHER",IOT="TRM",POP=0
	QUIT
	;
CHOOSE	; so many of the routines
	NEW i
	FOR i=1:1:count SET NRO=i,^UTILITY($JOB,$PIECE($TEXT(LIST+i),";;",2))=""
	QUIT
	;
LIST	; twenty of them
	;;XINDX1
	;;XLFSTR
	;;XINDEX
	;;XINDX2
	;;XLFDT
	;;XINDX3
	;;XINDX4
	;;XINDX5
	;;XINDX6
	;;XLFUTL
	;;XINDX7
	;;XINDX8
	;;XINDX9
	;;XINDX10
	;;XINDX11
	;;XINDX51
	;;XINDX52
	;;XINDX53
	;;XINDX12
	;;XINDX13

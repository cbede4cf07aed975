TRAP	; errors that are trapped: $ETRAP, $ECODE, and a QUIT out of two levels
	NEW caught,i,n
	SET n=+$ZCMDLINE,caught=0
	FOR i=1:1:n DO TRY(i)
	WRITE caught,!
	QUIT
	;
TRY(i)	; divide by zero in a subroutine, or meet an undefined variable
	NEW $ETRAP
	SET $ETRAP="SET caught=caught+$SELECT($ECODE["",M9,"":1,$ECODE["",M6,"":10,1:100),$ECODE="""" QUIT"
	DO BAD(i#2)
	QUIT
	;
BAD(kind)	;
	NEW x
	IF kind SET x=1/(kind-1)
	SET x=undefined
	QUIT

GOTO	; GOTO: odd and even numbers are summed by labels that jump to each other
	NEW even,i,n,odd
	SET n=+$ZCMDLINE,(even,i,odd)=0
	;
NEXT	SET i=i+1
	GOTO DONE:i>n,ODD:i#2
	SET even=even+i
	GOTO NEXT
	;
ODD	SET odd=odd+i
	GOTO NEXT
	;
DONE	WRITE odd,",",even,!
	QUIT

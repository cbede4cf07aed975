GOTO	; GOTO: Collatz's sequences, by labels that jump to each other
	NEW n,number,odd,start,steps
	SET n=+$ZCMDLINE,(odd,start,steps)=0
	;
START	IF steps'<n GOTO DONE
	SET start=start+1,number=start
	;
NEXT	IF number=1 GOTO START
	SET steps=steps+1
	IF number#2 GOTO ODD
	SET number=number\2
	GOTO NEXT
	;
ODD	SET odd=odd+1,number=3*number+1
	GOTO NEXT
	;
DONE	WRITE start,",",steps,",",odd,!
	QUIT

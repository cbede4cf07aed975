XECUTE	; XECUTE of a few texts that are there again and again
	NEW code,i,n,sum
	SET n=+$ZCMDLINE,sum=0
	SET code(0)="SET sum=sum+i",code(1)="SET sum=sum-1",code(2)="IF i#2 SET sum=sum+2"
	FOR i=1:1:n XECUTE code(i#3)
	WRITE sum,!
	QUIT

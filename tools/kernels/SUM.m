SUM	; add the numbers from 1 to n
	NEW i,n,sum
	SET n=+$ZCMDLINE,sum=0
	FOR i=1:1:n SET sum=sum+i
	WRITE sum,!
	QUIT

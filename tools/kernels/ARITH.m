ARITH	; all the operators of numbers, on integers
	NEW a,b,i,n,sum
	SET n=+$ZCMDLINE,(a,b)=1,sum=0
	FOR i=1:1:n SET a=a*3+i#10007,b=a\7-b*2#5003,sum=sum+a-b+(a>b)+(i#10=3)
	WRITE sum,",",a,",",b,!
	QUIT

EXTRINS	; functions with three parameters by value, with NEW and a QUIT of an expression
	NEW i,n,sum
	SET n=+$ZCMDLINE,sum=0
	FOR i=1:1:n SET sum=sum+$$MIDDLE(i#7,i#11,i#13)
	WRITE sum,!
	QUIT
	;
MIDDLE(a,b,c)	; the middle one of three numbers
	NEW low,high
	SET low=a,high=b
	IF a>b SET low=b,high=a
	QUIT:c<low low
	QUIT:c>high high
	QUIT c

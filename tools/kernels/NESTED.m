NESTED	; nested FOR, with QUITs, steps and lists of values: Pythagoras' triples
	NEW a,b,c,found,i,k,n
	SET n=+$ZCMDLINE,(found,k)=0
	FOR i=1:1 QUIT:k'<n  DO
	. FOR a=3:1:12 FOR b=a:1:15 SET k=k+1 FOR c=b+1:1:b+5 QUIT:c*c>(a*a+(b*b))  IF c*c=(a*a+(b*b)) SET found=found+1
	. FOR a=2,3,5,7:2:13,20 SET found=found+(a=20)
	WRITE k,",",found,!
	QUIT

FIB	; $$ recursion: Fibonacci's numbers, each from the two before it, until n calls are done
	NEW calls,n,number,sum
	SET n=+$ZCMDLINE,(calls,sum)=0
	; $$F(15) makes 1,973 calls of itself.
	FOR  QUIT:calls'<n  SET sum=sum+$$F(15),calls=calls+1973
	WRITE sum,!
	QUIT
	;
F(number)	; Fibonacci's number
	QUIT:number<2 number
	QUIT $$F(number-1)+$$F(number-2)

DECIMALS	; numbers of 18 digits: a square root by Newton's rule, and quotients
	NEW i,n,root,step,sum,x
	SET n=+$ZCMDLINE,sum=0
	FOR i=1:1:n DO
	. SET x=i#97+2,root=x/2
	. FOR step=1:1:5 SET root=x/root+root/2
	. SET sum=sum+root-(x/3)*1.000000001
	WRITE sum,!
	QUIT

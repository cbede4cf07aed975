DOSUB	; calls by reference: a subroutine adds to two variables of its caller
	NEW i,n,odd,sum
	SET n=+$ZCMDLINE,(odd,sum)=0
	FOR i=1:1:n DO ADD(.sum,.odd,i)
	WRITE sum,",",odd,!
	QUIT
	;
ADD(total,count,number)	; add a number, and count the odd ones
	SET total=total+number,count=count+(number#2)
	QUIT

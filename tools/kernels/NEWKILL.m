NEWKILL	; NEW and KILL: variables are hidden, made, killed one by one and all but some
	NEW a,b,c,i,n,sum
	SET n=+$ZCMDLINE,sum=0,(a,b,c)=1
	FOR i=1:1:n DO HIDE(i)
	WRITE sum,",",a,b,c,!
	QUIT
	;
HIDE(i)	; hide the variables of the caller, and kill
	NEW a,b,k
	SET a=i,b(1)=i,b(2)=a,k=1
	KILL a
	IF '$DATA(a) SET a=2
	KILL b(1)
	SET sum=sum+$DATA(b)+$DATA(b(1))+$DATA(b(2))+a
	KILL b
	SET b=1
	NEW (sum,i)
	SET sum=sum+$DATA(c)
	QUIT

LOCALMRG	; MERGE and KILL of local trees
	NEW a,b,i,k,n,sum
	SET n=+$ZCMDLINE,sum=0
	FOR i=1:1:10 FOR k=1:1:10 SET a(i,k)=i*k,a(i,k,"note")="n"_k
	FOR i=1:1:n DO
	. MERGE b(i#3)=a(i#10+1)
	. SET sum=sum+b(i#3,i#10+1)
	. IF i#7=0 KILL b
	WRITE sum,!
	QUIT

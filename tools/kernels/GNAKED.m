GNAKED	; naked references in a record of several nodes, SET $PIECE and KILL of one
	NEW i,n,sum
	SET n=+$ZCMDLINE,sum=0
	KILL ^BENCH
	FOR i=1:1:n DO
	. SET ^BENCH(i#500,0)="name^"_i,^(1)="ward",^("B",i)=""
	. SET $PIECE(^(0),"^",3)=i#7,sum=sum+$PIECE(^BENCH(i#500,0),"^",2)
	. IF i#3=0 KILL ^(1)
	WRITE sum,",",$DATA(^BENCH(6,1)),!
	KILL ^BENCH
	QUIT

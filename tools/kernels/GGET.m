GGET	; GET at random of 2,000 nodes, $GET and $DATA of what is not there
	NEW i,n,sum
	SET n=+$ZCMDLINE,sum=0
	KILL ^BENCH
	FOR i=0:1:1999 SET ^BENCH(i,"number")=i
	FOR i=1:1:n SET sum=sum+^BENCH(i*1237#2000,"number")+$GET(^BENCH(i,"none"),1)+$DATA(^BENCH(i#3000))
	WRITE sum,!
	KILL ^BENCH
	QUIT

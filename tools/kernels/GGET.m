GGET	; globals: GET at random of 5,000 nodes, $GET and $DATA of what is not there
	NEW i,n,sum
	SET n=+$ZCMDLINE,sum=0
	KILL ^BENCH
	FOR i=0:1:4999 SET ^BENCH(i,"number")=i
	FOR i=1:1:n SET sum=sum+^BENCH(i*1237#5000,"number")+$GET(^BENCH(i,"none"),1)+$DATA(^BENCH(i#7000))
	WRITE sum,!
	KILL ^BENCH
	QUIT

GINCR	; counters by $INCREMENT and by SET
	NEW i,n,sum
	SET n=+$ZCMDLINE,sum=0
	KILL ^BENCH
	FOR i=1:1:n SET sum=sum+$INCREMENT(^BENCH("count",i#10)),^BENCH("ward",i#7)=$GET(^BENCH("ward",i#7))+1
	WRITE sum,",",$GET(^BENCH("ward",3)),!
	KILL ^BENCH
	QUIT

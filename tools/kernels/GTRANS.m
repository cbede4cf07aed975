GTRANS	; transactions of four SETs and two GETs
	NEW i,n,sum
	SET n=+$ZCMDLINE,sum=0
	KILL ^BENCH
	FOR i=1:1:n DO
	. TSTART ():SERIAL
	. SET ^BENCH("last")=$GET(^BENCH("last"))+1
	. SET ^BENCH(i,"name")="n"_i,^BENCH("B","n"_i,i)="",^BENCH("sum")=$GET(^BENCH("sum"))+i
	. TCOMMIT
	WRITE $GET(^BENCH("sum")),",",$GET(^BENCH("last")),!
	KILL ^BENCH
	QUIT

GMERGE	; MERGE of a tree from global to global, to a local array and back, and KILL
	NEW i,local,n,sum
	SET n=+$ZCMDLINE,sum=0
	KILL ^BENCH
	FOR i=1:1:100 SET ^BENCH("from",i#10,i)="node "_i
	FOR i=1:1:n DO
	. MERGE ^BENCH("to",i#4)=^BENCH("from")
	. KILL local MERGE local=^BENCH("to",i#4,i#10)
	. SET local(i)="new" MERGE ^BENCH("back")=local
	. IF i#4=0 KILL ^BENCH("to")
	. SET sum=sum+$LENGTH(local(i#10+10))
	WRITE sum,",",$DATA(^BENCH("back",n)),!
	KILL ^BENCH
	QUIT

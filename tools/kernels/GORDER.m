GORDER	; $ORDER over 2,000 nodes, forwards and backwards, and $QUERY
	NEW at,k,key,n,sum
	SET n=+$ZCMDLINE,(k,sum)=0
	KILL ^BENCH
	FOR key=1:1:2000 SET ^BENCH("B","N"_(key*1237#2000),key)=""
	FOR  QUIT:k'<n  DO
	. SET key="" FOR  SET key=$ORDER(^BENCH("B",key)) QUIT:key=""  SET k=k+1,sum=sum+$LENGTH(key)+$ORDER(^BENCH("B",key,""))
	. SET key="" FOR  SET key=$ORDER(^BENCH("B",key),-1) QUIT:key=""  SET k=k+1
	. SET at="^BENCH" FOR  SET at=$QUERY(@at) QUIT:at=""  SET k=k+1
	WRITE k,",",sum,!
	KILL ^BENCH
	QUIT

GSET	; SET of new nodes with three subscripts, and of old ones
	NEW i,n
	SET n=+$ZCMDLINE
	KILL ^BENCH
	FOR i=1:1:n SET ^BENCH(i\50,"item",i#50)="value "_i SET:i#5=0 ^BENCH(i\100,"item",1)=i
	WRITE $GET(^BENCH(3,"item",1)),",",$ORDER(^BENCH(""),-1),!
	KILL ^BENCH
	QUIT

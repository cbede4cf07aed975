SORT	; sort by $ORDER: random keys become subscripts, and are walked
	NEW i,key,last,n,seed,sum,text
	SET n=+$ZCMDLINE,seed=12345,(sum,last)=0
	FOR i=1:1:n SET seed=seed*1103+12345#1000003,text("K"_seed)=i,text(seed)=i
	SET key="" FOR  SET key=$ORDER(text(key)) QUIT:key=""  SET sum=sum+text(key)*7#1000003
	SET key="" FOR  SET key=$ORDER(text(key),-1) QUIT:key=""  SET last=last+1
	WRITE sum,",",last,!
	QUIT

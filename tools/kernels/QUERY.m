QUERY	; $QUERY, $NAME, $QSUBSCRIPT, $DATA and $ORDER over a local tree
	NEW i,k,n,node,sum,tree
	SET n=+$ZCMDLINE,(sum,k)=0
	FOR i=1:1:200 SET tree(i#5,"x"_(i#7),i)=i
	FOR  QUIT:k'<n  SET node="tree" FOR  SET node=$QUERY(@node) QUIT:node=""  DO  QUIT:k'<n
	. SET k=k+1,sum=sum+$QSUBSCRIPT(node,3)+$LENGTH($NAME(@node,2))+$DATA(@node)
	WRITE sum,!
	QUIT

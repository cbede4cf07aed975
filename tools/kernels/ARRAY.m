ARRAY	; local array with three levels: SET, and a sum by GET
	NEW a,b,c,i,n,node,sum
	SET n=+$ZCMDLINE,sum=0
	FOR i=1:1:n DO
	. SET a=i#17,b=i#23,c=i#101
	. SET node(a,b,c)=i,sum=sum+node(a,b,c)+$GET(node(b,a,c))
	WRITE sum,!
	QUIT

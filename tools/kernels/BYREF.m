BYREF	; arrays by reference: a function fills, sorts by insertion and sums an array of its caller
	NEW i,list,n,sum
	SET n=+$ZCMDLINE,sum=0
	FOR i=1:1:n KILL list DO FILL(.list,i),SORT(.list) SET sum=sum+$$WEIGHT(.list)
	WRITE sum,!
	QUIT
	;
FILL(list,seed)	; eight numbers in disorder
	NEW k
	FOR k=1:1:8 SET list(k)=seed*k*37#101
	SET list=8
	QUIT
	;
SORT(list)	; by insertion
	NEW at,j,k
	FOR k=2:1:list SET at=list(k) DO  SET list(j+1)=at
	. FOR j=k-1:-1:0 QUIT:'j  QUIT:list(j)'>at  SET list(j+1)=list(j)
	QUIT
	;
WEIGHT(list)	; a sum that depends on the order
	NEW k,sum
	SET sum=0
	FOR k=1:1:list SET sum=sum+(k*list(k))
	QUIT sum

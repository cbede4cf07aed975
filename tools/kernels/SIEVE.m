SIEVE	; the sieve of Eratosthenes in a local array
	NEW count,i,k,n,out
	SET n=+$ZCMDLINE,count=0
	FOR i=2:1:n IF '$DATA(out(i)) SET count=count+1 FOR k=i*i:i:n SET out(k)=""
	WRITE count,!
	QUIT

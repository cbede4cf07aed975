LOOP	; integer loop: an addition of two locals, a comparison, a counted FOR
	NEW i,n,odd
	SET n=+$ZCMDLINE,odd=0
	FOR i=1:1:n IF i#2 SET odd=odd+1
	WRITE odd,!
	QUIT

LOOP	; an integer loop: a remainder, an IF and an addition in a counted FOR
	NEW i,n,odd
	SET n=+$ZCMDLINE,odd=0
	FOR i=1:1:n IF i#2 SET odd=odd+1
	WRITE odd,!
	QUIT

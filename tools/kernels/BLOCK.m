BLOCK	; argumentless DO in a FOR, two levels deep, with IF, ELSE and QUIT
	NEW i,kind,n,none,one,sum
	SET n=+$ZCMDLINE,(none,one,sum)=0
	FOR i=1:1:n DO
	. SET kind=i#4
	. IF kind=0 SET none=none+1 QUIT
	. IF kind>1 DO
	. . SET sum=sum+kind
	. . QUIT:sum<1000
	. . SET sum=0
	. ELSE  SET one=one+1
	WRITE none,",",one,",",sum,!
	QUIT

SELECT	; $SELECT, and conditions with and, or, not
	NEW grade,i,n,points,sum
	SET n=+$ZCMDLINE,sum=0
	FOR i=1:1:n DO
	. SET points=i*37#101
	. SET grade=$SELECT(points>90:1,points>75:2,points>60:3,points>40:4,1:5)
	. SET:grade=1!(points#2&(grade<4)) sum=sum+1
	. IF '(grade=5),points'<50 SET sum=sum+grade
	WRITE sum,!
	QUIT

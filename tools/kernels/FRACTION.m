FRACTION	; decimal fractions: money with cents, added and multiplied
	NEW i,n,price,tax,total
	SET n=+$ZCMDLINE,total=0
	FOR i=1:1:n SET price=i#1000/8+.05,tax=price*.19,total=total+price+tax
	WRITE total,!
	QUIT

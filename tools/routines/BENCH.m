BENCH	; loops over ^BENCH(number,"NAME"): what `bumps bench db` measures through the language
	; Random order without random numbers: a step that has no divisor in common with the count
	; meets each number once.
	;
SET(count,step,value)	; set every node, each number a step after the one before
	NEW k,i
	SET k=0
	FOR i=1:1:count SET k=k+step#count,^BENCH(k,"NAME")=value
	QUIT i
	;
GET(count,step)	; get every node; return how many there were
	NEW k,i,v
	SET k=0
	FOR i=1:1:count SET k=k+step#count,v=^BENCH(k,"NAME")
	QUIT i
	;
ORDER()	; walk over all numbers; return how many there are
	NEW k,n
	SET k="",n=0
	FOR  SET k=$ORDER(^BENCH(k)) QUIT:k=""  SET n=n+1
	QUIT n

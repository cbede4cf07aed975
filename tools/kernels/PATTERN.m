PATTERN	; pattern match: names, dates, numbers, and one with alternatives
	NEW hit,i,n,text
	SET n=+$ZCMDLINE,hit=0
	SET text(0)="SNOW,JOHN",text(1)="1813-03-15",text(2)="-12.75",text(3)="ICU-7b",text(4)="O'BRIEN-SMITH,MARY ANN J"
	FOR i=1:1:n DO
	. SET text=text(i#5)
	. IF text?1U.UP1","1.UP SET hit=hit+1
	. IF text?4N1"-"2N1"-"2N SET hit=hit+10
	. IF text?.1"-"1.N.1(1"."1.N) SET hit=hit+100
	. IF text?1(1"ICU",1"ER")1"-"1N.1L SET hit=hit+1000
	WRITE hit,!
	QUIT

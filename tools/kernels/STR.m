STR	; $PIECE and $EXTRACT of a record
	NEW born,i,n,name,record,sum,sure
	SET n=+$ZCMDLINE,sum=0
	SET record(0)="Snow,John^M^1813^London^12",record(1)="Seacole,Mary^F^1805^Kingston^7"
	FOR i=1:1:n DO
	. SET record=record(i#2),name=$PIECE(record,"^",1),born=$PIECE(record,"^",3)
	. SET sure=$PIECE(name,","),sum=sum+$EXTRACT(born,3,4)+$LENGTH(sure)+($EXTRACT(name)="S")
	WRITE sum," ",$GET(sure),!
	QUIT

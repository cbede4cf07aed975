TEXT	; $TRANSLATE, $JUSTIFY, $FNUMBER, $REVERSE, $FIND, $ASCII and $CHAR
	NEW i,line,n,sum
	SET n=+$ZCMDLINE,sum=0
	FOR i=1:1:n DO
	. SET line=$JUSTIFY(i,8)_$JUSTIFY(i/7,10,2)_" "_$FNUMBER(i*1000,",")
	. SET line=$TRANSLATE(line," ,.","_;:")
	. SET sum=sum+$FIND(line,";")+$ASCII(line,12)+$LENGTH($CHAR(i#26+65,65))
	. IF $REVERSE(line)["0;" SET sum=sum+1
	WRITE sum,!,$GET(line),!
	QUIT

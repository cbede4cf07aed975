BUILD	; strings are built: pieces are set, lists are joined, words are counted
	NEW column,i,k,line,n,sum,word
	SET n=+$ZCMDLINE,sum=0,word=""
	FOR i=1:1:n DO
	. SET line=""
	. FOR k=1:1:8 SET $PIECE(line,";",k)=i+k
	. FOR k=1:1:8 SET column=$PIECE(line,";",k),$PIECE(line,";",k)=column_"/"_$LENGTH(column)
	. SET word="" FOR k=$LENGTH(line,";"):-1:1 SET word=word_$SELECT(word="":"",1:",")_$PIECE(line,";",k)
	. SET $EXTRACT(word,1,2)="<>",sum=sum+$LENGTH(word)+$LENGTH(word,",")
	WRITE sum,!,$EXTRACT(word,1,60),!
	QUIT

CONCAT	; a string grows by a few characters, and begins anew at 30,000
	NEW i,n,size,text
	SET n=+$ZCMDLINE,text="",size=0
	FOR i=1:1:n SET text=text_"ab" IF $LENGTH(text)>30000 SET size=size+$LENGTH(text),text=""
	WRITE size+$LENGTH(text),!
	QUIT

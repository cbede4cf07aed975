INDIRECT	; indirection: of a name, of subscripts, of an argument, of a label
	NEW apple,argument,i,label,n,name,pear,sum,tree,where
	SET n=+$ZCMDLINE,(apple,pear,sum)=0,where="tree(1)",argument="sum=sum+1"
	FOR i=1:1:n DO
	. SET name=$SELECT(i#2:"apple",1:"pear"),@name=@name+i
	. SET @where@(i#10)=i,sum=sum+@where@(i#10)
	. SET @argument
	. SET label=$PIECE("ONE,TWO",",",i#2+1) DO @label
	WRITE apple,",",pear,",",sum,",",$GET(tree(1,3)),!
	QUIT
	;
ONE	SET sum=sum+1
	QUIT
	;
TWO	SET sum=sum+2
	QUIT

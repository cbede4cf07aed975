MIXED	; a large array whose keys come and go while it is walked: SET, KILL and $ORDER at random places
	NEW i,key,n,seed,set,sum
	SET n=+$ZCMDLINE,seed=4711,sum=0
	FOR i=1:1:n DO
	. SET seed=seed*1103+12345#1000003,set(seed)=i
	. SET key=$ORDER(set(seed#500009)) IF key'="" SET sum=sum+key#1000003
	. IF i#3=0 SET key=$ORDER(set(seed+31337#1000003)) KILL:key'="" set(key)
	SET key="",i=0 FOR  SET key=$ORDER(set(key)) QUIT:key=""  SET i=i+1
	WRITE sum,",",i,!
	QUIT

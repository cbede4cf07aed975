CLINIC	; a small clinic: patients, two indexes, and counters
	; A registration is one transaction of seven nodes: all of it is there, or nothing.
	;
REGISTER(count)	; register patients; print each number once it cannot be lost
	NEW i
	FOR i=1:1:count WRITE $$ADD($$NAME(),1920+$RANDOM(100),$$WARD()),!
	QUIT
	;
ADD(name,born,ward)	; register one patient; return the number
	NEW id
	TSTART
	SET id=$GET(^CLINIC("LAST"))+1
	SET ^CLINIC("LAST")=id
	SET ^PATIENT(id,"NAME")=name
	SET ^PATIENT(id,"BORN")=born
	SET ^PATIENT(id,"WARD")=ward
	SET ^INDEX("NAME",name,id)=""
	SET ^INDEX("WARD",ward,id)=""
	SET ^CLINIC("COUNT",ward)=$GET(^CLINIC("COUNT",ward))+1
	TCOMMIT  ; returns when it is on the disk
	QUIT id
	;
NAME()	; a name
	NEW first,last
	SET first=$PIECE("Florence,John,Mary,Joseph,Clara,Elizabeth,Ignaz,Edith",",",$RANDOM(8)+1)
	SET last=$PIECE("Nightingale,Snow,Seacole,Lister,Barton,Blackwell,Semmelweis,Cavell",",",$RANDOM(8)+1)
	QUIT last_","_first
	;
WARD()	; a ward
	QUIT $PIECE("ICU,ER,SURGERY,MATERNITY",",",$RANDOM(4)+1)
	;
WARDS	; print how many patients each ward has
	NEW ward
	SET ward=""
	FOR  SET ward=$ORDER(^CLINIC("COUNT",ward)) QUIT:ward=""  WRITE ward,?12,$JUSTIFY(^CLINIC("COUNT",ward),6),!
	QUIT

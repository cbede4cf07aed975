WARD	; a hospital in a global; patients come, move and go, and tables are made of what is there
	;
	; The argument says how many admissions there are. Nobody in this hospital ever lived.
	;
	; ^WARD("P",patient,0)			name ^ sex ^ day of birth
	; ^WARD("P",patient,"A",stay)		ward ^ bed ^ day in ^ day out ^ diagnosis ^ doctor
	; ^WARD("P",patient,"A",stay,"M",n)	medicine ^ doses
	; ^WARD("N",name,patient)		by name
	; ^WARD("W",ward,bed)			patient ^ stay, of those who are here
	; ^WARD("D",day,"in" or "out",patient)	stay: who came and went on a day
	; ^WARD("X",diagnosis,patient,stay)	by diagnosis
	; ^WARD("Q",number)			patient ^ diagnosis, of those who wait for a bed
	; ^WARD("C",what)			counters
	;
	; A day is a number as $HOROLOG has it.
	;
	NEW admissions,cause,day,doctor,drug,first,seed,today,ward
	SET admissions=+$ZCMDLINE,first=67000,seed=1863
	KILL ^WARD
	DO TABLES,YEAR
	SET today=day
	DO CENSUS,LIST,CAUSES,DOCTORS,DRUGS,STAYS,AGES,BUSY,RETURNS
	DO FIND("Sm"),FIND("Bar"),FIND("Nobody")
	DO CHECK("as it is")
	DO HARM,CHECK("damaged"),REPAIR,CHECK("repaired")
	DO ARCHIVE,CHECK("archived"),SUM
	KILL ^WARD
	QUIT
	;
	;
	; What there is to choose from
	;
TABLES	; wards, diagnoses, medicines and doctors
	NEW i,line,what
	FOR what="ward","cause","drug","doctor" FOR i=1:1 SET line=$PIECE($TEXT(@what+i),";;",2) QUIT:line=""  SET @what@(i)=line,@what=i
	FOR i=1:1:ward SET ward("name",$PIECE(ward(i),"^"))=i
	QUIT
	;
ward	; name ^ beds ^ price of a day
	;;Cardiology^14^612.50
	;;Emergency^10^498.75
	;;Intensive care^8^2140.00
	;;Maternity^12^355.20
	;;Orthopaedics^16^420.10
	;;Paediatrics^11^389.95
	;;
cause	; name ^ ward ^ days at least ^ days at most ^ medicines
	;;Appendicitis^2^2^6^2,4
	;;Asthma^6^1^5^5
	;;Birth^4^2^5^1
	;;Broken hip^5^6^14^1,3,4
	;;Broken wrist^5^1^3^1
	;;Croup^6^1^4^5
	;;Heart attack^3^5^16^3,6,7
	;;Heart failure^1^4^12^6,7
	;;Pneumonia^2^3^11^2,5
	;;Sepsis^3^7^21^2,4,8
	;;Stroke^1^6^18^3,7
	;;
drug	; name ^ price of a dose ^ doses a day
	;;Analgin^0.12^4
	;;Betacillin^3.455^3
	;;Coagulon^11.20^1
	;;Dolorex^0.985^2
	;;Expirant^1.05^6
	;;Furomid^0.2275^2
	;;Glycerin^0.31^5
	;;Hydrocort^27.60^1
	;;
doctor	; those who treat
	;;Abbot
	;;Brandt
	;;Castle
	;;Dorn
	;;Ellis
	;;
	;
CHANCE(n)	; one of the numbers 0 to n-1: the same sequence in every run
	SET seed=seed*48271#2147483647
	QUIT seed\64#n
	;
NAME(sex)	; a name
	NEW family,given
	SET family="Adams,Bartok,Barrow,Cole,Dunn,Evers,Finch,Grant,Holm,Ivers,Jansen,Klein,Lowe,Marsh,North,Olsen,Price,Quinn,Reed,Small,Smith,Tate,Upton,Vance,Webb"
	SET given=$SELECT(sex="F":"Ada,Bea,Cora,Dora,Ella,Flora,Grace,Hanna,Ida,Jane",1:"Abel,Ben,Carl,Dan,Emil,Fred,George,Hugo,Ian,John")
	QUIT $PIECE(family,",",$$CHANCE(25)+1)_","_$PIECE(given,",",$$CHANCE(10)+1)
	;
	;
	; Days
	;
DATE(day)	; a day as 2024-06-09
	NEW century,era,left,month,year
	; Days since 1 March of the year 0, in which every era of 400 years has 146097.
	SET left=day+672411,era=left\146097,left=left#146097
	SET year=left-(left\1460)+(left\36524)-(left\146096)\365
	SET left=left-(365*year)-(year\4)+(year\100),month=5*left+2\153
	SET left=left-(153*month+2\5)+1,year=era*400+year,month=month+3
	IF month>12 SET month=month-12,year=year+1
	QUIT year_"-"_$$TWO(month)_"-"_$$TWO(left)
	;
TWO(number)	; with two digits
	QUIT $TRANSLATE($JUSTIFY(number,2)," ",0)
	;
AGE(born,at)	; whole years between two days, nearly
	QUIT at-born*4\1461
	;
	;
	; What happens
	;
YEAR	; day after day, until all have been admitted
	NEW came,due
	SET day=first,came=0
	FOR  QUIT:came'<admissions  DO
	. SET day=day+1
	. DO LEAVE(day),QUEUE(day)
	. FOR due=1:1:$$CHANCE(9)+4 QUIT:came'<admissions  SET came=came+1 DO ARRIVE(day)
	. IF day#3=0 DO TRANSFER(day)
	QUIT
	;
ARRIVE(day)	; somebody comes: mostly a new patient, sometimes one who was here before
	NEW again,patient,sex,what
	SET what=$$CHANCE(cause)+1
	SET patient=0,again=$GET(^WARD("C","patients"))
	IF again>20,$$CHANCE(5)=0 DO
	. SET patient=$$CHANCE(again)+1
	. IF $$HERE(patient)!$$WAITS(patient) SET patient=0
	IF 'patient DO
	. SET patient=$INCREMENT(^WARD("C","patients"))
	. SET sex=$SELECT($PIECE(cause(what),"^")="Birth":"F",$$CHANCE(2):"F",1:"M")
	. SET ^WARD("P",patient,0)=$$NAME(sex)_"^"_sex_"^"_$$BORN(what,day)
	. SET ^WARD("N",$PIECE(^WARD("P",patient,0),"^"),patient)=""
	IF '$$ADMIT(patient,what,day) SET ^WARD("Q",$INCREMENT(^WARD("C","queue")))=patient_"^"_what
	QUIT
	;
BORN(what,day)	; a day of birth that goes with a diagnosis
	NEW ward
	SET ward=$PIECE(cause(what),"^",2)
	IF ward=6 QUIT day-$$CHANCE(14*365)
	IF ward=4 QUIT day-(18*365)-$$CHANCE(25*365)
	QUIT day-(20*365)-$$CHANCE(72*365)
	;
HERE(patient)	; whether a patient has a stay that has not ended
	NEW stay
	SET stay=$ORDER(^WARD("P",patient,"A",""),-1)
	IF stay="" QUIT 0
	QUIT $PIECE(^WARD("P",patient,"A",stay),"^",4)=""
	;
WAITS(patient)	; whether a patient waits for a bed
	NEW number
	SET number=""
	FOR  SET number=$ORDER(^WARD("Q",number)) QUIT:number=""  QUIT:$PIECE(^(number),"^")=patient
	QUIT number'=""
	;
ADMIT(patient,what,day)	; give a patient a bed; whether there was one
	NEW bed,data,i,least,medicine,place,stay
	SET place=$PIECE(cause(what),"^",2),bed=$$BED(place)
	IF 'bed QUIT 0
	SET stay=$ORDER(^WARD("P",patient,"A",""),-1)+1
	SET data=$PIECE(ward(place),"^"),$PIECE(data,"^",2)=bed,$PIECE(data,"^",3)=day,$PIECE(data,"^",5)=$PIECE(cause(what),"^")
	SET $PIECE(data,"^",6)=doctor($$CHANCE(doctor)+1)
	SET ^WARD("P",patient,"A",stay)=data
	FOR i=1:1:$LENGTH($PIECE(cause(what),"^",5),",") DO
	. SET medicine=$PIECE($PIECE(cause(what),"^",5),",",i)
	. SET ^WARD("P",patient,"A",stay,"M",i)=$PIECE(drug(medicine),"^")_"^0"
	SET ^WARD("W",$PIECE(data,"^"),bed)=patient_"^"_stay
	SET ^WARD("D",day,"in",patient)=stay,^WARD("X",$PIECE(data,"^",5),patient,stay)=""
	; When somebody may leave is known here only.
	SET least=$PIECE(cause(what),"^",3)
	SET ^WARD("L",day+least+$$CHANCE($PIECE(cause(what),"^",4)-least+1),patient)=stay
	SET ^WARD("C","stays")=$GET(^WARD("C","stays"))+1
	QUIT 1
	;
BED(place)	; the first bed of a ward that is free; 0 for none
	NEW bed,name
	SET name=$PIECE(ward(place),"^")
	FOR bed=1:1:$PIECE(ward(place),"^",2) QUIT:'$DATA(^WARD("W",name,bed))
	IF $DATA(^WARD("W",name,bed)) QUIT 0
	QUIT bed
	;
LEAVE(day)	; those who may go home do
	NEW data,i,medicine,patient,stay
	SET patient=""
	FOR  SET patient=$ORDER(^WARD("L",day,patient)) QUIT:patient=""  DO
	. SET stay=^WARD("L",day,patient),data=^WARD("P",patient,"A",stay)
	. KILL ^WARD("W",$PIECE(data,"^"),$PIECE(data,"^",2))
	. SET $PIECE(^WARD("P",patient,"A",stay),"^",4)=day,^WARD("D",day,"out",patient)=stay
	. SET i=""
	. FOR  SET i=$ORDER(^WARD("P",patient,"A",stay,"M",i)) QUIT:i=""  DO
	. . SET medicine=$$DRUG($PIECE(^WARD("P",patient,"A",stay,"M",i),"^"))
	. . SET $PIECE(^(i),"^",2)=$PIECE(drug(medicine),"^",3)*(day-$PIECE(data,"^",3))
	KILL ^WARD("L",day)
	QUIT
	;
DRUG(name)	; the number of a medicine
	NEW i
	FOR i=1:1:drug QUIT:$PIECE(drug(i),"^")=name
	QUIT i
	;
QUEUE(day)	; those who wait, in the order in which they came
	NEW number
	SET number=""
	FOR  SET number=$ORDER(^WARD("Q",number)) QUIT:number=""  DO
	. IF $$ADMIT($PIECE(^WARD("Q",number),"^"),$PIECE(^(number),"^",2),day) KILL ^WARD("Q",number)
	QUIT
	;
TRANSFER(day)	; who lies in intensive care for six days goes to Cardiology, if there is a bed
	NEW bed,new,patient,stay
	SET bed=""
	FOR  SET bed=$ORDER(^WARD("W","Intensive care",bed)) QUIT:bed=""  DO
	. SET patient=$PIECE(^WARD("W","Intensive care",bed),"^"),stay=$PIECE(^(bed),"^",2)
	. IF day-$PIECE(^WARD("P",patient,"A",stay),"^",3)<6 QUIT
	. SET new=$$BED(1)
	. IF 'new QUIT
	. KILL ^WARD("W","Intensive care",bed)
	. SET ^WARD("W","Cardiology",new)=patient_"^"_stay
	. SET $PIECE(^WARD("P",patient,"A",stay),"^",1,2)="Cardiology^"_new
	. IF $INCREMENT(^WARD("C","transfers"))
	QUIT
	;
	;
	; Tables
	;
HEAD(title)	; begin a table
	WRITE !,title,", ",$$DATE(today),!,$TRANSLATE($JUSTIFY("",$LENGTH(title)+12)," ","-"),!
	QUIT
	;
CENSUS	; beds of each ward, with a bar
	NEW bed,beds,free,i,name,sum,taken
	DO HEAD("Beds")
	SET sum=0,sum(1)=0
	FOR i=1:1:ward SET name=$PIECE(ward(i),"^"),beds=$PIECE(ward(i),"^",2) DO
	. SET bed="",taken=0
	. FOR  SET bed=$ORDER(^WARD("W",name,bed)) QUIT:bed=""  SET taken=taken+1
	. SET sum=sum+beds,sum(1)=sum(1)+taken
	. WRITE name,?18,$JUSTIFY(taken,3)," of",$JUSTIFY(beds,3),$JUSTIFY(100*taken/beds,7,1)," % ",$TRANSLATE($JUSTIFY("",taken)," ","#"),!
	WRITE "all",?18,$JUSTIFY(sum(1),3)," of",$JUSTIFY(sum,3),$JUSTIFY(100*sum(1)/sum,7,1)," %",!
	SET free="",i=0
	FOR  SET free=$ORDER(^WARD("Q",free)) QUIT:free=""  SET i=i+1
	WRITE i," wait for a bed",!
	QUIT
	;
LIST	; who is here, by name, in pages of 15 lines
	NEW data,line,name,page,patient,shown,stay
	DO HEAD("Patients")
	SET (name,patient)="",(line,page,shown)=0
	FOR  SET name=$ORDER(^WARD("N",name)) QUIT:name=""  DO  QUIT:shown=30
	. FOR  SET patient=$ORDER(^WARD("N",name,patient)) QUIT:patient=""  IF $$HERE(patient) DO
	. . IF line#15=0 SET page=page+1 WRITE "page ",page,?10,"name",?26,"age",?32,"ward",?48,"bed",?54,"since",?66,"for",!
	. . SET line=line+1,shown=shown+1,stay=$ORDER(^WARD("P",patient,"A",""),-1),data=^(stay)
	. . WRITE $JUSTIFY(patient,7),?10,$PIECE(name,","),", ",$PIECE(name,",",2),?26,$JUSTIFY($$AGE($PIECE(^WARD("P",patient,0),"^",3),today),3)
	. . WRITE ?32,$PIECE(data,"^"),?48,$JUSTIFY($PIECE(data,"^",2),3),?54,$$DATE($PIECE(data,"^",3)),?66,$PIECE(data,"^",5),!
	QUIT
	;
CAUSES	; diagnoses, the most frequent one first, with the days that they take
	NEW days,data,ended,name,patient,rank,stay,stays,sum
	DO HEAD("Diagnoses")
	SET name="",(sum,sum("days"))=0
	FOR  SET name=$ORDER(^WARD("X",name)) QUIT:name=""  DO
	. SET patient="",(days,ended,stays)=0
	. FOR  SET patient=$ORDER(^WARD("X",name,patient)) QUIT:patient=""  SET stay="" DO
	. . FOR  SET stay=$ORDER(^WARD("X",name,patient,stay)) QUIT:stay=""  DO
	. . . SET stays=stays+1,data=^WARD("P",patient,"A",stay)
	. . . IF $PIECE(data,"^",4) SET ended=ended+1,days=days+$PIECE(data,"^",4)-$PIECE(data,"^",3)
	. SET rank(-stays,name)=days_"^"_ended,sum=sum+stays,sum("days")=sum("days")+days
	SET (rank,name)=""
	FOR  SET rank=$ORDER(rank(rank)) QUIT:rank=""  FOR  SET name=$ORDER(rank(rank,name)) QUIT:name=""  DO
	. SET days=$PIECE(rank(rank,name),"^"),ended=$PIECE(rank(rank,name),"^",2)
	. WRITE name,?16,$JUSTIFY(-rank,5),$JUSTIFY(-rank/sum*100,8,1)," %",$JUSTIFY(days,7)," days"
	. WRITE:ended $JUSTIFY(days/ended,7,2)," each"
	. WRITE !
	WRITE "all",?16,$JUSTIFY(sum,5),?33,$JUSTIFY(sum("days"),5)," days",!
	QUIT
	;
EACH(what)	; do a label for each stay: `patient`, `stay` and `data` are set
	NEW data,patient,stay
	SET patient=""
	FOR  SET patient=$ORDER(^WARD("P",patient)) QUIT:patient=""  SET stay="" DO
	. FOR  SET stay=$ORDER(^WARD("P",patient,"A",stay)) QUIT:stay=""  SET data=^(stay) DO @what
	QUIT
	;
DOCTORS	; stays of each doctor in each ward, with sums on both sides
	NEW cell,i,name
	DO HEAD("Stays by doctor")
	DO EACH("DOCTOR1")
	WRITE "ward"
	FOR i=1:1:doctor WRITE ?i*9+9,$JUSTIFY(doctor(i),8)
	WRITE $JUSTIFY("sum",9),!
	SET name=""
	FOR  SET name=$ORDER(cell(1,name)) QUIT:name=""  DO
	. WRITE name
	. FOR i=1:1:doctor WRITE ?i*9+9,$JUSTIFY($GET(cell(1,name,doctor(i))),8)
	. WRITE $JUSTIFY(cell(1,name),9),!
	WRITE "sum"
	FOR i=1:1:doctor WRITE ?i*9+9,$JUSTIFY($GET(cell(2,doctor(i)),0),8)
	WRITE $JUSTIFY($GET(cell,0),9),!
	QUIT
	;
DOCTOR1	; count a stay: part of DOCTORS
	NEW place,who
	SET place=$PIECE(data,"^"),who=$PIECE(data,"^",6)
	SET cell=$GET(cell)+1,cell(1,place)=$GET(cell(1,place))+1,cell(1,place,who)=$GET(cell(1,place,who))+1
	SET cell(2,who)=$GET(cell(2,who))+1
	QUIT
	;
DRUGS	; what was given, and what it costs, the dearest first; and what the beds cost
	NEW cost,doses,i,money,name,sum
	DO HEAD("Costs")
	SET (sum,sum("beds"))=0
	DO EACH("DRUG1")
	FOR i=1:1:drug SET name=$PIECE(drug(i),"^"),doses=$GET(doses(name),0),cost(-$PIECE(drug(i),"^",2)*doses,name)=doses
	SET (cost,name)=""
	FOR  SET cost=$ORDER(cost(cost)) QUIT:cost=""  FOR  SET name=$ORDER(cost(cost,name)) QUIT:name=""  DO
	. SET money=+$JUSTIFY(-cost,0,2),sum=sum+money
	. WRITE name,?14,$JUSTIFY(cost(cost,name),6)," doses",$JUSTIFY($FNUMBER(money,",",2),14),!
	WRITE "medicines",?26,$JUSTIFY($FNUMBER(sum,",",2),14),!
	WRITE "beds",?26,$JUSTIFY($FNUMBER(sum("beds"),",",2),14),!
	WRITE "all",?26,$JUSTIFY($FNUMBER(sum+sum("beds"),",",2),14),!
	QUIT
	;
DRUG1	; doses and days of a stay: part of DRUGS
	NEW i,last,name
	SET i="",last=$SELECT($PIECE(data,"^",4):$PIECE(data,"^",4),1:today)
	FOR  SET i=$ORDER(^WARD("P",patient,"A",stay,"M",i)) QUIT:i=""  SET name=$PIECE(^(i),"^"),doses(name)=$GET(doses(name))+$PIECE(^(i),"^",2)
	SET sum("beds")=last-$PIECE(data,"^",3)*$PIECE(ward(ward("name",$PIECE(data,"^"))),"^",3)+sum("beds")
	QUIT
	;
STAYS	; how long stays are: mean, median, spread, and how many there are of each length
	NEW days,half,i,many,mean,spread,sum
	DO HEAD("Length of stays")
	SET (many,sum)=0
	DO EACH("STAY1")
	IF 'many WRITE "nobody has left",! QUIT
	SET mean=sum/many,(i,spread,half)=0
	SET days=""
	FOR  SET days=$ORDER(days(days)) QUIT:days=""  DO
	. SET spread=days-mean*(days-mean)*days(days)+spread
	. IF half=0,days(days)*2+i'<many SET half=days
	. SET i=days(days)*2+i
	. WRITE $JUSTIFY(days,3)," ",$JUSTIFY(days(days),4)," ",$TRANSLATE($JUSTIFY("",days(days)+2\3)," ","*"),!
	WRITE "stays ",many,", mean ",$JUSTIFY(mean,0,2),", median ",half,", spread ",$JUSTIFY(spread/many**.5,0,2),!
	QUIT
	;
STAY1	; count a stay that has ended: part of STAYS
	NEW long
	IF '$PIECE(data,"^",4) QUIT
	SET long=$PIECE(data,"^",4)-$PIECE(data,"^",3),days(long)=$GET(days(long))+1,many=many+1,sum=sum+long
	QUIT
	;
AGES	; women and men by age, like a tree
	NEW age,count,patient,sex
	DO HEAD("Ages")
	SET patient=""
	FOR  SET patient=$ORDER(^WARD("P",patient)) QUIT:patient=""  DO
	. SET sex=$PIECE(^WARD("P",patient,0),"^",2),age=$$AGE($PIECE(^(0),"^",3),today)\10
	. SET count(age,sex)=$GET(count(age,sex))+1
	SET age=""
	FOR  SET age=$ORDER(count(age),-1) QUIT:age=""  DO
	. WRITE $JUSTIFY($TRANSLATE($JUSTIFY("",$GET(count(age,"F"))+1\2)," ","f"),30)," ",$JUSTIFY(age*10,2)," "
	. WRITE $TRANSLATE($JUSTIFY("",$GET(count(age,"M"))+1\2)," ","m"),!
	QUIT
	;
BUSY	; the five days on which most came, and those who came first
	NEW at,came,day,patient,rank,shown
	DO HEAD("Busiest days")
	SET day=""
	FOR  SET day=$ORDER(^WARD("D",day)) QUIT:day=""  DO
	. SET patient="",came=0
	. FOR  SET patient=$ORDER(^WARD("D",day,"in",patient)) QUIT:patient=""  SET came=came+1
	. SET rank(-came,day)=""
	SET at="rank",shown=0
	FOR  SET at=$QUERY(@at) QUIT:at=""  SET shown=shown+1 DO  QUIT:shown=5
	. SET day=$QSUBSCRIPT(at,2),patient=$ORDER(^WARD("D",day,"in",""))
	. WRITE $$DATE(day),$JUSTIFY(-$QSUBSCRIPT(at,1),4)," came, ",$PIECE($GET(^WARD("P",+patient,0)),"^")," among them",!
	QUIT
	;
RETURNS	; who came back within thirty days
	NEW back,by,patient,stay,last
	DO HEAD("Back within 30 days")
	SET patient="",back=0
	FOR  SET patient=$ORDER(^WARD("P",patient)) QUIT:patient=""  DO
	. SET stay=1
	. FOR  SET last=$PIECE($GET(^WARD("P",patient,"A",stay)),"^",4),stay=$ORDER(^WARD("P",patient,"A",stay)) QUIT:stay=""  DO
	. . IF $PIECE(^WARD("P",patient,"A",stay),"^",3)-last>30 QUIT
	. . SET back=back+1,by=$PIECE(^(stay-1),"^",5)_" - "_$PIECE(^(stay),"^",5)
	. . SET by(by)=$GET(by(by))+1
	SET by=""
	FOR  SET by=$ORDER(by(by)) QUIT:by=""  IF by(by)>1 WRITE by,?40,$JUSTIFY(by(by),4),!
	WRITE "all",?40,$JUSTIFY(back,4),!
	QUIT
	;
FIND(begin)	; all whose name begins so
	NEW count,name,patient
	SET count=0,name=$ORDER(^WARD("N",begin),-1)
	WRITE !,"Names in ",begin,":"
	FOR  SET name=$ORDER(^WARD("N",name)) QUIT:$EXTRACT(name,1,$LENGTH(begin))'=begin  SET patient="" DO
	. FOR  SET patient=$ORDER(^WARD("N",name,patient)) QUIT:patient=""  SET count=count+1 IF count<5 WRITE " ",name,"(",patient,")"
	WRITE " - ",count," in all",!
	QUIT
	;
	;
	; Checks
	;
CHECK(what)	; look for all that contradicts itself
	NEW bad,kind
	SET bad=0
	DO NAMES,BEDS,EACH("STAY2"),DAYS,INDEX
	WRITE !,"Check, ",what,": ",bad," problems",!
	SET kind=""
	FOR  SET kind=$ORDER(bad(kind)) QUIT:kind=""  WRITE "  ",kind,": ",bad(kind),!
	QUIT
	;
BAD(kind)	; count a problem
	SET bad=bad+1,bad(kind)=$GET(bad(kind))+1
	QUIT
	;
NAMES	; every name in the index is that of a patient, and the other way round
	NEW at,name,patient
	SET at=$NAME(^WARD("N"))
	FOR  SET at=$QUERY(@at) QUIT:at=""  QUIT:$QSUBSCRIPT(at,1)'="N"  DO
	. SET name=$QSUBSCRIPT(at,2),patient=$QSUBSCRIPT(at,3)
	. IF $PIECE($GET(^WARD("P",patient,0)),"^")'=name DO BAD("a name of nobody")
	SET patient=""
	FOR  SET patient=$ORDER(^WARD("P",patient)) QUIT:patient=""  IF '$DATA(^WARD("N",$PIECE(^WARD("P",patient,0),"^"),patient)) DO BAD("a patient without a name")
	QUIT
	;
BEDS	; who lies in a bed has a stay there that has not ended
	NEW bed,data,here,name
	SET (bed,name)=""
	FOR  SET name=$ORDER(^WARD("W",name)) QUIT:name=""  FOR  SET bed=$ORDER(^WARD("W",name,bed)) QUIT:bed=""  DO
	. SET here=^WARD("W",name,bed),data=$GET(^WARD("P",+$PIECE(here,"^"),"A",+$PIECE(here,"^",2)))
	. IF $PIECE(data,"^",1,2)'=(name_"^"_bed)!$PIECE(data,"^",4) DO BAD("a bed with the wrong patient")
	QUIT
	;
STAY2	; a stay is in all the indexes: part of CHECK
	IF '$DATA(^WARD("X",$PIECE(data,"^",5),patient,stay)) DO BAD("a stay without its diagnosis")
	IF $GET(^WARD("D",$PIECE(data,"^",3),"in",patient))'=stay DO BAD("a day without its patient")
	IF $PIECE(data,"^",4) DO:$GET(^WARD("D",$PIECE(data,"^",4),"out",patient))'=stay BAD("a day without its patient") QUIT
	IF $GET(^WARD("W",$PIECE(data,"^"),$PIECE(data,"^",2)))'=(patient_"^"_stay) DO BAD("a patient without a bed")
	QUIT
	;
DAYS	; who came or went has a stay of that day
	NEW day,patient,way
	SET (day,patient,way)=""
	FOR  SET day=$ORDER(^WARD("D",day)) QUIT:day=""  FOR  SET way=$ORDER(^WARD("D",day,way)) QUIT:way=""  DO
	. FOR  SET patient=$ORDER(^WARD("D",day,way,patient)) QUIT:patient=""  DO
	. . IF $PIECE($GET(^WARD("P",patient,"A",^(patient))),"^",$SELECT(way="in":3,1:4))'=day DO BAD("a day with the wrong patient")
	QUIT
	;
INDEX	; who is in the index of diagnoses has that one
	NEW at
	SET at=$NAME(^WARD("X"))
	FOR  SET at=$QUERY(@at) QUIT:at=""  QUIT:$QSUBSCRIPT(at,1)'="X"  DO
	. IF $PIECE($GET(^WARD("P",$QSUBSCRIPT(at,3),"A",$QSUBSCRIPT(at,4))),"^",5)'=$QSUBSCRIPT(at,2) DO BAD("a diagnosis of nobody")
	QUIT
	;
HARM	; what a program without transactions might have left
	NEW name,patient
	SET name=$ORDER(^WARD("N",""))
	IF name="" QUIT
	SET patient=$ORDER(^WARD("N",name,""))
	KILL ^WARD("N",name,patient)
	SET ^WARD("N","Ghost,Holy",999999)=""
	SET name=$ORDER(^WARD("W",""))
	IF name'="" KILL ^WARD("W",name,$ORDER(^WARD("W",name,"")))
	SET ^WARD("X","Boredom",1,1)=""
	KILL ^WARD("D",$ORDER(^WARD("D","")),"in")
	QUIT
	;
REPAIR	; make all indexes anew from the patients
	NEW what
	FOR what="N","W","X","D" KILL ^WARD(what)
	NEW patient
	SET patient=""
	FOR  SET patient=$ORDER(^WARD("P",patient)) QUIT:patient=""  SET ^WARD("N",$PIECE(^WARD("P",patient,0),"^"),patient)=""
	DO EACH("STAY3")
	QUIT
	;
STAY3	; put a stay into the indexes: part of REPAIR
	SET ^WARD("X",$PIECE(data,"^",5),patient,stay)="",^WARD("D",$PIECE(data,"^",3),"in",patient)=stay
	IF $PIECE(data,"^",4) SET ^WARD("D",$PIECE(data,"^",4),"out",patient)=stay QUIT
	SET ^WARD("W",$PIECE(data,"^"),$PIECE(data,"^",2))=patient_"^"_stay
	QUIT
	;
ARCHIVE	; who has not been here for twenty days goes to the archive, with all stays
	NEW last,moved,patient
	SET patient="",moved=0
	FOR  SET patient=$ORDER(^WARD("P",patient)) QUIT:patient=""  DO
	. IF $$HERE(patient)!$$WAITS(patient) QUIT
	. SET last=$PIECE($GET(^WARD("P",patient,"A",+$ORDER(^WARD("P",patient,"A",""),-1))),"^",4)
	. IF today-last<20 QUIT
	. MERGE ^WARD("O",patient)=^WARD("P",patient)
	. KILL ^WARD("P",patient)
	. SET moved=moved+1
	DO REPAIR
	WRITE !,moved," patients are in the archive",!
	QUIT
	;
SUM	; a sum over every node and its value: what the tables do not show counts, too
	NEW at,i,nodes,sum,text
	SET at="^WARD",(nodes,sum)=0
	FOR  SET at=$QUERY(@at) QUIT:at=""  DO
	. SET nodes=nodes+1,text=at_"="_@at
	. FOR i=1:7:$LENGTH(text) SET sum=sum*31+$ASCII(text,i)#1000000007
	SET i=""
	WRITE !,nodes," nodes, sum ",sum,":"
	FOR  SET i=$ORDER(^WARD("C",i)) QUIT:i=""  WRITE " ",i," ",^(i)
	WRITE !
	QUIT

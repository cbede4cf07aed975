ZBZIS ; stands for %ZIS: its only device is a printer on standard output, so no page waits for an answer
 S (IO,ION)=$I,IOM=80,IOSL=66,IOF="#",IOPAR="",POP=0,IOT="TRM",IO(0)=$P,IOBS="$C(8)",IOST="P-OTHER",IOXY=""
 Q
HOME ;
 G ZBZIS
REWIND(IO,TYPE,PARAMETERS) ;
 Q 0

; VIEW and $VIEW: the keywords that have a meaning
 WRITE $VIEW("UNDEF")
; output
1
; ---
 VIEW "NOUNDEF" WRITE $VIEW("UNDEF"),"[",X,"][",Y(1),"][",^ZZ(1),"]" SET A=A+1 WRITE A
 VIEW "UNDEF" WRITE $VIEW("UNDEF")
 WRITE X ; error M6
; output
0[][][]11
; ---
 WRITE $VIEW("REGION","^A"),$VIEW("GVFIRST"),$VIEW("LVNULLSUBS")
; output
DEFAULTDEFAULT1
; ---
 VIEW "NOISOLATION":"^A,^B" WRITE $VIEW("NOISOLATION","^A"),$VIEW("NOISOLATION","^C")
 VIEW "NOISOLATION":"-^A" WRITE $VIEW("NOISOLATION","^A"),$VIEW("NOISOLATION","^B")
; output
1001
; ---
 WRITE $VIEW("FULL_BOOLEAN")
; output
Standard Boolean evaluation side effects
; ---
 WRITE $VIEW("FOO") ; error Z150374042
; output
; ---
 VIEW "FOO" ; error Z150374042
; output
; ---
 WRITE $VIEW("REGION") ; error Z150373898
; output
; ---
 VIEW "NOUNDEF" SET Q="X(3)" WRITE "<",@Q,">" KILL R SET R(1)=2 WRITE R(1),R(2)
; output
<>2

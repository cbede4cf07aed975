CASE ; ZHELP says how something is written
; gtm differs: its help is a program with texts of its own, which asks for the next topic
 ZHELP "TCOMMIT"
 ZHELP:1 "$TL"
 ZH:0 "SET"
 S A="""PATTERNS""" ZHELP @A
; output
TC
    TCOMMIT ends a transaction: the outermost one is durable then
$TL
    $TLEVEL how many transactions are open
x?1.3N1"-"2(1A,1N).E
    PATTERNS counts and A C E L N P U, a text, alternatives; ?@x for one in a variable
; ---
CASE ; ZHELP of nothing lists all there is
; gtm differs: its help is a program with texts of its own, which asks for the next topic
 O "h.txt":NEWVERSION U "h.txt" ZHELP  C "h.txt"
 O "h.txt":READONLY U "h.txt" F  R L Q:$ZEOF  U $P W:L?1.A.1" ".A1":" L,! U "h.txt"
 C "h.txt":DELETE
; output
Commands:
Functions:
Special variables:
And:

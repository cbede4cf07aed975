CASE ; $ZGETJPI says whether a process is alive, and how long this one has computed
 S $ET="W $EC,! S $EC="""" Q" F I=1:1:5 D A(I)
 Q
A(I) D @("L"_I) Q
L1 W $ZGETJPI(0,"ISPROCALIVE")," ",$ZGETJPI($J,"ISPROCALIVE")," ",$ZGETJPI("","isprocalive")," ",$ZGETJPI(99999999,"ISPROCALIVE"),! Q
L2 W $ZGETJPI(0,"CPUTIM")<99999,$ZGETJPI(0,"STIME")<99999,$ZGETJPI(0,"UTIME")<99999,$ZGETJPI(0,"CSTIME")<99999,$ZGETJPI(0,"CUTIME")<99999,! Q
L3 W $ZGETJPI(0,"FOO"),! Q
L4 W $ZGETJPI("abc","ISPROCALIVE"),$ZGETJPI(-1,"ISPROCALIVE"),$ZGETJPI(1,"ISPROCALIVE"),! Q
L5 W $ZGETJPI(0,""),! Q
; output
1 1 1 0
11111
,Z150372386,
111
,Z150372386,
; ---
CASE ; an indirection that holds itself
 S X="@X" W "a" W @X ; error Z150373738
; output
a

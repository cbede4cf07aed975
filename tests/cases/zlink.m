CASE ; ZLINK of a routine that is not there
 ZL "nope" ; error Z150373978
; output
; ---
CASE ; of nothing
 ZL "" ; error Z150373978
; output
; ---
CASE ; of a routine whose name begins with %
 ZL "%NOPE" ; error Z150373978
; output
; ---
CASE ; of what is no name
 ZL 5 ; error Z150384450
; output
; ---
CASE ; nor this
 ZL "a b" ; error Z150384450
; output
; ---
CASE ; of another kind of file
 ZL "CASE.x" ; error Z150373978
; output
; ---
CASE ; in a folder that is not there
 ZL "/nosuch/CASE.m" ; error Z150373978
; output
; ---
CASE ; several at once, of a routine that runs
 ZL "CASE","CASE.m" W 1 ZL "CASE.m" W 2
; output
12

CASE ; ZTCOMMIT ends what ZTSTART has begun
 W $TL ZTSTART  W $TL,! ZTC  W "x",!
 ZTS  ZTS  ZTCOMMIT 0
 ZTS  ZTS  ZTCOMMIT 2
 ZTS  ZTCOMMIT
 W "y",!
 ZTCOMMIT ; error Z150372834
; output
00
x
y
; ---
CASE ; ZTCOMMIT of more than there is
 ZTS  ZTC 2 ; error Z150372834
; output
; ---
CASE ; ZTCOMMIT of all when there is none
 ZTC 0 ; error Z150372834
; output
; ---
CASE ; ZTCOMMIT below 0
 ZTS  ZTC -1 ; error Z150373274
; output
; ---
CASE ; ZTSTART keeps TSTART away
 ZTS  TS  W 1 TC ; error Z150376434
; output
; ---
CASE ; TSTART keeps ZTSTART away
 TS  ZTS  W 1 ; error Z150376434
; output
; ---
CASE ; a condition of ZTSTART
 ZTS:0  W 1 ZTC ; error Z150372834
; output
1
; ---
CASE ; ZTSTART has a limit
 F I=1:1:300 ZTS ; error Z150373002
; output
; ---
CASE ; globals that are set between the two are there
 ZTS  S ^A=1 ZTC  W ^A
; output
1

; LISTEN, CONNECT and /WAIT: $KEY says what happened.
 S S="s" O S:(LISTEN="0:TCP":ATTACH="L"):5:"SOCKET" W $T,! U S S K=$KEY,D=$D,ZK=$ZK,IO=$IO,A=$ZA,E=$ZEOF W /LISTEN(1) S K2=$KEY W /WAIT(0) S T=$T,K3=$KEY U 0 W $P(K,"|",1,2)," ",D," ",ZK," ",IO," ",A,E,! W $P(K2,"|",1,2)," ",T," ",K3,!
 S P=$P(K,"|",3)
 S C="c" O C:(CONNECT="127.0.0.1:"_P_":TCP":ATTACH="C":DELIMITER=$C(10)):5:"SOCKET" W $T,! U C S K=$KEY,D=$D U 0 W $P(K,"|",1,3)," ",D,!
 U S W /WAIT(5) S T=$T,K=$KEY,ZK=$ZK U 0 W T,K?1"CONNECT|h".N1"|".E,$P(K,"|",3)["127.0.0.1"," zk=",ZK,!
 S H=$P(K,"|",2) U S:(SOCKET=H:DELIMITER=$C(10)) S K=$KEY U 0 W $P(K,"|"),!
 U C W "hello",! S X=$X,Y=$Y,D=$D U 0 W X,Y,D,!
 U S R L:5 S T=$T,K=$KEY,D=$D,A=$ZA,B=$ZB,X=$X,Y=$Y U 0 W T,L,$A(K)," d=",D," ",A," ",$A(B)," ",X,Y,!
 U S W "back",!,"more",! U C R A,B#2:5,C:5 U 0 W A,"/",B,"/",C,!
 U "c" R *Q:0 S T=$T,D=$D,K=$K U 0 W T,Q,D,"k=",K,!
 C "c" U S R Z:5 S T=$T,D=$D,E=$ZEOF,A=$ZA U 0 W T,Z,D,E,A,!
 U S R Z:5 S T=$T,D=$D,E=$ZEOF,A=$ZA U 0 W T,Z,D,E,A,!
 C S
; output
1
LISTENING|L   s 00
LISTENING|L 0 
1
ESTABLISHED|C|127.0.0.1 0
111 zk=
CONNECT
010
1hello10 d=0 0 10 50
back/mo/re
0-10k=
11,Connection reset by peer19
11,Connection reset by peer19
; ---
; Without a delimiter a READ takes what comes at once.
 O "s":(LISTEN="0:TCP":ATTACH="L")::"SOCKET" U "s" S P=$P($K,"|",3) O "c":(CONNECT="127.0.0.1:"_P_":TCP":ATTACH="C"):5:"SOCKET" W /WAIT(5) S H=$P($K,"|",2)
 U "c" W "abc" U "s" R X:1 S T=$T,K=$K,D=$D,E=$ZEOF,B=$ZB,XX=$X,YY=$Y U 0 ZWR T,X,K,D,E,B,XX,YY
 U "c" W "abcdef",!,"x" S XX=$X,YY=$Y U "s" R X#2:1 S K=$K R *Y:1 S K2=$K,T=$T R Z:1 S K3=$K,T3=$T U 0 ZWR X,Y,Z,K,K2,K3,T,T3,XX,YY
 U "s" R X:0 S T=$T,K=$K,D=$D R *Y:0 S T2=$T U 0 ZWR X,Y,T,T2,K,D
; output
T=1
X="abc"
K=""
D=0
E=0
B=""
XX=3
YY=0
X="ab"
Y=99
Z="defx"
K=""
K2=""
K3=""
T=1
T3=1
XX=1
YY=1
X=""
Y=-1
T=0
T2=0
K=""
D=0
; ---
; Several sockets in one device: /WAIT finds the one that has something, $ZKEY names the others.
 O "s":(LISTEN="0:TCP":ATTACH="L")::"SOCKET" U "s" S P=$P($K,"|",3) O "c":(CONNECT="127.0.0.1:"_P_":TCP":ATTACH="C"):5:"SOCKET" O "c":(CONNECT="127.0.0.1:"_P_":TCP":ATTACH="D"):5:"SOCKET"
 U "s" W /WAIT(1) S H1=$P($K,"|",2) W /WAIT(1) S H2=$P($K,"|",2) W /WAIT(0) S K=$K,T=$T U 0 W T,$P(K,"|"),H1=H2,!
 U "c":SOCKET="C" W "hello" U "s" W /WAIT(1) S T=$T,K=$K,Z=$ZK U 0 W T,$P(K,"|"),$P(K,"|",2)=H1,$P(Z,"|"),!
 U "c":SOCKET="D" W "hi" U "s" W /WAIT(1) S T=$T,K=$K,Z=$ZK U 0 W T,$P(K,"|"),$P(K,"|",2)=H1,$P(K,"|",2)=H2,$L(Z,";"),!
 U "s":SOCKET=H1 R X#5:1 U 0 W X,!
 U "s" W /WAIT(1) S T=$T,K=$K,Z=$ZK U 0 W T,$P(K,"|"),$P(K,"|",2)=H1,$P(K,"|",2)=H2,$L(Z,";"),!
 U "s":SOCKET=H2 R X#2:1 U 0 W X,!
 U "s" W /WAIT(0) S T=$T,K=$K U 0 W T,K,!
 C "s":SOCKET=H2 U "s":SOCKET=H2 ; error Z150377418
; output
00
1READ1
1READ101
hello
1READ011
hi
0
; ---
; $ZKEY of a socket from which a part was read.
 O "s":(LISTEN="0:TCP":ATTACH="L")::"SOCKET" U "s" S P=$P($K,"|",3) O "c":(CONNECT="127.0.0.1:"_P_":TCP":ATTACH="C"):5:"SOCKET" O "c":(CONNECT="127.0.0.1:"_P_":TCP":ATTACH="D"):5:"SOCKET"
 U "s" W /WAIT(1) S H1=$P($K,"|",2) W /WAIT(1) S H2=$P($K,"|",2)
 U "c":SOCKET="C" W "hello",! U "c":SOCKET="D" W "abcdef",!
 U "s" W /WAIT(1) S K=$K,Z=$ZK R X#2 S Z2=$ZK,K2=$K W /WAIT(1) S K3=$K,Z3=$ZK U 0 W $P(K,"|",2)=H1,$P(Z,"|",2)=H2,$L(Z,";"),$P(Z2,"|",2)=H1,$L(Z2,";"),K2,$P(K3,"|",2)=H1,$L(Z3,";"),!
; output
1111212
; ---
; Several delimiters; the first ends what is written, # writes nothing.
 O "s":(LISTEN="0:TCP":ATTACH="L":DELIMITER=$C(13,10)_":"_$C(10))::"SOCKET" U "s" S P=$P($K,"|",3) O "c":(CONNECT="127.0.0.1:"_P_":TCP":ATTACH="C":DELIMITER=$C(10)):5:"SOCKET" W /WAIT(5) K P
 U "c" W "one"_$C(13),!,"two",!,"three" U "s" R A:1 S K1=$K,B1=$ZB R B:1 S K2=$K,B2=$ZB R C:0.2 S T=$T,K3=$K,X=$X,Y=$Y U 0 ZWR
 U "s" W "a",!,"b",#,"c",?6,"d" S X=$X,Y=$Y U "c" R Q:1,R:1,S:0.2 U 0 ZWR Q,R,S,X,Y
 U "s":NODELIMITER W "abcdefgh",! S X=$X,Y=$Y U "c" R Q:0.1 U 0 ZWR Q,X,Y
; output
A="one"
B="two"
B1=$C(13,10)
B2=$C(10)
C="three"
K1=$C(13,10)
K2=$C(10)
K3=""
T=0
X=11
Y=0
Q="a"_$C(13)
R="bc     d"
S=""
X=7
Y=0
Q="abcdefgh"
X=0
Y=1
; ---
; A connection that is not there in time.
 O "c":(CONNECT="127.0.0.1:1:TCP":ATTACH="C"):0.1:"SOCKET" W $T,$D
 U "c" ; error Z150373090
; output
0
; ---
; A port that is none.
 O "c":(CONNECT="foo":ATTACH="C"):1:"SOCKET" ; error Z150376338
; output
; ---
; Another protocol.
 O "c":(CONNECT="127.0.0.1:1:UDP":ATTACH="C"):1:"SOCKET" ; error Z150376970
; output
; ---
; A host that there is not.
 S $ET="W $P($ZS,"","",1,4),! S $EC="""" Q"
 O "c":(CONNECT="no.such.host.invalid:1:TCP":ATTACH="C"):1:"SOCKET"
; output
150383114,+3^CASE,%GTM-E-GETADDRINFO, Error in getting address info
; ---
; A port to listen at that is none.
 O "c":(LISTEN="x:TCP":ATTACH="C"):1:"SOCKET" ; error Z150376338
; output
; ---
; A device without sockets.
 O "c"::1:"SOCKET" W $T U "c"
 R X ; error Z150379162
; output
1
; ---
; A device without sockets, written to.
 O "c"::1:"SOCKET" U "c"
 W "x" ; error Z150379162
; output
; ---
; A socket that is not there.
 O "s":(LISTEN="0:TCP":ATTACH="L"):5:"SOCKET"
 U "s":SOCKET="foo" ; error Z150377418
; output
; ---
; Two sockets of one name.
 O "s":(LISTEN="0:TCP":ATTACH="L"):5:"SOCKET"
 O "s":(LISTEN="0:TCP":ATTACH="L"):5:"SOCKET" ; error M79
; output
; ---
; DETACH puts a socket into the pool, ATTACH takes it out.
 O "s":(LISTEN="0:TCP":ATTACH="L"):5:"SOCKET" U "s":DETACH="L" O "t":::"SOCKET" U "t":ATTACH="L" S K=$K U 0 W $P(K,"|",1,2),!
 U "s" S $ET="U 0 W $ZS,! S $EC="""" Q" R X:0
; output

150379162,+3^CASE,%GTM-E-NOSOCKETINDEV, There is no socket in the current socket device
; ---
; DETACH of what is not there.
 O "s":(LISTEN="0:TCP":ATTACH="L"):5:"SOCKET"
 U "s":DETACH="X" ; error Z150377418
; output
; ---
; ATTACH of what is not in the pool.
 O "s":::"SOCKET"
 U "s":ATTACH="X" ; error Z150377418
; output
; ---
; ATTACH stands alone in USE.
 O "c"::1:"SOCKET"
 U "c":(CONNECT="127.0.0.1:1:TCP":ATTACH="x") ; error Z150377394
; output
; ---
; CONNECT and LISTEN do not go together.
 O "c":(LISTEN="0:TCP":CONNECT="127.0.0.1:1:TCP":ATTACH="L")::"SOCKET" ; error Z150377402
; output
; ---
; A mnemonic that sockets do not have.
 O "s":(LISTEN="0:TCP":ATTACH="L")::"SOCKET" U "s" W /LISTEN(9)
 W /FOO ; error Z150376986
; output
; ---
; What /WAIT may wait for.
 O "s":(LISTEN="0:TCP":ATTACH="L")::"SOCKET" U "s" W /WAIT(0,"read") S T=$T U 0 W T
 U "s"
 W /WAIT(0,"foo") ; error Z150384682
; output
0
; ---
; IOERROR: without it the end of a connection is no error, with it the second READ is.
 O "s":(LISTEN="0:TCP":ATTACH="L":IOERROR="T")::"SOCKET" U "s" S P=$P($K,"|",3) O "c":(CONNECT="127.0.0.1:"_P_":TCP":ATTACH="C"):5:"SOCKET" W /WAIT(5) K P C "c"
 U "s" R X:1 S T=$T,D=$D U 0 ZWR
 S $ET="U 0 W $ZS,! S $EC="""" Q" U "s" R X:1
; output
D="1,Connection reset by peer"
T=1
X=""
150373082,+4^CASE,%GTM-E-IOEOF, Attempt to read past an end-of-file,%GTM-I-TEXT, Connection reset by peer
; ---
; A WRITE to a connection that the other side has closed.
 O "s":(LISTEN="0:TCP":ATTACH="L")::"SOCKET" U "s" S P=$P($K,"|",3) O "c":(CONNECT="127.0.0.1:"_P_":TCP":ATTACH="C"):5:"SOCKET" W /WAIT(5) C "c" R X:1
 W "x",! S D=$D H 0.1 W "y",! S DD=$D U 0 ZWR D,DD
; output
D=0
DD="1,Broken pipe"
; ---
; A WRITE to a closed connection with IOERROR.
 O "s":(LISTEN="0:TCP":ATTACH="L":IOERROR="T")::"SOCKET" U "s" S P=$P($K,"|",3) O "c":(CONNECT="127.0.0.1:"_P_":TCP":ATTACH="C"):5:"SOCKET" W /WAIT(5) C "c" R X:1
 W "x",! H 0.1 S $ET="U 0 W $ZS,! S $EC="""" Q" W "y",!
; output
150376602,+3^CASE,%GTM-E-SOCKWRITE, Write to a socket failed,%GTM-I-TEXT, Broken pipe
; ---
; A READ and a WRITE of a socket that listens.
 O "s":(LISTEN="0:TCP":ATTACH="L"):5:"SOCKET" U "s" W "x" R X:0 U 0 W X,"ok"
; output
ok
; ---
; A local socket is a file.
 O "s":(LISTEN="a.sock:LOCAL":ATTACH="L")::"SOCKET" U "s" S K=$K U 0 W K,! O "c":(CONNECT="a.sock:LOCAL":ATTACH="C":DELIMITER="|")::"SOCKET" U "c" S K=$K W "hello",!,"you" U 0 W K,! U "s" W /WAIT(1) S K=$K R X:1 U 0 W $P(K,"|"),$P(K,"|",3),X
; output
LISTENING|L|a.sock
ESTABLISHED|C|a.sock
CONNECTa.sockhello|you
; ---
; CLOSE of one socket.
 O "s":(LISTEN="0:TCP":ATTACH="L"):5:"SOCKET" O "s":(LISTEN="0:TCP":ATTACH="M"):5:"SOCKET" C "s":SOCKET="M" U "s" W /LISTEN(1) S K=$K U 0 W $P(K,"|",1,2)
 C "s":SOCKET="Q" ; error Z150377418
; output
LISTENING|L

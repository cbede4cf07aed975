CHESS	; counts of moves, mates and best moves of well-known positions, by alpha-beta search
	;
	; The argument says how many of the positions below JOBS are done; after the last one the first comes again.
	;
	; board(square)	 a square is row*10+column: a1 is 21, h1 28, a8 91, h8 98. What is around these is
	;		 no part of the board, so that a piece that leaves it is noticed without arithmetic.
	;		 1 to 6 are white pawn, knight, bishop, rook, queen, king; -1 to -6 the black ones;
	;		 0 is empty, 9 is outside.
	; side		 1 if white is to move, -1 if black is
	; rights	 which castlings are still allowed: some of KQkq
	; passed	 the square that a pawn has just jumped over, where it can be taken; or 0
	; king(side)	 where the kings are
	; score		 what the pieces are worth where they stand, for white
	; hash		 a sum of numbers, one for each piece on its square: the same position has the same
	; undo(ply)	 what a move changed that cannot be told from the move
	;
	; A move is promotion*10000+from*100+to.
	;
	NEW bad,board,count,done,hash,job,king,lost,name,nodes,passed,position,rights,score,side,slide,step,steps,table,total,undo
	NEW weight,worth
	SET count=+$ZCMDLINE,(bad,total)=0
	DO SETUP
	FOR done=0:1:count-1 DO
	. SET job=$PIECE($TEXT(JOBS+(done#$$JOBS)+2),";;",2,99)
	. SET name=$PIECE(job,";"),position=$PIECE(job,";",2)
	. KILL table
	. SET nodes=0
	. DO FEN(position)
	. WRITE done+1,". ",$PIECE(job,";",5),!
	. IF done<$$JOBS DO SHOW
	. IF name="perft" DO COUNT(+$PIECE(job,";",3),$PIECE(job,";",4))
	. IF name="best" DO BEST(+$PIECE(job,";",3),$PIECE(job,";",4))
	. IF name="game" DO GAME($PIECE(job,";",3),$PIECE(job,";",4))
	. IF name="self" DO SELF(+$PIECE(job,";",3),$PIECE(job,";",4))
	. IF name="judge" DO JUDGE
	. SET total=total+nodes
	WRITE "positions ",count,", nodes ",total,", not as expected ",bad,!
	QUIT
	;
	;
	; What does not change
	;
SETUP	; the steps of the pieces, what a piece is worth on a square, and the numbers of hash
	NEW col,i,kind,row,seed,square
	SET weight="100,320,330,500,900,0"
	DO STEPS(2,"-21,-19,-12,-8,8,12,19,21",0)
	DO STEPS(3,"-11,-9,9,11",1)
	DO STEPS(4,"-10,-1,1,10",1)
	DO STEPS(5,"-11,-10,-9,-1,1,9,10,11",1)
	DO STEPS(6,"-11,-10,-9,-1,1,9,10,11",0)
	SET seed=20261121
	FOR row=2:1:9 FOR col=1:1:8 SET square=row*10+col,lost(square)="" DO
	. FOR kind=1:1:6 DO
	. . ; A black piece is worth on a square what a white one is on the square's mirror image.
	. . SET worth(kind,square)=$PIECE(weight,",",kind)+$$PLACE(kind,row-1,col)
	. . SET worth(-kind,11-row*10+col)=-worth(kind,square)
	. . FOR i=1,-1 SET seed=seed*48271#2147483647,number(kind*i,square)=seed*10007
	SET lost(21)="Q",lost(25)="KQ",lost(28)="K",lost(91)="q",lost(95)="kq",lost(98)="k"
	QUIT
	;
STEPS(kind,list,far)	; note the steps of a kind of piece, and whether it may take them again and again
	NEW i
	SET steps(kind)=$LENGTH(list,","),slide(kind)=far
	FOR i=1:1:steps(kind) SET step(kind,i)=$PIECE(list,",",i)
	QUIT
	;
PLACE(kind,row,col)	; what a square adds to a white piece: the centre is good, the king likes a corner
	NEW centre
	SET centre=$SELECT(row<5:row,1:9-row)+$SELECT(col<5:col,1:9-col)
	IF kind=1 QUIT row-2*row*2+$SELECT(col>3&(col<6):centre*2,1:0)
	IF kind=2 QUIT centre*6-24
	IF kind=3 QUIT centre*3-12
	IF kind=4 QUIT $SELECT(row=7:20,1:0)+centre
	IF kind=5 QUIT centre
	QUIT $SELECT(row=1:20,1:0)-(centre*5)
	;
	;
	; Positions
	;
FEN(text)	; set up a position that is written in the notation of Forsyth and Edwards
	NEW char,col,i,kind,row,rows,square
	KILL board,king,undo
	FOR square=0:1:119 SET board(square)=9
	SET rows=$PIECE(text," "),row=9,col=1,(hash,score)=0
	FOR i=1:1:$LENGTH(rows) SET char=$EXTRACT(rows,i) DO
	. IF char="/" SET row=row-1,col=1 QUIT
	. IF char?1N DO  QUIT
	. . FOR char=char:-1:1 SET board(row*10+col)=0,col=col+1
	. SET kind=$FIND("PNBRQKpnbrqk",char)-1
	. IF kind>6 SET kind=6-kind
	. DO PUT(kind,row*10+col)
	. SET col=col+1
	SET side=$SELECT($PIECE(text," ",2)="w":1,1:-1)
	SET rights=$TRANSLATE($PIECE(text," ",3),"-")
	SET passed=$$SQUARE($PIECE(text," ",4))
	QUIT
	;
PUT(piece,square)	; put a piece on a square that is empty
	SET board(square)=piece,score=score+worth(piece,square),hash=hash+number(piece,square)
	IF piece=6 SET king(1)=square QUIT
	IF piece=-6 SET king(-1)=square
	QUIT
	;
LIFT(square)	; take the piece from a square
	SET score=score-worth(board(square),square),hash=hash-number(board(square),square),board(square)=0
	QUIT
	;
SQUARE(text)	; the number of a square: e4 is 55
	IF text'?1L1N QUIT 0
	QUIT $EXTRACT(text,2)+1*10+$ASCII(text)-96
	;
NAME(square)	; the name of a square
	QUIT $CHAR(square#10+96)_(square\10-1)
	;
SHOW	; print the board, white below
	NEW col,row
	FOR row=9:-1:2 WRITE ?4 FOR col=1:1:8 WRITE $$LETTER(board(row*10+col))," " IF col=8 WRITE !
	WRITE ?4,$SELECT(side=1:"white",1:"black")," moves"
	WRITE:rights'="" ", castling ",rights
	WRITE:passed ", en passant on ",$$NAME(passed)
	WRITE !
	QUIT
	;
LETTER(piece)	; the letter of a piece in a diagram
	QUIT $EXTRACT("kqrbnp.PNBRQK",piece+7)
	;
	;
	; Moves
	;
ATTACKED(square,by)	; whether a side could take on a square
	NEW found,i,kind,piece,to
	SET to=square-(10*by)
	IF board(to-1)=by QUIT 1
	IF board(to+1)=by QUIT 1
	SET found=0
	FOR i=1:1:8 IF board(square+step(2,i))=(2*by) SET found=1 QUIT
	IF found QUIT 1
	FOR i=1:1:8 DO  QUIT:found
	. SET to=square+step(5,i),piece=board(to)
	. IF piece=(6*by) SET found=1 QUIT
	. FOR  QUIT:piece'=0  SET to=to+step(5,i),piece=board(to)
	. IF piece=9 QUIT
	. SET kind=piece*by
	. IF kind<3 QUIT
	. IF kind=5 SET found=1 QUIT
	. ; The steps to squares beside and above are those of a rook.
	. IF kind=$SELECT(step(5,i)#10=0:4,step(5,i)=1:4,step(5,i)=-1:4,1:3) SET found=1
	QUIT found
	;
CHECKED(who)	; whether the king of a side is in check
	QUIT $$ATTACKED(king(who),-who)
	;
GENERATE(list,all)	; list(1 to list) become the moves, those included that leave the king in check
	; Without `all`: only what takes a piece or promotes a pawn.
	NEW from,i,piece,target,to
	SET list=0
	FOR from=21:1:98 SET piece=board(from)*side IF piece>0,piece<7 DO
	. IF piece=1 DO PAWN QUIT
	. FOR i=1:1:steps(piece) SET to=from DO
	. . FOR  SET to=to+step(piece,i),target=board(to)*side QUIT:target>0  QUIT:target=-9  DO  QUIT:target  QUIT:'slide(piece)
	. . . IF target!all SET list=list+1,list(list)=from*100+to
	. IF piece=6,all DO CASTLE
	QUIT
	;
PAWN	; the moves of the pawn on `from`: part of GENERATE
	NEW aside,step
	SET step=10*side,to=from+step
	IF board(to)=0 DO
	. IF all!$$LAST(to) DO ADD(to)
	. IF 'all QUIT
	. IF from\10'=$SELECT(side=1:3,1:8) QUIT
	. IF board(to+step)=0 SET list=list+1,list(list)=from*100+to+step
	FOR aside=-1,1 SET to=from+step+aside,target=board(to)*side DO
	. IF target<0,target>-9 DO ADD(to) QUIT
	. IF to=passed SET list=list+1,list(list)=from*100+to
	QUIT
	;
ADD(to)	; the move of a pawn, or four if it promotes: part of PAWN
	NEW kind
	IF '$$LAST(to) SET list=list+1,list(list)=from*100+to QUIT
	FOR kind=5,4,3,2 SET list=list+1,list(list)=kind*10000+(from*100)+to
	QUIT
	;
LAST(square)	; whether a square is in the first row or in the last one
	QUIT square>90!(square<30)
	;
CASTLE	; castling of the king on `from`: part of GENERATE
	NEW long,short
	SET short=$SELECT(side=1:"K",1:"k"),long=$SELECT(side=1:"Q",1:"q")
	IF rights'[short,rights'[long QUIT
	IF $$CHECKED(side) QUIT
	IF rights[short,'board(from+1),'board(from+2),'$$ATTACKED(from+1,-side) SET list=list+1,list(list)=from*100+from+2
	IF rights[long,'board(from-1),'board(from-2),'board(from-3),'$$ATTACKED(from-1,-side) SET list=list+1,list(list)=from*100+from-2
	QUIT
	;
MAKE(move,ply)	; make a move; whether it was legal. UNMAKE takes it back, legal or not
	NEW from,piece,taken,to
	SET from=move#10000\100,to=move#100,piece=board(from),taken=board(to)
	SET undo(ply)=move_"^"_piece_"^"_taken_"^"_rights_"^"_passed_"^"_hash_"^"_score
	DO LIFT(from)
	IF taken DO LIFT(to)
	DO PUT($SELECT(move<10000:piece,1:move\10000*side),to)
	IF piece=side DO
	. ; a pawn: taken in passing, or perhaps to be so
	. IF to=passed DO LIFT(to-(10*side))
	. SET passed=$SELECT(to-from=20:from+10,from-to=20:to+10,1:0)
	ELSE  SET passed=0
	IF piece=(6*side) DO
	. IF to-from=2 DO LIFT(from+3),PUT(4*side,from+1)
	. IF from-to=2 DO LIFT(from-4),PUT(4*side,from-1)
	IF rights'="",lost(from)_lost(to)'="" SET rights=$TRANSLATE(rights,lost(from)_lost(to))
	SET side=-side
	QUIT '$$CHECKED(-side)
	;
UNMAKE(ply)	; take a move back
	NEW from,move,piece,taken,to
	SET side=-side
	SET move=$PIECE(undo(ply),"^"),piece=$PIECE(undo(ply),"^",2),taken=$PIECE(undo(ply),"^",3)
	SET from=move#10000\100,to=move#100,board(from)=piece,board(to)=taken
	SET rights=$PIECE(undo(ply),"^",4),passed=$PIECE(undo(ply),"^",5)
	SET hash=$PIECE(undo(ply),"^",6),score=$PIECE(undo(ply),"^",7)
	IF piece=side,to=passed SET board(to-(10*side))=-side
	IF piece'=(6*side) QUIT
	SET king(side)=from
	IF to-from=2 SET board(from+1)=0,board(from+3)=4*side
	IF from-to=2 SET board(from-1)=0,board(from-4)=4*side
	QUIT
	;
	;
	; Counting
	;
COUNT(depth,wanted)	; count the positions after so many moves, below each first move
	NEW found,i,list,move,names,sum
	SET sum=0
	DO GENERATE(.list,1)
	FOR i=1:1:list SET move=list(i) DO
	. SET names(i)=$$TEXT(move)
	. IF $$MAKE(move,1) SET found=$$PERFT(depth-1,2),sum=sum+found,names(names(i))=found
	. DO UNMAKE(1)
	. KILL names(i)
	SET move=""
	FOR i=0:1 SET move=$ORDER(names(move)) QUIT:move=""  WRITE:i#6=0&i ! WRITE ?i#6*12,move,?i#6*12+6,$JUSTIFY(names(move),4)
	WRITE !,"  ",depth,": ",sum
	IF sum'=wanted SET bad=bad+1 WRITE ", which should be ",wanted
	WRITE !
	QUIT
	;
PERFT(depth,ply)	; how many positions there are so many moves later
	NEW i,list,sum
	SET nodes=nodes+1
	IF depth=0 QUIT 1
	SET sum=0
	DO GENERATE(.list,1)
	FOR i=1:1:list DO
	. IF $$MAKE(list(i),ply) SET sum=sum+$$PERFT(depth-1,ply+1)
	. DO UNMAKE(ply)
	QUIT sum
	;
	;
	; Searching
	;
BEST(depth,wanted)	; search to a depth, and print what both sides should play
	NEW at,first,i,line,move,value
	FOR i=1:1:depth SET value=$$SEARCH(i,-32000,32000,1)
	WRITE "  depth ",depth,", value ",$$WORTH(value),", "
	SET line="",first=""
	FOR at=1:1:depth SET move=$PIECE($GET(table($$KEY)),"^",4) QUIT:'move  DO
	. SET line=line_$SELECT(line="":"",1:" ")_$$SAY(move)
	. IF first="" SET first=line
	. IF $$MAKE(move,at)
	FOR at=at-1:-1:1 DO UNMAKE(at)
	WRITE line,!
	IF wanted'="",first'=wanted SET bad=bad+1 WRITE "  ",wanted," was expected",!
	QUIT
	;
WORTH(value)	; a value as a player writes it
	IF value>29000 QUIT "mate in "_(30001-value\2)
	IF value<-29000 QUIT "mated in "_(30000+value\2)
	QUIT $FNUMBER(value/100,"+",2)
	;
KEY()	; what tells positions apart
	QUIT hash_rights_passed_side
	;
SEARCH(depth,alpha,beta,ply)	; what the position is worth for the side to move, if it is between alpha and beta
	; table(key) keeps depth ^ value ^ kind (0 exact, 1 at least, -1 at most) ^ best move
	NEW best,good,i,key,kind,legal,list,low,move,old,order,rank
	SET nodes=nodes+1
	; Who is in check gets one move more: it may be mate.
	IF depth=0 QUIT:'$$CHECKED(side) $$QUIET(alpha,beta,ply) SET depth=1
	SET key=$$KEY,old=$GET(table(key)),low=alpha,good=-32001,(best,legal)=0
	IF old'="",+old=depth DO  IF kind="" QUIT good
	. SET kind=$PIECE(old,"^",3),good=$PIECE(old,"^",2)
	. IF kind=0 SET kind="" QUIT
	. IF kind=1,good'<beta SET kind="" QUIT
	. IF kind=-1,good'>alpha SET kind="" QUIT
	. SET good=-32001
	DO GENERATE(.list,1)
	DO RANK(.list,.order,$PIECE(old,"^",4))
	SET rank=""
	FOR  SET rank=$ORDER(order(rank)) QUIT:rank=""  SET i="" DO  QUIT:alpha'<beta
	. FOR  SET i=$ORDER(order(rank,i)) QUIT:i=""  DO  QUIT:alpha'<beta
	. . NEW value
	. . SET move=list(i)
	. . IF $$MAKE(move,ply) DO
	. . . SET legal=legal+1
	. . . SET value=-$$SEARCH(depth-1,-beta,-alpha,ply+1)
	. . . IF value>good SET good=value,best=move IF value>alpha SET alpha=value
	. . DO UNMAKE(ply)
	; Nothing to play: mate, the nearer the worse, or stalemate.
	IF 'legal QUIT $SELECT($$CHECKED(side):ply-30001,1:0)
	SET table(key)=depth_"^"_good_"^"_$SELECT(good'<beta:1,good'>low:-1,1:0)_"^"_best
	QUIT good
	;
QUIET(alpha,beta,ply)	; the value after all that may be taken has been taken
	NEW i,list,order,rank,value
	SET nodes=nodes+1,value=score*side
	IF value'<beta QUIT value
	IF value>alpha SET alpha=value
	IF ply>12 QUIT alpha
	DO GENERATE(.list,0)
	DO RANK(.list,.order,0)
	SET rank=""
	FOR  SET rank=$ORDER(order(rank)) QUIT:rank=""  SET i="" DO  QUIT:alpha'<beta
	. FOR  SET i=$ORDER(order(rank,i)) QUIT:i=""  DO  QUIT:alpha'<beta
	. . IF $$MAKE(list(i),ply) SET value=-$$QUIET(-beta,-alpha,ply+1) SET:value>alpha alpha=value
	. . DO UNMAKE(ply)
	QUIT alpha
	;
RANK(list,order,first)	; order(rank,i) for each move i: what looks best has the least rank
	NEW i,move
	FOR i=1:1:list SET move=list(i) DO
	. IF move=first SET order(-99,i)="" QUIT
	. ; a great piece taken by a small one, then promotions, then the rest
	. SET order(board(move#10000\100)*side-(board(move#100)*side*-8)-(move\10000*8),i)=""
	QUIT
	;
	;
	; Moves in words
	;
TEXT(move)	; from where to where
	QUIT $$NAME(move#10000\100)_$$NAME(move#100)_$EXTRACT(" nbrq",move\10000)
	;
SAY(move)	; as players write it: Nbd7, exd6, O-O, e8=Q+
	NEW from,i,kind,list,piece,text,to,twin
	SET from=move#10000\100,to=move#100,piece=board(from)*side
	IF piece=6,to-from=2 QUIT "O-O"_$$AFTER(move)
	IF piece=6,from-to=2 QUIT "O-O-O"_$$AFTER(move)
	SET text=$SELECT(piece=1:"",1:$EXTRACT("PNBRQK",piece)),twin=""
	DO GENERATE(.list,1)
	FOR i=1:1:list IF list(i)#100=to,list(i)'=move,board(list(i)#10000\100)=board(from),piece>1 DO
	. IF $$MAKE(list(i),50) SET twin=twin_$$NAME(list(i)#10000\100)
	. DO UNMAKE(50)
	IF twin'="" SET text=text_$SELECT(twin'[$EXTRACT($$NAME(from)):$EXTRACT($$NAME(from)),1:$$NAME(from))
	IF piece=1,from-to#10 SET text=$EXTRACT($$NAME(from))
	IF board(to) SET text=text_"x"
	IF 'board(to),piece=1,from-to#10 SET text=text_"x"
	SET text=text_$$NAME(to)
	IF move\10000 SET text=text_"="_$EXTRACT("PNBRQ",move\10000)
	QUIT text_$$AFTER(move)
	;
AFTER(move)	; + for check, # for mate
	NEW check,free,i,list
	IF '$$MAKE(move,50) DO UNMAKE(50) QUIT "?"
	SET check=$$CHECKED(side),free=0
	IF check DO
	. DO GENERATE(.list,1)
	. FOR i=1:1:list DO  QUIT:free
	. . SET free=$$MAKE(list(i),51)
	. . DO UNMAKE(51)
	DO UNMAKE(50)
	QUIT $SELECT('check:"",free:"+",1:"#")
	;
	;
	; Games
	;
GAME(file,wanted)	; play the moves of a game that stand below a label, and print how it ends
	NEW i,line,move,ply,said,seen,text
	SET ply=0,text=""
	FOR i=1:1 SET line=$PIECE($TEXT(@file+i),";;",2) QUIT:line=""  SET text=text_$SELECT(text="":"",1:" ")_line
	SET seen($$KEY)=1
	FOR i=1:1:$LENGTH(text," ") SET said=$PIECE(text," ",i) DO  QUIT:ply<0
	. IF said?1.N1"." QUIT
	. SET move=$$READ(said)
	. IF 'move WRITE "  ",said," is no move",! SET ply=-1 QUIT
	. SET ply=ply+1
	. IF $$MAKE(move,ply),$INCREMENT(seen($$KEY))
	DO SHOW
	DO END(.seen,wanted)
	QUIT
	;
READ(said)	; the move that a player means by Nbd7 or exd6; 0 if there is none
	NEW found,i,list
	SET found=0
	DO GENERATE(.list,1)
	FOR i=1:1:list DO  QUIT:found
	. IF said?1U.E,said'?1"O".E,$EXTRACT("PNBRQK",board(list(i)#10000\100)*side)'=$EXTRACT(said) QUIT
	. IF $$LEGAL(list(i)),$$SAY(list(i))=said SET found=list(i)
	QUIT found
	;
LEGAL(move)	; whether a move leaves the king out of check
	NEW legal
	SET legal=$$MAKE(move,52)
	DO UNMAKE(52)
	QUIT legal
	;
SELF(depth,plies)	; let the search play with itself, and print the game
	NEW at,line,move,turn,seen
	SET line="",turn=1,seen($$KEY)=1
	FOR at=1:1:plies DO  QUIT:'move
	. KILL table
	. IF $$SEARCH(depth,-32000,32000,1)
	. SET move=+$PIECE($GET(table($$KEY)),"^",4)
	. QUIT:'move
	. IF side=1!(at=1) SET line=line_turn_$SELECT(side=1:". ",1:"... ")
	. SET line=line_$$SAY(move)_" "
	. IF side=-1 SET turn=turn+1
	. IF $$MAKE(move,at),$INCREMENT(seen($$KEY))
	. IF $$RESULT(.seen)'="*" SET move=0
	DO WRAP(line)
	DO END(.seen,"")
	QUIT
	;
WRAP(text)	; print a text in lines of 70 characters at most
	NEW i,line,word
	SET line=""
	FOR i=1:1:$LENGTH(text," ") SET word=$PIECE(text," ",i) DO
	. IF $LENGTH(line)+$LENGTH(word)>70 WRITE "  ",line,! SET line=""
	. SET line=line_$SELECT(line="":"",1:" ")_word
	WRITE "  ",line,!
	QUIT
	;
END(seen,wanted)	; print result and position, and compare
	NEW result
	SET result=$$RESULT(.seen)
	WRITE "  ",result," ",$$BACK,!
	IF wanted'="",result'=wanted SET bad=bad+1 WRITE "  ",wanted," was expected",!
	QUIT
	;
RESULT(seen)	; 1-0, 0-1, 1/2-1/2, or * while the game goes on
	NEW free,i,list
	SET free=0
	DO GENERATE(.list,1)
	FOR i=1:1:list SET free=$$LEGAL(list(i)) QUIT:free
	IF 'free QUIT $SELECT('$$CHECKED(side):"1/2-1/2",side=1:"0-1",1:"1-0")
	IF $GET(seen($$KEY))>2 QUIT "1/2-1/2"
	IF $$POOR QUIT "1/2-1/2"
	QUIT "*"
	;
POOR()	; whether nobody has what is needed for a mate: at most one knight or bishop is on the board
	NEW light,other,square
	SET (light,other)=0
	FOR square=22:1:98 IF board(square),board(square)'=9 DO
	. IF "236"'[$TRANSLATE(board(square),"-") SET other=other+1 QUIT
	. IF "23"[$TRANSLATE(board(square),"-") SET light=light+1
	QUIT 'other&(light<2)
	;
BACK()	; the position in the notation of Forsyth and Edwards
	NEW col,empty,row,text
	SET text=""
	FOR row=9:-1:2 DO
	. SET empty=0
	. FOR col=1:1:8 DO
	. . IF 'board(row*10+col) SET empty=empty+1 QUIT
	. . IF empty SET text=text_empty,empty=0
	. . SET text=text_$$LETTER(board(row*10+col))
	. SET text=text_$SELECT(empty:empty,1:"")_$SELECT(row=2:"",1:"/")
	SET text=text_$SELECT(side=1:" w ",1:" b ")_$SELECT(rights="":"-",1:rights)
	QUIT text_" "_$SELECT(passed:$$NAME(passed),1:"-")
	;
	;
	; What is good and bad in a position, beyond what the search knows of it
	;
JUDGE	; print a table of the strong and weak points of both sides
	NEW count,pawns,square,what,who
	DO PAWNS(.pawns)
	FOR who=1,-1 DO
	. FOR square=21:1:98 IF board(square)'=9,board(square)*who>0 DO POINTS(square,who)
	. IF $GET(count("bishops",who))=2 SET count("pair of bishops",who)=1
	. KILL count("bishops",who)
	. SET count("moves",who)=$$FREEDOM(who)
	WRITE ?4,"what",?34,"white  black",!
	SET what=""
	FOR  SET what=$ORDER(count(what)) QUIT:what=""  DO
	. WRITE ?4,what,?34 FOR who=1,-1 WRITE $JUSTIFY($GET(count(what,who),0),5),"  "
	. WRITE !
	WRITE ?4,"material and place",?34,$FNUMBER(score/100,"+",2),!
	QUIT
	;
PAWNS(pawns)	; pawns(side,column,row) for each pawn
	NEW square
	FOR square=31:1:88 IF board(square)=1!(board(square)=-1) SET pawns(board(square),square#10,square\10)=""
	QUIT
	;
POINTS(square,who)	; count what there is to say of one piece: part of JUDGE
	NEW col,kind,row
	SET kind=board(square)*who,col=square#10,row=square\10
	IF kind=3 DO POINT("bishops")
	IF kind=4 DO
	. IF '$DATA(pawns(1,col)),'$DATA(pawns(-1,col)) DO POINT("rook on an open file") QUIT
	. IF '$DATA(pawns(who,col)) DO POINT("rook on a half open file")
	IF kind=2,$$HELD(col,row,who) DO POINT("knight that is held by a pawn")
	IF kind=6 DO SHIELD
	IF kind'=1 QUIT
	IF $ORDER(pawns(who,col,row))'="" DO POINT("doubled pawn")
	IF '$DATA(pawns(who,col-1)),'$DATA(pawns(who,col+1)) DO POINT("lonely pawn")
	IF $$FREE(col,row,who) DO POINT("passed pawn")
	QUIT
	;
POINT(what)	; count one
	SET count(what,who)=$GET(count(what,who))+1
	QUIT
	;
HELD(col,row,who)	; whether a pawn of the side protects a square
	QUIT $DATA(pawns(who,col-1,row-who))!$DATA(pawns(who,col+1,row-who))
	;
SHIELD	; pawns before the king: part of POINTS
	NEW aside
	FOR aside=-1,0,1 IF $DATA(pawns(who,col+aside,row+who)) DO POINT("pawn before the king")
	QUIT
	;
FREE(col,row,who)	; whether no pawn of the other side can stop this one or take it
	NEW aside,stopped
	SET stopped=0
	FOR aside=-1,0,1 IF $ORDER(pawns(-who,col+aside,row),who)'="" SET stopped=1 QUIT
	QUIT 'stopped
	;
FREEDOM(who)	; how many legal moves a side has, or would have
	NEW free,i,list,passed,side
	SET side=who,passed=0,free=0
	DO GENERATE(.list,1)
	FOR i=1:1:list SET free=free+$$LEGAL(list(i))
	QUIT free
	;
	;
	; The work
	;
JOBS()	; kind;position;depth;what must come out;what it is
	QUIT 18
	;;best;r1bqkb1r/pppp1ppp/2n2n2/4p2Q/2B1P3/8/PPPP1PPP/RNB1K1NR w KQkq -;1;Qxf7#;the mate of beginners
	;;perft;rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq -;2;400;the first position
	;;best;2r4k/6pp/7N/3Q4/8/8/6PP/6K1 w - -;3;Qg8+;smothered mate
	;;game;rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq -;OPERA;1-0;Morphy at the opera, Paris 1858
	;;perft;r3k2r/p1ppqpb1/bn2pnp1/3PN3/1p2P3/2N2Q1p/PPPBBPPP/R3K2R w KQkq -;1;48;castling of all kinds
	;;best;kbK5/pp6/1P6/8/8/8/8/R7 w - -;3;Ra6;Morphy's problem
	;;judge;r4rk1/1pp1qppp/p1np1n2/2b1p1B1/2B1P1b1/P1NP1N2/1PP1QPPP/R4RK1 w - -;;;strong and weak points
	;;perft;8/2p5/3p4/KP5r/1R3p1k/8/4P1P1/8 w - -;3;2812;rooks and pawns
	;;best;6k1/5ppp/8/8/8/8/5PPP/3R2K1 w - -;2;Rd8#;mate on the last row
	;;self;8/k7/8/2K5/8/8/7Q/8 w - -;3;12;a queen at work
	;;perft;r3k2r/Pppp1ppp/1b3nbN/nP6/BBP1P3/q4N2/Pp1P2PP/R2Q1RK1 w kq -;2;264;promotions
	;;judge;3r2k1/p4ppp/2p5/2P5/1P6/2Q2N2/P4PPP/3B2K1 b - -;;;the same of an endgame
	;;perft;rnbq1k1r/pp1Pbppp/2p5/8/2B5/8/PPP1NnPP/RNBQK2R w KQ -;2;1486;a pawn on the seventh row
	;;best;8/8/8/8/8/4k3/4p3/4K3 w - -;3;;stalemate
	;;perft;n1n5/PPPk4/8/8/8/8/4Kppp/5N1N b - -;2;496;promotions on both sides
	;;best;r1bqkbnr/pppp1ppp/2n5/4p3/2B1P3/5N2/PPPP1PPP/RNBQK2R b KQkq -;2;;an Italian game
	;;perft;4k3/8/8/8/8/8/8/4K2R w K -;3;1197;a castling that gives check
	;;best;3r2k1/p4ppp/8/8/8/2Q5/PP3PPP/6K1 b - -;3;Rd1+;a rook behind open doors
	;
OPERA	; Morphy against the Duke of Brunswick and Count Isouard
	;;1. e4 e5 2. Nf3 d6 3. d4 Bg4 4. dxe5 Bxf3 5. Qxf3 dxe5 6. Bc4 Nf6
	;;7. Qb3 Qe7 8. Nc3 c6 9. Bg5 b5 10. Nxb5 cxb5 11. Bxb5+ Nbd7
	;;12. O-O-O Rd8 13. Rxd7 Rxd7 14. Rd1 Qe6 15. Bxd7+ Nxd7 16. Qb8+ Nxb8
	;;17. Rd8#
	;;

PARSER	; a small language, its scanner, parser and checks, and two ways to run it that must agree
	;
	; The argument says how many of the programs at the end are done; after the last one the first comes again.
	;
	;	func gcd(a, b)			statements begin with a word, so nothing stands between them
	;	  while b <> 0 do
	;	    let rest = a mod b		let makes a variable, set changes it
	;	    set a = b set b = rest
	;	  end
	;	  return a
	;	end
	;	print gcd(1071, 462)
	;
	; A value is a number or a text as M has them, or a map that was made by map(). What a program prints goes to
	; out(). First it is run by walking over its tree, then it is compiled for a machine with a stack.
	;
	; token(i), type(i), row(i)	the tokens: text, kind (number, text, word, name, sign, end), line
	; node(i), node(i,"text"), node(i,"line"), node(i,k)	the tree: kind, what it names, line, children
	; code(i), code(i,1), code(i,2)	the instructions: name, operands
	;
	NEW bad,count,done,lines,rank,sample,total,words
	SET count=+$ZCMDLINE,(bad,lines,total)=0,sample=12
	DO TABLES
	FOR done=0:1:count-1 DO PROGRAM("P"_(done#sample+1),done<sample)
	WRITE "programs ",count,", lines ",lines,", steps ",total,", disagreements ",bad,!
	QUIT
	;
TABLES	; the words of the language, and which operators bind tighter than others
	NEW i,sign
	FOR i="let","set","print","if","while","for","each","func","return","call" SET words(i)="statement"
	FOR i="then","else","do","end","to","in" SET words(i)="mark"
	FOR i="div","mod","and","or","not" SET words(i)="operator"
	SET rank("or")=1,rank("and")=2
	FOR sign="=","<>","<",">","<=",">=" SET rank(sign)=3
	SET rank("&")=4,(rank("+"),rank("-"))=5
	FOR sign="*","/","div","mod" SET rank(sign)=6
	QUIT
	;
PROGRAM(label,loud)	; do one program in all ways; print what became of it if it is loud
	NEW at,fault,first,function,level,node,nodes,out,row,slot,token,tree,type
	SET fault=""
	IF loud WRITE "--- ",label,": ",$PIECE($TEXT(@label),"; ",2),!
	DO TRY("SCAN(label)")
	IF fault="" DO TRY("PARSE")
	IF fault="" DO TRY("CHECK(tree)")
	IF fault'="" DO TELL("refused") QUIT
	SET first=nodes
	SET tree=$$FOLD(tree)
	IF loud WRITE token," tokens, ",first," nodes",!
	IF loud,label="P1"!(label="P3") DO SOURCE(tree,0)
	DO RUN("WALK",.first)
	DO RUN("MACHINE",.out)
	SET lines=lines+out
	IF $$SAME(.first,.out) DO:loud SHOW(.first) QUIT
	SET bad=bad+1
	WRITE label,": the two ways do not agree",!
	DO SHOW(.first),SHOW(.out)
	QUIT
	;
RUN(label,out)	; run the tree or the code; `out` is what it prints, with its last words if it fails
	NEW fault,heap,maps,steps,var
	SET (maps,steps,out)=0,fault=""
	DO TRY(label)
	IF fault'="" DO PRINT(fault)
	IF loud WRITE label,": ",steps," steps",!
	SET total=total+steps
	QUIT
	;
SAME(one,other)	; whether two lists of lines are the same
	NEW i,same
	SET same=one=other
	FOR i=1:1:one QUIT:'same  SET same=one(i)=other(i)
	QUIT same
	;
SHOW(out)	; print a list of lines
	NEW i
	FOR i=1:1:out WRITE "  | ",out(i),!
	QUIT
	;
TELL(what)	; print why a program is not run
	IF loud WRITE what,": ",fault,!
	SET lines=lines+1
	QUIT
	;
TRY(what)	; do a label; if something fails below it, `fault` says why, and all of it is left
	NEW $ESTACK,$ETRAP
	SET $ETRAP="SET:$ESTACK=0 $ECODE="""" QUIT:$QUIT 0 QUIT"
	DO @what
	QUIT
	;
FAIL(line,text)	; leave what TRY has begun
	SET fault="line "_line_": "_text
	SET $ECODE=",U1,"
	QUIT
	;
	;
	; Scanner
	;
SCAN(label)	; the lines below a label become tokens
	NEW char,i,line,text
	SET token=0
	FOR line=1:1 SET text=$PIECE($TEXT(@label+line),";;",2,99) QUIT:text=""  SET i=1 DO
	. FOR  SET char=$EXTRACT(text,i) QUIT:char=""  DO
	. . IF char=" " SET i=i+1 QUIT
	. . IF char="#" SET i=$LENGTH(text)+1 QUIT
	. . IF char?1N DO NUMBER QUIT
	. . IF char?1A DO WORD QUIT
	. . IF char="'" DO QUOTED QUIT
	. . DO SIGN
	DO TOKEN("end","end of text")
	QUIT
	;
TOKEN(kind,text)	; add a token
	SET token=token+1,token(token)=text,type(token)=kind,row(token)=line
	QUIT
	;
NUMBER	; digits, and perhaps a fraction: part of SCAN
	NEW begin
	SET begin=i
	FOR i=i+1:1 QUIT:$EXTRACT(text,i)'?1N
	IF $EXTRACT(text,i,i+1)?1"."1N FOR i=i+2:1 QUIT:$EXTRACT(text,i)'?1N
	IF $EXTRACT(text,i)?1A DO FAIL(line,"a number ends in "_$EXTRACT(text,i))
	DO TOKEN("number",+$EXTRACT(text,begin,i-1))
	QUIT
	;
WORD	; a word of the language, or a name: part of SCAN
	NEW begin,word
	SET begin=i
	FOR i=i+1:1 QUIT:$EXTRACT(text,i)'?1AN
	SET word=$EXTRACT(text,begin,i-1)
	DO TOKEN($SELECT($DATA(words(word)):"word",1:"name"),word)
	QUIT
	;
QUOTED	; a text between apostrophes; two of them stand for one: part of SCAN
	NEW begin,end,value
	SET value="",begin=i+1
	FOR  SET end=$FIND(text,"'",begin) DO:'end FAIL(line,"a text has no end") SET value=value_$EXTRACT(text,begin,end-2) QUIT:$EXTRACT(text,end)'="'"  SET value=value_"'",begin=end+1
	SET i=end
	DO TOKEN("text",value)
	QUIT
	;
SIGN	; operators and marks, the longest that fits: part of SCAN
	NEW two
	SET two=$EXTRACT(text,i,i+1)
	IF two="<>"!(two="<=")!(two=">=") DO TOKEN("sign",two) SET i=i+2 QUIT
	IF "+-*/&=<>()[],"'[char DO FAIL(line,"no such sign: "_char)
	DO TOKEN("sign",char)
	SET i=i+1
	QUIT
	;
	;
	; Parser
	;
PARSE	; tokens become a tree
	SET nodes=0,at=1
	SET tree=$$BLOCK("")
	IF type(at)'="end" DO FAIL(row(at),"there is no beginning to this "_token(at))
	QUIT
	;
NODE(kind,text,one,two,three)	; add a node with up to three children; its number
	SET nodes=nodes+1,node(nodes)=kind,node(nodes,"text")=text,node(nodes,"line")=row(at),node(nodes,0)=0
	IF $DATA(one) DO APPEND(nodes,one)
	IF $DATA(two) DO APPEND(nodes,two)
	IF $DATA(three) DO APPEND(nodes,three)
	QUIT nodes
	;
APPEND(id,child)	; add a child
	SET node(id,0)=node(id,0)+1,node(id,node(id,0))=child
	QUIT
	;
IS(text)	; whether the next token is this sign or word
	IF type(at)'="sign",type(at)'="word" QUIT 0
	QUIT token(at)=text
	;
TAKE(text)	; pass over the next token if it is this one; whether it was
	IF '$$IS(text) QUIT 0
	SET at=at+1
	QUIT 1
	;
NEED(text)	; pass over the next token, which must be this one
	IF '$$TAKE(text) DO FAIL(row(at),text_" is needed before "_token(at))
	QUIT
	;
NAMED()	; pass over a name; it
	IF type(at)'="name" DO FAIL(row(at),"a name is needed instead of "_token(at))
	SET at=at+1
	QUIT token(at-1)
	;
BLOCK(ends)	; statements, up to a word that ends them
	NEW id
	SET id=$$NODE("block","")
	FOR  QUIT:type(at)="end"  QUIT:$GET(words(token(at)))="mark"  DO APPEND(id,$$STATE)
	QUIT id
	;
STATE()	; one statement
	NEW id,line,name
	SET line=row(at)
	IF type(at)'="word"!($GET(words(token(at)))'="statement") DO FAIL(line,"no statement begins with "_token(at))
	SET at=at+1
	DO @("S"_token(at-1))
	SET node(id,"line")=line
	QUIT id
	;
Slet	SET name=$$NAMED
	DO NEED("=")
	SET id=$$NODE("let",name,$$EXPR(1))
	QUIT
	;
Sset	SET name=$$NAMED,id=$$NODE("name",name)
	FOR  QUIT:'$$TAKE("[")  SET id=$$NODE("item","",id,$$EXPR(1)) DO NEED("]")
	DO NEED("=")
	SET id=$$NODE("set","",id,$$EXPR(1))
	QUIT
	;
Sprint	SET id=$$NODE("print","")
	FOR  DO APPEND(id,$$EXPR(1)) QUIT:'$$TAKE(",")
	QUIT
	;
Sif	NEW no,test,yes
	SET test=$$EXPR(1)
	DO NEED("then")
	SET yes=$$BLOCK
	SET no=$SELECT($$TAKE("else"):$$BLOCK,1:$$NODE("block",""))
	DO NEED("end")
	SET id=$$NODE("if","",test,yes,no)
	QUIT
	;
Swhile	NEW body,test
	SET test=$$EXPR(1)
	DO NEED("do")
	SET body=$$BLOCK
	DO NEED("end")
	SET id=$$NODE("while","",test,body)
	QUIT
	;
Sfor	NEW body,from,to
	SET name=$$NAMED
	DO NEED("=")
	SET from=$$EXPR(1)
	DO NEED("to")
	SET to=$$EXPR(1)
	DO NEED("do")
	SET body=$$BLOCK
	DO NEED("end")
	SET id=$$NODE("for",name,from,to,body)
	QUIT
	;
Seach	NEW body,map
	SET name=$$NAMED
	DO NEED("in")
	SET map=$$EXPR(1)
	DO NEED("do")
	SET body=$$BLOCK
	DO NEED("end")
	SET id=$$NODE("each",name,map,body)
	QUIT
	;
Sfunc	NEW body,i,list
	SET name=$$NAMED,list=0
	DO NEED("(")
	IF '$$IS(")") FOR  SET list=list+1,list(list)=$$NAMED QUIT:'$$TAKE(",")
	DO NEED(")")
	SET body=$$BLOCK
	DO NEED("end")
	SET id=$$NODE("func",name,body),node(id,"count")=list
	FOR i=1:1:list SET node(id,"formal",i)=list(i)
	QUIT
	;
Sreturn	SET id=$$NODE("return","",$$EXPR(1))
	QUIT
	;
Scall	SET id=$$EXPR(1)
	IF node(id)'="call" DO FAIL(line,"only a function can be called")
	SET id=$$NODE("drop","",id)
	QUIT
	;
EXPR(least)	; an expression whose operators bind as tight as this, or tighter
	NEW left,sign
	SET left=$$UNARY
	FOR  QUIT:type(at)'="sign"&(type(at)'="word")  SET sign=token(at) QUIT:$GET(rank(sign))<least  DO
	. SET at=at+1
	. SET left=$$NODE("binary",sign,left,$$EXPR(rank(sign)+1))
	QUIT left
	;
UNARY()	; an operand with what may stand before it
	IF $$TAKE("-") QUIT $$NODE("unary","-",$$UNARY)
	IF $$TAKE("not") QUIT $$NODE("unary","not",$$UNARY)
	QUIT $$ITEM
	;
ITEM()	; an operand with what may stand behind it
	NEW id
	SET id=$$PRIMARY
	FOR  QUIT:'$$TAKE("[")  SET id=$$NODE("item","",id,$$EXPR(1)) DO NEED("]")
	QUIT id
	;
PRIMARY()	; a constant, a name, a call, or something in parentheses
	NEW id,name
	IF type(at)="number"!(type(at)="text") SET at=at+1 QUIT $$NODE("constant",token(at-1))
	IF $$TAKE("(") SET id=$$EXPR(1) DO NEED(")") QUIT id
	SET name=$$NAMED
	IF '$$TAKE("(") QUIT $$NODE("name",name)
	SET id=$$NODE("call",name)
	IF '$$IS(")") FOR  DO APPEND(id,$$EXPR(1)) QUIT:'$$TAKE(",")
	DO NEED(")")
	QUIT id
	;
	;
	; Checks: every name gets its slot, every call its function
	;
CHECK(tree)	; look for functions, then at all that names something; slot(name) is global or of the function at hand
	NEW i
	SET level=0
	FOR i=1:1:nodes IF node(i)="func" DO
	. IF $DATA(function(node(i,"text"))) DO FAIL(node(i,"line"),node(i,"text")_" is there twice")
	. SET function(node(i,"text"))=i
	DO LOOK(tree)
	QUIT
	;
LOOK(id)	; check a node and those below it
	NEW i,kind,name
	SET kind=node(id),name=node(id,"text")
	IF kind="func" DO FUNCTION(id) QUIT
	IF kind="call" DO CALLED(id)
	IF kind="for"!(kind="each") DO BIND(id)
	FOR i=1:1:node(id,0) DO LOOK(node(id,i))
	IF kind="let" DO BIND(id)
	IF kind="name" DO
	. SET node(id,"level")=level
	. IF level,$DATA(slot(1,name)) SET node(id,"slot")=slot(1,name) QUIT
	. SET node(id,"level")=0
	. IF '$DATA(slot(0,name)) DO FAIL(node(id,"line"),name_" is not known")
	. SET node(id,"slot")=slot(0,name)
	IF kind="return",'level DO FAIL(node(id,"line"),"return stands in no function")
	QUIT
	;
BIND(id)	; make a variable, or use it again if it is there
	NEW name
	SET name=node(id,"text")
	IF '$DATA(slot(level,name)) SET slot(level)=$GET(slot(level))+1,slot(level,name)=slot(level)
	SET node(id,"slot")=slot(level,name),node(id,"level")=level
	QUIT
	;
FUNCTION(id)	; a function sees its own variables and the global ones
	NEW i
	IF level DO FAIL(node(id,"line"),"a function stands in a function")
	SET level=1
	KILL slot(1)
	FOR i=1:1:node(id,"count") SET slot(1)=i,slot(1,node(id,"formal",i))=i
	DO LOOK(node(id,1))
	SET level=0
	QUIT
	;
CALLED(id)	; a call has as many arguments as its function has names for
	NEW need
	IF $DATA(function(name)) SET need=node(function(name),"count")
	ELSE  SET need=$$ARITY(name)
	IF need<0 DO FAIL(node(id,"line"),"there is no function "_name)
	IF need'=node(id,0) DO FAIL(node(id,"line"),name_" takes "_need_" arguments, not "_node(id,0))
	QUIT
	;
ARITY(name)	; how many arguments a function of the language takes; -1 for none such
	QUIT $SELECT(name="map":0,name="len":1,name="int":1,name="upper":1,name="chr":1,name="ord":1,name="size":1,name="mid":3,name="find":2,name="has":2,1:-1)
	;
FOLD(id)	; replace operators on constants by what they give; the node that stands there now
	NEW i,left,right,value
	FOR i=1:1:node(id,0) SET node(id,i)=$$FOLD(node(id,i))
	IF node(id)="unary",node(node(id,1))="constant" DO  QUIT id
	. SET value=node(node(id,1),"text")
	. SET node(id,"text")=$SELECT(node(id,"text")="-":-value,1:'value),node(id)="constant",node(id,0)=0
	IF node(id)="if",node(node(id,1))="constant" QUIT $SELECT(node(node(id,1),"text"):node(id,2),1:node(id,3))
	IF node(id)'="binary" QUIT id
	SET left=node(id,1),right=node(id,2)
	IF node(left)'="constant"!(node(right)'="constant") QUIT id
	; What would fail must fail when it is reached, not now.
	IF "/divmod"[node(id,"text"),'node(right,"text") QUIT id
	SET node(id,"text")=$$APPLY(node(id,"text"),node(left,"text"),node(right,"text"),0),node(id)="constant",node(id,0)=0
	QUIT id
	;
	;
	; What both ways of running share
	;
APPLY(sign,left,right,line)	; an operator on two values
	IF sign="+" QUIT left+right
	IF sign="-" QUIT left-right
	IF sign="*" QUIT left*right
	IF sign="&" QUIT left_right
	IF sign="=" QUIT left=right
	IF sign="<>" QUIT left'=right
	IF sign="<" QUIT left<right
	IF sign=">" QUIT left>right
	IF sign="<=" QUIT left'>right
	IF sign=">=" QUIT left'<right
	IF sign="and" QUIT left&right
	IF sign="or" QUIT left!right
	IF 'right DO FAIL(line,"division by zero")
	IF sign="/" QUIT left/right
	IF sign="div" QUIT left\right
	QUIT left#right
	;
BUILTIN(name,argument,line)	; a function of the language on argument(1) and so on
	IF name="map" SET maps=maps+1,heap(maps)="" QUIT "map:"_maps
	IF name="len" QUIT $LENGTH(argument(1))
	IF name="int" QUIT argument(1)\1
	IF name="upper" QUIT $TRANSLATE(argument(1),"abcdefghijklmnopqrstuvwxyz","ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	IF name="chr" QUIT $CHAR(argument(1))
	IF name="ord" QUIT $ASCII(argument(1))
	IF name="mid" QUIT $EXTRACT(argument(1),argument(2),argument(2)+argument(3)-1)
	IF name="find" QUIT $SELECT(argument(1)[argument(2):$FIND(argument(1),argument(2))-$LENGTH(argument(2)),1:0)
	NEW key,map
	SET map=$$MAP(argument(1),line)
	IF name="has" QUIT $DATA(heap(map,argument(2)))
	SET key=""
	FOR argument=0:1 SET key=$ORDER(heap(map,key)) QUIT:key=""
	QUIT argument
	;
MAP(value,line)	; the number of a map
	IF value'?1"map:"1.N DO FAIL(line,"this is no map: "_value)
	QUIT $PIECE(value,":",2)
	;
GET(map,key,line)	; an item of a map
	SET map=$$MAP(map,line)
	IF '$DATA(heap(map,key)) DO FAIL(line,"the map has no "_key)
	QUIT heap(map,key)
	;
PRINT(text)	; add a line to what is printed
	SET out=out+1,out(out)=text
	QUIT
	;
STEP(line)	; count a step; a program that takes too many is stopped
	SET steps=steps+1
	IF steps>20000 DO FAIL(line,"this takes too long")
	QUIT
	;
	;
	; The first way: walk over the tree
	;
WALK	; run the tree
	NEW depth,result
	SET depth=0
	DO EXEC(tree)
	QUIT
	;
EXEC(id)	; do a statement; `result` is defined when a function has returned
	DO STEP(node(id,"line"))
	DO @("X"_node(id))
	QUIT
	;
Xblock	NEW i
	FOR i=1:1:node(id,0) DO EXEC(node(id,i)) QUIT:$DATA(result)
	QUIT
	;
Xlet	SET var(node(id,"level")*depth,node(id,"slot"))=$$EVAL(node(id,1))
	QUIT
	;
Xset	NEW key,map,target
	SET target=node(id,1)
	IF node(target)="name" SET var(node(target,"level")*depth,node(target,"slot"))=$$EVAL(node(id,2)) QUIT
	SET map=$$MAP($$EVAL(node(target,1)),node(id,"line")),key=$$EVAL(node(target,2)),heap(map,key)=$$EVAL(node(id,2))
	QUIT
	;
Xprint	NEW i,text
	SET text=""
	FOR i=1:1:node(id,0) SET text=text_$SELECT(i=1:"",1:" ")_$$EVAL(node(id,i))
	DO PRINT(text)
	QUIT
	;
Xif	DO EXEC(node(id,$SELECT($$EVAL(node(id,1)):2,1:3)))
	QUIT
	;
Xwhile	FOR  QUIT:'$$EVAL(node(id,1))  DO EXEC(node(id,2)) QUIT:$DATA(result)
	QUIT
	;
Xfor	NEW i,last
	SET i=$$EVAL(node(id,1)),last=$$EVAL(node(id,2))
	FOR i=i:1:last SET var(node(id,"level")*depth,node(id,"slot"))=i DO EXEC(node(id,3)) QUIT:$DATA(result)
	QUIT
	;
Xeach	NEW key,map
	SET map=$$MAP($$EVAL(node(id,1)),node(id,"line")),key=""
	FOR  SET key=$ORDER(heap(map,key)) QUIT:key=""  SET var(node(id,"level")*depth,node(id,"slot"))=key DO EXEC(node(id,2)) QUIT:$DATA(result)
	QUIT
	;
Xfunc	QUIT
	;
Xreturn	NEW value
	SET value=$$EVAL(node(id,1)),result=value
	QUIT
	;
Xdrop	IF $$EVAL(node(id,1))
	QUIT
	;
EVAL(id)	; the value of an expression
	NEW argument,i,kind,left,result
	DO STEP(node(id,"line"))
	SET kind=node(id)
	IF kind="constant" QUIT node(id,"text")
	IF kind="name" QUIT:$DATA(var(node(id,"level")*depth,node(id,"slot"))) var(node(id,"level")*depth,node(id,"slot")) DO NOTSET(id)
	IF kind="unary" QUIT $SELECT(node(id,"text")="-":-$$EVAL(node(id,1)),1:'$$EVAL(node(id,1)))
	IF kind="item" SET left=$$EVAL(node(id,1)) QUIT $$GET(left,$$EVAL(node(id,2)),node(id,"line"))
	IF kind="binary" QUIT $$OPERATE(id)
	FOR i=1:1:node(id,0) SET argument(i)=$$EVAL(node(id,i))
	IF '$DATA(function(node(id,"text"))) QUIT $$BUILTIN(node(id,"text"),.argument,node(id,"line"))
	SET depth=depth+1
	IF depth>50 DO FAIL(node(id,"line"),"calls are too deep")
	KILL var(depth)
	FOR i=1:1:node(id,0) SET var(depth,i)=argument(i)
	DO EXEC(node(function(node(id,"text")),1))
	SET depth=depth-1
	QUIT $GET(result)
	;
OPERATE(id)	; an operator: `and` and `or` leave out what is not needed
	NEW left,sign
	SET sign=node(id,"text"),left=$$EVAL(node(id,1))
	IF sign="and",'left QUIT 0
	IF sign="or",left QUIT 1
	QUIT $$APPLY(sign,left,$$EVAL(node(id,2)),node(id,"line"))
	;
NOTSET(id)	; a name that has no value yet
	DO FAIL(node(id,"line"),node(id,"text")_" has no value")
	QUIT
	;
	;
	; The second way: instructions for a machine with a stack
	;
MACHINE	; compile, make it shorter, run
	NEW back,base,code,depth,name,op,pc,size,sp,stack,where
	SET size=0
	DO COMPILE(tree)
	DO EMIT("HALT","","")
	SET name=""
	FOR  SET name=$ORDER(function(name)) QUIT:name=""  DO
	. SET where(name)=size+1
	. DO COMPILE(node(function(name),1)),EMIT("PUSH","",""),EMIT("RETURN","","")
	DO SHORTEN
	IF loud,label="P1" DO LISTING
	SET pc=1,(depth,sp)=0
	FOR  SET op=code(pc) QUIT:op="HALT"  SET pc=pc+1 DO @("M"_op)
	QUIT
	;
EMIT(op,one,two)	; add an instruction
	SET size=size+1,code(size)=op,code(size,1)=one,code(size,2)=two,code(size,"line")=$GET(node(+$GET(id),"line"))
	QUIT
	;
COMPILE(id)	; add the instructions of a node
	NEW exit,i,kind,name,top
	SET kind=node(id),name=node(id,"text")
	IF kind="constant" DO EMIT("PUSH",name,"") QUIT
	IF kind="name" DO EMIT("LOAD",node(id,"level"),node(id,"slot")) QUIT
	IF kind="func" QUIT
	IF kind="while" DO  QUIT
	. SET top=size+1
	. DO COMPILE(node(id,1))
	. DO EMIT("UNLESS","","") SET exit=size
	. DO COMPILE(node(id,2)),EMIT("JUMP",top,"")
	. SET code(exit,1)=size+1
	IF kind="if" DO  QUIT
	. DO COMPILE(node(id,1)),EMIT("UNLESS","","") SET exit=size
	. DO COMPILE(node(id,2)),EMIT("JUMP","","")
	. SET code(exit,1)=size+1,exit=size
	. DO COMPILE(node(id,3))
	. SET code(exit,1)=size+1
	IF kind="for"!(kind="each") DO LOOP(id) QUIT
	IF kind="set" DO  QUIT
	. NEW target
	. SET target=node(id,1)
	. IF node(target)="name" DO COMPILE(node(id,2)),EMIT("STORE",node(target,"level"),node(target,"slot")) QUIT
	. DO COMPILE(node(target,1)),COMPILE(node(target,2)),COMPILE(node(id,2)),EMIT("PUT","","")
	IF kind="binary",name="and"!(name="or") DO  QUIT
	. DO COMPILE(node(id,1)),EMIT($SELECT(name="and":"BOTH",1:"EITHER"),"","") SET exit=size
	. DO COMPILE(node(id,2)),EMIT("TRUTH","","")
	. SET code(exit,1)=size+1
	FOR i=1:1:node(id,0) DO COMPILE(node(id,i))
	IF kind="let" DO EMIT("STORE",node(id,"level"),node(id,"slot"))
	IF kind="print" DO EMIT("PRINT",node(id,0),"")
	IF kind="return" DO EMIT("RETURN","","")
	IF kind="drop" DO EMIT("DROP","","")
	IF kind="item" DO EMIT("GET","","")
	IF kind="unary" DO EMIT("UNARY",name,"")
	IF kind="binary" DO EMIT("BINARY",name,"")
	IF kind="call" DO EMIT($SELECT($DATA(function(name)):"CALL",1:"BUILTIN"),name,node(id,0))
	QUIT
	;
LOOP(id)	; for and each: the control variable's next value and the last one, or the map, wait on the stack
	DO COMPILE(node(id,1))
	IF kind="for" DO COMPILE(node(id,2))
	IF kind="each" DO EMIT("BEGIN","","")
	SET top=size+1
	DO EMIT($SELECT(kind="for":"COUNT",1:"NEXT"),"",node(id,"level")_","_node(id,"slot")) SET exit=size
	DO COMPILE(node(id,node(id,0))),EMIT("JUMP",top,"")
	SET code(exit,1)=size+1
	QUIT
	;
SHORTEN	; a jump to a jump goes where that one goes
	NEW i,seen,to
	FOR i=1:1:size IF code(i)="JUMP"!(code(i)="UNLESS") DO
	. SET to=code(i,1)
	. FOR seen=1:1:10 QUIT:$GET(code(to))'="JUMP"  SET to=code(to,1)
	. SET code(i,1)=to
	QUIT
	;
LISTING	; print the instructions, three in a line
	NEW i
	FOR i=1:1:size WRITE ?i-1#3*26,$JUSTIFY(i,4)," ",code(i)," ",code(i,1),$SELECT(code(i,2)="":"",1:" "_code(i,2)) IF i#3=0!(i=size) WRITE !
	QUIT
	;
MPUSH	SET sp=sp+1,stack(sp)=code(pc-1,1)
	QUIT
	;
MLOAD	DO STEP(code(pc-1,"line"))
	IF '$DATA(var(code(pc-1,1)*depth,code(pc-1,2))) DO UNKNOWN
	SET sp=sp+1,stack(sp)=var(code(pc-1,1)*depth,code(pc-1,2))
	QUIT
	;
MSTORE	SET var(code(pc-1,1)*depth,code(pc-1,2))=stack(sp),sp=sp-1
	QUIT
	;
MBINARY	DO STEP(code(pc-1,"line"))
	SET sp=sp-1,stack(sp)=$$APPLY(code(pc-1,1),stack(sp),stack(sp+1),code(pc-1,"line"))
	QUIT
	;
MUNARY	SET stack(sp)=$SELECT(code(pc-1,1)="-":-stack(sp),1:'stack(sp))
	QUIT
	;
MTRUTH	SET stack(sp)=''stack(sp)
	QUIT
	;
MBOTH	IF 'stack(sp) SET stack(sp)=0,pc=code(pc-1,1) QUIT
	SET sp=sp-1
	QUIT
	;
MEITHER	IF stack(sp) SET stack(sp)=1,pc=code(pc-1,1) QUIT
	SET sp=sp-1
	QUIT
	;
MUNLESS	SET sp=sp-1
	IF 'stack(sp+1) SET pc=code(pc-1,1)
	QUIT
	;
MJUMP	DO STEP(code(pc-1,"line"))
	SET pc=code(pc-1,1)
	QUIT
	;
MDROP	SET sp=sp-1
	QUIT
	;
MGET	SET sp=sp-1,stack(sp)=$$GET(stack(sp),stack(sp+1),code(pc-1,"line"))
	QUIT
	;
MPUT	SET sp=sp-3,heap($$MAP(stack(sp+1),code(pc-1,"line")),stack(sp+2))=stack(sp+3)
	QUIT
	;
MPRINT	NEW i,text
	SET text="",sp=sp-code(pc-1,1)
	FOR i=1:1:code(pc-1,1) SET text=text_$SELECT(i=1:"",1:" ")_stack(sp+i)
	DO PRINT(text)
	QUIT
	;
MCOUNT	IF stack(sp-1)>stack(sp) SET sp=sp-2,pc=code(pc-1,1) QUIT
	SET var($PIECE(code(pc-1,2),",")*depth,$PIECE(code(pc-1,2),",",2))=stack(sp-1),stack(sp-1)=stack(sp-1)+1
	QUIT
	;
MBEGIN	SET stack(sp)=$$MAP(stack(sp),code(pc-1,"line")),sp=sp+1,stack(sp)=""
	QUIT
	;
MNEXT	SET stack(sp)=$ORDER(heap(stack(sp-1),stack(sp)))
	IF stack(sp)="" SET sp=sp-2,pc=code(pc-1,1) QUIT
	SET var($PIECE(code(pc-1,2),",")*depth,$PIECE(code(pc-1,2),",",2))=stack(sp)
	QUIT
	;
MCALL	NEW i
	DO STEP(code(pc-1,"line"))
	SET depth=depth+1
	IF depth>50 DO FAIL(code(pc-1,"line"),"calls are too deep")
	KILL var(depth)
	SET sp=sp-code(pc-1,2)
	FOR i=1:1:code(pc-1,2) SET var(depth,i)=stack(sp+i)
	SET back(depth)=pc,base(depth)=sp,pc=where(code(pc-1,1))
	QUIT
	;
MRETURN	; what loops have left on the stack goes with the frame
	NEW value
	SET value=stack(sp),sp=base(depth)+1,stack(sp)=value,pc=back(depth),depth=depth-1
	QUIT
	;
MBUILTIN	NEW argument,i
	SET sp=sp-code(pc-1,2)
	FOR i=1:1:code(pc-1,2) SET argument(i)=stack(sp+i)
	SET sp=sp+1,stack(sp)=$$BUILTIN(code(pc-1,1),.argument,code(pc-1,"line"))
	QUIT
	;
UNKNOWN	; a variable without a value: find what it is called
	NEW i
	FOR i=1:1:nodes IF node(i)="name",node(i,"line")=code(pc-1,"line"),$GET(node(i,"slot"))=code(pc-1,2),node(i,"level")=code(pc-1,1) DO NOTSET(i)
	QUIT
	;
	;
	; The tree as text
	;
SOURCE(id,indent)	; print statements
	NEW i,kind,text
	SET kind=node(id)
	IF kind="block" FOR i=1:1:node(id,0) DO SOURCE(node(id,i),indent)
	IF kind="block" QUIT
	SET text=$SELECT(kind="drop":"call ",1:kind_" ")
	IF kind="let" SET text=text_node(id,"text")_" = "_$$SAID(node(id,1),1)
	IF kind="set" SET text=text_$$SAID(node(id,1),1)_" = "_$$SAID(node(id,2),1)
	IF kind="print" FOR i=1:1:node(id,0) SET text=text_$SELECT(i=1:"",1:", ")_$$SAID(node(id,i),1)
	IF kind="return"!(kind="drop") SET text=text_$$SAID(node(id,1),1)
	IF kind="if" SET text=text_$$SAID(node(id,1),1)_" then"
	IF kind="while" SET text=text_$$SAID(node(id,1),1)_" do"
	IF kind="for" SET text=text_node(id,"text")_" = "_$$SAID(node(id,1),1)_" to "_$$SAID(node(id,2),1)_" do"
	IF kind="each" SET text=text_node(id,"text")_" in "_$$SAID(node(id,1),1)_" do"
	IF kind="func" DO
	. SET text=text_node(id,"text")_"("
	. FOR i=1:1:node(id,"count") SET text=text_$SELECT(i=1:"",1:", ")_node(id,"formal",i)
	. SET text=text_")"
	WRITE ?indent*2,text,!
	IF "|if|while|for|each|func|"'[("|"_kind_"|") QUIT
	SET i=$SELECT(kind="if":2,1:node(id,0))
	DO SOURCE(node(id,i),indent+1)
	IF kind="if",node(node(id,3),0) WRITE ?indent*2,"else",! DO SOURCE(node(id,3),indent+1)
	WRITE ?indent*2,"end",!
	QUIT
	;
SAID(id,least)	; an expression, with the parentheses that it needs
	NEW i,kind,mine,text
	SET kind=node(id),text=node(id,"text")
	IF kind="name" QUIT text
	IF kind="constant" QUIT $SELECT(text=+text:text,1:"'"_$$DOUBLED(text)_"'")
	IF kind="item" QUIT $$SAID(node(id,1),7)_"["_$$SAID(node(id,2),1)_"]"
	IF kind="unary" QUIT $SELECT(text="-":"-",1:"not ")_$$SAID(node(id,1),7)
	IF kind="call" SET text=text_"(" FOR i=1:1:node(id,0) SET text=text_$SELECT(i=1:"",1:", ")_$$SAID(node(id,i),1)
	IF kind="call" QUIT text_")"
	SET mine=rank(text),text=$$SAID(node(id,1),mine)_" "_text_" "_$$SAID(node(id,2),mine+1)
	QUIT $SELECT(mine<least:"("_text_")",1:text)
	;
DOUBLED(text)	; apostrophes in a text are written twice
	NEW i,said
	SET said=$PIECE(text,"'")
	FOR i=2:1:$LENGTH(text,"'") SET said=said_"''"_$PIECE(text,"'",i)
	QUIT said
	;
	;
	; The programs
	;
P1	; greatest common divisors
	;;func gcd(a, b)
	;;  while b <> 0 do
	;;    let rest = a mod b
	;;    set a = b set b = rest
	;;  end
	;;  return a
	;;end
	;;let limit = 2 * 3 + 1
	;;for i = 1 to limit do print i, gcd(1071 * i, 462), gcd(i, limit - i) end
	;;if 1 > 2 then print 'never' else print 'folded: ' & (8 - 3 - 1) end
P2	; primes by division
	;;func prime(n)
	;;  let d = 2
	;;  while d * d <= n do
	;;    if n mod d = 0 then return 0 end
	;;    set d = d + 1
	;;  end
	;;  return n > 1
	;;end
	;;let found = ''
	;;for n = 1 to 60 do if prime(n) then set found = found & ' ' & n end end
	;;print 'primes:' & found
P3	; texts: turned round, enciphered, compared
	;;func turned(text)
	;;  let back = ''
	;;  for i = 1 to len(text) do set back = mid(text, i, 1) & back end
	;;  return back
	;;end
	;;func moved(text, by) # Caesar's cipher, capitals only
	;;  let secret = ''
	;;  for i = 1 to len(text) do
	;;    let c = ord(mid(text, i, 1))
	;;    if c >= 65 and c <= 90 then set c = (c - 65 + by) mod 26 + 65 end
	;;    set secret = secret & chr(c)
	;;  end
	;;  return secret
	;;end
	;;let words = map()
	;;set words[1] = 'level' set words[2] = 'bumps' set words[3] = 'don''t'
	;;each w in words do print words[w], turned(words[w]), turned(words[w]) = words[w] end
	;;let secret = moved('ATTACK AT DAWN', 3)
	;;print secret & ' = ' & moved(secret, -(1 + 2) + 26), not (find(secret, 'XYZ') > 0)
P4	; words are counted
	;;let text = 'the quick brown fox jumps over the lazy dog and the fox runs' & ' '
	;;let count = map() let at = 1
	;;while len(text) > 0 do
	;;  let stop = find(text, ' ')
	;;  let word = mid(text, 1, stop - 1)
	;;  if has(count, word) then set count[word] = count[word] + 1 else set count[word] = 1 end
	;;  set text = mid(text, stop + 1, len(text))
	;;end
	;;print size(count), 'words'
	;;each word in count do if count[word] > 1 then print upper(word), count[word] end end
P5	; the towers of Hanoi, and Ackermann's function
	;;let moves = 0
	;;func hanoi(n, a, b, c)
	;;  if n > 0 then
	;;    call hanoi(n - 1, a, c, b)
	;;    set moves = moves + 1
	;;    if n = 4 then print 'the fourth goes from', a, 'to', b end
	;;    call hanoi(n - 1, c, b, a)
	;;  end
	;;end
	;;call hanoi(5, 'A', 'C', 'B')
	;;print moves, 'moves'
	;;func ack(m, n)
	;;  if m = 0 then return n + 1 end
	;;  if n = 0 then return ack(m - 1, 1) end
	;;  return ack(m - 1, ack(m, n - 1))
	;;end
	;;print ack(2, 3)
P6	; matrices are maps of maps
	;;func matrix(rows, cols, seed)
	;;  let m = map()
	;;  for r = 1 to rows do
	;;    set m[r] = map()
	;;    for c = 1 to cols do set m[r][c] = (r * seed + c * c) mod 10 end
	;;  end
	;;  return m
	;;end
	;;func product(a, b, n)
	;;  let m = map()
	;;  for r = 1 to n do
	;;    set m[r] = map()
	;;    for c = 1 to n do
	;;      let sum = 0
	;;      for k = 1 to n do set sum = sum + a[r][k] * b[k][c] end
	;;      set m[r][c] = sum
	;;    end
	;;  end
	;;  return m
	;;end
	;;let p = product(matrix(3, 3, 7), matrix(3, 3, 4), 3)
	;;each r in p do print p[r][1], p[r][2], p[r][3] end
P7	; money and series: fractions
	;;let capital = 1000
	;;for year = 1 to 5 do
	;;  set capital = int(capital * 1.0375 * 100 + 0.5) / 100
	;;  print year, capital
	;;end
	;;let pi = 0 let sign = 1
	;;for k = 0 to 40 do set pi = pi + sign * 4 / (2 * k + 1) set sign = -sign end
	;;print int(pi * 1000) / 1000
	;;let root = 1
	;;for k = 1 to 6 do set root = (root + 2 / root) / 2 end
	;;print root
P8	; queens on a small board
	;;let n = 5 let places = map() let found = 0
	;;func safe(row, col)
	;;  for r = 1 to row - 1 do
	;;    let d = places[r] - col
	;;    if d = 0 or d = row - r or d = r - row then return 0 end
	;;  end
	;;  return 1
	;;end
	;;func try(row)
	;;  if row > n then
	;;    set found = found + 1
	;;    if found = 1 then each r in places do print r, places[r] end end
	;;    return 0
	;;  end
	;;  for col = 1 to n do if safe(row, col) then set places[row] = col call try(row + 1) end end
	;;end
	;;call try(1)
	;;print found, 'ways'
P9	; a calculator in this language: numbers and operators in Polish order, from behind
	;;let stack = map() let top = 0
	;;func push(value)
	;;  set top = top + 1 set stack[top] = value
	;;end
	;;func pop()
	;;  set top = top - 1
	;;  return stack[top + 1]
	;;end
	;;func result(text)
	;;  while text <> '' do
	;;    let stop = find(text, ' ')
	;;    let word = mid(text, 1, stop - 1)
	;;    set text = mid(text, stop + 1, len(text))
	;;    if find('+-*/', word) then
	;;      let right = pop() let left = pop()
	;;      if word = '+' then call push(left + right) end
	;;      if word = '-' then call push(left - right) end
	;;      if word = '*' then call push(left * right) end
	;;      if word = '/' then call push(left / right) end
	;;    else call push(word) end
	;;  end
	;;  return pop()
	;;end
	;;print result('3 4 + 2 * '), result('1 2 3 4 + + + '), result('10 4 / 2.5 - ')
	;;print result('1 0 / ')
P10	; what is wrong when it runs
	;;let full = map()
	;;set full['a'] = 1
	;;if has(full, 'b') and full['b'] then print 'no' end
	;;func half(n) return n / 2 end
	;;let n = half(0)
	;;while n < 3 do set n = n + 1 print n, 10 / (2 - n) end
P11	; what never ends
	;;func down(n) return down(n + 1) end
	;;let n = 0
	;;while 1 do set n = n + 1 if n = 200 then print 'so far', n call down(n) end end
P12	; what is no program
	;;let a = (1 + 2
	;;print a

"""The language in lines: what ZHELP says of each command, function and special variable, and of a few other things.

One topic on a line: its name, how it is written, what it does, divided by ` | `.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from textwrap import wrap
from typing import NamedTuple

from bumps.interp import keywords

COLUMN_COUNT = 78


class Topic(NamedTuple):
    """One thing that ZHELP knows."""

    name: str
    """In capitals, of a function or special variable with its `$`, of a function with `(` behind it."""
    usage: str
    text: str


def _topics(table: str) -> dict[str, Topic]:
    """Read a table of `name | usage | text`."""
    topics = [Topic(*[part.strip() for part in line.split(" | ")]) for line in table.strip().split("\n")]
    return {topic.name: topic for topic in topics}


COMMANDS = _topics(
    """
BREAK | B[:cond] [expr] | stops in direct mode; where there is none, says where it is, and goes on
CLOSE | C device[:parameters] | gives a device back
DO | D label^routine(actuals)[:cond] | calls; without argument runs the block of lines with more dots behind it
ELSE | E  commands | runs the rest of the line if $TEST is 0
FOR | F i=first:step:last  commands | repeats the rest of the line; without argument until QUIT or GOTO
GOTO | G label^routine[:cond] | goes on there, in the same frame
HALT | H | ends the program
HANG | H seconds | waits
IF | I cond,cond  commands | runs the rest of the line if all are true; sets $TEST
JOB | J label^routine(actuals):(parameters):timeout | would start a process: ONEPROCESS, for one has the database
KILL | K a,^b(1)  K (kept)  K | removes variables with all below them; all but some; all locals
LOCK | L [+|-]^a(1):timeout | keeps other locks of these names away; without sign all others are let go first
MERGE | M ^a(1)=b(2) | copies a node and all below it
NEW | N a,b  N (kept)  N | hides locals until the frame ends
OPEN | O device:(parameters):timeout:"space" | opens a file, a PIPE or a SOCKET
QUIT | Q [value] | ends a FOR, a block, a call; an extrinsic with its value
READ | R "prompt",x:timeout,*c,y#5 | reads a line, the code of a character, at most 5 characters
SET | S a=1,(b,c)=2,$P(d,"^",3)=4 | stores
TCOMMIT | TC | ends a transaction: the outermost one is durable then
TRESTART | TRE | undoes a transaction, and goes on behind its TSTART
TROLLBACK | TRO [level] | undoes a transaction, or down to a level
TSTART | TS () | begins a transaction; with () it may be run again when it meets another one
USE | U device:(parameters) | makes a device the current one
VIEW | V "NOUNDEF" | sets how undefined variables are taken, and the like
WRITE | W expr,!,#,?10,*65,/mnemonic(x) | writes texts, a new line, a form feed, to a column, a character
XECUTE | X text[:cond] | runs a text
ZALLOCATE | ZA ^a | takes a lock that LOCK does not let go
ZATTACH | ZAT | is for another system: UNBUILT
ZBREAK | ZB label^routine:"code":count | runs code before a line; ZB -* removes all
ZCOMPILE | ZCOM "file" | says what is wrong in a routine
ZCONTINUE | ZC | goes on behind a BREAK
ZDEALLOCATE | ZD ^a | lets go what ZALLOCATE has taken
ZEDIT | ZED "NAME" | edits a routine in $EDITOR
ZGOTO | ZG level[:label^routine] | ends frames down to a level
ZHALT | ZHALT status | ends the program with an exit status
ZHELP | ZH ["topic"] | this
ZKILL | ZK ^a(1) | removes a node and leaves all below it
ZLINK | ZL "NAME" | reads a routine anew
ZMESSAGE | ZM number | raises an error
ZPRINT | ZP label^routine:+3 | writes lines of a routine
ZRUPDATE | ZR | is for object files in memory: UNBUILT
ZSHOW | ZSH "V":a | shows B breakpoints, D devices, I specials, L locks, S stack, V locals, * all
ZSTEP | ZST INTO:"code" | runs code before the next line: INTO calls, OVER them, OUTOF the frame
ZSYSTEM | ZSY "command" | runs a command of the system
ZTCOMMIT | ZTC | ends a fence that ZTSTART has begun
ZTRIGGER | ZTR ^a | moves the naked indicator: there are no triggers
ZTSTART | ZTS | begins a fence of the journal, which means nothing here
ZWITHDRAW | ZWI ^a(1) | is ZKILL
ZWRITE | ZWR a,^b(*),?1"X".E | writes variables as text that could be SET again
"""
)

FUNCTIONS = _topics(
    """
$ASCII( | $A(text,index) | the code of a character; -1 if there is none
$CHAR( | $C(65,66) | the characters with these codes
$DATA( | $D(a) | 0 undefined, 1 a value, 10 descendants, 11 both
$EXTRACT( | $E(text,first,last) | characters; can be SET
$FIND( | $F(text,part,from) | the index behind a part; 0 if it is not there
$FNUMBER( | $FN(number,",-",2) | a number with commas, sign behind, parentheses, decimals
$GET( | $G(a,default) | the value, or a default
$INCREMENT( | $I(a,by) | adds to a variable in one step, and returns it
$JUSTIFY( | $J(x,width,decimals) | right-justified; a number with decimals
$LENGTH( | $L(text,mark) | how many characters, or pieces
$NAME( | $NA(a(x),count) | the name of a variable with its subscripts
$NEXT( | $N(a(x)) | the old $ORDER: -1 is its end
$ORDER( | $O(a(x),-1) | the next subscript of this level; with -1 the one before
$PIECE( | $P(text,"^",first,last) | what stands between marks; can be SET
$QLENGTH( | $QL(name) | how many subscripts a name has
$QSUBSCRIPT( | $QS(name,index) | a subscript of a name; 0 is the variable
$QUERY( | $Q(a(x)) | the name of the next node that has a value
$RANDOM( | $R(10) | a whole number from 0 to 9
$REVERSE( | $RE(text) | the characters backwards
$SELECT( | $S(cond:a,1:b) | the value behind the first condition that is true
$STACK( | $ST(level,"PLACE") | how a level was called, where it is, its line, its error
$TEXT( | $T(label+1^routine) | a line of a routine
$TRANSLATE( | $TR(text,"abc","ABC") | characters for characters
$VIEW( | $V("UNDEF") | a setting of VIEW
$ZAHANDLE( | $ZAH(a) | names the array of aliases: UNBUILT
$ZASCII( | $ZA(text,index) | as $ASCII, of bytes
$ZATRANSFORM( | $ZATR(x,0) | as a key sorts: UNBUILT
$ZAUDIT( | $ZAU(text) | a line for an audit log: UNBUILT
$ZBITAND( | $ZBITAND(a,b) | both of two bit strings
$ZBITCOUNT( | $ZBITCOUNT(a) | how many bits are 1
$ZBITFIND( | $ZBITFIND(a,1,from) | the index behind the next such bit
$ZBITGET( | $ZBITGET(a,index) | a bit
$ZBITLEN( | $ZBITLEN(a) | how many bits
$ZBITNOT( | $ZBITNOT(a) | the other bits
$ZBITOR( | $ZBITOR(a,b) | either of two bit strings
$ZBITSET( | $ZBITSET(a,index,1) | with a bit set
$ZBITSTR( | $ZBITSTR(8,1) | so many bits, all 0 or all 1
$ZBITXOR( | $ZBITXOR(a,b) | where two bit strings differ
$ZCALL( | $ZC(...) | of other vendors
$ZCHAR( | $ZCH(65) | as $CHAR, of bytes
$ZCOLLATE( | $ZCOLL(x,0) | as a key sorts: UNBUILT
$ZCONVERT( | $ZCO(text,"U") | capitals U, small letters L, titles T
$ZDATA( | $ZDATA(a) | as $DATA
$ZDATE( | $ZD($H,"DD-MON-YEAR 24:60:SS") | a date in words
$ZEXTRACT( | $ZE(text,first,last) | as $EXTRACT, of bytes
$ZFIND( | $ZF(text,part) | as $FIND, of bytes
$ZGETJPI( | $ZGETJPI(process,"ISPROCALIVE") | whether a process is alive; times of this one
$ZINCREMENT( | $ZI(a) | as $INCREMENT
$ZJOBEXAM( | $ZJOBEXAM("file","*") | writes what ZSHOW shows into a file, and returns its name
$ZJUSTIFY( | $ZJ(x,width) | as $JUSTIFY, of bytes
$ZLENGTH( | $ZL(text) | how many bytes
$ZMESSAGE( | $ZM(number) | the text of an error
$ZPARSE( | $ZPARSE(name,"DIRECTORY") | a part of the name of a file
$ZPEEK( | $ZPEEK(...) | GT.M's own memory: UNBUILT
$ZPIECE( | $ZPI(text,"^",2) | as $PIECE, of bytes
$ZPREVIOUS( | $ZP(a(x)) | the subscript before
$ZQGBLMOD( | $ZQGBLMOD(^a) | of GT.M's replication: UNBUILT
$ZSEARCH( | $ZSEARCH("*.m") | the next file of that name
$ZSIGPROC( | $ZSIGPROC(process,signal) | sends a signal: UNBUILT
$ZSOCKET( | $ZSOCKET(device,"STATE",0) | a fact of a socket: UNBUILT
$ZSUBSTR( | $ZSUB(text,index,size) | characters that fit into so many bytes
$ZSYSLOG( | $ZSYSLOG(text) | writes a line into the system's log
$ZTRANSLATE( | $ZTR(text,"a","b") | as $TRANSLATE, of bytes
$ZTRIGGER( | $ZTRIGGER("SELECT") | 1: there are no triggers
$ZTRNLNM( | $ZTRNLNM("HOME") | a variable of the environment
$ZWIDTH( | $ZW(text) | how many columns
$ZWRITE( | $ZWR(x) | a value as ZWRITE shows it; with 1 backwards
"""
)

SPECIALS = _topics(
    """
$DEVICE | $D | 0, or 1 and why, of the current device
$ECODE | S $EC="" | the errors since it was empty: ,M9,Z150373210,
$ESTACK | $ES | levels since NEW $ESTACK
$ETRAP | S $ET="D ERR" | what runs at an error
$HOROLOG | $H | days since 1840, and seconds since midnight
$IO | $I | the current device
$JOB | $J | the number of this process
$KEY | $K | what ended the last READ; what happened at a socket
$PRINCIPAL | $P | the principal device
$QUIT | $Q | 1 in an extrinsic
$REFERENCE | $R | the global that was used last
$STACK | $ST | how deep calls are
$STORAGE | $S | memory that is left
$SYSTEM | $SY | which system this is
$TEST | $T | what IF, and a timeout, have found
$TLEVEL | $TL | how many transactions are open
$TRESTART | $TR | how often this one was run again
$X | $X | the column of the current device
$Y | $Y | its line
$ZA | $ZA | 9 at the end of a file
$ZALLOCSTOR | $ZAL | memory in use
$ZAUDIT | $ZAU | 0: nothing is audited
$ZB | $ZB | what ended the last READ
$ZBRELEASE | $ZBR | the release of bumps
$ZCHSET | $ZCH | M or UTF-8
$ZCLOSE | $ZCL | the exit status of the last PIPE
$ZCMDLINE | $ZCM | the arguments of the program
$ZCOMPILE | $ZCO | what ZCOMPILE is told
$ZCSTATUS | $ZCS | 1, or what was wrong in the last source
$ZDATEFORM | S $ZDA=1 | four digits of a year in $ZDATE
$ZDIRECTORY | $ZD | where names of files begin
$ZEDITOR | $ZED | the exit status of the last ZEDIT
$ZEOF | $ZEO | 1 at the end of a file
$ZERROR | $ZE | what $ZYERROR has made of an error
$ZGBLDIR | $ZG | the database
$ZHOROLOG | $ZH | $HOROLOG with microseconds and the zone
$ZININTERRUPT | $ZINI | 0: nothing interrupts
$ZINTERRUPT | $ZINT | what an interrupt would run
$ZIO | $ZI | the current device in full
$ZJOB | $ZJ | the last process of JOB
$ZKEY | $ZK | sockets that have something
$ZLEVEL | $ZL | how deep calls are, from 1
$ZMALLOCLIM | $ZMAL | stored, of no effect
$ZMAXTPTIME | S $ZMAXTP=5 | seconds that a transaction may take
$ZMODE | $ZM | OTHER
$ZONLNRLBK | $ZO | 0
$ZPATNUMERIC | $ZPAT | what N means in patterns
$ZPIN | $ZPIN | the principal device for READ
$ZPOSITION | $ZPOS | where the program is
$ZPOUT | $ZPOUT | the principal device for WRITE
$ZPROMPT | $ZPROM | stored, of no effect
$ZQUIT | S $ZQUIT=1 | QUIT may have a value or none, whatever was called
$ZREALSTOR | $ZREAL | memory in use
$ZRELDATE | $ZREL | GT.M's own: UNBUILT
$ZROUTINES | S $ZRO="a b" | the folders of routines
$ZSOURCE | $ZSO | what ZEDIT has edited last
$ZSTATUS | $ZS | number, place and text of the last error
$ZSTEP | S $ZSTEP="code" | what ZSTEP runs
$ZSTRPLLIM | $ZSTRP | stored, of no effect
$ZSYSTEM | $ZSY | the exit status of the last ZSYSTEM
$ZTCODE | $ZTC | empty: no trigger
$ZTDATA | $ZTDA | empty: no trigger
$ZTDELIM | $ZTDE | empty: no trigger
$ZTEXIT | $ZTE | stored, of no effect
$ZTIMEOUT | S $ZTIMEOUT="5:code" | runs code when the time is over
$ZTLEVEL | $ZTL | 0: no trigger
$ZTNAME | $ZTN | empty: no trigger
$ZTOLDVAL | $ZTOL | empty: no trigger
$ZTRAP | S $ZT="code" | what runs at an error, as GT.M has it; $ETRAP is the standard's
$ZTRIGGEROP | $ZTRI | empty: no trigger
$ZTSLATE | $ZTS | empty: no trigger
$ZTUPDATE | $ZTU | empty: no trigger
$ZTVALUE | $ZTV | empty: no trigger
$ZTWORMHOLE | $ZTW | stored, of no effect
$ZUSEDSTOR | $ZU | memory in use
$ZUT | $ZUT | microseconds since 1970
$ZVERSION | $ZV | GT.M V7.0-bumps
$ZYERROR | S $ZYER="label^routine" | what makes $ZERROR of an error
"""
)

OTHERS = _topics(
    """
OPERATORS | + - * / \\ # ** _ = < > [ ] ]] & ! ' ? | from left to right; _ joins, [ contains, ] follows, ? matches
PATTERNS | x?1.3N1"-"2(1A,1N).E | counts and A C E L N P U, a text, alternatives; ?@x for one in a variable
INDIRECTION | @x  @x@(1)  D @x  S @x | what stands in a variable is a name, subscripts, arguments
CONDITIONS | S:x>1 y=2  D:x label | a command, and an argument of DO, GOTO and XECUTE, may have one
NAKED | S ^(3)=1 | the global that was used last, with other subscripts behind the same ones
ERRORS | $ETRAP $ECODE $ZSTATUS $STACK() | bumps explain M6 says what an error means
BLOCKS | D  followed by lines . and . . | lines with dots are the block of the DO above
"""
)

KINDS = {"Commands": COMMANDS, "Functions": FUNCTIONS, "Special variables": SPECIALS, "And": OTHERS}
"""All there is, as ZHELP lists it."""


def lines_about(word: str) -> Iterator[str]:
    """Yield what there is to say of a word in capitals; of the empty one, what there is."""
    if not word:
        yield 'ZHELP "SET", ZHELP "$PIECE", ZHELP "PATTERNS" say more'
        for kind, topics in KINDS.items():
            names = [topic.name.rstrip("(") for topic in topics.values()]
            yield from ("", f"{kind}:", *wrap(" ".join(names), COLUMN_COUNT))
        return
    found = list(_meant(word))
    for topic in found:
        yield from (topic.usage, f"    {topic.name.rstrip('(')} {topic.text}")
    if not found:
        yield f"There is no help on {word}: ZHELP without a topic lists all"


def _meant(word: str) -> Iterator[Topic]:
    """Yield the topics that a word means: one by its spelling, a whole kind, else all that begin with it."""
    for kind, topics in KINDS.items():
        if word == kind.upper():
            yield from topics.values()
            return
    name = word.removeprefix("$").partition("(")[0]
    if word.startswith("$"):
        function, special = keywords.FUNCTIONS.get(name), keywords.SPECIALS.get(name)
        named = [
            FUNCTIONS.get(f"${function.name}(") if function else None,
            None if special is None or "(" in word else SPECIALS.get(f"${special}"),
        ]
    else:
        command = keywords.COMMANDS.get(name)
        named = [None if command is None else COMMANDS.get(command)]
        if word == "H":
            named.append(COMMANDS["HALT"])
    exact = [topic for topic in named if topic is not None]
    if exact:
        yield from exact
        return
    every = chain.from_iterable(topics.values() for topics in KINDS.values())
    yield from (topic for topic in every if topic.name.startswith(word))

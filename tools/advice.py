"""Why each error comes, and what to do about it: what `bumps explain` adds to name and meaning.

An error that is not here has its meaning only, which says enough.
"""

from __future__ import annotations

ADVICE: dict[str, tuple[str, str]] = {
    "ACTLSTTOOLONG": (
        "A label was called with more values than it has formal parameters.",
        "Compare the call with the label's line.",
    ),
    "CMD": (
        "A line holds something where a command must begin; often a second space is missing after a command"
        " without arguments.",
        "Look at the caret: ELSE, QUIT, FOR, DO and HALT without arguments need two spaces before the next command.",
    ),
    "DIVZERO": (
        "The right side of /, \\ or # was 0; text that does not begin with a number counts as 0.",
        "Test the divisor first, or trap it with $ETRAP.",
    ),
    "EXPR": (
        "An expression must stand there, and there is none, or one that is not complete.",
        "Look at the caret.",
    ),
    "FALLINTOFLST": (
        "Execution ran from the lines above into a label with formal parameters.",
        "Put a QUIT before the label.",
    ),
    "FMLLSTMISSING": (
        "A label without a formal list was called with values.",
        "Add the list, LABEL(A,B), or call it without values.",
    ),
    "GVNAKED": (
        "^(...) continues the last reference to a global, and there was none.",
        "Write the whole name; naked references are fragile.",
    ),
    "GVUNDEF": (
        "A global node without a value was read.",
        'Use $GET(^X(...)) to read it or "", $DATA(^X(...)) to ask first.',
    ),
    "INVCMD": (
        "There is no command of that name.",
        "Look at the spelling; Z commands of other systems have other names.",
    ),
    "INVFCN": (
        "There is no function of that name.",
        "Look at the spelling.",
    ),
    "INVSVN": (
        "There is no special variable of that name.",
        "Look at the spelling; a function needs its parentheses.",
    ),
    "LABELMISSING": (
        "The routine has no such label.",
        "Look at the spelling: labels are case-sensitive and begin in column 1.",
    ),
    "LABELUNKNOWN": (
        "The routine has no such label.",
        "Look at the spelling: labels are case-sensitive and begin in column 1.",
    ),
    "MAXNRSUBSCRIPTS": (
        "A name has more subscripts than M allows.",
        "Put some of them together in one subscript.",
    ),
    "MAXSTRLEN": (
        "A string would be longer than 1,048,576 bytes.",
        "Store it in pieces.",
    ),
    "MERGEDESC": (
        "MERGE would copy a node into one of its own descendants, or the reverse.",
        "Merge by way of a local variable.",
    ),
    "NOTEXTRINSIC": (
        "QUIT had a value, but the code was called by DO, XECUTE, or not at all.",
        "Call it as $$LABEL, or QUIT without a value.",
    ),
    "TPQUIT": (
        "A routine or a label ended while a transaction that it had begun was open; it was rolled back.",
        "Put TSTART and TCOMMIT into the same block.",
    ),
    "NUMOFLOW": (
        "A number is greater than 1E47.",
        'Look where it comes from: text such as "1E99" is a number too.',
    ),
    "PATUPPERLIM": (
        "The pattern's range ends before it begins.",
        "Write the smaller count first: 2.5N.",
    ),
    "QUITARGREQD": (
        "A function called as $$LABEL ended with QUIT without a value, or at the end of the routine.",
        "Give QUIT a value on every way out.",
    ),
    "QUITARGUSE": (
        "QUIT had a value where none can be returned, as in a FOR.",
        "QUIT without a value.",
    ),
    "RANDARGNEG": (
        "$RANDOM needs a number of 1 or more.",
        "Look at the argument.",
    ),
    "RPARENMISSING": (
        "A closing parenthesis is missing.",
        "Look at the caret; it stands where the parenthesis must come.",
    ),
    "SELECTFALSE": (
        "No condition of $SELECT was true.",
        "End it with 1:value.",
    ),
    "SPOREOL": (
        "Something follows an argument that should end there; often a space inside an expression.",
        "M has no spaces inside an argument: look at the caret.",
    ),
    "TLVLZERO": (
        "TCOMMIT or TROLLBACK without a TSTART.",
        "Look at the ways into this line.",
    ),
    "UNDEF": (
        "A local variable without a value was read.",
        "SET it first, or use $GET(X); NEW hides the caller's value.",
    ),
    "VAREXPECTED": (
        "The name of a variable must stand there.",
        "Look at the caret, or at the value under @.",
    ),
    "ZLINKFILE": (
        "There is no routine of that name in the folders that were searched.",
        "Name the folder: --routines DIR or BUMPS_ROUTINES; %X lives in _X.m.",
    ),
    "USAGE": (
        "A command or a call has arguments that cannot be meant as they stand.",
        "The message names them; --help shows examples.",
    ),
    "LIMIT": (
        "A documented limit would be exceeded.",
        "docs/limits.md lists them all, with their reasons.",
    ),
    "INPUT": (
        "A line of a file is not what its format says; the file may be cut off, or of another format or charset.",
        "Look at the line and column; --dry-run checks a file, --keep-going lists every bad line.",
    ),
    "STOPPED": (
        "Ctrl-C was pressed; the command ended between two steps, and what is stored is stated.",
        "Go on as the hint says, or begin anew: storing a node twice does no harm.",
    ),
    "RUNSTOPPED": (
        "A program was ended from outside, by a limit or by another thread; it could not trap that.",
        "What it had committed is there, its open transaction is undone; docs/limits-of-a-run.md.",
    ),
    "RUNLIMIT": (
        "A program took more steps, time or memory than it was given, or called deeper.",
        "Look at the place where it stood; give it more with --max-steps, --max-seconds, --max-memory or --max-depth.",
    ),
    "RUNCANCELLED": (
        "Another thread cancelled the program, by the handle of the call.",
        "Call it again if that was not meant.",
    ),
    "CHILD": (
        "A process that bumps had started did not do its work.",
        "Its own message stands behind; bumps doctor looks at this installation.",
    ),
    "RECORD": (
        "A record of a run could not be written, is no record, or is torn: the recorded run was killed.",
        "Look at the path and at the space there; record the run again.",
    ),
    "DIVERGED": (
        "A run that is replayed asked the world for something else than was recorded, wrote something else, or began"
        " with another database: its program has changed, or what it runs on.",
        "Look at the place in the program; replay on a copy of the database as it was before the recorded run.",
    ),
    "NODATABASE": (
        "There is no database at that path.",
        "Look at the path; bumps db create makes one.",
    ),
    "EXISTS": (
        "There is something at that path already, and nothing is ever replaced.",
        "Choose another path.",
    ),
    "FOREIGN": (
        "The file was not made by bumps, or by a newer release.",
        "Look at the path; install the newer release.",
    ),
    "CORRUPTION": (
        "Stored bytes fail a check: the disk, the memory or another program changed them.",
        "bumps db verify lists all damage; restore a backup, or bumps db replay builds the database again "
        "from its journal.",
    ),
    "LOCKED": (
        "Another process has the database open for writing.",
        "Wait until it ends; a killed process holds nothing, and nothing needs repair.",
    ),
    "READONLY": (
        "A write to a database that is open for reading only: by its caller's wish, or because a part of it cannot "
        "be written (no permission, a read-only file system).",
        "Open it for writing; the message names the part that cannot be written. A copy elsewhere can be.",
    ),
    "DISKFULL": (
        "There is no space left; the write was refused as a whole.",
        "Free some space; nothing that was acknowledged is lost.",
    ),
    "FAILED": (
        "A write or a sync failed: the disk may be dying. What is on it is not guessed at.",
        "Look at the system's log; open the database again, recovery keeps all that was acknowledged.",
    ),
    "COMMITUNKNOWN": (
        "The write of a commit failed half way; nobody can say whether it is in.",
        "Open the database again and look for the change before it is repeated.",
    ),
    "CLOSED": (
        "The database was closed before.",
        "Keep it open for as long as it is used.",
    ),
    "TRANSACTION": (
        "The transaction cannot go on.",
        "Begin a new one.",
    ),
    "RESTART": (
        "Another commit changed what this transaction had read.",
        "Run it again; @database.transactional does that.",
    ),
    "LOCKTIMEOUT": (
        "Another thread or Run holds the same name, an ancestor or a descendant of it.",
        "Wait longer, or look for two that each wait for what the other holds.",
    ),
    "LOCKTURN": (
        "The transaction is not restartable, so it holds up all writers from its first global on; "
        "who has the lock may have to write before it lets go.",
        "Take the LOCK before the first global of the transaction, give it a timeout, or write TSTART ().",
    ),
    "ONEPROCESS": (
        "JOB starts a process of its own, and this release lets one process at a time open a database.",
        "Do the work in this process, or in a thread of a Python program that calls database.call().",
    ),
    "SSVNSUBSCRIPT": (
        "The value of a node was asked for that is not there, or $ORDER had no subscript to begin with.",
        "Ask with $DATA or $GET; docs/language.md says which nodes there are.",
    ),
    "SSVNENVIRONMENT": (
        "Only the database that is open has structured system variables.",
        "Leave the environment out.",
    ),
    "SSVNUNKNOWN": (
        "^$EVENT and ^$LIBRARY are of a later standard.",
        "docs/language.md says which ones there are.",
    ),
    "UNBUILT": (
        "The program uses a part of the language that this release parses but does not run.",
        "The message names it; CHANGELOG.md says what came when.",
    ),
}
"""name: (why it comes, what to do)"""

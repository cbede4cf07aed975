"""The errors that an M program can meet: GT.M's names, numbers and texts, and their ANSI codes.

Programs cut up `$ZSTATUS` and compare `$ECODE`, so names, numbers and texts are those that GT.M
V7.0-005 itself prints (asked by `$ZMESSAGE` and `ZMESSAGE`). A text holds GT.M's own place holders:
`!AD` and `!AZ` for a string, `!UL` and `!SL` for a number; `merror` puts facts there.

What only bumps knows is in bumps/errors.py, not here.
"""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from bumps.errors import M_ERRORS, MError

GTM_NUMBER_MIN = 150000000
"""Below are the errnos of the operating system."""

BUMPS_NUMBER_MIN = 500000001


class Code(NamedTuple):
    """One error: its ANSI code or an empty string, GT.M's number, and the text with its place holders."""

    mcode: str
    number: int
    text: str


def merror(name: str, *facts: object) -> MError:
    """Return the error `name` with `facts` in the places of its text; the caller raises it."""
    code = CODES[name]
    return MError(_fill(code.text, facts), name=name, number=code.number, mcode=code.mcode)


def os_error(number: int) -> MError:
    """Return the error of the operating system with this errno: `Z2`, `%SYSTEM-E-ENO2`."""
    return MError(os.strerror(number), name=f"ENO{number}", number=number)


def unbuilt(what: str) -> MError:
    """Return the error of a feature that parses and is not built yet; it names the feature."""
    return own_error("UNBUILT", f"Not built yet: {what}")


def own_error(name: str, message: str, hint: str = "") -> MError:
    """Return an error that GT.M does not know; the caller raises it."""
    fact = M_ERRORS[name]
    return MError(message, name=name, number=fact.number, mcode=fact.mcode, hint=hint)


def status_text(error: MError) -> str:
    """Return the last part of `$ZSTATUS`: `%GTM-E-DIVZERO, Attempt to divide by zero`."""
    severity = "W" if error.number >= GTM_NUMBER_MIN and error.number % 8 == 0 else "E"
    also = error.details.get("also", "")
    return f"%{facility(error)}-{severity}-{error.name}, {error.message}{also and ',' + also}"


def facility(error: MError) -> str:
    """Return who counts this error: `GTM`, `SYSTEM` (an errno), or `BUMPS` for what only bumps knows."""
    if error.number >= BUMPS_NUMBER_MIN:
        return "BUMPS"
    return "SYSTEM" if error.number < GTM_NUMBER_MIN else "GTM"


def message(number: int) -> str:
    """Return what `$ZMESSAGE(number)` gives: facility, severity, name and the text without facts."""
    name = _NAMES.get(number)
    if name is not None:
        return f"%GTM-E-{name}, {CODES[name].text}"
    if 0 < number < GTM_NUMBER_MIN:
        return f"%SYSTEM-E-ENO{number}, {os.strerror(number)}"
    return "%SYSTEM-E-UNKNOWN, Unknown system error !SL"


def name_of(number: int) -> str | None:
    """Return the name of GT.M's error with this number, or None if the table does not have it."""
    return _NAMES.get(number)


def _fill(text: str, facts: tuple[object, ...]) -> str:
    """Put `facts`, in order, in the places of `text`."""
    if not facts:
        return text
    rest = iter(facts)
    return _PLACE.sub(lambda _: str(next(rest)), text)


_PLACE = re.compile(r"!(?:AD|AZ|UL|SL)")

# fmt: off
_TABLE: dict[str, tuple[str, int, str]] = {
    "ABNCOMPTINC": ("", 150377402, "Deviceparameter !AD and deviceparameter !AD are not compatible in the !AD command"),
    "ACTLSTTOOLONG": ("M58", 150374474, "More actual parameters than formal parameters: !AD"),
    "ACTOFFSET": ("", 150374482, "Actuallist not allowed with offset"),
    "ALIASEXPECTED": ("", 150381370, "Alias or alias container variable expected in this context"),
    "ANCOMPTINC": (
        "",
        150377394,
        "Deviceparameter !AD is not compatible with any other deviceparameters in the !AD command",
    ),
    "BADJPIPARAM": ("", 150372386, "!AD is not a legal parameter for $ZGETJPI()"),
    "BADCASECODE": ("", 150381058, "!AD is not a valid case conversion code"),
    "BADCHAR": ("", 150381066, "$ZCHAR(!AD) is not a valid character in the !AD encoding form"),
    "BADCHSET": ("", 150381050, "!AD is not a valid character mapping in this context"),
    "BLKTOODEEP": ("", 150375586, "Block level too deep"),
    "CMD": ("", 150372458, "Command expected but not found"),
    "COLLATIONUNDEF": ("", 150376282, "Collation type !UL is not defined"),
    "COLON": ("", 150372466, "Colon (:) expected in this context"),
    "COMMA": ("", 150372474, "Comma expected in this context"),
    "COMMAORRPAREXP": ("", 150372482, "Comma or right parenthesis expected but not found"),
    "CONNSOCKREQ": ("", 150378922, "Socket not connected"),
    "CTLMNEMAXLEN": ("", 150375890, "The maximum length of a control mnemonic has been exceeded"),
    "CTLMNEXPECTED": ("", 150375898, "Control mnemonic is expected in this context"),
    "CTRAP": ("", 150372498, "Character trap $C(!UL) encountered"),
    "CTRLC": ("", 150372506, "CTRL_C encountered"),
    "DEVICEOPTION": ("", 150380034, "Option !AD on !AZ command: !AZ"),
    "DEVICEREADONLY": ("M62", 150373618, "Cannot write to read-only device"),
    "DEVICEWRITEONLY": ("", 150382042, "Cannot read from a write-only device"),
    "DEVOPENFAIL": ("", 150379354, "Error opening !AD"),
    "DEVPARINAP": ("", 150372586, "Device parameter inappropriate to this command"),
    "DEVPARMNEG": ("", 150372658, "Deviceparameter must be a positive value"),
    "DEVPARMTOOSMALL": ("", 150383170, "Deviceparameter must be greater than zero (0)"),
    "DEVPARPROT": ("", 150372610, "The protection specification is invalid"),
    "DEVPARTOOBIG": ("", 150372634, "String deviceparameter exceeds 255 character limit"),
    "DEVPARUNK": ("", 150372642, "Deviceparameter unknown"),
    "DEVPARVALREQ": ("", 150372650, "A value is required for this device parameter"),
    "DIVZERO": ("M9", 150373210, "Attempt to divide by zero"),
    "DONOBLOCK": ("", 150373346, "Argumentless DO not followed by a block"),
    "EQUAL": ("", 150372722, "Equal sign expected but not found"),
    "ERRWETRAP": ("", 150379578, "Error while processing $ETRAP"),
    "ERRWEXC": ("", 150372738, "Error while processing exception string"),
    "ERRWIOEXC": ("", 150372746, "Error while processing I/O exception string"),
    "ERRWZBRK": ("", 150372754, "Error while processing ZBREAK action string"),
    "ERRWZTIMEOUT": ("", 150384418, "Error while processing $ZTIMEOUT"),
    "ERRWZTRAP": ("", 150372762, "Error while processing $ZTRAP"),
    "EXPR": ("", 150372778, "Expression expected but not found"),
    "EXTGBLDEL": ("", 150374138, "Invalid delimiter for extended global syntax"),
    "FALLINTOFLST": ("M11", 150374442, "Fall-through to a label with formallist is not allowed"),
    "FCHARMAXARGS": ("", 150372802, "Argument count of $CHAR function exceeded the maximum of 255"),
    "FCNSVNEXPECTED": ("", 150372810, "Function or special variable expected in this context"),
    "FILENOTFND": ("", 150374338, "File !AD not found"),
    "FILEPARSE": ("", 150374602, "Error parsing file specification: !AD"),
    "FMLLSTMISSING": ("M20", 150374466, "The formal list is absent from a label called with an actual list: !AD"),
    "FNARGINC": ("M2", 150372818, 'Format specifiers to $FNUMBER are incompatible: "!AD"'),
    "FNNAMENEG": ("", 150376002, "Depth argument to $NAME cannot be negative"),
    "FNUMARG": ("", 150372842, '$FNUMBER format specifier "!AD" contains an illegal character: "!AD"'),
    "FOROFLOW": ("", 150372850, "FOR commands nested more than !UL deep on a line"),
    "GBLEXPECTED": ("", 150381882, "Global variable reference expected in this context"),
    "GBLNAME": ("M29", 150372874, "Either an identifier or a left parenthesis is expected after a ^ in this context"),
    "GETADDRINFO": ("", 150383114, "Error in getting address info"),
    "GTMEISDIR": ("", 150382866, "!AD : Is a directory"),
    "GVIS": ("", 150372930, "Global variable: !AD"),
    "GVNAKED": ("M1", 150372946, "Illegal naked global reference"),
    "GVNAKEDEXTNM": ("", 150374130, "Cannot reference different global directory in a naked reference"),
    "GVSUBOFLOW": ("", 150372986, "Maximum combined length of subscripts exceeded"),
    "GVUNDEF": ("M7", 150372994, "Global variable undefined: !AD"),
    "INDEXTRACHARS": ("", 150373010, "Indirection string contains extra trailing characters"),
    "INDRMAXLEN": ("", 150373026, "Maximum length !UL of an indirection argument was exceeded"),
    "INVBITLEN": ("", 150376154, "Invalid size of the bit string"),
    "INVBITPOS": ("", 150376170, "Invalid position in the bit string"),
    "INVBITSTR": ("", 150376162, "Invalid bit string"),
    "INVCMD": ("", 150373050, "Invalid command keyword encountered"),
    "INVCTLMNE": ("", 150376986, "Invalid control mnemonics"),
    "INVDLRCVAL": ("", 150381090, "Invalid $CHAR() value !UL"),
    "INVECODEVAL": ("M101", 150379498, "Invalid value for $ECODE (!AD)"),
    "INVFCN": ("", 150373058, "Invalid function name"),
    "INVMNEMCSPC": ("M35", 150379794, "Unsupported mnemonicspace !AD"),
    "INVPORTSPEC": ("", 150376338, "Invalid port specification"),
    "INVROLLBKLVL": ("", 150377746, "Rollback level (!UL) not less than current $TLEVEL(!UL).  Can't rollback."),
    "INVSTACODE": ("", 150379514, "Invalid value for second parameter of $STACK (!AD)"),
    "INVSTRLEN": ("", 150375522, "Invalid string length !UL: max !UL"),
    "INVSVN": ("M8", 150373074, "Invalid special variable name"),
    "INVZSTEP": ("", 150375506, "Invalid ZSTEP qualifier"),
    "IOEOF": ("", 150373082, "Attempt to read past an end-of-file"),
    "IONOTOPEN": ("", 150373090, "Attempt to USE an I/O device which has not been opened"),
    "IVTIME": ("", 150373106, "Invalid time specification: !AD"),
    "JOBACTREF": ("M40", 150379690, "Actual parameter in job command passed by reference"),
    "JOBFAIL": ("", 150373114, "JOB command failure"),
    "JOBLABOFF": ("M13", 150373122, "Label and offset not found in created process"),
    "JOBPARNOVAL": ("", 150373130, "This job parameter cannot take a value"),
    "JOBPARNUM": ("", 150373138, "The value of this job parameter must be an integer"),
    "JOBPARSTR": ("", 150373146, "The value of this job parameter must be a string"),
    "JOBPARTOOLONG": ("", 150375978, "Total parameter length is too long for job command"),
    "JOBPARUNK": ("", 150373154, "Job parameter unknown"),
    "JOBPARVALREQ": ("", 150373162, "A value is required for this job parameter"),
    "JUSTFRACT": ("", 150373170, "Fraction specifier to $JUSTIFY cannot be negative"),
    "KEY2BIG": ("", 150373178, "Key size (!UL) is greater than maximum (!UL) for region: !AD"),
    "LABELEXPECTED": ("", 150373186, "Label expected in this context"),
    "LABELMISSING": ("M13", 150373194, "Label referenced but not defined: !AD"),
    "LABELNOTFND": ("M13", 150383506, "GOTO referenced a label that does not exist"),
    "LABELUNKNOWN": ("M13", 150373202, "Label referenced but not defined"),
    "LITNONGRAPH": ("", 150381306, "M standard requires graphics in string literals; found non-printable: $ZCHAR(!AD)"),
    "LKNAMEXPECTED": ("", 150373218, "An identifier is expected after a ^ in this context"),
    "LOCALSOCKREQ": ("", 150378858, "LOCAL socket required"),
    "LPARENMISSING": ("", 150373242, "Left parenthesis expected"),
    "LSEXPECTED": ("", 150373250, "A line separator is expected here"),
    "LVNULLSUBS": ("", 150375938, "Null subscripts not allowed in local variables"),
    "LVORDERARG": ("", 150373258, "Argument to local variable $NEXT must be subscripted"),
    "MAXACTARG": ("", 150374490, "Maximum number of actual arguments exceeded"),
    "MAXARGCNT": ("", 150373882, "Maximum number of arguments !UL exceeded"),
    "MAXFORARGS": ("", 150373266, "Maximum number of arguments to a single FOR command exceeded"),
    "MAXNRSUBSCRIPTS": ("", 150373282, "Maximum number of subscripts exceeded"),
    "MAXSTRLEN": ("M75", 150373290, "Maximum string length exceeded"),
    "MERGEINCOMPL": ("", 150379328, "Error encountered during MERGE; operation may be incomplete"),
    "MERGEDESC": ("M19", 150379322, "Merge operation not possible.  !AD is descendent of !AD."),
    "MULTFORMPARM": ("M21", 150374418, "This formal parameter is multiply defined"),
    "MULTLAB": ("M57", 150373434, "This label has been previously defined"),
    "NAMEEXPECTED": ("", 150374434, "A local variable name is expected in this context"),
    "NEGFRACPWR": ("M95", 150376226, "Invalid operation: fractional power of negative number"),
    "NESTFORMP": ("", 150375594, "Formal parameter list cannot be combined with nested line"),
    "NOCANONICNAME": ("M90", 150379530, "Value is not a canonic name (!AD)"),
    "NOPLACE": ("", 150373458, "Line specified in a ZBREAK cannot be found"),
    "NOSOCKETINDEV": ("", 150379162, "There is no socket in the current socket device"),
    "NOSOCKHANDLE": ("", 150383338, "No socket handle specified in WRITE /PASS"),
    "NOSUBSCRIPT": ("", 150379538, "No such subscript found (!SL)"),
    "NOTMNAME": ("", 150384450, "!AD is not a valid M name"),
    "NOTEXTRINSIC": ("M16", 150374450, "Quit does not return to an extrinsic function: argument not allowed"),
    "NOZBRK": ("", 150373490, "No zbreak at that location"),
    "NULSUBSC": ("", 150373498, "!AD Null subscripts are not allowed for database file: !AD"),
    "NUMOFLOW": ("M92", 150373506, "Numeric overflow"),
    "OFFSETINV": ("M13", 150375970, "Entry point !AD+!SL not valid"),
    "ORDER2": ("", 150376010, "Invalid second argument to $ORDER.  Must be -1 or 1."),
    "PATCLASS": ("", 150373522, "Illegal character class for pattern code"),
    "PATCODE": ("M10", 150373530, "Illegal syntax for pattern"),
    "PATLIT": ("", 150373538, "Illegal character or unbalanced quotes for pattern literal"),
    "PATMAXLEN": ("", 150373546, "Pattern code exceeds maximum length"),
    "PATNOTFOUND": ("", 150379754, "Current pattern table has no characters with pattern code !AD"),
    "PATUPPERLIM": ("M10", 150373562, "Pattern code upper limit is less than lower limit"),
    "PCONDEXPECTED": ("", 150373570, "Post-conditional expression expected but not found"),
    "PEERPIDMISMATCH": ("", 150382274, "Local socket peer with PID=!UL does not match specified PID=!UL"),
    "PROTNOTSUP": ("", 150376970, "Protocol !AD not supported"),
    "QUITALSINV": ("", 150381778, "QUIT * return when the extrinsic was not invoked with SET *"),
    "QUITARGLST": ("M16", 150374546, "Quit cannot take a list of arguments"),
    "QUITARGREQD": ("M17", 150374554, "Quit from an extrinsic must have an argument"),
    "QUITARGUSE": ("M16", 150374426, "Quit cannot take an argument in this context"),
    "RANDARGNEG": ("M3", 150373586, "Random number generator argument must be greater than or equal to one"),
    "RDFLTOOLONG": ("", 150377474, "Length specified for fixed length read exceeds the maximum string size"),
    "RDFLTOOSHORT": ("M18", 150375298, "Length specified for fixed length read less than or equal to zero"),
    "REC2BIG": ("M75", 150373602, "Record size (!UL) is greater than maximum (!UL) for region: !AD"),
    "RESTRICTEDOP": ("", 150384210, "Attempt to perform a restricted operation: !AZ"),
    "RHMISSING": ("", 150373610, "Right-hand side of expression expected"),
    "RMWIDTHPOS": ("M72", 150375962, "File record size or width must be greater than zero"),
    "RMWIDTHTOOBIG": ("M72", 150376194, "File record size or width too big"),
    "RPARENMISSING": ("", 150373642, "Right parenthesis expected"),
    "RTNNAME": ("", 150373650, "Routine name expected here"),
    "RWARG": ("", 150373674, "This is not a legal argument for a READ command"),
    "RWFORMAT": ("", 150373682, "A valid format expression (!!, #, or ?expr) expected here"),
    "SDSEEKERR": ("", 150378850, "Sequential device seek error - !AD"),
    "SELECTFALSE": ("M4", 150373698, "No argument to $SELECT was true"),
    "SELECTSYNTAX": ("", 150375010, "Argument to !AD clause is not valid"),
    "SETECODE": ("", 150379506, "Non-empty value assigned to $ECODE (user-defined error trap)"),
    "SETINTRIGONLY": ("", 150381642, "ISV $!AD cannot be modified outside of the trigger environment"),
    "SETZDIR": ("", 418815138, "Cannot change working directory to !AD"),
    "SOCKACCEPT": ("", 150383330, "Socket accept failed"),
    "SOCKACPT": ("M81", 150376378, "Error accepting socket connection"),
    "SOCKBIND": ("", 150383130, "Error in binding socket"),
    "SOCKETEXIST": ("M79", 150377434, "Socket !AD already exists"),
    "SOCKNOTFND": ("", 150377418, "Socket !AD not found"),
    "SOCKNOTPASSED": ("", 150378898, "Socket message contained no passed socket descriptors"),
    "SOCKPASS": ("", 150383322, "Socket pass failed"),
    "SOCKPASSDATAMIX": ("", 150383354, "Attempt to use a LOCAL socket for both READ/WRITE and PASS/ACCEPT"),
    "SOCKWAITARG": ("", 150384682, "!AD argument to WRITE /WAIT !AD"),
    "SOCKWRITE": ("", 150376602, "Write to a socket failed"),
    "SPCLZMSG": ("", 150382874, "The following error message cannot be driven through ZMESSAGE"),
    "SPOREOL": ("", 150373706, "Either a space or an end-of-line was expected but not found"),
    "STACKCRIT": ("", 150373738, "Stack space critical"),
    "STACKOFLOW": ("", 150373746, "Stack overflow"),
    "STRINGOFLOW": ("", 150373762, "String pool overflow"),
    "SVNEXPECTED": ("", 150381170, "Special variable expected in this context"),
    "SVNONEW": ("", 150381178, "Cannot NEW this special variable"),
    "SVNOSET": ("", 150373770, "Cannot SET this special variable"),
    "SYSCALL": ("", 150377722, "Error received from system call !AD -- called from module !AD at line !UL"),
    "SYSTEMVALUE": ("", 150379546, "Invalid value for $SYSTEM (!AD)"),
    "TERMHANGUP": ("", 150384594, "Terminal has disconnected"),
    "TEXTARG": ("M5", 150373794, "Invalid argument to $TEXT function"),
    "TLSHANDSHAKE": ("", 150383274, "Connection to remote side using TLS/SSL protocol failed"),
    "TLSINIT": ("", 150383258, "Failed to initialize GT.M TLS/SSL library for secure communication"),
    "TLSIOERROR": ("", 150383290, "Error during TLS/SSL !AD operation"),
    "TLSPARAM": ("", 150383618, "TLS parameter !AD !AD"),
    "TLSRENEGOTIATE": ("", 150383298, "Failed to renegotiate TLS/SSL connection"),
    "TLVLZERO": ("M44", 150376058, "Transaction is not in progress"),
    "TMPSTOREMAX": ("", 150373802, "Maximum space for temporary values exceeded"),
    "TPFAIL": ("", 150376090, "Transaction COMMIT failed."),
    "TPLOCK": ("M41", 150376074, "Cannot release LOCK(s) held prior to current TSTART"),
    "TPMIXUP": ("", 150376434, "!AZ transaction cannot be started within !AZ transaction"),
    "TPQUIT": ("M42", 150376082, "Cannot QUIT out of a routine with an active transaction"),
    "TPTIMEOUT": ("", 150377322, "Transaction timeout"),
    "TPTOODEEP": ("", 150376106, "$TLEVEL cannot exceed 127"),
    "TRANSMINUS": ("", 150373274, "Negative numbers not allowed with ZTCOMMIT"),
    "TRANSNEST": ("", 150373002, "Maximum transaction nesting levels exceeded"),
    "TRANSNOSTART": ("", 150372834, "ZTCOMMIT(s) issued without corresponding ZTSTART(s)"),
    "TRESTNOT": ("M27", 150376066, "Cannot TRESTART, transaction is not restartable"),
    "TROLLBK2DEEP": ("", 150377738, "Intended rollback(!UL) deeper than the current $tlevel(!UL)"),
    "TSTRTPARM": ("", 150376034, "Error parsing TSTART qualifier"),
    "UNDEF": ("M6", 150373850, "Undefined local variable: !AD"),
    "UNIMPLOP": ("", 150373858, "Unimplemented construct encountered"),
    "VAREXPECTED": ("M39", 150373866, "Variable expected in this context"),
    "VIEWAMBIG": ("", 150374034, "View parameter !AD is ambiguous"),
    "VIEWARGCNT": ("", 150373898, "View parameter !AD has inappropriate number of subparameters"),
    "VIEWCMD": ("", 150373810, "View parameter !AD is not valid with the VIEW command"),
    "VIEWFN": ("", 150373778, "View parameter !AD is not valid with the $VIEW() function"),
    "VIEWNOTFOUND": ("", 150374042, "View parameter !AD not valid"),
    "ZCCTENV": ("", 150376730, "Environmental variable for external package !AD not set"),
    "ZDATEFMT": ("", 150373922, "$ZDATE format string contains invalid character"),
    "ZDATEBADDATE": (
        "",
        150382058,
        "$ZDATE() date argument !AD is less than -365 (the $HOROLOG value for 01-JAN-1840) or greater than 364570088 "
        "(the $HOROLOG value for 31-DEC-999999)",
    ),
    "ZEDFILSPEC": ("", 150373930, "Illegal ZEDIT file specification: !AD"),
    "ZFILENMTOOLONG": ("M75", 150373938, "!AD is longer than 255 characters"),
    "ZFILKEYBAD": ("", 150373946, "!AD is not a legal keyword for $ZFILE()"),
    "ZFILNMBAD": ("", 150373954, "!AD is not a legal file name"),
    "ZGBLDIRACC": ("M26", 418809578, "Cannot access global directory !AD!AD!AD."),
    "ZGOTOLTZERO": ("", 150373962, "Cannot ZGOTO a level less than zero"),
    "ZGOTOTOOBIG": ("", 150373970, "Cannot ZGOTO a level greater than present level"),
    "ZLINKFILE": ("", 150373978, 'Error while zlinking "!AD"'),
    "ZPARSETYPE": ("", 150373986, "Illegal TYPE argument to $ZPARSE(): !AD"),
    "ZPARSFLDBAD": ("", 150373994, "Illegal $ZPARSE() field parameter: !AD"),
    "ZPRTLABNOTFND": ("M13", 150374026, "Label not found in routine"),
    "ZROSYNTAX": ("", 150374634, "$ZROUTINES syntax error: !AD"),
    "ZSHOWBADFUNC": ("", 150375474, "An invalid information code was specified with ZSHOW or $ZJOBEXAM()"),
    "ZSOCKETATTR": ("", 150383386, "Attribute \"!AD\" invalid for $ZSOCKET function"),
    "ZSOCKETNOTSOCK": ("", 150383394, "$ZSOCKET function called but device is not a socket"),
    "ZSRCHSTRMCT": ("", 150374074, "Search stream identifier out of range"),
    "ZSTEPARG": ("", 150375514, "ZSTEP argument expected"),
    "ZTIMEOUT": ("", 150384408, "Time expired"),
    "ZTRIGINVACT": ("", 150381762, "Missing or invalid parameter in position !UL given to $ZTRIGGER()"),
    "ZWRSPONE": ("", 150375546, "Subscript patterns in ZWRITE are atomic; Invalid delimiter"),
}
# fmt: on

CODES: dict[str, Code] = {name: Code(*entry) for name, entry in _TABLE.items()}
"""Every error by its name."""

_NAMES: dict[int, str] = {code.number: name for name, code in CODES.items()}

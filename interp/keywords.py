"""The keywords of M: commands, functions, special variables, structured ones, parameters.

Each is written `FULL/SHORTEST`. The standard ones have exactly these two spellings;
those that begin with Z, and parameters, have every prefix between them. All
spellings are those that GT.M V7.0 takes (measured), with a few of the standard's.
"""

from __future__ import annotations

from typing import NamedTuple

SPACE = frozenset(" \t")
LINE_END = frozenset(" \t\n;")
"""What may stand behind a command."""
NAME = r"([%A-Za-z][A-Za-z0-9]{0,30})[A-Za-z0-9]*"
"""31 significant characters; the rest is dropped."""


class Signature(NamedTuple):
    """What a function takes.

    `kind`: e expressions; v a variable first; o later ones may be omitted; n none at all is right, too; s $SELECT;
    t $TEXT.
    """

    name: str
    count_min: int
    count_max: int
    kind: str


class ParameterFact(NamedTuple):
    """What there is to know of a parameter: its full name, the letters of the commands that take it, its value."""

    name: str
    commands: str
    has_value: bool


MANY = 255
"""More arguments than fit in a line anybody writes."""


def _spellings(full: str, shortest: str) -> list[str]:
    """Return all spellings of a name: two of a standard one, all prefixes of one with Z."""
    if not full.startswith("Z"):
        return [full, shortest]
    return [full[:size] for size in range(len(shortest), len(full) + 1)]


def _functions(table: str) -> dict[str, Signature]:
    """Read a table of `FULL/SHORTEST/argument counts/kind`; the first that takes a spelling has it."""
    found: dict[str, Signature] = {}
    for item in table.split():
        name, shortest, counts, kind = item.split("/")
        low, _, high = counts.partition("-")
        signature = Signature(name, int(low), MANY if high == "*" else int(high or low), kind)
        for spelling in _spellings(name, shortest):
            found.setdefault(spelling, signature)
            found.setdefault(spelling.lower(), signature)
    return found


def _names(table: str) -> dict[str, str]:
    """Read a table of `FULL/SHORTEST`; the first that takes a spelling has it."""
    found: dict[str, str] = {}
    for item in table.split():
        full, _, shortest = item.partition("/")
        for spelling in _spellings(full, shortest or full):
            found.setdefault(spelling, full)
            found.setdefault(spelling.lower(), full)
    return found


def _parameters(table: str) -> dict[str, ParameterFact]:
    """Read a table of `FULL/SHORTEST/commands`, `=` behind the commands if a value is needed."""
    found: dict[str, ParameterFact] = {}
    for item in table.split():
        full, shortest, commands = item.split("/")
        fact = ParameterFact(full, commands.rstrip("="), commands.endswith("="))
        for size in range(len(shortest), len(full) + 1):
            found.setdefault(full[:size], fact)
    return found


PARAMETER_SIZE_MIN = 4


def parameter_fact(table: dict[str, ParameterFact], word: str) -> ParameterFact | None:
    """Return the facts of the parameter that `word`, in capitals, names.

    As on GT.M, the first four letters decide if the rest is none of the spellings: `NEWVESRION` is NEWVERSION.
    """
    for size in range(len(word), PARAMETER_SIZE_MIN - 1, -1):
        fact = table.get(word[:size])
        if fact is not None:
            return fact
    return table.get(word)


COMMANDS = _names(
    """BREAK/B CLOSE/C DO/D ELSE/E FOR/F GOTO/G HANG/H HALT/HALT IF/I JOB/J KILL/K LOCK/L MERGE/M NEW/N OPEN/O QUIT/Q
    READ/R SET/S TCOMMIT/TC TRESTART/TRE TROLLBACK/TRO TSTART/TS USE/U VIEW/V WRITE/W XECUTE/X
    ZALLOCATE/ZA ZATTACH/ZAT ZBREAK/ZB ZCOMPILE/ZCO ZCONTINUE/ZC ZDEALLOCATE/ZD ZEDIT/ZE ZGOTO/ZG ZHELP/ZH ZHALT/ZHA
    ZKILL/ZK ZLINK/ZL ZMESSAGE/ZM ZPRINT/ZP ZRUPDATE/ZR ZSHOW/ZS ZSTEP/ZST ZSYSTEM/ZSY ZTCOMMIT/ZT ZTRIGGER/ZTR
    ZTSTART/ZTS ZWRITE/ZW ZWITHDRAW/ZWI"""
)
"""Spelling in capitals or small letters -> full name. `H` is HANG here, which without argument is HALT."""

FUNCTIONS = _functions(
    """ASCII/A/1-2/e CHAR/C/1-*/e DATA/D/1/v EXTRACT/E/1-3/e FIND/F/2-3/e FNUMBER/FN/2-3/e GET/G/1-2/v
    INCREMENT/I/1-2/v INCREMENT/INCR/1-2/v JUSTIFY/J/2-3/e LENGTH/L/1-2/e NAME/NA/1-2/v NEXT/N/1/v ORDER/O/1-2/v
    PIECE/P/2-4/e QLENGTH/QL/1/e QSUBSCRIPT/QS/2/e QUERY/Q/1-2/v RANDOM/R/1/e REVERSE/RE/1/e SELECT/S/1-*/s
    STACK/ST/1-2/e TEXT/T/1/t TRANSLATE/TR/1-3/e VIEW/V/1-*/e
    ZASCII/ZA/1-2/e ZAHANDLE/ZAH/1/v ZATRANSFORM/ZAT/2-4/e ZAUDIT/ZAU/1/e
    ZBITAND/ZBITA/2/e ZBITCOUNT/ZBITC/1/e ZBITFIND/ZBITF/2-3/e ZBITGET/ZBITG/2/e ZBITLEN/ZBITL/1/e ZBITNOT/ZBITN/1/e
    ZBITOR/ZBITO/2/e ZBITSET/ZBITSE/3/e ZBITSTR/ZBITST/1-2/e ZBITXOR/ZBITX/2/e
    ZCHAR/ZCH/1-*/e ZCOLLATE/ZCOL/2-3/e ZCONVERT/ZCO/2-3/e ZCALL/ZC/1-*/e ZDATA/ZDA/1/v ZDATE/ZD/1-4/e
    ZEXTRACT/ZE/1-3/e ZFIND/ZF/2-3/e ZGETJPI/ZG/2/e ZINCREMENT/ZI/1-2/v ZJUSTIFY/ZJ/2-3/e ZJOBEXAM/ZJO/0-2/n
    ZLENGTH/ZL/1-2/e ZMESSAGE/ZM/1/e ZPREVIOUS/ZP/1/v ZPARSE/ZPA/1-5/o ZPEEK/ZPE/3-4/e ZPIECE/ZPI/2-4/e
    ZQGBLMOD/ZQ/1/v ZSEARCH/ZS/1-2/e ZSIGPROC/ZSI/2/e ZSOCKET/ZSO/2-*/o ZSUBSTR/ZSU/2-3/e ZSYSLOG/ZSY/1/e
    ZTRANSLATE/ZT/1-3/e ZTRIGGER/ZTRI/1-3/e ZTRNLNM/ZTRN/1-6/o ZWIDTH/ZW/1/e ZWRITE/ZWR/1-2/e"""
)
"""Spelling in capitals or small letters -> Signature."""

SETTABLE_FUNCTIONS = {
    name: Signature(name, count_min, count_max, "v")
    for name, count_min, count_max in (("PIECE", 2, 4), ("ZPIECE", 2, 4), ("EXTRACT", 1, 3), ("ZEXTRACT", 1, 3))
}
"""What SET takes on its left side."""

SPECIALS = _names(
    """DEVICE/D ECODE/EC ESTACK/ES ETRAP/ET HOROLOG/H IO/I JOB/J KEY/K PRINCIPAL/P QUIT/Q REFERENCE/R STORAGE/S STACK/ST
    SYSTEM/SY TEST/T TLEVEL/TL TRESTART/TR X/X Y/Y
    ZA ZALLOCSTOR/ZAL ZAUDIT/ZAU ZB ZBRELEASE/ZBR ZCSTATUS/ZC ZCHSET/ZCH ZCLOSE/ZCL ZCMDLINE/ZCM ZCOMPILE/ZCO
    ZDIRECTORY/ZD ZDATEFORM/ZDA ZERROR/ZE ZEDITOR/ZED ZEOF/ZEO ZGBLDIR/ZG ZHOROLOG/ZH ZIO/ZI
    ZININTERRUPT/ZIN ZINTERRUPT/ZINT ZJOB/ZJ ZKEY/ZK ZLEVEL/ZL ZMAXTPTIME/ZM ZMODE/ZMO ZMALLOCLIM/ZMAL ZONLNRLBK/ZO
    ZPOSITION/ZP ZPATNUMERIC/ZPA ZPIN/ZPI ZPOUT/ZPOU ZPROMPT/ZPR ZQUIT/ZQ ZREALSTOR/ZR ZRELDATE/ZREL
    ZROUTINES/ZRO ZSTATUS/ZS ZSOURCE/ZSO ZSTEP/ZSTE ZSTRPLLIM/ZSTR ZSYSTEM/ZSY ZTRAP/ZT ZTCODE/ZTC ZTDATA/ZTD
    ZTDELIM/ZTDE ZTEXIT/ZTE ZTIMEOUT/ZTI ZTLEVEL/ZTL ZTNAME/ZTN ZTOLDVAL/ZTO ZTRIGGEROP/ZTRI ZTSLATE/ZTS ZTUPDATE/ZTU
    ZTVALUE/ZTV ZTWORMHOLE/ZTW ZUSEDSTOR/ZU ZUT ZVERSION/ZV ZYERROR/ZY"""
)
"""Spelling in capitals or small letters -> full name, without `$`."""

SETTABLE_SPECIALS = frozenset(
    _names(
        """ECODE ETRAP SYSTEM X Y ZCOMPILE ZDATEFORM ZDIRECTORY ZERROR ZGBLDIR ZINTERRUPT ZMALLOCLIM ZMAXTPTIME ZPROMPT
        ZQUIT ZROUTINES ZSOURCE ZSTATUS ZSTEP ZSTRPLLIM ZTEXIT ZTIMEOUT ZTRAP ZTSLATE ZTVALUE ZTWORMHOLE ZYERROR"""
    ).values()
)
NEWABLE_SPECIALS = frozenset(("ESTACK", "ETRAP", "ZGBLDIR", "ZTRAP", "ZTWORMHOLE", "ZYERROR"))

STRUCTURED = _names("CHARACTER/C DEVICE/D EVENT/E GLOBAL/G JOB/J LIBRARY/LI LOCK/L ROUTINE/R SYSTEM/S")
"""Structured system variables: spelling -> full name, without `^$`."""

DEVICE_PARAMETERS = _parameters(
    """ALLOCATION/ALLO/O= APPEND/AP/O ATTACH/AT/OU= BIGRECORD/BIGRECORD/O BLOCKSIZE/BL/O= CENABLE/CE/U CHSET/CHS/OU=
    CLEARSCREEN/CLE/U
    COMMAND/COMM/O= CONNECT/CONN/OU= CONTIGUOUS/CONT/O CONVERT/CONV/U CTRAP/CT/U= DELETE/DELE/C DELIMITER/DELI/OU=
    DESTROY/DEST/C DETACH/DET/U= DOWNSCROLL/DOW/U ECHO/EC/U EDITING/ED/U EMPTERM/EMPT/OU ERASELINE/ERASEL/U ESCAPE/ES/U
    EXCEPTION/EXC/OUC= EXTENSION/EXT/O= FFLF/FFLF/OU FIFO/FIF/O FILTER/FIL/U= FILTER/F/U= FIXED/FIX/O FLUSH/FLU/U
    FOLLOW/FOL/OU
    GROUP/GROUP/OC= HOSTSYNC/HOS/U ICHSET/ICHSET/OU= IKEY/IKEY/OU= INDEPENDENT/INDE/O INREWIND/INREWIND/OU
    INSEEK/INSEEK/OU= INSERT/IN/U IOERROR/IOE/OU= KEY/KEY/OU= LABEL/LAB/OU= LENGTH/LE/U= LISTEN/LI/OU=
    MOREREADTIME/MORE/OU= NEWVERSION/NEW/O NOCENABLE/NOCE/U NOCONVERT/NOCONV/U NODELIMITER/NODELI/OU NODESTROY/NODEST/C
    NOECHO/NOEC/U NOEDITING/NOED/U NOEMPTERM/NOEMPT/OU NOESCAPE/NOES/U NOFFLF/NOFFLF/OU NOFILTER/NOFIL/U NOFIXED/NOFIX/O
    NOFOLLOW/NOFOL/OU NOHOSTSYNC/NOHOS/U NOINSERT/NOIN/U NOPASTHRU/NOPAST/U NOREADONLY/NOREAD/O NOREADSYNC/NOREADS/U
    NOSEEK/NOSE/O NOSTREAM/NOST/O NOTERMINATOR/NOTER/U NOTRUNCATE/NOTRU/OU NOTTSYNC/NOTT/U NOTYPEAHEAD/NOTY/U
    NOWRAP/NOWR/OU OCHSET/OCHSET/OU= OPTIONS/OPTIONS/OU= OUTREWIND/OUTREWIND/OU OUTSEEK/OUTSEEK/OU= OWNER/OWNER/OC=
    PARSE/PARS/O PASTHRU/PAST/U READONLY/READ/O READSYNC/READS/U RECORDSIZE/REC/O= RENAME/REN/C= REPLACE/REPL/C=
    REWIND/REW/OUC SEEK/SEE/OU= SHARED/SH/O SHELL/SHEL/O= SOCKET/SO/OUC= SPACE/SPA/UC=
    STDERR/STDE/O= STREAM/ST/O SYSTEM/SYSTEM/OC=
    TERMINATOR/TE/U= TIMEOUT/TIM/C= TRUNCATE/TRU/OU TTSYNC/TTSY/U TYPEAHEAD/TYPE/U UIC/UI/OC= UPSCROLL/UP/U URGENT/UR/U
    WAIT/WA/U NOWAIT/NOWA/U
    VARIABLE/VA/O WIDTH/WI/U= WORLD/WORLD/OC= WRAP/WR/OU WRITELB/WRITELB/U= WRITEONLY/WRITE/O X/X/U= Y/Y/U=
    ZBFSIZE/ZB/OU= ZDELAY/ZD/OU ZFF/ZFF/OU= ZIBFSIZE/ZI/OU= ZLENGTH/ZLEN/U= ZLISTEN/ZLIS/OU= ZNODELAY/ZNODELAY/OU
    ZNOFF/ZNOFF/OU ZWIDTH/ZWID/U="""
)
"""Spelling in capitals -> its facts; the commands are O, U and C."""

JOB_PARAMETERS = _parameters(
    """ACCOUNTING/ACC/J CMDLINE/CMD/J= DEFAULT/DEF/J= DETACHED/DET/J ERROR/ERR/J= GBLDIR/GBL/J= IMAGE/IMA/J= INPUT/IN/J=
    LOGFILE/LOG/J= NOACCOUNTING/NOACC/J NODETACHED/NODET/J NOSWAPPING/NOSWA/J OUTPUT/OUT/J= PASSCURLVN/PASS/J
    PRIORITY/PRI/J= PROCESS_NAME/PRO/J= SCHEDULE/SCHE/J= STARTUP/STA/J= SWAPPING/SWA/J"""
)
"""Spelling in capitals -> its facts."""

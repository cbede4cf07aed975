"""ZSHOW: what a Run is made of at this moment, as lines, for a device or for a variable.

A    nothing: GT.M's relinked routines
B    breakpoints of ZBREAK
C    nothing: packages of foreign functions
D    devices
G    counters of the database; those that mean nothing here are 0
I    special variables
L    locks
R    as S, with a digest of each routine's source
S    the stack, the innermost level first
T    the first lines of G and L
V    locals
*    I, V, B, D, L, G, R and C
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from bumps.errors import MError
from bumps.interp import names
from bumps.interp.codes import merror
from bumps.interp.frames import DirectFrame, TextFrame
from bumps.interp.references import Reference
from bumps.interp.views import COUNTERS, REGION

if TYPE_CHECKING:
    from bumps.interp.machine import Machine

EVERYTHING = "IVBDLGRC"
FIRST_INDEXES = {"G": 0, "L": 0, "T": 0}
"""Where the lines of a code begin below the variable; elsewhere at 1."""

MORE_COUNTERS = "WFR BUS BTS STG KTG ZTG DEXA GLB JNL MLK PRC TRX ZAD JOPA AFRA BREA MLBA TRGA WRL PRG WFL WHE"
"""Those that ZSHOW has and $VIEW has not."""

SPECIALS = (
    "DEVICE ECODE ESTACK ETRAP HOROLOG IO JOB KEY PRINCIPAL QUIT REFERENCE STACK STORAGE SYSTEM TEST TLEVEL "
    "TRESTART X Y ZA ZALLOCSTOR ZAUDIT ZB ZBRELEASE ZCHSET ZCLOSE ZCMDLINE ZCOMPILE ZCSTATUS ZDATEFORM ZDIRECTORY "
    "ZEDITOR ZEOF ZERROR ZGBLDIR ZHOROLOG ZININTERRUPT ZINTERRUPT ZIO ZJOB ZKEY ZLEVEL ZMALLOCLIM ZMAXTPTIME ZMODE "
    "ZONLNRLBK ZPATNUMERIC ZPIN ZPOSITION ZPOUT ZPROMPT ZQUIT ZREALSTOR ZRELDATE ZROUTINES ZSOURCE ZSTATUS ZSTEP "
    "ZSTRPLLIM ZSYSTEM ZTIMEOUT ZTRAP ZUSEDSTOR ZUT ZVERSION ZYERROR"
)


class Shows:
    """ZSHOW of one machine."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._makers: dict[str, Callable[[], Iterator[str]]] = {
            "A": self._nothing,
            "B": machine.breaks.lines,
            "C": self._nothing,
            "D": self._devices,
            "G": self._counters,
            "I": self._specials,
            "L": machine.locks.lines,
            "R": self._routines,
            "S": self._stack,
            "T": self._totals,
            "V": lambda: machine.zwrites.local_lines(),
        }

    def show(self, codes: str, target: Reference | None) -> None:
        """Do ZSHOW of the information that `codes` name: written, or stored below the variable `target`."""
        wanted = codes.upper()
        if "*" in wanted:
            wanted = EVERYTHING
        for code in wanted:
            if code not in self._makers:
                raise merror("ZSHOWBADFUNC")
        for code in dict.fromkeys(wanted):
            if target is None:
                self._write(code)
            else:
                self._store(code, target)

    def _write(self, code: str) -> None:
        device = self.machine.device.current
        for line in self._makers[code]():
            device.write(line)
            device.new_line()

    def _store(self, code: str, target: Reference) -> None:
        below = target.below((code,))
        below.kill()
        for index, line in enumerate(list(self._makers[code]()), FIRST_INDEXES.get(code, 1)):
            below.below((index,)).set(line)

    # What each code shows

    def _nothing(self) -> Iterator[str]:
        yield from ()

    def _devices(self) -> Iterator[str]:
        yield from self.machine.device.lines()

    def _counters(self) -> Iterator[str]:
        yield self._counted("*", "*")
        if self.machine.has_session:
            yield self._counted(self.machine.database_name, REGION)

    def _counted(self, directory: str, region: str) -> str:
        locks = self.machine.locks
        known = {"LKS": locks.granted_count, "LKF": locks.expired_count}
        counted = ",".join(f"{counter}:{known.get(counter, 0)}" for counter in f"{COUNTERS} {MORE_COUNTERS}".split())
        return f"GLD:{directory},REG:{region},{counted}"

    def _totals(self) -> Iterator[str]:
        yield self._counted("*", "*")
        yield next(self.machine.locks.lines())

    def _specials(self) -> Iterator[str]:
        for name in SPECIALS.split():
            try:
                value = self.machine.specials.getter(name)()
            except MError:
                continue  # not built yet
            yield f"${name}={names.format_value(value, self.machine.charset)}"

    def _stack(self) -> Iterator[str]:
        for text, _ in self._levels():
            yield text

    def _routines(self) -> Iterator[str]:
        import hashlib  # not before somebody asks

        for text, source in self._levels():
            if source is not None:
                data = source.encode(errors="surrogateescape")
                text += f":{hashlib.md5(data, usedforsecurity=False).hexdigest()}"
            yield text

    def _levels(self) -> Iterator[tuple[str, str | None]]:
        """Yield each level from the innermost on as GT.M shows it, and the source of its routine."""
        traps = self.machine.traps
        top = traps.places.top()
        for level in () if top is None else top.down():
            number, frame, place = level.depth, level.frame, level.place
            if isinstance(frame, DirectFrame):
                yield "+1^<code>    (Direct mode)", None
            elif isinstance(frame, TextFrame):
                yield "        Indirection", None
            elif number in traps.standing:
                stands, why = traps.standing[number]
                yield f"{'+1^<code>' if stands is None else stands.name}    {why}".rstrip(), None
            elif place is None or place.image is None:
                yield "+1^<code>", None
            else:
                yield place.name, "\n".join(place.image.lines)

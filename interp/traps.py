"""Errors: where they are, what $ECODE and $ZSTATUS and $STACK() say of them, and what $ETRAP does.

T1. An error is recorded once, in the frame where it is first caught: there the Python stack still has
    all frames of M, and `place` of each running sequence (sequences.py) says where it stands.
T2. The trap runs in the failing frame, before its NEWs are undone. If $ECODE is not empty behind it, or when
    the frame quits after a GOTO of its $ETRAP, the same error goes on to the caller, whose own trap sees it.
T3. An error while $ECODE is not empty drops all frames up to and with the one whose $ETRAP is to blame for
    that: `drops` in its details. So does one in the text of a trap, whatever $ECODE is. Any other error in what
    a trap calls is a new one: if its own frames do not end it, the frame of the trap runs its trap again.
T4. $ZTRAP and the EXCEPTION of a device have no implied QUIT: behind them the line that failed begins again,
    and their own QUIT ends the frame as if nothing had happened.
"""

from __future__ import annotations

import re
import sys
from types import CodeType, FrameType, TracebackType
from typing import TYPE_CHECKING, NamedTuple

from bumps.errors import BumpsError, LimitError, MError
from bumps.interp.codes import merror, os_error, status_text
from bumps.interp.compile_base import column_of
from bumps.interp.frames import AGAIN, QUIT, Frame, Goto, Place
from bumps.interp.sequences import SEQUENCE_CODES

if TYPE_CHECKING:
    from bumps.interp.machine import Machine

DIRECT = "<code>"
"""The name of the file of a code that was given as a text."""

SHOWN_COUNT_MAX = 72
"""So many characters of an executed text a hint shows."""

_ECODE = re.compile(r",(?:[MZU][^,]*,)+")


class Level(NamedTuple):
    """What $STACK(n) and $STACK(n,code) say of one level."""

    kind: str
    place: str
    source: str
    ecode: str


class Traps:
    """The errors of one machine."""

    def __init__(self, machine: Machine, enter_code: CodeType) -> None:
        self.machine = machine
        self.enter_code = enter_code
        self.ecode = ""
        self.zstatus = ""
        self.etrap = ""
        self.ztrap = ""
        self.levels: list[Level] = []
        """All levels at the first error since $ECODE was empty."""
        self.standing: dict[int, tuple[Place | None, str]] = {}
        """Levels that run a trap or the action of a breakpoint: where they stand, and which of both."""
        self._is_preparing = False
        """Whether the routine of $ZYERROR runs."""
        self.error_frame: Frame | None = None
        """The frame whose $ETRAP runs, or has run and left $ECODE as it was by a GOTO."""

    # What a frame does with an exception

    def catch(self, exception: Exception, frame: Frame) -> Goto | None:
        """Run the trap in the failing frame: return where to go on, None to quit the frame, or raise."""
        self.machine.watch.renew()
        try:
            return self._run_traps(exception, frame)
        except Exception:
            self.machine.transactions.drop(frame)
            raise

    def _run_traps(self, exception: Exception, frame: Frame) -> Goto | None:
        """Do what `catch` says; what the frame began is not its matter."""
        error = to_merror(exception)
        trace = exception.__traceback__
        if not error.place:
            self._begin(error, trace)
        while True:
            dropped = error.details.get("drops")
            if dropped is not None:
                if dropped is frame:
                    del error.details["drops"]
                raise error
            self._prepare()
            of_device: str = error.details.pop("exception", "")
            code = of_device or self.etrap or self.ztrap
            if not code or self._is_preparing:
                raise error
            is_etrap = not of_device and bool(self.etrap)
            self.error_frame = frame if is_etrap else None
            depth = len(self.machine.frames) - 1
            self.standing[depth] = self._standing(trace), "($ZTRAP)"
            try:
                outcome = self.machine.indirection.code(code).lines[0]()
            except Exception as again:
                second = to_merror(again)
                if not second.place:
                    self.record(second, again.__traceback__, self._standing(trace))
                    if is_etrap:
                        self._note_failed_trap()
                    raise second from None
                error = second  # of what the trap called
                continue
            finally:
                self.standing.pop(depth, None)
            if isinstance(outcome, Goto):
                return outcome
            if not is_etrap and outcome is not QUIT:
                return AGAIN
            if self.ecode and is_etrap:
                raise error
            if frame.is_function and frame.value is None and outcome is not QUIT:
                frame.value = ""
            return None

    def _prepare(self) -> None:
        """Do the routine that $ZYERROR names, before a trap of any kind. No trap runs in it: $ZERROR has its error."""
        texts = self.machine.specials.settable_texts
        entry = texts["ZYERROR"]
        if not entry or self._is_preparing:
            return
        before = self.ecode, self.zstatus, self.levels, self.etrap, self.ztrap
        self._is_preparing = True
        try:
            self.machine.indirection.code(f"D {entry}").lines[0]()
        except Exception as failure:
            error = to_merror(failure)
            if error.place:
                texts["ZERROR"] = self.zstatus
            self.ecode, self.zstatus, self.levels, self.etrap, self.ztrap = before
        finally:
            self._is_preparing = False

    def _begin(self, error: MError, trace: TracebackType | None) -> None:
        """Record an error where it is first caught, and say how far it goes (T3)."""
        is_second = self.ecode != ""
        self.record(error, trace)
        if is_second and self.error_frame in self.machine.frames:
            error.details["drops"] = self.error_frame

    def go_on(self, error: MError, frame: Frame) -> None:
        """Raise an error again in the caller of a frame that quits, if $ECODE still has it (T2)."""
        if self.error_frame is frame:
            error.details["drops"] = frame
            raise error

    def _note_failed_trap(self) -> None:
        """Add to $ECODE and $ZSTATUS that the text of $ETRAP itself has failed, as GT.M does."""
        failed = merror("ERRWETRAP")
        _, place, text = self.zstatus.split(",", 2)
        self.ecode = self.ecode.removesuffix(",") + failed.ecode
        self.zstatus = f"{failed.number},{place},{status_text(failed)},{text.replace('%', '-', 1)}"

    def record(self, error: MError, trace: TracebackType | None, standing: Place | None = None) -> None:
        """Fill in where the error is, and $ECODE, $ZSTATUS, $STACK() (T1).

        `standing` is where the frame of a trap stands: what fails in the trap itself fails there.
        """
        innermost = _innermost(trace) or error.details.pop("at", None)
        places = self._places(innermost)
        known = [*(places[:1] or [innermost]), standing, *places[1:]]
        self._fill_in(error, [place for place in known if place is not None])
        if not self.ecode:
            self.levels = [Level(*level, ecode="") for level in self._levels(places)]
        self.ecode = error.details.get("ecode", "") or (self.ecode.removesuffix(",") + error.ecode)
        at = len(self.machine.frames) - 1
        if 0 <= at < len(self.levels):
            self.levels[at] = self.levels[at]._replace(ecode=self.ecode)
        self.zstatus = f"{error.number},{error.place},{status_text(error)}"

    def _fill_in(self, error: MError, places: list[Place]) -> None:
        """Write into the error where it is: routine, file, line, column, source, callers."""
        in_routines = [place for place in places if place.image is not None]
        at = in_routines[0] if in_routines else places[0] if places else None
        if at is None or at.image is None:
            error.place, error.routine, error.file = "+1^<code>", "", DIRECT
        else:
            error.place, error.routine, error.file = at.name, at.image.name, at.image.file
        text: tuple[str, int] | None = error.details.pop("text", None)
        if at is not None:
            error.line, error.column, error.source = at.line + 1, at.column, at.source
            if text is None and places[0].image is None:
                text = (places[0].source, places[0].column)
        else:
            error.line = 1 if text else 0
        if text is not None:
            if at is None or at.image is None:
                error.source, error.column = text
            elif not error.hint:
                error.hint = f"column {text[1]} of the text that is executed: {_around(*text)}"
        error.stack = [place.name for place in in_routines[1:]]

    # Reading the Python stack

    def places(self) -> list[Place | None]:
        """Return where each frame of M stands, the innermost first."""
        return self._places()

    def _places(self, innermost: Place | None = None) -> list[Place | None]:
        """Return the place of each frame of M, the innermost first.

        `innermost` is where that one stands if an exception has left its sequence.
        """
        places: list[Place | None] = []
        place, column = innermost, 0
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            code = frame.f_code
            if place is not None:
                pass
            elif code in SEQUENCE_CODES:
                place = frame.f_locals.get("place")
                if place is not None and column:
                    place = place._replace(column=column)
            else:
                column = column or column_of(code)
            if code is self.enter_code and frame.f_locals["self"] is self.machine:
                places.append(place)
                place, column = None, 0
            frame = frame.f_back
        return places

    def _standing(self, trace: TracebackType | None) -> Place | None:
        """Return where the frame of M stands that a caught exception has come to."""
        place: Place | None = None
        frame_count = 0
        while trace is not None:
            frame = trace.tb_frame
            frame_count += frame.f_code is self.enter_code
            if frame_count > 1:
                break
            if frame.f_code in SEQUENCE_CODES:
                place = frame.f_locals.get("place") or place
            trace = trace.tb_next
        return place

    def _levels(self, places: list[Place | None]) -> list[tuple[str, str, str]]:
        """Return (kind, place, source) of every level of the M stack from 0 on."""
        found: list[tuple[str, str, str]] = []
        for level, (frame, place) in enumerate(zip(self.machine.frames, reversed(places), strict=False)):
            if place is not None and place.image is None and level in self.standing:
                place = self.standing[level][0] or place  # the text of a trap, or of an action, is no place
            found.append((frame.kind, "" if place is None else place.name, "" if place is None else place.source))
        return found

    def current_place(self) -> Place | None:
        """Return where the program stands, in the innermost routine."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            if frame.f_code in SEQUENCE_CODES:
                place: Place | None = frame.f_locals.get("place")
                if place is not None and place.image is not None:
                    return place
            frame = frame.f_back
        return None

    # Special variables

    def set_ecode(self, value: str) -> None:
        """Set $ECODE: empty ends the error, a list of codes is an error of the program's own, all else M101."""
        if not value:
            self.ecode = ""
            self.error_frame = None
            self.levels = []
            return
        if not _ECODE.fullmatch(value):
            raise merror("INVECODEVAL", value)
        error = merror("SETECODE")
        error.mcode = value.split(",")[1] if value[1] in "MU" else ""
        error.details["ecode"] = value if not self.ecode else self.ecode.removesuffix(",") + value
        raise error

    def set_etrap(self, value: str) -> None:
        """Set $ETRAP, which empties $ZTRAP; the text must parse."""
        if value:
            self.machine.indirection.code(value)
        self.etrap = value
        self.ztrap = ""

    def set_ztrap(self, value: str) -> None:
        """Set $ZTRAP, which empties $ETRAP."""
        self.ztrap = value
        self.etrap = ""

    def _all_levels(self) -> list[Level]:
        """Return the levels as they were at the error, then those that are deeper now."""
        frozen = len(self.levels)
        if frozen >= len(self.machine.frames):
            return self.levels
        return self.levels + [Level(*each, ecode="") for each in self._levels(self._places())[frozen:]]

    def stack_depth(self) -> int:
        """Return $STACK(-1)."""
        return max(len(self.levels), len(self.machine.frames)) - 1

    def stack_kind(self, level: int) -> str:
        """Return $STACK(level): how that level began."""
        levels = self._all_levels()
        return levels[level].kind if 0 <= level < len(levels) else ""

    def stack_fact(self, level: int, fact: str) -> str:
        """Return $STACK(level,fact): PLACE, MCODE or ECODE."""
        if fact not in ("PLACE", "MCODE", "ECODE"):
            raise merror("INVSTACODE", fact)
        levels = self._all_levels()
        if not 0 <= level < len(levels):
            return ""
        found = levels[level]
        return found.place if fact == "PLACE" else found.source if fact == "MCODE" else found.ecode


def to_merror(error: Exception) -> MError:
    """Return an exception as an error of M, whose cause it is; raise again what is none: a bug of ours, say."""
    if isinstance(error, MError):
        return error
    found = _translated(error)
    found.__cause__ = error
    return found


def _translated(error: Exception) -> MError:
    if isinstance(error, RecursionError):
        return merror("STACKCRIT")
    if isinstance(error, MemoryError):
        return merror("MAXSTRLEN")
    if isinstance(error, LimitError):
        found = merror("MAXSTRLEN" if "value" in error.message else "GVSUBOFLOW")
        found.hint = error.message
        return found
    if isinstance(error, BumpsError):
        return MError(error.message, name=error.name, number=error.number, hint=error.hint, **error.details)
    if isinstance(error, OSError) and error.errno is not None and not isinstance(error, BrokenPipeError):
        return os_error(error.errno)
    raise error


def _innermost(trace: TracebackType | None) -> Place | None:
    """Return the place of the innermost sequence that an exception went through, with the column of what raised it."""
    place: Place | None = None
    column = 0
    while trace is not None:
        frame = trace.tb_frame
        if frame.f_code in SEQUENCE_CODES:
            inner = frame.f_locals.get("place")
            if inner is not None:
                place, column = inner, 0
        else:
            column = column_of(frame.f_code) or column
        trace = trace.tb_next
    return place._replace(column=column) if place is not None and column else place


def _around(text: str, column: int) -> str:
    """Return as much of a text as fits in a message, with what is at `column`."""
    first = max(column - 1 - SHOWN_COUNT_MAX // 2, 0)
    return text[first : first + SHOWN_COUNT_MAX]

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
from types import TracebackType
from typing import TYPE_CHECKING

from bumps.errors import BumpsError, LimitError, MError
from bumps.interp.codes import merror, os_error, status_text
from bumps.interp.frames import AGAIN, QUIT, Frame, Goto, Place
from bumps.interp.places import Level, Places, innermost_place

if TYPE_CHECKING:
    from bumps.interp.machine import Machine

DIRECT = "<code>"
"""The name of the file of a code that was given as a text."""

SHOWN_COUNT_MAX = 72
"""So many characters of an executed text a hint shows."""

_ECODE = re.compile(r",(?:[MZU][^,]*,)+")


class Traps:
    """The errors of one machine."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.places = Places(machine)
        self.ecode = ""
        self.zstatus = ""
        self.etrap = ""
        self.ztrap = ""
        self.frozen: Level | None = None
        """The innermost level at the first error since $ECODE was empty."""
        self.level_ecodes: dict[int, str] = {}
        """$ECODE behind the last error of each level that had one since then."""
        self.standing: dict[int, tuple[Place | None, str]] = {}
        """Levels that run a trap or the action of a breakpoint: where they stand, and which of both."""
        self._is_preparing = False
        """Whether the routine of $ZYERROR runs."""
        self.error_frame: Frame | None = None
        """The frame whose $ETRAP runs, or has run and left $ECODE as it was by a GOTO."""
        self.error_depth = 0
        """How many frames are below that one."""

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
        # Python looks through the whole chain whenever an error is raised in a trap in a trap.
        exception.__context__ = error.__context__ = None
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
            self.error_depth = depth = len(self.machine.frames) - 1
            self.standing[depth] = self.places.standing(trace), "($ZTRAP)"
            try:
                outcome = self.machine.indirection.code(code).lines[0]()
            except Exception as again:
                second = to_merror(again)
                if not second.place:
                    self.record(second, again.__traceback__, self.places.standing(trace))
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
        before = self.ecode, self.zstatus, self.frozen, self.level_ecodes, self.etrap, self.ztrap
        self._is_preparing = True
        try:
            self.machine.indirection.code(f"D {entry}").lines[0]()
        except Exception as failure:
            error = to_merror(failure)
            if error.place:
                texts["ZERROR"] = self.zstatus
            self.ecode, self.zstatus, self.frozen, self.level_ecodes, self.etrap, self.ztrap = before
        finally:
            self._is_preparing = False

    def _begin(self, error: MError, trace: TracebackType | None) -> None:
        """Record an error where it is first caught, and say how far it goes (T3)."""
        is_second = self.ecode != ""
        self.record(error, trace)
        frames = self.machine.frames
        if is_second and len(frames) > self.error_depth and frames[self.error_depth] is self.error_frame:
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
        innermost = innermost_place(trace)
        at: Place | None = error.details.pop("at", None)
        if at is not None:  # the end of a frame is of a line, of no column in it
            innermost = at if innermost is None else innermost._replace(column=at.column)
        top = self.places.top(innermost)
        self._fill_in(error, innermost if top is None else top.place, standing, top)
        if not self.ecode:
            self.frozen = top
            self.level_ecodes = {}
        self.ecode = error.details.get("ecode", "") or (self.ecode.removesuffix(",") + error.ecode)
        if top is not None:
            self.level_ecodes[top.depth] = self.ecode
        self.zstatus = f"{error.number},{error.place},{status_text(error)}"

    def _fill_in(self, error: MError, innermost: Place | None, standing: Place | None, top: Level | None) -> None:
        """Write into the error where it is: routine, file, line, column, source, callers."""
        below = None if top is None else top.below
        nearest = [innermost, standing, None if below is None else below.routine_place]
        places = [place for place in nearest if place is not None]
        at = next((place for place in places if place.image is not None), places[0] if places else None)
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
        error.tell_callers(lambda: _callers(innermost, standing, below))

    # Special variables

    def set_ecode(self, value: str) -> None:
        """Set $ECODE: empty ends the error, a list of codes is an error of the program's own, all else M101."""
        if not value:
            self.ecode = ""
            self.error_frame = None
            self.frozen = None
            self.level_ecodes = {}
            return
        if not _ECODE.fullmatch(value):
            raise merror("INVECODEVAL", value)
        error = merror("SETECODE")
        error.mcode = value.split(",")[1] if value[1] in "MU" else ""
        error.details["ecode"] = value if not self.ecode else self.ecode.removesuffix(",") + value
        raise error

    def set_etrap(self, value: str) -> None:
        """Set $ETRAP, which empties $ZTRAP; the text must parse."""
        self._parse(value)
        self.etrap = value
        self.ztrap = ""

    def set_ztrap(self, value: str) -> None:
        """Set $ZTRAP, which empties $ETRAP, but until the frame ends only; the text must parse."""
        self._parse(value)
        if value and self.etrap:
            self.machine.frames[-1].hidden += ("$ETRAP", self.etrap)
        self.ztrap = value
        self.etrap = ""

    def hide(self, name: str) -> tuple[str, str]:
        """Do NEW of `ETRAP` or `ZTRAP`; return what the end of the frame gives back, with its name.

        It is the trap in effect that is hidden, whichever of the two is named. NEW of $ETRAP leaves its text in effect.
        """
        if self.ztrap or (name == "ZTRAP" and not self.etrap):
            hidden = "$ZTRAP", self.ztrap
            self.ztrap = ""
        else:
            hidden = "$ETRAP", self.etrap
            if name == "ZTRAP":
                self.etrap = ""
        return hidden

    def _parse(self, text: str) -> None:
        """Raise the error of a text that does not parse; GT.M, too, looks at a trap when it is set."""
        if text:
            self.machine.indirection.code(text)

    def _level(self, depth: int) -> Level | None:
        """Return a level as it was at the error, or as it is now if it is deeper."""
        if self.frozen is not None and depth <= self.frozen.depth:
            return self.places.level(self.frozen, depth)
        if depth >= len(self.machine.frames):
            return None
        top = self.places.top()
        return None if top is None else self.places.level(top, depth)

    def stack_depth(self) -> int:
        """Return $STACK(-1)."""
        return max(0 if self.frozen is None else self.frozen.depth, len(self.machine.frames) - 1)

    def stack_kind(self, level: int) -> str:
        """Return $STACK(level): how that level began."""
        found = self._level(level)
        return "" if found is None else found.frame.kind

    def stack_fact(self, level: int, fact: str) -> str:
        """Return $STACK(level,fact): PLACE, MCODE or ECODE."""
        if fact not in ("PLACE", "MCODE", "ECODE"):
            raise merror("INVSTACODE", fact)
        if fact == "ECODE":
            is_frozen = self.frozen is not None and level <= self.frozen.depth
            return self.level_ecodes.get(level, "") if is_frozen else ""
        found = self._level(level)
        if found is None or found.stands is None:
            return ""
        return found.stands.name if fact == "PLACE" else found.stands.source


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


def _callers(innermost: Place | None, standing: Place | None, below: Level | None) -> list[str]:
    """Return the names of the places in routines that an error went through, but the first."""
    lower = [] if below is None else [level.place for level in below.down()]
    places = [innermost, standing, *lower]
    return [place.name for place in places if place is not None and place.image is not None][1:]


def _around(text: str, column: int) -> str:
    """Return as much of a text as fits in a message, with what is at `column`."""
    first = max(column - 1 - SHOWN_COUNT_MAX // 2, 0)
    return text[first : first + SHOWN_COUNT_MAX]

"""One Run of M: the symbol table, the stack of frames, and the way in.

All that the program can reach of the world is handed in: globals, routines, streams, time, chance. Two
machines share nothing but the memos of values.py and bumps/keys.py.

Calls nest as Python calls do. CPython runs Python functions that call each other without using the C
stack, so the depth is bounded by limits.FRAME_COUNT_MAX alone; `run` raises Python's own bound for it.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO

from bumps.errors import FailedError, MError, StorageError
from bumps.interp.arithmetic import arithmetic
from bumps.interp.bounds import Bounds
from bumps.interp.breaks import Breaks
from bumps.interp.calls import CAUGHT, ENTER_CODES, Calls, bind
from bumps.interp.codes import CODES, GTM_NUMBER_MIN, merror, os_error
from bumps.interp.costs import SIZE
from bumps.interp.device_principal import Principal
from bumps.interp.device_terminal import terminal_of
from bumps.interp.devices import Devices
from bumps.interp.fences import Fences
from bumps.interp.frames import (
    AGAIN,
    CHANGED,
    NO_VALUE,
    QUIT,
    BlockFrame,
    Code,
    DirectFrame,
    EntryFrame,
    Frame,
    FunctionFrame,
    Goto,
    Halted,
    Label,
    Outcome,
    Restart,
    Stopped,
    Unwind,
    quit_now,
)
from bumps.interp.late import Late
from bumps.interp.locals import Locals
from bumps.interp.locks import Locks
from bumps.interp.meter import Meter
from bumps.interp.numbers import increased
from bumps.interp.references import (
    GlobalReference,
    LocalReference,
    Reference,
    global_name,
    global_reference,
)
from bumps.interp.routines import Folders, Found, Image, Library, Loader
from bumps.interp.run_functions import run_functions
from bumps.interp.shows import Shows
from bumps.interp.specials import Specials
from bumps.interp.stepping import Stepping
from bumps.interp.subscripts import SubscriptCodes
from bumps.interp.symbols import Value
from bumps.interp.tiers import Tier, Tiers
from bumps.interp.timeouts import Timeouts
from bumps.interp.transactions import NO_NAKED, Transactions
from bumps.interp.traps import DIRECT, Traps, to_merror
from bumps.interp.values import DIGIT_COUNT_MAX, INT_END, to_integer, to_number, to_text
from bumps.interp.views import Views
from bumps.interp.watch import Watch
from bumps.interp.world import World
from bumps.keys import KeyCodec
from bumps.limits import FRAME_COUNT_MAX, M_SUBSCRIPT_COUNT_MAX
from bumps.locks import Owner
from bumps.policy import Policy
from bumps.run import Limits, Run

if TYPE_CHECKING:
    from bumps.globals import Globals
    from bumps.interp.code_cache import CodeCache
    from bumps.interp.compile_commands import Compiler
    from bumps.interp.indirection import Indirection
    from bumps.interp.zwrites import Zwrites

PYTHON_FRAME_COUNT_MAX = 64
"""So many Python frames one frame of M may take: an extrinsic deep in an expression."""

ROOM_COUNT = 1 << 19
"""How many words the frames of Python have in one piece. The memory is touched only as it is used."""


def _roomy(begin: Callable[[], None]) -> None:
    """Call `begin` with room for the frames of Python above it in one piece."""
    begin()


# CPython keeps the frames of Python functions in pieces of 16 KB, and asks the system for the next piece,
# or gives it back, at each call that crosses an edge: a recursion that lives on an edge takes three times
# as long. A frame that claims a large stack gets a larger piece, which has room for those above it.
_roomy.__code__ = _roomy.__code__.replace(co_stacksize=ROOM_COUNT)


class Machine:
    """One Run."""

    def __init__(
        self,
        *,
        globals_factory: Callable[[], Globals],
        input: BinaryIO,
        output: BinaryIO,
        routine_path: Sequence[str] = (".",),
        loader: Loader | None = None,
        charset: str = "utf-8",
        arguments: Sequence[str] = (),
        world: World | None = None,
        database_name: str = "",
        lock_owner: Owner | None = None,
        policy: Policy | None = None,
        tier: Tier = "closures",
        code_cache: CodeCache | None = None,
        limits: Limits | None = None,
        run: Run | None = None,
    ) -> None:
        """Make a machine that has run nothing yet.

        `globals_factory` is called at the first access to a global. `loader` finds routines, by default in the
        folders of `routine_path`. `charset` is that of the database, `m` or `utf-8`. `arguments` become $ZCMDLINE.
        `database_name` is the one environment that an extended reference may name. `lock_owner` takes the locks, by
        default one of a party of its own. `policy` says which files, commands and addresses devices may reach; None
        grants what the process may do. `tier` says what runs routines (tiers.py), and `code_cache` keeps what is
        generated then. `limits` end the Run; `run` is the handle of whoever may cancel it.
        """
        self.globals_factory = globals_factory
        self.charset = charset
        self.codec = KeyCodec.of(charset)
        self.codes = SubscriptCodes.of(charset)
        self.encoding = self.codec.encoding
        self.arguments = list(arguments)
        self.world = world or World()
        self.database_name = database_name
        self.routine_path = " ".join(routine_path)
        self.frames: list[Frame] = []
        self.locals = Locals(self)
        self.cells = self.locals.cells
        self.test = 1
        self.meter = Meter()
        self.bounds = Bounds(self, limits or Limits())
        if run is not None:
            run.attach(self.meter)
        self.world.host.measure(self.meter)
        self.views = Views()
        self.zsystem = 0
        """$ZSYSTEM."""
        self.zcstatus = 1
        """$ZCSTATUS."""
        self.zeditor = 0
        """$ZEDITOR."""
        self.fences = Fences()
        self.naked: tuple[str, bytes | None, bytes] = ("", None, b"")
        """The naked indicator: name, the key of the parent (None: undefined), the code of the last subscript."""
        self.direct_frame = DirectFrame()
        self.estack_base = 0
        self.locks = Locks(self, lock_owner or Owner())
        self._session: Globals | None = None
        self.ready: Globals | None = None
        """The session, unless a transaction is to begin with the next access: `store` makes it ready."""
        self.functions = run_functions(self)
        principal = terminal_of(input, output, charset, self.world) or Principal(input, output, charset, self.world)
        self.device = Devices(principal, self.world, policy or Policy())
        self.traps = Traps(self)
        self.watch = Watch(self)
        self.timeouts = Timeouts(self)
        self.stepping = Stepping(self)
        self.transactions = Transactions(self)
        self.specials = Specials(self)
        cache = None if tier == "closures" else code_cache
        self.library = Library(loader or Folders(routine_path), self, cache)
        self.calls = Calls(self)
        self.late = Late(self)
        self.tiers = Tiers(self, tier)
        self.breaks = Breaks(self)
        self.shows = Shows(self)

    # What code from the cache can do without: to import it takes a sixth of the time of a short command

    @cached_property
    def routine_compiler(self) -> Compiler:
        """What makes closures of the lines of routines."""
        from bumps.interp.compile_commands import Compiler

        return Compiler(self, is_located=True)

    @cached_property
    def compiler(self) -> Compiler:
        """What makes closures of texts."""
        from bumps.interp.compile_commands import Compiler

        return Compiler(self, is_located=False)

    @cached_property
    def indirection(self) -> Indirection:
        """What runs texts."""
        from bumps.interp.indirection import Indirection

        return Indirection(self, self.compiler)

    @cached_property
    def zwrites(self) -> Zwrites:
        """ZWRITE."""
        from bumps.interp.zwrites import Zwrites

        return Zwrites(self)

    # The ways in

    def run(self, entryref: str, arguments: Sequence[Value] | None = None) -> int:
        """Call an entry and return the exit status. An untrapped MError passes, with its place filled in."""

        def begin() -> None:
            label = self.label_of(entryref)
            frame = EntryFrame()
            frame.kind = f"-run {entryref}"
            frame.image = label.image
            frame.hidden = bind(self.cells, label, list(arguments) if arguments else None)
            self.enter(frame, label.code, label.index)

        return self._as_a_whole(begin)

    def execute(self, code: str) -> int:
        """Run a line of commands and return the exit status; errors as `run`."""
        return self._as_a_whole(lambda: self.xecute(code))

    def execute_directly(self, code: str) -> int:
        """Run one or several lines as direct mode does: transactions and locks stay open for the next ones."""

        def begin() -> None:
            frame = self.direct_frame
            frame.image = None
            frame.hidden = []
            if "\n" not in code:
                self.enter(frame, self.indirection.code(code), 0)
                return
            # Lines with a block are a routine without a label, under a name that no routine can have.
            data = "".join([f" {line}\n" for line in code.split("\n")]).encode(self.encoding, "surrogateescape")
            self.library.texts[DIRECT] = Found(data, DIRECT)
            lines = self.library.link(DIRECT).label("")
            frame.image = lines.image
            self.enter(frame, lines.code, lines.index)

        return self._as_a_whole(begin, is_direct=True)

    def run_text(self, data: bytes, file: str = DIRECT, name: str = "MAIN") -> int:
        """Run a routine that is given as a text; errors as `run`."""
        self.library.texts[name] = Found(data, file)
        return self.run(f"^{name}")

    def call_entry(self, entryref: str, *arguments: Value) -> Value | None:
        """Call an entry from Python: the value of its QUIT, None if it has none; errors as `run`."""
        result: list[Value | None] = [None]

        def begin() -> None:
            label = self.label_of(entryref)
            actuals = list(arguments) if arguments or label.formals is not None else None
            frame = FunctionFrame()
            frame.image = label.image
            frame.value = NO_VALUE
            frame.hidden = bind(self.cells, label, actuals)
            self.enter(frame, label.code, label.index)
            result[0] = frame.value

        self._as_a_whole(begin)
        return result[0]

    def label_of(self, entryref: str) -> Label:
        """Return what an entry reference of the outside names: `ROUTINE`, `LABEL^ROUTINE` or `^ROUTINE`."""
        text = entryref if "^" in entryref else f"^{entryref}"
        return self.library.plain_entry(text) or self.indirection.entry(text)

    def _as_a_whole(self, begin: Callable[[], None], *, is_direct: bool = False) -> int:
        """Run something from the bottom of the stack, and leave nothing open behind it but in direct mode.

        A Run that is stopped raises RunStoppedError, and leaves nothing open at all.
        """
        is_last = not is_direct
        is_stopped = is_over = False
        status = 0
        told: tuple[type[Exception], ...] = ()
        release = self.bounds.begin() if not self.frames else None
        self.device.begin()
        if self.timeouts.is_waiting:
            self.timeouts.begin()
        elif self.watch.observer is not None:
            self.watch.renew()
        depth = sys.getrecursionlimit()
        sys.setrecursionlimit(max(depth, FRAME_COUNT_MAX * PYTHON_FRAME_COUNT_MAX))
        try:
            try:
                with arithmetic():
                    _roomy(begin)
            except Halted as halted:
                status = halted.status
                is_last = True
            except Unwind:
                pass
            if is_last and not self.frames:
                self.device.end()
            is_over = True
        except Stopped:
            is_last = is_stopped = True
            if self.frames:
                raise
            self.world.host.hurry()
        except Exception as error:
            is_over = True
            found = to_merror(error)
            if isinstance(found.__cause__, StorageError):
                told = (FailedError,)  # that the database has failed is being told, with the place
            if not found.place:
                self.traps.record(found, error.__traceback__)
            self.library.advise(found)
            raise found from found.__cause__
        finally:
            if release is not None:
                release()
            if not self.frames:
                self.watch.rest()
                self.timeouts.rest()
                self.device.rest()
            if is_last and not self.frames:
                try:
                    self.transactions.abandon()
                    self.timeouts.end()
                    self.watch.at_line = self.watch.at_generated_line = None
                finally:
                    self.locks.end()
                with contextlib.suppress(MError):  # another error is being told
                    self.device.end()
            with contextlib.suppress(MError):
                self.device.flush()
            sys.setrecursionlimit(depth)
            if self._session is not None:
                with contextlib.suppress(*told):
                    self._session.flush()
            if is_over and is_last and not self.frames:
                self.library.keep()
        if is_stopped:
            raise self.bounds.error()  # not where Stopped was caught: that would keep all the frames it came through
        return status

    # Frames

    def enter(self, frame: Frame, code: Code, index: int) -> None:
        """Run code from a line on in a frame of its own, until it quits. Calls do the same (calls.py)."""
        if len(self.frames) >= self.bounds.depth_max:
            self.refuse_depth(frame)
        self.frames.append(frame)
        lines = code.lines
        try:
            try:
                outcome = lines[index]()
            except CAUGHT as error:
                self.recover(error, frame, code, index)
            else:
                if outcome is not QUIT or self.transactions.frames:
                    self.go_on(outcome, frame, code, index)
        finally:
            self.frames.pop()
            if frame.hidden:
                self.locals.restore(frame.hidden)

    def refuse_depth(self, frame: Frame) -> None:
        """Raise the error of a frame that would be one too many; what it hid is given back."""
        self.locals.restore(frame.hidden)
        self.bounds.refuse_depth()
        raise merror("STACKCRIT")

    def go_on(self, outcome: Outcome, frame: Frame, code: Code, index: int, trapped: MError | None = None) -> None:
        """Run the innermost frame until it quits, behind line `index` of `code`, which had this outcome.

        `trapped` is the last error whose trap has run in the frame.
        """
        lines = code.lines
        while True:
            try:
                while True:
                    while outcome is None:
                        index += 1
                        outcome = lines[index]()
                    if outcome is QUIT:
                        break
                    code, index = outcome.code, outcome.index
                    lines = code.lines
                    if code.image is not None:
                        frame.image = code.image
                    outcome = lines[index]()
                if self.transactions.frames:
                    self.transactions.check_quit(frame, code, index)
                if trapped is not None:
                    self.traps.go_on(trapped, frame)
                return
            except CAUGHT as error:
                goto = self._caught(error, frame, code, index)
                if isinstance(error, Exception):
                    trapped = to_merror(error).with_traceback(None)  # no cycle with this very frame
                if goto is None:
                    self.transactions.drop(frame)
                    return
                outcome = goto

    def recover(self, error: BaseException, frame: Frame, code: Code, index: int) -> None:
        """Do what is to be done in the innermost frame when its first line has raised `error`, until it quits."""
        goto = self._caught(error, frame, code, index)
        if goto is None:
            self.transactions.drop(frame)
        else:
            trapped = to_merror(error).with_traceback(None) if isinstance(error, Exception) else None
            self.go_on(goto, frame, code, index, trapped)

    def recovered(self, frame: Frame, value: Value | None, at: tuple[Code, int]) -> Value | None:
        """Do `recover` for the error that is dealt with now, behind line `at`; return the value of the frame."""
        error = sys.exception()
        assert error is not None, "it is called where one was caught"
        frame.value = value
        self.recover(error, frame, *at)
        return frame.value

    def went_on(self, outcome: Outcome, frame: Frame, value: Value | None, at: tuple[Code, int]) -> Value | None:
        """Do `go_on` behind line `at`, which had this outcome, None for a QUIT; return the value of the frame."""
        frame.value = value
        self.go_on(outcome or QUIT, frame, *at)
        return frame.value

    def _caught(self, error: BaseException, frame: Frame, code: Code, index: int) -> Goto | None:
        """Return where a frame goes on that was left by an exception, None if it quits, or raise: errors run its trap.

        (LANGUAGE 2.7.)
        """
        if isinstance(error, Stopped):
            error.__traceback__ = None
            raise error
        try:
            if isinstance(error, Exception):
                goto = self.traps.catch(error, frame)
                if goto is AGAIN:
                    return Goto(*code.entrance(self.traps.places.index_again(error, code, index)))
                return goto
            raise error
        except Unwind as unwind:
            return self._land(unwind, frame)
        except Restart as restart:
            return self._behind_tstart(restart, frame)

    def _behind_tstart(self, restart: Restart, frame: Frame) -> Goto:
        """Return where a frame goes on that has begun the transaction which restarts; raise it on for another frame."""
        if restart.frame is not frame:
            raise restart
        self.test = self.transactions.test  # blocks on the way here have given theirs back
        return Goto(Code(None, [restart.resume, quit_now]), 0)

    def _land(self, unwind: Unwind, frame: Frame) -> Goto | None:
        """Return where the innermost frame goes on if ZGOTO meant it, else let that fly on."""
        if len(self.frames) > unwind.depth:
            self.transactions.drop(frame)
            raise unwind
        self.watch.renew()
        return unwind.goto

    def no_value(self) -> Value:
        """Return the value of a `$$` that quit without one, as $ZQUIT has it: M17."""
        if self.specials.settings.quits_as_wanted:
            return ""
        raise merror("QUITARGREQD")

    def no_function(self, frame: Frame) -> MError:
        """Return the error of a QUIT with a value in a frame that is no function's, which has undone its NEWs by then.

        So it is the trap of the caller that runs, though in this frame.
        """
        if frame in self.transactions.frames:
            return merror("TPQUIT")
        count = len(frame.hidden)
        self.locals.restore(frame.hidden)
        frame.hidden += CHANGED * (count // 2 + 1)  # longer than it was, whatever is hidden from now on
        if isinstance(frame, BlockFrame):
            self.test = frame.test
        return merror("NOTEXTRINSIC")

    def xecute(self, text: str) -> None:
        """Do XECUTE of a text."""
        (self.indirection.callees.get(text) or self.indirection.callee(text))()

    @property
    def depth(self) -> int:
        """How many frames there are: $ZLEVEL."""
        return len(self.frames)

    def current_image(self, label: str | None = None) -> Image:
        """Return the routine that runs, where `label` is looked for; M13 if only a text does."""
        image = self.frames[-1].image if self.frames else None
        if image is None:
            raise merror("LABELUNKNOWN") if label is None else merror("LABELMISSING", label)
        return image

    def halt(self, status: int = 0) -> None:
        """End the Run with a status: modulo 256, but never 0 for one that is not 0."""
        raise Halted(status % 256 or (255 if status else 0))

    def zgoto(self, level: int, label: Label | None) -> None:
        """Do ZGOTO: end frames down to `level`, or so many; the one left goes on at the label, or where it was."""
        if level < 0:
            level += len(self.frames)  # that many levels up
        if level < 0:
            raise merror("ZGOTOLTZERO")
        if level > len(self.frames):
            raise merror("ZGOTOTOOBIG")
        if level == 0:
            raise Halted(0)
        if label is not None:
            raise Unwind(level, Goto(label.code, label.index))
        if level < len(self.frames):
            raise Unwind(level + 1, None)

    def zmessage(self, values: Sequence[Value]) -> None:
        """Do ZMESSAGE: raise the error with this number."""
        number = to_integer(values[0]) if values else 0
        for name, code in CODES.items():
            if code.number == number:
                facts = [to_text(value) for value in values[1:]]
                raise merror(name, *facts, *[""] * code.text.count("!"))
        if 0 < number < GTM_NUMBER_MIN:
            raise os_error(number)
        raise MError(f"Unknown system error {number}", name="UNKNOWN", number=number)

    def hang(self, seconds: int | Decimal) -> None:
        """Do HANG; what was written is seen first."""
        self.device.flush()
        if seconds > 0:
            if self.timeouts.is_waiting:
                self.timeouts.sleep(seconds)
            else:
                self.world.sleep(float(seconds))

    def break_point(self) -> None:
        """Do BREAK: there is no direct mode to break to, so the program goes on (LANGUAGE 1.3)."""
        self.device.flush()
        place = self.traps.places.in_routine()
        where = DIRECT if place is None else place.name
        self.world.warn(f"BREAK at {where}: no direct mode here, the program goes on")

    # Globals

    @property
    def session(self) -> Globals:
        """The globals, outside of a transaction that has touched none yet; the first use opens the database."""
        if self._session is None:
            self._session = self.globals_factory()
        return self._session

    @property
    def has_session(self) -> bool:
        """Whether a global or a lock was used, so that the database is open."""
        return self._session is not None

    @property
    def store(self) -> Globals:
        """The globals. The first use opens the database, the first one in a transaction begins that."""
        if self.ready is None:
            self.transactions.begin_now(self.session)
            self.ready = self.session
        return self.ready

    def defer_transaction(self) -> None:
        """Let the next access to a global begin the transaction."""
        self.ready = None

    def decode(self, value: bytes) -> str:
        """Return a stored value as the program sees it."""
        if len(value) >= SIZE:
            self.meter.spend(len(value) // SIZE)
        return value.decode(self.encoding, "surrogateescape")

    def encode(self, value: Value) -> bytes:
        """Return a value as it is stored."""
        if value.__class__ is str:
            if len(value) >= SIZE:
                self.meter.spend(len(value) // SIZE)
            return value.encode(self.encoding, "surrogateescape")
        return to_text(value).encode("ascii")

    def naked_at(self, leading: bytes, last: bytes) -> tuple[str, bytes, bytes]:
        """Return the place of a naked reference with these codes; M1 if the indicator is undefined.

        If it is too deep the indicator is undefined from then on.
        """
        name, prefix, _ = self.naked
        if prefix is None:
            raise merror("GVNAKED")
        # 00 ends each code and occurs nowhere else (bumps/keys.py, K2).
        if leading and prefix.count(b"\0") + leading.count(b"\0") >= M_SUBSCRIPT_COUNT_MAX:
            self.naked = NO_NAKED
            raise merror("MAXNRSUBSCRIPTS")
        return name, prefix + leading, last

    def naked_parent(self) -> GlobalReference:
        """Return the node below which naked references are."""
        name, prefix, _ = self.naked
        if prefix is None:
            raise merror("GVNAKED")
        return global_reference(self, name, prefix)

    def naked_name(self) -> str:
        """Return $REFERENCE."""
        name, prefix, code = self.naked
        return global_name(self, name, (prefix or b"") + code) if name else ""

    def whole_global(self, name: str) -> GlobalReference:
        """Return the reference of a global without subscripts."""
        return GlobalReference(self, name, None, b"")

    def parent(self, reference: Reference) -> Reference:
        """Return the node above one that has subscripts."""
        return self.upper(reference, len(reference.subscripts()) - 1)

    def upper(self, reference: Reference, count: int) -> Reference:
        """Return the node with the first `count` subscripts of one."""
        keys = reference.subscripts()[:count]
        whole: Reference
        if reference.is_global:
            whole = self.whole_global(reference.name)
        else:
            whole = LocalReference(self, reference.name, ())
        return whole.below(keys)

    def check_environment(self, environment: Sequence[Value]) -> None:
        """Refuse an environment that is not this database: M26."""
        name = to_text(environment[0])
        if name not in ("", self.database_name):
            raise merror("ZGBLDIRACC", name, "", "")

    def increment(self, reference: Reference, by: Value) -> Value:
        """Do $INCREMENT: of a global as one step that no other Run can part."""
        if isinstance(reference, GlobalReference):
            key = reference.touch()
            return self.increment_at(reference.name, key, by)
        value = increased(reference.get(), by)
        reference.set(value)
        return value

    def increment_at(self, name: str, key: bytes, by: Value) -> Value:
        """Do $INCREMENT of a global that was touched."""

        def sum_with(old: bytes | None) -> bytes:
            if by.__class__ is int and old is not None and old.isdigit() and len(old) < DIGIT_COUNT_MAX:
                total = int(old) + by
                if -INT_END < total < INT_END:
                    return b"%d" % total
            return self.encode(increased(None if old is None else self.decode(old), by))

        result = self.store.increment(name, key, sum_with)
        if result.isdigit() and len(result) < DIGIT_COUNT_MAX:
            return int(result)
        return to_number(self.decode(result))

    # Input, text, and the functions that know the machine

    def read(self, target: Reference, size: int | None, timeout: int | Decimal | None, *, single: bool) -> None:
        """Do READ of a variable. Only one with a timeout sets $TEST."""
        device = self.device.current
        seconds = None if timeout is None else float(timeout)
        try:
            if single:
                target.set(device.read_character(seconds))
            else:
                line = device.read_line(size, seconds)
                target.set(line if len(line) < SIZE else self.meter.paid(line))
        except MError as error:
            if error.name == "IOEOF":
                target.set(-1 if single else "")
            raise
        if seconds is not None:
            self.test = 0 if device.is_expired else 1

    def source_text(self, label: str, offset: int, routine: str | None) -> str:
        """Return $TEXT of a line, empty if it is not there."""
        if routine is None:
            image = self.frames[-1].image if self.frames else None
        else:
            try:
                image = self.library.image(routine)
            except MError:
                image = None
        return "" if image is None else image.text(label, offset)

    def text_of(self, value: object) -> str:
        """Return the text of a value that may be a number."""
        return to_text(value)  # type: ignore[arg-type]


ENTER_CODES[id(Machine.enter.__code__)] = Machine.enter.__code__

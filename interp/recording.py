"""A Run that is recorded, and one that is replayed: every question to the world goes through a Log.

G1. A Recorder lets the world answer, and writes down what was asked and what it answered. A Replayer gives the answer
    that was written down, and asks nobody: no file, command, socket, terminal or clock is touched.
G2. A Replayer ends the Run where it first does something else than was recorded: asks something else, writes something
    else to the principal device, or ends otherwise: its status, the database, its steps if it is the same program. No
    trap of the program sees that (Ended).
G3. What a question leads to within the world is no question of its own: the search of $ZSEARCH looks at many folders.
G4. The source of a routine is the program, not its input: a replay reads it from its folders, says so where it is not
    what was recorded, and goes on with it. Only what the recorded program wrote itself, or what is not there, comes
    from the record.
G5. What the database holds is not in the record. Its digest is: at the start and at the end.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn, cast

from bumps.errors import BumpsError, DivergedError, MError
from bumps.interp.locks import Locks
from bumps.interp.records import Line, Record, RecordWriter
from bumps.interp.routines import Folders, Found
from bumps.interp.traced_host import Ask, TracedHost
from bumps.interp.virtual_clock import SeededChance
from bumps.interp.world import World

if TYPE_CHECKING:
    from decimal import Decimal

    from bumps.interp.machine import Machine
    from bumps.locks import Name, Owner

FAILURES: dict[str, Callable[..., Exception]] = {
    "gaierror": socket.gaierror,
    "OSError": OSError,
    "OverflowError": OverflowError,
    "TimeoutError": TimeoutError,
    "UnicodeError": UnicodeError,
    "ValueError": ValueError,
}
"""What the world may answer instead: the errors that devices know, by the names that records have for them."""

SHOWN_SIZE = 60
"""So much of a text a divergence shows."""


class Ended(BaseException):
    """The Run ends because of its record, and no trap catches it."""

    def __init__(self, error: BumpsError) -> None:
        super().__init__(error)
        self.error = error


class Log:
    """What all questions go through."""

    is_live = True
    """Whether the world is there to be asked."""

    def __init__(self) -> None:
        self.machine: Machine | None = None
        self.is_over = False
        """Whether the program has ended."""
        self.answer_count = 0

    def ask(self, what: str, asked: Line, perform: Callable[[], Any]) -> Any:
        """Return the answer to a question; `perform` asks the world. Raise what it answered, if that was an error."""
        raise AssertionError("each Log has its own way")

    def found(self, name: str, asked: Callable[[], Found | None]) -> Found | None:
        """Return the source of a routine; `asked` looks into the folders."""
        raise AssertionError("each Log has its own way")

    def wrote(self, data: bytes) -> None:
        """Take note of what the program wrote to the principal device."""
        raise AssertionError("each Log has its own way")

    is_ending = False
    """Whether the Run is being ended, because it does not do what was recorded."""

    def diverge(self, asked: str, recorded: str) -> NoReturn:
        """End the Run: it does not do what was recorded."""
        raise AssertionError("only a replay diverges")

    # What a machine is made of

    def world(self, base: World) -> World:
        """Return a World whose every answer goes through this log. Chance does not: it has its seed."""
        ask = self.ask
        return World(
            now=lambda: cast(float, ask("now", [], base.now)),
            offset=lambda seconds: cast(int, ask("offset", [seconds], lambda: base.offset(seconds))),
            elapsed=lambda: cast(float, ask("elapsed", [], base.elapsed)),
            sleep=lambda seconds: cast(None, ask("sleep", [seconds], lambda: base.sleep(seconds))),
            receive=lambda source, seconds: cast(
                "bytes | None", ask("receive", [seconds], lambda: base.receive(source, seconds))
            ),
            warn=base.warn,
            log=lambda text: cast(None, ask("log", [text], lambda: base.log(text))),
            random=base.random,
            process_id=base.process_id,
            environment=TracedEnvironment(ask, base.environment),
            folder=base.folder,
            run_command=lambda command, folder: cast(
                int, ask("command", [command, folder], lambda: base.run_command(command, folder))
            ),
            system=base.system,
            host=TracedHost(ask, base.host, is_live=self.is_live),
        )

    def folders(self, path: Sequence[str]) -> TracedFolders:
        """Return a loader of routines from these folders."""
        return TracedFolders(self, path)

    def output(self, sink: BinaryIO) -> BinaryIO:
        """Return the principal device's output, which goes to `sink`, too."""
        return cast(BinaryIO, TracedOutput(self, sink))

    def attach(self, machine: Machine) -> None:
        """Take a machine that was made of these parts, and its locks with it."""
        self.machine = machine
        machine.locks = TracedLocks(machine, machine.locks.owner, self)

    @property
    def place(self) -> str:
        """Where the program stands."""
        if self.is_over:
            return "at its end"
        place = None if self.machine is None else self.machine.traps.places.in_routine()
        if place is not None:
            return place.name
        return "at its end" if self.answer_count else "before its first line"


class Recorder(Log):
    """Writes a record."""

    def __init__(self, writer: RecordWriter, start: dict[str, Any]) -> None:
        """Begin a record with what there is to know of the Run at its start."""
        super().__init__()
        self._writer = writer
        self._is_busy = False
        self._has_failed = False
        self._add(["run", start])

    def ask(self, what: str, asked: Line, perform: Callable[[], Any]) -> Any:
        """Ask the world, and write down what it answered."""
        if self._is_busy:  # G3
            return perform()
        self._is_busy = True
        try:
            answer = perform()
        except (OSError, ValueError, OverflowError, MError) as error:
            self._add(["fail", what, asked, failure_of(error)])
            raise
        finally:
            self._is_busy = False
        self._add(["ask", what, asked, answer])
        return answer

    def found(self, name: str, asked: Callable[[], Found | None]) -> Found | None:
        """Look for a routine, and write down its source."""
        found = asked()
        self._add(
            ["ask", "routine", [name], None if found is None else [found.file, digest_of(found.data), found.data]]
        )
        return found

    def wrote(self, data: bytes) -> None:
        """Write down what was written."""
        self._add(["out", data])

    def _add(self, line: Line) -> None:
        if self._has_failed:  # the Run is being ended: its devices are closed
            return
        try:
            self._writer.add(line)
        except BumpsError as error:
            self._has_failed = True
            raise Ended(error) from error

    def end(self, facts: dict[str, Any]) -> None:
        """End the record: the Run is over. RecordError if the file cannot take it."""
        self._writer.end(["end", facts])

    def abandon(self) -> None:
        """Leave the record torn: it could not be written."""
        self._writer.abandon()


class Replayer(Log):
    """Answers out of a record."""

    is_live = False

    def __init__(self, record: Record) -> None:
        """Begin at the start of a record."""
        super().__init__()
        self.record = record
        self.output_size = 0
        self.changed: list[str] = []
        """Routines whose source is not the recorded one."""
        self.is_other = False
        """Whether it is another program: it may take other steps."""
        self.reason = ""
        """What else may be why it differs."""
        self.error: DivergedError | None = None
        self._questions = record.lines("ask", "fail")
        self._outputs = record.lines("out")
        self._output = b""
        """What was recorded of the output and is to be written yet, as far as it was looked at."""

    def base(self) -> World:
        """Return the World that the recorded Run began in: what needs no question."""
        start = self.record.start
        return World(
            random=SeededChance(start["chance"]),
            process_id=start["process_id"],
            folder=start["folder"],
            environment={},
            system=start["system"],
        )

    def ask(self, what: str, asked: Line, perform: Callable[[], Any]) -> Any:
        """Return what was answered to this question; end the Run if another one was asked (G2)."""
        if self.error is not None:  # the Run is being ended: its devices are closed
            return AFTERWARDS.get(what)
        question = next(self._questions, None)
        if question is None or question[1] != what or question[2] != asked:
            self.diverge(f"it asked for {shown(what, asked)}", self._recorded(question))
        self.answer_count += 1
        if question[0] == "fail":
            raise failure_from(question[3])
        return question[3]

    def _recorded(self, question: Line | None) -> str:
        """Say what was recorded instead."""
        if question is not None:
            return shown(question[1], question[2])
        return f"the end of the Run ({shown_end(self.record.end)})"

    def found(self, name: str, asked: Callable[[], Found | None]) -> Found | None:
        """Return the source of a routine (G4)."""
        recorded = self.ask("routine", [name], lambda: None)
        if recorded is None:
            return None
        file, digest, data = recorded
        found = asked()
        written = cast(TracedHost, self._machine.world.host).written
        if found is None or os.path.normpath(os.path.join(self._machine.world.folder, found.file)) in written:
            return Found(data, file)
        if digest_of(found.data) != digest and name not in self.changed:
            self.changed.append(name)
        return found

    @property
    def _machine(self) -> Machine:
        assert self.machine is not None
        return self.machine

    def wrote(self, data: bytes) -> None:
        """Compare what was written with what was recorded, byte by byte (G2)."""
        if self.error is not None:
            return
        while len(self._output) < len(data):
            line = next(self._outputs, None)
            if line is None:
                break
            self._output += line[1]
        expected = self._output[: len(data)]
        if expected == data:
            self._output = self._output[len(data) :]
            self.output_size += len(data)
            return
        pairs = enumerate(zip(expected, data))
        same = next((index for index, (old, new) in pairs if old != new), len(expected))
        wanted = self._output[same:] or next((line[1] for line in self._outputs), b"")
        self.output_size += same
        self.diverge(
            f"it wrote {quoted(data[same:])} as byte {self.output_size + 1:,} of its output",
            quoted(wanted) if wanted else "nothing more",
        )

    def diverge(self, asked: str, recorded: str) -> NoReturn:
        """End the Run: it does not do what was recorded (G2)."""
        place = self.place
        changed = ", ".join(self.changed)
        self.error = DivergedError(
            f"{place}: the replay differs from the record: {asked}, and recorded is {recorded}",
            hint=f"the source of {changed} has changed since" if changed else self.reason,
            place=place,
            asked=asked,
            recorded=recorded,
            changed=tuple(self.changed),
        )
        self.is_ending = True
        raise Ended(self.error)

    def finish(self, facts: dict[str, Any]) -> None:
        """Prove that the Run has ended as the recorded one; DivergedError if not."""
        self.is_over = True
        with contextlib.suppress(Ended):
            if self.error is None:
                self._finish(facts)
        if self.error is not None:
            raise self.error

    def _finish(self, facts: dict[str, Any]) -> None:
        question = next(self._questions, None)
        left = self._output or next((line[1] for line in self._outputs), b"")
        if left:
            self.diverge(f"it ended after byte {self.output_size:,} of its output", quoted(left))
        if question is not None:
            self.diverge("it ended", shown(question[1], question[2]))
        end = self.record.end
        is_same_program = not self.changed and not self.is_other
        for name in ("status", "error", "digest", "steps") if is_same_program else ("status", "error", "digest"):
            if name in facts and name in end and facts[name] != end[name]:
                self.diverge(f"it ended with the {name} {facts[name]}", str(end[name]))


class TracedEnvironment(Mapping[str, str]):
    """The environment: each variable that the program asks for is an answer of the world."""

    def __init__(self, ask: Ask, inner: Mapping[str, str]) -> None:
        self._ask = ask
        self._inner = inner

    def __getitem__(self, name: str) -> str:
        value: str | None = self._ask("variable", [name], lambda: self._inner.get(name))
        if value is None:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        """Iterate over what a command gets to see; a replay runs none."""
        return iter(self._inner)

    def __len__(self) -> int:
        return len(self._inner)


class TracedFolders(Folders):
    """Routines in folders, as a Log has them."""

    def __init__(self, log: Log, path: Sequence[str]) -> None:
        super().__init__(path)
        self._log = log

    def elsewhere(self, path: Sequence[str]) -> TracedFolders:
        """Return a loader of the same log for other folders."""
        return TracedFolders(self._log, path)

    def find(self, name: str) -> Found | None:
        """Return the source of a routine."""
        return self._log.found(name, lambda: Folders.find(self, name))

    def names(self) -> Sequence[str]:
        """Return the names of all routines in the folders."""
        return cast("list[str]", self._log.ask("routines", [], lambda: [*Folders.names(self)]))

    def advice(self, name: str) -> str:
        """Return where a routine that is not there was looked for, and what may have been meant."""
        return cast(str, self._log.ask("advice", [name], lambda: Folders.advice(self, name)))


class TracedOutput(io.RawIOBase):
    """The output of the principal device."""

    def __init__(self, log: Log, sink: BinaryIO) -> None:
        super().__init__()
        self._log = log
        self._sink = sink

    def writable(self) -> bool:
        """Return that it can be written."""
        return True

    def write(self, data: Any, /) -> int:
        """Write bytes."""
        self._log.wrote(bytes(data))
        return self._sink.write(data)

    def flush(self) -> None:
        """Hand over what was written; what stands for it may be closed by now."""
        if not self.closed and not self._sink.closed:
            self._sink.flush()

    def fileno(self) -> int:
        """Return the descriptor."""
        return self._sink.fileno()


class TracedLocks(Locks):
    """The locks of a machine: whether they were granted in time is an answer of the world."""

    def __init__(self, machine: Machine, owner: Owner, log: Log) -> None:
        super().__init__(machine, owner)
        self._log = log

    def _acquire(self, names: Sequence[Name], timeout: int | Decimal | None, *, allocate: bool) -> None:
        texts = [self.text(name) for name in names]
        live = super()._acquire

        def perform() -> bool:
            count = self.granted_count
            live(names, timeout, allocate=allocate)
            return self.granted_count > count

        seconds = None if timeout is None else float(timeout)
        is_granted: bool = self._log.ask("lock", [texts, seconds, allocate], perform)
        if self._log.is_live or self._log.is_ending:
            return
        if is_granted and not self._table.acquire(self.owner, names, 0, allocate=allocate):
            self._log.diverge(f"the lock {', '.join(texts)} is held by another", "that it was granted")
        self.granted_count += is_granted
        self.expired_count += not is_granted
        if seconds is not None:
            self.machine.test = 1 if is_granted else 0


AFTERWARDS: dict[str, Any] = {"write": 1 << 62, "seek": 0, "size": 0, "mode": 0, "status": 0, "ready": [[], []]}
"""What a question is answered when the Run is being ended: enough for a device to be closed."""


def digest_of(data: bytes) -> str:
    """Return the digest of a source."""
    return hashlib.sha256(data).hexdigest()


def failure_of(error: Exception) -> Line:
    """Return an error as a record has it."""
    if isinstance(error, MError):
        return ["MError", error.message, error.name, error.number, error.mcode, error.hint]
    if isinstance(error, socket.gaierror):
        return ["gaierror", *error.args]
    if isinstance(error, OSError) and error.errno is not None:
        return ["OSError", error.errno, error.strerror]
    kinds = (TimeoutError, UnicodeError, OverflowError, ValueError)
    name = next((kind.__name__ for kind in kinds if isinstance(error, kind)), "OSError")
    return [name, str(error)]


def failure_from(recorded: Line) -> Exception:
    """Return the error that was recorded."""
    kind, *facts = recorded
    if kind == "MError":
        message, name, number, mcode, hint = facts
        return MError(message, name=name, number=number, mcode=mcode, hint=hint)
    return FAILURES[kind](*facts)


def shown(what: str, asked: Line) -> str:
    """Return a question as a person reads it."""
    return f"{what}({', '.join(quoted(each) for each in asked)})"


def quoted(value: object) -> str:
    """Return a value, and not all of it if it is long."""
    text = ascii(value)
    return text if len(text) <= SHOWN_SIZE else f"{text[:SHOWN_SIZE]}..."


def shown_end(end: Mapping[str, Any]) -> str:
    """Return how a Run ended."""
    return f"{end['error']}" if end.get("error") else f"status {end.get('status')}"

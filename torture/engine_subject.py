"""The real engine as a subject: pages, segments and cache are so small that small work reaches every path."""

from __future__ import annotations

import io
import random
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from bumps.batch import SET
from bumps.compact import compact
from bumps.engine import Engine
from bumps.errors import BumpsError, DiskFullError, FailedError, MError, TransactionError
from bumps.files import Disk
from bumps.globals import Globals
from bumps.interp.machine import Machine
from bumps.options import Durability, Options
from bumps.recovery import verify
from bumps.torture.model import Change, Subscripts
from bumps.torture.oracle import BrokenError
from bumps.torture.programs import Program
from bumps.torture.stepped import SteppedCheckpoint
from bumps.torture.subject import CODEC, DIRECTORY, batches_of

PATH = DIRECTORY + "/torture.bumps"
SMALL = Options(
    page_size=512,
    cache_size=64 * 512,
    segment_size_min=2048,
    segment_size_max=2048,
    alignment=512,
    checkpoint_journal_size=1 << 28,
)
"""Everything as small as it can be, and no checkpoint by itself."""


class EngineStore:
    """An open engine behind the protocol `Store`."""

    def __init__(self, engine: Engine) -> None:
        """Take over an open engine."""
        self.engine = engine
        self._running: SteppedCheckpoint | None = None

    @property
    def last_lsn(self) -> int:
        """LSN of the newest frame."""
        return self.engine.last_lsn

    @property
    def durable_lsn(self) -> int:
        """LSN of the newest frame that is promised."""
        return self.engine.durable_lsn

    @property
    def read_only(self) -> bool:
        """Whether it takes no writes."""
        return self.engine.read_only

    @property
    def failed(self) -> bool:
        """Whether it must be opened again."""
        return self.engine.failed

    def commit(self, changes: Sequence[Change]) -> int:
        """Apply changes as one commit."""
        return self.engine.commit(batches_of(changes))

    def run(self, program: Program) -> None:
        """Run a program of M; an error of the engine comes out as itself, and has a code of M (I14)."""
        machine = Machine(
            globals_factory=lambda: Globals(self.engine, Durability.COMMIT), input=io.BytesIO(), output=io.BytesIO()
        )
        try:
            machine.run_text(program.text.encode())
        except FailedError as error:
            hidden = error.__context__
            if isinstance(hidden, MError) and isinstance(hidden.__cause__, BumpsError):
                raise BrokenError("I14", f"the error of a program is hidden by: {error.message}") from error
            raise
        except MError as error:
            cause = error.__cause__
            if not isinstance(cause, BumpsError | MemoryError) or not error.code:
                raise
            if isinstance(cause, TransactionError):
                raise BrokenError("I14", f"the error of a commit is hidden by: {error.message}") from error
            raise cause from error

    def set_one(self, change: Change) -> None:
        """Apply one SET in durability `group`."""
        self.engine.write(SET, change.name, CODEC.encode(change.subscripts), change.value, Durability.GROUP)

    def flush(self) -> None:
        """Make the group durable."""
        self.engine.flush()

    def checkpoint(self) -> None:
        """Write a checkpoint."""
        self.engine.checkpoint()

    @property
    def checkpointing(self) -> bool:
        """Whether a checkpoint goes on beside what is done."""
        return self._running is not None and self._running.goes_on

    def begin_checkpoint(self) -> None:
        """Begin a checkpoint beside what comes next, if none goes on."""
        if not self.checkpointing:
            self._running = SteppedCheckpoint(self.engine)

    def advance(self, count: int) -> None:
        """Let that checkpoint take some steps. What stops it is told to nobody, as in a thread."""
        if self._running is not None:
            for _ in range(count):
                self._running.step()

    def compact(self) -> None:
        """Give unused pages back to the file system."""
        compact(self.engine)

    def close(self) -> None:
        """Close in good order."""
        self.engine.close()

    def content(self) -> list[tuple[str, bytes, bytes]]:
        """Return all nodes by scans."""
        return [(name, key, value) for name in self.engine.names() for key, value in self.engine.items(name)]

    def notes(self) -> list[str]:
        """Return what recovery met."""
        report = self.engine.report
        met = {
            "sealed set used in recovery": report.sealed_set_used,
            "torn tail cut": report.size_cut > 0,
            "adoption by copy": report.frames_adopted > 0,
            "frames applied in recovery": report.frames_applied > 0,
            "clean open": report.clean,
            "torn meta slot": any("meta slot" in note for note in report.notes),
        }
        return [name for name, yes in met.items() if yes]

    def disagreements(self) -> list[str]:
        """Compare get, $DATA, $ORDER and $QUERY, both ways, with what the scans gave."""
        engine = self.engine
        found: list[str] = []
        content = self.content()
        names = list(dict.fromkeys(name for name, _, _ in content))
        if _walk(engine.next_name, False) != names or _walk(engine.next_name, True) != names[::-1]:
            found.append(f"next_name does not give {names}")
        for name in names:
            keys = [key for each, key, _ in content if each == name]
            for key in keys:
                if engine.get(name, key) is None:
                    found.append(f"get of ^{name} {key!r} gives nothing")
            found += _query_differs(engine, name, keys)
            parents = {b"".join(codes[:-1]) for key in keys for codes in [CODEC.split(key)] if codes}
            for prefix in sorted(parents):
                found += _order_differs(engine, name, prefix, keys)
        return found


def _walk(step: object, reverse: bool) -> list[str]:
    names: list[str] = []
    name = ""
    while (after := step(name, reverse)) is not None:  # type: ignore[operator]
        names.append(after)
        name = after
    return names


def _query_differs(engine: Engine, name: str, keys: list[bytes]) -> list[str]:
    found = []
    for one, next_key in zip(keys, [*keys[1:], None]):
        if engine.query(name, one) != next_key:
            found.append(f"$QUERY of ^{name} after {one!r} is not {next_key!r}")
        if next_key is not None and engine.query(name, next_key, True) != one:
            found.append(f"reverse $QUERY of ^{name} before {next_key!r} is not {one!r}")
    return found


def _order_differs(engine: Engine, name: str, prefix: bytes, keys: list[bytes]) -> list[str]:
    below = [key for key in keys if key.startswith(prefix) and key != prefix]
    codes = list(dict.fromkeys(CODEC.split(key[len(prefix) :])[0] for key in below))
    found = []
    for reverse, expected in ((False, codes), (True, codes[::-1])):
        code, walked = b"", []
        while (after := engine.order(name, prefix, code, reverse)) is not None:
            walked.append(after)
            code = after
        if walked != expected:
            found.append(f"$ORDER of ^{name} below {prefix!r}, reverse {reverse}: {walked}, not {expected}")
    for code in codes:
        key = prefix + code
        at = bisect_left(below, key)  # what is below a key follows it
        there = below[at : at + 1] == [key]
        data = there + 10 * any(each.startswith(key) for each in below[at + there : at + there + 1])
        if engine.data(name, key) != data:
            found.append(f"$DATA of ^{name} {key!r} is {engine.data(name, key)}, not {data}")
    return found


class EngineSubject:
    """The engine with the options of one campaign."""

    def __init__(self, options: Options) -> None:
        """Open with these options, but for `create` and `read_only`."""
        self.options = options

    def __str__(self) -> str:
        """Return the options that matter."""
        options = self.options
        return (
            f"pages {options.page_size}, segments {options.segment_size_min} to {options.segment_size_max},"
            f" alignment {options.alignment}, keep {options.keep}, cache {options.cache_size},"
            f" checkpoint at {options.checkpoint_journal_size}"
        )

    def open(self, disk: Disk, *, create: bool, read_only: bool = False) -> EngineStore:
        """Open the database of this disk."""
        page_size = self.options.page_size if create else None
        options = replace(self.options, page_size=page_size, create=create, read_only=read_only, background=False)
        return EngineStore(Engine.open(disk, PATH, options))

    def encode(self, subscripts: Subscripts) -> bytes:
        """Return the key of a node."""
        return CODEC.encode(subscripts)

    def problems(self, disk: Disk) -> list[str]:
        """Return what `verify` says."""
        return [str(problem) for problem in verify.problems(disk, PATH)]

    def is_typed(self, error: BaseException) -> bool:
        """Say whether it is one of bumps/errors.py."""
        return isinstance(error, BumpsError)

    def is_refusal(self, error: BaseException) -> bool:
        """Say whether nothing was done: the disk is full."""
        return isinstance(error, DiskFullError)


def engine_subject(rng: random.Random) -> EngineSubject:
    """Return the engine with options for one campaign."""
    segment_size = rng.choice((2048, 4096, 8192))
    return EngineSubject(
        Options(
            page_size=rng.choice((512, 512, 1024)),
            cache_size=rng.choice((64, 256)) * 512,
            segment_size_min=segment_size,
            segment_size_max=segment_size * rng.choice((1, 4)),
            alignment=rng.choice((512, 512, 4096)),
            checkpoint_journal_size=rng.choice((8 * 1024, 1 << 28)),
            keep=rng.choice(("all", "checkpoint")),
        )
    )


def small_subject(rng: random.Random) -> EngineSubject:
    """Return the engine with everything as small as it can be: so few sectors that all states can be tried."""
    return EngineSubject(replace(SMALL, keep=rng.choice(("all", "checkpoint"))))

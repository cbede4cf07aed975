"""Cases of the language run in a world of their own: with a seed, recorded, replayed. Tests compare what comes of it.

    python -m tests.determined [FILE ...]

runs all cases of files of tests/cases, or those named, and prints a line for each: its name and the digest of what it
did. Two Pythons, or two runs with other seeds of Python's hashes, print the same.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from bumps.errors import MError
from bumps.globals import Globals
from bumps.interp.machine import Machine
from bumps.interp.recording import Log, Recorder, Replayer
from bumps.interp.records import Record, RecordWriter
from bumps.interp.tiers import Tier
from bumps.interp.virtual_clock import SeededChance, virtual_world
from bumps.interp.world import World
from tests.interp_cases import ROUTINE, Chunk, all_chunks, new_globals

SEED = 20261121


class Did(NamedTuple):
    """What a Run did."""

    output: bytes
    error: str
    """The code of the error that ended it and its place, or empty."""
    warned: tuple[str, ...]
    digest: str
    """Of the database."""
    steps: int
    """What the meter counted (interp/meter.py)."""

    @property
    def sum(self) -> str:
        """A digest of it all."""
        text = repr(tuple(self))
        return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def empty_folder(folder: Path) -> Path:
    """Return the folder, which is empty and was made anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def run(
    chunk: Chunk,
    folder: Path,
    base: World,
    log: Log | None = None,
    *,
    routines: Path | None = None,
    tier: Tier = "closures",
    begin: Callable[[Machine], object] = lambda machine: None,
) -> Did:
    """Run a case in a folder; its routine is in `routines`, else in the folder beside it.

    `begin` is called with the machine before it runs.
    """
    place = routines or empty_folder(folder.parent / "routines")
    if routines is None:
        (place / f"{ROUTINE}.m").write_bytes(chunk.source.encode("latin-1"))
    warned: list[str] = []
    base.folder = str(folder)
    base.warn = warned.append
    sink = io.BytesIO()
    made: list[Globals] = []
    new = new_globals(chunk.charset)

    def session() -> Globals:
        made.append(new())
        return made[-1]

    source: BinaryIO = io.BytesIO(chunk.input.encode("latin-1"))
    parts: dict[str, Any] = {"world": base, "output": sink, "routine_path": [str(place)], "tier": tier}
    if log is not None:
        parts |= {"world": log.world(base), "output": log.output(sink), "loader": log.folders([str(place)])}
    machine = Machine(globals_factory=session, input=source, charset=chunk.charset, arguments=chunk.arguments, **parts)
    if log is not None:
        log.attach(machine)
    begin(machine)
    error = ""
    try:
        machine.run(ROUTINE)
    except MError as found:
        error = f"{found.code} {found.place} {found.message}"
    digest = made[0].engine.digest() if made else ""
    return Did(sink.getvalue(), error, tuple(warned), digest, machine.meter.steps)


def run_seeded(chunk: Chunk, folder: Path, seed: int = SEED, tier: Tier = "closures") -> Did:
    """Run a case in an empty folder with a seed."""
    return run(chunk, empty_folder(folder), virtual_world(seed), tier=tier)


def record(chunk: Chunk, folder: Path, file: Path, base: World) -> Did:
    """Run a case and record it."""
    empty_folder(folder)
    file.unlink(missing_ok=True)
    base.random = SeededChance(SEED)
    start = {"process_id": base.process_id, "folder": str(folder), "system": base.system, "chance": SEED}
    log = Recorder(RecordWriter(str(file)), start)
    did = run(chunk, folder, base, log)
    log.end({"error": did.error, "digest": did.digest, "steps": did.steps})
    return did


def replay(
    chunk: Chunk,
    file: Path,
    routines: Path,
    tier: Tier = "closures",
    begin: Callable[[Machine], object] = lambda machine: None,
) -> tuple[Did, Replayer]:
    """Run a case out of its record, in a folder that is not there; `routines` is where its source is."""
    log = Replayer(Record(str(file)))
    base = log.base()
    did = run(chunk, Path(base.folder), base, log, routines=routines, tier=tier, begin=begin)
    log.finish({"error": did.error, "digest": did.digest, "steps": did.steps})
    return did, log


def lines(files: list[str], folder: Path) -> Iterator[str]:
    """Yield the name and the digest of each case of some files, of all files if none is named."""
    for chunk in all_chunks():
        if not files or chunk.file in files:
            yield f"{chunk.id} {run_seeded(chunk, folder).sum}"


if __name__ == "__main__":
    for line in lines(sys.argv[1:], Path(tempfile.gettempdir(), "bumps-determined", "here")):
        print(line, flush=True)

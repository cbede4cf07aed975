"""What opening a database would do, phase by phase, with LSN and time. It only reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bumps.btree import meta as meta_slots
from bumps.btree.meta import Meta
from bumps.files import Disk, close_quietly
from bumps.recovery.create import DATA, JOURNAL, join
from bumps.recovery.recover import place_of
from bumps.recovery.verify import pending_set
from bumps.wal import frame
from bumps.wal.reader import JournalReader, Verdict


class Phase(NamedTuple):
    """One step of opening."""

    name: str
    """`checkpoint`, `set`, `redo` (one for each segment), `end`, `adopt`."""
    lsn: int
    """Up to which the state is known after it."""
    time_us: int
    """Of that frame, in microseconds since 1970; 0 if there is none."""
    what: str


def phases(disk: Disk, path: str) -> Iterator[Phase]:
    """Yield what opening the database at `path` would do. Raises CorruptionError if neither meta slot can be read."""
    data = disk.open(join(path, DATA), write=False)
    try:
        newest = meta_slots.read(data).newest
    finally:
        close_quietly(data)
    yield Phase("checkpoint", newest.lsn, newest.time_us, f"data is generation {newest.generation}")
    meta, pages, _ = pending_set(disk, path, newest)
    if meta is not newest:
        what = f"generation {meta.generation} is sealed: {len(pages)} pages to bring home"
        yield Phase("set", meta.lsn, meta.time_us, what)
    yield from _journal_phases(disk, path, meta)


def _journal_phases(disk: Disk, path: str, meta: Meta) -> Iterator[Phase]:
    reader = JournalReader(disk, join(path, JOURNAL), database_id=meta.database_id, start=place_of(meta))
    last = reader.last
    commits = 0
    for found in reader:
        if commits and reader.last.segment != last.segment:
            yield Phase("redo", last.lsn, last.time_us, _counted(commits, last.segment))
            commits = 0
        commits += found.kind == frame.COMMIT
        last = reader.last
    if commits:
        yield Phase("redo", last.lsn, last.time_us, _counted(commits, last.segment))
    end = reader.end
    match end.verdict:
        case Verdict.CLEAN:
            what = "the journal ends here"
        case Verdict.TORN:
            what = f"a torn tail: {end.torn_size} bytes at byte {end.offset} of {end.file}, to be cut"
        case _:
            assert end.error is not None, "the third verdict is damage"
            what = f"damage: {end.error.message}"
    yield Phase("end", last.lsn, last.time_us, what)
    if end.tail and end.verdict is not Verdict.DAMAGE:
        what = f"frames {end.tail[0].lsn} to {end.tail[-1].lsn} to be copied: nothing proves them durable"
        yield Phase("adopt", last.lsn, last.time_us, what)


def _counted(commits: int, first_lsn: int) -> str:
    return f"{commits:,} {'commit' if commits == 1 else 'commits'} to apply from journal segment {first_lsn}"

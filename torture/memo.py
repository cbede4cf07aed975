"""What the harness computes once: pure functions of the engine, remembered by all that they depend on.

States of one campaign have most of their pages and frames in common, byte for byte. Whether the bytes of a page, or
of a frame, are sound depends on nothing but these bytes and what the call says besides: so an answer that was given
stays right. An error is never remembered.

    frame.decode            its bytes, file and offset
    btree.meta.read         all of `data`, if nobody has written to it
    SegmentSource           all bytes of the segment, and where in it the next byte or frame is looked for
    Frame.batches           the frame, one object for those that are equal; lists of its own for each who asks
    segment.decode          its header, file, database and LSN
    page.parse              its bytes, page size and number
    oracle.recover_to_read  all that it is told (alike.py)
    btree.verify.problems   all of `data`, the meta slot, and the pages of a set that hide those of `data`;
                            only that there were none is remembered
    wal.verify.problems     all segments, and what it is given; again only that there were none

Nothing is remembered from one campaign to the next, and nothing while an engine with a seeded bug is
tried: the gate does not use this.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar
from unittest import mock

from bumps.batch import Batch, Batches
from bumps.btree import meta, overflow, page, pager
from bumps.btree import verify as tree_verify
from bumps.btree.meta import Meta, Slots
from bumps.files import Disk, File
from bumps.problem import Problem
from bumps.torture import oracle
from bumps.torture.alike import Alike
from bumps.torture.simdisk import SimFile
from bumps.wal import frame, segment
from bumps.wal import verify as journal_verify
from bumps.wal.frame import Frame
from bumps.wal.source import SegmentSource

Answer = TypeVar("Answer")


def _remembering(body: Callable[..., Answer]) -> Callable[..., Answer]:
    """Return a function that asks `body` once for each set of arguments."""
    known: dict[Any, Answer] = {}

    def call(*arguments: Any, **options: Any) -> Answer:
        key = (arguments, *options.items()) if options else arguments
        found = known.get(key)
        if found is None:
            found = known[key] = body(*arguments, **options)
        return found

    return call


def _of_slots(body: Callable[[File], Slots]) -> Callable[[File], Slots]:
    """Return `meta.read` that looks once at the slots of equal files. Where calls may fail, it makes them all."""
    known: dict[bytes, Slots] = {}

    def call(data: File) -> Slots:
        content = data.unchanged() if isinstance(data, SimFile) else None
        if content is None:
            return body(data)
        found = known.get(content)
        if found is None:
            found = known[content] = body(data)
        return found

    return call


def _of_segments(body: Callable[..., Answer]) -> Callable[..., Answer]:
    """Return a method of `SegmentSource` that is asked once for each place in equal segments."""
    known: dict[Any, Answer] = {}

    def call(source: SegmentSource, *arguments: Any) -> Answer:
        piece = source._piece
        if len(piece) != source.size:
            return body(source, *arguments)
        key = piece, source.first_lsn, arguments
        found = known.get(key)
        if found is None:
            found = known[key] = body(source, *arguments)
        return found

    return call


def _of_frames(body: Callable[[Frame], Batches]) -> Callable[[Frame], Batches]:
    """Return `Frame.batches` that takes a frame apart once."""
    known: dict[int, tuple[Frame, Batches]] = {}

    def call(found: Frame) -> Batches:
        there = known.get(id(found))
        if there is None:
            there = known[id(found)] = found, body(found)  # it is kept, so that no other gets its number
        return [Batch(name, kinds, keys.copy(), values.copy()) for name, kinds, keys, values in there[1]]

    return call


def _of_sound_journals(body: Callable[..., Iterator[Problem]]) -> Callable[..., Iterator[Problem]]:
    """Return `problems` that yields nothing at once for journals in which nothing was found before."""
    sound: set[Any] = set()

    def call(disk: Disk, directory: str, *, watch: Any = None, **given: Any) -> Iterator[Problem]:
        try:
            key = (directory, *given.values(), *_segments(disk, directory))
        except OSError:
            key = None
        if key in sound and watch is None:
            return
        count = 0
        for problem in body(disk, directory, watch=watch, **given):
            count += 1
            yield problem
        if not count and key is not None:
            sound.add(key)

    return call


def _segments(disk: Disk, directory: str) -> Iterator[tuple[str, bytes]]:
    """Yield the names in a journal, and the bytes of what has the name of a segment."""
    for name in disk.list(directory):
        content = b""
        if name.endswith(segment.SUFFIX):
            file = disk.open(f"{directory}/{name}", write=False)
            try:
                content = file.pread(file.size(), 0)
            finally:
                file.close()
        yield name, content


def _of_sound_trees(
    body: Callable[..., Iterator[Problem]],
) -> Callable[[File, Meta, Mapping[int, bytes] | None], Iterator[Problem]]:
    """Return `problems` that yields nothing at once for trees in which nothing was found before."""
    sound: set[Any] = set()

    def call(data: File, slot: Meta, overrides: Mapping[int, bytes] | None = None) -> Iterator[Problem]:
        key = (data.pread(data.size(), 0), slot.encode(), tuple((overrides or {}).items()))
        if key in sound:
            return
        count = 0
        for problem in body(data, slot, overrides):
            count += 1
            yield problem
        if not count:
            sound.add(key)

    return call


@contextlib.contextmanager
def remembering() -> Iterator[None]:
    """Remember answers meanwhile."""
    parse = _remembering(page.parse)
    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.object(oracle, "recover_to_read", Alike().recover))
        stack.enter_context(mock.patch.object(frame, "decode", _remembering(frame.decode)))
        for name in ("first_nonzero", "frame_at"):
            method = _of_segments(getattr(SegmentSource, name))
            stack.enter_context(mock.patch.object(SegmentSource, name, method))
        stack.enter_context(mock.patch.object(Frame, "batches", property(_of_frames(vars(Frame)["batches"].fget))))
        stack.enter_context(mock.patch.object(meta, "read", _of_slots(meta.read)))
        stack.enter_context(mock.patch.object(segment, "decode", _remembering(segment.decode)))
        stack.enter_context(mock.patch.object(journal_verify, "problems", _of_sound_journals(journal_verify.problems)))
        stack.enter_context(mock.patch.object(tree_verify, "problems", _of_sound_trees(tree_verify.problems)))
        for module in (pager, overflow, tree_verify):
            stack.enter_context(mock.patch.object(module, "parse", parse))
        yield

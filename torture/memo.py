"""What the harness computes once: pure functions of the engine, remembered by all that they depend on.

States of one campaign have most of their pages and frames in common, byte for byte. Whether the bytes of a page, or
of a frame, are sound depends on nothing but these bytes and what the call says besides: so an answer that was given
stays right. An error is never remembered.

    frame.decode            its bytes, file and offset
    page.parse              its bytes, page size and number
    oracle.recover_to_read  all that it is told (alike.py)
    btree.verify.problems   all of `data`, the meta slot, and the pages of a set that hide those of `data`;
                            only that there were none is remembered

Nothing is remembered from one campaign to the next, and nothing while an engine with a seeded bug is
tried: the gate does not use this.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar
from unittest import mock

from bumps.btree import overflow, page, pager
from bumps.btree import verify as tree_verify
from bumps.btree.meta import Meta
from bumps.files import File
from bumps.problem import Problem
from bumps.torture import oracle
from bumps.torture.alike import Alike
from bumps.wal import frame

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


def _of_sound_trees(
    body: Callable[..., Iterator[Problem]],
) -> Callable[[File, Meta, Mapping[int, bytes] | None], Iterator[Problem]]:
    """Return `problems` that yields nothing at once for trees in which nothing was found before."""
    sound: set[Any] = set()

    def call(data: File, meta: Meta, overrides: Mapping[int, bytes] | None = None) -> Iterator[Problem]:
        key = (data.pread(data.size(), 0), meta.encode(), tuple((overrides or {}).items()))
        if key in sound:
            return
        count = 0
        for problem in body(data, meta, overrides):
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
        stack.enter_context(mock.patch.object(tree_verify, "problems", _of_sound_trees(tree_verify.problems)))
        for module in (pager, overflow, tree_verify):
            stack.enter_context(mock.patch.object(module, "parse", parse))
        yield

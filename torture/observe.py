"""The "sometimes" counters: how often a run met what a long run must meet, seen from outside.

Methods of the engine are wrapped while somebody counts; nothing in the engine knows of it. What
recoveries inside a check do is counted like what lives do: it is the same engine.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any

from bumps import limits
from bumps.btree.encode import Encoder
from bumps.btree.forest import Forest
from bumps.btree.freelist import Draft
from bumps.btree.pager import Pager
from bumps.btree.settle import Settler
from bumps.btree.tree import Tree
from bumps.checkpoints import Checkpoints
from bumps.engine import Engine
from bumps.errors import RestartError
from bumps.recovery import create, recover
from bumps.recovery.checkpoint import Checkpointer
from bumps.torture import lies
from bumps.torture.faultdisk import EFFECTS, FaultDisk, Outcome
from bumps.torture.simdisk import SimFile
from bumps.wal.reader import JournalReader, Verdict
from bumps.wal.writer import JournalWriter

LONG_COUNT = 100_000
"""Unique states from which on a run is long."""
PHASES = {
    "creation": ((create, "create"),),
    "recovery": ((recover, "recover"),),
    "append": ((JournalWriter, "append_body"), (JournalWriter, "_lead")),
    "segment": ((JournalWriter, "_prepare"), (JournalWriter, "_switch")),
    "reserve": ((Checkpointer, "reserve"),),
    "seal": ((Checkpointer, "seal"), (Checkpointer, "sync_seal")),
    "home": ((Checkpointer, "write_home"), (Checkpointer, "sync_home")),
    "meta": ((Checkpointer, "write_meta"), (Checkpointer, "sync_meta")),
    "close": ((JournalWriter, "close_clean"),),
}
"""What the engine is doing when a call fails; the innermost counts."""
FULL = (errno.ENOSPC, errno.EDQUOT)
WITH_SYNC = tuple(PHASES)
WITH_ENOSPC = tuple(phase for phase in PHASES if phase != "close")
SOMETIMES = (
    "sealed set used in recovery",
    "torn tail cut",
    "valid frame behind a bad one",
    "torn meta slot",
    "adoption by copy",
    "clean open",
    "killed inside a call",
    "program",
    *lies.OUTCOMES,
    "leaf freed",
    "page reused",
    "root split",
    "root shrunk",
    "segment switched",
    "clean-close segment continued",
    "overflow chain freed",
    "dead tree reclaimed",
    "tree rebuilt",
    "begin",
    "advance",
    "frozen node copied",
    "page taken over by a copy",
    "checkpoint given up",
    "transaction restarted",
    "pinned page relocated",
    *(f"nested cut in recovery, depth {depth}" for depth in (1, 2, 3)),
    *(f"sync failed in {phase}, {effect}" for phase in WITH_SYNC for effect in EFFECTS),
    *(f"ENOSPC in {phase}" for phase in WITH_ENOSPC),
)
"""What each long run must meet."""

Body = Callable[..., Any]


def never_met(counts: Mapping[str, int]) -> list[str]:
    """Return what a long run should have met, and has not."""
    return [name for name in SOMETIMES if not counts.get(name)]


@contextlib.contextmanager
def observed(counts: Counter[str]) -> Iterator[None]:
    """Count into `counts` what the engine does meanwhile."""
    observer = _Observer(counts)
    with contextlib.ExitStack() as stack:
        for owner, name, wrapper in observer.wrappers():
            stack.enter_context(_replaced(owner, name, wrapper))
        yield


class _Observer:
    """Counts, and knows in which phase the engine is."""

    def __init__(self, counts: Counter[str]) -> None:
        self.counts = counts
        self.phases: list[str] = []

    def wrappers(self) -> list[tuple[object, str, Callable[[Body], Body]]]:
        """Return what is wrapped: where, its name, what makes the new body."""
        wrapped: list[tuple[object, str, Callable[[Body], Body]]] = [
            (JournalWriter, "_switch", self._switched),
            (JournalWriter, "_resume_segment", self._resumed),
            (JournalReader, "_end_in_bytes", self._ended),
            (Tree, "grow", lambda body: self._counted(body, "root split")),
            (Encoder, "tree", self._written),
            (Tree, "shrink", self._shrunk),
            (Draft, "take", self._taken),
            (Pager, "discard", self._discarded),
            (Pager, "kill", self._killed),
            (Encoder, "_free_chains", self._chains_freed),
            (Pager, "free_chain", lambda body: self._counted(body, "overflow chain freed")),
            (Encoder, "bury", self._buried),
            (FaultDisk, "strike", self._struck),
            (Pager, "_copy_frozen", lambda body: self._counted(body, "frozen node copied")),
            (Settler, "_take_over", lambda body: self._counted(body, "page taken over by a copy")),
            (Settler, "orphans", self._orphaned),
            (Forest, "thaw", lambda body: self._counted(body, "checkpoint given up")),
            (Checkpoints, "_put_in_force", self._put_in_force),
            (Engine, "rebuild", self._rebuilt),
            (Checkpoints, "_wait", lambda body: self._counted(body, "writers held by the budget")),
            (Engine, "commit_transaction", self._committed),
            (Encoder, "_place", self._placed),
        ]
        for phase, places in PHASES.items():
            for owner, name in places:
                wrapped.append((owner, name, functools.partial(self._in_phase, phase)))
        return wrapped

    def _in_phase(self, phase: str, body: Body) -> Body:
        def call(*arguments: Any, **options: Any) -> Any:
            self.phases.append(phase)
            try:
                return body(*arguments, **options)
            finally:
                self.phases.pop()

        return call

    def _counted(self, body: Body, name: str) -> Body:
        def call(*arguments: Any, **options: Any) -> Any:
            self.counts[name] += 1
            return body(*arguments, **options)

        return call

    def _struck(self, body: Body) -> Body:
        def call(disk: FaultDisk, kind: str, file: SimFile | None = None) -> Outcome:
            where = self.phases[-1] if self.phases else "none"
            try:
                outcome: Outcome = body(disk, kind, file)
            except OSError as error:
                if kind in ("sync", "sync_directory"):
                    self.counts[f"sync failed in {where}, {disk.effect}"] += 1
                if error.errno in FULL:
                    self.counts[f"ENOSPC in {where}"] += 1
                raise
            if outcome is Outcome.UNHEARD:
                self.counts[f"sync failed in {where}, {disk.effect}"] += 1
            return outcome

        return call

    def _switched(self, body: Body) -> Body:
        def call(writer: Any, new: Any) -> Any:
            before = writer._current
            result = body(writer, new)
            self.counts["segment switched"] += before is not None
            return result

        return call

    def _resumed(self, body: Body) -> Body:
        def call(writer: Any) -> Any:
            result = body(writer)
            self.counts["clean-close segment continued"] += writer._current is not None
            return result

        return call

    def _ended(self, body: Body) -> Body:
        def call(reader: Any, source: Any, used: int) -> Any:
            behind = any(frame.lsn > reader.last.lsn for frame in source.frames_behind(used, reader._salt))
            result = body(reader, source, used)
            self.counts["valid frame behind a bad one"] += behind and reader.end.verdict is Verdict.TORN
            return result

        return call

    def _shrunk(self, body: Body) -> Body:
        def call(tree: Any) -> Any:
            level = tree.level
            result = body(tree)
            self.counts["root shrunk"] += tree.level < level
            return result

        return call

    def _written(self, body: Body) -> Body:
        def call(encoder: Any, root: Any) -> Any:
            written = body(encoder, root)
            self.counts["root split"] += bool(written.grown)
            return written

        return call

    def _taken(self, body: Body) -> Body:
        def call(draft: Any, count: int = 1) -> Any:
            end = draft.page_count
            page = body(draft, count)
            self.counts["page reused"] += page < end
            return page

        return call

    def _discarded(self, body: Body) -> Body:
        def call(pager: Any, node: Any) -> Any:
            self.counts["leaf freed"] += bool(node.page) and hasattr(node, "cells")
            return body(pager, node)

        return call

    def _killed(self, body: Body) -> Body:
        def call(pager: Any, reference: Any, tree: int, level: int) -> Any:
            self.counts["leaf freed"] += level == 0
            return body(pager, reference, tree, level)

        return call

    def _chains_freed(self, body: Body) -> Body:
        def call(encoder: Any, leaf: Any, chains: Any) -> Any:
            self.counts["overflow chain freed"] += any(chains.get(key) != chain for key, chain in leaf.chains.items())
            return body(encoder, leaf, chains)

        return call

    def _orphaned(self, body: Body) -> Body:
        def call(settler: Any) -> Any:
            self.counts["frozen node gone"] += bool(settler.pager.orphans)
            return body(settler)

        return call

    def _put_in_force(self, body: Body) -> Body:
        def call(*arguments: Any) -> Any:
            result = body(*arguments)
            self.counts["tree voided under a checkpoint"] += not result
            return result

        return call

    def _rebuilt(self, body: Body) -> Body:
        def call(engine: Any) -> Any:
            running = engine.checkpoints.running
            self.counts["tree rebuilt"] += 1
            self.counts["tree rebuilt behind a checkpoint"] += running is not None and running.is_writing
            return body(engine)

        return call

    def _committed(self, body: Body) -> Body:
        def call(*arguments: Any) -> Any:
            try:
                return body(*arguments)
            except RestartError:
                self.counts["transaction restarted"] += 1
                raise

        return call

    def _placed(self, body: Body) -> Body:
        def call(encoder: Any, node: Any) -> Any:
            page = body(encoder, node)
            relocated = node is not None and node.page and page != node.page
            self.counts["pinned page relocated"] += bool(relocated and encoder.pin_high < limits.COUNTER_MAX)
            return page

        return call

    def _buried(self, body: Body) -> Body:
        def call(encoder: Any, dead: Any) -> Any:
            self.counts["dead tree reclaimed"] += bool(dead)
            return body(encoder, dead)

        return call


@contextlib.contextmanager
def _replaced(owner: object, name: str, wrapper: Callable[[Body], Body]) -> Iterator[None]:
    """Wrap one function for a while, in every module that has bound it."""
    original: Body = getattr(owner, name)
    owners = [owner]
    if isinstance(owner, ModuleType):
        modules = [module for key, module in list(sys.modules.items()) if key.startswith("bumps.")]
        owners = [module for module in modules if getattr(module, name, None) is original]
    made = functools.wraps(original)(wrapper(original))
    for each in owners:
        setattr(each, name, made)
    try:
        yield
    finally:
        for each in owners:
            setattr(each, name, original)

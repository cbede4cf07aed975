"""What is tortured: a store behind a small protocol, and the real engine behind the same one.

The harness drives a `Store` with changes of M nodes and asks it for its content. The
toy store of the tests and the engine are two subjects, so that the harness is proved
to fail on the first before it is believed about the second.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bumps.batch import KILL, KILL_NODE, SET, Batch, Batches
from bumps.files import Disk
from bumps.keys import KeyCodec
from bumps.torture.model import Change, Subscripts
from bumps.torture.programs import Program

DIRECTORY = "/disk"
"""Where databases of the harness lie."""
CODEC = KeyCodec.of("utf-8")
_KINDS = {"set": SET, "kill": KILL, "kill_node": KILL_NODE}


class Store(Protocol):
    """An open store."""

    @property
    def last_lsn(self) -> int:
        """LSN of the newest frame."""

    @property
    def durable_lsn(self) -> int:
        """LSN of the newest frame that is promised."""

    @property
    def read_only(self) -> bool:
        """Whether it takes no writes, because it was asked to or had no space to finish its recovery."""

    @property
    def failed(self) -> bool:
        """Whether a write or a sync has failed, so that it must be opened again."""

    def commit(self, changes: Sequence[Change]) -> int:
        """Apply changes as one commit; return its LSN when it is durable."""

    def run(self, program: Program) -> None:
        """Run a program of M, or what changes the same: one durable commit, or none."""

    def set_one(self, change: Change) -> None:
        """Apply one SET whose durability is promised only by `flush`."""

    def flush(self) -> None:
        """Return when all is durable."""

    def checkpoint(self) -> None:
        """Write a checkpoint."""

    @property
    def checkpointing(self) -> bool:
        """Whether a checkpoint goes on beside what is done."""

    def begin_checkpoint(self) -> None:
        """Begin a checkpoint beside what comes next, if none goes on."""

    def advance(self, count: int) -> None:
        """Let that checkpoint take some steps."""

    def compact(self) -> None:
        """Give unused pages back to the file system."""

    def close(self) -> None:
        """Close in good order."""

    def content(self) -> list[tuple[str, bytes, bytes]]:
        """Return all nodes: names sorted, keys as the store orders them."""

    def notes(self) -> list[str]:
        """Return names of what the recovery of this open met, for the "sometimes" counters."""

    def disagreements(self) -> list[str]:
        """Return where other ways to read (get, order, query, both ways) disagree with `content`."""


class Subject(Protocol):
    """How to open a store, and what can be asked of one at rest."""

    def open(self, disk: Disk, *, create: bool, read_only: bool = False) -> Store:
        """Open the store of this disk, recovering if it must; make one if there is none and `create`."""

    def encode(self, subscripts: Subscripts) -> bytes:
        """Return the key that `content` has for these subscripts."""

    def problems(self, disk: Disk) -> list[str]:
        """Return what is wrong with the structure of the store at rest (I4 to I7)."""

    def is_typed(self, error: BaseException) -> bool:
        """Say whether an exception is one that the store raises on purpose."""

    def is_refusal(self, error: BaseException) -> bool:
        """Say whether it means that nothing was done, and the store goes on."""


def batches_of(changes: Sequence[Change]) -> Batches:
    """Return changes as a commit: one batch for each global, operations in order."""
    columns: dict[str, tuple[bytearray, list[bytes], list[bytes]]] = {}
    for change in changes:
        kinds, keys, values = columns.setdefault(change.name, (bytearray(), [], []))
        kinds.append(_KINDS[change.kind])
        keys.append(CODEC.encode(change.subscripts))
        if change.kind == "set":
            values.append(change.value)
    return [Batch(name, bytes(kinds), keys, values) for name, (kinds, keys, values) in columns.items()]

"""Recoveries that are told the same do the same: one of them is enough.

A recovery is a function of what the disk tells it: names, files, its size, clock and chance. The last two are the
same for all recoveries of one depth (oracle.py, `disk_of`). Many states of one campaign differ in files that a
recovery never opens, a segment that lies ready, a set whose checkpoint is over: they are recovered once.

    A1. What was told is compared byte for byte: all names, and the whole of each file that the recovery opened, in
        the order in which it did. Which file comes next follows from what was told before.
    A2. What is remembered is all that a check looks at: what the recovery met, the content that was read, what was
        written, and the image that is left, in which files that nobody opened are the state's own.
    A3. Each state is still compared with what was promised before it, its image with those that were found
        sound, and its recovery is cut at points of its own.
    A4. Only what was recovered and read without an error is remembered.
    A5. A state that is looked at deeply is recovered for itself, whatever is known: were a recovery not a function
        of what it is told, I8 would break there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bumps.torture.oracle import LAST_DAY, Recovered, open_state
from bumps.torture.simdisk import Image, Operation, SimDisk, SimFile, numbers_of
from bumps.torture.states import State
from bumps.torture.subject import Subject

ALL = ""
"""Asked for what all files take, not for the content of one."""


class _ToldDisk(SimDisk):
    """A disk that notes which of the files that it began with were opened."""

    def __init__(self, image: Image, depth: int) -> None:
        super().__init__(image, seed=-1 - depth, day=LAST_DAY - depth)
        self.may_drop = False
        self.asked: dict[str, None] = {}
        """By the paths that they had, in order."""
        self.paths = {number: path for path, number in numbers_of(image).items() if path in image.files}

    def open(self, path: str, *, write: bool) -> SimFile:
        """Open a file, and note that."""
        file = super().open(path, write=write)
        first = self.paths.get(file.number)
        if first is not None:
            self.asked[first] = None
        return file

    def free_size(self, path: str) -> int:
        """Return the bytes that are left, and note that somebody asked."""
        self.asked[ALL] = None
        return super().free_size(path)

    def left(self) -> tuple[tuple[str, ...], list[tuple[str, str | bytes]]]:
        """Return what is there when the process is gone, as `_Outcome` has it."""
        self.kill()
        directories, files = self.there()
        found: list[tuple[str, str | bytes]] = []
        for path, node in files:
            first = self.paths.get(node.number)
            found.append((path, bytes(node.content) if first is None or first in self.asked else first))
        return tuple(directories), found


@dataclass(slots=True)
class _Outcome:
    """What a recovery did, and made of the disk."""

    last_lsn: int
    content: list[tuple[str, bytes, bytes]]
    notes: list[str]
    trace: list[Operation]
    directories: tuple[str, ...]
    files: list[tuple[str, str | bytes]]
    """Path, and its bytes, or the path that it had before if nobody opened it."""


@dataclass(slots=True)
class _Asked:
    """A file that is opened next, and what follows for each content that it had."""

    path: str
    answers: dict[bytes | int, _Asked | _Outcome] = field(default_factory=dict)


class _Remembered:
    """A recovery that need not be done: see `Recovery`."""

    def __init__(self, outcome: _Outcome, state: State) -> None:
        self._outcome = outcome
        self._state = state
        self.last_lsn = outcome.last_lsn

    def content(self) -> list[tuple[str, bytes, bytes]]:
        return self._outcome.content

    def notes(self) -> list[str]:
        return self._outcome.notes

    def trace(self) -> list[Operation]:
        return self._outcome.trace

    def image(self) -> Image:
        before = self._state.image.files
        files = {path: found if isinstance(found, bytes) else before[found] for path, found in self._outcome.files}
        return Image(self._outcome.directories, files)


Root = tuple[Subject, int, bool, tuple[str, ...], tuple[str, ...]]
"""What is told before the first file: the names, and whether a store may be made. The subject and the depth besides."""


class Alike:
    """Recovers states, one of those that are told the same. Use one for a campaign: nothing is ever forgotten."""

    def __init__(self) -> None:
        """Know nothing."""
        self._roots: dict[Root, _Asked | _Outcome] = {}

    def recover(self, subject: Subject, state: State, depth: int) -> Recovered:
        """Do what `oracle.recover_to_read` does."""
        files = state.image.files
        root = (subject, depth, state.acked < 0, state.image.directories, tuple(files))
        at = self._roots.get(root)
        while isinstance(at, _Asked):
            at = at.answers.get(_answer(files, at.path))
        if at is not None:
            return _Remembered(at, state)
        disk = _ToldDisk(state.image, depth)
        recovery = open_state(subject, state, disk)
        try:
            content = recovery.content()
        except Exception:
            return recovery  # whoever checks it reads it again, in its turn (A4)
        outcome = _Outcome(recovery.last_lsn, content, recovery.notes(), recovery.trace(), *disk.left())
        self._remember(root, list(disk.asked), files, outcome)
        return _Remembered(outcome, state)

    def _remember(self, root: Root, asked: list[str], files: Mapping[str, bytes], outcome: _Outcome) -> None:
        """Keep an outcome where the next recovery that is told the same will come."""
        if not asked:
            self._roots[root] = outcome
            return
        at = self._roots.setdefault(root, _Asked(asked[0]))
        for path, following in zip(asked, [*asked[1:], None]):
            assert isinstance(at, _Asked) and at.path == path, f"A1: {path} was opened here, and nobody knows why"
            answer = _answer(files, path)
            at = at.answers.setdefault(answer, outcome if following is None else _Asked(following))


def _answer(files: Mapping[str, bytes], path: str) -> bytes | int:
    return sum(map(len, files.values())) if path == ALL else files[path]

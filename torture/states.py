"""Crash states: every content that a disk may legally have after a power cut, made from a trace.

The rules are TORTURE 2's. For a prefix of a trace, `Medium` knows of each file the
bytes as of its last sync, and of each sector the contents it had since then. A power
cut picks, independently of each other:

    P1. sector: the durable content, or any of its later ones; in the first and
        last sector of the last write, also a mixture of the new and the content before, at five cuts, and, if
        sector writes are not power-safe (`Profile.powersafe`), garbage;
    P2. size: any size the file had since its last sync;
    P3. fill: what was never written inside a new size is zeros, random bytes, or the
        old content of another file (recycled blocks);
    P4. names: of the operations since the last sync of the directory, any prefix
        (`ordered`; `ext4`, where the sync of a file is one of its names), or any
        subset that keeps the order per name (`posix`).

What is picked is a vector of small integers, one per dimension of the `Space` at this
point; 0 is "nothing of it was written". All vectors are tried when there are at most
`budget` of them; else structured ones (all, none, each one missing, each one alone,
each prefix, each tear) and seeded random ones.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bumps.torture.simdisk import (
    ROOT,
    SECTOR_SIZE,
    Ack,
    Begin,
    Drop,
    Fork,
    Image,
    Link,
    Operation,
    Rename,
    Sync,
    SyncDirectory,
    Truncate,
    Unlink,
    Write,
    numbers_of,
)

EXHAUSTIVE_COUNT_MAX = 1 << 14
TEAR_CUTS = (1, 8, 64, 255, 500)
"""Byte counts at which the sector written last is torn: inside a magic, a CRC, a header, the body, the end."""
TEAR_PROBABILITY = 1 / 16
"""In random vectors: how often the last sector is torn or garbage."""
ZERO = bytes(SECTOR_SIZE)
NameOperation = Link | Rename | Unlink
Listing = tuple[tuple[str, ...], list[tuple[str, int]]]
"""The paths of all directories; path and number of all files; both sorted."""


class Profile(NamedTuple):
    """What a file system and a disk promise."""

    names: str = "ordered"
    """`ordered`: the operations on names reach the disk in order; `posix`: in any order, per name kept;
    `ext4`: in order, and the sync of a file makes its name durable."""
    powersafe: bool = True
    """Whether a sector in flight is at least a mixture of old and new."""

    def __str__(self) -> str:
        """Return the form that reports use."""
        return f"{self.names}, psow={'on' if self.powersafe else 'off'}"


@dataclass(frozen=True, slots=True)
class State:
    """One legal content of the disk after a power cut, and what was known when it happened."""

    image: Image
    acked: int
    issued: int
    fork: int
    """How many recoveries the trace has seen before: chooses the history that counts."""
    index: int
    """How many operations of the trace had happened."""
    vector: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Dimension:
    """One independent choice: how many options, and which of them means "all was written"."""

    kind: str
    node: int
    sector: int
    count: int
    full: int


class _FileMedium:
    """What is known of one file's content on the medium."""

    __slots__ = ("cache", "dirty", "durable", "sizes", "stamps", "versions", "whole")

    def __init__(self, content: bytes = b"") -> None:
        # Bytes until they change: most files of most traces are only read.
        self.durable: bytes | bytearray = content
        self.cache: bytes | bytearray = content
        self.versions: dict[int, list[bytes]] = {}
        self.stamps: dict[int, int] = {}
        self.dirty: set[int] = set()
        self.sizes: list[int] = []
        self.whole: bytes | None = content

    def durable_content(self) -> bytes:
        """Return the bytes of the last sync: one object, which is hashed once, until the next."""
        if self.whole is None:
            self.whole = bytes(self.durable)
        return self.whole

    def durable_sector(self, sector: int) -> bytes | None:
        """Return what the sector held at the last sync, or None if the file did not reach so far."""
        if sector * SECTOR_SIZE >= len(self.durable):
            return None
        return bytes(self.durable[sector * SECTOR_SIZE : (sector + 1) * SECTOR_SIZE]).ljust(SECTOR_SIZE, b"\0")

    def before_last(self, sector: int) -> bytes:
        """Return what the sector held before its newest version."""
        versions = self.versions[sector]
        return versions[-2] if len(versions) > 1 else self.durable_sector(sector) or ZERO

    def write(self, offset: int, data: bytes, stamp: int) -> None:
        """Note a write."""
        end = offset + len(data)
        cache = self._changing()
        if end > len(cache):
            cache.extend(bytes(end - len(cache)))
            self.sizes.append(end)
        cache[offset:end] = data
        last = (end - 1) // SECTOR_SIZE
        for sector in range(offset // SECTOR_SIZE, last + 1):
            self._note(sector, stamp)

    def truncate(self, size: int, stamp: int) -> None:
        """Note a new size; sectors that were cut off read as zeros if the file grows again."""
        cache = self._changing()
        old = len(cache)
        if size == old:
            return
        if size < old:
            del cache[size:]
            for sector in range(size // SECTOR_SIZE, -(-old // SECTOR_SIZE)):
                self._note(sector, stamp)
        else:
            cache.extend(bytes(size - old))
        self.sizes.append(size)

    def sync(self) -> None:
        """Note a sync: what is dirty is durable; what an earlier failed sync dropped stays undecided."""
        if not self.dirty and not self.sizes:
            return
        size = len(self.cache)
        durable = self.durable if isinstance(self.durable, bytearray) else bytearray(self.durable)
        self.durable = durable
        del durable[size:]
        durable.extend(bytes(size - len(durable)))
        for sector in self.dirty:
            start = sector * SECTOR_SIZE
            if start < size:
                durable[start : min(start + SECTOR_SIZE, size)] = self.versions[sector][-1][: size - start]
            del self.versions[sector]
            del self.stamps[sector]
        self.dirty.clear()
        self.sizes.clear()
        self.whole = None

    def drop(self, *, revert: bool) -> None:
        """Note a failed sync: nothing that is dirty now becomes durable by a later sync."""
        self.dirty.clear()
        if revert:
            self.cache = bytearray(self.durable)
            self.sizes.append(len(self.cache))

    def _changing(self) -> bytearray:
        if not isinstance(self.cache, bytearray):
            self.cache = bytearray(self.cache)
        return self.cache

    def size_options(self) -> list[int]:
        """Return the sizes that a power cut may choose: the durable one first, the newest last."""
        if not self.sizes:
            return [len(self.durable)]
        return [*dict.fromkeys([len(self.durable), *self.sizes[:-1]]), self.sizes[-1]]

    def _note(self, sector: int, stamp: int) -> None:
        content = bytes(self.cache[sector * SECTOR_SIZE : (sector + 1) * SECTOR_SIZE]).ljust(SECTOR_SIZE, b"\0")
        versions = self.versions.setdefault(sector, [])
        if not versions or versions[-1] != content:
            versions.append(content)
        self.stamps[sector] = stamp
        self.dirty.add(sector)


class Medium:
    """The medium under a `SimDisk`: step through its trace with `apply`, ask for the `space` at any point."""

    def __init__(self, image: Image, *, acked: int, issued: int, profile: Profile) -> None:
        """Start with the image that the disk started with, where `acked` and `issued` held."""
        self.acked = acked
        self.issued = issued
        self.fork = 0
        self.index = 0
        self.profile = profile
        self.files: dict[int, _FileMedium] = {}
        self.directories: dict[int, dict[str, int]] = {ROOT: {}}
        self.pending: list[NameOperation] = []
        self.listings: dict[tuple[int, ...], Listing] = {}
        """What there is by name, for choices among `pending` that were made since a name has changed."""
        self.in_flight: set[tuple[int, int]] = set()
        """File and sector, the first and the last, of the write that was the last operation."""
        numbers = numbers_of(image)
        for path, number in numbers.items():
            parent, _, name = path.rpartition("/")
            if name:
                self.directories[numbers[parent or "/"]][name] = number
            content = image.files.get(path)
            if content is None:
                self.directories[number] = {}
            else:
                self.files[number] = _FileMedium(content)

    def apply(self, operation: Operation) -> None:
        """Go on by one operation of the trace."""
        self.index += 1
        self.in_flight = set()
        match operation:
            case Write(number, offset, data):
                self.files[number].write(offset, data, self.index)
                self.in_flight = {
                    (number, offset // SECTOR_SIZE),
                    (number, (offset + len(data) - 1) // SECTOR_SIZE),
                }
            case Truncate(number, size):
                self.files[number].truncate(size, self.index)
            case Sync(number):
                self.files[number].sync()
                if self.pending and self.profile.names == "ext4":
                    self._sync_names_of(number)
            case Drop(number, revert):
                self.files[number].drop(revert=revert)
            case Link(_, _, number, is_directory):
                if is_directory:
                    self.directories[number] = {}
                else:
                    self.files[number] = _FileMedium()
                self.pending.append(operation)
                self.listings.clear()
            case Rename() | Unlink():
                self.pending.append(operation)
                self.listings.clear()
            case SyncDirectory(number):
                self._sync_directory(number)
                self.listings.clear()
            case Begin(lsn):
                self.issued = lsn
            case Ack(lsn):
                self.acked = lsn
            case Fork(lsn, issued):
                self.acked, self.issued = lsn, issued
                self.fork += 1

    def _sync_names_of(self, number: int) -> None:
        """Make durable what was done to the names of a file, and all before it."""
        tree = {directory: dict(names) for directory, names in self.directories.items()}
        done = 0
        for index, operation in enumerate(self.pending):
            if isinstance(operation, Link):
                node = operation.node
            else:
                node = tree[operation.directory].get(operation.name, 0)
            _apply_name(tree, operation)
            if node == number:
                done = index + 1
        for operation in self.pending[:done]:
            _apply_name(self.directories, operation)
        del self.pending[:done]
        self.listings.clear()

    def _sync_directory(self, number: int) -> None:
        done = {index for index, each in enumerate(self.pending) if number in _directories(each)}
        if not done:
            return
        if self.profile.names != "posix":
            # An ordered file system has one log of names: what came before is durable too.
            done = set(range(max(done) + 1))
        else:
            touched: set[tuple[int, str]] = set()
            for index in range(max(done), -1, -1):
                if index in done or touched.intersection(_touched(self.pending[index])):
                    done.add(index)
                    touched.update(_touched(self.pending[index]))
        for index in sorted(done):
            _apply_name(self.directories, self.pending[index])
        self.pending = [each for index, each in enumerate(self.pending) if index not in done]

    def space(self) -> Space:
        """Return all that a power cut could choose from now."""
        return Space(self)


class Space:
    """The choices of a power cut at one point of a trace."""

    def __init__(self, medium: Medium) -> None:
        """Count the options of each dimension. The medium must not go on while this is used."""
        self._medium = medium
        self.dimensions: list[Dimension] = []
        pending = len(medium.pending)
        if medium.profile.names != "posix":
            self._add("names", 0, 0, pending + 1, pending)
        else:
            for index in range(pending):
                self._add("name", 0, index, 2, 1)
        grows = False
        sectors = []
        for number, file in medium.files.items():
            sizes = file.size_options()
            self._add("size", number, 0, len(sizes), len(sizes) - 1)
            grows = grows or max(sizes) > len(file.durable)
            sectors += [(file.stamps[sector], number, sector) for sector in file.versions]
        # In the order in which they were written, so that a prefix of the vector is a prefix of history.
        for _, number, sector in sorted(sectors):
            full = len(medium.files[number].versions[sector])
            extra = 0
            if (number, sector) in medium.in_flight:
                extra = 2 * len(TEAR_CUTS) + (not medium.profile.powersafe)
            self._add("sector", number, sector, full + 1 + extra, full)
        if grows:
            self._add("fill", 0, 0, 3, 0)
        self.count = math.prod(dimension.count for dimension in self.dimensions)

    def _add(self, kind: str, node: int, sector: int, count: int, full: int) -> None:
        if count > 1:
            self.dimensions.append(Dimension(kind, node, sector, count, full))

    @property
    def full(self) -> tuple[int, ...]:
        """The vector of "everything was written"."""
        return tuple(dimension.full for dimension in self.dimensions)

    def vectors(self, rng: random.Random, budget: int = EXHAUSTIVE_COUNT_MAX) -> Iterator[tuple[int, ...]]:
        """Yield vectors: all of them if there are at most `budget`, else `budget` structured and random ones."""
        if self.count <= budget:
            yield from itertools.product(*(range(dimension.count) for dimension in self.dimensions))
            return
        structured = self._structured()
        if len(structured) > budget // 2:
            structured = structured[:2] + rng.sample(structured[2:], budget // 2 - 2 if budget >= 4 else 0)
        yield from structured
        for _ in range(budget - len(structured)):
            yield self._random(rng)

    def _structured(self) -> list[tuple[int, ...]]:
        full = self.full
        none = tuple(0 for _ in full)
        # Sizes and names stay as written where a single sector is looked at, or it would not be seen.
        frame = tuple(0 if each.kind == "sector" else each.full for each in self.dimensions)
        made = [full, none]
        for index, dimension in enumerate(self.dimensions):
            if dimension.kind == "fill":
                made += [(*start[:index], option, *start[index + 1 :]) for option in (1, 2) for start in (full, frame)]
                continue
            made.append((*full[:index], 0, *full[index + 1 :]))
            made.append((*frame[:index], dimension.full, *frame[index + 1 :]))
            made.append((*full[: index + 1], *frame[index + 1 :]))
            for option in range(1, dimension.count):
                if option != dimension.full:
                    made.append((*full[:index], option, *full[index + 1 :]))
        return list(dict.fromkeys(made))

    def _random(self, rng: random.Random) -> tuple[int, ...]:
        written = rng.choice((0.1, 0.5, 0.9))
        vector = []
        for dimension in self.dimensions:
            if dimension.kind == "fill" or dimension.kind == "names":
                vector.append(rng.randrange(dimension.count))
            elif dimension.count > dimension.full + 1 and rng.random() < TEAR_PROBABILITY:
                vector.append(rng.randrange(dimension.full + 1, dimension.count))
            elif rng.random() < written:
                vector.append(dimension.full if rng.random() < 0.7 else rng.randint(1, dimension.full))
            else:
                vector.append(0)
        return tuple(vector)

    def state(self, vector: Sequence[int]) -> State:
        """Return the content of the disk for one vector."""
        medium = self._medium
        names: list[int] = [1] * len(medium.pending)
        sizes: dict[int, int] = {}
        picks: dict[int, dict[int, int]] = {}
        fill = 0
        for dimension, option in zip(self.dimensions, vector, strict=True):
            if dimension.kind == "names":
                names = [int(index < option) for index in range(len(medium.pending))]
            elif dimension.kind == "name":
                names[dimension.sector] = option
            elif dimension.kind == "size":
                sizes[dimension.node] = medium.files[dimension.node].size_options()[option]
            elif dimension.kind == "fill":
                fill = option
            else:
                picks.setdefault(dimension.node, {})[dimension.sector] = option
        directories, paths = self._listing(tuple(names))
        files: dict[str, bytes] = {}
        for path, number in paths:
            file = medium.files[number]
            picked = picks.get(number)
            size = sizes.get(number)
            if picked is None and (size is None or size == len(file.durable)):
                files[path] = file.durable_content()
            else:
                files[path] = self._content(number, len(file.durable) if size is None else size, picked or {}, fill)
        return State(Image(directories, files), medium.acked, medium.issued, medium.fork, medium.index, tuple(vector))

    def _listing(self, chosen: tuple[int, ...]) -> Listing:
        """Return what there is by name, sorted, after the chosen operations on names."""
        known = self._medium.listings
        found = known.get(chosen)
        if found is None:
            directories: list[str] = []
            files: list[tuple[str, int]] = []
            tree = self._names(chosen)
            waiting = [("/", ROOT)]
            while waiting:
                path, number = waiting.pop()
                if number in tree:
                    directories.append(path)
                    prefix = path if path == "/" else path + "/"
                    waiting += [(prefix + name, child) for name, child in tree[number].items()]
                else:
                    files.append((path, number))
            found = known[chosen] = tuple(sorted(directories)), sorted(files)
        return found

    def _names(self, chosen: Sequence[int]) -> dict[int, dict[str, int]]:
        """Return the names after the chosen operations; one whose names wait for an earlier one waits too."""
        medium = self._medium
        if not medium.pending:
            return medium.directories
        tree = {number: dict(names) for number, names in medium.directories.items()}
        lost: set[tuple[int, str]] = set()
        for operation, yes in zip(medium.pending, chosen, strict=True):
            touched = _touched(operation)
            if yes and not lost.intersection(touched):
                _apply_name(tree, operation)
            else:
                lost.update(touched)
        return tree

    def _content(self, number: int, size: int, picks: dict[int, int], fill: int) -> bytes:
        file = self._medium.files[number]
        durable_size = len(file.durable)
        content = bytearray(file.durable[:size])
        content.extend(bytes(size - len(content)))
        for sector, option in picks.items():
            start = sector * SECTOR_SIZE
            if option and start < size:
                content[start : start + SECTOR_SIZE] = self._version(number, sector, option)[: size - start]
        if fill:
            for sector in range(-(-durable_size // SECTOR_SIZE), -(-size // SECTOR_SIZE)):
                if not picks.get(sector):
                    start = sector * SECTOR_SIZE
                    content[start : start + SECTOR_SIZE] = self._stale(number, sector, fill)[: size - start]
        return bytes(content)

    def _version(self, number: int, sector: int, option: int) -> bytes:
        file = self._medium.files[number]
        versions = file.versions[sector]
        if option <= len(versions):
            return versions[option - 1]
        option -= len(versions) + 1
        if option == 2 * len(TEAR_CUTS):
            return _garbage(number, sector)
        new, old = versions[-1], file.before_last(sector)
        cut = TEAR_CUTS[option // 2]
        return new[:cut] + old[cut:] if option % 2 == 0 else old[:cut] + new[cut:]

    def _stale(self, number: int, sector: int, fill: int) -> bytes:
        """Return what a block that was never written may hold: random bytes, or what another file had there (P3)."""
        if fill == 1:
            return _garbage(number, sector)
        for other in sorted(self._medium.files, reverse=True):
            if other != number:
                found = self._medium.files[other].durable_sector(sector)
                if found is not None and found != ZERO:
                    return found
        return ZERO


def states(
    image: Image,
    trace: Sequence[Operation],
    *,
    acked: int,
    issued: int,
    profile: Profile,
    rng: random.Random,
    budget: int,
    points: set[int] | None = None,
    take: int | None = None,
) -> Iterator[State]:
    """Yield crash states of a trace that began on `image`: at most `budget` per point, at all points or those given.

    `take` of the `budget` are chosen by chance, all if it is not given: only they are built.
    """
    medium = Medium(image, acked=acked, issued=issued, profile=profile)
    if points is None or 0 in points:
        yield from _states_here(medium, rng, budget, take)
    for operation in trace:
        medium.apply(operation)
        if points is None or medium.index in points:
            yield from _states_here(medium, rng, budget, take)


def _states_here(medium: Medium, rng: random.Random, budget: int, take: int | None) -> Iterator[State]:
    space = medium.space()
    vectors = list(space.vectors(rng, budget))
    if take is not None and take < len(vectors):
        vectors = rng.sample(vectors, take)
    for vector in vectors:
        yield space.state(vector)


def state_at(
    image: Image,
    trace: Sequence[Operation],
    index: int,
    vector: Sequence[int],
    *,
    acked: int,
    issued: int,
    profile: Profile,
) -> State:
    """Return one state again, from its place in the trace and its vector."""
    medium = Medium(image, acked=acked, issued=issued, profile=profile)
    for operation in trace[:index]:
        medium.apply(operation)
    return medium.space().state(vector)


def image_hash(state: State) -> int:
    """Return what tells two states apart: the image, and what had been promised and issued."""
    image = state.image
    return hash((image.directories, tuple(image.files.items()), state.acked, state.issued, state.fork))


def _garbage(number: int, sector: int) -> bytes:
    return random.Random(number * 1_000_003 + sector).randbytes(SECTOR_SIZE)


def _directories(operation: NameOperation) -> tuple[int, ...]:
    if isinstance(operation, Rename):
        return operation.directory, operation.target_directory
    return (operation.directory,)


def _touched(operation: NameOperation) -> list[tuple[int, str]]:
    touched = [(operation.directory, operation.name)]
    if isinstance(operation, Rename):
        touched.append((operation.target_directory, operation.target_name))
    return touched


def _apply_name(tree: dict[int, dict[str, int]], operation: NameOperation) -> None:
    match operation:
        case Link(directory, name, node, _):
            tree[directory][name] = node
        case Unlink(directory, name):
            tree[directory].pop(name, None)
        case Rename(directory, name, target_directory, target_name):
            tree[target_directory][target_name] = tree[directory].pop(name)

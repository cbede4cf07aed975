"""Salvage: all that can be read of a damaged database, as operations on a new one.

The trees are walked by reference from the newest meta slot: what is reached so is exact, as of C.
A reference that finds nothing leaves a hole, a range of keys of one tree. Into it goes what the
leaves of that tree say which nobody reaches, the newest last; then the frames of the journal.

    V1. Each range of keys has an age: the LSN up to which what is there knows every commit. C where
        the walk was exact, that of its page for a leaf found by itself, 0 for the rest of a hole.
    V2. A frame is applied to the ranges that are younger than it, and to no other: an older commit
        never undoes a newer one, and what a whole leaf lacks is not brought back.
    V3. If anything of the pages is missing, and the journal is there from the first frame on, the
        pages are not used at all: the journal is the database.
    V4. A free page, and a tree that the directory does not have, hold what was deleted: they are
        left out, as far as freelist and directory can be read.
    V5. What is not in the new database for certain is named: `gaps`. What could not be read and cost
        nothing is in `notes`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from bumps.batch import KILL, SET, Batch, Batches
from bumps.btree import body, directory, freelist, overflow
from bumps.btree.meta import Meta
from bumps.btree.node import Chain
from bumps.btree.page import BRANCH, DIRECTORY_TREE, LEAF, NOWHERE, OVERFLOW, Page, Reference, corrupt
from bumps.errors import BumpsError, CorruptionError, ForeignFileError, StorageError, UsageError
from bumps.files import Disk
from bumps.keys import KeyCodec
from bumps.limits import PAGE_SIZE_DEFAULT
from bumps.names import check_name
from bumps.recovery.create import JOURNAL, join
from bumps.recovery.remains import (
    Found,
    Gap,
    Image,
    Pages,
    find_meta,
    patient,
    probe_page_size,
    read_found,
    read_history,
)
from bumps.wal import frame
from bumps.wal.source import SegmentSource

END = b"\xff"
"""Above every key: no encoded key and no name holds it."""
LOST = "%LOST"
_SHOWN_SIZE = 40


class Target(Protocol):
    """The new database, as salvage fills it."""

    def set(self, name: str, key: bytes, value: bytes) -> None:
        """Set a node."""

    def kill_node(self, name: str, key: bytes) -> None:
        """Kill a node, not its descendants."""

    def keys(self, name: str, low: bytes, high: bytes) -> list[bytes]:
        """Return the keys from `low` to below `high` that there are."""

    def apply(self, batches: Batches) -> None:
        """Apply a commit."""


class Hole(NamedTuple):
    """A range of keys of a tree which its references do not lead to."""

    low: bytes
    high: bytes
    page: int
    what: str


class Sound(NamedTuple):
    """A leaf that is what its parent says."""

    pairs: list[tuple[bytes, bytes]]
    lost: list[tuple[bytes, str]]
    """Keys whose overflow values cannot be read, and why."""


class Ages:
    """The LSN that each key of a global is as of (V1): a step function over the keys."""

    def __init__(self, lsn: int) -> None:
        self._starts = [b""]
        self._lsns = [lsn]

    def put(self, low: bytes, high: bytes, lsn: int) -> None:
        """Give the keys from `low` to below `high` this age."""
        if low >= high:
            return
        first, last = bisect_left(self._starts, low), bisect_left(self._starts, high)
        behind = self._lsns[bisect_right(self._starts, high) - 1]
        if last < len(self._starts) and self._starts[last] == high:
            last += 1
        self._starts[first:last] = [low, high]
        self._lsns[first:last] = [lsn, behind]

    def at(self, key: bytes) -> int:
        """Return the age of a key."""
        return self._lsns[bisect_right(self._starts, key) - 1]

    def before(self, low: bytes, high: bytes, lsn: int) -> list[tuple[bytes, bytes]]:
        """Return the parts of a range that are as of an LSN below `lsn`."""
        index = bisect_right(self._starts, low) - 1
        parts = []
        while index < len(self._starts) and self._starts[index] < high:
            end = self._starts[index + 1] if index + 1 < len(self._starts) else END
            if self._lsns[index] < lsn:
                parts.append((max(low, self._starts[index]), min(high, end)))
            index += 1
        return parts

    @property
    def newest(self) -> int:
        """The highest age."""
        return max(self._lsns)


class Salvage:
    """What can be read of one database. `pour` it into a new one; then `gaps` is complete."""

    def __init__(self, disk: Disk, path: str, charset: str | None = None) -> None:
        """Look at every page and every frame. `charset` counts if no meta slot says one.

        Raises CorruptionError if nothing can be read, ForeignFileError for files of a newer release.
        """
        self.gaps: list[Gap] = []
        self.notes: list[Gap] = []
        self.used_pages = True
        """Whether the pages are used, not only the journal (V3)."""
        self.frame_count = 0
        """Commits that were taken from the journal."""
        self._disk = patient(disk, self.notes)
        self._path = path
        self.meta: Meta | None = find_meta(self._disk, path, self.notes)
        meta = self.meta
        self._lsn = meta.lsn if meta else 0
        self.history = read_history(self._disk, path, meta.database_id if meta else None, self._lsn)
        self.page_size = meta.page_size if meta else probe_page_size(self._disk, path) or PAGE_SIZE_DEFAULT
        self._pages = Pages(self._disk, path, self.page_size, meta.page_count if meta else None)
        if meta is None and not self._pages.images and not self.history.frames:
            raise CorruptionError(
                f"{path}: no meta slot, no page and no frame of it can be read",
                hint="restore it from a backup",
                path=path,
            )
        self._reached: set[int] = set()
        self._names: dict[str, int] = {}
        self._trees: dict[int, str] = {}
        self._roots: dict[int, tuple[Reference, int]] = {}
        self._ages: dict[str, Ages] = {}
        self._directory_ages = Ages(self._lsn)
        self._has_holes = False
        self._free = self._read_freelist()
        self._leaves = self._leaves_by_tree()
        self.charset = meta.charset if meta else charset or self._guess_charset()
        self._codec = KeyCodec.of(self.charset)
        if meta is None:
            self.gaps.append(Gap("file", "data", f"no meta slot can be read; taken for charset {self.charset}"))

    def pour(self, target: Target) -> None:
        """Write everything that can be read to `target`. Raises nothing for damage."""
        try:
            complete = self.history.reaches_from_birth(max(self._lsn, self._newest_page_lsn()))
            if complete and not self._is_whole():
                self.used_pages = False
                self.notes += self._page_gaps()
                self._lsn, self._directory_ages = 0, Ages(0)
                self._ages.clear()
            else:
                self._pour_pages(target)
                (self.gaps if self._has_holes else self.notes).extend(self._page_gaps())
            self._pour_frames(target)
        finally:
            self._pages.close()

    # The pages

    def _is_whole(self) -> bool:
        """Return whether every node is reached by references: walk all, and keep nothing."""
        whole = self.meta is not None
        for _, entry in self._walk_directory() if whole else ():
            if isinstance(entry, Hole):
                whole = False
                break
            for part in self._walk(entry.number, entry.root, entry.level, b"", END):
                whole = whole and not (isinstance(part, Hole) or part.lost)
        self._reached.clear()
        return whole

    def _pour_pages(self, target: Target) -> None:
        """Write what the pages hold: the globals of the directory, then trees that have lost their names."""
        dead: set[int] = set()
        holes: list[Hole] = []
        found: dict[str, directory.Entry] = {}
        for key, entry in self._walk_directory():
            if isinstance(entry, Hole):
                holes.append(entry)
                self._directory_ages.put(entry.low, entry.high, 0)
                self._lose("global", f"data: page {entry.page}", f"{entry.what}; names of globals are lost")
            elif directory.is_dead(key):
                dead.add(entry.number)
            else:
                found[key.decode("ascii")] = entry
        for image, page in self._orphans(DIRECTORY_TREE, holes):
            self._adopt_names(image, page, holes, found)
        known = dead | {entry.number for entry in found.values()}
        for name in sorted(found):
            self._pour_tree(target, name, found[name].number, found[name].root, found[name].level)
        if holes:
            for tree in sorted(set(self._leaves) - known - {DIRECTORY_TREE}):
                name = f"{LOST}{tree}"
                while name in found:
                    name += "X"
                self._lose("global", f"^{name}", f"tree {tree} has lost its name, and may be one that was killed")
                self._pour_tree(target, name, tree, NOWHERE, 0)

    def _walk_directory(self) -> Iterator[tuple[bytes, directory.Entry | Hole]]:
        """Yield what the directory says, and its holes."""
        root = self.meta.directory if self.meta is not None else NOWHERE
        if root is None:
            return
        level = 0
        if (image := self._pages.find(root.page, root.checksum)) is not None:
            level = image.level
        for part in self._walk(DIRECTORY_TREE, root, level, b"", END):
            if isinstance(part, Hole):
                yield part.low, part
                continue
            for key, value in part.pairs:
                if key >= directory.NAMES_FIRST or directory.is_dead(key):
                    yield key, self._entry(key, value, root.page)

    def _entry(self, key: bytes, value: bytes, page: int) -> directory.Entry | Hole:
        if not directory.is_name(key) and not directory.is_dead(key):
            return Hole(key, key + b"\0", page, f"{key[:_SHOWN_SIZE]!r} is not the name of a global")
        try:
            return directory.decode(value, self._pages.page_count)
        except ValueError as error:
            return Hole(key, key + b"\0", page, str(error))

    def _adopt_names(self, image: Image, page: Page, holes: list[Hole], found: dict[str, directory.Entry]) -> None:
        """Take the names of a leaf of the directory that nobody refers to."""
        for key, value in self._pairs(page)[0]:
            if not directory.is_name(key) or not any(hole.low <= key < hole.high for hole in holes):
                continue
            entry = self._entry(key, value, page.number)
            if isinstance(entry, directory.Entry):
                found[key.decode("ascii")] = entry
                self._directory_ages.put(key, key + b"\0", image.lsn)

    def _pour_tree(self, target: Target, name: str, tree: int, root: Reference, level: int) -> None:
        """Write one global: what is reached, then what else there is of its tree in the holes."""
        ages = self._ages[name] = Ages(self._lsn)
        holes: list[Hole] = []
        for part in self._walk(tree, root, level, b"", END):
            if isinstance(part, Hole):
                holes.append(part)
                ages.put(part.low, part.high, 0)
                if part.page:
                    where = f"nodes of ^{name} from {self._shown(part.low)} to below {self._shown(part.high)}"
                    self._lose("page", f"data: page {part.page}", f"{part.what}; {where} are missed")
            else:
                self._pour_pairs(target, name, part, ages)
        for image, page in self._orphans(tree, holes):
            part = Sound(*self._pairs(page))
            keys = sorted([key for key, _ in part.pairs] + [key for key, _ in part.lost])
            for hole in holes:
                inside = [key for key in keys if hole.low <= key < hole.high]
                if not inside:
                    continue
                for key in target.keys(name, inside[0], inside[-1] + b"\0"):
                    target.kill_node(name, key)  # an older leaf said so
                ages.put(inside[0], inside[-1] + b"\0", image.lsn)
                there = set(inside)
                pairs = [pair for pair in part.pairs if pair[0] in there]
                self._pour_pairs(target, name, Sound(pairs, [pair for pair in part.lost if pair[0] in there]), ages)
                what = f"found by itself: {len(pairs)} nodes of ^{name} as of LSN {image.lsn}"
                self.notes.append(Gap("page", f"data: page {image.number}", what))

    def _pour_pairs(self, target: Target, name: str, part: Sound, ages: Ages) -> None:
        """Write the nodes of a leaf."""
        for key, value in part.pairs:
            if self._is_key(name, key):
                target.set(name, key, value)
        for key, what in part.lost:
            ages.put(key, key + b"\0", 0)
            self._lose("value", f"^{name}{self._shown(key) if key else ''}", what)

    def _lose(self, kind: str, place: str, what: str) -> None:
        self._has_holes = True
        self.gaps.append(Gap(kind, place, what))

    def _walk(self, tree: int, root: Reference, level: int, low: bytes, high: bytes) -> Iterator[Sound | Hole]:
        """Yield the leaves that references lead to, in order, and the holes between them."""
        number, checksum = root.page, root.checksum
        image = self._pages.find(number, checksum)
        if image is None or number in self._reached:
            what = "a second reference to it" if image is not None else self._pages.what(number)
            yield Hole(low, high, number, what)
            return
        try:
            page = self._pages.read(image)
            if page.tree != tree or page.level != level or page.kind != (BRANCH if level else LEAF):
                raise corrupt(number, f"kind {page.kind} of tree {page.tree} at level {page.level}")
            self._reached.add(number)
            if not level:
                yield Sound(*self._pairs(page))
                return
            branch = body.decode_branch(page, self._pages.page_count)
        except CorruptionError as error:
            yield Hole(low, high, number, error.message)
            return
        bounds = [low, *branch.separators, high]
        for child, start, end in zip(branch.children, bounds, bounds[1:]):
            assert isinstance(child, Reference)
            yield from self._walk(tree, child, level - 1, start, end)

    def _pairs(self, page: Page) -> tuple[list[tuple[bytes, bytes]], list[tuple[bytes, str]]]:
        """Return the nodes of a leaf, and the keys whose values cannot be read; CorruptionError if it is none."""
        leaf = body.decode_leaf(page, self.page_size, self._pages.page_count)
        pairs: list[tuple[bytes, bytes]] = []
        lost: list[tuple[bytes, str]] = []
        for key in leaf.sort():
            value = leaf.cells[key]
            if isinstance(value, bytes):
                pairs.append((key, value))
                continue
            assert isinstance(value, Chain)
            try:
                pairs.append((key, self._value(page.tree, value)))
            except CorruptionError as error:
                lost.append((key, f"its value cannot be read: {error.message}"))
        return pairs, lost

    def _value(self, tree: int, chain: Chain) -> bytes:
        """Return a value from the newest images of its pages, else from older ones; CorruptionError if none give it."""
        count = overflow.page_count(chain.size, self.page_size)
        numbers = range(chain.page, chain.page + count)
        self._reached.update(numbers)
        images = [self._of(number, tree) for number in numbers]
        for number, found in zip(numbers, images):
            if not found:
                raise corrupt(number, self._pages.what(number))
        error: CorruptionError | None = None
        for age in range(max(map(len, images))):
            data = b"".join(self._pages.bytes_of(found[min(age, len(found) - 1)]) for found in images)
            try:
                return overflow.read(data, self.page_size, tree, chain)
            except CorruptionError as found_error:
                error = error or found_error
        assert error is not None
        raise error

    def _of(self, number: int, tree: int) -> list[Image]:
        return [
            image for image in self._pages.images.get(number, ()) if image.kind == OVERFLOW and image.tree == tree
        ]  # fmt: skip

    def _orphans(self, tree: int, holes: list[Hole]) -> Iterator[tuple[Image, Page]]:
        """Yield the leaves of a tree that nobody refers to, the oldest first, if there are holes."""
        if not holes:
            return
        for image in self._leaves.get(tree, ()):
            if image.number in self._reached or image.number in self._free:
                continue
            try:
                page = self._pages.read(image)
                body.decode_leaf(page, self.page_size, self._pages.page_count)
            except CorruptionError as error:
                self._lose("page", f"data: page {image.number}", error.message)
                continue
            yield image, page

    def _leaves_by_tree(self) -> dict[int, list[Image]]:
        """Return all leaves by tree, the oldest first."""
        leaves: dict[int, list[Image]] = {}
        for images in self._pages.images.values():
            for image in images:
                if image.kind == LEAF and image.level == 0:
                    leaves.setdefault(image.tree, []).append(image)
        for found in leaves.values():
            found.sort(key=lambda image: (image.generation, image.lsn))
        return leaves

    def _read_freelist(self) -> set[int]:
        """Return the free pages; none if that cannot be read (V4)."""
        meta = self.meta
        if meta is None or meta.freelist is None:
            return set()
        try:
            found = freelist.read(meta.freelist, meta.page_count, meta.generation, self._load)
        except CorruptionError as error:
            self.notes.append(Gap("page", "data: freelist", f"{error.message}; old pages may come back"))
            return set()
        return {number for run in found.runs for number in range(run.page, run.end)} | set(found.pages)

    def _load(self, number: int, checksum: int) -> Page:
        image = self._pages.find(number, checksum)
        if image is None:
            raise corrupt(number, self._pages.what(number))
        return self._pages.read(image)

    def _page_gaps(self) -> list[Gap]:
        """Return the pages that cannot be read and are named by nothing else."""
        named = {gap.place for gap in self.gaps}
        return [
            gap
            for number, what in sorted(self._pages.unreadable.items())
            if (gap := Gap("page", f"data: page {number}", what)).place not in named
        ]

    def _newest_page_lsn(self) -> int:
        return max((image.lsn for images in self._pages.images.values() for image in images), default=0)

    def _guess_charset(self) -> str:
        """Return `utf-8` if every key and value is that, else `m`."""
        try:
            for images in self._leaves.values():
                for image in images:
                    if image.tree != DIRECTORY_TREE:
                        self._check_text(self._pairs(self._pages.read(image))[0])
            for batch in (batch for _, batches in self._commits(self.history.frames) for batch in batches):
                self._check_text([(key, b"") for key in batch.keys])
                for value in batch.values:
                    value.decode("utf-8")
        except (BumpsError, UnicodeDecodeError):
            return "m"
        return "utf-8"

    @staticmethod
    def _check_text(pairs: Iterable[tuple[bytes, bytes]]) -> None:
        codec = KeyCodec.of("utf-8")
        for key, value in pairs:
            codec.decode(key)
            value.decode("utf-8")

    # The journal

    def _pour_frames(self, target: Target) -> None:
        """Apply the frames to what is older than they are (V2)."""
        history = self.history
        in_pages = 0 if self._has_holes else self._lsn
        for first, last in history.gone:
            what = "they cannot be read" if last > first else "it cannot be read"
            gap = Gap(
                "frame", f"journal: frames {first} to {last}" if last > first else f"journal: frame {first}", what
            )
            (self.gaps if last > in_pages else self.notes).append(gap)
        if history.frames and history.frames[0].lsn > in_pages + 1 and (self._has_holes or self.meta is None):
            what = f"the journal begins with frame {history.frames[0].lsn}; what came before is in the pages only"
            self.gaps.append(Gap("frame", "journal", what))
        elif history.frames and history.frames[0].lsn > self._lsn + 1:
            first, last = self._lsn + 1, history.frames[0].lsn - 1
            if all(gone[0] > first for gone in history.gone):
                self.gaps.append(Gap("frame", f"journal: frames {first} to {last}", "they are not there"))
        self.notes += history.gaps
        wanted = [found for found in history.frames if found.lsn > in_pages]
        newest = max([self._lsn, self._directory_ages.newest, *(ages.newest for ages in self._ages.values())])
        for lsn, batches in self._commits(wanted):
            sound = [self._sound(batch, lsn) for batch in batches]
            self.frame_count += 1
            if lsn > newest:
                target.apply([batch for batch in sound if batch.keys])
            else:
                for batch in sound:
                    self._apply_partly(target, batch, lsn)

    def _commits(self, frames: Iterable[Found]) -> Iterator[tuple[int, Batches]]:
        """Yield LSN and content of the commits among these frames; what cannot be read is a gap."""
        source: SegmentSource | None = None
        try:
            for found in frames:
                if found.kind == frame.MARK:
                    continue
                try:
                    if source is None or source.first_lsn != found.place.segment:
                        if source is not None:
                            source.close()
                        source = None
                        source = SegmentSource(self._disk, join(self._path, JOURNAL), found.place.segment)
                    yield found.lsn, read_found(source, found).batches
                except StorageError as error:
                    if isinstance(error, ForeignFileError):
                        raise
                    self.gaps.append(Gap("frame", f"journal: frame {found.lsn}", error.message))
        finally:
            if source is not None:
                source.close()

    def _sound(self, batch: Batch, lsn: int) -> Batch:
        """Return a batch without the operations that no database takes."""
        if all(self._is_key(batch.name, key) for key in batch.keys):
            return batch
        values = iter(batch.values)
        kept = []
        for kind, key in zip(batch.kinds, batch.keys):
            value = next(values) if kind == SET else b""
            if self._is_key(batch.name, key):
                kept.append((kind, key, value))
        return Batch(
            batch.name,
            bytes(kind for kind, _, _ in kept),
            [key for _, key, _ in kept],
            [value for kind, _, value in kept if kind == SET],
        )

    def _apply_partly(self, target: Target, batch: Batch, lsn: int) -> None:
        """Do the operations of a batch where what is there is older."""
        ages = self._ages.get(batch.name)
        if ages is None:
            # Not in the directory: killed before C, if the directory can be read there.
            ages = Ages(self._directory_ages.at(batch.name.encode("ascii")))
            if ages.newest < lsn:
                self._ages[batch.name] = ages
        values = iter(batch.values)
        for kind, key in zip(batch.kinds, batch.keys):
            value = next(values) if kind == SET else b""
            if kind == KILL:
                for low, high in ages.before(key, key + END, lsn):
                    for inner in target.keys(batch.name, low, high):
                        target.kill_node(batch.name, inner)
            elif ages.at(key) < lsn:
                if kind == SET:
                    target.set(batch.name, key, value)
                else:
                    target.kill_node(batch.name, key)

    # Keys

    def _is_key(self, name: str, key: bytes) -> bool:
        """Return whether a database takes this node's name; if not it is a gap."""
        try:
            check_name(name)
            self._codec.decode(key)
        except BumpsError as error:
            gap = Gap("value", f"^{name[:_SHOWN_SIZE]} key {key[:_SHOWN_SIZE].hex()}", f"no node: {error.message}")
            self.gaps.append(gap)
            return False
        return True

    def _shown(self, key: bytes) -> str:
        """Return the subscripts of a key, or of a bound between keys, for people."""
        if not key:
            return "the beginning"
        if key >= END:
            return "the end"
        end = key.rfind(b"\0") + 1
        try:
            subscripts = list(self._codec.decode(key[:end]))
        except (CorruptionError, UsageError):
            return f"key {key[:_SHOWN_SIZE].hex()}"
        more = ""
        if key[end:]:  # a bound is as short as can be: its last subscript may be cut
            try:
                subscripts.append(self._codec.decode_one(key[end:] + b"\0"))
            except (CorruptionError, UsageError):
                more = ",..." if subscripts else "..."
        return "({}{})".format(",".join(ascii(text)[:_SHOWN_SIZE] for text in subscripts), more)

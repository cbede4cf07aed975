"""recovery/remains.py and salvage.py, sentence by sentence: what each kind of damage costs, and what is said of it."""

from __future__ import annotations

import errno
import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from bumps.batch import SET, Batch
from bumps.btree import encode
from bumps.btree.page import BRANCH, LEAF, OVERFLOW
from bumps.engine import Engine
from bumps.errors import CorruptionError, ExistsError, ForeignFileError, StorageError
from bumps.files import MemoryDisk, MemoryFile
from bumps.recovery.remains import Pages, read_found, read_history
from bumps.recovery.salvage import Salvage
from bumps.rescue import salvage
from bumps.torture.hostile import edit
from bumps.wal import frame
from bumps.wal.source import SegmentSource
from tests.damaged import (
    CODEC,
    NEW,
    OPTIONS,
    PAGE_SIZE,
    PATH,
    Content,
    built,
    cell_of,
    content,
    copied,
    files_of,
    forge_cell,
    forge_frame,
    forge_meta,
    forge_page,
    nodes,
    pages,
    saved,
    spoil,
    spoil_slots,
    without_journal,
    without_set,
)

LOG = f"{PATH}/journal/{1:020d}.log"
MANY = [f"G{number:02}" for number in range(60)]


def said(gaps: object) -> str:
    """Return gaps or notes as one text."""
    assert isinstance(gaps, tuple)
    return "\n".join(map(str, gaps))


def flat(*groups: list[tuple[str, bytes, bytes]]) -> Content:
    return {(name, key): value for group in groups for name, key, value in group}


def many() -> list[tuple[str, bytes, bytes]]:
    """Return the nodes of 60 globals: their directory has a branch."""
    return [node for name in MANY for node in nodes(name, range(3), name.encode() + b" %d")]


# The directory


def test_a_lost_branch_of_the_directory_costs_no_name() -> None:
    disk = without_journal(built(many()))
    [root] = pages(disk, BRANCH, 0)
    spoil(disk, root // PAGE_SIZE)
    done, found = saved(disk)
    assert found == flat(many())
    assert f"data: page {root // PAGE_SIZE}" in said(done.gaps) and "names of globals are lost" in said(done.gaps)


def test_a_tree_without_a_name_gets_one_that_no_global_has() -> None:
    taken = nodes("%LOST60", [1], b"has this name")
    disk = without_journal(built(*[nodes(name, [1, 2]) for name in MANY], taken))
    spoil(disk, pages(disk, LEAF, 0)[-1] // PAGE_SIZE)
    _, found = saved(disk)
    assert flat(taken).items() <= found.items()
    assert ("%LOST60X", CODEC.encode((2,))) in found


def test_what_was_killed_and_is_not_freed_yet_does_not_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encode, "DEAD_READ_COUNT_MAX", 0)
    disk = built(many(), nodes("DEAD", range(200)), checkpoint=False)
    engine = Engine.open(disk, PATH, replace(OPTIONS, page_size=None))
    engine.checkpoint()
    engine.commit([Batch("DEAD", b"\x02", [b""], [])])
    engine.checkpoint()
    engine.abandon()
    without_journal(disk)
    done, found = saved(copied(disk))
    assert (found, done.gaps) == (flat(many()), ())
    spoil(disk, pages(disk, LEAF, 0)[-1] // PAGE_SIZE)
    done, found = saved(disk)
    assert "global" in {gap.kind for gap in done.gaps}
    assert set(found.values()) == set(flat(many()).values())


@pytest.mark.parametrize(
    ("offset", "new", "what"),
    [
        (0, b"\1\0\0\0", "root in page 1 of "),
        (16, b"\2", "flags are 2"),
        (18, bytes(4), "number of the tree is 0, the directory's"),
    ],
)
def test_a_directory_that_says_what_cannot_be_costs_a_name_and_no_node(offset: int, new: bytes, what: str) -> None:
    disk = without_set(without_journal(built(nodes("A", range(50)), nodes("B", range(9)))))
    forge_cell(disk, 1, offset, new)
    done, found = saved(disk)
    assert what in said(done.gaps)
    assert found == flat(nodes("%LOST1", range(50)), nodes("B", range(9)))


@pytest.mark.parametrize("name", [b"!", b"\x7f"])
def test_a_name_in_the_directory_that_is_none_costs_its_tree_no_node(name: bytes) -> None:
    disk = without_set(without_journal(built(nodes("A", range(50)))))
    [start] = pages(disk, LEAF, 0)
    at = disk.files[PATH + "/data"].index(b"A", start + 40) - start
    forge_page(disk, start, (at, name))
    done, found = saved(disk)
    assert f"{name!r} is not the name of a global; names of globals are lost" in said(done.gaps)
    assert found == flat(nodes("%LOST1", range(50)))


def test_an_entry_of_a_lost_directory_that_says_what_cannot_be_is_not_adopted() -> None:
    disk = without_set(without_journal(built(many())))
    forge_cell(disk, 1, 16, b"\2")
    spoil(disk, pages(disk, BRANCH, 0)[0] // PAGE_SIZE)
    _, found = saved(disk)
    assert found == {("%LOST1" if name == "G00" else name, key): value for (name, key), value in flat(many()).items()}


def test_with_a_complete_journal_a_lost_directory_costs_nothing() -> None:
    disk = without_set(built(many()))
    spoil(disk, pages(disk, BRANCH, 0)[0] // PAGE_SIZE)
    done, found = saved(disk)
    assert (found, done.gaps, done.used_pages) == (flat(many()), (), False)


# Pages


def test_pages_that_changed_places_are_found_and_named() -> None:
    disk = without_set(without_journal(built(nodes("A", range(100)))))
    data = disk.files[PATH + "/data"]
    one, other = pages(disk, LEAF, 1)[:2]
    data[one : one + PAGE_SIZE], data[other : other + PAGE_SIZE] = (
        data[other : other + PAGE_SIZE],
        data[one : one + PAGE_SIZE],
    )
    done, found = saved(disk)
    assert found == flat(nodes("A", range(100)))
    assert done.gaps == ()
    assert f"data: page {one // PAGE_SIZE}: says it is page {other // PAGE_SIZE}" in said(done.notes)


def test_a_page_that_says_it_is_behind_the_end_is_named() -> None:
    disk = without_set(without_journal(built(nodes("A", range(100)))))
    start = pages(disk, LEAF, 1)[1]
    forge_page(disk, start, number=5000)
    done, found = saved(disk)
    assert f"data: page {start // PAGE_SIZE}: says it is page 5000" in said(done.gaps)
    assert found and found.items() < flat(nodes("A", range(100))).items()


def test_a_page_of_another_tree_is_not_believed_where_a_branch_names_it() -> None:
    disk = without_set(without_journal(built(nodes("A", range(100)))))
    start = pages(disk, LEAF, 1)[1]
    forge_page(disk, start, tree=9)
    done, found = saved(disk)
    assert f"data: page {start // PAGE_SIZE}: kind 1 of tree 9 at level 0; nodes of ^A from (" in said(done.gaps)
    assert found.items() < flat(nodes("A", range(100))).items()


@pytest.mark.parametrize("branch_too", [False, True])
def test_a_leaf_that_is_none_behind_its_checksum_is_named(branch_too: bool) -> None:
    disk = without_set(without_journal(built(nodes("A", range(100)))))
    start = pages(disk, LEAF, 1)[1]
    forge_page(disk, start, cells=200)
    if branch_too:
        spoil(disk, pages(disk, BRANCH, 1)[0] // PAGE_SIZE)
    done, found = saved(disk)
    assert f"data: page {start // PAGE_SIZE}" in said(done.gaps)
    assert len(found) > 40 and found.items() < flat(nodes("A", range(100))).items()


def test_a_key_that_no_database_takes_is_named_and_its_neighbours_are_saved() -> None:
    disk = without_set(without_journal(built(nodes("A", [1, 2, 3]))))
    [start] = pages(disk, LEAF, 1)
    at = disk.files[PATH + "/data"].index(CODEC.encode((3,))[:2], start) - start
    forge_page(disk, start, (at + 1, b"\x3e"))
    done, found = saved(disk)
    assert found == flat(nodes("A", [1, 2]))
    assert "^A key 813e00: no node:" in said(done.gaps)


def test_of_two_leaves_of_one_range_the_newer_counts_where_the_freelist_is_lost() -> None:
    disk = built(nodes("A", range(600)))
    engine = Engine.open(disk, PATH, replace(OPTIONS, page_size=None))
    gone = [number for number in range(600) if number % 5]
    engine.commit([Batch("A", b"\x03" * len(gone), [CODEC.encode((number,)) for number in gone], [])])
    engine.checkpoint()
    engine.checkpoint()
    engine.abandon()
    expected = content(disk, PATH)
    without_set(without_journal(disk))
    assert len(expected) == 120
    found = Pages(disk, PATH, PAGE_SIZE, None)
    [freelist] = [image.number for images in found.images.values() for image in images if image.kind == 4]
    root = cell_of(disk, 1)
    for number in (freelist, int.from_bytes(disk.files[PATH + "/data"][root : root + 4], "little")):
        spoil(disk, number)
    done, there = saved(disk)
    assert expected.items() <= there.items()
    assert len(there) < 360, "the newer leaf says that what lies between its keys is killed"
    assert "old pages may come back" in said(done.notes)
    assert "found by itself" in said(done.notes)


def test_an_overflow_value_comes_from_an_older_image_where_the_newer_one_is_another() -> None:
    original = [("A", b"", b"long" * 300)]
    disk = without_journal(built(original))
    start = pages(disk, OVERFLOW, 1)[0]
    forge_page(disk, start, (100, b"x"), generation=9)
    done, found = saved(copied(disk))
    assert (found, done.gaps) == (flat(original), ())
    done, found = saved(without_set(disk))
    assert found == {}
    assert [gap.kind for gap in done.gaps] == ["value"]
    assert said(done.gaps).startswith("^A: its value cannot be read: data: page")


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        (b"", "the beginning"),
        (b"\xff", "the end"),
        (CODEC.encode((7, "x")), "('7','x')"),
        (CODEC.encode((7, "x"))[:-1], "('7','x')"),
        (CODEC.encode((7,)) + b"\x81", "('7',...)"),
        (b"\x81", "(...)"),
        (b"\x01\x02\x00", "key 010200"),
    ],
)
def test_a_bound_is_shown_as_subscripts_as_far_as_it_is_some(key: bytes, shown: str) -> None:
    disk = built(nodes("A", [1]))
    assert Salvage(disk, PATH)._shown(key) == shown


# Without a meta slot


@pytest.mark.parametrize("page_size", [512, 1024, 8192])
@pytest.mark.parametrize(("charset", "value"), [("m", b"\xff\xfe"), ("m", b"\xe9"), ("utf-8", "é".encode())])
def test_without_a_meta_slot_page_size_and_charset_are_found_out(page_size: int, charset: str, value: bytes) -> None:
    key = CODEC.encode((700,))
    disk = built(
        [("A", key, value), *(("A", CODEC.encode((number,)), b"v") for number in range(100))],
        options=replace(OPTIONS, page_size=page_size, charset=charset),
    )
    without_set(without_journal(disk))
    for slot in (0, 1):
        disk.files[PATH + "/data"][slot * page_size + 100] ^= 1
    done = salvage(PATH, NEW, disk=disk)
    assert done.charset == charset
    assert f"no meta slot can be read; taken for charset {charset}" in said(done.gaps)
    engine = Engine.open(disk, NEW, OPTIONS.__class__(create=False, background=False))
    assert (engine.page_size, engine.get("A", key)) == (page_size, value)
    engine.abandon()


def test_the_charset_that_a_user_says_counts_if_the_database_does_not_say_its_own() -> None:
    disk = spoil_slots(without_set(without_journal(built(nodes("A", range(5))))))
    assert salvage(PATH, NEW, charset="m", disk=disk).charset == "m"
    assert salvage(PATH, NEW + "2", charset="m", disk=built(nodes("A", range(5)))).charset == "utf-8"


def test_a_sealed_set_alone_says_what_the_database_is() -> None:
    disk = spoil_slots(without_journal(built(nodes("A", range(50)))))
    done = salvage(PATH, NEW, disk=disk)
    assert (done.charset, done.checkpoint_lsn) == ("utf-8", 2)
    assert content(disk, NEW) == flat(nodes("A", range(50)))


@pytest.mark.parametrize("where", ["slot", "segment", "frame"])
def test_files_of_a_newer_release_are_refused_and_not_taken_for_damage(where: str) -> None:
    disk = built(nodes("A", [1]), nodes("A", [2]), checkpoint=where == "slot")
    if where == "slot":
        forge_meta(disk, 0, version=2)
    elif where == "segment":
        edit(files_of(disk), "segment", LOG.removeprefix(PATH + "/"), 0, version=2)
    else:
        forge_frame(disk, 2, version=2)
    with pytest.raises(ForeignFileError, match="version 2"):
        salvage(PATH, NEW, disk=disk)
    assert not [name for name in disk.list("/") if name.startswith("new")]


# The journal


def singles(count: int) -> MemoryDisk:
    """Return a disk with ^A(n)=n as commit n, and no checkpoint."""
    return built(*[nodes("A", [number], b"%d") for number in range(1, count + 1)], checkpoint=False)


def test_a_journal_that_is_no_directory_is_named_and_the_pages_are_saved() -> None:
    disk = without_journal(built(nodes("A", range(50))))
    disk.directories.discard(PATH + "/journal")
    done, found = saved(disk)
    assert found == flat(nodes("A", range(50)))
    assert "journal: there is no such directory" in said(done.notes)


class Refusing(MemoryDisk):
    """A disk that refuses to open a file, or to read one sector of it."""

    refused = ""
    sector = -1

    def open(self, path: str, *, write: bool) -> MemoryFile:  # type: ignore[override]
        found = super().open(path, write=write)
        if path != self.refused:
            return found
        if self.sector < 0:
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return RefusingFile(found.content, self.sector)


class RefusingFile(MemoryFile):
    __slots__ = ("sector",)

    def __init__(self, content: bytearray, sector: int) -> None:
        super().__init__(content)
        self.sector = sector

    def pread(self, size: int, offset: int) -> bytes:
        if offset <= self.sector < offset + size:
            raise OSError(errno.EIO, "Input/output error")
        return super().pread(size, offset)


def refusing(disk: MemoryDisk, path: str, sector: int = -1) -> Refusing:
    found = Refusing()
    found.files, found.directories = disk.files, disk.directories
    found.refused, found.sector = path, sector
    return found


def test_a_segment_that_cannot_be_opened_is_named_and_costs_what_only_it_tells() -> None:
    done, found = saved(refusing(built(nodes("A", range(50))), LOG))
    assert found == flat(nodes("A", range(50)))
    assert f"{LOG.removeprefix(PATH + '/')}: it cannot be read: Permission denied" in said(done.notes)


def test_a_block_of_the_journal_that_the_disk_refuses_is_named_once() -> None:
    disk = singles(40)
    done, found = saved(refusing(disk, LOG, 512 * 12))
    assert said(done.notes).count("Input/output error") == 1
    assert "4096 bytes cannot be read" in said(done.notes)
    assert "journal: frames 8 to 15: they cannot be read" in said(done.gaps)
    assert found == flat(nodes("A", [*range(1, 8), *range(16, 41)], b"%d"))


def test_a_segment_of_another_database_is_not_taken_for_its_own() -> None:
    disk, other = singles(10), singles(3)
    name = f"journal/{11:020d}.log"
    disk.files[f"{PATH}/{name}"] = other.files[LOG]
    edit(files_of(disk), "segment", name, 0, first_lsn=11)
    done, found = saved(disk)
    assert found == flat(nodes("A", range(1, 11), b"%d"))
    assert "it belongs to another database" in said(done.notes)


def test_a_frame_that_is_there_twice_counts_once() -> None:
    disk = singles(6)
    log = disk.files[LOG]
    log[512 * 9 : 512 * 10] = log[512 * 3 : 512 * 4]
    done, found = saved(disk)
    assert (done.commits, done.gaps) == (6, ())
    assert found == flat(nodes("A", range(1, 7), b"%d"))


def test_a_frame_that_goes_on_from_another_is_named_and_its_commit_is_taken() -> None:
    disk = singles(8)
    forge_frame(disk, 5, chain=12345)
    done, found = saved(disk)
    assert found == flat(nodes("A", range(1, 9), b"%d"))
    assert "frame 5 does not go on from frame 4 that is there" in said(done.notes)


def test_a_frame_that_is_none_behind_its_checksum_is_a_gap() -> None:
    disk = singles(8)
    forge_frame(disk, 5, operations=7)
    done, found = saved(disk)
    assert found == flat(nodes("A", [1, 2, 3, 4, 6, 7, 8], b"%d"))
    assert "journal: frame 5: " in said(done.gaps) and "1 operation bytes for 7 operations" in said(done.gaps)


def test_of_a_commit_with_a_key_that_no_database_takes_the_rest_is_done() -> None:
    disk = built(nodes("A", [1]), nodes("A", [2, 3, 4]), checkpoint=False)
    forge_frame(disk, 2, (CODEC.encode((3,)), b"\x81\x01\x00"))
    done, found = saved(disk)
    assert found == flat(nodes("A", [1, 2, 4]))
    assert "^A key 810100: no node:" in said(done.gaps)


def test_a_commit_that_the_new_database_refuses_is_done_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("bumps.limits.key_size_max", lambda page_size: 2048)  # a defect, or another's hand
        disk = MemoryDisk()
        engine = Engine.open(disk, PATH, OPTIONS)
        long = CODEC.encode(("x" * 1000,))
        keys = [CODEC.encode((1,)), long, CODEC.encode((2,)), CODEC.encode((1,))]
        engine.commit([Batch("A", b"\1\1\1\3", keys, [b"v1", b"long", b"v2"])])
        engine.commit([Batch("A", b"\1", [CODEC.encode((3,))], [b"v3"])])
        engine.abandon()
    done, found = saved(disk)
    assert found == flat(nodes("A", [2, 3]))
    assert [gap.kind for gap in done.gaps] == ["value"]
    assert "a key of 1002 bytes, encoded; with pages of 512 bytes the limit is 149" in said(done.gaps)


def test_a_commit_of_which_no_key_can_be_taken_is_named_and_no_commit_of_the_new_database() -> None:
    disk = built(nodes("A", [1]), nodes("A", [3]), checkpoint=False)
    forge_frame(disk, 2, (CODEC.encode((3,)), b"\x81\x01\x00"))
    done, found = saved(disk)
    assert (found, len(done.gaps)) == (flat(nodes("A", [1])), 1)


def test_commits_between_the_checkpoint_and_the_first_frame_that_is_there_are_named() -> None:
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, replace(OPTIONS, keep="checkpoint"))
    for number in range(1, 61):
        engine.commit([Batch("A", bytes([SET]), [CODEC.encode((number,))], [b"%d" % number])])
        if number == 5:
            engine.checkpoint()
    engine.abandon()
    logs = sorted(path for path in disk.files if path.endswith(".log"))
    del disk.files[logs[0]]
    first = int(logs[1][-24:-4])
    done, found = saved(disk)
    assert f"journal: frames 7 to {first - 1}: they are not there" in said(done.gaps)
    assert found == flat(nodes("A", [*range(1, 6), *range(first - 1, 61)], b"%d"))


def test_commits_behind_the_checkpoint_that_cannot_be_read_are_named_once() -> None:
    disk = built(*[nodes("A", [number]) for number in range(1, 6)])
    engine = Engine.open(disk, PATH, replace(OPTIONS, page_size=None))
    for number in range(7, 12):
        engine.commit([Batch("A", bytes([SET]), [CODEC.encode((number,))], [b"v%d" % number])])
    engine.abandon()
    first = disk.files[LOG]
    for offset in range(512, 512 * 7, 512):
        first[offset + 50] ^= 1
    [log] = [path for path in disk.files if path.endswith(".log") and path != LOG]
    disk.files[log][512 + 50] ^= 1
    done, found = saved(disk)
    assert [gap.place for gap in done.gaps if gap.kind == "frame"] == ["journal: frames 1 to 7"]
    assert found == flat(nodes("A", [1, 2, 3, 4, 5, 8, 9, 10, 11]))


def test_a_frame_that_changes_between_two_looks_is_a_gap() -> None:
    disk = singles(8)
    found = Salvage(disk, PATH)
    disk.files[LOG][512 * 5 + 70] ^= 1
    engine = Engine.open(disk, NEW, OPTIONS)
    from bumps.rescue import _Writer

    found.pour(_Writer(engine, found.gaps, None))
    engine.flush()
    assert [gap.place for gap in found.gaps] == ["journal: frame 5"]
    assert {key for key, _ in engine.items("A")} == {CODEC.encode((n,)) for n in range(1, 9) if n != 5}
    engine.abandon()
    source = SegmentSource(disk, PATH + "/journal", 1)
    with pytest.raises(CorruptionError, match="frame 5: the checksum of a frame"):
        read_found(source, found.history.frames[4])
    source.close()


def test_beginnings_of_frames_that_lie_over_each_other_cost_bounded_time(monkeypatch: pytest.MonkeyPatch) -> None:
    disk = singles(3)
    log = disk.files[LOG]
    log[512 * 5 :] = bytes(1 << 20)
    for offset in range(512 * 5, len(log) - 512, 512):
        log[offset : offset + 12] = b"bFr1" + bytes(4) + (len(log) - offset).to_bytes(4, "little")
        log[offset + 24 : offset + 32] = log[512 + 24 : 512 + 32]
    summed = 0
    original = frame.checksum

    def checksum(header: bytes, body: bytes) -> int:
        nonlocal summed
        summed += len(body)
        return original(header, body)

    monkeypatch.setattr(frame, "checksum", checksum)
    history = read_history(disk, PATH, None)
    assert [found.lsn for found in history.frames] == [1, 2, 3]
    assert summed < 4 * len(log)


# What else may be missing


@pytest.mark.parametrize("name", ["data", "double-write"])
def test_a_file_that_is_gone_is_named(name: str) -> None:
    disk = built(nodes("A", range(50)))
    del disk.files[f"{PATH}/{name}"]
    if name == "double-write":
        without_journal(disk)
    done, found = saved_anyhow(disk)
    assert found == flat(nodes("A", range(50)))
    assert f"{name}: there is no such file" in said(done)


def saved_anyhow(disk: MemoryDisk) -> tuple[tuple[object, ...], Content]:
    done = salvage(PATH, NEW, disk=disk)
    return done.gaps + done.notes, content(disk, NEW)


@pytest.mark.parametrize("seed", range(5))
def test_progress_is_told_while_nodes_are_saved(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bumps.rescue._PROGRESS_COUNT", 10)
    disk = built(nodes("A", range(random.Random(seed).randint(50, 90))))
    told: list[int] = []
    done = salvage(PATH, NEW, disk=disk, progress=told.append)
    assert told == sorted(told) and len(told) >= 5
    assert told[-1] <= done.nodes < told[-1] + 10


LOSSES: list[Callable[[MemoryDisk], object]] = [without_journal, without_set, spoil_slots]


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.__name__)
def test_one_of_the_three_that_say_the_same_may_be_lost(loss: Callable[[MemoryDisk], object]) -> None:
    disk = built(nodes("A", range(50)), nodes("B", range(9)))
    loss(disk)
    _, found = saved_anyhow(disk)
    assert found == flat(nodes("A", range(50)), nodes("B", range(9)))


def test_what_nobody_can_read_is_refused_with_a_hint() -> None:
    disk = without_set(without_journal(spoil_slots(built(nodes("A", range(3))))))
    data = disk.files[PATH + "/data"]
    data[1024:] = bytes(len(data) - 1024)
    with pytest.raises(StorageError, match="can be read") as caught:
        salvage(PATH, NEW, disk=disk)
    assert caught.value.hint == "restore it from a backup"


@pytest.mark.parametrize("refused", [PATH, PATH + "/data", NEW])
def test_what_the_system_refuses_is_a_storage_error_that_names_the_database(refused: str) -> None:
    class Closed(MemoryDisk):
        def kind(self, path: str) -> str:
            if path == refused:
                raise PermissionError(errno.EACCES, "Permission denied", path)
            return super().kind(path)

    disk, source = Closed(), built(nodes("A", range(3)))
    disk.files, disk.directories = source.files, source.directories
    with pytest.raises(StorageError, match="Permission denied"):
        salvage(PATH, NEW, disk=disk)


def test_a_name_that_was_taken_while_nodes_were_saved_is_left_as_it_is() -> None:
    class Taken(MemoryDisk):
        def rename(self, old: str, new: str) -> None:
            if new == NEW:
                self.make_directory(NEW)
                self.create(NEW + "/mine")
            super().rename(old, new)

    disk, source = Taken(), built(nodes("A", range(3)))
    disk.files, disk.directories = source.files, source.directories
    with pytest.raises(ExistsError, match="there is something of that name already"):
        salvage(PATH, NEW, disk=disk)
    assert disk.list("/") == ["new.bumps", "test.bumps"]
    assert disk.list(NEW) == ["mine"]

"""What a user, a disk or another program may hand to the engine: the documented error, and a sound database behind."""

from __future__ import annotations

import errno
import io
import threading
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

import bumps
from bumps import limits
from bumps.batch import SET, Batch
from bumps.engine import Engine
from bumps.errors import ClosedError, CorruptionError, DiskFullError, LimitError, StorageError, TransactionError
from bumps.files import MemoryDisk, MemoryFile
from bumps.limits import PAGE_SIZES, SUBSCRIPT_COUNT_MAX, inline_size_max, key_size_max
from bumps.options import Options
from tests.damaged import CODEC, OPTIONS, PATH, built, nodes
from tests.test_recovery_recover import FullDisk, batch, content, crashed, key

SMALL = Options(page_size=512, alignment=512, segment_size_min=4096, segment_size_max=16384, background=False)


def assert_sound(disk: MemoryDisk) -> None:
    assert [str(problem) for problem in bumps.verify(PATH, deep=True, disk=disk)] == []


# Limits


@pytest.mark.parametrize("page_size", PAGE_SIZES)
def test_a_key_is_taken_up_to_its_limit_and_not_beyond(page_size: int) -> None:
    disk = MemoryDisk()
    limit = key_size_max(page_size)
    keys = {size: CODEC.encode(("k" * (size - 2),)) for size in (limit - 1, limit, limit + 1)}
    assert [len(encoded) for encoded in keys.values()] == list(keys)
    with bumps.open(PATH, page_size=page_size, disk=disk) as database:
        for size in (limit - 1, limit):
            database["^A", "k" * (size - 2)] = f"value {size}"
        with pytest.raises(LimitError, match=rf"^\^A: a key of {limit + 1} bytes, encoded; .* the limit is {limit}$"):
            database["^A", "k" * (limit - 1)] = "too long"
        with pytest.raises(LimitError), database.transaction() as tx:
            tx["^A", 1] = "with it"
            tx["^A", "k" * (limit - 1)] = "too long"
        assert database.get("^A", 1) is None
        with pytest.raises(LimitError):
            database["^A", "k" * (limit - 1)].kill()
    assert_sound(disk)
    with bumps.open(PATH, disk=disk) as database:
        assert sorted(value for _, value in database.scan("^A")) == [f"value {limit - 1}", f"value {limit}"]


@pytest.mark.parametrize("page_size", PAGE_SIZES)
def test_a_value_is_kept_around_every_boundary_of_its_place(page_size: int) -> None:
    disk = MemoryDisk()
    inline = inline_size_max(page_size) - len(CODEC.encode((1,)))
    per_page = page_size - 48
    sizes = {0, 1, inline - 1, inline, inline + 1}
    sizes |= {count * per_page + more for count in (1, 2, 3) for more in (-1, 0, 1)}
    with bumps.open(PATH, page_size=page_size, disk=disk) as database:
        for size in sizes:
            database["^A", size % 10, size] = "v" * size
    assert_sound(disk)
    with bumps.open(PATH, disk=disk) as database:
        assert {path[2]: len(value) for path, value in database.scan("^A")} == {str(size): size for size in sizes}


def assert_value_limit(limit: int) -> None:
    disk = MemoryDisk()
    with bumps.open(PATH, disk=disk) as database:
        for size in (limit - 1, limit):
            database["^A", size] = "v" * size
        with pytest.raises(LimitError, match=rf"^\^A: a value of {limit + 1} bytes; the limit is {limit}$"):
            database["^A", 1] = "v" * (limit + 1)
        with pytest.raises(LimitError), database.transaction() as tx:
            tx["^A", 2] = "v"
            tx["^A", 3] = "é" * (limit // 2 + 1)
        assert [path[1] for path, _ in database.scan("^A")] == [str(limit - 1), str(limit)]
    assert_sound(disk)


def test_a_value_is_taken_up_to_its_limit_and_not_beyond(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "VALUE_SIZE_MAX", 20_000)
    assert_value_limit(20_000)


@pytest.mark.slow
def test_a_value_of_64_mib_is_taken_and_one_byte_more_is_not() -> None:
    assert_value_limit(limits.VALUE_SIZE_MAX)


def test_a_commit_is_taken_up_to_its_limit_and_not_beyond(monkeypatch: pytest.MonkeyPatch) -> None:
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, SMALL)
    one = [Batch("A", bytes([SET]), [CODEC.encode((1,))], [b"v" * 3000])]
    from bumps.wal import frame

    size = frame.HEADER_SIZE + len(frame.commit_body(one).content)
    monkeypatch.setattr(limits, "FRAME_SIZE_MAX", size)
    engine.commit(one)
    with pytest.raises(LimitError, match=f"a commit of {size + 1} bytes: the limit is {size}"):
        engine.commit([Batch("A", bytes([SET]), [CODEC.encode((1,))], [b"w" * 3001])])
    assert engine.get("A", CODEC.encode((1,))) == b"v" * 3000
    engine.close()
    assert_sound(disk)


@pytest.mark.parametrize("name", ["A", "%", "%0", "a" * 31])
def test_the_shortest_and_the_longest_names_are_names(name: str) -> None:
    with bumps.open(":memory:") as database:
        database["^" + name] = "v"
        assert database.order("^") == "^" + name
        assert database[f"^{name}"].value == "v"


@pytest.mark.parametrize("name", ["", "1", "A_B", "a" * 32, "x y" * 1000, "A B", "^A", "Ä", "A\n"])
def test_what_is_no_name_is_refused_and_named(name: str) -> None:
    with bumps.open(":memory:") as database, pytest.raises((bumps.UsageError, LimitError)) as caught:
        database["^" + name] = "v"
    assert caught.value.message.isprintable() and len(caught.value.message) < 120


@pytest.mark.parametrize("count", [0, 1, 30, 31, 32, SUBSCRIPT_COUNT_MAX])
def test_31_levels_of_subscripts_and_more_are_kept_walked_and_killed(count: int) -> None:
    disk = MemoryDisk()
    path = ("^A", *map(str, range(count)))
    with bumps.open(PATH, page_size=1024, disk=disk) as database:
        database.set(*path, value="deep")
        database.set("^A", "z", value="beside")
        assert dict(database.scan("^A"))[path] == "deep"
        if count:
            assert database.query("^A") == path
            assert database.order(*path[:-1], "") == path[-1]
        if count == SUBSCRIPT_COUNT_MAX:
            with pytest.raises(LimitError, match=f"at most {SUBSCRIPT_COUNT_MAX}"):
                database.set(*path, "one more", value="v")
        database.kill("^A", *path[1:2])
        assert [value for _, value in database.scan("^A")] == ([] if not count else ["beside"])
    assert_sound(disk)


# Subscripts


@pytest.mark.parametrize("charset", ["m", "utf-8"])
def test_every_byte_value_in_a_subscript_is_kept_in_order_and_dumped(charset: str) -> None:
    disk = MemoryDisk()

    def text(number: int) -> str | bytes:
        return bytes([number]) if charset == "m" else chr(number)

    empty = text(0)[:0]
    with bumps.open(PATH, charset=charset, page_size=1024, disk=disk) as database:
        for number in range(256):
            for subscript in (text(number), text(65) + text(number) + text(66), text(number) * 3):  # type: ignore[operator]
                database.set("^A", subscript, number, value=text(number))
        assert database.get("^A", empty, default=None) is None
        found = [path[1] for path, _ in database.scan("^A")]
        codes = [database.codec.encode((subscript,)) for subscript in found]
        assert codes == sorted(codes) and len(set(codes)) == 3 * 256
        digest = database.digest()
        lines = io.BytesIO()
        from bumps import formats

        formats.write(lines, "zwr", charset, "", database.nodes(), (2024, 1, 1, 0, 0, 0))
    assert_sound(disk)
    with bumps.open(":memory:", charset=charset) as again:
        lines.seek(0)
        again.load_nodes(formats.read(lines, file="dump", format="zwr", charset=charset))
        assert again.digest() == digest


LOOKALIKES = [
    "01", "1.0", "1.", "-0", "+1", ".50", "0.5", "-0.5", "-.50", "1E5", "1e5", " 1", "1 ", "1\n", "1_000", "1,5", "--1",
    "-", ".", "-.", "..", "1..2", "00", "0x10", "٣", "²", "１", "Infinity", "NaN", "1-", "\x001",
]  # fmt: skip
CANONIC = ["0", "1", "-1", ".5", "-.5", "1.5", "10", "100000000000000000000", "-.000000000000000001"]


def test_numbers_that_only_look_canonic_are_strings_behind_all_numbers() -> None:
    disk = MemoryDisk()
    with bumps.open(PATH, disk=disk) as database:
        for text in LOOKALIKES + CANONIC:
            database.set("^A", text, value=f"of {text}")
        for text in LOOKALIKES + CANONIC:
            assert database.get("^A", text) == f"of {text}"
        order = [path[1] for path, _ in database.scan("^A")]
        assert set(order[: len(CANONIC)]) == set(CANONIC)
        assert order[: len(CANONIC)] == sorted(CANONIC, key=float)
        assert order[len(CANONIC) :] == sorted(LOOKALIKES, key=lambda text: text.encode())
        assert database.get("^A", 1) == "of 1" == database.get("^A", Decimal("1.0"))
    assert_sound(disk)


# Snapshots, transactions, threads


def test_a_snapshot_that_is_closed_and_a_transaction_of_another_thread_say_so() -> None:
    with bumps.open(":memory:") as database:
        database["^A"] = "v"
        snapshot = database.snapshot()
        snapshot.close()
        snapshot.close()
        with pytest.raises(ClosedError, match="snapshot of LSN 1 is closed"):
            snapshot.get("^A")
        caught: list[BaseException] = []

        def work() -> None:
            try:
                tx["^A"] = "other"
            except BaseException as error:
                caught.append(error)

        with database.transaction() as tx:
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
        [error] = caught
        assert isinstance(error, TransactionError) and "belongs to the thread that began it" in error.message
        assert database["^A"].value == "v"


# The disk


@pytest.mark.parametrize("step", [15_000, pytest.param(1_000, marks=pytest.mark.slow)])
def test_a_disk_that_fills_during_a_checkpoint_loses_nothing_at_any_size(step: int) -> None:
    refused = 0
    for room in range(0, 60_000, step):
        disk = FullDisk()
        engine = Engine.open(disk, PATH, SMALL)
        for number in range(100):
            engine.commit(batch((key(number), b"v" * 90)))
        disk.room = room
        try:
            engine.checkpoint()
        except DiskFullError as error:
            refused += 1
            assert "no space" in error.message and error.hint
        assert len(content(engine)) == 100, room
        killed = crashed(disk)
        assert_sound(killed)
        assert len(content(Engine.open(killed, PATH, SMALL))) == 100
        disk.room = 1 << 30
        engine.commit(batch((key(1), b"again")))
        engine.checkpoint()
        engine.close()
        assert_sound(disk)
    assert refused >= 2


def shorten(disk: MemoryDisk, name: str, size: int) -> None:
    data = disk.files[f"{PATH}/{name}"]
    del data[size:]


@pytest.mark.parametrize("name", ["data", "double-write", f"journal/{1:020d}.log"])
@pytest.mark.parametrize("part", [0.0, 0.3, 0.6, 0.99])
@pytest.mark.parametrize("is_open", [False, True])
def test_a_file_that_is_shortened_behind_our_back_is_named_or_costs_nothing(
    name: str, part: float, is_open: bool
) -> None:
    disk = built(nodes("A", range(200)), nodes("B", range(50), b"w" * 600))
    engine = Engine.open(disk, PATH, replace(OPTIONS, page_size=None, cache_size=1 << 15)) if is_open else None
    shorten(disk, name, int(len(disk.files[f"{PATH}/{name}"]) * part))
    errors: list[StorageError] = []

    def attempt(act: Callable[[], object]) -> None:
        try:
            act()
        except StorageError as error:
            assert "\n" not in error.message
            errors.append(error)

    def look(engine: Engine) -> None:
        found = {(each, node): value for each in engine.names() for node, value in engine.items(each)}
        if found:
            assert {value for (each, _), value in found.items() if each == "B"} == {b"w" * 600}
            assert sum(each == "A" for each, _ in found) == 200

    if engine is not None:
        attempt(lambda: look(engine))
        engine.abandon()
    problems: list[str] = []
    attempt(lambda: problems.extend(map(str, bumps.verify(PATH, disk=disk))))
    named = bool(problems or errors)

    def reopen() -> None:
        again = Engine.open(crashed(disk), PATH, replace(OPTIONS, page_size=None))
        try:
            look(again)
        finally:
            again.abandon()

    before = len(errors)
    attempt(reopen)
    assert named or len(errors) == before, "what cannot be read verify has named"
    if name == "data":
        assert named and all(isinstance(error, CorruptionError) for error in errors)


def test_a_data_file_that_ends_early_while_it_is_open_names_page_and_size() -> None:
    disk = built(nodes("A", range(300)))
    engine = Engine.open(disk, PATH, replace(OPTIONS, page_size=None, cache_size=1 << 15))
    shorten(disk, "data", 5 * 512 + 100)
    with pytest.raises(CorruptionError, match=r"data: page \d+: the file ends after \d+ of its 512 bytes"):
        list(engine.items("A"))
    engine.abandon()
    problems = [str(problem) for problem in bumps.verify(PATH, disk=disk)]
    assert any("pages in the file, the meta slot says" in problem for problem in problems)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_quota_is_a_full_disk(number: int) -> None:
    class Quota(MemoryDisk):
        full = False

        def create(self, path: str) -> MemoryFile:  # type: ignore[override]
            if self.full:
                raise OSError(number, "by order of the test", path)
            return super().create(path)

    disk = Quota()
    engine = Engine.open(disk, PATH, SMALL)
    disk.full = True
    with pytest.raises(DiskFullError):
        engine.commit(batch((key(1), b"v")))
    disk.full = False
    engine.commit(batch((key(1), b"v")))
    engine.close()
    assert_sound(disk)

"""bumps/database.py, access.py, node.py: the public face, as ARCHITECTURE promises it."""

from __future__ import annotations

import contextlib
import decimal
import enum
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

import bumps
from bumps.engine import Engine
from bumps.errors import TransactionError, UsageError
from bumps.files import MemoryDisk, MemoryFile, RealFile


@pytest.fixture
def database() -> Iterator[bumps.Database]:
    with bumps.open(":memory:") as database:
        yield database


def test_what_was_written_is_there_after_opening_again(tmp_path: Path) -> None:
    path = tmp_path / "clinic.bumps"
    with bumps.open(path) as database:
        database["^PATIENT", 7, "NAME"] = "Nightingale,Florence"
    with bumps.open(path) as database:
        assert database["^PATIENT", 7, "NAME"].value == "Nightingale,Florence"


def test_a_node_is_a_place_and_its_value_is_read_when_asked_for(database: bumps.Database) -> None:
    node = database["^PATIENT", 7]
    assert node.get() is None
    with pytest.raises(KeyError, match="PATIENT"):
        _ = node.value
    node["NAME"] = "Seacole,Mary"
    node.set(3)
    assert [node.value, node["NAME"].value, node.data()] == ["3", "Seacole,Mary", 11]
    assert list(node) == ["NAME"]
    assert "NAME" in node
    assert "AGE" not in node
    assert len(node) == 1
    del node["NAME"]
    assert node.data() == 1
    del node.value
    assert node.data() == 0


def test_numbers_are_stored_as_m_writes_them(database: bumps.Database) -> None:
    database["^N", 1] = Decimal("0.50")
    database["^N", 2] = -3
    assert [value for _, value in database.scan("^N")] == [".5", "-3"]
    assert database["^N", 2].int == -3
    assert database["^N", 1].decimal == Decimal("0.5")


@pytest.mark.parametrize("value", [1.5, None, True, [1], b"bytes"])
def test_what_is_no_value_is_refused_before_anything_is_stored(database: bumps.Database, value: object) -> None:
    with pytest.raises(bumps.UsageError):
        database["^X"] = value  # type: ignore[assignment]
    assert database.data("^X") == 0


@pytest.mark.parametrize("path", [("X",), (), (1,), ("^",), ("^1A",), ("^A B",), ("^É",)])
def test_what_is_no_name_of_a_global_is_refused(database: bumps.Database, path: tuple[object, ...]) -> None:
    with pytest.raises(bumps.UsageError):
        database.set(*path, value="x")


def test_scan_yields_paths_in_m_collation_both_ways(database: bumps.Database) -> None:
    for subscript in ["B", "10", 9, "", -1, "A", "1E3", Decimal("2.5")]:
        database["^X", subscript] = "v"
    expected = ["", "-1", "2.5", "9", "10", "1E3", "A", "B"]
    assert [path[1] for path, _ in database.scan("^X")] == expected
    assert [path[1] for path, _ in database.scan("^X", reverse=True)] == expected[::-1]
    assert [path[1] for path, _ in database.scan("^X", start=9, stop="A")] == ["9", "10", "1E3"]
    assert [path[1] for path, _ in database.scan("^X", limit=2)] == ["", "-1"]


def test_order_after_an_answer_of_order_is_as_after_any_equal_subscript(database: bumps.Database) -> None:
    for subscript in ("", "1", "2.5", "é", "zoo"):
        database["^ODD", subscript] = "v"
        database["^OTHER", "zoo", subscript] = "v"
    first = database.order("^ODD", "")
    assert first == "", "the empty subscript comes first, and asks for the first one"
    assert database.order("^ODD", first) == ""
    at = database.order("^ODD", "0")
    for reverse in (False, True):
        while at:
            equal = "".join(list(at))
            again = database.order("^ODD", at, reverse=reverse)
            database.order("^ODD", "1")
            assert database.order("^ODD", equal, reverse=reverse) == again
            assert database.order("^OTHER", "zoo", at) == database.order("^ODD", equal)
            at = again
        at = "zoo"
    for wrong in (None, 1.5, [], object()):
        with pytest.raises(bumps.UsageError):
            database.order("^ODD", wrong)


def test_order_walks_a_level_and_the_names_of_globals(database: bumps.Database) -> None:
    database.merge("^A", source={1: {"x": "v"}, 2: "v", "z": "v"})
    database["^B"] = "v"
    assert [database.order("^A", ""), database.order("^A", 1), database.order("^A", "z")] == ["1", "2", ""]
    assert database.order("^A", "", reverse=True) == "z"
    assert [database.order("^"), database.order("^A"), database.order("^B")] == ["^A", "^B", ""]
    assert database.query("^A") == ("^A", "1", "x")
    assert database.query("^A", "z") is None


def test_a_transaction_is_all_or_nothing(database: bumps.Database) -> None:
    with database.transaction() as tx:
        tx["^X", 1] = "a"
        tx["^X", 2] = "b"
    with pytest.raises(ZeroDivisionError), database.transaction() as tx:
        tx.kill("^X")
        raise ZeroDivisionError
    assert [value for _, value in database.scan("^X")] == ["a", "b"]


def test_a_transaction_inside_another_is_a_savepoint(database: bumps.Database) -> None:
    with database.transaction() as outer:
        outer["^X", 1] = "kept"
        with database.transaction() as inner:
            inner["^X", 2] = "dropped"
            inner.rollback()
        assert database.data("^X", 2) == 0
    assert [path for path, _ in database.scan("^X")] == [("^X", "1")]


def test_a_rolled_back_transaction_changes_nothing_and_its_block_goes_on(database: bumps.Database) -> None:
    with database.transaction() as tx:
        tx["^X"] = "v"
        tx.rollback()
    assert "^X" not in database


def test_transactional_runs_a_function_in_a_transaction(database: bumps.Database) -> None:
    @database.transactional
    def add(name: str) -> int:
        number = database.increment("^N")
        database["^X", number] = name
        return int(number)

    assert add("a") == 1
    assert database["^X", 1].value == "a"


def test_increment_adds_decimals_exactly_and_refuses_text(database: bumps.Database) -> None:
    assert database.increment("^N", by=Decimal("0.1")) == Decimal("0.1")
    assert database.increment("^N", by=Decimal("0.2")) == Decimal("0.3")
    database["^T"] = "text"
    with pytest.raises(bumps.UsageError, match="text"):
        database.increment("^T")


def test_threads_increment_one_counter_without_losing_any(database: bumps.Database) -> None:
    def work() -> None:
        for _ in range(200):
            database.increment("^N")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert database["^N"].value == "800"


def test_merge_copies_a_subtree_and_refuses_one_node_inside_the_other(database: bumps.Database) -> None:
    database.merge("^A", 1, source={None: "top", "x": {"y": "deep"}})
    database.merge("^B", source=database["^A", 1])
    assert database["^B"].to_dict() == {None: "top", "x": {"y": "deep"}}
    database.merge("^B", "copy", source=("^A", 1, "x"))
    assert database["^B", "copy"].to_dict() == {"y": "deep"}
    with pytest.raises(bumps.UsageError):
        database.merge("^A", 1, "x", source=("^A", 1))


def test_a_database_of_bytes_takes_and_gives_bytes() -> None:
    with bumps.open(":memory:", charset="m") as database:
        database["^X", b"\xe9"] = bytes(range(256))
        assert database["^X", "é"].value == bytes(range(256))
        database["^X", 2] = "text"
        assert database["^X", 2].value == b"text"


def test_two_opens_of_one_database_in_one_process_share_it(tmp_path: Path) -> None:
    path = tmp_path / "x.bumps"
    with bumps.open(path) as one, bumps.open(str(path)) as two:
        one["^X"] = "v"
        assert two["^X"].value == "v"
        one.close()
        two["^X"] = "w"
    with bumps.open(path) as database:
        assert database["^X"].value == "w"


def test_an_open_in_one_process_with_other_options_is_refused(tmp_path: Path) -> None:
    with bumps.open(tmp_path / "x.bumps"), pytest.raises(bumps.UsageError):
        bumps.open(tmp_path / "x.bumps", mode="r")


def test_a_closed_database_says_so(tmp_path: Path) -> None:
    database = bumps.open(tmp_path / "x.bumps")
    database.close()
    with pytest.raises(bumps.ClosedError):
        database.set("^X", value="v")


def test_reading_mode_reads_and_refuses_to_write(tmp_path: Path) -> None:
    with bumps.open(tmp_path / "x.bumps") as database:
        database["^X"] = "v"
    with bumps.open(tmp_path / "x.bumps", mode="r") as database:
        assert database["^X"].value == "v"
        with pytest.raises(bumps.ReadOnlyError):
            database["^X"] = "w"


def test_a_database_that_is_absent_is_not_made_by_a_reader(tmp_path: Path) -> None:
    with pytest.raises(bumps.NoDatabaseError):
        bumps.open(tmp_path / "none.bumps", mode="r")
    assert list(tmp_path.iterdir()) == []


def test_limits_are_refused_with_the_limit_in_the_message(database: bumps.Database) -> None:
    with pytest.raises(bumps.LimitError, match="2048"):
        database["^X", "k" * 2047] = "v"
    database["^X", "k" * 2046] = "v"
    with pytest.raises(bumps.LimitError, match="31"):
        database["^" + "N" * 32] = "v"
    with pytest.raises(bumps.LimitError, match="63"):
        database.set("^X", *range(64), value="v")


def test_load_nodes_keeps_what_came_before_a_failure_and_nothing_if_atomic(database: bumps.Database) -> None:
    def nodes() -> Iterator[tuple[str, bytes, bytes]]:
        for number in range(1500):
            yield "X", database.codec.encode((number,)), b"v"
        raise bumps.InputError("bad line", line=1501)

    with pytest.raises(bumps.InputError):
        database.load_nodes(nodes(), atomic=True)
    assert "^X" not in database
    with pytest.raises(bumps.InputError):
        database.load_nodes(nodes())
    assert database.stat()["globals"] == {"^X": 1500}


def test_the_digest_depends_on_content_alone() -> None:
    with bumps.open(":memory:") as one, bumps.open(":memory:", page_size=1024) as two:
        for number in range(500):
            one["^X", number] = f"value {number}"
        for number in reversed(range(500)):
            two["^X", number] = "other"
            two["^X", number] = f"value {number}"
        assert one.digest() == two.digest()
        two["^X", 7].kill()
        assert one.digest() != two.digest()


def test_a_path_that_names_nothing_is_refused() -> None:
    with pytest.raises(bumps.UsageError, match="names the directory"):
        bumps.open("")
    with pytest.raises(TypeError):
        bumps.open(None)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["^", "^\u03a9", "^\x01trees", "^1A", "^A-B", "^" + "A" * 32])
def test_what_is_no_name_of_a_global_cannot_be_read_either(database: bumps.Database, name: str) -> None:
    for read in (database.get, database.data, database.kill, database.query):
        with pytest.raises((bumps.UsageError, bumps.LimitError)):
            read(name, 1)
    if name != "^":
        with pytest.raises((bumps.UsageError, bumps.LimitError)):
            database.order(name)


def test_a_digit_may_follow_the_percent_sign_of_a_name(database: bumps.Database) -> None:
    database["^%1", 1] = "x"
    assert database.order("^") == "^%1"


def test_increment_does_not_depend_on_the_precision_of_the_thread(database: bumps.Database) -> None:
    database["^N"] = "123456789012345678901234567890"
    with decimal.localcontext() as context:
        context.prec = 3
        assert database.increment("^N") == 123456789012345678901234567891
    assert database.get("^N") == "123456789012345678901234567891"


@pytest.mark.parametrize("by", [0.1, True, Decimal("NaN"), "1"])
def test_increment_by_what_is_no_number_is_refused(database: bumps.Database, by: object) -> None:
    with pytest.raises(bumps.UsageError):
        database.increment("^N", by=by)  # type: ignore[arg-type]
    assert database.data("^N") == 0


def test_a_negative_limit_is_refused(database: bumps.Database) -> None:
    with pytest.raises(bumps.UsageError, match="limit -1"):
        list(database.scan("^A", limit=-1))


@pytest.mark.parametrize("path", ["", "a\0b"])
def test_what_is_no_path_is_refused(path: str) -> None:
    for use in (bumps.open, lambda path: list(bumps.verify(path)), lambda path: bumps.replay(path, path)):
        with pytest.raises(bumps.UsageError, match=r"path .*it names"):
            use(path)


def test_a_path_that_the_system_refuses_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with bumps.open(tmp_path / "x.bumps"):
        pass
    for path in (tmp_path / "loop", tmp_path / ("a" * 300)):
        for use in (bumps.open, lambda path: list(bumps.verify(path)), lambda p: bumps.replay(tmp_path / "x.bumps", p)):
            with pytest.raises(bumps.StorageError, match=r"name too long|symbolic links"):
                use(path)


class _FailingDisk(MemoryDisk):
    """A disk of which every sync fails, once it is told so."""

    fails = False

    def open(self, path: str, *, write: bool) -> MemoryFile:  # type: ignore[override]
        return _FailingFile(super().open(path, write=write).content, self)

    def create(self, path: str) -> MemoryFile:  # type: ignore[override]
        return _FailingFile(super().create(path).content, self)


class _FailingFile(MemoryFile):
    __slots__ = ("disk",)

    def __init__(self, content: bytearray, disk: _FailingDisk) -> None:
        super().__init__(content)
        self.disk = disk

    def sync(self) -> None:
        if self.disk.fails:
            raise OSError(5, "Input/output error")


@pytest.mark.parametrize("when", ["in the close", "before it"])
def test_a_close_says_that_something_may_be_lost_and_lets_go(when: str) -> None:
    disk = _FailingDisk()
    database = bumps.open("/x.bumps", disk=disk, durability="none")
    database["^A"] = "v"
    disk.fails = True
    if when == "before it":
        with pytest.raises(bumps.StorageError):
            database.flush()
    with pytest.raises(bumps.StorageError):
        database.close()
    database.close()
    disk.fails = False
    bumps.open("/x.bumps", disk=disk).close()


def test_a_close_after_a_failure_says_nothing_if_all_is_durable() -> None:
    disk = _FailingDisk()
    database = bumps.open("/x.bumps", disk=disk)
    database["^A"] = "v"
    database.engine.fail(OSError(5, "while a page was written"))
    database.close()


def test_a_close_does_not_hide_the_error_that_led_to_it() -> None:
    disk = _FailingDisk()
    with pytest.raises(ZeroDivisionError), bumps.open("/x.bumps", disk=disk, durability="none") as database:
        database["^A"] = "v"
        disk.fails = True
        with contextlib.suppress(bumps.StorageError):
            database.flush()
        raise ZeroDivisionError
    assert database.engine.closed


def test_one_of_two_handles_says_so_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(file: RealFile) -> None:
        raise OSError(5, "Input/output error")

    one, other = (bumps.open(tmp_path / "x.bumps", durability="none") for _ in range(2))
    one["^A"] = "v"
    with monkeypatch.context() as patch:
        patch.setattr(RealFile, "sync", fail)
        with pytest.raises(bumps.StorageError):
            one.flush()
    for handle in (one, other):
        with pytest.raises(bumps.FailedError):
            handle.close()
        handle.close()


def test_a_handle_that_is_closed_twice_counts_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Engine) -> None:
        raise bumps.DiskFullError("no space")

    one, other = bumps.open(tmp_path / "x.bumps"), bumps.open(tmp_path / "x.bumps")
    with monkeypatch.context() as patched:
        patched.setattr(Engine, "flush", refuse)
        with pytest.raises(bumps.DiskFullError):
            one.close()
    one.close()
    other["^A"] = "x"
    other.close()


def test_a_database_that_has_failed_can_be_opened_again_beside_its_other_handle(tmp_path: Path) -> None:
    one, other = bumps.open(tmp_path / "x.bumps"), bumps.open(tmp_path / "x.bumps")
    one["^A"] = "x"
    one.engine.fail(OSError(5, "input/output error"))
    one.close()
    with bumps.open(tmp_path / "x.bumps") as again:
        assert again.get("^A") == "x"
        again["^A"] = "y"
        with pytest.raises(bumps.ClosedError):
            other.get("^A")
        other.close()
        assert again.get("^A") == "y"


def test_closing_one_handle_waits_for_a_transaction_without_holding_up_opening(tmp_path: Path) -> None:
    one, other = bumps.open(tmp_path / "x.bumps"), bumps.open(tmp_path / "x.bumps")
    with other.transaction():
        closer = threading.Thread(target=one.close, daemon=True)
        closer.start()
        opener = threading.Thread(target=lambda: bumps.open(tmp_path / "y.bumps").close(), daemon=True)
        opener.start()
        opener.join(10)
        assert not opener.is_alive()
    closer.join(10)
    other.close()


def test_a_node_that_is_too_deep_is_refused_however_it_was_named(database: bumps.Database) -> None:
    half = tuple(range(40))
    database["^A", *half] = "x"
    with pytest.raises(bumps.LimitError, match="at most 63"):
        database["^A"][half][half] = "x"
    with pytest.raises(bumps.LimitError, match="at most 63"):
        database.merge("^B", *half, source=database["^A"])
    with database.transaction(), pytest.raises(bumps.LimitError, match="at most 63"):
        database["^A"][half][half] = "x"
    deep, long = database.codec.encode(half) * 2, database.codec.encode(("x" * 1000,))
    with pytest.raises(bumps.LimitError, match="at most 63"):
        database.load_nodes([("A", deep, b"x"), ("A", long, b"x")])
    assert database.query("^A", *half) is None


@pytest.mark.parametrize("source", ["^A", 7, None, ()])
def test_a_merge_of_what_is_no_tree_is_refused(database: bumps.Database, source: object) -> None:
    with pytest.raises(bumps.UsageError):
        database.merge("^B", source=source)  # type: ignore[arg-type]


def test_a_kill_beyond_the_limits_is_refused_so_that_the_journal_can_be_replayed() -> None:
    disk = MemoryDisk()
    with bumps.open("/x.bumps", disk=disk) as database:
        with pytest.raises(bumps.LimitError), database.transaction():
            database.kill("^A", "x" * 3000)
        with pytest.raises(bumps.LimitError), database.transaction():
            del database["^A", "x" * 3000].value
        with pytest.raises(bumps.LimitError):
            database.kill("^A", "x" * 3000)
        with database.transaction():
            database.kill("^A", "x" * 2000)
    assert list(bumps.verify("/x.bumps", disk=disk, deep=True)) == []


def test_load_nodes_inside_a_transaction_is_refused(database: bumps.Database) -> None:
    with database.transaction(), pytest.raises(bumps.TransactionError):
        database.load_nodes([("A", b"", b"x")])


def test_a_database_does_not_survive_a_fork_in_the_child(tmp_path: Path) -> None:
    path = tmp_path / "x.bumps"
    with bumps.open(path, durability="group") as database:
        database["^A"] = "parent"
        with database.transaction():
            reader, writer = os.pipe()
            if not (child := os.fork()):
                os.write(writer, told_in_child(database, path).encode())
                os._exit(0)
            os.waitpid(child, 0)
        os.close(writer)
        told = os.read(reader, 10_000).decode()
        os.close(reader)
        assert told.count("ClosedError: ") == told.count("forked") == 3
        assert "LockedError: " in told
        database["^A", 1] = "still"
    with bumps.open(path) as database:
        assert database["^A"].to_dict() == {None: "parent", "1": "still"}
    assert list(bumps.verify(path, deep=True)) == []


def told_in_child(database: bumps.Database, path: Path) -> str:
    """Return what each use of a database says in a forked process, one line each."""
    told = []
    for use in (
        lambda: database.get("^A"),
        lambda: database.set("^A", value="child"),
        database.checkpoint,
        lambda: database.engine.commit([]),
        lambda: database.session().rollback(),
        lambda: bumps.open(path),
        database._globals.rollback,
        database.close,
    ):
        try:
            use()
        except Exception as error:
            told.append(f"{type(error).__name__}: {error}")
    return "\n".join(told)


def test_a_database_is_iterated_by_its_globals(database: bumps.Database) -> None:
    assert list(database) == []
    database["^B", 1] = database["^A"] = "x"

    assert list(database) == ["^A", "^B"]


def test_a_transaction_belongs_to_its_thread(tmp_path: Path) -> None:
    with bumps.open(tmp_path / "x.bumps") as database, database.transaction() as tx, ThreadPoolExecutor(1) as other:
        for use in (lambda: tx.get("^X"), lambda: tx.set("^X", value=1), lambda: tx["^X"].get(), tx.rollback):
            with pytest.raises(TransactionError, match="belongs to the thread"):
                other.submit(use).result()
        tx.set("^X", value=2)
    with bumps.open(tmp_path / "x.bumps") as database:
        assert database.get("^X") == "2"


def test_a_scan_goes_on_where_it_was_left(tmp_path: Path) -> None:
    with bumps.open(tmp_path / "x.bumps") as database:
        with database.transaction() as tx:
            for number in range(1000):
                tx.set("^X", number, value=number)
        for reverse in (False, True):
            scan = database.engine.scan("X", reverse=reverse)
            first = [next(scan) for _ in range(300)]
            second = list(islice(scan, 300))
            database.set("^X", "new", value="")
            third = list(scan)
            assert first + second + third == sorted(first + second + third, reverse=reverse)
            assert len(first + second + third) == 1000 + reverse
            assert next(scan, None) is None


class Global(enum.StrEnum):
    """Names of globals that are not only a str."""

    PATIENT = "^PATIENT"


def test_a_name_is_a_str_of_any_class_and_nothing_else(tmp_path: Path) -> None:
    with bumps.open(tmp_path / "x.bumps") as database:
        database[Global.PATIENT, 7] = "Ada"
        database["^PATIENT", 8] = "Bob"
        assert database.get(Global.PATIENT, 8) == "Bob"
        paths: list[tuple[Any, ...]] = [(), (7,), ([],), (None, 1), ("PATIENT",), ("",), (b"^PATIENT",), (1.5, "A")]
        for path in paths:
            with pytest.raises(UsageError, match="begins with the name of a global"):
                database.get(*path)
        with pytest.raises(UsageError, match="not a name"):
            database.get("^7")
        with pytest.raises(UsageError, match="a subscript is a str"):
            database.get("^PATIENT", [])


PREFIXED = ["", "0", "-12", "-1.5", "-1", ".1", "1", "1.5", "2", "10", "12", "100"]
PREFIXED += ["007", "1E3", "1A", "A", "AB", "ABC", "B", "é", "éa"]


@pytest.mark.parametrize("prefix", ["", "-", "-1", ".", "0", "1", "1.", "12", "1A", "A", "AB", "é", "~", 1, b"A"])
@pytest.mark.parametrize("reverse", [False, True])
def test_scan_finds_what_begins_with_a_prefix(
    database: bumps.Database, prefix: str | int | bytes, reverse: bool
) -> None:
    for subscript in PREFIXED:
        database["^X", "P", subscript, "below"] = subscript
    database["^X", "P"] = "itself"
    database["^X", "Q"] = "after"
    text = prefix.decode() if isinstance(prefix, bytes) else str(prefix)
    wanted = [each for each in database["^X", "P"] if each.startswith(text)]
    for view in (database, database.snapshot()):
        found = [path[2] for path, _ in view.scan("^X", "P", prefix=prefix, reverse=reverse)]
        assert found == (wanted[::-1] if reverse else wanted)
        assert [path[2] for path, _ in view.scan("^X", "P", prefix=prefix, limit=1)] == wanted[:1]
        found = [path[2] for path, _ in view.scan("^X", "P", prefix=prefix, start=1, stop="AB")]
        inside = [path[2] for path, _ in view.scan("^X", "P", start=1, stop="AB")]
        assert found == [each for each in inside if each in wanted]
    with database.transaction() as transaction:
        transaction["^X", "P", "ABD"] = "own"
        del transaction["^X", "P", 1]
        wanted = [each for each in transaction["^X", "P"] if each.startswith(text)]
        assert [path[2] for path, _ in transaction.scan("^X", "P", prefix=prefix)] == wanted

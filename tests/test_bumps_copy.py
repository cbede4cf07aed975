"""bumps/globals.py `copy`: MERGE of a large tree is quick, of one moment, and within the limits of a commit."""

from __future__ import annotations

from pathlib import Path

import pytest

import bumps
from bumps import globals as globals_module
from bumps import limits
from bumps.batch import Batches
from bumps.btree.forest import Forest
from bumps.errors import CorruptionError, LimitError
from bumps.options import Durability

NODES = [("A", str(number), "x") for number in range(3000)]


@pytest.fixture
def database() -> bumps.Database:
    database = bumps.open(":memory:")
    encode = database.codec.encode
    database.load_nodes(("A", encode(tuple(path[1:])), b"value of %d" % at) for at, path in enumerate(NODES))
    return database


def program(tmp_path: Path, line: str) -> str:
    (tmp_path / "PROG.m").write_text(f"PROG\t;\nRUN()\t{line}\n\tQ $ZPOS\n")
    return str(tmp_path)


@pytest.mark.parametrize("before, after", [("", ""), ("TS  ", "  TC")])
@pytest.mark.parametrize("target", ["^B", "^B(7,8)", '^A("copy")'])
def test_merge_copies_every_node(
    database: bumps.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, after: str, target: str
) -> None:
    monkeypatch.setattr(globals_module, "COPY_COUNT", 1100)
    source = "^A" if target.startswith("^B") else "^A(5)"
    database["^A", 5, "deep", "est"].value = "bottom"
    database.call("RUN^PROG", routines=[program(tmp_path, f"{before}M {target}={source}{after}")])
    prefix = {"^B": ("^B",), "^B(7,8)": ("^B", 7, 8), '^A("copy")': ("^A", "copy")}[target]
    from_path = ("^A",) if source == "^A" else ("^A", 5)
    expected = [
        (path[len(from_path) :], value) for path, value in database.scan(*from_path) if path[: len(prefix)] != prefix
    ]
    assert [(path[len(prefix) :], value) for path, value in database.scan(*prefix)] == expected
    assert len(expected) in (3001, 2)


def test_a_large_copy_is_several_commits_and_a_transaction_is_one(
    database: bumps.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(globals_module, "COPY_COUNT", 1000)
    run = database.session(Durability.GROUP)
    before = database.engine.last_lsn
    run.copy("B", b"", "A", b"")
    assert database.engine.last_lsn == before + 3
    assert database.engine.durable_lsn == before + 3
    run.begin()
    run.copy("C", b"", "A", b"")
    run.commit()
    assert database.engine.last_lsn == before + 4
    assert database.digest() and len(list(database.scan("^B"))) == len(list(database.scan("^C"))) == 3000


def test_a_copy_that_no_commit_holds_is_several_and_a_transaction_says_so(
    database: bumps.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FRAME_SIZE_MAX", 20_000)
    monkeypatch.setattr(globals_module, "COPY_SIZE", 8_000)
    run = database.session(Durability.COMMIT)
    run.copy("B", b"", "A", b"")
    assert len(list(database.scan("^B"))) == 3000
    with pytest.raises(LimitError, match="the limit is 20000"):
        database.merge("^C", source=("^A",))
    assert list(database.scan("^C")) == []


def test_a_copy_is_of_one_moment(database: bumps.Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(globals_module, "COPY_COUNT", 1000)
    commit = database.engine.commit

    def disturb(batches: object, durability: Durability) -> int:
        lsn = commit(batches, durability)  # type: ignore[arg-type]
        monkeypatch.undo()
        database.kill("^A")
        return lsn

    monkeypatch.setattr(database.engine, "commit", disturb)
    database.session().copy("B", b"", "A", b"")
    assert list(database.scan("^A")) == [] and len(list(database.scan("^B"))) == 3000


def test_a_small_copy_waits_for_its_group_and_is_one_commit_where_each_is_durable(database: bumps.Database) -> None:
    engine = database.engine
    source = database.codec.encode((7,))
    for below in range(20):
        database["^A", 7, below] = below
    before = engine.last_lsn
    run = database.session(Durability.NONE)
    run.copy("B", b"", "A", source)
    assert engine.last_lsn == before
    assert [value for _, value in database.scan("^B")] == [*map(str, range(20)), "value of 7"]
    run.set("B", b"", b"later")
    run.flush()
    assert engine.last_lsn == before + 1
    database.session(Durability.COMMIT).copy("C", b"", "A", source)
    assert engine.last_lsn == engine.durable_lsn == before + 2
    assert len(list(database.scan("^C"))) == 21


def test_a_small_copy_of_which_a_node_is_refused_goes_as_far_as_that(database: bumps.Database) -> None:
    for letter, length in (("a", 10), ("b", 1300), ("c", 20)):
        database["^A", "deep", letter * length] = length
    run = database.session(Durability.NONE)
    with pytest.raises(LimitError, match="a key of"):
        run.copy("B", database.codec.encode(("y" * 1000,)), "A", database.codec.encode(("deep",)))
    assert [value for _, value in database.scan("^B")] == ["10"]


def test_a_small_copy_that_meets_damage_leaves_nothing_behind(
    database: bumps.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for below in range(5):
        database["^A", 7, below] = "x" * below
    run = database.session(Durability.NONE)
    run.set("C", b"", b"kept")
    size = database.engine._pending.size
    original = Forest.apply

    def damaged(forest: Forest, batches: Batches) -> None:
        original(forest, batches)
        monkeypatch.undo()
        raise CorruptionError("a page")

    monkeypatch.setattr(Forest, "apply", damaged)
    with pytest.raises(CorruptionError, match="a page"):
        run.copy("B", b"", "A", database.codec.encode((7,)))
    assert list(database.scan("^B")) == []
    assert database["^C"].value == "kept"
    assert (database.engine._pending.count, database.engine._pending.size) == (1, size)
    run.copy("B", b"", "A", database.codec.encode((7,)))
    run.flush()
    assert [value for _, value in database.scan("^B")] == ["", "x", "xx", "xxx", "xxxx", "value of 7"]

"""Database.verify: a database that is in use is proven sound, or is found damaged, and nobody waits for it."""

from __future__ import annotations

import contextlib
import threading

import pytest

import bumps
from bumps.batch import SET
from bumps.engine import Engine
from bumps.files import MemoryDisk
from bumps.flusher import Flusher
from bumps.options import Durability, Options
from bumps.recovery.verify import problems

PATH = "/x.bumps"
OPTIONS = Options(page_size=512, cache_size=64 * 512, segment_size_min=8192, segment_size_max=16384, alignment=512)


@pytest.fixture
def disk() -> MemoryDisk:
    return MemoryDisk()


@pytest.fixture
def database(disk: MemoryDisk) -> bumps.Database:
    database = bumps.Database(Engine.open(disk, PATH, OPTIONS), OPTIONS)
    for number in range(300):
        database["^A", number] = "v" * (number % 90)
    return database


def test_a_database_is_sound_while_it_is_written_to(database: bumps.Database, disk: MemoryDisk) -> None:
    ended = threading.Event()

    def write() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            with database.transaction():
                database["^A", number % 500] = "w" * (number % 70)
                database["^B", number % 9, number] = "x"

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(4):
            assert list(database.verify()) == []
    finally:
        ended.set()
        writer.join()
    database.close()
    assert list(bumps.verify(PATH, disk=disk, deep=True)) == []


def test_writers_go_on_while_it_is_verified_and_checkpoints_come_after(database: bumps.Database) -> None:
    generation = database.stat()["generation"]
    with database.engine.standing():
        for number in range(400):
            database["^C", number] = "y" * 90
        assert database.stat()["generation"] == generation, "checkpoints would change what is read"
        for refused in (database.checkpoint, database.compact, database.close):
            with pytest.raises(bumps.UsageError, match="while it is verified"):
                refused()
    database["^C"] = "after"
    database.checkpoint()
    assert database.stat()["generation"] > generation
    database.close()


def test_a_verify_that_begins_while_a_close_waits_is_not_closed_under(
    database: bumps.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, views = Flusher.stop, contextlib.ExitStack()

    def stop_and_verify(flusher: Flusher) -> None:
        stop(flusher)
        views.enter_context(database.engine.standing())

    database.engine.write(SET, "A", b"", b"v", Durability.GROUP)  # which wakes the flusher
    monkeypatch.setattr(Flusher, "stop", stop_and_verify)
    with views, pytest.raises(bumps.UsageError, match="close while it is verified"):
        database.close()
    monkeypatch.undo()
    assert list(database.verify()) == [], "it is open, and as good as before"
    database.close()


@pytest.mark.parametrize("file", ["data", "journal"])
def test_damage_is_found_while_the_database_is_open(database: bumps.Database, disk: MemoryDisk, file: str) -> None:
    database.checkpoint()
    database["^A", 1] = "more"
    if file == "data":
        content = disk.files[f"{PATH}/data"]
        content[5 * 512 + 100] ^= 1
    else:
        name = min(each for each in disk.files if each.startswith(f"{PATH}/journal/0"))
        content = disk.files[name]
        content[512 + 30] ^= 1
    found = [str(problem) for problem in database.verify()]
    assert found and all(each.startswith(file) for each in found)
    database.engine.abandon()


def test_what_comes_after_its_beginning_is_not_looked_at(database: bumps.Database, disk: MemoryDisk) -> None:
    with database.engine.standing() as view:
        last = database.engine.journal
        assert last is not None
        place = last.last
        database["^A", 2] = "behind"
        content = disk.files[f"{PATH}/journal/{place.segment:020}.log"]
        content[place.end + 200] ^= 1  # in the frame that came after
        names = view.list(f"{PATH}/journal")
        assert max(names) == f"{place.segment:020}.log"
        assert list(problems(view, PATH)) == []
    database.engine.abandon()


def test_a_database_open_for_reading_is_verified_as_it_is(database: bumps.Database, disk: MemoryDisk) -> None:
    database.close()
    with bumps.open(PATH, mode="r", disk=disk) as reading:
        assert list(reading.verify()) == []

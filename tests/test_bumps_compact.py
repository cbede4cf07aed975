"""bumps/compact.py, btree/mover.py: space comes back, content stays, at whatever moment it ends."""

from __future__ import annotations

import json
import random
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

import bumps
from bumps.batch import KILL, SET, Batch
from bumps.compact import compact
from bumps.engine import Engine
from bumps.files import MemoryDisk
from bumps.keys import KeyCodec
from bumps.options import Options
from bumps.tools.db_compact import compact as compact_command

CODEC = KeyCodec.of("utf-8")
NAMES = ("A", "B", "C")


def options(*, background: bool = False) -> Options:
    return Options(page_size=512, background=background)


def filled(*, background: bool = False, seed: int = 1) -> Engine:
    """Return a database of which most was killed, so that what is left lies all over the file."""
    rng = random.Random(seed)
    engine = Engine.open(MemoryDisk(), "/x.bumps", options(background=background))
    for part in range(8):
        for name in NAMES:
            keys = [CODEC.encode((part, number)) for number in range(60)]
            values = [bytes([65 + part]) * rng.choice((5, 40, 100, 700, 1500)) for _ in keys]
            engine.commit([Batch(name, bytes((SET,)) * len(keys), keys, values)])
        engine.checkpoint()
    for part in range(7):
        for name in NAMES:
            for number in range(60):
                if rng.random() < 0.9:
                    engine.commit([Batch(name, bytes((KILL,)), [CODEC.encode((part, number))], [])])
    return engine


def content(engine: Engine) -> list[tuple[str, list[tuple[bytes, bytes]]]]:
    return [(name, list(engine.items(name))) for name in engine.names()]


def problems(engine: Engine) -> list[str]:
    disk = engine.disk
    engine.close()
    return [str(problem) for problem in bumps.verify("/x.bumps", disk=disk, deep=True)]


@pytest.mark.parametrize("background", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_it_gives_back_what_is_free_and_keeps_what_is_there(background: bool, seed: int) -> None:
    engine = filled(background=background, seed=seed)
    before = content(engine)
    seen: list[tuple[int, int]] = []
    done = compact(engine, lambda left, had: seen.append((left, had)))
    assert done.pages_after < done.pages_before / 2 and done.size_after < done.size_before / 2
    assert done.moved > 10 and done.pinned == 0
    assert seen[-1] == (done.pages_after, done.pages_before)
    free, _ = engine.free_counts()
    assert free <= done.pages_after / 10
    disk = engine.disk
    assert isinstance(disk, MemoryDisk)
    assert len(disk.files["/x.bumps/data"]) == done.pages_after * 512
    assert content(engine) == before
    again = compact(engine)
    assert again.pages_after <= done.pages_after
    assert content(engine) == before
    assert problems(engine) == []
    engine = Engine.open(disk, "/x.bumps", options())
    assert content(engine) == before
    engine.close()


def test_writers_and_readers_go_on_meanwhile() -> None:
    engine = filled(background=True)
    stop = threading.Event()
    errors: list[BaseException] = []
    model = dict(engine.items("A"))

    def write() -> None:
        rng = random.Random(5)
        try:
            while not stop.is_set():
                key, value = CODEC.encode(("w", rng.randrange(200))), rng.randbytes(rng.choice((10, 900)))
                engine.commit([Batch("A", bytes((SET,)), [key], [value])])
                model[key] = value
                assert engine.get("A", key) == value
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for _ in range(3):
            compact(engine)
    finally:
        stop.set()
        thread.join()
    assert not errors
    assert dict(engine.items("A")) == model
    assert problems(engine) == []


def test_a_snapshot_keeps_what_it_reads_and_its_pages_come_back_after_it() -> None:
    engine = filled()
    engine.checkpoint()
    snapshot = engine.snapshot()
    before = {name: list(snapshot.items(name)) for name in NAMES}
    for name in NAMES:
        engine.commit([Batch(name, bytes((KILL,)), [CODEC.encode((7,))], [])])
    held = compact(engine)
    assert {name: list(snapshot.items(name)) for name in NAMES} == before
    assert held.pinned > 0
    for _ in range(2):
        compact(engine)
        assert {name: list(snapshot.items(name)) for name in NAMES} == before
    snapshot.close()
    free = compact(engine)
    assert free.pages_after < held.pages_after and free.pinned == 0
    assert problems(engine) == []


@pytest.mark.parametrize("at", range(0, 60, 3))
def test_ended_at_any_moment_it_has_lost_nothing(at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = filled()
    before = content(engine)
    steps = 0

    def interrupted(owner: object, name: str) -> None:
        original = getattr(owner, name)

        def call(*arguments: object) -> object:
            nonlocal steps
            steps += 1
            if steps == at + 1:
                raise KeyboardInterrupt
            return original(*arguments)

        monkeypatch.setattr(owner, name, call)

    for owner, name in ((engine, "move"), (engine.checkpoints, "make_cutting"), (engine.checkpoints, "cut_files")):
        interrupted(owner, name)
    try:
        compact(engine)
    except KeyboardInterrupt:
        pass
    else:
        assert steps <= at
    assert content(engine) == before
    monkeypatch.undo()
    assert compact(engine).pages_after < 500
    assert content(engine) == before
    assert problems(engine) == []


def test_an_exception_while_pages_move_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from bumps.btree.mover import Mover

    engine = filled()
    before = content(engine)
    give_up, calls = Mover._give_up, 0

    def fails(self: Mover, node: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 20:
            raise MemoryError
        give_up(self, node)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Mover, "_give_up", fails)
        with pytest.raises(MemoryError):
            compact(engine)
    assert content(engine) == before
    compact(engine)
    assert content(engine) == before
    assert problems(engine) == []


def test_the_command_gives_space_back_and_says_how_much(tmp_path: Path) -> None:
    path = tmp_path / "a.bumps"
    with bumps.open(path, page_size=4096) as database:
        encode = database.codec.encode
        database.load_nodes(("A", encode((number,)), b"v" * 500) for number in range(5000))
        database.load_nodes(("B", encode((number,)), b"stays" * 100) for number in range(200))
        database.checkpoint()
        database.kill("^A")
        digest = database.digest()
    size = (path / "data").stat().st_size
    text = CliRunner().invoke(compact_command, [str(path)])
    assert text.exit_code == 0 and "now" in text.output and "journal: " in text.output, text.output
    assert (path / "data").stat().st_size < size / 10
    found = json.loads(CliRunner().invoke(compact_command, [str(path), "--json"]).output)
    assert found["pages_before"] >= found["pages_after"] == (path / "data").stat().st_size / 4096
    assert list(bumps.verify(path, deep=True)) == []
    with bumps.open(path) as database:
        assert database.digest() == digest

"""bumps/engine.py: a damaged page costs what is in it, not the database."""

from __future__ import annotations

import pytest

import bumps
from bumps.batch import KILL, SET, Batch
from bumps.engine import Engine
from bumps.errors import CorruptionError
from bumps.files import MemoryDisk
from bumps.keys import KeyCodec
from bumps.options import Durability, Options

PATH = "/x.bumps"
PAGE_SIZE = 512
OPTIONS = Options(page_size=PAGE_SIZE, background=False)
CODEC = KeyCodec.of("utf-8")


def key(number: int) -> bytes:
    return CODEC.encode((number,))


def batch(kind: int, *numbers: int, name: str = "A") -> Batch:
    return Batch(
        name, bytes((kind,)) * len(numbers), list(map(key, numbers)), [b"new"] * (len(numbers) * (kind == SET))
    )


@pytest.fixture
def damaged() -> MemoryDisk:
    """Return a disk with a database of which the leaf that holds ^A(250) has a wrong byte."""
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, OPTIONS)
    engine.commit([Batch("A", bytes((SET,)) * 500, list(map(key, range(500))), [b"x" * 20] * 500)])
    engine.commit([batch(SET, 1, 2, name="B")])
    engine.close()
    data = disk.files[f"{PATH}/data"]
    pages = [page for page in range(2, len(data) // PAGE_SIZE) if data[page * PAGE_SIZE + 32] == 1]
    (page,) = [page for page in pages if key(250) in data[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]]
    data[page * PAGE_SIZE + 300] ^= 1
    return disk


@pytest.mark.parametrize("durability", [Durability.COMMIT, Durability.GROUP])
@pytest.mark.parametrize("kind", [SET, KILL])
def test_a_write_to_a_damaged_page_is_refused_and_all_else_goes_on(
    damaged: MemoryDisk, kind: int, durability: Durability
) -> None:
    engine = Engine.open(damaged, PATH, OPTIONS)
    lsn = engine.last_lsn
    for _ in range(2):
        with pytest.raises(CorruptionError, match="data: page"):
            if durability is Durability.COMMIT:
                engine.commit([batch(SET, 3, name="B"), batch(kind, 1, 250)])
            else:
                engine.write(kind, "A", key(250), b"new", durability)
    assert engine.last_lsn == lsn, "no frame that no tree can hold"
    assert engine.get("A", key(1)) == b"x" * 20 and engine.get("B", key(3)) is None
    engine.commit([batch(SET, 1, 499), batch(SET, 3, name="B")])
    engine.checkpoint()
    engine.close()

    again = Engine.open(damaged, PATH, OPTIONS)
    assert (again.get("A", key(499)), again.get("B", key(3))) == (b"new", b"new")
    again.close()
    problems = [str(problem) for problem in bumps.verify(PATH, disk=damaged)]
    assert problems and all("data: page" in problem for problem in problems)


def test_a_global_with_a_damaged_page_can_be_killed(damaged: MemoryDisk) -> None:
    engine = Engine.open(damaged, PATH, OPTIONS)
    engine.commit([Batch("A", bytes((KILL,)), [b""], [])])
    engine.close()
    again = Engine.open(damaged, PATH, OPTIONS)
    assert list(again.names()) == ["B"]
    again.close()

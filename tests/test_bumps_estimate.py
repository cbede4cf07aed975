"""bumps/estimate.py, btree/sample.py: sizes from a sample of leaves, with errors that hold."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import bumps
from bumps.batch import SET, Batch
from bumps.engine import Engine
from bumps.estimate import Sample, estimate
from bumps.files import MemoryDisk
from bumps.keys import KeyCodec
from bumps.levels import levels
from bumps.options import Options
from bumps.tools.db_stat import stat

CODEC = KeyCodec.of("utf-8")


def engine_with(pairs: dict[bytes, bytes], *, checkpoint: bool) -> Engine:
    engine = Engine.open(MemoryDisk(), "/x.bumps", Options(page_size=512, background=False))
    keys = list(pairs)
    engine.commit([Batch("X", bytes((SET,)) * len(keys), keys, [pairs[key] for key in keys])])
    if checkpoint:
        engine.checkpoint()
        some = keys[::50]
        engine.commit([Batch("X", bytes((SET,)) * len(some), some, [pairs[key] for key in some])])
    return engine


def patients(count: int) -> dict[bytes, bytes]:
    rng = random.Random(3)
    found = {}
    for patient in range(count):
        large = patient < count // 10
        for visit in range(rng.randint(1, 12) * (5 if large else 1)):
            value = rng.randbytes(900 if rng.random() < 0.02 else rng.randint(0, 40))
            found[CODEC.encode(("large" if large else "small", patient, visit))] = value
    return found


def drawn(engine: Engine, leaf_count: int, chance: float) -> Sample:
    with engine.snapshot_now() as snapshot:
        return estimate(snapshot, "X", leaf_count=leaf_count, depth=1, chance=chance)


@pytest.mark.parametrize("checkpoint", [False, True])
def test_the_truth_is_within_the_error_in_nine_of_ten_samples(checkpoint: bool) -> None:
    pairs = patients(300)
    truth = {line.key: line for line in levels(sorted(pairs.items()), 1)}
    engine = engine_with(pairs, checkpoint=checkpoint)
    inside = outside = 0
    for number in range(40):
        sample = drawn(engine, 40, number / 40)
        assert sample.nodes == len(pairs) and not sample.exact
        assert sample.leaves <= 40 < sample.leaf_count
        for line in sample.prefixes:
            true = truth[line.key]
            for found, error, is_true in (
                (line.nodes, line.nodes_error, true.nodes),
                (line.size, line.size_error, true.size),
            ):
                if abs(found - is_true) <= error:
                    inside += 1
                else:
                    outside += 1
        last = sample.prefixes[-1]
        assert last.key == b"" and last.nodes == len(pairs) and last.nodes_error == 0
        assert 0 < last.size_error < last.size / 2
    assert inside >= 9 * outside
    engine.close()


def test_what_is_read_as_a_whole_is_exact() -> None:
    pairs = patients(30)
    engine = engine_with(pairs, checkpoint=True)
    sample = drawn(engine, 1 << 20, 0.5)
    assert sample.exact and sample.leaves == sample.leaf_count
    assert [(line.key, line.nodes, line.nodes_error, line.size, line.size_error) for line in sample.prefixes] == [
        (line.key, line.nodes, 0, line.size, 0) for line in levels(sorted(pairs.items()), 1)
    ]
    engine.close()


def test_a_sample_is_of_one_moment_and_costs_its_pages_only(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = patients(300)
    engine = engine_with(pairs, checkpoint=True)
    engine.close()
    disk = engine.disk
    engine = Engine.open(disk, "/x.bumps", Options(background=False))
    reads: list[int] = []
    forest = engine.live_forest()
    image = forest.pager.image

    def counted(number: int, count: int = 1) -> bytes:
        reads.append(number)
        return image(number, count)

    monkeypatch.setattr(forest.pager, "image", counted)
    with engine.snapshot_now() as snapshot:
        leaves = snapshot.draw("X", iter(range(0, len(pairs), len(pairs) // 20)))
        first = next(leaves)
        engine.commit([Batch("X", bytes((2,)), [b""], [])])
        rest = list(leaves)
    assert first.sizes[0][0] == min(pairs) and len(rest) > 10
    assert sum(each.weight for each in [first, *rest]) >= 20
    assert len(set(reads)) < 20 * 3 + 10
    engine.close()


def test_the_command_prints_estimates_with_their_errors(tmp_path: Path) -> None:
    path = tmp_path / "a.bumps"
    with bumps.open(path, page_size=4096) as database:
        database.load_nodes(("X", key, value) for key, value in sorted(patients(400).items()))
        database["^ONE"].value = "1"
    result = CliRunner().invoke(stat, [str(path), "--sample", "20", "--levels", "1"])
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert any('^X("large")' in line for line in lines)
    assert "20 of about" in lines[-1] and "^X" in lines[-1] and "% full" in lines[-1]
    assert any("^ONE  (all of its 1 page read" in line for line in lines)
    found = json.loads(CliRunner().invoke(stat, [str(path), "--sample", "20", "--json"]).output)["sample"]
    assert found["^ONE"]["exact"] and found["^ONE"]["levels"] == [
        {"node": "^ONE", "nodes": 1, "nodes_error": 0, "bytes": 1, "bytes_error": 0}
    ]
    assert found["^X"]["pages_read"] == 20 and found["^X"]["nodes"] == found["^X"]["levels"][0]["nodes"]


def test_parts_whose_error_is_as_large_as_they_are_are_counted_and_not_listed(tmp_path: Path) -> None:
    path = tmp_path / "a.bumps"
    with bumps.open(path, page_size=4096) as database, database.transaction():
        for number in range(5000):
            database["^X", number % 2, number] = "1"
    told = CliRunner().invoke(stat, [str(path), "--sample", "5", "--levels", "2"]).output.splitlines()
    sample = json.loads(CliRunner().invoke(stat, [str(path), "--sample", "5", "--levels", "2", "--json"]).output)[
        "sample"
    ]
    assert not [line for line in told if "^X(0,100" in line or "^X(1,100" in line]
    hidden = next(line for line in told if "too few pages were read" in line)
    assert int(re.sub(r"[^0-9]", "", hidden)) > 100
    assert len(sample["^X"]["levels"]) > 100
    assert told[-1].split()[0] == "5,000"

"""tools/bench_child.py and what it runs (bench_alone, bench_large, bench_stores): work is done, checked, timed."""

from __future__ import annotations

import dataclasses
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from bumps.errors import BumpsError, UsageError
from bumps.metrics import exposition
from bumps.tools import bench_alone, bench_child, bench_large
from bumps.tools.bench_child import Clock, Job, Meter
from bumps.tools.bench_peers import Lmdb
from bumps.tools.bench_store import Getter, Pair, Stepper, Store
from bumps.tools.bench_stores import ALL, Bumps, Sqlite, find, versions
from bumps.tools.bench_works import METRICS, SUITES
from bumps.tools.killed import environment

Capture = pytest.CaptureFixture[str]
KEYED = [("bytes", "bumps"), ("bytes", "sqlite3"), ("bytes", "sqlite3-256m"), ("tuple", "bumps"), ("tuple", "sqlite3")]
PEERS = [(store.level, store.name) for store in ALL if (store.level, store.name) not in KEYED]
ALONE = [name for name in {**bench_alone.SUITES, **bench_large.SUITES} if name != "m"]
SMALL = {"open-gigabyte": 300, "growth": 2000, "small-cache": 3000, "recovery": 300}
"""Nodes; of other suites a hundred."""


def samples(
    suite: str, store: str, count: int, capsys: Capture, works: list[str] | None = None
) -> list[bench_child.Sample]:
    """Do a job here, as the child does it."""
    names = works or list(next(each for each in SUITES if each.name == suite).works)
    bench_child.main(
        json.dumps({"suite": suite, "store": store, "works": names, "count": count, "batch": 7, "seed": 1})
    )
    return [bench_child.Sample(**sample) for sample in json.loads(capsys.readouterr().out)]


def installed(level: str, name: str) -> type[Store]:
    """Return a store, or skip the test."""
    _, missing = versions([name])
    if missing:
        pytest.skip(f"{name}: {missing[name]}")
    return find(name, level)


@pytest.mark.parametrize(("level", "name"), KEYED)
def test_each_store_does_all_the_work_on_keys(level: str, name: str, capsys: Capture) -> None:
    found = samples(level, name, 50, capsys)

    assert [sample.work for sample in found] == list(dict.fromkeys(sample.work for sample in found))
    works = next(each for each in SUITES if each.name == level).works
    assert {sample.work for sample in found} == set(works)
    assert {sample.count for sample in found} == {50}
    assert all(value > 0 for sample in found for value in sample.metrics.values())


@pytest.mark.slow
@pytest.mark.parametrize(("level", "name"), PEERS)
def test_a_peer_does_all_the_work_that_it_can(level: str, name: str, capsys: Capture) -> None:
    installed(level, name)

    works = set(next(each for each in SUITES if each.name == level).works)
    found = {sample.work for sample in samples(level, name, 50, capsys)}
    assert works - found == ({"order"} if name == "bplustree" else set())


@pytest.mark.slow
@pytest.mark.parametrize(("level", "name"), [(store.level, store.name) for store in ALL])
def test_what_was_put_is_there_after_a_new_open_in_order(level: str, name: str, tmp_path: Path) -> None:
    store = installed(level, name)(str(tmp_path), "kept")
    pairs = bench_child.nodes(random.Random(1), 40, level)
    bench_child.put_all(store, list(reversed(pairs)), 8)

    store.open()
    bench_child.check_gets(store, pairs)
    assert store.scan() == 40
    step = store.stepper()
    if step is not None:
        position, count = step(store.start), 0
        while position is not None:
            count, position = count + 1, step(position)
        assert count == 40
    store.close()
    assert store.size() > 0


class Forgetful(Bumps):
    """A store that loses a node of each commit."""

    def put(self, pairs: object) -> None:
        assert isinstance(pairs, list)
        super().put(pairs[1:] or pairs)


def test_the_rate_of_a_store_that_loses_nodes_is_not_reported(tmp_path: Path) -> None:
    store = Forgetful(str(tmp_path), "lossy")
    pairs = bench_child.nodes(random.Random(1), 5, "bytes")
    bench_child.put_all(store, pairs, 5)
    store.open()

    with pytest.raises(BumpsError, match="has the value None"):
        bench_child.check_gets(store, pairs)
    with pytest.raises(BumpsError, match="a scan met 4 nodes of 5"):
        bench_child.check_count(store, "a scan", store.scan(), 5)
    store.close()


class Liar(Bumps):
    """A store that gives every key the same value."""

    def getter(self) -> Getter:
        return lambda key: b"the same"


class Hasty(Bumps):
    """A store that scans half of its nodes, and steps over none."""

    def scan(self) -> int:
        return super().scan() // 2

    def stepper(self) -> Stepper:
        return lambda position: None


@pytest.mark.parametrize(
    ("kind", "work", "words"),
    [
        (Forgetful, "get-random", "is not there"),
        (Liar, "get-hot", "has the value b'the same'"),
        (Hasty, "scan", "a scan met 25 nodes of 50"),
        (Hasty, "order", "a walk met 0 nodes of 50"),
    ],
)
def test_a_work_that_was_not_done_has_no_rate(
    kind: type[Store], work: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench_child, "find", lambda name, level: kind)

    with pytest.raises(BumpsError, match=words):
        bench_child.run_keyed(Job("bytes", "bumps", [work], 50, 7, 1), str(tmp_path), Meter([work]))
    assert str(tmp_path) not in exposition(), "what is open has a series"


@pytest.mark.parametrize("kind", [Sqlite, Lmdb])
def test_a_commit_of_a_peer_waits_for_the_disk(kind: type[Store], tmp_path: Path) -> None:
    installed("bytes", kind.name)
    store = kind(str(tmp_path), "durable")
    store.open()
    if isinstance(store, Sqlite):
        assert store.connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert store.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    elif isinstance(store, Lmdb):
        assert store.environment.flags()["sync"] and store.environment.flags()["metasync"]
    store.close()


def test_single_commits_threads_and_a_kill_are_measured(capsys: Capture) -> None:
    (single,) = samples("single", "bumps", 10, capsys)
    put, get = samples("threads", "bumps", 40, capsys)
    (kill,) = samples("kill", "bumps", 100, capsys)

    assert (single.count, put.count, get.count) == (10, 40, 400)
    assert 0 < kill.metrics["kill_ms"] <= 1000 * kill.metrics["freed_s"]


def test_an_error_of_a_thread_is_an_error_of_the_work(tmp_path: Path) -> None:
    def work(_store: Store, _part: object) -> None:
        raise BumpsError("a thread fails")

    with pytest.raises(BumpsError, match="a thread fails"):
        bench_child._threaded(Bumps(str(tmp_path), "none"), work, [])


def test_loops_of_m_meet_each_node_once(capsys: Capture) -> None:
    found = samples("m", "bumps", 60, capsys)

    assert [sample.work for sample in found] == ["m-set-seq", "m-set-rand", "m-get-rand", "m-order"]


@pytest.mark.slow
@pytest.mark.parametrize("suite", ALONE)
def test_each_suite_of_bumps_alone_is_measured(suite: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_alone, "STALL_SECONDS", 0.5)
    found = samples(suite, "bumps", SMALL.get(suite, 100), capsys)

    works = next(each for each in SUITES if each.name == suite).works
    assert {sample.work for sample in found} == set(works)
    assert {metric for sample in found for metric in sample.metrics} <= set(METRICS)


@pytest.mark.slow
def test_growth_predicts_where_the_cache_is_too_small(capsys: Capture) -> None:
    small, middle, large = (sample.metrics for sample in samples("growth", "bumps", 20_000, capsys))

    assert small["miss"] == middle["miss"] == 0 and "predicted_us" not in middle
    assert large["miss"] > 0.5
    assert large["predicted_us"] > middle["get_us"]
    assert large["explained"] == pytest.approx(large["get_us"] / large["predicted_us"])


@pytest.mark.slow
def test_recovery_has_a_journal_to_replay(capsys: Capture) -> None:
    (sample,) = samples("recovery", "bumps", 300, capsys, ["recovery-1k"])

    assert sample.count >= 1000
    assert sample.metrics["tail_bytes"] > 1000 * sample.count


def test_only_what_is_asked_for_is_noted() -> None:
    meter = Meter(["scan"])
    meter.add("scan", 1, cpu=1.0)
    meter.add("order", 1, cpu=1.0)

    assert [sample.work for sample in meter.samples] == ["scan"]


def test_a_clock_counts_cpu_time_and_adds_up() -> None:
    with Clock() as first:
        first.lap()
        sum(range(200_000))
    with Clock() as second:
        pass
    cpu = first.cpu
    first.add(second)

    assert 0 < first.cpu_lap < cpu < first.cpu
    assert first.wall > 0


def test_a_percentile_is_a_value_that_was_met() -> None:
    values = [float(value) for value in range(1, 201)]

    assert bench_alone.percentile(values, 99) == 198
    assert bench_alone.percentile(values, 50) == 100
    assert bench_alone.percentile([3.0], 99) == 3.0
    assert bench_alone.percentile([], 99) == 0.0


def test_a_cache_that_holds_all_misses_nothing() -> None:
    assert bench_large.miss_ratio(1000, 1 << 20) == 0
    assert bench_large.miss_ratio(100_000, 1 << 20) == pytest.approx(0.936, abs=0.01)


def test_keys_ascend_and_are_the_same_for_the_same_seed() -> None:
    def keys(seed: int) -> list[Pair]:
        return bench_child.nodes(random.Random(seed), 100, "bytes")

    assert keys(1) == keys(1) != keys(2)
    assert [key for key, _ in keys(1)] == sorted({key for key, _ in keys(1)})


def test_a_child_that_fails_is_one_line_of_error() -> None:
    job = {"suite": "bytes", "store": "bumps", "works": [], "count": 1, "batch": 1, "seed": 1, "folder": "nowhere"}

    with pytest.raises(BumpsError, match="nowhere: no such folder"):
        bench_child.run_child("bench_child", job)
    with pytest.raises(UsageError):
        bench_child.main(json.dumps(job))


def test_a_child_answers_on_its_last_line() -> None:
    job = Job("bytes", "bumps", ["size-seq"], 10, 5, 1)
    done = subprocess.run(
        [sys.executable, "-m", "bumps.tools.bench_child", json.dumps(dataclasses.asdict(job))],
        capture_output=True,
        check=True,
        env=environment(),
    )

    assert [sample["work"] for sample in json.loads(done.stdout.splitlines()[-1])] == ["size-seq"]

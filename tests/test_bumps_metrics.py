"""bumps/metrics.py: what is given out is what was counted, under documented names, as Prometheus reads it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

import bumps
from bumps.counters import Counters, Histogram
from bumps.metrics import COUNTER, HISTOGRAM, MEASURES, Collector, Source, as_json, exposition

ROOT = Path(__file__).resolve().parent.parent
UNITS = ("_seconds", "_bytes", "_total", "_nodes", "_snapshots", "_frames", "_operations")
Labels = tuple[tuple[str, str], ...]


def parsed(text: str) -> dict[tuple[str, Labels], float]:
    """Return what another reader of the format finds: values by name and labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def found(database: bumps.Database, name: str, **labels: str) -> float:
    """Return one value of the exposition."""
    wanted = tuple(sorted({"database": str(database.path), **labels}.items()))
    return parsed(exposition())[name, wanted]


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
def test_a_name_has_the_prefix_and_ends_in_its_unit(measure: object) -> None:
    name, kind = measure.name, measure.kind  # type: ignore[attr-defined]

    assert re.fullmatch(r"bumps(_[a-z]+)+", name)
    assert name.endswith(UNITS) or name == "bumps_failed"
    assert name.endswith("_total") == (kind == COUNTER)


def test_no_name_is_there_twice_and_each_is_in_the_manual() -> None:
    names = [measure.name for measure in MEASURES]
    manual = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")

    assert len(set(names)) == len(names)
    assert re.findall(r"^\| `(\w+)` \|", manual, re.MULTILINE) == names


def test_each_name_that_the_manual_says_is_given_out() -> None:
    names = {measure.name for measure in MEASURES}
    text = "\n".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs").glob("*.md"))

    assert {name for name in re.findall(r"`(bumps_[a-z_]+)`", text) if name.endswith((*UNITS, "_failed"))} == names


def test_every_counter_is_given_out(tmp_path: Path) -> None:
    with bumps.open(tmp_path / "a.bumps") as database:
        engine = database.engine
        for number, name in enumerate(Counters.__slots__):
            value = getattr(engine.counters, name)
            if isinstance(value, Histogram):
                value.sum = 1000.5 + number
            else:
                setattr(engine.counters, name, 1000 + number)
        engine.counters.lookups, engine.counters.reads_counted = 5000, True
        source = Source(engine, engine.counters, engine.gauges)
        values = [
            value.sum if isinstance(value, Histogram) else value
            for measure in MEASURES
            for value in measure.read(source).values()
        ]
        wanted = {
            1000.5 + number if isinstance(getattr(engine.counters, name), Histogram) else 1000 + number
            for number, name in enumerate(Counters.__slots__)
            if name not in ("lookups", "reads_counted")
        } | {5000 - engine.counters.misses}

        assert wanted <= set(values)
        engine.counters.lookups = 0


def test_another_reader_of_the_format_finds_what_was_done(tmp_path: Path) -> None:
    with bumps.open(tmp_path / "a.bumps") as database:
        exposition()  # from here on reads are counted
        with database.transaction():
            for number in range(30):
                database["^A", number] = number
        database["^A", 1] = "again"
        database.kill("^A", 2)
        database.get("^A", 3)
        list(database.scan("^A"))
        database.checkpoint()

        assert found(database, "bumps_operations_total", kind="set") == 31
        assert found(database, "bumps_operations_total", kind="kill") == 1
        assert found(database, "bumps_operations_total", kind="get") == 1
        assert found(database, "bumps_scanned_nodes_total") == 29
        assert found(database, "bumps_commits_total") == 3
        assert found(database, "bumps_frames_total") == 4
        assert found(database, "bumps_commit_operations_bucket", le="1.0") == 2
        assert found(database, "bumps_commit_operations_bucket", le="20.0") == 2
        assert found(database, "bumps_commit_operations_bucket", le="50.0") == 3
        assert found(database, "bumps_commit_operations_bucket", le="+Inf") == 3
        assert found(database, "bumps_commit_operations_count") == 3
        assert found(database, "bumps_commit_operations_sum") == 32
        assert found(database, "bumps_sync_seconds_count", file="data") == 2
        assert found(database, "bumps_checkpoint_seconds_count") == 1
        assert found(database, "bumps_cache_limit_bytes") == database.options.cache_size
        assert found(database, "bumps_failed") == 0
        with database.snapshot():
            database["^B"] = 1
            assert found(database, "bumps_open_snapshots") == 1
            assert found(database, "bumps_oldest_snapshot_seconds") > 0


def test_restarts_and_turns_are_given_out(tmp_path: Path) -> None:
    with bumps.open(tmp_path / "a.bumps") as database:
        database["^A"] = 0
        other = database.session()
        with pytest.raises(bumps.RestartError), database.transaction():
            database["^A"] = int(database.get("^A")) + 1
            other.set("A", b"", b"7")
        with database.session().transaction():
            pass

        assert found(database, "bumps_restarts_total") == 1
        assert found(database, "bumps_pessimistic_turns_total") == 1


def test_each_open_database_has_its_own_series_and_a_closed_one_has_none(tmp_path: Path) -> None:
    with bumps.open(tmp_path / "a.bumps") as first, bumps.open(tmp_path / 'b\n"c".bumps') as second:
        second["^A"] = 1
        with bumps.open(tmp_path / "a.bumps"), bumps.open(":memory:"):
            assert found(first, "bumps_commits_total") == 0
            assert found(second, "bumps_commits_total") == 1
            assert {dict(labels)["database"] for _, labels in parsed(exposition())} == {
                str(first.path),
                str(second.path),
            }
    assert parsed(exposition()) == {}
    assert exposition().count("# HELP") >= len(MEASURES)


def test_a_registry_of_the_program_takes_the_collector_along_with_its_own(tmp_path: Path) -> None:
    from prometheus_client import Gauge

    registry = CollectorRegistry()
    Gauge("own_gauge", "of the program", registry=registry).set(7)
    registry.register(Collector())
    with bumps.open(tmp_path / "a.bumps") as database:
        text = generate_latest(registry).decode()
        assert parsed(text)["own_gauge", ()] == 7
        assert ("bumps_commits_total", (("database", str(database.path)),)) in parsed(text)


def test_json_says_the_same_as_the_text(tmp_path: Path) -> None:
    with bumps.open(tmp_path / "a.bumps") as database:
        database["^A"] = 1
        collector = Collector(lambda: [database.engine])
        text, objects = parsed(exposition(collector)), as_json(collector)

        assert [each["name"] for each in objects] == [measure.name for measure in MEASURES]
        assert [each["kind"] for each in objects].count(HISTOGRAM) == 5
        assert {
            (sample["name"], tuple(sorted(sample["labels"].items()))): sample["value"]
            for each in objects
            for sample in each["samples"]
        } == text


@pytest.mark.slow
def test_import_bumps_loads_nothing_of_prometheus() -> None:
    code = "import bumps, sys; print([name for name in sys.modules if name.startswith(('prometheus', 'http.server'))])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"

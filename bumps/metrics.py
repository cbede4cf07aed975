"""The counters of the open databases of this process, under the names that Prometheus collects them by.

    from prometheus_client import REGISTRY, start_http_server
    import bumps.metrics

    REGISTRY.register(bumps.metrics.Collector())
    start_http_server(9100)

`MEASURES` is the list of all of them; docs/metrics.md is made from it. Nothing in bumps imports this
before somebody asks for metrics: prometheus_client takes as long to load as all the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from bumps.counted import count_reads
from bumps.counters import Counters, Histogram
from bumps.database import open_engines
from bumps.engine import Engine
from bumps.gauges import Gauges

COUNTER, GAUGE, HISTOGRAM = "counter", "gauge", "histogram"


class Source(NamedTuple):
    """What the values of one open database are read from."""

    engine: Engine
    counters: Counters
    gauges: Gauges


Values = Mapping[str, float | Histogram]
"""By the value of the label; a measure without one has `` only."""


class Measure(NamedTuple):
    """One metric: its name, and how it is read."""

    name: str
    kind: str
    label: str
    """Besides `database`; empty for none."""
    help: str
    read: Callable[[Source], Values]


def _counter(name: str, text: str, read: Callable[[Source], float]) -> Measure:
    return Measure(name, COUNTER, "", text, lambda source: {"": read(source)})


def _gauge(name: str, text: str, read: Callable[[Source], float]) -> Measure:
    return Measure(name, GAUGE, "", text, lambda source: {"": read(source)})


def _histogram(name: str, text: str, read: Callable[[Counters], Histogram]) -> Measure:
    return Measure(name, HISTOGRAM, "", text, lambda source: {"": read(source.counters)})


def _operations(source: Source) -> Values:
    found = source.counters
    return {
        "get": found.gets,
        "data": found.datas,
        "order": found.orders,
        "query": found.queries,
        "neighbour": found.neighbours,
        "name": found.names,
        "scan": found.scans,
        "set": found.sets,
        "kill": found.kills,
        "kill_node": found.kill_nodes,
    }


def _read(source: Source) -> Values:
    found = source.counters
    return {"journal": found.journal_read, "data": found.data_read, "double-write": found.double_write_read}


def _written(source: Source) -> Values:
    found = source.counters
    return {
        "journal": source.gauges.journal_written,
        "data": found.data_written,
        "double-write": found.double_write_written,
    }


def _syncs(source: Source) -> Values:
    found = source.counters
    return {
        "journal": found.journal_sync_seconds,
        "segment": found.segment_sync_seconds,
        "data": found.data_sync_seconds,
        "double-write": found.double_write_sync_seconds,
    }


MEASURES = (
    Measure(
        "bumps_operations_total",
        COUNTER,
        "kind",
        "Operations that reached the trees. Reads (get, data, order, query, neighbour, name) are counted from the "
        "first time on that somebody asks for metrics; those that a transaction answers from its own changes are not "
        "among them. Writes count when their frame is in the journal, so a SET of mode group up to a few milliseconds "
        "later. An increment is a get and a set. neighbour: the next or previous node, which transactions look for; "
        "name: steps among names of globals.",
        _operations,
    ),
    _counter(
        "bumps_scanned_nodes_total",
        "Nodes that scans have read ahead, 256 at a time: a scan that is left early has read more than it gave out.",
        lambda source: source.counters.scan_nodes,
    ),
    _counter(
        "bumps_commits_total",
        "Commits that were appended to the journal: transactions, single writes, and groups of them.",
        lambda source: source.counters.commit_operations.count,
    ),
    _histogram("bumps_commit_operations", "Operations in each commit.", lambda counters: counters.commit_operations),
    _counter(
        "bumps_commit_bytes_total",
        "Size of the frames of commits, unpadded.",
        lambda source: source.counters.commit_size,
    ),
    _counter(
        "bumps_frames_total",
        "Frames that were appended: commits, and the mark of each checkpoint.",
        lambda source: source.engine.last_lsn - source.engine.report.last_lsn,
    ),
    Measure(
        "bumps_read_bytes_total",
        COUNTER,
        "file",
        "Read from pages of data, from the journal to recover or to make a tree again, and from a set of the "
        "double-write that recovery brought home. Heads and verify are not counted.",
        _read,
    ),
    Measure(
        "bumps_written_bytes_total",
        COUNTER,
        "file",
        "Frames with their padding, pages with meta slots, and sealed sets. Heads of segments, and what recovery wrote "
        "to data, are not counted.",
        _written,
    ),
    Measure(
        "bumps_zeroed_bytes_total",
        COUNTER,
        "by",
        "Zeros written ahead, so that space cannot run out later: by the journal in its segments, by checkpoints in "
        "data and double-write.",
        lambda source: {"journal": source.counters.journal_zeroed, "checkpoint": source.counters.checkpoint_zeroed},
    ),
    Measure(
        "bumps_cache_lookups_total",
        COUNTER,
        "result",
        "Nodes of trees (pages) on the way to a key. hit: it was in memory, clean or dirty; miss: it was read. An "
        "access to the leaf that was used last takes no such way, and is not counted. Hits are counted as single "
        "reads are.",
        lambda source: {
            # Misses first: what is counted in between makes hits too many, never negative.
            "miss": (misses := source.counters.misses),
            "hit": source.counters.lookups - misses if source.counters.reads_counted else 0,
        },
    ),
    _counter(
        "bumps_cache_evictions_total",
        "Clean nodes that left the cache to make room.",
        lambda source: source.counters.evictions,
    ),
    _gauge("bumps_cache_nodes", "Clean nodes in the cache.", lambda source: source.gauges.cached_nodes),
    _gauge(
        "bumps_cache_charged_bytes",
        "What the clean nodes in the cache are charged.",
        lambda source: source.gauges.cached_size,
    ),
    _gauge(
        "bumps_cache_dirty_bytes",
        "What nodes that were changed since the last checkpoint take, from above: a value that is set twice counts "
        "twice.",
        lambda source: source.gauges.dirty_size,
    ),
    _gauge(
        "bumps_cache_frozen_bytes",
        "What a checkpoint takes until it is home: frozen nodes, and the images of their pages.",
        lambda source: source.gauges.frozen_size,
    ),
    _gauge(
        "bumps_cache_held_bytes",
        "What nodes take that were changed again before they were written, and that open snapshots hold.",
        lambda source: source.gauges.held_size,
    ),
    _gauge(
        "bumps_cache_limit_bytes",
        "The budget for all that nodes take: cache_size of bumps.open.",
        lambda source: source.engine.options.cache_size,
    ),
    Measure(
        "bumps_sync_seconds",
        HISTOGRAM,
        "file",
        "How long each sync (fsync) took that succeeded. journal: of commits; segment: of the next segment of the "
        "journal, made ready; data and double-write: of checkpoints.",
        _syncs,
    ),
    _histogram(
        "bumps_checkpoint_seconds",
        "How long each checkpoint took, from its mark in the journal to its meta slot.",
        lambda counters: counters.checkpoint_seconds,
    ),
    _histogram(
        "bumps_checkpoint_stall_seconds",
        "How long each checkpoint kept everybody out: no commit and no read goes on meanwhile.",
        lambda counters: counters.stall_seconds,
    ),
    _histogram(
        "bumps_writer_wait_seconds",
        "How long each writer waited that let a checkpoint go first, or found no memory before its end.",
        lambda counters: counters.wait_seconds,
    ),
    _counter(
        "bumps_checkpoint_pages_total",
        "Pages that checkpoints have written.",
        lambda source: source.counters.checkpoint_pages,
    ),
    _counter(
        "bumps_checkpoints_refused_total",
        "Checkpoints for which there was no space; the journal keeps what they would have written.",
        lambda source: source.counters.checkpoints_refused,
    ),
    _gauge(
        "bumps_journal_unsettled_bytes",
        "Journal since the last checkpoint: what recovery would read after a crash now.",
        lambda source: source.gauges.size_since_checkpoint,
    ),
    _counter(
        "bumps_restarts_total",
        "Transactions that met the commit of another, and had to run again.",
        lambda source: source.engine.restart_count,
    ),
    _counter(
        "bumps_pessimistic_turns_total",
        "Transactions that held up other writers from their beginning, so that they could not be disturbed.",
        lambda source: source.engine.turn_count,
    ),
    _gauge(
        "bumps_open_snapshots",
        "Open snapshots, those of transactions and of long scans included.",
        lambda source: source.gauges.open_snapshots,
    ),
    _gauge(
        "bumps_oldest_snapshot_seconds",
        "How long the oldest open snapshot has kept a state that is past: since the first change behind it; 0 if there "
        "is none.",
        lambda source: source.gauges.oldest_snapshot_age,
    ),
    _gauge(
        "bumps_recovery_frames",
        "Frames of the journal that opening has applied; 0 after a clean close.",
        lambda source: source.engine.report.frames_applied,
    ),
    _gauge(
        "bumps_recovery_bytes",
        "Size of these frames, with their padding.",
        lambda source: source.engine.report.size_applied,
    ),
    _gauge(
        "bumps_recovery_seconds",
        "How long opening took, recovery included.",
        lambda source: source.engine.report.seconds,
    ),
    _counter(
        "bumps_refused_writes_total",
        "Frames that were refused because the disk is full; each try counts.",
        lambda source: source.counters.refused,
    ),
    _counter(
        "bumps_tree_rebuilds_total",
        "Trees in memory that were given up, after an exception half way through a commit, and made again.",
        lambda source: source.counters.rebuilds,
    ),
    _gauge(
        "bumps_failed",
        "1 after a write or a sync that failed: nothing is read or written until the database is opened again.",
        lambda source: source.engine.failed,
    ),
)
"""All metrics, in the order in which they are given out. Each has the label `database`: its path."""


class Collector:
    """Hands the metrics of open databases to a registry of prometheus_client, read when it asks."""

    def __init__(self, engines: Callable[[], Iterable[Engine]] = open_engines) -> None:
        """Collect from `engines()`: without it, from all databases that are then open in this process."""
        self._engines = engines

    def collect(self) -> Iterator[Metric]:
        """Yield each metric with the values of all databases. It waits for nobody but a checkpoint's stall."""
        engines = [engine for engine in self._engines() if not engine.closed]
        for engine in engines:
            count_reads(engine)
        sources = [Source(engine, engine.counters, engine.gauges) for engine in engines]
        for measure in MEASURES:
            labels = ["database", measure.label] if measure.label else ["database"]
            family = _FAMILIES[measure.kind](measure.name, measure.help, labels=labels)
            for source in sources:
                for label, value in measure.read(source).items():
                    names = [source.engine.path, label] if measure.label else [source.engine.path]
                    if isinstance(value, Histogram):
                        family.add_metric(names, buckets=_buckets(value), sum_value=value.sum)
                    else:
                        family.add_metric(names, value)
            yield family


_FAMILIES: dict[str, Callable[..., Any]] = {
    COUNTER: CounterMetricFamily,
    GAUGE: GaugeMetricFamily,
    HISTOGRAM: HistogramMetricFamily,
}


def _buckets(histogram: Histogram) -> list[tuple[str, float]]:
    """Return the classes as Prometheus has them: each with all that are below its bound."""
    buckets, total = [], 0
    for bound, count in zip((*histogram.bounds, float("inf")), histogram.counts):
        total += count
        buckets.append((repr(bound).replace("inf", "+Inf"), float(total)))
    return buckets


def exposition(collector: Collector | None = None) -> str:
    """Return the metrics as text that Prometheus reads, one value a line."""
    registry = CollectorRegistry()
    registry.register(collector or Collector())
    return generate_latest(registry).decode("utf-8")


def as_json(collector: Collector | None = None) -> list[dict[str, Any]]:
    """Return the metrics for JSON: `name`, `kind`, `help`, and `samples` of `name`, `labels` and `value`."""
    return [
        {
            "name": measure.name,
            "kind": measure.kind,
            "help": measure.help,
            "samples": [
                {"name": sample.name, "labels": dict(sample.labels), "value": sample.value} for sample in family.samples
            ],
        }
        for measure, family in zip(MEASURES, (collector or Collector()).collect())
    ]

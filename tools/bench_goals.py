"""What the figures of `bumps bench db` should be: a floor that must hold, and an ambitious value.

They are those of the design (its table of targets), for the machine described there; ratios hold for any.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from bumps.tools.bench_works import METRICS


class Goal(NamedTuple):
    """One figure with its two bounds."""

    title: str
    work: str
    metric: str
    floor: float | None
    ambitious: float | None
    versus: str = ""
    """The figure is the ratio to this store."""
    gate: bool = True
    """Whether the floor must hold; else it is reported."""

    @property
    def more_is_better(self) -> bool:
        """Whether a floor is the least allowed, not the most."""
        return METRICS[self.metric].more_is_better is True


class Verdict(NamedTuple):
    """A goal, and what was reached."""

    goal: Goal
    title: str
    reached: float
    holds: bool | None
    """None: there is no floor."""
    ambition: bool | None


GOALS = (
    Goal("ascending put, bytes", "put-seq", "cpu", 400e3, 650e3),
    Goal("ascending put, bytes", "put-seq", "cpu", 1.2, 1.8, "sqlite3"),
    Goal("random put, bytes", "put-rand", "cpu", 150e3, 260e3),
    Goal("random put, bytes", "put-rand", "cpu", 2, 3.5, "sqlite3"),
    Goal("ascending put, subscripts, no checkpoint", "tuple-put-seq", "cpu_open", 200e3, 350e3),
    Goal("ascending put, subscripts, no checkpoint", "tuple-put-seq", "cpu_open", None, 1, "sqlite3"),
    Goal("random put, subscripts, no checkpoint", "tuple-put-rand", "cpu_open", 100e3, 180e3),
    Goal("random put, subscripts, no checkpoint", "tuple-put-rand", "cpu_open", None, 2.4, "sqlite3"),
    Goal("random get, fresh open", "get-random", "cpu", 400e3, 700e3),
    Goal("random get, fresh open", "get-random", "cpu", 1.6, 3, "sqlite3"),
    Goal("random get, hot cache", "get-hot", "cpu", 700e3, 1100e3),
    Goal("random get, hot cache", "get-hot", "cpu", 3, 4.5, "sqlite3"),
    Goal("random get, subscripts", "tuple-get", "cpu", 250e3, 400e3),
    Goal("random get, subscripts", "tuple-get", "cpu", 1, 1.6, "sqlite3"),
    Goal("scan, encoded keys", "scan", "cpu", 1200e3, 2200e3),
    Goal("scan, encoded keys", "scan", "cpu", 0.4, 0.75, "sqlite3"),
    Goal("$ORDER, encoded keys", "order", "cpu", 500e3, 1000e3),
    Goal("M: SET ascending", "m-set-seq", "cpu", 120e3, 250e3, gate=False),
    Goal("M: SET random", "m-set-rand", "cpu", 80e3, 160e3, gate=False),
    Goal("M: GET random", "m-get-rand", "cpu", 150e3, 300e3, gate=False),
    Goal("M: $ORDER walk", "m-order", "cpu", 200e3, 500e3, gate=False),
    Goal("single durable commit, wall", "put-single", "wall", 0.8, 1.1, "sqlite3"),
    Goal("cold open and first get", "open", "open_cold_ms", 20, 5),
    Goal("the same, clean 1 GB database", "open-gigabyte", "open_cold_ms", 50, 5),
    Goal("replay, records of 54 bytes, random", "recovery-54", "replay_cpu", 150e3, 350e3),
    Goal("replay, records of 1 KiB", "recovery-1k", "replay_cpu", 300e3, 600e3),
    Goal("recovery of a 256 MB tail, 54 bytes", "recovery-54", "recovery_s", 30, 12),
    Goal("recovery of a 256 MB tail, 1 KiB", "recovery-1k", "recovery_s", 30, 12),
    Goal("writer's stall by a checkpoint, p99", "stall", "stall_p99_ms", 50, 15),
    Goal("memory per cached node beyond its bytes", "memory", "node_bytes", 200, 130),
    Goal("database 10 x the cache, get, system's cache", "small-cache", "cpu", 30e3, 45e3),
    Goal("database 10 x the cache, get, disk, wall", "small-cache", "disk_wall", 8e3, 12e3),
    Goal("database 10 x the cache, memory / budget", "small-cache", "rss_ratio", 1.3, 1.0),
    Goal("measured cost / predicted", "growth", "explained", 1.3, 1.0),
    Goal("memory / budget", "growth", "rss_ratio", 1.3, 1.0),
    Goal("load of a ZWR file", "load", "cpu", 60e3, 120e3),
    Goal("data file, ascending", "size-seq", "bytes", 1.5, 1.1, "sqlite3"),
    Goal("data file, random", "size-rand", "bytes", 1.5, 1.1, "sqlite3"),
    Goal("random put", "put-rand", "cpu", 25, None, "bplustree"),
    Goal("random get", "get-random", "cpu", 10, None, "bplustree"),
    Goal("ascending batch", "put-seq", "cpu", 2.5, None, "bplustree"),
    Goal("scan", "scan", "cpu", 1.2, None, "bplustree"),
)


def verdicts(rows: list[dict[str, Any]]) -> list[Verdict]:
    """Return what became of each goal whose work was measured."""
    found = []
    for goal in GOALS:
        for row in rows:
            if row["work"] != goal.work:
                continue
            source = row["ratios"].get(goal.versus) if goal.versus else row["figures"].get("bumps")
            if not source or goal.metric not in source:
                continue
            reached = source[goal.metric]["median"]
            title = f"{goal.title}, {row['label']}" if row["label"] else goal.title
            found.append(
                Verdict(goal, title, reached, _meets(goal, reached, goal.floor), _meets(goal, reached, goal.ambitious))
            )
    return found


def _meets(goal: Goal, reached: float, bound: float | None) -> bool | None:
    if bound is None:
        return None
    return reached >= bound if goal.more_is_better else reached <= bound

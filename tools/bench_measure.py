"""Running the works of `bumps bench db`, and what is kept of them: medians, ratios, machine and versions.

B1. Stores take turns within a round, each in a process of its own; a ratio is that of one round, and what is
    reported is the median of the ratios, with the least and the greatest.
B2. What a store cannot do is missing, and said in `skipped`; nothing is guessed.
B3. Results are merged by work into what was saved before, of the same machine only, so that a long
    measurement can be made in pieces.
"""

from __future__ import annotations

import contextlib
import datetime
import functools
import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from bumps.errors import BumpsError, InputError, UsageError
from bumps.tools.bench_child import Job
from bumps.tools.bench_stores import ALL, versions
from bumps.tools.bench_works import Plan
from bumps.tools.killed import environment
from bumps.tools.progress import Progress
from bumps.version import __version__

FORMAT = 1
POLL_SECONDS = 0.5
BATCH = 1000

Result = dict[str, Any]
Child = Callable[[Job, Callable[[], None]], list[dict[str, Any]]]


class Turns(Progress):
    """The line on the terminal: which store does what, how many turns are done, for how long."""

    def line(self, done: int, total: int | None, seconds: float) -> str:
        """Return `put-seq ... of sqlite3: 3 of 60 runs done, 1 min 20 s`."""
        minutes, rest = divmod(int(seconds), 60)
        return f"{self.what}: {done} of {total} {self.unit} done, {minutes} min {rest} s"


def run_job(job: Job, tick: Callable[[], None]) -> list[dict[str, Any]]:
    """Let a child do a job; call `tick` now and then. BumpsError with its last words if it fails.

    If this process is interrupted the child ends, with all that it has started, and leaves no files.
    """
    place = tempfile.TemporaryDirectory(prefix="bumps-bench-", dir=job.folder, ignore_cleanup_errors=True)
    with place as folder, tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "bumps.tools.bench_child", json.dumps(asdict(replace(job, folder=folder)))],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            env=environment(),
            start_new_session=True,
        )
        try:
            while process.poll() is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(POLL_SECONDS)
                tick()
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        said.seek(0)
        last = (said.read().decode(errors="replace").strip().splitlines() or ["it said nothing"])[-1]
    if process.returncode:
        raise BumpsError(f"{', '.join(job.works)} of {job.store} failed: {last.removeprefix('bumps.errors.')}")
    samples: list[dict[str, Any]] = json.loads(last)
    return samples


def measure(
    plans: Sequence[Plan],
    *,
    count: int | None = None,
    batch: int = BATCH,
    rounds: int | None = None,
    folder: str | None = None,
    command: str = "",
    child: Child = run_job,
    after_suite: Callable[[Result], None] = lambda _: None,
) -> Result:
    """Do the plans; return the result, as `--json` prints it. `after_suite` gets what there is after each suite."""
    names = dict.fromkeys(store for plan in plans for store in plan.stores)
    found, missing = versions(names)
    rows: list[Result] = []
    result: Result = {
        "format": FORMAT,
        "machine": machine(),
        "versions": {"python": platform.python_version(), **found},
        "notes": {store.name: store.note for store in ALL if store.note and store.name in found},
        "skipped": missing,
        "rows": rows,
    }
    jobs = [
        (plan, turn, store)
        for plan in plans
        for turn in range(rounds or plan.suite.rounds)
        for store in plan.stores
        if store in found
    ]
    with Turns("measuring", "runs") as progress:
        samples: list[tuple[int, str, dict[str, Any]]] = []
        started = time.monotonic()
        load = os.getloadavg()[0]
        for done, (plan, turn, store) in enumerate(jobs):
            nodes = count or plan.suite.count
            job = Job(plan.suite.name, store, list(plan.works), nodes, batch, turn + 1, folder)
            progress.what = f"{plan.suite.name} of {store}"
            tick = functools.partial(progress.update, done, len(jobs))
            tick()
            samples.extend((turn, store, sample) for sample in child(job, tick))
            if done + 1 == len(jobs) or jobs[done + 1][0] is not plan:
                facts = {
                    "suite": plan.suite.name,
                    "batch": batch,
                    "scaled": nodes != plan.suite.count or batch != BATCH,
                    "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d"),
                    "command": command,
                    "seconds": round(time.monotonic() - started, 1),
                    "load": round(load, 1),
                    "bumps": __version__,
                }
                rows.extend(summarise(plan, samples, facts))
                after_suite(result)
                samples, started, load = [], time.monotonic(), os.getloadavg()[0]
    return result


def summarise(plan: Plan, samples: Sequence[tuple[int, str, dict[str, Any]]], facts: dict[str, Any]) -> list[Result]:
    """Return one row per work and label: figures of each store, and the ratio of bumps to each other (B1)."""
    groups: dict[tuple[str, str], list[tuple[int, str, dict[str, Any]]]] = {}
    for turn, store, sample in samples:
        groups.setdefault((sample["work"], sample["label"]), []).append((turn, store, sample))
    rows = []
    for work in plan.works:
        for (name, label), members in groups.items():
            if name != work:
                continue
            series: dict[str, dict[str, dict[int, float]]] = {}
            counts: dict[str, int] = {}
            for turn, store, sample in members:
                counts[store] = sample["count"]
                for metric, value in sample["metrics"].items():
                    series.setdefault(store, {}).setdefault(metric, {})[turn] = value
            ours = series.get("bumps", {})
            ratios = {
                store: {
                    metric: summary([ours[metric][turn] / theirs[turn] for turn in theirs if turn in ours[metric]])
                    for metric, theirs in metrics.items()
                    if metric in ours and all(theirs.values())
                }
                for store, metrics in series.items()
                if store != "bumps" and ours
            }
            figures = {
                store: {metric: summary(list(by_turn.values())) for metric, by_turn in metrics.items()}
                for store, metrics in series.items()
            }
            rounds = len({turn for turn, _, _ in members})
            row = {"work": work, "label": label, "title": plan.suite.works[work], "rounds": rounds, "counts": counts}
            rows.append({**row, **facts, "figures": figures, "ratios": ratios})
    return rows


def summary(values: Sequence[float]) -> dict[str, float]:
    """Return median, least and greatest, with four significant digits."""
    return {
        name: float(f"{value:.4g}")
        for name, value in (("median", statistics.median(values)), ("min", min(values)), ("max", max(values)))
    }


def machine() -> dict[str, Any]:
    """Return what the machine says of itself: no names, no addresses."""
    facts: dict[str, Any] = {
        "system": platform.system(),
        "architecture": platform.machine(),
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
    }
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
        facts["processor"] = next(line for line in lines if line.startswith("model name")).partition(":")[2].strip()
    except (OSError, StopIteration):
        pass
    if "SC_PHYS_PAGES" in os.sysconf_names:
        facts["memory_gb"] = round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30)
    facts["implementation"] = f"{platform.python_implementation()} {sys.version_info.major}.{sys.version_info.minor}"
    return facts


def load(path: str) -> Result:
    """Read a saved result. InputError if it is none."""
    try:
        if not os.path.exists(path):
            raise InputError(f"{path}: no such file", hint="bumps bench db --save FILE makes one")
        result = json.loads(Path(path).read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError(f"{path}: no saved result: {error}", hint="bumps bench db --save FILE makes one") from error
    if not isinstance(result, dict) or result.get("format") != FORMAT or "rows" not in result:
        raise InputError(
            f"{path}: no result of bumps bench db, or one of another version",
            hint="bumps bench db --save FILE makes one",
        )
    return result


def save(path: str, result: Result) -> None:
    """Merge a result into a file (B3); make it if it is not there."""
    if os.path.exists(path):
        result = merged(load(path), result, path)
    elif folder := os.path.dirname(path):
        os.makedirs(folder, exist_ok=True)
    temporary = f"{path}.new"
    Path(temporary).write_text(dumps(result), encoding="utf-8")
    os.replace(temporary, path)


def dumps(result: Result) -> str:
    """Return a result as JSON, a row on a line: what was measured again is what a comparison shows."""
    head = [f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in result.items()]
    rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in result["rows"])
    lines = [line for line in head if not line.startswith('"rows": ')]
    return "{\n" + ",\n".join([*lines, f'"rows": [\n{rows}\n]']) + "\n}\n"


def merged(old: Result, new: Result, path: str) -> Result:
    """Return old rows and new ones, new in the place of old ones of the same work."""
    if old["machine"] != new["machine"]:
        raise UsageError(f"{path}: results of another machine", hint="choose another file for --save")
    works = {row["work"] for row in new["rows"]}
    return {
        **new,
        "versions": {**old["versions"], **new["versions"]},
        "notes": {**old["notes"], **new["notes"]},
        "skipped": {
            name: why for name, why in {**old["skipped"], **new["skipped"]}.items() if name not in new["versions"]
        },
        "rows": [row for row in old["rows"] if row["work"] not in works] + new["rows"],
    }

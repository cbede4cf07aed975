"""How long a database takes to open after a SIGKILL, by the size of the journal that must be applied.

    python -m bumps.tools.reopen [--megabytes 50] [--times 3] [--json]

A child writes until the journal behind the last checkpoint is so large, and is killed. Copies of what it leaves are
opened, each by the first process that touches it. Three kinds of work: entries of ledger.py, each a
transaction (three values of 20 to 420 bytes and a counter); the same values, 1,000 in a commit; and
records of 54 bytes with keys in random order, 1,000 in a commit.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from bumps.tools.killed import environment
from bumps.tools.ledger import GLOBALS, value_of

MEGABYTE = 1_000_000
KINDS = ("entries, one in a transaction", "values of 20 to 420 bytes, 1,000 in a commit", "records of 54 bytes, random")
BATCH = 1000
RECORD_VALUE = "v" * 34
"""With a key of 20 bytes: 54."""
CACHE_SIZE = 1 << 32
"""No checkpoint comes in between because the cache is full."""


@click.command("reopen")
@click.option("--megabytes", default=50.0, show_default=True, help="Of journal behind the last checkpoint.")
@click.option("--times", default=3, show_default=True, help="Copies that are opened.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON only.")
def reopen(megabytes: float, times: int, as_json: bool) -> None:
    """Measure how long a re-open after SIGKILL takes."""
    found = []
    for kind in range(len(KINDS)):
        with tempfile.TemporaryDirectory(prefix="bumps-reopen-") as folder:
            each = measure(folder, kind, int(megabytes * MEGABYTE), times)
        found.append(each)
        if not as_json:
            click.echo(
                f"{each['kind']}: {each['journal_mb']:.1f} MB, {each['nodes']:,} nodes:"
                f" opened in {each['wall_s']:.2f} s ({each['cpu_s']:.2f} CPU-seconds), median of {times}"
            )
    click.echo(json.dumps({"reopen": found}))


def measure(folder: str, kind: int, size: int, times: int) -> dict[str, Any]:
    """Let a child write until the journal is `size` bytes, kill it, and open copies of what it left."""
    path = os.path.join(folder, "killed.bumps")
    child = subprocess.Popen(
        [sys.executable, "-m", "bumps.tools.reopen", "--fill", path, str(kind), str(size)],
        stdout=subprocess.PIPE,
        env=environment(),
    )
    assert child.stdout is not None
    said = child.stdout.readline()
    child.kill()
    child.wait()
    child.stdout.close()
    if said != b"full\n":
        raise click.ClickException(f"the child that should fill {path} has said {said!r}")
    opened = []
    for number in range(times):
        copy = os.path.join(folder, f"copy{number}.bumps")
        shutil.copytree(path, copy)
        done = subprocess.run(
            [sys.executable, "-m", "bumps.tools.reopen", "--open", copy],
            capture_output=True,
            text=True,
            check=True,
            env=environment(),
        )
        opened.append(json.loads(done.stdout))
        shutil.rmtree(copy)
    return {
        "kind": KINDS[kind],
        "journal_mb": opened[0]["applied"] / MEGABYTE,
        "nodes": opened[0]["nodes"],
        "wall_s": round(statistics.median(each["wall_s"] for each in opened), 3),
        "cpu_s": round(statistics.median(each["cpu_s"] for each in opened), 3),
    }


def fill(path: str, kind: int, size: int) -> None:
    """Write until the journal is `size` bytes, say so, and wait for the end."""
    import bumps

    database = bumps.open(path, cache_size=CACHE_SIZE)
    write = (_entries, _values, _records)[kind]
    number = 0
    while _journal_size(path) < size:
        number = write(database, number)
    os.write(1, b"full\n")
    time.sleep(600)


def _journal_size(path: str) -> int:
    """Return how much of the journal is written: the zeros that lie ready behind it do not count."""
    segments = sorted(Path(path, "journal").glob("*.log"))
    if not segments:
        return 0
    with segments[-1].open("rb") as file:
        at = 0
        while (block := file.read(MEGABYTE)) and any(block):
            at += len(block)
    return sum(segment.stat().st_size for segment in segments[:-1]) + at


def _entries(database: Any, number: int) -> int:
    for each in range(number, number + 100):
        with database.transaction() as transaction:
            for name in GLOBALS:
                transaction[name, 0, each] = value_of(name, 0, each)
            transaction["^LAST", 0] = each
    return number + 100


def _values(database: Any, number: int) -> int:
    with database.transaction() as transaction:
        for each in range(number, number + BATCH):
            transaction["^ENTRY", 0, each] = value_of("^ENTRY", 0, each)
    return number + BATCH


def _records(database: Any, number: int) -> int:
    rng = random.Random(number)
    with database.transaction() as transaction:
        for _ in range(BATCH):
            transaction["^R", f"{rng.randrange(10**16):016}"] = RECORD_VALUE
    return number + BATCH


def open_once(path: str) -> None:
    """Open, and print how long that took."""
    import bumps

    wall, cpu = time.monotonic(), time.process_time()
    database = bumps.open(path, cache_size=CACHE_SIZE)
    took = {"wall_s": time.monotonic() - wall, "cpu_s": time.process_time() - cpu}
    report = database.engine.report
    click.echo(json.dumps({**took, "applied": report.size_applied, "nodes": database.stat()["nodes"]}))
    sys.stdout.flush()
    os._exit(0)  # a close would write a checkpoint, which nobody measures


PARTS: dict[str, Callable[..., None]] = {
    "--fill": lambda path, kind, size: fill(path, int(kind), int(size)),
    "--open": open_once,
}

if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in PARTS:
        PARTS[sys.argv[1]](*sys.argv[2:])
        sys.stdout.flush()
    else:
        reopen()

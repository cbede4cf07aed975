"""bumps bench start: what it takes until a routine runs: compiling it, loading it from the code cache, the command.

Exit status: 0 it was measured, 2 it could not be.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import click

from bumps.tools import parameters
from bumps.tools.killed import environment
from bumps.tools.parse import expand

if TYPE_CHECKING:
    from bumps.interp.code_cache import CodeCache

SHIPPED = ("kernels", "routines")
"""The routines that are measured if none are named: those of `bumps bench interp`."""

HELLO = 'HELLO W "Hello",! D ADD(2,3) Q\nADD(A,B) W A+B,! Q\n'
"""What the command is timed with."""


@click.command("start", short_help="how fast routines are compiled, loaded and started")
@click.argument("files", metavar="[FILES...]", nargs=-1)
@click.option("--runs", default=5, show_default=True, type=click.IntRange(1), help="How often each is done.")
@parameters.source_charset_option
@parameters.json_option
def bench_start(files: Sequence[str], runs: int, charset: str | None, as_json: bool) -> None:
    """Compile FILES (.m; a folder stands for all .m files below it), load them from a code cache, start bumps run.

    Without FILES, the programs of bumps bench interp. A megabyte is a million bytes of source, and rates are of CPU
    time: compiling is all from the bytes to the code of every label and block, loading is all until each of them
    could be called. bumps run is timed with a routine of two lines, from the outside. Exit status: 0 it was
    measured, 2 it could not be.

    \b
    bumps bench start --runs 1
    bumps bench start examples
    bumps bench start HELLO.m --runs 3 --json
    """
    facts = measure(files, runs=runs, charset=charset or "utf-8")
    if as_json:
        parameters.print_json(facts)
        return
    click.echo(f"{facts['routines']:,} routines, {facts['bytes']:,} bytes; medians of {runs} runs (fastest)")
    for name, what in (("compile", "compiled"), ("load", "loaded from the code cache")):
        click.echo(f"{what}: {facts[f'{name}_mb_per_s']:.2f} MB/s ({facts[f'{name}_mb_per_s_max']:.2f})")
    for name, what in (("python", "python -c pass"), ("hot", "bumps run, cached"), ("cold", "bumps run --no-cache")):
        wall, cpu, least = facts[f"{name}_wall_ms"], facts[f"{name}_cpu_ms"], facts[f"{name}_wall_ms_min"]
        click.echo(f"{what}: {wall:.0f} ms ({least:.0f}), {cpu:.0f} ms of CPU time")


def measure(files: Sequence[str], *, runs: int, charset: str) -> dict[str, Any]:
    """Return what `--json` prints."""
    from bumps.interp.code_cache import CodeCache

    here = os.path.dirname(__file__)
    found = list(expand(files or [os.path.join(here, name) for name in SHIPPED]))
    sources = {file: Path(file).read_bytes() for file in found}
    size = sum(len(data) for data in sources.values())
    facts: dict[str, Any] = {"routines": len(found), "bytes": size}
    compiling, loading = [], []
    with tempfile.TemporaryDirectory(prefix="bumps-bench-") as folder:
        for run in range(runs):
            cache = CodeCache(os.path.join(folder, f"cache-{run}"))
            compiling.append(size / _cpu_of(lambda cache=cache: compile_all(found, cache, charset)) / 1e6)  # type: ignore[misc]
            loading.append(size / _cpu_of(lambda cache=cache: load_all(sources, cache, charset)) / 1e6)  # type: ignore[misc]
        facts |= _rates("compile", compiling) | _rates("load", loading)
        facts |= start(folder, runs)
    return facts


def compile_all(files: Sequence[str], cache: CodeCache, charset: str) -> None:
    """Put the code of all routines into an empty cache."""
    from bumps.tools.compile import compile_file

    for file in files:
        compile_file(file, cache, charset)


def load_all(sources: dict[str, bytes], cache: CodeCache, charset: str) -> None:
    """Load all code of all routines, as linking them and calling each label would."""
    from bumps.interp.routines import routine_name

    for file, data in sources.items():
        entry = cache.entry(routine_name(os.path.basename(file)), data, charset)
        assert entry.outline is not None, "it was compiled a moment ago"
        for line in entry.lines():
            entry.get(line)


def start(folder: str, runs: int) -> dict[str, float]:
    """Return how long `bumps run` takes, hot and without the cache, and an empty Python beside it, in milliseconds."""
    Path(folder, "HELLO.m").write_text(HELLO)
    run = [sys.executable, "-m", "bumps", "run", "--tier", "auto", "--db", os.path.join(folder, "db")]
    commands = {
        "python": [sys.executable, "-c", "pass"],
        "hot": [*run, "--routines", folder, "HELLO"],
        "cold": [*run, "--no-cache", "--routines", folder, "HELLO"],
    }
    variables = environment() | {"BUMPS_CACHE": os.path.join(folder, "cache-hello")}
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for _ in range(2):  # the first Run fills the cache, the second one completes it
        for command in commands.values():
            _time(command, variables)
    for _ in range(runs):
        for name, command in commands.items():
            times[name].append(_time(command, variables))
    facts = {}
    for name, taken in times.items():
        walls = [wall for wall, _ in taken]
        facts[f"{name}_wall_ms"] = round(median(walls), 1)
        facts[f"{name}_wall_ms_min"] = round(min(walls), 1)
        facts[f"{name}_cpu_ms"] = round(median([cpu for _, cpu in taken]), 1)
    return facts


def _time(command: Sequence[str], variables: dict[str, str]) -> tuple[float, float]:
    """Run a command; return its wall and CPU time in milliseconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    subprocess.run(command, env=variables, stdout=subprocess.DEVNULL, check=True)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return wall * 1e3, cpu * 1e3


def _cpu_of(work: Callable[[], None]) -> float:
    """Return the CPU time of some work, in seconds."""
    started = time.process_time()
    work()
    return max(time.process_time() - started, 1e-9)


def _rates(name: str, rates: Sequence[float]) -> dict[str, float]:
    return {f"{name}_mb_per_s": round(median(rates), 3), f"{name}_mb_per_s_max": round(max(rates), 3)}

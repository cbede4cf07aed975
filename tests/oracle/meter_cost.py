"""What the meter costs: kernels of `bumps bench interp` with it, and on a copy of the source without it, in turns.

`python -m tests.oracle.meter_cost [--rounds N] [KERNEL ...]`. The copy pays for nothing: no region, no turn of a FOR,
no text, nothing by size. CPU time of closures, without that of the same kernel with nothing to do: the median of all
rounds, and the fastest round of each side.
"""

from __future__ import annotations

import argparse
import math
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDERS = ("bumps", "btree", "wal", "recovery", "interp", "tools", "torture")

WITHOUT: dict[str, list[tuple[str, str]]] = {
    "sequences.py": [
        ("    if site is not None:\n        return _pay_and_run", "    if False:\n        return _pay_and_run"),
        ("for count, _ in zip(values, turns):", "for count in values:"),
        ("            next(turns)\n", ""),
    ],
    "compile_commands.py": [("for _ in turns:", "while True:"), ("                next(turns)\n", "")],
    "indirection.py": [("        if not cost:\n            return run\n", "        return run\n")],
    "meter.py": [("        def paying(*arguments", "        return function\n\n        def paying(*arguments")],
    "compile_functions.py": [
        ("return found if len(found) < SIZE else pay(found)", "return found"),
        ("found.__class__ is not str or len(found) < SIZE else", "True else"),
    ],
    "compile_arguments.py": [("if size ^ old >= SIZE or size", "if size")],
    "compile_expressions.py": [("len(a) + len(b) < SIZE", "len(a) + len(b) <= 1048576")],
    "machine.py": [("if len(value) >= SIZE:", "if False:")],
}
"""What is taken out of which file of interp/; each must be there."""

KERNELS = {
    "LOOP": 400_000, "GOTO": 300_000, "BLOCK": 80_000, "SUM": 800_000, "CONCAT": 400_000, "STR": 60_000,
    "ARRAY": 60_000, "SORT": 40_000, "FIB": 60_000, "DOSUB": 80_000, "XECUTE": 100_000, "FRACTION": 60_000,
    "ARITH": 60_000, "INDIRECT": 16_000, "TEXT": 10_000, "GGET": 20_000, "GSET": 10_000, "PARSER": 4, "CHESS": 3,
}  # fmt: skip


def copy_without(to: Path) -> None:
    """Copy the source, and take the meter out of it."""
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, to / folder, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    for name, edits in WITHOUT.items():
        path = to / "interp" / name
        text = path.read_text(encoding="utf-8")
        for old, new in edits:
            assert old in text, f"interp/{name} has no {old!r} any more"
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")


def seconds(tree: Path, kernel: str, count: int) -> float:
    """Run a kernel in a process of its own, and return its CPU time."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory(prefix="bumps-cost-") as folder:
        subprocess.run(
            [
                *(sys.executable, "-m", "bumps", "run", "--db", f"{folder}/k.bumps", "--tier", "closures"),
                *("--routines", str(ROOT / "tools" / "kernels"), kernel, str(count)),
            ],
            cwd=tree,
            env={**environment, "PYTHONPATH": str(tree)},
            stdout=subprocess.DEVNULL,
            check=True,
        )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle.meter_cost")
    parser.add_argument("--rounds", type=int, default=7, help="how often each side has its turn")
    parser.add_argument("kernels", metavar="KERNEL", nargs="*", help="by default a choice of all kinds")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bumps-cost-") as folder:
        trees = {"with": ROOT, "without": Path(folder)}
        copy_without(trees["without"])
        for tree in trees.values():
            seconds(tree, "SUM", 10)  # Python compiles the modules
        ratios: list[tuple[float, float]] = []
        for kernel in options.kernels or KERNELS:
            times: dict[str, list[float]] = {side: [] for side in trees}
            for number in range(options.rounds):
                for side in sorted(trees, reverse=bool(number % 2)):
                    times[side].append(seconds(trees[side], kernel, KERNELS[kernel]))
            idle = min(seconds(ROOT, kernel, 0) for _ in range(2))
            median = {side: statistics.median(each) - idle for side, each in times.items()}
            best = {side: min(each) - idle for side, each in times.items()}
            ratios.append((median["with"] / median["without"], best["with"] / best["without"]))
            print(
                f"{kernel:9} {median['without']:6.2f} s without, median {100 * (ratios[-1][0] - 1):+5.1f} %,"
                f" fastest {100 * (ratios[-1][1] - 1):+5.1f} %",
                flush=True,
            )
    means = [100 * (math.exp(statistics.mean(map(math.log, each))) - 1) for each in zip(*ratios)]
    print(f"geometric mean: median {means[0]:+.1f} %, fastest {means[1]:+.1f} %")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What the meter costs: kernels of `bumps bench interp` with it, and on a copy of the source without it, in turns.

`python -m tests.oracle.meter_cost [--tier closures|generated] [--rounds N] [KERNEL ...]`. The copy pays for nothing: no
region, no turn of a FOR, no text, nothing by size. CPU time, measured within two processes that go on: the median of
what a round of one costs over the round of the other beside it, and the fastest round of each side.
"""

from __future__ import annotations

import argparse
import math
import os
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
        ("for turn, _ in zip(values, turns):", "for turn in values:"),
        ("            next(turns)\n", ""),
    ],
    "compile_commands.py": [("for _ in turns:", "while True:"), ("                next(turns)\n", "")],
    "indirection.py": [("        if not cost:\n            return run\n", "        return run\n")],
    "meter.py": [("        def paying(*arguments", "        return function\n\n        def paying(*arguments")],
    "compile_functions.py": [
        ("return found if len(found) < SIZE else pay(found)", "return found"),
        ("found.__class__ is not str or len(found) < SIZE else", "True else"),
    ],
    "compile_assignments.py": [("if size ^ old >= SIZE or size", "if size")],
    "compile_expressions.py": [("len(a) + len(b) < SIZE", "len(a) + len(b) <= 1048576")],
    "machine.py": [("if len(value) >= SIZE:", "if False:")],
    "generate.py": [
        ("f\"for _ in {self.extern('site', region_weight(lines))}:\"", '"while True:"'),
        ("f\"for _ in {self.extern('site', region_weight([line]))}:\"", '"while True:"'),
        ('f"for _ in {site}:"', '"while True:"'),
        ("for {count}, _ in zip({ranges}, {self.extern('site', turn)}):", "for {count} in {ranges}:"),
    ],
    "generate_calls.py": [
        ("f\"for _ in {self.extern('site', region_weight(lines))}:\"", '"while True:"'),
        ("f\"next({self.extern('site', region_weight(lines))})\"", '"pass"'),
    ],
    "generate_late.py": [("f\"for _ in {self.extern('site', region_weight(lines))}:\"", '"while True:"')],
    "generate_lifted.py": [
        ("for {count}, _ in zip({queue}.pop(), {self.extern('site', turn)}):", "for {count} in {queue}.pop():"),
        (
            "for {held}, _ in zip(range({start.atom}, {end}, {by.atom}), {self.extern('site', turn)}):",
            "for {held} in range({start.atom}, {end}, {by.atom}):",
        ),
    ],
    "generate_texts.py": [
        ("        self.put(f\"if len({text.atom}) >= {SIZE}: {self.extern('paid')}({text.atom})\")\n", ""),
        (') < {SIZE}"] = None', ') <= 1048576"] = None'),
    ],
    "generate_targets.py": [
        ("len({grown}) & {REST} < {SIZE - len(added)}", "len({grown}) <= {STRING_SIZE_MAX - len(added)}"),
        ("(len({grown}) & {REST}) + len({more}) < {SIZE}", "len({grown}) + len({more}) <= {STRING_SIZE_MAX}"),
    ],
}
"""What is taken out of which file of interp/; each must be there."""

FASTER = 6
"""So many times more is done in generated code, to take as long."""

KERNELS = {
    "LOOP": 150_000, "GOTO": 100_000, "BLOCK": 40_000, "SUM": 250_000, "CONCAT": 150_000, "STR": 25_000,
    "ARRAY": 25_000, "SORT": 12_000, "FIB": 30_000, "DOSUB": 30_000, "XECUTE": 50_000, "FRACTION": 25_000,
    "ARITH": 25_000, "INDIRECT": 8_000, "TEXT": 5_000, "QUERY": 6_000, "GGET": 10_000, "GSET": 5_000, "PARSER": 2,
    "CHESS": 1,
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


WORKER = """
import io, sys, time
import bumps
from bumps.interp.machine import Machine
machines = {}
with bumps.open(":memory:") as database:
    for line in sys.stdin:
        kernel, count = line.split()
        machine = machines.get(kernel)
        if machine is None:
            machine = machines[kernel] = Machine(
                globals_factory=database.session, input=io.BytesIO(), output=io.BytesIO(), routine_path=(sys.argv[1],),
                arguments=[count], tier=sys.argv[2],
            )
        label = machine.indirection.entry(f"^{kernel}")
        began = time.process_time()
        machine.run(kernel, [int(count)] if label.formals else None)
        print(time.process_time() - began, flush=True)
"""
"""Runs kernels that it is told, and says how much CPU time each took."""


class Side:
    """A process that runs kernels from one tree of sources."""

    def __init__(self, tree: Path, tier: str) -> None:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(ROOT / "tools" / "kernels"), tier],
            cwd=tree,
            env={**environment, "PYTHONPATH": str(tree)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def seconds(self, kernel: str, count: int) -> float:
        """Run a kernel, and return its CPU time."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(f"{kernel} {count}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def end(self) -> None:
        """End the process."""
        self.process.communicate()


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle.meter_cost")
    parser.add_argument("--tier", choices=("closures", "generated"), default="closures", help="what runs the kernels")
    parser.add_argument("--rounds", type=int, default=25, help="how often each side has its turn")
    parser.add_argument("kernels", metavar="KERNEL", nargs="*", help="by default a choice of all kinds")
    options = parser.parse_args()
    times_more = FASTER if options.tier == "generated" else 1
    counts = {kernel: times_more * KERNELS[kernel] for kernel in options.kernels or KERNELS}
    with tempfile.TemporaryDirectory(prefix="bumps-cost-") as folder:
        copy_without(Path(folder))
        sides = {"with": Side(ROOT, options.tier), "without": Side(Path(folder), options.tier)}
        ratios: list[tuple[float, float]] = []
        for kernel, count in counts.items():
            times: dict[str, list[float]] = {name: [] for name in sides}
            for side in sides.values():
                side.seconds(kernel, count)  # its lines are compiled, or generated
            for number in range(options.rounds):
                for name in sorted(sides, reverse=bool(number % 2)):
                    times[name].append(sides[name].seconds(kernel, count))
            pairs = [own / other for own, other in zip(times["with"], times["without"])]
            ratios.append((statistics.median(pairs), min(times["with"]) / min(times["without"])))
            median, fastest = [f"{100 * (ratio - 1):+5.1f} %" for ratio in ratios[-1]]
            least = 1000 * min(times["without"])
            print(f"{kernel:9} {least:6.0f} ms without, median {median}, fastest {fastest}", flush=True)
        for side in sides.values():
            side.end()
    means = [100 * (math.exp(statistics.mean(map(math.log, each))) - 1) for each in zip(*ratios)]
    print(f"geometric mean: median {means[0]:+.1f} %, fastest {means[1]:+.1f} %")
    return 0


if __name__ == "__main__":
    sys.exit(main())

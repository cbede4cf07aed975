"""What counting costs: the same work with the counters and without them, in one process, in turn.

    python -m bumps.tools.counter_cost [--rounds N] [--dir DIR]

The functions that count are compiled a second time without every statement that does, and put in the place of
the first ones and taken away again for each round; so both sides share heap, cache, files and the
noise of the machine. The order changes from round to round, and both run for a moment before they are
measured. What counts is CPU time. The cost is the quotient of the fastest run of each side, which a busy
machine disturbs least; beside it stands the median of the quotients of all rounds.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import random
import statistics
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from typing import Any

import bumps
from bumps.btree.cursor import Cursor
from bumps.btree.pager import Pager
from bumps.counted import CountedEngine, CountedSnapshot, count_reads
from bumps.engine import Engine
from bumps.recovery.checkpoint import Checkpointer
from bumps.snapshot import Scan, Snapshot
from bumps.wal.writer import JournalWriter

CLASSES = (Engine, CountedEngine, Snapshot, CountedSnapshot, Scan, Cursor, Pager, JournalWriter, Checkpointer)
NODE_COUNT = 50_000
CHUNK = 2000
"""Operations between two looks at the clock."""
COMMIT_CHUNK = 60
"""Durable commits: each waits for the disk."""
Work = Callable[[], object]


class _Uncounted(ast.NodeTransformer):
    """Take out of a function what counts."""

    def __init__(self) -> None:
        self.count = 0

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        """Leave out an addition to a counter."""
        if ".counters." in ast.unparse(node.target):
            self.count += 1
            return ast.Pass()
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        """Leave out a value for a histogram, the count of a commit, and the time around a sync."""
        call = node.value
        if isinstance(call, ast.Call) and "counters." in ast.unparse(call):
            self.count += 1
            if isinstance(call.func, ast.Name) and call.func.id == "timed_sync":
                sync = ast.Attribute(call.args[1], "sync", ast.Load())
                return ast.Expr(ast.Call(sync, [], []))
            return ast.Pass()
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        """Leave out a look at the clock."""
        if isinstance(node.value, ast.Call) and ast.unparse(node.value.func).endswith("disk.monotonic"):
            self.count += 1
            node.value = ast.Constant(0.0)
        return node


def uncounted() -> dict[tuple[type, str], tuple[Any, Any]]:
    """Return the functions that count, by class and name, each with its twin that does not."""
    found: dict[tuple[type, str], tuple[Any, Any]] = {}
    for owner in CLASSES:
        for name, function in vars(owner).items():
            if not inspect.isfunction(function):
                continue
            tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
            remover = _Uncounted()
            tree = ast.fix_missing_locations(remover.visit(tree))
            if remover.count:
                space: dict[str, Any] = {}
                future = __import__("__future__").annotations.compiler_flag
                module = sys.modules[owner.__module__]
                exec(compile(tree, f"<{name} without counters>", "exec", flags=future), vars(module), space)
                found[owner, name] = (function, space[name])
    return found


def works(folder: str, reads: bool) -> Iterator[tuple[str, str, int, Work]]:
    """Yield title, kind, operations and the work itself: through the API of a Python program, and below it.

    With `reads` single reads are counted, as they are from the first scrape on.
    """
    rng = random.Random(7)
    database = bumps.open(f"{folder}/cost.bumps")
    with database.transaction():
        for number in range(NODE_COUNT):
            database["^A", number] = f"value {number}"
    database.checkpoint()
    engine = database.engine
    if reads:
        count_reads(engine)
    numbers = [rng.randrange(NODE_COUNT) for _ in range(CHUNK)]
    keys = [database.codec.encode((number,)) for number in numbers]
    ordered = sorted(keys)
    at = 0

    def gets(wanted: list[int]) -> Work:
        return lambda: [database.get("^A", number) for number in wanted]

    def engine_gets(wanted: list[bytes]) -> Work:
        return lambda: [engine.get("A", key) for key in wanted]

    def orders() -> object:
        subscript = ""
        for _ in range(CHUNK):
            subscript = database.order("^A", subscript)
        return subscript

    def batch() -> object:
        with database.transaction():
            for number in numbers[:1000]:
                database["^A", number] = "changed"
        return None

    def single() -> object:
        nonlocal at
        for _ in range(COMMIT_CHUNK):
            at += 1
            database["^B"] = at
        return None

    def read_only() -> object:
        for _ in range(CHUNK // 10):
            with database.snapshot() as snapshot:
                snapshot.get("^A", 7)
        return None

    yield "get, in order", "api", CHUNK, gets(sorted(numbers))
    yield "get, random", "api", CHUNK, gets(numbers)
    yield "order", "api", CHUNK, orders
    yield "snapshot, one get", "api", CHUNK // 10, read_only
    yield "get, in order", "engine", CHUNK, engine_gets(ordered)
    yield "get, random", "engine", CHUNK, engine_gets(keys)
    if not reads:
        yield "scan", "api", NODE_COUNT, lambda: sum(1 for _ in database.scan("^A"))
        yield "set, 1,000 in a transaction", "api", 1000, batch
        yield "set, each durable", "api", COMMIT_CHUNK, single
    database.close()


def measure(rounds: int, folder: str, reads: bool) -> Iterator[tuple[str, str, float, float, float]]:
    """Yield level, work, microseconds of an operation, and the cost of counting by the fastest runs and by all."""
    functions = uncounted()

    def put(side: int) -> None:
        for (owner, name), pair in functions.items():
            setattr(owner, name, pair[side])

    try:
        for title, level, count, work in works(folder, reads):
            costs: list[float] = []
            best = [float("inf"), float("inf")]
            for number in range(rounds):
                taken = [0.0, 0.0]
                for side in (0, 1, 1, 0) if number % 2 else (1, 0, 0, 1):
                    put(side)
                    work()  # the interpreter forgets what it has learned of a class that is changed
                    began = time.process_time()
                    work()
                    took = time.process_time() - began
                    taken[side] += took
                    best[side] = min(best[side], took)
                costs.append(taken[0] / taken[1] - 1)
            yield level, title, best[0] / count * 1e6, best[0] / best[1] - 1, statistics.median(costs)
    finally:
        put(0)


def main(arguments: list[str]) -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=60, help="how often both sides run twice")
    parser.add_argument("--dir", default=None, help="where to work: the disk to measure")
    options = parser.parse_args(arguments)
    for reads in (False, True):
        print("single reads counted too" if reads else "what is counted always")
        print(f"{'level':<7} {'work':<28} {'us':>8} {'fastest':>8} {'median':>8}")
        with tempfile.TemporaryDirectory(prefix="bumps-cost-", dir=options.dir) as folder:
            for level, title, microseconds, fastest, median in measure(options.rounds, folder, reads):
                print(f"{level:<7} {title:<28} {microseconds:>8.2f} {fastest:>8.2%} {median:>8.2%}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

"""How long after its limit does a hostile program end? `python -m tests.oracle.overtime [--rounds N]`.

Each program of tests/hostile_programs.py runs with a limit of time, is cancelled by another thread, and runs with the
limits that are no time. What is printed is the time from the limit (from the `stop` of the meter) to the error that the
caller gets, the longest of the rounds, in milliseconds. Exit status 1 if one takes longer than 100 ms.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import tempfile
import threading
import time
from typing import NamedTuple

from bumps.engine import Engine
from bumps.errors import MError, RunStoppedError
from bumps.files import MemoryDisk
from bumps.globals import Globals
from bumps.interp.machine import Machine
from bumps.interp.world import World
from bumps.locks import Owner
from bumps.options import Durability, Options
from bumps.run import Limits, Run
from tests.hostile_programs import COMPUTING, WAITING, Hostile
from tests.interp_cases import Texts

SECONDS = 0.3
OVER_MS_MAX = 100.0

DEEP = (
    Hostile("DO to the 19,999th level", "R D R\n", "depth"),
    Hostile("$$ to the 19,999th level", "R S X=$$A(1) Q\nA(X) Q $$A(X+1)\n", "depth"),
    Hostile("XECUTE to the 19,999th level", 'R S A="X A" X A\n', "depth"),
)
BOUNDS = {"steps": Limits(steps=100_000), "depth": Limits(depth=19_999), "memory": Limits(memory=50_000_000)}


class Over(NamedTuple):
    """How long after its limit a program ended."""

    name: str
    way: str
    milliseconds: float


def over(hostile: Hostile, way: str) -> Over | None:
    """Run a program once, ended by `seconds`, by `cancel` or by its own limit; None if it ended before that."""
    with tempfile.TemporaryDirectory(prefix="bumps-over-") as folder:
        options = Options(charset="m", page_size=1024, durability=Durability.NONE, background=False)
        engine = Engine.open(MemoryDisk(), "/over.bumps", options)
        engine.locks.acquire(Owner(), [("^HELD", b"")])
        reader, writer = os.pipe()
        run = Run()
        with open(reader, "rb") as source:
            machine = Machine(
                globals_factory=lambda: Globals(engine, Durability.NONE),
                input=source,
                output=io.BytesIO(),
                loader=Texts({"R": hostile.source}),
                charset="m",
                world=World(folder=folder),
                limits=Limits(seconds=SECONDS) if way == "seconds" else None if way == "cancel" else BOUNDS[way],
                run=run,
            )
            moments: list[float] = []
            stop = machine.meter.stop

            def noted(reason: str) -> None:
                moments.append(time.monotonic())
                stop(reason)

            machine.meter.stop = noted  # type: ignore[method-assign]
            timer = threading.Timer(SECONDS, run.cancel)
            if way == "cancel":
                timer.start()
            began = time.monotonic()
            try:
                machine.run("R")
            except RunStoppedError:
                ended = time.monotonic()
            except MError:
                return None  # STACKCRIT came first
            finally:
                timer.cancel()
                os.close(writer)
            due = began + SECONDS if way in ("seconds", "cancel") else moments[0]
            return Over(hostile.name, way, (ended - due) * 1000)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle.overtime")
    parser.add_argument("--rounds", type=int, default=3, help="so often each program runs in each way")
    parser.add_argument("--only", default="", help="programs whose name has this in it")
    options = parser.parse_args()
    worst: list[Over] = []
    for hostile in (*COMPUTING, *WAITING, *DEEP):
        if options.only not in hostile.name:
            continue
        ways = ["seconds", "cancel"] if hostile.limit != "depth" else []
        for way in [*ways, *([hostile.limit] if hostile.limit != "seconds" else [])]:
            found = [each for _ in range(options.rounds) if (each := over(hostile, way)) is not None]
            if found:
                worst.append(max(found, key=lambda each: each.milliseconds))
                print(f"{worst[-1].milliseconds:8.1f} ms  {way:8} {hostile.name}", flush=True)
    late = [each for each in worst if each.milliseconds > OVER_MS_MAX]
    longest = max(worst, key=lambda each: each.milliseconds)
    print(
        f"{len(worst)} ways to end, the longest {longest.milliseconds:.1f} ms ({longest.name}); {len(late)} over 100 ms"
    )
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())

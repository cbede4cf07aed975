"""Random programs in each tier, traced and not: they print, fail and take steps alike, and leave the same database.

    python -m tests.oracle.traced [--seed N] [--programs N]

counts programs and prints what differs; the exit status is 1 if anything does. A trace is the same in each tier, and
as many rows of commands begin, so that who reads the clock before each of them ($ZTIMEOUT) sees the same.
"""

from __future__ import annotations

import argparse
import io
import sys
from types import TracebackType
from typing import NamedTuple

from bumps.errors import MError, RunLimitError
from bumps.interp.code_cache import CodeCache
from bumps.interp.frames import Place
from bumps.interp.machine import Machine
from bumps.interp.tiers import Tier
from bumps.interp.trace import Trace, Traced
from bumps.run import Limits
from tests.interp_cases import Texts, new_globals
from tests.oracle.bodies import NAME
from tests.oracle.programs import OUTER, RESET, Generator, Program

TIERS: tuple[Tier, ...] = ("closures", "generated", "auto")
STEPS_MAX = 100_000
"""A random trap may call itself for ever: the Run ends then, in each tier at the same step."""


class Did(NamedTuple):
    """What a program did."""

    output: bytes
    error: str
    places: list[tuple[object, ...]]
    """Of each error, trapped or not: what it is and where, to the column, with its callers."""
    steps: int
    digest: str
    trace: list[Traced]
    """Empty if it was not traced."""
    rows: int
    """How many rows of commands have begun, if that was counted."""


def run(
    program: Program,
    tier: Tier,
    *,
    is_traced: bool,
    is_counted: bool = False,
    code_cache: CodeCache | None = None,
) -> Did:
    """Run a program in a machine of its own. One whose rows are counted is watched, but not traced."""
    output = io.BytesIO()
    machine = Machine(
        globals_factory=new_globals(),
        input=io.BytesIO(),
        output=output,
        loader=Texts({NAME: program.source, "O": OUTER}),
        charset="m",
        tier=tier,
        code_cache=code_cache,
        limits=Limits(steps=STEPS_MAX),
    )
    machine.tiers.hot_count = 1
    machine.locals.cell("ZZC").v = RESET.format(name=NAME)
    traced: list[Traced] = []
    places: list[tuple[object, ...]] = []
    rows = [0]
    record = machine.traps.record

    def recording(error: MError, trace: TracebackType | None, standing: Place | None = None) -> None:
        record(error, trace, standing)
        places.append((error.name, error.place, error.line, error.column, error.source, error.hint, *error.stack))

    def count() -> None:
        rows[0] += 1

    machine.traps.record = recording  # type: ignore[method-assign]
    trace = None
    if is_traced:
        trace = Trace(machine, traced.append)
    if is_counted:
        machine.watch.at_commands = count
        machine.watch.renew()
    error = ""
    try:
        machine.run("O")
    except (MError, RunLimitError) as found:
        error = str(found)
    if trace is not None:
        trace.finish()
    steps = machine.meter.steps
    return Did(output.getvalue(), error, places, steps, machine.session.engine.digest(), traced, rows[0])


def differences(program: Program) -> list[str]:
    """Return what is not the same in all ways to run a program, a line for each."""
    found = []
    plain = run(program, TIERS[0], is_traced=False)
    traced = run(program, TIERS[0], is_traced=True)._replace(rows=0)
    counted = run(program, TIERS[0], is_traced=False, is_counted=True)
    for tier in TIERS:
        for wanted in (plain, traced, counted):
            did = run(program, tier, is_traced=wanted is traced, is_counted=wanted is counted)
            for field, one, other in zip(Did._fields, wanted, did, strict=True):
                if one != other:
                    found.append(f"seed {program.seed}, {tier}: {field}: {one!r} != {other!r}")
    for watched in (traced, counted):
        if plain[:5] != watched[:5]:
            found.append(f"seed {program.seed}: {watched[:5]} != {plain[:5]}")
    return found


def main() -> int:
    """Compare, print, and return the exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--programs", type=int, default=1_000)
    options = parser.parse_args()
    found: list[str] = []
    line_count = 0
    for seed in range(options.seed, options.seed + options.programs):
        program = Generator(seed).program()
        line_count += len(run(program, "closures", is_traced=True).trace)
        found += differences(program)
    sys.stdout.write("".join([f"{each}\n" for each in found]))
    sys.stdout.write(
        f"{options.programs} programs from seed {options.seed}: {line_count} lines, {len(found)} differences\n"
    )
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Random programs in each tier, traced and not: they print the same, take as many steps and leave the same database.

    python -m tests.oracle.traced [--seed N] [--programs N]

counts programs and prints what differs; the exit status is 1 if anything does. A trace is the same in each tier.
"""

from __future__ import annotations

import argparse
import io
import sys
from typing import NamedTuple

from bumps.errors import MError, RunLimitError
from bumps.interp.machine import Machine
from bumps.interp.tiers import Tier
from bumps.interp.trace import Trace, Traced
from bumps.run import Limits
from tests.interp_cases import Texts, new_globals
from tests.oracle.programs import OUTER, RESET, Generator, Program

NAME = "T"
TIERS: tuple[Tier, ...] = ("closures", "generated", "auto")
STEPS_MAX = 100_000
"""A random trap may call itself for ever: the Run ends then, in each tier at the same step."""


class Did(NamedTuple):
    """What a program did."""

    output: bytes
    error: str
    steps: int
    digest: str
    trace: list[Traced]
    """Empty if it was not traced."""


def run(program: Program, tier: Tier, *, is_traced: bool) -> Did:
    """Run a program in a machine of its own."""
    output = io.BytesIO()
    machine = Machine(
        globals_factory=new_globals(),
        input=io.BytesIO(),
        output=output,
        loader=Texts({NAME: program.source, "O": OUTER}),
        charset="m",
        tier=tier,
        limits=Limits(steps=STEPS_MAX),
    )
    machine.tiers.hot_count = 1
    machine.locals.cell("ZZC").v = RESET.format(name=NAME)
    traced: list[Traced] = []
    trace = Trace(machine, traced.append) if is_traced else None
    error = ""
    try:
        machine.run("O")
    except (MError, RunLimitError) as found:
        error = str(found)
    if trace is not None:
        trace.finish()
    steps = machine.meter.steps
    return Did(output.getvalue(), error, steps, machine.session.engine.digest(), traced)


def differences(program: Program) -> list[str]:
    """Return what is not the same in all ways to run a program, a line for each."""
    found = []
    plain = run(program, TIERS[0], is_traced=False)
    traced = run(program, TIERS[0], is_traced=True)
    for tier in TIERS:
        for is_traced, wanted in ((False, plain), (True, traced)):
            did = run(program, tier, is_traced=is_traced)
            for field, one, other in zip(Did._fields, wanted, did, strict=True):
                if one != other:
                    found.append(f"seed {program.seed}, {tier}, traced {is_traced}: {field}: {one!r} != {other!r}")
    if plain[:-1] != traced[:-1]:
        found.append(f"seed {program.seed}: traced {traced[:-1]} != {plain[:-1]}")
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

"""How many steps each case takes: tests/steps.golden, the same in every tier, on every Python, on every machine.

`python -m tests.step_counts` counts them in closures and writes the file anew; do that when cases were added, or when
the rules or the costs of the meter have changed on purpose (then docs/limits-of-a-run.md says how).

A line is the file of the case, the start of the digest of its program and input, and the count; `-` where the count
depends on time. Hostile programs are counted up to a limit of HOSTILE_STEPS.
"""

from __future__ import annotations

import hashlib
import io
import sys
from pathlib import Path

from bumps.errors import RunLimitError
from bumps.interp.machine import Machine
from bumps.interp.tiers import Tier
from bumps.run import Limits
from tests.hostile_programs import COMPUTING, Hostile
from tests.interp_cases import Chunk, Texts, all_chunks, new_globals, run_bumps

PATH = Path(__file__).parent / "steps.golden"
HOSTILE_STEPS = 20_000
VARIES = "-"
DIGEST_SIZE = 12


def key_of(chunk: Chunk) -> str:
    """Return the name of a case that stays when others are added before it."""
    return _key(chunk.file, f"{chunk.source}\0{chunk.input}\0{chunk.arguments}\0{chunk.charset}")


def key_of_hostile(hostile: Hostile) -> str:
    """Return the name of a hostile program."""
    return _key("hostile_programs", hostile.source)


def _key(file: str, program: str) -> str:
    return f"{file} {hashlib.sha256(program.encode('latin-1')).hexdigest()[:DIGEST_SIZE]}"


def golden() -> dict[str, str]:
    """Return the counts that are committed."""
    lines = PATH.read_text(encoding="ascii").splitlines()
    return {name: count for name, _, count in [line.rpartition(" ") for line in lines]}


def hostile_steps(hostile: Hostile, tier: Tier = "closures") -> int:
    """Run a hostile program up to its limit of steps, and return how many it took."""
    machine = Machine(
        globals_factory=new_globals(),
        input=io.BytesIO(),
        output=io.BytesIO(),
        loader=Texts({"R": hostile.source}),
        charset="m",
        tier=tier,
        limits=Limits(steps=HOSTILE_STEPS),
    )
    try:
        machine.run("R")
    except RunLimitError as error:
        return int(error.steps)
    raise AssertionError(f"{hostile.name} ends by itself")


def counted() -> dict[str, str]:
    """Count all anew."""
    found: dict[str, str] = {}
    for chunk in all_chunks():
        counts = {run_bumps(chunk).steps for _ in range(2)}
        found[key_of(chunk)] = str(counts.pop()) if len(counts) == 1 and not is_timed(chunk) else VARIES
    for hostile in COMPUTING:
        found[key_of_hostile(hostile)] = str(hostile_steps(hostile))
    return found


def is_timed(chunk: Chunk) -> bool:
    """Return whether a program goes on as long as some time lasts: how many turns fit into that is nobody's matter."""
    return any(word in chunk.source for word in ("$ZTIMEOUT", "$ZMAXTPTIME", "$ZTIM", "$ZMAXTP"))


def main() -> int:
    """Write the file anew, and say what has changed."""
    before = golden() if PATH.exists() else {}
    now = counted()
    PATH.write_text("".join([f"{name} {count}\n" for name, count in now.items()]), encoding="ascii")
    changed = [name for name, count in now.items() if name in before and before[name] != count]
    new, gone = set(now) - set(before), set(before) - set(now)
    print(f"{len(now)} counts: {len(new)} new, {len(changed)} changed, {len(gone)} gone")
    for name in changed:
        print(f"{name}: {before[name]} -> {now[name]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

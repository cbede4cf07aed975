r"""Real code in each tier: the steps of real.py, in closures and in generated code: the same answers, and how fast.

    python -m tests.oracle.tiers FOLDER STEPS...

FOLDER and STEPS are those of real.py. Each step runs in a process of its own, in this order: in closures; all of it in
generated code, with an empty code cache (cold); and with what that has put there, as `bumps run` does it by itself:
texts are generated when they are hot (cached). Each way has a database of its own. CPU time is that of the whole
process, its start with it, which is measured by a program that does nothing and taken off.
The exit status is 1 if what a step prints, or the globals that the script looks at, differ.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.oracle.real import Bumps, Script, Step, chosen, difference, link_routines, script_of

WAYS = {"closures": ("closures", "unused"), "cold": ("generated", "first"), "cached": ("auto", "first")}
"""For each way to run: its tier, and its code cache. Who comes second finds what the first has made."""

START_COUNT = 3

SAME_TIME = ("--seed", "1", "--clock", "2026-01-02T03:04:05Z")
"""What a step prints may depend on the second in which it runs."""


def measure(folder: Path, script: Script, work: Path) -> bool:
    """Run the steps in each way in the empty folder `work`, print times and differences; return whether all agree."""
    link_routines(folder, work / "routines", script.copies)
    ways: dict[str, Bumps] = {}
    for name, (tier, cache) in WAYS.items():
        bumps = Bumps(work / name, work / "routines", options=("--tier", tier, *SAME_TIME))
        bumps.environment["BUMPS_CACHE"] = str(work / cache)
        ways[name] = bumps
    nothing = Step(0, "run", "-x QUIT", b"")
    start_s = min(ways["closures"].run(nothing).cpu_s for _ in range(START_COUNT))
    totals = dict.fromkeys(ways, 0.0)
    agrees = True
    for step in script.steps:
        if step.kind == "globals":
            dumps = [chosen(bumps.dump(), step.what.split()) for bumps in ways.values()]
            is_same = not any(difference(script, step, dump, dumps[0]) for dump in dumps)
            agrees = agrees and is_same
            print(f"{script.path.name}:{step.line}: {'same' if is_same else 'DIFFER'}: globals {step.what}", flush=True)
        if step.kind != "run":
            continue
        done = {name: bumps.run(step) for name, bumps in ways.items()}
        first = done["closures"]
        lines = [line for each in done.values() for line in difference(script, step, each.output, first.output)]
        agrees = agrees and not lines
        times = {name: max(each.cpu_s - start_s, 0.0) for name, each in done.items()}
        for name, seconds in times.items():
            totals[name] += seconds
        print(
            f"{script.path.name}:{step.line}: {'DIFFERS' if lines else 'same'}, {_shown(times)}: {step.what}",
            flush=True,
        )
        print("".join([f"    {line}\n" for line in lines]), end="")
    print(f"{script.path.name}: {_shown(totals)}, a start {start_s:.2f} s")
    return agrees


def _shown(times: dict[str, float]) -> str:
    """Return the times of each way, and how many times faster than closures it is."""
    closures = times["closures"]
    parts = [f"{name} {seconds:.2f} s" for name, seconds in times.items()]
    parts += [f"{closures / times[name]:.2f}x {name}" for name in ("cold", "cached") if times[name] >= 0.01]
    return ", ".join(parts)


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and return the exit status."""
    agrees = True
    for path in arguments[1:]:
        work = Path(tempfile.mkdtemp(prefix="bumps-tiers-"))
        try:
            agrees = measure(Path(arguments[0]), script_of(Path(path)), work) and agrees
        finally:
            shutil.rmtree(work)
    return 0 if agrees else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""Random programs from the code cache: they do what they do in closures, and fresh; traced, too.

    python -m tests.oracle.cached [--seed N] [--programs N] [--bodies | --calls]

counts programs and prints what differs; the exit status is 1 if anything does.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator

from bumps.interp.code_cache import CodeCache
from bumps.interp.tiers import Tier
from tests.oracle.bodies import BodyGenerator
from tests.oracle.calls import CallGenerator
from tests.oracle.programs import Generator, Program
from tests.oracle.traced import Did, run

COMPARED = ("output", "error", "places", "steps", "digest")


def ways(program: Program, cache: CodeCache) -> Iterator[tuple[str, Did]]:
    """Yield each way to run a program, and what it did: fresh, when the cache is filled, from the cache."""
    yield "generated, fresh", run(program, "generated", is_traced=False)
    tiers: tuple[Tier, ...] = ("auto", "auto", "generated", "auto", "generated")
    for turn, tier in enumerate(tiers, start=1):
        yield f"{tier}, Run {turn} with the cache", run(program, tier, is_traced=False, code_cache=cache)
    yield "generated from the cache, traced", run(program, "generated", is_traced=True, code_cache=cache)


def differences(program: Program, cache: CodeCache) -> list[str]:
    """Return what is not the same in all ways to run a program, a line for each."""
    found = []
    closures = run(program, "closures", is_traced=False)
    for way, did in ways(program, cache):
        for field in COMPARED:
            one, other = getattr(closures, field), getattr(did, field)
            if one != other:
                found.append(f"seed {program.seed}, {way}: {field}: {one!r} != {other!r}")
    return found


def main() -> int:
    """Compare, print, and return the exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--programs", type=int, default=1_000)
    parser.add_argument("--bodies", action="store_true", help="programs of short bodies (bodies.py)")
    parser.add_argument("--calls", action="store_true", help="programs of labels that call each other (calls.py)")
    options = parser.parse_args()
    generator = CallGenerator if options.calls else BodyGenerator if options.bodies else Generator
    found: list[str] = []
    started = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        cache = CodeCache(f"{folder}/cache")
        for seed in range(options.seed, options.seed + options.programs):
            found += differences(generator(seed).program(), cache)
        files = cache.files()
    sys.stdout.write("".join([f"{each}\n" for each in found]))
    sys.stdout.write(
        f"{options.programs} programs from seed {options.seed}, 8 ways each: {len(found)} differences;"
        f" {len(files)} files of {sum(size for _, size, _ in files):,} bytes;"
        f" {time.process_time() - started:.0f} s of CPU time\n"
    )
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Write new golden cases: run each chunk without output on GT.M, and write what it did into the file.

    python -m tests.oracle.record DRAFT tests/cases/NAME.m

DRAFT has chunks divided by `; ---` without `; output`. A chunk on which bumps differs is printed, and kept.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.interp_cases import chunks_of, run_bumps, run_gtm
from tests.oracle.gtm import Oracle


def record(draft: Path, target: Path) -> int:
    """Write `target`; return how many chunks bumps does not agree on."""
    different = 0
    texts: list[str] = []
    with Oracle() as oracle:
        for chunk in chunks_of(draft):
            ours = None
            try:
                ours = run_bumps(chunk)
            except Exception as error:  # a bug of ours is what this looks for
                sys.stdout.write(f"{chunk.id}: {type(error).__name__}: {error}\n")
            result = run_gtm(oracle, chunk) if not chunk.difference else ours
            assert result is not None
            if ours is None or (ours.output, ours.error) != (result.output, result.error):
                different += 1
                sys.stdout.write(f"=== {chunk.id}\n{chunk.source}--- GT.M {result.error}\n{result.output}\n")
                sys.stdout.write(
                    f"--- bumps {'' if ours is None else ours.error}\n{'' if ours is None else ours.output}\n"
                )
            source = chunk.source
            if result.error and not chunk.error and ours is not None:
                lines = source.split("\n")
                at = max(ours.line, 1) - 1
                lines[at] += f" ; error {result.error}"
                source = "\n".join(lines)
            given = f"; input\n{chunk.input}" if chunk.input else ""
            texts.append(
                f"{source}{given}; output\n{result.output}\n" if result.output else f"{source}{given}; output\n"
            )
    target.write_bytes("; ---\n".join(texts).encode("latin-1"))
    return different


if __name__ == "__main__":
    raise SystemExit(1 if record(Path(sys.argv[1]), Path(sys.argv[2])) else 0)

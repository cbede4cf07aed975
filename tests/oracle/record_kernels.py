"""Write what the kernels of `bumps bench interp` print on GT.M, with small counts, into tests/kernels.

    python -m tests.oracle.record_kernels [NAME ...]

The first line of NAME.out is `count N`; a file that is there keeps its count, a new one gets a thousandth of the
kernel's own. NAME.whole is what a program prints with the count that is measured. No name means all kernels that have
no file yet.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bumps.tools.bench_interp_measure import Gtm
from bumps.tools.bench_interp_works import ALL, NAMES, PROGRAMS, VISTA, Kernel
from bumps.tools.gtm import installation

FOLDER = Path(__file__).parent.parent / "kernels"


@dataclass(frozen=True, slots=True)
class Golden:
    """What a kernel prints, called with a count."""

    count: int
    output: bytes


def golden(kernel: Kernel, ending: str = "out") -> Golden:
    """Read a file of a kernel: `out` or `whole`."""
    head, _, output = (FOLDER / f"{kernel.name}.{ending}").read_bytes().partition(b"\n")
    return Golden(int(head.removeprefix(b"count ")), output)


def record(kernels: Sequence[Kernel]) -> None:
    """Run kernels on GT.M and write their files."""
    distribution = installation()
    if distribution is None:
        raise SystemExit("GT.M is not installed")
    with tempfile.TemporaryDirectory() as folder:
        gtm = Gtm(distribution, Path(folder) / "gtm")
        for kernel in kernels:
            few = golden(kernel).count if (FOLDER / f"{kernel.name}.out").exists() else max(1, kernel.count // 1000)
            for ending, count in (("out", few), ("whole", kernel.count)):
                if ending == "out" or kernel.group == PROGRAMS:
                    output = gtm.run(kernel, count).output
                    (FOLDER / f"{kernel.name}.{ending}").write_bytes(b"count %d\n%b" % (count, output))


if __name__ == "__main__":
    names = [NAMES[name] for name in sys.argv[1:]]
    record(names or [each for each in ALL if each.group != VISTA and not (FOLDER / f"{each.name}.out").exists()])

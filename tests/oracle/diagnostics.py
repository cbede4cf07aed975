"""The syntax of a folder of routines on both: bumps may not complain of a routine that GT.M compiles silently.

    python -m tests.oracle.diagnostics FOLDER

It is proved, too, that the tree of each routine gives back its source. The exit status is 1 if there are findings.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bumps.tools.parse import check
from tests.oracle.gtm import installation
from tests.oracle.real import link_routines

BATCH_COUNT = 300
MODULE = re.compile(r"source module (\S+)")


def complained_of(folder: Path) -> set[str]:
    """Return the names of the files in which GT.M finds an error or something to warn of."""
    distribution = installation()
    assert distribution is not None
    files = sorted(file.name for file in folder.glob("*.m"))
    found: set[str] = set()
    environment = {"gtm_dist": str(distribution), "gtm_chset": "M", "gtmroutines": str(folder)}
    for start in range(0, len(files), BATCH_COUNT):
        done = subprocess.run(
            [str(distribution / "mumps"), "-noobject", *files[start : start + BATCH_COUNT]],
            cwd=folder,
            env=environment,
            capture_output=True,
            check=False,
        )
        text = (done.stdout + done.stderr).decode("latin-1")
        found.update(Path(module).name for module in MODULE.findall(text))
    return found


def compare(source: Path, work: Path) -> tuple[int, list[str]]:
    """Return how many routines there are, and what bumps finds in those that GT.M compiles silently.

    A tree that does not give back its source is a finding in any of them.
    """
    folder = work / "routines"
    count = link_routines(source, folder, ())
    known = complained_of(folder)
    found = []
    for file in sorted(folder.glob("*.m")):
        for each in check(str(file), charset="m", roundtrip=True):
            if each.code == "ROUNDTRIP" or (file.name not in known and not each.warning):
                found.append(f"{file.name}:{each.line}: {each.code}: {each.message}")
    return count, found


def main(arguments: Sequence[str]) -> int:
    """Compare, print, and return the exit status."""
    with tempfile.TemporaryDirectory(prefix="bumps-diagnostics-") as work:
        count, found = compare(Path(arguments[0]), Path(work))
    print("\n".join([*found, f"{count} routines, {len(found)} findings"]))
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""Every routine of a folder on both: started at its top, in a transaction that is rolled back.

    python -m tests.oracle.tops FOLDER [STEP [START]]

takes each STEP-th routine from number START on (all without). Most programs end soon, with an error that must be the
same at the same place, behind the same output. GT.M runs in a process for each, and HALT ends only that. Routines that
open, close, wait, start jobs or call the system are left out, also as callees: a differing clock or a lost file
would say nothing. Times of day and numbers of jobs are masked. The exit status is 1 if there are differences.
"""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from bumps.errors import MError
from bumps.interp.machine import Machine
from bumps.interp.world import World
from bumps.policy import Policy
from tests.interp_cases import new_globals
from tests.oracle.real import Gtm, link_routines

SECONDS_MAX = 20
INPUT = "".join(f"{line}\n" for line in ["", "1", "Y", "", "A", "?", "", "10", "ALL", "", "^", "", "", "", "^", "^"])
DRIVER = """TOPX(X) S $ET="D ERR^TOPX",U="^",DUZ=.5,DUZ(0)="@",DTIME=1,DT=3000101,(IO,IO(0),ION)=$I,IOM=80,IOSL=24
 S IOF="#",IOST="P-OTHER" TS  D ^@X TRO  W !,"@@done",!
 ZHALT 0
ERR W !,"@@",$P($ZS,",",2,3),! TRO:$TL  ZHALT 0
"""
UNWANTED = re.compile(rb"(^|[ .])(O|OPEN|ZSY\w*|J|JOB|C|CLOSE|H|HANG)(:[^ ]*)? [^ ;]", re.M | re.I)
COMMENT = re.compile(rb"(?m)^[^\s]*[ \t]+;.*$")
MASK = re.compile(r"\d\d?:\d\d(?::\d\d)?|[23]\d{6}\.\d+|\b\d{4,6}\b|\.\.\.[A-Z][^.]*\.\.\.")


class Differing(NamedTuple):
    """A routine whose outputs differ."""

    routine: str
    bumps: str
    gtm: str


class _Expired(BaseException):
    """The program did not end in time. Not an Exception, so that no trap of M takes it."""


def _expire(number: int, frame: FrameType | None) -> None:
    raise _Expired


def on_bumps(folder: Path, routine: str) -> str:
    """Return what a routine writes, with the error that ends it."""
    output = io.BytesIO()
    machine = Machine(
        globals_factory=new_globals(),
        input=io.BytesIO(INPUT.encode()),
        output=output,
        routine_path=[str(folder)],
        charset="m",
        policy=Policy(read=[], write=[], pipe=False, network=False),
        world=World(sleep=lambda seconds: None),
    )
    signal.signal(signal.SIGALRM, _expire)
    signal.alarm(SECONDS_MAX)
    try:
        machine.execute(f'D TOPX^TOPX("{routine}")')
    except MError as error:
        return f"{output.getvalue().decode('latin-1')}untrapped {error.name}"
    except _Expired:
        return "endless"
    finally:
        signal.alarm(0)
    return output.getvalue().decode("latin-1")


def on_gtm(gtm: Gtm, routine: str) -> str:
    """Return the same on GT.M."""
    try:
        done = subprocess.run(
            [str(gtm.distribution / "mumps"), "-run", "%XCMD", f'D TOPX^TOPX("{routine}")'],
            input=INPUT.encode(),
            env=gtm.environment,
            cwd=gtm.folder,
            capture_output=True,
            check=False,
            timeout=SECONDS_MAX,
        )
    except subprocess.TimeoutExpired:
        return "endless"
    return done.stdout.decode("latin-1")


def select(folder: Path) -> list[str]:
    """Remove the unwanted routines from a folder of links, and return the names of the others."""
    names = []
    for file in sorted(folder.glob("*.m")):
        if UNWANTED.search(COMMENT.sub(b"", file.read_bytes())):
            file.unlink()
        elif not file.name.startswith(("_", "Z")):
            names.append(file.stem)
    return names


def same(ours: str, theirs: str) -> bool:
    """Return whether two outputs are the same behind the mask.

    Where `WRITE a_b` fails, GT.M has written `a`: a difference that was decided.
    """
    text, _, error = MASK.sub("#", ours).rpartition("\n@@")
    other, _, other_error = MASK.sub("#", theirs).rpartition("\n@@")
    return error.rstrip() == other_error.rstrip() and (other.startswith(text) if "," in error else text == other)


def compare(source: Path, work: Path, *, step: int = 1, start: int = 0) -> tuple[int, list[Differing]]:
    """Run the routines on both, and return how many they were and those that differ."""
    folder = work / "routines"
    link_routines(source, folder, ())
    names = select(folder)[start::step]
    (folder / "TOPX.m").write_text(DRIVER)
    gtm = Gtm(work / "gtm", folder)
    found = []
    for name in names:
        ours, theirs = on_bumps(folder, name), on_gtm(gtm, name)
        if not same(ours, theirs):
            found.append(Differing(name, ours, theirs))
    return len(names), found


def main(arguments: Sequence[str]) -> int:
    """Compare, print, and return the exit status."""
    step, start = [*map(int, arguments[1:]), *[1, 0][len(arguments) - 1 :]]
    with tempfile.TemporaryDirectory(prefix="bumps-tops-") as work:
        count, found = compare(Path(arguments[0]), Path(work), step=step, start=start)
    for each in found:
        print(f"{each.routine}\n  bumps {each.bumps[-200:]!r}\n  GT.M  {each.gtm[-200:]!r}")
    print(f"{count} routines, {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    raise SystemExit(main(sys.argv[1:]))

"""GT.M where it is installed: where it is, and a folder in which it runs routines of ours.

GT.M is a program that benchmarks and tests call (Debian: package fis-gtm); nothing of it is copied. It runs in byte
mode, with the two settings that make it follow the standard as bumps does: all side effects from left to right, and an
exclusive KILL that kills every name of a variable.
"""

from __future__ import annotations

import glob
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from bumps.errors import BumpsError

DISTRIBUTION = "gtm_dist"
"""GT.M's own name of the variable that says where it is installed."""

REGION = "-null_subscripts=always -stdnull -key_size=1019 -record_size=1048576"


def installation() -> Path | None:
    """Return the directory of GT.M, or None where it is not installed."""
    found = os.environ.get(DISTRIBUTION, "")
    for candidate in [found] if found else sorted(glob.glob("/usr/lib/*/fis-gtm/*_*")):
        if (Path(candidate) / "mumps").exists():
            return Path(candidate)
    return None


class Place:
    """A folder with a database and object files of GT.M; routines are looked for where the caller says."""

    def __init__(self, distribution: Path, folder: Path, routines: Sequence[Path]) -> None:
        """Make folder and database. BumpsError with its words if GT.M cannot."""
        self.distribution = distribution
        self.folder = folder
        objects = folder / "objects"
        objects.mkdir(parents=True)
        sources = " ".join(map(str, routines))
        self.environment = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(folder),
            DISTRIBUTION: str(distribution),
            "gtm_side_effects": "1",
            "gtm_lct_stdnull": "1",
            "gtm_stdxkill": "1",
            "gtm_chset": "M",
            "gtmcompile": "-nowarning",
            "gtmgbldir": str(folder / "g.gld"),
            "gtmroutines": f"{objects}({sources}) {distribution}/libgtmutil.so",
            "gtm_tmp": str(folder),
            "gtm_log": str(folder),
        }
        commands = (
            f"change -segment DEFAULT -file={folder}/g.dat -allocation=20000 -extension_count=20000\n"
            f"change -region DEFAULT {REGION}\nexit\n"
        )
        self._do("mumps", "-run", "GDE", text=commands)
        self._do("mupip", "create")

    def command(self, *words: str) -> list[str]:
        """Return the command that runs an entry with arguments, which the program finds in $ZCMDLINE."""
        return [str(self.distribution / "mumps"), "-run", *words]

    def version(self) -> str:
        """Return what GT.M says of itself: `V7.0-005`."""
        said = self._do("mumps", "-run", "%XCMD", 'WRITE $PIECE($ZVERSION," ",2),!')
        return said.strip()

    def _do(self, program: str, *words: str, text: str = "") -> str:
        done = subprocess.run(
            [str(self.distribution / program), *words],
            input=text.encode(),
            env=self.environment,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if done.returncode:
            said = " ".join(done.stdout.decode("latin-1").split())
            raise BumpsError(f"GT.M: {said or f'{program} ended with status {done.returncode}'}")
        return done.stdout.decode("latin-1")

"""What `bumps bench interp` can measure: kernels and programs of M, in groups, and what bumps has to reach.

A kernel is a routine of the folder kernels/ that does its work $ZCMDLINE times and prints a result that depends on all
of it; with 0 it does nothing but what it prepares, which is what is taken off its time.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bumps.errors import UsageError

KERNELS = Path(__file__).parent / "kernels"

THIRTEEN, MORE, GLOBALS, PROGRAMS, VISTA = "thirteen", "more", "globals", "programs", "vista"
GROUPS = {
    THIRTEEN: "the thirteen kernels of the design",
    MORE: "further kernels",
    GLOBALS: "globals",
    PROGRAMS: "programs of 500 lines and more",
    VISTA: "a program of VistA",
}


@dataclass(frozen=True, slots=True)
class Kernel:
    """A routine that is measured."""

    name: str
    group: str
    count: int
    """What it is called with: about a second of a slow bumps."""
    floor: float | None = None
    """The least allowed of GT.M's CPU time / that of bumps."""
    ambitious: float | None = None

    @property
    def routine(self) -> Path:
        """Return its file."""
        return KERNELS / f"{self.name}.m"

    @property
    def title(self) -> str:
        """Return what its first line says it is."""
        with self.routine.open(encoding="ascii") as file:
            return file.readline().partition(";")[2].strip()


ALL = (
    Kernel("LOOP", THIRTEEN, 2_000_000, 0.4, 1.0),
    Kernel("GOTO", THIRTEEN, 2_000_000, 0.4, 1.0),
    Kernel("BLOCK", THIRTEEN, 500_000, 0.4, 1.0),
    Kernel("SUM", THIRTEEN, 3_000_000, 0.3, 0.7),
    Kernel("CONCAT", THIRTEEN, 1_000_000, 0.3, 0.7),
    Kernel("STR", THIRTEEN, 300_000, 0.12, 0.25),
    Kernel("ARRAY", THIRTEEN, 300_000, 0.2, 0.4),
    Kernel("SORT", THIRTEEN, 150_000, 0.4, 0.8),
    Kernel("FIB", THIRTEEN, 400_000, 0.15, 0.8),
    Kernel("DOSUB", THIRTEEN, 400_000, 0.2, 0.6),
    Kernel("XECUTE", THIRTEEN, 500_000, 0.35, 1.0),
    Kernel("FRACTION", THIRTEEN, 300_000, 0.08, 0.2),
    Kernel("ARITH", THIRTEEN, 300_000),
    Kernel("DECIMALS", MORE, 100_000),
    Kernel("BYREF", MORE, 10_000),
    Kernel("EXTRINS", MORE, 200_000),
    Kernel("INDIRECT", MORE, 80_000),
    Kernel("PATTERN", MORE, 100_000),
    Kernel("BUILD", MORE, 15_000),
    Kernel("NEWKILL", MORE, 100_000),
    Kernel("SELECT", MORE, 200_000),
    Kernel("NESTED", MORE, 200_000),
    Kernel("TEXT", MORE, 60_000),
    Kernel("QUERY", MORE, 60_000),
    Kernel("TRAP", MORE, 30_000),
    Kernel("SIEVE", MORE, 300_000),
    Kernel("MIXED", MORE, 100_000),
    Kernel("LOCALMRG", MORE, 50_000),
    Kernel("GSET", GLOBALS, 50_000, 0.15, 0.4),
    Kernel("GGET", GLOBALS, 100_000, 0.15, 0.4),
    Kernel("GORDER", GLOBALS, 100_000, 0.15, 0.4),
    Kernel("GMERGE", GLOBALS, 800, 0.15, 0.4),
    Kernel("GINCR", GLOBALS, 30_000, 0.15, 0.4),
    Kernel("GNAKED", GLOBALS, 20_000, 0.15, 0.4),
    Kernel("GTRANS", GLOBALS, 10_000, 0.15, 0.4),
    Kernel("PARSER", PROGRAMS, 24, 0.25),
    Kernel("WARD", PROGRAMS, 500, 0.25),
    Kernel("CHESS", PROGRAMS, 18, 0.25),
    Kernel("XREF", VISTA, 20),
)

VISTA_ROUTINES = ("XINDEX", "XLFSTR", "XPDRSUM")
"""In whose folders of VistA the routines lie that XREF calls."""

NAMES = {kernel.name: kernel for kernel in ALL}

MEANS = (
    ("the thirteen kernels", frozenset({THIRTEEN}), 0.45, 1.0),
    ("all kernels", frozenset({THIRTEEN, MORE, GLOBALS}), None, None),
    ("globals", frozenset({GLOBALS}), 0.15, 0.4),
    ("programs", frozenset({PROGRAMS}), 0.25, None),
)
"""Geometric means: what they are of, the groups, floor and ambition."""


def chosen(only: Iterable[str]) -> list[Kernel]:
    """Return the kernels of these names and groups (several with commas between); all of them for none.

    UsageError names what is neither.
    """
    wanted = {part.strip().upper() for text in only for part in text.split(",") if part.strip()}
    groups = {group.upper() for group in GROUPS}
    for name in sorted(wanted):
        if name not in NAMES and name not in groups:
            raise UsageError(
                f"{name!r}: no kernel and no group has that name", hint="bumps bench interp --list shows them"
            )
    return [kernel for kernel in ALL if not wanted or {kernel.name, kernel.group.upper()} & wanted]


def vista_folders(checkout: Path) -> list[Path]:
    """Return the folders below a checkout of VistA-M that hold what XREF calls. UsageError names what is not there."""
    wanted = {f"{name}.m" for name in VISTA_ROUTINES}
    found = []
    for folder, _, files in os.walk(checkout):
        if here := wanted & set(files):
            found.append(Path(folder))
            wanted -= here
    if wanted:
        raise UsageError(
            f"{checkout}: no {', '.join(sorted(wanted))}", hint="a checkout of WorldVistA/VistA-M has them"
        )
    return found

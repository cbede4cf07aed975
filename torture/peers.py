"""What other engines have done in the same tests: the tables of the report, into which our column goes.

The figures of the others were measured once, on a machine of two cores that others used too (GT.M V7.0, SQLite
3.40): they were sampled, not exhausted. Each writer's transaction set three globals and a counter (20 to 420 bytes) and
acknowledged by a line on a pipe. A SIGKILL cannot lose what the kernel has cached, so the first table says nothing
of power cuts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

Figures = Mapping[str, Any]


class Table(NamedTuple):
    """One table: a heading, what the columns are, and a row for each engine."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


KILLED = Table(
    "Killed by SIGKILL",
    ("engine", "kills", "acknowledged lost", "damaged", "what the next open needs"),
    (
        ("GT.M, transactions, journal", "20", "0", "0", "a command: 20 of 20 refuse to open; it took 61-99 s in 13"),
        ("the same, shared memory removed", "40", "0", "0", "a command, 0.04-0.41 s"),
        ("GT.M, single SETs, journal, shared memory removed", "40", "863 in 22 runs", "0", "by design"),
        ("GT.M without journal; shared memory removed", "20; 80", "-", "6; 78", "-"),
        ("SQLite WAL FULL, WAL NORMAL, DELETE FULL", "40 each", "0", "0", "nothing, 0.3-1.8 ms"),
    ),
)
CUT = Table(
    "Power cuts in recorded runs",
    ("engine", "acknowledged", "states", "lost", "damaged"),
    (
        ("GT.M, transactions, journal; tears at 512 bytes; 4 and 8 KiB atomic", "5,686", "430; 280", "0", "0"),
        ("SQLite WAL FULL, tears at 512 bytes", "1,800", "600", "0", "0"),
        ("SQLite WAL NORMAL", "103", "600", "1,424 over 359 states (documented)", "0"),
    ),
)
FLIPPED = Table(
    "One flipped bit: what the engine's own check finds",
    ("engine", "flipped", "found"),
    (
        ("GT.M mupip integ, data blocks", "200", "3 (1.5 %)"),
        ("GT.M mupip integ, file header", "60", "0"),
        ("SQLite integrity_check", "400", "51 (12.8 %)"),
    ),
)


def tables(kills: Figures | None, recorded: Figures | None, rot: Figures | None) -> list[Table]:
    """Return the tables with our row first, those of which there are figures."""
    found = []
    if kills is not None:
        damaged = f"{kills['partial'] + kills['strange'] + kills['problems']:,}"
        open_needs = f"nothing, {kills['median_open_s'] * 1000:,.0f} ms (median)"
        row = ("bumps: threads and M programs", f"{kills['kills']:,}", f"{kills['lost']:,}", damaged, open_needs)
        found.append(KILLED._replace(rows=(row, *KILLED.rows)))
    if recorded is not None:
        lost = f"{len(recorded['violations']):,}"
        states = f"{recorded['unique']:,}"
        row = ("bumps: threads and M programs, all kinds of disks", f"{recorded['commits']:,}", states, lost, lost)
        found.append(CUT._replace(rows=(row, *CUT.rows)))
    if rot is not None:
        tried, hit = rot["tried"]["bit"], rot["found"]["bit"]
        ours = ("bumps db verify, every byte of a database", f"{tried:,}", f"{hit:,} ({100 * hit / tried:,.1f} %)")
        found.append(FLIPPED._replace(rows=(ours, *FLIPPED.rows)))
    return found

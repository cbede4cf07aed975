"""Registrations that are killed: what `bumps demo` shows and `make sigkill` counts.

A child process runs `REGISTER^CLINIC` (routines/CLINIC.m): it registers patients, each in a
transaction of its own, and prints the number of each after TCOMMIT. It is ended by SIGKILL.
Then the database is opened as anybody would open it, and counted:

    K1. Every number that was printed is a patient: an acknowledged commit is there.
    K2. Every patient is there as a whole: fields, both indexes, the counter of the ward.
    K3. Patients are numbered from 1 without a gap: history has no holes.
    K4. Nothing else is there, and `verify` finds nothing.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

from bumps.tools.killed import Count, Killed

ROUTINES = Path(__file__).parent / "routines"
FIELDS = ("NAME", "BORN", "WARD")
NODES_PER_REGISTRATION = 7
COUNT_MAX = 10_000_000
"""More than a child registers before it is killed."""


class Clinic(Killed):
    """One database, and all that was ever acknowledged for it."""

    def __init__(self, path: str, *, durability: str | None = None) -> None:
        """Register in the database at `path`; `durability` as `bumps run` takes it."""
        super().__init__(path)
        self.durability = durability
        self.acknowledged = 0
        """The highest number that any child printed; numbers have no gaps."""

    def note(self, lines: list[bytes]) -> None:
        """Note the numbers that a child has printed."""
        self.acknowledged = max(self.acknowledged, *map(int, lines)) if lines else self.acknowledged

    def command(self) -> list[str]:
        """Return the command line of a child."""
        mode = ["--durability", self.durability] if self.durability else []
        place = ["--db", self.path, "--routines", str(ROUTINES)]
        return [sys.executable, "-m", "bumps", "run", *place, *mode, "REGISTER^CLINIC", str(COUNT_MAX)]

    def count(self) -> Count:
        """Open the database, which recovers it, and count what is there (K1-K4)."""
        import bumps

        started = time.monotonic()
        with bumps.open(self.path) as database:
            open_seconds = time.monotonic() - started
            last = int(database.get("^CLINIC", "LAST", default="0"))
            fields: dict[int, dict[str, str]] = {}
            for (_, *subscripts), value in database.scan("^PATIENT"):
                fields.setdefault(int(subscripts[0]), {})[str(subscripts[1])] = str(value)
            indexed = {tuple(key[1:]) for key, _ in database.scan("^INDEX")}
            counted = {str(key[2]): int(value) for key, value in database.scan("^CLINIC") if key[1] == "COUNT"}
        return self._judge(last, fields, indexed, counted, open_seconds)

    def _judge(
        self,
        last: int,
        fields: dict[int, dict[str, str]],
        indexed: set[tuple[str, ...]],
        counted: dict[str, int],
        open_seconds: float,
    ) -> Count:
        """Compare what was found with what each registration must have left."""
        partial = []
        wards: Counter[str] = Counter()
        for number in range(1, max(last, max(fields, default=0)) + 1):
            patient = fields.get(number, {})
            wards[patient.get("WARD", "")] += 1
            wanted = {(field, patient.get(field, ""), str(number)) for field in ("NAME", "WARD")}
            if number > last or set(patient) != set(FIELDS) or not wanted <= indexed:
                partial.append(number)
            indexed -= wanted
        lost = [number for number in range(1, self.acknowledged + 1) if number not in fields]
        wrong_counters = sum(wards[ward] != counted.get(ward, 0) for ward in {*wards, *counted})
        return Count(len(fields), tuple(lost), tuple(partial), len(indexed) + wrong_counters, open_seconds)

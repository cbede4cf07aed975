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

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from bumps import version
from bumps.errors import ChildError

ROUTINES = Path(__file__).parent / "routines"
FIELDS = ("NAME", "BORN", "WARD")
NODES_PER_REGISTRATION = 7
COUNT_MAX = 10_000_000
"""More than a child registers before it is killed."""


class Life(NamedTuple):
    """One child: how long it lived, and what it acknowledged."""

    seconds: float
    acknowledged: tuple[int, ...]


class Count(NamedTuple):
    """What is in the database after a life."""

    patients: int
    lost: tuple[int, ...]
    """Numbers that were acknowledged and are not there (K1)."""
    partial: tuple[int, ...]
    """Patients of whom something is missing or contradicts itself (K2, K3)."""
    strange: int
    """Nodes that belong to no patient, and counters that are wrong (K4)."""
    open_seconds: float
    """The time that opening took, with all that recovery had to do."""

    @property
    def sound(self) -> bool:
        """Whether K1 to K4 hold."""
        return not (self.lost or self.partial or self.strange)


class Clinic:
    """One database, and all that was ever acknowledged for it."""

    def __init__(self, path: str, *, durability: str | None = None) -> None:
        self.path = path
        self.durability = durability
        self.acknowledged = 0
        """The highest number that any child printed; numbers have no gaps."""

    def live(self, seconds: float, *, after_first: bool = True) -> Life:
        """Let a child register patients, then kill it.

        It lives for `seconds` after its first acknowledgement, or after its start: that may
        kill it while it recovers what the one before it left.
        """
        process = subprocess.Popen(
            self.command(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
        )
        assert process.stdout is not None and process.stderr is not None
        printed: list[bytes] = []
        first = threading.Event()
        reader = threading.Thread(target=_read, args=(process.stdout, printed, first), daemon=True)
        started = time.monotonic()
        reader.start()
        try:
            if after_first:
                first.wait(timeout=60)
                started = time.monotonic()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=seconds)
        finally:
            ended = process.poll()
            process.send_signal(signal.SIGKILL)
            process.wait()
            lived = time.monotonic() - started
            reader.join()
            errors = process.stderr.read().decode(errors="replace")
            process.stdout.close()
            process.stderr.close()
        if ended is not None:
            raise ChildError(f"the child ended by itself with status {ended}: {errors.strip()}", output=errors)
        # A line that was cut off by the kill acknowledges nothing.
        numbers = tuple(int(line) for line in b"".join(printed).split(b"\n")[:-1])
        self.acknowledged = max(self.acknowledged, *numbers) if numbers else self.acknowledged
        return Life(lived, numbers)

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


def environment() -> dict[str, str]:
    """Return the environment of a child: it must import this very bumps, and no option of the user's."""
    root = str(Path(version.__file__).resolve().parent.parent)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BUMPS_")}
    paths = [root, *filter(None, [kept.get("PYTHONPATH")])]
    return {**kept, "PYTHONPATH": os.pathsep.join(paths)}


def _read(stream: object, printed: list[bytes], first: threading.Event) -> None:
    """Collect what the child prints, so that a full pipe never holds it back."""
    descriptor: int = stream.fileno()  # type: ignore[attr-defined]
    while data := os.read(descriptor, 65536):
        printed.append(data)
        if b"\n" in data:
            first.set()
    first.set()

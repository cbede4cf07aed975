"""Writers that are killed, all threads of one process: what `make sigkill` counts besides registrations.

    python -m bumps.tools.ledger PATH THREADS

Each thread writes entries, each in a transaction of its own: three globals and a counter of its own, values of 20
to 420 bytes, and one counter that all threads share, so that their transactions meet and some run again. It
prints its number and that of the entry when the transaction has returned. What must hold is K1 to K4 of
registrations.py, an entry in the place of a patient.
"""

from __future__ import annotations

import os
import sys
import threading
import time

from bumps.tools.killed import Count, Killed

THREADS = 4
GLOBALS = ("^ENTRY", "^AMOUNT", "^TEXT")
SIZE_MIN, SIZE_MAX = 20, 420
"""Bytes of a value."""
SHARED_EVERY = 4
"""So many entries of a thread touch the shared counter once."""


def value_of(name: str, thread: int, number: int) -> str:
    """Return the value that an entry has in a global: whoever counts can make it again."""
    size = SIZE_MIN + (thread * 7919 + number * 104_729 + len(name) * 31) % (SIZE_MAX - SIZE_MIN + 1)
    return (f"{name} {thread} {number} " * (size // 8))[:size]


class Ledger(Killed):
    """One database of entries, and the highest that each thread was ever promised."""

    def __init__(self, path: str, threads: int = THREADS) -> None:
        """Let children of so many threads write to the database at `path`."""
        super().__init__(path)
        self.threads = threads
        self.promised = [0] * threads

    @property
    def acknowledged(self) -> int:
        """How many entries were ever promised: the numbers of a thread have no gaps."""
        return sum(self.promised)

    def command(self) -> list[str]:
        """Return the command line of a child."""
        return [sys.executable, "-m", "bumps.tools.ledger", self.path, str(self.threads)]

    def note(self, lines: list[bytes]) -> None:
        """Note `THREAD NUMBER` of each entry that was promised."""
        for line in lines:
            thread, number = map(int, line.split())
            self.promised[thread] = max(self.promised[thread], number)

    def count(self) -> Count:
        """Open the database, which recovers it, and count what is there (K1-K4)."""
        import bumps

        started = time.monotonic()
        with bumps.open(self.path) as database:
            open_seconds = time.monotonic() - started
            found = {
                (name, int(path[1]), int(path[2])): str(value)
                for name in GLOBALS
                for path, value in database.scan(name)
            }
            lasts = {int(path[1]): int(value) for path, value in database.scan("^LAST")}
            shared = int(database.get("^SHARED", default="0"))
            others = set(database.stat()["globals"]) - {*GLOBALS, "^LAST", "^SHARED"}
        whole = 0
        lost, partial = [], []
        for thread in range(self.threads):
            last = lasts.get(thread, 0)
            for number in range(1, max(last, self.promised[thread]) + 1):
                values = [found.pop((name, thread, number), None) for name in GLOBALS]
                if number <= self.promised[thread] and (number > last or None in values):
                    lost.append(number)
                if values == [value_of(name, thread, number) for name in GLOBALS] and number <= last:
                    whole += 1
                elif any(value is not None for value in values) or number <= last:
                    partial.append(number)
        wrong = shared != sum(last // SHARED_EVERY for last in lasts.values())
        return Count(whole, tuple(lost), tuple(partial), len(found) + len(others) + wrong, open_seconds)


def write(path: str, threads: int) -> None:
    """Open the database and write entries in so many threads, until somebody ends this process."""
    import bumps

    database = bumps.open(path)

    def work(thread: int) -> None:
        @database.transactional
        def enter() -> int:
            number = int(database.get("^LAST", thread, default="0")) + 1
            for name in GLOBALS:
                database[name, thread, number] = value_of(name, thread, number)
            database["^LAST", thread] = number
            if number % SHARED_EVERY == 0:
                database["^SHARED"] = int(database.get("^SHARED", default="0")) + 1
            return number

        while True:
            number = enter()
            os.write(1, b"%d %d\n" % (thread, number))

    workers = [threading.Thread(target=work, args=(thread,)) for thread in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]))

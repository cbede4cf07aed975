"""bumps/database.py, several processes at one database: they take turns, are killed in their midst, and lose nothing.

The lock is the system's: it dies with its process, also with one that is killed while it creates, recovers, commits or
closes.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

import bumps

KILL_COUNT = 60
LIFE_SECONDS_MAX = 0.6
"""From the import on. An open, which may recover, takes a part of it: some are killed before they have begun."""

OPENING = """
import os, sys, time
import bumps

def opened(mode):
    while True:
        try:
            return bumps.open(sys.argv[1], mode=mode)
        except bumps.LockedError as error:
            assert "has it open" in str(error) and error.hint, error
        except bumps.NoDatabaseError:
            assert mode == "r"
        time.sleep(0.002)

print(0, flush=True)
"""
WRITER = f"""{OPENING}
while True:
    with opened("rw") as database:
        for _ in range(20):
            with database.transaction():
                number = int(database.get("^N", default="0")) + 1
                database["^N"] = str(number)
                database["^WHO", number] = str(os.getpid())
            print(number, flush=True)
    time.sleep(0.02)
"""
READER = f"""{OPENING}
last = 0
while True:
    with opened("r") as database:
        number = int(database.get("^N", default="0"))
        count = sum(1 for _ in database.scan("^WHO"))
        assert count == number >= last, (count, number, last)
        last = number
    print(number, flush=True)
    time.sleep(0.02)
"""


class Contender:
    """A process that is killed at a moment."""

    def __init__(self, program: str, path: Path, output: Path, life_seconds: float) -> None:
        """What it was promised, or has read, is a line of `output`, behind the 0 that says that it begins."""
        self.program = program
        self.output = output
        self.life_seconds = life_seconds
        self._ends: float | None = None
        with output.open("wb") as stream:
            self.process = subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=stream, stderr=stream)

    def is_over(self) -> bool:
        """Return whether it has lived so long."""
        if self._ends is None and self.output.stat().st_size:
            self._ends = time.monotonic() + self.life_seconds
        return self._ends is not None and self._ends <= time.monotonic()

    def kill(self) -> None:
        """Kill it; fail if it has ended by itself, by an error."""
        assert self.process.poll() is None, self.output.read_text(encoding="utf-8")
        self.process.kill()
        self.process.wait()

    def numbers(self) -> list[int]:
        """Return what it has printed; of the last line there may be a part."""
        return [int(line) for line in self.output.read_text(encoding="ascii").split("\n")[1:-1]]


@pytest.mark.slow
def test_what_processes_that_take_turns_and_are_killed_were_promised_is_there_once_and_in_order(tmp_path: Path) -> None:
    path = tmp_path / "shared.bumps"
    chance = random.Random(1)
    begun: list[Contender] = []

    def begin(program: str) -> Contender:
        begun.append(Contender(program, path, tmp_path / f"{len(begun)}.txt", chance.uniform(0, LIFE_SECONDS_MAX)))
        return begun[-1]

    running = [begin(program) for program in (WRITER, WRITER, WRITER, WRITER, READER, READER)]
    try:
        while len(begun) < KILL_COUNT:
            for place, each in enumerate(running):
                if each.is_over():
                    each.kill()
                    running[place] = begin(each.program)
            time.sleep(0.01)
        for each in running:
            each.kill()
    finally:
        for each in begun:
            each.process.kill()

    promised = {number: str(each.process.pid) for each in begun if each.program == WRITER for number in each.numbers()}
    reads = sum(len(each.numbers()) for each in begun if each.program == READER)
    with bumps.open(path) as database:
        last = int(database.get("^N", default="0"))
        there = {int(key[1]): value for key, value in database.scan("^WHO")}
        assert list(there) == list(range(1, last + 1))
        assert promised.items() <= there.items()
        assert list(database.verify()) == []
    assert len(there) - len(promised) <= len(begun), "who is killed may have had no time to say its last one"
    assert len(promised) > 100 and reads > 3, "they have met"

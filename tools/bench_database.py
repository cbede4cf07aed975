"""Databases that `bumps bench db` measures something else of, and what the system says of files and memory.

A database that only has to be there is built in a process of its own, so that neither its time nor its memory is in
what is measured:

    python -m bumps.tools.bench_database JOB
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import sys
from collections.abc import Sequence
from pathlib import Path

import bumps
from bumps.batch import SET, Batch
from bumps.keys import KeyCodec
from bumps.tools.bench_child import VALUE_SIZE, batches, run_child
from bumps.tools.bench_store import FIELD, NAME

ENCODE = KeyCodec.of("utf-8").encode


def key_of(number: int) -> bytes:
    """Return the encoded key of a number's node."""
    return ENCODE((number, FIELD))


def batch_of(pairs: Sequence[tuple[bytes, bytes]]) -> list[Batch]:
    """Return one commit that sets these nodes."""
    return [Batch(NAME, bytes([SET]) * len(pairs), [key for key, _ in pairs], [value for _, value in pairs])]


def build(path: str, count: int, value_size: int = VALUE_SIZE, batch: int = 10_000) -> None:
    """Make a database with the numbers 0 to count - 1 in a process of its own."""
    run_child("bench_database", {"path": path, "count": count, "value_size": value_size, "batch": batch})


def make_database(path: str, count: int, value_size: int, batch: int) -> None:
    """Make it here: ascending, and only the journal since the last checkpoint stays."""
    value = random.Random(count).randbytes(value_size // 2).hex().encode()
    with bumps.open(path, keep="checkpoint") as database:
        for part in batches(range(count), batch):
            database.engine.commit(batch_of([(key_of(number), value) for number in part]))


def memory_now() -> int:
    """Return the bytes of memory that this process holds."""
    with contextlib.suppress(OSError):
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    return memory_peak()


def memory_peak() -> int:
    """Return the most memory that this process ever held, in bytes.

    Not by getrusage where the system says it otherwise: that counts what the parent held before exec, too.
    """
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return 1024 * int(next(line for line in lines if line.startswith("VmHWM:")).split()[1])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak


def forget_files(folder: str) -> None:
    """Let the system drop from its cache what is on the disk anyway, so that it must be read again."""
    for place, _, names in os.walk(folder):
        for name in names:
            descriptor = os.open(os.path.join(place, name), os.O_RDONLY)
            try:
                os.fsync(descriptor)
                if hasattr(os, "posix_fadvise"):
                    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(descriptor)


def read_file(path: str) -> int:
    """Read a file, so that the system has it in its cache; return its size."""
    size = 0
    with open(path, "rb") as file:
        while part := file.read(1 << 20):
            size += len(part)
    return size


if __name__ == "__main__":
    make_database(**json.loads(sys.argv[1]))

"""torture/recorddisk.py, recorded.py: real files leave a trace, the whole truth, and power cuts are made of it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from bumps.torture.mutants import MUTANTS, armed
from bumps.torture.recorddisk import RecordDisk
from bumps.torture.recorded import torment
from bumps.torture.runner import EMPTY
from bumps.torture.simdisk import Ack, Operation
from bumps.torture.states import Medium, Profile

ROOT = Path(__file__).resolve().parent.parent


def image_of(trace: list[Operation]) -> dict[str, bytes]:
    """Return what the disk holds when all was written."""
    medium = Medium(EMPTY, acked=-1, issued=0, profile=Profile())
    for operation in trace:
        medium.apply(operation)
    space = medium.space()
    return dict(space.state(space.full).image.files)


def test_a_trace_makes_the_files_again(tmp_path: Path) -> None:
    disk = RecordDisk(str(tmp_path))
    folder = disk.folder
    disk.make_directory(f"{folder}/d")
    file = disk.create(f"{folder}/d/one")
    assert file.pwrite(b"x" * 700, 100) == 700
    file.sync()
    file.truncate(500)
    disk.create(f"{folder}/two").close()
    disk.unlink(f"{folder}/two")
    disk.create(f"{folder}/three").close()  # may get the inode of `two`
    again = disk.open(f"{folder}/three", write=True)
    again.pwrite(b"3", 0)
    disk.sync_directory(folder)
    disk.rename(f"{folder}/d", f"{folder}/e")
    disk.open(f"{folder}/e/one", write=True).pwrite(b"y", 3)
    disk.make_directory(f"{folder}/gone")
    disk.remove_directory(f"{folder}/gone")
    disk.promise("A", b"", b"1")

    trace = disk.resolved({("A", b"", b"1"): 7})

    found = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()
    }
    assert {path.removeprefix("/disk/"): data for path, data in image_of(trace).items()} == found
    assert trace[-1] == Ack(7)


@pytest.mark.slow
def test_power_cuts_of_real_runs_lose_nothing() -> None:
    done = torment(1, 2, 24)

    assert done.violations == []
    assert done.commits > 100 and done.unique > 10
    assert done.counts == {"threads": 1, "M program": 1}


@pytest.mark.slow
def test_many_power_cuts_of_real_runs_lose_nothing() -> None:
    done = torment(2, 6, 300)

    assert done.violations == []
    assert done.unique > 800


@pytest.mark.slow
@pytest.mark.parametrize("mutant", ["no_journal_sync", "no_seal_sync", "create_no_directory_sync"])
def test_a_real_run_of_an_engine_without_a_sync_is_caught(mutant: str) -> None:
    with armed(MUTANTS[mutant]):
        done = torment(3, 4, 400)

    assert done.violations


CHILD = """
import json, random, sys
from bumps.database import Database
from bumps.engine import Engine
from bumps.torture.recorddisk import RecordDisk
from bumps.torture.recorded import OPTIONS, threads
disk = RecordDisk(sys.argv[1])
engine = Engine.open(disk, disk.folder + "/x.bumps", OPTIONS)
threads(disk, Database(engine, OPTIONS), random.Random(1))
engine.checkpoint()
engine.close()
json.dump(disk.calls, sys.stdout)
"""
TRACED = "openat,open,creat,write,writev,pwrite64,pwritev,ftruncate,truncate,fallocate,fsync,fdatasync,sync_file_range"
TRACED += ",rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,mmap,sendfile,copy_file_range,link,linkat"


def works(strace: str) -> bool:
    """Say whether processes may be traced here."""
    done = subprocess.run([strace, "-f", "-o", "/dev/null", "true"], capture_output=True, check=False)
    return done.returncode == 0


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("strace") or not works("strace"), reason="strace is not installed, or not allowed")
def test_the_system_calls_on_a_database_are_those_that_the_seam_has_made(tmp_path: Path) -> None:
    folder, log = tmp_path / "folder", tmp_path / "log"
    folder.mkdir()
    command = ["strace", "-f", "-y", "-s", "0", "-e", f"trace={TRACED}", "-o", str(log), sys.executable, "-c", CHILD]
    done = subprocess.run([*command, str(folder)], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    expected = Counter((kind, offset, size) for kind, _, offset, size in json.loads(done.stdout))

    seen: Counter[tuple[str, int, int]] = Counter()
    strange = []
    for line in whole_calls(log.read_text(encoding="utf-8")):
        if str(folder.resolve()) not in line or line.rpartition("= ")[2].startswith("-1"):
            continue
        name, arguments = re.findall(r"(\w+)\((.*)\)\s+=", line)[0]
        result = int(re.findall(r"= (\d+)", line)[-1])
        if name == "pwrite64":
            seen["pwrite", int(arguments.rpartition(", ")[2]), result] += 1
        elif name == "ftruncate":
            seen["truncate", 0, int(arguments.rpartition(", ")[2])] += 1
        elif name == "fdatasync":
            seen["sync", 0, 0] += 1
        elif name == "fsync":
            seen["sync_directory", 0, 0] += 1
        elif name == "openat":
            if "O_CREAT" in arguments:
                seen["create", 0, 0] += 1
        elif name in ("rename", "unlink", "mkdir", "rmdir"):
            seen[{"mkdir": "make_directory", "rmdir": "remove_directory"}.get(name, name), 0, 0] += 1
        else:
            strange.append(line)

    assert strange == []
    assert seen == expected
    assert expected["sync", 0, 0] > 20 and sum(expected.values()) > 100


def whole_calls(text: str) -> list[str]:
    """Return the lines of strace, those put together that another thread has interrupted."""
    begun: dict[str, str] = {}
    lines = []
    for line in text.splitlines():
        thread, _, rest = line.partition(" ")
        if "<unfinished ...>" in rest:
            begun[thread] = rest.partition("<unfinished ...>")[0]
        elif "resumed>" in rest:
            lines.append(begun.pop(thread) + rest.partition("resumed>")[2])
        else:
            lines.append(rest)
    return lines

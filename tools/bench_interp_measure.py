"""Running the kernels of `bumps bench interp` on bumps and on GT.M, and what their times come to.

I1. A figure is CPU time of a whole process (user and system, os.wait4), less the median of the same kernel with the
    count 0 in all rounds: start, opening and what the kernel prepares are not in it. Code is made in a run before all:
    GT.M keeps it in object files, bumps in its code cache.
I2. The systems take turns within a round; a ratio is that of one round, and what is reported is the median of the
    ratios, with the least and the greatest.
I3. What a kernel prints is the same on all systems and in all rounds, or the row says that it differs.
I4. A time that is too short to tell from the time of the empty run (NET_S_MIN) makes no ratio.
"""

from __future__ import annotations

import datetime
import math
import os
import platform
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from bumps.errors import BumpsError
from bumps.tools.bench_interp_works import ALL, KERNELS, MEANS, Kernel
from bumps.tools.bench_measure import FORMAT, Result, Turns, machine, summary
from bumps.tools.gtm import Place, installation
from bumps.tools.killed import environment
from bumps.version import __version__

SUITE = "interp"
"""The suite that rows of a saved result name."""
GTM = "gtm"
BUMPS = "bumps"
SLOWER_SHARE = 0.8
"""Of the ratio that was accepted last: below it a kernel is named."""
NET_S_MIN = 0.002
"""Below it a time is noise of the start of a process, in seconds."""


class Run(NamedTuple):
    """What one process did."""

    output: bytes
    cpu_s: float


class System(Protocol):
    """Something that runs kernels."""

    name: str

    def run(self, kernel: Kernel, count: int) -> Run:
        """Run a kernel in a process of its own. BumpsError if it fails."""


class Turn(NamedTuple):
    """One system's times for a kernel in one round."""

    round: int
    system: str
    full_s: float
    empty_s: float
    """With the count 0."""
    output: bytes


class Bumps:
    """bumps as its user calls it: `bumps run`, each time with a new database.

    It is as durable as GT.M without a journal, which is what it stands beside: not before the process ends.
    """

    def __init__(self, folder: Path, routines: Sequence[Path] = (), *, tier: str = "") -> None:
        """Work in the folder `folder`, which is made; `routines` are folders beside that of the kernels.

        `tier` is what `bumps run --tier` gets, and the name of the system; without one bumps chooses.
        """
        folder.mkdir()
        self.folder = folder
        self.routines = [KERNELS, *routines]
        self.tier = ["--tier", tier] if tier else []
        self.name = tier or BUMPS
        self.environment = {
            key: value for key, value in environment().items() if key != "PYTHONDONTWRITEBYTECODE"
        }  # a user's Python keeps the bytecode of its modules

    def command(self, kernel: Kernel, count: int, database: Path) -> list[str]:
        """Return the command line of a run: the one place where a child of bumps is described."""
        path = os.pathsep.join(map(str, self.routines))
        place = ["--db", str(database), "--charset", "m", "--durability", "none", "--routines", path]
        return [sys.executable, "-m", "bumps", "run", *place, *self.tier, kernel.name, str(count)]

    def run(self, kernel: Kernel, count: int) -> Run:
        """Run a kernel."""
        database = self.folder / "bench.bumps"
        try:
            return spend(self.command(kernel, count, database), self.environment, self.folder)
        finally:
            shutil.rmtree(database, ignore_errors=True)


class Gtm:
    """GT.M: one process for a run, its object files made by the first one."""

    name = GTM

    def __init__(self, distribution: Path, folder: Path, routines: Sequence[Path] = ()) -> None:
        """Work in the folder `folder`, which is made."""
        self.place = Place(distribution, folder, [KERNELS, *routines])

    def run(self, kernel: Kernel, count: int) -> Run:
        """Run a kernel."""
        return spend(self.place.command(kernel.name, str(count)), self.place.environment, self.place.folder)


def spend(command: Sequence[str], variables: dict[str, str], folder: Path) -> Run:
    """Run a command; return what it wrote and the CPU time it took. BumpsError with its first words if it fails.

    If this process is interrupted the child ends, too.
    """
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=complained,
            env=variables,
            cwd=folder,
            start_new_session=True,
        )
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        complained.seek(0)
        output, complaint = said.read(), complained.read().decode(errors="replace").strip()
    # GT.M ends with status 0 after an error that nothing traps; its words are on standard error.
    if process.returncode or complaint:
        first = (complaint.splitlines() or [f"status {process.returncode}, and no word"])[0]
        raise BumpsError(f"{' '.join(command[-2:])} on {Path(command[0]).stem} failed: {first}")
    return Run(output, usage.ru_utime + usage.ru_stime)


def measure(
    kernels: Sequence[Kernel],
    systems: Sequence[System],
    *,
    rounds: int,
    scale: float = 1.0,
    command: str = "",
    versions: dict[str, str] | None = None,
    skipped: dict[str, str] | None = None,
    after_kernel: Callable[[Result], None] = lambda _: None,
) -> Result:
    """Measure all kernels; return the result, as `--json` prints it. `after_kernel` gets what there is after each."""
    rows: list[Result] = []
    result: Result = {
        "format": FORMAT,
        "machine": machine(),
        "versions": {"python": platform.python_version(), "bumps": __version__, **(versions or {})},
        "notes": {},
        "skipped": skipped or {},
        "rows": rows,
    }
    total = len(kernels) * len(systems) * rounds
    with Turns("measuring", "runs") as progress:
        done = 0
        for kernel in kernels:
            count = max(1, round(kernel.count * scale))
            started, load = time.monotonic(), os.getloadavg()[0]
            turns: list[Turn] = []
            for system in systems:
                progress.what = f"{kernel.name} on {system.name}"
                progress.update(done, total)
                system.run(kernel, count)  # what is compiled once, when it is reached, is compiled now
            for turn in range(rounds):
                for system in systems:
                    progress.what = f"{kernel.name} on {system.name}"
                    progress.update(done, total)
                    empty = system.run(kernel, 0)
                    full = system.run(kernel, count)
                    turns.append(Turn(turn, system.name, full.cpu_s, empty.cpu_s, full.output))
                    done += 1
            facts = {
                "suite": SUITE,
                "group": kernel.group,
                "scaled": count != kernel.count,
                "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d"),
                "command": command,
                "seconds": round(time.monotonic() - started, 1),
                "load": round(load, 1),
                "bumps": __version__,
            }
            rows.append(summarise(kernel, count, turns) | facts)
            after_kernel(result)
    return result


def summarise(kernel: Kernel, count: int, turns: Sequence[Turn]) -> Result:
    """Return the row of a kernel: CPU seconds of each system, and GT.M's time / that of each other one (I1 to I4)."""
    times: dict[str, dict[int, float]] = {}
    for system in dict.fromkeys(turn.system for turn in turns):
        own = [turn for turn in turns if turn.system == system]
        empty_s = statistics.median(turn.empty_s for turn in own)
        times[system] = {turn.round: turn.full_s - empty_s for turn in own}
    theirs = times.get(GTM, {})
    ratios = {}
    for system, by_round in times.items():
        pairs = [
            theirs[number] / net_s
            for number, net_s in by_round.items()
            if min(net_s, theirs.get(number, 0.0)) >= NET_S_MIN
        ]
        if system != GTM and len(pairs) == len(by_round):
            ratios[system] = {"cpu_s": summary(pairs)}
    return {
        "work": kernel.name,
        "label": "",
        "title": kernel.title,
        "rounds": len({turn.round for turn in turns}),
        "counts": dict.fromkeys(times, count),
        "figures": {system: {"cpu_s": summary(list(by_round.values()))} for system, by_round in times.items()},
        "ratios": ratios,
        "same": len({turn.output for turn in turns}) == 1,
    }


@dataclass(frozen=True, slots=True)
class Mean:
    """A geometric mean of ratios, and what it has to be."""

    title: str
    system: str
    value: float
    least: float
    """The smallest of the ratios that it is of."""
    count: int
    """Of how many kernels it is."""
    whole: int
    """How many the catalogue has in these groups."""
    floor: float | None
    ambitious: float | None


def means(rows: Sequence[Result]) -> list[Mean]:
    """Return the geometric means of the ratios in each set of groups, for each system that has any."""
    found = []
    for title, groups, floor, ambitious in MEANS:
        members = [row for row in rows if row["suite"] == SUITE and row["group"] in groups]
        whole = sum(kernel.group in groups for kernel in ALL)
        for system in dict.fromkeys(system for row in members for system in row["ratios"]):
            values = [row["ratios"][system]["cpu_s"]["median"] for row in members if system in row["ratios"]]
            value = math.exp(statistics.fmean(map(math.log, values)))
            found.append(Mean(title, system, value, min(values), len(values), whole, floor, ambitious))
    return found


def slower(old: Sequence[Result], new: Sequence[Result]) -> list[tuple[str, str, float, float]]:
    """Return what has lost a fifth of its ratio or more: kernel, system, ratio now, ratio then."""
    then = {(row["work"], system): ratio["cpu_s"]["median"] for row in old for system, ratio in row["ratios"].items()}
    found = []
    for row in new:
        for system, ratio in row["ratios"].items():
            now, before = ratio["cpu_s"]["median"], then.get((row["work"], system), 0.0)
            if now < SLOWER_SHARE * before:
                found.append((row["work"], system, now, before))
    return found


def systems(
    folder: Path, routines: Sequence[Path], *, with_gtm: bool, tiers: Sequence[str] = ()
) -> tuple[list[System], dict[str, str], dict[str, str]]:
    """Make the systems that are here, in a folder; return them, their versions, and what is not here and why."""
    found: list[System] = [Bumps(folder / (tier or BUMPS), routines, tier=tier) for tier in tiers or [""]]
    versions: dict[str, str] = {}
    skipped: dict[str, str] = {}
    distribution = installation() if with_gtm else None
    if distribution is not None:
        gtm = Gtm(distribution, folder / GTM, routines)
        found.append(gtm)
        versions[GTM] = gtm.place.version()
    else:
        skipped[GTM] = (
            "it is not installed (apt-get install fis-gtm), so there are no ratios" if with_gtm else "not wanted"
        )
    return found, versions, skipped


def to_json(result: Result) -> dict[str, Any]:
    """Return a result with its means, as `--json` prints it."""
    return {**result, "means": [asdict(mean) for mean in means(result["rows"])]}

r"""Real code on both: a list of steps, run as a user would run them, on bumps and on GT.M.

    python -m tests.oracle.real FOLDER STEPS...

FOLDER holds routines, at any depth (a checkout of VistA-M); they are run as they are. STEPS is a file of lines:

    copy DIDT _DT            the routine is also there under this name (`%X` lives in `_X.m`)
    mask IN \d+ SECONDS      what matches need not be the same (a regular expression)
    run DINIT                run an entry in a process of its own, on the globals that earlier steps left
    < Y                      a line of input of the step above it
    globals ^DIZ             what these globals hold must be the same (`globals *`: all)
    file OUT.txt             what a step wrote into this file must be the same

and `#` begins a comment. Routines of tests/real/routines are found beside those of FOLDER. What a step prints and
the globals it leaves must be the same; differences are printed, with the CPU time of each step. The exit status is
1 if there are any.
"""

from __future__ import annotations

import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

from tests.oracle.gtm import installation

OWN = Path(__file__).parent.parent / "real" / "routines"
STEP_S_MAX = 300.0
"""A step that takes longer is taken for one that never ends."""

SHOWN_LINE_COUNT_MAX = 60


class Step(NamedTuple):
    """One thing to do on both, and the input it gets."""

    line: int
    kind: str
    """`run`, `globals` or `file`."""
    what: str
    input: bytes


class Script(NamedTuple):
    """What a file of steps says."""

    path: Path
    steps: tuple[Step, ...]
    copies: tuple[tuple[str, str], ...]
    masks: tuple[re.Pattern[str], ...]


class Done(NamedTuple):
    """What a step did on one of the two."""

    output: str
    cpu_s: float


class Outcome(NamedTuple):
    """What a step did on both."""

    step: Step
    bumps: Done
    gtm: Done
    difference: tuple[str, ...]
    """Lines of a unified diff, from GT.M to bumps; none if both did the same."""


class Runner(Protocol):
    """One of the two systems, with a database and a current folder of its own."""

    folder: Path

    def run(self, step: Step) -> Done:
        """Run an entry."""

    def dump(self) -> str:
        """Return all globals in ZWR form."""


def script_of(path: Path) -> Script:
    """Read a file of steps. ValueError names a line that is none."""
    steps: list[Step] = []
    copies: list[tuple[str, str]] = []
    masks: list[re.Pattern[str]] = []
    for number, line in enumerate(path.read_text(encoding="latin-1").split("\n"), 1):
        word, _, rest = line.partition(" ")
        match word:
            case "" | "#":
                continue
            case "<":
                last = steps.pop()
                steps.append(last._replace(input=last.input + rest.encode("latin-1") + b"\n"))
            case "run" | "globals" | "file":
                steps.append(Step(number, word, rest.strip(), b""))
            case "copy":
                source, target = rest.split()
                copies.append((source, target))
            case "mask":
                masks.append(re.compile(rest))
            case _:
                raise ValueError(f"{path}:{number}: no such step: {word}")
    return Script(path, tuple(steps), tuple(copies), tuple(masks))


def link_routines(source: Path, target: Path, copies: Sequence[tuple[str, str]]) -> int:
    """Make a folder of links to all routines below `source` and to our own; return how many there are.

    VistA keeps a few routines as `%x.m`, which both systems look for as `_x.m`.
    """
    target.mkdir()
    names: dict[str, Path] = {}
    for file in sorted([*source.rglob("*.m"), *OWN.glob("*.m")]):
        names["_" + file.name[1:] if file.name.startswith("%") else file.name] = file.resolve()
    for old, new in copies:
        names[f"{new}.m"] = names[f"{old}.m"]
    for name, file in names.items():
        (target / name).symlink_to(file)
    return len(names)


def _measured(command: Sequence[str], *, input: bytes, environment: dict[str, str], folder: Path) -> Done:
    """Run a command, and return what it wrote, its standard error behind its output, and its CPU time."""
    before = os.times()
    try:
        done = subprocess.run(
            command,
            input=input,
            env=environment,
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=STEP_S_MAX,
        )
        output = done.stdout
    except subprocess.TimeoutExpired as expired:
        output = (expired.output or b"") + f"\n{command[0]}: stopped after {STEP_S_MAX:.0f} s".encode()
    after = os.times()
    spent = after.children_user - before.children_user + after.children_system - before.children_system
    return Done(output.decode("latin-1"), spent)


@dataclass
class Bumps:
    """bumps, as a user calls it."""

    folder: Path
    routines: Path
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    options: tuple[str, ...] = ()
    """What `bumps run` gets besides."""

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self.environment["PYTHONPATH"] = os.pathsep.join([str(Path.cwd()), self.environment.get("PYTHONPATH", "")])
        self._bumps("db", "create", "g.bumps", "--charset", "m")

    def _bumps(self, *words: str, input: bytes = b"") -> Done:
        command = [sys.executable, "-m", "bumps", *words]
        return _measured(command, input=input, environment=self.environment, folder=self.folder)

    def run(self, step: Step) -> Done:
        """Run an entry."""
        distribution = installation()
        path = os.pathsep.join([str(self.routines), str(distribution)] if distribution else [str(self.routines)])
        words = ("run", "--db", "g.bumps", "--charset", "m", "--routines", path, *self.options, *step.what.split())
        return self._bumps(*words, input=step.input)

    def dump(self) -> str:
        """Return all globals in ZWR form."""
        return self._bumps("db", "dump", "g.bumps").output


@dataclass
class Gtm:
    """GT.M in byte mode, with the two settings that make it follow the standard."""

    folder: Path
    routines: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        distribution = installation()
        if distribution is None:
            raise FileNotFoundError("GT.M is not installed")
        self.distribution = distribution
        (self.folder / "objects").mkdir(parents=True)
        self.environment = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(self.folder),
            "TERM": "xterm",
            "gtm_dist": str(distribution),
            "gtm_side_effects": "1",
            "gtm_stdxkill": "1",
            "gtm_lct_stdnull": "1",
            "gtm_chset": "M",
            "gtmcompile": "-nowarning",
            "gtmgbldir": str(self.folder / "g.gld"),
            "gtmroutines": f"{self.folder}/objects({self.folder} {self.routines}) {distribution}/libgtmutil.so",
            "gtm_tmp": str(self.folder),
            "gtm_log": str(self.folder),
        }
        region = "-null_subscripts=always -stdnull -key_size=1019 -record_size=1048576"
        segment = f"-file={self.folder}/g.dat"
        commands = (
            f"change -segment DEFAULT {segment}\nchange -segment DEFAULT -allocation=20000 -extension_count=20000\n"
            f"change -region DEFAULT {region}\nexit\n"
        )
        self._gtm("mumps", "-run", "GDE", input=commands.encode())
        self._gtm("mupip", "create")

    def _gtm(self, program: str, *words: str, input: bytes = b"") -> Done:
        command = [str(self.distribution / program), *words]
        return _measured(command, input=input, environment=self.environment, folder=self.folder)

    def run(self, step: Step) -> Done:
        """Run an entry."""
        return self._gtm("mumps", "-run", *step.what.split(), input=step.input)

    def dump(self) -> str:
        """Return all globals in ZWR form."""
        file = self.folder / "g.zwr"
        file.unlink(missing_ok=True)
        self._gtm("mupip", "extract", "-format=zwr", str(file))
        return file.read_text(encoding="latin-1") if file.exists() else ""


def difference(script: Script, step: Step, ours: str, theirs: str) -> tuple[str, ...]:
    """Return the lines in which the two outputs differ, behind the masks."""
    texts = []
    for text in (theirs, ours):
        for mask in script.masks:
            text = mask.sub("<masked>", text)
        texts.append(text.rstrip("\n").split("\n"))
    if texts[0] == texts[1]:
        return ()
    return tuple(difflib.unified_diff(texts[0], texts[1], f"{step.what} on GT.M", "on bumps", lineterm="", n=1))


def chosen(dump: str, names: Sequence[str]) -> str:
    """Return the nodes of a dump that belong to these globals; `*` names all."""
    nodes = [line for line in dump.split("\n") if line.startswith("^")]
    if "*" not in names:
        wanted = set(names)
        nodes = [line for line in nodes if re.split(r"[(=]", line, maxsplit=1)[0] in wanted]
    return "\n".join(nodes)


def written(file: Path) -> str:
    """Return what is in a file, or that there is none."""
    return file.read_text(encoding="latin-1") if file.exists() else f"there is no {file.name}"


def outcomes(script: Script, bumps: Runner, gtm: Runner) -> Iterator[Outcome]:
    """Do the steps on both, and yield what each did."""
    for step in script.steps:
        if step.kind == "globals":
            names = step.what.split()
            ours, theirs = Done(chosen(bumps.dump(), names), 0.0), Done(chosen(gtm.dump(), names), 0.0)
        elif step.kind == "file":
            ours, theirs = Done(written(bumps.folder / step.what), 0.0), Done(written(gtm.folder / step.what), 0.0)
        else:
            ours, theirs = bumps.run(step), gtm.run(step)
        yield Outcome(step, ours, theirs, difference(script, step, ours.output, theirs.output))


def compare(folder: Path, script: Script, work: Path) -> Iterator[Outcome]:
    """Do the steps on both in the empty folder `work`, and yield what each did."""
    link_routines(folder, work / "routines", script.copies)
    yield from outcomes(script, Bumps(work / "bumps", work / "routines"), Gtm(work / "gtm", work / "routines"))


def report(outcome: Outcome, place: str) -> str:
    """Return the lines that a person reads of a step."""
    step, ours, theirs = outcome.step, outcome.bumps, outcome.gtm
    times = "" if step.kind != "run" else f", {theirs.cpu_s:.2f} s on GT.M, {ours.cpu_s:.2f} s on bumps"
    count = f"{ours.output.count(chr(10)) + 1:,} lines"
    head = (
        f"{place}:{step.line}: {step.kind} {step.what}: {'DIFFERS' if outcome.difference else 'same'}, {count}{times}"
    )
    shown = outcome.difference[:SHOWN_LINE_COUNT_MAX]
    rest = len(outcome.difference) - len(shown)
    return "\n".join([head, *[f"    {line}" for line in shown], *([f"    and {rest} lines"] if rest else [])])


def main(arguments: Sequence[str]) -> int:
    """Compare, print, and return the exit status."""
    folder = Path(arguments[0])
    different = 0
    started = time.monotonic()
    for path in arguments[1:]:
        work = Path(tempfile.mkdtemp(prefix="bumps-real-"))
        try:
            for outcome in compare(folder, script_of(Path(path)), work):
                different += bool(outcome.difference)
                print(report(outcome, path), flush=True)
        finally:
            if not os.environ.get("BUMPS_KEEP"):
                shutil.rmtree(work)
    print(f"{different} steps differ, {time.monotonic() - started:.0f} s")
    return 1 if different else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

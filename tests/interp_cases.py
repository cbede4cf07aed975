"""Golden cases of the language: files that an M programmer can write (tests/cases), run on bumps and on GT.M.

A file is chunks divided by `; ---`. A chunk is a routine: its source, then what was written after
`; output`. Before that, lines of their own may say

    ; input          the lines that follow, up to `; output`, are what READ gets
    ; args A B       $ZCMDLINE
    ; charset utf-8  the database is of that charset, not of m
    ; gtm differs: reason       GT.M is not asked (one of the differences that were decided)

and `; error M9` at the end of a source line says which error ends the program there.
"""

from __future__ import annotations

import io
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bumps.engine import Engine
from bumps.errors import MError
from bumps.files import MemoryDisk
from bumps.globals import Globals
from bumps.interp.code_cache import CodeCache
from bumps.interp.codes import CODES, Code
from bumps.interp.machine import Machine
from bumps.interp.routines import Found
from bumps.interp.tiers import Tier
from bumps.interp.world import World
from bumps.options import Durability, Options
from tests.oracle.gtm import Oracle

CASES = Path(__file__).parent / "cases"
ROUTINE = "CASE"
_ERROR = re.compile(r" ; error (\S+)$")
_GTM_ERROR = re.compile(r"%(?:GTM|SYSTEM)-[EW]-(\w+),")
_GTM_PROMPT = b"\nGTM>\n"

KILL_ALL = 'KILLALL S X="^%" K:$D(^%) ^% F  S X=$O(@X) Q:X=""  K @X\n'


class Chunk(NamedTuple):
    """One case: a small routine, and what it must do."""

    file: str
    line: int
    """Where it starts in its file."""
    source: str
    output: str
    input: str
    arguments: tuple[str, ...]
    difference: str
    """Why GT.M is not asked, or empty."""
    charset: str = "m"

    @property
    def error(self) -> str:
        """The code of the error that ends it, or empty."""
        for line in self.source.split("\n"):
            if (found := _ERROR.search(line)) is not None:
                return found[1]
        return ""

    @property
    def error_line(self) -> int:
        """The line of the source, from 1, that the error is marked at; 0 without."""
        for number, line in enumerate(self.source.split("\n"), 1):
            if _ERROR.search(line):
                return number
        return 0

    @property
    def id(self) -> str:
        """The name of the case in a report."""
        return f"{self.file}:{self.line}"


class Result(NamedTuple):
    """What a run did."""

    output: str
    error: str
    line: int
    steps: int = 0
    """On bumps, what the meter counted."""


def chunks_of(path: Path) -> Iterator[Chunk]:
    """Yield the chunks of a file."""
    start = 1
    for text in path.read_text(encoding="latin-1").split("\n; ---\n"):
        yield _chunk(path.stem, start, text)
        start += text.count("\n") + 2


def _chunk(name: str, line: int, text: str) -> Chunk:
    source, _, output = f"{text}\n".partition("\n; output\n")
    source, _, given = f"{source}\n".partition("\n; input\n")
    arguments: tuple[str, ...] = ()
    difference = ""
    charset = "m"
    for each in source.split("\n"):
        if each.startswith("; args "):
            arguments = tuple(each.removeprefix("; args ").split())
        elif each.startswith("; gtm differs: "):
            difference = each.removeprefix("; gtm differs: ")
        elif each.startswith("; charset "):
            charset = each.removeprefix("; charset ")
    return Chunk(name, line, source.rstrip("\n") + "\n", output.rstrip("\n"), given, arguments, difference, charset)


def all_chunks() -> list[Chunk]:
    """Return every chunk of every file, in order."""
    return [chunk for path in sorted(CASES.glob("*.m")) for chunk in chunks_of(path)]


class Texts:
    """A loader of routines that are texts."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts

    def find(self, name: str) -> Found | None:
        """Return the routine, if it is one of the texts."""
        text = self.texts.get(name)
        return None if text is None else Found(text.encode("latin-1"), f"{name}.m")

    def names(self) -> Sequence[str]:
        """Return the names of the texts."""
        return list(self.texts)

    def advice(self, name: str) -> str:
        """Return where was looked for a routine."""
        return f"the texts are {', '.join(sorted(self.texts))}"


def new_globals(charset: str = "m") -> Callable[[], Globals]:
    """Return what makes the globals of an empty database in memory."""

    def make() -> Globals:
        options = Options(charset=charset, page_size=1024, durability=Durability.NONE, background=False)
        return Globals(Engine.open(MemoryDisk(), "/case.bumps", options), Durability.NONE)

    return make


def run_bumps(chunk: Chunk, tier: Tier = "closures", hot_count: int = 0, code_cache: CodeCache | None = None) -> Result:
    """Run a chunk on bumps, in an empty folder. What it writes comes back as its bytes, one character each.

    `hot_count` is that of the tier `auto`.
    """
    with tempfile.TemporaryDirectory(prefix="bumps-case-") as folder:
        return _run_bumps(chunk, folder, tier, hot_count, code_cache)


def _run_bumps(chunk: Chunk, folder: str, tier: Tier, hot_count: int, code_cache: CodeCache | None) -> Result:
    output = io.BytesIO()
    machine = Machine(
        globals_factory=new_globals(chunk.charset),
        input=io.BytesIO(chunk.input.encode("latin-1")),
        output=output,
        loader=Texts({ROUTINE: chunk.source}),
        charset=chunk.charset,
        arguments=chunk.arguments,
        world=World(folder=folder),
        tier=tier,
        code_cache=code_cache,
    )
    machine.tiers.hot_count = hot_count
    error, line = "", 0
    try:
        machine.run(ROUTINE)
    except MError as found:
        error, line = found.code, found.line
    return Result(output.getvalue().decode("latin-1").rstrip("\n"), error, line, machine.meter.steps)


def _code_of(name: str) -> Code | None:
    """Return the code of an error by the name that GT.M gives it; None for one that bumps does not know."""
    if name.startswith("ENO"):
        return Code("", int(name.removeprefix("ENO")), "")
    return CODES.get(name)


def run_gtm(oracle: Oracle, chunk: Chunk) -> Result:
    """Run a chunk on GT.M, in a process of its own and on empty globals."""
    folder = oracle.directory
    environment = oracle.environment | {"gtm_lct_stdnull": "1"}
    if chunk.charset == "utf-8":
        environment |= oracle.utf_8_environment
    mumps = str(oracle.distribution / "mumps")
    (folder / f"{ROUTINE}.m").write_bytes(chunk.source.encode("latin-1"))
    (folder / f"{ROUTINE}.o").unlink(missing_ok=True)
    if "^" in chunk.source:
        (folder / "KILLALL.m").write_text(KILL_ALL)
        subprocess.run([mumps, "-run", "KILLALL"], env=environment, cwd=folder, check=True, timeout=20)
    with tempfile.TemporaryDirectory(prefix="bumps-case-") as place:
        done = subprocess.run(
            [mumps, "-run", ROUTINE, *chunk.arguments],
            input=chunk.input.encode("latin-1"),
            env=environment,
            cwd=place,
            capture_output=True,
            timeout=20,
            check=False,
        )
    error = ""
    out = done.stdout
    # After an error GT.M is in direct mode: it prompts, and ends with its input.
    if _GTM_PROMPT.rstrip(b"\n") in out:
        out = out[: out.rindex(_GTM_PROMPT.rstrip(b"\n"))]
        tail = done.stderr.decode("latin-1")
        at = tail.rfind("At M source location")
        names = _GTM_ERROR.findall(tail[:at] if at >= 0 else tail)
        lines = [line for line in tail[:at].split("\n") if line.startswith("%")] if at >= 0 else []
        names = _GTM_ERROR.findall("\n".join(lines[-3:])) or names
        known = [code for name in names if (code := _code_of(name)) is not None]
        first = known[0] if names and names[0] == "ZLINKFILE" else known[-1] if known else None
        for code in known:
            if code.mcode:
                first = code
        error = "" if first is None else first.mcode or f"Z{first.number}"
    return Result(out.decode("latin-1").rstrip("\n"), error, 0)

"""bumps compile: make the code of routines ahead of time, for the code cache.

Exit status: 0 every line of them compiles, 1 some do not, 2 a file could not be read, or there is no code cache.
"""

from __future__ import annotations

import gc
import io
import os
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from bumps.errors import UsageError
from bumps.limits import FRAME_COUNT_MAX
from bumps.tools import messages, parameters
from bumps.tools.databases import LazyDatabase
from bumps.tools.parse import Finding, expand, lines
from bumps.tools.progress import Progress

if TYPE_CHECKING:
    from bumps.globals import Globals
    from bumps.interp.code_cache import CodeCache
    from bumps.interp.frames import Code
    from bumps.interp.routines import Image


class Done(NamedTuple):
    """What became of a routine."""

    file: str
    routine: str
    bytes: int
    regions: int
    """Labels and blocks: what is a function of its own."""
    compiled: int
    """Of these, what was not in the cache before."""
    closures: int
    """Of these, what is left to closures, for Python has no room for it."""
    diagnostics: list[Finding]


@click.command("compile", short_help="make the code of routines ahead of time")
@click.argument("files", metavar="FILES...", nargs=-1, required=True)
@parameters.database_option
@parameters.charset_option
@click.option("--warnings", is_flag=True, help="Show warnings too; they do not change the status.")
@parameters.json_option
def compile_routines(files: Sequence[str], database: str, charset: str | None, warnings: bool, as_json: bool) -> None:
    """Compile FILES (.m; a folder stands for all .m files below it) into the code cache, docs/code-cache.md.

    bumps run finds the code there and runs it from the first call on: it parses nothing. What is there
    already is not made anew. A line that does not compile is said as GT.M says it, and is an error only if it
    is reached. The charset is that of DB, as in bumps run. Exit status: 0 every line compiles, 1 some do not,
    2 a file could not be read, or there is no code cache.

    \b
    bumps compile HELLO.m
    bumps compile examples --warnings
    bumps compile examples --json
    """
    from bumps.interp.code_cache import CodeCache

    cache = CodeCache()
    used = LazyDatabase(database, charset=charset).source_charset
    started = time.monotonic()
    done: list[Done] = []
    found = list(expand(files))
    with Progress("compiling", "routines") as progress:
        for file in found:
            _must_be_on(cache)
            each = compile_file(file, cache, used)
            shown = [finding for finding in each.diagnostics if warnings or not finding.warning]
            if as_json:
                parameters.print_json(facts_of(each._replace(diagnostics=shown)))
            elif shown:
                progress.clear()
                for finding in shown:
                    click.echo("\n".join([*lines(finding), *gtm_lines(finding)]), err=True)
            done.append(each._replace(diagnostics=[finding for finding in each.diagnostics if not finding.warning]))
            progress.update(len(done), len(found))
    cache.tidy()
    _must_be_on(cache)
    if not as_json:
        click.echo(summary(done, time.monotonic() - started))
    raise SystemExit(1 if any(each.diagnostics for each in done) else 0)


def compile_file(file: str, cache: CodeCache, charset: str) -> Done:
    """Put the code of the routine in a file into the cache, as far as it is not there."""
    from bumps.interp.code_cache import CALL_PART
    from bumps.interp.machine import PYTHON_FRAME_COUNT_MAX, Machine
    from bumps.interp.routines import Found, routine_name

    if file == "-":
        raise UsageError("standard input: a routine has the name of its file", hint="bumps run - < FILE runs one")
    with open(file, "rb") as stream:
        data = stream.read()
    name = routine_name(os.path.basename(file))
    machine = Machine(
        globals_factory=_no_globals,
        input=io.BytesIO(),
        output=io.BytesIO(),
        charset=charset,
        tier="generated",
        code_cache=cache,
    )
    was_collecting = gc.isenabled()
    gc.disable()  # trees and texts have no cycles, and looking for some while they grow takes a tenth of the time
    depth = sys.getrecursionlimit()
    sys.setrecursionlimit(max(depth, FRAME_COUNT_MAX * PYTHON_FRAME_COUNT_MAX))  # what a Run has
    try:
        image = machine.library.link(name, Found(data, file))
        entry = image.kept
        assert entry is not None, "the cache was handed in"
        count = compiled_count = closure_count = 0
        in_place: set[Code | None] = set()
        for code, first in image.regions():
            if code in in_place:
                continue  # the code around does what it does
            count += 1
            is_call = _is_called(image, code, first)
            is_new = not entry.has(code.numbers[first] + (CALL_PART if is_call else 0))
            compiled = machine.tiers.compiled(image, code, first, is_call=True) if is_call else None
            compiled = compiled or machine.tiers.compiled(image, code, first)
            compiled_count += is_new
            closure_count += is_new and compiled is None
            for extern in () if compiled is None else compiled.externs:
                if extern[:2] == ("failed", "BlockFrame"):
                    in_place.add(image.block_below(extern[2]))  # type: ignore[arg-type]
        machine.library.keep()
        if isinstance(image.tree.lines, list):
            image.tree.lines.clear()  # else the collector, which frees the machine, would walk through all of it
    finally:
        sys.setrecursionlimit(depth)
        if was_collecting:
            gc.enable()
    findings = []
    for found in image.outline.diagnostics:
        line = image.lines[found.line - 1] if 0 < found.line <= len(image.lines) else ""
        findings.append(Finding(file, found.line, found.column, found.code, found.message, found.is_warning, line))
    return Done(file, name, len(data), count, compiled_count, closure_count, findings)


def _is_called(image: Image, code: Code, first: int) -> bool:
    """Return whether a region is rather called than entered in another way: by a GOTO, or from the line above.

    A label without formals that nothing in its routine calls is where somebody begins: that is no call in a loop.
    """
    from bumps.interp import nodes
    from bumps.interp.bodies import bodies_of, ends

    label = image.called_at(code, first)
    if label is None or label.line == 0:
        return False  # at its first line a routine is begun by the command
    if not label.name or label.formals is not None:
        return True
    lines = reversed(image.tree.lines[: label.line])
    above = next((line for line in lines if not line.depth and (line.commands or line.bad)), None)
    if above is not None and not ends(above, nodes.Quit, nodes.Goto):
        return False
    bodies = bodies_of(image.tree)
    return label.name in bodies.called and label.name not in bodies.jumped


def gtm_lines(finding: Finding) -> list[str]:
    """Return the two lines that end what GT.M's compiler says of a line: programs look for them."""
    facility = "BUMPS" if finding.code in ("CHARSET", "NAMETOOLONG") else "GTM"
    return [
        f"\t\tAt column {finding.column}, line {finding.line}, source module {finding.file}",
        f"%{facility}-{'W' if finding.warning else 'E'}-{finding.code}, {finding.message}",
    ]


def facts_of(done: Done) -> dict[str, Any]:
    """Return what `--json` prints of a routine."""
    diagnostics = []
    for finding in done.diagnostics:
        facts = finding._asdict()
        del facts["file"]
        diagnostics.append(facts)
    return {**done._asdict(), "diagnostics": diagnostics}


def summary(done: Sequence[Done], seconds: float) -> str:
    """Return the line that ends it all."""
    size = sum(each.bytes for each in done)
    new = [each for each in done if each.compiled]
    old = len(done) - len(new)
    text = (
        f"{parameters.counted(len(new), 'routine')} compiled, {old:,} {'was' if old == 1 else 'were'} there already:"
        f" {size:,} bytes in {seconds:.1f} s"
    )
    left = sum(each.closures for each in done)
    if left:
        text += f"; {parameters.counted(left, 'region')} too deep for Python, left to closures"
    return text


def _must_be_on(cache: CodeCache) -> None:
    """Raise UsageError if there is no cache to put code into."""
    reason = cache.check()
    if reason:
        raise UsageError(
            f"no code cache: {messages.one_line(reason)}",
            hint="$BUMPS_CACHE names its folder, $BUMPS_CACHE_SIZE its bound",
        )


def _no_globals() -> Globals:
    raise AssertionError("nothing runs")

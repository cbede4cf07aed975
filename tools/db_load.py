"""bumps db load: load globals from a file or a pipe, strictly.

Exit status: 0 all is loaded, 1 bad lines were left out (--keep-going), 2 it stopped at a
bad line, or could not begin. What was stored before a bad line is stated, and stays. 130
after Ctrl-C, which ends at a safe point; a second one ends at once. Both leave a sound database.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from bumps.errors import DiskFullError, InputError, StoppedError
from bumps.tools import messages, parameters
from bumps.tools.databases import meta_of, placed
from bumps.tools.parameters import counted
from bumps.tools.progress import Progress
from bumps.tools.streams import open_input, shown

if TYPE_CHECKING:
    from bumps.reader import Reader

Node = tuple[str, bytes, bytes]
PROGRESS_EVERY = 1000
RATE_AFTER_S = 0.1
"""A rate of less time than this says nothing."""


@click.command("load", short_help="load globals from a file or a pipe")
@parameters.database_argument
@click.argument("file", metavar="FILE")
@click.option(
    "--format", "format_name", type=click.Choice(parameters.READ_FORMATS), help="By what the file says of itself."
)
@parameters.charset_option
@click.option("--atomic", is_flag=True, help="One transaction: all of the file, or nothing.")
@click.option("--keep-going", is_flag=True, help="Leave bad lines out, list them, and end with status 1.")
@click.option(
    "--from-line", type=click.IntRange(1), default=1, metavar="N", help="Pass over what begins before line N."
)
@click.option("--dry-run", is_flag=True, help="Check everything and store nothing.")
@parameters.json_option
def load(
    database: str,
    file: str,
    format_name: str | None,
    charset: str | None,
    atomic: bool,
    keep_going: bool,
    from_line: int,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Load the nodes of FILE into DB, which is made if it is not there.

    FILE is ZWR, GO or binary (gtm) as GT.M and YottaDB extract it, or NDJSON or CSV; .gz and .zst are
    unpacked; - is standard input, packed or not. A line that does not parse stops the load. Exit status:
    0 all is loaded, 1 bad lines were left out, 2 it stopped.

    \b
    bumps db load clinic.bumps data.zwr
    bumps db load vista.bumps data.zwr.zst --charset m
    bumps db load clinic.bumps data.zwr --dry-run
    bumps db load clinic.bumps data.zwr --atomic
    bumps db load clinic.bumps data.zwr --keep-going
    bumps db dump clinic.bumps ^PATIENT | bumps db load other.bumps -
    """
    bad_count = 0

    def show(error: InputError) -> None:
        nonlocal bad_count
        bad_count += 1
        click.echo(messages.lines(error)[0], err=True)

    done = store(
        database,
        file,
        format_name=format_name,
        charset=charset,
        atomic=atomic,
        from_line=from_line,
        dry_run=dry_run,
        on_bad_line=show if keep_going else None,
    )
    if as_json:
        parameters.print_json({**done, "bad_lines": bad_count, "stored": not dry_run})
    else:
        rate = f" ({done['nodes'] / done['seconds']:,.0f} nodes/s)" if done["seconds"] >= RATE_AFTER_S else ""
        click.echo(
            f"{'checked' if dry_run else 'loaded'} {counted(done['nodes'], 'node')} of"
            f" {counted(done['globals'], 'global')},"
            f" {parameters.size_text(done['bytes'])}, in {done['seconds']:.1f} s{rate}"
        )
        if "digest" in done:
            click.echo(f"digest of the database {done['digest']}")
        if bad_count:
            click.echo(f"bumps: {counted(bad_count, 'bad line')} left out", err=True)
    raise SystemExit(1 if bad_count else 0)


def store(
    path: str,
    file: str,
    *,
    format_name: str | None = None,
    charset: str | None = None,
    atomic: bool = False,
    from_line: int = 1,
    dry_run: bool = False,
    on_bad_line: Callable[[InputError], None] | None = None,
) -> dict[str, Any]:
    """Load `file` into the database at `path`; return nodes, bytes, globals, seconds and the digest.

    With `on_bad_line` a bad line is given to it and left out; without, InputError is
    raised, and `nodes` of it says how many nodes were stored before. Ctrl-C raises
    StoppedError when what came before is stored.
    """
    import bumps
    from bumps import formats, limits

    meta = meta_of(path)
    used = meta.charset if meta else charset or "utf-8"
    page_size = meta.page_size if meta else limits.PAGE_SIZE_DEFAULT
    stores = not dry_run and not atomic
    with contextlib.ExitStack() as stack:
        lines = stack.enter_context(open_input(file))
        progress = stack.enter_context(Progress("checking" if dry_run else "loading", "nodes"))

        def show(error: InputError) -> None:
            assert on_bad_line is not None
            progress.clear()
            on_bad_line(error)

        nodes = formats.read(
            lines,
            file=shown(file),
            format=format_name,
            charset=used,
            on_bad_line=None if on_bad_line is None else show,
            from_line=from_line,
            key_size_max=limits.key_size_max(page_size),
        )
        counter = _Counter(nodes, progress, stores=stores)
        try:
            if dry_run:
                for _ in counter:
                    pass
                return counter.facts()
            ready = _begun(counter)
            with placed(path), bumps.open(path, charset=charset) as database, counter.interruptible():
                database.load_nodes(ready, atomic=atomic)
                return {**counter.facts(), "digest": database.digest()}
        except InputError as error:
            error.details["nodes"] = counter.nodes if stores else 0
            if not error.hint:
                error.hint = counter.hint(dry_run=dry_run)
            raise
        except DiskFullError as error:
            error.hint = f"free some space; {counter.kept()}"
            raise


def _begun(nodes: Iterable[Node]) -> Iterator[Node]:
    """Return nodes of which the first has been read: a file that holds none leaves no database behind."""
    iterator = iter(nodes)
    return chain(list(islice(iterator, 1)), iterator)


def are(count: int) -> str:
    """Return `1 node is` or `2 nodes are`."""
    return f"{counted(count, 'node')} {'is' if count == 1 else 'are'}"


class _Counter:
    """Passes nodes on and counts them; stops between two of them when Ctrl-C is pressed."""

    def __init__(self, nodes: Reader, progress: Progress, *, stores: bool) -> None:
        self.reader = nodes
        self.progress = progress
        self.stores = stores
        self.nodes = 0
        self.size = 0
        self.names: set[str] = set()
        self.stopped = False

    def __iter__(self) -> Iterator[Node]:
        """Yield the nodes."""
        for node in self.reader:
            if self.stopped:
                raise self._stop()
            self.names.add(node[0])
            self.size += len(node[1]) + len(node[2])
            self.nodes += 1
            if not self.nodes % PROGRESS_EVERY:
                self.progress.update(self.nodes)
            yield node

    @contextlib.contextmanager
    def interruptible(self) -> Iterator[None]:
        """Let the first Ctrl-C stop between two nodes; the second one is as everywhere."""
        before = signal.getsignal(signal.SIGINT)

        def stop(_signal: int, _frame: FrameType | None) -> None:
            self.stopped = True
            signal.signal(signal.SIGINT, before)

        signal.signal(signal.SIGINT, stop)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _stop(self) -> StoppedError:
        """Return the error that says what is stored, and how to go on."""
        line = self.reader.line
        if not self.stores:
            return StoppedError("stopped; nothing is stored", nodes=0, line=0)
        return StoppedError(
            f"stopped; {are(self.nodes)} stored",
            hint=f"go on with --from-line {line}",
            nodes=self.nodes,
            line=line,
        )

    def hint(self, *, dry_run: bool) -> str:
        """Return what became of the nodes before a bad line, and what can be done."""
        if dry_run:
            return "correct it, or leave such lines out by --keep-going"
        if not self.stores or not self.nodes:
            return "nothing is stored; correct it, or leave such lines out by --keep-going"
        return f"{are(self.nodes)} stored that came before it; --dry-run checks a file and stores nothing"

    def kept(self) -> str:
        """Return what a full disk has left of a load, and how to go on."""
        left = "what it has stored stays" if self.stores else "nothing is stored"
        return f"{left}, and the same load can be repeated"

    def facts(self) -> dict[str, Any]:
        """Return the counts, under the names that `--json` prints."""
        return {
            "nodes": self.nodes,
            "bytes": self.size,
            "globals": len(self.names),
            "seconds": round(self.progress.seconds, 3),
        }

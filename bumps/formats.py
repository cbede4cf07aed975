"""The files that globals are loaded from and dumped to: which format one is, and who reads it.

    zwr     bumps/zwr.py      line 2 ends in `ZWR`
    ndjson  bumps/ndjson.py   line 1 begins with `{`
    csv     bumps/csvs.py     line 1 is `global,s1,...,value`
    gtm     bumps/gtm_binary.py  GT.M's binary extract, read only: it says so in its first bytes
    go      bumps/go.py       line 2 holds a date

A name of a file says nothing here: a pipe has none. Whoever opens it unpacks it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from bumps import csvs, go, gtm_binary, limits, ndjson, zwr
from bumps.errors import InputError, UsageError
from bumps.reader import Node, OnBadLine, Reader

READERS: dict[str, type[Reader]] = {
    "zwr": zwr.ZwrReader,
    "go": go.GoReader,
    "ndjson": ndjson.NdjsonReader,
    "csv": csvs.CsvReader,
    "gtm": gtm_binary.GtmBinaryReader,
}
READ_FORMATS = tuple(READERS)
FORMATS = ("zwr", "go", "ndjson", "csv")
"""Those that are written, too."""
_HEAD_SIZE = len(gtm_binary.MAGIC)

_OTHERS = (
    (b"\x1f\x8b", "packed by gzip", "unpack it (gzip -dc), or name it .gz"),
    (b"\x28\xb5\x2f\xfd", "packed by zstd", "unpack it (zstd -dc), or name it .zst"),
    (b"~Format=", "an export of Caché or IRIS", "export it as ZWR, or convert it"),
)
"""What files begin with that people do hand in, what they are, and what to do."""
_DATE = re.compile(rb"\d[-/:.]|[-/:.]\d")
"""What every date and time has: of GO, which says nothing of itself, the second line is one."""
_SHOWN_SIZE = 60


def read(
    lines: BinaryIO,
    *,
    file: str,
    format: str | None,
    charset: str,
    on_bad_line: OnBadLine | None = None,
    from_line: int = 1,
    key_size_max: int = limits.KEY_SIZE_MAX,
) -> Reader:
    """Return an iterator over the nodes of a stream: name without `^`, encoded key, value.

    `format` None takes what the stream says it is; `file` is its name in errors; `charset`
    is the database's. What is no node raises InputError (facts: file, line, column, text);
    with `on_bad_line` each such error is given to it instead, and the node left out.
    Records that begin before `from_line` are passed over. `Reader.line` is where the last
    node began.
    """
    if format is not None and format not in READERS:
        raise UsageError(f"format {format!r}: it is {', '.join(READ_FORMATS)}")
    head = head_of(lines)
    return READERS[format or detect(head, file)](
        head,
        lines,
        file=file,
        charset=charset,
        on_bad_line=on_bad_line,
        from_line=from_line,
        key_size_max=key_size_max,
    )


def head_of(lines: BinaryIO) -> list[bytes]:
    """Read the first two lines, or of a binary file only its first bytes: it has no lines."""
    first = lines.readline(_HEAD_SIZE)
    if first.startswith(gtm_binary.MAGIC):
        return [first]
    if not first.endswith(b"\n"):
        first += lines.readline(limits.LINE_SIZE_MAX - len(first))
    return [line for line in (first, lines.readline(limits.LINE_SIZE_MAX)) if line]


def detect(head: list[bytes], file: str) -> str:
    """Return which format a stream is by its first two lines; raise InputError if it can be none."""
    if not head:
        raise InputError(f"{file}:1:1: the file is empty", file=file, line=1, column=1, text="")
    for start, what, hint in _OTHERS:
        if head[0].startswith(start):
            raise InputError(f"{file}:1:1: this is {what}", file=file, line=1, column=1, text="", hint=hint)
    if head[0].startswith(gtm_binary.MAGIC):
        return "gtm"
    if len(head) == 2 and head[1].rstrip().endswith(b"ZWR"):
        return "zwr"
    if head[0].startswith(b"{"):
        return "ndjson"
    if csvs.HEAD.fullmatch(head[0]):
        return "csv"
    if head[0].startswith(b"^"):
        what, hint = "a node where the head must be", "put a label and a date ending in ZWR before it, as two lines"
    elif len(head) == 2 and not _DATE.search(head[1]):
        what, hint = (
            "no file of globals: its second line has no date and no ZWR",
            f"--format says what it is: {', '.join(READ_FORMATS)}",
        )
    else:
        return "go"
    shown = head[0][:_SHOWN_SIZE].decode("ascii", "backslashreplace").rstrip()
    raise InputError(f"{file}:1:1: {what}: {shown}", file=file, line=1, column=1, text=shown, hint=hint)


def write(out: BinaryIO, format: str, charset: str, label: str, nodes: Iterable[Node], time: Sequence[int]) -> int:
    """Write nodes in the order they come, and return their count.

    `label` and `time` (a struct_time, or year, month, day, hour, minute, second) are for the
    formats that have a head: the same nodes, label and time are the same bytes. CSV goes
    through `nodes` twice. Raises UsageError for what the format cannot hold.
    """
    match format:
        case "zwr":
            return zwr.write(out, charset, label, nodes, time)
        case "go":
            return go.write(out, charset, label, nodes, time)
        case "ndjson":
            return ndjson.write(out, charset, nodes)
        case "csv":
            return csvs.write(out, charset, nodes)
    raise UsageError(f"format {format!r}: it is {', '.join(FORMATS)}")

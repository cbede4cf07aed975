"""bumps run --trace: each line of M that runs, as text for a person or as JSON for a program."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TextIO

from bumps.interp.machine import Machine
from bumps.interp.names import format_value
from bumps.interp.trace import SHOWN_SIZE_MAX, Trace, Traced
from bumps.tools.messages import one_line
from bumps.tools.tracing_command import JSON, TEXT

PLACE_SIZE = 20


class TraceWriter:
    """Writes the trace of a Run to standard error, or to a file."""

    def __init__(self, form: str, path: str | None) -> None:
        """`form` is `text` or `json`. Raise OSError if the file cannot be written."""
        self._write = self._write_json if form == JSON else self._write_text
        self._charset = "utf-8"
        self._stream: TextIO = sys.stderr if path is None else Path(path).open("w", encoding="utf-8")
        self._trace: Trace | None = None
        self._failure: OSError | None = None

    def begin(self, machine: Machine) -> None:
        """Trace this machine from now on."""
        self._charset = machine.charset
        self._trace = Trace(machine, self._tell)

    def end(self) -> None:
        """Write what the last line has changed. Raise OSError if anything could not be written."""
        assert self._trace is not None, "it has begun"
        self._trace.finish()
        try:
            self._stream.flush() if self._stream is sys.stderr else self._stream.close()
        except OSError as failure:
            self._failure = self._failure or failure
        if self._failure is not None:
            raise self._failure

    def _tell(self, traced: Traced) -> None:
        if self._failure is not None:
            return  # the program itself goes on as if nobody looked
        try:
            self._write(traced)
        except OSError as failure:
            self._failure = failure

    def _write_text(self, traced: Traced) -> None:
        indent = " " * (3 + 1 + 10 + 2)
        lines = [f"{indent}{self._change_text(each.name, each.value)}" for each in traced.changes]
        if traced.more_count:
            lines.append(f"{indent}and {traced.more_count:,} more")
        where = traced.place or "end"
        text = traced.line.replace("\t", " ").strip() if traced.place else ""
        lines.append(f"{traced.depth:>3} {traced.steps:>10,}  {where:<{PLACE_SIZE}}  {text}")
        self._stream.write("\n".join([one_line(line).rstrip() for line in lines]) + "\n")

    def _change_text(self, name: str, value: str | None) -> str:
        if value is None:
            return f"{name} is undefined"
        text = format_value(value[:SHOWN_SIZE_MAX], self._charset)
        return f"{name}={text}" + (f"... {len(value):,} characters" if len(value) > SHOWN_SIZE_MAX else "")

    def _write_json(self, traced: Traced) -> None:
        self._stream.write(json.dumps(traced.facts()) + "\n")


def trace_of(form: str | None, path: str | None) -> TraceWriter | None:
    """Return what the options ask for: a file alone means text. None for no trace."""
    return None if form is None and path is None else TraceWriter(form or TEXT, path)

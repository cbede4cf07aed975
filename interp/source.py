"""The source of a routine: from bytes to lines of text, and what is wrong with it.

A routine is bytes. In charset `m` each byte is a character (latin-1). In `utf-8`
the file is UTF-8 if it is valid UTF-8, else latin-1 as a whole, with a diagnostic.
LF ends a line; a CR before it is dropped; TAB and space both start code.
"""

from __future__ import annotations

from typing import NamedTuple

from bumps.limits import SOURCE_LINE_SIZE_MAX


class Diagnostic(NamedTuple):
    """What is wrong with a line: it never keeps a routine from running."""

    line: int
    """From 1; 0 is the file as a whole."""
    column: int
    """From 1, in characters."""
    code: str
    """GT.M's mnemonic: EXPR, INVCMD, SPOREOL ...; CHARSET and NAMETOOLONG are ours."""
    message: str
    is_warning: bool = False
    """True if the line means what it says all the same."""

    def __str__(self) -> str:
        """Return `line:column: CODE: message`."""
        return f"{self.line}:{self.column}: {self.code}: {self.message}"


class Source(NamedTuple):
    """The text of a routine."""

    name: str
    lines: tuple[str, ...]
    """Without their line ends. A line feed at the very end starts no further line; an empty file is one empty line."""
    charset: str
    """How the bytes were read: `utf-8` or `latin-1`."""
    diagnostics: tuple[Diagnostic, ...]


def read(data: bytes, *, name: str, charset: str = "m") -> Source:
    """Return the lines of a routine. `charset` is that of the database: `m` or `utf-8`. Never raises."""
    diagnostics = []
    used = "latin-1"
    if charset == "utf-8":
        try:
            text = data.decode("utf-8")
            used = "utf-8"
        except UnicodeDecodeError as error:
            text = data.decode("latin-1")
            number = data.count(b"\n", 0, error.start) + 1
            column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
            diagnostics.append(
                Diagnostic(number, column, "CHARSET", "not valid UTF-8: the file is read as latin-1", is_warning=True)
            )
    else:
        text = data.decode("latin-1")
    lines = text.split("\n")
    if lines[-1] == "" and len(lines) > 1:
        lines.pop()
    if "\r" in text:
        lines = [line[:-1] if line.endswith("\r") else line for line in lines]
    for number, line in enumerate(lines, start=1):
        if len(line) > SOURCE_LINE_SIZE_MAX:
            diagnostics.append(
                Diagnostic(number, SOURCE_LINE_SIZE_MAX + 1, "LSEXPECTED", "the line is too long to be used")
            )
    return Source(name, tuple(lines), used, tuple(diagnostics))

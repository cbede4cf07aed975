"""$ZPARSE and $ZSEARCH: names of files, completed and looked for, as GT.M does both.

A name is a folder, a name and a type: `/tmp/`, `a`, `.m`. A name that begins with its only dot is a name without
a type. Nothing here opens a file; links are not followed, but for `..` the text alone counts.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from bumps.interp.codes import merror
from bumps.interp.symbols import Value
from bumps.interp.values import to_integer, to_text

FIELDS = ("NAME", "NODE", "DEVICE", "DIRECTORY", "TYPE", "VERSION")
"""What may be asked for, shortest abbreviation first: `N` is NAME. NODE, DEVICE and VERSION are the whole name."""

KINDS = ("NO_CONCEAL", "SYNTAX_ONLY")
STREAM_COUNT = 256

Search = Callable[[], list[str]]
"""Finds files; who looks for them may do it in another way."""

_VARIABLE = re.compile(r"\$(\w+)")
_WILD = re.compile(r"\\(.)|([*?])", re.DOTALL)


class Parts(NamedTuple):
    """A file name, taken apart; what is not there is empty."""

    folder: str
    """With the slash behind it."""
    name: str
    type: str
    """With its dot."""


def _abbreviated(text: str, words: Sequence[str]) -> str:
    """Return the first word that `text` begins, in any case; empty if there is none."""
    upper = text.upper()
    return next((word for word in words if word.startswith(upper)), "")


def _split(path: str, environment: Mapping[str, str]) -> Parts:
    """Take a file name apart. A variable of the environment may stand for a part of the path: `$HOME/x`."""
    pieces = [_VARIABLE.fullmatch(piece) for piece in path.split("/")]
    known = [environment.get(found[1], found[0]) if found else None for found in pieces]
    path = "/".join(piece if new is None else new for piece, new in zip(path.split("/"), known, strict=True))
    folder, slash, last = path.rpartition("/")
    if last in (".", ".."):
        return Parts(f"{folder}{slash}{last}/", "", "")
    dot = last.rfind(".")
    return Parts(folder + slash, last[:dot], last[dot:]) if dot > 0 else Parts(folder + slash, last, "")


def _whole(folder: str, base: str) -> str:
    """Return the folder from the root on, with one slash behind it."""
    path = os.path.normpath(os.path.join(base, folder))
    if path.startswith("//"):
        path = path[1:]
    return path if path.endswith("/") else f"{path}/"


def zparse(
    values: Sequence[Value | None],
    base: str,
    environment: Mapping[str, str],
    is_visible: Callable[[str], bool],
    is_folder: Callable[[str], bool] = os.path.isdir,
) -> str:
    """Do $ZPARSE of a name, a field, two names with defaults, and a kind; empty if its folder is not there.

    `base` is the folder that names without one are in. The second default counts only behind a first one. A folder
    that is not visible is not there; `is_folder` says of the others.
    """
    texts = ["" if value is None else to_text(value) for value in [*values, *[None] * (5 - len(values))]]
    path, wanted, first, second, kind = texts
    field = _abbreviated(wanted, FIELDS) if wanted else ""
    if wanted and not field:
        raise merror("ZPARSFLDBAD", wanted)
    if kind and not _abbreviated(kind, KINDS):
        raise merror("ZPARSETYPE", kind)
    parts = _split(path, environment)
    for default in (first, second) if first else ():
        more = _split(default, environment)
        parts = Parts(parts.folder or more.folder, parts.name or more.name, parts.type or more.type)
    folder = _whole(parts.folder, base)
    is_syntax_only = kind and _abbreviated(kind, KINDS) == "SYNTAX_ONLY"
    if not is_syntax_only and not _WILD.search(folder) and not (is_visible(folder) and is_folder(folder)):
        return ""
    match field:
        case "DIRECTORY":
            return folder
        case "NAME":
            return parts.name
        case "TYPE":
            return parts.type
    return f"{folder}{parts.name}{parts.type}"


def _pattern(text: str) -> re.Pattern[str] | None:
    """Return what matches a part of a path with `*` and `?`; None if it has neither."""
    if not _WILD.search(text):
        return None
    expression, at = "", 0
    for found in _WILD.finditer(text):
        expression += re.escape(text[at : found.start()])
        expression += re.escape(found[1]) if found[1] is not None else ".*" if found[2] == "*" else "."
        at = found.end()
    return re.compile(expression + re.escape(text[at:]), re.DOTALL)


def found_files(pattern: str, base: str, environment: Mapping[str, str]) -> list[str]:
    """Return the files and folders that a name with `*` and `?` stands for, in order."""
    if not pattern:
        return []
    parts = _split(pattern, environment)
    pieces = [piece for piece in f"{_whole(parts.folder, base)}{parts.name}{parts.type}".split("/") if piece]
    paths = ["/"]
    for piece in pieces:
        matcher = _pattern(piece)
        if matcher is None:
            paths = [path for path in (os.path.join(above, piece) for above in paths) if os.path.lexists(path)]
            continue
        paths = [
            os.path.join(above, entry)
            for above in paths
            if os.path.isdir(above)
            for entry in _entries(above)
            if matcher.fullmatch(entry)
        ]
    return sorted(paths, key=os.fsencode)


def _entries(folder: str) -> list[str]:
    """Return what a folder holds; nothing if it may not be read."""
    try:
        return os.listdir(folder)
    except OSError:
        return []


class Searches:
    """The streams of $ZSEARCH: each goes through the files of its last pattern."""

    def __init__(self, is_visible: Callable[[str], bool], find: Callable[[str, Search], list[str]]) -> None:
        """Find nothing but what is visible: the policy of the Run says what that is. `find` does a search."""
        self.is_visible = is_visible
        self.find = find
        self._waiting: dict[int, tuple[str, list[str]]] = {}

    def next(self, values: Sequence[Value | None], base: str, environment: Mapping[str, str]) -> str:
        """Return the next file of a pattern, empty behind the last one; another pattern begins anew."""
        pattern = to_text(values[0] or "")
        stream = 0 if len(values) < 2 or values[1] is None else to_integer(values[1])
        if not 0 <= stream < STREAM_COUNT:
            raise merror("ZSRCHSTRMCT")
        known, files = self._waiting.get(stream, ("", []))
        if known != pattern or stream not in self._waiting:
            found = self.find(pattern, lambda: [*filter(self.is_visible, found_files(pattern, base, environment))])
            files = found[::-1]
        if not files:
            self._waiting.pop(stream, None)
            return ""
        self._waiting[stream] = (pattern, files)
        return files.pop()

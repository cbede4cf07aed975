"""$ZPARSE and $ZSEARCH: names of files made whole, and the files that match a name.

A name is a directory, which ends with `/`, a name, and a type, which begins with the last `.` that is not the first
character. `$VARIABLE` in it is that of the environment. `*` and `?` are wild behind the last `/` only.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import NamedTuple

from bumps.interp.codes import merror
from bumps.interp.symbols import Value
from bumps.interp.values import to_integer, to_text
from bumps.interp.world import World

FIELDS = ("DIRECTORY", "NAME", "TYPE", "DEVICE", "NODE", "VERSION")
"""What $ZPARSE can give; the last three mean nothing here, and give the whole."""

SYNTAX_ONLY = "SYNTAX_ONLY"
KINDS = ("NO_CONCEAL", SYNTAX_ONLY)
NAME_SIZE_MAX = 255
"""In bytes; a longer one is none, as on GT.M."""

STREAM_COUNT = 256

_VARIABLE = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")


class Parts(NamedTuple):
    """The parts of the name of a file; those that are left out are empty."""

    directory: str
    name: str
    type: str

    def or_else(self, other: Parts) -> Parts:
        """Return these parts, and those of another name where these are empty."""
        return Parts(*[mine or others for mine, others in zip(self, other, strict=True)])


def parts_of(text: str) -> Parts:
    """Return the parts of a name."""
    directory, slash, last = text.rpartition("/")
    if last in (".", ".."):
        return Parts(f"{text}/", "", "")
    at = last.rfind(".")
    return Parts(directory + slash, last[:at], last[at:]) if at > 0 else Parts(directory + slash, last, "")


class FileNames:
    """The names of files that one machine asks for."""

    def __init__(self, world: World) -> None:
        """Begin with no search."""
        self.world = world
        self._streams: dict[int, tuple[str, list[str]]] = {}
        """What each stream searches for, and what is still to be told."""

    def parse(
        self,
        file: Value | None,
        field: Value | None = None,
        related: Value | None = None,
        default: Value | None = None,
        kind: Value | None = None,
    ) -> str:
        """Return $ZPARSE: the whole name of a file, or a field of it; empty if its directory is not there.

        What is left out is taken from `related`, if that is not empty also from `default`, then from the folder
        where the program stands. `kind` SYNTAX_ONLY does not look for the directory.
        """
        wanted = _full_name(field, FIELDS, "ZPARSFLDBAD")
        is_looked_for = _full_name(kind, KINDS, "ZPARSETYPE") != SYNTAX_ONLY
        names = [_text(file)]
        if _text(related):
            names += [_text(related), _text(default)]
        parts = Parts("", "", "")
        for name in names:
            known = self._known(name)
            if known is None:
                return ""
            parts = parts.or_else(parts_of(known))
        directory = os.path.join(os.path.normpath(os.path.join(self.world.folder, parts.directory)), "")
        directory = "/" + directory.lstrip("/")
        whole = directory + parts.name + parts.type
        if len(os.fsencode(whole)) > NAME_SIZE_MAX or (is_looked_for and not os.path.isdir(directory)):
            return ""
        if wanted == "DIRECTORY":
            return directory
        return {"NAME": parts.name, "TYPE": parts.type}.get(wanted, whole)

    def search(self, pattern: Value, stream: Value = 0) -> str:
        """Return $ZSEARCH: the next file, in order, that a stream has not told yet; empty after the last one.

        Another pattern, or the end, begins the search of a stream anew.
        """
        number, text = to_integer(stream), to_text(pattern)
        if not 0 <= number < STREAM_COUNT:
            raise merror("ZSRCHSTRMCT")
        known = self._known(text)
        if not known:
            self._streams.pop(number, None)
            return ""
        wanted = os.path.normpath(os.path.join(self.world.folder, known))
        searched, found = self._streams.get(number, ("", []))
        if searched != wanted:
            found = _matching(wanted)
        if not found:
            self._streams.pop(number, None)
            return ""
        self._streams[number] = wanted, found[1:]
        return found[0]

    def _known(self, text: str) -> str | None:
        """Return a name with its variables replaced, None if one is not set."""
        environment = self.world.environment
        if any(name not in environment for name in _VARIABLE.findall(text)):
            return None
        return _VARIABLE.sub(lambda found: environment[found[1]], text)


def _matching(path: str) -> list[str]:
    """Return the files that match a path, in order."""
    directory, name = os.path.split(path)
    if "*" not in name and "?" not in name:
        return [path] if os.path.lexists(path) else []
    parts = {"*": ".*", "?": "."}
    matches = re.compile("".join([parts.get(character) or re.escape(character) for character in name]), re.DOTALL)
    try:
        found = os.listdir(directory)
    except OSError:
        return []
    names = sorted(each for each in found if matches.fullmatch(each) and (each[0] != "." or name[0] == "."))
    return [os.path.join(directory, each) for each in names]


def _text(value: Value | None) -> str:
    return "" if value is None else to_text(value)


def _full_name(value: Value | None, names: Sequence[str], error: str) -> str:
    """Return the name that a word, in any case, is the beginning of; empty for none; else raise the error."""
    word = _text(value)
    if not word:
        return ""
    for name in names:
        if name.startswith(word.upper()):
            return name
    raise merror(error, word)

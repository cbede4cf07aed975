"""M programs as commands meet them: where they come from, how they begin, and how they end."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bumps.errors import MError, UsageError
from bumps.tools import messages
from bumps.tools.databases import LazyDatabase

if TYPE_CHECKING:
    from bumps.interp.machine import Machine

ENTRYREF = re.compile(r"(?:(?:%?[A-Za-z][A-Za-z0-9]*|[0-9]+|%)(?:\+[0-9]+)?\^|\^)?(%[A-Za-z0-9]*|[A-Za-z][A-Za-z0-9]*)")
FIRST_LABEL = re.compile(rb"%?[A-Za-z][A-Za-z0-9]*")
STANDARD_INPUT = "<standard input>"
NAMELESS = "MAIN"
STATUS_M_ERROR = 1


def entry_of(text: str) -> str:
    """Return `LABEL^ROUTINE` or `^ROUTINE` for what a user may type; a bare name is a routine."""
    if not ENTRYREF.fullmatch(text):
        raise UsageError(f"{text}: not an entryref", hint="write ROUTINE, ^ROUTINE or LABEL^ROUTINE")
    return text if "^" in text else f"^{text}"


def name_of(source: bytes) -> str:
    """Return the name of a routine that has no file: its first label, or MAIN."""
    found = FIRST_LABEL.match(source)
    return found.group().decode("ascii") if found else NAMELESS

"""ZCOMPILE: is anything wrong with a routine? There are no object files: it is parsed, and told what was found."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bumps.interp import source
from bumps.interp.codes import CODES
from bumps.interp.confinement import check
from bumps.interp.source import Diagnostic

if TYPE_CHECKING:
    from bumps.interp.machine import Machine

SOUND = 1
ABSENT = -150372730
"""$ZCSTATUS if a file is not there, as GT.M has it."""


def zcompile(machine: Machine, text: str) -> None:
    """Do ZCOMPILE of files, with qualifiers before them: parse each, warn of what is wrong, set $ZCSTATUS."""
    check(not machine.device.files.policy.is_confined, "ZCOMPILE", ("--allow-read",))
    from bumps.interp import grammar  # its library takes a tenth of a second

    for word in text.split():
        if word.startswith("-"):
            continue
        file = Path(os.path.join(machine.world.folder, word if word.endswith(".m") else f"{word}.m"))
        data = machine.world.host.contents(str(file))
        if data is None:
            machine.world.warn(f"{file}: there is no such file")
            machine.zcstatus = ABSENT
            continue
        lines = source.read(data, name=file.stem, charset=machine.charset)
        found = grammar.parse_routine(lines).diagnostics
        for diagnostic in found:
            machine.world.warn(f"{file}:{diagnostic}")
        machine.zcstatus = status_of(found)


def status_of(diagnostics: Sequence[Diagnostic]) -> int:
    """Return $ZCSTATUS: the number of the last error, 1 if there is none."""
    numbers = [CODES[each.code].number for each in diagnostics if not each.is_warning and each.code in CODES]
    return numbers[-1] if numbers else SOUND

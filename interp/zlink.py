"""ZLINK: a routine read anew, from where routines are looked for or from a file that is named."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from bumps.interp.codes import merror
from bumps.interp.routines import Found
from bumps.interp.zcompile import status_of

if TYPE_CHECKING:
    from bumps.interp.machine import Machine

_FILE = re.compile(r"[%_]?[A-Za-z][A-Za-z0-9]*|[%_]")
"""What the file of a routine is called, without its end."""

READ_SIZE = 65536


def zlink(machine: Machine, name: str) -> None:
    """Do ZLINK of a routine or, with a `/` in its name, of that file; $ZCSTATUS says what was wrong in it."""
    folder, slash, last = name.rpartition("/")
    file = last.removesuffix(".m").removesuffix(".o")
    if not file:
        raise merror("ZLINKFILE", name)
    if not _FILE.fullmatch(file):
        raise merror("ZLINKFILE" if "." in file else "NOTMNAME", file)
    routine = "%" + file[1:] if file[0] == "_" else file
    image = machine.library.link(routine, _source(machine, f"{folder}/{file}.m", name) if slash else None)
    machine.zcstatus = status_of(image.outline.diagnostics)


def _source(machine: Machine, path: str, name: str) -> Found:
    """Return what is in the file of a routine; ZLINKFILE if there is none."""
    host = machine.world.host
    try:
        number = machine.device.files.open(path, os.O_RDONLY)
        try:
            return Found(b"".join(iter(lambda: host.read(number, READ_SIZE), b"")), path)
        finally:
            host.close(number)
    except OSError as error:
        raise merror("ZLINKFILE", name) from error

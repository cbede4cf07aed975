"""ZEDIT: the source of a routine in the user's editor, if the policy of the Run allows commands."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from bumps.interp.codes import merror
from bumps.interp.confinement import check
from bumps.interp.routines import Folders
from bumps.interp.values import to_text

if TYPE_CHECKING:
    from bumps.interp.machine import Machine

EDITOR = "vi"
"""What edits where `$EDITOR` names nothing."""


def zedit(machine: Machine, name: str | None) -> None:
    """Do ZEDIT: edit `name`, or what $ZSOURCE names, by `$EDITOR`; $ZEDITOR is the editor's exit status.

    A name without a folder is looked for along $ZROUTINES, and is made in the first of these folders. $ZSOURCE is the
    name without `.m` then, which is what ZLINK takes. Raises ZEDFILSPEC, and RESTRICTEDOP where commands are refused.
    """
    check(machine.device.files.policy.has_pipes, "ZEDIT", ("--pipe",))
    source = machine.specials.settable_texts
    wanted = to_text(source["ZSOURCE"]) if name is None else name
    path = _path(machine, wanted)
    if name is not None:
        source["ZSOURCE"] = wanted.removesuffix(".m")
    machine.device.principal.flush()
    editor = machine.world.environment.get("EDITOR") or EDITOR
    machine.zeditor = machine.world.run_command(f"{editor} {shlex.quote(path)}", machine.world.folder)


def _path(machine: Machine, name: str) -> str:
    """Return the file that is edited."""
    files = machine.device.files
    folder, slash, last = name.rpartition("/")
    if (not last and not slash) or last.endswith(".o"):
        raise merror("ZEDFILSPEC", name)
    file = last if "." in last else f"{last}.m"
    if slash:
        path = os.path.normpath(files.absolute(f"{folder}/{file}"))
        if not last or not machine.world.host.is_folder(os.path.dirname(path)):
            error = merror("ZEDFILSPEC", name)
            error.message += ",%GTM-E-FILENOTFND, File  not found"
            raise error
        return path
    loader = machine.library.loader
    folders = loader.path if isinstance(loader, Folders) else ()
    places = [files.absolute(each) for each in folders] or [files.folder]
    paths = [os.path.normpath(os.path.join(each, file)) for each in places]
    return next((path for path in paths if machine.world.host.exists(path)), paths[0])

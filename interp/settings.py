"""Z special variables that are settings, or say the same for ever: what SET may store, and what it means here.

Those of triggers are what GT.M says outside of one. A setting that GT.M heeds and bumps does not is refused by name.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from bumps.interp.codes import merror, unbuilt
from bumps.interp.confinement import check
from bumps.interp.routines import Folders
from bumps.interp.symbols import Value
from bumps.interp.values import to_bool, to_integer, to_text

if TYPE_CHECKING:
    from bumps.interp.compile_base import Get
    from bumps.interp.machine import Machine

CONSTANTS: dict[str, Value] = {
    **dict.fromkeys(("ZAUDIT", "ZININTERRUPT", "ZONLNRLBK", "ZTLEVEL"), 0),
    **dict.fromkeys(
        ("ZTCODE", "ZTDATA", "ZTDELIM", "ZTNAME", "ZTOLDVAL", "ZTRIGGEROP", "ZTUPDATE", "ZTVALUE", "ZTSLATE"), ""
    ),
}

HINTS = ("ZMALLOCLIM", "ZSTRPLLIM")
"""Numbers about memory: they are stored, and nothing comes of them."""

_FOLDER = re.compile(r"([^\s()]+)(?:\(([^()]*)\))?")


class Settings:
    """The settings of one machine."""

    def __init__(self, machine: Machine) -> None:
        """Start with what GT.M starts with."""
        self.machine = machine
        self.date_form = 0
        self.step = "B"
        self.quits_as_wanted = 0
        """$ZQUIT: whether a QUIT of DO may have a value, and that of an extrinsic none."""
        self.hints = dict.fromkeys(HINTS, 0)
        self.system = ""
        """What SET has put behind $SYSTEM."""

    def getters(self) -> dict[str, Get]:
        """Return what reads each variable."""
        machine = self.machine
        found: dict[str, Get] = {name: _constantly(value) for name, value in CONSTANTS.items()}
        found |= {name: self._hint_getter(name) for name in HINTS}
        found |= dict.fromkeys(("ZALLOCSTOR", "ZREALSTOR", "ZUSEDSTOR"), machine.world.host.memory_size)
        found["ZCSTATUS"] = lambda: machine.zcstatus
        found["ZDATEFORM"] = lambda: self.date_form
        found["ZSTEP"] = lambda: self.step
        found["ZQUIT"] = lambda: self.quits_as_wanted
        found["ZTIMEOUT"] = machine.timeouts.get
        found["ZMAXTPTIME"] = lambda: machine.timeouts.transaction_seconds
        found["ZEDITOR"] = lambda: machine.zeditor
        found["ZPATNUMERIC"] = lambda: "M" if machine.charset == "m" else "UTF-8"
        found["SYSTEM"] = lambda: f"47,{machine.world.system}{self.system}"
        return found

    def setters(self) -> dict[str, Callable[[Value], None]]:
        """Return what SET does with each variable."""
        found = {name: self._hint_setter(name) for name in HINTS}
        found |= {name: _in_trigger_only(name) for name in ("ZTSLATE", "ZTVALUE")}
        found["SYSTEM"] = self._set_system
        found["ZSTEP"] = self._set_step
        found["ZQUIT"] = self._set_quit
        found["ZTIMEOUT"] = self.machine.timeouts.set
        found["ZMAXTPTIME"] = self._set_transaction_seconds
        found["ZDATEFORM"] = self._set_date_form
        found["ZDIRECTORY"] = self._set_directory
        found["ZGBLDIR"] = self._set_global_directory
        found["ZROUTINES"] = self._set_routines
        return found

    def _hint_getter(self, name: str) -> Get:
        return lambda: self.hints[name]

    def _hint_setter(self, name: str) -> Callable[[Value], None]:
        def store(value: Value) -> None:
            self.hints[name] = to_integer(value)

        return store

    def _set_system(self, value: Value) -> None:
        self.system = to_text(value)

    def _set_step(self, value: Value) -> None:
        """Store the action of ZSTEP, which must be code."""
        text = to_text(value)
        self.machine.indirection.code(text)
        self.step = text

    def _set_quit(self, value: Value) -> None:
        self.quits_as_wanted = 1 if to_bool(value) else 0

    def _set_transaction_seconds(self, value: Value) -> None:
        self.machine.timeouts.transaction_seconds = to_integer(value)

    def _set_date_form(self, value: Value) -> None:
        self.date_form = to_integer(value)

    def _set_directory(self, value: Value) -> None:
        """Change where relative names of files begin, those of devices, too. The folder of the process stays."""
        world = self.machine.world
        folder = os.path.normpath(os.path.join(world.folder, to_text(value)))
        if not world.host.is_folder(folder):
            raise merror("SETZDIR", to_text(value))
        world.folder = self.machine.device.files.folder = folder

    def _set_global_directory(self, value: Value) -> None:
        name = to_text(value)
        if name not in ("", self.machine.database_name):
            raise merror("ZGBLDIRACC", name, ".  Retaining ", self.machine.database_name)

    def _set_routines(self, value: Value) -> None:
        """Look for routines in other folders: `obj(src src)` means `src src`. Those that are linked stay."""
        check(not self.machine.device.files.policy.is_confined, "SET $ZROUTINES", ("--allow-read",))
        text = to_text(value)
        folders: list[str] = []
        for found in _FOLDER.finditer(text):
            folders += [found[1]] if found[2] is None else found[2].split()
        for folder in folders:
            if not self.machine.world.host.exists(folder):
                raise merror("ZROSYNTAX", text)
        loader = self.machine.library.loader
        if not isinstance(loader, Folders):
            raise unbuilt("SET $ZROUTINES where routines are not in folders")
        self.machine.library.loader = loader.elsewhere(folders or ["."])
        self.machine.routine_path = text


def _constantly(value: Value) -> Get:
    return lambda: value


def _in_trigger_only(name: str) -> Callable[[Value], None]:
    def refuse(value: Value) -> None:
        raise merror("SETINTRIGONLY", name)

    return refuse

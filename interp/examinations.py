"""$ZJOBEXAM: what a Run is made of at this moment, by ZSHOW, in a file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from bumps.errors import MError
from bumps.interp.symbols import Value
from bumps.interp.values import to_text

if TYPE_CHECKING:
    from bumps.interp.machine import Machine

NAME = "GTM_JOBEXAM.ZSHOW_DMP"
"""What the file is called if nobody says so: behind it the process and a number, as GT.M has it."""


class Examinations:
    """$ZJOBEXAM of one machine."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.count = 0

    def examine(self, name: Value = "", codes: Value = "*") -> Value:
        """Write what ZSHOW shows of `codes` into a file that is made anew, and return its full name.

        If the file cannot be made, it is written to the current device, and the name is empty: measured on GT.M. A
        code that there is not ends the output. Raises RESTRICTEDOP where the policy does not grant the file.
        """
        machine = self.machine
        devices = machine.device
        self.count += 1
        file = to_text(name) or f"{NAME}_{machine.world.process_id}_{self.count}"
        path = os.path.normpath(devices.files.absolute(file))
        before = devices.current
        try:
            devices.open(path, (("NEWVERSION", None),), None, "")
            devices.use(path, ())
        except MError as error:
            if error.name == "RESTRICTEDOP":
                raise
            path = ""
        try:
            machine.shows.show(to_text(codes), None)
        except MError as error:
            if error.name != "ZSHOWBADFUNC":
                raise
        finally:
            if path:
                devices.close(path, ())
            devices.current = before
        return path

"""ZHELP: the language in lines, on the current device."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bumps.interp.machine import Machine


def zhelp(machine: Machine, word: str = "") -> None:
    """Do ZHELP of a word: a command or `$name` in any spelling, a kind, another topic; of nothing: list all."""
    from bumps.interp.helps import lines_about  # not before somebody asks

    device = machine.device.current
    for line in lines_about(word.strip().upper()):
        device.write(line)
        device.new_line()

"""ZSYSTEM: a command for the operating system, if the policy of the Run allows commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bumps.interp.confinement import check

if TYPE_CHECKING:
    from bumps.interp.machine import Machine


def zsystem(machine: Machine, command: str) -> None:
    """Do ZSYSTEM: run a command on the streams of this process, in its folder; $ZSYSTEM is the status or the signal.

    RESTRICTEDOP where the policy of the Run has no PIPE devices: they run commands, too.
    """
    check(machine.device.files.policy.has_pipes, "ZSYSTEM", ("--pipe",))
    machine.device.principal.flush()
    machine.zsystem = machine.world.run_command(command, machine.world.folder)

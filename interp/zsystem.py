"""ZSYSTEM: a command for the operating system, if the Run is allowed to give one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bumps.interp.codes import own_error

if TYPE_CHECKING:
    from bumps.interp.machine import Machine

SHELL = "/bin/sh"


def zsystem(machine: Machine, command: str) -> None:
    """Do ZSYSTEM: run a command on the streams of this process; $ZSYSTEM is its exit status, or the signal's number.

    RESTRICTED, unless the world has a way to run commands.
    """
    run = machine.world.run_command
    if run is None:
        raise own_error(
            "RESTRICTED",
            "ZSYSTEM: this Run may not give commands to the operating system",
            hint="bumps run --allow-zsystem, bumps shell --allow-zsystem",
        )
    machine.device.principal.flush()
    machine.zsystem = run(command)


def run_command(command: str) -> int:
    """Run a command in a shell, an interactive one if it is empty, and wait for it."""
    import subprocess  # not before somebody asks

    arguments = [SHELL, "-c", command] if command else [SHELL]
    return abs(subprocess.run(arguments, check=False).returncode)

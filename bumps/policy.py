"""What an M program may reach beside its database: files, commands, the network."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """The grants of one Run. The default grants what the process itself may do.

    Policy(read=["reports"])        may read files below `reports`, write none, and run no command
    Policy(network=False)           files and commands, but no sockets
    """

    read: tuple[str, ...] | list[str] | None = None
    """Folders whose files may be read; None with `write` None: all files."""
    write: tuple[str, ...] | list[str] | None = None
    """Folders whose files may be read, written, made and removed."""
    pipe: bool | None = None
    """Whether a PIPE device may run commands. None: only if files are not confined, for a command reads any file."""
    network: bool = True
    """Whether a SOCKET device may connect and listen."""

    @property
    def is_confined(self) -> bool:
        """Whether files are confined to folders."""
        return self.read is not None or self.write is not None

    @property
    def has_pipes(self) -> bool:
        """Whether commands may be run."""
        return not self.is_confined if self.pipe is None else self.pipe

    @property
    def writable(self) -> tuple[str, ...]:
        """The folders whose files may be written, of a Policy that confines."""
        return tuple(self.write or ())

    @property
    def readable(self) -> tuple[str, ...]:
        """The folders whose files may be read, of a Policy that confines."""
        return (*(self.read or ()), *self.writable)

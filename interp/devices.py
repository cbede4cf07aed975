"""The devices of one Run: which are open, which is current, and OPEN, USE and CLOSE of them.

Pipes and sockets are imported when one is opened: most programs open none, and the modules take milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from bumps.errors import MError
from bumps.interp.codes import merror
from bumps.interp.device import Device, Parameters
from bumps.interp.device_file import SequentialFile
from bumps.interp.device_principal import PRINCIPAL_NAME, Principal
from bumps.interp.device_terminal import Terminal
from bumps.interp.values import to_text
from bumps.interp.world import World
from bumps.policy import Policy

if TYPE_CHECKING:
    from bumps.interp.device_socket import Handles, SocketDevice

ANONYMOUS_NAMES = frozenset(("", PRINCIPAL_NAME))


class Devices:
    """The devices that are open."""

    def __init__(self, principal: Principal | Terminal, world: World, policy: Policy) -> None:
        """Begin with the principal device alone."""
        self.principal = principal
        self.current: Device = principal
        self.world = world
        self.files = world.host.confine(policy, world.folder, world.environment)
        self.zclose = 0
        """$ZCLOSE: how the command of the PIPE that was closed last ended."""
        self._open: dict[str, Device] = {}
        self._handles: Handles | None = None
        self._pool: SocketDevice | None = None

    # The commands

    def open(self, name: str, parameters: Parameters, seconds: float | None, space: str) -> bool:
        """Do OPEN; return whether it was in time. One that is open takes the parameters as USE would."""
        self.current.flush()
        if self._is_principal(name):
            self.principal.use(parameters)
            return True
        device = self._open.get(name)
        if device is not None:
            return device.reopen(parameters, seconds)
        return self._openers(space)(name, parameters, seconds)

    def use(self, name: str, parameters: Parameters) -> None:
        """Do USE."""
        device = self._find(name)
        if device is not self.current:
            self.current.flush()
            self.current = device
        if parameters:
            device.use(parameters)

    def close(self, name: str, parameters: Parameters) -> None:
        """Do CLOSE; the principal device stays open, and one that is not open is none of its business."""
        device = None if self._is_principal(name) else self._open.get(name)
        if device is None:
            return
        for parameter, value in parameters:
            if parameter == "EXCEPTION":
                device.exception = to_text(value or "")
            elif parameter == "SOCKET" and device.close_one(to_text(value or "")):
                return
        self._closed(device, device.close(parameters))

    def _closed(self, device: Device, status: int | None) -> None:
        """Forget a device that was closed."""
        gone = {device, getattr(device, "errors", None)}
        for name in [name for name, each in self._open.items() if each in gone]:
            del self._open[name]
        if self.current in gone:
            self.current = self.principal
        if status is not None:
            self.zclose = status

    # What is open

    def _is_principal(self, name: str) -> bool:
        return name in ANONYMOUS_NAMES or name == self.principal.name

    def _find(self, name: str) -> Device:
        """Return an open device; IONOTOPEN if it is none."""
        if self._is_principal(name):
            return self.principal
        device = self._open.get(name)
        if device is None:
            raise merror("IONOTOPEN")
        return device

    def _openers(self, space: str) -> Callable[[str, Parameters, float | None], bool]:
        """Return what opens a device of a mnemonic space."""
        found = {"": self._open_file, "PIPE": self._open_pipe, "SOCKET": self._open_socket}.get(space.upper())
        if found is None:
            raise merror("INVMNEMCSPC", space)
        return found

    def _open_file(self, name: str, parameters: Parameters, seconds: float | None) -> bool:
        is_fifo = any(parameter == "FIFO" for parameter, _ in parameters) or self.files.is_fifo(name)
        if is_fifo:
            from bumps.interp.device_pipe import Fifo

            fifo = Fifo(name, self._encoding, self.world, self.files)
            if not fifo.open_fifo(parameters, seconds):
                return False
            self._open[name] = fifo
            return True
        device = SequentialFile(name, self._encoding, self.world, self.files)
        device.open(parameters)
        self._open[name] = device
        if self.world.host.is_terminal(device.number):
            terminal = Terminal(name, device.number, self.world.host.sink(device.number), self._encoding, self.world)
            self._open[name] = terminal
            terminal.begin()
            terminal.use(parameters)
        return True

    def _open_pipe(self, name: str, parameters: Parameters, seconds: float | None) -> bool:
        from bumps.interp.device_pipe import Pipe

        pipe = Pipe(name, self._encoding, self.world, self.files)
        pipe.open(parameters)
        self._open[name] = pipe
        if pipe.errors is not None:
            self._open[pipe.errors.name] = pipe.errors
        return True

    def _open_socket(self, name: str, parameters: Parameters, seconds: float | None) -> bool:
        from bumps.interp.device_socket import POOL_NAME, Handles, SocketDevice

        handles = self._handles = self._handles or Handles(self.world)
        device = SocketDevice(name, self._encoding, self.world, self.files, handles)
        if name != POOL_NAME:
            if self._pool is None:
                self._pool = SocketDevice(POOL_NAME, self._encoding, self.world, self.files, handles)
                self._open.setdefault(POOL_NAME, self._pool)
            device.pool = self._pool
        if not device.open(parameters, seconds):
            device.abandon()
            return False
        self._open[name] = device
        return True

    @property
    def _encoding(self) -> str:
        return self.principal.database_encoding

    # The whole

    def lines(self) -> Iterator[str]:
        """Yield the lines of ZSHOW "D": the devices by their names."""
        known = {self.principal.name: self.principal, **self._open}
        hidden = {getattr(device, "errors", None) for device in known.values()}
        if self._pool is not None and not self._pool.connections:
            hidden.add(self._pool)
        for name in sorted(known):
            if known[name] not in hidden:
                yield from known[name].lines()

    def begin(self) -> None:
        """Begin a Run: a terminal is ready for READ then."""
        if isinstance(self.principal, Terminal):
            self.principal.begin()

    def rest(self) -> None:
        """End a Run, or a line of direct mode: the terminal is as it was."""
        if isinstance(self.principal, Terminal):
            self.principal.rest()

    def flush(self) -> None:
        """Hand over what the current device holds back; the others hold back nothing."""
        self.current.flush()
        self.principal.flush()

    def end(self) -> None:
        """Close everything but the principal device, whatever fails; raise the first failure then."""
        first: Exception | None = None
        devices = list(dict.fromkeys(self._open.values()))
        self._open.clear()
        self._pool = None
        self.current = self.principal
        for number, device in enumerate(devices):
            try:
                device.close(())
            except (MError, OSError) as error:
                first = first or error
                device.abandon()
            except BaseException:  # the Run must end, and closing waits
                for each in devices[number:]:
                    each.abandon()
                raise
        self.principal.flush()
        if first is not None:
            raise first

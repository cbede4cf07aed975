"""Special variables: how each is read, and those that SET and NEW may have."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING

from bumps.interp import dates
from bumps.interp.codes import merror, unbuilt
from bumps.interp.settings import Settings
from bumps.interp.symbols import Value
from bumps.interp.values import to_integer, to_text
from bumps.version import __version__

if TYPE_CHECKING:
    from bumps.interp.compile_base import Get
    from bumps.interp.machine import Machine

ZVERSION = "GT.M V7.0-bumps Linux x86_64"
TEXTS = {
    "ZCOMPILE": "",
    "ZERROR": "Unprocessed $ZERROR, see $ZSTATUS",
    "ZINTERRUPT": "",
    "ZPROMPT": "BUMPS>",
    "ZSOURCE": "",
    "ZTEXIT": "",
    "ZTWORMHOLE": "",
    "ZYERROR": "",
}
"""Special variables that hold any text, and what they hold at first."""

STORAGE = 2147483647
"""$STORAGE: what GT.M says where memory is not what ends a program."""


class Specials:
    """The special variables of one machine."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        device = machine.device
        traps = machine.traps
        self.settings = Settings(machine)
        self.settable_texts = dict(TEXTS)
        self._getters: dict[str, Get] = {
            "DEVICE": lambda: device.current.status,
            "ECODE": lambda: traps.ecode,
            "ESTACK": lambda: machine.depth - 1 - machine.estack_base,
            "ETRAP": lambda: traps.etrap,
            "HOROLOG": lambda: dates.horolog(self._time()),
            "IO": lambda: device.current.name,
            "JOB": lambda: machine.world.process_id,
            "KEY": lambda: device.current.key,
            "PRINCIPAL": lambda: device.principal.name,
            "QUIT": lambda: 1 if machine.frames[-1].is_function else 0,
            "REFERENCE": machine.naked_name,
            "STACK": lambda: machine.depth - 1,
            "STORAGE": lambda: STORAGE,
            "TEST": lambda: machine.test,
            "TLEVEL": lambda: machine.transactions.level,
            "TRESTART": lambda: machine.transactions.restart_count,
            "X": lambda: device.current.x,
            "Y": lambda: device.current.y,
            "ZA": lambda: 9 if device.current.is_at_end else 0,
            "ZB": lambda: device.current.terminator,
            "ZBRELEASE": lambda: f"bumps {__version__}",
            "ZCHSET": lambda: "M" if machine.charset == "m" else "UTF-8",
            "ZCLOSE": lambda: device.zclose,
            "ZCMDLINE": lambda: " ".join(machine.arguments),
            "ZDIRECTORY": lambda: machine.world.folder.rstrip("/") + "/",
            "ZEOF": lambda: 1 if device.current.is_at_end else 0,
            "ZGBLDIR": lambda: "",
            "ZHOROLOG": lambda: dates.zhorolog(self._time()),
            "ZIO": lambda: device.current.name,
            "ZJOB": lambda: 0,
            "ZKEY": lambda: device.current.zkey,
            "ZLEVEL": lambda: machine.depth,
            "ZMODE": lambda: "INTERACTIVE",
            "ZPIN": lambda: device.principal.name,
            "ZPOSITION": self._position,
            "ZPOUT": lambda: device.principal.name,
            "ZROUTINES": lambda: machine.routine_path,
            "ZSTATUS": lambda: traps.zstatus,
            "ZSYSTEM": lambda: machine.zsystem,
            "ZTRAP": lambda: traps.ztrap,
            "ZUT": lambda: int(machine.world.now() * 1_000_000),
            "ZVERSION": lambda: ZVERSION,
        }
        self._setters: dict[str, Callable[[Value], None]] = {
            "ECODE": lambda value: traps.set_ecode(to_text(value)),
            "ETRAP": lambda value: traps.set_etrap(to_text(value)),
            "X": self._set_x,
            "Y": self._set_y,
            "ZSTATUS": self._set_zstatus,
            "ZTRAP": lambda value: traps.set_ztrap(to_text(value)),
        }
        self._getters |= self.settings.getters()
        self._setters |= self.settings.setters()
        for name in self.settable_texts:
            self._getters[name] = self._text_getter(name)
            self._setters[name] = self._text_setter(name)

    def is_built(self, name: str) -> bool:
        """Return whether a special variable can be read."""
        return name in self._getters

    def is_settable(self, name: str) -> bool:
        """Return whether SET of a special variable is built."""
        return name in self._setters

    def getter(self, name: str) -> Get:
        """Return what reads a special variable."""
        found = self._getters.get(name)
        if found is None:

            def reach() -> Value:
                raise unbuilt(f"${name}")

            return reach
        return found

    def setter(self, name: str) -> Callable[[Value], None]:
        """Return what SET does with a special variable; SVNOSET when it is used for one that cannot be set."""
        found = self._setters.get(name)
        if found is None:

            def refuse(value: Value) -> None:
                from bumps.interp.keywords import SETTABLE_SPECIALS

                raise unbuilt(f"SET ${name}") if name in SETTABLE_SPECIALS else merror("SVNOSET")

            return refuse
        return found

    def hide(self, name: str) -> tuple[str, Value]:
        """Do NEW of a special variable; return its name and the old value for the end of the frame."""
        machine = self.machine
        if name == "ESTACK":
            old = machine.estack_base
            machine.estack_base = machine.depth - 1
            return "$ESTACK", old
        if name == "ETRAP" or name == "ZTRAP":
            return machine.traps.hide(name)
        if name in self.settable_texts:
            return f"${name}", self.settable_texts[name]
        if name == "ZGBLDIR":
            return "$ZGBLDIR", ""  # there is one value that it can have
        raise merror("SVNONEW")

    def restore(self, name: str, value: Value) -> None:
        """Give a special variable back what NEW hid; `name` is with its `$`."""
        machine = self.machine
        if name == "$ESTACK":
            machine.estack_base = to_integer(value)
        elif name == "$ETRAP":
            machine.traps.etrap = to_text(value)
            machine.traps.ztrap = ""
        elif name == "$ZTRAP":
            machine.traps.ztrap = to_text(value)
            machine.traps.etrap = ""
        elif name != "$ZGBLDIR":
            self.settable_texts[name[1:]] = to_text(value)

    def _time(self) -> datetime.datetime:
        """Return the local time, which knows its zone."""
        world = self.machine.world
        now = world.now()
        zone = datetime.timezone(datetime.timedelta(seconds=world.offset(now)))
        return datetime.datetime.fromtimestamp(now, zone)

    def _position(self) -> Value:
        place = self.machine.traps.places.in_routine()
        return "" if place is None else place.name

    def _set_x(self, value: Value) -> None:
        self.machine.device.current.x = max(to_integer(value), 0)

    def _set_y(self, value: Value) -> None:
        self.machine.device.current.y = max(to_integer(value), 0)

    def _set_zstatus(self, value: Value) -> None:
        self.machine.traps.zstatus = to_text(value)

    def _text_getter(self, name: str) -> Get:
        return lambda: self.settable_texts[name]

    def _text_setter(self, name: str) -> Callable[[Value], None]:
        def store(value: Value) -> None:
            self.settable_texts[name] = to_text(value)

        return store

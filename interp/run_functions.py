"""The intrinsic functions of values that need the Run: its charset, its stack, its policy."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from bumps.interp import dates, names
from bumps.interp.confinement import check
from bumps.interp.examinations import Examinations
from bumps.interp.paths import Searches, zparse
from bumps.interp.processes import getjpi
from bumps.interp.symbols import Value
from bumps.interp.triggers import ztrigger
from bumps.interp.values import to_integer, to_number, to_text

if TYPE_CHECKING:
    from bumps.interp.machine import Machine


def run_functions(machine: Machine) -> dict[str, Callable[..., Value]]:
    """Return these functions of one machine, by the name without its `$`."""
    charset = machine.charset

    def is_visible(path: str) -> bool:
        return machine.device.files.is_visible(path)

    host = machine.world.host
    searches = Searches(is_visible, host.find)

    def zparse_here(*values: Value | None) -> str:
        return zparse(values, machine.world.folder, machine.world.environment, is_visible, host.is_folder)

    def qlength(name: Value) -> Value:
        return names.qlength(name, charset)

    def qsubscript(name: Value, index: Value) -> Value:
        return names.qsubscript(name, index, charset)

    def stack(level: Value, fact: Value | None = None) -> Value:
        number = to_integer(level)
        if fact is not None:
            return machine.traps.stack_fact(number, to_text(fact).upper())
        return machine.traps.stack_depth() if number == -1 else machine.traps.stack_kind(number)

    def zwrite(value: Value, direction: Value = 0) -> Value:
        if to_number(direction) == 0:
            return names.format_value(value, charset)
        found = names.unquote(to_text(value), charset)
        return "" if found is None else found

    def zdate(value: Value, *rest: Value | None) -> Value:
        form, months, days = [*rest, None, None, None][:3]
        default = dates.FORMAT_DEFAULT if not machine.specials.settings.date_form else "MM/DD/YEAR"
        return dates.zdate(value, form or "", months or "", days or "", default)

    def zsyslog(text: Value) -> Value:
        check(machine.device.files.policy.has_pipes, "$ZSYSLOG", ("--pipe",))
        machine.world.log(to_text(text).replace("\0", "\\0"))
        return 1

    return {
        "QLENGTH": qlength,
        "QSUBSCRIPT": qsubscript,
        "STACK": stack,
        "VIEW": machine.views.get,
        "ZDATE": zdate,
        "ZPARSE": zparse_here,
        "ZSEARCH": lambda *values: searches.next(values, machine.world.folder, machine.world.environment),
        "ZGETJPI": partial(getjpi, machine.world),
        "ZJOBEXAM": Examinations(machine).examine,
        "ZSYSLOG": zsyslog,
        "ZTRIGGER": ztrigger,
        "ZTRNLNM": lambda name, *rest: machine.world.environment.get(to_text(name), ""),
        "ZWRITE": zwrite,
    }

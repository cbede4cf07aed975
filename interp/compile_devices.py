"""Commands of devices to closures: WRITE, READ, ZWRITE, OPEN, USE, CLOSE."""

from __future__ import annotations

from collections.abc import Callable

from bumps.interp import nodes
from bumps.interp.codes import merror
from bumps.interp.compile_base import Refer
from bumps.interp.compile_functions import FunctionCompiler
from bumps.interp.device import Parameters
from bumps.interp.frames import Outcome, Run
from bumps.interp.values import to_number
from bumps.limits import STRING_SIZE_MAX


class DeviceCompiler(FunctionCompiler):
    """Compiles the arguments of the commands that name a device or use the current one."""

    def write_argument(self, argument: nodes.Expression | nodes.Argument) -> Run:
        """Return a closure for one argument of WRITE."""
        machine = self.machine
        device = machine.device
        if isinstance(argument, nodes.NewLine):
            return lambda: device.current.new_line()
        if isinstance(argument, nodes.FormFeed):
            return lambda: device.current.form_feed()
        if isinstance(argument, nodes.Tab):
            column = self.integer(argument.column)

            def tab() -> Outcome:
                wanted = column()
                device.current.tab(wanted)
                return None

            return tab
        if isinstance(argument, nodes.Character):
            code = self.integer(argument.code)

            def character() -> Outcome:
                number = code()
                device.current.character(number)
                return None

            return character
        if isinstance(argument, nodes.Control):
            name = argument.name
            gets = [(lambda: None) if each is None else self.actual(each) for each in argument.arguments]

            def control() -> Outcome:
                test = device.current.control(name, [get() for get in gets])
                if test is not None:
                    machine.test = 1 if test else 0
                return None

            return control
        text = self.texts(argument)  # type: ignore[arg-type]

        def write() -> Outcome:
            result = text()
            device.current.write(result)
            return None

        return write

    def read_argument(self, argument: nodes.Argument | nodes.String) -> Run:
        """Return a closure for one argument of READ: a variable, or what WRITE takes."""
        if not isinstance(argument, nodes.Input):
            return self.write_argument(argument)
        machine = self.machine
        reference: Refer = self.reference(argument.target)
        timeout = None if argument.timeout is None else self.value(argument.timeout)
        count = None if argument.count is None else self.integer(argument.count)
        single = argument.single

        def read() -> Outcome:
            target = reference()
            size = None if count is None else count()
            if size is not None and size <= 0:
                raise merror("RDFLTOOSHORT")
            if size is not None and size > STRING_SIZE_MAX:
                raise merror("RDFLTOOLONG")
            machine.read(target, size, None if timeout is None else to_number(timeout()), single=single)
            return None

        return read

    def zwrite_argument(self, argument: nodes.ZwriteVariable | nodes.Special | nodes.Indirection) -> Run:
        """Return a closure for one argument of ZWRITE."""
        return self.machine.zwrites.compile(self, argument)

    def _device(self, argument: nodes.DeviceArgument) -> Callable[[], tuple[str, Parameters]]:
        """Return what evaluates the device of an argument and its parameters."""
        device = self.texts(argument.device)
        parameters = [
            (each.name, None if each.value is None else self.value(each.value))
            for each in argument.parameters or ()
            if each is not None
        ]
        if not parameters:
            return lambda: (device(), ())

        def evaluate() -> tuple[str, Parameters]:
            name = device()
            return name, [(parameter, None if get is None else get()) for parameter, get in parameters]

        return evaluate

    def open_argument(self, argument: nodes.DeviceArgument) -> Run:
        """Return a closure for one argument of OPEN."""
        machine = self.machine
        device = self._device(argument)
        timeout = None if argument.timeout is None else self.value(argument.timeout)
        space = None if argument.space is None else self.texts(argument.space)

        def open_it() -> None:
            name, parameters = device()
            seconds = None if timeout is None else float(to_number(timeout()))
            is_in_time = machine.device.open(name, parameters, seconds, "" if space is None else space())
            if seconds is not None:
                machine.test = 1 if is_in_time else 0

        return open_it

    def use_argument(self, argument: nodes.DeviceArgument) -> Run:
        """Return a closure for one argument of USE."""
        device = self._device(argument)
        devices = self.machine.device
        return lambda: devices.use(*device())

    def close_argument(self, argument: nodes.DeviceArgument) -> Run:
        """Return a closure for one argument of CLOSE."""
        device = self._device(argument)
        devices = self.machine.device
        return lambda: devices.close(*device())

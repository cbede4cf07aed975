"""What bumps says of a line of M, in the same form as the oracle's answers."""

from __future__ import annotations

import io
from collections.abc import Callable

from bumps.errors import MError
from bumps.globals import Globals
from bumps.interp.machine import Machine
from tests.oracle.gtm import Answer


def _no_globals() -> Globals:
    raise AssertionError("these lines use no globals")


class Ours:
    """A machine of charset `m`, with globals or not, that answers line after line; a new one follows an error."""

    def __init__(self, globals_factory: Callable[[], Globals] = _no_globals) -> None:
        """`globals_factory` makes the globals of each machine."""
        self.globals_factory = globals_factory
        self._begin()

    def _begin(self) -> None:
        self.output = io.BytesIO()
        self.machine = Machine(
            globals_factory=self.globals_factory, input=io.BytesIO(), output=self.output, charset="m"
        )

    def ask(self, line: str) -> Answer:
        """Run one line of M and return what it did."""
        self.output.seek(0)
        self.output.truncate()
        ecode, message = "", ""
        try:
            self.machine.execute(line)
        except MError as error:
            ecode, message = error.ecode, str(error)
        output = self.output.getvalue().decode("latin-1")
        if ecode:
            self._begin()
        return Answer(output, ecode, message)

    def value(self, expression: str) -> str:
        """Return the value of an expression in ZWRITE form, or `error` and the code."""
        answer = self.ask(f"W $ZWRITE({expression})")
        return f"error {answer.code}" if answer.ecode else answer.output

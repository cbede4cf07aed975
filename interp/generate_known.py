"""What is known of plain locals in the midst of a command, so that nothing is read twice.

Between two commands all of it is forgotten: there a watch may run code that sets any variable (watch.py). So it is
wherever something is called that may run M. Two names may be of one cell, where a variable was passed by reference:
a SET of one is a SET of the other. But a cell that NEW has just made stands under no other name of its frame.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bumps.interp.generate_base import Val


class Known:
    """What is known where code is written now."""

    def __init__(self) -> None:
        self._values: dict[str, Val] = {}
        """Values of locals, which are defined: names of Python that are not assigned again in this command."""
        self._own: set[str] = set()
        """Locals whose cells NEW has made."""
        self._facts: dict[str, Val] = {}
        """What names of Python hold that stand for locals themselves: it lasts, since no watch can set those."""

    def get(self, name: str) -> Val | None:
        """Return the value of a local, if it is known."""
        return self._values.get(name)

    def learn(self, name: str, value: Val) -> None:
        """Take the value that a local was found to have."""
        self._values[name] = value

    def store(self, name: str, value: Val | None) -> None:
        """Take that a local gets a value; None if it is better not to be known."""
        if name not in self._own:
            self._values = {each: found for each, found in self._values.items() if each in self._own}
        self._values.pop(name, None)
        if value is not None:
            self._values[name] = value

    def lose(self, atom: str) -> None:
        """Take that a name of Python is assigned again."""
        self._values = {name: value for name, value in self._values.items() if value.atom != atom}

    def own(self, name: str) -> None:
        """Take that NEW was done, of this local, whatever way code has come here."""
        self._own.add(name)

    def is_own(self, name: str) -> bool:
        """Return whether the cell of a local stands under no other name of the frame."""
        return name in self._own

    def fact(self, held: str) -> Val | None:
        """Return what is known of a name of Python that stands for a local: it is defined, and of a kind."""
        return self._facts.get(held)

    def settle(self, held: str, value: Val) -> None:
        """Take that a name of Python that stands for a local gets a value."""
        self._facts[held] = value if value.literal is not None else value._replace(atom=held)

    def doubt(self, held: str | None = None) -> None:
        """Forget what one, or each, of these names holds: it depends on the way by which code has come here."""
        if held is None:
            self._facts.clear()
        else:
            self._facts.pop(held, None)

    def doubt_but(self, kept: Set[str]) -> None:
        """Forget that of all but these."""
        self._facts = {held: value for held, value in self._facts.items() if held in kept}

    def forget(self) -> None:
        """Forget all values: anything may have happened to them."""
        self._values.clear()

    @contextmanager
    def elsewhere(self, *, is_same_frame: bool) -> Iterator[None]:
        """Return a context for a body that is written in place, with all names its own but for a block."""
        own = self._own
        self.forget()
        if not is_same_frame:
            self._own = set()
        try:
            yield
        finally:
            self.forget()
            self._own = own

    def all(self) -> tuple[dict[str, Val], dict[str, Val]]:
        """Return all that is known now: for `keep_only`, behind what is done or not."""
        return dict(self._values), dict(self._facts)

    def keep_only(self, before: tuple[dict[str, Val], dict[str, Val]]) -> None:
        """Forget all but what was known `before`, and still is."""
        values, facts = before
        if not values and not facts:  # as it mostly is
            self._values.clear()
            self._facts.clear()
            return
        self._values = {name: value for name, value in values.items() if self._values.get(name) is value}
        self._facts = {held: value for held, value in facts.items() if self._facts.get(held) == value}

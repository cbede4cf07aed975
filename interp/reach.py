"""What calls reach within a routine: whether all of it leaves the stack alone, and which variables it sees.

A *unit* is what a call runs: the lines of a label, or a block. It is *closed* if nothing in it, nor in what it calls,
can see or change the stack of M, or finds variables but by the names that are written there. What hides a variable
in a closed unit, a formal or a NEW in front of all else, needs no place in the symbol table if nothing that the unit
calls has that name free: then nobody finds it there but the unit itself (generate_late.py), and what deals with an
error, which has all put in place before (late.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bumps.interp import nodes
from bumps.interp.bodies import Bodies, bodies_of, facts_of, is_plain_new, prelude

SETTABLE = frozenset(["ECODE", "ETRAP", "X", "Y"])
"""The special variables that may be set without being watched, or seen, by more than what comes behind an error."""


class Unit:
    """What a call runs."""

    def __init__(self, bodies: Bodies, numbers: Sequence[int], formals: Sequence[str]) -> None:
        lines = [bodies.routine.lines[number] for number in numbers]
        facts = [facts_of(line) for line in lines]
        self.is_closed = bool(numbers) and not any(each.is_loud for each in facts)
        if not self.is_closed:
            lines, facts = [], []  # most of them; nothing else of it is asked for
        news = list(prelude(lines))
        self.numbers = numbers
        self.formals = formals
        self.hides = [*formals, *news]
        """The formals, and what NEWs in front of all else hide."""
        self.own = {name for each in facts for name in (*each.locals, *each.looped_locals)}
        """The locals that are used in its own lines."""
        self.free: set[str] = set()
        """The locals that it, or what it calls, has not hidden itself."""
        self.sets_test = any(each.sets_test for each in facts)
        all_news = [command for line in lines for command in line.commands if is_plain_new(command)]
        self.is_closed = (
            self.is_closed
            and sum([len(command.arguments) for command in all_news]) == len(news)
            and len(set(self.hides)) == len(self.hides)
            and all(_is_settable(target) for line in lines for target in _targets(line))
        )
        self.callees: list[Unit] = []

    @property
    def wanted(self) -> set[str]:
        """The locals that what it calls finds, or may find, in the symbol table."""
        return {name for callee in self.callees for name in callee.free}


class Reach:
    """The units of one routine."""

    def __init__(self, routine: nodes.Routine) -> None:
        self._bodies = bodies_of(routine)
        self._units: dict[int, Unit] = {}

    def unit(self, number: int) -> Unit | None:
        """Return the unit that begins with a line, the one of a label or the first one of a block, if it is closed."""
        line = self._bodies.routine.lines[number]
        numbers = self._block(number - 1) if line.depth else self._region(number)
        if not numbers:
            return None
        if numbers[0] not in self._units:
            self._settle(self._found(numbers))
        unit = self._units[numbers[0]]
        return unit if unit.is_closed else None

    def _region(self, number: int) -> list[int]:
        return self._bodies.whole_region(number)

    def _block(self, above: int) -> list[int]:
        return self._bodies.whole_block(above)

    def _found(self, numbers: list[int]) -> list[Unit]:
        """Return a unit and all that it calls, as far as they are new."""
        found: list[Unit] = []
        waiting = [numbers]
        lines = self._bodies.routine.lines
        while waiting:
            numbers = waiting.pop()
            if not numbers or numbers[0] in self._units:
                continue
            formals = [formal.name for formal in lines[numbers[0]].formals or ()]
            unit = self._units[numbers[0]] = Unit(self._bodies, numbers, formals)
            found.append(unit)
            if unit.is_closed:
                waiting.extend(self._called(unit))
        return found

    def _called(self, unit: Unit) -> Iterator[list[int]]:
        """Yield the lines of what a unit calls; none of what is unknown."""
        for number in unit.numbers:
            for call in facts_of(self._bodies.routine.lines[number]).calls:
                if call is None:
                    yield self._block(number)
                    continue
                own = self._bodies.is_own(call.entry)
                yield [] if own is None or own[1] else self._region(self._bodies.routine.labels[own[0]])

    def _settle(self, found: list[Unit]) -> None:
        """Find out what these units come to, all that they call included."""
        for unit in found:
            called = list(self._called(unit)) if unit.is_closed else []
            unit.is_closed = unit.is_closed and all(called)
            unit.callees = [self._units[numbers[0]] for numbers in called if numbers]
        changed = True
        while changed:
            changed = False
            for unit in found:
                free = (unit.own | unit.wanted).difference(unit.hides)
                is_closed = unit.is_closed and all(callee.is_closed for callee in unit.callees)
                changed = changed or free != unit.free or is_closed != unit.is_closed
                unit.free, unit.is_closed = free, is_closed


def reach_of(routine: nodes.Routine) -> Reach:
    """Return what the calls of a routine reach, noted there."""
    try:
        return routine.reach  # type: ignore[attr-defined, no-any-return]
    except AttributeError:
        routine.reach = reach = Reach(routine)  # type: ignore[attr-defined]
        return reach


def _targets(line: nodes.Line) -> Iterator[nodes.Node]:
    """Yield what the SETs of a line set."""
    for command in line.commands:
        if isinstance(command, nodes.Set):
            for argument in command.arguments:
                if isinstance(argument, nodes.Assignment):
                    yield from argument.targets


def _is_settable(target: nodes.Node) -> bool:
    return not isinstance(target, nodes.Special) or target.name in SETTABLE

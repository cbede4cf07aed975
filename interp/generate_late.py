"""Calls without a frame: the function of a closed unit (reach.py), whose variables are names of Python.

It puts what stands for a frame on the stack of M, runs its lines, and takes it away. What a formal, or a NEW in front
of all else, hides is held in one of three ways (frames.py, `LateName`):

    n_A, r_A   the value of A, of %A, if it is used as a plain variable only
    c_A, p_A   its cell, which the symbol table does not have
    o_A, u_A   the cell that it hides in the symbol table, since what is called, or a closure, looks for it there

Behind each call stands what takes the values anew if somebody has looked at them meanwhile (late.py, F2).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bumps.interp import nodes
from bumps.interp.bodies import bodies_of
from bumps.interp.frames import CELL, OLD, VALUE
from bumps.interp.generate_base import FETCH_COUNT_MIN, NotQuiet
from bumps.interp.generate_lifted import LiftGenerator
from bumps.interp.lines import NOWHERE
from bumps.interp.reach import Unit, reach_of
from bumps.interp.weights import region_weight


class NotHeld(Exception):
    """A variable cannot be held in the way that was thought."""

    def __init__(self, name: str, way: str) -> None:
        super().__init__(name, way)
        self.name = name
        self.way = way
        """The way that can be."""


@dataclass
class Plan:
    """How the variables of a unit are held."""

    unit: Unit
    ways: dict[str, str]
    """Formals, and what NEWs hide, and the way of each."""

    def held(self, name: str) -> str:
        """Return the name of Python for a variable."""
        letters = _LETTERS[self.ways[name]]
        return f"{letters[1]}_{name[1:]}" if name.startswith("%") else f"{letters[0]}_{name}"

    def of(self, *ways: str) -> list[str]:
        """Return the variables that are held in one of these ways."""
        return [name for name, way in self.ways.items() if way in ways]

    @property
    def values(self) -> str:
        """The names of Python that hold values, with commas."""
        return ", ".join([self.held(name) for name in self.of(VALUE)])


_LETTERS = {VALUE: "nr", CELL: "cp", OLD: "ou"}


def plan_of(routine: nodes.Routine, number: int) -> Plan | None:
    """Return a first plan for the unit that begins with a line; None if it is not closed."""
    unit = reach_of(routine).unit(number)
    if unit is None:
        return None
    written = [*unit.numbers, *bodies_of(routine).inside(unit.numbers, None, is_turning=False)]
    whole = set(_wholes([routine.lines[each] for each in written]))
    return Plan(unit, {name: CELL if name in whole else VALUE for name in unit.hides})


def _wholes(lines: Sequence[nodes.Line]) -> Iterator[str]:
    """Yield the locals that are more than a value."""
    for line in lines:
        for command in line.commands:
            if isinstance(command, nodes.For) and isinstance(command.variable, nodes.Local):
                yield command.variable.name
            for argument in command.arguments if isinstance(command, nodes.Kill) else ():
                if isinstance(argument, nodes.Local):
                    yield argument.name
            for each in command.walk():
                if isinstance(each, nodes.Local) and each.subscripts:
                    yield each.name
                elif isinstance(each, nodes.ByReference) and isinstance(each.variable, nodes.Local):
                    yield each.variable.name


class LateGenerator(LiftGenerator):
    """Writes functions that do calls without a frame."""

    plan: Plan | None = None
    """How variables are held, in such a function."""

    def late_call(self, plan: Plan, *, is_block: bool) -> None:
        """Write the function of a unit."""
        self.plan = plan
        unit = plan.unit
        lines = [self.routine.lines[number] for number in unit.numbers]
        self.number, self.column, self.line = unit.numbers[0], NOWHERE, lines[0]
        self.start = lines[0].label.name if lines[0].label is not None else None
        for name in plan.of(CELL, OLD):
            self.uses[name] = max(self.uses[name], FETCH_COUNT_MIN)
            if name not in unit.formals:
                self.known.own(name)
        m, frames, made = self.extern("m"), self.extern("frames"), self.extern("made")
        named = [part for name, way in plan.ways.items() for part in (name, plan.held(name), way)]
        late = self.extern("late", self.number, *named)
        given = self.parameters()
        unfit = [f"{plan.held(name)}.__class__ is Cell" for name in unit.formals if plan.ways[name] == VALUE]
        if unfit:
            framed = self.extern("framed", unit.numbers[0])
            self.put(f"if {' or '.join(unfit)}: return {framed}({', '.join(['kind', *given])})")
        self.put(f"if len({frames}) >= {self.extern('bounds')}.depth_max: {m}.refuse_depth({late})")
        self.put(f"test = {m}.test")
        for index, name in enumerate(plan.ways):
            self._hide(name, f"a{index}" if name in unit.formals else "None")
        for name in self.fetched_names():
            if name not in plan.ways:
                self.put(f"{self.fetched(name)} = {self.extern('cells')}[{name!r}]")
        self.put(f"{frames}.append({late})")
        self.put("value = None")
        self.put("try:")
        with self.indented(), self.python_blocks(3):
            self.put(f"for _ in {self.extern('site', region_weight(lines))}:")
            with self.indented():
                self.region_depth = self.depth
                self.write_lines(unit.numbers)
                self.put_last("break")
        self.number, self.column = unit.numbers[0], NOWHERE
        self.put(f"except CAUGHT: value = {self.extern('recovered')}({self.extern('at', self.number)})")
        self.put("finally:")
        self.put(f"    {frames}.pop()")
        shown = plan.of(OLD)
        if shown:
            restored = "; ".join([f"{self.extern('cells')}[{name!r}] = {plan.held(name)}" for name in reversed(shown)])
            self.put(f"    if not {made} or not {self.extern('ended')}(): {restored}")
        else:
            self.put(f"    if {made}: {self.extern('ended')}()")
        if is_block:
            if unit.sets_test:
                self.put(f"{m}.test = test")
            return
        if unit.sets_test:
            self.put(f"if is_function: {m}.test = test")
        self.put(f"if is_function: return {m}.no_value() if value is None else value")

    def parameters(self) -> list[str]:
        """Return the names of the parameters that get the actuals."""
        plan = self.plan
        assert plan is not None, "it is written"
        return [plan.held(name) if plan.ways[name] == VALUE else f"a{i}" for i, name in enumerate(plan.unit.formals)]

    def _hide(self, name: str, actual: str) -> None:
        """Write what makes a variable: a formal, which gets an actual, or one of NEW."""
        plan = self.plan
        assert plan is not None, "it is written"
        self.extern("name", name)
        way = plan.ways[name]
        if way == VALUE:
            if actual == "None":
                self.put(f"{plan.held(name)} = None")
            return
        cell, cells = self.fetched(name), self.extern("cells")
        if way == OLD:
            self.put(f"{plan.held(name)} = {cells}[{name!r}]")
        if actual != "None":
            self.put(f"if {actual}.__class__ is Cell: {cell} = {actual}")
            self.put(f"else: {cell} = Cell(); {cell}.v = {actual}; {cell}.a = None")
        else:
            self.put(f"{cell} = Cell()")
            self.put(f"{cell}.v = {cell}.a = None")
        if way == OLD:
            self.put(f"{cells}[{name!r}] = {cell}")

    def make(self, name: str) -> None:
        """Write what gives a local a new cell, and notes that it hides the old one; in a late call that is done."""
        if self.plan is None:
            super().make(name)

    def called(self, first: int) -> None:
        """Write what takes values anew behind a call, if somebody has looked at them meanwhile.

        What is called begins with the line of index `first`, and finds its variables in the symbol table.
        """
        if self.plan is not None:
            unit = reach_of(self.routine).unit(first)
            for name in () if unit is None else sorted(unit.free):
                self.check_held(name, OLD)
            self.put(f"if {self.extern('made')}: {self._back(self.plan.values)}")
            self.known.doubt()

    def taken_back(self) -> str:
        """Return the statement that takes values anew in a late call, behind a `;`; empty in what is none."""
        return "" if self.plan is None else f"; {self._back(self.plan.values)}"

    def _back(self, names: str) -> str:
        return f"{f'{names}, = ' if names else ''}{self.extern('back')}({names})"

    def fetched_names(self) -> list[str]:
        """Return the locals whose cells are fetched at the start."""
        names = super().fetched_names()
        return names if self.plan is None else [name for name in names if self.plan.ways.get(name) not in (VALUE, CELL)]

    def own_value(self, name: str) -> str | None:
        """Return the name of Python that holds the value of a local of a late call; None if it is none such."""
        plan = self.plan
        return plan.held(name) if plan is not None and plan.ways.get(name) == VALUE else None

    def check_held(self, name: str, *ways: str) -> None:
        """Raise NotHeld for a local of a late call that is not held in one of these ways."""
        if self.plan is not None and self.plan.ways.get(name, ways[0]) not in ways:
            raise NotHeld(name, ways[0])

    def table_of(self, name: str) -> str:
        """Return what has the cell of a local under its name: the symbol table, if it is there."""
        if self.plan is not None and self.plan.ways.get(name) == CELL:
            return f"{{{name!r}: {self.fetched(name)}}}"
        return super().table_of(name)

    def check_call(self) -> None:
        """Raise NotQuiet for a call of the routine itself where it cannot be."""
        if self.bodies or self.lift is not None:
            raise NotQuiet

    def check_loud(self) -> None:
        """Raise NotQuiet for what may look at variables, or frames."""
        if self.plan is not None:
            raise NotQuiet
        super().check_loud()

"""Loops whose locals are names of Python while they run.

A FOR in which nothing can see a variable but the commands that are written here, since nothing is called and no text is
executed, takes its plain locals out of their cells before its first turn, and puts them back when it is left, however
that comes. So a local costs what a name of Python does, and what is known of it lasts from command to command: no watch
can set it. What deals with an error in a body that is written in place finds all in the cells, and may set any of them.

The loop is written a second time with cells: for a Run that is watched, for names that stand for the same variable,
and for a range that is no row of ints.

    lifted         whether the locals are out of their cells now
    l_A, q_A       the local A, %A
    d3_l_A         the local A in units of a thousandth (scales.py)

L1. Nothing that may set a variable can begin in a loop: whoever may, shows frames before (tiers.py).
L2. Who looks at variables meanwhile, a trace or the check of memory, has them put into their cells (lines.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

from bumps.interp import nodes
from bumps.interp.assumptions import assumptions_of
from bumps.interp.bodies import LOUD, QUIET_COMMANDS
from bumps.interp.generate_base import INT_SPAN, NEVER, GeneratorBase, Kind, Lift, NotQuiet, TooDeep, Val
from bumps.interp.generate_calls import LOADED, SAVED, CallGenerator
from bumps.interp.lines import LIFTED, NOWHERE
from bumps.interp.numbers import EXACT_END
from bumps.interp.scales import scales_of
from bumps.interp.sequences import STEP_MAX
from bumps.interp.values import INT_END

Write = Callable[[], None]
"""What writes a loop."""

LIFTABLE_COMMANDS = (*QUIET_COMMANDS, nodes.Goto)

START_END = 1 << 50
COUNT_END = 1 << 56
"""A FOR that starts with an int below the first never comes to the second: that takes years of turns."""

assert COUNT_END + (1 << 51) < EXACT_END, "an int that counts leaves some room"

PAIR_COUNT_MAX = 3
"""So many pairs of cells are compared; of more, a set is made."""


class LiftGenerator(CallGenerator):
    """Writes loops."""

    is_plain = False
    """Whether a loop is written for the second time, with cells."""

    def body(self, end: str, index: int, *, block_count: int, before: str = "", fact: Val | None = None) -> None:
        """Write the body of a FOR."""
        raise AssertionError("generate.py has it")

    def may_be_lifted(self, commands: Sequence[nodes.Command]) -> bool:
        """Return whether to write these commands, which loop, with names of Python for locals is worth a try."""
        if not self.in_place or self.bodies or self.lift is not None or self.is_plain:
            return False
        for command in commands:
            if not isinstance(command, LIFTABLE_COMMANDS):
                return False
            if isinstance(command, nodes.Do) and not command.arguments and not self._bodies.body(self.number, None):
                return False
            for each in command.walk():
                if isinstance(each, LOUD) or (
                    isinstance(each, nodes.Call | nodes.Extrinsic) and not self._bodies.body(self.number, each)
                ):
                    return False
        return True

    def lifted(
        self, conditions: Sequence[str], numbers: Sequence[int], commands: Sequence[nodes.Command], write: Write
    ) -> bool:
        """Write what `write` does with names of Python for locals, if it can be so, and if so at run time.

        `commands` of the lines `numbers` are the loop. False, and nothing is written, if it cannot be so. Else an
        `else:` may follow: what is done otherwise.
        """
        inside = [self.routine.lines[number] for number in self._bodies.inside(numbers, self.start, is_turning=True)]
        commands = [*commands, *[command for line in inside for command in line.commands]]
        scales = scales_of(commands)
        assumed = {name: value for name, value in assumptions_of(commands).items() if name not in scales}
        lift = Lift(scales, assumed)
        is_written = self._lifted(lift, conditions, commands, write)
        return self._lifted(Lift(scales, {}), conditions, commands, write) if lift.is_wrong else is_written

    def _lifted(self, lift: Lift, conditions: Sequence[str], commands: Sequence[nodes.Command], write: Write) -> bool:
        """Do that, but write nothing either if it was wrong what was assumed."""
        kept = self.number, self.column, self.line, self.beginning, self.depth, self.block_count, self.start
        held, loops, temps, dead_depth = list(self.held), list(self.loops), self.temps(), self.dead_depth
        externs, line_count, start = dict(self.externs), len(self.lines_in_place), len(self.text)
        lift.has_functions = any(isinstance(each, nodes.Extrinsic) for command in commands for each in command.walk())
        self.lift = lift
        self.beginning = 0
        if not self.is_dead:
            self.dead_depth = NEVER  # what was deeper was dead
        self.depth += 2
        self.known.forget()
        self.known.doubt()
        is_written = False
        try:
            with self.python_blocks(1):
                write()
            is_written = bool(lift.names) and not lift.is_wrong
        except (NotQuiet, TooDeep):
            del self.bodies[:]
        finally:
            self.lift = None
        text, marks = self.text[start:], self.marks[start:]
        del self.text[start:], self.marks[start:], self.lines_in_place[line_count:]
        self.number, self.column, self.line, self.beginning, self.depth, self.block_count, self.start = kept
        self.held, self.loops, self.dead_depth = held, loops, dead_depth
        self.set_temps(temps)
        self.known.forget()
        self.known.doubt()
        if is_written:
            assumed = [_is_so(self._kept_in(name), value) for name, value in lift.relied.items()]
            self._put_lifted([*conditions, *lift.conditions, *assumed], lift, text, marks)
        else:
            self.externs = externs
        return is_written

    def _either(self, numbers: Sequence[int], commands: Sequence[nodes.Command], write: Write) -> None:
        """Write a loop of these commands, if there are any, with names of Python, and for all else with cells."""
        if commands and self.lifted([], numbers, commands, write):
            self.put("else:")
            with self.indented():
                self._write_plain(write)
        else:
            write()

    def _put_lifted(self, conditions: Sequence[str], lift: Lift, text: Sequence[str], marks: Sequence[int]) -> None:
        """Write what was written with these locals, and what takes them out and puts them back."""
        changed = [name for name, held in lift.names.items() if held in lift.stored or name in self.grown]
        saves, loaded = [f"{LIFTED} = False"], []
        for name, held in lift.names.items():
            cell, scale = self._kept_in(name), lift.scales.get(name)
            loaded.append(f"{held} = scaled({cell}, {scale})" if scale else f"{held} = {cell}")
            if name in changed:
                saves.append(f"{cell} = unscaled({held}, {scale})" if scale else f"{cell} = {held}")
        saved = "; ".join(saves)
        # A text that grows in place must not be held by its cell, too.
        loaded += [f"{self._kept_in(name)} = None" for name in lift.names if name in self.grown]
        load = "; ".join([*loaded, f"{LIFTED} = True"])
        is_unwatched = f"not {self.extern('tiers')}.shows_frames"
        self.put(f"if {' and '.join([*conditions, is_unwatched, *self._differ(lift)])}:")
        with self.indented():
            self.put(load)
            self.put("try:")
            self.text += [line.replace(SAVED, saved).replace(LOADED, load) for line in text]
            self.marks += marks
            self.put("finally:")
            self.put(f"    if {LIFTED}: {saved}")

    def _kept_in(self, name: str) -> str:
        """Return what has the value of a local outside of the loop."""
        return self.own_value(name) or f"{GeneratorBase.cell(self, name)}.v"

    def _differ(self, lift: Lift) -> list[str]:
        """Return conditions: that no two of the locals are the same variable, as they may be by reference."""
        names = [name for name in sorted(lift.cells) if not self.known.is_own(name)]
        cells = [GeneratorBase.cell(self, name) for name in names]
        if len(cells) > PAIR_COUNT_MAX:
            return [f"len({{{', '.join(cells)}}}) == {len(cells)}"]
        return [f"{one} is not {other}" for one, other in combinations(cells, 2)]

    # Regions

    def jumping(self, numbers: Sequence[int], write: Write) -> None:
        """Write the lines of a region that jumps to its start."""
        lines = [self.routine.lines[number] for number in numbers]
        may_be = True
        for number, line in zip(numbers, lines, strict=True):
            self.number = number
            may_be = may_be and self.may_be_lifted(line.commands)
        self.number = numbers[0]
        self.column = NOWHERE
        self._either(numbers, [command for line in lines for command in line.commands] if may_be else [], write)

    # FOR

    def endless(self, index: int, write: Write) -> None:
        """Write a FOR without argument."""
        commands = self.line.commands[index:]
        self._either([self.number], commands if self.may_be_lifted(commands) else [], write)

    def ranged(self, index: int, queue: str, write: Callable[..., None]) -> None:
        """Write the turns of a FOR of one range, which is in `queue`; `write` is told whether locals are lifted."""
        commands = self.line.commands[index:]
        is_range = f"{queue}[0].__class__ is range"
        if self.may_be_lifted(commands) and self.lifted(
            [is_range], [self.number], commands, lambda: write(is_lifted=True)
        ):
            self._write_plain(lambda: write(is_lifted=False))
        else:
            write(is_lifted=False)

    def _write_plain(self, write: Write) -> None:
        """Write a loop for the second time."""
        self.is_plain = True
        write()
        self.is_plain = False

    def lifted_turns(
        self, queue: str, variable: nodes.Local, index: int, turn: int, rest: str, span: tuple[int, int]
    ) -> None:
        """Write the turns of the only range in `queue`, which is one of ints, as long as they are what it says.

        `span` is between which they are. What `go_on`, which is given `rest`, makes of a variable that the body has
        changed is left in `queue`.
        """
        held = self.variable(variable.name)
        self.stored(variable.name, held, None)
        is_alone = _leaves_alone(self.line.commands[index + 1 :], variable.name)
        count = held if is_alone else self.name()
        self.put(f"for {count}, _ in zip({queue}.pop(), {self.extern('site', turn)}):")
        before = "" if is_alone else f"{held} = {count}"
        self.body("", index, before=before, block_count=1, fact=Val(held, Kind.INT, span=span))
        if not is_alone:
            cell = GeneratorBase.cell(self, variable.name)
            self.mark(variable)
            with self.indented():
                self.put(f"if {held} is not {count}:")
                self.put(f"    {cell}.v = {held}")
                self.put(f"    {queue}.append(go_on({rest}))")
                self.put(f"    {held} = {cell}.v")
                self.put("    break")

    def counted(self, variable: nodes.Local, index: int, turn: int, start: Val, by: Val, to: Val) -> bool:
        """Write a FOR in a lifted one if it can be seen that it counts ints; False, and nothing is written, if not."""
        is_down = isinstance(by.literal, int) and by.literal < 0 and to.kind is Kind.INT
        if start.kind is not Kind.INT or not (is_down or _is_small_step(by)):
            return False
        if not _leaves_alone(self.line.commands[index + 1 :], variable.name):
            return False
        end = str(INT_END)
        if is_down:
            end = f"{to.atom} - 1"
        elif to.atom != "None":
            end = f"{to.atom} + 1" if to.kind is Kind.INT else f"limit({to.atom}) + 1"
        held = self.variable(variable.name)
        self.put(f"{held} = {start.atom}")
        self.stored(variable.name, held, None)
        self.put(f"for {held}, _ in zip(range({start.atom}, {end}, {by.atom}), {self.extern('site', turn)}):")
        self.body("", index, block_count=1, fact=Val(held, Kind.INT, span=span_of(start, by, to)))
        return True

    def doubt_loop(self, commands: Sequence[nodes.Command]) -> None:
        """Forget what is known of locals that a loop of these commands may set."""
        names = {} if self.lift is None else self.lift.names
        changed = _changed(commands) if names else None
        self.known.doubt_but(
            set() if changed is None else {held for name, held in names.items() if name not in changed}
        )


def _changed(commands: Sequence[nodes.Command]) -> set[str] | None:
    """Return the plain locals that commands set; None if that cannot be seen."""
    changed: list[nodes.Node | None] = []
    for command in commands:
        if isinstance(command, nodes.Do | nodes.Goto):
            return None
        if isinstance(command, nodes.For):
            changed.append(command.variable)
        elif isinstance(command, nodes.Kill):
            changed += command.arguments
        elif isinstance(command, nodes.Set):
            changed += [target for each in command.arguments for target in _targets(each)]
        for each in command.walk():
            if isinstance(each, nodes.Extrinsic):
                return None
            if isinstance(each, nodes.Function) and each.name in ("INCREMENT", "ZINCREMENT"):
                changed.append(each.arguments[0])
    return {each.name for each in changed if isinstance(each, nodes.Local) and not each.subscripts}


def _leaves_alone(commands: Sequence[nodes.Command], name: str) -> bool:
    """Return whether it can be seen that these commands do not set a local."""
    changed = _changed(commands)
    return changed is not None and name not in changed


def _is_so(atom: str, assumed: Val) -> str:
    """Return a condition: that a value is what is assumed of it."""
    if assumed.kind is Kind.TEXT:
        return f"{atom}.__class__ is str"
    low, high = assumed.span
    return f"{atom}.__class__ is int and {low} <= {atom} <= {high}"


def _targets(argument: nodes.Node) -> list[nodes.Node | None]:
    """Return what an argument of SET changes: of $PIECE and its like the variable."""
    if not isinstance(argument, nodes.Assignment):
        return []
    return [each.arguments[0] if isinstance(each, nodes.Function) else each for each in argument.targets]


def _is_small_step(by: Val) -> bool:
    return isinstance(by.literal, int) and 0 < by.literal <= STEP_MAX


def span_of(start: Val, by: Val, to: Val) -> tuple[int, int]:
    """Return between which an int is that counts."""
    if start.kind is not Kind.INT or not isinstance(by.literal, int):
        return 1 - INT_END, INT_END - 1
    low, high = start.span
    is_short = _is_small_step(by) and max(abs(low), abs(high)) < START_END
    end = COUNT_END - 1 if is_short else INT_END - 1
    least, most = to.span if to.kind is Kind.INT else INT_SPAN
    return (low, max(high, min(most, end))) if by.literal > 0 else (min(low, max(least, -end)), high)

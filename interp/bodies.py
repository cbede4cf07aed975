"""What may be written in the place of its call or jump (generate_calls.py): the bodies of one routine.

All is found out before anything is written: so that no work is done in vain, and the uses of locals are known of
what is written in place, too. What is found is noted at the line, or at the routine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from bumps.interp import nodes
from bumps.interp.compile_assignments import appended
from bumps.interp.compile_base import constant
from bumps.interp.compile_calls import shape_of
from bumps.interp.compile_variables import is_plain
from bumps.interp.nodes import BRANCHES
from bumps.interp.weights import OWN

COMMAND_COUNT_MAX = 16
"""So many commands the lines of a label may have that are written where their call stands."""

BLOCK_COUNT_MAX = 40
"""So many a block may have: it has no other call."""

IN_PLACE_COUNT_MAX = 160
"""So many commands of such bodies a function may have."""

NESTED_COUNT_MAX = 4
"""So many bodies may stand in each other."""

JUMP_COUNT_MAX = 3
"""So many jumps behind each other are written in place."""

KEPT_PIECE_MAX = 64
"""A text is taken apart as far as that at most, for the pieces that are wanted of it next."""

QUIET_COMMANDS = (
    nodes.Do,
    nodes.Else,
    nodes.For,
    nodes.If,
    nodes.Kill,
    nodes.Merge,
    nodes.Quit,
    nodes.Set,
    nodes.Write,
)
"""Commands that leave the stack alone, if what is in them, or what they call, does."""

LOUD = (
    nodes.External,
    nodes.ExternalCall,
    nodes.Indirection,
    nodes.ArgumentIndirection,
    nodes.Alias,
    nodes.Exclusive,
)
"""What may call anything, or sees all variables."""

OF_STACK = frozenset(["ESTACK", "QUIT", "STACK", "ZJOBEXAM", "ZLEVEL", "ZPOSITION", "ZTRAP"])
"""The special variables and functions that tell of frames; SET of $ZTRAP hides $ETRAP until its frame ends."""

OF_NAMES = frozenset(["NEXT", "ORDER", "ZPREVIOUS"])
"""The functions that find other variables than their argument, if that has no subscripts."""

Own = tuple[str, int]
"""An entry of the routine itself: label and offset."""

Piece = tuple[str, str, int]
"""A piece that is wanted of a plain local: its name, the mark, and which."""


class LineFacts:
    """What is known of a line."""

    __slots__ = (
        "calls",
        "grown",
        "has_new",
        "is_loud",
        "jumps",
        "locals",
        "looped_calls",
        "looped_locals",
        "pieces",
        "sets_test",
    )

    def __init__(self, line: nodes.Line) -> None:
        self.locals: dict[str, int] = {}
        """How often each local is used in front of a FOR."""
        self.looped_locals: dict[str, int] = {}
        """How often in a FOR and behind it."""
        self.grown: set[str] = set()
        """Locals that are made longer in place."""
        self.pieces: list[Piece] = []
        self.calls: list[nodes.Call | nodes.Extrinsic | None] = []
        """What is called here; None for a block."""
        self.looped_calls: int | None = None
        """The index of the first one in a FOR or behind it."""
        self.jumps: list[nodes.Entry] = []
        """Where GOTOs lead."""
        self.is_loud = False
        """Whether something here may see or change the stack of M, but for what is called, and NEW of locals."""
        self.has_new = False
        self.sets_test = False
        """Whether `$TEST` may be changed, if the line is quiet."""
        uses = self.locals
        weights = []
        for command in line.commands:
            kind = command.__class__
            if kind is nodes.For:
                uses = self.looped_locals
                if self.looped_calls is None:
                    self.looped_calls = len(self.calls)
                variable = command.variable  # type: ignore[attr-defined]
                self.is_loud |= variable is not None and not is_plain(variable)
            elif kind is nodes.Do and not command.arguments:
                self.calls.append(None)
            self.sets_test |= kind is nodes.If or (kind is nodes.Do and bool(command.arguments))
            if is_plain_new(command):
                self.has_new = True
            else:
                self.is_loud |= kind not in QUIET_COMMANDS or (kind is nodes.Kill and not command.arguments)
            weights.append(self._walk(command, uses))
        line.weights = weights  # type: ignore[attr-defined]

    def _walk(self, command: nodes.Command, uses: dict[str, int]) -> int:
        """Note what is in a command, and the uses of locals in `uses`; return its weight: all in one walk."""
        total = 0
        own_of_local = OWN[nodes.Local]
        stack: list[Any] = [command]
        while stack:
            found = stack.pop()
            kind = found.__class__
            if kind is nodes.Local:
                uses[found.name] = uses.get(found.name, 0) + 1
                total += own_of_local(found)
                if found.subscripts:
                    stack.extend(found.subscripts)
                continue
            known = _KNOWN.get(kind)
            if known is None:
                if kind is tuple or kind is list:
                    stack.extend(found)
                continue
            branches, own, is_noted = known
            if own is not None:
                total += own(found)
            if is_noted:
                self._note(found)
            for field in branches:
                value = getattr(found, field)
                if value:
                    stack.append(value)
        return total

    def _note(self, node: Any) -> None:
        kind = node.__class__
        if kind is nodes.Assignment:
            target = node.targets[0]
            if target.__class__ is nodes.Local and len(node.targets) == 1 and appended(target, node.value):
                self.grown.add(target.name)
        elif kind is nodes.Function:
            self.is_loud |= node.name in OF_STACK
            if node.name in ("PIECE", "ZPIECE"):
                self._note_piece(node)
            elif node.name in OF_NAMES:
                self.is_loud |= node.arguments[0].__class__ is nodes.Local and is_plain(node.arguments[0])
        elif kind is nodes.Special:
            self.is_loud |= node.name in OF_STACK
        elif kind is nodes.Call or kind is nodes.Extrinsic:
            self.calls.append(node)
        elif kind is nodes.Jump:
            self.jumps.append(node.entry)
        else:  # what is LOUD
            self.is_loud = True

    def _note_piece(self, node: nodes.Function) -> None:
        local, *others = node.arguments
        mark, index = [constant(each) for each in (*others, nodes.Number(0, 0, 1))[:2]]
        if isinstance(local, nodes.Local) and isinstance(index, int) and 1 <= index <= KEPT_PIECE_MAX:
            if isinstance(mark, str) and mark and is_plain(local):
                self.pieces.append((local.name, mark, index))


_NOTED = (*LOUD, nodes.Assignment, nodes.Call, nodes.Extrinsic, nodes.Function, nodes.Jump, nodes.Special)

_KNOWN = {kind: (branches, OWN.get(kind), kind in _NOTED) for kind, branches in BRANCHES.items()}
"""Of each class of nodes: where nodes may be in it, what tells its weight, and whether something of it is noted."""


def facts_of(line: nodes.Line) -> LineFacts:
    """Return what is known of a line, noted there."""
    try:
        return line.facts  # type: ignore[attr-defined, no-any-return]
    except AttributeError:
        line.facts = facts = LineFacts(line)  # type: ignore[attr-defined]
        return facts


class Bodies:
    """The bodies of one routine, each known by the index of its first line."""

    def __init__(self, routine: nodes.Routine) -> None:
        self.routine = routine
        self.refused: set[int] = set()
        """The first lines of those that turned out not to be quiet."""
        self._blocks: dict[int, list[int]] = {}
        self._regions: dict[int, list[int]] = {}
        self._quiet: dict[int, bool] = {}

    # Entries

    def own(self, entry: nodes.Entry) -> Own | None:
        """Return label and offset of an entry in the routine itself, if they are plain."""
        if entry.routine is not None or entry.environment or not isinstance(entry.label, nodes.Name):
            return None
        if entry.offset is None:
            return entry.label.name, 0
        distance = constant(entry.offset)
        return (entry.label.name, distance) if isinstance(distance, int) else None

    def is_own(self, entry: nodes.Entry) -> Own | None:
        """Return label and offset of an entry that is there, in the routine itself."""
        own = self.own(entry)
        if own is None or own[0] not in self.routine.labels:
            return None
        return own if 0 <= self.routine.labels[own[0]] + own[1] < len(self.routine.lines) else None

    @cached_property
    def jumped(self) -> frozenset[str]:
        """The labels that a GOTO of the routine leads to."""
        return self._named([jump for line in self.routine.lines for jump in facts_of(line).jumps])

    @cached_property
    def called(self) -> frozenset[str]:
        """The labels that the routine itself calls."""
        calls = [call for line in self.routine.lines for call in facts_of(line).calls]
        return self._named([call.entry for call in calls if call is not None])

    def _named(self, entries: Sequence[nodes.Entry]) -> frozenset[str]:
        owns = map(self.own, entries)
        return frozenset([own[0] for own in owns if own is not None and own[1] == 0])

    # Bodies: the indexes of their lines, none if they are not to be written in place

    def block_below(self, number: int) -> list[int]:
        """Return the lines of the block below a line."""
        found = self._blocks.get(number)
        if found is None:
            found = self._blocks[number] = self._short(self.whole_block(number), BLOCK_COUNT_MAX)
        return found

    def region(self, own: Own) -> list[int]:
        """Return the lines of the region of a label, if the frame quits or goes elsewhere behind them."""
        label, offset = own
        if offset:
            return []
        first = self.routine.labels[label]
        found = self._regions.get(first)
        if found is None:
            found = self._regions[first] = self._short(self.whole_region(first), COMMAND_COUNT_MAX)
        return found

    def body(self, number: int, call: nodes.Call | nodes.Extrinsic | None) -> list[int]:
        """Return the lines of what a call in line `number` runs, if it is quiet."""
        if call is None:
            numbers = self.block_below(number)
            return numbers if self._is_quiet(numbers) else []
        own = self.is_own(call.entry)
        if own is None:
            return []
        numbers = self.region(own)
        if not numbers or not self._is_quiet(numbers):
            return []
        formals, shape = self.routine.lines[numbers[0]].formals, shape_of(call.arguments)
        if formals is None:
            return [] if shape is not None or isinstance(call, nodes.Extrinsic) else numbers
        return numbers if len(shape or "") <= len(formals) else []

    def jump(self, jump: nodes.Entry, start: str | None, around: Sequence[str]) -> list[int]:
        """Return the lines of what a GOTO leads to if it leads back to `start` from there: in a loop it pays.

        `around` are the labels of the jumps that are written in place already.
        """
        own = self.is_own(jump)
        if own is None or start is None or own[0] in around or len(around) >= JUMP_COUNT_MAX:
            return []
        numbers = self.region(own)
        return numbers if numbers and self._leads_to(start, numbers, (*around, own[0])) else []

    def _leads_to(self, start: str, numbers: Sequence[int], around: tuple[str, ...]) -> bool:
        for number in numbers:
            for jump in facts_of(self.routine.lines[number]).jumps:
                if self.own(jump) == (start, 0) or self.jump(jump, start, around):
                    return True
        return False

    def _short(self, numbers: list[int], count_max: int) -> list[int]:
        lines = self.routine.lines
        return numbers if sum([len(lines[number].commands) for number in numbers]) <= count_max else []

    def whole_block(self, number: int) -> list[int]:
        """Return the lines of the block below a line, however long; none if it is not simply so."""
        lines = self.routine.lines
        depth = lines[number].depth + 1
        numbers: list[int] = []
        for below in range(number + 1, len(lines)):
            line = lines[below]
            if line.depth <= depth and (line.formals is not None or (line.label is not None and numbers)):
                return []  # who comes from above falls on formals, and a region begins at a label
            if line.depth < depth:
                break
            if line.depth > depth:
                if not numbers:
                    return []
                continue
            if line.commands or line.bad or line.label is not None:
                numbers.append(below)
        return numbers

    def whole_region(self, first: int) -> list[int]:
        """Return the lines of a label, however many; none if the frame goes on behind them."""
        lines = self.routine.lines
        if lines[first].depth:
            return []
        numbers = [first]
        for below in range(first + 1, len(lines)):
            line = lines[below]
            if line.depth == 0:
                if line.label is not None:
                    if not ends(lines[numbers[-1]], nodes.Quit, nodes.Goto):
                        return []
                    break
                if line.commands or line.bad:
                    numbers.append(below)
        return numbers

    def _is_quiet(self, numbers: Sequence[int]) -> bool:
        """Return whether nothing in these lines, nor in what they call, may see or change the stack of M."""
        if not numbers or numbers[0] in self.refused:
            return False
        found = self._quiet.get(numbers[0])
        if found is None:
            self._quiet[numbers[0]] = False  # what calls itself
            found = self._quiet[numbers[0]] = all(map(self._is_quiet_line, numbers))
        return found

    def _is_quiet_line(self, number: int) -> bool:
        facts = facts_of(self.routine.lines[number])
        return not facts.is_loud and not facts.has_new and all(self.body(number, call) for call in facts.calls)

    # What will be written in place

    def inside(self, numbers: Sequence[int], start: str | None, *, is_turning: bool) -> Iterator[int]:
        """Yield the lines that will be written in place in these lines, whose region begins with the label `start`.

        A label is only where its call stands in a loop, or in what is in place; `is_turning`: all of these lines loop.
        """
        yield from self._inside(numbers, start, (), [0], 0, is_turning)

    def _inside(
        self,
        numbers: Sequence[int],
        start: str | None,
        around: tuple[str, ...],
        written: list[int],
        nested: int,
        is_turning: bool,
    ) -> Iterator[int]:
        lines = self.routine.lines
        for number in numbers:
            facts = facts_of(lines[number])
            inside: list[tuple[list[int], str | None, tuple[str, ...], int]] = []
            looped = len(facts.calls) if facts.looped_calls is None else facts.looped_calls
            for index, call in enumerate(facts.calls):
                if call is None or is_turning or index >= looped:
                    inside.append((self.body(number, call), None, (), nested + 1))
            for jump in facts.jumps:
                own = self.own(jump)
                if own is not None:
                    inside.append((self.jump(jump, start, around), start, (*around, own[0]), 0))
            for below, label, labels, depth in inside:
                count = sum([len(lines[each].commands) for each in below])
                if below and depth <= NESTED_COUNT_MAX and written[0] + count <= IN_PLACE_COUNT_MAX:
                    written[0] += count
                    yield from below
                    yield from self._inside(below, label, labels, written, depth, True)


def bodies_of(routine: nodes.Routine) -> Bodies:
    """Return the bodies of a routine, noted there."""
    try:
        return routine.bodies  # type: ignore[attr-defined, no-any-return]
    except AttributeError:
        routine.bodies = bodies = Bodies(routine)  # type: ignore[attr-defined]
        return bodies


def prelude(lines: Sequence[nodes.Line]) -> Iterator[str]:
    """Yield the locals that NEWs in front of all else hide."""
    for line in lines:
        for command in line.commands:
            if not is_plain_new(command):
                return
            yield from [argument.name for argument in command.arguments if isinstance(argument, nodes.Local)]
        if line.bad is not None:
            return


def is_plain_new(command: nodes.Command) -> bool:
    """Return whether a command is a NEW of locals and nothing else, whatever is the case."""
    return (
        isinstance(command, nodes.New)
        and command.condition is None
        and bool(command.arguments)
        and all(isinstance(each, nodes.Local) for each in command.arguments)
    )


def ends(line: nodes.Line, *kinds: type[nodes.Command]) -> bool:
    """Return whether nothing runs behind a line, since it ends with such a command, whatever is the case."""
    if not line.commands or line.bad is not None:
        return False
    *others, last = line.commands
    if any(isinstance(each, nodes.For | nodes.If | nodes.Else) for each in others):
        return False
    if not isinstance(last, kinds) or last.condition is not None:
        return False
    return not isinstance(last, nodes.Goto) or all(
        isinstance(each, nodes.Jump) and each.condition is None for each in last.arguments[:1]
    )

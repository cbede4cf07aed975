"""A profile: how often each line of M has run, and the steps and the time that it took; and those of labels, by call.

    a line     the steps are its weight for each time that it began, and what it paid meanwhile: turns of FOR, by size
    a label    the steps are all that was paid between its region's entry and the next one, but not in what it calls:
               also for lines that were not reached, since a region is paid for as a whole (meter.py)

Time is that between two events, without that of the profile itself. Lines of a block belong to the label above them, a
text of XECUTE is a label of its own. Steps and counts are the same in each tier.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from bumps.interp.frames import Frame, Place
from bumps.interp.weights import line_weight, region_weight

if TYPE_CHECKING:
    from bumps.interp.machine import Machine
    from bumps.interp.routines import Image

NODE_COUNT_MAX = 100_000
"""So many different ways to a label are kept apart; what comes after them belongs to its caller."""

SLICE_COUNT_MAX = 200_000
"""So many single calls are kept for a time line."""

TEXT_SIZE_MAX = 60
"""So much of an executed text is part of its name."""


class LineCost:
    """What one line took."""

    __slots__ = ("count", "nanoseconds", "place", "steps", "text", "weight")

    def __init__(self, place: str, text: str, weight: int) -> None:
        self.place = place
        self.text = text
        self.weight = weight
        self.count = 0
        self.steps = 0
        self.nanoseconds = 0


class Node:
    """A label, reached by one way through its callers, and what it took itself."""

    __slots__ = ("calls", "name", "nanoseconds", "steps")

    def __init__(self, name: str) -> None:
        self.name = name
        self.calls: dict[str, Node] = {}
        self.steps = 0
        self.nanoseconds = 0


class LabelCost(NamedTuple):
    """What one label took, over all ways to it."""

    name: str
    entry_count: int
    """How often its first line has begun."""
    steps: int
    nanoseconds: int
    total_steps: int
    """With all that it has called; a call of itself counts once."""
    total_nanoseconds: int


class Slice(NamedTuple):
    """One stay in a label."""

    name: str
    begin: int
    """Nanoseconds since the profile began."""
    end: int


class Findings(NamedTuple):
    """A profile that is finished."""

    root: Node
    lines: list[LineCost]
    """In the order in which they were reached."""
    counts: dict[str, int]
    """How often the first line of a label has begun."""
    steps: int
    """All that were taken meanwhile."""
    slices: list[Slice]
    has_all_slices: bool

    @property
    def nanoseconds(self) -> int:
        """The time that was spent in M."""
        return sum([node.nanoseconds for node, _ in self.walk()]) - self.root.nanoseconds

    def walk(self) -> Iterator[tuple[Node, frozenset[str]]]:
        """Yield each node with the names of the nodes from it up, callers before what they call."""
        left: list[tuple[Node, frozenset[str]]] = [(self.root, frozenset())]
        while left:
            node, names = left.pop()
            yield node, names
            for each in reversed(node.calls.values()):
                left.append((each, names if each.name in names else names | {each.name}))

    def labels(self) -> list[LabelCost]:
        """Return what each label took, in the order in which they were reached."""
        found: dict[str, list[int]] = {}
        for node, names in self.walk():
            if node is self.root:
                continue
            own = found.setdefault(node.name, [0, 0, 0, 0])
            own[0] += node.steps
            own[1] += node.nanoseconds
            for name in names:
                total = found.setdefault(name, [0, 0, 0, 0])
                total[2] += node.steps
                total[3] += node.nanoseconds
        return [LabelCost(name, self.counts.get(name, 0), *costs) for name, costs in found.items()]

    def packed(self) -> dict[str, Any]:
        """Return it as JSON can hold it, for another process."""
        nodes: list[list[Any]] = []
        left: list[tuple[Node, int]] = [(self.root, -1)]
        while left:
            node, above = left.pop()
            left.extend([(each, len(nodes)) for each in reversed(node.calls.values())])
            nodes.append([above, node.name, node.steps, node.nanoseconds])
        return {
            "nodes": nodes,
            "lines": [[each.place, each.text, each.count, each.steps, each.nanoseconds] for each in self.lines],
            "counts": self.counts,
            "steps": self.steps,
            "slices": self.slices,
            "has_all_slices": self.has_all_slices,
        }


def unpacked(found: dict[str, Any]) -> Findings:
    """Return what was packed."""
    nodes: list[Node] = []
    for above, name, steps, nanoseconds in found["nodes"]:
        node = Node(name)
        node.steps, node.nanoseconds = steps, nanoseconds
        if above >= 0:
            nodes[above].calls[name] = node
        nodes.append(node)
    lines = []
    for place, text, count, steps, nanoseconds in found["lines"]:
        line = LineCost(place, text, 0)
        line.count, line.steps, line.nanoseconds = count, steps, nanoseconds
        lines.append(line)
    slices = [Slice(*each) for each in found["slices"]]
    return Findings(nodes[0], lines, found["counts"], found["steps"], slices, found["has_all_slices"])


class _Fact(NamedTuple):
    """What is known of a line from its routine."""

    cost: LineCost
    label: str
    is_in_block: bool
    is_entry: bool
    """Whether the line has the label."""
    paid: int
    """What its region costs, if the line is the first of it."""


class Profile:
    """Looks at the lines of one machine."""

    wants_calls = True

    def __init__(self, machine: Machine, clock: Callable[[], int], *, has_slices: bool = False) -> None:
        """Look at `machine` from now on. `clock` gives nanoseconds; `has_slices` keeps single calls, too."""
        self.machine = machine
        self.root = Node("")
        self.counts: dict[str, int] = {}
        """By label."""
        self.slices: list[Slice] = []
        self.has_all_slices = True
        self._clock = clock
        self._has_slices = has_slices
        self._open: list[tuple[Node, Frame | None, int]] = []
        """The slices that have begun, the outermost first: label, the frame that began it, when."""
        self._facts: dict[tuple[Image | None, int, str], _Fact] = {}
        """Of each line that was reached, in this order."""
        self._node_count = 0
        self._outside = LineCost("", "", 0)
        self._stack: list[tuple[Node, LineCost]] = []
        """For each function that runs lines of M, where it is."""
        self._has_begun = False
        """Whether a function has begun whose first line has not."""
        self._start = self._since = clock()
        self._left = self._since
        """When the last function ended."""
        self._steps = self._first_steps = 0
        self._has_seen = False
        """Whether there was an event. It counts from the first one on: who attaches may come while the meter counts."""
        machine.watch.observer = self

    # What the watch tells

    def begin(self) -> None:
        """Take that a function begins."""
        self._account()
        self._stack.append(self._stack[-1] if self._stack else (self.root, self._outside))
        self._has_begun = True
        self._since = self._clock()

    def end(self) -> None:
        """Take that a function ends."""
        self._left = self._account()
        if self._stack:
            self._stack.pop()
        self._has_begun = False
        self._since = self._clock()

    def line(self, place: Place) -> None:
        """Take that a line begins."""
        fact = self._reach(place)
        fact.cost.count += 1
        fact.cost.steps += fact.cost.weight
        self._since = self._clock()

    def label(self, place: Place) -> None:
        """Take that a region begins with a line that has nothing but a label."""
        self._reach(place)
        self._since = self._clock()

    def resume(self, places: list[Place | None]) -> None:
        """Take where the program is: some of its functions were not told of."""
        if self._has_seen:
            self._account()
        self._stack = []
        for place in places:
            self._stack.append(self._stack[-1] if self._stack else (self.root, self._outside))
            if place is not None:
                fact = self._fact(place)
                self._stack[-1] = self._node(fact), fact.cost
        self._has_begun = False
        self._since = self._clock()

    # Accounts

    def _account(self) -> int:
        """Give what was used since the last event to where the program was; return the time."""
        now = self._clock()
        steps = self.machine.meter.steps
        if not self._has_seen:
            self._has_seen = True
            self._first_steps = self._steps = steps
            self._since = now
        node, line = self._stack[-1] if self._stack else (self.root, self._outside)
        used = steps - self._steps
        self._steps = steps
        time = now - self._since
        node.steps += used
        node.nanoseconds += time
        line.steps += used
        line.nanoseconds += time
        return now

    def _reach(self, place: Place) -> _Fact:
        """Account for what was used before a line, and go there."""
        fact = self._fact(place)
        if not self._stack:
            self._stack.append((self.root, self._outside))
        above, line = self._stack[-1]
        steps = self._steps
        now = self._account()
        node = self._node(fact)
        if self._has_begun:  # what was paid since then is for the region, or the text, that begins here
            self._has_begun = False
            paid = self._steps - steps
            above.steps -= paid
            line.steps -= paid
            node.steps += paid
            if place.image is None:
                fact.cost.weight = paid
        else:
            line.steps -= fact.paid  # a region that goes to its start again: it is no line's own
        self._stack[-1] = node, fact.cost
        if fact.is_entry:
            self.counts[fact.label] = self.counts.get(fact.label, 0) + 1
        if self._has_slices:
            self._slice(node, fact, now)
        return fact

    def _node(self, fact: _Fact) -> Node:
        """Return the node of a line that the innermost function runs."""
        parent = self._stack[-2][0] if len(self._stack) > 1 else self.root
        if fact.is_in_block and parent.name == fact.label:
            return parent
        found = parent.calls.get(fact.label)
        if found is None:
            if self._node_count >= NODE_COUNT_MAX:
                return parent
            self._node_count += 1
            found = parent.calls[fact.label] = Node(fact.label)
        return found

    def _fact(self, place: Place) -> _Fact:
        """Return what is known of a line."""
        image = place.image
        key = image, place.line, "" if image is not None else place.source
        fact = self._facts.get(key)
        if fact is None:
            fact = self._facts[key] = _text_fact(place.source) if image is None else _line_fact(image, place.line)
        return fact

    # Single calls

    def _slice(self, node: Node, fact: _Fact, now: int) -> None:
        """Note which labels are left and entered by going to a line of `node`."""
        path = [each for each, _ in self._stack]
        nodes = [each for index, each in enumerate(path) if each is not self.root and each not in path[:index]]
        frame = None if fact.is_in_block or not self.machine.frames else self.machine.frames[-1]
        keep = 0
        while keep < min(len(self._open), len(nodes)) and self._open[keep][0] is nodes[keep]:
            keep += 1
        if keep == len(nodes) and keep and frame is not None and self._open[keep - 1][1] not in (None, frame):
            keep -= 1  # the same label, called again
        self._close(keep, max(self._left, self._open[-1][2]) if self._open else now)
        for each in nodes[keep:]:
            self._open.append((each, frame, now))

    def _close(self, keep: int, now: int) -> None:
        """End the slices but for the outermost ones."""
        while len(self._open) > keep:
            node, _, begin = self._open.pop()
            if len(self.slices) < SLICE_COUNT_MAX:
                self.slices.append(Slice(node.name, begin - self._start, now - self._start))
            else:
                self.has_all_slices = False

    def finish(self, *, is_amid: bool = False) -> Findings:
        """Look no more, and return what was found; `is_amid` if the program runs on, and the last event was all."""
        self.machine.watch.observer = None
        now = self._clock() if is_amid else self._account()
        self._close(0, now)
        self._stack = []
        steps = self._steps - self._first_steps
        lines = [fact.cost for fact in self._facts.values()]
        return Findings(self.root, lines, self.counts, steps, self.slices, self.has_all_slices)


def _line_fact(image: Image, number: int) -> _Fact:
    """Return what is known of a line of a routine."""
    lines = image.tree.lines
    line = lines[number]
    above = number
    while above > 0 and lines[above].label is None:
        above -= 1
    label = lines[above].label
    name = f"{label.name}^{image.name}" if label is not None else f"^{image.name}"
    paid = 0
    code, index = image.position(number)
    if index in code.starts:
        region = [line]
        for below in code.numbers[code.index_of(number) + 1 :]:
            if lines[below].label is not None:
                break
            region.append(lines[below])
        paid = region_weight(region)
    cost = LineCost(image.place_name(number), image.lines[number], line_weight(line))
    return _Fact(cost, name, line.depth > 0 and label is not line.label, line.label is not None, paid)


def _text_fact(source: str) -> _Fact:
    """Return what is known of a text of XECUTE. What it costs is known when it has been paid for."""
    shown = source if len(source) <= TEXT_SIZE_MAX else f"{source[:TEXT_SIZE_MAX]}..."
    return _Fact(LineCost("@", source, 0), f"@ {shown}", False, True, 0)

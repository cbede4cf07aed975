"""What a routine is without its commands: all that linking and calling it need, so that no tree is needed for that.

It is read off a tree (`outline_of`), or it comes from the code cache (code_cache.py), and then nothing is parsed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from bumps.interp.costs import REGION
from bumps.interp.source import Diagnostic

if TYPE_CHECKING:
    from bumps.interp import nodes

Facts = tuple[tuple[int, ...], bytes, dict[int, str], dict[int, tuple[str, ...]], tuple[int, ...], tuple[Any, ...]]
"""An outline as plain values, for a file: the order is that of the attributes."""


class Outline:
    """The lines of a routine, by their index."""

    __slots__ = ("_weigh", "depths", "diagnostics", "formals", "has_commands", "labels", "names")

    def __init__(
        self,
        depths: tuple[int, ...],
        has_commands: bytes,
        names: dict[int, str],
        formals: dict[int, tuple[str, ...]],
        diagnostics: Sequence[Diagnostic],
        weights: tuple[int, ...] | Callable[[int], int],
    ) -> None:
        """`weights` are those of the lines, or what tells the weight of one: that is some work, and noted there."""
        self.depths = depths
        self.has_commands = has_commands
        """For each line, whether it does anything: 1 or 0. A line that is bad does: it raises."""
        self.names = names
        """Of the lines with a label, that label; it may stand at several of them."""
        self.formals = formals
        """Of the lines with parentheses behind the label, the names in them."""
        self.diagnostics = diagnostics
        self.labels: dict[str, int] = {}
        """Where each label is: the first one counts."""
        for number, name in names.items():
            self.labels.setdefault(name, number)
        self._weigh = weights if callable(weights) else weights.__getitem__

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self.depths)

    def weight(self, numbers: Iterable[int]) -> int:
        """Return what these lines of one region cost together (weights.py)."""
        return max(sum([self._weigh(number) for number in numbers]), REGION)

    def facts(self) -> Facts:
        """Return it as plain values, of which `outline_from` makes it again."""
        weights = tuple([self._weigh(number) for number in range(self.count)])
        diagnostics = tuple([tuple(each) for each in self.diagnostics])
        return self.depths, self.has_commands, self.names, self.formals, weights, diagnostics


def outline_of(tree: nodes.Routine) -> Outline:
    """Return the outline of a tree."""
    from bumps.interp.weights import line_weight

    lines = tree.lines
    return Outline(
        tuple([line.depth for line in lines]),
        bytes([bool(line.commands or line.bad) for line in lines]),
        {number: line.label.name for number, line in enumerate(lines) if line.label is not None},
        {
            number: tuple([formal.name for formal in line.formals])
            for number, line in enumerate(lines)
            if line.formals is not None
        },
        tree.diagnostics,
        lambda number: line_weight(lines[number]),
    )


def outline_from(facts: Facts) -> Outline:
    """Return the outline that `facts` were made of."""
    depths, has_commands, names, formals, weights, diagnostics = facts
    return Outline(depths, has_commands, names, formals, [Diagnostic(*each) for each in diagnostics], weights)

"""The weight of pieces of a tree: what their commands cost by the table of costs.py.

The *weight* of a line is what its commands cost together, up to and with its first FOR; what stands behind a FOR
is paid by that, turn by turn. Who pays when: meter.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from bumps.interp import nodes
from bumps.interp.costs import COMMANDS, COSTS, FUNCTIONS, OPERATORS, REGION, SPECIALS, STRUCTURED, TURN, UNARY
from bumps.interp.nodes import BRANCHES

_LOCAL: Final[int] = COSTS["local"]
_SUBSCRIPT: Final[int] = COSTS["subscript"]
_GLOBAL: Final[int] = COSTS["global"]


def line_weight(line: nodes.Line) -> int:
    """Return the weight of a line: its commands, but those behind a FOR. It is asked for often, and noted there."""
    try:
        return line.weight  # type: ignore[attr-defined, no-any-return]
    except AttributeError:
        line.weight = weight = _commands_weight(line, 0)  # type: ignore[attr-defined]
        return weight


def turn_weight(line: nodes.Line, for_index: int) -> int:
    """Return what a turn of the FOR that is command `for_index` of a line costs; of a nested FOR only its own start."""
    return TURN + _commands_weight(line, for_index + 1)


def region_weight(lines: list[nodes.Line]) -> int:
    """Return what these lines of one region cost together."""
    return max(sum([line_weight(line) for line in lines]), REGION)


def weight(*pieces: object) -> int:
    """Return what the nodes cost that are in these: nodes, sequences of nodes, or anything else, which costs nothing.

    A command costs as on a line; a FOR that is handed in alone has no body.
    """
    total = 0
    stack: list[Any] = list(pieces)
    while stack:
        piece = stack.pop()
        kind = piece.__class__
        if kind is tuple or kind is list:
            stack.extend(piece)
            continue
        fields = BRANCHES.get(kind)
        if fields is not None:
            own = OWN.get(kind)
            if own is not None:
                total += own(piece)
            for field in fields:
                value = getattr(piece, field)
                if value is not None:
                    stack.append(value)
    return total


def _commands_weight(line: nodes.Line, first: int) -> int:
    """Return what the commands of a line from `first` on cost, up to and with the next FOR."""
    try:
        weights: list[int] = line.weights  # type: ignore[attr-defined]
    except AttributeError:
        weights = line.weights = [weight(command) for command in line.commands]  # type: ignore[attr-defined]
    total = 0
    for command, own in zip(line.commands[first:], weights[first:], strict=True):
        total += own
        if command.__class__ is nodes.For:
            return total
    return total if line.bad is None else total + COSTS["bad"]


def _command(command: nodes.Command) -> int:
    return COMMANDS[command.keyword] * (len(command.arguments) or 1)


def _z_command(command: nodes.Zcommand) -> int:
    return COMMANDS[command.name] * (len(command.arguments) or 1)


def _fixed(cost: int) -> Callable[[Any], int]:
    return lambda node: cost


OWN: Final[dict[type, Callable[[Any], int]]] = {
    nodes.Local: lambda node: _LOCAL + _SUBSCRIPT * len(node.subscripts),
    nodes.Global: lambda node: _GLOBAL + _SUBSCRIPT * len(node.subscripts),
    nodes.Naked: lambda node: _GLOBAL + _SUBSCRIPT * len(node.subscripts),
    nodes.Ssvn: lambda node: STRUCTURED[node.name],
    nodes.Indirection: _fixed(COSTS["indirection"]),
    nodes.ArgumentIndirection: _fixed(COSTS["indirection"]),
    nodes.Unary: lambda node: UNARY[node.operator],
    nodes.Binary: lambda node: OPERATORS[node.operator],
    nodes.Match: _fixed(COSTS["match"]),
    nodes.Function: lambda node: FUNCTIONS[node.name],
    nodes.Select: _fixed(FUNCTIONS["SELECT"]),
    nodes.Text: _fixed(FUNCTIONS["TEXT"]),
    nodes.Special: lambda node: SPECIALS[node.name],
    nodes.Extrinsic: _fixed(COSTS["extrinsic"]),
    nodes.External: _fixed(COSTS["external"]),
    nodes.Zcommand: _z_command,
    nodes.Vendor: _fixed(COSTS["vendor"]),
    nodes.ZwriteVariable: lambda node: _GLOBAL if node.is_global else _LOCAL,
}
"""What a node costs beside what is in it; one that is not here costs nothing but that."""

for _kind in nodes.BRANCHES:
    if issubclass(_kind, nodes.Command) and _kind.keyword:
        OWN[_kind] = _command

"""What a local is throughout a loop, if it is so before the first turn: a text, or an int between known bounds.

    FOR I=1:1:N SET A=A*3+I#10007

If A is an int of few digits, so it is after each turn, and nothing has to be asked in any. Here it is guessed, from
what the loop sets locals to; who writes the loop sees whether all that it stores is so (`Lift`, generate_base.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from bumps.interp import nodes
from bumps.interp.compile_base import constant
from bumps.interp.compile_expressions import RELATIONS
from bumps.interp.generate_base import Kind, Val
from bumps.interp.generate_texts import RESULTS
from bumps.interp.scales import COMMANDS

INT_MAX = (1 << 31) - 1
"""An int that is assumed is at most so large, and at least 0, before the first turn."""


def assumptions_of(commands: Sequence[nodes.Command]) -> dict[str, Val]:
    """Return what may well be so of the locals that a loop of these commands sets; nothing if it calls something."""
    found: dict[str, Kind | None] = {}
    for command in commands:
        if not isinstance(command, COMMANDS) or any(isinstance(each, nodes.Extrinsic) for each in command.walk()):
            return {}
        if not isinstance(command, nodes.Set):
            continue
        for argument in command.arguments:
            if isinstance(argument, nodes.Assignment):
                for target in argument.targets:
                    if isinstance(target, nodes.Local) and not target.subscripts:
                        kind = _kind(argument.value)
                        found[target.name] = kind if found.get(target.name, kind) is kind else None
    return {
        name: Val("", kind, span=(0, INT_MAX)) if kind is Kind.INT else Val("", kind)
        for name, kind in found.items()
        if kind is not None
    }


def _kind(node: nodes.Expression) -> Kind | None:
    """Return of what kind an expression is if what it consists of is simple; None if that is not known."""
    fixed = constant(node)
    if fixed is not None:
        return Kind.TEXT if isinstance(fixed, str) else Kind.INT if isinstance(fixed, int) else None
    if isinstance(node, nodes.Group):
        return _kind(node.expression)
    if isinstance(node, nodes.Function):
        return Kind.TEXT if node.name == "PIECE" else RESULTS.get(node.name)
    if isinstance(node, nodes.Binary):
        if node.operator == "_":
            return Kind.TEXT
        if node.operator in RELATIONS or (node.operator == "#" and isinstance(constant(node.right), int)):
            return Kind.INT
    return None

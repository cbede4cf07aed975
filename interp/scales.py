"""Which locals of a loop are decimal fractions with so many decimals: they are held as ints, in units of the last one.

    FOR I=1:1:N SET PRICE=I#1000/8+.05,TAX=PRICE*.19,TOTAL=TOTAL+PRICE+TAX

`I#1000/8` has 3 decimals at most, so PRICE has 3, TAX 5, and TOTAL 5: TOTAL is held as `TOTAL*100000`, and what is
added is brought to the same unit. Ints of Python take a fifth of the time of decimals.

What is found is a guess that is right for what is computed in the loop, as long as nothing has more than 18 digits. A
value that does not fit, which may be there before the loop, or come of large numbers, is held as it is. So what is held
is told by its class: an int is a number of units, all else is the value itself.

A local has a scale only if the loop does nothing with it but to set it to what is computed of such locals, ints and
literals, and to compare such things: so nothing else can meet a number of units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from bumps.interp import nodes
from bumps.interp.compile_base import constant
from bumps.interp.values import Value

SCALE_MAX = 9
"""So many decimals at most are taken into units."""

DEPTH_MAX = 12
"""A deeper expression has no scale."""

COMMANDS = (nodes.Else, nodes.For, nodes.If, nodes.Kill, nodes.Merge, nodes.Quit, nodes.Set, nodes.Write)
"""The commands of loops that are looked at, and DO of a block: they run nothing that is not seen."""

RELATIONS = frozenset("=<>")


def decimals_of(number: int | Decimal) -> int:
    """Return how many decimals a literal has."""
    exponent = number.as_tuple().exponent if isinstance(number, Decimal) else 0
    assert isinstance(exponent, int), "it is no NaN"
    return max(-exponent, 0)


def reciprocal(divisor: Value | None) -> tuple[int, int] | None:
    """Return the int and the count of decimals that are `1/divisor`; None if there are none, or too many decimals."""
    if divisor is None or isinstance(divisor, str) or not divisor:
        return None
    decimals = decimals_of(divisor)
    units = int(divisor * 10**decimals)
    for scale in range(SCALE_MAX + 1):
        factor, rest = divmod(10 ** (scale + decimals), units)
        if not rest:
            return factor, scale
    return None


def scales_of(commands: Sequence[nodes.Command]) -> Mapping[str, int]:
    """Return the locals of a loop of these commands, blocks and all, that have decimals, and how many."""
    has_fractions = False
    for command in commands:
        if not isinstance(command, COMMANDS) and not (isinstance(command, nodes.Do) and not command.arguments):
            return {}
        for each in command.walk():
            if isinstance(each, nodes.Extrinsic):
                return {}
            has_fractions |= isinstance(each, nodes.Number) and isinstance(each.value, Decimal)
            has_fractions |= isinstance(each, nodes.Binary) and each.operator == "/"
    return _Loop(commands).scales() if has_fractions else {}


class _Loop:
    """What is done with the locals of a loop."""

    def __init__(self, commands: Sequence[nodes.Command]) -> None:
        self.computed: list[tuple[str, nodes.Expression]] = []
        """What is compared, and what is stored where; no name for a comparison."""
        self.counters: set[str] = set()
        """What a FOR counts, by ints."""
        self.barred: set[str] = set()
        """Locals with which something else is done."""
        self._look_at(commands)

    def _look_at(self, found: Any) -> None:
        """Note what is in a node, or in several."""
        if isinstance(found, tuple | list):
            for each in found:
                self._look_at(each)
        if not isinstance(found, nodes.Node):
            return
        if isinstance(found, nodes.Binary) and found.operator in RELATIONS:
            self.computed.append(("", found))
            return
        if isinstance(found, nodes.Assignment) and len(found.targets) == 1:
            target = found.targets[0]
            if isinstance(target, nodes.Local) and not target.subscripts:
                self.computed.append((target.name, found.value))
                return
        if isinstance(found, nodes.For) and isinstance(found.variable, nodes.Local) and not found.variable.subscripts:
            if all(constant(each.step).__class__ is int for each in found.arguments):
                self.counters.add(found.variable.name)
        if isinstance(found, nodes.Local) and not found.subscripts:
            self.barred.add(found.name)
        for field in found.fields:
            self._look_at(getattr(found, field))

    def scales(self) -> Mapping[str, int]:
        """Return what `scales_of` returns."""
        targets = {name for name, _ in self.computed if name}
        while True:
            scales: dict[str, int | None] = dict.fromkeys(self.counters | targets, 0)
            before: dict[str, int | None] = {}
            while before != scales:
                before = dict(scales)
                for name, expression in self.computed:
                    if name:
                        scale, old = self._scale(expression, scales), scales[name]
                        scales[name] = None if scale is None or old is None else max(scale, old)
                        if scales[name] and name in self.barred:
                            scales[name] = None
            count = len(self.barred)
            for name, expression in self.computed:
                if (scales[name] if name else self._scale(expression, scales)) is None:
                    self.barred.update([each.name for each in expression.walk() if isinstance(each, nodes.Local)])
            if len(self.barred) == count:
                return {name: scale for name, scale in scales.items() if scale}

    def _scale(self, node: nodes.Expression, scales: Mapping[str, int | None], depth: int = 0) -> int | None:
        """Return how many decimals an expression has at most; None if that is not known."""
        fixed = constant(node)
        if fixed is not None:
            return None if isinstance(fixed, str) else _few(decimals_of(fixed))
        if isinstance(node, nodes.Local) and not node.subscripts and depth:
            return scales.get(node.name)
        if depth > DEPTH_MAX:
            return None
        if isinstance(node, nodes.Group):
            return self._scale(node.expression, scales, depth)
        if isinstance(node, nodes.Unary) and node.operator in "+-":
            return self._scale(node.operand, scales, depth + 1)
        if not isinstance(node, nodes.Binary):
            return None
        left = self._scale(node.left, scales, depth + 1)
        if left is not None and node.operator == "/":
            quotient = reciprocal(constant(node.right))
            return None if quotient is None else _few(left + quotient[1])
        right = self._scale(node.right, scales, depth + 1)
        if left is None or right is None:
            return None
        if node.operator in "+-":
            return max(left, right)
        if node.operator == "*":
            return _few(left + right)
        if node.operator in "=<>" or (node.operator in "#\\" and left == right == 0):
            return 0
        return None


def _few(scale: int) -> int | None:
    return scale if scale <= SCALE_MAX else None

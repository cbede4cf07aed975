"""What all parts of the compiler share: the machine it compiles for, and where errors are.

A compiler turns nodes into closures of one machine. A closure has its cells, constants and sub-closures
in Python's own cells: there is no dispatch when it runs. Everything that can be decided from the tree is
decided here, once.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from bumps.errors import MError
from bumps.interp import nodes
from bumps.interp.references import Reference
from bumps.interp.symbols import Value

if TYPE_CHECKING:
    from bumps.interp.machine import Machine

Get = Callable[[], Value]
Act = Callable[[], None]
Test = Callable[[], bool]
Refer = Callable[[], Reference]


class CompilerBase:
    """The compiler of one machine; the parts that other parts need are declared here."""

    def __init__(self, machine: Machine, *, is_located: bool) -> None:
        """`is_located` says whether columns of nodes are columns of a routine's line."""
        self.machine = machine
        self.is_located = is_located

    def value(self, node: nodes.Expression) -> Get:
        """Return a closure that gives the value of an expression."""
        raise AssertionError("compile_expressions.py has it")

    def reference(self, node: nodes.Expression) -> Refer:
        """Return a closure that evaluates the subscripts of a variable and gives the reference."""
        raise AssertionError("compile_variables.py has it")

    def locate(self, error: MError, node: nodes.Node) -> MError:
        """Note the column of `node` in an error that has none yet."""
        if self.is_located and not error.column:
            error.column = node.start + 1
        return error


def constant(node: nodes.Expression | None) -> Value | None:
    """Return the value of a literal, also in parentheses or with a sign; None if it is more than that."""
    if isinstance(node, nodes.Group):
        return constant(node.expression)
    if isinstance(node, nodes.String | nodes.Number):
        return node.value
    if isinstance(node, nodes.Unary) and node.operator == "-" and isinstance(node.operand, nodes.Number):
        return -node.operand.value
    return None


def is_value(value: object) -> bool:
    """Return whether this is an M value at all (values.py, V1)."""
    return value.__class__ in (str, int, Decimal)

"""What all parts of the compiler share: the machine it compiles for, and where errors are.

A compiler turns nodes into closures of one machine. A closure has its cells, constants and sub-closures
in Python's own cells: there is no dispatch when it runs. Everything that can be decided from the tree is
decided here, once.

Where an expression stands costs nothing while all goes well: each closure gets a code object of its own,
whose last constant is the column. places.py finds it on the Python stack when an error asks (`column_of`).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from bumps.interp import nodes
from bumps.interp.columns import Closure, located_at
from bumps.interp.references import Reference
from bumps.interp.symbols import Value
from bumps.interp.values import to_integer, to_text

if TYPE_CHECKING:
    from bumps.interp.machine import Machine
    from bumps.interp.routines import Image

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
        self.image: Image | None = None
        """The routine whose line is compiled now; None for a text."""
        self.source = ""
        """The text that is compiled now: spans of nodes are in it."""
        self.given: list[Value] = []
        """Where the literals will be that are not in the tree."""

    def value(self, node: nodes.Expression) -> Get:
        """Return a closure that gives the value of an expression."""
        raise AssertionError("compile_expressions.py has it")

    def texts(self, node: nodes.Expression) -> Callable[[], str]:
        """Return a closure that gives the text of an expression."""
        literal = constant(node)
        if literal is not None:
            text = to_text(literal)
            return lambda: text
        get = self.value(node)

        def text_of() -> str:
            value = get()
            return value if value.__class__ is str else to_text(value)

        return self.located(text_of, node)

    def integer(self, node: nodes.Expression) -> Callable[[], int]:
        """Return a closure that gives the integer of an expression."""
        literal = constant(node)
        if literal.__class__ is int:
            return lambda: literal
        get = self.value(node)
        return self.located(lambda: to_integer(get()), node)

    def reference(self, node: nodes.Expression) -> Refer:
        """Return a closure that evaluates the subscripts of a variable and gives the reference."""
        raise AssertionError("compile_variables.py has it")

    def located(self, run: Closure, node: nodes.Node) -> Closure:
        """Return a closure that was just made, and from now on knows the column of `node`, if it knew none."""
        return located_at(run, node.start + 1) if self.is_located else run


def constant(node: nodes.Expression | None) -> Value | None:
    """Return the value of a literal, also in parentheses or with a sign; None if it is more than that."""
    kind = node.__class__
    if kind is nodes.String or kind is nodes.Number:
        return node.value  # type: ignore[union-attr, no-any-return]
    if kind is nodes.Group:
        return constant(node.expression)  # type: ignore[union-attr]
    if isinstance(node, nodes.Unary) and node.operator == "-" and isinstance(node.operand, nodes.Number):
        return -node.operand.value
    return None


def is_fixed(node: nodes.Expression | None) -> bool:
    """Return whether this is a literal as `constant` knows it, or stands for one (templates.py)."""
    if isinstance(node, nodes.Group):
        return is_fixed(node.expression)
    if isinstance(node, nodes.Unary) and node.operator == "-" and isinstance(node.operand, nodes.Given):
        return node.operand.is_number
    return isinstance(node, nodes.Given) or constant(node) is not None


def is_value(value: object) -> bool:
    """Return whether this is an M value at all (values.py, V1)."""
    return value.__class__ in (str, int, Decimal)

"""Texts that are code and differ only in their literals: one closure for all of them, which is given the literals.

VistA makes texts such as `$D(^DIC(4,17,0))` anew for each record: to parse and compile them takes most of the time
that they take. So a text is taken apart into its literals and the rest, the *shape*; the second text of a
shape is compiled with `nodes.Given` in the place of its literals, and those that follow need only their own.

T1. Only literals that are values of expressions are taken, of a form in which nothing can be wrong with them. A text in
    which a digit or a quote may mean something else, or a literal may be looked at before it runs, has no shape.
T2. Nothing in such a text runs M, so no shape runs within itself: its literals are put where its closure finds them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from bumps.interp import nodes
from bumps.interp.values import NUMBERS, Value

Result = TypeVar("Result")

TEXT_SIZE_MAX = 500

_NUMBER = r"(?<![0-9A-Za-z.%$])((?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,5})?|\.[0-9]{1,5})(?![0-9A-Za-z.%])"
_LITERAL = re.compile(rf'"((?:[^"]|"")*)"|{_NUMBER}')
_OTHER = re.compile(r"[?@;]|\^[|\[]|\$(?!(?:D|DATA|G|GET|O|ORDER|P|PIECE|J)(?![0-9A-Za-z]))|\.[A-Za-z%]", re.IGNORECASE)
"""What a text has that has no shape (T1)."""


class Shape:
    """A text without its literals."""

    __slots__ = ("starts", "text", "values")

    def __init__(self, text: str, starts: tuple[int, ...], values: tuple[Value, ...]) -> None:
        self.text = text
        self.starts = starts
        """Where the literals begin."""
        self.values = values


def shape_of(source: str) -> Shape | None:
    """Take a text apart; None if it has no shape, or no literals."""
    if len(source) > TEXT_SIZE_MAX or not source.isprintable():
        return None
    starts: list[int] = []
    values: list[Value] = []
    parts: list[str] = []
    end = 0
    for found in _LITERAL.finditer(source):
        number = found[2]
        parts.append(source[end : found.start()])
        parts.append('""' if number is None else "0")
        end = found.end()
        starts.append(found.start())
        values.append(found[1].replace('""', '"') if number is None else NUMBERS[number])
    if not values:
        return None
    text = "".join([*parts, source[end:]])
    return None if _OTHER.search(text) else Shape(text, tuple(starts), tuple(values))


class Template(Generic[Result]):
    """The closure of a shape."""

    def __init__(self) -> None:
        self.given: list[Value] = []
        """The literals of the text that runs now."""
        self.run: Callable[[], Result]

    def of(self, values: tuple[Value, ...]) -> Callable[[], Result]:
        """Return the closure of a text with these literals."""
        given = self.given

        def run() -> Result:
            given[:] = values
            return self.run()

        return run


def opened(tree: Any, starts: tuple[int, ...]) -> Any:
    """Return a tree with `nodes.Given` for the literals that begin there; None if they are not those of the tree."""
    indexes = {start: index for index, start in enumerate(starts)}
    count = 0

    def changed(piece: Any) -> Any:
        nonlocal count
        if isinstance(piece, list | tuple):
            return [changed(each) for each in piece]
        if isinstance(piece, nodes.String | nodes.Number) and piece.start in indexes:
            count += 1
            return nodes.Given(piece.start, piece.end, indexes[piece.start], isinstance(piece, nodes.Number))
        if isinstance(piece, nodes.Function) and piece.name == "ORDER" and len(piece.arguments) > 1:
            return piece  # a direction that is a literal is looked at before it runs
        if isinstance(piece, nodes.Node):
            return type(piece)(piece.start, piece.end, *[changed(getattr(piece, field)) for field in piece.fields])
        return piece

    made = changed(tree)
    return made if count == len(starts) else None

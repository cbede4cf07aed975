"""The kinds of grammar elements: pyparsing's, with a fast path past ParseResults, packrat and exceptions.

`fast(text, at)` returns `(end, value)`: where the element ends and the node it
made. If it does not match, `end` is negative: the parse failed at column `~end`,
and the value is the code of the error, GT.M's mnemonic. So a good line pays
nothing for diagnostics, and a bad line needs no second pass: every choice is
made by the next character, so the place where the chosen way fails is the
furthest one.

The text ends in a line feed as a sentinel, so no element checks for the end.
`parseImpl` makes each element usable with pyparsing's own: `element.parse_string(line)`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from pyparsing import ParseException, ParserElement

from bumps.interp.keywords import LINE_END

Fast = Callable[[str, int], tuple[int, Any]]


class Element(ParserElement):
    """A grammar element with a fast path. Subclasses set `fast` in their constructor."""

    fast: Fast

    def __init__(self, name: str) -> None:
        """Name the element, for messages; spaces always count in M."""
        super().__init__()
        self.leave_whitespace()
        self.parse_with_tabs()
        self.set_name(name)

    def parseImpl(self, instring: str, loc: int, do_actions: bool = True) -> tuple[int, Any]:
        """Match at `loc` for pyparsing; raises ParseException with the code as its message."""
        text = instring if instring.endswith("\n") else instring + "\n"
        end, value = self.fast(text, loc)
        if end < 0:
            raise ParseException(instring, ~end, value, self)
        return end, [value]

    def _generateDefaultName(self) -> str:
        return type(self).__name__


class Rule(Element):
    """An element whose fast path is a function written by hand: the few hot or irregular ones."""

    def __init__(self, name: str, fast: Fast) -> None:
        """Take the function as it is."""
        super().__init__(name)
        self.fast = fast


class Token(Element):
    """A regular expression; its value is `build(start, end, match)`."""

    def __init__(self, name: str, pattern: str, build: Callable[[int, int, re.Match[str]], Any], code: str) -> None:
        """Compile `pattern`; `code` is the error if it does not match."""
        super().__init__(name)
        match = re.compile(pattern).match

        def fast(text: str, at: int) -> tuple[int, Any]:
            found = match(text, at)
            if found is None:
                return ~at, code
            end = found.end()
            return end, build(at, end, found)

        self.fast = fast


class Literal(Element):
    """One certain character, without a value of its own."""

    def __init__(self, character: str, code: str) -> None:
        """Expect `character`; `code` is the error if it is not there."""
        super().__init__(repr(character))

        def fast(text: str, at: int) -> tuple[int, Any]:
            if text[at] == character:
                return at + 1, None
            return ~at, code

        self.fast = fast


class Sequence(Element):
    """Elements one after the other; its value is `make(start, end, *values)`, Literals have none."""

    def __init__(self, name: str, make: Callable[..., Any], *elements: Element) -> None:
        """Take the elements in their order."""
        super().__init__(name)
        steps = tuple((element, not isinstance(element, Literal)) for element in elements)

        def fast(text: str, at: int) -> tuple[int, Any]:
            start = at
            values = []
            for element, has_value in steps:
                at, value = element.fast(text, at)
                if at < 0:
                    return at, value
                if has_value:
                    values.append(value)
            return at, make(start, at, *values)

        self.fast = fast


class Dispatch(Element):
    """The element that the next character chooses."""

    def __init__(self, name: str, table: Mapping[str, Element], code: str, otherwise: Element | None = None) -> None:
        """Map each character of a key of `table`; without `otherwise`, any other character fails with `code`."""
        super().__init__(name)
        by_character = {character: element for characters, element in table.items() for character in characters}

        def fast(text: str, at: int) -> tuple[int, Any]:
            element = by_character.get(text[at], otherwise)
            if element is None:
                return ~at, code
            return element.fast(text, at)

        self.fast = fast


class Optional(Element):
    """An element that is there if a certain character is, which comes before it; else its value is `default`."""

    def __init__(self, opener: str, element: Element, default: Any = None) -> None:
        """Expect `element` behind `opener`, or nothing."""
        super().__init__(f"{opener!r} {element}")

        def fast(text: str, at: int) -> tuple[int, Any]:
            if text[at] == opener:
                return element.fast(text, at + 1)
            return at, default

        self.fast = fast


class Listed(Element):
    """Elements with a separator between them; its value is a list."""

    def __init__(self, element: Element, separator: str = ",") -> None:
        """Expect at least one `element`."""
        super().__init__(f"list of {element}")

        def fast(text: str, at: int) -> tuple[int, Any]:
            parse = element.fast
            at, value = parse(text, at)
            if at < 0:
                return at, value
            values = [value]
            while text[at] == separator:
                at += 1
                if text[at] in LINE_END:
                    return ~at, "EXPR"
                at, value = parse(text, at)
                if at < 0:
                    return at, value
                values.append(value)
            return at, values

        self.fast = fast


class Enclosed(Element):
    """An element between two certain characters, that of the element is its value."""

    def __init__(self, opener: str, element: Element, closer: str, code: str = "RPARENMISSING") -> None:
        """Expect `opener`, `element`, `closer`; `code` is the error if the last is missing."""
        super().__init__(f"{opener}{element}{closer}")

        def fast(text: str, at: int) -> tuple[int, Any]:
            if text[at] != opener:
                return ~at, "LPARENMISSING"
            at, value = element.fast(text, at + 1)
            if at < 0:
                return at, value
            if text[at] != closer:
                return ~at, code
            return at + 1, value

        self.fast = fast

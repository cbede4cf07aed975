"""The tree gives the source back: its tokens, the proof of it, and the tree as JSON.

L1. The span of a node lies in its parent's, and siblings do not overlap (nodes.py, N2).
L2. The tokens of a line, gaps included, joined together are the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from bumps.interp import nodes
from bumps.interp.nodes import Line, Node, Routine


class Token(NamedTuple):
    """A piece of a line that has one meaning."""

    kind: str
    """command, function, special, local, global, label, routine, string, number, operator, parameter, control,
    pattern, punctuation, space, comment, bad or name."""
    start: int
    end: int
    text: str


_KINDS: dict[type[Node], str] = {
    nodes.String: "string",
    nodes.Number: "number",
    nodes.Local: "local",
    nodes.Global: "global",
    nodes.Naked: "global",
    nodes.Ssvn: "special",
    nodes.Special: "special",
    nodes.Function: "function",
    nodes.Select: "function",
    nodes.Text: "function",
    nodes.Parameter: "parameter",
    nodes.Control: "control",
    nodes.PatternAtom: "pattern",
    nodes.Comment: "comment",
    nodes.Bad: "bad",
}
"""The kind of what a node has for itself, between its children; names get theirs from their parent."""

_WHOLE = frozenset((nodes.String, nodes.Number, nodes.Comment, nodes.Bad))
"""These are one token, whatever is in them."""

_split = re.compile(
    r"(?P<space>[ \t]+)|(?P<word>\^?\$?[%A-Za-z0-9][A-Za-z0-9_.]*)|(?P<string>\"(?:[^\"]|\"\")*\"?)"
    r"|(?P<mark>[(),:.@]|\^\$?|\$[$&]?)|(?P<operator>.)",
    re.DOTALL,
).finditer


def tokens(line: Line) -> Iterator[Token]:
    """Yield the tokens of a line, from its first character to its last. Raises ValueError where L1 does not hold."""
    at = 0
    stack: list[tuple[Node, str, Iterator[Node]]] = [(line, "", line.children())]
    while stack:
        node, kind, children = stack[-1]
        child = next(children, None)
        end = node.end if child is None else child.start
        if not at <= end <= node.end or (child is not None and child.end > node.end):
            raise ValueError(f"the tree does not nest: {child or node!r} in columns {end}-{node.end}, behind {at}")
        yield from _pieces(node, kind, line.text, at, end)
        at = end
        if child is None:
            stack.pop()
        else:
            stack.append((child, _kind(child, node), child.children()))


def _kind(node: Node, parent: Node) -> str:
    """Return the kind of the words that a node has for itself."""
    if isinstance(node, nodes.Command):
        return "command"
    if isinstance(node, nodes.Name):
        if isinstance(parent, nodes.Line):
            return "label" if node is parent.label else "local"
        if isinstance(parent, nodes.Entry):
            return "routine" if node is parent.routine else "label"
        if isinstance(parent, nodes.ZwriteVariable):
            return "global" if parent.is_global else "local"
    return _KINDS.get(type(node), "name")


def _pieces(node: Node, kind: str, text: str, start: int, end: int) -> Iterator[Token]:
    """Yield what a node has for itself between two children."""
    if start == end:
        return
    if type(node) in _WHOLE:
        yield Token(kind, start, end, text[start:end])
        return
    for found in _split(text, start, end):
        group = found.lastgroup or ""
        piece = {"word": kind or "name", "mark": "punctuation"}.get(group, group)
        yield Token(piece, found.start(), found.end(), found[0])


def roundtrip(routine: Routine, lines: tuple[str, ...]) -> Iterator[str]:
    """Yield what is wrong with a tree: nothing, if it gives `lines`, the source, back (L1, L2)."""
    if len(routine.lines) != len(lines):
        yield f"{routine.name}: {len(routine.lines)} lines in the tree, {len(lines)} in the source"
    for number, (line, text) in enumerate(zip(routine.lines, lines, strict=False), start=1):
        try:
            found = "".join(token.text for token in tokens(line))
        except ValueError as error:
            yield f"{routine.name}:{number}: {error}"
            continue
        if found != text:
            yield f"{routine.name}:{number}: the tree gives {found!r}, the source is {text!r}"


def dump(node: Node) -> dict[str, Any]:
    """Return a node and all below as what JSON can hold: `node` is the class, then its span and its fields."""
    facts: dict[str, Any] = {"node": type(node).__name__, "start": node.start, "end": node.end}
    for field in node.fields:
        facts[field] = _plain(getattr(node, field))
    return facts


def _plain(value: Any) -> Any:
    if isinstance(value, Node):
        return dump(value)
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, Decimal) else value


def dump_routine(routine: Routine) -> dict[str, Any]:
    """Return a routine as what JSON can hold."""
    return {
        "routine": routine.name,
        "labels": routine.labels,
        "diagnostics": [diagnostic._asdict() for diagnostic in routine.diagnostics],
        "lines": [dump(line) for line in routine.lines],
    }

"""One seeded bug, and how it gets into the engine without the engine knowing.

A mutant patches named attributes, in two forms:

    replace  a function or method gets another body, made from the original
    rewrite  one expression inside a function is replaced in its source; more or fewer than
             one match is an error, so a change of the engine cannot quietly disarm a mutant
"""

from __future__ import annotations

import ast
import contextlib
import functools
import importlib
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Body = Callable[..., Any]
Factory = Callable[[Body], Body]


class MutantError(Exception):
    """A mutant that does not fit the engine: no such target, no single match, or it never ran."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One seeded bug."""

    name: str
    group: str
    line: str
    """What is wrong, in one line."""
    patches: tuple[tuple[str, Factory], ...]
    """Target, `module:attribute` or `module:Class.method` (or a property), and what makes its new body."""


def nothing(original: Body) -> Body:
    """Leave the step out."""
    return lambda *arguments, **options: None


def gives(value: object) -> Factory:
    """Answer always the same."""
    return lambda original: lambda *arguments, **options: value


def rewrite(pattern: str, replacement: str) -> Factory:
    """Replace the one expression that is written `pattern`."""

    def make(original: Body) -> Body:
        original = inspect.unwrap(original)  # a cache around it would hide the bug
        tree = ast.parse(textwrap.dedent(inspect.getsource(original)))
        wanted = ast.dump(ast.parse(pattern, mode="eval").body)
        new = ast.parse(replacement, mode="eval").body
        swap = _Swap(wanted, new)
        tree = ast.fix_missing_locations(swap.visit(tree))
        if swap.count != 1:
            raise MutantError(f"{original.__qualname__}: {swap.count} places are written {pattern!r}")
        function = tree.body[0]
        assert isinstance(function, ast.FunctionDef)
        function.decorator_list = []
        scope: dict[str, Any] = {}
        exec(compile(tree, f"<mutant of {original.__qualname__}>", "exec"), original.__globals__, scope)
        made: Body = scope[function.name]
        return made

    return make


class _Swap(ast.NodeTransformer):
    """Replaces every node that dumps as wanted, and counts."""

    def __init__(self, wanted: str, new: ast.expr) -> None:
        self.wanted = wanted
        self.new = new
        self.count = 0

    def visit(self, node: ast.AST) -> Any:
        """Replace a node, or look inside it."""
        if ast.dump(node) == self.wanted:
            self.count += 1
            return self.new
        return self.generic_visit(node)


@contextlib.contextmanager
def armed(mutant: Mutant) -> Iterator[list[str]]:
    """Patch the engine; yield the targets that have run, each once."""
    ran: list[str] = []
    undo: list[tuple[object, str, object]] = []
    try:
        for target, factory in mutant.patches:
            undo += _patch(target, factory, ran)
        yield ran
    finally:
        for owner, name, original in reversed(undo):
            setattr(owner, name, original)


def _patch(target: str, factory: Factory, ran: list[str]) -> list[tuple[object, str, object]]:
    """Patch one target wherever it is bound; return how to undo it."""
    module_name, _, path = target.partition(":")
    owner: Any = importlib.import_module(module_name)
    *outer, name = path.split(".")
    for each in outer:
        owner = getattr(owner, each, None)
    original = getattr(owner, name, None)
    if original is None:
        raise MutantError(f"{target}: there is no such thing")
    body: Body = getattr(original, "fget", original)  # a property is patched where it is read
    new = factory(body)

    @functools.wraps(body)
    def counted(*arguments: Any, **options: Any) -> Any:
        if target not in ran:
            ran.append(target)
        return new(*arguments, **options)

    owners = [owner]
    if not outer:
        # `from module import function` has bound it elsewhere as well.
        owners = [
            module
            for module_name, module in list(sys.modules.items())
            if module_name.startswith("bumps.") and getattr(module, name, None) is original
        ]
    undo = []
    for each in owners:
        undo.append((each, name, original))
        setattr(each, name, property(counted) if isinstance(original, property) else counted)
    return undo

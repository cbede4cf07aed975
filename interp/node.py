"""What every class of nodes is made of: slots and a constructor from its annotations, and the walk over a tree.

The kinds of nodes, and what holds for all trees (N1 to N5), are in nodes.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, ClassVar, dataclass_transform


@cache
def _constructor(fields: tuple[str, ...]) -> Any:
    """Return the `__init__` of a class with these fields; classes with equal fields share it."""
    body = "\n".join(f"    self.{field} = {field}" for field in fields)
    made: dict[str, Any] = {}
    exec(f"def __init__(self, {', '.join(fields)}):\n{body}", made)
    return made["__init__"]


LEAVES = frozenset(("str", "str | None", "int", "int | None", "int | Decimal", "bool"))
"""Fields of these types hold no nodes."""

BRANCHES: dict[type, tuple[str, ...]] = {}
"""Of each class of nodes, the fields that may hold nodes."""


@dataclass_transform()
class NodeType(type):
    """Makes `__slots__`, `fields` and `__init__` out of the annotations of a node class.

    As dataclasses do, but without their half a millisecond per class at start-up.
    """

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> NodeType:
        """Return the class with a slot for each field that its base does not have yet."""
        inherited: tuple[str, ...] = getattr(bases[0], "all_fields", ()) if bases else ()
        own = tuple(
            field
            for field, kind in namespace.get("__annotations__", {}).items()
            if not str(kind).startswith("ClassVar") and field not in inherited
        )
        every = inherited + own
        slots = own + tuple(namespace.pop("notes", ()))
        namespace |= {"__slots__": slots, "all_fields": every, "fields": every[2:], "__init__": _constructor(every)}
        made = super().__new__(mcs, name, bases, namespace)
        below = tuple([field for field in own if namespace["__annotations__"][field] not in LEAVES])
        BRANCHES[made] = (BRANCHES[bases[0]] if bases else ()) + below
        return made


class Node(metaclass=NodeType):
    """Anything in the tree: it has a span."""

    all_fields: ClassVar[tuple[str, ...]]
    fields: ClassVar[tuple[str, ...]]

    start: int
    end: int

    def children(self) -> Iterator[Node]:
        """Yield the nodes right below this one, in source order."""
        for field in self.fields:
            yield from nodes_in(getattr(self, field))

    def walk(self) -> Iterator[Node]:
        """Yield this node and all below it, parents first, in source order; however deep they are."""
        stack: list[Any] = [self]
        while stack:
            found = stack.pop()
            kind = found.__class__
            if kind is list or kind is tuple:
                stack.extend(found[::-1])
                continue
            branches = BRANCHES.get(kind)
            if branches is None:
                continue  # something else in a sequence
            yield found
            for field in branches[::-1]:
                value = getattr(found, field)
                if value is not None:
                    stack.append(value)

    def __repr__(self) -> str:
        """Return the constructor call without the span."""
        facts = ", ".join(f"{field}={getattr(self, field)!r}" for field in self.fields)
        return f"{type(self).__name__}({facts})"


def nodes_in(value: object) -> Iterator[Node]:
    """Yield the nodes in the value of a field."""
    if isinstance(value, Node):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from nodes_in(item)

"""Lines of a tree as plain values, for a file: those that generated code leaves to closures (code_cache.py).

Trees as a whole are not kept: to load one takes as long as to parse it. But to parse a single line the whole parser has
to be imported, which takes a tenth of a second.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from bumps.interp import nodes

Packed = Any
"""A node is the name of its class and its fields; a tuple an empty name and its items; a Decimal its text in a dict."""

_PLAIN = (str, int, bool, type(None))
_KINDS = {kind.__name__: kind for kind in nodes.BRANCHES}


def pack(value: object) -> Packed:
    """Return a node, or what may be a field of one, as plain values. TypeError for anything else."""
    kind = value.__class__
    if kind in _PLAIN:
        return value
    if isinstance(value, nodes.Node):
        return (kind.__name__, *[pack(getattr(value, field)) for field in value.all_fields])
    if kind is list:
        return [pack(each) for each in value]  # type: ignore[attr-defined]
    if kind is tuple:
        return ("", *[pack(each) for each in value])  # type: ignore[attr-defined]
    if kind is Decimal:
        return {"": str(value)}
    raise TypeError(f"{value!r} is no field of a node")


def unpack(packed: Packed) -> Any:
    """Return what `pack` was given."""
    kind = packed.__class__
    if kind is tuple:
        name, *fields = packed
        values = [unpack(each) for each in fields]
        return _KINDS[name](*values) if name else tuple(values)
    if kind is list:
        return [unpack(each) for each in packed]
    return Decimal(packed[""]) if kind is dict else packed

"""The sizes of a global by its first subscripts, estimated from some of its leaves.

Leaves are drawn with a chance in proportion to their nodes (btree/sample.py), so the mean, over those drawn,
of the part of a leaf that belongs to a prefix is an unbiased estimate of the prefix's part of the global. The
error is 1.96 times the standard error of that mean: in 95 of 100 samples the truth lies within it. The count
of all nodes of a global is exact: branches know it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bumps.btree.sample import Drawn
from bumps.snapshot import Snapshot

_Z95 = 1.96


class Estimate(NamedTuple):
    """A node with all its descendants, estimated."""

    key: bytes
    """Encoded: the first subscripts, at most as many as were asked for."""
    nodes: int
    nodes_error: int
    size: int
    """Bytes of their keys and values."""
    size_error: int


class Sample(NamedTuple):
    """What was drawn of one global."""

    nodes: int
    """Of the global: exact."""
    leaves: int
    """Pages that were read, branches not counted."""
    leaf_count: int
    """Leaves of the global, estimated."""
    fill: float
    """Which part of them is in use, estimated."""
    exact: bool
    """Every leaf was read: nothing is estimated."""
    prefixes: list[Estimate]
    """Each behind those below it; the global itself is last. One of which no leaf was drawn is missing."""


def estimate(snapshot: Snapshot, name: str, *, leaf_count: int, depth: int, chance: float) -> Sample:
    """Estimate the sizes of a global from about `leaf_count` of its leaves.

    `chance`, from 0 up to 1, is where the first rank lies. CorruptionError as every read.
    """
    assert leaf_count > 1 and 0 <= chance < 1
    nodes = snapshot.node_count_of(name)
    drawn = list(snapshot.draw(name, _ranks(nodes, leaf_count, chance)))
    if sum(len(each.sizes) for each in drawn) == nodes:
        drawn = [each._replace(weight=len(each.sizes)) for each in drawn]
        exact = True
    else:
        exact = False
    weight = sum(each.weight for each in drawn)
    per_node = sum(each.weight / len(each.sizes) for each in drawn) / weight  # leaves per node
    fill = sum(each.weight * each.fill / len(each.sizes) for each in drawn) / weight / per_node
    return Sample(
        nodes,
        len(drawn),
        round(nodes * per_node),
        fill,
        exact,
        list(_prefixes(drawn, depth, nodes, weight, exact=exact)),
    )


def _ranks(nodes: int, count: int, chance: float) -> Iterator[int]:
    """Yield ranks at even distances, the first one by chance."""
    count = min(count, nodes)
    for index in range(count):
        yield min(nodes - 1, int((index + chance) * nodes / count))


class _Sums:
    """Of one prefix, over the leaves that were drawn: parts, and their squares."""

    __slots__ = ("nodes", "nodes_squared", "size", "size_squared")

    def __init__(self) -> None:
        self.nodes = self.nodes_squared = self.size = self.size_squared = 0.0

    def add(self, weight: int, nodes: float, size: float) -> None:
        self.nodes += weight * nodes
        self.nodes_squared += weight * nodes * nodes
        self.size += weight * size
        self.size_squared += weight * size * size


def _prefixes(drawn: Iterable[Drawn], depth: int, nodes: int, weight: int, *, exact: bool) -> Iterator[Estimate]:
    sums: dict[bytes, _Sums] = {}
    for each in drawn:
        in_leaf: dict[bytes, list[int]] = {}
        for key, size in each.sizes:
            for prefix in _prefixes_of(key, depth):
                found = in_leaf.setdefault(prefix, [0, 0])
                found[0] += 1
                found[1] += size
        count = len(each.sizes)
        for prefix, (prefix_nodes, prefix_size) in in_leaf.items():
            sums.setdefault(prefix, _Sums()).add(each.weight, prefix_nodes / count, prefix_size / count)
    for prefix, total in sorted(sums.items(), key=lambda item: item[0] + b"\xff"):
        yield Estimate(
            prefix,
            round(nodes * total.nodes / weight),
            0 if exact else _error(total.nodes, total.nodes_squared, weight, nodes),
            round(nodes * total.size / weight),
            0 if exact else _error(total.size, total.size_squared, weight, nodes),
        )


def _error(total: float, squared: float, count: int, nodes: int) -> int:
    """Return 1.96 standard errors of a mean over `count` draws, times the nodes there are; rounded up."""
    if count < 2:
        return nodes
    variance = max(0.0, (squared - total * total / count) / (count - 1))
    return math.ceil(_Z95 * math.sqrt(variance / count) * nodes)


def _prefixes_of(key: bytes, depth: int) -> Iterator[bytes]:
    """Yield the first 0 to `depth` subscripts of a key."""
    yield b""
    at = 0
    for _ in range(depth):
        at = key.find(b"\0", at) + 1
        if not at:
            return
        yield key[:at]

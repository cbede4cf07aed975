"""Where to cut a leaf that keys are put into in ascending order: so that its parts fill pages.

Nothing comes between keys that were put in order, as a rule, so their leaves are written as they are
made. Cut by count only, they would leave a third of their pages empty; these are full to a cell.
"""

from __future__ import annotations

from bumps import limits
from bumps.btree.body import OVERFLOW_CELL_SIZE, PREFIX, capacity
from bumps.btree.node import Leaf
from bumps.columns import VALUE_SEPARATORS

_KEY_SEPARATOR_SIZE = 1
_VALUE_SEPARATOR_SIZE, _VALUE_LENGTH_SIZE = 1, 4
"""What joins two values, or the array that says their sizes if every separator occurs in them (bumps/columns.py)."""
_CUT_COUNT = 100
"""Cells that a cut is worth: where fewer fill a page, it makes several."""
_EVEN = 0.9
"""A part that fills a page less than that shows that the cells are not alike."""


def fill(leaf: Leaf, page_size: int) -> list[int]:
    """Return where full pages end in a leaf, and give it the limit that the rest is to have."""
    keys = leaf.sort()
    room = capacity(page_size) - PREFIX.size
    values = list(map(leaf.cells.__getitem__, keys))
    try:
        joined = b"".join(values)  # type: ignore[arg-type]
    except TypeError:
        return _fill_by_cell(leaf, keys, room, page_size, _KEY_SEPARATOR_SIZE + _VALUE_LENGTH_SIZE)
    free = any(bytes((separator,)) not in joined for separator in VALUE_SEPARATORS)
    each = _KEY_SEPARATOR_SIZE + (_VALUE_SEPARATOR_SIZE if free else _VALUE_LENGTH_SIZE)
    average = len(b"".join(keys) + joined) / len(keys) + each
    step = int(room / average)
    # A little more than pages full of cells, so that the next cut moves few of them.
    leaf.limit = min((1 + _CUT_COUNT // (step + 1)) * step + step // 16 + 1, limits.LEAF_RUN_COUNT_MAX)
    if step >= len(keys) and len(keys) < limits.LEAF_RUN_COUNT_MAX:
        return []
    # Cells alike are the rule; then a few joins find what else needs the size of each.
    points: list[int] = []
    start = 0
    while start + step < len(keys):
        end = start + step
        while (size := len(b"".join(keys[start:end]) + b"".join(values[start:end])) + each * (end - start)) > room:  # type: ignore[arg-type]
            end -= 1 + int((size - room) / average)
            if end <= start:
                break
        if size < room * _EVEN or size > room:
            return _fill_by_cell(leaf, keys, room, page_size, each)
        points.append(end)
        start = end
    return points or [len(keys) - 1]


def _fill_by_cell(leaf: Leaf, keys: list[bytes], room: int, page_size: int, each: int) -> list[int]:
    """Return where full pages end, counting cell by cell: some are large, or lie in overflow pages."""
    inline_size_max = limits.inline_size_max(page_size)
    points: list[int] = []
    filled = 0
    for index, key in enumerate(keys):
        value = leaf.cells[key]
        size = len(key) + len(value)
        if not isinstance(value, bytes) or size > inline_size_max:
            size = len(key) + OVERFLOW_CELL_SIZE
        size += each
        if filled + size > room:
            points.append(index)
            filled = 0
        filled += size
    leaf.limit = min(len(keys) if points else 2 * len(keys), limits.LEAF_RUN_COUNT_MAX)
    if not points and len(keys) < limits.LEAF_RUN_COUNT_MAX:
        return []
    return points or [len(keys) - 1]

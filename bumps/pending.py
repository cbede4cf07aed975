"""Operations that are in the tree and wait to become one frame (mode `group`)."""

from __future__ import annotations

from itertools import repeat

from bumps import limits
from bumps.batch import SET, Batch, Batches


class Pending:
    """The pending group of an open database."""

    __slots__ = ("operations", "size")

    def __init__(self) -> None:
        self.operations: list[tuple[int, str, bytes, bytes]] = []
        self.size = 0

    @property
    def count(self) -> int:
        """Return how many operations there are."""
        return len(self.operations)

    @property
    def is_full(self) -> bool:
        """Whether it is large enough to become a frame."""
        return self.size >= limits.GROUP_SIZE_MAX or len(self.operations) >= limits.GROUP_COUNT_MAX

    def add_all(self, batches: Batches) -> int:
        """Note all operations, in order, in one step: so that an interrupt finds all of them, or none. Count them."""
        added: list[tuple[int, str, bytes, bytes]] = []
        for name, kinds, keys, values in batches:
            if len(values) < len(keys):
                waiting = iter(values)
                values = [next(waiting) if kind == SET else b"" for kind in kinds]
            added += zip(kinds, repeat(name), keys, values)
            self.size += sum(map(len, keys)) + sum(map(len, values))
        self.operations += added
        return len(added)

    def has_room(self, batches: Batches) -> bool:
        """Return whether operations are so few and so small that a group may take them in."""
        count, size = len(self.operations), self.size
        for _, _, keys, values in batches:
            count += len(keys)
            if count > limits.GROUP_COUNT_MAX:
                return False
            size += sum(map(len, keys)) + sum(map(len, values))
        return size <= limits.GROUP_SIZE_MAX

    def take_back(self, count: int) -> None:
        """Forget the operations that were noted last."""
        for _ in range(count):
            _, _, key, value = self.operations.pop()
            self.size -= len(key) + len(value)

    def as_batches(self) -> Batches:
        """Return what was noted, as one commit."""
        if not self.operations:
            return []
        all_kinds, names, all_keys, all_values = zip(*self.operations)
        if names.count(names[0]) == len(names):  # mostly it is one global
            kinds, values = bytes(all_kinds), list(all_values)
            if kinds.count(SET) < len(kinds):
                values = [value for kind, value in zip(kinds, values) if kind == SET]
            return [Batch(names[0], kinds, list(all_keys), values)]
        found: dict[str, tuple[bytearray, list[bytes], list[bytes]]] = {}
        for kind, name, key, value in self.operations:
            columns = found.get(name)
            if columns is None:
                columns = found[name] = (bytearray(), [], [])
            columns[0].append(kind)
            columns[1].append(key)
            if kind == SET:
                columns[2].append(value)
        return [Batch(name, bytes(kinds), keys, values) for name, (kinds, keys, values) in found.items()]

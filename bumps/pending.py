"""Operations that are in the tree and wait to become one frame (mode `group`)."""

from __future__ import annotations

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

    def add_all(self, batch: Batch) -> None:
        """Note the SETs of a global, in order."""
        self.operations += [(SET, batch.name, key, value) for key, value in zip(batch.keys, batch.values)]
        self.size += sum(map(len, batch.keys)) + sum(map(len, batch.values))

    def take_back(self, count: int) -> None:
        """Forget the operations that were noted last."""
        for _ in range(count):
            _, _, key, value = self.operations.pop()
            self.size -= len(key) + len(value)

    def as_batches(self) -> Batches:
        """Return what was noted, as one commit."""
        if self.operations:
            all_kinds, names, all_keys, all_values = zip(*self.operations)
            if names.count(names[0]) == len(names) and all_kinds.count(SET) == len(all_kinds):
                return [Batch(names[0], bytes(all_kinds), list(all_keys), list(all_values))]  # mostly it is that
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

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

    def add(self, kind: int, name: str, key: bytes, value: bytes) -> None:
        """Note one operation, in order: in one step, so that an interrupt finds it noted or not."""
        self.operations.append((kind, name, key, value))
        self.size += len(key) + len(value)

    def take_back(self) -> None:
        """Forget the last operation."""
        _, _, key, value = self.operations.pop()
        self.size -= len(key) + len(value)

    def as_batches(self) -> Batches:
        """Return what was noted, as one commit."""
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

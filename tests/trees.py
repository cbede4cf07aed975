"""A forest with a data file and checkpoints that cannot fail, and the dict that it should be."""

from __future__ import annotations

from collections.abc import Sequence

from bumps.batch import KILL, KILL_NODE, SET, Batch
from bumps.btree import verify
from bumps.btree.forest import Forest, Frozen, PageSet
from bumps.btree.meta import Meta
from bumps.btree.view import View
from bumps.files import MemoryDisk, MemoryFile, write_all


def meta_of(pages: PageSet, page_size: int) -> Meta:
    """Return the meta slot of a checkpoint, with a journal that nobody looks at."""
    return Meta(
        page_size=page_size,
        database_id=bytes(16),
        charset="utf-8",
        generation=pages.generation,
        epoch=1,
        base_lsn=0,
        lsn=pages.lsn,
        time_us=0,
        chain=0,
        segment=1,
        offset=512,
        node_count=pages.node_count,
        page_count=pages.page_count,
        directory=pages.directory,
        freelist=pages.freelist,
        clean=False,
    )


class Store:
    """A forest with a data file, and checkpoints that cannot fail."""

    def __init__(self, page_size: int = 512, cache_size: int = 1 << 16) -> None:
        disk = MemoryDisk()
        self.file: MemoryFile = disk.create("/data")
        self.page_size = page_size
        self.cache_size = cache_size
        self.forest = Forest.create_empty(page_size, cache_size)
        self.forest.pager.data = self.file
        pages = self.forest.encode(self.forest.freeze(0, 0))
        self.forest.adopt(pages)
        self.forest.release()
        self.meta = meta_of(pages, page_size)
        self.write(())

    def write(self, pages: Sequence[tuple[int, bytes]]) -> None:
        if self.file.size() < self.meta.page_count * self.page_size:
            self.file.truncate(self.meta.page_count * self.page_size)
        for number, image in pages:
            write_all(self.file, image, number * self.page_size)

    def set(self, name: str, *pairs: tuple[bytes, bytes]) -> None:
        keys, values = [key for key, _ in pairs], [value for _, value in pairs]
        self.forest.apply([Batch(name, bytes((SET,)) * len(keys), keys, values)])

    def kill(self, name: str, key: bytes = b"", kind: int = KILL) -> None:
        self.forest.apply([Batch(name, bytes((kind,)), [key], [])])

    def checkpoint(self) -> PageSet:
        for _ in self.forest.merge():
            pass
        return self.finish(self.freeze())

    def freeze(self) -> Frozen:
        return self.forest.freeze(self.meta.generation + 1, self.meta.lsn + 1)

    def finish(self, frozen: Frozen) -> PageSet:
        pages = self.forest.encode(frozen)
        self.meta = meta_of(pages, self.page_size)
        self.forest.adopt(pages)
        self.write(pages.pages)
        self.forest.release()
        return pages

    def reopen(self) -> None:
        self.forest = Forest.open(self.file, self.meta, cache_size=self.cache_size)

    def problems(self) -> list[str]:
        return [str(problem) for problem in verify.problems(self.file, self.meta, {})]


class Model:
    """What a forest should be: a dict per global."""

    def __init__(self) -> None:
        self.globals: dict[str, dict[bytes, bytes]] = {}

    def apply(self, batch: Batch) -> None:
        nodes = self.globals.setdefault(batch.name, {})
        values = iter(batch.values)
        for kind, key in zip(batch.kinds, batch.keys):
            if kind == SET:
                nodes[key] = next(values)
            elif kind == KILL_NODE:
                nodes.pop(key, None)
            else:
                for below in [each for each in nodes if each.startswith(key)]:
                    del nodes[below]
        if not nodes:
            del self.globals[batch.name]

    def copy(self) -> Model:
        model = Model()
        model.globals = {name: nodes.copy() for name, nodes in self.globals.items()}
        return model

    def items(self, name: str) -> list[tuple[bytes, bytes]]:
        return sorted(self.globals.get(name, {}).items())


def assert_same(forest: Forest, model: Model) -> None:
    assert_reads_same(forest, model)
    forest.check()


def assert_reads_same(forest: View, model: Model) -> None:
    names = sorted(model.globals)
    assert list(forest.names()) == names
    assert forest.next_name("", reverse=True) == (names[-1] if names else None)
    assert forest.node_count == sum(map(len, model.globals.values()))
    for name in names:
        items = model.items(name)
        assert list(forest.items(name)) == items
        assert list(forest.items(name, reverse=True)) == items[::-1]
        assert forest.node_count_of(name) == len(items)

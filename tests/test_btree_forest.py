"""btree/forest.py: a forest is a sorted dict, through checkpoints, re-opens and a cache of a few pages."""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

import pytest
from bumps import limits
from bumps.batch import KILL, KILL_NODE, SET, Batch
from bumps.btree import verify
from bumps.btree.forest import Forest, PageSet
from bumps.btree.meta import Meta
from bumps.errors import CorruptionError
from bumps.files import MemoryDisk, MemoryFile, write_all
from bumps.keys import KeyCodec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

CODEC = KeyCodec.of("utf-8")


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
        self.forest.attach(self.file)
        self.meta = meta_of(self.forest.encode(0, 0), page_size)
        self.write(())

    def write(self, pages: tuple[tuple[int, bytes], ...] | list[tuple[int, bytes]]) -> None:
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
        pages = self.forest.encode(self.meta.generation + 1, self.meta.lsn + 1)
        self.meta = meta_of(pages, self.page_size)
        self.write(pages.pages)
        self.forest.adopt(pages)
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

    def items(self, name: str) -> list[tuple[bytes, bytes]]:
        return sorted(self.globals.get(name, {}).items())


def assert_same(forest: Forest, model: Model) -> None:
    names = sorted(model.globals)
    assert list(forest.names()) == names
    assert forest.next_name("", reverse=True) == (names[-1] if names else None)
    assert forest.node_count == sum(map(len, model.globals.values()))
    for name in names:
        items = model.items(name)
        assert list(forest.items(name)) == items
        assert list(forest.items(name, reverse=True)) == items[::-1]
        assert forest.node_count_of(name) == len(items)
    forest.check()


NAMES = st.sampled_from(["A", "B", "%Z"])
SUBSCRIPTS = st.one_of(
    st.integers(-3, 40).map(str), st.sampled_from(["", "A", "AB", "x" * 60, "y" * 80, "0.5", "ÿ", "\0", "1E3"])
)
KEYS = st.lists(SUBSCRIPTS, max_size=3).map(CODEC.encode).filter(lambda key: len(key) <= limits.key_size_max(512))
VALUES = st.one_of(
    st.binary(max_size=12),
    st.integers(0, 3000).map(lambda size: b"v" * size),
    st.just(b"\x01\x02\x03\xff" * 9),
)


class ForestMachine(RuleBasedStateMachine):
    """A forest beside its model."""

    @initialize(page_size=st.sampled_from([512, 1024]), cache_size=st.sampled_from([1, 4096, 1 << 20]))
    def begin(self, page_size: int, cache_size: int) -> None:
        self.store = Store(page_size, cache_size)
        self.model = Model()
        self.generator = random.Random(page_size)

    def apply(self, batch: Batch) -> None:
        self.store.forest.apply([batch])
        self.model.apply(batch)

    @rule(name=NAMES, pairs=st.lists(st.tuples(KEYS, VALUES), min_size=1, max_size=20))
    def set(self, name: str, pairs: list[tuple[bytes, bytes]]) -> None:
        self.apply(Batch(name, bytes((SET,)) * len(pairs), [key for key, _ in pairs], [value for _, value in pairs]))

    @rule(name=NAMES, first=st.integers(0, 500), count=st.integers(1, 700), size=st.integers(0, 60), mix=st.booleans())
    def set_many(self, name: str, first: int, count: int, size: int, mix: bool) -> None:
        numbers = list(range(first, first + count))
        if mix:
            self.generator.shuffle(numbers)
        keys = [CODEC.encode((number // 20, number % 20)) for number in numbers]
        self.apply(Batch(name, bytes((SET,)) * count, keys, [b"%d" % number * size for number in numbers]))

    @rule(name=NAMES, key=KEYS, kind=st.sampled_from([KILL, KILL_NODE]))
    def kill(self, name: str, key: bytes, kind: int) -> None:
        self.apply(Batch(name, bytes((kind,)), [key], []))

    @rule(name=NAMES, first=st.integers(0, 60), count=st.integers(1, 30))
    def kill_many(self, name: str, first: int, count: int) -> None:
        keys = [CODEC.encode((number,)) for number in range(first, first + count)]
        self.apply(Batch(name, bytes((KILL,)) * count, keys, []))

    @rule(name=NAMES, key=KEYS, value=VALUES)
    def mixed_operations_keep_their_order(self, name: str, key: bytes, value: bytes) -> None:
        kinds = bytes((SET, KILL_NODE, SET, KILL, SET))
        self.apply(Batch(name, kinds, [key, key, key + CODEC.encode((1,)), key, key], [value, b"gone", value]))

    @rule(name=NAMES, key=KEYS)
    def read(self, name: str, key: bytes) -> None:
        forest, nodes = self.store.forest, self.model.globals.get(name, {})
        ordered = sorted(nodes)
        assert forest.get(name, key) == nodes.get(key)
        has_below = any(each.startswith(key) and each != key for each in ordered)
        assert forest.data(name, key) == 10 * has_below + (key in nodes)
        after, before = bisect_right(ordered, key), bisect_left(ordered, key)
        assert forest.query(name, key) == (ordered[after] if after < len(ordered) else None)
        assert forest.query(name, key, reverse=True) == (ordered[before - 1] if before else None)
        assert forest.next(name, key) == next(((k, nodes[k]) for k in ordered if k >= key), None)
        assert forest.next(name, key, inclusive=False) == next(((k, nodes[k]) for k in ordered if k > key), None)
        assert forest.previous(name, b"", key) == next(((k, nodes[k]) for k in ordered[::-1] if k < key), None)
        assert forest.previous(name, b"", key, inclusive=True) == next(
            ((k, nodes[k]) for k in ordered[::-1] if k <= key), None
        )
        assert list(forest.items(name, key, key + b"\xff")) == [(k, nodes[k]) for k in ordered if k.startswith(key)]

    @rule(name=NAMES, key=KEYS, reverse=st.booleans())
    def walk_a_level(self, name: str, key: bytes, reverse: bool) -> None:
        nodes = self.model.globals.get(name, {})
        below = {CODEC.split(each[len(key) :])[0] for each in nodes if each.startswith(key) and each != key}
        assert list(walk(self.store.forest, name, key, reverse)) == sorted(below, reverse=reverse)

    @rule()
    def checkpoint(self) -> None:
        self.store.checkpoint()
        assert self.store.problems() == []
        assert self.store.forest.dirty_count == 0

    @rule()
    def a_checkpoint_is_given_up(self) -> None:
        self.store.forest.encode(self.store.meta.generation + 1, self.store.meta.lsn + 1)
        assert self.store.problems() == []

    @rule()
    def checkpoint_and_reopen(self) -> None:
        self.store.checkpoint()
        self.store.reopen()

    @invariant()
    def same(self) -> None:
        if hasattr(self, "store"):
            assert_same(self.store.forest, self.model)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.checkpoint()
            self.store.reopen()
            assert_same(self.store.forest, self.model)


def walk(forest: Forest, name: str, prefix: bytes, reverse: bool) -> Iterator[bytes]:
    code = forest.order(name, prefix, b"", reverse)
    while code is not None:
        yield code
        code = forest.order(name, prefix, code, reverse)


class TestQuickly(ForestMachine.TestCase):
    settings = settings(
        max_examples=12, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
    )


@pytest.mark.slow
class TestThoroughly(ForestMachine.TestCase):
    settings = settings(
        max_examples=150, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
    )



"""bumps/globals.py, bumps/overlay.py: a transaction sees its own changes, and the database sees none or all."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bumps.engine import Engine
from bumps.errors import LimitError, TransactionError
from bumps.files import MemoryDisk
from bumps.globals import Globals
from bumps.keys import KeyCodec
from bumps.options import Durability, Options

CODEC = KeyCodec.of("utf-8")
SUBSCRIPTS = st.sampled_from(["", -2, 0, 1, 7, 10, "A", "B"])
KEYS = st.lists(SUBSCRIPTS, max_size=3).map(lambda subscripts: CODEC.encode(subscripts))  # type: ignore[arg-type]
NAMES = st.sampled_from(["A", "B"])
VALUES = st.binary(max_size=6)


def open_engine() -> Engine:
    return Engine.open(
        MemoryDisk(), "/test.bumps", Options(page_size=512, durability=Durability.NONE, background=False)
    )


@pytest.fixture
def session() -> Iterator[Globals]:
    engine = open_engine()
    yield Globals(engine, Durability.NONE)
    engine.close()


def model_next(model: dict[bytes, bytes], key: bytes, reverse: bool) -> bytes | None:
    keys = sorted(model)
    found = [k for k in keys if (k < key if reverse else k > key)]
    return (found[-1] if reverse else found[0]) if found else None


class TransactionMachine(RuleBasedStateMachine):
    """Random changes, nested levels and roll-backs, compared with dicts that are copied at each level."""

    def __init__(self) -> None:
        super().__init__()
        self.session = Globals(open_engine(), Durability.NONE)
        self.models: list[dict[str, dict[bytes, bytes]]] = [{"A": {}, "B": {}}]

    @property
    def model(self) -> dict[str, dict[bytes, bytes]]:
        return self.models[-1]

    @initialize(pairs=st.lists(st.tuples(NAMES, KEYS, VALUES), max_size=12))
    def fill(self, pairs: list[tuple[str, bytes, bytes]]) -> None:
        for name, key, value in pairs:
            self.session.set(name, key, value)
            self.model[name][key] = value

    @rule(name=NAMES, key=KEYS, value=VALUES)
    def set(self, name: str, key: bytes, value: bytes) -> None:
        self.session.set(name, key, value)
        self.model[name][key] = value

    @rule(name=NAMES, key=KEYS)
    def kill(self, name: str, key: bytes) -> None:
        self.session.kill(name, key)
        for gone in [k for k in self.model[name] if k.startswith(key)]:
            del self.model[name][gone]

    @rule(name=NAMES, key=KEYS)
    def kill_node(self, name: str, key: bytes) -> None:
        self.session.kill_node(name, key)
        self.model[name].pop(key, None)

    @precondition(lambda self: len(self.models) < 5)
    @rule()
    def begin(self) -> None:
        self.session.begin()
        self.models.append({name: dict(nodes) for name, nodes in self.model.items()})

    @precondition(lambda self: len(self.models) > 1)
    @rule()
    def commit(self) -> None:
        self.session.commit()
        top = self.models.pop()
        self.models[-1] = top

    @precondition(lambda self: len(self.models) > 1)
    @rule(data=st.data())
    def roll_back(self, data: st.DataObject) -> None:
        level = data.draw(st.integers(0, len(self.models) - 2))
        self.session.rollback(level)
        del self.models[level + 1 :]

    @rule(name=NAMES, key=KEYS, reverse=st.booleans())
    def look(self, name: str, key: bytes, reverse: bool) -> None:
        nodes = self.model[name]
        assert self.session.get(name, key) == nodes.get(key)
        below = any(k.startswith(key) and k != key for k in nodes)
        assert self.session.data(name, key) == (key in nodes) + 10 * below
        assert self.session.query(name, key, reverse) == model_next(nodes, key, reverse)

    @rule(name=NAMES, key=KEYS, last=SUBSCRIPTS, reverse=st.booleans())
    def order(self, name: str, key: bytes, last: object, reverse: bool) -> None:
        code = b"" if last == "" else CODEC.encode((last,))  # type: ignore[arg-type]
        codes = sorted(
            {k[len(key) : k.index(b"\0", len(key)) + 1] for k in self.model[name] if k.startswith(key) and k != key}
        )
        after = [c for c in codes if not code or (c < code if reverse else c > code)]
        expected = (after[-1] if reverse else after[0]) if after else None
        assert self.session.order(name, key, code, reverse) == expected

    @invariant()
    def contents_agree(self) -> None:
        for name, nodes in self.model.items():
            assert list(self.session.items(name)) == sorted(nodes.items())
            assert list(self.session.range(name, b"", b"\xff", True)) == sorted(nodes.items(), reverse=True)
        assert self.session.order_name("") == next((n for n in "AB" if self.model[n]), None)
        assert self.session.order_name("", True) == next((n for n in "BA" if self.model[n]), None)
        assert self.session.level == len(self.models) - 1

    def teardown(self) -> None:
        if self.session.level:
            self.session.rollback()
        self.session.engine.close()


TestTransactions = TransactionMachine.TestCase
TestTransactions.settings = settings(max_examples=25, stateful_step_count=30)


def test_nothing_of_an_open_transaction_reaches_the_engine(session: Globals) -> None:
    session.begin()
    session.set("X", b"", b"1")

    assert session.engine.get("X", b"") is None
    session.commit()
    assert session.engine.get("X", b"") == b"1"


def test_a_commit_without_a_transaction_is_refused(session: Globals) -> None:
    with pytest.raises(TransactionError):
        session.commit()


def test_level_127_is_refused_and_126_is_not(session: Globals) -> None:
    for _ in range(126):
        session.begin()
    with pytest.raises(LimitError):
        session.begin()
    session.rollback()
    assert session.level == 0


def test_a_transaction_is_one_frame_of_the_journal(session: Globals) -> None:
    session.durability = Durability.COMMIT
    before = session.engine.last_lsn
    with session.transaction():
        for number in range(100):
            session.set("X", CODEC.encode((number,)), b"v")
        session.kill("X", CODEC.encode((5,)))

    assert session.engine.last_lsn == before + 1


def test_increment_adds_to_what_is_there(session: Globals) -> None:
    def add(old: bytes | None) -> bytes:
        return str(int(old or b"0") + 1).encode()

    assert session.increment("N", b"", add) == b"1"
    assert session.increment("N", b"", add) == b"2"
    assert session.get("N", b"") == b"2"


def test_a_scan_sees_the_moment_at_which_it_was_opened(session: Globals) -> None:
    for number in range(1000):
        session.set("X", CODEC.encode((number,)), b"old")
    scan = iter(session.items("X"))
    first = next(scan)
    session.kill("X", b"")
    session.set("X", CODEC.encode((1,)), b"new")

    rest = list(scan)
    assert first == (CODEC.encode((0,)), b"old")
    assert len(rest) == 999
    assert all(value == b"old" for _, value in rest)


def test_an_exception_in_a_transaction_rolls_it_back(session: Globals) -> None:
    with pytest.raises(RuntimeError), session.transaction():
        session.set("X", b"", b"1")
        raise RuntimeError
    assert session.get("X", b"") is None
    assert session.level == 0


@pytest.mark.parametrize("turn", [False, True])
@pytest.mark.parametrize("reverse", [False, True])
def test_a_scan_in_a_transaction_sees_one_moment_also_of_its_own_changes(turn: bool, reverse: bool) -> None:
    engine = Engine.open(MemoryDisk(), "/x.bumps", Options(page_size=512, background=False))
    session = Globals(engine, Durability.NONE)
    for number in range(1, 9):
        session.set("A", CODEC.encode((number,)), b"before")
    session.begin(turn=turn)
    session.set("A", CODEC.encode((3, "own")), b"own")
    session.kill("A", CODEC.encode((5,)))
    wanted = list(session.range("A", b"", b"\xff", reverse))
    assert len(wanted) == 8
    found = []
    for pair in islice(session.range("A", b"", b"\xff", reverse), 100):
        found.append(pair)
        for number in (0, 4, 6, 12):
            session.set("A", CODEC.encode((number, len(found))), b"later")
        session.kill("A", CODEC.encode((7,)))
    assert found == wanted
    session.rollback()
    engine.close()

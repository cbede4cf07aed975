"""Every public operation of a database beside a model, on tiny pages, with a tiny cache and tiny segments.

Hypothesis draws what is done: operations on the database, in transactions three levels deep while others commit,
on snapshots that are held over everything; checkpoints, kills, opens. Each answer is compared with the model's
(tests/access_model.py), and each of them counts as one operation.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

import bumps
from bumps.access import Access
from bumps.engine import Engine
from bumps.errors import ClosedError, RestartError, TransactionError, UsageError
from bumps.files import MemoryDisk
from bumps.options import Durability, Options
from tests.access_model import READS, WRITES, AccessModel, Operation, Path, content, run

PLACE = "/machine.bumps"
PART_COUNT = 4
OPERATION_COUNT = 1_000_000
"""Of all parts of the long run together."""
DEPTH_MAX = 3
UNSURE_COUNT_MAX = 40

SUBSCRIPTS: tuple[str, ...] = (
    "",
    "0",
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "8",
    "9",
    "10",
    "11",
    "12",
    "-1",
    "-2.5",
    ".5",
    "007",
    "A",
    "AB",
)
SUBSCRIPTS += ("B", "é", "\x00", "\x01\xfe", "zz" * 20, "123456789012345678", "1234567890123456789")
PATHS: list[Path] = [(name,) for name in ("^A", "^B", "^%C")]
PATHS += [("^A", each) for each in SUBSCRIPTS] + [("^B", each, "x") for each in SUBSCRIPTS]
PATHS += [("^B", "x", each) for each in SUBSCRIPTS] + [("^A", "1", each, "y") for each in SUBSCRIPTS[:12]]
PATHS += [("^%C", str(number), "r") for number in range(120)]


def operations(kinds: tuple[str, ...], count_max: int) -> st.SearchStrategy[list[Operation]]:
    paths = st.sampled_from(PATHS)
    return st.lists(
        st.builds(Operation, st.sampled_from(kinds), paths, paths, st.integers(0, 10_000)),
        min_size=1,
        max_size=count_max,
    )


class Level:
    """One level of the open transaction."""

    def __init__(self, context: bumps.database.Transaction, model: AccessModel) -> None:
        self.context = context
        self.before = model.copy()


class DatabaseMachine(RuleBasedStateMachine):
    """A database, another handle on it that commits in between, snapshots, and what all of them should say."""

    counts: Counter[str] = Counter()

    @initialize(
        background=st.booleans(),
        durability=st.sampled_from(Durability),
        keep=st.sampled_from(["all", "checkpoint"]),
        page_size=st.sampled_from([512, 512, 1024]),
    )
    def create(self, background: bool, durability: Durability, keep: str, page_size: int) -> None:
        self.disk = MemoryDisk()
        self.options = Options(
            page_size=page_size,
            cache_size=64 * 512,
            segment_size_min=4096,
            segment_size_max=8192,
            alignment=512,
            keep=keep,
            durability=durability,
            background=background,
        )
        self.model = AccessModel()
        self.unsure: list[AccessModel] = []
        """What a kill may bring back: states since the last one that is surely in the journal, `surely`."""
        self.surely = self.model
        self.snapshots: list[tuple[bumps.Snapshot, AccessModel]] = []
        self.digests: dict[frozenset[tuple[Path, str]], str] = {}
        self.levels: list[Level] = []
        self.story: list[tuple[Operation | str, Any, bool]] = []
        """What the open transaction did and was told, to be told again at its commit, and whether it writes."""
        self.inner = self.model
        """The model as the open transaction sees it."""
        self.disturbed = False
        self.open()

    def open(self) -> None:
        options = replace(self.options, page_size=None)
        self.engine = Engine.open(self.disk, PLACE, self.options)
        self.database = bumps.Database(self.engine, options)
        self.other = bumps.Database(self.engine, replace(options, durability=Durability.COMMIT))
        self.note("open")

    def note(self, kind: str, count: int = 1) -> None:
        self.counts[kind] += count

    def compare(self, view: Access, model: AccessModel, operation: Operation) -> Any:
        wanted = model.run(operation)
        answer = run(view, operation)
        assert answer == wanted, f"{operation} gives {answer!r}, not {wanted!r}"
        self.note(operation.kind)
        return answer

    @property
    def in_turn(self) -> bool:
        """Whether the open transaction holds the writer lock."""
        return bool(self.levels) and self.engine.turn_count > self.turns_before

    def writes(self, operation: Operation) -> bool:
        """Whether the open transaction will have something to commit because of an operation that is not refused."""
        kind, path, other, _ = operation
        if kind == "merge":
            return bool(self.inner.below(other)) and path[: len(other)] != other and other[: len(path)] != path
        if kind == "increment":
            return self.inner.nodes.get(path, "0")[:1] != "v" and self.inner.nodes.get(path) not in (
                "own",
                "deep",
                "loaded",
            )
        return kind in WRITES

    # Work

    @rule(todo=operations((*WRITES, *WRITES, *READS), 40), by_context=st.booleans())
    def work(self, todo: list[Operation], by_context: bool) -> None:
        view: Access = self.levels[-1].context if self.levels and by_context else self.database
        for operation in todo:
            if self.levels:
                writes = self.writes(operation)
                self.story.append((operation, self.compare(view, self.inner, operation), writes))
                continue
            if not self.unsure:
                self.surely = self.model.copy()
            self.compare(view, self.model, operation)
            if operation.kind in WRITES and self.options.durability is not Durability.COMMIT:
                self.unsure.append(self.model.copy())
                if len(self.unsure) > UNSURE_COUNT_MAX:
                    self.flush()

    @rule(todo=operations(("set", "set", "set_value", "kill_node", "increment"), 60))
    def fill(self, todo: list[Operation]) -> None:
        self.work(todo=todo, by_context=False)

    @rule(path=st.sampled_from(PATHS), reverse=st.booleans())
    def step_through(self, path: Path, reverse: bool) -> None:
        """Go through children by $ORDER and through nodes by $QUERY, as far as there is anything."""
        inner = self.inner if self.levels else self.model
        for kind in ("order", "query"):
            found: list[Any] = []
            here: Any = "" if kind == "order" else path
            while len(found) < 60:
                if kind == "order":
                    here = self.database.order(*path, here, reverse=reverse)
                else:
                    here = self.database.query(*here, reverse=reverse)
                self.note(kind)
                if not here:
                    break
                found.append(here)
            operation = Operation("walk", path[:1], path, int(reverse))
            if kind == "order":
                wanted: list[Any] = [each for each in inner.children(path) if each or not reverse]
                if reverse:
                    wanted = inner.children(path)[::-1]
                elif wanted[:1] == [""]:
                    continue  # $ORDER begins with the empty subscript, and does not tell it from the end
                wanted = [each for each in wanted if each]
            else:
                paths = [each for each, _ in inner.run(operation)]
                mine = Operation("query", path, path, int(reverse))
                wanted, each = [], path
                while (following := inner.run(mine._replace(path=each))) is not None:
                    wanted.append(following)
                    each = following
                assert set(wanted) <= set(paths)
            assert found == wanted[:60]
            if self.levels:
                self.story.append((operation, list(self.database[path[:1]].walk(reverse=reverse)), False))

    # Transactions

    @precondition(lambda self: len(self.levels) < DEPTH_MAX)
    @rule()
    def begin(self) -> None:
        if not self.levels:
            self.turns_before = self.engine.turn_count
            self.inner, self.story, self.disturbed = self.model.copy(), [], False
        context = self.database.transaction()
        context.__enter__()
        self.levels.append(Level(context, self.inner))
        self.story.append(("begin", None, False))
        self.note("begin")

    @precondition(lambda self: bool(self.levels))
    @rule(how=st.sampled_from(["commit", "commit", "exception", "roll back"]))
    def end(self, how: str) -> None:
        level = self.levels.pop()
        self.note(how)
        if how == "exception":
            error = ValueError()
            level.context.__exit__(ValueError, error, None)
        elif how == "roll back":
            level.context.rollback()
            assert self.database._globals.level == len(self.levels)
            level.context.__exit__(None, None, None)
        if how != "commit":
            self.inner = level.before
            self.story.append(("roll back", None, False))
            return
        self.story.append(("commit", None, False))
        if self.levels:
            level.context.__exit__(None, None, None)
            return
        before, lsn = self.model, self.engine.last_lsn
        try:
            level.context.__exit__(None, None, None)
        except RestartError:
            assert self.disturbed, "it met nobody"
            self.note("restart")
            return
        if self.disturbed:
            self.tell_again()
        self.model = self.inner
        if self.options.durability is Durability.NONE:  # it waits with others for a frame
            if not self.unsure:
                self.surely = before.copy()
            self.unsure.append(self.model.copy())
        elif self.engine.last_lsn > lsn:
            self.unsure = []
        self.note("commit beside others", int(self.disturbed))

    def tell_again(self) -> None:
        """Do what the transaction did on the state that it was committed to: it was told the same.

        One that has nothing to commit has its place in the order where it began.
        """
        stack: list[tuple[AccessModel, bool]] = []
        model, wrote, wrong = self.model.copy(), False, ""
        for what, told, writes in self.story:
            if isinstance(what, Operation):
                if model.run(what) != told and not wrong:
                    wrong = f"not serialisable: {what} was told {told!r}"
                wrote |= writes
            elif what == "begin":
                stack.append((model.copy(), wrote))
            else:
                before = stack.pop()
                model, wrote = before if what == "roll back" else (model, wrote)
        assert not (wrong and wrote), wrong
        self.inner = model if wrote else self.model

    @precondition(lambda self: not self.in_turn)
    @rule(todo=operations(WRITES, 4))
    def others_commit(self, todo: list[Operation]) -> None:
        for operation in todo:
            before = self.engine.last_lsn
            self.compare(self.other, self.model, operation)
            if self.engine.last_lsn > before:  # else there was nothing to do, and what was pending still is
                self.unsure = []
        self.disturbed = True

    @precondition(lambda self: bool(self.levels))
    @rule()
    def what_a_transaction_refuses(self) -> None:
        with pytest.raises(TransactionError):
            self.database.load_nodes([])
        with pytest.raises(UsageError, match="transaction is open"):
            self.engine.close()
        self.note("refusal", 2)

    @precondition(lambda self: not self.levels)
    @rule(first=st.integers(0, 100), count=st.integers(1, 60), atomic=st.booleans())
    def load(self, first: int, count: int, atomic: bool) -> None:
        paths = [("^%C", str(number), "r") for number in range(first, first + count)]
        encode = self.database.codec.encode
        nodes = [(path[0][1:], encode(path[1:]), b"loaded") for path in paths]
        assert self.database.load_nodes(nodes, atomic=atomic) == count
        for path in paths:
            self.model.set(path, "loaded")
        self.unsure = []
        self.note("load_nodes")

    # Snapshots

    @precondition(lambda self: len(self.snapshots) < 5 and not self.in_turn)
    @rule()
    def open_a_snapshot(self) -> None:
        snapshot = self.database.snapshot()
        assert snapshot.lsn == self.engine.last_lsn
        self.snapshots.append((snapshot, self.model.copy()))
        self.unsure = []
        self.note("snapshot")

    @precondition(lambda self: bool(self.snapshots))
    @rule(at=st.integers(0, 4), todo=operations(READS, 30))
    def read_a_snapshot(self, at: int, todo: list[Operation]) -> None:
        snapshot, model = self.snapshots[at % len(self.snapshots)]
        for operation in todo:
            self.compare(snapshot, model, operation)

    @precondition(lambda self: bool(self.snapshots))
    @rule(todo=operations(WRITES, 3))
    def write_to_a_snapshot(self, todo: list[Operation]) -> None:
        snapshot, _ = self.snapshots[-1]
        for operation in todo:
            if operation.kind not in ("merge", "kill_node"):
                assert run(snapshot, operation) == "UsageError"
                self.note("refusal")

    @precondition(lambda self: bool(self.snapshots))
    @rule(at=st.integers(0, 4), forget=st.booleans())
    def close_a_snapshot(self, at: int, forget: bool) -> None:
        snapshot, model = self.snapshots.pop(at % len(self.snapshots))
        assert content(snapshot) == model.nodes
        if not forget:
            snapshot.close()
            with pytest.raises(ClosedError):
                snapshot.get("^A")
        self.note("close a snapshot")

    # The whole

    @precondition(lambda self: not self.in_turn)
    @rule()
    def look(self) -> None:
        assert content(self.database) == self.model.nodes
        digest = self.database.digest()
        assert self.digests.setdefault(frozenset(self.model.nodes.items()), digest) == digest
        assert list(self.digests.values()).count(digest) == 1, "two contents have one digest"
        stat = self.database.stat()
        names = Counter(path[0] for path in self.model.nodes)
        assert stat["nodes"] == len(self.model.nodes)
        assert stat["globals"] == dict(names)
        assert self.engine.snapshot_count == len(self.snapshots) + bool(self.levels)
        self.note("nodes")
        self.note("digest")
        self.note("stat")

    @rule()
    def checkpoint(self) -> None:
        self.database.checkpoint()
        self.unsure = []
        self.note("checkpoint")

    @rule()
    def flush(self) -> None:
        self.database.flush()
        self.unsure = []
        self.note("flush")

    @rule(clean=st.booleans())
    def open_again(self, clean: bool) -> None:
        while self.levels:
            self.end(how="exception")
        possible = [self.model]
        if clean:
            self.database.close()
        else:
            if self.unsure:
                possible += [*self.unsure, self.surely]
            self.engine.abandon()
        for snapshot, _ in self.snapshots:
            with pytest.raises(ClosedError):
                snapshot.get("^A")
        with pytest.raises(ClosedError):
            self.other.get("^A")
        self.snapshots.clear()
        self.open()
        found = content(self.database)
        assert any(found == model.nodes for model in possible)
        self.model = next(model for model in possible if found == model.nodes).copy()
        self.unsure = []
        self.note("close" if clean else "kill")

    def teardown(self) -> None:
        if not hasattr(self, "engine"):
            return
        while self.levels:
            self.end(how="commit")
        self.look()
        self.open_again(clean=True)
        self.look()
        self.database.close()
        assert [str(problem) for problem in bumps.verify(PLACE, disk=self.disk, deep=True)] == []


QUIETLY = settings(suppress_health_check=list(HealthCheck), database=None)


def run_machine(seed: int, *, examples: int, steps: int) -> Counter[str]:
    """Run one seed; return how many operations of each kind there were."""
    machine = type("Machine", (DatabaseMachine,), {"counts": Counter(), "_hypothesis_internal_use_seed": seed})
    run_state_machine_as_test(machine, settings=settings(QUIETLY, max_examples=examples, stateful_step_count=steps))
    counts: Counter[str] = machine.counts  # type: ignore[attr-defined]
    return counts


def test_every_operation_does_what_the_model_does() -> None:
    counts = run_machine(1, examples=6, steps=30)
    assert counts.total() > 500


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("part", range(PART_COUNT))
def test_a_million_operations_do_what_the_model_does(part: int) -> None:
    counts: Counter[str] = Counter()
    seed = part * 1_000_000
    while counts.total() < OPERATION_COUNT // PART_COUNT:
        seed += 1
        counts += run_machine(seed, examples=25, steps=50)
    print(f"part {part}: {counts.total()} operations, 0 differences: {dict(counts.most_common())}")
    kinds = {
        *READS,
        *WRITES,
        "restart",
        "commit beside others",
        "kill",
        "close",
        "checkpoint",
        "snapshot",
        "load_nodes",
    }
    assert kinds <= set(counts)

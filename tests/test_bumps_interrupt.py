"""A KeyboardInterrupt at any moment of any call: no lock stays behind, nothing is torn, what was promised is there.

The interpreter delivers an interrupt when a function begins, and when a C function has returned. `sys.setprofile`
is called at these moments, and what it raises comes from exactly there. Moments inside `threading` are left out:
an interrupt in `Condition.__enter__` leaves its lock taken, whoever calls it.
"""

from __future__ import annotations

import _weakrefset
import contextlib
import gc
import itertools
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import FrameType
from typing import Any

import pytest

import bumps
from bumps.engine import Engine
from bumps.errors import FailedError, RestartError, UsageError
from bumps.files import MemoryDisk
from bumps.globals import Globals
from bumps.options import Durability, Options

OPTIONS = Options(page_size=512, cache_size=64 * 512, segment_size_min=4096, alignment=512)
PATH = "/x.bumps"
WAIT_SECONDS = 20
UNHEARD = (threading.__file__, _weakrefset.__file__)
"""Locks of Python's own; and callbacks of the garbage collector, from which no exception gets to anybody."""
Content = dict[tuple[str, ...], str]
pytestmark = pytest.mark.filterwarnings(
    "error::pytest.PytestUnraisableExceptionWarning",
    # In a finalizer an interrupt is delivered as well, and Python ignores it there: nothing else may be lost so.
    r"ignore:(?s).*\nKeyboardInterrupt\n:pytest.PytestUnraisableExceptionWarning",
)


class Interrupter:
    """Raises KeyboardInterrupt at the n-th moment at which the interpreter might; counts them."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.count = 0
        self.where = ""

    def __enter__(self) -> Interrupter:
        self.heard = self.note  # while it is called the interpreter has only borrowed it
        sys.setprofile(self.heard)
        return self

    def __exit__(self, *ignored: object) -> None:
        sys.setprofile(None)

    def note(self, frame: FrameType, event: str, argument: object) -> None:
        code = frame.f_code
        if event not in ("call", "c_return") or code is Interrupter.__exit__.__code__ or code.co_filename in UNHEARD:
            return
        if code is Engine.turn.__code__ and frame.f_back is not None and frame.f_back.f_code is Globals._end.__code__:
            return  # `close` throws into it: no interrupt is delivered there, and this would skip its `finally`
        self.count += 1
        if self.count == self.at:
            name = getattr(argument, "__qualname__", "")
            self.where = f"{event} {name} in {frame.f_code.co_qualname}, line {frame.f_lineno}"
            raise KeyboardInterrupt


class Work:
    """A short life of a database by every kind of call, and what each step makes of its content."""

    def __init__(self, *, background: bool) -> None:
        self.disk = MemoryDisk()
        options = replace(OPTIONS, background=background)
        self.engine = Engine.open(self.disk, PATH, options)
        self.database = bumps.Database(self.engine, options)
        self.grouped = bumps.Database(self.engine, replace(options, durability=Durability.GROUP))
        self.content: Content = {}
        self.undecided: list[Content] = []
        """What the content may be as well, if the step that runs is interrupted."""
        for number in range(30):
            self.database.set("^A", number, value="before")
            self.content["A", str(number)] = "before"

    def steps(self) -> list[tuple[Callable[[], object], list[Content]]]:
        """Return what is done, and the changes of each commit in it."""
        return [
            (self.set_one, [{("A", "1"): "one"}]),
            (self.transact, [{("A", "2"): "two", ("B", "2"): "two"}]),
            (lambda: self.database.increment("^C"), [{("C",): "1"}]),
            (self.merge, [{("D", "1"): "x", ("D", "2", "3"): "y"}]),
            (self.snapshots, [{("A", "3"): "three"}]),
            (self.group, [{("A", "4"): "four"}, {("A", "5"): "five"}]),
            (self.scans, []),
            (self.database.checkpoint, []),
            (self.restart, [{("A", "6"): "six"}]),
            (self.nested, [{("A", "7"): "seven"}]),
            (self.load, [{("A", "8"): "eight", ("E", "8"): "eight"}]),
            (self.call_again, [{("A", "9"): "other"}, {("A", "9"): "nine"}]),
            (self.group, [{("A", "4"): "four"}, {("A", "5"): "five"}]),
            (self.database.checkpoint, []),
        ]

    def set_one(self) -> None:
        self.database["^A", 1] = "one"

    def transact(self) -> None:
        with self.database.transaction() as transaction:
            assert transaction.get("^A", 2) == "before"
            transaction["^A", 2] = "two"
            transaction["^B", 2] = "two"

    def merge(self) -> None:
        self.database.merge("^D", source={1: "x", 2: {3: "y"}})

    def snapshots(self) -> None:
        with self.database.snapshot() as snapshot:
            self.database["^A", 3] = "three"
            assert snapshot.get("^A", 3) == "before"
            assert len(list(snapshot.scan("^A"))) == 30

    def group(self) -> None:
        self.grouped["^A", 4] = "four"
        self.grouped["^A", 5] = "five"
        self.grouped.flush()

    def scans(self) -> None:
        scan = self.database.scan("^A", reverse=True)
        next(scan)
        assert self.database.order("^A", 1) == "2"
        assert self.database.query("^A", 1) == ("^A", "2")

    def restart(self) -> None:
        with contextlib.suppress(RestartError), self.database.transaction() as transaction:
            transaction.get("^A", 6)
            self.grouped_now("6", "six")
            transaction["^A", 6] = "lost"

    def grouped_now(self, subscript: str, value: str) -> None:
        self.grouped["^A", subscript] = value
        self.grouped.flush()

    def nested(self) -> None:
        with self.database.transaction() as outer:
            outer["^A", 7] = "seven"
            with contextlib.suppress(KeyError), outer.database.transaction() as inner:
                inner.kill("^A")
                raise KeyError
            with outer.database.transaction() as inner:
                inner["^A", 10] = "taken back"
                inner.rollback()

    def load(self) -> None:
        key = self.database.codec.encode((8,))
        self.database.load_nodes([("A", key, b"eight"), ("E", key, b"eight")])

    def call_again(self) -> None:
        tries: list[int] = []

        @self.database.transactional
        def run() -> None:
            self.database.get("^A", 9)
            if not tries:
                tries.append(1)
                self.grouped_now("9", "other")
            self.database["^A", 9] = "nine"

        run()

    def run(self) -> None:
        """Do all; after an interrupt `content` and `undecided` say what may be there."""
        for step, commits in self.steps():
            states = [self.content]
            for changes in commits:
                states.append({**states[-1], **changes})
            self.undecided = states[1:]
            step()
            self.content, self.undecided = states[-1], []

    def found(self, database: bumps.Database) -> Content:
        decode = database.codec.decode
        return {(name, *decode(key)): value.decode() for name, key, value in database.nodes()}


def in_another_thread(work: Callable[[], Any]) -> Any:
    results: list[Any] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(WAIT_SECONDS)
    assert not thread.is_alive(), "it waits for a lock that nobody will let go"
    for error in errors:
        raise error
    return results[0]


def interrupt(at: int, *, background: bool) -> int:
    """Interrupt the work at one moment, check all that is left; return how many moments there were."""
    work = Work(background=background)
    interrupter = Interrupter(at)
    try:
        with interrupter:
            work.run()
    except KeyboardInterrupt:
        pass
    finally:
        sys.setprofile(None)
    gc.collect()
    where = f"interrupted at {at}: {interrupter.where}"
    try:
        assert work.database._globals.level == 0, "a transaction is open that nobody will end"
        if work.engine.failed:  # it was between the first byte of a frame and its last: opening again decides
            with contextlib.suppress(FailedError):
                in_another_thread(work.database.close)
            database = bumps.open(PATH, disk=work.disk)
        else:
            database = work.database
            assert in_another_thread(lambda: database.set("^Z", value="after")) is None
            database["^Z", 1] = "after"
            assert work.engine.snapshot_count == 0
            database.checkpoint()
            for content in (work.content, *work.undecided):
                content.update({("Z",): "after", ("Z", "1"): "after"})
        found = in_another_thread(lambda: work.found(database))
        assert found in (work.content, *work.undecided)
        in_another_thread(database.close)
        with bumps.open(PATH, disk=work.disk) as database:
            assert work.found(database) == found
        assert [str(problem) for problem in bumps.verify(PATH, disk=work.disk, deep=True)] == []
    except BaseException as error:
        raise AssertionError(f"{where}: {type(error).__name__}: {error}") from error
    return interrupter.count


def ends_by_commit(database: bumps.Database) -> None:
    with database.transaction() as transaction:
        transaction["^A", 1] = transaction.get("^A", 1, default="") + "x"


def ends_by_rollback(database: bumps.Database) -> None:
    with contextlib.suppress(KeyError), database.transaction() as transaction:
        transaction.get("^A", 1)
        raise KeyError


def ends_by_restart(database: bumps.Database) -> None:
    with contextlib.suppress(RestartError), database.transaction() as transaction:
        transaction.get("^A", 1)
        other = Globals(database.engine, Durability.NONE)
        other.set("A", database.codec.encode((1,)), b"other")
        transaction["^A", 1] = "lost"


@pytest.fixture
def uncollected() -> Iterator[None]:
    """Keep the collector from what this does, and from running the finalizers of other tests in the middle of it."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("uncollected")
@pytest.mark.parametrize("work", [ends_by_commit, ends_by_rollback, ends_by_restart])
def test_an_interrupt_of_a_transaction_does_not_keep_the_database_from_closing(
    work: Callable[[bumps.Database], None],
) -> None:
    for at in itertools.count():  # the first time without: some things are made once
        engine = Engine.open(MemoryDisk(), PATH, replace(OPTIONS, background=False))
        interrupter = Interrupter(at)
        try:
            # It closes while the interrupt is on its way, with all the frames that this has gone through.
            with bumps.Database(engine, engine.options) as database, interrupter:
                work(database)
        except KeyboardInterrupt:
            assert engine.closed, interrupter.where
            continue
        except UsageError as error:
            raise AssertionError(f"interrupted at {at}: {interrupter.where}: {error}") from error
        assert interrupter.count > 30
        if at:
            return


@pytest.mark.parametrize("background", [False, True])
def test_an_interrupt_now_and_then_leaves_no_lock_and_no_torn_commit(background: bool) -> None:
    count = interrupt(0, background=background)
    assert count > 1000
    for at in range(1, count, count // 12):
        interrupt(at, background=background)


@pytest.mark.slow
@pytest.mark.parametrize("background", [False, True])
def test_an_interrupt_at_many_moments_leaves_no_lock_and_no_torn_commit(background: bool) -> None:
    for at in range(7, interrupt(0, background=background), 31):
        interrupt(at, background=background)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("part", range(4))
@pytest.mark.parametrize("background", [False, True])
def test_an_interrupt_at_any_moment_leaves_no_lock_and_no_torn_commit(background: bool, part: int) -> None:
    for at in range(1 + part, interrupt(0, background=background), 4):
        interrupt(at, background=background)

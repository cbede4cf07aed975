"""torture/: a store that keeps its barriers passes, and one without any of them is caught."""

from __future__ import annotations

import pickle

import pytest

from bumps.files import File
from bumps.torture import stages
from bumps.torture.case import parse
from bumps.torture.results import Report
from bumps.torture.runner import fault_loop, replay, run
from bumps.torture.subject import Store
from tests.toy_store import PATH, Toy, ToyStore, pack


def torture(store: type[ToyStore], states_count: int) -> Report:
    return run(lambda rng: Toy(store), states_count=states_count, failures_max=1)


class NoLogSync(ToyStore):
    def sync_log(self, log: File) -> None:
        pass


class NoBaseSync(ToyStore):
    def sync_base(self, base: File) -> None:
        pass


class NoLogName(ToyStore):
    def sync_names(self) -> None:
        pass


class NoBaseName(ToyStore):
    def sync_base_name(self) -> None:
        pass


class NoParentSync(ToyStore):
    def sync_parent(self) -> None:
        pass


class NoAdoption(ToyStore):
    """Believes a log that it has only read."""

    def redo(self) -> bool:
        super().redo()
        return False


class Unpadded(ToyStore):
    """Lets a frame share the sector of the one before."""

    def append(self, changes):  # type: ignore[no-untyped-def]
        lsn = super().append(changes)
        assert self.log is not None
        self.log_offset -= 100
        return lsn


class BaseInPlace(ToyStore):
    """Writes the base over itself."""

    def write_base(self, path, lsn, nodes):  # type: ignore[no-untyped-def]
        if not self.disk.kind(PATH + "/base"):
            return super().write_base(path, lsn, nodes)
        base = self.disk.open(PATH + "/base", write=True)
        base.pwrite(pack(b"toyb", 0, lsn, pickle.dumps(nodes)), 0)
        base.sync()
        self.disk.create(path).close()
        base = self.disk.open(path, write=True)
        base.pwrite(pack(b"toyb", 0, lsn, pickle.dumps(nodes)), 0)
        base.sync()


class RetriesSync(ToyStore):
    """Believes the second sync, which has nothing left to write."""

    def sync_log(self, log: File) -> None:
        try:
            log.sync()
        except OSError:
            log.sync()


class HalfApplied(ToyStore):
    """Loses the second change of each frame in redo, but not in commit."""

    def redo(self) -> bool:
        apply, self.apply = self.apply, lambda changes: apply(changes[:1])  # type: ignore[method-assign]
        try:
            return super().redo()
        finally:
            self.apply = apply  # type: ignore[method-assign]


BROKEN = [
    NoLogSync,
    NoBaseSync,
    NoLogName,
    NoBaseName,
    NoParentSync,
    NoAdoption,
    Unpadded,
    BaseInPlace,
    HalfApplied,
    pytest.param(RetriesSync, marks=pytest.mark.slow),
]


def test_a_store_that_keeps_its_barriers_has_no_violation() -> None:
    report = torture(ToyStore, 80)

    assert [str(failure) for failure in report.failures] == []
    assert report.unique >= 80


@pytest.mark.parametrize("store", BROKEN)
def test_a_store_without_one_of_its_barriers_is_caught(store: type[ToyStore]) -> None:
    report = torture(store, 20_000)

    assert report.failures, "the harness must be able to fail"


def test_a_failure_is_seen_again_by_its_seed() -> None:
    [failure] = torture(NoLogSync, 20_000).failures

    again = replay(lambda rng: Toy(NoLogSync), failure.case)

    assert [str(each) for each in again.failures] == [str(failure)]


@pytest.mark.slow
def test_a_failed_call_of_any_kind_loses_nothing() -> None:
    report = fault_loop(lambda rng: Toy())

    assert [str(failure) for failure in report.failures] == []
    assert report.lives > 100


def test_a_toy_is_a_store() -> None:
    def store(toy: ToyStore) -> Store:
        return toy

    assert callable(store)


def test_the_mark_of_a_refused_checkpoint_is_promised_by_nobody() -> None:
    # Its commit is durable, the mark behind it is not; a history that began anew there took both for promised.
    assert stages.replay(parse("1000418")).failures == []

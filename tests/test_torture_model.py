"""torture/model.py, faultdisk.py: the oracle's own order of nodes; calls that fail as armed."""

from __future__ import annotations

import errno

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bumps.keys import KeyCodec
from bumps.torture.faultdisk import Fault, FaultDisk, Killed
from bumps.torture.model import Change, Content, History, collate, is_number
from bumps.torture.simdisk import Image, SimDisk

NUMBERS = some.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-1000, max_value=1000).map(
    lambda number: format(number, "f").rstrip("0").rstrip(".").replace("0.", ".", 1) if number % 1 else str(int(number))
)
SUBSCRIPTS = some.lists(
    some.one_of(NUMBERS, some.text(max_size=4), some.sampled_from(["", "007", "-0", "1E3"])), max_size=3
)


@settings(max_examples=80)
@given(some.lists(SUBSCRIPTS.map(tuple), max_size=12))
def test_its_order_and_that_of_the_keys_are_one(nodes: list[tuple[str, ...]]) -> None:
    encode = KeyCodec.of("utf-8").encode

    assert sorted(set(nodes), key=collate) == sorted(set(nodes), key=encode)


@pytest.mark.parametrize("text", ["0", "7", "-7", ".5", "-.5", "100", "12.05", "1" + "0" * 46, "." + "0" * 42 + "1"])
def test_a_canonic_number_is_one(text: str) -> None:
    assert is_number(text)


@pytest.mark.parametrize(
    "text",
    ["", "-", "-0", "00", "0.5", ".50", "1.", "1E3", "+1", " 1", "٣", "1" * 19, "1" + "0" * 47, "." + "0" * 43 + "1"],
)
def test_what_only_looks_like_a_number_is_a_string(text: str) -> None:
    assert not is_number(text)


def test_kill_takes_descendants_and_kill_node_does_not() -> None:
    full = Content().after([Change("set", "A", subscripts, b"x") for subscripts in ((), ("1",), ("1", "2"), ("10",))])

    assert [node[1] for node in full.after([Change("kill", "A", ("1",))]).ordered()] == [(), ("10",)]
    assert [node[1] for node in full.after([Change("kill_node", "A", ("1",))]).ordered()] == [(), ("1", "2"), ("10",)]
    assert full.after([Change("kill", "A", ())]).nodes == {}
    assert len(full.nodes) == 4


def test_a_history_knows_what_is_legal_where() -> None:
    one, other = Content(), Content()
    history = History(3, one)
    history.allow(4, other)
    history.allow(4, one)

    assert history.at(3) == [one]
    assert history.at(4) == [other, one]
    assert history.at(5) == []
    history.settle(4, one)
    assert history.at(4) == [one]


def fault_disk() -> FaultDisk:
    return FaultDisk(SimDisk(Image(("/",), {"/f": b"old"})))


def test_the_nth_call_fails_once() -> None:
    disk = fault_disk()
    file = disk.open("/f", write=True)
    disk.arm(Fault("pwrite", 2, "ENOSPC"))

    assert file.pwrite(b"a", 0) == 1
    with pytest.raises(OSError) as caught:
        file.pwrite(b"b", 0)
    assert caught.value.errno == errno.ENOSPC
    assert file.pwrite(b"c", 0) == 1
    assert disk.fired == 1


def test_a_fault_for_ever_stays_until_it_is_disarmed() -> None:
    disk = fault_disk()
    disk.arm(Fault("list", 1, "EIO", times=0))
    for _ in range(3):
        with pytest.raises(OSError):
            disk.list("/")
    disk.disarm()
    assert disk.list("/") == ["f"]


def test_a_short_write_says_so() -> None:
    disk = fault_disk()
    file = disk.open("/f", write=True)
    disk.arm(Fault("pwrite", 1, "short"))
    assert file.pwrite(b"0123456789", 0) == 3
    assert file.pread(99, 0) == b"012"


@pytest.mark.parametrize(("how", "error"), [("memory", MemoryError), ("interrupt", KeyboardInterrupt)])
def test_errors_that_are_not_the_disks_come_out_of_it_too(how: str, error: type[BaseException]) -> None:
    disk = fault_disk()
    disk.arm(Fault("any", 1, how))
    with pytest.raises(error):
        disk.unlink("/f")


def test_a_killed_process_makes_no_more_calls_and_keeps_the_cache() -> None:
    disk = fault_disk()
    file = disk.open("/f", write=True)
    file.pwrite(b"new", 0)
    disk.arm(Fault("changing", 1, "kill"))
    with pytest.raises(Killed):
        file.sync()
    with pytest.raises(Killed):
        file.pread(1, 0)
    disk.kill()
    assert disk.open("/f", write=False).pread(3, 0) == b"new"

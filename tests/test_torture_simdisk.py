"""torture/simdisk.py, states.py: the cache behaves like a file system, a power cut like a power cut."""

from __future__ import annotations

import itertools
import random

import pytest

from bumps.torture.faultdisk import Fault, FaultDisk
from bumps.torture.simdisk import SECTOR_SIZE, Image, SimDisk, SimFile
from bumps.torture.states import TEAR_CUTS, Medium, Profile, State, state_at, states

OLD, NEW, NEWER = b"o" * SECTOR_SIZE, b"n" * SECTOR_SIZE, b"w" * SECTOR_SIZE
ORDERED, POSIX = Profile("ordered"), Profile("posix")


def crash(disk: SimDisk, profile: Profile = ORDERED, image: Image | None = None) -> list[State]:
    """Return every state that a power cut can leave now."""
    medium = Medium(image or Image(), acked=0, issued=0, profile=profile)
    for operation in disk.trace:
        medium.apply(operation)
    space = medium.space()
    return [space.state(vector) for vector in space.vectors(random.Random(0))]


def contents(found: list[State], path: str = "/f") -> set[bytes | None]:
    return {state.image.files.get(path) for state in found}


def on(image: Image) -> tuple[SimDisk, SimFile]:
    disk = SimDisk(image)
    return disk, disk.open("/f", write=True)


ONE = Image(("/",), {"/f": OLD})


def test_what_was_written_is_read_before_it_is_durable() -> None:
    disk, file = on(ONE)
    file.pwrite(NEW, 0)
    assert file.pread(4, 2) == b"nnnn"
    assert disk.image().files == {"/f": NEW}


def test_a_sector_is_old_or_new_or_torn_at_a_cut() -> None:
    disk, file = on(ONE)
    file.pwrite(NEW, 0)
    torn = {NEW[:cut] + OLD[cut:] for cut in TEAR_CUTS} | {OLD[:cut] + NEW[cut:] for cut in TEAR_CUTS}
    assert contents(crash(disk, image=ONE)) == {OLD, NEW} | torn


def test_a_sector_that_is_not_powersafe_may_become_garbage() -> None:
    disk, file = on(ONE)
    file.pwrite(NEW[:3], 0)
    found = contents(crash(disk, Profile("ordered", powersafe=False), ONE))
    assert any(content is not None and content[100:] != OLD[100:] for content in found)


def test_any_version_since_the_last_sync_may_survive() -> None:
    disk, file = on(ONE)
    file.pwrite(NEW, 0)
    file.pwrite(NEWER, 0)
    disk.begin(1)
    assert contents(crash(disk, image=ONE)) == {OLD, NEW, NEWER}


def test_sectors_of_one_write_survive_independently() -> None:
    image = Image(("/",), {"/f": OLD * 3})
    disk, file = on(image)
    file.pwrite(NEW * 3, 0)
    disk.begin(1)
    assert contents(crash(disk, image=image)) == {b"".join(each) for each in itertools.product((OLD, NEW), repeat=3)}


def test_a_sync_leaves_one_content() -> None:
    disk, file = on(ONE)
    file.pwrite(NEW, 0)
    file.sync()
    assert contents(crash(disk, image=ONE)) == {NEW}


def test_a_file_has_any_of_its_sizes_and_what_was_not_written_is_zeros_garbage_or_stale() -> None:
    image = Image(("/",), {"/f": b"", "/g": OLD})
    disk, file = on(image)
    file.pwrite(NEW, 0)
    disk.begin(1)
    found = contents(crash(disk, image=image))
    assert {b"", NEW, OLD, bytes(SECTOR_SIZE)} <= found
    assert len(found) == 5


def test_a_size_that_was_cut_comes_back_until_it_is_synced() -> None:
    disk, file = on(ONE)
    file.truncate(10)
    assert contents(crash(disk, image=ONE)) == {OLD, OLD[:10], OLD[:10] + bytes(502)}
    file.sync()
    assert contents(crash(disk, image=ONE)) == {OLD[:10]}


def test_a_failed_sync_keeps_the_bytes_in_the_cache_and_a_second_one_proves_nothing() -> None:
    disk, file = on(ONE)
    file.pwrite(NEW, 0)
    file.drop(revert=False)
    file.sync()
    assert file.pread(1, 0) == b"n"
    assert contents(crash(disk, image=ONE)) == {OLD, NEW}
    file.pwrite(NEW, 0)
    file.sync()
    assert contents(crash(disk, image=ONE)) == {NEW}


def test_a_failed_sync_may_show_the_old_bytes_again() -> None:
    _, file = on(ONE)
    file.pwrite(NEW * 2, 0)
    file.drop(revert=True)
    assert file.pread(2000, 0) == OLD
    assert file.size() == SECTOR_SIZE


def test_a_name_is_durable_only_after_its_directory_is_synced() -> None:
    disk = SimDisk()
    disk.create("/f").sync()
    assert contents(crash(disk)) == {None, b""}
    disk.sync_directory("/")
    assert contents(crash(disk)) == {b""}


def test_names_reach_an_ordered_disk_in_order_and_a_posix_disk_in_any() -> None:
    disk = SimDisk()
    for name in "abc":
        disk.create(f"/{name}").sync()

    def names(profile: Profile) -> set[str]:
        return {"".join(path[1] for path in state.image.files) for state in crash(disk, profile)}

    assert names(ORDERED) == {"", "a", "ab", "abc"}
    assert names(POSIX) == {"", "a", "b", "c", "ab", "ac", "bc", "abc"}


def test_a_rename_is_one_thing_and_keeps_its_order_with_what_touches_the_same_name() -> None:
    image = Image(("/",), {"/f": OLD})
    disk = SimDisk(image)
    new = disk.create("/f.new")
    new.pwrite(NEW, 0)
    new.sync()
    disk.rename("/f.new", "/f")
    for profile in (ORDERED, POSIX):
        found = [dict(state.image.files) for state in crash(disk, profile, image)]
        assert {"/f": OLD} in found
        assert {"/f": OLD, "/f.new": NEW} in found
        assert {"/f": NEW} in found
        assert all(each["/f"] in (OLD, NEW) for each in found)


def test_a_directory_that_never_got_its_name_takes_its_files_along() -> None:
    disk = SimDisk()
    disk.make_directory("/d")
    disk.create("/d/f").sync()
    disk.sync_directory("/d")
    assert all(state.image.files in ({}, {"/d/f": b""}) for state in crash(disk, POSIX))
    assert any(not state.image.files for state in crash(disk, POSIX))


def test_a_state_is_made_again_from_its_place_and_its_choices() -> None:
    disk, file = on(ONE)
    file.pwrite(NEW, 0)
    file.pwrite(NEWER * 2, 100)
    found = list(states(ONE, disk.trace, acked=0, issued=0, profile=POSIX, rng=random.Random(1), budget=20))
    for state in found:
        again = state_at(ONE, disk.trace, state.index, state.vector, acked=0, issued=0, profile=POSIX)
        assert again == state


def test_a_large_space_is_sampled_with_structure() -> None:
    disk, file = on(ONE)
    file.pwrite(NEW * 100, 0)
    found = list(
        states(ONE, disk.trace, acked=0, issued=0, profile=ORDERED, rng=random.Random(1), budget=300, points={1})
    )
    whole = [state.image.files["/f"] for state in found]
    assert len(found) == 300
    assert NEW * 100 in whole
    assert OLD in whole
    assert NEW * 99 + bytes(SECTOR_SIZE) in whole


def test_locks_exclude_and_die_with_their_handle_and_their_process() -> None:
    disk, one = on(ONE)
    other = disk.open("/f", write=True)
    assert one.lock(0, exclusive=True)
    assert not other.lock(0, exclusive=False)
    assert other.lock(1, exclusive=False)
    assert one.lock(1, exclusive=False)
    assert not one.lock(1, exclusive=True)
    one.close()
    assert other.lock(0, exclusive=True)
    disk.kill()
    assert disk.open("/f", write=True).lock(0, exclusive=True)
    with pytest.raises(OSError):
        other.pread(1, 0)


def test_the_same_calls_give_the_same_trace_clock_and_chance() -> None:
    def live() -> object:
        disk = SimDisk(seed=5)
        disk.create("/f").pwrite(disk.random(20), 3)
        disk.sleep(1.5)
        return disk.trace, disk.time_us(), disk.monotonic(), disk.random(8)

    assert live() == live()


def test_a_fault_is_counted_from_the_next_call_of_a_kind_until_nothing_is_to_fail() -> None:
    faults = FaultDisk(SimDisk(ONE))
    file = faults.open("/f", write=True)
    faults.arm_behind("pwrite", Fault("pread", 2, "memory"))
    for _ in range(3):
        file.pread(1, 0)
    file.pwrite(NEW, 0)
    file.pread(1, 0)
    with pytest.raises(MemoryError):
        file.pread(1, 0)

    faults.arm_behind("pwrite", Fault("pread", 1, "memory"))
    faults.disarm()
    faults.arm(Fault("pread", 1, "memory"))

    with pytest.raises(MemoryError):
        file.pread(1, 0)


def test_a_full_disk_refuses_to_grow_a_file() -> None:
    disk = SimDisk(ONE, capacity=2 * SECTOR_SIZE)
    file = disk.open("/f", write=True)
    file.pwrite(NEW, SECTOR_SIZE)
    with pytest.raises(OSError, match="No space"):
        file.pwrite(b"x", 2 * SECTOR_SIZE)
    disk.unlink("/f")
    assert disk.free_size("/") == 2 * SECTOR_SIZE


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda disk: disk.open("/no", write=False), FileNotFoundError),
        (lambda disk: disk.open("/d", write=False), IsADirectoryError),
        (lambda disk: disk.create("/f"), FileExistsError),
        (lambda disk: disk.create("/no/f"), FileNotFoundError),
        (lambda disk: disk.make_directory("/d"), FileExistsError),
        (lambda disk: disk.list("/f"), NotADirectoryError),
        (lambda disk: disk.unlink("/no"), FileNotFoundError),
        (lambda disk: disk.unlink("/d"), IsADirectoryError),
        (lambda disk: disk.remove_directory("/d"), OSError),
        (lambda disk: disk.rename("/no", "/x"), FileNotFoundError),
        (lambda disk: disk.rename("/f", "/d"), IsADirectoryError),
        (lambda disk: disk.rename("/d", "/f"), NotADirectoryError),
        (lambda disk: disk.rename("/e", "/d"), OSError),
        (lambda disk: disk.identity("/no"), FileNotFoundError),
        (lambda disk: disk.open("/f", write=False).pwrite(b"x", 0), OSError),
    ],
)
def test_what_an_operating_system_refuses_is_refused(call: object, error: type[Exception]) -> None:
    disk = SimDisk(Image(("/", "/d", "/e"), {"/f": OLD, "/d/g": OLD}))
    before = list(disk.trace)
    with pytest.raises(error):
        call(disk)  # type: ignore[operator]
    assert disk.trace == before


def test_an_empty_directory_is_replaced_by_a_rename() -> None:
    disk = SimDisk(Image(("/", "/d", "/e"), {"/d/g": OLD}))
    disk.rename("/d", "/e")
    assert disk.image() == Image(("/", "/e"), {"/e/g": OLD})
    assert disk.kind("/d") == ""
    assert disk.kind("/e/g") == "file"

"""interp/code_cache.py: what was generated is loaded again, and whatever is odd about it means that it is not there."""

from __future__ import annotations

import errno
import io
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bumps.errors import MError
from bumps.interp import code_cache, grammar
from bumps.interp.code_cache import CodeCache, Entry
from bumps.interp.machine import Machine
from bumps.interp.tiers import Tier
from bumps.limits import CODE_CACHE_SIZE_MAX
from tests.interp_cases import Texts, new_globals
from tests.oracle import cached
from tests.oracle.bodies import BodyGenerator
from tests.oracle.programs import Generator

ROOT = Path(__file__).resolve().parent.parent

SOURCE = """R S N=3 D COUNT(N) W $$DOUBLE(N),!
 D  W "back",!
 . N Z F I=1:1:2 W "in ",I,!
 Q
COUNT(N) N Z F I=1:1:N S ^A(I)=I*I W ^A(I)," "
 W ! Q
DOUBLE(N) N Z Q N*2
NEVER W "never" Q
"""
OUTPUT = "1 4 9 \n6\nin 1\nin 2\nback\n"


class Did(NamedTuple):
    """What a Run did."""

    output: str
    steps: int
    generated: int
    """So many regions were generated."""


def run(cache: CodeCache | None, source: str = SOURCE, tier: Tier = "auto", name: str = "R") -> Did:
    """Run a routine from its top."""
    output = io.BytesIO()
    machine = Machine(
        globals_factory=new_globals(),
        input=io.BytesIO(),
        output=output,
        loader=Texts({name: source}),
        charset="m",
        tier=tier,
        code_cache=cache,
    )
    before = code_count()
    machine.run(name)
    return Did(output.getvalue().decode("latin-1"), machine.meter.steps, code_count() - before)


_generated: list[str] = []


@pytest.fixture(autouse=True)
def counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Note each region that is generated."""
    from bumps.interp import regions

    compile_region = regions.compile_region

    def noted(*arguments: Any, **options: Any) -> object:
        _generated.append(repr(arguments))
        return compile_region(*arguments, **options)

    monkeypatch.setattr(regions, "compile_region", noted)


def code_count() -> int:
    """Return how many regions were generated so far."""
    return len(_generated)


@pytest.fixture
def cache(tmp_path: Path) -> CodeCache:
    return CodeCache(str(tmp_path / "cache"))


def entry_of(cache: CodeCache, source: str = SOURCE, name: str = "R") -> Entry:
    return cache.entry(name, source.encode("latin-1"), "m")


def file_of(cache: CodeCache) -> Path:
    """Return the one file that there is."""
    (file,) = Path(cache.folder).iterdir()
    return file


# What is kept


def test_what_was_generated_is_not_generated_again(cache: CodeCache) -> None:
    first = run(cache, tier="generated")
    second = run(cache, tier="generated")

    assert first.output == second.output == OUTPUT
    assert first.steps == second.steps == run(None, tier="closures").steps
    assert first.generated > second.generated == 0


def test_a_routine_that_runs_again_is_generated_from_its_first_call_on_also_in_tier_auto(cache: CodeCache) -> None:
    counts = [run(cache).generated for _ in range(3)]

    assert counts[1] > counts[0] == counts[2] == 0


def test_the_tier_closures_leaves_the_cache_alone(cache: CodeCache) -> None:
    run(cache, tier="closures")

    assert not os.path.lexists(cache.folder)


def test_a_run_that_reaches_more_adds_it(cache: CodeCache) -> None:
    run(cache, tier="generated")
    before = entry_of(cache)
    output = io.BytesIO()
    machine = Machine(
        globals_factory=new_globals(), input=io.BytesIO(), output=output, loader=Texts({"R": SOURCE}), charset="m",
        tier="auto", code_cache=cache,
    )  # fmt: skip
    machine.run("NEVER^R")

    assert not before.has(7)
    assert entry_of(cache).has(7)
    assert entry_of(cache).has(0)


def test_another_source_name_or_charset_is_another_routine(cache: CodeCache) -> None:
    run(cache, tier="generated")

    assert entry_of(cache).outline is not None
    assert entry_of(cache, SOURCE + " ").outline is None
    assert entry_of(cache, name="S").outline is None
    assert cache.entry("R", SOURCE.encode(), "utf-8").outline is None


def test_another_version_of_what_generates_is_another_key(cache: CodeCache, monkeypatch: pytest.MonkeyPatch) -> None:
    run(cache, tier="generated")
    monkeypatch.setattr(code_cache, "_known", ["generate.py 1 2"])
    assert entry_of(cache).outline is None
    monkeypatch.setattr(code_cache, "_known", [])
    assert entry_of(cache).outline is not None
    monkeypatch.setattr(code_cache, "__version__", "99")
    assert entry_of(cache).outline is None


def test_an_error_has_its_place_and_text_its_lines_in_code_from_the_cache(cache: CodeCache) -> None:
    source = 'R S $ET="W $ZS,! S $EC="""" Q" D A W $T(A+1),!,$T(R+0),! Q\nA S X=1\n S Y=X/0 Q\n'
    found = [run(cache, source, "generated").output for _ in range(2)]

    assert found[0] == found[1]
    assert "A+1^R,%GTM-E-DIVZERO" in found[0]
    assert " S Y=X/0 Q\n" in found[0]


def test_a_program_that_ends_with_an_error_keeps_its_code(cache: CodeCache) -> None:
    for _ in range(2):
        with pytest.raises(Exception, match="Undefined"):
            run(cache, "R W X Q\n", "generated")

    assert entry_of(cache, "R W X Q\n").has(0)


# What is odd is not there


def test_a_flipped_bit_at_any_place_means_that_there_is_nothing(cache: CodeCache) -> None:
    run(cache, tier="generated")
    file = file_of(cache)
    data = file.read_bytes()
    key = code_cache.key_of("R", SOURCE.encode(), "m")

    assert code_cache._decoded(key, data) is not None
    for at in range(len(data)):
        for flip in (1, 0x80, 0xFF):
            damaged = data[:at] + bytes([data[at] ^ flip]) + data[at + 1 :]
            assert code_cache._decoded(key, damaged) is None


def test_a_file_that_is_cut_or_has_more_means_that_there_is_nothing(cache: CodeCache) -> None:
    run(cache, tier="generated")
    data = file_of(cache).read_bytes()
    key = code_cache.key_of("R", SOURCE.encode(), "m")

    for size in range(len(data)):
        assert code_cache._decoded(key, data[:size]) is None
    assert code_cache._decoded(key, data + b"\0") is None


@pytest.mark.parametrize("at", [0, 7, 8, 39, 40, 44, 48, 60, 200, -200, -1])
def test_a_program_with_a_poisoned_entry_does_the_same_and_heals_it(cache: CodeCache, at: int) -> None:
    fresh = run(cache, tier="generated")
    file = file_of(cache)
    sound = file.read_bytes()
    damaged = bytearray(sound)
    damaged[at] ^= 0xFF
    file.write_bytes(damaged)

    assert run(cache, tier="generated") == fresh
    assert len(file_of(cache).read_bytes()) == len(sound)
    assert run(cache, tier="generated").generated == 0


def test_the_entry_of_another_routine_under_this_name_is_not_believed(cache: CodeCache, tmp_path: Path) -> None:
    other = CodeCache(str(tmp_path / "other"))
    run(other, "R W 666 Q\n", "generated")
    run(cache, tier="generated")
    file = file_of(cache)
    file.write_bytes(file_of(other).read_bytes())

    assert run(cache, tier="generated").output == OUTPUT


@pytest.mark.parametrize("kind", ["link", "pipe", "open", "folder"])
def test_what_is_no_closed_file_of_the_user_is_not_read(cache: CodeCache, tmp_path: Path, kind: str) -> None:
    run(cache, tier="generated")
    file = file_of(cache)
    data = file.read_bytes()
    if kind == "open":
        file.chmod(0o640)
    else:
        file.unlink()
    if kind == "link":
        (tmp_path / "target").write_bytes(data)
        (tmp_path / "target").chmod(0o600)
        file.symlink_to(tmp_path / "target")
    elif kind == "pipe":
        os.mkfifo(file, 0o600)
    elif kind == "folder":
        file.mkdir(0o700)

    assert entry_of(cache).outline is None
    assert run(cache, tier="generated").output == OUTPUT


# The folder


def test_a_new_folder_and_its_files_are_the_users_alone(cache: CodeCache) -> None:
    before = os.umask(0)
    try:
        run(cache, tier="generated")
    finally:
        os.umask(before)

    assert stat.S_IMODE(os.stat(cache.folder).st_mode) == 0o700
    assert stat.S_IMODE(file_of(cache).stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o701, 0o500])
def test_a_folder_with_another_mode_switches_the_cache_off(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "cache"
    run(CodeCache(str(folder)), tier="generated")
    folder.chmod(mode)
    cache = CodeCache(str(folder))

    assert run(cache, tier="generated").generated > 0
    assert f"{mode:04o}" in cache.check()
    folder.chmod(0o700)
    assert run(CodeCache(str(folder)), tier="generated").generated == 0


def test_a_folder_of_another_user_switches_the_cache_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = str(tmp_path / "cache")
    run(CodeCache(folder), tier="generated")
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    cache = CodeCache(folder)

    assert run(cache, tier="generated").generated > 0
    assert "another user" in cache.check()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_root_does_not_use_the_folder_of_a_user(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    run(CodeCache(str(folder)), tier="generated")
    os.chown(folder, 1, 1)

    assert run(CodeCache(str(folder)), tier="generated").generated > 0


def test_a_link_or_a_file_in_the_place_of_the_folder_switches_the_cache_off(tmp_path: Path) -> None:
    run(CodeCache(str(tmp_path / "real")), tier="generated")
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "file").write_text("")
    for name in ("link", "file"):
        cache = CodeCache(str(tmp_path / name))

        assert run(cache, tier="generated").generated > 0
        assert "not a directory" in cache.check()


def test_nothing_is_made_in_the_home_of_another_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home" / ".cache"))
    monkeypatch.delenv("BUMPS_CACHE")
    (tmp_path / "home").mkdir()
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    cache = CodeCache()
    run(cache, tier="generated")

    assert list((tmp_path / "home").iterdir()) == []
    assert "another user" in cache.check()


def test_the_default_folder_is_where_xdg_has_it() -> None:
    assert code_cache.folder_of({"BUMPS_CACHE": "/a/b", "XDG_CACHE_HOME": "/c"}) == "/a/b"
    assert code_cache.folder_of({"BUMPS_CACHE": "", "XDG_CACHE_HOME": "/c"}) == "/c/bumps"
    home = os.path.join(os.path.expanduser("~"), ".cache", "bumps")
    assert code_cache.folder_of({}) == code_cache.folder_of({"XDG_CACHE_HOME": "relative"}) == home


# Full disks, kills, others who write


def test_a_full_disk_ends_the_cache_and_not_the_program(cache: CodeCache, monkeypatch: pytest.MonkeyPatch) -> None:
    written = 0

    def write(file: int, data: memoryview) -> int:
        nonlocal written
        if written:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = 1
        return 1

    monkeypatch.setattr(os, "write", write)
    assert run(cache, tier="generated").output == OUTPUT
    assert list(Path(cache.folder).iterdir()) == []
    assert "No space left" in cache.check()


def test_a_file_that_could_not_be_written_is_closed(cache: CodeCache, monkeypatch: pytest.MonkeyPatch) -> None:
    run(cache, tier="generated")
    closed: list[int] = []
    opened: list[int] = []
    os_open, os_close = os.open, os.close

    def noted_open(*arguments: Any, **options: Any) -> int:
        opened.append(os_open(*arguments, **options))
        return opened[-1]

    def noted_close(file: int) -> None:
        closed.append(file)
        os_close(file)

    def write(file: int, data: memoryview) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "open", noted_open)
    monkeypatch.setattr(os, "close", noted_close)
    monkeypatch.setattr(os, "write", write)
    entry = Entry(b"\0" * 32)
    entry.outline = entry_of(cache).outline
    cache.keep([entry])
    monkeypatch.undo()

    assert "No space left" in cache.check()
    assert sorted(opened) == sorted(closed)


def test_a_folder_that_cannot_be_made_ends_the_cache_and_not_the_program(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = CodeCache(str(tmp_path / "file" / "cache"))

    assert run(cache, tier="generated").output == OUTPUT
    assert "file" in cache.check()
    (tmp_path / "broken").symlink_to("nowhere")
    cache = CodeCache(str(tmp_path / "broken" / "cache"))

    assert run(cache, tier="generated").output == OUTPUT
    assert "cannot be made" in cache.check()


def test_who_is_killed_while_writing_leaves_nothing_that_is_believed(
    cache: CodeCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a kill leaves is a file without its name: the rename did not come."""
    monkeypatch.setattr(os, "rename", lambda *arguments, **options: None)
    run(cache, tier="generated")
    monkeypatch.undo()
    (left,) = Path(cache.folder).iterdir()

    assert left.name.startswith(code_cache.NEW)
    assert entry_of(cache).outline is None
    cache.tidy()
    assert left.exists(), "it may be of one who is still writing"
    os.utime(left, (time.time() - 2 * code_cache.LEFT_SECONDS,) * 2)
    cache.tidy()
    assert not left.exists()


WRITER = """
import sys
from bumps.interp.code_cache import CodeCache
from tests import test_interp_code_cache as tests
cache = CodeCache(sys.argv[1])
print("ready", flush=True)
while True:
    for count in range(1, 6):
        entry = cache.entry("R", tests.SOURCE.encode(), "m")
        tests.fill(cache, count)
"""


def fill(cache: CodeCache, count: int) -> None:
    """Write the routine with its first regions, over what there is."""
    machine = Machine(
        globals_factory=new_globals(), input=io.BytesIO(), output=io.BytesIO(), loader=Texts({"R": SOURCE}),
        charset="m", tier="generated", code_cache=cache,
    )  # fmt: skip
    image = machine.library.image("R")
    assert image.kept is not None
    for first in sorted(image.code.starts)[:count]:
        image.kept.put(image.code.numbers[first], machine.tiers.compiled(image, image.code, first))
    machine.library.keep()


@pytest.mark.slow
def test_a_kill_at_any_moment_and_two_who_write_at_once_leave_whole_files(cache: CodeCache) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    fresh = run(None, tier="generated")
    for attempt in range(6):
        writers = [
            subprocess.Popen(
                [sys.executable, "-c", WRITER, cache.folder], env=environment, cwd=ROOT, stdout=subprocess.PIPE
            )
            for _ in range(2)
        ]
        for writer in writers:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
        end = time.monotonic() + 0.2 + 0.05 * attempt
        while time.monotonic() < end:
            entry = entry_of(cache)
            assert entry.outline is None or entry.outline.labels == {"R": 0, "COUNT": 4, "DOUBLE": 6, "NEVER": 7}
        for writer in writers:
            writer.send_signal(signal.SIGKILL)
            writer.communicate()
        assert run(cache, tier="generated")[:2] == fresh[:2]

    assert run(cache, tier="generated").generated == 0


# Size


def test_what_was_used_last_stays_when_the_folder_is_full(tmp_path: Path) -> None:
    moment = time.time()
    cache = CodeCache(str(tmp_path / "cache"), now=lambda: moment)
    for number in range(20):
        run(cache, f"R W {number} Q\n", "generated")
        for file in Path(cache.folder).iterdir():
            if file.stat().st_mtime > moment:
                os.utime(file, (moment, moment))
        moment += 2 * code_cache.REFRESH_SECONDS
    run(cache, "R W 0 Q\n", "generated")  # the oldest is used once more
    size = sum(size for _, size, _ in cache.files())
    small = CodeCache(cache.folder, size_max=size // 2, now=lambda: moment)
    small.tidy()

    assert size // 3 < sum(size for _, size, _ in small.files()) <= size // 2
    kept = [number for number in range(20) if entry_of(cache, f"R W {number} Q\n").outline is not None]
    assert kept == [0, *range(20 - len(kept) + 1, 20)]


def test_the_bound_of_the_folder_is_the_users_to_choose(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = str(tmp_path / "cache")
    assert CodeCache(folder).size_max == CODE_CACHE_SIZE_MAX
    for number in range(20):
        run(CodeCache(folder), f"R W {number} Q\n", "generated")
    size = sum(size for _, size, _ in CodeCache(folder).files())
    monkeypatch.setenv("BUMPS_CACHE_SIZE", str(size // 2))
    run(CodeCache(folder), "R W 20 Q\n", "generated")

    assert 0 < sum(size for _, size, _ in CodeCache(folder).files()) <= size // 2


@pytest.mark.parametrize("given", ["0", "-1", "1MB", "1e6", "²"])
def test_a_bound_that_is_no_number_of_bytes_switches_the_cache_off(
    given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BUMPS_CACHE_SIZE", given)
    cache = CodeCache(str(tmp_path / "cache"))

    assert run(cache, tier="generated").output == OUTPUT
    assert f"BUMPS_CACHE_SIZE={given!r}" in cache.check()
    assert not (tmp_path / "cache").exists()


def test_a_routine_that_would_take_much_of_the_folder_is_not_kept(tmp_path: Path) -> None:
    cache = CodeCache(str(tmp_path / "cache"), size_max=4096)

    assert run(cache, tier="generated").output == OUTPUT
    assert cache.files() == []


def test_files_with_other_names_are_neither_counted_nor_removed(cache: CodeCache) -> None:
    run(cache, tier="generated")
    names = ("notes.txt", "new-notes.txt", "0" * 63, "F" * 64)
    for name in names:
        other = Path(cache.folder, name)
        other.write_bytes(b"x" * 100_000)
        os.utime(other, (0, 0))
    small = CodeCache(cache.folder, size_max=100)
    small.tidy()

    assert small.files() == []
    assert sorted(os.listdir(cache.folder)) == sorted(names)


def test_a_machine_forgets_what_was_linked_anew_when_its_run_is_over(cache: CodeCache) -> None:
    machine = Machine(
        globals_factory=new_globals(), input=io.BytesIO(), output=io.BytesIO(), loader=Texts({"R": SOURCE}),
        charset="m", tier="generated", code_cache=cache,
    )  # fmt: skip
    for _ in range(3):
        machine.library.link("R")
        machine.run("R")

    assert machine.library.entries == [machine.library.images["R"].kept]


def test_the_folder_stays_within_its_bound_run_after_run(tmp_path: Path) -> None:
    cache = CodeCache(str(tmp_path / "cache"), size_max=16_384)
    for number in range(30):
        run(cache, f"R W {number} Q\n", "generated")
        assert sum(size for _, size, _ in cache.files()) <= 16_384

    assert len(cache.files()) > 5


REST = """R L +^A(1):0 W $T,! R X#3 W X,! H 0 O "/dev/null":READONLY C "/dev/null" W "ab1"?2A1N,$$F("x"),!
 U 0:WIDTH=80 F I=1:1 Q:I>2  D  ZWRITE:I=1 X
 . K:I=2 (I,X) ZSHOW:I=9 "V"
 TSTART () S ^B=1 TCOMMIT
 J:0 X^R ZSYSTEM:0 "true" W $T(R+1),! Q
F(X) Q X?.E1"x"
"""


def test_what_generated_code_leaves_to_closures_needs_no_parser_when_it_comes_from_the_cache(
    cache: CodeCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = run(None, REST, "generated")
    assert run(cache, REST, "generated") == fresh

    def parse(text: object) -> object:
        raise AssertionError("nothing is to be parsed")

    for name in ("parse_routine", "parse_line", "parse_code"):
        monkeypatch.setattr(grammar, name, parse)
    assert run(cache, REST, "generated")[:2] == fresh[:2]
    assert run(cache, REST, "auto")[:2] == fresh[:2]


# Random programs (python -m tests.oracle.cached runs more of them)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 121, 30))
def test_random_programs_do_the_same_fresh_and_from_the_cache(cache: CodeCache, seed: int) -> None:
    for each in range(seed, seed + 30):
        assert cached.differences(Generator(each).program(), cache) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 181, 60))
def test_bodies_that_are_written_where_they_are_called_do_the_same(cache: CodeCache, seed: int) -> None:
    for each in range(seed, seed + 60):
        assert cached.differences(BodyGenerator(each).program(), cache) == []


# Programs that ask for trouble


def test_a_routine_that_changes_while_it_runs_goes_on_with_its_own_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    changed = 'R W "new",! Q\nA W "new A",! Q\n'
    source = (
        'R O "R.m":NEWVERSION U "R.m" W "R W ""new"",! Q",!,"A W ""new A"",! Q",! C "R.m"\n'
        ' D A W $T(A),! ZL "R" D A W $T(A),! D A^R Q\nA W "old A",! Q\n'
    )
    outputs = []
    for cache in (None, CodeCache(str(tmp_path / "cache")), CodeCache(str(tmp_path / "cache"))):
        Path("R.m").write_text(source)
        output = io.BytesIO()
        machine = Machine(
            globals_factory=new_globals(), input=io.BytesIO(), output=output, charset="m", tier="generated",
            code_cache=cache,
        )  # fmt: skip
        machine.run("R")
        outputs.append(output.getvalue())
        assert Path("R.m").read_text() == changed

    assert outputs[0].startswith(b'old A\nA W "old A",! Q\n')
    assert outputs[0].endswith(b"new A\n")
    assert outputs == [outputs[0]] * 3


HARD = {
    "parentheses": f"R W {'(' * 100}1{')' * 100},! Q\n",
    "selects": f"R S X=1 W {'$S(X:' * 98}1{',1:2)' * 98},! Q\n",
    "calls": f"R S X=1 W {'$$F(' * 98}1{')' * 98},! Q\nF(X) Q X+1\n",
    "operators": f"R S X=1 S Y=X{'+X' * 500} W Y,! S Y=X{'_X' * 500} W $L(Y),! S X=X{'_X' * 400} W $L(X),! Q\n",
    "FORs": f"R S C=0 {' '.join([f'F I{each}=1:1:1' for each in range(40)])} S C=C+1\n W C,! Q\n",
    "IFs": f'R S X=1 {"I X " * 2_000}W "y",!\n Q\n',
    "blocks": "R D\n" + "".join([f" {'.' * n} F I{n}=1:1:1 D\n" for n in range(1, 31)]) + f" {'.' * 31} W 1\n Q\n",
    "globals": "R S X=1\n" + "".join([f" S ^G{each}({each})=1\n" for each in range(5_000)]) + ' W "g",! Q\n',
    "jumps": "R S X=1\n" + "".join([f" D L{n}:0\n" for n in range(4_500)]) + ' W "j",! Q\n' + "".join(
        [f"L{n} Q\n" for n in range(4_500)]),
    "lines": "R S X=1\n" + " S X=X+1\n" * 5_000 + " W X,! Q\n",
    "bad lines": "R W 1\nA S X=\n FOO\n . . W 2\n W 3\n",
}  # fmt: skip
"""Programs that Python has no room for, or little."""


@pytest.mark.slow
@pytest.mark.parametrize("name", HARD)
def test_what_python_has_no_room_for_does_the_same_fresh_and_from_the_cache(cache: CodeCache, name: str) -> None:
    found = []
    for tier, used in (("closures", None), ("generated", None), ("generated", cache), ("generated", cache)):
        try:
            found.append(run(used, HARD[name], tier)[:2])  # type: ignore[arg-type]
        except MError as error:
            found.append((str(error), error.line))

    assert found == [found[0]] * 4


@pytest.mark.slow
def test_a_routine_of_100_000_labels_runs_fresh_and_from_the_cache(cache: CodeCache) -> None:
    labels = "".join([f"L{number} S X={number} Q\n" for number in range(100_000)])
    source = f"R D L5,L99999 W X,! Q\n{labels}"
    found = [run(cache, source) for _ in range(3)]

    assert [each.output for each in found] == ["99999\n"] * 3
    assert len({each.steps for each in found}) == 1
    assert found[1].generated > found[0].generated == found[2].generated == 0


@pytest.mark.slow
def test_a_cached_run_imports_no_pyparsing(tmp_path: Path) -> None:
    (tmp_path / "R.m").write_text(SOURCE)
    code = (
        "import sys; from bumps.tools.main import run; run(sys.argv[1:]);"
        "print(*[name for name in sys.modules if 'pyparsing' in name or 'grammar' in name], file=sys.stderr)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "BUMPS_CACHE": str(tmp_path / "cache")}
    command = [sys.executable, "-c", code, "run", "--tier", "auto", "--db", str(tmp_path / "db"), "R"]
    loaded = []
    for _ in range(3):
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
        assert done.stdout == OUTPUT
        loaded.append(done.stderr.split())

    assert "pyparsing" in loaded[0]
    assert loaded[2] == []

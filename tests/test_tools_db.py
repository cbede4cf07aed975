"""bumps db: create, load, dump, verify, replay and stat, as a user meets them, with good input and with bad."""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import zstandard

import bumps
from bumps.checksum import crc32c
from bumps.errors import DiskFullError
from bumps.tools import db_dump, db_replay, db_stat, db_verify, main
from bumps.tools.progress import Progress

Capture = pytest.CaptureFixture[str]
HEAD = "a label\n21-NOV-2026  10:00:00 ZWR\n"
NODES = '^A(1)="x"\n^A(2,"NAME")="y"\n^B="z"\n'


@pytest.fixture
def loaded(folder: Path) -> Path:
    """Return a database with three nodes."""
    (folder / "good.zwr").write_text(HEAD + NODES, encoding="ascii")
    assert main.run(["db", "load", "a.bumps", "good.zwr"]) == 0
    return folder / "a.bumps"


def refused(arguments: list[str], capsys: Capture, status: int = 2) -> str:
    """Run a command that must be refused; return its message, which is one line and perhaps a hint."""
    capsys.readouterr()
    assert main.run(arguments) == status
    shown = capsys.readouterr()
    assert "Traceback" not in shown.err and "internal error" not in shown.err
    message, *hint = shown.err.splitlines()
    assert len(hint) <= 1 and all(line.startswith("hint: ") for line in hint)
    return message


def test_a_database_is_made_with_what_was_asked_for(folder: Path, capsys: Capture) -> None:
    assert main.run(["db", "create", "m.bumps", "--charset", "m", "--page-size", "4096", "--json"]) == 0

    assert json.loads(capsys.readouterr().out) == {"path": "m.bumps", "charset": "m", "page_size": 4096}
    assert db_stat.facts("m.bumps")["charset"] == "m"


def test_nothing_is_ever_made_over_what_is_there(loaded: Path, capsys: Capture) -> None:
    digest = db_stat.facts(str(loaded), digest=True)["digest"]

    assert "there is something of that name" in refused(["db", "create", "a.bumps"], capsys)
    assert "there is something of that name" in refused(["db", "replay", "a.bumps", "--into", "a.bumps"], capsys)
    assert db_stat.facts(str(loaded), digest=True)["digest"] == digest


@pytest.mark.parametrize("command", ["stat", "dump", "verify", "replay --into new.bumps"])
def test_a_database_that_is_not_there_is_named_with_the_path_that_was_tried(
    command: str, folder: Path, capsys: Capture
) -> None:
    assert refused(["db", *command.split(), "no.bumps"], capsys) == (f"bumps: no.bumps: no such database in {folder}")
    assert list(folder.iterdir()) == []


def test_stat_prints_the_promised_keys(loaded: Path, capsys: Capture) -> None:
    capsys.readouterr()
    assert main.run(["db", "stat", "a.bumps", "--json", "--digest"]) == 0
    found = json.loads(capsys.readouterr().out)

    assert {"lsn", "durable_lsn", "checkpoint_lsn", "pages", "bytes", "page_size", "charset", "digest"} <= set(found)
    assert found["globals"] == {"^A": 2, "^B": 1}
    assert main.run(["db", "stat", "a.bumps"]) == 0
    assert "^A" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["d.zwr", "d.zwr.gz", "d.zwr.zst", "d.ndjson", "d.csv.gz"])
def test_what_was_dumped_and_loaded_again_has_the_same_digest(name: str, loaded: Path) -> None:
    assert main.run(["db", "dump", "a.bumps", "-o", name]) == 0
    assert main.run(["db", "load", "b.bumps", name]) == 0

    assert db_stat.facts("b.bumps", digest=True)["digest"] == db_stat.facts("a.bumps", digest=True)["digest"]


def test_what_was_dumped_as_go_from_bytes_has_the_same_digest(folder: Path) -> None:
    with bumps.open("a.bumps", charset="m") as database:
        database["^A", 1] = b"\xff\x01"

    assert main.run(["db", "dump", "a.bumps", "-o", "d.go"]) == 0
    assert main.run(["db", "load", "b.bumps", "d.go", "--charset", "m"]) == 0
    assert db_stat.facts("b.bumps", digest=True)["digest"] == db_stat.facts("a.bumps", digest=True)["digest"]


def test_some_globals_are_dumped_by_name(loaded: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    capsysbinary.readouterr()
    assert main.run(["db", "dump", "a.bumps", "^B"]) == 0

    label, _, *nodes = capsysbinary.readouterr().out.splitlines()
    assert label.startswith(f"bumps {bumps.__version__}".encode())
    assert nodes == [b'^B="z"']


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["^C"], "^C: no such global in a.bumps"),
        (["B"], "B: not the name of a global"),
        (["-o", "good.zwr"], "good.zwr: there is something of that name already"),
        (["-o", "nowhere/x.zwr"], "nowhere/x.zwr: No such file or directory"),
    ],
)
def test_a_dump_that_cannot_be_meant_is_refused(
    arguments: list[str], message: str, loaded: Path, capsys: Capture
) -> None:
    assert refused(["db", "dump", "a.bumps", *arguments], capsys) == f"bumps: {message}"


def test_a_dump_of_what_the_format_cannot_hold_leaves_no_file(folder: Path, capsys: Capture) -> None:
    with bumps.open("a.bumps", charset="m") as database:
        database["^A", 1] = b"two\nlines"

    assert "^A(1)" in refused(["db", "dump", "a.bumps", "-o", "d.go"], capsys)
    assert not Path("d.go").exists() and not Path("d.go.part").exists()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (HEAD + '^A(1)="x"\n^A(2)="bad\n', "bad.zwr:4:"),
        (HEAD + '^A(1)="x"\n^A(2)="cut', "bad.zwr:4:"),
        (HEAD + '^A(1)="x"\n^A(01)="y"\n', "bad.zwr:4:"),
        (HEAD + '^A(1)="x"\n^1A(1)="y"\n', "bad.zwr:4:"),
        (HEAD + '^A(1)="x"\n^A("' + "k" * 3000 + '")="y"\n', "bad.zwr:4:"),
        ("", "bad.zwr:1:1: the file is empty"),
    ],
)
def test_a_bad_line_stops_the_load_and_what_came_before_is_stated(
    text: str, place: str, folder: Path, capsys: Capture
) -> None:
    Path("bad.zwr").write_text(text, encoding="ascii")

    assert refused(["db", "load", "a.bumps", "bad.zwr"], capsys).startswith(f"bumps: {place}")
    if text:
        assert db_stat.facts("a.bumps")["globals"] == {"^A": 1}
    assert refused(["db", "load", "b.bumps", "bad.zwr", "--atomic"], capsys).startswith(f"bumps: {place}")
    assert not os.path.exists("b.bumps") or db_stat.facts("b.bumps")["globals"] == {}


def test_a_dry_run_checks_and_stores_nothing(folder: Path, capsys: Capture) -> None:
    Path("good.zwr").write_text(HEAD + NODES, encoding="ascii")

    assert main.run(["db", "load", "a.bumps", "good.zwr", "--dry-run"]) == 0
    assert capsys.readouterr().out.startswith("checked 3 nodes of 2 globals")
    assert not os.path.exists("a.bumps")


def test_bad_lines_are_left_out_and_listed_on_request(folder: Path, capsys: Capture) -> None:
    Path("bad.zwr").write_text(HEAD + '^A(1)="x"\n^A(2)="bad\n^A(3)="z"\n', encoding="ascii")

    assert main.run(["db", "load", "a.bumps", "bad.zwr", "--keep-going", "--json"]) == 1
    shown = capsys.readouterr()
    found = json.loads(shown.out)
    assert (found["nodes"], found["bad_lines"]) == (2, 1)
    assert shown.err.startswith("bumps: bad.zwr:4:")
    assert db_stat.facts("a.bumps")["globals"] == {"^A": 2}


def test_every_bad_line_is_listed_as_it_comes(folder: Path, capsys: Capture) -> None:
    lines = [f'^A({index})="x"' if index % 2 else f'^A(0{index})="x"' for index in range(3000)]
    Path("bad.zwr").write_text(HEAD + "\n".join(lines) + "\n", encoding="ascii")

    for extra in (["--dry-run"], ["--atomic"], []):
        assert main.run(["db", "load", "a.bumps", "bad.zwr", "--keep-going", *extra]) == 1
        *listed, last = capsys.readouterr().err.splitlines()
        assert [line.split(":")[1:3] for line in listed] == [[" bad.zwr", str(3 + at)] for at in range(0, 3000, 2)]
        assert last == "bumps: 1,500 bad lines left out"
    assert db_stat.facts("a.bumps")["globals"] == {"^A": 1500}


def test_an_atomic_load_that_stops_leaves_the_database_as_it_was(folder: Path, capsys: Capture) -> None:
    Path("bad.zwr").write_text(HEAD + "".join(f'^A({at})="new"\n' for at in range(3000)) + "^A(\n", encoding="ascii")
    with bumps.open("a.bumps") as database:
        database["^A", 7] = "old"
        before = database.digest()

    assert main.run(["db", "load", "a.bumps", "bad.zwr", "--atomic"]) == 2

    assert capsys.readouterr().err.splitlines() == [
        "bumps: bad.zwr:3003:4: a subscript expected: ^A(",
        "hint: nothing is stored; correct it, or leave such lines out by --keep-going",
    ]
    assert db_stat.facts("a.bumps", digest=True)["digest"] == before


@pytest.mark.parametrize("name", ["zwr", "ndjson", "csv", "go"])
def test_a_dump_through_a_pipe_and_packed_on_the_way_is_the_same_database(
    name: str, folder: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    with bumps.open("a.bumps", charset="m") as database, database.transaction() as tx:
        for byte in range(256):
            tx.set("^A", bytes([byte]), byte, value=bytes({byte} - {10}))

    for pack in (bytes, gzip.compress, zstandard.ZstdCompressor().compress):
        assert main.run(["db", "dump", "a.bumps", "--format", name]) == 0
        packed = pack(capsysbinary.readouterr().out)
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(packed)))
        assert main.run(["db", "load", f"{pack.__name__}.bumps", "-", "--charset", "m"]) == 0
        capsysbinary.readouterr()
        digests = {db_stat.facts(path, digest=True)["digest"] for path in ("a.bumps", f"{pack.__name__}.bumps")}
        assert len(digests) == 1


def test_standard_input_is_loaded_by_its_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO((HEAD + NODES).encode()))
    monkeypatch.setattr("sys.stdin", stream)

    assert main.run(["db", "load", "a.bumps", "-"]) == 0
    assert db_stat.facts("a.bumps")["nodes"] == 3


def test_ctrl_c_stops_between_two_nodes_and_says_how_to_go_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    Path("big.zwr").write_text(HEAD + "".join(f'^A({index})="x"\n' for index in range(5000)), encoding="ascii")

    def press(self: object, done: int, _total: int | None = None) -> None:
        if done == 3000:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Progress, "update", press)

    assert main.run(["db", "load", "a.bumps", "big.zwr"]) == 130
    message, hint = capsys.readouterr().err.splitlines()
    assert message == "bumps: stopped; 3,000 nodes are stored"
    assert db_stat.facts("a.bumps")["nodes"] == 3000
    assert main.run(["db", "load", "a.bumps", "big.zwr", *hint.removeprefix("hint: go on with ").split()]) == 0
    assert db_stat.facts("a.bumps")["nodes"] == 5000


def test_a_sound_database_is_sound(loaded: Path, capsys: Capture) -> None:
    capsys.readouterr()
    assert main.run(["db", "verify", "a.bumps"]) == 0
    assert capsys.readouterr().out == "a.bumps: sound\n"
    assert main.run(["db", "verify", "a.bumps", "--deep"]) == 0


def flip(path: Path, offset: int) -> None:
    """Change one bit of a file."""
    content = bytearray(path.read_bytes())
    content[offset] ^= 1
    path.write_bytes(bytes(content))


def test_a_damaged_page_is_a_problem_and_is_never_served(loaded: Path, capsys: Capture) -> None:
    page_size = db_stat.facts(str(loaded))["page_size"]
    for page in range(2, (loaded / "data").stat().st_size // page_size):
        flip(loaded / "data", page * page_size + 41)
    capsys.readouterr()

    assert main.run(["db", "verify", "a.bumps", "--json"]) == 1
    problems = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert problems and all(set(problem) == {"file", "page", "offset", "what"} for problem in problems)
    assert "data" in refused(["db", "dump", "a.bumps"], capsys)


def test_no_more_problems_are_listed_than_the_limit(loaded: Path, capsys: Capture) -> None:
    flip(loaded / "data", 10)
    flip(loaded / "data", 8192 + 10)
    for segment in (loaded / "journal").glob("*.log"):
        flip(segment, 100)
    capsys.readouterr()

    assert db_verify.report(iter([bumps.Problem("data", 1, 2, "x")] * 5), limit=3, as_json=False) == 3
    shown = capsys.readouterr()
    assert len(shown.out.splitlines()) == 3 and "--limit" in shown.err


def test_a_directory_that_is_no_database_is_refused(folder: Path, capsys: Capture) -> None:
    Path("plain").mkdir()
    Path("plain", "letter.txt").write_text("dear all", encoding="ascii")
    Path("file").write_text("dear all", encoding="ascii")
    Path("wrong.bumps").mkdir()
    Path("wrong.bumps", "data").write_bytes(b"something else " * 4000)

    for name in ("plain", "file", "wrong.bumps"):
        assert refused(["db", "stat", name], capsys).startswith(f"bumps: {folder}/{name}: "), name
        assert refused(["db", "verify", name], capsys)
    assert sorted(path.name for path in folder.iterdir()) == ["file", "plain", "wrong.bumps"]


def test_a_newer_format_is_refused_by_name(loaded: Path, capsys: Capture) -> None:
    content = bytearray((loaded / "data").read_bytes())
    for slot in (0, 8192):
        struct.pack_into("<I", content, slot + 8, 99)
        struct.pack_into("<I", content, slot + 508, crc32c(bytes(content[slot : slot + 508])))
    (loaded / "data").write_bytes(bytes(content))

    assert "99" in refused(["db", "stat", "a.bumps"], capsys)


@pytest.mark.parametrize(
    "command",
    [
        "db create closed/a.bumps",
        "db load closed/a.bumps data.zwr",
        "db load data.bumps data.zwr",
        "db replay data.bumps --into closed/a.bumps",
        "db dump data.bumps -o closed/a.zwr",
        "db load data.bumps secret.zwr",
        "parse secret.zwr",
    ],
)
def test_what_is_not_permitted_is_named_with_a_hint(command: str, folder: Path) -> None:
    """In a child, since root may do everything: it becomes nobody first."""
    place = Path(tempfile.mkdtemp())
    os.chdir(place)
    head = "a label\n21-NOV-2026  10:00:00 ZWR\n"
    try:
        place.chmod(0o755)
        Path("data.zwr").write_text(f'{head}^A="1"\n', encoding="ascii")
        Path("secret.zwr").write_text(f'{head}^A="1"\n', encoding="ascii")
        assert main.run(["db", "load", "data.bumps", "data.zwr"]) == 0
        Path("closed").mkdir(mode=0o555)
        before = db_stat.facts("data.bumps", digest=True)["digest"]
        for name in ("secret.zwr", *map(str, Path("data.bumps").rglob("*"))):
            Path(name).chmod(0 if name == "secret.zwr" else 0o555 if Path(name).is_dir() else 0o444)
        Path("data.bumps").chmod(0o555)
        with Path("said").open("w+b") as said:
            if not (child := os.fork()):
                os.dup2(said.fileno(), 2)
                sys.stderr = os.fdopen(2, "w", closefd=False)
                if os.geteuid() == 0:
                    os.setgroups([])
                    os.setgid(65534)
                    os.setuid(65534)
                status = main.run(command.split())
                sys.stderr.flush()
                os._exit(status)
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            said.seek(0)
            message, hint = said.read().decode().splitlines()
        assert status == 2
        assert message.startswith("bumps: ")
        assert any(words in message for words in ("ermission denied", "cannot write", "cannot be written"))
        assert "closed" in message or "data" in message or "secret" in message
        assert hint.startswith("hint: ")
        assert list(Path("closed").iterdir()) == []
        assert db_stat.facts("data.bumps", digest=True)["digest"] == before
    finally:
        os.chdir(folder)
        for closed in (place / "closed", place / "data.bumps", place / "data.bumps" / "journal"):
            if closed.exists():
                closed.chmod(0o755)
        shutil.rmtree(place)


def test_a_replay_has_the_digest_of_what_it_replays(loaded: Path, capsys: Capture) -> None:
    capsys.readouterr()
    assert main.run(["db", "replay", "a.bumps", "--into", "b.bumps", "--json"]) == 0

    found = json.loads(capsys.readouterr().out)
    assert found["digest"] == db_stat.facts("a.bumps", digest=True)["digest"]
    assert found["digest"] == db_stat.facts("b.bumps", digest=True)["digest"]
    assert found["nodes"] == 3


def test_a_replay_stops_at_an_lsn_or_a_time(loaded: Path, capsys: Capture) -> None:
    lsn = db_stat.facts("a.bumps")["lsn"]
    with bumps.open("a.bumps") as database:
        database["^C"] = "later"

    assert db_replay.rebuild("a.bumps", "b.bumps", to_lsn=lsn)["nodes"] == 3
    assert db_replay.rebuild("a.bumps", "c.bumps", to_time_us=db_replay.time_us("2000-01-01"))["nodes"] == 0
    assert "give one of them" in refused(
        ["db", "replay", "a.bumps", "--into", "d.bumps", "--to-lsn", "1", "--to-time", "2000-01-01"], capsys
    )
    assert "not a time" in refused(["db", "replay", "a.bumps", "--into", "d.bumps", "--to-time", "noon"], capsys)
    assert not os.path.exists("d.bumps")


def test_a_time_without_a_zone_is_utc() -> None:
    assert db_replay.time_us("1970-01-02") == db_replay.time_us("1970-01-02T01:00:00+01:00") == 86_400_000_000


def test_a_replay_of_a_pruned_journal_is_refused_and_leaves_nothing(loaded: Path, capsys: Capture) -> None:
    shutil.move(loaded / "journal" / f"{1:020}.log", loaded / "journal" / f"{5:020}.log")

    refused(["db", "replay", "a.bumps", "--into", "b.bumps"], capsys)
    assert not os.path.exists("b.bumps")


def test_the_format_is_that_of_the_name() -> None:
    names = ("a.zwr", "a.go.gz", "x.ndjson", "x.csv.zst", "x", "-", "x.txt")

    assert [db_dump.format_of(name) for name in names] == ["zwr", "go", "ndjson", "csv", "zwr", "zwr", "zwr"]


def test_a_database_that_another_process_holds_is_named_as_locked(loaded: Path, capsys: Capture) -> None:
    code = "import sys, bumps\nwith bumps.open(sys.argv[1]) as d:\n print(flush=True); sys.stdin.read()"
    root = Path(__file__).resolve().parent.parent
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(loaded)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root
    )
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        for command in (["db", "stat", "a.bumps"], ["db", "load", "a.bumps", "good.zwr"]):
            assert f"process {holder.pid} has it open" in refused(command, capsys)
    finally:
        holder.communicate()
    assert main.run(["db", "stat", "a.bumps"]) == 0


def test_a_damaged_database_is_named_with_the_commands_that_help(loaded: Path, capsys: Capture) -> None:
    content = bytearray((loaded / "data").read_bytes())
    content[16384:] = bytes(len(content) - 16384)
    (loaded / "data").write_bytes(bytes(content))

    for command in (
        ["db", "dump", "a.bumps"],
        ["db", "stat", "a.bumps", "--digest"],
        ["run", "--db", "a.bumps", "-x", "W ^A"],
    ):
        assert main.run(command) != 0
        message, *_, hint = capsys.readouterr().err.splitlines()
        assert f"{loaded}: data: page" in message
        assert hint == (
            "hint: bumps db verify a.bumps lists all damage;"
            " bumps db replay a.bumps --into NEW builds it from the journal;"
            " bumps db recover --help says how to save what is left"
        )


@pytest.mark.parametrize("name", ["A", "^1A", "^A(1)", "^A B", "^", ""])
def test_a_name_that_is_no_name_is_refused_by_dump(name: str, loaded: Path, capsys: Capture) -> None:
    assert "not the name of a global" in refused(["db", "dump", "a.bumps", name], capsys)


def test_a_global_that_is_named_twice_is_dumped_once(loaded: Path, capsys: Capture) -> None:
    capsys.readouterr()
    assert main.run(["db", "dump", "a.bumps", "^B", "^B"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_a_replay_that_cannot_be_made_is_named_as_it_was_given(loaded: Path, capsys: Capture) -> None:
    assert refused(["db", "replay", "a.bumps", "--into", "no/b.bumps"], capsys) == (
        f"bumps: no/b.bumps: there is no directory {loaded.parent}/no"
    )
    Path("there").mkdir()

    assert refused(["db", "replay", "a.bumps", "--into", "there"], capsys) == (
        "bumps: there: there is something of that name already"
    )


def test_a_replay_without_space_names_the_database_that_was_asked_for(
    loaded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: str, into: str, **_options: object) -> None:
        raise DiskFullError(f"{into}.tmp-00ff: no space to create a database")

    monkeypatch.setattr(bumps, "replay", full)
    with pytest.raises(DiskFullError) as caught:
        db_replay.rebuild("a.bumps", "b.bumps")

    assert caught.value.message == "b.bumps: no space to create a database"


def test_one_is_singular(folder: Path, capsys: Capture) -> None:
    Path("one.zwr").write_text('a label\n21-NOV-2026  10:00:00 ZWR\n^A="1"\n', encoding="ascii")

    assert main.run(["db", "load", "one.bumps", "one.zwr"]) == 0
    assert main.run(["db", "stat", "one.bumps"]) == 0
    shown = capsys.readouterr().out
    assert "loaded 1 node of 1 global, 1 byte, in" in shown
    assert shown.endswith(" 1 node\n")


def test_a_file_without_a_head_is_refused_and_nothing_is_stored(folder: Path, capsys: Capture) -> None:
    Path("bare.zwr").write_text('^A="1"\n^B="2"\n', encoding="ascii")

    assert "a node where the head must be" in refused(["db", "load", "b.bumps", "bare.zwr"], capsys)
    Path("short.zwr").write_text("a label\n", encoding="ascii")
    assert "ends here, in its head" in refused(["db", "load", "b.bumps", "short.zwr"], capsys)
    assert not Path("b.bumps").exists()


def test_a_group_without_a_command_shows_its_help(capsys: Capture) -> None:
    assert main.run(["db"]) == 2
    assert "  verify   prove that a database is sound" in capsys.readouterr().err.splitlines()


def test_a_full_output_is_named(loaded: Path) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("there is no /dev/full here, the device that is always full")
    root = Path(main.__file__).resolve().parent.parent
    for command in ("db stat a.bumps", "db dump a.bumps", "explain"):
        done = subprocess.run(
            f"{sys.executable} -m bumps {command} >/dev/full",
            shell=True,
            env={**os.environ, "PYTHONPATH": str(root)},
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        assert done.returncode == 2
        assert done.stderr == (
            "bumps: standard output: No space left on device\nhint: free some space, and repeat the command\n"
        )


def test_stat_prints_metrics_as_text_and_as_json(loaded: Path, capsys: Capture) -> None:
    assert main.run(["db", "stat", "a.bumps", "--metrics"]) == 0
    text = capsys.readouterr().out
    assert "# TYPE bumps_recovery_seconds gauge\n" in text
    assert f'bumps_failed{{database="{loaded.resolve()}"}} 0.0\n' in text

    assert main.run(["db", "stat", "a.bumps", "--metrics", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["nodes"] == 3
    assert {each["name"] for each in found["metrics"]} == set(re.findall(r"^# HELP (bumps_\w+)", text, re.MULTILINE))


def test_metrics_as_text_are_alone(loaded: Path, capsys: Capture) -> None:
    for more in (["--digest"], ["--levels", "1"]):
        assert main.run(["db", "stat", "a.bumps", "--metrics", *more]) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert "--metrics prints nothing else" in captured.err

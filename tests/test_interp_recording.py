"""interp/recording.py: a replay does what was recorded without the world, or ends where it first differs."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from dataclasses import fields
from pathlib import Path

import pytest

from bumps.errors import DivergedError, MError, RecordError
from bumps.interp import recording
from bumps.interp.host import Host
from bumps.interp.recording import Ended, Recorder, Replayer, failure_from, failure_of
from bumps.interp.records import Record, RecordWriter
from bumps.interp.traced_host import TracedHost
from bumps.interp.virtual_clock import virtual_world
from bumps.interp.world import World
from tests.determined import SEED, Did, record, replay
from tests.interp_cases import ROUTINE, Chunk, all_chunks

CHUNKS = all_chunks()


def case(source: str, *, input: str = "", arguments: tuple[str, ...] = ()) -> Chunk:
    return Chunk("here", 1, f"{ROUTINE} ;\n{source}\n", "", input, arguments, "", "m")


def both(chunk: Chunk, tmp_path: Path, base: World | None = None) -> tuple[Did, Did]:
    """Record a case, take its folder away, and replay it; return what each did."""
    here = tmp_path / "here"
    did = record(chunk, here, tmp_path / "record", base or World())
    shutil.rmtree(here)
    again, _ = replay(chunk, tmp_path / "record", tmp_path / "routines")
    assert not here.exists(), "a replay touches nothing"
    return did, again


def differs(old: str, new: str, tmp_path: Path, *, input: str = "") -> DivergedError:
    """Record a program and replay another one; return the divergence."""
    record(case(old, input=input), tmp_path / "here", tmp_path / "record", World())
    (tmp_path / "routines" / f"{ROUTINE}.m").write_text(f"{ROUTINE} ;\n{new}\n")
    shutil.rmtree(tmp_path / "here")
    with pytest.raises((DivergedError, Ended)) as caught:
        replay(case(new), tmp_path / "record", tmp_path / "routines")
    error = caught.value.error if isinstance(caught.value, Ended) else caught.value
    assert isinstance(error, DivergedError)
    assert "\n" not in error.message
    return error


DEVICES = [chunk for chunk in CHUNKS if chunk.file.startswith("devices")]
QUICK = [*dict.fromkeys([*DEVICES[::9], *CHUNKS[5::25]])]


@pytest.mark.parametrize("chunk", QUICK, ids=[chunk.id for chunk in QUICK])
def test_a_case_does_in_its_replay_what_it_did(chunk: Chunk, tmp_path: Path) -> None:
    did, again = both(chunk, tmp_path)

    assert again == did


@pytest.mark.slow
@pytest.mark.parametrize("chunk", CHUNKS, ids=[chunk.id for chunk in CHUNKS])
def test_every_case_does_in_its_replay_what_it_did(chunk: Chunk, tmp_path: Path) -> None:
    did, again = both(chunk, tmp_path)

    assert again == did


def test_a_replay_of_a_seeded_run_is_the_same(tmp_path: Path) -> None:
    code = ' F I=1:1:3 W $R(1000)," ",$H," ",$ZUT," ",$J,! H 5\n R X:7 W X,$T,!'
    code += ' O "p":(COMMAND="cat")::"PIPE" U "p" R X:3'
    did, again = both(case(code, input="in\n"), tmp_path, virtual_world(SEED))

    assert again == did and did.output


PROGRAMS: dict[str, str] = {
    "clock": ' W $H," ",$ZH," ",$ZUT,! H .01 W $ZUT',
    "chance": ' F I=1:1:20 W $R(1000000)," "',
    "process": ' W $J," ",$ZGETJPI(0,"CPUTIM")," ",$ZGETJPI(1,"ISPROCALIVE")," ",$ZREALSTOR',
    "environment": ' W $ZTRNLNM("PATH"),$ZTRNLNM("NOSUCH"),$ZDIRECTORY,$ZPARSE("a.m"),$ZPARSE("$HOME/x")',
    "command": ' ZSY "echo $$ > pid; exit 3" W $ZSYSTEM O "pid":READONLY U "pid" R X U 0 W X',
    "files": r''' O "f":NEWVERSION U "f" W "ab",!,"cd" C "f" O "f" U "f" R A U "f":APPEND W "ef",!
 U "f":REWIND R A,B U "f":SEEK=1 R C U 0 W A,B,C C "f":RENAME="g" W $ZSEARCH("*")
 S $ET="W $ZS S $EC="""" Q" O "no":READONLY''',
    "pipe": r''' O "p":(COMMAND="date +%N; cat; echo oops >&2; exit 4":STDERR="e")::"PIPE" U "p" W "x",!,/EOF
 R A,B U "e" R C U 0 W A,B,C C "p" W $ZCLOSE ZSHOW "D"''',
    "fifo": r""" O "f":FIFO U "f" W "one",! R X U 0 W X O "f2":(FIFO:WRITEONLY):.01 W $T C "f":DELETE""",
    "socket": r''' O "l":(LISTEN="a.sock:LOCAL")::"SOCKET" O "c":(CONNECT="a.sock:LOCAL":DELIM="|")::"SOCKET"
 U "l" W /WAIT(1) S K=$KEY U "c" W "hello|" U "l":DELIM="|" R X:2 S T=$T,Z=$ZKEY W "back|" U "c" R Y R Q:.01 S E=$T
 U 0 W K,X,T,Z,Y,E ZSHOW "D"''',
    "tcp": r''' O "l":(LISTEN="0:TCP")::"SOCKET" U "l" S P=$P($KEY,"|",3)
 O "c":(CONNECT="127.0.0.1:"_P_":TCP")::"SOCKET" U "l" W /WAIT(1) S K=$KEY W "hello" U "c" R X#5:2 U 0 W P,K,X
 S $ET="W $ZS S $EC="""" Q" O "d":(CONNECT="no such host.:1:TCP"):.1:"SOCKET"''',
    "routine": r""" O "GEN.m":NEWVERSION U "GEN.m" W "GEN W ""first"",$ZUT,! Q" C "GEN.m" ZL "./GEN" D ^GEN
 O "GEN.m":NEWVERSION U "GEN.m" W "GEN W ""second"",! Q" C "GEN.m" ZL "./GEN" D ^GEN ZCOMPILE "GEN" W $ZCSTATUS
 W $T(^NOSUCH),$D(^$ROUTINE("CASE"))""",
    "lock": ' L +^A(1):1 W $T L +^A:0 W $T ZA ^B:1 W $T ZSHOW "L" L',
    "error": " S X=1/0",
    "read": ' F  R X W "[",X,"]",$ZEOF,! Q:$ZEOF',
    "timed": " R X:1 W X,$T R *Y:1 W Y,$T R Z#2:1 W Z,$T",
    "globals": ' S ^A($R(10))=$ZUT M ^B=^A K ^A TSTART  S ^C=$H TCOMMIT  W $O(^B(""))',
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_that_asks_the_world_does_the_same_without_it(name: str, tmp_path: Path) -> None:
    did, again = both(case(PROGRAMS[name], input="one\ntwo\nthree\n"), tmp_path)

    assert again == did and (did.output or did.error)


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_closures_recorded_generated_code_replays(name: str, tmp_path: Path) -> None:
    chunk = case(PROGRAMS[name], input="one\ntwo\nthree\n")
    did = record(chunk, tmp_path / "here", tmp_path / "record", World())

    assert replay(chunk, tmp_path / "record", tmp_path / "routines", "generated")[0] == did


def test_a_replay_calls_the_system_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chunks = [case(program, input="one\n") for program in PROGRAMS.values()]
    dids = [record(chunk, tmp_path / "here", tmp_path / f"r{index}", World()) for index, chunk in enumerate(chunks)]
    for name in [name for name in vars(Host) if not name.startswith("_")]:
        monkeypatch.setattr(Host, name, lambda *arguments, **options: pytest.fail("a replay asked the system"))
    for index, chunk in enumerate(chunks):
        (tmp_path / "routines" / f"{ROUTINE}.m").write_text(chunk.source)
        assert replay(chunk, tmp_path / f"r{index}", tmp_path / "routines")[0] == dids[index]


def test_another_question_is_told_with_its_place(tmp_path: Path) -> None:
    error = differs(' W "a",!\n H .01\n Q', ' W "a",!\n W $H\n Q', tmp_path)

    assert error.place == "CASE+2^CASE"
    assert error.asked == "it asked for now()" and error.recorded == "sleep(0.01)"
    assert error.hint == "the source of CASE has changed since"


def test_another_output_is_told_from_its_first_byte_on(tmp_path: Path) -> None:
    error = differs(' W "same",!\n R X W "old ",X,!\n', ' W "same",!\n R X W "own ",X,!\n', tmp_path, input="x\n")

    assert error.place in ("CASE+2^CASE", "at its end")
    assert error.asked == "it wrote b'wn x\\n' as byte 7 of its output" and error.recorded == "b'ld x\\n'"


def test_a_file_that_is_written_otherwise_is_told(tmp_path: Path) -> None:
    old = ' O "f":NEWVERSION U "f"\n W $TR($J("",200)," ","a"),!\n C "f"'
    error = differs(old, old.replace('"a"', '"b"'), tmp_path)

    assert error.place == "CASE+2^CASE"
    assert "write(" in error.asked and "bbbb" in error.asked and "aaaa" in error.recorded


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (" H .001", " Q", "it ended, and recorded is sleep(0.001)"),
        (" Q", " H .001", "recorded is the end of the Run"),
        (' W "a"', " Q", "it ended after byte 0 of its output, and recorded is b'a'"),
        (" Q", ' W "a"', "recorded is nothing more"),
        (" Q", " S ^A=1", "it ended with the digest"),
        (" S X=1/0", " Q", "it ended with the error"),
        (' I $ZSEARCH("*")', ' I $ZSEARCH("x")', "it asked for search('x')"),
        (" L +^A:1", " L +^B:1", "it asked for lock(['^B']"),
        (" D ^NOSUCH", " D ^NOSUCH2", "it asked for routine('NOSUCH2')"),
    ],
)
def test_whatever_differs_is_told(old: str, new: str, what: str, tmp_path: Path) -> None:
    assert what in differs(old, new, tmp_path).message


def test_a_trap_does_not_hide_a_divergence_and_all_is_let_go(tmp_path: Path) -> None:
    setup = ' S $ET="W ""trapped"" S $EC="""" Q" O "f":NEWVERSION O "p":(COMMAND="cat")::"PIPE"'
    setup += ' U "f" L +^A TSTART  S ^A=1\n'
    error = differs(f"{setup} H .001", f"{setup} W $H", tmp_path)

    assert error.place == "CASE+2^CASE"


def test_a_changed_source_that_does_the_same_is_no_divergence(tmp_path: Path) -> None:
    chunk = case(' W "a",! H .001')
    did = record(chunk, tmp_path / "here", tmp_path / "record", World())
    (tmp_path / "routines" / f"{ROUTINE}.m").write_text(chunk.source + " ; a remark\n")
    again, log = replay(chunk, tmp_path / "record", tmp_path / "routines")

    assert again == did and log.changed == [ROUTINE]


def test_a_routine_that_is_gone_comes_from_the_record(tmp_path: Path) -> None:
    chunk = case(' W "a",!')
    did = record(chunk, tmp_path / "here", tmp_path / "record", World())
    again, log = replay(chunk, tmp_path / "record", tmp_path / "nowhere")

    assert again == did and log.changed == []


def test_a_record_that_cannot_be_written_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bumps.interp.records.BLOCK_SIZE", 1)

    def refuse(self: RecordWriter, kind: int) -> None:
        if self._number > 3:
            raise RecordError("the record cannot be written: it is full")
        self._number += 1

    monkeypatch.setattr(RecordWriter, "_write", refuse)
    with pytest.raises(Ended) as caught:
        record(case(' S $ET="S $EC="""" Q" O "f" F I=1:1:100 W $H'), tmp_path / "here", tmp_path / "r", World())
    assert "it is full" in caught.value.error.message


@pytest.mark.parametrize(
    "error",
    [
        FileNotFoundError(2, "No such file or directory"),
        BrokenPipeError(32, "Broken pipe"),
        socket.gaierror(-2, "Name or service not known"),
        TimeoutError("timed out"),
        OverflowError("too large"),
        ValueError("embedded null byte"),
        MError("Operation not permitted", name="ENO1", number=1, mcode="", hint="h"),
    ],
)
def test_an_error_of_the_world_is_raised_again(error: Exception) -> None:
    again = failure_from(failure_of(error))

    assert type(again) is type(error) and str(again) == str(error)
    assert getattr(again, "errno", None) == getattr(error, "errno", None)
    assert getattr(again, "name", None) == getattr(error, "name", None)


def test_the_record_of_long_output_is_read_as_it_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bumps.interp.records.BLOCK_SIZE", 500)
    did, again = both(case(" F I=1:1:5000 W I,! I I#1000=0 W $ZUT,!"), tmp_path)

    assert again == did and len(did.output) > 23000


def test_what_others_send_meanwhile_is_replayed(tmp_path: Path) -> None:
    chunk = case(' O "f":FIFO U "f" R X,Y U 0 W X,Y')
    here = tmp_path / "here"
    here.mkdir()

    def send() -> None:
        while not (here / "f").exists():
            pass
        with open(here / "f", "wb", buffering=0) as fifo:
            fifo.write(b"from ")
            fifo.write(b"elsewhere\n" + str(os.getpid()).encode() + b"\n")

    sender = threading.Thread(target=send)
    sender.start()
    did, again = both(chunk, tmp_path)
    sender.join()

    assert again == did and did.output == f"from elsewhere{os.getpid()}".encode()


def test_nothing_that_a_world_or_a_host_does_goes_past_the_log(tmp_path: Path) -> None:
    base = World()
    world = Replayer(made(tmp_path)).world(base)
    untraced = {field.name for field in fields(World) if getattr(world, field.name) is getattr(base, field.name)}
    methods = {name for name in vars(Host) if not name.startswith("_")}

    assert untraced == {"warn", "random", "process_id", "folder", "system"}
    assert methods - set(vars(TracedHost)) == set()


def made(tmp_path: Path) -> Record:
    """Return the record of a program that does nothing."""
    record(case(" Q"), tmp_path / "here", tmp_path / "record", World())
    return Record(str(tmp_path / "record"))


def test_both_logs_say_what_they_are() -> None:
    assert Recorder.is_live and not Replayer.is_live
    assert recording.quoted("x" * 100).endswith("...")
    with pytest.raises(RecordError):
        Record("/nonexistent/record")

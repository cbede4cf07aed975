"""interp/device*.py: what goes wrong outside is an error with a place that a program can trap, and nothing leaks."""

from __future__ import annotations

import contextlib
import io
import os
import random
import socket
import struct
import threading
from pathlib import Path

import pytest

from bumps.errors import MError
from bumps.interp.machine import Machine
from bumps.interp.world import World
from tests.interp_cases import Texts, new_globals


def machine_in(folder: Path, code: str = "") -> tuple[Machine, io.BytesIO]:
    output = io.BytesIO()
    machine = Machine(
        globals_factory=new_globals(),
        input=io.BytesIO(),
        output=output,
        loader=Texts({"T": f"T\n{code}\n"}),
        charset="m",
        world=World(folder=str(folder)),
    )
    return machine, output


def run(folder: Path, code: str) -> str:
    machine, output = machine_in(folder, code)
    machine.run("T")
    return output.getvalue().decode("latin-1")


def failing(folder: Path, code: str) -> MError:
    machine, _ = machine_in(folder, code)
    with pytest.raises(MError) as caught:
        machine.run("T")
    return caught.value


def test_a_full_disk_is_an_error_at_the_command() -> None:
    error = failing(Path("/"), ' O "/dev/full" U "/dev/full"\n S A=1 W "abc",!')

    assert (error.name, error.number, error.line) == ("ENO28", 28, 3)
    assert error.source[error.column - 1 :].startswith("!")


def test_a_full_disk_under_a_long_line_is_an_error_too() -> None:
    assert failing(Path("/"), ' O "/dev/full":RECORDSIZE=1000000 U "/dev/full" W $J("",40000)\n U 0').name == "ENO28"


def test_exception_gets_the_full_disk_and_etrap_if_there_is_none() -> None:
    code = ' O "/dev/full":EXCEPTION="G E" U "/dev/full" W "abc",!\n W "never"\nE U 0 W $ZS,$EC'

    assert run(Path("/"), code) == "28,T+1^T,%SYSTEM-E-ENO28, No space left on device,Z28,"
    code = ' S $ET="U 0 W $D,$EC S $EC=""""" O "/dev/full" U "/dev/full" W "abc",!\n'
    assert run(Path("/"), code) == ",Z28,"


def test_what_a_halt_cannot_write_is_told() -> None:
    assert failing(Path("/"), ' O "/dev/full" U "/dev/full" W "abc" H').name == "ENO28"
    assert failing(Path("/"), ' O "/dev/full" U "/dev/full" W "abc"').name == "ENO28"


def test_the_error_of_the_program_is_told_before_that_of_its_end() -> None:
    assert failing(Path("/"), ' O "/dev/full" U "/dev/full" W "abc" W 1/0').name == "DIVZERO"


def test_the_other_devices_are_closed_if_one_cannot_be(tmp_path: Path) -> None:
    failing(tmp_path, ' O "/dev/full","f":NEWVERSION U "/dev/full" W "abc" U 0\n')
    code = ' O "a":NEWVERSION U "a" W "one" O "/dev/full" U "/dev/full" W "abc" O "z":NEWVERSION U "z" W "two"'

    failing(tmp_path, code)

    assert ((tmp_path / "a").read_text(), (tmp_path / "z").exists()) == ("one\n", False)


def test_a_file_that_is_removed_is_written_as_if_it_were_there(tmp_path: Path) -> None:
    machine, output = machine_in(tmp_path)
    machine.execute_directly('O "f":NEWVERSION U "f" W "abc",!')
    (tmp_path / "f").unlink()

    machine.execute_directly('W "def",! U "f":REWIND R X,Y U 0 W X,Y C "f"')

    assert output.getvalue() == b"abcdef"


def test_a_file_that_gets_shorter_is_at_its_end(tmp_path: Path) -> None:
    machine, output = machine_in(tmp_path)
    (tmp_path / "f").write_text("abc\n" * 100_000)
    machine.execute_directly('O "f":READONLY U "f" R X')
    (tmp_path / "f").write_text("")

    machine.execute_directly("F I=1:1 R X Q:$ZEOF")
    machine.execute_directly("U 0 W I>1,X")

    assert output.getvalue() == b"1"


def test_delete_of_a_file_that_somebody_else_removed_is_an_error(tmp_path: Path) -> None:
    machine, _ = machine_in(tmp_path)
    machine.execute_directly('O "f":NEWVERSION')
    (tmp_path / "f").unlink()

    with pytest.raises(MError) as caught:
        machine.execute_directly('C "f":DELETE')

    assert caught.value.name == "ENO2"


def test_a_command_that_is_killed_is_the_end_of_the_input(tmp_path: Path) -> None:
    code = ' O "p":(COMMAND="echo $$; exec cat")::"PIPE" U "p" R P U 0\n'
    code += ' O "k":(COMMAND="kill -9 "_P)::"PIPE" C "k"\n U "p" R X S E=$ZEOF U 0 W E,X C "p" W $ZCLOSE'

    assert run(tmp_path, code) == "1-9"


def test_the_standard_error_of_a_command_is_closed_by_itself(tmp_path: Path) -> None:
    code = ' O "p":(COMMAND="cat":STDERR="e")::"PIPE" C "e" U "p" W "a",! R X C "p" W X,$ZCLOSE\n'

    assert run(tmp_path, code + ' S $ET="W $P($ZS,"","",3) S $EC=""""" U "e"') == "a0%GTM-E-IONOTOPEN"


def test_a_command_that_reads_nothing_does_not_hold_up_close(tmp_path: Path) -> None:
    assert run(tmp_path, ' O "p":(COMMAND="exit 7")::"PIPE" U "p" W "x" C "p" W $ZCLOSE') == "7"


class Peer:
    """The other side of a connection: it accepts one, does something, and goes away."""

    def __init__(self, behaviour: str) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.behaviour = behaviour
        self.is_done = threading.Event()
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self) -> None:
        channel, _ = self.socket.accept()
        with channel:
            if self.behaviour == "reset":
                channel.sendall(b"one\n")
                channel.recv(4)
                channel.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            elif self.behaviour == "half":
                channel.sendall(b"one\ntw")
        self.socket.close()
        self.is_done.set()

    def code(self, rest: str) -> str:
        where = f"127.0.0.1:{self.port}:TCP"
        return f' O "c":(CONNECT="{where}":ATTACH="C":DELIMITER=$C(10)):5:"SOCKET" U "c" {rest}'


def test_a_reset_connection_is_told_in_device_and_zeof(tmp_path: Path) -> None:
    peer = Peer("reset")
    code = peer.code('R A W "go",! R B:5 S D=$D,E=$ZEOF,T=$T U 0 W A,"/",B,"/",D,"/",E,T')

    assert run(tmp_path, code) == "one//1,Connection reset by peer/11"
    peer.thread.join()


def test_a_reset_connection_is_an_error_with_ioerror(tmp_path: Path) -> None:
    peer = Peer("reset")
    code = peer.code('U "c":IOERROR="T" R A W "go",! R B:5\n U "c" R C:5')

    error = failing(tmp_path, code)

    assert (error.name, error.line) == ("IOEOF", 3)
    assert error.message == "Attempt to read past an end-of-file,%GTM-I-TEXT, Connection reset by peer"
    peer.thread.join()


def test_the_rest_of_a_connection_that_ends_is_a_line(tmp_path: Path) -> None:
    peer = Peer("half")

    assert run(tmp_path, peer.code('R A,B,C S E=$ZEOF U 0 W A,"/",B,"/",C,"/",E')) == "one/tw//1"
    peer.thread.join()


def test_nobody_waits_longer_than_the_timeout_for_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        assert run(tmp_path, f' O "s":(LISTEN="{port}:TCP"):0.1:"SOCKET" W $T') == "0"


def test_a_fifo_that_nobody_reads_is_not_opened_in_time(tmp_path: Path) -> None:
    assert run(tmp_path, ' O "f":(FIFO:WRITEONLY):0.1 W $T') == "0"


def test_a_fifo_that_nobody_writes_gives_nothing_in_time(tmp_path: Path) -> None:
    assert run(tmp_path, ' O "f":(FIFO:READONLY):0 W $T U "f" R X:0.05 S T=$T U 0 W T,X') == "10"


def test_a_fifo_that_is_read_only_cannot_be_written(tmp_path: Path) -> None:
    error = failing(tmp_path, ' O "f":FIFO O "./f":(FIFO:READONLY) U "./f" W "x",!\n')

    assert (error.name, error.line) == ("DEVICEREADONLY", 2)


FAILURES = (
    'O "nofile":READONLY',
    'O "."',
    'O "f":(NEWVERSION:RECORDSIZE=0)',
    'O "f":(NEWVERSION:SEEK="x")',
    'O "p":(COMMAND="cat":WIDTH=0)::"PIPE"',
    'O "p":(COMMAND="")::"PIPE"',
    'O "s":(LISTEN="0:TCP":ATTACH="L")::"SOCKET" O "s":(LISTEN="0:TCP":ATTACH="L")::"SOCKET"',
    'O "s":(CONNECT="127.0.0.1:1:TCP"):0:"SOCKET"',
    'O "s":(LISTEN="0:TCP":DELIMITER=$C(10):IOERROR="T")::"SOCKET" U "s":SOCKET="x"',
    'O "f":FIFO O "g":NEWVERSION O "p":(COMMAND="cat":STDERR="e")::"PIPE" W 1/0',
    'O "f":(FIFO:WRITEONLY):0',
    'O "f":NEWVERSION U "f" W 1,! C "f":RENAME="/nodir/x"',
    'O "s":(LISTEN="x.sock:LOCAL")::"SOCKET" O "c":(CONNECT="x.sock:LOCAL")::"SOCKET" U "s" W /WAIT(1) W 1/0',
    'O "/dev/full" U "/dev/full" W 1,!',
)


@pytest.mark.parametrize("code", FAILURES)
def test_no_descriptor_is_left_open_whatever_fails(tmp_path: Path, code: str) -> None:
    def count() -> int:
        return len(os.listdir("/proc/self/fd"))

    before = count()
    for _ in range(3):
        machine, _ = machine_in(tmp_path)
        with contextlib.suppress(MError):
            machine.execute(code)

    assert count() == before


@pytest.mark.parametrize("name", ["f\0g", "x" * 300, "a/" * 3000, "\xff\xfe", "f/", "//", "...", " ", "\n"])
def test_a_name_that_no_file_can_have_is_an_error_of_the_system(tmp_path: Path, name: str) -> None:
    machine, output = machine_in(tmp_path)
    machine.locals.cell("N").v = name

    machine.execute('S $ET="W ""T"" S $EC="""" Q" O N:NEWVERSION U N W "x",! C N:DELETE W "D"')

    assert output.getvalue() in (b"T", b"D")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("how", ["DELETE", 'RENAME="h"'])
def test_a_device_of_the_system_is_neither_removed_nor_renamed(
    tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine, output = machine_in(tmp_path)
    with monkeypatch.context() as patch:  # else a failure of this test would be one of the whole machine
        patch.setattr(os, "unlink", lambda *arguments, **options: None)
        patch.setattr(os, "rename", lambda *arguments, **options: None)
        machine.execute(f'S $ET="W $ZSTATUS S $EC="""" Q" O "/dev/null" C "/dev/null":{how} W "gone"')

    assert b"Operation not permitted" in output.getvalue() and b"gone" not in output.getvalue()


NAMES = ("F", "F", "G", "0")
STEPS = (
    *(
        "O N:NEWVERSION",
        "O N",
        "O N:APPEND",
        "O N:READONLY:0",
        "O N:(NEWVERSION:FIXED:RECORDSIZE=3)",
        "C N",
        "C N:DELETE",
    ),
    *("U N", "U N", "U N:REWIND", "U N:SEEK=2", 'U N:SEEK="-3"', "U N:TRUNCATE", "U N:(WIDTH=4:NOWRAP)", "U N:WRAP"),
    *(
        "R A",
        "R A#2",
        "R *A",
        "R A:0",
        'W "ab"',
        'W "abcdefgh",!',
        "W !",
        "W #",
        "W ?7",
        "W *65",
        "W $X,$Y,$ZEOF,$D,$K",
    ),
    *("O N:(NEWVERSION:STREAM:NOWRAP)", 'C N:RENAME="h"', "S $X=3", 'U N:EXCEPTION="Q"', "U N:LENGTH=2", "S $EC=1"),
    *('U N:CHSET="UTF-16"', 'U N:CHSET="UTF-8"', "W /EOF", 'ZSHOW "D"'),
)


@pytest.mark.parametrize("charset", ["m", "utf-8"])
@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_done_to_devices_ends_or_is_an_error_of_m(tmp_path: Path, seed: int, charset: str) -> None:
    pick = random.Random(seed)
    for _ in range(12):
        machine = Machine(
            globals_factory=new_globals(),
            input=io.BytesIO(b"abc\n12\n"),
            output=io.BytesIO(),
            charset=charset,
            world=World(folder=str(tmp_path)),
        )
        machine.execute_directly('S F="f",G="g"')
        for _ in range(25):
            step = pick.choice(STEPS).replace("N", pick.choice(NAMES), 1) if pick.random() < 0.9 else "U 0"
            with contextlib.suppress(MError):
                machine.execute_directly(step)
        with contextlib.suppress(MError):
            machine.execute("Q")
        assert machine.device.current is machine.device.principal

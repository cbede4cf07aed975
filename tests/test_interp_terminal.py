"""interp/device_terminal.py: what is typed is echoed, edited and ended as GT.M does it on a terminal."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
import tty
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from bumps.errors import MError
from bumps.interp.machine import Machine
from bumps.interp.world import World
from tests.interp_cases import Texts, new_globals
from tests.needs import needs_gtm
from tests.oracle.gtm import Oracle

ROWS, COLUMNS = 24, 80
WAIT_S = 60.0

SHOW_KEY = 'W $L($ZB),":" F I=1:1:$L($ZB) W $A($ZB,I)," "'

TRANSCRIPTS: list[tuple[str, str, str]] = [
    ('R "name? ",X W !,"[",X,"]",$X,$Y,$A($ZB),$A($K),$L($K),$D,$ZA,!', "abc\r", "name? abc\n[abc]51131310\n"),
    ('R "name? ",X W !,"[",X,"]",$X,$Y,!', "abX\x7fc\r", "name? abX\b \bc\n[abc]51\n"),
    ('R X W "[",X,"]"', "\x7fa\x7f\x7fb\r", "a\b \bb[b]"),
    ('R X#3 W "[",X,"]",$X,",",$A($K),! R Y W "<",Y,">"', "abcdef\r", "abc[abc]8,-1\ndef<def>"),
    ('R *X W "[",X,"]",$X,",",$A($ZB),$L($K),! R *Y:0 W Y,$T,!', "a", "a[97]5,-10\n-10\n"),
    ('R X:1 W "[",X,"]",$T,$A($K),! R Y:0 W $T,!', "ab", "ab[ab]0-1\n0\n"),
    ('U 0:NOECHO R X W "[",X,"]",$X U 0:ECHO R Y W "[",Y,"]"', "abc\rdef\r", "[abc]5def[def]"),
    (
        f'U 0:ESCAPE R X W "[",X,"]" {SHOW_KEY}\n W ! R *X W X {SHOW_KEY}',
        "ab\x1b[A\x1bOP",
        "ab[ab]3:27 91 65 \n273:27 79 80 ",
    ),
    ('U 0:NOESCAPE R X W "[" F I=1:1:$L(X) W $A(X,I)," "', "ab\x1b", "ab[97 98 "),
    ('U 0:TERMINATOR=$C(65,13) R X W "[",X,"]",$A($K),!', "bcA", "bc[bc]65\n"),
    ('U 0:TERMINATOR=$C(65) U 0:TERMINATOR="" R X W "[",X,"]",$A($K),!', "bA\r", "bA[bA]13\n"),
    ('U 0:NOTERMINATOR R X#3 W "[",$ZWRITE(X),"]",$A($K),!', "b\rc", 'b\rc["b"_$C(13)_"c"]-1\n'),
    ('U 0:CONVERT R X W "[",X,"]" U 0:NOCONVERT R Y W Y', "abc\rdef\r", "ABC[ABC]defdef"),
    ('R X W "[",X,"]",$ZEOF,$D,!', "ab\x04x\r", "ab\x04x[ab\x04x]0\n"),
    ('R X W "[",X,"]"', "ab\x15cd\r", "ab\x15cd[ab\x15cd]"),
    ('R X#1 W "[",X,"]",$X,$A($K)', "\r", "[]213"),
    ('R *X W "[",X,"]",$X,$A($K)', "\r", "[13]413"),
    ('R X#3:5 W "[",X,"]",$T,$A($K)', "a\r", "a[a]113"),
    ("R X W $ZWRITE(X),$A($K)", "a\n", 'a"a"10'),
    ("R X W $ZWRITE(X)", "a\x17\x01\tb\xe9\r", 'a\x17\x01\tb\xe9"a"_$C(23,1,9)_"b\xe9"'),
    (
        'U 0:WIDTH=10 W "0123456789abcdef",$X,$Y,! R X W X,$X,$Y',
        "abcdefghijklmno\r",
        "0123456789\nabcdef61\nabcdefghij\nklmnoabcde\nfghijklmno\n105",
    ),
    ('W "a",$C(9),"b",$C(27),"[1m",$X,$C(7),$X,$C(8),$X,$C(13),$X', "", "a\tb\x1b[1m7\x079\x0811\r14"),
    ('U 0:FILTER="CHARACTERS" W "a",$C(9),"b",$X,$C(8),$X,$C(13),$X,$C(10),$X,",",$Y', "", "a\tb2\x082\r0\n1,1"),
    ('U 0:FILTER="ESCAPE" W "a",$C(27),"[1m",$X,$C(27)_"[2;3H",$X', "", "a\x1b[1m1\x1b[2;3H2"),
    ('U 0:FILTER="ESCAPE" U 0:NOFILTER W "a",$C(27),"[1m",$X', "", "a\x1b[1m5"),
    ("F I=1:1:30 W !\n W $Y", "", "\n" * 30 + "6"),
    ('U 0:LENGTH=5 F I=1:1:7 W $Y,!\n U 0:WIDTH=0 W $J("x",100),$X', "", "0\n1\n2\n3\n4\n0\n1\n" + " " * 99 + "x100"),
    ('U 0:(X=5:Y=3) W "z",$X,$Y U 0:CLEARSCREEN U 0:ERASELINE W "Q"', "", "\x1b[1;6H\x1b[4;6Hz63\x1b[J\x1b[KQ"),
    ("U 0:UPSCROLL U 0:DOWNSCROLL W $X,$Y", "", "\x1b[2;1H\x1b[1;1H00"),
    ('W $P=$IO,$P?1"/dev/pts/".N,$ZIO=$P,$P=0 U $P W 1', "", "11101"),
    ('R X:5 R Y:5 W "[",X,"]","[",Y,"]"', "abc\rdef\r", "abcdef[abc][def]"),
]
"""What is run, what is typed, what the terminal shows: a line feed stands for CR and LF."""

EDITED: list[tuple[str, str]] = [
    ("abc\x1b[DX\r", "abXc"),
    ("abc\x01X\r", "Xabc"),
    ("abc\x01\x06X\x05Y\r", "aXbcY"),
    ("abc\x15de\r", "de"),
    ("abc\x1bOD\x1bOD\x7fX\r", "Xbc"),
    ("abc\x02\x04d\r", "abd"),
    ("abc\x02\x02\x02\x02X\r", "Xabc"),
    ("abc\x1b[Cd\r", "abcd"),
]


@contextlib.contextmanager
def raw_terminal() -> Iterator[tuple[int, int]]:
    """Give both ends of a terminal that echoes nothing itself, as it is while a Run goes on."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    tty.setraw(slave)
    modes = termios.tcgetattr(slave)
    modes[1] |= termios.OPOST | termios.ONLCR
    termios.tcsetattr(slave, termios.TCSANOW, modes)
    try:
        yield master, slave
    finally:
        os.close(master)
        with contextlib.suppress(OSError):
            os.close(slave)


def machine_on(slave: int, code: str) -> Machine:
    return Machine(
        globals_factory=new_globals(),
        input=open(slave, "rb", closefd=False),
        output=open(slave, "wb", closefd=False),
        loader=Texts({"T": f"T {code}\n"}),
        charset="m",
        world=World(),
    )


def shown(master: int, slave: int) -> str:
    """Return what the terminal shows up to now."""
    os.write(slave, b"\0end")
    data = b""
    while not data.endswith(b"\0end"):
        data += os.read(master, 65536)
    return data.removesuffix(b"\0end").decode("latin-1").replace("\r\n", "\n")


def transcript(code: str, typed: str) -> str:
    with raw_terminal() as (master, slave):
        os.write(master, typed.encode("latin-1"))
        machine_on(slave, code).run("T")
        return shown(master, slave)


@pytest.mark.parametrize(("code", "typed", "wanted"), TRANSCRIPTS)
def test_a_terminal_shows_what_gtm_shows(code: str, typed: str, wanted: str) -> None:
    assert transcript(code, typed) == wanted


@pytest.mark.parametrize(("typed", "wanted"), EDITED)
def test_a_line_is_edited(typed: str, wanted: str) -> None:
    written = transcript('U 0:EDITING R X W !,"[",X,"]"', typed)

    assert written.endswith(f"\n[{wanted}]")
    assert screen(written.split("\n")[0]) == wanted


def test_the_last_line_comes_again() -> None:
    assert transcript('U 0:EDITING R X,Y W !,"[",Y,"]"', "abc\rx\x1b[Ad\r").endswith("[abcd]")


def screen(text: str) -> str:
    """Return what a line of a terminal holds after a text with backspaces."""
    line: list[str] = []
    at = 0
    for character in text:
        if character == "\b":
            at -= 1
        else:
            line[at : at + 1] = character
            at += 1
    return "".join(line).rstrip()


def test_ctrap_is_an_error_that_exception_gets() -> None:
    code = 'U 0:(CTRAP=$C(3):EXCEPTION="W ""EXC "",$P($ZS,"","",3,9) H") R X W "never"'

    assert transcript(code, "ab\x03c\r") == "abEXC %GTM-E-CTRAP, Character trap $C(3) encountered"


def test_nocenable_ignores_control_c() -> None:
    assert transcript('U 0:NOCENABLE R X W "[",X,"]"', "ab\x03c\r") == "abc[abc]"


def test_flush_forgets_what_was_typed_ahead() -> None:
    assert transcript('R X U 0:FLUSH R Y:0 W "[",Y,"]",$T', "abc\rzz\r") == "abc[]0"


def test_a_terminal_that_hangs_up_is_at_its_end() -> None:
    with raw_terminal() as (master, slave):
        output = open(os.devnull, "wb")
        machine = machine_on(slave, 'R X S ^E=$ZEOF R Y S ^Y="never"')
        os.write(master, b"ab")
        spare = os.dup(master)
        os.close(spare)
        with contextlib.closing(output):
            machine.device.principal.sink = output
            os.dup2(os.open(os.devnull, os.O_RDONLY), slave)  # as a terminal that is gone: reading gives the end
            assert machine.run("T") == 0

        assert machine.store.get("E", b"") == b"1"
        assert machine.store.get("Y", b"") is None


def test_the_error_of_a_terminal_that_is_gone_can_be_trapped() -> None:
    with raw_terminal() as (_, slave):
        machine = machine_on(slave, 'U 0:EXCEPTION="S ^E=$ZS H" R X,Y')
        os.dup2(os.open(os.devnull, os.O_RDONLY), slave)
        machine.device.principal.sink = open(os.devnull, "wb")
        assert machine.run("T") == 0

        assert b"IOEOF" in (machine.store.get("E", b"") or b"")


def test_another_terminal_is_opened_by_its_name() -> None:
    with raw_terminal() as (master, slave), raw_terminal() as (far, near):
        os.write(far, b"abc\r")
        name = os.ttyname(near)
        machine_on(slave, f'S T="{name}" O T U T R X W "<",X,">",$IO=T,$X C T W "[",X,"]"').run("T")

        assert shown(far, near) == "abc<abc>19"
        assert shown(master, slave) == "[abc]"


def test_what_is_no_terminal_any_more_is_an_error_of_the_device() -> None:
    with raw_terminal() as (_, slave):
        machine = machine_on(slave, "W 1,!")
        machine.device.principal.sink = open("/dev/full", "wb", buffering=0)
        with pytest.raises(MError) as caught:
            machine.run("T")

    assert (caught.value.name, caught.value.line) == ("ENO28", 1)


# In a session of its own


def in_session(argv: Sequence[str], environment: dict[str, str], folder: Path, steps: Sequence[tuple[str, str]]) -> str:
    """Run a program on a terminal that is its own; wait for a text, type another, and so on; return all it showed."""
    child, master = pty.fork()
    if child == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # whoever runs the tests may ignore it
        os.chdir(folder)
        os.execve(argv[0], list(argv), environment)
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    data = b""

    def wait(is_there: Callable[[], bool]) -> None:
        nonlocal data
        deadline = time.monotonic() + WAIT_S
        while not is_there():
            assert time.monotonic() < deadline, data
            if select.select([master], [], [], 0.1)[0]:
                try:
                    found = os.read(master, 4096)
                except OSError:
                    return
                if not found:
                    return
                data += found

    def has_come(wanted: bytes, since: int) -> bool:
        return wanted in data[since:]

    try:
        seen = 0
        for awaited, typed in steps:
            wait(functools.partial(has_come, awaited.encode("latin-1"), seen))
            seen = len(data)
            if typed:
                os.write(master, typed.encode("latin-1"))
        wait(lambda: os.waitpid(child, os.WNOHANG) != (0, 0))
    finally:
        with contextlib.suppress(OSError):
            os.kill(child, signal.SIGKILL)
        with contextlib.suppress(OSError):
            os.waitpid(child, 0)
        os.close(master)
    return data.decode("latin-1").replace("\r\n", "\n")


def bumps_command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "bumps", "run", "--charset", "m", *arguments]


def session_environment() -> dict[str, str]:
    return dict(os.environ) | {"PYTHONPATH": str(Path(__file__).parent.parent), "TERM": "xterm"}


@pytest.mark.slow
def test_the_system_does_not_echo_while_a_program_reads_and_does_again_behind_it(tmp_path: Path) -> None:
    code = 'W "ready",! R X,Y W !,"[",X,"|",Y,"]",!'
    shell = f"{' '.join(bumps_command('-x'))} '{code}'; stty -a | tr ';' '\\n'; echo over"

    written = in_session(
        ["/bin/sh", "-c", shell], session_environment(), tmp_path, [("ready\r\n", "abc\rdef\r"), ("over", "")]
    )

    assert "ready\nabcdef\n[abc|def]\n" in written
    assert " echo " in written and " icanon " in written and " icrnl " in written


@pytest.mark.slow
def test_control_c_ends_a_read_and_gives_the_terminal_back(tmp_path: Path) -> None:
    shell = f"trap : INT; {' '.join(bumps_command('-x'))} 'W \"ready\",! R X W X'; stty -a; echo over"

    written = in_session(
        ["/bin/sh", "-c", shell], session_environment(), tmp_path, [("ready\r\n", "ab\x03"), ("over", "")]
    )

    assert "Traceback" not in written
    assert " echo " in written and " icanon " in written


@pytest.mark.slow
@needs_gtm
@pytest.mark.parametrize(("code", "typed", "wanted"), TRANSCRIPTS)
def test_gtm_shows_the_same(code: str, typed: str, wanted: str) -> None:
    with Oracle() as oracle:
        (oracle.directory / "T.m").write_text(
            f'T W "ready",! S $X=0,$Y=0 D A W !,"over",! H\nA {code}\n Q\n', "latin-1"
        )
        environment = oracle.environment | {"TERM": "xterm"}
        argv = [str(oracle.distribution / "mumps"), "-run", "T"]
        written = in_session(argv, environment, oracle.directory, [("ready\r\n", typed), ("over", "")])

    assert written.partition("ready\n")[2].partition("\nover")[0] == wanted

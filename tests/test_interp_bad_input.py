"""interp: sources that no editor would make, and devices that vanish: what GT.M does, and never a traceback.

Cases of the same kind whose source is plain text are in tests/cases/bad_input.m.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

import bumps
from bumps.engine import Engine
from bumps.errors import MError
from bumps.files import MemoryDisk
from bumps.globals import Globals
from bumps.interp import grammar
from bumps.interp.source import read
from bumps.limits import SOURCE_LINE_SIZE_MAX
from bumps.options import Durability, Options
from tests.interp_cases import Chunk, Result, run_bumps, run_gtm
from tests.needs import needs_gtm
from tests.oracle.gtm import Oracle
from tests.test_interp_device_failures import machine_in

TRAP = 'S $ET="U 0 W $P($ZS,"","",3),! S $EC="""" Q" '
"""Shows the name of an error, wherever output went, and goes on behind the call."""

UNTIL_30000 = "".join(f"L{number} S S=S+1 Q:S>9\n" for number in range(1, 29_990))
FROM_29990 = "".join(f"L{number} S S=S+{number}\n" for number in range(29_990, 30_000))

SOURCES = {
    "lines that end in CR LF": (
        'CASE ; x\r\n S A=1\r\n W A,!\r\n D\r\n . W "b"\r\n D L Q\r\nL;\r\n W "L"\r\n',
        ("1\nbL", ""),
    ),
    "some lines that do": (
        'CASE ; x\r\n S A="x"\n W A,"\r",!\r\n D L\n Q\r\nL;\r\n W "L"\n',
        ("x\r\nL", ""),
    ),
    "no line feed at the end": ('CASE W "a"\n D L Q\nL W "last"', ("alast", "")),
    "a CR in a line": ("CASE W 1\r W 2\n W 3\n", ("", "Z150373706")),
    "a CR in a comment": ("CASE W 1 ;\r W 2\r\n W 3\n", ("13", "")),
    "two CR before a line feed": ("CASE W 1\r\r\n W 3\r\r\n", ("", "Z150373706")),
    "bytes that are no UTF-8": (
        'CASE ; \xe9\xff\n S A="\xe9\xff\x80\xc3" W $L(A),$A(A,2),! ;\xe9\n D L Q\nL W "L",$T(+1)\n',
        ("4255\nLCASE ; \xe9\xff", ""),
    ),
    "a label that is no ASCII": (f'CASE {TRAP}D L W "x" Q\n\xe9 W 1 Q\nL W "L" Q\n', ("Lx", "")),
    "the mark of UTF-8 at the start": ("\xef\xbb\xbfCASE W 1\n W 2\n", ("", "Z150373250")),
    "nothing": ("", ("", "")),
    "a line feed": ("\n", ("", "")),
    "a comment without a line feed": (";x", ("", "")),
    "empty lines": ('\n\n\n W "third"\n\n', ("third", "")),
    "a form feed as a line": ("CASE W 1\n\x0c W 2\n W 3\n", ("1", "Z150373250")),
    "a form feed before a command": ("CASE W 1\n \x0c W 2\n W 3\n", ("1", "Z150372458")),
    "a vertical tab behind one": ("CASE W 1\x0b\n W 3\n", ("", "Z150373706")),
    "control-Z at the end": ("CASE W 1\n W 2\n\x1a", ("12", "Z150373250")),
    "a label longer than a name": (
        'CASE D A2345678901234567890123456789012345 Q\nA2345678901234567890123456789019999 W "x"\n',
        ("x", ""),
    ),
    "a line of 8,000 characters": (f'CASE S A=1\n S B="{"x" * 8_000}" W $L(B)\n W "b"\n', ("8000b", "")),
    "forty nested blocks": (
        "CASE S N=0 D  W N\n"
        + "".join(" " + ". " * depth + "S N=N+1 D\n" for depth in range(1, 41))
        + f" {'. ' * 41}W 0",
        ("040", ""),
    ),
    "actuals and formals that do not fit": (
        f'CASE {TRAP}D T("A(1,2)"),T("B(1)"),T("C(1)"),T("D"),T("$$E(1)"),T("$$D()")\n Q\n'
        'T(X) W X," " X $S(X["$":"W ",1:"D ")_X W ! Q\n'
        'A(X) W "A" Q\nB W "B" Q\nC() W "C" Q\nD(X) W "D",$D(X) Q:$Q 1 Q\nE(X) Q\n',
        (
            "A(1,2) %GTM-E-ACTLSTTOOLONG\n\nB(1) %GTM-E-FMLLSTMISSING\n\nC(1) %GTM-E-ACTLSTTOOLONG\n\nD D0\n"
            "$$E(1) %GTM-E-QUITARGREQD\n\n$$D() D01",
            "",
        ),
    ),
}
"""A source, what it writes, and the error that ends it: all as GT.M has it."""

SLOW_SOURCES = {
    "30,000 lines": (f"CASE S S=0 D L29999 W S,! S S=0 D L1 W S Q\n{UNTIL_30000}{FROM_29990}", ("29999\n10", "")),
    "a routine that calls itself without end": ("CASE S A=1\n D CASE\n", ("", "Z150373738")),
    "a function that does": ("CASE W $$F\nF() Q $$F\n", ("", "Z150373738")),
    "recursion without end that is trapped": (
        'CASE N $ET S $ET="G:$ST>1 OUT S EC=$EC,$EC="""" G AFTER"\n D R\n W "never"\n Q\nOUT Q\n'
        'AFTER W EC["Z150377",!,$ST\n Q\nR D R Q\n',
        ("0\n1never", ""),
    ),
    "a function without end that is trapped": (
        'CASE N $ET S $ET="Q:$ST>1  S $EC="""" G AFTER"\n W $$F(1)\nAFTER W "after" Q\nF(X) Q $$F(X+1)\n',
        ("afterafter", ""),
    ),
    "a text that executes itself": ('CASE S X="X X" X X\n', ("", "Z150373738")),
}

VANISHED = {
    "a file that is removed while it is written": (
        'CASE O "f":NEWVERSION U "f" W "a",! ZSY "rm f" W "b",! U "f":REWIND R X,Y U 0 W X,Y C "f" W $ZSEARCH("f")\n',
        ("ab", ""),
    ),
    "a file that is to be deleted, and is not there": (
        f'CASE {TRAP}O "f":NEWVERSION U "f" W "a",! ZSY "rm f" U 0 C "f":DELETE W "closed"\n',
        ("%SYSTEM-E-ENO2", ""),
    ),
    "a file that gets shorter while it is read": (
        'CASE O "f":NEWVERSION U "f" F I=1:1:100000 W "abcdefg",!\n'
        ' C "f" O "f":READONLY U "f" R X ZSY "cp /dev/null f" F I=1:1 R X Q:$ZEOF\n U 0 W I>1,X,$ZEOF C "f"\n',
        ("10", ""),
    ),
    "a command that is killed while it is read": (
        'CASE O "p":(COMMAND="echo $$; exec cat")::"PIPE" U "p" R P U 0 ZSY "kill -9 "_P\n'
        ' U "p" R X S E=$ZEOF U 0 W E,"[",X,"]" C "p" W $ZCLOSE\n',
        ("1[]-9", ""),
    ),
    "a command that ends while it is written to": (
        f'CASE {TRAP}O "p":(COMMAND="echo $$; exec cat")::"PIPE" U "p" R P U 0 ZSY "kill -9 "_P H .2\n'
        ' U "p" F I=1:1:1000 W "abc",!\n U 0 W "never"\n',
        ("%SYSTEM-E-ENO32", ""),
    ),
    "the reader of a FIFO": (
        f'CASE {TRAP}ZSY "mkfifo f" O "p":(COMMAND="head -1 f; exec 0<&-; echo")::"PIPE" O "f":(FIFO:WRITEONLY)\n'
        ' U "f" W "abc",! U "p" R X,Y U 0 W X,! U "f" F I=1:1:1000 W "def",!\n U 0 W "never"\n',
        ("abc\n%SYSTEM-E-ENO32", ""),
    ),
    "the input": (f'CASE {TRAP}D L Q\nL R X W "[",X,"]",$ZEOF,! R Y\n W "never"\n', ("[]1", "")),
    "the folder": (
        f'CASE {TRAP}ZSY "mkdir d" S $ZD="d" ZSY "rmdir ../d" O "f":NEWVERSION\n W "never"\n',
        ("%SYSTEM-E-ENO2", ""),
    ),
}

Case = tuple[str, tuple[str, str]]


def chunk_of(source: str) -> Chunk:
    """Return a source as a case that the same functions run on both."""
    return Chunk("bad_input", 1, source, "", "", (), "")


def parameters(cases: dict[str, Case], *marks: pytest.MarkDecorator) -> list[ParameterSet]:
    """Return the cases, named."""
    return [pytest.param(case, id=name, marks=marks) for name, case in cases.items()]


def said(result: Result) -> tuple[str, str]:
    """Return what a run wrote and the error that ended it."""
    return result.output, result.error


@pytest.mark.parametrize("case", [*parameters(SOURCES), *parameters(SLOW_SOURCES, pytest.mark.slow)])
def test_a_source_that_no_editor_would_make_does_what_it_does_on_gtm(case: Case) -> None:
    source, expected = case

    assert said(run_bumps(chunk_of(source))) == expected


@pytest.mark.slow
@pytest.mark.parametrize("case", parameters(VANISHED))
def test_a_device_that_vanishes_is_what_it_is_on_gtm(case: Case) -> None:
    source, expected = case

    assert said(run_bumps(chunk_of(source))) == expected


@pytest.fixture(scope="module")
def oracle() -> Iterator[Oracle]:
    """Return GT.M."""
    with Oracle() as found:
        yield found


@pytest.mark.slow
@needs_gtm
@pytest.mark.parametrize("case", parameters(SOURCES | SLOW_SOURCES | VANISHED))
def test_bad_input_does_on_gtm_what_it_does_here(oracle: Oracle, case: Case) -> None:
    source, expected = case

    assert said(run_gtm(oracle, chunk_of(source))) == expected


@pytest.mark.parametrize(
    ("source", "name", "line", "column"),
    [
        ("CASE W 1\n W 2 \x00\n", "CMD", 2, 6),
        ("CASE W 1\r W 2\n", "SPOREOL", 1, 9),
        ("CASE W 1\n D L(1,2)\n Q\nL(A) Q\n", "ACTLSTTOOLONG", 2, 4),
        ("CASE S A=" + "9" * 1_000 + "\n", "NUMOFLOW", 1, 10),
        ("CASE W 1\n \xff W 2\n", "CMD", 2, 2),
    ],
)
def test_an_error_of_a_bad_source_has_its_line_and_column(
    tmp_path: Path, source: str, name: str, line: int, column: int
) -> None:
    machine, _ = machine_in(tmp_path)
    machine.library.loader.texts["CASE"] = source  # type: ignore[attr-defined]

    with pytest.raises(MError) as caught:
        machine.run("CASE")

    assert (caught.value.name, caught.value.line, caught.value.column) == (name, line, column)


def test_a_line_that_is_too_long_is_an_error_when_it_is_reached_and_its_label_is_there(tmp_path: Path) -> None:
    long = f"LONG W 2 ;{'x' * SOURCE_LINE_SIZE_MAX}"
    machine, output = machine_in(tmp_path)
    machine.library.loader.texts["CASE"] = f"CASE W 1\n D LONG\n Q\n{long}\n"  # type: ignore[attr-defined]

    with pytest.raises(MError) as caught:
        machine.run("CASE")

    assert output.getvalue() == b"1"
    assert (caught.value.name, caught.value.line, caught.value.column) == ("LSEXPECTED", 4, SOURCE_LINE_SIZE_MAX + 1)
    (found,) = grammar.parse_routine(read(f"{long}\n".encode(), name="R")).diagnostics
    assert (found.code, found.line, found.column) == ("LSEXPECTED", 1, SOURCE_LINE_SIZE_MAX + 1)


@pytest.mark.slow
def test_a_database_is_sound_after_all_of_them(tmp_path: Path) -> None:
    disk = MemoryDisk()
    options = Options(charset="m", page_size=1024, durability=Durability.NONE, background=False)
    cases = [source for source, _ in (SOURCES | SLOW_SOURCES).values()]
    for source in cases:
        engine = Engine.open(disk, "/bad.bumps", options)
        machine, _ = machine_in(tmp_path)
        machine.globals_factory = made(engine)
        machine.library.loader.texts["CASE"] = source  # type: ignore[attr-defined]
        machine.execute('S ^RUN($I(^RUN))="before"')
        with contextlib.suppress(MError):
            machine.execute("TS ():S  S ^RUN(^RUN)=0 D ^CASE S ^RUN(^RUN)=1 TC")
        engine.close()

    assert list(bumps.verify("/bad.bumps", deep=True, disk=disk)) == []
    with bumps.open("/bad.bumps", disk=disk) as database:
        assert database["^RUN"].value == str(len(cases)).encode()
        assert {value for _, value in database.scan("^RUN", 1)} <= {b"1", b"before"}, "no half of a transaction"


def made(engine: Engine) -> Callable[[], Globals]:
    """Return what makes the globals of an engine."""
    return lambda: Globals(engine, Durability.NONE)


@pytest.mark.slow
def test_a_program_whose_output_is_closed_ends_silently_and_its_database_is_sound(tmp_path: Path) -> None:
    (tmp_path / "T.m").write_text("T F I=1:1 S ^A(I)=I W I,!\n")
    program = subprocess.Popen(
        [sys.executable, "-m", "bumps", "run", "--db", "a.bumps", "--routines", ".", "^T"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": os.getcwd()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert program.stdout is not None
    first = program.stdout.readline()
    program.stdout.close()
    program.stdout = None
    _, errors = program.communicate(timeout=60)

    assert (first, errors, program.returncode) == (b"1\n", b"", 0)
    assert list(bumps.verify(str(tmp_path / "a.bumps"), deep=True)) == []
    with bumps.open(str(tmp_path / "a.bumps")) as database:
        values = [int(value) for _, value in database.scan("^A")]
    assert values == list(range(1, len(values) + 1))

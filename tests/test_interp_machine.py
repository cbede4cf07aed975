"""interp/machine.py: a Run from outside: how it starts, ends, fails, and what it leaves alone."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

import bumps
from bumps.errors import MError
from bumps.globals import Globals
from bumps.interp.machine import Machine
from bumps.interp.routines import Folders
from bumps.interp.symbols import Value
from bumps.interp.tiers import Tier
from bumps.limits import FRAME_COUNT_MAX
from tests.interp_cases import Texts, new_globals


class Run:
    """A machine on routines that are texts."""

    def __init__(
        self, charset: str = "m", arguments: Sequence[str] = (), tier: Tier = "closures", **routines: str
    ) -> None:
        self.output = io.BytesIO()
        self.opened = 0
        self._make = new_globals()
        self.machine = Machine(
            globals_factory=self._open,
            input=io.BytesIO(),
            output=self.output,
            loader=Texts(routines),
            charset=charset,
            arguments=arguments,
            tier=tier,
        )

    def _open(self) -> Globals:
        self.opened += 1
        return self._make()

    @property
    def written(self) -> str:
        return self.output.getvalue().decode(self.machine.encoding)


def failing(run: Run, entry: str) -> MError:
    with pytest.raises(MError) as caught:
        run.machine.run(entry)
    return caught.value


def test_an_error_knows_its_place_line_column_and_callers() -> None:
    run = Run(E1="E1 ; a test\n D SUB\n D SUB\n Q\n ;\nSUB ;\n S N=0\n S X=N/0\n Q\n")

    error = failing(run, "E1")

    assert (error.code, error.name, error.place) == ("M9", "DIVZERO", "SUB+2^E1")
    assert (error.file, error.line, error.column, error.source) == ("E1.m", 8, 6, " S X=N/0")
    assert error.stack == ["E1+1^E1"]
    assert run.machine.traps.zstatus == "150373210,SUB+2^E1,%GTM-E-DIVZERO, Attempt to divide by zero"
    assert run.machine.traps.ecode == ",M9,Z150373210,"


@pytest.mark.parametrize("tier", ["closures", "generated"])
@pytest.mark.parametrize(
    ("line", "column"),
    [
        *[(" W 1 W X", 8), (" I 1  S Y=1 W $S(0:1)", 15), (" F I=1:1:2 W $R(0)", 14), (" S A(1)=B(2)", 9)],
        *[(" D NOPE", 4), (" W 1,$D(^(1))", 9), (" S A=$G(^(1))", 9), (" W $O(^(1))", 7), (" W $O(^(1),-1)", 7)],
        *[(" S A=$Q(^(1))", 6), (' S B="?" D T(.@B)', 14), (' S B="?",A=$$T(.@B)', 16), (" I 1 TS  Q", 1)],
        *[(" W 1 TS", 1), (' S $ET="S $EC="""" W 1/0" W 1,A(3)', 31)],
    ],
)
def test_the_column_is_where_the_failing_part_starts(line: str, column: int, tier: Tier) -> None:
    assert failing(Run(T=f"T(A) ;\n{line}\n", tier=tier), "T").column == column


@pytest.mark.parametrize("tier", ["closures", "generated"])
@pytest.mark.parametrize("end", [" TS  Q:A", " TS  Q:A  D\n . W A", ' S B="A" TS  Q:@B', " TS\n Q:A"])
def test_a_transaction_that_a_quit_leaves_open_is_an_error_of_the_line_with_the_quit(end: str, tier: Tier) -> None:
    error = failing(Run(T=f"T S A=1\n D L\n Q\nL Q:A=0\n W A\n{end}\n Q\n", tier=tier), "T")

    assert (error.name, error.place) == ("TPQUIT", "L+3^T" if "TS\n" in end else "L+2^T")


def test_an_error_in_xecuted_code_is_placed_at_the_line_that_runs_it() -> None:
    error = failing(Run(T='T ;\n W 1\n X "S X=1/0"\n'), "T")

    assert (error.place, error.line) == ("T+2^T", 3)


def test_an_error_in_code_from_outside_is_in_the_code() -> None:
    run = Run()
    with pytest.raises(MError) as caught:
        run.machine.execute("W 1,1/0")

    assert (caught.value.file, caught.value.line, caught.value.column) == ("<code>", 1, 5)
    assert caught.value.source == "W 1,1/0"
    assert run.written == "1"


def test_code_from_outside_that_does_not_parse_shows_where() -> None:
    run = Run()
    with pytest.raises(MError) as caught:
        run.machine.execute("W 1 W (")

    assert (caught.value.file, caught.value.line, caught.value.column) == ("<code>", 1, 8)
    assert (caught.value.source, run.written) == ("W 1 W (", "")


def test_a_missing_routine_is_an_error_and_no_traceback() -> None:
    assert failing(Run(), "NOPE").name == "ZLINKFILE"


def test_the_status_is_that_of_halt() -> None:
    run = Run(T="T Q\nA ZHALT 7\nB ZHALT 256\nC H\n")

    assert [run.machine.run(entry) for entry in ("T", "A^T", "B^T", "C^T")] == [0, 7, 255, 0]


def test_actuals_of_run_go_to_the_formals() -> None:
    run = Run(T="T(A,B) W A,B\n")

    run.machine.run("^T", ["x", 2])

    assert run.written == "x2"


def test_an_entry_called_from_python_returns_its_value() -> None:
    run = Run(T='T() Q "v"\nADD(A,B) Q A+B\nN(A) Q\n')

    answers: list[Value | None] = [
        run.machine.call_entry("T"),
        run.machine.call_entry("ADD^T", "2x", 40),
        run.machine.call_entry("N^T", 1),
    ]

    assert answers == ["v", 42, None]


def test_the_database_opens_at_the_first_global_only() -> None:
    run = Run(T="T S X=1 Q\nG S ^X=1 Q\n")

    run.machine.run("T")
    assert run.opened == 0

    run.machine.run("G^T")
    run.machine.run("G^T")
    assert run.opened == 1


def test_recursion_goes_as_deep_as_the_limit_and_then_is_an_error() -> None:
    run = Run(T="T W $$F(19000) Q\nF(N) Q:'N 0\n Q 1+$$F(N-1)\nD D D\n")

    run.machine.run("T")
    error = failing(run, "D^T")

    assert run.written == "19000"
    assert error.name == "STACKCRIT"
    assert len(error.stack) >= FRAME_COUNT_MAX - 2
    assert run.machine.frames == []


def test_a_run_that_ends_leaves_no_transaction_and_no_lock() -> None:
    run = Run(T="T S ^A=1 L ^A TS  S ^A=2 H\n")

    run.machine.run("T")

    assert run.machine.store.level == 0
    assert run.machine.store.get("A", b"") == b"1"
    assert list(run.machine.locks.lines()) == ["MLG:1,MLT:0"]


@pytest.mark.parametrize(
    ("argument", "entry"),
    [("T", "T"), ("^U", "^U"), ('T^U(1,"a"):(OUT="x":ERR="y"):5', "T^U"), ("T+1^U", "T+1^U"), ('@"T^U"', "T^U")],
)
def test_job_says_that_it_starts_processes(argument: str, entry: str) -> None:
    error = failing(Run(T=f'T ;\n S X="T" J {argument} W "no"\n'), "T")

    assert (error.name, error.code, error.place) == ("ONEPROCESS", "Z500000041", "T+1^T")
    assert f"JOB {entry}: it starts a process" in error.message


def test_job_evaluates_its_arguments_first() -> None:
    assert failing(Run(T="T ;\n J T(Y)\n"), "T").name == "UNDEF"
    assert failing(Run(T="T ;\n J T::Y\n"), "T").name == "UNDEF"


def test_what_is_not_built_names_itself_when_it_is_reached() -> None:
    run = Run(T='T W "a" Q\nA O "/dev/null":KEY="k" Q\nB ZATTACH  Q\nC W $&x.y() Q\n')

    run.machine.run("T")

    for entry, feature in (("A", "KEY"), ("B", "ZATTACH"), ("C", "$&x.y")):
        error = failing(run, f"{entry}^T")
        assert (error.name, feature in error.message) == ("UNBUILT", True), error.message


def test_utf_8_text_is_characters() -> None:
    run = Run(charset="utf-8")

    run.machine.execute('S ^X("é")="日本" W $L(^X("é")),$O(^X("")),$A("é"),$E(^X("é"),2),$X')

    assert run.written == "2é233本6"


def test_arguments_are_zcmdline() -> None:
    run = Run(arguments=["a", "b c"])

    run.machine.execute("W $ZCMDLINE")

    assert run.written == "a b c"


def test_a_percent_routine_lives_in_an_underscore_file(tmp_path: Path) -> None:
    (tmp_path / "_X.m").write_text('%X W "here"\n')
    output = io.BytesIO()
    machine = Machine(globals_factory=new_globals(), input=io.BytesIO(), output=output, routine_path=[str(tmp_path)])

    machine.run("^%X")

    assert output.getvalue() == b"here"


def test_an_environment_is_this_database_or_m26() -> None:
    run = Run()
    run.machine.database_name = "here"

    run.machine.execute('S ^|"here"|A=1 W ^["here"]A')

    assert run.written == "1"
    with pytest.raises(MError) as caught:
        run.machine.execute('W ^|"there"|A')
    assert caught.value.code == "M26"


def test_a_limit_of_storage_is_an_error_that_m_can_trap() -> None:
    run = Run()

    run.machine.execute('N $ET S $ET="W $P($ZS,"","",3) S $EC=""""" S X="" F I=1:1:1000 S X=X_"x"')
    run.machine.execute('S $ET="W $P($ZS,"","",3) S $EC=""""",X=$J("",1000),^A(X)=1')

    assert run.written == "%GTM-E-GVSUBOFLOW"


def test_in_direct_mode_a_transaction_stays_open_for_the_next_line() -> None:
    run = Run()
    direct = run.machine.execute_directly

    direct("S ^A=1 TS  S ^A=2")
    direct("L +^B W $TL,^A,!")
    direct("TS\nF I=1:1:2 D\n. S ^A=^A+I")
    direct("W $TL,^A,! TRO -1 W $TL,^A,! TC")
    direct("W $TL,^A,!")

    assert run.written == "12\n25\n12\n02\n"
    assert list(run.machine.locks.lines()) == ["MLG:1,MLT:0", "LOCK ^B LEVEL=1"]


def test_an_error_in_direct_mode_leaves_the_transaction_open_and_halt_ends_it() -> None:
    run = Run()
    direct = run.machine.execute_directly
    direct("S ^A=1 TS  S ^A=2")

    with pytest.raises(MError) as caught:
        direct("W ^A,1/0")
    assert (caught.value.column, run.machine.transactions.level, run.written) == (6, 1, "2")

    direct("H")

    assert run.machine.store.level == 0
    assert run.machine.store.get("A", b"") == b"1"


def test_a_restart_in_direct_mode_goes_on_behind_tstart_in_the_line_that_restarts() -> None:
    run = Run()
    run.machine.execute_directly("S N=0 TS *:SERIAL S N=N+1 W N")

    run.machine.execute_directly("I $TR<2 TRE")
    run.machine.execute_directly("W $TR,$TL TC")

    assert run.written == "1111"


@pytest.mark.parametrize(
    ("entry", "hint"),
    [
        ("A", "did you mean WARDS?"),
        ("B", "the labels of T are T, A, B, C, WARDS, D, E, F, ..."),
        ("C", "the texts are T"),
        ("D", ""),
    ],
)
def test_what_is_not_there_has_a_hint(entry: str, hint: str) -> None:
    text = "T ;\nA D WARD Q\nB D ZZZ Q\nC D ^NONE Q\nWARDS Q\nD W 1/0 Q\nE ;\nF ;\nG ;\n"

    assert failing(Run(T=text), f"{entry}^T").hint == hint


def test_the_hint_of_a_missing_routine_says_where_it_was_looked_for(tmp_path: Path) -> None:
    for name in ("CLINIC.m", "_UTIL.m", "NOTES.txt"):
        (tmp_path / name).write_text(" Q\n")
    folders = Folders([str(tmp_path), "none"])

    assert folders.advice("CLINICS") == (
        f"did you mean CLINIC? there is no file CLINICS.m in {tmp_path}:none (No such file or directory)"
    )
    assert folders.advice("clinic") == f"there is {tmp_path}/CLINIC.m, and upper and lower case differ"
    assert folders.advice("%UTL").startswith("did you mean %UTIL? there is no file _UTL.m in ")
    assert folders.advice("XYZ") == (
        f"there is no file XYZ.m in {tmp_path}:none (No such file or directory);"
        " --routines or $BUMPS_ROUTINES names other folders"
    )


def test_an_argument_from_python_is_text_bytes_or_a_number(tmp_path: Path) -> None:
    (tmp_path / "T.m").write_text("T(A,B) Q A_B\n")
    for charset, joined in (("m", b"\xe91.5"), ("utf-8", "\u00e91.5")):
        with bumps.open(str(tmp_path / charset), charset=charset) as database:
            given = "\u00e9".encode("latin-1" if charset == "m" else "utf-8")
            assert database.call("^T", given, Decimal("1.5"), routines=[str(tmp_path)]) == joined
            with pytest.raises(bumps.UsageError, match="a value is str, bytes, int or Decimal"):
                database.call("^T", 1.5, "", routines=[str(tmp_path)])

"""bumps run and bumps shell: what runs, what is kept, what an error looks like, and with which status it ends."""

from __future__ import annotations

import gc
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import bumps
from bumps.errors import UsageError
from bumps.tools import main, programs, shell

ROOT = Path(__file__).resolve().parent.parent
Capture = pytest.CaptureFixture[str]
Type = Callable[[str], None]


@pytest.fixture
def type_in(monkeypatch: pytest.MonkeyPatch) -> Type:
    """Return a function that puts a text on standard input."""

    def type_text(text: str) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    return type_text


def test_a_line_runs_and_a_program_without_globals_leaves_no_database(folder: Path, capsys: Capture) -> None:
    assert main.run(["run", "-x", 'WRITE "Hello",!']) == 0

    assert capsys.readouterr().out == "Hello\n"
    assert list(folder.iterdir()) == []


def test_globals_are_kept_from_run_to_run(folder: Path, capsys: Capture) -> None:
    assert main.run(["run", "-x", 'SET ^A(1)="x"']) == 0
    assert main.run(["run", "-x", "WRITE ^A(1)"]) == 0

    assert capsys.readouterr().out == "x"
    assert (folder / "globals.bumps").is_dir()


def test_an_option_beats_the_variable_and_that_beats_the_default(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUMPS_DB", "variable.bumps")

    assert main.run(["run", "-x", "SET ^A=1"]) == 0
    assert main.run(["run", "--db", "option.bumps", "-x", "SET ^A=1"]) == 0
    assert sorted(path.name for path in folder.iterdir()) == ["option.bumps", "variable.bumps"]


def test_a_new_database_gets_the_charset_and_an_old_one_keeps_it(folder: Path) -> None:
    assert main.run(["run", "--charset", "m", "-x", "SET ^A=$CHAR(255)"]) == 0
    assert main.run(["run", "-x", "SET ^B=$LENGTH($CHAR(255))"]) == 0

    with bumps.open("globals.bumps") as database:
        assert database.charset == "m"
        assert database.get("^A") == b"\xff" and database.get("^B") == b"1"


@pytest.mark.parametrize("entryref", ["GREET", "^GREET", "GREET^GREET"])
def test_a_routine_is_found_in_the_folders_in_order(entryref: str, folder: Path, capsys: Capture) -> None:
    for name, text in (("one", "first"), ("two", "second")):
        (folder / name).mkdir()
        (folder / name / "GREET.m").write_text(f'GREET\tWRITE "{text}",!\n\tQUIT\n', encoding="ascii")

    assert main.run(["run", "--routines", "none:two:one", entryref]) == 0
    assert capsys.readouterr().out == "second\n"


def test_arguments_are_the_actuals_of_a_label_with_formals_and_zcmdline(folder: Path, capsys: Capture) -> None:
    (folder / "ADD.m").write_text("ADD(a,b)\tWRITE a+b,! QUIT\nPLAIN\tWRITE $ZCMDLINE,! QUIT\n", encoding="ascii")

    assert main.run(["run", "ADD", "2", "3"]) == 0
    assert main.run(["run", "PLAIN^ADD", "2", "--three"]) == 0
    assert main.run(["run", "-x", "WRITE $ZCMDLINE", "a", "b"]) == 0
    assert capsys.readouterr().out == "5\n2 --three\na b"


def test_a_routine_comes_from_standard_input(folder: Path, type_in: Type, capsys: Capture) -> None:
    type_in("HELLO\t; from a pipe\n\tDO SAY QUIT\nSAY\tWRITE $TEXT(+0),! QUIT\n")

    assert main.run(["run", "-"]) == 0
    assert capsys.readouterr().out == "HELLO\n"


@pytest.mark.parametrize(
    ("code", "status"),
    [("QUIT", 0), ("HALT", 0), ("ZHALT 7", 7), ("ZHALT 256", 255), ("ZHALT 259", 3), ("WRITE 1/0", 1)],
)
def test_the_exit_status_is_that_of_the_program(code: str, status: int, folder: Path) -> None:
    assert main.run(["run", "-x", code]) == status


def test_an_untrapped_error_names_place_line_and_callers(folder: Path, capsys: Capture) -> None:
    (folder / "E1.m").write_text("E1\t;\n\tDO SUB\n\tQUIT\nSUB\t;\n\tSET n=0\n\tWRITE 1/n\n", encoding="ascii")

    assert main.run(["run", "E1"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("./E1.m:6:") or lines[0].startswith("E1.m:6:")
    assert "M9 DIVZERO: Attempt to divide by zero" in lines[0]
    assert lines[1] == "\tWRITE 1/n" and lines[2].strip() == "^"
    assert lines[3].startswith("  in SUB+2^E1, called from E1+1^E1")
    assert lines[4] == "hint: bumps explain DIVZERO"


def test_an_untrapped_error_is_json_on_request(folder: Path, capsys: Capture) -> None:
    assert main.run(["run", "--json", "-x", "WRITE x"]) == 1

    found = json.loads(capsys.readouterr().err)
    assert (found["error"], found["name"], found["line"]) == ("M6", "UNDEF", 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "nothing to run"),
        (["3X"], "3X: not an entryref"),
        (["A B"], "A B: not an entryref"),
        (["A^"], "A^: not an entryref"),
    ],
)
def test_what_cannot_be_an_entry_is_wrong_use(
    arguments: list[str], message: str, folder: Path, capsys: Capture
) -> None:
    assert main.run(["run", *arguments]) == 2
    assert capsys.readouterr().err.startswith(f"bumps: {message}")


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["NOSUCH"], "bumps: NOSUCH: no such routine\nhint: there is no file NOSUCH.m in .; --routines"),
        (["^%SUCH"], "bumps: %SUCH: no such routine\nhint: there is no file _SUCH.m in .; --routines"),
        (["here"], "bumps: here: no such routine\nhint: there is ./HERE.m, and upper and lower case differ"),
        (["--routines", "x:.", "NOSUCH"], "no file NOSUCH.m in x (No such file or directory):.; --routines"),
        (["NO^HERE"], "bumps: NO: no such label in the routine HERE\nhint: labels"),
        (["HERE", "1", "2"], "bumps: ^HERE: 2 arguments, but it takes 1\nhint: it is HERE(a)\n"),
        (["-"], "bumps: standard input: no routine, it is empty\nhint: bumps run - < FILE\n"),
        (["--db", "", "HERE"], "bumps: the name of the database is empty\nhint: such as clinic.bumps\n"),
    ],
)
def test_a_program_that_cannot_begin_is_status_2_and_a_hint(
    arguments: list[str], wanted: str, folder: Path, capsys: Capture, type_in: Type
) -> None:
    Path("HERE.m").write_text("HERE(a)\tQUIT\n", encoding="ascii")
    type_in("")

    assert main.run(["run", *arguments]) == 2
    assert wanted in capsys.readouterr().err


def test_a_routine_that_is_not_there_is_an_m_error_where_m_calls_it(folder: Path, capsys: Capture) -> None:
    assert main.run(["run", "-x", "DO ^NOSUCH"]) == 1
    shown = capsys.readouterr().err
    assert "ZLINKFILE" in shown
    assert "NOSUCH.m in .;" in shown.splitlines()[-1]


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_never_a_traceback(closed: str, folder: Path) -> None:
    bumps_run = f"{sys.executable} -m bumps run -x"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    def shell_run(code: str) -> subprocess.CompletedProcess[str]:
        command = f"{bumps_run} '{code}' {closed}"
        return subprocess.run(command, shell=True, env=environment, capture_output=True, text=True, check=False)

    stored = shell_run("READ x:0 SET ^A=1")
    printed = shell_run("WRITE ^A,!")

    assert (stored.returncode, stored.stdout, stored.stderr) == (0, "", "")
    if ">&-" in closed.split():
        assert printed.returncode != 0
    else:
        assert (printed.returncode, printed.stdout) == (0, "1\n")
    assert "Traceback" not in printed.stderr
    assert main.run(["db", "verify", "globals.bumps"]) == 0


def test_a_shell_that_is_left_in_a_transaction_says_that_it_is_rolled_back(
    folder: Path, capsys: Capture, type_in: Type
) -> None:
    type_in("SET ^A=1\nTSTART\nSET ^A=2\n")
    assert main.run(["shell"]) == 0
    assert capsys.readouterr().err == "bumps: a transaction was open: it is rolled back\n"

    type_in("TSTART\nSET ^A=3\nTCOMMIT\nWRITE ^A,!\n")
    assert main.run(["shell"]) == 0
    assert capsys.readouterr() == ("3\n", "")


def test_a_source_line_cannot_change_a_terminal_and_is_cut_around_the_caret(folder: Path, capsys: Capture) -> None:
    Path("ODD.m").write_bytes(b"ODD\tWRITE \x1b[31m\n" + b"X\tSET a=" + b"1+" * 400 + b"*\n")

    assert main.run(["parse", "ODD.m"]) == 1
    lines = capsys.readouterr().out.split("\n")
    assert "\x1b" not in "".join(lines)
    assert max(map(len, lines)) <= 250
    assert lines[4][lines[5].index("^")] == "*"


def test_parse_reads_standard_input_and_refuses_a_folder_without_routines(
    folder: Path, capsys: Capture, type_in: Type
) -> None:
    type_in("X\tFOO\n")
    assert main.run(["parse", "-"]) == 1
    assert capsys.readouterr().out.startswith("standard input:1:3: INVCMD")

    Path("HERE.m").touch()
    assert main.run(["parse", "HERE"]) == 2
    assert "hint: did you mean HERE.m?" in capsys.readouterr().err
    Path("empty").mkdir()
    assert main.run(["parse", "empty"]) == 2
    assert "bumps: empty: no routine in this folder" in capsys.readouterr().err


def test_entries_are_names_with_an_optional_label() -> None:
    assert [programs.entry_of(text) for text in ("A", "^A", "L^A", "%Z", "L+2^A")] == [
        "^A",
        "^A",
        "L^A",
        "^%Z",
        "L+2^A",
    ]
    with pytest.raises(UsageError):
        programs.entry_of("^")


def test_a_transaction_that_is_open_at_the_end_is_dropped(folder: Path, capsys: Capture) -> None:
    assert main.run(["run", "-x", "TSTART  SET ^A=1 HALT"]) == 0
    assert main.run(["run", "-x", "WRITE $DATA(^A)"]) == 0
    assert capsys.readouterr().out == "0"


# bumps shell


def test_input_from_a_pipe_is_run_line_by_line_without_a_prompt(folder: Path, type_in: Type, capsys: Capture) -> None:
    type_in("SET x=6\nWRITE x*7,!\nSET ^A=x\n")

    assert main.run(["shell"]) == 0
    assert capsys.readouterr().out == "42\n"
    assert main.run(["run", "-x", "WRITE ^A"]) == 0
    assert capsys.readouterr().out == "6"


def test_an_error_ends_the_line_and_not_the_shell(folder: Path, type_in: Type, capsys: Capture) -> None:
    type_in("WRITE 1/0\nWRITE (\nWRITE 3,!\n")

    assert main.run(["shell"]) == 0
    shown = capsys.readouterr()
    assert shown.out == "3\n"
    assert "DIVZERO" in shown.err and "EXPR" in shown.err


@pytest.mark.parametrize(("line", "status"), [("HALT", 0), ("ZHALT 4", 4)])
def test_halt_leaves_the_shell(line: str, status: int, folder: Path, type_in: Type, capsys: Capture) -> None:
    type_in(f"{line}\nWRITE 1\n")

    assert main.run(["shell"]) == status
    assert capsys.readouterr().out == ""


def test_lines_go_on_behind_a_backslash_and_a_block_behind_do(folder: Path, type_in: Type, capsys: Capture) -> None:
    type_in('WRITE "a",\\\n"b",!\nFOR i=1,2 DO\n. WRITE i\n. WRITE "-"\n\nWRITE !\nIF 1 DO\n. WRITE "again"\n')

    assert main.run(["shell"]) == 0
    assert capsys.readouterr().out == "ab\n1-2-\nagain"


def test_a_prompt_is_shown_where_one_is_wanted(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    prompts = []
    lines = iter(["SET x=1", "", "HALT"])

    def read_line(prompt: str) -> str:
        prompts.append(prompt)
        return next(lines)

    from bumps.tools.databases import LazyDatabase

    with LazyDatabase("globals.bumps") as database:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))
        assert shell.converse(programs.Program(database, "."), read_line, prompt="BUMPS>") == 0
    assert prompts == ["\nBUMPS>"] * 3


def test_completion_knows_commands_functions_globals_and_routines(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bumps.tools.databases import LazyDatabase

    (folder / "_DH.m").write_text("%DH\tQUIT\n", encoding="ascii")
    (folder / "WALK.m").write_text("WALK\tQUIT\n", encoding="ascii")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))
    with LazyDatabase("globals.bumps") as database:
        program = programs.Program(database, ".")
        completer = shell.Completer(program, database, ["."])
        program.direct("SET ^WARD=1,count=2")

        assert completer.matches("WR") == ["WRITE"]
        assert completer.matches("wr") == ["write"]
        assert "$ORDER" in completer.matches("$o")
        assert completer.matches("^W") == ["^WALK", "^WARD"]
        assert completer.matches("^%") == ["^%DH"]
        assert completer.matches("cou") == ["count"]
        assert completer.complete("^WAR", 0) == "^WARD" and completer.complete("^WAR", 1) is None


def test_each_database_has_a_history_of_its_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))

    paths = [shell.history_path("a.bumps"), shell.history_path("b.bumps")]
    assert paths[0] != paths[1]
    assert {path.parent for path in paths} == {folder / "cache" / "bumps"}


@pytest.mark.slow
def test_direct_mode_on_a_terminal_prompts_and_leaves_on_control_d(folder: Path) -> None:
    import pexpect

    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(folder), "TERM": "dumb"}
    child = pexpect.spawn(
        sys.executable,
        ["-m", "bumps", "shell"],
        env=environment,
        timeout=20,
        encoding="utf-8",
        # A shell's background job, such as a test run may be, hands down that it ignores interrupts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    child.expect("BUMPS>")
    child.sendline("WRITE 6*7")
    child.expect("42")
    child.expect("BUMPS>")
    child.sendline("WRITE 5*9,! HANG 30")
    child.expect("45")  # its output, not the echo of the line: HANG has begun
    child.sendintr()
    child.expect("BUMPS>")
    child.sendeof()
    child.expect(pexpect.EOF)
    child.close()

    assert child.exitstatus == 0


@pytest.mark.slow
def test_a_run_that_is_ended_by_sigterm_keeps_what_it_wrote(folder: Path) -> None:
    code = 'SET ^A=1 WRITE "ready",! HANG 30'
    command = [sys.executable, "-m", "bumps", "run", "-x", code]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    child.terminate()
    child.communicate()

    assert child.returncode == 143
    with bumps.open("globals.bumps") as database:
        assert database.get("^A") == "1"


@pytest.mark.slow
def test_a_hot_command_loads_nothing_that_it_does_not_need(folder: Path) -> None:
    forbidden = ("prometheus_client", "zstandard", "hypothesis", "http.server", "sqlite3")
    for arguments in (["--version"], ["db", "stat", "a.bumps"], ["run", "-x", "QUIT"]):
        code = (
            f"import sys; from bumps.tools.main import run; run({arguments!r});"
            "print(*sys.modules, sep='\\n', file=sys.stderr)"
        )
        bumps.open("a.bumps").close()
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        )
        loaded = done.stderr.splitlines()
        assert [name for name in forbidden if name in loaded] == []
        assert ("pyparsing" in loaded) == (arguments[0] == "run")
        assert ("bumps.engine" in loaded) == (arguments[0] == "db"), "a program without globals needs no database"


def test_garbage_is_looked_for_rarely_while_a_program_runs_and_as_before_behind_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = gc.get_threshold()
    seen: list[tuple[int, int, int]] = []

    def run(*_: object) -> int:
        seen.append(gc.get_threshold())
        return 0

    monkeypatch.setattr(programs, "_run", run)

    assert main.run(["run", "-x", "QUIT"]) == 0

    assert seen == [programs.COLLECTION]
    assert gc.get_threshold() == before

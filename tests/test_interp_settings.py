"""interp: settings, ZSYSTEM, ZCOMPILE, ZLINK, and what else a Run may or may not do to the world."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from bumps.errors import MError
from bumps.interp.machine import Machine
from bumps.interp.world import World, run_command
from bumps.policy import Policy
from tests.interp_cases import new_globals


class Warned(list[str]):
    """What was said beside the output."""


def machine_in(folder: Path, policy: Policy | None = None, **world: object) -> tuple[Machine, io.BytesIO, Warned]:
    output, warned = io.BytesIO(), Warned()
    machine = Machine(
        globals_factory=new_globals(),
        input=io.BytesIO(),
        output=output,
        charset="m",
        routine_path=[str(folder)],
        policy=policy,
        world=World(folder=str(folder), warn=warned.append, **world),  # type: ignore[arg-type]
    )
    return machine, output, warned


@pytest.mark.parametrize("code", ['ZSY "true"', "ZSYSTEM", 'S X="""true""" ZSY @X'])
def test_zsystem_is_refused_where_commands_are(tmp_path: Path, code: str) -> None:
    for policy in (Policy(pipe=False), Policy(read=[str(tmp_path)])):
        machine, _, _ = machine_in(tmp_path, policy)
        with pytest.raises(MError, match="ZSYSTEM") as caught:
            machine.execute_directly(code)
        assert caught.value.name == "RESTRICTEDOP"


def test_a_confined_program_looks_for_routines_where_it_was_told(tmp_path: Path) -> None:
    machine, _, _ = machine_in(tmp_path, Policy(read=[str(tmp_path)]))
    for code in (f'S $ZRO="{tmp_path}"', 'ZCOM "X"'):
        with pytest.raises(MError) as caught:
            machine.execute_directly(code)
        assert caught.value.name == "RESTRICTEDOP"


def test_zsystem_runs_commands_in_order_and_keeps_the_status_of_the_last(tmp_path: Path) -> None:
    commands: list[str] = []

    def run(command: str, folder: str) -> int:
        commands.append(command)
        return len(commands)

    machine, output, _ = machine_in(tmp_path, run_command=run)
    machine.execute_directly('W $ZSYSTEM,"a" S X="c" ZSY "a b",X ZSY  W $ZSYSTEM')

    assert commands == ["a b", "c", ""]
    assert output.getvalue() == b"0a3"


def test_what_was_written_is_out_before_a_command_runs(tmp_path: Path) -> None:
    seen: list[bytes] = []

    def run(command: str, folder: str) -> int:
        seen.append(output.getvalue())
        return 0

    machine, output, _ = machine_in(tmp_path, run_command=run)
    machine.execute_directly('W "before" ZSY "x"')

    assert seen == [b"before"]


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/bin/sh") or sys.platform == "win32", reason="there is no /bin/sh")
@pytest.mark.parametrize(("command", "status"), [("exit 0", 0), ("exit 3", 3), ("kill -9 $$", 9)])
def test_a_command_gives_its_exit_status_or_the_number_of_its_signal(command: str, status: int) -> None:
    assert run_command(command, "/") == status


def test_a_command_runs_in_the_folder_that_zdirectory_names(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    machine, _, _ = machine_in(tmp_path)

    machine.execute_directly('ZSY "echo 1 >f" S $ZD="below" ZSY "echo 2 >f"')

    assert ((tmp_path / "f").read_text(), (tmp_path / "below" / "f").read_text()) == ("1\n", "2\n")


def test_a_routine_that_was_saved_a_moment_ago_is_linked_as_it_is_now(tmp_path: Path) -> None:
    machine, output, _ = machine_in(tmp_path)
    file = tmp_path / "T.m"
    for number in range(1, 6):
        file.write_text(f"T() Q {number}\n")
        os.utime(file, ns=(0, 0))  # a clock that stands still
        machine.execute_directly('ZL "T" W $$^T')
        file.write_text("T() Q 99\n")
        machine.execute_directly("W $$^T")

    assert output.getvalue() == b"1122334455"


def test_a_routine_that_runs_when_it_is_linked_anew_goes_on_in_the_old_lines(tmp_path: Path) -> None:
    machine, output, _ = machine_in(tmp_path)
    (tmp_path / "T.m").write_text('T ;\n D NEW ZL "T" W 1\n W 2 D A\n Q\nA W 3 Q\nNEW Q\n')
    machine.execute_directly("S X=1 D ^T")
    assert output.getvalue() == b"123"


def test_zlink_of_a_path_links_that_file(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "_Z.m").write_text("%Z() Q 7\n")
    machine, output, _ = machine_in(tmp_path)
    machine.execute_directly(f'ZL "{tmp_path}/sub/_Z.m" W $$^%Z ZL "sub/_Z" W $$^%Z')
    assert output.getvalue() == b"77"

    confined, _, _ = machine_in(tmp_path, Policy(read=[str(tmp_path / "elsewhere")]))
    with pytest.raises(MError) as caught:
        confined.execute_directly(f'ZL "{tmp_path}/sub/_Z.m"')
    assert caught.value.name == "RESTRICTEDOP"


def test_zroutines_says_where_routines_are(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "T.m").write_text(f'T() Q "{name}"\n')
    machine, output, _ = machine_in(tmp_path / "a")
    machine.execute_directly("W $$^T")
    for path in (f"{tmp_path}/b", f"{tmp_path}/nothing({tmp_path}/b {tmp_path}/a)", f"{tmp_path}/a  {tmp_path}/b"):
        machine.execute_directly(f'S $ZRO="{path}" W $ZRO="{path}" ZL "T" W $$^T')

    assert output.getvalue() == b"a1b1b1a"
    with pytest.raises(MError) as caught:
        machine.execute_directly('S $ZRO="/no/such/folder"')
    assert caught.value.name == "ZROSYNTAX"


def test_zcompile_says_what_is_wrong_and_runs_nothing(tmp_path: Path) -> None:
    (tmp_path / "GOOD.m").write_text("GOOD ;\n")
    (tmp_path / "BAD.m").write_text("BAD ;\n W 1 FOO\n W )\n")
    machine, output, warned = machine_in(tmp_path)
    machine.execute_directly('F X="-list GOOD","BAD.m","GOOD NOPE" ZCOM X W $ZCSTATUS,!')

    assert output.getvalue() == b"1\n150372778\n-150372730\n"
    assert [line.removeprefix(f"{tmp_path}/").split(" ")[:2] for line in warned] == [
        ["BAD.m:2:6:", "INVCMD:"],
        ["BAD.m:3:4:", "EXPR:"],
        ["NOPE.m:", "there"],
    ]

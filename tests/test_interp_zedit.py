"""interp/zedit.py: which file is edited, by what, and who may."""

from __future__ import annotations

from pathlib import Path

import pytest

from bumps.errors import MError
from bumps.interp.machine import Machine
from bumps.policy import Policy
from tests.test_interp_settings import machine_in


class Editor:
    """Notes the commands that it is given."""

    def __init__(self) -> None:
        self.commands: list[str] = []

    def run(self, command: str, folder: str) -> int:
        self.commands.append(command)
        return 3


def editing(folder: Path, editor: Editor, **environment: str) -> Machine:
    return machine_in(folder, run_command=editor.run, environment=environment)[0]


def test_a_routine_is_edited_in_the_folder_that_has_it_else_in_the_first(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    (second / "THERE.m").write_text("THERE\n")
    editor = Editor()
    machine = editing(tmp_path, editor, EDITOR="ed -s")
    machine.execute_directly(f'S $ZRO="{first} {second}" ZEDIT "THERE","NEW","other.txt"')

    assert editor.commands == [f"ed -s {second}/THERE.m", f"ed -s {first}/NEW.m", f"ed -s {first}/other.txt"]


def test_zsource_names_what_was_edited_last_and_zeditor_is_the_status(tmp_path: Path) -> None:
    editor = Editor()
    machine, output, _ = machine_in(tmp_path, run_command=editor.run, environment={})
    machine.execute_directly('W $ZEDITOR ZEDIT "A.m" W $ZSOURCE,$ZEDITOR ZEDIT  S $ZSOURCE="B" ZEDIT')

    assert editor.commands == [f"vi {tmp_path}/{name}.m" for name in "AAB"]
    assert output.getvalue() == b"0A3"


def test_a_name_with_a_folder_is_that_file_and_the_shell_sees_one_word(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    editor = Editor()
    machine = editing(tmp_path, editor, EDITOR="ed", HOME=str(tmp_path))
    machine.execute_directly("""ZEDIT "sub/A" ZEDIT "$HOME/B" ZEDIT "C;rm D'" ZEDIT "E." """)

    assert editor.commands == [
        f"ed {tmp_path}/sub/A.m",
        f"ed {tmp_path}/B.m",
        f"ed '{tmp_path}/C;rm D'\"'\"'.m'",
        f"ed {tmp_path}/E.",
    ]


@pytest.mark.parametrize("code", ['ZEDIT ""', "ZEDIT", 'ZEDIT "A.o"', 'ZEDIT "nosuch/A"', 'ZEDIT "nosuch/"'])
def test_what_cannot_be_edited_is_an_error(tmp_path: Path, code: str) -> None:
    editor = Editor()
    with pytest.raises(MError, match="Illegal ZEDIT file specification") as caught:
        editing(tmp_path, editor).execute_directly(code)
    assert caught.value.name == "ZEDFILSPEC"
    assert editor.commands == []


def test_zedit_is_refused_where_commands_are(tmp_path: Path) -> None:
    for policy in (Policy(pipe=False), Policy(write=[str(tmp_path)])):
        machine, _, _ = machine_in(tmp_path, policy)
        with pytest.raises(MError) as caught:
            machine.execute_directly('ZEDIT "A"')
        assert caught.value.name == "RESTRICTEDOP"

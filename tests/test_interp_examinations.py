"""$ZJOBEXAM and $ZSYSLOG: where a policy lets them write."""

from __future__ import annotations

import syslog
from pathlib import Path

import pytest

from bumps.errors import MError
from bumps.interp import world
from bumps.policy import Policy
from tests.test_interp_settings import machine_in


def test_a_confined_program_is_examined_into_its_folders_only(tmp_path: Path) -> None:
    (tmp_path / "granted").mkdir()
    machine, output, _ = machine_in(tmp_path, Policy(write=[str(tmp_path / "granted")]))
    machine.execute_directly('S X=1 W $ZJOBEXAM("granted/a","V"),!')

    assert output.getvalue().decode() == f"{tmp_path}/granted/a\n"
    assert (tmp_path / "granted" / "a").read_text() == "X=1\n"
    for name in ('""', '"b"', '"granted/../b"'):
        with pytest.raises(MError) as caught:
            machine.execute_directly(f"W $ZJOBEXAM({name})")
        assert caught.value.name == "RESTRICTEDOP"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["granted"]


def test_the_current_device_is_the_same_after_an_examination_and_the_file_is_closed(tmp_path: Path) -> None:
    machine, output, _ = machine_in(tmp_path)
    machine.execute_directly('O "out":NEWVERSION U "out" S F=$ZJOBEXAM("a","*") W "here" C "out" ZSHOW "D"')

    assert (tmp_path / "out").read_text() == "here\n"
    assert str(tmp_path) not in output.getvalue().decode()
    shown = (tmp_path / "a").read_text()
    assert "$JOB=" in shown and "MLG:0,MLT:0" in shown and "RMS" in shown


def test_a_line_for_the_log_is_handed_over_where_commands_are_granted(tmp_path: Path) -> None:
    lines: list[str] = []
    machine, output, _ = machine_in(tmp_path, log=lines.append)
    machine.execute_directly('W $ZSYSLOG("one"),$ZSYSLOG("a"_$C(0)_"b")')
    confined, _, _ = machine_in(tmp_path, Policy(read=[str(tmp_path)]), log=lines.append)
    with pytest.raises(MError) as caught:
        confined.execute_directly('W $ZSYSLOG("two")')

    assert caught.value.name == "RESTRICTEDOP"
    assert lines == ["one", "a\\0b"]
    assert output.getvalue() == b"11"


def test_the_log_is_that_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, str]] = []
    monkeypatch.setattr(syslog, "syslog", lambda priority, text: seen.append((priority, text)))
    world.log("text")

    assert seen == [(syslog.LOG_INFO | syslog.LOG_USER, "text")]


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ('W $ZTRIGGER("ITEM","+^A -commands=S -xecute=""S X=1""")', "triggers"),
        ('W $ZTRIGGER("FILE","a.trg")', "triggers"),
        ("W $&a.b(1)", "$&a.b, a foreign function"),
        ("D &b", "$&b, a foreign function"),
    ],
)
def test_what_cannot_be_is_refused_by_name_with_a_way_out(tmp_path: Path, code: str, what: str) -> None:
    machine, _, _ = machine_in(tmp_path)
    with pytest.raises(MError) as caught:
        machine.execute_directly(code)
    assert caught.value.name == "UNBUILT"
    assert what in caught.value.message
    assert caught.value.hint

"""interp/device_file.py: CHSET in a database of characters. The files are byte for byte those of GT.M in UTF-8 mode."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from bumps.errors import MError
from bumps.interp.machine import Machine
from bumps.interp.world import World
from tests.interp_cases import new_globals


def run(folder: Path, code: str, charset: str = "utf-8") -> str:
    output = io.BytesIO()
    machine = Machine(
        globals_factory=new_globals(),
        input=io.BytesIO(),
        output=output,
        charset=charset,
        world=World(folder=str(folder)),
    )
    machine.execute(code)
    return output.getvalue().decode("utf-8", "surrogateescape")


READ = ' C "f" O "f":(READONLY{0}) U "f" R X,Y U 0 W X,"|",Y'


@pytest.mark.parametrize(
    ("charset", "data"),
    [
        ("UTF-8", b"a\xc3\xa9\xe6\x97\xa5\nb\n"),
        ("M", b"a\xc3\xa9\xe6\x97\xa5\nb\n"),
        ("UTF-16", b"\xfe\xff\x00a\x00\xe9\x65\xe5\x00\n\x00b\x00\n"),
        ("UTF-16BE", b"\x00a\x00\xe9\x65\xe5\x00\n\x00b\x00\n"),
        ("UTF-16LE", b"a\x00\xe9\x00\xe5\x65\n\x00b\x00\n\x00"),
    ],
)
def test_what_is_written_in_a_charset_is_read_in_it(tmp_path: Path, charset: str, data: bytes) -> None:
    parameter = f':CHSET="{charset}"'

    assert run(tmp_path, f'O "f":(NEWVERSION{parameter}) U "f" W "aé日",!,"b",!' + READ.format(parameter)) == "aé日|b"
    assert (tmp_path / "f").read_bytes() == data


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        (b"\xef\xbb\xbfab\nc\n", "UTF-8"),
        (b"\xfe\xff\x00a\x00b\x00\n\x00c", "UTF-16"),
        (b"\xff\xfea\x00b\x00\n\x00c\x00", "UTF-16"),
    ],
)
def test_a_byte_order_mark_is_no_text(tmp_path: Path, data: bytes, charset: str) -> None:
    (tmp_path / "f").write_bytes(data)

    assert run(tmp_path, READ.format(f':CHSET="{charset}"')) == "ab|c"


def test_bytes_that_are_no_characters_come_back_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"a\xffb\xe6\x97\n\x80\n")

    run(tmp_path, 'O "f":READONLY U "f" R X,Y C "f" O "g":NEWVERSION U "g" W X,!,Y,! C "g"')

    assert (tmp_path / "g").read_bytes() == (tmp_path / "f").read_bytes()


@pytest.mark.parametrize("size", range(1, 12))
def test_a_character_that_comes_in_pieces_is_one(tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bumps.interp.device_file.RECEIVED_SIZE_MAX", size)
    (tmp_path / "f").write_text("日本é\nx😀y\n", "utf-8")

    assert (
        run(tmp_path, 'O "f":READONLY U "f" R X#2,Y,*Z,*Q,R U 0 W X,"|",Y,"|",Z,"|",Q,"|",R') == "日本|é|120|128512|y"
    )


def test_the_position_is_that_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("日本é\nxyz\n", "utf-8")

    assert run(tmp_path, 'O "f" U "f" R X#2 W "QR" U "f":REWIND R A U 0 W A') == "日本QR"
    assert (tmp_path / "f").read_bytes() == "日本QR\n".encode() + b"xyz\n"


def test_a_fixed_record_has_so_many_bytes(tmp_path: Path) -> None:
    code = 'O "f":(NEWVERSION:FIXED:RECORDSIZE=6) U "f" W "aé日",!,"日本語",!,"b",! C "f" '

    run(tmp_path, code)

    assert (tmp_path / "f").read_bytes() == "aé日日本語   b     ".encode()
    assert run(tmp_path, 'O "f":(FIXED:RECORDSIZE=6) U "f" R X#2,Y,Z U 0 W X,"|",Y,"|",Z') == "aé|日|日本"


def test_an_unknown_charset_is_an_error_but_in_a_database_of_bytes(tmp_path: Path) -> None:
    with pytest.raises(MError) as caught:
        run(tmp_path, 'O "f":(NEWVERSION:CHSET="FOO")')

    assert caught.value.name == "BADCHSET"
    assert run(tmp_path, 'O "f":(NEWVERSION:CHSET="FOO") U "f" W *200,! C "f"', "m") == ""
    assert (tmp_path / "f").read_bytes() == b"\xc8\n"


def test_half_a_character_at_the_end_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"\x00a\x00\n\x00")

    with pytest.raises(MError) as caught:
        run(tmp_path, 'O "f":(READONLY:CHSET="UTF-16BE") U "f" R X,Y')

    assert caught.value.name == "BADCHAR"

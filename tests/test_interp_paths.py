"""interp/paths.py: $ZPARSE completes names, $ZSEARCH finds files, both as GT.M does."""

from __future__ import annotations

import io
import os
import subprocess
from pathlib import Path

import pytest

from bumps.errors import MError
from bumps.interp.machine import Machine
from bumps.interp.world import World
from tests.interp_cases import new_globals
from tests.needs import needs_gtm
from tests.oracle.gtm import Oracle

FILES = ("a.m", "b.m", "c.txt", ".hid", "sub.d/x.m", "sp ace.m", "noext", "q?.m", "b.2.m", "other/e")

NAMES = (
    ("a.m", "{}/a.m"),
    ("nodir/zz.m", ""),
    ("nodir/zz.m,,,,SYNTAX_ONLY", "{}/nodir/zz.m"),
    ("nodir/zz.m,DIRECTORY,,,s", "{}/nodir/"),
    ("nodir/zz.m,,,,NO_CONCEAL", ""),
    ("", "{}/"),
    ("a.m,DIRECTORY", "{}/"),
    ("a.m,N", "a"),
    ("a.m,NO", "{}/a.m"),
    ("a.m,d", "{}/a.m"),
    ("a.m,Di", "{}/"),
    ("a.m,TYPE", ".m"),
    ("b.2.m,TYPE", ".m"),
    ("b.2.m,NAME", "b.2"),
    (".hid,NAME", ".hid"),
    (".hid,TYPE", ""),
    ("a.,TYPE", "."),
    ("a,,,.m", "{}/a"),
    ("a,,.m", "{}/a"),
    ("a,,*.m", "{}/a.m"),
    ("a,,other/,x.y", "{}/other/a.y"),
    ("a,,.q,other/x.y", "{}/other/a.y"),
    ("a,,b.x,*.y", "{}/a.x"),
    ("a.m,,,*.x", "{}/a.m"),
    ("sub.d/,,x.y", "{}/sub.d/x.y"),
    ("sub.d/,,,x.y", "{}/sub.d/"),
    ("sub.d", "{}/sub.d"),
    ("sub.d/.", "{}/sub.d/"),
    ("sub.d/..", "{}/"),
    ("./a.m", "{}/a.m"),
    ("nodir/../a.m", "{}/a.m"),
    ("/", "/"),
    ("//usr//bin", "/usr/bin"),
    ("*.m", "{}/*.m"),
    ("sub*/x.m", "{}/sub*/x.m"),
    ("nodir/*.m", ""),
    ("$PLACE/e", "{}/other/e"),
    ("$NOSUCH/e", ""),
    ("a b.m", "{}/a b.m"),
    ("..a", "{}/..a"),
)

PATTERNS = (
    ("*.m", ("a.m", "b.2.m", "b.m", "q?.m", "sp ace.m")),
    ("?.m", ("a.m", "b.m")),
    ("a.m", ("a.m",)),
    ("zz.m", ()),
    (".*", (".hid",)),
    ("*/*", ("other/e", "sub.d/x.m")),
    ("sub.d/", ("sub.d",)),
    ("q\\?.m", ("q?.m",)),
    ("[ab].m", ()),
    ("nodir/*", ()),
    ("$PLACE/*", ("other/e",)),
    ("", ()),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        file = tmp_path / "work" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return tmp_path / "work"


def expression(names: str) -> str:
    """Return $ZPARSE of arguments that a comma divides."""
    return f"$ZPARSE({','.join(chr(34) + part + chr(34) for part in names.split(','))})"


def loop(pattern: str) -> str:
    """Return a line that writes what $ZSEARCH finds, up to the empty answer."""
    return f'F  S X=$ZSEARCH("{pattern}") Q:X=""  W X,!'


def bumps(folder: Path, code: str) -> str:
    output = io.BytesIO()
    world = World(folder=str(folder), environment={"PLACE": str(folder / "other")})
    machine = Machine(
        globals_factory=new_globals(), input=io.BytesIO(), output=output, charset="m", world=world, routine_path=()
    )
    machine.execute(code)
    return output.getvalue().decode("latin-1")


@pytest.mark.parametrize(("names", "expected"), NAMES)
def test_zparse_completes_a_name(folder: Path, names: str, expected: str) -> None:
    assert bumps(folder, f"W {expression(names)}") == expected.replace("{}", str(folder))


@pytest.mark.parametrize(("pattern", "expected"), PATTERNS)
def test_zsearch_finds_each_file_once_and_then_none(folder: Path, pattern: str, expected: tuple[str, ...]) -> None:
    assert bumps(folder, loop(pattern)).splitlines() == [str(folder / name) for name in expected]


def test_streams_of_zsearch_go_their_own_ways_and_a_new_pattern_begins_anew(folder: Path) -> None:
    code = (
        'F I="*.m",1,"*.m",2,"*.m",1,"c*",1,"*.m",1 S J=$S(I?1N:I,1:0) S:\'J P=I W:J $ZPARSE($ZSEARCH(P,J),"NAME")," "'
    )

    assert bumps(folder, code) == "a a b.2 c a "


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ('W $ZPARSE("a","XX")', "ZPARSFLDBAD"),
        ('W $ZPARSE("a","","","","JUNK")', "ZPARSETYPE"),
        ('W $ZSEARCH("*",256)', "ZSRCHSTRMCT"),
        ('W $ZSEARCH("*",-1)', "ZSRCHSTRMCT"),
    ],
)
def test_what_neither_knows_is_refused(folder: Path, code: str, name: str) -> None:
    with pytest.raises(MError) as caught:
        bumps(folder, code)

    assert caught.value.name == name


def test_a_folder_that_may_not_be_read_holds_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str) -> list[str]:
        raise PermissionError(path)

    monkeypatch.setattr(os, "listdir", refuse)

    assert bumps(folder, loop("*")) == ""


@pytest.mark.slow
@needs_gtm
def test_gtm_completes_and_finds_the_same(folder: Path) -> None:
    codes = [f"W {expression(names)},!" for names, _ in NAMES] + [loop(pattern) for pattern, _ in PATTERNS]
    with Oracle() as oracle:
        environment = oracle.environment | {"PLACE": str(folder / "other")}
        for code in codes:
            done = subprocess.run(
                [str(oracle.distribution / "mumps"), "-run", "%XCMD", code],
                env=environment,
                cwd=folder,
                capture_output=True,
                check=True,
            )
            assert done.stdout.decode("latin-1").rstrip("\n") == bumps(folder, code).rstrip("\n"), code

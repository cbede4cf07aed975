"""The help of every command: it is in the manual, it says the exit statuses, and its examples run."""

from __future__ import annotations

import io
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bumps.tools import main
from bumps.tools.lazy import LazyGroup
from bumps.tools.manual import KEYS, PAGES, commands, whole

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = {path: command for path, command, _ in commands()}
LONG = ("bumps demo", "bumps bench", "bumps torture")
"""Their examples take seconds to minutes: those that are short enough run as slow tests."""
TOO_LONG = (
    "bumps demo",
    "bumps bench db",
    "bumps bench db --only recovery --save bench.json",
    "bumps bench interp",
    "bumps bench interp --only fib,globals --rounds 3",
    "bumps torture",
    "bumps torture mutants --jobs 4",
)


def examples() -> Iterator[str]:
    """Yield every example of every command once."""
    seen = set()
    for command in [main.bumps, *COMMANDS.values()]:
        _, _, block = (command.help or "").partition("\b\n")
        for line in block.partition("\n\n")[0].splitlines():
            if line.strip() not in seen:
                seen.add(line.strip())
                yield line.strip()


def quick(example: str) -> bool:
    return example.startswith("bumps ") and not example.startswith(LONG) and not set("<|") & set(example)


EXAMPLES = list(examples())


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with what the examples name."""
    folder = tmp_path_factory.mktemp("examples")
    (folder / "examples").mkdir()
    for name in ("HELLO.m", "examples/HELLO.m"):
        (folder / name).write_text('HELLO\t; say so\n\tWRITE "Hello",!\n\tQUIT\n', encoding="ascii")
    text = 'a label\n21-NOV-2026  10:00:00 ZWR\n^PATIENT(1,"NAME")="Snow,John"\n^PATIENT(2,"NAME")="Barton,Clara"\n'
    (folder / "data.zwr").write_text(text, encoding="ascii")
    (folder / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "performance.md", folder / "docs")
    shutil.copy(ROOT / "docs" / "performance.json", folder / "bench.json")
    import zstandard

    (folder / "data.zwr.zst").write_bytes(zstandard.ZstdCompressor().compress(text.encode()))
    here = Path.cwd()
    os.chdir(folder)
    try:
        assert main.run(["db", "load", "clinic.bumps", "data.zwr"]) == 0
    finally:
        os.chdir(here)
    return folder


@pytest.fixture
def folder(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the prepared folder, and work in it."""
    copy = tmp_path / "work"
    shutil.copytree(prepared, copy)
    monkeypatch.chdir(copy)
    for name in [name for name in os.environ if name.startswith("BUMPS_")]:
        monkeypatch.delenv(name)
    return copy


@pytest.mark.parametrize("path", COMMANDS)
def test_a_command_is_listed_with_its_own_short_help(path: str) -> None:
    group, _, name = path.rpartition(" ")
    parent = main.bumps if group == "bumps" else COMMANDS[group]
    assert isinstance(parent, LazyGroup)

    assert parent.table[name].help == COMMANDS[path].get_short_help_str(limit=200)


@pytest.mark.parametrize("path", COMMANDS)
def test_a_command_says_its_exit_statuses_and_shows_three_examples(path: str) -> None:
    help_text = COMMANDS[path].help or ""
    block = help_text.partition("\b\n")[2]

    assert len(block.splitlines()) >= 3
    assert isinstance(COMMANDS[path], LazyGroup) or "Exit status" in help_text


@pytest.mark.parametrize("name", [name for name in PAGES if name != "features.md"])
def test_a_page_of_the_manual_is_what_make_docs_makes(name: str) -> None:
    path = ROOT / "docs" / name

    assert path.read_text(encoding="utf-8") == whole(path), "run `make docs`"


@pytest.mark.parametrize("path", [path for path, command in COMMANDS.items() if not isinstance(command, LazyGroup)])
def test_the_manual_lists_the_keys_of_each_command_that_prints_json(path: str) -> None:
    options = [option for parameter in COMMANDS[path].params for option in parameter.opts]

    assert ("--json" in options) == (path in KEYS)


@pytest.mark.parametrize("example", [example for example in EXAMPLES if quick(example)])
def test_an_example_runs(
    example: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))
    if example == "bumps db create clinic.bumps":
        shutil.rmtree(folder / "clinic.bumps")

    assert main.run(shlex.split(example)[1:]) == 0, capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("example", [example for example in EXAMPLES if not quick(example) and example not in TOO_LONG])
def test_an_example_runs_in_a_process(example: str, folder: Path) -> None:
    shim = folder / "bin" / "bumps"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {sys.executable} -m bumps "$@"\n')
    shim.chmod(0o755)
    environment = {**os.environ, "PATH": f"{shim.parent}{os.pathsep}{os.environ['PATH']}"}

    done = subprocess.run(["sh", "-c", example], env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_help_imports_no_command() -> None:
    code = (
        "import sys; from bumps.tools import main; main.run(['--help']);"
        "print([m for m in sys.modules if m.startswith('bumps.tools.')], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert sorted(eval(done.stderr)) == ["bumps.tools.lazy", "bumps.tools.main", "bumps.tools.messages"]


def test_every_parameter_of_a_command_has_help() -> None:
    silent = [
        (path, parameter.name)
        for path, command in COMMANDS.items()
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.help
    ]

    assert silent == []

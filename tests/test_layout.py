"""The layout: map, links and folders are in step, and the built wheel holds every package."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FOLDERS = ("btree", "interp", "recovery", "tools", "torture", "wal")


def test_the_map_names_each_folder_and_nothing_else() -> None:
    wanted = {"bumps": "bumps"} | {f"bumps.{folder}": folder for folder in FOLDERS}

    assert PROJECT["tool"]["setuptools"]["package-dir"] == wanted
    assert sorted(PROJECT["tool"]["setuptools"]["packages"]) == sorted(wanted)


@pytest.mark.parametrize("folder", FOLDERS)
def test_each_folder_is_a_package_and_has_a_relative_link(folder: str) -> None:
    link = ROOT / "bumps" / folder

    assert (ROOT / folder / "__init__.py").is_file()
    assert link.is_symlink(), f"bumps/{folder} is not a link: was the checkout made without links?"
    assert str(link.readlink()) == f"../{folder}"


def test_bumps_holds_no_other_folder() -> None:
    inside = {path.name for path in (ROOT / "bumps").iterdir() if path.is_dir() and path.name != "__pycache__"}

    assert inside == set(FOLDERS)


def test_no_package_has_a_package_inside() -> None:
    assert [path for folder in FOLDERS for path in (ROOT / folder).glob("*/__init__.py")] == []


def test_coverage_is_told_the_real_folders() -> None:
    assert sorted(PROJECT["tool"]["coverage"]["run"]["source"]) == sorted(["bumps", *FOLDERS])


def test_bare_names_of_the_folders_are_banned() -> None:
    banned = PROJECT["tool"]["ruff"]["lint"]["flake8-tidy-imports"]["banned-api"]

    assert sorted(banned) == sorted(FOLDERS)


def test_the_import_rules_name_each_module_of_the_public_package() -> None:
    layers = PROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
    named = {name.strip(" ()") for layer in layers for name in re.split(r"[|:]", layer)}
    modules = {
        f"bumps.{path.stem}" for path in (ROOT / "bumps").glob("*.py") if path.stem not in ("__init__", "__main__")
    }

    assert modules <= named


@pytest.mark.slow
def test_the_wheel_holds_every_package_without_following_links(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (source / name).write_bytes((ROOT / name).read_bytes())
    wanted = set()
    for folder in ("bumps", *FOLDERS):
        (source / folder).mkdir()
        package = "bumps" if folder == "bumps" else f"bumps/{folder}"
        # No link is copied: a wheel that needs them would lose five packages.
        for path in sorted((ROOT / folder).glob("*.py")):
            (source / folder / path.name).write_bytes(path.read_bytes())
            wanted.add(f"{package}/{path.name}")
    (source / "bumps" / "py.typed").write_bytes(b"")
    for folder in ("routines", "kernels"):
        (source / "tools" / folder).mkdir()
        for path in sorted((ROOT / "tools" / folder).glob("*.m")):
            (source / "tools" / folder / path.name).write_bytes(path.read_bytes())
            wanted.add(f"bumps/tools/{folder}/{path.name}")
    (source / "interp" / "costs.json").write_bytes((ROOT / "interp" / "costs.json").read_bytes())
    wanted |= {"bumps/py.typed", "bumps/interp/costs.json"}

    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(source)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    if built.returncode and "No matching distribution" in built.stderr + built.stdout:
        pytest.skip("pip finds no setuptools to build with: no registry is to be reached from here")
    assert built.returncode == 0, built.stderr

    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
        entry_points = next(name for name in held if name.endswith("entry_points.txt"))
        assert "bumps = bumps.tools.main:main" in archive.read(entry_points).decode()
    assert wanted <= held
    assert not [name for name in held if name.startswith(FOLDERS)]

"""What needs no taste: docstrings, no notes to ourselves, full import names, no file call outside the seam."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("bumps", "btree", "interp", "recovery", "tools", "torture", "wal")
SEAM = "bumps/files.py"
BEHIND_THE_SEAM = ("bumps", "btree", "wal", "recovery")
SYSTEM_MODULES = {
    "fcntl",
    "io",
    "mmap",
    "os",
    "pathlib",
    "random",
    "secrets",
    "shutil",
    "socket",
    "subprocess",
    "tempfile",
    "time",
}
"""What touches files, time or chance. `os.environ` and `os.path` are no calls to a disk."""
HARMLESS = {
    ("bumps/database.py", "pathlib"): "paths come from the caller as pathlib has them; no method is called that looks",
    ("bumps/maintenance.py", "pathlib"): "the same",
    ("bumps/rescue.py", "pathlib"): "the same",
}
NOTES = re.compile(r"\b(?:FIXME|TODO|XXX|HACK)\b|NotImplementedError")


def files(*folders: str) -> list[Path]:
    """Return the Python files of folders; links are not followed, so each file is looked at once."""
    return sorted(path for folder in folders for path in (ROOT / folder).glob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: a relative import"
            yield node.module or "", node.lineno


ALL = files(*PACKAGES, "tests")


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_a_file_says_what_it_is_for_and_holds_no_notes_to_ourselves(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert ast.get_docstring(ast.parse(text)), "no docstring"
    if path != Path(__file__):
        assert [line for line in text.splitlines() if NOTES.search(line)] == []


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_a_file_imports_by_full_names_only(path: Path) -> None:
    bare = {"btree", "interp", "recovery", "tools", "torture", "wal"}

    assert [
        (name, line) for name, line in imports(ast.parse(path.read_text("utf-8"))) if name.split(".")[0] in bare
    ] == []


@pytest.mark.parametrize("path", files(*BEHIND_THE_SEAM), ids=name_of)
def test_nothing_but_the_seam_touches_files_time_or_chance(path: Path) -> None:
    if name_of(path) in (SEAM, "bumps/__main__.py"):
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    system = [
        (name, line)
        for name, line in imports(tree)
        if name.split(".")[0] in SYSTEM_MODULES and (name_of(path), name.split(".")[0]) not in HARMLESS
    ]
    opened = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("open", "input", "print")
    ]

    assert system == [], f"{SEAM} is the seam"
    assert opened == [], f"{SEAM} is the seam"


@pytest.mark.parametrize("path", files("bumps", "btree", "wal", "recovery", "interp"), ids=name_of)
def test_what_is_below_the_face_does_not_import_the_face(path: Path) -> None:
    if name_of(path) in ("bumps/__init__.py", "bumps/__main__.py"):
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    modules = {entry.stem for entry in (ROOT / "bumps").iterdir()}
    faces = [
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.Import) and any(alias.name == "bumps" for alias in node.names))
        or (
            isinstance(node, ast.ImportFrom)
            and node.module == "bumps"
            and any(alias.name not in modules for alias in node.names)
        )
    ]

    assert faces == []

"""interp/host.py: the language reaches the operating system through it, and in no other way."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

INTERP = Path(__file__).resolve().parent.parent / "interp"
SYSTEM = {"fcntl", "resource", "select", "shutil", "subprocess", "tempfile", "threading", "time"}
DOORS = {
    "alarm.py": "has the alarm of the system; a clock that is not the system's has none",
    "code_cache.py": "the files of generated code: a Run does the same with them and without",
    "confinement.py": "opens files where the policy allows it; a Host hands it out",
    "channels.py": "the sockets of the Host",
    "waits.py": "the waits of the Host",
    "host.py": "the Host itself",
    "meter.py": "has a lock, for another thread may stop the Run",
    "paths.py": "looks for files; a Host is asked to do each search",
    "records.py": "the file of a record",
    "routines.py": "reads routines; whoever makes a machine may hand in another loader",
    "runner.py": "the streams and the environment of the process, which it hands in",
    "virtual_clock.py": "a Host of its own time",
    "world.py": "the World itself",
}
PURE = {"fsencode", "strerror"}
"""What `os` computes without looking at the system."""


@pytest.mark.parametrize("path", sorted(INTERP.glob("*.py")), ids=lambda path: path.name)
def test_only_the_doors_call_the_system(path: Path) -> None:
    if path.name in DOORS:
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = [
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name.split(".")[0] in SYSTEM
    ]
    called = [
        f"line {node.lineno}: {ast.unparse(node.func)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (
            (
                isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id in ("os", "socket", "termios")
                and node.func.attr not in PURE
            )
            or (isinstance(node.func, ast.Name) and node.func.id in ("open", "input", "print"))
            or ast.unparse(node.func)
            in ("os.path.exists", "os.path.isdir", "os.path.isfile", "os.path.relpath", "os.path.realpath")
        )
    ]

    assert (imported, called) == ([], [])

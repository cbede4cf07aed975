"""The manual: its links lead somewhere, it names every command and every limit, and its examples run."""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"])
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(#[^)]*)?\)")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file(page: Path) -> None:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    targets = [match[1] for match in LINK.finditer(text) if "://" not in match[1]]

    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_index_leads_to_every_page() -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8")

    assert [page.name for page in DOCS.glob("*.md") if page.name != "index.md" and f"({page.name})" not in index] == []


def test_every_limit_is_in_the_manual() -> None:
    tree = ast.parse((ROOT / "bumps" / "limits.py").read_text(encoding="utf-8"))
    names = [
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    manual = (DOCS / "limits.md").read_text(encoding="utf-8")

    assert names
    assert [name for name in names if not name.startswith("_") and f"`{name}`" not in manual] == []


EXAMPLE_PAGES = {
    ROOT / "README.md": {"m", "python"},
    DOCS / "tutorial.md": {"m", "python"},
    DOCS / "python.md": {"m", "python"},
    DOCS / "metrics.md": {"python"},
}
"""Page -> the languages that its examples are in, transcripts of a shell apart."""
BLOCK = re.compile(r"^```(m|console|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.slow
@pytest.mark.parametrize("page", EXAMPLE_PAGES, ids=lambda page: page.name)
def test_every_example_of_a_page_runs_and_prints_what_it_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("BUMPS_")]:
        monkeypatch.delenv(name)
    shim = tmp_path / "bin" / "bumps"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {sys.executable} -m bumps "$@"\n')
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", f"{shim.parent}{os.pathsep}{os.environ['PATH']}")
    (tmp_path / "data.zwr").write_text('a label\n21-NOV-2026  10:00:00 ZWR\n^VISIT(1)="first"\n', encoding="ascii")

    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    assert EXAMPLE_PAGES[page] == {kind for kind, _ in blocks} - {"console"}
    for kind, text in blocks:
        if kind == "m":
            Path(f"{re.split(r'[^%A-Za-z0-9]', text)[0]}.m").write_text(text, encoding="utf-8")
        elif kind == "python":
            exec(compile(text, page.name, "exec"), {})
        else:
            run_transcript(text)


def run_transcript(text: str) -> None:
    """Run the commands of a transcript; compare what they print. `...` stands for anything."""
    for command, wanted in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE):
        done = subprocess.run(
            command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        if wanted:
            pattern = re.escape(wanted).replace(re.escape("..."), "(?s:.*)")
            assert re.fullmatch(pattern, done.stdout), f"{command}\nprints\n{done.stdout}"
        else:
            assert done.returncode == 0, f"{command}\nprints\n{done.stdout}"

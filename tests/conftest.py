"""Fixtures of several files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, without the user's options."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("BUMPS_")]:
        monkeypatch.delenv(name)
    return tmp_path

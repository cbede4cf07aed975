"""Fixtures of several files, and what holds for all of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says how busy the machine is.
settings.register_profile("bumps", deadline=None)
settings.load_profile("bumps")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, without the user's options."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("BUMPS_")]:
        monkeypatch.delenv(name)
    return tmp_path

"""Fixtures of several files, and what holds for all of them."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

# The user's own code cache is not to be touched; `folder` forgets BUMPS_CACHE, and then this is the default.
_CACHE = tempfile.mkdtemp(prefix="bumps-cache-")
os.environ["XDG_CACHE_HOME"] = _CACHE
os.environ["BUMPS_CACHE"] = os.path.join(_CACHE, "bumps")
atexit.register(shutil.rmtree, _CACHE, ignore_errors=True)

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

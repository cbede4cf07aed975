"""What some tests need that is not everywhere, and the one place that says why they are skipped without it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bumps.tools.gtm import installation

Test = TypeVar("Test", bound=Callable[..., Any])

GTM = (pytest.mark.gtm, pytest.mark.skipif(installation() is None, reason="GT.M (package fis-gtm) is not installed"))
"""The marks of a test that compares with GT.M."""


def needs_gtm(test: Test) -> Test:
    """Mark a test that compares with GT.M."""
    for mark in GTM:
        test = mark(test)
    return test


def gtm() -> Path:
    """Return where GT.M is, for a test that `needs_gtm`."""
    found = installation()
    assert found is not None
    return found


def real_data() -> Path:
    """Return the folder of real data that $BUMPS_TEST_DATA names, or skip."""
    folder = Path(os.environ.get("BUMPS_TEST_DATA", ""))
    if not (folder / "vista-fileman.zwr.zst").is_file():
        pytest.skip("BUMPS_TEST_DATA names no folder of real data")
    return folder


def vista() -> Path:
    """Return the checkout of VistA-M that $BUMPS_VISTA names, or skip."""
    folder = os.environ.get("BUMPS_VISTA", "")
    if not folder:
        pytest.skip("BUMPS_VISTA names no checkout of VistA-M")
    return Path(folder)

"""CRC-32C (Castagnoli), the checksum of every page and frame.

One function, `crc32c`, and the name of what computes it, `implementation`. Two
packages are good enough: google-crc32c (0.4 us for a page of 8 KiB) and crcmod with
its C extension (18 us). Both fall back to pure Python without a word (915 us): that
is refused here, because it would make every page load and write a thousand times
dearer and nobody would know why.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from bumps.errors import StorageError

POLYNOMIAL = 0x11EDC6F41
"""Castagnoli's, as crcmod wants it: with its highest bit."""

Extend = Callable[[int, bytes], int]
"""The CRC of what had this CRC, followed by these bytes."""


def from_google() -> Extend:
    """Return google-crc32c's function, or raise ImportError if only its pure Python is there."""
    module = import_module("google_crc32c")
    if module.implementation != "c":
        raise ImportError("google-crc32c without its C library")
    extend: Extend = module.extend
    return extend


def from_crcmod() -> Extend:
    """Return crcmod's function, or raise ImportError if it was built without its C extension."""
    import_module("crcmod._crcfunext")
    module = import_module("crcmod")
    compute = module.mkCrcFun(POLYNOMIAL, initCrc=0, xorOut=0xFFFFFFFF)

    def extend(crc: int, data: bytes) -> int:
        value: int = compute(data, crc)
        return value

    return extend


def refuse(crc: int, data: bytes) -> int:
    """Raise the error that says what to install; stands in for a checksum where there is none."""
    raise StorageError(
        "no fast CRC-32C: neither google-crc32c nor crcmod's C extension can be loaded",
        hint="pip install --force-reinstall google-crc32c (or crcmod, with a C compiler)",
    )


CANDIDATES: tuple[tuple[str, Callable[[], Extend]], ...] = (
    ("google-crc32c", from_google),
    ("crcmod (C extension)", from_crcmod),
)


def choose(candidates: tuple[tuple[str, Callable[[], Extend]], ...] = CANDIDATES) -> tuple[str, Extend]:
    """Return name and function of the first candidate that loads, or `none` and one that always raises."""
    for name, load in candidates:
        try:
            return name, load()
        except ImportError:
            continue
    return "none", refuse


implementation, _extend = choose()


def crc32c(data: bytes, value: int = 0) -> int:
    """Return the CRC-32C of `data`; with `value`, of what had that CRC followed by `data`.

    `data` is `bytes` and nothing else: google-crc32c takes no memoryview, so slice first.
    """
    return _extend(value, data)

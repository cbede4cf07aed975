"""bumps/checksum.py: CRC-32C, the same from every implementation, and never from pure Python."""

from __future__ import annotations

import google_crc32c
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bumps import checksum
from bumps.errors import StorageError

VECTORS = [
    (b"", 0),
    (b"123456789", 0xE3069283),
    (bytes(32), 0x8A9136AA),
    (b"\xff" * 32, 0x62A8AB43),
    (bytes(range(32)), 0x46DD794E),
]
"""The last three are of RFC 3720, appendix B.4."""


def bitwise(data: bytes) -> int:
    """Compute CRC-32C from its definition, a bit at a time."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


@pytest.mark.parametrize(("data", "expected"), VECTORS)
def test_the_published_vectors_have_the_published_checksums(data: bytes, expected: int) -> None:
    assert checksum.crc32c(data) == expected == bitwise(data)


@pytest.mark.parametrize("candidate", checksum.CANDIDATES, ids=lambda candidate: candidate[0])
@given(first=st.binary(max_size=40), second=st.binary(max_size=40))
def test_every_implementation_agrees_with_the_definition_also_in_two_parts(
    candidate: tuple[str, object], first: bytes, second: bytes
) -> None:
    name, extend = checksum.choose((candidate,))  # type: ignore[arg-type]
    if name == "none":
        pytest.skip(f"{candidate[0]}: installed without its C extension here")
    assert extend(extend(0, first), second) == bitwise(first + second)


def test_the_implementation_in_use_has_a_name() -> None:
    assert checksum.implementation in {name for name, _ in checksum.CANDIDATES}


def test_without_a_fast_implementation_the_error_names_the_package_to_install() -> None:
    def missing() -> checksum.Extend:
        raise ImportError

    name, extend = checksum.choose((("missing", missing),))

    assert name == "none"
    with pytest.raises(StorageError) as caught:
        extend(0, b"")
    assert "google-crc32c" in caught.value.hint


def test_the_pure_python_of_google_crc32c_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(google_crc32c, "implementation", "python")

    with pytest.raises(ImportError):
        checksum.from_google()

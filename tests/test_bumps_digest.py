"""bumps/digest.py: the digest depends on content, and on nothing else."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bumps.digest import CHUNK_COUNT, Digest


def digest(charset: str, content: dict[str, list[tuple[bytes, bytes]]]) -> str:
    result = Digest(charset)
    for name in sorted(content):
        result.add_global(name, content[name])
    return result.hexdigest()


def test_layout_is_the_documented_one() -> None:
    written = (
        b"utf-8" + b"\x01\0\0\0A" + b"\0\0\0\0" + b"\x02\0\0\0hi" + b"\x01\0\0\0A" + b"\x03\0\0\0\x817\0" + b"\0\0\0\0"
    )

    assert digest("utf-8", {"A": [(b"", b"hi"), (b"\x817\0", b"")]}) == hashlib.sha256(written).hexdigest()


def test_the_charset_is_in_it() -> None:
    assert digest("utf-8", {}) != digest("m", {})


CONTENT = st.dictionaries(
    st.sampled_from(["A", "AB", "B", "%Z", "a"]),
    st.dictionaries(st.binary(max_size=3), st.binary(max_size=3), min_size=1, max_size=3).map(
        lambda nodes: sorted(nodes.items())
    ),
)


@given(CONTENT, CONTENT)
def test_two_contents_with_one_digest_are_the_same(
    one: dict[str, list[tuple[bytes, bytes]]], other: dict[str, list[tuple[bytes, bytes]]]
) -> None:
    assert (digest("m", one) == digest("m", other)) == (one == other)


def test_many_nodes_are_hashed_in_chunks_to_the_same_digest() -> None:
    pairs = [(b"%05d\0" % index, b"v" * (index % 7)) for index in range(2 * CHUNK_COUNT + 1)]
    expected = hashlib.sha256(b"m")
    for key, value in pairs:
        for part in (b"A", key, value):
            expected.update(len(part).to_bytes(4, "little") + part)

    assert digest("m", {"A": pairs}) == expected.hexdigest()


@pytest.mark.parametrize("second", ["A", "B"])
def test_globals_out_of_order_are_our_mistake(second: str) -> None:
    result = Digest("m")
    result.add_global("B", [])

    with pytest.raises(AssertionError):
        result.add_global(second, [])

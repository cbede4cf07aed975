"""tools/streams.py: packed files are whole or an error, and an output appears only when it is complete."""

from __future__ import annotations

import contextlib
import gzip
import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from bumps.errors import ExistsError, InputError
from bumps.tools.streams import open_input, open_output

CONTENT = os.urandom(1000) * 700
PACK: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".zst": zstandard.ZstdCompressor().compress,
}


@pytest.mark.parametrize("suffix", PACK)
def test_a_file_is_unpacked_as_it_is_named(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"data{suffix}"
    path.write_bytes(PACK[suffix](CONTENT))

    with open_input(str(path)) as file:
        assert file.readline() + file.read() == CONTENT


@pytest.mark.parametrize("suffix", PACK)
@pytest.mark.parametrize("content", [CONTENT, b"", b"x", b"x\n", b"\x1f\x8a", b"\x28\xb5\x2f\xfc"])
def test_standard_input_is_unpacked_as_its_first_bytes_say(
    monkeypatch: pytest.MonkeyPatch, suffix: str, content: bytes
) -> None:
    stream = io.TextIOWrapper(io.BytesIO(PACK[suffix](content)))
    monkeypatch.setattr("sys.stdin", stream)

    with open_input("-") as file:
        assert file.readline() + file.read() == content
    assert not stream.closed


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_packed_standard_input_that_is_cut_off_is_an_error(monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(PACK[suffix](CONTENT)[:-5])))

    with pytest.raises(InputError, match=r"^standard input: .* cut off"), open_input("-") as file:
        file.read()


def test_frames_of_zstd_behind_each_other_are_one_file(tmp_path: Path) -> None:
    path = tmp_path / "data.zst"
    path.write_bytes(PACK[".zst"](b"one\n") + PACK[".zst"](b"two\n"))

    with open_input(str(path)) as file:
        assert list(file) == [b"one\n", b"two\n"]


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
@pytest.mark.parametrize("cut", [1, 5, 1000])
def test_a_packed_file_that_is_cut_off_is_an_error(tmp_path: Path, suffix: str, cut: int) -> None:
    path = tmp_path / f"data{suffix}"
    path.write_bytes(PACK[suffix](os.urandom(5000))[:-cut])

    with pytest.raises(InputError, match="cut off"), open_input(str(path)) as file:
        file.read()


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_file_that_is_not_packed_as_its_name_says_is_an_error(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"data{suffix}"
    path.write_bytes(b"plain text, and not short either")

    with pytest.raises(InputError, match="not a sound"), open_input(str(path)) as file:
        file.read()


@pytest.mark.parametrize("suffix", PACK)
def test_what_is_written_is_read_back(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"data{suffix}"

    with open_output(str(path)) as out:
        out.write(CONTENT)

    assert path.read_bytes()[:3] == PACK[suffix](CONTENT)[:3]
    with open_input(str(path)) as file:
        assert file.read() == CONTENT


@pytest.mark.parametrize("suffix", PACK)
def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(ValueError, match="stop"), open_output(str(tmp_path / f"data{suffix}")) as out:
        out.write(CONTENT)
        raise ValueError("stop")

    assert list(tmp_path.iterdir()) == []


def test_a_file_is_replaced_only_by_force(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(b"old")

    with pytest.raises(ExistsError), open_output(str(path)) as out:
        out.write(b"new")
    assert path.read_bytes() == b"old"

    with open_output(str(path), force=True) as out:
        out.write(b"new")
    assert path.read_bytes() == b"new"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no device that is always full")
def test_a_full_disk_is_named_with_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    with open("/dev/full", "w") as full:
        monkeypatch.setattr("sys.stdout", full)
        with pytest.raises(OSError, match="standard output"), open_output("-") as out:
            out.write(b"x" * 100_000)
        monkeypatch.undo()
        with contextlib.suppress(OSError):
            full.close()

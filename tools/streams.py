"""Files as they are named: `.gz` and `.zst` are packed, `-` is standard input or output.

S1. A packed file that is cut off or damaged is an error that says so: never a file
    that just ends early.
S2. An output file appears under its name only when it is complete, and replaces
    nothing unless that was asked for.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import sys
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from bumps.errors import ExistsError, InputError

CHUNK_SIZE = 256 * 1024
BUFFER_SIZE = 1024 * 1024
ZSTD_LEVEL = 3
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
GZIP_MAGIC = b"\x1f\x8b"


def shown(name: str) -> str:
    """Return the name of a file as messages have it."""
    return "standard input" if name == "-" else name


@contextlib.contextmanager
def open_input(name: str) -> Iterator[BinaryIO]:
    """Open a file to read bytes from, unpacked if its name says that it is packed (S1).

    Standard input has no name: there its first bytes say it.
    """
    with contextlib.ExitStack() as stack:
        if name == "-":
            start = sys.stdin.buffer.read(len(ZSTD_MAGIC))
            file: Any = stack.enter_context(io.BufferedReader(_Continued(start, sys.stdin.buffer), BUFFER_SIZE))
            is_zstd, is_gzip = start == ZSTD_MAGIC, start.startswith(GZIP_MAGIC)
        else:
            file = stack.enter_context(open(name, "rb"))
            is_zstd, is_gzip = name.endswith(".zst"), name.endswith(".gz")
        if is_zstd:
            file = stack.enter_context(io.BufferedReader(_ZstdReader(file, shown(name)), BUFFER_SIZE))
        elif is_gzip:
            unpacked = stack.enter_context(gzip.GzipFile(fileobj=file, mode="rb"))
            file = stack.enter_context(io.BufferedReader(_GzipReader(unpacked, shown(name)), BUFFER_SIZE))
        yield cast(BinaryIO, file)


@contextlib.contextmanager
def open_output(name: str, *, force: bool = False) -> Iterator[BinaryIO]:
    """Open a file to write bytes to, packed if its name says so (S2).

    Raise ExistsError if there is something of that name and `force` is not given.
    """
    if name == "-":
        with _named("standard output"):
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        return
    if not force and os.path.lexists(name):
        raise ExistsError(f"{name}: there is something of that name already", hint="--force replaces it", path=name)
    part = f"{name}.part"
    try:
        with contextlib.ExitStack() as stack:
            stack.enter_context(_named(name))
            file: Any = stack.enter_context(open(part, "wb"))
            target = file
            if name.endswith(".zst"):
                import zstandard

                file = stack.enter_context(
                    zstandard.ZstdCompressor(level=ZSTD_LEVEL).stream_writer(file, closefd=False)
                )
            elif name.endswith(".gz"):
                file = stack.enter_context(gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0))
            buffered = stack.enter_context(io.BufferedWriter(file, BUFFER_SIZE)) if file is not target else file
            yield cast(BinaryIO, buffered)
        os.replace(part, name)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(part)
        raise


@contextlib.contextmanager
def _named(name: str) -> Iterator[None]:
    """Let an error of the system say which file it is about; a write that fails does not know."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.errno is None or error.filename not in (None, f"{name}.part"):
            raise
        raise OSError(error.errno, error.strerror, name) from error


class _Continued(io.RawIOBase):
    """A stream whose first bytes were read already. Closing it leaves the stream open."""

    def __init__(self, start: bytes, file: BinaryIO) -> None:
        self.start = start
        self.file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self.start or self.file.read1(len(buffer))  # type: ignore[attr-defined]  # of what stdin has
        self.start = b""
        buffer[: len(data)] = data
        return len(data)


class _ZstdReader(io.RawIOBase):
    """What a zstd file holds. The library's own reader takes a cut-off file for a complete one (S1)."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        import zstandard

        self.file = file
        self.name = name
        self.error = zstandard.ZstdError
        self.unpacker = zstandard.ZstdDecompressor()
        self.frame: Any = None
        self.packed = b""
        self.ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self.ready:
            if not self._unpack():
                return 0
        size = min(len(buffer), len(self.ready))
        buffer[:size] = self.ready[:size]
        self.ready = self.ready[size:]
        return size

    def _unpack(self) -> bool:
        """Unpack some more; False at the end of the last frame."""
        packed = self.packed or self.file.read(CHUNK_SIZE)
        self.packed = b""
        if not packed:
            if self.frame is not None:
                raise damaged(self.name, "the zstd file is cut off")
            return False
        if self.frame is None:
            self.frame = self.unpacker.decompressobj()
        try:
            self.ready = memoryview(self.frame.decompress(packed))
        except self.error as error:
            raise damaged(self.name, f"not a sound zstd file: {error}") from None
        if self.frame.eof:
            self.packed = self.frame.unused_data
            self.frame = None
        return True


class _GzipReader(io.RawIOBase):
    """What a gzip file holds, with errors of ours (S1)."""

    def __init__(self, file: gzip.GzipFile, name: str) -> None:
        self.file = file
        self.name = name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            return self.file.readinto(buffer)
        except EOFError:
            raise damaged(self.name, "the gzip file is cut off") from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise damaged(self.name, f"not a sound gzip file: {error}") from None


def damaged(name: str, what: str) -> InputError:
    """Return the error of a packed file that cannot be unpacked."""
    return InputError(f"{name}: {what}", file=name, line=0, column=0, text="", nodes=0, hint="get the file again")

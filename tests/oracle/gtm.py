"""GT.M as an oracle: one process that answers lines of M, and is started again when it is silent.

GT.M is a program that the tests call where it is installed (package fis-gtm); nothing of it is copied.
It runs with the two settings of LANGUAGE 1.3 that make it follow the standard, in byte mode, in a
temporary directory with a database of its own.

    with Oracle() as oracle:
        oracle.ask('WRITE 1/3')         -> Answer(".333333333333333333", "", "")
        oracle.value('$P("a^b","^",2)') -> '"b"', or 'error M9'
"""

from __future__ import annotations

import contextlib
import glob
import os
import select
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from bumps.tools.gtm import REGION
from bumps.tools.gtm import installation as installation

SILENCE_S = 5.0
OUTPUT_SIZE_MAX = 1 << 24
"""A program that writes more is taken for one that never ends, in bytes."""

ROUTINE = r"""ORACLE U $P:(NOWRAP:WIDTH=1048576) F  D LOOP
LOOP R ZZC I $ZEOF ZHALT 0
 K (ZZC) N $ET S $ET="ZG "_$ZL_":ERR^ORACLE" X ZZC W !,$C(1),"OK",! Q
ERR W !,$C(1),"ERR ",$EC," ",$ZS,! TRO:$TL  S $EC="" Q
"""


class Answer(NamedTuple):
    """What one line of M did: what it wrote, and the error it ended with, if any."""

    output: str
    ecode: str
    status: str

    @property
    def code(self) -> str:
        """The first code of `$ECODE`: `M9`, `Z150373058`, or empty."""
        return self.ecode.strip(",").split(",")[0]


class Oracle:
    """One GT.M process with a database of its own, in a temporary directory."""

    def __init__(self, *, silence_s: float = SILENCE_S) -> None:
        """`silence_s` is how long a line may write nothing before the process is taken for dead."""
        self.silence_s = silence_s
        distribution = installation()
        if distribution is None:
            raise FileNotFoundError("GT.M is not installed")
        self.distribution = distribution
        self._folder = tempfile.TemporaryDirectory(prefix="bumps-gtm-")
        self.directory = Path(self._folder.name)
        self.environment = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(self.directory),
            "gtm_dist": str(distribution),
            "gtm_side_effects": "1",
            "gtm_lct_stdnull": "1",
            "gtm_stdxkill": "1",
            "gtm_chset": "M",
            "gtmgbldir": str(self.directory / "g.gld"),
            "gtmroutines": f"{self.directory} {distribution}/libgtmutil.so",
            "gtm_tmp": str(self.directory),
            "gtm_log": str(self.directory),
        }
        icu = sorted(glob.glob("/usr/lib/*/libicuio.so.*.*"))
        self.utf_8_environment = {
            "LC_ALL": "C.UTF-8",
            "gtm_chset": "UTF-8",
            "gtm_icu_version": icu[-1].partition(".so.")[2] if icu else "",
            "gtm_dist": str(distribution / "utf8"),
            "gtmroutines": f"{self.directory} {distribution}/utf8/libgtmutil.so",
        }
        """What is different for a program whose characters are those of UTF-8."""
        self._create_database()
        (self.directory / "ORACLE.m").write_text(ROUTINE)
        self._process: subprocess.Popen[bytes] | None = None
        self._read = b""

    def __enter__(self) -> Oracle:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process and remove the directory."""
        self._stop()
        self._folder.cleanup()

    def ask(self, line: str) -> Answer:
        """Run one line of M and return what it did. The text is latin-1: one character is one byte."""
        return next(iter(self.ask_all([line])))

    def ask_all(self, lines: Iterable[str]) -> Iterator[Answer]:
        """Run many lines, some of them ahead of their answers, and return the answers in order."""
        for batch in _batches(lines):
            done = 0
            while done < len(batch):
                for answer in self._batch(batch[done:]):
                    yield answer
                    done += 1
                if done < len(batch) and self._process is None:
                    yield Answer("", "", "silent")
                    done += 1

    def value(self, expression: str) -> str:
        """Return the value of an expression in ZWRITE form, or `error` and the code."""
        return next(iter(self.values([expression])))

    def values(self, expressions: Iterable[str]) -> Iterator[str]:
        """Return the values of many expressions in ZWRITE form, or `error` and the code."""
        for answer in self.ask_all(f"W $ZWRITE({expression})" for expression in expressions):
            if answer.status == "silent":
                yield "silent"
            elif answer.ecode:
                yield f"error {answer.code}"
            else:
                yield answer.output

    def run(self, name: str, source: str, entry: str = "") -> Answer:
        """Write `source` as the routine `name`, link it, and run it."""
        (self.directory / f"{name}.m").write_bytes(source.encode("latin-1"))
        return self.ask(f'ZL "{name}" D {entry}^{name}')

    def _create_database(self) -> None:
        commands = f"change -segment DEFAULT -file={self.directory}/g.dat\nchange -region DEFAULT {REGION}\nexit\n"
        for command, text in (
            ([str(self.distribution / "mumps"), "-run", "GDE"], commands),
            ([str(self.distribution / "mupip"), "create"], ""),
        ):
            subprocess.run(
                command, input=text.encode(), env=self.environment, cwd=self.directory, capture_output=True, check=True
            )

    def _start(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._read = b""
            self._process = subprocess.Popen(
                [str(self.distribution / "mumps"), "-run", "ORACLE"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=self.environment,
                cwd=self.directory,
            )
        return self._process

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    with contextlib.suppress(BrokenPipeError):  # what a dead process did not read
                        stream.close()
            self._process = None

    def _batch(self, lines: list[str]) -> Iterator[Answer]:
        """Send the lines, and return the answers until the process is silent or ends."""
        process = self._start()
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write("".join(f"{line}\n" for line in lines).encode("latin-1"))
            process.stdin.flush()
        except BrokenPipeError:
            self._stop()
            return
        for _ in lines:
            answer = self._answer(process.stdout.fileno())
            if answer is None:
                self._stop()
                return
            yield answer

    def _answer(self, descriptor: int) -> Answer | None:
        """Read up to the next status line."""
        while (found := self._status_at()) is None:
            ready, _, _ = select.select([descriptor], [], [], self.silence_s)
            data = os.read(descriptor, 1 << 20) if ready else b""
            if not data:
                return None
            self._read += data
            if len(self._read) > OUTPUT_SIZE_MAX:
                return None
        start, end = found
        output = self._read[:start].decode("latin-1")
        status = self._read[start + 2 : end].decode("latin-1")
        self._read = self._read[end + 1 :]
        if status == "OK":
            return Answer(output, "", "")
        _, ecode, text = status.split(" ", 2)
        return Answer(output, ecode, text)

    def _status_at(self) -> tuple[int, int] | None:
        """Return where the next status line starts, with the line feed before it, and ends; None if it is not whole."""
        start = self._read.find(b"\n\x01")
        end = self._read.find(b"\n", start + 2) if start >= 0 else -1
        return (start, end) if end >= 0 else None


BATCH_SIZE = 32_768
"""So many characters are sent ahead: they fit the pipe, whatever the answers are, or both sides would wait."""


def _batches(lines: Iterable[str]) -> Iterator[list[str]]:
    """Yield the lines in parts of at most BATCH_SIZE, or of one line."""
    batch: list[str] = []
    size = 0
    for line in lines:
        if batch and size + len(line) >= BATCH_SIZE:
            yield batch
            batch, size = [], 0
        batch.append(line)
        size += len(line) + 1
    if batch:
        yield batch

"""interp/devices.py: READ waits no longer than it is told, and loses nothing of what comes late."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import BinaryIO

import pytest

from bumps.interp.machine import Machine
from bumps.interp.world import World, receive
from tests.interp_cases import Texts, new_globals


class Typist(World):
    """A world whose input comes in pieces, each at its second."""

    def __init__(self, pieces: Sequence[tuple[float, bytes]]) -> None:
        super().__init__()
        self.time = 0.0
        self.pieces = list(pieces)
        self.elapsed = lambda: self.time
        self.receive = self._receive

    def _receive(self, source: BinaryIO, seconds: float | None) -> bytes | None:
        if not self.pieces:
            assert seconds is not None, "nobody would wait for ever"
            self.time += seconds
            return None
        at, data = self.pieces[0]
        if seconds is not None and at > self.time + seconds:
            self.time += seconds
            return None
        self.time = max(self.time, at)
        del self.pieces[0]
        return data


def written(world: World, code: str, source: bytes = b"") -> str:
    output = io.BytesIO()
    machine = Machine(
        globals_factory=new_globals(),
        input=io.BytesIO(source),
        output=output,
        loader=Texts({"T": f"T {code}\n"}),
        charset="m",
        world=world,
    )
    machine.run("T")
    return output.getvalue().decode("latin-1")


SHOW = 'W $T,"[",X,"]"'


@pytest.mark.parametrize(
    ("pieces", "code", "wanted"),
    [
        ([(1, b"ab\n")], f"R X:5 {SHOW}", "1[ab]"),
        ([(9, b"ab\n")], f"R X:5 {SHOW}", "0[]"),
        ([(9, b"ab\n")], f"R X:5 {SHOW} R X {SHOW}", "0[]0[ab]"),
        ([(1, b"a"), (2, b"b\nc")], f"R X:5 {SHOW} R X:1 {SHOW}", "1[ab]0[c]"),
        ([(1, b"a"), (9, b"b\n")], f"R X:5 {SHOW} R X:5 {SHOW}", "0[a]1[b]"),
        ([(1, b"ab\ncd\n")], f"R X:0 {SHOW} R X:1 {SHOW} R X:0 {SHOW}", "0[]1[ab]1[cd]"),
        ([(1, b"abc")], f"R X#2:5 {SHOW} R X#2:5 {SHOW}", "1[ab]0[c]"),
        ([(1, b"abc\nd\n")], f"R X#3:1 {SHOW} R X:1 {SHOW}", "1[abc]1[]"),
        ([(1, b"ab"), (5, b"c\n")], f"R X#2:9 {SHOW} R X#2:5 {SHOW}", "1[ab]1[c]"),
        ([(1, b"ab"), (8, b"c\n")], f"R X#2:9 {SHOW} R X#2:5 {SHOW}", "1[ab]0[]"),
        ([(1, b"ab\n")], f"R *X:5 {SHOW} R *X:5 {SHOW} R *X:5 {SHOW} R *X:5 {SHOW}", "1[97]1[98]1[10]0[-1]"),
        ([(1, b"ab"), (8, b"\n")], f"R *X:5 {SHOW} R *X:0 {SHOW} R *X:0 {SHOW}", "1[97]1[98]0[-1]"),
        ([], f"S X=7 R X:-3 {SHOW}", "0[]"),
    ],
)
def test_a_read_with_a_timeout_takes_what_came_in_time(
    pieces: Sequence[tuple[float, bytes]], code: str, wanted: str
) -> None:
    assert written(Typist(pieces), code) == wanted


def test_input_in_memory_is_always_there() -> None:
    assert written(World(), f"R X:0 {SHOW} R X#2:0 {SHOW} R X:0 W $ZEOF", b"ab\ncd") == "1[ab]1[cd]1"


def test_a_pipe_without_data_lets_the_time_expire() -> None:
    import os

    reader, writer = os.pipe()
    with open(reader, "rb") as source, open(writer, "wb", buffering=0) as sink:
        assert receive(source, 0) is None
        sink.write(b"ab")
        assert receive(source, 0) == b"ab"
        assert receive(source, 0) is None
        sink.close()
        assert receive(source, 0) == b""


def test_break_says_one_line_beside_the_output_and_goes_on() -> None:
    world = World()
    said: list[str] = []
    world.warn = said.append

    assert written(world, 'W 1 B  W 2 B "x" W 3') == "123"
    assert said == ["BREAK at T^T: no direct mode here, the program goes on"] * 2

"""interp/routines.py: a routine is linked with work in proportion to its lines, however it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from bumps.interp import routines, source
from bumps.interp.frames import Code, Run
from tests.test_interp_device_failures import machine_in


def linked(folder: Path, text: str) -> routines.Image:
    machine, _ = machine_in(folder)
    read = source.read(text.encode(), name="T")
    return routines.Image("T", "T.m", read, machine)


@pytest.mark.parametrize("dots", [". ", ". . ", ". . . "])
def test_each_line_of_a_block_is_linked_once_however_many_labels_are_in_it(
    tmp_path: Path, dots: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 0
    lazy = routines.Image._lazy

    def counted(image: routines.Image, code: Code, number: int, index: int) -> Run:
        nonlocal count
        count += 1
        return lazy(image, code, number, index)

    monkeypatch.setattr(routines.Image, "_lazy", counted)
    image = linked(tmp_path, "T D\n . D\n . . D\n" + "".join(f"L{number} {dots}Q\n" for number in range(500)))

    assert count <= 600
    for number in range(500):
        image.entry(f"L{number}", 0)
        image.entry("T", number)
    assert count <= 600


def test_a_call_of_one_of_many_dead_lines_starts_at_the_first_that_is_not(tmp_path: Path) -> None:
    dead = "".join(f"L{number} . . W {number}\n" for number in range(300))
    image = linked(tmp_path, f"T W 1\n{dead}END W 2\n")

    assert {image.labels[f"L{number}"].index for number in range(300)} == {image.labels["END"].index}
    assert all(image.labels[f"L{number}"].code is image.code for number in range(300))

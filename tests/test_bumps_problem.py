"""bumps/problem.py: a problem is one line that says where and what."""

from __future__ import annotations

from bumps.problem import Problem


def test_a_problem_is_printed_as_file_place_and_what() -> None:
    assert str(Problem("data", 7, None, "its checksum is wrong")) == "data: page 7: its checksum is wrong"
    assert str(Problem("lock", None, None, "missing")) == "lock: missing"
    assert str(Problem("data", 7, 57344, "magic")) == "data: page 7: byte 57344: magic"

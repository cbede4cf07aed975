"""interp/packed.py: a line of a tree that was packed for a file is the same line again."""

from __future__ import annotations

import marshal
from pathlib import Path

import pytest

from bumps.interp import grammar, source
from bumps.interp.lossless import dump
from bumps.interp.packed import pack, unpack
from tests.interp_cases import CASES


@pytest.mark.parametrize("path", sorted(CASES.glob("*.m")), ids=lambda path: path.stem)
def test_each_line_of_the_cases_comes_back_as_it_was(path: Path) -> None:
    for line in grammar.parse_routine(source.read(path.read_bytes(), name="T")).lines:
        again = unpack(marshal.loads(marshal.dumps(pack(line))))

        assert dump(again) == dump(line)
        assert repr(again) == repr(line), "tuples are tuples, and lists are lists"
        assert type(again) is type(line)


def test_what_is_no_field_of_a_node_is_refused() -> None:
    with pytest.raises(TypeError, match="no field"):
        pack(1.5)

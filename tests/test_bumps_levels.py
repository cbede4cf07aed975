"""bumps/levels.py: the sizes by the first subscripts are exact, at any depth."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import bumps
from bumps.keys import KeyCodec
from bumps.levels import levels
from bumps.tools.db_stat import level_lines, stat

CODEC = KeyCodec.of("utf-8")
VALUES: list[str | int] = ["", 0, 1, -2, 10, "a", "ab", "b\0"]
KEYS = st.lists(st.sampled_from(VALUES), max_size=4).map(lambda subscripts: CODEC.encode(subscripts))


@settings(max_examples=150)
@given(nodes=st.dictionaries(KEYS, st.binary(max_size=5), min_size=1), depth=st.integers(0, 5))
def test_each_prefix_has_what_a_model_counts(nodes: dict[bytes, bytes], depth: int) -> None:
    model: dict[bytes, list[int]] = {}
    for key, value in nodes.items():
        codes = KeyCodec.split(key)
        for count in range(min(depth, len(codes)) + 1):
            found = model.setdefault(b"".join(codes[:count]), [0, 0])
            found[0] += 1
            found[1] += len(key) + len(value)
    lines = list(levels(sorted(nodes.items()), depth))
    assert {line.key: [line.nodes, line.size] for line in lines} == model
    assert len(lines) == len(model) and lines[-1].key == b""
    assert [line.key + b"\xff" for line in lines] == sorted(line.key + b"\xff" for line in lines)


def test_the_command_prints_them(tmp_path: Path) -> None:
    path = tmp_path / "a.bumps"
    with bumps.open(path) as database:
        for patient in (1, 2):
            for visit in range(3):
                database["^PAT", patient, "VISIT", visit].value = "x"
        database["^Z"].value = "é"
    assert [line[:2] for line in level_lines(str(path), 1)] == [("^PAT(1)", 3), ("^PAT(2)", 3), ("^PAT", 6), ("^Z", 1)]
    done = CliRunner().invoke(stat, [str(path), "--levels", "2"])
    assert done.exit_code == 0 and '^PAT(1,"VISIT")' in done.output
    assert (
        '"levels": [{"node": "^PAT", "nodes": 6'
        in CliRunner().invoke(stat, [str(path), "--levels", "0", "--json"]).output
    )

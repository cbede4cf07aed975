"""interp/machine.py: $INCREMENT of a global stores and returns the sum that `+` gives, whatever was there."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

import bumps
from bumps.globals import Globals
from bumps.interp.machine import Machine
from bumps.interp.tiers import Tier
from bumps.options import Durability

OLD = ["", "0", "7", "007", "-5", "-0", "1.5", ".5", "abc", "12abc", "99999999999999999", "999999999999999999"]
OLD += ["9999999999999999999", "-999999999999999999", "1E5", " 3", "\xb2", "1" * 30]
BY = ["1", "-1", "0", "100000000000000000", "999999999999999999", "-999999999999999999", "2.5", '"3x"', '"x"', "1E20"]
TIERS: list[Tier] = ["closures", "generated"]


def run(folder: Path, tier: Tier, source: str, *arguments: str) -> str:
    """Return what a routine prints."""
    (folder / "SUM.m").write_text(source)
    output = io.BytesIO()
    with bumps.open(":memory:", charset="m") as database:
        machine = Machine(
            globals_factory=lambda: Globals(database.engine, Durability.NONE),
            input=io.BytesIO(b""),
            output=output,
            routine_path=[str(folder)],
            charset="m",
            arguments=list(arguments),
            tier=tier,
        )
        machine.run("^SUM")
    return output.getvalue().decode("latin-1")


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("old", OLD)
def test_increment_is_the_sum_in_each_tier(tmp_path: Path, tier: Tier, old: str) -> None:
    lines = ["SUM ;", "\tS old=$ZCMDLINE"]
    lines += [f"\tS ^A({at})=old,%=$I(^A({at}),{by}) W %=(old+{by}),^A({at})=(old+{by}),!" for at, by in enumerate(BY)]
    lines += [f"\tK ^(1) S %=$I(^(1),{by}) W %=(0+{by}),^(1)=%,!" for by in BY]
    assert run(tmp_path, tier, "\n".join([*lines, "\tQ", ""]), old) == "11\n" * 2 * len(BY)


@pytest.mark.parametrize("tier", TIERS)
def test_a_naked_increment_is_below_the_indicator_that_its_amount_left(tmp_path: Path, tier: Tier) -> None:
    source = "SUM ;\n\tS ^A(1)=5,^B(2,3)=4,^B(2,1)=10,%=^A(1)\n\tW $I(^(1),^B(2,3)),$NA(^(1)),^A(1),!\n\tQ\n"
    assert run(tmp_path, tier, source) == "14^B(2,1)5\n"

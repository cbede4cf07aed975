"""interp: real code, run as it is, gives what it gives on GT.M: GT.M's own utilities, VistA's library."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests import needs
from tests.oracle import diagnostics, tops
from tests.oracle.compare import differences, expressions_of, on_bumps
from tests.oracle.real import compare, report, script_of

REAL = Path(__file__).parent / "real"
VISTA_ROUTINES = ("Packages", "Kernel", "Routines")

pytestmark = [pytest.mark.slow, *needs.GTM]


def test_gtm_utilities_answer_as_on_gtm(tmp_path: Path) -> None:
    for file in needs.gtm().glob("_*.m"):
        shutil.copy(file, tmp_path)

    assert differences(tmp_path, expressions_of(REAL / "gtm.txt")) == []


def test_vista_library_answers_as_on_gtm(tmp_path: Path) -> None:
    checkout = needs.vista()
    files = sorted(checkout.joinpath(*VISTA_ROUTINES).glob("XLF*.m"))
    assert files, f"{checkout} has no {'/'.join(VISTA_ROUTINES)}/XLF*.m"
    for file in files:
        shutil.copy(file, tmp_path)
    expressions = expressions_of(REAL / "vista.txt")

    assert differences(tmp_path, expressions) == []
    assert sum(answer.startswith("error") for answer in on_bumps(tmp_path, expressions)) < len(expressions) // 10


@pytest.mark.long
@pytest.mark.parametrize("steps", sorted(REAL.glob("*.steps")), ids=lambda path: path.stem)
def test_vista_does_step_by_step_what_it_does_on_gtm(tmp_path: Path, steps: Path) -> None:
    checkout = needs.vista()
    different = [
        report(outcome, str(steps)) for outcome in compare(checkout, script_of(steps), tmp_path) if outcome.difference
    ]

    assert not different, "\n".join(different)


@pytest.mark.long
def test_routines_of_vista_end_as_on_gtm_when_they_are_started_at_the_top(tmp_path: Path) -> None:
    checkout = needs.vista()
    count, found = tops.compare(checkout, tmp_path, step=60)

    assert count > 100
    assert [each for each in found if each.gtm != "endless"] == []


@pytest.mark.long
def test_no_routine_of_vista_has_an_error_where_gtm_has_none_and_each_tree_is_its_source(tmp_path: Path) -> None:
    checkout = needs.vista()
    count, found = diagnostics.compare(checkout, tmp_path)

    assert count > 1000
    assert found == []

"""interp/trace.py, changes.py: a trace shows what runs and what that changes, in each tier, and changes nothing."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

import bumps
from bumps.errors import MError
from bumps.interp.machine import Machine
from bumps.interp.symbols import Arr
from bumps.interp.tiers import Tier
from bumps.interp.trace import Trace, Traced
from bumps.interp.world import World
from tests.determined import Did, record, replay
from tests.interp_cases import CASES, Chunk, Texts, chunks_of, new_globals
from tests.oracle import traced
from tests.oracle.programs import Generator

TIERS: tuple[Tier, ...] = ("closures", "generated", "auto")

SOURCE = '''T(N) ; a test
 N A,I
 S A("x")=1,A(2)="two"
 F I=1:1:N D ADD(I,.A)
 D
 . S B=1
 . K A("x")
 ; nothing
 S ^G(1)=A(2)_$$F(3)
 X "S Z=1 X ""S Z=2"""
 I $I(^G(2)),0
 E  M ^H=^G K ^G
LAST
 ZK ^H(1) Q
ADD(X,R) S R(X)=X*X Q
F(Y)
 Q Y*2
'''

GOLDEN = """T|1|N=2
T+1|1|
T+2|1|
T+3|1|A(2)=two A("x")=1
ADD|2|I=1 R(2)=two R("x")=1 X=1
ADD|2|A(1)=1 I=2 R(1)=1 X=2
T+4|1|A(2)=4 R X
T+5|2|
T+6|2|B=1
T+8|1|A("x")
F|2|Y=3
F+1|2|
T+9|1|Y ^G(1)=46
@|2|
@|3|Z=1
T+10|1|Z=2
T+11|1|^G(2)=1
LAST+1|1|^H(1)=46 ^H(2)=1 ^G
|0|A I N ^H(1)
"""
"""Place, depth, and what has changed since the line before: a name alone is undefined."""


def machine_with(tier: Tier) -> Machine:
    machine = Machine(globals_factory=new_globals(), input=io.BytesIO(), output=io.BytesIO(), tier=tier)
    machine.tiers.hot_count = 0
    return machine


def trace_of(source: str, entry: str, *arguments: str | int, tier: Tier = "closures") -> list[Traced]:
    machine = machine_with(tier)
    machine.library.loader = Texts({"T": source})
    found: list[Traced] = []
    trace = Trace(machine, found.append)
    try:
        machine.run(entry, arguments or None)
    finally:
        trace.finish()
    return found


def short(each: Traced) -> str:
    changes = [name if value is None else f"{name}={value}" for name, value in each.changes]
    return f"{each.place.removesuffix('^T')}|{each.depth}|{' '.join(changes)}\n"


@pytest.mark.parametrize("tier", TIERS)
def test_a_trace_has_each_line_with_its_depth_and_what_has_changed_before_it(tier: Tier) -> None:
    found = trace_of(SOURCE, "T", 2, tier=tier)
    assert "".join([short(each) for each in found]) == GOLDEN
    lines = SOURCE.split("\n")
    assert [each.line for each in found[:5]] == [lines[0], lines[1], lines[2], lines[3], lines[14]]
    assert found == trace_of(SOURCE, "T", 2)


def test_a_region_is_paid_for_when_its_first_line_begins() -> None:
    found = trace_of("T S X=1\n S Y=2\nU S Z=3\n", "T")
    first, second, third, end = [each.steps for each in found]
    assert 0 < first == second < third == end


def test_a_trace_shows_a_routine_that_fails_up_to_its_error() -> None:
    machine = machine_with("generated")
    machine.library.loader = Texts({"T": "T S X=1\n S Y=1/0\n S Z=1\n"})
    found: list[Traced] = []
    trace = Trace(machine, found.append)
    with pytest.raises(MError):
        machine.run("T")
    trace.finish()
    assert [each.place for each in found] == ["T^T", "T+1^T", ""]


@pytest.mark.parametrize("tier", TIERS)
def test_a_trace_goes_on_behind_a_trap(tier: Tier) -> None:
    source = 'T S $ET="S $EC="""" G ON"\n S Y=1/0\n Q\nON S Z=1\n D F\n Q\nF S $ZT="G ON2"\n S Y=1/0\nON2 S Z=2\n Q\n'
    places = [each.place.removesuffix("^T") for each in trace_of(source, "T", tier=tier)]
    assert places == ["T", "T+1", "@", "ON", "ON+1", "F", "F+1", "@", "ON2", "ON2+1", "ON+2", ""]


def test_many_changes_are_counted_and_some_are_told() -> None:
    found = trace_of("T F I=1:1:100 S A(I)=I\n Q\n", "T")
    assert len(found[1].changes) == 20
    assert found[1].more_count == 81


def test_a_number_that_is_a_text_elsewhere_is_no_change() -> None:
    machine = machine_with("closures")
    found: list[Traced] = []
    trace = Trace(machine, found.append)
    cell = machine.locals.cell("A")
    cell.v, cell.a = 1, Arr()
    cell.a.vals[1] = "1"
    machine.execute("Q")
    cell.v, cell.a.vals[1] = "1", 1
    trace.finish()
    assert [each.changes for each in found] == [[("A", "1"), ("A(1)", "1")], []]


def test_a_run_behind_a_trace_is_not_looked_at() -> None:
    machine = machine_with("closures")
    found: list[Traced] = []
    trace = Trace(machine, found.append)
    machine.execute("S X=1")
    trace.finish()
    machine.execute("S X=2")
    assert len(found) == 2


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(9_000, 9_200, 10))
def test_random_programs_do_the_same_traced_and_not_in_each_tier(seed: int) -> None:
    for each in range(seed, seed + 5):
        assert traced.differences(Generator(each).program()) == []


FILES = sorted(path.stem for path in CASES.glob("*.m"))


def traced_again(chunk: Chunk, file: Path, routines: Path, tier: Tier) -> tuple[Did, list[Traced]]:
    """Run a case out of its record, and trace it."""
    found: list[Traced] = []
    did, _ = replay(chunk, file, routines, tier, lambda machine: Trace(machine, found.append))
    return did, found


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES)
def test_cases_of_the_language_do_the_same_when_they_are_traced(file: str, tmp_path: Path) -> None:
    for chunk in list(chunks_of(CASES / f"{file}.m"))[::7]:
        did = record(chunk, tmp_path / "here", tmp_path / "record", World())
        traced_did, trace = traced_again(chunk, tmp_path / "record", tmp_path / "routines", "closures")
        assert traced_did == did
        assert trace
        assert traced_again(chunk, tmp_path / "record", tmp_path / "routines", "generated") == (did, trace)


def test_python_is_told_of_each_line(tmp_path: Path) -> None:
    (tmp_path / "T.m").write_text("T(X) N Y\n S Y=X*2\n Q Y\n")
    with bumps.open(":memory:") as database:
        found: list[dict[str, Any]] = []
        assert database.call("T", 4, routines=[str(tmp_path)], trace=found.append) == 8
        with pytest.raises(MError):
            database.call("T", "A", 1, routines=[str(tmp_path)], trace=found.append)
    assert [each["place"] for each in found] == ["T^T", "T+1^T", "T+2^T", None, None]
    assert found[2] == {
        "place": "T+2^T",
        "line": " Q Y",
        "depth": 1,
        "steps": found[0]["steps"],
        "changed": [{"name": "Y", "value": "8"}],
    }


def test_who_traces_may_end_the_run_by_an_error_of_his_own(tmp_path: Path) -> None:
    (tmp_path / "T.m").write_text('T S $ET="S $EC="""" Q" S ^A=1\n S ^A=2\n Q\n')

    class Enough(Exception):
        pass

    def tell(facts: dict[str, Any]) -> None:
        if facts["place"] == "T+1^T":
            raise Enough

    with bumps.open(":memory:") as database:
        with pytest.raises(Enough):
            database.call("T", routines=[str(tmp_path)], trace=tell)
        assert database["^A"].value == "1"


@pytest.mark.parametrize("seed", [80_480, 80_072])
def test_no_line_is_told_of_twice(seed: int) -> None:
    program = Generator(seed).program()
    wanted = traced.run(program, "closures", is_traced=True).trace
    assert traced.run(program, "generated", is_traced=True).trace == wanted

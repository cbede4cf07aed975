"""interp/events.py, watch.py: who is told of what, in which order, and what is left behind them."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from types import CodeType, FrameType, SimpleNamespace
from typing import Any
from weakref import WeakSet

import pytest

from bumps.interp import events
from bumps.interp.changes import Changes
from bumps.interp.events import Local, Monitoring, Tracing, has_lines, runs_m
from bumps.interp.frames import Place
from bumps.interp.lines import FUNCTION_NAME, table_of
from bumps.interp.machine import Machine
from bumps.interp.profile import Profile
from bumps.interp.sequences import BEGINS, SEQUENCE_CODES
from bumps.interp.tiers import Tier
from bumps.interp.trace import Trace, Traced
from tests.elsewhere import elsewhere
from tests.interp_cases import Texts, new_globals
from tests.test_interp_profile import SOURCE as PROFILED
from tests.test_interp_trace import GOLDEN, SOURCE, short

LINE_CODE = next(code for code in SEQUENCE_CODES if BEGINS[id(code)].is_line)
ROW_CODE = next(code for code in SEQUENCE_CODES if not BEGINS[id(code)].is_line and BEGINS[id(code)].python_line)


class Listed:
    """A watcher that writes down what it is told."""

    def __init__(self, *, wants_calls: bool = False, wants_commands: bool = False) -> None:
        self.codes: WeakSet[CodeType] = WeakSet()
        self.wants_calls = wants_calls
        self.wants_commands = wants_commands
        self.told: list[object] = []

    def reach(self, frame: FrameType, python_line: int) -> bool:
        self.told.append(python_line)
        return python_line > 10

    def begin(self) -> None:
        self.told.append("begin")

    def end(self) -> None:
        self.told.append("end")


def frame_of(code: CodeType, line: int = 20) -> Any:
    return SimpleNamespace(f_code=code, f_lineno=line, f_locals={}, f_trace=None)


def test_a_frame_that_runs_m_is_told_of_and_no_other() -> None:
    watcher, tracing = Listed(wants_calls=True), Tracing()
    before = sys.gettrace()
    try:
        tracing.start(watcher)
        function = sys.gettrace()
        sys.settrace(before)  # so that what follows is seen
        tracing._before = None  # it knows real frames only
        assert function is not None
        assert runs_m(LINE_CODE) and has_lines(LINE_CODE) and runs_m(ROW_CODE) and not has_lines(ROW_CODE)
        inner = function(frame_of(LINE_CODE), "call", None)
        assert isinstance(inner, Local)
        assert inner(frame_of(LINE_CODE, 30), "line", None) is inner
        inner(frame_of(LINE_CODE), "return", None)
        row = function(frame_of(ROW_CODE), "call", None)
        assert row is not None
        row(frame_of(ROW_CODE), "return", None)
        ours = test_a_frame_that_runs_m_is_told_of_and_no_other.__code__
        other = function(frame_of(ours), "call", None)
        assert not isinstance(other, Local)
    finally:
        tracing.stop(watcher)
        sys.settrace(before)
    tracing.stop(watcher)
    assert watcher.told == ["begin", 30, "end"]


def test_who_traced_before_hears_all_and_is_there_again() -> None:
    heard: list[tuple[str, str]] = []

    def tracer(frame: FrameType, event: str, argument: object) -> Any:
        heard.append((frame.f_code.co_name, event))
        if event == "call":
            sys.settrace(tracer)  # as one in C does
        return tracer

    before = sys.gettrace()
    watcher, tracing = Listed(), Tracing()
    sys.settrace(tracer)
    try:
        tracing.start(watcher)
        function = sys.gettrace()
        assert function is not None
        inner = function(frame_of(LINE_CODE), "call", None)
        again = sys.gettrace()
        assert isinstance(inner, Local)
        inner(frame_of(LINE_CODE, 40), "line", None)
        tracing.stop(watcher)
        last = sys.gettrace()
    finally:
        sys.settrace(before)
    assert again is function
    assert last is tracer
    assert [event for name, event in heard if name == LINE_CODE.co_name] == ["call", "line"]
    assert 40 in watcher.told


class Tool:
    """What sys.monitoring does."""

    events = SimpleNamespace(LINE=1, PY_START=2, PY_RETURN=4, PY_UNWIND=8)
    DISABLE = object()

    def __init__(self, taken: int) -> None:
        self.taken = taken
        self.callbacks: dict[int, Any] = {}
        self.local: dict[CodeType, int] = {}
        self.whole = 0
        self.restarts = 0

    def use_tool_id(self, number: int, name: str) -> None:
        if number <= self.taken:
            raise ValueError("in use")

    def register_callback(self, number: int, event: int, function: Any) -> None:
        self.callbacks[event] = function

    def set_local_events(self, number: int, code: CodeType, wanted: int) -> None:
        self.local[code] = wanted

    def set_events(self, number: int, wanted: int) -> None:
        self.whole = wanted

    def restart_events(self) -> None:
        self.restarts += 1


@pytest.fixture
def no_source(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(events, "_monitoring", [])
    yield


def test_a_tool_has_events_in_the_codes_that_are_watched_and_only_then(
    monkeypatch: pytest.MonkeyPatch, no_source: None
) -> None:
    tool = Tool(taken=2)
    monkeypatch.setattr(sys, "monitoring", tool, raising=False)
    source = events.events_of_thread()
    assert isinstance(source, Monitoring)
    assert events.events_of_thread() is source
    plain, calling = Listed(), Listed(wants_calls=True, wants_commands=True)
    line, begin, end = tool.callbacks[1], tool.callbacks[2], tool.callbacks[4]
    line(LINE_CODE, 11)
    source.start(plain)
    assert tool.local[LINE_CODE] == tool.local[ROW_CODE] == 1
    assert tool.whole == tool.restarts == 0
    assert line(LINE_CODE, 11) is None
    assert line(LINE_CODE, 3) is tool.DISABLE
    begin(LINE_CODE, 0)
    end(LINE_CODE, 0, None)
    assert plain.told == [11, 3]
    source.stop(plain)
    assert set(tool.local.values()) == {0}
    calling.codes.add(LINE_CODE)
    source.start(calling)
    assert (tool.local[LINE_CODE], tool.local[ROW_CODE], tool.whole, tool.restarts) == (7, 1, 8, 1)
    begin(LINE_CODE, 0)
    end(LINE_CODE, 0, None)
    end(ROW_CODE, 0, None)
    source.add(calling, ROW_CODE)
    assert calling.told == ["begin", "end"]
    source.stop(calling)
    assert set(tool.local.values()) == {0} and tool.whole == 0


def test_without_a_free_tool_python_traces(monkeypatch: pytest.MonkeyPatch, no_source: None) -> None:
    monkeypatch.setattr(sys, "monitoring", Tool(taken=9), raising=False)
    assert isinstance(events.events_of_thread(), Tracing)


def machine_of(source: str, tier: Tier) -> Machine:
    machine = Machine(
        globals_factory=new_globals(), input=io.BytesIO(), output=io.BytesIO(), loader=Texts({"T": source}), tier=tier
    )
    machine.tiers.hot_count = 0
    return machine


@pytest.mark.parametrize("tier", ["closures", "generated"])
def test_a_trace_that_is_told_in_another_thread_is_the_same(tier: Tier) -> None:
    machine = machine_of(SOURCE, tier)
    found: list[Traced] = []
    with elsewhere():
        trace = Trace(machine, found.append)
        machine.run("T", [2])
        trace.finish()
    assert "".join([short(each) for each in found]) == GOLDEN


@pytest.mark.parametrize("tier", ["closures", "generated"])
def test_a_profile_that_is_told_in_another_thread_is_the_same(tier: Tier) -> None:
    machine = machine_of(PROFILED, tier)
    ticks = iter(range(0, 10**9, 1000))
    with elsewhere():
        profile = Profile(machine, lambda: next(ticks), has_slices=True)
        machine.run("T", [4])
        found = profile.finish()
    assert {each.name: each.steps for each in found.labels()} == {
        "T^T": 44,
        "A^T": 28,
        "B^T": 6,
        "@ S Z=1": 1,
        "C^T": 1,
        "D^T": 65,
        "FIB^T": 804,
    }
    assert len(found.slices) == 78
    assert found.has_all_slices


def test_what_comes_in_the_middle_of_an_event_waits_until_that_is_over() -> None:
    machine = machine_of("T S X=1\n S X=2\n Q\n", "closures")
    order: list[str] = []

    class Looker:
        wants_calls = True

        def line(self, place: object) -> None:
            order.append("line")
            machine.watch.when_free(lambda: order.append("after"))
            order.append("line over")

        def label(self, place: object) -> None:
            order.append("label")

        def begin(self) -> None:
            order.append("begin")

        def end(self) -> None:
            order.append("end")

        def resume(self, places: list[Any]) -> None:
            order.append(f"resume {len(places)}")

    with elsewhere():
        machine.watch.observer = Looker()
        machine.watch.when_free(lambda: order.append("now"))
        machine.run("T")
    assert order[:7] == ["now", "resume 0", "begin", "line", "line over", "after", "end"]


def line_frame(image: Any, number: int) -> Any:
    """Return what a frame of a line is for a watch: the sequence of line `number`, where it begins."""
    first = Place(image, number, 5, "" if image is None else image.lines[number])
    frame = frame_of(LINE_CODE, BEGINS[id(LINE_CODE)].python_line)
    frame.f_locals = {"items": [(None, first)]}
    return frame


def test_what_is_asked_for_is_done_where_a_line_begins() -> None:
    machine = machine_of("T S X=1\n S X=2\n Q\nL\n", "closures")
    image = machine.library.image("T")
    watch, told = machine.watch, []
    places: list[str] = []

    def at_commands() -> None:
        place = machine.traps.places.in_routine()
        told.append("" if place is None else place.name)

    watch.at_commands = at_commands
    watch.at_line = lambda place: places.append(f"{place.name} {place.column}")
    begin = BEGINS[id(LINE_CODE)].python_line
    assert watch.reach(line_frame(image, 1), begin)
    assert not watch.reach(line_frame(image, 1), begin + 1)
    assert watch.reach(line_frame(None, 0), begin)
    assert watch.reach(line_frame(image, 3), begin)
    row = frame_of(ROW_CODE, BEGINS[id(ROW_CODE)].python_line)
    assert watch.reach(row, row.f_lineno)
    watch.at_commands = None
    assert watch.reach(row, row.f_lineno)
    assert places == ["T+1^T 1"]
    assert told == ["T+1^T", "", "L^T", ""]


def test_another_machine_that_runs_meanwhile_is_not_watched() -> None:
    ours, theirs = machine_of("T Q\n", "closures"), machine_of("T Q\n", "closures")
    places: list[Place] = []
    ours.watch.at_line = places.append
    assert ours.watch.reach(line_frame(theirs.library.image("T"), 0), BEGINS[id(LINE_CODE)].python_line)
    assert places == []


def test_a_generated_line_is_told_with_its_commands_and_breakpoints() -> None:
    machine = machine_of("T S X=1\n F  S X=2 Q:X\n Q\n", "generated")
    machine.run("T")
    image = machine.library.image("T")
    (code,) = [code for code in machine.watch.codes if code.co_name == FUNCTION_NAME]
    table = table_of(code)
    assert table is not None
    told: list[str] = []
    watch = machine.watch
    watch.at_commands = lambda: told.append("row")
    watch.at_generated_line = lambda place: told.append(place.name)
    lines = [watch.reach(frame_of(code, line + 1), line + 1) for line in range(len(table.marks))]
    # A loop is written twice (generate_lifted.py).
    assert told == ["row", "T^T", "row", "T+1^T", "row", "row", "row", "T+2^T"]
    assert lines.count(True) == 5
    watch.at_commands = None
    assert [watch.reach(frame_of(code, line + 1), line + 1) for line in range(len(table.marks))].count(True) == 3
    assert table.start(1).image is image


def test_changes_are_told_once_with_all_that_is_below() -> None:
    machine = machine_of("T Q\n", "closures")
    changes = Changes(machine)
    machine.execute('S A=1,A(1,"b")=2,A(1,"a")=3,A(2)=4')
    found = [(each.name, each.value) for each in changes.take().changes]
    assert found == [("A", "1"), ('A(1,"a")', "3"), ('A(1,"b")', "2"), ("A(2)", "4")]
    assert changes.take() == ([], 0)
    machine.execute('S A(1)=5 K A(1,"b")')
    assert [(each.name, each.value) for each in changes.take().changes] == [("A(1)", "5"), ('A(1,"b")', None)]
    machine.execute("K A(1)")
    assert [(each.name, each.value) for each in changes.take().changes] == [("A(1)", None), ('A(1,"a")', None)]
    machine.execute("K A S ^G(1)=1 ZK ^G(1) S X=$I(^G) K ^G(2) M ^H=^G F I=1:1:30 S ^G(I)=I")
    done, more_count = changes.take()
    names = [each.name for each in done]
    assert names[:3] == ["A", "I", "X"]
    assert names[3:8] == ["^G(1)", "^G(1)", "^G", "^G(2)", "^H"]
    assert len(done) == 23 and more_count == 15

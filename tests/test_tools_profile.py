"""bumps profile: tables, JSON, flame graph and time line of a program, which runs as under bumps run."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bumps.interp.profile import Node
from bumps.tools import main
from bumps.tools.flame import DEPTH_MAX, bars, flame

Capture = pytest.CaptureFixture[str]

ROUTINE = 'T(N) ; start\n F I=1:1:N D L(I)\n X "W ""<&>"",!"\n Q\nL(X) S ^G(X)=X\n Q\n'
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def folder(folder: Path) -> Path:
    (folder / "T.m").write_text(ROUTINE)
    return folder


def run(*arguments: str) -> int:
    return main.run(["profile", *arguments])


@pytest.mark.parametrize("tier", ["closures", "generated", "auto"])
def test_tables_have_labels_and_lines_and_the_output_is_that_of_the_program(tier: str, capfd: Capture) -> None:
    assert run("--tier", tier, "--by", "steps", "T", "100") == 0
    out, err = capfd.readouterr()
    assert out == "<&>\n"
    head, _, labels, *rows = err.splitlines()
    assert head.endswith("most steps first")
    assert head.split()[1] == "steps"
    assert labels.split()[-1] == "label"
    first = rows[0].split()
    assert (first[-1], first[-2]) == ("L^T", "100")
    assert rows[1].split()[-1] == "T^T"
    at = rows.index("")
    assert rows[at + 1].split() == ["s", "%", "steps", "%", "times", "line"]
    assert rows[at + 2].split()[4:6] == ["100", "L^T"]


def test_json_has_all_and_adds_up(capfd: Capture) -> None:
    assert run("--json", "T", "10") == 0
    found = json.loads(capfd.readouterr().err)
    assert found["steps"] == sum(each["self_steps"] for each in found["labels"])
    assert sum(each["self_s"] for each in found["labels"]) == pytest.approx(found["seconds"])
    lines = {each["place"]: each for each in found["lines"]}
    assert lines["L^T"]["times"] == 10
    assert lines["T+1^T"]["line"] == " F I=1:1:N D L(I)"
    labels = {each["label"]: each for each in found["labels"]}
    assert labels["T^T"]["total_steps"] == found["steps"]
    assert labels["L^T"]["entered"] == 10


def test_a_table_is_cut_and_says_so(folder: Path, capfd: Capture) -> None:
    assert run("--top", "1", "-o", "report.txt", "T", "3") == 0
    assert capfd.readouterr() == ("<&>\n", "")
    report = (folder / "report.txt").read_text()
    assert "and 2 more: --top 3" in report
    assert "and 6 more: --top 7" in report


def test_a_flame_graph_is_an_svg_that_needs_nothing_else(folder: Path) -> None:
    assert run("--flame", "f.svg", "T", "50") == 0
    text = (folder / "f.svg").read_text()
    root = ElementTree.fromstring(text)
    groups = root.findall(f"{SVG}g")
    names = [group.get("data-name") for group in groups]
    assert names[0] == "all"
    assert {"T^T", "L^T"} <= set(names)
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    widths = {group.get("data-name"): float(group.get("data-w") or 0) for group in groups}
    assert widths["all"] == 1 >= widths["T^T"] >= widths["L^T"] > 0
    assert all(float(group.get("data-x") or 0) + float(group.get("data-w") or 0) <= 1.000001 for group in groups)


def chain(depth: int) -> Node:
    root = node = Node("")
    for level in range(depth):
        node.calls["A"] = Node(f"A{level}")
        node = node.calls["A"]
        node.nanoseconds = 1000
    return root


def test_a_deep_flame_graph_is_cut() -> None:
    drawn = bars(chain(20_000))
    assert max(bar.level for bar in drawn) == DEPTH_MAX
    assert drawn[1].total == 20_000_000


def test_names_are_escaped() -> None:
    root = Node("")
    root.calls["x"] = Node('@ W "<&>]]>"')
    root.calls["x"].nanoseconds = 5
    (_, group) = ElementTree.fromstring(flame(root, "a < b & c")).findall(f"{SVG}g")
    assert group.get("data-name") == '@ W "<&>]]>"'


def test_a_flame_graph_of_a_text_that_is_no_text_of_xml_can_be_read(folder: Path) -> None:
    assert run("--flame", "f.svg", "-x", 'W "\x01\udcff"') == 0
    groups = ElementTree.fromstring((folder / "f.svg").read_text()).findall(f"{SVG}g")
    assert groups[1].get("data-name") == '@ W "\\x01\\udcff"'


def test_an_empty_profile_is_drawn() -> None:
    assert len(ElementTree.fromstring(flame(Node(""), "nothing")).findall(f"{SVG}g")) == 1


def test_a_time_line_is_what_perfetto_reads(folder: Path) -> None:
    assert run("--chrome", "c.json", "T", "3") == 0
    found = json.loads((folder / "c.json").read_text())
    events = [event for event in found["traceEvents"] if event["ph"] == "X"]
    assert [event["name"] for event in events] == ["T^T", "L^T", "L^T", "L^T", '@ W "<&>",!']
    assert all(event["dur"] > 0 and event["ts"] >= 0 and event["pid"] == events[0]["pid"] for event in events)
    assert found["otherData"] == {"complete": True}


def test_a_program_that_fails_has_its_profile_and_its_error(capfd: Capture) -> None:
    assert run("-x", "S X=1 W 1/0") == 1
    err = capfd.readouterr().err
    assert err.splitlines()[0].endswith("1 label, 1 line; most time first")
    assert "M9" in err


def test_a_result_that_cannot_be_written_is_an_error(capfd: Capture) -> None:
    assert run("--flame", "/dev/full", "T", "3") == 2
    out, err = capfd.readouterr()
    assert out == "<&>\n"
    assert "no space left" in err.lower()


def test_nothing_to_profile_is_wrong_use(capfd: Capture) -> None:
    assert run() == 2
    assert capfd.readouterr().err.startswith("bumps: nothing to profile\n")
    assert run("NOSUCH") == 2
    assert capfd.readouterr().err.startswith("bumps: NOSUCH: no such routine\n")

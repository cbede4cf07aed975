"""bumps bench interp: each kernel prints what GT.M prints; what becomes of times; turns; lists, tables and the page."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bumps.errors import BumpsError, UsageError
from bumps.tools import bench_interp, bench_interp_measure, bench_interp_report, bench_measure, bench_report, main
from bumps.tools.bench_interp_measure import Bumps, Gtm, Run, Turn, means, measure, slower, spend, summarise
from bumps.tools.bench_interp_works import (
    ALL,
    GLOBALS,
    GROUPS,
    KERNELS,
    NAMES,
    PROGRAMS,
    THIRTEEN,
    VISTA,
    Kernel,
    chosen,
    vista_folders,
)
from tests import needs
from tests.oracle.record_kernels import FOLDER, golden

Capture = pytest.CaptureFixture[str]
OWN = [kernel for kernel in ALL if kernel.group != VISTA]
LARGE = [kernel for kernel in ALL if kernel.group == PROGRAMS]


def ids(kernel: Kernel) -> str:
    return kernel.name


# Kernels


def printed(kernel: Kernel, count: int, folder: Path, capture: pytest.CaptureFixture[bytes]) -> bytes:
    """Run a kernel as the bench does, in this process."""
    place = ["--db", str(folder / "bench.bumps"), "--charset", "m", "--durability", "none", "--routines", str(KERNELS)]
    status = main.run(["run", *place, kernel.name, str(count)])
    out, err = capture.readouterr()
    assert (status, err) == (0, b"")
    return out


@pytest.mark.parametrize("kernel", OWN, ids=ids)
def test_a_kernel_prints_what_it_prints_on_gtm(
    kernel: Kernel, folder: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    wanted = golden(kernel)

    assert printed(kernel, wanted.count, folder, capsysbinary) == wanted.output


@pytest.mark.slow
@pytest.mark.parametrize("kernel", LARGE, ids=ids)
def test_a_program_prints_what_it_prints_on_gtm_to_its_end(
    kernel: Kernel, folder: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    wanted = golden(kernel, "whole")

    assert wanted.count == kernel.count, "python -m tests.oracle.record_kernels"
    assert printed(kernel, wanted.count, folder, capsysbinary) == wanted.output


@pytest.mark.parametrize("kernel", OWN, ids=ids)
def test_a_kernel_that_has_nothing_to_do_ends_without_an_error_and_prints_something_else(
    kernel: Kernel, folder: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert printed(kernel, 0, folder, capsysbinary) != golden(kernel).output


@pytest.mark.slow
@needs.needs_gtm
def test_gtm_prints_what_was_recorded(tmp_path: Path) -> None:
    gtm = Gtm(needs.gtm(), tmp_path / "gtm")

    assert [each.name for each in OWN if gtm.run(each, golden(each).count).output != golden(each).output] == []
    assert [each.name for each in LARGE if gtm.run(each, each.count).output != golden(each, "whole").output] == []


@pytest.mark.slow
@needs.needs_gtm
def test_vistas_program_prints_the_same_on_both(tmp_path: Path) -> None:
    links: list[Path] = []
    for folder in vista_folders(needs.vista()):
        links.append(tmp_path / f"vista{len(links)}")
        links[-1].symlink_to(folder)
    kernel = NAMES["XREF"]

    theirs = Gtm(needs.gtm(), tmp_path / "gtm", links).run(kernel, 2).output

    assert b"Cross Reference of all Routines" in theirs
    assert Bumps(tmp_path / "bumps", links).run(kernel, 2).output == theirs


@needs.needs_gtm
def test_what_gtm_cannot_use_is_an_error_with_its_words(tmp_path: Path) -> None:

    with pytest.raises(BumpsError, match=r"GT\.M: .*nowhere"):
        Gtm(needs.gtm(), tmp_path / "gtm", [tmp_path / "nowhere"])


def test_catalogue_folder_and_recorded_results_are_in_step() -> None:
    routines = {path.stem for path in KERNELS.glob("*.m")}

    assert routines >= set(NAMES)
    assert {path.stem for path in FOLDER.glob("*.out")} == {kernel.name for kernel in OWN}
    assert {path.stem for path in FOLDER.glob("*.whole")} == {kernel.name for kernel in LARGE}


def test_there_are_kernels_enough() -> None:
    kernels = [kernel for kernel in ALL if kernel.group not in (PROGRAMS, VISTA)]

    assert len(kernels) >= 20
    assert len([kernel for kernel in ALL if kernel.group == THIRTEEN]) == 13
    assert len(LARGE) == 3
    assert all(len(kernel.routine.read_text("ascii").splitlines()) >= 500 for kernel in LARGE)
    assert all(kernel.group in GROUPS and kernel.title for kernel in ALL)


def test_kernels_are_chosen_by_name_and_group_in_any_case() -> None:
    assert [kernel.name for kernel in chosen(["sum, FIB"])] == ["SUM", "FIB"]
    assert {kernel.group for kernel in chosen(["globals", "Loop"])} == {GLOBALS, THIRTEEN}
    assert chosen([]) == list(ALL)
    with pytest.raises(UsageError, match="NOSUCH"):
        chosen(["nosuch"])


# Times


def turns(*times: tuple[str, float, float], output: bytes = b"1\n") -> list[Turn]:
    """Return rounds of one system each: its name, the time of a run, that of the empty one."""
    count: dict[str, int] = {}
    found = []
    for system, full_s, empty_s in times:
        count[system] = count.get(system, -1) + 1
        found.append(Turn(count[system], system, full_s, empty_s, output))
    return found


def test_the_median_of_the_empty_runs_is_taken_off_each_run() -> None:
    found = turns(("bumps", 1.0, 0.2), ("bumps", 1.2, 0.9), ("bumps", 1.3, 0.1))

    row = summarise(NAMES["SUM"], 10, found)

    assert row["figures"] == {"bumps": {"cpu_s": {"median": 1.0, "min": 0.8, "max": 1.1}}}
    assert row["ratios"] == {}


def test_a_ratio_is_that_of_one_round_and_the_median_of_them_counts() -> None:
    found = turns(
        ("bumps", 1.2, 0.2),
        ("gtm", 0.11, 0.01),
        ("bumps", 2.2, 0.2),
        ("gtm", 0.61, 0.01),
        ("bumps", 1.2, 0.2),
        ("gtm", 0.51, 0.01),
    )

    row = summarise(NAMES["SUM"], 10, found)

    assert row["ratios"] == {"bumps": {"cpu_s": {"median": 0.3, "min": 0.1, "max": 0.5}}}
    assert (row["rounds"], row["counts"], row["same"]) == (3, {"bumps": 10, "gtm": 10}, True)


def test_a_time_that_cannot_be_told_from_the_empty_one_makes_no_ratio() -> None:
    assert summarise(NAMES["SUM"], 10, turns(("bumps", 1.0, 0.2), ("gtm", 0.011, 0.01)))["ratios"] == {}
    assert summarise(NAMES["SUM"], 10, turns(("bumps", 0.2, 0.3), ("gtm", 0.5, 0.01)))["ratios"] == {}


def test_two_tiers_have_a_ratio_each() -> None:
    found = turns(("closures", 1.0, 0.0), ("generated", 0.5, 0.0), ("gtm", 0.25, 0.0))

    ratios = summarise(NAMES["SUM"], 10, found)["ratios"]

    assert {system: ratio["cpu_s"]["median"] for system, ratio in ratios.items()} == {
        "closures": 0.25,
        "generated": 0.5,
    }


def test_a_result_that_is_not_the_same_everywhere_is_told() -> None:
    found = turns(("bumps", 1.0, 0.2)) + turns(("gtm", 1.0, 0.2), output=b"2\n")

    assert summarise(NAMES["SUM"], 10, found)["same"] is False


def row(name: str, ratio: float, **facts: Any) -> dict[str, Any]:
    """Return the row of a kernel with this ratio."""
    found = summarise(NAMES[name], 10, turns(("bumps", 1.0, 0.0), ("gtm", ratio, 0.0)))
    whole = {"suite": "interp", "group": NAMES[name].group, "load": 1.0, "seconds": 1.0, "scaled": False}
    return found | whole | {"date": "2026-11-21", "command": "bumps bench interp"} | facts


def test_means_are_geometric_and_of_the_groups_they_name() -> None:
    found = {
        mean.title: mean for mean in means([row("SUM", 0.5), row("FIB", 0.125), row("GSET", 0.1), row("BYREF", 0.9)])
    }

    assert found["the thirteen kernels"].value == pytest.approx(0.25)
    assert (found["the thirteen kernels"].least, found["the thirteen kernels"].count) == (0.125, 2)
    assert found["all kernels"].value == pytest.approx(math.prod((0.5, 0.125, 0.1, 0.9)) ** 0.25)
    assert found["globals"].value == pytest.approx(0.1)
    assert found["globals"].floor == 0.15
    assert "programs" not in found


def test_what_has_lost_a_fifth_of_its_ratio_is_named() -> None:
    old = [row("SUM", 0.5), row("FIB", 0.5), row("GSET", 0.5)]
    new = [row("SUM", 0.39), row("FIB", 0.41), row("BYREF", 0.1)]

    assert slower(old, new) == [("SUM", "bumps", 0.39, 0.5)]


# Turns


class Invented:
    """A system that notes what it is asked, and answers with times that were made up."""

    def __init__(self, name: str, asked: list[tuple[str, str, int]], output: bytes = b"1\n") -> None:
        self.name = name
        self.asked = asked
        self.output = output

    def run(self, kernel: Kernel, count: int) -> Run:
        self.asked.append((self.name, kernel.name, count))
        return Run(self.output, 0.1 + count / 1000)


def test_systems_take_turns_and_each_full_run_stands_behind_an_empty_one() -> None:
    asked: list[tuple[str, str, int]] = []
    kernels = [replace(NAMES["SUM"], count=400)]

    result = measure(kernels, [Invented("bumps", asked), Invented("gtm", asked)], rounds=2, scale=0.5)

    once = [(system, "SUM", count) for system in ("bumps", "gtm") for count in (0, 200)]
    assert asked == [("bumps", "SUM", 200), ("gtm", "SUM", 200), *once, *once]
    assert result["rows"][0]["figures"]["gtm"]["cpu_s"]["median"] == 0.2
    assert result["rows"][0]["scaled"] is True


def test_time_is_that_of_the_child() -> None:
    run = spend([sys.executable, "-c", "sum(range(3_000_000)); print('done')"], {}, Path.cwd())

    assert run.output == b"done\n"
    assert 0.01 < run.cpu_s < 60


@pytest.mark.parametrize(
    "code", ["import sys; sys.exit('no such thing')", "import sys; print('no such thing', file=sys.stderr)"]
)
def test_a_child_that_fails_or_complains_is_an_error_with_its_words(code: str) -> None:
    with pytest.raises(BumpsError, match="no such thing"):
        spend([sys.executable, "-c", code], {}, Path.cwd())


def test_a_tier_of_bumps_is_a_system_of_its_own(tmp_path: Path) -> None:
    plain, closures = Bumps(tmp_path / "1"), Bumps(tmp_path / "2", tier="closures")

    assert (plain.name, closures.name) == ("bumps", "closures")
    assert "--tier" not in plain.command(NAMES["SUM"], 5, tmp_path)
    assert closures.command(NAMES["SUM"], 5, tmp_path)[-4:] == ["--tier", "closures", "SUM", "5"]


# The command


@pytest.fixture
def invented(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Let the command meet systems that are made up; what the second one prints can be changed."""
    outputs = [b"1\n", b"1\n"]

    def systems(*_: Any, **__: Any) -> Any:
        return [Invented("bumps", [], outputs[0]), Invented("gtm", [], outputs[1])], {"gtm": "V7.0-005"}, {}

    monkeypatch.setattr(bench_interp_measure, "systems", systems)
    return outputs


def test_the_command_prints_a_table_and_means(invented: list[bytes], folder: Path, capsys: Capture) -> None:
    assert main.run(["bench", "interp", "--only", "sum,gset", "--rounds", "1"]) == 0
    out = capsys.readouterr().out

    assert "gtm V7.0-005" in out
    assert [line.split()[0] for line in out.splitlines() if line.startswith(("SUM", "GSET"))] == ["SUM", "GSET"]
    assert "1.00 (1.00 - 1.00)" in out
    assert "geometric mean of" in out


def test_a_different_result_is_status_1(invented: list[bytes], folder: Path, capsys: Capture) -> None:
    invented[1] = b"2\n"

    assert main.run(["bench", "interp", "--only", "sum", "--rounds", "1"]) == 1
    assert "NOT THE SAME" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["SUM", "FIB", "GOTO", "TRAP"])
def test_a_kernel_prints_the_same_in_generated_code(
    name: str, folder: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    wanted = golden(NAMES[name])
    words = ["run", "--tier", "generated", "--routines", str(KERNELS), name, str(wanted.count)]

    assert main.run(words) == 0
    assert capsysbinary.readouterr().out == wanted.output


def test_the_tiers_of_bumps_run_are_those_that_can_be_measured() -> None:
    assert list(bench_interp.known_tiers()) == ["closures", "generated", "auto"]


def test_a_tier_that_bumps_does_not_have_is_refused(folder: Path, capsys: Capture) -> None:
    assert main.run(["bench", "interp", "--tier", "brass"]) == 2
    assert "'brass': bumps run has no such tier" in capsys.readouterr().err


def test_json_has_rows_and_means(invented: list[bytes], folder: Path, capsys: Capture) -> None:
    assert main.run(["bench", "interp", "--only", "thirteen", "--rounds", "1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)

    assert len(found["rows"]) == 13
    assert found["means"][0]["title"] == "the thirteen kernels"
    assert found["means"][0]["value"] == pytest.approx(1.0)


def test_the_list_names_each_kernel(folder: Path, capsys: Capture) -> None:
    assert main.run(["bench", "interp", "--list"]) == 0
    out = capsys.readouterr().out
    assert all(f"  {name} " in out for name in NAMES)

    assert main.run(["bench", "interp", "--list", "--json", "--only", "fib"]) == 0
    assert [each["name"] for each in json.loads(capsys.readouterr().out)] == ["FIB"]


def test_a_saved_result_joins_what_was_saved_of_stores(invented: list[bytes], folder: Path, capsys: Capture) -> None:
    assert main.run(["bench", "interp", "--only", "sum", "--rounds", "1", "--save", "bench.json"]) == 0
    assert main.run(["bench", "interp", "--only", "fib", "--rounds", "1", "--save", "bench.json"]) == 0
    saved = bench_measure.load("bench.json")

    assert [row["work"] for row in saved["rows"]] == ["SUM", "FIB"]
    for each in saved["rows"]:
        each["ratios"]["bumps"]["cpu_s"]["median"] = 2.0
    Path("bench.json").write_text(json.dumps(saved), encoding="utf-8")
    capsys.readouterr()
    assert main.run(["bench", "interp", "--only", "sum", "--rounds", "1", "--save", "bench.json"]) == 0
    assert "SUM is slower on bumps than what bench.json had: 1.000 of GT.M, 2.000 then" in capsys.readouterr().err
    capsys.readouterr()
    assert main.run(["bench", "report", "bench.json"]) == 0
    assert "THE THIRTEEN KERNELS" in capsys.readouterr().out
    assert main.run(["bench", "report", "bench.json", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["means"]


def test_without_a_checkout_of_vista_its_program_is_left_out(
    invented: list[bytes], folder: Path, capsys: Capture
) -> None:
    assert main.run(["bench", "interp", "--only", "vista,sum", "--rounds", "1"]) == 0
    out = capsys.readouterr().out

    assert "XREF: no --vista and no BUMPS_VISTA" in out
    assert "SUM" in out


def test_the_folders_of_a_checkout_of_vista_are_found_by_what_is_in_them(tmp_path: Path) -> None:
    for place in (
        "Packages/Toolkit/XINDEX.m",
        "Packages/Kernel/XLFSTR.m",
        "Packages/Kernel/XPDRSUM.m",
        "Packages/X/Y.m",
    ):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).touch()

    assert sorted(path.name for path in vista_folders(tmp_path)) == ["Kernel", "Toolkit"]
    with pytest.raises(UsageError, match=r"no XINDEX\.m, XLFSTR\.m, XPDRSUM\.m"):
        vista_folders(tmp_path / "Packages" / "X")


def test_a_folder_that_is_not_there_is_told_before_anything_is_measured(folder: Path, capsys: Capture) -> None:
    assert main.run(["bench", "interp", "--save", "nowhere/bench.json"]) == 2
    assert "nowhere/bench.json: its folder is not there" in capsys.readouterr().err


def test_the_page_gets_a_section() -> None:
    result = {
        "machine": bench_measure.machine(),
        "versions": {"python": "3.11.7", "gtm": "V7.0-005"},
        "notes": {},
        "skipped": {},
        "rows": [row("SUM", 0.5), row("GSET", 0.1)],
    }

    page = bench_report.markdown(result)

    assert "### The language, beside GT.M" in page
    assert "| SUM | add the numbers from 1 to n | 10 | 1.000 | 0.500 | 0.50 (0.50 - 0.50) | 0.3 |" in page
    assert "| globals (1 of 7) | 0.100 | 0.100 | 0.15 | 0.4 | NO |" in page


def test_a_kernel_that_was_too_short_says_so() -> None:
    short = row("SUM", 0.5) | {"ratios": {}}

    assert any("too short" in line for line in bench_interp_report.text([short]))


@pytest.mark.slow
def test_a_kernel_is_measured_on_bumps_alone(folder: Path, capsys: Capture) -> None:
    assert main.run(["bench", "interp", "--only", "sum", "--rounds", "1", "--no-gtm", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)

    assert found["skipped"] == {"gtm": "not wanted"}
    assert found["rows"][0]["figures"]["bumps"]["cpu_s"]["median"] > 0
    assert found["rows"][0]["ratios"] == {}

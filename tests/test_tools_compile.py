"""tools/compile.py, bench_start.py: what is compiled ahead of time runs without a parser; what is wrong is said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bumps.interp.code_cache import CALL_PART, CodeCache
from bumps.tools import doctor, main

Capture = pytest.CaptureFixture[str]
ROOT = Path(__file__).resolve().parent.parent

GOOD = """GOOD D A W $$TWO(3),! Q
A F I=1:1:2 D
 . W I
 . D
 . . W "deep"
 W ! Q
TWO(N) N X S X=N*2 Q X
NEVER H 1 R X Q
"""
BAD = 'BAD W "a",!\n S X=$E()\nA Q\n . . W 1\n'


@pytest.fixture
def cache(folder: Path, monkeypatch: pytest.MonkeyPatch) -> CodeCache:
    """Work in an empty folder, with a cache in it."""
    monkeypatch.setenv("BUMPS_CACHE", str(folder / "cache"))
    return CodeCache()


def test_all_labels_and_blocks_are_compiled_once_and_a_block_in_its_place_with_the_code_around(
    cache: CodeCache, capsys: Capture
) -> None:
    Path("GOOD.m").write_text(GOOD)
    assert main.run(["compile", "GOOD.m", "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert main.run(["compile", ".", "--json"]) == 0
    second = json.loads(capsys.readouterr().out)

    assert first == {
        "file": "GOOD.m", "routine": "GOOD", "bytes": len(GOOD), "regions": 4, "compiled": 4, "closures": 0,
        "diagnostics": [],
    }  # fmt: skip
    assert second == first | {"file": "./GOOD.m", "compiled": 0}
    assert cache.entry("GOOD", GOOD.encode(), "utf-8").lines() == [0, CALL_PART + 1, CALL_PART + 6, 7], (
        "nobody here calls NEVER"
    )


def test_what_does_not_compile_is_said_as_gtm_says_it(cache: CodeCache, capsys: Capture) -> None:
    Path("BAD.m").write_text(BAD)
    for _ in range(2):  # the second time it comes from the cache
        assert main.run(["compile", "BAD.m"]) == 1
        said = capsys.readouterr()
        assert said.err.splitlines() == [
            "BAD.m:2:9: EXPR: Expression expected but not found",
            " S X=$E()",
            "        ^",
            "\t\tAt column 9, line 2, source module BAD.m",
            "%GTM-E-EXPR, Expression expected but not found",
        ]
        assert "1 routine" in said.out or "0 routines" in said.out
    assert main.run(["run", "--tier", "auto", "BAD"]) == 1, "the line is reached"
    assert capsys.readouterr().out == "a\n"


def test_warnings_are_shown_when_they_are_wanted_and_do_not_change_the_status(
    cache: CodeCache, capsys: Capture
) -> None:
    Path("W.m").write_text("W Q\n . . W 1\n")
    assert main.run(["compile", "W.m"]) == 0
    assert capsys.readouterr().err == ""
    assert main.run(["compile", "W.m", "--warnings"]) == 0
    assert "%GTM-W-BLKTOODEEP, Block level too deep" in capsys.readouterr().err


def test_a_routine_has_the_name_of_its_file_and_the_charset_of_the_database(cache: CodeCache, capsys: Capture) -> None:
    Path("_X.m").write_text("%X W 1 Q\n")
    assert main.run(["compile", "_X.m", "--charset", "m", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["routine"] == "%X"
    assert cache.entry("%X", b"%X W 1 Q\n", "m").outline is not None
    assert cache.entry("%X", b"%X W 1 Q\n", "utf-8").outline is None


def test_without_a_cache_nothing_can_be_compiled(cache: CodeCache, capsys: Capture) -> None:
    Path("GOOD.m").write_text(GOOD)
    Path("cache").mkdir(0o755)
    assert main.run(["compile", "GOOD.m"]) == 2
    assert "no code cache" in capsys.readouterr().err
    found = {each.what: each for each in doctor.findings("none.bumps")}["code cache"]
    assert found.status == "warn"
    assert "0755" in found.found
    Path("cache").chmod(0o700)
    assert main.run(["compile", "GOOD.m"]) == 0
    found = {each.what: each for each in doctor.findings("none.bumps")}["code cache"]
    assert found.status == "ok"
    assert "1 file," in found.found


def test_a_file_that_is_not_there_and_standard_input_are_refused(cache: CodeCache, capsys: Capture) -> None:
    assert main.run(["compile", "NONE.m"]) == 2
    assert main.run(["compile", "-"]) == 2
    assert "name of its file" in capsys.readouterr().err


def test_no_cache_neither_takes_nor_puts(cache: CodeCache, capsys: Capture) -> None:
    Path("GOOD.m").write_text(GOOD)
    assert main.run(["run", "--tier", "generated", "--no-cache", "GOOD"]) == 0
    assert not Path("cache").exists()
    assert main.run(["run", "--tier", "generated", "GOOD"]) == 0
    (file,) = Path("cache").iterdir()
    file.write_bytes(b"")
    assert main.run(["run", "--tier", "generated", "--no-cache", "GOOD"]) == 0
    assert file.read_bytes() == b""
    assert capsys.readouterr().out == 3 * "1deep2deep\n6\n"


@pytest.mark.slow
def test_what_was_compiled_runs_without_a_parser_and_a_compiler(cache: CodeCache) -> None:
    Path("GOOD.m").write_text(GOOD)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    code = (
        "import sys; from bumps.tools.main import run; run(sys.argv[1:]);"
        "print(*[name for name in sys.modules if any(word in name for word in ('pyparsing', 'grammar', 'generate'))],"
        " file=sys.stderr)"
    )
    subprocess.run([sys.executable, "-m", "bumps", "compile", "GOOD.m"], env=environment, check=True)
    for tier in ("auto", "generated"):
        done = subprocess.run(
            [sys.executable, "-c", code, "run", "--tier", tier, "GOOD"],
            env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert done.stdout == "1deep2deep\n6\n"
        assert done.stderr.split() == []


@pytest.mark.slow
def test_bench_start_measures_what_it_says(folder: Path, capsys: Capture) -> None:
    Path("GOOD.m").write_text(GOOD)
    assert main.run(["bench", "start", "GOOD.m", "--runs", "1", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)

    assert (facts["routines"], facts["bytes"]) == (1, len(GOOD))
    assert facts["load_mb_per_s"] > facts["compile_mb_per_s"] > 0
    assert facts["cold_cpu_ms"] > facts["hot_cpu_ms"] > facts["python_cpu_ms"] > 0
    assert main.run(["bench", "start", "GOOD.m", "--runs", "1"]) == 0
    assert "loaded from the code cache" in capsys.readouterr().out

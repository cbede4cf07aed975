"""parse, explain, doctor, and the story that demo tells."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

import bumps
from bumps.errors import BumpsError
from bumps.tools import demo, doctor, explain, main, parse, registrations, reopen, sigkill
from bumps.tools.ledger import Ledger, value_of
from bumps.tools.registrations import Clinic

Capture = pytest.CaptureFixture[str]


# parse


def test_a_routine_that_parses_prints_nothing(folder: Path, capsys: Capture) -> None:
    Path("A.m").write_text("A\tWRITE 1\n\tQUIT\n", encoding="ascii")

    assert main.run(["parse", "A.m"]) == 0
    assert capsys.readouterr().out == ""


def test_a_line_that_does_not_parse_is_shown_with_a_caret(folder: Path, capsys: Capture) -> None:
    Path("sub").mkdir()
    Path("sub", "B.m").write_text("B\tQUIT\n\tSET x=(1+\n", encoding="ascii")
    Path("sub", "notes.txt").write_text("nothing", encoding="ascii")

    assert main.run(["parse", "sub"]) == 1
    head, source, caret = capsys.readouterr().out.splitlines()
    assert head.startswith("sub/B.m:2:") and ": RHMISSING: " in head
    assert source == "\tSET x=(1+" and caret.strip() == "^" and caret[0] == "\t"
    assert main.run(["parse", "sub", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["line"] == 2


def test_warnings_are_shown_on_request_and_do_not_count(folder: Path, capsys: Capture) -> None:
    Path("C.m").write_bytes(b'C\tWRITE "\xe9"\n\tQUIT\n')

    assert main.run(["parse", "C.m"]) == 0
    assert capsys.readouterr().out == ""
    assert main.run(["parse", "C.m", "--warnings"]) == 0
    assert "warning: CHARSET" in capsys.readouterr().out


def test_a_file_that_cannot_be_read_is_status_2(folder: Path, capsys: Capture) -> None:
    assert main.run(["parse", "no.m"]) == 2
    assert capsys.readouterr().err == (
        "bumps: no.m: No such file or directory\nhint: look at the name, and at the folder\n"
    )


def test_routines_of_a_folder_come_in_order(folder: Path) -> None:
    for name in ("b/Z.m", "b/A.m", "a/C.m"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).touch()

    assert list(parse.expand(["."])) == ["./a/C.m", "./b/A.m", "./b/Z.m"]


# explain


@pytest.mark.parametrize("code", ["M9", "m9", "DIVZERO", "150373210", "Z150373210", "%GTM-E-DIVZERO", ",M9,"])
def test_an_error_is_found_by_each_of_its_names(code: str, capsys: Capture) -> None:
    assert main.run(["explain", code]) == 0
    assert "DIVZERO" in capsys.readouterr().out


def test_an_unknown_code_is_a_no_with_a_hint(capsys: Capture) -> None:
    assert main.run(["explain", "DIVZERRO"]) == 1
    assert capsys.readouterr().err.splitlines()[1].startswith("hint: did you mean DIVZERO")


def test_every_error_of_ours_has_a_meaning_a_cause_and_an_action() -> None:
    ours = [entry for entry in explain.entries() if entry.number >= 500000002]

    assert {"CORRUPTION", "LOCKED", "DISKFULL", "UNBUILT"} <= {entry.name for entry in ours}
    known = [entry for entry in ours if entry.name not in ("STORAGE",)]
    assert [entry.name for entry in known if not (entry.meaning and (entry.cause or entry.action))] == []


def test_a_class_of_another_module_is_not_explained() -> None:
    before = list(explain.entries())
    kind: type[BumpsError] = type("TheirError", (BumpsError,), {})

    assert list(explain.entries()) == before
    assert kind.number == BumpsError.number


def test_no_two_errors_share_a_number() -> None:
    numbers = [entry.number for entry in explain.entries()]

    assert len(numbers) == len(set(numbers))


def test_advice_is_given_for_errors_that_exist() -> None:
    from bumps.tools.advice import ADVICE

    assert sorted(set(ADVICE) - {entry.name for entry in explain.entries()}) == []


# doctor


def test_doctor_looks_at_the_disk_and_the_database_and_leaves_nothing(folder: Path, capsys: Capture) -> None:
    bumps.open("a.bumps").close()

    assert main.run(["doctor", "--db", "a.bumps", "--json"]) == 0
    found = {entry["what"]: entry for entry in map(json.loads, capsys.readouterr().out.splitlines())}
    assert found["bumps"]["found"] == bumps.__version__
    assert found["fdatasync"]["found"].startswith("median")
    assert found["database"]["status"] == "ok"
    assert [path.name for path in folder.iterdir()] == ["a.bumps"]


def test_doctor_fails_for_a_database_that_cannot_be_opened(folder: Path, capsys: Capture) -> None:
    Path("wrong.bumps").mkdir()
    Path("wrong.bumps", "data").write_bytes(b"something else " * 4000)

    assert main.run(["doctor", "--db", "wrong.bumps"]) == 1
    assert "fail  database: " in capsys.readouterr().out


def test_doctor_says_which_variables_are_used_and_which_ignored(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUMPS_PROMPT", "M>")
    monkeypatch.setenv("gtmgbldir", "x.gld")

    found = {finding.what: finding.found for finding in doctor.findings("a.bumps")}
    assert found["$BUMPS_PROMPT"] == "M> (used)"
    assert "ignored" in found["$gtmgbldir"]


def test_doctor_fails_where_no_fast_checksum_is_installed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bumps import checksum

    monkeypatch.setattr(checksum, "_extend", checksum.refuse)

    (found,) = [finding for finding in doctor.findings("a.bumps") if finding.what == "CRC-32C"]
    assert found.status == doctor.FAIL and "google-crc32c" in found.action


# demo, and the counting behind it


def registered(path: str, count: int) -> Clinic:
    """Make a database with so many registrations, all of them acknowledged."""
    clinic = Clinic(path)
    with bumps.open(path) as database:
        for number in range(1, count + 1):
            with database.transaction():
                database["^CLINIC", "LAST"] = number
                for field, value in (("NAME", f"N{number % 3}"), ("BORN", "1820"), ("WARD", f"W{number % 2}")):
                    database["^PATIENT", number, field] = value
                database["^INDEX", "NAME", f"N{number % 3}", number] = ""
                database["^INDEX", "WARD", f"W{number % 2}", number] = ""
                database.increment("^CLINIC", "COUNT", f"W{number % 2}")
    clinic.acknowledged = count
    return clinic


def test_whole_registrations_are_sound(folder: Path) -> None:
    count = registered("a.bumps", 7).count()

    assert count.sound and count.whole == 7


def test_the_counting_notices_what_is_lost_partial_or_strange(folder: Path) -> None:
    clinic = registered("a.bumps", 7)
    with bumps.open("a.bumps") as database:
        database.kill("^PATIENT", 3)
        database.kill("^INDEX", "WARD", "W1", 5)
        database["^INDEX", "NAME", "N0", 99] = ""
        database["^CLINIC", "COUNT", "W0"] = 17
    clinic.acknowledged = 8

    count = clinic.count()
    assert count.lost == (3, 8)
    assert count.partial == (3, 5)
    assert count.strange >= 2 and not count.sound


def test_the_demo_shows_the_program_that_runs() -> None:
    shown = demo.program()

    assert shown[0].startswith("REGISTER(count)")
    assert any("TCOMMIT" in line for line in shown)
    assert not any(line.startswith("WARDS") for line in shown)


def test_the_program_registers_as_many_nodes_as_it_says(folder: Path) -> None:
    place = ["--db", "a.bumps", "--routines", str(registrations.ROUTINES)]

    assert main.run(["run", *place, "REGISTER^CLINIC", "20"]) == 0
    clinic = Clinic("a.bumps")
    clinic.acknowledged = 20
    assert clinic.count().sound
    with bumps.open("a.bumps") as database:
        assert database.engine.last_lsn >= 20
    assert (
        sum(
            line.startswith("\tSET ^") for line in (registrations.ROUTINES / "CLINIC.m").read_text("utf-8").splitlines()
        )
        == registrations.NODES_PER_REGISTRATION
    )


def test_a_child_that_ends_by_itself_is_an_error(folder: Path) -> None:
    (folder / "clinic.bumps").write_text("no database", encoding="ascii")

    with pytest.raises(BumpsError, match="ended by itself"):
        Clinic("clinic.bumps").live(5)


@pytest.mark.slow
def test_the_demo_keeps_every_promise(folder: Path, capsys: Capture) -> None:
    assert main.run(["demo", "--kills", "2", "--keep", "kept"]) == 0

    shown = capsys.readouterr().out
    assert "Every promise was kept." in shown
    assert sorted(path.name for path in Path("kept").iterdir()) == ["again.bumps", "clinic.bumps"]
    assert main.run(["db", "verify", "kept/clinic.bumps", "--deep"]) == 0


@pytest.mark.slow
def test_kills_at_random_moments_lose_nothing(folder: Path) -> None:
    for victim in (Clinic("clinic.bumps"), Ledger("ledger.bumps")):
        found = sigkill.torment(victim, 6, random.Random(1), lambda _line: None)

        assert found["sound"], found
        assert found["acknowledged"] > 0
        assert len(found["opens_s"]) == found["kills"] == 6


def test_the_sums_over_databases_have_the_kills_of_each_kind() -> None:
    one = {"kills": 2, "acknowledged": 5, "lost": 0, "partial": 0, "strange": 0, "problems": 0, "sound": True}
    found = [
        {**one, "kind": "threads", "opens_s": [0.1, 0.5]},
        {**one, "kind": "M program", "opens_s": [0.2], "lost": 1},
    ]
    found[1]["sound"] = False

    summed = sigkill.total(found)

    assert summed["kinds"] == {"M program": 2, "threads": 2}
    assert (summed["kills"], summed["acknowledged"], summed["lost"], summed["sound"]) == (4, 10, 1, False)
    assert (summed["median_open_s"], summed["slowest_open_s"]) == (0.2, 0.5)


@pytest.mark.slow
@pytest.mark.parametrize("kind", range(3))
def test_a_killed_journal_of_two_megabytes_is_opened_and_measured(folder: Path, kind: int) -> None:
    found = reopen.measure(str(folder), kind, 2_000_000, 1)

    assert 0.9 <= found["journal_mb"] < 4
    assert found["nodes"] > 500 and found["cpu_s"] > 0


def test_the_count_of_a_ledger_notices_what_is_lost_partial_or_strange(folder: Path) -> None:
    ledger = Ledger("ledger.bumps", threads=2)
    with bumps.open("ledger.bumps") as database:
        for number in range(1, 6):
            for name in ("^ENTRY", "^AMOUNT", "^TEXT"):
                database[name, 0, number] = value_of(name, 0, number)
        database["^LAST", 0] = 5
        database["^SHARED"] = 1
    ledger.note([b"0 4", b"0 5"])
    assert ledger.count().sound
    assert ledger.acknowledged == ledger.count().whole == 5

    with bumps.open("ledger.bumps") as database:
        del database["^TEXT", 0, 2]
        database["^ENTRY", 0, 3] = "something else"
        database["^ENTRY", 1, 1] = value_of("^ENTRY", 1, 1)
        database["^SHARED"] = 2
    ledger.note([b"0 6"])

    count = ledger.count()
    assert count.lost == (2, 6)
    assert count.partial == (2, 3)
    assert count.whole == 3
    assert count.strange == 2 and not count.sound


def test_values_of_a_ledger_have_the_sizes_of_the_comparison() -> None:
    sizes = {len(value_of("^TEXT", thread, number)) for thread in range(4) for number in range(500)}

    assert min(sizes) == 20 and max(sizes) == 420

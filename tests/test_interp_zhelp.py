"""interp/zhelp.py: everything that has a keyword has a topic, found by each of its spellings."""

from __future__ import annotations

from pathlib import Path

import pytest

from bumps.interp import keywords
from bumps.interp.helps import COMMANDS, FUNCTIONS, KINDS, SPECIALS
from tests.test_interp_settings import machine_in


def helped(tmp_path: Path, code: str) -> list[str]:
    machine, output, _ = machine_in(tmp_path)
    machine.execute_directly(code)
    return output.getvalue().decode().splitlines()


def test_every_keyword_has_a_topic_and_every_topic_is_one() -> None:
    assert set(COMMANDS) == set(keywords.COMMANDS.values())
    assert set(FUNCTIONS) == {f"${each.name}(" for each in keywords.FUNCTIONS.values()}
    assert set(SPECIALS) == {f"${name}" for name in keywords.SPECIALS.values()}


def test_the_usage_of_a_topic_begins_with_a_spelling_of_it() -> None:
    for name, topic in COMMANDS.items():
        assert keywords.COMMANDS[topic.usage.replace("[", " ").split()[0]] in (name, "HANG"), topic
    for name, topic in FUNCTIONS.items():
        assert keywords.FUNCTIONS[topic.usage[1:].partition("(")[0]].name == name[1:-1], topic


def test_a_line_of_help_fits_into_a_terminal(tmp_path: Path) -> None:
    for kind in KINDS:
        assert all(len(line) <= 120 for line in helped(tmp_path, f'ZHELP "{kind}"'))


def test_without_a_topic_all_are_listed(tmp_path: Path) -> None:
    lines = helped(tmp_path, "ZHELP")
    words = set(" ".join(lines).split())
    assert {"SET", "ZSTEP", "$PIECE", "$ZTIMEOUT", "PATTERNS"} <= words
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(
    ("word", "beginnings"),
    [
        ("set", ["S a=1"]),
        ("S", ["S a=1"]),
        ("H", ["H seconds", "H"]),
        ("$p", ["$P(text", "$P"]),
        ("$P(", ["$P(text"]),
        ("$ZTI", ["S $ZTIMEOUT"]),
        ("zst", ["ZST INTO"]),
        ("PATT", ["x?1.3N"]),
        (" operators ", ["+ - *"]),
        ("nonsense", ["There is no help on NONSENSE"]),
    ],
)
def test_a_topic_is_found_by_each_spelling(tmp_path: Path, word: str, beginnings: list[str]) -> None:
    lines = [line for line in helped(tmp_path, f'ZHELP "{word}"') if not line.startswith("    ")]
    assert len(lines) == len(beginnings)
    assert all(line.startswith(beginning) for line, beginning in zip(lines, beginnings, strict=True)), lines


def test_help_goes_to_the_current_device_and_several_topics_are_several(tmp_path: Path) -> None:
    assert helped(tmp_path, 'O "h":NEWVERSION U "h" ZHELP "W","R" C "h"') == []
    assert len((tmp_path / "h").read_text().splitlines()) == 4

"""interp/patterns.py: equal to a matcher that tries everything, and fast where that would not be."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bumps.errors import MError
from bumps.interp import grammar, nodes, patterns

CHARACTERS = "aAbB12."
CLASSES = {"A": "aAbB", "N": "12", "U": "AB", "L": "ab", "E": CHARACTERS}


def compiled(source: str, charset: str = "m") -> patterns.Matcher:
    """Return the matcher of a pattern in source form."""
    pattern = grammar.parse_pattern(source)
    assert isinstance(pattern, nodes.Pattern), source
    return patterns.compile_pattern(pattern, charset)


def ends(pattern: nodes.Pattern, text: str, start: int) -> set[int]:
    """Return where matches of the pattern that start at `start` may end, by trying everything."""
    found = {start}
    for atom in pattern.atoms:
        found = {end for at in found for end in repeated(atom, text, at)}
    return found


def repeated(atom: nodes.PatternAtom, text: str, start: int) -> set[int]:
    """Return where low to high repetitions of an atom may end."""
    high = atom.high if atom.high is not None else max(atom.low, len(text) + 1)
    found: set[int] = set()
    here = {start}
    for count in range(high + 1):
        if count >= atom.low:
            found |= here
        here = {end for at in here for end in once(atom, text, at)}
    return found


def once(atom: nodes.PatternAtom, text: str, at: int) -> set[int]:
    """Return where one repetition of an atom may end."""
    if atom.text is not None:
        return {at + len(atom.text)} if text.startswith(atom.text, at) else set()
    if atom.alternatives:
        return {end for alternative in atom.alternatives for end in ends(alternative, text, at)}
    return {at + 1} if at < len(text) and any(text[at] in CLASSES[code] for code in atom.codes) else set()


counts = st.sampled_from(["0", "1", "2", "3", ".", "1.", "2.", ".2", "0.3", "1.3", "2.3"])
units = st.sampled_from(["A", "N", "AN", "U", "L", "E", '"a"', '"ab"', '"aa"', '""', '"1"'])
simple = st.lists(st.builds(str.__add__, counts, units), min_size=1, max_size=3).map("".join)
choices = st.lists(simple, min_size=1, max_size=3).map(lambda every: f"({','.join(every)})")
sources = st.lists(st.builds(str.__add__, counts, units | choices), min_size=1, max_size=4).map("".join)


@settings(max_examples=400)
@given(sources, st.text("aa" + CHARACTERS, max_size=9), st.sampled_from(["m", "utf-8"]))
def test_a_pattern_matches_what_trying_everything_matches(source: str, text: str, charset: str) -> None:
    pattern = grammar.parse_pattern(source)
    assert isinstance(pattern, nodes.Pattern), source
    expected = len(text) in ends(pattern, text, 0)

    matcher = patterns.compile_pattern(pattern, charset)

    assert matcher.matches(text) == expected
    assert matcher._replace(regex=None).matches(text) == expected, "without the short cut"


def test_five_unbounded_classes_over_ten_thousand_characters_are_quick() -> None:
    matcher = compiled(".A.A.A.A.A1N")
    text = "a" * 10_000
    began = time.process_time()

    assert (matcher.matches(text), matcher.matches(text + "1")) == (0, 1)
    assert time.process_time() - began < 0.1


def test_repeated_literals_and_choices_are_quick() -> None:
    began = time.process_time()

    assert compiled('.2"ab".(1"ab",1N)1N').matches("ab" * 5_000 + "1") == 1
    assert compiled('."ab".A1N').matches("ab" * 50_000 + "1") == 1
    assert compiled('5000"ab"').matches("ab" * 5_000) == 1
    assert time.process_time() - began < 1.0


@pytest.mark.parametrize(
    ("source", "text"),
    [("1A", "é"), ("1U", "É"), ("1L", "ß"), ("1P", "€"), ("1N1P", "1—"), ("1C", "\u0085"), ("1E", "日"), ("1A", "日")],
)
def test_characters_outside_ascii_have_the_codes_of_unicode(source: str, text: str) -> None:
    assert compiled(source, "utf-8").matches(text) == 1


def test_a_pattern_code_that_does_not_exist_raises() -> None:
    atom = nodes.PatternAtom(0, 2, 1, 1, "X", None, ())

    with pytest.raises(MError, match="pattern code X"):
        patterns.compile_pattern(nodes.Pattern(0, 2, [atom]))


def test_a_pattern_of_thousands_of_atoms_is_no_regular_expression_and_matches() -> None:
    matcher = compiled("1E1N" * 2_000)

    assert matcher.regex is None
    assert (matcher.matches("x1" * 2_000), matcher.matches("x1" * 1_999 + "xx")) == (1, 0)
    assert compiled("1E1N" * 50).regex is not None


@pytest.mark.parametrize("charset", ["m", "utf-8"])
@pytest.mark.parametrize("codes", [*"ACELNPU", "AN", "CP", "CELN"])
def test_a_class_as_a_regular_expression_is_the_class(codes: str, charset: str) -> None:
    matcher = compiled(f"1{codes}", charset)
    without = matcher._replace(regex=None)

    assert matcher.regex is not None
    assert [matcher.matches(chr(code)) for code in range(256)] == [without.matches(chr(code)) for code in range(256)]


def test_the_mask_of_a_text_is_made_once_however_often_a_choice_repeats(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    occurrences = patterns._occurrences_in

    def counted(text: str, wanted: str) -> int:
        made.append(wanted)
        return occurrences(text, wanted)

    monkeypatch.setattr(patterns, "_occurrences_in", counted)
    text = "ab" * 500

    assert compiled('.(1.2"ab",2"ba",1.3"q")').matches(text) == 1
    assert sorted(made) == ["ab", "ba", "q"]
    assert compiled('.(1.2"ab",2"ba",1.3"q")').matches(text + "a") == 0

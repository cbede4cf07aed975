"""interp/functions.py, names.py, dates.py, codes.py: what the tables cannot show, and the database of charset utf-8."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bumps.errors import MError
from bumps.interp import codes, dates, functions, names
from bumps.interp.values import Value, is_canonic, to_text
from bumps.limits import STRING_SIZE_MAX

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)


@given(texts, st.sampled_from(["^", "--", "a"]), st.integers(-1, 6), st.integers(-1, 6), texts)
def test_set_piece_puts_what_piece_finds(text: str, mark: str, first: int, last: int, value: str) -> None:
    changed = functions.set_piece(text, mark, first, last, value)

    start = max(first, 1)
    if last < start:
        assert changed is None
    elif mark not in value and not any(edge in mark for edge in (value[:1], value[-1:], text[-1:]) if edge):
        assert changed is not None
        assert functions.piece(changed, mark, start) == value
        assert functions.pieces(changed, mark, 1, start - 1).rstrip(mark) == functions.pieces(
            text, mark, 1, start - 1
        ).rstrip(mark)


@given(texts, st.integers(-1, 12), st.integers(-1, 12), texts)
def test_set_extract_puts_the_value_there_and_keeps_the_rest(text: str, first: int, last: int, value: str) -> None:
    changed = functions.set_extract(text, first, last, value)

    start = max(first, 1)
    if last < start:
        assert changed is None
    else:
        assert changed == text[: start - 1].ljust(start - 1) + value + text[last:]


@pytest.mark.parametrize("count", [STRING_SIZE_MAX + 2, 10**12])
def test_a_text_that_would_be_too_long_raises_m75(count: int) -> None:
    makers: list[Callable[[], str | None]] = [
        lambda: functions.set_piece("", "^", count, count, "x"),
        lambda: functions.set_extract("", count, count, "x"),
        lambda: functions.justify(1, count),
        lambda: functions.justify(1, 1, count),
        lambda: functions.fnumber(1, "", count),
    ]
    for make in makers:
        with pytest.raises(MError) as caught:
            make()
        assert caught.value.code == "M75"


@pytest.mark.parametrize("charset", ["m", "utf-8"])
@given(value=texts)
def test_what_zwrite_writes_reads_back(charset: str, value: str) -> None:
    if charset == "m":
        value = value.encode("utf-8").decode("latin-1")

    written = names.format_value(value, charset)

    assert names.unquote(written, charset) == value
    assert (written == value) == is_canonic(value)


@given(st.lists(texts | st.integers(-1000, 1000), max_size=4), st.none() | texts)
def test_a_formatted_name_parses_to_its_parts(subscripts: list[Value], environment: str | None) -> None:
    text = names.format_name("^AB", subscripts, environment=environment)

    assert names.parse_name(text) == ("^AB", environment, tuple([to_text(each) for each in subscripts]))
    assert names.qlength(text) == len(subscripts)


def test_utf_8_counts_characters_and_writes_what_is_printed() -> None:
    assert functions.character(8364) == "€"
    assert functions.ascii_code("€") == 8364
    assert functions.convert("éa", "U") == "ÉA"
    assert functions.width("日本") == 4
    assert names.quote("é\n€\u2028") == '"é"_$C(10)_"€"_$C(8232)'
    with pytest.raises(MError) as caught:
        functions.character(0x110000)
    assert caught.value.name == "INVDLRCVAL"


def test_random_asks_for_a_number_below_the_limit() -> None:
    asked: list[int] = []

    def below(limit: int) -> int:
        asked.append(limit)
        return 4

    assert functions.random("6 dice", below) == 4
    assert asked == [6]


def test_horolog_counts_days_and_seconds() -> None:
    assert dates.horolog(datetime.datetime(1840, 12, 31)) == "0,0"
    assert dates.horolog(datetime.datetime(2005, 4, 10, 1, 1, 1)) == "60000,3661"
    zone = datetime.timezone(datetime.timedelta(hours=2))
    assert dates.zhorolog(datetime.datetime(2005, 4, 10, 1, 1, 1, 7, zone)) == "60000,3661,7,-7200"


@given(st.integers(-365, 10_000_000))
def test_zdate_agrees_with_python_where_that_has_dates(day: int) -> None:
    shown = dates.zdate(day, "YEAR-MM-DD DAY")

    try:
        date = dates.DAY_ZERO + datetime.timedelta(days=day)
    except OverflowError:
        assert int(shown.split("-")[0]) > 9999
    else:
        assert shown == f"{date.year:04}-{date.month:02}-{date.day:02} {date.strftime('%a').upper()}"


def test_an_error_carries_its_codes_and_its_text() -> None:
    error = codes.merror("UNDEF", "X(1)")

    assert str(error) == "Undefined local variable: X(1)"
    assert (error.code, error.ecode) == ("M6", ",M6,Z150373850,")
    assert codes.status_text(error) == "%GTM-E-UNDEF, Undefined local variable: X(1)"
    assert codes.status_text(codes.os_error(2)) == "%SYSTEM-E-ENO2, No such file or directory"
    assert codes.facility(codes.unbuilt("JOB")) == "BUMPS"
    assert "JOB" in str(codes.unbuilt("JOB"))


def test_zmessage_gives_the_text_without_facts() -> None:
    assert codes.message(150373850) == "%GTM-E-UNDEF, Undefined local variable: !AD"
    assert codes.message(2) == "%SYSTEM-E-ENO2, No such file or directory"
    assert codes.message(0) == "%SYSTEM-E-UNKNOWN, Unknown system error !SL"
    assert codes.name_of(150373210) == "DIVZERO"


def test_no_two_errors_share_a_number() -> None:
    numbers = [code.number for code in codes.CODES.values()]

    assert len(set(numbers)) == len(numbers)

"""bumps/keys.py: keys compare as M collates, and come back as the subscripts that they were made of."""

from __future__ import annotations

import enum
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bumps import keys
from bumps.errors import CorruptionError, LimitError, UsageError
from bumps.keys import KeyCodec, Subscript, is_canonic, number_text

UTF8 = KeyCodec.of("utf-8")
BYTES = KeyCodec.of("m")

TABLE = [
    (("",), "10 00"),
    (("-100",), "6D 38 39 39 7E 00"),
    (("-12.5",), "6E 38 37 34 7E 00"),
    (("-12",), "6E 38 37 7E 00"),
    (("-1",), "6F 38 7E 00"),
    (("-.5",), "70 34 7E 00"),
    (("0",), "78 00"),
    ((".05",), "80 30 35 00"),
    ((".5",), "80 35 00"),
    (("1.5",), "81 31 35 00"),
    (("7",), "81 37 00"),
    (("100",), "83 31 30 30 00"),
    (("123456789012345678",), "92 31 32 33 34 35 36 37 38 39 30 31 32 33 34 35 36 37 38 00"),
    (("1234567890123456789",), "C0 31 32 33 34 35 36 37 38 39 30 31 32 33 34 35 36 37 38 39 00"),
    (("1E3",), "C0 31 45 33 00"),
    (("007",), "C0 30 30 37 00"),
    (("-0",), "C0 2D 30 00"),
    (("A\0B",), "C0 41 01 01 42 00"),
    (("AB",), "C0 41 42 00"),
    (("é",), "C0 C3 A9 00"),
    (("7", "NAME"), "81 37 00 C0 4E 41 4D 45 00"),
]

CANONIC = ["0", "1", "-1", "10", "1.5", "-1.5", ".5", "-.5", "9" * 18, "9" * 17 + ".9", "." + "9" * 18]
CANONIC += ["1" + "0" * 46, "-1" + "0" * 46, "9" * 18 + "0" * 29, "." + "0" * 42 + "1", "-." + "0" * 42 + "9" * 18]
STRINGS = ["00", "01", "-0", ".", "-", "-.", "1.", "1.0", ".50", "0.5", "-0.5", "+1", "1E3", "1e3", " 1", "1 ", "1\n"]
STRINGS += ["9" * 19, "-" + "9" * 19, "9" * 18 + ".9", "." + "9" * 19, "1" + "0" * 47, "." + "0" * 43 + "1", "--1"]
STRINGS += ["١", "²", "1٠", "๓", "A", "\x01", "\x02", "\x01\x01", "\x7f", "é", "þ", "ÿ", "\xfe\x01", "~", "/", ":"]


def m_number(text: str) -> Decimal | None:
    """Return the value of a number in canonic form, by Decimal, or None: written from the sentence in STORAGE."""
    try:
        value = Decimal(text)
    except ArithmeticError:
        return None
    if not value.is_finite():
        return None
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    return value if text == m_text(sign, digits, exponent) else None


def m_text(sign: int, digits: tuple[int, ...], exponent: int) -> str | None:
    """Return the canonic form of a number from its parts, or None if it has none."""
    text = "".join(map(str, digits)).lstrip("0")
    while text.endswith("0"):
        text, exponent = text[:-1], exponent + 1
    if not text:
        return None if sign else "0"
    if len(text) > 18 or len(text) + exponent > 47 or -exponent - len(text) > 42:
        return None
    if exponent >= 0:
        written = text + "0" * exponent
    elif len(text) + exponent > 0:
        written = text[:exponent] + "." + text[exponent:]
    else:
        written = "." + "0" * (-exponent - len(text)) + text
    return "-" + written if sign else written


def m_compare_one(left: str, right: str) -> int:
    """Compare two subscripts: empty, numbers by value, strings by code point."""

    def rank(text: str) -> tuple[int, Decimal, str]:
        number = m_number(text)
        if not text or number is None:
            return (2 if text else 0, Decimal(0), text)
        return (1, number, "")

    return (rank(left) > rank(right)) - (rank(left) < rank(right))


def m_compare(left: tuple[str, ...], right: tuple[str, ...]) -> int:
    """Compare two lists of subscripts, a node before its descendants."""
    for one, other in zip(left, right, strict=False):
        if order := m_compare_one(one, other):
            return order
    return len(left) - len(right)


def numbers() -> st.SearchStrategy[str]:
    """Draw text that is a number, or nearly one."""
    digits = st.text("0123456789", max_size=20)
    zeros = st.sampled_from(["", "", "", "0", "0" * 17, "0" * 29, "0" * 42, "0" * 43, "0" * 46, "0" * 47])
    return st.builds(
        lambda sign, a, b, point, c, d: sign + a + b + point + c + d,
        st.sampled_from(["", "", "-"]),
        digits,
        zeros,
        st.sampled_from(["", "."]),
        zeros,
        digits,
    )


LATIN = st.text(st.characters(max_codepoint=255), max_size=8)
EDGES = st.sampled_from(["", *CANONIC, *STRINGS])
TEXT = st.one_of(EDGES, numbers(), st.integers(-200, 200).map(str), st.text(max_size=8), LATIN)
M_TEXT = st.one_of(EDGES, numbers(), LATIN).filter(lambda text: all(ord(character) < 256 for character in text))


@pytest.mark.parametrize(("subscripts", "encoded"), TABLE)
def test_encoding_is_the_documented_one(subscripts: tuple[str, ...], encoded: str) -> None:
    assert UTF8.encode(subscripts) == bytes.fromhex(encoded)
    assert KeyCodec("utf-8").decode(bytes.fromhex(encoded)) == subscripts


@pytest.mark.parametrize("text", CANONIC)
def test_canonic_numbers_are_numbers(text: str) -> None:
    assert is_canonic(text)
    assert m_number(text) is not None
    assert UTF8.encode_one(text)[0] != keys.TAG_STRING
    assert number_text(Decimal(text)) == text


@pytest.mark.parametrize("text", STRINGS)
def test_all_other_text_is_a_string(text: str) -> None:
    assert not is_canonic(text)
    assert m_number(text) is None
    assert UTF8.encode_one(text)[0] == keys.TAG_STRING


@given(TEXT)
def test_what_is_canonic_is_what_the_definition_says(text: str) -> None:
    assert is_canonic(text) == (m_number(text) is not None)


@given(st.lists(st.lists(TEXT, max_size=3).map(tuple), max_size=12))
def test_keys_compare_as_m_collates(nodes: list[tuple[str, ...]]) -> None:
    expected = sorted(nodes, key=cmp_to_key(m_compare))

    assert [UTF8.decode(key) for key in sorted(map(UTF8.encode, nodes))] == expected


@given(st.lists(M_TEXT, max_size=20))
def test_bytes_compare_as_m_collates_in_charset_m(texts: list[str]) -> None:
    expected = sorted(texts, key=cmp_to_key(m_compare_one))

    assert [BYTES.decode_one(code) for code in sorted(map(BYTES.encode_one, texts))] == expected


@given(st.lists(TEXT, max_size=5))
@example(["\x00\x01\xfe\xff", "ÿþ"])
def test_what_is_encoded_is_decoded_with_a_memo_and_without(subscripts: list[str]) -> None:
    key = UTF8.encode(subscripts)

    assert UTF8.decode(key) == tuple(subscripts) == KeyCodec("utf-8").decode(key)
    assert KeyCodec("utf-8").encode(subscripts) == key
    assert [UTF8.decode_one(code) for code in UTF8.split(key)] == subscripts
    assert b"".join(UTF8.split(key)) == key


@given(st.lists(M_TEXT, max_size=5))
def test_a_key_has_one_00_for_each_subscript_and_no_ff(subscripts: list[str]) -> None:
    for codec in (UTF8, BYTES):
        key = codec.encode(subscripts)
        assert key.count(0) == len(subscripts)
        assert 255 not in key


@given(st.binary(max_size=12))
def test_bytes_are_subscripts_of_charset_m(data: bytes) -> None:
    assert BYTES.encode_one(data) == BYTES.encode_one(data.decode("latin-1"))
    assert BYTES.decode_one(BYTES.encode_one(data)).encode("latin-1") == data


@given(st.one_of(st.binary(max_size=8), st.binary(max_size=8).map(lambda tail: b"\xc0" + tail), st.just(b"")))
@example(b"\xc0")
@example(b"\xc07")
@example(b"\xc0\x01\x03")
@example(b"\xc0\xff")
@example(b"\x8107")
@example(b"\x80")
@example(b"\x815\xb2")
@example(b"\x6f8")
@example(b"\x6f\x7e")
@example(b"\x787")
def test_a_code_that_encoding_would_not_have_made_is_refused(code: bytes) -> None:
    for charset in ("utf-8", "m"):
        codec = KeyCodec(charset)
        try:
            text = codec.decode_one(code + b"\0")
        except CorruptionError:
            continue
        assert KeyCodec(charset).encode_one(text) == code + b"\0"


@pytest.mark.parametrize("key", [b"\xc0A", b"\x81", b"\0", b"\xc0A\0B"])
def test_bytes_that_are_no_key_are_refused(key: bytes) -> None:
    with pytest.raises(CorruptionError):
        UTF8.decode(key)


@pytest.mark.parametrize("key", [b"\xc0A", b"\x81", b"\0", b"\xc0A\0B"])
def test_one_key_among_many_that_is_none_is_noticed(key: bytes) -> None:
    sound = [UTF8.encode(("A", 1)), b"", UTF8.encode(("B",))]
    assert UTF8.decodes(sound)
    assert UTF8.decodes([])
    for at in range(len(sound) + 1):
        assert not UTF8.decodes([*sound[:at], key, *sound[at:]])


@pytest.mark.parametrize("code", [b"", b"\xc0A", b"\xc0A\0\xc0B\0"])
def test_what_is_not_one_code_is_refused(code: bytes) -> None:
    with pytest.raises(CorruptionError):
        UTF8.decode_one(code)


class Colour(enum.StrEnum):
    """A str that is not only a str."""

    RED = "red"


class Level(enum.IntEnum):
    """An int that is not only an int."""

    HIGH = 7


@pytest.mark.parametrize(
    ("subscript", "text"),
    [
        (7, "7"),
        (0, "0"),
        (-7, "-7"),
        (10**18 - 1, "9" * 18),
        (10**18, "1" + "0" * 18),
        (10**18 + 1, "1000000000000000001"),
        (10**46, "1" + "0" * 46),
        (10**47, "1" + "0" * 47),
        (-(10**46), "-1" + "0" * 46),
        (Decimal("1.50"), "1.5"),
        (Decimal("-0.50"), "-.5"),
        (Decimal("0.00"), "0"),
        (Decimal("-0"), "0"),
        (Decimal("1E3"), "1000"),
        (Decimal("100"), "100"),
        (Decimal("10.0"), "10"),
        (Decimal("0.05"), ".05"),
        (Decimal("1234567890123456789012345678901.5"), "1234567890123456789012345678901.5"),
        (Level.HIGH, "7"),
        (Colour.RED, "red"),
        (b"AB", "AB"),
    ],
)
def test_numbers_of_python_are_their_text_in_m(subscript: Subscript, text: str) -> None:
    assert UTF8.encode_one(subscript) == UTF8.encode_one(text)


@given(st.one_of(st.integers(), st.decimals(allow_nan=False, allow_infinity=False, places=5)))
def test_equal_numbers_have_one_code(number: int | Decimal) -> None:
    code = UTF8.encode_one(number)

    assert code == UTF8.encode_one(number_text(number)) == UTF8.encode_one(Decimal(number))
    assert Decimal(UTF8.decode_one(code)) == number


REFUSED: list[Any] = [
    True,
    False,
    1.0,
    0.5,
    None,
    [],
    {},
    pytest.param(object(), id="object"),
    Decimal("NaN"),
    Decimal("-Infinity"),
    "\ud800",
    b"\xff",
    (1,),
]


@pytest.mark.parametrize("subscript", REFUSED, ids=repr)
def test_what_is_no_subscript_is_refused_even_when_its_equal_is_in_the_memo(subscript: Subscript) -> None:
    codec = KeyCodec("utf-8")
    codec.encode(["1", 1, Decimal(1), 0, Decimal("0.5")])

    with pytest.raises(UsageError):
        codec.encode_one(subscript)


def test_true_one_and_the_text_one_do_not_share_a_place_in_the_memo() -> None:
    orders: list[list[Subscript]] = [[1, Decimal(1), "1"], ["1", Decimal(1), 1], [Decimal(1), 1, "1"]]
    for order in orders:
        codec = KeyCodec("utf-8")
        assert {codec.encode_one(subscript) for subscript in order} == {b"\x811\0"}
        with pytest.raises(UsageError):
            codec.encode_one(True)


def test_a_character_outside_of_charset_m_is_refused() -> None:
    with pytest.raises(UsageError, match=r"U\+20AC"):
        BYTES.encode_one("€")


@pytest.mark.parametrize(
    "number", [10**5000, Decimal("1E+999999999"), Decimal("1E-999999999")], ids=["int", "1E9..", "1E-9.."]
)
def test_a_number_too_long_for_any_key_is_not_written_out(number: int | Decimal) -> None:
    with pytest.raises(LimitError):
        UTF8.encode_one(number)


@pytest.mark.parametrize("subscript", ["", "0", 7, "A"])
def test_63_subscripts_are_the_limit(subscript: Subscript) -> None:
    assert len(UTF8.split(UTF8.encode([subscript] * 63))) == 63
    with pytest.raises(LimitError, match="64 subscripts"):
        UTF8.encode([subscript] * 64)


def test_another_charset_is_refused() -> None:
    with pytest.raises(UsageError):
        KeyCodec.of("latin-1")


def test_all_share_one_codec_for_a_charset() -> None:
    assert KeyCodec.of("m") is KeyCodec.of("m")


def test_a_full_memo_takes_nothing_until_it_is_dropped_and_answers_stay_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "MEMO_COUNT_MAX", 3)
    monkeypatch.setattr(keys, "MEMO_MISS_COUNT_MAX", 5)
    codec = KeyCodec("utf-8")

    seen: set[frozenset[str]] = set()
    for text in ["A", "B", "C", "D", "1.5", "X" * 300] * 4:
        assert codec.decode_one(codec.encode_one(text)) == text
        assert codec.decode(codec.encode_one(text)) == (text,)
        assert max(len(codec._codes), len(codec._ones), len(codec._texts)) <= 3
        seen.add(frozenset(codec._codes))
    assert len({codes for codes in seen if len(codes) == 3}) > 1, "it was dropped and filled again"


def test_what_order_returns_is_in_the_memo_of_encoding() -> None:
    codec = KeyCodec("utf-8")

    codec.decode_one(b"\xc0NAME\0")
    codec.decode_one(b"\x81\x37\0")

    assert codec._codes == {"NAME": b"\xc0NAME\0", "7": b"\x817\0"}


@pytest.mark.parametrize("exponent", range(19))
def test_ints_beside_each_power_of_ten_have_the_code_of_their_text(exponent: int) -> None:
    for number in (10**exponent - 1, 10**exponent, 10**exponent + 1, 12345 * 10**exponent):
        assert UTF8.encode([number, -number]) == KeyCodec("utf-8").encode([str(number), str(-number)])


def test_every_int_of_the_tables_has_the_code_of_its_text() -> None:
    for number in [*range(10_000), *range(10_000, 10**8, 98_765), *range(0, 10**8, 10**4)]:
        assert UTF8.encode([number]) == keys.encode_text(str(number), "ascii")


class Name(str):
    """A str whose `str()` is another one."""

    def __str__(self) -> str:
        return "other"


def test_a_str_of_another_class_is_its_text_whether_the_memo_has_it_or_not() -> None:
    codec = KeyCodec("utf-8")

    assert codec.encode([Name("red")]) == b"\xc0red\0" == codec.encode([Name("red")])
    assert codec.encode(["other"]) == b"\xc0other\0"


@given(st.lists(st.lists(TEXT, max_size=4), max_size=8), st.lists(st.text(max_size=2), max_size=2))
@example([["A", "1"], ["B", "2"]], ["^X"])
@example([[], []], ["^X"])
def test_many_keys_are_decoded_as_one_is(nodes: list[list[str]], head: list[str]) -> None:
    found = KeyCodec("utf-8").decode_all([UTF8.encode(node) for node in nodes], *head)

    assert found == [(*head, *node) for node in nodes]


@pytest.mark.parametrize("key", [b"\xc0A", b"\x81", b"\0", b"\xc0A\0B", b"\xc0A\0\x81"])
def test_bytes_that_are_no_key_are_refused_among_many(key: bytes) -> None:
    for many in ([key], [key, b"\xc0B\0"], [b"\xc0B\0", key], [b"", key, b""]):
        with pytest.raises(CorruptionError):
            BYTES.decode_all(many)

"""interp/values.py: texts, numbers and subscripts become each other as M says; what cannot be shown by a table."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bumps.errors import MError
from bumps.interp import numbers
from bumps.interp.arithmetic import arithmetic
from bumps.interp.values import INT_END, NUMBERS, is_canonic, to_bool, to_integer, to_key, to_number, to_text

numeric = st.builds(
    lambda sign, digits, exponent: to_number(f"{sign}{digits}E{exponent}"),
    st.sampled_from(["", "-"]),
    st.integers(0, 10**18 - 1),
    st.integers(-43, 28),
)


@given(numeric)
def test_the_text_of_a_number_is_canonic_and_means_that_number(number: int | Decimal) -> None:
    text = to_text(number)

    assert is_canonic(text)
    assert to_number(text) == number
    assert to_key(text) == number == to_key(number)


@given(numeric)
def test_an_int_is_below_1e18_and_a_key_is_an_int_if_it_can_be(number: int | Decimal) -> None:
    key = to_key(number)

    assert isinstance(key, int) == (number == int(number) and abs(number) < INT_END)
    assert type(key) is not bool


@given(st.text(max_size=12))
def test_a_text_that_is_no_canonic_number_stays_a_text_as_a_key(text: str) -> None:
    key = to_key(text)

    assert to_text(key) == text
    assert isinstance(key, str) != is_canonic(text)


@given(numeric, numeric)
def test_addition_commutes_and_subtraction_undoes_negation(left: int | Decimal, right: int | Decimal) -> None:
    with arithmetic():
        assert to_text(numbers.add(left, right)) == to_text(numbers.add(right, left))
        assert to_text(numbers.subtract(left, right)) == to_text(numbers.add(left, numbers.negate(right)))


def test_a_number_that_is_out_of_range_raises_each_time() -> None:
    for _ in range(2):
        with pytest.raises(MError) as caught:
            to_number("1E47")
        assert caught.value.code == "M92"
    assert "1E47" not in NUMBERS


def test_exponents_of_many_digits_are_no_trouble() -> None:
    assert to_number("1E-" + "9" * 5000) == 0
    assert to_number("0E" + "9" * 5000) == 0
    assert to_number("1E" + "0" * 5000 + "2") == 100
    with pytest.raises(MError):
        to_number("1E" + "9" * 5000)


def test_a_number_of_very_many_digits_is_cut_to_18() -> None:
    assert to_text(to_number("1" * 30)) == "1" * 18 + "0" * 12
    assert to_number("0" * 10_000 + "7") == 7
    with pytest.raises(MError):
        to_number("1" * 10_000)


def test_a_negative_zero_is_zero() -> None:
    with arithmetic():
        zero = numbers.multiply(Decimal("-.5"), 0)

    assert to_text(zero) == "0"
    assert to_key(zero) == 0
    assert not to_bool(zero)
    assert to_text(numbers.negate(zero)) == "0"


@pytest.mark.parametrize(("value", "integer"), [("2x", 2), (Decimal("-1.9"), -1), ("", 0), ("1E10", 10**10)])
def test_an_integer_drops_its_fraction(value: str | Decimal, integer: int) -> None:
    assert to_integer(value) == integer

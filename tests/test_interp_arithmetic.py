"""interp/arithmetic.py, numbers.py: the decimal context of a Run is M's, that of the program around it is its own."""

from __future__ import annotations

import io
from decimal import ROUND_UP, Context, Decimal, getcontext, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bumps.errors import MError
from bumps.interp import numbers
from bumps.interp.arithmetic import arithmetic, outside
from bumps.interp.machine import Machine
from bumps.interp.values import Number, to_number, to_text

HOSTILE = Context(prec=3, rounding=ROUND_UP, Emax=5, Emin=-5, traps=[])
"""A context of the program around M in which nothing of M would come out right."""

numeric = st.builds(
    lambda sign, digits, exponent: to_number(f"{sign}{digits}E{exponent}"),
    st.sampled_from(["", "-"]),
    st.one_of(st.integers(0, 10**18 - 1), st.sampled_from([0, 1, 10**17, 10**18 - 1])),
    st.one_of(st.integers(-43, 28), st.integers(-20, 2)),
)


class Computing(io.BytesIO):
    """A stream of the host that computes with decimals."""

    def __init__(self, data: bytes = b"") -> None:
        super().__init__(data)
        self.seen: set[Context] = set()

    def write(self, data: object) -> int:
        """Note the context."""
        self.seen.add(getcontext())
        return super().write(data)  # type: ignore[arg-type]

    def readline(self, size: int | None = -1, /) -> bytes:
        """Note the context."""
        self.seen.add(getcontext())
        return super().readline(size)

    def read(self, size: int | None = -1, /) -> bytes:
        """Note the context."""
        self.seen.add(getcontext())
        return super().read(size)


def machine(code: str, output: io.BytesIO, source: io.BytesIO | None = None) -> Machine:
    def no_globals() -> object:
        raise AssertionError("no program here has globals")

    made = Machine(globals_factory=no_globals, input=source or io.BytesIO(), output=output)  # type: ignore[arg-type]
    made.execute(code)
    return made


def test_m_computes_as_m_in_whatever_context_it_is_called() -> None:
    output = io.BytesIO()
    with localcontext(HOSTILE):
        machine("WRITE 2/3,!,1.5*1E20+7.25,!,1E18-1,!,1E-43/10,!", output)

    assert output.getvalue() == b".666666666666666666\n150000000000000000000\n1000000000000000000\n0\n"


@pytest.mark.parametrize("code", ["SET X=2/3", "WRITE 1/3,!", "HALT", "SET X=1/0", "SET X=1E46*10"])
def test_the_context_of_the_program_around_is_the_same_behind_a_run(code: str) -> None:
    with localcontext(HOSTILE):
        before, flags = getcontext(), dict(getcontext().flags)
        try:
            machine(code, io.BytesIO())
        except MError as error:
            assert error.code in ("M9", "M92")

        assert getcontext() is before
        assert getcontext().flags == flags


def test_a_stream_of_the_program_around_computes_in_its_own_context() -> None:
    source, output = Computing(b"1.5\n"), Computing()
    with localcontext(HOSTILE):
        before = getcontext()
        machine('WRITE "a",! READ X WRITE X/7,!', output, source)

        assert output.seen == {before}
        assert source.seen <= {before}
    assert output.getvalue() == b"a\n.214285714285714285\n"


def test_a_stream_may_run_m_itself() -> None:
    inner = io.BytesIO()

    class Running(io.BytesIO):
        def write(self, data: object) -> int:
            machine("WRITE 1/7,!", inner)
            return super().write(data)  # type: ignore[arg-type]

    outer = Running()
    machine("WRITE 2/7,! WRITE # WRITE 3/7,!", outer)

    assert b".142857142857142857\n" in inner.getvalue()
    assert outer.getvalue().startswith(b".285714285714285714\n")
    assert outer.getvalue().endswith(b".428571428571428571\n")


def test_outside_of_a_run_nothing_changes() -> None:
    with outside():
        assert Decimal(1) / 3 == Decimal("0." + "3" * getcontext().prec)


def exact(number: Number) -> Fraction:
    return Fraction(number)


def cut(value: Fraction, unit_of: Fraction | None = None) -> Fraction:
    """Return a value without its digits below the 18th one of itself, or of another value."""
    measure = abs(unit_of if unit_of is not None else value)
    if not measure or not value:
        return value
    exponent = 0
    while measure >= 10:
        measure, exponent = measure / 10, exponent + 1
    while measure < 1:
        measure, exponent = measure * 10, exponent - 1
    unit = Fraction(10) ** (exponent - 17)
    count = abs(value) // unit
    return count * unit * (1 if value > 0 else -1)


def in_range(value: Fraction) -> Fraction | str:
    """Return what M makes of a result of 18 digits."""
    if abs(value) >= Fraction(10) ** 47:
        return "M92"
    return value if abs(value) >= Fraction(1, 10**43) else Fraction(0)


def outcome(operator: str, left: Number, right: Number) -> Fraction | str:
    with arithmetic():
        try:
            return exact(getattr(numbers, operator)(left, right))
        except MError as error:
            return str(error.code)


@given(numeric, numeric)
def test_sums_drop_what_is_too_small_for_the_larger_operand_first(left: Number, right: Number) -> None:
    for operator, sign in ("add", 1), ("subtract", -1):
        a, b = exact(left), exact(right) * sign
        if a and b:
            a, b = cut(a, max(abs(a), abs(b))), cut(b, max(abs(a), abs(b)))

        assert outcome(operator, left, right) == in_range(cut(a + b))


@given(numeric, numeric)
def test_products_and_quotients_are_cut_to_18_digits(left: Number, right: Number) -> None:
    assert outcome("multiply", left, right) == in_range(cut(exact(left) * exact(right)))
    if right:
        assert outcome("divide", left, right) == in_range(cut(exact(left) / exact(right)))
    else:
        assert outcome("divide", left, right) == "M9"


@given(numeric, numeric)
def test_texts_compute_as_the_numbers_that_they_mean(left: Number, right: Number) -> None:
    for operator in "add", "subtract", "multiply":
        with arithmetic():
            try:
                wanted = to_text(getattr(numbers, operator)(left, right))
            except MError as error:
                assert error.code == "M92"
                continue
            assert to_text(getattr(numbers, operator)(to_text(left), right)) == wanted
            assert to_text(getattr(numbers, operator)(left, to_text(right))) == wanted
            assert to_text(getattr(numbers, operator)(to_text(left), to_text(right))) == wanted

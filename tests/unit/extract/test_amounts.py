from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkwell_extract.values.amounts import (
    DecimalMark,
    find_decimal_mark,
    looks_like_money,
    parse_amount,
)

AMOUNTS = st.decimals(min_value=0, max_value=Decimal("99999999.99"), places=2)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1 234,56", "1234.56"),
        ("1\u202f234,56", "1234.56"),
        ("1'234.56", "1234.56"),
        ("1’234.56", "1234.56"),  # noqa: RUF001 -- as Swiss invoices print it
        ("€ 12,00", "12.00"),
        ("12,00 EUR", "12.00"),
        ("$4.11", "4.11"),
        ("Rs -40.00", "-40.00"),
        ("(12.00)", "-12.00"),
        ("12,00-", "-12.00"),
        ("\u221212,00", "-12.00"),
        ("12,-", "12"),
        ("0,500", "0.500"),
        ("1.000.000", "1000000"),
        ("13204 ,36", "13204.36"),
        ("10.0", "10.0"),
    ],
)
def test_amounts_of_all_conventions_are_read(text: str, value: str) -> None:
    assert parse_amount(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    ["", "abc", "19 %", "1.23.45", "12.05.2018", "1,2,3", "12a", "(5", "--5", "1" * 100, "5.", "€"],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    assert parse_amount(text) is None


def test_three_digits_behind_one_mark_are_settled_by_the_document() -> None:
    assert parse_amount("1.234") == Decimal(1234)
    assert parse_amount("1.234", DecimalMark.POINT) == Decimal("1.234")
    assert parse_amount("1.234", DecimalMark.COMMA) == Decimal(1234)


@given(AMOUNTS, st.sampled_from([(",", "."), (".", ","), (".", " "), (",", "'"), (",", "")]))
def test_what_is_written_is_read_again(amount: Decimal, marks: tuple[str, str]) -> None:
    decimal, group = marks
    if (decimal, group) == (",", "'"):
        decimal = "."
    text = f"{amount:,.2f}".replace(",", "\0").replace(".", decimal).replace("\0", group)
    assert parse_amount(text) == amount


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_none(text: str) -> None:
    value = parse_amount(text)
    assert value is None or value.is_finite()


def test_the_decimal_mark_is_the_one_that_most_amounts_have() -> None:
    assert find_decimal_mark(["Total", "1.234,56", "7,00", "3.50"]) is DecimalMark.COMMA
    assert find_decimal_mark(["1,234.56", "2018.05.06"]) is DecimalMark.POINT
    assert find_decimal_mark(["no", "amounts", "12"]) is None


def test_money_has_two_decimals_or_a_currency() -> None:
    assert looks_like_money("12,00")
    assert looks_like_money("$12")
    assert not looks_like_money("12345678")

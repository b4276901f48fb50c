# ruff: noqa: RUF001 -- full-width digits, dashes and apostrophes as documents have them

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkwell_extract.values.amounts import (
    DecimalMark,
    find_decimal_mark,
    looks_like_money,
    parse_amount,
    read_amount,
)
from inkwell_extract.values.reading import Reading

AMOUNTS = st.decimals(min_value=0, max_value=Decimal("99999999.99"), places=2)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1 234,56", "1234.56"),
        ("1\u202f234,56", "1234.56"),
        ("1'234.56", "1234.56"),
        ("1’234.56", "1234.56"),
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
        ("1,234.56 CR", "-1234.56"),
        ("1,234.56 DR", "1234.56"),
        ("($1,234.56)", "-1234.56"),
        ("(€119,00)", "-119.00"),
        ("(119.00 EUR)", "119.00"),
        ("12,00 EUR-", "-12.00"),
        ("-€5.00", "-5.00"),
        ("€ -5.00", "-5.00"),
        ("+119,00", "119.00"),
        ("₹1,23,900.00", "123900.00"),
        ("1,39,240", "139240"),
        ("12,34,56,789", "123456789"),
        ("EUR1.234,56", "1234.56"),
        ("1.190,00EUR", "1190.00"),
        ("RM47.70", "47.70"),
        ("Rp.15.000", "15000"),
        ("CHF 1'234.-", "1234"),
        ("1.234,-", "1234"),
        ("1.234,--", "1234"),
        ("1 250:00", "1250.00"),
        ("250:00 kr", "250.00"),
        ("12:50 kr", "12.50"),
        ("１，２３４．５０", "1234.50"),
        ("￥1,234", "1234"),
        ("45.500 TND", "45.500"),
        ("Rs. 1,39,240/-", "139240"),
        ("1 250:-", "1250"),
        ("1.250:00", "1250.00"),
        ("1´234.50", "1234.50"),
        ("١٬٢٣٤٫٥٠", "1234.50"),
        ("S/ 12.50", "12.50"),
        ("1,234.56CR", "-1234.56"),
        ("KWD 1.250", "1.250"),
    ],
)
def test_amounts_of_all_conventions_are_read(text: str, value: str) -> None:
    assert parse_amount(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "abc",
            "19 %",
            "1.23.45",
            "12.05.2018",
            "1,2,3",
            "12a",
            "(5",
            "--5",
            "1" * 100,
            "5.",
            "€",
        ),
        *("12:30", "PEN10", "R2", "2.5 Cr", "1,39,24", "(-5)", "12,345,67", "1.234:5", "12²"),
    ],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    assert parse_amount(text) is None


def test_three_digits_behind_one_mark_are_settled_by_the_document() -> None:
    assert read_amount("1.234") == Reading(Decimal(1234), (Decimal("1.234"),))
    assert read_amount("1.234", DecimalMark.POINT) == Reading(Decimal("1.234"))
    assert read_amount("1.234", DecimalMark.COMMA) == Reading(Decimal(1234))


def test_the_decimals_of_a_currency_settle_three_digits_too() -> None:
    assert read_amount("1.234 TND") == Reading(Decimal("1.234"))
    assert read_amount("1.234 KRW") == Reading(Decimal(1234))
    assert read_amount("1.234", currency="VND") == Reading(Decimal(1234))
    assert read_amount("1.234 EUR") == Reading(Decimal(1234), (Decimal("1.234"),))


def test_a_currency_and_a_document_that_contradict_each_other_settle_nothing() -> None:
    reading = read_amount("1.234 TND", DecimalMark.COMMA)
    assert reading == Reading(Decimal("1.234"), (Decimal(1234),))


@pytest.mark.parametrize("text", ["- 119,00", "119,00 -", "– 119,00 €", "(119,00 €)"])
def test_a_sign_that_may_be_none_has_both_readings(text: str) -> None:
    assert read_amount(text) == Reading(Decimal("-119.00"), (Decimal("119.00"),))


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
    assert find_decimal_mark(["1.234,-"]) is DecimalMark.COMMA
    assert find_decimal_mark(["1.000.000"]) is DecimalMark.COMMA
    assert find_decimal_mark(["1,39,240"]) is DecimalMark.POINT


@pytest.mark.parametrize(
    "words",
    [["no", "amounts", "12"], ["1.234"], ["7,00", "8,00", "3.50", "4.50"], ["45.500", "38.235"]],
)
def test_the_decimal_mark_is_open_where_no_amount_settles_it(words: list[str]) -> None:
    assert find_decimal_mark(words) is None


def test_amounts_of_a_currency_with_three_decimals_settle_the_mark() -> None:
    assert find_decimal_mark(["45.500", "38.235"], decimals=3) is DecimalMark.POINT
    assert find_decimal_mark(["1.250", "1.234,500"], decimals=3) is DecimalMark.COMMA


def test_money_has_decimals_groups_or_a_currency() -> None:
    for text in ("12,00", "$12", "12,00-", "1.234,-", "15.000.000", "1,00 CR", "RM47"):
        assert looks_like_money(text)
    assert not looks_like_money("12345678")
    assert not looks_like_money("1234")

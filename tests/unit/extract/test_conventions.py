# ruff: noqa: RUF001 -- full-width characters as documents have them

from datetime import date
from decimal import Decimal

import pytest

from inkwell_extract.page.layout import Layout
from inkwell_extract.values.amounts import DecimalMark
from inkwell_extract.values.conventions import Conventions, find_conventions
from inkwell_extract.values.dates import DateOrder
from inkwell_extract.values.reading import Reading
from support.typeset import typeset

APRIL, MARCH = date(2024, 4, 3), date(2024, 3, 4)


def conventions(*lines: str) -> Conventions:
    """Return the conventions of a page with these lines."""
    return find_conventions(Layout([typeset(*lines)]))


def day(text: str, *lines: str) -> Reading[date] | None:
    """Return how a date on a page is read."""
    return conventions(*lines, text).read_date(text)


def amount(text: str, *lines: str) -> Reading[Decimal] | None:
    """Return how an amount on a page is read."""
    return conventions(*lines, text).read_amount(text)


def currency(text: str, *lines: str) -> Reading[str] | None:
    """Return how a currency on a page is read."""
    return conventions(*lines).read_currency(text)


@pytest.mark.parametrize(
    ("witness", "order"),
    [
        ("Delivered 25/03/2024", DateOrder.DAY_FIRST),
        ("Delivered 25.03.2024", DateOrder.DAY_FIRST),
        ("Shipped 03/25/2024", DateOrder.MONTH_FIRST),
        ("ABN 51 824 753 556     Total $ 5.00", DateOrder.DAY_FIRST),
        ("Springfield, IL 62701", DateOrder.MONTH_FIRST),
        ("Sales tax 8 %", DateOrder.MONTH_FIRST),
        ("London, England     Acme LLC     Total £ 5.00", DateOrder.DAY_FIRST),
        ("Customer ID 12345     VAT 20 %", DateOrder.DAY_FIRST),
        ("Beispiel SA, 1204 Genève     CHE-116.281.710", DateOrder.DAY_FIRST),
        ("VAT 20 %", DateOrder.DAY_FIRST),
        ("Call +61 2 5550 1234     Total $ 5.00", DateOrder.DAY_FIRST),
        ("mail@acme.example.com.au     Total $ 5.00", DateOrder.DAY_FIRST),
        ("請求書     合計 ¥1,200", DateOrder.YEAR_FIRST),
        ("GST included", DateOrder.DAY_FIRST),
        ("TOTAL TVA 17.30", DateOrder.DAY_FIRST),
        ("TOTAL 117,30", DateOrder.DAY_FIRST),
        ("Total £ 5.00", DateOrder.DAY_FIRST),
        ("Total EUR 5.00", DateOrder.DAY_FIRST),
        ("TOTAL RM 5.00", DateOrder.DAY_FIRST),
        ("TOTAL S$ 5.00", DateOrder.DAY_FIRST),
        ("IBAN DE89 3704 0044 0532 0130 00", DateOrder.DAY_FIRST),
        ("VAT No. NL 004495445B01     Total USD 5.00", DateOrder.DAY_FIRST),
        ("Bitte zahlen Sie den Betrag der Rechnung von USD 5.00", DateOrder.DAY_FIRST),
    ],
)
def test_the_order_of_days_is_what_the_document_witnesses(witness: str, order: DateOrder) -> None:
    assert conventions(witness, "Date 03/04/2024").date_order is order


@pytest.mark.parametrize(
    ("lines", "first"),
    [
        (["Total 5.00"], APRIL),
        (["Total $ 5.00"], MARCH),
        (["Total USD 5.00", "Bill to: Kunde, Germany"], MARCH),
        (["25/03/2024", "03/25/2024"], APRIL),
        (["Toronto, Canada", "Total $ 5.00"], APRIL),
    ],
)
def test_an_order_that_nothing_settles_has_both_readings(lines: list[str], first: date) -> None:
    (other,) = {APRIL, MARCH} - {first}
    assert day("03/04/2024", *lines) == Reading(first, (other,))


def test_dates_with_dots_are_never_month_first_whatever_the_currency() -> None:
    assert day("03.04.2024", "Schweiz AG", "USD 1'234.50") == Reading(APRIL)


@pytest.mark.parametrize(
    "lines",
    [
        ["Invoice number 20240117"],
        ["Invoice number     Customer", "20240117           Acme"],
        ["Rechnungs-Nr.: 20240117"],
        ["Tel. 20240117"],
    ],
)
def test_eight_digits_that_are_called_a_number_are_no_date(lines: list[str]) -> None:
    assert conventions(*lines).read_date("20240117") is None


@pytest.mark.parametrize("lines", [["Invoice date 20240117"], ["Date", "20240117"], ["20240117"]])
def test_eight_digits_that_nothing_calls_a_number_are_a_date(lines: list[str]) -> None:
    assert conventions(*lines).read_date("20240117") == Reading(date(2024, 1, 17))


@pytest.mark.parametrize(
    ("witness", "mark"),
    [
        ("7,00 EUR", DecimalMark.COMMA),
        ("7.00 EUR", DecimalMark.POINT),
        ("1.234,-", DecimalMark.COMMA),
        ("USt-IdNr. DE 136695976", DecimalMark.COMMA),
        ("CHE-116.281.710 MWST", DecimalMark.POINT),
        ("Pay the amount of the invoice: Springfield, IL 62701", DecimalMark.POINT),
        ("Merci de payer le montant de votre facture", DecimalMark.COMMA),
        ("45.500 TND", DecimalMark.POINT),
    ],
)
def test_the_decimal_mark_is_what_the_document_witnesses(witness: str, mark: DecimalMark) -> None:
    assert conventions(witness).decimal_mark is mark


def test_an_amount_that_nothing_settles_has_both_readings() -> None:
    both = Reading(Decimal(1234), (Decimal("1.234"),))
    assert amount("1.234", "Total") == both
    assert amount("EUR 1.234", "Please pay") == both
    assert amount("1.234", "Gesamt 12,50") == Reading(Decimal(1234))


def test_dinars_have_three_decimals_where_a_thousand_is_written_alike_elsewhere() -> None:
    dinars = ["Net 38.235 TND", "Tax 7.265", "Total 45.500"]
    assert amount("45.500", *dinars) == Reading(Decimal("45.5"))
    assert amount("7.265", *dinars) == Reading(Decimal("7.265"))
    assert amount("45.500", "Summe 38.235,00 EUR") == Reading(Decimal(45500))


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["ABN 51 824 753 556", "Total $ 5.00"], "AUD"),
        (["Sydney, Australia", "Total $ 5.00"], "AUD"),
        (["Toronto, Canada", "Total $ 5.00"], "CAD"),
        (["Acme Pte Ltd", "Total $ 5.00"], "SGD"),
        (["www.acme.co.nz", "Total $ 5.00"], "NZD"),
        (["Tel. +852 5550 1234", "Total $ 5.00"], "HKD"),
        (["Prices are in AUD", "Total $ 5.00"], "AUD"),
        (["Springfield, IL 62701", "Total $ 5.00"], "USD"),
        (["Total $ 5.00 USD"], "USD"),
        (["Due 05/25/2024", "Total $ 5.00"], "USD"),
    ],
)
def test_a_dollar_is_the_one_of_the_country_that_the_document_names(
    lines: list[str], code: str
) -> None:
    assert currency("$", *lines) == Reading(code)


def test_a_dollar_without_a_country_may_be_any() -> None:
    reading = currency("$", "Total $ 5.00")
    assert reading is not None
    assert reading.value == "USD"
    assert {"AUD", "CAD"} <= set(reading.alternatives)


@pytest.mark.parametrize(
    ("text", "lines", "code"),
    [
        ("¥", ["請求書", "合計 ¥1,200"], "JPY"),
        ("¥", ["发票", "合计 ¥1,200.00"], "CNY"),
        ("kr", ["Att betala: 1 250 kr för och med moms"], "SEK"),
        ("Rs.", ["GSTIN 27AAPFU0939F1ZV", "Total Rs. 500"], "INR"),
    ],
)
def test_a_sign_of_some_currencies_is_the_one_of_the_country(
    text: str, lines: list[str], code: str
) -> None:
    assert currency(text, *lines) == Reading(code)


@pytest.mark.parametrize(
    "lines",
    [
        ["TRY OUR NEW APP", "Total 5.00"],
        ["BALL PEN    2    1.50    3.00"],
        ["BALL PEN 1.50", "GEL PEN 2.50"],
        ["ACME TRADING SDN BHD", "TOTAL 5.00"],
        ["MAD HATTER CAFE", "MAD 3 TEA 4.50"],
        ["AUTO CAD COURSE 120.00"],
        ["ALL IN ALL 12.00"],
        ["EUR-Palette 12.00", "Euro pallets, used"],
    ],
)
def test_capitals_that_are_words_are_no_currency(lines: list[str]) -> None:
    assert conventions(*lines).currencies == {}


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["Total PEN 12.50"], "PEN"),
        (["Total 12.50 PEN"], "PEN"),
        (["All prices are in US Dollars"], "USD"),
        (["Alle Preise in Euro"], "EUR"),
        (["Währung:EUR"], "EUR"),
        (["Discount of EUR -40.00, included"], "EUR"),
        (["Currency: TRY"], "TRY"),
        (["Total R 1 234.50"], "ZAR"),
        (["Total 12 500 Ft"], "HUF"),
        (["Total S/ 120.00"], "PEN"),
        (["Total ￥１，２３４", "消費税"], "JPY"),
        (["Currency", "MAD"], "MAD"),
        (["All amounts in CAD"], "CAD"),
        (["CAD 12.50"], "CAD"),
        (["Total EUR            1 404,67"], "EUR"),
        (["Amount (EUR)"], "EUR"),
        (["Price EUR", "      12.50"], "EUR"),
        (["TOTAL     RM     47.70"], "MYR"),
    ],
)
def test_a_code_beside_an_amount_or_label_is_a_currency(lines: list[str], code: str) -> None:
    found = conventions(*lines)
    assert found.currency == code
    words = [word for line in lines for word in line.split()]
    assert Reading(code) in map(found.read_currency, (*words, *lines))

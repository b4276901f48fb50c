import pytest

from inkwell_extract.values.currencies import parse_currency, read_currency
from inkwell_extract.values.symbols import CODES, decimals_of


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("€", "EUR"),
        ("12,00 €", "EUR"),
        ("EUR", "EUR"),
        ("EUR12,00", "EUR"),
        ("12,00EUR", "EUR"),
        ("Währung: CHF", "CHF"),
        ("$4.11", "USD"),
        ("CA$ 5", "CAD"),
        ("All prices are in US Dollars", "USD"),
        ("Rs. 12", "INR"),
        ("£3", "GBP"),
        ("12 zł", "PLN"),
        ("1 250 kr", "SEK"),
        ("Rp 15.000", "IDR"),
        ("RM47.70", "MYR"),
        ("R 1 234.50", "ZAR"),
        ("120 Lei", "RON"),
        ("₱120", "PHP"),
        ("120元", "CNY"),
        ("RMB 120", "CNY"),
        ("1.50 PEN", "PEN"),
    ],
)
def test_signs_names_and_codes_become_codes(text: str, code: str) -> None:
    assert parse_currency(text) == code


@pytest.mark.parametrize(
    "text",
    ["TOP", "ALL", "PEN", "TRY OUR NEW APP", "SDN BHD", "europe", "Kurs 3", "eur", "kr", "R", ""],
)
def test_words_are_no_currencies(text: str) -> None:
    assert parse_currency(text) is None


def test_the_first_currency_of_a_text_is_taken() -> None:
    assert parse_currency("CHF 3, 4 €, USD") == "CHF"


@pytest.mark.parametrize(
    ("text", "other"), [("$5", "AUD"), ("¥5", "CNY"), ("5 kr", "DKK"), ("Rs 5", "PKR")]
)
def test_a_sign_of_many_currencies_says_so(text: str, other: str) -> None:
    reading = read_currency(text)
    assert reading is not None
    assert other in reading.alternatives


def test_currencies_have_the_decimals_that_iso_4217_gives_them() -> None:
    assert {
        code: decimals_of(code) for code in ("EUR", "JPY", "TND", "KWD", "BHD", "OMR", "JOD")
    } == {
        "EUR": 2,
        "JPY": 0,
        **dict.fromkeys(("TND", "KWD", "BHD", "OMR", "JOD"), 3),
    }
    assert {"EUR", "HRK", "TND"} <= CODES
    assert "DEM" not in CODES

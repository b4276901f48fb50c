import pytest

from inkwell_extract.values.currencies import find_currencies, parse_currency


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("€", "EUR"),
        ("12,00 €", "EUR"),
        ("EUR", "EUR"),
        ("Währung: CHF", "CHF"),
        ("$4.11", "USD"),
        ("CA$ 5", "CAD"),
        ("All prices are in US Dollars", "USD"),
        ("Rs. 12", "INR"),
        ("£3", "GBP"),
        ("12 zł", "PLN"),
    ],
)
def test_symbols_and_names_become_codes(text: str, code: str) -> None:
    assert parse_currency(text) == code


@pytest.mark.parametrize("text", ["TOP", "ALL", "europe", "Kurs 3", "eur", ""])
def test_words_are_no_currencies(text: str) -> None:
    assert parse_currency(text) is None


def test_currencies_come_in_the_order_of_the_text() -> None:
    assert find_currencies("CHF 3, 4 €, USD") == ["CHF", "EUR", "USD"]

"""What the rules read of documents whose numbers and dates could be read in another way."""

from typing import Any

import pytest

from support.extracted import extract

PROPERTIES = {
    "invoice_number": {"type": "string"},
    "issue_date": {"type": "string", "format": "date"},
    "net": {"type": "number"},
    "total": {"type": "number"},
    "currency": {"type": "string"},
}


def read(*lines: str) -> dict[str, Any]:
    """Return the fields that the rules find on a page."""
    found = extract(*lines, properties=PROPERTIES).result
    return {n: float(item) if n in {"net", "total"} else item for n, item in found.items()}


def test_dinars_have_three_decimals() -> None:
    found = read("Total HT (TND)     38.235", "TVA (TND)     7.265", "Total TTC (TND)     45.500")
    assert (found["net"], found["total"], found["currency"]) == (38.235, 45.5, "TND")


def test_codes_without_a_space_and_lakhs_are_read() -> None:
    found = read("Subtotal  1.000,00EUR", "Total  EUR1.200,00")
    assert (found["net"], found["total"], found["currency"]) == (1000, 1200, "EUR")
    assert read("Total ₹1,39,240.00")["total"] == 139240


def test_the_dollar_of_australia_is_its_own_and_its_days_come_first() -> None:
    found = read("Gum Tree Pty Ltd", "ABN 51 824 753 556", "Date 12/05/2025", "Total $110.00")
    assert (found["issue_date"], found["currency"]) == ("2025-05-12", "AUD")


@pytest.mark.parametrize("line", ["TRY OUR NEW APP", "BALL PEN 1.50", "ACME SDN BHD"])
def test_a_word_in_capitals_is_no_currency(line: str) -> None:
    assert "currency" not in read(line, "Total 1.50")
    assert read(line, "Amount due in GBP 1.50")["currency"] == "GBP"


@pytest.mark.parametrize("number", ["20240117", "2024.17", "74 1234 5678"])
def test_a_number_that_looks_like_a_date_or_a_sum_is_a_number_behind_its_label(number: str) -> None:
    found = read(f"Invoice number: {number}", "Total $ 5.00")
    assert found["invoice_number"] == number
    assert "issue_date" not in found


def test_a_credit_keeps_its_sign_and_a_colon_its_crowns() -> None:
    assert read("Total 1,234.56 CR")["total"] == -1234.56
    assert read("Total 1 250:00")["total"] == 1250


@pytest.mark.parametrize("amount", ["15.000.000", "12,345,678"])
def test_a_large_total_in_groups_needs_no_currency(amount: str) -> None:
    assert read(f"Grand total {amount}")["total"] == float(amount.replace(".", "").replace(",", ""))


@pytest.mark.parametrize("day", ["2024 年 4 月 3 日", "03.04.2024 10:15", "3 kwietnia 2024"])
def test_a_date_with_spaces_a_time_or_a_rarer_language_is_read(day: str) -> None:
    assert read(f"Date {day}")["issue_date"] == "2024-04-03"

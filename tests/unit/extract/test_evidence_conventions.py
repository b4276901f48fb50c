"""Evidence of what can be read in more than one way, and of what stands close to other things."""

from typing import Any

import pytest

from inkwell_api.document import UNGROUNDED, Evidence, Match
from inkwell_extract.evidence import Evidences
from inkwell_extract.page.layout import Layout
from inkwell_extract.page.rows import Span
from support.typeset import pages, typeset


def find(value: Any, *lines: str, path: tuple[str | int, ...] = ()) -> Evidence:
    """Return the evidence of a value on a page with these lines."""
    return Evidences(Layout([typeset(*lines)])).find(value, path=path)


@pytest.mark.parametrize(
    ("lines", "right", "other"),
    [
        (["12,50", "99,90", "Gesamt 1.234 EUR"], 1234, 1.234),
        (["25.04.2024 and 03/04/2024"], "2024-04-03", "2024-03-04"),
        (["ABN 51 824 753 556", "Total $110.00"], "AUD", "USD"),
        (["Total 1,234.56 CR"], -1234.56, 1234.56),
        (["Att betala 1 250:00"], 1250, 250),
        (["Pos - 119,00"], 119, -119),
        (["Credit     - 119,00"], None, 119),
        (["Total 1.234"], None, 1234),
        (["Total $ 5.00", "Date 03/04/2024"], None, "2024-04-03"),
    ],
)
def test_a_reading_that_the_document_does_not_have_is_ambiguous(
    lines: list[str], right: Any, other: Any
) -> None:
    if right is not None:
        assert find(right, *lines).match is Match.NORMALISED
    assert find(other, *lines).match is Match.AMBIGUOUS


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("2        500,00", 2500),
        ("12     345", 12345),
        ("3      April      2024", "2024-04-03"),
        ("INV     4711", "INV4711"),
        ("Acme        Widget", "Acme Widget"),
    ],
)
def test_words_of_two_cells_are_never_joined(line: str, value: Any) -> None:
    assert find(value, line) == UNGROUNDED


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("INV-2024-00124", "INV-2024-00123"),
        ("DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 01"),
        ("K-47l102-AB", "K-471102-AB"),
        ("Order ABCDEF-7", "ABCDEG-7"),
        ("12 High Street", "14 High Street"),
        ("12 High Street", "1 High Street"),
    ],
)
def test_a_number_one_character_apart_is_another_one(line: str, value: str) -> None:
    assert find(value, line) == UNGROUNDED


def test_a_field_that_holds_numbers_is_never_found_by_similar_words() -> None:
    scanned = Evidences(Layout([typeset("Reference ABCDEFGHIJ", confidence=0.9)]))
    assert scanned.find("ABCDEFGHIK").match is Match.FUZZY
    assert scanned.find("ABCDEFGHIK", path=("order_number",)) == UNGROUNDED


def test_words_of_a_text_layer_are_never_misread() -> None:
    assert find("ABCDEFGHIK", "Reference ABCDEFGHIJ") == UNGROUNDED


def test_an_iban_is_found_however_it_is_spaced() -> None:
    line = "IBAN DE89 3704 0044 0532 0130 00"
    assert find("DE89370400440532013000", line).match is Match.NORMALISED
    assert find("DE89 3704 0044 0532 0130 00", line).match is Match.EXACT


def test_a_number_whose_check_digit_fails_is_not_sure() -> None:
    assert find("DE89370400440532013001", "IBAN DE89 3704 0044 0532 0130 01").match is (
        Match.AMBIGUOUS
    )
    assert find("DE136695977", "VAT DE136695977", path=("vat_number",)).match is Match.AMBIGUOUS
    assert find("DE136695976", "VAT DE136695976", path=("vat_number",)).match is Match.EXACT
    assert find("DE136695977", "Order DE136695977", path=("order_number",)).match is Match.EXACT


@pytest.mark.parametrize(
    "line",
    [
        "EUR 119.00, payable",
        "(119.00 EUR)",
        "119.00!",
        "Total=119.00",
        "Total:119.00",
        "EUR119.00",
        "119.00EUR",
        "»119.00«",
        "[119.00]",
        "119.00;",
        "| 119.00 |",
        "'119.00'",
        "*119.00*",
    ],
)
def test_numbers_beside_punctuation_are_found(line: str) -> None:
    assert find(119.0, line).match is Match.NORMALISED


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("Kunde:ACME GmbH", "ACME GmbH"),
        ("Rechnung-Nr.:RE-77", "RE-77"),
        ("Datum:03.04.2024", "2024-04-03"),
        ("Währung:EUR", "EUR"),
        ("Konto:DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
    ],
)
def test_values_glued_to_their_label_are_found(line: str, value: str) -> None:
    assert find(value, line).match in {Match.EXACT, Match.NORMALISED}


@pytest.mark.parametrize(
    ("code", "line"), [("TRY", "TRY OUR NEW APP"), ("PEN", "BALL PEN 1.50"), ("BHD", "SDN BHD")]
)
def test_a_word_in_capitals_is_no_evidence_of_a_currency(code: str, line: str) -> None:
    assert find(code, line) == UNGROUNDED
    assert find(code, line, path=("product",)).match is Match.EXACT


def test_of_many_places_the_one_beside_its_label_is_taken() -> None:
    lines = ["Widget     100.00", "Subtotal   100.00", "Total      100.00", "Paid       100.00"]
    total, subtotal = (find(100, *lines, path=(name,)).box for name in ("total", "subtotal"))
    rows = [word.box.top for word in typeset(*lines).words if word.text == "100.00"]
    assert (total and total.top, subtotal and subtotal.top) == (rows[2], rows[1])


@pytest.mark.parametrize(
    ("lines", "amounts", "rows"),
    [
        (["Pen  10.00", "Pad  10.00", "Cup  10.00"], [10.0, 10.0, 10.0], [0, 1, 2]),
        (["Pen  10.00", "Pad  12.00", "Cup  10.00"], [10.0, 12.0, 10.0], [0, 1, 2]),
    ],
)
def test_the_items_of_an_array_follow_one_another_down_the_page(
    lines: list[str], amounts: list[float], rows: list[int]
) -> None:
    layout = Layout([typeset(*lines)])
    evidences = Evidences(layout)
    found = [evidences.find(a, path=("items", i, "amount")) for i, a in enumerate(amounts)]
    assert [item.box and item.box.top for item in found] == [
        layout.rows[row].words[1].box.top for row in rows
    ]


def test_a_value_that_spans_two_pages_has_an_area_on_each() -> None:
    layout = Layout(pages(["Seller: Beispiel Handels-"], ["        gesellschaft mbH"]))
    found = Evidences(layout).find("Beispiel Handelsgesellschaft mbH")
    assert found.match is Match.NORMALISED
    assert (found.page, [area.page for area in found.further]) == (1, [2])
    assert found.text == "Beispiel Handels- gesellschaft mbH"
    assert found.further[0].box == Span(layout.rows[1], range(2)).box


def test_what_a_rule_read_is_ambiguous_where_its_words_are() -> None:
    layout = Layout([typeset("Total $ 5.00", "Date 03/04/2024")])
    near = [Span(layout.rows[1], range(1, 2))]
    assert Evidences(layout).find("2024-03-04", near).match is Match.AMBIGUOUS
    settled = Layout([typeset("Springfield, IL 62701", "Date 03/04/2024")])
    near = [Span(settled.rows[1], range(1, 2))]
    assert Evidences(settled).find("2024-03-04", near).match is Match.NORMALISED


def test_a_part_of_a_number_is_not_that_number_whoever_read_it() -> None:
    layout = Layout([typeset("Total 1 250:00")])
    evidences = Evidences(layout)
    whole, part = Span(layout.rows[0], range(1, 3)), Span(layout.rows[0], range(2, 3))
    assert evidences.find(1250, [whole]).match is Match.NORMALISED
    assert evidences.find(250, [part]).match is Match.AMBIGUOUS


def test_a_number_of_somebody_is_no_amount() -> None:
    assert find("4711", "Order 4.711,00").match is Match.NORMALISED
    assert find("4711", "Order 4.711,00", path=("order_number",)) == UNGROUNDED


@pytest.mark.parametrize(
    ("line", "value", "words", "match"),
    [
        ("Invoice no 2025.0117", "2025", range(2, 3), Match.AMBIGUOUS),
        ("Invoice no 74 1234 5678", "74", range(2, 3), Match.AMBIGUOUS),
        ("Invoice no 74 1234 5678", "74 1234 5678", range(2, 5), Match.EXACT),
        ("Invoice no INV-7, paid", "INV-7", range(2, 3), Match.NORMALISED),
        ("Invoice no 74      1234", "74", range(2, 3), Match.EXACT),
    ],
)
def test_a_number_that_goes_on_is_not_the_whole_of_it(
    line: str, value: str, words: range, match: Match
) -> None:
    layout = Layout([typeset(line)])
    near = [Span(layout.rows[0], words)]
    assert Evidences(layout).find(value, near, ("invoice_number",)).match is match

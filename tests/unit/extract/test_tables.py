from decimal import Decimal

import pytest

from inkwell_api.document import Match, Origin
from inkwell_api.field_status import FieldStatus
from support.extracted import extract_pages, findings
from support.line_items import BLUE, HEADING, ITEM, NUMBER, RED, TEXT, TOTAL, TWO, extract, items
from support.typeset import typeset


def test_rows_below_a_heading_are_line_items_with_their_places() -> None:
    extraction = extract([HEADING, BLUE, RED, TOTAL])
    assert extraction.result["line_items"] == TWO
    assert findings(extraction) == []
    amount = extraction.fields["/line_items/1/amount"]
    assert (amount.origin, amount.status) == (Origin.RULE, FieldStatus.OK)
    assert (amount.evidence.match, amount.evidence.text) == (Match.EXACT, "5.50")
    assert amount.confidence is not None
    assert amount.confidence > 0.9


def test_the_same_item_twice_has_two_places() -> None:
    extraction = extract([HEADING, RED, RED, "Total                                        11.00"])
    tops = [
        box.top
        for number in range(2)
        if (box := extraction.fields[f"/line_items/{number}/amount"].evidence.box) is not None
    ]
    assert len(tops) == 2
    assert tops[0] < tops[1]


@pytest.mark.parametrize(
    ("heading", "total"),
    [
        ("Bezeichnung        Menge    Einzelpreis      Gesamt", "Gesamtbetrag"),
        ("Désignation          Qté    Prix unitaire    Montant HT", "Total TTC"),
        ("Omschrijving      Aantal    Prijs per stuk   Bedrag", "Totaal"),
        ("Descripción     Cantidad    Precio          Importe", "Importe total"),
        ("Descrizione     Quantità    Prezzo          Importo", "Totale"),
        ("Descrição     Quantidade    Preço unitário  Valor", "Total"),
    ],
)
def test_headings_are_known_in_seven_languages(heading: str, total: str) -> None:
    amount = "25.50".rjust(len(TOTAL) - len(total))
    assert items(heading, BLUE, RED, total + amount) == TWO


def test_columns_stand_in_any_order() -> None:
    lines = (
        "Pos   Qty   Description             Price      Amount",
        "1       2   Blue widget             10.00       20.00",
        "2       1   Red widget               5.50        5.50",
        "Total                                           25.50",
    )
    wanted = {**ITEM, "position": {"type": "integer"}}
    assert [item["position"] for item in items(*lines, item=wanted)] == [1, 2]
    assert items(*lines) == TWO


def test_a_description_goes_on_in_the_rows_below() -> None:
    found = items(HEADING, BLUE, "with a handle", "of oak", RED, TOTAL)
    assert [item["description"] for item in found] == [
        "Blue widget with a handle of oak",
        "Red widget",
    ]


def test_what_stands_below_the_last_item_of_a_page_is_no_description() -> None:
    first = [HEADING, BLUE, "", "", "", "Acme Ltd, Bank of England, IBAN GB29 NWBK"]
    extraction = extract(first, ["Invoice 7, page 2", HEADING, RED, TOTAL])
    assert (extraction.result["line_items"], findings(extraction)) == (TWO, [])
    assert extraction.fields["/line_items/1/description"].evidence.page == 2


@pytest.mark.parametrize("words", ["Carried forward", "Übertrag", "Report", "Zwischensumme"])
def test_a_sum_that_is_carried_to_the_next_page_is_no_item(words: str) -> None:
    carried = words + "20.00".rjust(len(TOTAL) - len(words))
    extraction = extract([HEADING, BLUE, carried], [HEADING, carried, RED, TOTAL])
    assert (extraction.result["line_items"], findings(extraction)) == (TWO, [])


def test_sums_and_taxes_end_the_table() -> None:
    lines = [
        HEADING,
        BLUE,
        RED,
        "Subtotal                                     25.50",
        "VAT 20 %                                      5.10",
        "Total                                        30.60",
        "Paid by card                                 30.60",
    ]
    assert items(*lines) == TWO


def test_a_table_of_taxes_is_no_continuation() -> None:
    lines = [
        HEADING,
        BLUE,
        RED,
        "Tax rate      Net amount                       Tax",
        "0 %                25.50                      0.00",
        TOTAL,
    ]
    assert items(*lines) == TWO


def test_a_charge_that_the_sums_count_in_is_an_item_and_another_is_none() -> None:
    shipping = "Shipping               1          4.50        4.50"
    bare = "Shipping                                      4.50"
    total = "Total                                        30.00"
    assert items(HEADING, BLUE, RED, shipping, total)[2]["description"] == "Shipping"
    net = "Subtotal                                     25.50"
    assert items(HEADING, BLUE, RED, net, bare, total) == TWO


def test_items_that_do_not_make_the_total_go_to_a_person() -> None:
    extraction = extract([HEADING, BLUE, RED, "Total                                        99.00"])
    assert ("items-unproven", "/line_items") in findings(extraction)
    assert len(extraction.result["line_items"]) == 2


def test_a_row_that_cannot_be_read_goes_to_a_person() -> None:
    smudged = "Green widget           3          2.00        6.?0"
    extraction = extract([HEADING, BLUE, smudged, RED, TOTAL])
    assert ("rows-unread", "/line_items") in findings(extraction)
    assert extraction.result["line_items"] == TWO


def test_a_table_of_which_nothing_can_be_read_goes_to_a_person() -> None:
    smudged = "Green widget           3          2.00        6.?0"
    extraction = extract([HEADING, smudged, "Total                    6.00"])
    assert ("rows-unread", "/line_items") in findings(extraction)
    assert "line_items" not in extraction.result


def test_a_quantity_that_contradicts_its_amount_goes_to_a_person() -> None:
    wrong = "Blue widget            3         10.00       20.00"
    extraction = extract([HEADING, wrong, RED, TOTAL])
    assert extraction.fields["/line_items/0/quantity"].status is FieldStatus.UNCERTAIN
    assert ("uncertain", "/line_items/0/quantity") in findings(extraction)
    assert extraction.fields["/line_items/1/quantity"].status is FieldStatus.OK


def test_an_item_of_which_the_name_is_wanted_and_missing_goes_to_a_person() -> None:
    nameless = "                       1          5.50        5.50"
    extraction = extract([HEADING, BLUE, "", nameless, TOTAL])
    assert ("rows-unread", "/line_items") in findings(extraction)


def test_a_discount_among_the_items_goes_to_a_person() -> None:
    discount = "Discount                                     -2.00"
    extraction = extract(
        [HEADING, BLUE, discount, RED, "Total                                        23.50"]
    )
    assert findings(extraction) != []


def test_a_percentage_makes_a_discount_or_a_rate_and_no_price() -> None:
    lines = (
        "Description      Qty   Unit price   Disc. %   VAT   Amount",
        "Blue widget        2        10.00      10 %   20%    18.00",
        "Total                                                18.00",
    )
    wanted = {**ITEM, "discount": NUMBER, "tax_rate": NUMBER}
    [item] = items(*lines, item=wanted)
    assert (item["discount"], item["tax_rate"], item["amount"]) == (10, 20, Decimal("18.00"))


def test_of_several_amounts_the_one_that_is_quantity_times_price_is_meant() -> None:
    lines = (
        "Description      Qty   Unit price    Gross total   Net amount",
        "Blue widget        2        10.00          24.00        20.00",
        "Net total                                               20.00",
        "Total                                                   24.00",
    )
    assert items(*lines)[0]["amount"] == 20


def test_an_amount_in_the_row_below_is_taken_where_arithmetic_says_so() -> None:
    lines = [
        HEADING,
        "Blue widget            2         10.00",
        "4012345001235                               20.00",
        RED,
        TOTAL,
    ]
    assert items(*lines) == TWO


def test_a_heading_may_go_over_two_rows() -> None:
    lines = (
        "                        Price/           Line",
        "Description       Qty   piece            total",
        "Blue widget         2   10.00            20.00",
        "Red widget          1    5.50             5.50",
        "Total                                    25.50",
    )
    assert items(*lines) == TWO


def test_a_list_with_a_property_that_no_table_has_is_left_to_the_model() -> None:
    extraction = extract([HEADING, BLUE, RED, TOTAL], item={"colour": TEXT, "amount": NUMBER})
    assert "line_items" not in extraction.result


def test_a_page_without_a_table_has_no_items_and_no_finding() -> None:
    extraction = extract_pages(
        [typeset("Dear Sir,", "thank you for the price that you quoted for the item in May.")],
        properties={"line_items": {"type": "array", "items": {"properties": ITEM}}},
    )
    assert (extraction.result, findings(extraction)) == ({}, [])


def test_labels_of_sums_whose_values_stand_below_are_no_description() -> None:
    lines = (
        HEADING,
        BLUE,
        RED,
        "Net sum      VAT 0 %      Total",
        "25.50        0.00        25.50",
    )
    assert items(*lines) == TWO


def test_a_charge_with_a_quantity_is_an_item_whatever_it_is_called() -> None:
    freight = "Freight charge         1         16.72       16.72"
    found = items(HEADING, BLUE, freight, "Total                                        36.72")
    assert [item["amount"] for item in found] == [Decimal("20.00"), Decimal("16.72")]


def test_two_headings_side_by_side_are_two_columns() -> None:
    lines = (
        "Item             Price   Units    Total",
        "Blue widget      10.00       2    20.00",
        "Red widget        5.50       1     5.50",
        "Total                             25.50",
    )
    assert items(*lines) == TWO

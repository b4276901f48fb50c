from decimal import Decimal

from support.line_items import TWO, extract, items


def test_a_till_receipt_names_an_item_above_its_quantity_and_price() -> None:
    lines = (
        "ACME STORE",
        "Blue widget",
        " 2 x 10.00                20.00",
        "Red widget",
        " 1 x 5.50                  5.50",
        "TOTAL                     25.50",
        "CASH                      30.00",
        "CHANGE                     4.50",
    )
    assert items(*lines) == TWO


def test_a_till_receipt_without_quantities_has_names_and_amounts() -> None:
    found = items("ACME", "Milk           1.20", "Bread          2.30", "TOTAL          3.50")
    assert found == [
        {"description": "Milk", "amount": Decimal("1.20")},
        {"description": "Bread", "amount": Decimal("2.30")},
    ]


def test_amounts_that_make_no_sum_are_no_receipt() -> None:
    extraction = extract(["ACME", "Milk           1.20", "Bread          2.30", "TOTAL     9.50"])
    assert "line_items" not in extraction.result


def test_one_amount_that_is_the_total_is_no_item() -> None:
    extraction = extract(["Service charges     4.11", "Credits      0.00", "Total      4.11"])
    assert "line_items" not in extraction.result


def test_a_number_that_stands_apart_on_a_receipt_is_no_part_of_a_name() -> None:
    found = items("ACME", "Milk      2    1.20", "Bread     1    2.30", "TOTAL          3.50")
    assert [item["description"] for item in found] == ["Milk", "Bread"]


def test_a_name_between_the_quantity_and_the_price_is_a_name() -> None:
    lines = ("ACME", "2 Milk 1.20      2.40", "1 Bread 2.30     2.30", "TOTAL            4.70")
    assert [item["description"] for item in items(*lines)] == ["Milk", "Bread"]

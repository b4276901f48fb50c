from decimal import Decimal

from bench.accuracy.outcomes import Verdict
from bench.items.judging import Judged, judge, table

TRUE = [{"description": "Oak board", "quantity": 2, "unit_price": "9.90", "amount": "19.80"}]


def test_items_are_right_with_every_name_and_number_and_a_longer_description() -> None:
    said = {"description": "Oak board, planed", "quantity": Decimal("2.0"), "amount": "19.80"}
    assert judge([said], TRUE) is Verdict.RIGHT
    assert judge([said | {"amount": "19.81"}], TRUE) is Verdict.WRONG
    assert judge([said | {"description": "Ash board"}], TRUE) is Verdict.WRONG
    assert judge([said, said], TRUE) is Verdict.WRONG
    assert judge([], TRUE) is Verdict.ABSENT


def test_the_table_counts_what_was_taken_as_proven_and_is_wrong() -> None:
    judged = [
        Judged("a", Verdict.RIGHT, is_proven=True),
        Judged("b", Verdict.WRONG, is_proven=True),
        Judged("c", Verdict.WRONG, is_proven=False),
        Judged("d", Verdict.ABSENT, is_proven=True),
    ]
    row = table({"made up": judged}).splitlines()[-1]
    assert row == "| made up | 4 | 1 (25 %) | 2 (50 %) | 1 (25 %) | 2 (50 %) | 1 |"

"""Line items of typeset pages, for tests of how tables are read."""

from decimal import Decimal
from typing import Any

from inkwell_api.document import Extraction
from support.extracted import extract_pages, findings
from support.typeset import pages

TEXT = {"type": "string"}
NUMBER = {"type": "number"}
ITEM = {
    "description": TEXT,
    "quantity": NUMBER,
    "unit_price": NUMBER,
    "amount": NUMBER,
}
HEADING = "Description          Qty    Unit price      Amount"
BLUE = "Blue widget            2         10.00       20.00"
RED = "Red widget             1          5.50        5.50"
TOTAL = "Total                                        25.50"
TWO = [
    {
        "description": "Blue widget",
        "quantity": 2,
        "unit_price": Decimal("10.00"),
        "amount": Decimal("20.00"),
    },
    {
        "description": "Red widget",
        "quantity": 1,
        "unit_price": Decimal("5.50"),
        "amount": Decimal("5.50"),
    },
]


def extract(*texts: list[str] | tuple[str, ...], item: Any = None) -> Extraction:
    """Return what the engine Rules finds of line items on pages with these lines."""
    items = {"type": "array", "items": {"type": "object", "properties": item or ITEM}}
    return extract_pages(pages(*texts), properties={"total": NUMBER, "line_items": items})


def items(*lines: str, item: Any = None) -> list[dict[str, Any]]:
    """Return the line items of one page, of which nothing goes to a person."""
    extraction = extract(lines, item=item)
    assert findings(extraction) == []
    return list(extraction.result["line_items"])

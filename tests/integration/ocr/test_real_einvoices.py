"""Real invoices with an e-invoice attached: what is known of them is stated, without loss."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from inkwell_api.document import Page, PageSource
from inkwell_demo.real_invoices import DATA_VARIABLE, folder_of
from inkwell_extract.propose.xml import read_einvoices
from inkwell_ocr.pdf import open_pdf
from inkwell_ocr.routes.xml import attached
from support import make

pytestmark = pytest.mark.integration
FOLDER = folder_of(make.ROOT)
SCHEMA = {
    "type": "object",
    "properties": {
        "invoice_number": {"type": "string"},
        "issue_date": {"type": "string", "format": "date"},
        "total": {"type": "number"},
        "currency": {"type": "string"},
        "vendor": {"type": "string"},
        "lines": {
            "type": "array",
            "items": {"type": "object", "properties": {"amount": {"type": "number"}}},
        },
    },
}


def invoices() -> list[Any]:
    """Return the files, or one that says that there are none."""
    reason = f"no real invoices: set {DATA_VARIABLE} to a folder that has `invoices`"
    absent = pytest.param(FOLDER, marks=pytest.mark.skip(reason=reason))
    return sorted(FOLDER.glob("zugferd-*.pdf")) or [absent]


@pytest.mark.parametrize("file", invoices(), ids=lambda file: file.stem)
def test_a_real_einvoice_states_what_is_true_of_it(file: Path) -> None:
    truth = json.loads(file.with_suffix(".json").read_text("utf-8"))
    with file.open("rb") as content, open_pdf(content) as document:
        page = Page(1, 595, 842, PageSource.TEXT_LAYER, 0, (), einvoices=attached(document))
    stated = read_einvoices([page], SCHEMA)
    assert stated.findings == ()
    assert stated.result["invoice_number"] == truth["invoice_number"]
    assert stated.result["issue_date"] == truth["issue_date"]
    assert stated.result["total"] == Decimal(truth["total"])
    assert stated.result["currency"] == truth["currency"]
    assert stated.result["vendor"] == " ".join(truth["seller"].split())
    assert len(stated.result["lines"]) <= truth["line_count"]

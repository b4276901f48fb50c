"""How many real invoices go through acme/invoices without a person, as they are and as scans.

They are other people's and no part of the project: where the folder is absent, that is said.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from inkwell_api.document import DocumentState
from inkwell_api.pipeline import ContentType
from inkwell_demo.demonstration.demonstration import INVOICES, Demonstration
from inkwell_demo.demonstration.screen import plain_table
from inkwell_documents.everyday.truth import same
from inkwell_documents.paper.scanning import Scanner, to_pdf

DATA_VARIABLE: Final = "INKWELL_TEST_DATA"
_AT_ONCE: Final = 4
_SECONDS: Final = 600


@dataclass(frozen=True, slots=True)
class RealInvoice:
    """One file in one form, and what is true of it."""

    name: str
    form: str
    content: bytes = field(repr=False)
    truth: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one."""

    form: str
    state: DocumentState
    is_right: bool
    """Whether every field that the truth has is there and right."""


def folder_of(checkout: Path) -> Path:
    """Return where real invoices lie: INKWELL_TEST_DATA, or shared/data beside the checkout."""
    beside = checkout.parent / "shared" / "data"
    return Path(os.environ.get(DATA_VARIABLE) or beside) / "invoices"


def truth_of(golden: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a truth file under the pipeline's names; both known kinds are read."""
    truth = {
        "invoice_number": str(golden["invoice_number"]).strip("#"),
        "issue_date": golden.get("issue_date", golden.get("date")),
        "total": golden.get("total", golden.get("amount")),
        "currency": golden["currency"],
    }
    return {name: value for name, value in truth.items() if value is not None}


def read_invoices(folder: Path) -> Iterator[RealInvoice]:
    """Yield each invoice as it is, and as a scan without text."""
    for file in sorted(folder.glob("*.pdf")):
        truth = truth_of(json.loads(file.with_suffix(".json").read_text("utf-8")))
        content = file.read_bytes()
        yield RealInvoice(file.name, "as it is", content, truth)
        scanner = Scanner(dpi=200)
        scan = to_pdf(scanner.scan(content), scanner.dpi)
        yield RealInvoice(f"scan-{file.name}", "rasterised", scan, truth)


def evaluate_real(demo: Demonstration) -> None:
    """Send real invoices through acme/invoices; show how many were archived, and rightly so."""
    folder = folder_of(demo.places.checkout)
    if not folder.is_dir():
        demo.screen.say(f"SKIPPED: set {DATA_VARIABLE} to a folder that has `invoices`.")
        return
    client = demo.client(INVOICES)

    def through(invoice: RealInvoice) -> Outcome:
        document_id = client.upload(invoice.name, invoice.content, ContentType.PDF.value)
        status = client.wait(document_id, timeout=demo.seconds(_SECONDS))
        if status.cause:
            return Outcome(invoice.form, status.state, is_right=False)
        result = client.result(document_id)["result"]
        is_right = all(same(result.get(name), true) for name, true in invoice.truth.items())
        return Outcome(invoice.form, status.state, is_right)

    with (
        demo.screen.console.status("real invoices on their way"),
        ThreadPoolExecutor(_AT_ONCE) as workers,
    ):
        outcomes = list(workers.map(through, read_invoices(folder)))
    table = plain_table("form", "invoices", "archived", "of them right", "review", "failed")
    for row in tally(outcomes):
        table.add_row(*map(str, row))
    demo.screen.show(table)
    demo.screen.say("Right means number, date, total and currency, where the truth has them.")


def tally(outcomes: list[Outcome]) -> Iterator[tuple[str, int, int, int, int, int]]:
    """Count the outcomes of each form: all, archived, archived and right, review, failed."""
    for form in dict.fromkeys(outcome.form for outcome in outcomes):
        mine = [outcome for outcome in outcomes if outcome.form == form]
        states = Counter(outcome.state for outcome in mine)
        archived = states[DocumentState.ARCHIVED]
        right = sum(one.is_right and one.state == DocumentState.ARCHIVED for one in mine)
        review, failed = states[DocumentState.NEEDS_REVIEW], states[DocumentState.FAILED]
        yield form, len(mine), archived, right, review, failed

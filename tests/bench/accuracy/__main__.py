"""Measures extraction on documents with known truth: ``PYTHONPATH=tests python -m bench.accuracy``.

Writes docs/accuracy.md and its curve. Says which sources are absent.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

from bench.accuracy import cases, gate
from bench.accuracy.curve import draw
from bench.accuracy.documents import (
    Document,
    Source,
    drawn,
    everyday,
    example,
    invoices,
    receipts,
    varied,
)
from bench.accuracy.measured import Measured
from bench.accuracy.measures import risk_coverage
from bench.accuracy.outcomes import Verdict
from bench.accuracy.page import CURVE, page
from bench.accuracy.running import run
from bench.accuracy.sections import sections
from inkwell_demo.real_invoices import DATA_VARIABLE, folder_of
from support.figures import machine

ROOT: Final = Path(__file__).resolve().parents[3]
EXAMPLES: Final = ROOT / "manifests" / "examples"
MADE_UP: Final = 60
"""Documents of each made-up collection."""


def sources(data: Path) -> Iterator[Source]:
    """Yield what lies in a folder of real documents, and made-up ones."""
    of_invoices = example(EXAMPLES / "acme.yaml", "invoices")
    of_receipts = example(EXAMPLES / "globex.yaml", "receipts")
    if (data / "invoices").is_dir():
        as_they_are = partial(invoices, data / "invoices")
        yield Source("invoices as they are", of_invoices, documents=as_they_are, is_tuned_on=True)
        yield Source(
            "invoices without their XML",
            of_invoices,
            documents=as_they_are,
            is_tuned_on=True,
            leaves_einvoices_aside=True,
        )
        yield Source(
            "invoices drawn",
            of_invoices,
            documents=lambda: drawn(as_they_are()),
            is_tuned_on=True,
        )
    if (data / "receipts").is_dir():
        odd = partial(receipts, data / "receipts", is_odd=True)
        even = partial(receipts, data / "receipts", is_odd=False)
        yield Source("receipts, odd", of_receipts, documents=odd, is_tuned_on=False)
        yield Source("receipts, even", of_receipts, documents=even, is_tuned_on=True)
    yield Source(
        "made up, everyday", of_invoices, documents=partial(everyday, 60), is_tuned_on=True
    )
    yield Source("made up, varied", of_invoices, documents=partial(varied, 60), is_tuned_on=False)


def first(source: Source, count: int) -> Source:
    """Return a source with its first documents alone."""

    def some() -> Iterator[Document]:
        return islice(source.documents(), count)

    return replace(source, documents=some)


def show(measured: Measured) -> None:
    """Print each document that holds a wrong value."""
    print(f"{measured.source.name}: {len(measured.outcomes)}")
    for outcome in measured.outcomes:
        wrong = [name for name, verdict in outcome.verdicts.items() if verdict is Verdict.WRONG]
        if wrong:
            what = "ARCHIVED" if outcome.is_archived else "to a person"
            print(f"  {outcome.name}: {', '.join(wrong)} wrong, {what}, {outcome.confidence:.2f}")


def main() -> int:
    """Measure what there is; say loudly what is not there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="sources whose name begins so")
    parser.add_argument("--first", type=int, default=10_000, help="documents of each source")
    parser.add_argument("--dry", action="store_true", help="write no page")
    parser.add_argument("--record-gate", action="store_true", help="record the gate, no more")
    options = parser.parse_args()
    if options.record_gate:
        gate.record()
        return 0
    data = folder_of(ROOT).parent
    if not (data / "invoices").is_dir():
        print(f"SKIPPED: no real documents; set {DATA_VARIABLE} to a folder that has `invoices`")
    found: list[Measured] = []
    for source in sources(data):
        if source.name.startswith(options.only):
            found.append(Measured(source, list(run(first(source, options.first)))))
            show(found[-1])
    others = [] if options.dry else list(sections(data, EXAMPLES))
    text = page(found, datetime.now(UTC).date(), machine(), others)
    print(text)
    if not options.dry:
        (ROOT / "docs" / "accuracy.md").write_text(text, "utf-8")
        curves = {each.source.name: risk_coverage(each.outcomes) for each in found}
        draw(curves, ROOT / "docs" / CURVE)
        cases.PAGE.write_text(cases.table(list(cases.came_out())), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

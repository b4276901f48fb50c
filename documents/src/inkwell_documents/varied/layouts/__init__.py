"""Where things stand on a document."""

from collections.abc import Callable
from random import Random

from inkwell_documents.varied.layouts import held_out, mosaic, trained
from inkwell_documents.varied.typeset import Typeset
from inkwell_documents.varied.wording import Wording

Layout = Callable[[Typeset, Wording, Random], None]


def layouts(*, is_receipt: bool, is_held_out: bool) -> tuple[Layout, ...]:
    """Return the layouts of a kind; no layout is both trained and held out."""
    if is_held_out:
        return held_out.RECEIPTS if is_receipt else held_out.INVOICES
    if is_receipt:
        return (*trained.RECEIPTS, mosaic.ticket, mosaic.ticket)
    return (*trained.INVOICES, *(mosaic.mosaic,) * len(trained.INVOICES))


__all__ = ["Layout", "layouts"]

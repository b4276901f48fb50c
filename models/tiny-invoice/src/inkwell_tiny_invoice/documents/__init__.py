"""Made-up invoices and receipts, as text, as a sheet, and as questions with answers."""

from inkwell_tiny_invoice.documents.samples import DATA_VERSION, Sample, ask, held_out, make

__all__ = ["DATA_VERSION", "Sample", "ask", "held_out", "make"]

"""Invoices and receipts as most people write them: usual words, drawn on one sheet or more."""

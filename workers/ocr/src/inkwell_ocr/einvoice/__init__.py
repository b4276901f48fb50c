"""E-invoices: bytes of XML into the terms of EN 16931."""

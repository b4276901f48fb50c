"""Text turned into values: amounts, dates, currencies, identifiers, and fields of a schema."""

"""How everyday documents are numbered."""

from datetime import date
from random import Random

from inkwell_documents.formats.digits import digits


def invoice_number(day: date, random: Random) -> str:
    """Make up an invoice number; it always holds a digit."""
    serial = random.randrange(1000, 99_999)
    return random.choice(
        (
            f"INV-{day.year}-{serial:05}",
            f"{day.year}-{serial:05}",
            f"RE{day:%y}{serial:05}",
            f"{serial:06}",
            f"{day.year}/{serial:05}",
            f"F-{serial:06}",
        )
    )


def receipt_number(random: Random) -> str:
    """Make up a receipt number."""
    return random.choice((f"{random.randrange(10_000, 999_999)}", digits("##-#####", random)))

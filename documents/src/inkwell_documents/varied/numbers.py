"""How invoices, orders and customers of varied documents are numbered."""

from datetime import date
from random import Random

from inkwell_documents.formats.digits import digits


def draw(day: date, random: Random) -> str:
    """Make up the number of an invoice, or of anything else that has one."""
    if random.random() < 0.3:
        return digits("#" * random.randint(3, 10), random)
    sign = random.choice(("-", "-", "/", "", "", ".", "_"))
    lead = random.choice(("", "", "INV", "RE", "F", "FA", "R", "IN", "FV", "AR", "@", "@@", "@@@"))
    year = random.choice(("", "", f"{day:%Y}", f"{day:%y}", f"{day:%Y%m}", f"{day:%Y%m%d}"))
    serial = "#" * random.randint(2, 6)
    tail = random.choice(("", "", "", "", "@", "##"))
    parts = [part for part in (lead, year, serial, tail) if part]
    return digits(sign.join(parts), random)

"""Documents that no pipeline should accept or finish, for tests of what then happens."""

import io
from random import Random

from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas


def encrypted_pdf(password: str = "correct horse") -> bytes:  # noqa: S107 - it protects a made-up page
    """Return a PDF that opens with a password only."""
    return _pdf("Nobody reads this.", encrypt=StandardEncryption(password, canPrint=0))


def corrupt_pdf() -> bytes:
    """Return a PDF whose second half is noise: its head is right, its pages cannot be found."""
    whole = _pdf("Half of this is lost.")
    half = whole[: len(whole) // 3]
    return half + Random(7).randbytes(len(whole) - len(half))


def corrupt_png() -> bytes:
    """Return the head of a PNG followed by noise."""
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + Random(7).randbytes(2048)


def not_a_document() -> bytes:
    """Return a text file, whatever its name says."""
    return b"Dear Sir or Madam,\nplease find our invoice attached.\n" * 40


def padded_pdf(size: int) -> bytes:
    """Return a valid PDF of at least `size` bytes, as a test of size limits needs it."""
    whole = _pdf("Long.")
    # Comments after the end mark are allowed by every reader and change nothing.
    return whole + b"\n%" + b"x" * max(0, size - len(whole) - 2)


def many_pages(count: int) -> bytes:
    """Return a PDF with `count` almost empty pages."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=True)
    for number in range(1, count + 1):
        canvas.drawString(72, 720, f"Page {number}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _pdf(text: str, encrypt: StandardEncryption | None = None) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=True, encrypt=encrypt)
    canvas.drawString(72, 720, text)
    canvas.showPage()
    canvas.save()
    return out.getvalue()

"""Small documents for tests of OCR: images of text, and PDFs written by hand."""

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SENTENCES = (
    "The quick brown fox jumps over the lazy dog near the river bank",
    "Invoice number 471102 was issued on the fifth of March last year",
    "Please transfer the total amount of 1,234.56 to our bank account",
    "All goods stay our property until they have been paid in full",
    "Questions are answered by telephone every day from nine to five",
    "Delivery takes place within three weeks after we got the order",
)
FONTS = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
)


@cache
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return a font of this machine, or the one that Pillow carries."""
    for path in FONTS:
        if Path(path).exists():
            return ImageFont.truetype(path, size)
    return ImageFont.load_default(size)


def picture(lines: Sequence[str] = SENTENCES, *, turned: int = 0, skew: float = 0.0) -> Image.Image:
    """Return a page of text at some 200 dpi, turned clockwise by quarter turns or askew."""
    image = Image.new("L", (1400, 1000), 255)
    draw = ImageDraw.Draw(image)
    for row, line in enumerate(lines):
        draw.text((120, 120 + row * 80), line, fill=0, font=font(34))
    image = image.rotate(-skew, resample=Image.Resampling.BICUBIC, fillcolor=255)
    return image.rotate(-turned, expand=True)


def image_file(image: Image.Image, kind: str = "PNG") -> bytes:
    """Return the bytes of an image file of 200 dpi."""
    content = io.BytesIO()
    image.save(content, kind, dpi=(200, 200))
    return content.getvalue()


def pdf_of_text(
    pages: Sequence[Sequence[str]], *, rotate: int = 0, size: tuple[int, int] = (595, 842)
) -> bytes:
    """Return a PDF with a text layer, whose pages a viewer turns clockwise by `rotate`."""
    contents = []
    for lines in pages:
        shown = "".join(
            f"BT /F1 14 Tf 60 {size[1] - 80 - row * 30} Td ({line}) Tj ET\n"
            for row, line in enumerate(lines)
        )
        contents.append(shown.encode("latin-1"))
    return _pdf(contents, rotate, size)


def pdf_of_forms(depth: int, width: int) -> bytes:
    """Return a PDF whose page draws a form that draws others, so often at each of the depths.

    The last one draws itself again, without an end.
    """
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
            b"/Resources << /XObject << /X 5 0 R >> >> >>"
        ),
        b"<< /Length 5 >>\nstream\n/X Do\nendstream",
    ]
    content = b"/X Do " * width
    for number in range(5, 5 + depth):
        inner = min(number + 1, 4 + depth)
        objects.append(
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << "
            b"/X %d 0 R >> >> /Length %d >>\nstream\n%b\nendstream" % (inner, len(content), content)
        )
    return _numbered(objects)


def _pdf(contents: Sequence[bytes], rotate: int, size: tuple[int, int]) -> bytes:
    numbers = [4 + 2 * index for index in range(len(contents))]
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(contents)} /Kids [{kids}] >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, content in zip(numbers, contents, strict=True):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /Rotate {rotate} /MediaBox [0 0 {size[0]} {size[1]}] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {number + 1} 0 R >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content))
    return _numbered(objects)


def _numbered(objects: Sequence[bytes]) -> bytes:
    file = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(file))
        file += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    file += b"".join(b"%010d 00000 n \n" % place for place in places)
    file += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(file)

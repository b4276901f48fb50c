"""Small documents for tests of OCR: images of text, and PDFs written by hand."""

import io
import zlib
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
    pages: Sequence[Sequence[str]],
    *,
    rotate: int = 0,
    size: tuple[int, int] = (595, 842),
    attached: Sequence[tuple[str, bytes]] = (),
) -> bytes:
    """Return a PDF with a text layer, whose pages a viewer turns clockwise by `rotate`.

    Files are attached by name and content, in the order of their names as the format asks.
    """
    contents = []
    for lines in pages:
        shown = "".join(
            f"BT /F1 14 Tf 60 {size[1] - 80 - row * 30} Td ({line}) Tj ET\n"
            for row, line in enumerate(lines)
        )
        contents.append(shown.encode("latin-1"))
    return _pdf(contents, rotate, size, sorted(attached))


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


def page_of(
    content: bytes,
    *,
    resources: bytes = b"",
    page: bytes = b"",
    catalog: bytes = b"",
    objects: Sequence[bytes] = (),
) -> bytes:
    """Return a PDF of one page of A4 that is written by hand; its font `/F1` is Helvetica.

    Args:
        content: operators.
        resources: more entries of the page's resources.
        page: more entries of the page, such as its boxes.
        catalog: more entries of the catalogue.
        objects: further objects; their numbers begin with 6.
    """
    return _numbered(
        [
            b"<< /Type /Catalog /Pages 2 0 R %b >>" % catalog,
            b"<< /Type /Pages /Count 1 /Kids [4 0 R] >>",
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] %b /Contents 5 0 R "
            b"/Resources << /Font << /F1 3 0 R >> %b >> >>" % (page, resources),
            stream(content),
            *objects,
        ]
    )


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """Return a stream object with these bytes and entries."""
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(content), entries, content)


def image_object(image: Image.Image) -> bytes:
    """Return an object that draws a grey picture over the unit square."""
    return stream(
        zlib.compress(image.tobytes()),
        b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray "
        b"/BitsPerComponent 8 /Filter /FlateDecode" % image.size,
    )


def text_at(x: float, y: float, text: str, size: float = 12, before: str = "") -> bytes:
    """Return the operators that write a line, after operators such as `1 g` that hold for it."""
    shown = f"q {before} BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET Q\n"
    return shown.encode("latin-1")


def lines_from(y: float, lines: Sequence[str] = SENTENCES) -> bytes:
    """Return the operators that write lines from this height downwards."""
    return b"".join(text_at(60, y - 20 * row, line) for row, line in enumerate(lines))


def _pdf(
    contents: Sequence[bytes],
    rotate: int,
    size: tuple[int, int],
    attached: Sequence[tuple[str, bytes]],
) -> bytes:
    numbers = [4 + 2 * index for index in range(len(contents))]
    kids = " ".join(f"{number} 0 R" for number in numbers)
    first = 4 + 2 * len(contents)
    names = " ".join(f"({name}) {first + 2 * i} 0 R" for i, (name, _) in enumerate(attached))
    tree = f"/Names << /EmbeddedFiles << /Names [{names}] >> >>" if attached else ""
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {tree} >>".encode(),
        f"<< /Type /Pages /Count {len(contents)} /Kids [{kids}] >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, content in zip(numbers, contents, strict=True):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /Rotate {rotate} /MediaBox [0 0 {size[0]} {size[1]}] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {number + 1} 0 R >>".encode()
        )
        objects.append(stream(content))
    for number, (name, content) in enumerate(attached):
        packed = zlib.compress(content, 9)
        objects.append(
            f"<< /Type /Filespec /F ({name}) /UF ({name}) /AFRelationship /Alternative "
            f"/EF << /F {first + 2 * number + 1} 0 R >> >>".encode()
        )
        objects.append(
            b"<< /Type /EmbeddedFile /Subtype /text#2Fxml /Filter /FlateDecode /Length %d >>\n"
            b"stream\n%b\nendstream" % (len(packed), packed)
        )
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

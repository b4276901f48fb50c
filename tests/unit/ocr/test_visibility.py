"""Which text of a page is seen: pages drawn for real, by PDFium."""

import io
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from inkwell_ocr.pdf import load_page, open_pdf
from inkwell_ocr.pdf_text import read_text
from inkwell_ocr.routes.textlayer import Display, draft_words
from inkwell_ocr.routes.trust import SeenText
from support.papers import image_object, lines_from, page_of, text_at

CASES = Path(__file__).parents[2] / "data" / "cases"
SECRET = "9,119.00"
VISIBLE = lines_from(800)
LAYERS_OFF = (
    b"/OCProperties << /OCGs [6 0 R] /D << /OFF [6 0 R] /Order [6 0 R] >> >>",
    b"<< /Type /OCG /Name (hidden) >>",
)
FAINT = b"/ExtGState << /G1 << /ca 0.03 >> >>"


def seen(content: bytes) -> tuple[list[str], int]:
    """Return the words that are seen on the only page, and how many characters are not."""
    with open_pdf(io.BytesIO(content)) as document:
        page = load_page(document, 0)
        text = SeenText.on(page, read_text(page))
        display = Display.of(text.layer.glyphs, page.get_rotation(), *page.get_size())
        words = [draft.text for draft in draft_words(text.layer.glyphs, display)]
        page.close()
    return words, text.hidden


def hidden_kinds() -> dict[str, bytes]:
    """Return pages with a sum that nobody sees, by how it is hidden."""
    box = b"q %b re f Q\n"
    covered = text_at(300, 400, SECRET)
    picture = image_object(Image.new("L", (20, 20), 255))
    faint = text_at(300, 400, SECRET, before="/G1 gs")
    return {
        "white on white": page_of(VISIBLE + text_at(300, 400, SECRET, before="1 g")),
        "nearly white": page_of(VISIBLE + text_at(300, 400, SECRET, before="0.96 g")),
        "black on black": page_of(VISIBLE + box % b"0 g 250 380 200 60" + covered),
        "coloured like its ground": page_of(
            VISIBLE
            + box % b"0.2 0.4 0.8 rg 250 380 200 60"
            + text_at(300, 400, SECRET, before="0.2 0.4 0.8 rg")
        ),
        "not painted": page_of(VISIBLE + text_at(300, 400, SECRET, before="3 Tr")),
        "only clipping": page_of(VISIBLE + text_at(300, 400, SECRET, before="7 Tr")),
        "half a point": page_of(VISIBLE + text_at(300, 400, SECRET, 0.5)),
        "two points": page_of(VISIBLE + text_at(300, 400, SECRET, 2)),
        "below the page": page_of(VISIBLE + text_at(300, -300, SECRET)),
        "right of the page": page_of(VISIBLE + text_at(900, 400, SECRET)),
        "outside of the crop box": page_of(
            VISIBLE + text_at(300, 100, SECRET), page=b"/CropBox [0 300 595 842]"
        ),
        "clipped away": page_of(VISIBLE + text_at(300, 400, SECRET, before="0 0 100 100 re W n")),
        "below a rectangle": page_of(VISIBLE + covered + box % b"1 g 250 380 200 60"),
        "below a grey rectangle": page_of(VISIBLE + covered + box % b"0.8 g 250 380 200 60"),
        "below a picture": page_of(
            VISIBLE + covered + b"q 200 0 0 60 250 380 cm /P1 Do Q",
            resources=b"/XObject << /P1 6 0 R >>",
            objects=[picture],
        ),
        "in a layer that is off": page_of(
            VISIBLE + b"/OC /L1 BDC\n" + covered + b"EMC\n",
            resources=b"/Properties << /L1 6 0 R >>",
            catalog=LAYERS_OFF[0],
            objects=[LAYERS_OFF[1]],
        ),
        "all but transparent": page_of(VISIBLE + faint, resources=FAINT),
        "below other text": page_of(
            VISIBLE + covered + box % b"1 g 250 380 200 60" + text_at(301, 400, "1,200.00")
        ),
        "white close to other text": page_of(
            VISIBLE
            + text_at(300, 408, "Subtotal and more")
            + text_at(300, 400, SECRET, before="1 g")
        ),
    }


@pytest.mark.parametrize("kind", hidden_kinds())
def test_text_that_nobody_sees_is_left_out(kind: str) -> None:
    words, hidden = seen(hidden_kinds()[kind])
    assert "9,119.00" not in words
    assert not any("9" in word or "119" in word for word in words[-3:])
    assert hidden >= 6
    assert words[:3] == ["The", "quick", "brown"]


def shown_kinds() -> dict[str, bytes]:
    """Return pages with a sum that anybody sees, though it looks like a hidden one."""
    box = b"q %b re f Q\n"
    sum_ = text_at(300, 400, SECRET)
    return {
        "grey": page_of(VISIBLE + text_at(300, 400, SECRET, before="0.7 g")),
        "white on black": page_of(
            VISIBLE + box % b"0 g 250 380 200 60" + text_at(300, 400, SECRET, before="1 g")
        ),
        "on a tint": page_of(VISIBLE + box % b"0.9 g 250 380 200 60" + sum_),
        "struck through": page_of(VISIBLE + sum_ + box % b"0 g 290 403 100 1"),
        "four points": page_of(VISIBLE + text_at(300, 400, SECRET, 4)),
        "thin letters of light grey": page_of(
            VISIBLE
            + b"".join(
                text_at(300 + 0.3 * step, 430 - 6 * step, "Illicit lilli", 5.5, "0.67 g")
                for step in range(5)
            )
            + sum_
        ),
        "outlined": page_of(VISIBLE + text_at(300, 400, SECRET, before="1 Tr")),
        "filled and outlined": page_of(VISIBLE + text_at(300, 400, SECRET, before="2 Tr 1 g")),
        "forty points": page_of(VISIBLE + text_at(300, 400, SECRET, 40)),
        "above a picture": page_of(
            b"q 595 0 0 842 0 0 cm /P1 Do Q\n" + VISIBLE + sum_,
            resources=b"/XObject << /P1 6 0 R >>",
            objects=[image_object(Image.new("L", (20, 20), 235))],
        ),
        "drawn twice": page_of(VISIBLE + sum_ + sum_),
        "in a form": page_of(
            VISIBLE + b"/X1 Do\n",
            resources=b"/XObject << /X1 6 0 R >>",
            objects=[
                b"<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /Font << "
                b"/F1 3 0 R >> >> /Length %d >>\nstream\n%b\nendstream" % (len(sum_), sum_)
            ],
        ),
        "on a turned page": page_of(VISIBLE + sum_, page=b"/Rotate 90"),
        "on a cropped page": page_of(VISIBLE + sum_, page=b"/CropBox [40 300 595 842]"),
    }


@pytest.mark.parametrize("kind", shown_kinds())
def test_text_that_is_seen_is_kept_whole(kind: str) -> None:
    words, hidden = seen(shown_kinds()[kind])
    assert words[-1] == SECRET
    assert hidden == 0


def test_text_of_a_script_that_cannot_be_drawn_here_is_kept() -> None:
    font = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /MSung-Light /Encoding /UniCNS-UCS2-H "
        b"/DescendantFonts [7 0 R] >>"
    )
    descendant = (
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /MSung-Light /CIDSystemInfo << "
        b"/Registry (Adobe) /Ordering (CNS1) /Supplement 0 >> /FontDescriptor 8 0 R >>"
    )
    descriptor = (
        b"<< /Type /FontDescriptor /FontName /MSung-Light /Flags 4 /FontBBox [0 -200 1000 900] "
        b"/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>"
    )
    objects = (font, descendant, descriptor)
    told = b"BT /F2 12 Tf 300 400 Td <7E3D8A08> Tj ET\n"
    resources = b"/Font << /F1 3 0 R /F2 6 0 R >>"
    words, _ = seen(page_of(VISIBLE + told, resources=resources, objects=objects))
    assert words[-1] == "\u7e3d\u8a08"
    white = b"1 g " + told
    words, _ = seen(page_of(VISIBLE + white, resources=resources, objects=objects))
    assert "\u7e3d\u8a08" not in words


def test_a_code_that_is_no_character_costs_neither_the_page_nor_a_word() -> None:
    content = (CASES / "30-character-code-of-four-bytes.pdf").read_bytes()
    with open_pdf(io.BytesIO(content)) as document:
        page = load_page(document, 0)
        codes = [glyph.code for glyph in read_text(page).glyphs]
        page.close()
    assert 0xFFFD in codes
    words, _ = seen(content)
    assert words[:7] == ["Brightwater", "Supplies", "Ltd", "4", "Canal", "Yard", "Leeds"]
    assert "\ufffd" not in words


def test_looking_leaves_the_page_as_it_was() -> None:
    with open_pdf(io.BytesIO(page_of(VISIBLE))) as document:
        page: pypdfium2.PdfPage = load_page(document, 0)
        before = page.render(grayscale=True).to_pil().tobytes()
        SeenText.on(page, read_text(page))
        assert page.render(grayscale=True).to_pil().tobytes() == before
        page.close()

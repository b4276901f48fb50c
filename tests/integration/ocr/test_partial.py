"""What can be read of a document is read, and what cannot is told: in the child process."""

import pytest
from PIL import Image, ImageDraw

from inkwell_api.document import Page, Severity
from inkwell_ocr.unreadable import Cause, Unreadable
from support.image_files import encoded
from support.papers import SENTENCES, font, image_file, pdf_of_text, picture
from support.reading import Read, likeness

pytestmark = pytest.mark.integration
PDF = "application/pdf"
THREE = pdf_of_text([SENTENCES, SENTENCES[:3], SENTENCES[3:]])


def findings(pages: list[Page]) -> list[list[str]]:
    """Return the names of each page's findings, all of which ask for a person."""
    assert all(f.severity is Severity.ERROR for page in pages for f in page.findings)
    return [[finding.name for finding in page.findings] for page in pages]


def test_a_damaged_page_leaves_its_neighbours(read: Read) -> None:
    damaged = THREE.replace(b"6 0 obj\n<< /Type /Page ", b"6 0 obj\n[< /Type /Page ")
    assert damaged != THREE
    first, second, third = read(damaged, PDF)
    assert first.text == "\n".join(SENTENCES)
    assert third.text == "\n".join(SENTENCES[3:])
    assert second.words == ()
    assert findings([first, second, third]) == [[], ["page-unreadable"], []]


def test_a_page_without_area_leaves_its_neighbours(read: Read) -> None:
    flat = THREE.replace(b"[0 0 595 842]", b"[0 0 595 0.1]", 1)
    assert findings(read(flat, PDF)) == [["page-unreadable"], [], []]


@pytest.mark.parametrize("said", [b"4", b"11", b"90000"])
def test_a_page_count_that_is_too_high_gives_the_pages_that_are_there(
    read: Read, said: bytes
) -> None:
    pages = read(THREE.replace(b"/Count 3", b"/Count " + said), PDF)
    assert [page.number for page in pages] == [1, 2, 3]
    assert pages[2].text == "\n".join(SENTENCES[3:])
    assert findings(pages) == [["wrong-page-count"], [], []]


def test_a_page_count_that_is_too_low_is_told(read: Read) -> None:
    assert findings(read(THREE.replace(b"/Count 3", b"/Count 2"), PDF)) == [
        ["wrong-page-count"],
        [],
    ]


def test_a_pdf_behind_another_is_refused(read: Read) -> None:
    with pytest.raises(Unreadable) as caught:
        read(pdf_of_text([["one"]]) + pdf_of_text([["two"]]), PDF)
    assert caught.value.cause is Cause.MORE_THAN_ONE_DOCUMENT


def test_an_attached_document_is_told(read: Read) -> None:
    attached = pdf_of_text([SENTENCES]).replace(
        b"/Catalog /Pages 2 0 R",
        b"/Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(%b) << /Type /Filespec "
        b"/F (%b) /UF (%b) >>] >> >>" % ((b"terms.PDF",) * 3),
    )
    assert findings(read(attached, PDF)) == [["more-than-one-document"]]
    assert findings(read(attached.replace(b"terms.PDF", b"cii-x.xml"), PDF)) == [[]]


def test_a_jpeg_without_its_end_is_read_and_told(read: Read) -> None:
    content = image_file(picture(), "JPEG")
    [page] = read(content[:-2], "image/jpeg")
    assert likeness(page.text) >= 0.97
    assert findings([page]) == [["truncated-image"]]
    [page] = read(content[: len(content) * 3 // 4], "image/jpeg")
    assert page.words
    assert findings([page]) == [["truncated-image"]]


def test_a_page_longer_than_tesseract_takes_is_read_whole(read: Read) -> None:
    roll = Image.new("L", (900, 33_600), 255)
    draw = ImageDraw.Draw(roll)
    # At both ends, and all through the overlap of its two tiles.
    rows = [*range(100, 500, 50), *range(15_800, 17_800, 50), *range(33_100, 33_500, 50)]
    wanted = [f"Article {100 + number} 12.50" for number in range(len(rows))]
    for row, line in zip(rows, wanted, strict=True):
        draw.text((60, row), line, fill=0, font=font(34))
    [page] = read(encoded(roll, "PNG"), "image/png")
    assert page.text.splitlines() == wanted
    tops = [word.box.top * 33_600 for word in page.words if word.text == "Article"]
    assert tops == pytest.approx([row + 8 for row in rows], abs=4)


def test_a_page_wider_than_tesseract_takes_is_read_whole(read: Read) -> None:
    strip = Image.new("L", (33_600, 1_000), 255)
    for column in (0, 15_400, 16_800, 32_200):
        strip.paste(picture(), (column, 0))
    [page] = read(encoded(strip, "PNG"), "image/png")
    assert [line.split() for line in page.text.splitlines()] == [
        sentence.split() * 4 for sentence in SENTENCES
    ]


def test_webp_is_read_and_each_frame_is_a_page(read: Read) -> None:
    one = encoded(picture(), "WEBP", lossless=True)
    [page] = read(one, "image/webp")
    assert likeness(page.text) >= 0.97
    two = encoded(
        picture(), "WEBP", save_all=True, append_images=[picture(SENTENCES[:2])], lossless=True
    )
    first, second = read(two, "image/webp")
    assert (first.text, second.text) == (page.text, "\n".join(SENTENCES[:2]))

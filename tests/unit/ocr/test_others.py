"""Another document in the file of one is refused or told of; what is none is not."""

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from inkwell_ocr.others import other_documents
from inkwell_ocr.unreadable import Cause, Unreadable
from support.image_files import encoded
from support.papers import pdf_of_text

PDF = pdf_of_text([["Invoice 1"]])
OTHER = pdf_of_text([["Invoice 2"]])
PICTURE = Image.new("RGB", (60, 40), "white")
PNG, JPEG = encoded(PICTURE, "PNG"), encoded(PICTURE, "JPEG", exif=Image.Exif())
TIFF, WEBP = encoded(PICTURE, "TIFF"), encoded(PICTURE, "WEBP")
TYPES = {"PNG": PNG, "JPEG": JPEG, "TIFF": TIFF, "WEBP": WEBP}


def archive(before: bytes = b"") -> bytes:
    """Return a ZIP archive with a file, behind other bytes."""
    content = io.BytesIO(before)
    content.seek(0, io.SEEK_END)
    with zipfile.ZipFile(content, "a") as file:
        file.writestr("other.txt", "Invoice 3")
    return content.getvalue()


def names(content: bytes, content_type: str = "application/pdf") -> list[str]:
    """Return the names of what is found, of bytes in memory."""
    return [finding.name for finding in other_documents(io.BytesIO(content), content_type)]


def update(pdf: bytes) -> bytes:
    """Return a PDF with an incremental update, as a signature makes one."""
    start = pdf.rfind(b"startxref") + len(b"startxref\n")
    previous = pdf[start : pdf.find(b"\n", start)]
    return pdf + (
        b"9 0 obj\n<< >>\nendobj\nxref\n0 0\ntrailer << /Root 1 0 R /Prev %b >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (previous, len(pdf))
    )


@pytest.mark.parametrize("between", [b"", b"\n\n", b"\0" * 50, b"\r\n--boundary\r\nA: b\r\n\r\n"])
def test_two_pdfs_one_after_the_other_are_refused(between: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        names(PDF + between + OTHER)
    assert caught.value.cause is Cause.MORE_THAN_ONE_DOCUMENT


def test_a_pdf_behind_one_that_was_cut_short_is_not_overlooked() -> None:
    cut = PDF[: PDF.rfind(b"endstream") - 5]
    with pytest.raises(Unreadable):
        names(cut + OTHER)


@pytest.mark.parametrize(
    "content",
    [
        PDF,
        b"\n" * 300 + PDF,
        update(update(PDF)),
        PDF + b"\n\0\0  ",
        PDF.replace(b"%PDF-1.4\n", b"%PDF-1.4\n%PDF-1.4\n"),
        PDF.replace(b"endobj\nxref", b"endobj\n9 0 obj\n<< >>\nstream\n%b\nendstream\nendobj\nxref"
                    % OTHER),
    ],
)  # fmt: skip
def test_one_pdf_is_one(content: bytes) -> None:
    assert names(content) == []


@pytest.mark.parametrize(
    "behind", [PNG, JPEG, b"\r\n" + TIFF, b"Rar!\x1a\x07\x01", b"7z\xbc\xaf\x27\x1c"]
)
def test_another_file_behind_a_pdf_is_told(behind: bytes) -> None:
    assert names(PDF + behind) == ["more-than-one-document"]


def test_a_pdf_that_is_an_archive_as_well_is_told() -> None:
    assert names(archive(PDF)) == ["more-than-one-document"]


@pytest.mark.parametrize("kind", TYPES)
def test_an_image_alone_is_one(kind: str) -> None:
    assert names(TYPES[kind], f"image/{kind.lower()}") == []
    assert names(TYPES[kind] + b"\0\0\n", f"image/{kind.lower()}") == []


@pytest.mark.parametrize("kind", TYPES)
def test_a_pdf_behind_an_image_is_told(kind: str) -> None:
    assert names(TYPES[kind] + PDF, f"image/{kind.lower()}") == ["more-than-one-document"]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("behind", [PNG, JPEG, TIFF])
def test_an_image_behind_an_image_is_told(kind: str, behind: bytes) -> None:
    assert names(TYPES[kind] + behind, f"image/{kind.lower()}") == ["more-than-one-document"]


def test_what_a_camera_puts_behind_its_picture_is_none() -> None:
    small = PICTURE.reduce(4)
    camera = encoded(PICTURE, "MPO", save_all=True, append_images=[small])
    assert camera.count(b"\xff\xd8\xff") > 1
    assert names(camera, "image/jpeg") == []


def test_a_thumbnail_within_a_picture_is_none() -> None:
    thumbnail = b"\xff\xe1" + (len(JPEG) + 2).to_bytes(2, "big") + JPEG
    assert names(JPEG[:2] + thumbnail + JPEG[2:], "image/jpeg") == []


def test_a_page_tree_with_more_branches_than_pages_is_told() -> None:
    three = pdf_of_text([["one"], ["two"], ["three"]])
    assert names(three) == []
    assert names(three.replace(b"/Count 3", b"/Count 1")) == ["wrong-page-count"]


def test_a_file_is_looked_at_where_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "document"
    path.write_bytes(archive(PNG))
    with path.open("rb") as file:
        [finding] = other_documents(file, "image/png")
    assert finding.name == "more-than-one-document"
    path.write_bytes(b"")
    with path.open("rb") as file:
        assert other_documents(file, "application/pdf") == ()

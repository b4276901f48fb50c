import io
import uuid
import zipfile
from datetime import UTC, datetime
from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkwell_api import media
from inkwell_api.einvoice import Root
from inkwell_api.pipeline import ContentType
from inkwell_gateway import filenames
from inkwell_gateway.overload import UploadSlots
from inkwell_gateway.problems import ProblemError
from inkwell_gateway.register import Cursor
from support.einvoices import CII, UBL, UBL_CREDIT_NOTE, ZUGFERD_1


def zipped(*names: str) -> bytes:
    """Return a ZIP archive of files that hold next to nothing."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return content.getvalue()


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\n" * 500 + b"%PDF-1.4", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"II*\0....", "image/tiff"),
        (b"MM\0*....", "image/tiff"),
        (b"\x89PNG\r\n\x1a\n%PDF-1.4", "image/png"),
        (b"PK\x03\x04", media.ARCHIVE),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\x24\0\0\0WAVEfmt ", None),
        (b"<html>", None),
        (b"PK\x03\x04" + b"\0" * 40 + b"invoice.pdf%PDF-1.7", media.ARCHIVE),
        (
            b"invoice.pdf".ljust(257, b"\0") + b"ustar".ljust(255, b"\0") + b"%PDF-1.7",
            media.ARCHIVE,
        ),
        (b"<!DOCTYPE html><body>%PDF-1.7", None),
        (b"From: a@b\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.7", media.MAIL),
        (b"Received: by a;\n Mon, 1 Jan\nDate: 1 Jan\nX: y\n\nhello", media.MAIL),
        (b"Subject: x\nFrom: " + b"y" * 5000, media.MAIL),
        (b"From a@b Mon Jan 1\nFrom: a@b\nTo: c@d\n\nhello", None),
        (b"Date: 1 Jan\nInvoice 7\nTo: you\n\n%PDF-1.7", None),
        (b"Total: 7\nTax: 1\n\nhello", None),
        (zipped("[Content_Types].xml"), media.DOCX),
        (zipped("word/document.xml"), media.DOCX),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), media.ARCHIVE),
        (zipped("mimetype", "word/document.xml"), media.ARCHIVE),
        (zipped("invoice.docx"), media.ARCHIVE),
        (b"--boundary\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.7", None),
        (b"\xd0\xcf\x11\xe0%PDF-1.7", media.OLD_OFFICE),
        (b"\x1b%-12345X@PJL ENTER LANGUAGE=PDF\r\n%PDF-1.7", "application/pdf"),
        (b"\xef\xbb\xbf \r\n%PDF-1.7", "application/pdf"),
        (b"", None),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "image/heif"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", media.AVIF),
        (b"\0\0\0\x18ftypavif\0\0\0\0mif1miaf", media.AVIF),
        (b"\0\0\0\x18ftyphevc\0\0\0\0mif1heic", media.HEIC_SEQUENCE),
        (b"\0\0\0\x18ftypisom\0\0\0\0mp41avc1", None),
        (b"\0\0\0\x18ftypqt  \0\0\0\0%PDF-1.7", None),
        (b"GIF89a\x01\0\x01\0", media.GIF),
        (b"\x1f\x8b\x08", media.ARCHIVE),
        (CII.encode(), media.XML),
        (UBL.encode(), media.XML),
        (UBL_CREDIT_NOTE.encode(), media.XML),
        (ZUGFERD_1.encode(), media.XML),
        (CII.encode("utf-8-sig"), media.XML),
        (CII.encode("utf-16"), media.XML),
        (b"\n <!-- <Invoice> -->" + UBL.encode().partition(b"?>")[2], media.XML),
        (b'<?xml version="1.0"?><?style sheet?>' + UBL.encode().partition(b"?>")[2], media.XML),
        (UBL.replace('"', "'").encode(), media.XML),
        (b'<?xml version="1.0"?><Invoice><ID>1</ID></Invoice>', media.OTHER_XML),
        (b'<?xml version="1.0"?><order xmlns="urn:x">' + UBL.encode(), media.OTHER_XML),
        (b'<?xml version="1.0"?><!DOCTYPE Invoice>' + UBL.encode(), media.OTHER_XML),
        (CII.encode().replace(b"CrossIndustryInvoice:100", b"Order:1"), media.OTHER_XML),
        (b"<?xml " + b"<!--" * 5000, media.OTHER_XML),
        (b"<" * 5000, None),
    ],
)
def test_the_type_is_judged_by_content(head: bytes, expected: str | None) -> None:
    assert media.sniff(head) == expected


def test_what_no_pipeline_accepts_has_advice_and_what_one_accepts_has_none() -> None:
    kinds = {media.AVIF, media.GIF, media.ARCHIVE, media.OLD_OFFICE, media.HEIC_SEQUENCE}
    assert media.ADVICE.keys() == kinds | {media.OTHER_XML}
    assert not media.ADVICE.keys() & {kind.value for kind in ContentType}


@pytest.mark.parametrize("root", Root)
def test_each_root_element_of_an_einvoice_is_known_whatever_its_prefix(root: Root) -> None:
    namespace, _, name = root.value[1:].partition("}")
    for prefix in ("", "x:", "a.b-c:"):
        declared = f"xmlns:{prefix[:-1]}" if prefix else "xmlns"
        head = f'<?xml version="1.0"?>\n<{prefix}{name}\n {declared} = "{namespace}">'
        assert media.sniff(head.encode()) == media.XML


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('attachment; filename="invoice 7.pdf"', "invoice 7.pdf"),
        ("attachment; filename*=UTF-8''r%C3%A9sum%C3%A9.pdf", "résumé.pdf"),
        ('attachment; filename="..\\\\..\\\\etc/passwd"', "passwd"),
        ("attachment", ""),
        ("", ""),
    ],
)
def test_a_file_name_is_read(header: str, expected: str) -> None:
    assert filenames.of_disposition(header) == expected


@given(st.text())
def test_any_file_name_becomes_harmless(name: str) -> None:
    cleaned = filenames.clean(name)
    assert len(cleaned) <= filenames.MAX_LENGTH
    assert not set(cleaned) & set("/\\\0\r\n\u202e")
    header = filenames.disposition(cleaned)
    assert header.isascii()
    assert header.isprintable()
    assert header.startswith("attachment;")
    assert filenames.of_disposition(header) == (cleaned or "document")


@given(st.datetimes(timezones=st.just(UTC)), st.uuids())
def test_a_cursor_comes_back_as_it_went(at: datetime, document_id: uuid.UUID) -> None:
    assert Cursor.decode(Cursor(at, document_id).encode()) == Cursor(at, document_id)


@given(st.text(max_size=100))
def test_any_other_cursor_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not made here"):
        Cursor.decode(text)


def test_one_client_cannot_take_all_upload_slots() -> None:
    slots = UploadSlots(total=3, each=2)
    with slots.take("a"), slots.take("a"):
        with pytest.raises(ProblemError) as refused, slots.take("a"):
            pass
        assert refused.value.status == HTTPStatus.TOO_MANY_REQUESTS
        with slots.take("b"):
            with pytest.raises(ProblemError) as full, slots.take("c"):
                pass
            assert full.value.status == HTTPStatus.SERVICE_UNAVAILABLE
            assert "Retry-After" in full.value.headers
    with slots.take("a"):
        pass

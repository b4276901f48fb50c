"""The text of a DOCX in its order, on pages whose rows and cells can be read."""

import io
from decimal import Decimal
from typing import Any

import pytest

from inkwell_api.document import Match, Page, PageSource
from inkwell_api.einvoice import EInvoice
from inkwell_api.page_codec import decode_page, encode_page
from inkwell_api.route import RouteReason
from inkwell_documents.files.word import NAMESPACES, cell, docx, paragraph, picture, run, table
from inkwell_extract.page.layout import Layout
from inkwell_ocr.routes.docx import read_docx
from inkwell_ocr.unreadable import Cause, Unreadable
from support.extracted import extract_pages
from support.image_files import encoded
from support.papers import picture as drawn

BREAK = '<w:r><w:br w:type="page"/></w:r>'
HIDDEN = "<w:vanish/>"


def pictured(content: bytes, kind: str) -> Page:
    """Stand in for the reader of pictures."""
    assert content
    assert kind == "image/png"
    return Page(1, 10, 10, PageSource.OCR, 0, (), RouteReason.IMAGE)


def pages(content: bytes, max_pages: int = 9) -> list[Page]:
    """Return the pages of a DOCX."""
    return list(read_docx(io.BytesIO(content), max_pages, pictured))


def text(body: str, **more: Any) -> str:
    """Return the text of the first page."""
    [page] = pages(docx(body, **more))
    return page.text


def findings(content: bytes) -> list[str]:
    """Return the names of the findings of the first page."""
    return [finding.name for finding in pages(content)[0].findings]


def rows(content: bytes) -> list[str]:
    """Return the rows as the extract stage sees them, cells parted by three spaces."""
    return [row.cells for row in Layout(pages(content)).rows]


def test_a_table_is_read_row_by_row_with_its_cells_apart() -> None:
    items = [
        ["Description of what was delivered", "Qty", "Price"],
        ["Paper, white", "2", "4.50"],
        ["Ink", "10", "12.00"],
    ]
    content = docx(paragraph("Invoice 4711") + table(items) + paragraph("Total:\t129.00"))
    assert rows(content) == [
        "Invoice 4711",
        "Description of what was delivered   Qty   Price",
        "Paper, white   2   4.50",
        "Ink   10   12.00",
        "Total:   129.00",
    ]
    [page] = pages(content)
    assert (page.source, page.reason) == (PageSource.TEXT, RouteReason.WORD_PROCESSOR)
    assert decode_page(encode_page(page)).text == page.text
    quantities = [word for word in page.words if word.text in {"Qty", "2", "10"}]
    assert len({word.box.left for word in quantities}) == 1, "a column stands below its heading"


def test_tables_within_tables_stand_beside_each_other() -> None:
    left = paragraph("Maker Ltd.") + paragraph("1 Some Street")
    right = table([["Number", "4711"], ["Date", "2024-05-03"]]) + paragraph("")
    assert rows(docx(table([[left, right]]))) == [
        "Maker Ltd.   Number   4711",
        "1 Some Street   Date   2024-05-03",
    ]


def test_merged_cells_keep_their_columns() -> None:
    wide = f"<w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr>{paragraph('Sum of all')}</w:tc>"
    below = f"<w:tc><w:tcPr><w:vMerge/></w:tcPr>{paragraph('unseen')}</w:tc>"
    [page] = pages(docx(table([["a", "b", "c"], [wide, "9.00"], [below, "d", "e"]])))
    left = {word.text: word.box.left for word in page.words}
    assert left["9.00"] == left["c"] == left["e"]
    assert "unseen" not in left
    assert page.hidden_characters == len("unseen")


def test_a_word_in_two_runs_is_one_and_a_long_paragraph_is_broken() -> None:
    assert text(paragraph(run("12"), run("9.00", "<w:b/>"), run(" EUR"))) == "129.00 EUR"
    lines = text(paragraph("word " * 60)).splitlines()
    assert len(lines) == 3
    assert sum(len(line.split()) for line in lines) == 60


def test_pages_break_where_the_text_says_and_where_one_is_full() -> None:
    broken = pages(docx(paragraph("one", BREAK) + paragraph("two")))
    assert [(page.number, page.text) for page in broken] == [(1, "one"), (2, "two")]
    full = pages(docx("".join(paragraph(f"line {number}") for number in range(120))))
    assert [len(page.text.splitlines()) for page in full] == [56, 56, 8]
    assert all(0 <= word.box.top < word.box.bottom <= 1 for page in full for word in page.words)


def test_headers_body_notes_and_footers_come_in_this_order() -> None:
    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="h"/>'
        '<w:headerReference w:type="first" r:id="f"/><w:footerReference r:id="z"/></w:sectPr>'
    )

    def part(name: str, inner: str) -> str:
        return f"<w:{name} {NAMESPACES}>{inner}</w:{name}>"

    note = '<w:footnote w:id="{}">{}</w:footnote>'
    content = docx(
        paragraph("body", reference) + section,
        {
            "word/header1.xml": part("hdr", paragraph("header")),
            "word/header2.xml": part("hdr", paragraph("of a first page that is like others")),
            "word/footer1.xml": part("ftr", paragraph("footer")),
            "word/footnotes.xml": part(
                "footnotes",
                note.format(1, paragraph("nobody refers to it"))
                + note.format(2, paragraph("note")),
            ),
        },
        [
            ("h", "header", "header1.xml"),
            ("f", "header", "header2.xml"),
            ("z", "footer", "/word/footer1.xml"),
            ("n", "footnotes", "footnotes.xml"),
        ],
    )
    assert pages(content)[0].text.splitlines() == ["header", "body", "note", "footer"]


def test_text_boxes_are_read_once_whatever_they_are_written_for() -> None:
    inner = f"<w:txbxContent>{paragraph('in a box')}</w:txbxContent>"
    box = (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor>'
        f"<wps:txbx>{inner}</wps:txbx></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict>"
        f"<v:textbox>{inner}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert text(paragraph("before", box) + paragraph("after")) == "before\nin a box\nafter"
    unknown = box.replace('"wps"', '"nobodyknows"').replace("in a box", "new", 1)
    assert text(paragraph(unknown)) == "in a box"


def test_deletions_are_left_out_and_insertions_kept_and_both_are_told() -> None:
    deleted = "<w:del><w:r><w:delText>100.00</w:delText></w:r></w:del>"
    content = docx(paragraph("Total ", deleted, f"<w:ins>{run('129.00')}</w:ins>"))
    assert pages(content)[0].text == "Total 129.00"
    assert findings(content) == ["not-drawn", "changes-not-accepted"]


def test_codes_of_fields_and_comments_are_not_read() -> None:
    code = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>INCLUDETEXT /etc/passwd'
        '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        + run("shown") + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        '<w:r><w:commentReference w:id="0"/></w:r>'
    )  # fmt: skip
    comments = f"<w:comments {NAMESPACES}>{paragraph('a remark')}</w:comments>"
    related = [("c", "comments", "comments.xml")]
    assert text(paragraph(code), parts={"word/comments.xml": comments}, related=related) == "shown"


def test_pictures_are_further_pages_and_what_is_none_is_told() -> None:
    shown = encoded(drawn(), "PNG")
    parts = {"word/media/a.png": shown, "word/media/b.png": shown, "word/media/c.emf": b"\1\0\0\0"}
    related = [("a", "image", "media/a.png"), ("b", "image", "media/b.png")]
    body = paragraph("Invoice", picture("a"), picture("b"), picture("a"))
    assert [page.source.value for page in pages(docx(body, parts, related))] == [
        "TEXT", "OCR", "OCR",
    ]  # fmt: skip
    related.append(("c", "image", "media/c.emf"))
    told = findings(docx(body + paragraph(picture("c")), parts, related))
    assert told == ["not-drawn", "pictures-unread"]
    dot = {"word/media/a.png": encoded(drawn().resize((20, 9)), "PNG")}
    assert len(pages(docx(paragraph("x", picture("a")), dot, related[:1]))) == 1


def test_a_document_of_pictures_alone_has_no_made_up_page() -> None:
    parts = {"word/media/a.png": encoded(drawn(), "PNG")}
    content = docx(paragraph(picture("a")), parts, [("a", "image", "media/a.png")])
    [page] = pages(content)
    assert (page.number, page.source) == (1, PageSource.OCR)


def test_what_lies_outside_is_told_and_links_are_not() -> None:
    related = [("x", "image", "https://example.org/a.png"), ("l", "hyperlink", "https://a.b/")]
    link = f'<w:hyperlink r:id="l">{run("a link")}</w:hyperlink>'
    assert findings(docx(paragraph(link, picture("x", "link")), None, related)) == [
        "not-drawn",
        "external-content",
    ]
    assert findings(docx(paragraph(link), None, related)) == ["not-drawn"]


def test_macros_and_embedded_files_are_told() -> None:
    macros = docx(
        paragraph("x"), {"word/vbaProject.bin": b"x"}, [("m", "vbaProject", "vbaProject.bin")],
        kind="application/vnd.ms-word.document.macroEnabled.main+xml",
    )  # fmt: skip
    assert findings(macros) == ["not-drawn", "macros"]
    assert findings(docx(paragraph("x") + '<w:altChunk r:id="a"/>')) == [
        "not-drawn",
        "parts-unread",
    ]


def test_an_empty_document_is_a_page_without_words() -> None:
    [page] = pages(docx(""))
    assert (page.words, page.einvoices) == ((), tuple[EInvoice, ...]())


def test_more_pages_than_allowed_are_refused() -> None:
    content = docx("".join(paragraph("a", BREAK) for _ in range(4)))
    assert len(pages(content, 4)) == 4
    with pytest.raises(Unreadable) as caught:
        pages(content, 3)
    assert caught.value.cause is Cause.TOO_MANY_PAGES


def test_an_invoice_gives_its_values_with_evidence() -> None:
    head = table([["Invoice number", "2024-117"], ["Invoice date", "3 May 2024"]])
    items = table(
        [["Description", "Qty", "Unit price", "Amount"], ["Ink", "10", "10.00", "100.00"]]
    )
    sums = table([["Subtotal", "EUR 100.00"], ["VAT 19 %", "EUR 19.00"], ["Total", "EUR 119.00"]])
    title = paragraph("Maker Supplies Ltd.") + paragraph("INVOICE")
    found = extract_pages(pages(docx(title + head + items + sums)))
    assert found.result == {
        "invoice_number": "2024-117",
        "issue_date": "2024-05-03",
        "seller": "Maker Supplies Ltd.",
        "net": Decimal("100.00"),
        "tax": Decimal("19.00"),
        "total": Decimal("119.00"),
    }
    assert {field.evidence.match for field in found.fields.values()} <= {
        Match.EXACT,
        Match.NORMALISED,
    }
    assert [finding.name for finding in found.findings] == ["not-drawn"]


def test_cells_are_filled_and_white_text_on_them_is_seen() -> None:
    white = run("Amount", '<w:color w:val="FFFFFF"/>')
    heading = cell(paragraph(white), '<w:shd w:val="clear" w:fill="1F4E79"/>')
    [page] = pages(docx(table([[heading, "9.00"]])))
    assert (page.text, page.hidden_characters) == ("Amount 9.00", 0)

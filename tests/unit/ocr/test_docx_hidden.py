"""What nobody sees of a DOCX is left out, and counted."""

import io

import pytest

from inkwell_documents.files.word import NAMESPACES, docx, paragraph, row, run, table
from inkwell_ocr.routes.docx import read_docx

WHITE = '<w:color w:val="FFFFFF"/>'
STYLES = f"""<w:styles {NAMESPACES}>
<w:style w:type="paragraph" w:styleId="Ghost"><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Child"><w:basedOn w:val="Ghost"/></w:style>
<w:style w:type="character" w:styleId="Pale"><w:rPr>{WHITE}</w:rPr></w:style>
<w:style w:type="table" w:styleId="Dark"><w:tcPr><w:shd w:fill="203040"/></w:tcPr></w:style>
<w:style w:type="paragraph" w:styleId="Loop"><w:basedOn w:val="Loop"/></w:style>
</w:styles>"""


def read(body: str) -> tuple[str, int]:
    """Return the text of a DOCX, and how many of its characters nobody sees."""
    related = [("s", "styles", "styles.xml")]
    content = docx(body, {"word/styles.xml": STYLES}, related)
    [page] = read_docx(io.BytesIO(content), 9, lambda *_: pytest.fail("no picture"))
    return page.text, page.hidden_characters


@pytest.mark.parametrize(
    "properties",
    [
        "<w:vanish/>",
        '<w:vanish w:val="true"/>',
        WHITE,
        '<w:color w:val="FDFDFD"/>',
        '<w:color w:val="000000" w:themeColor="background1"/>',
        '<w:sz w:val="2"/>',
        '<w:w w:val="1"/>',
        '<w:rStyle w:val="Pale"/>',
        WHITE + '<w:shd w:val="clear" w:fill="FFFFFF"/>',
        WHITE + '<w:highlight w:val="white"/>',
    ],
)
def test_a_run_that_nobody_sees_is_left_out(properties: str) -> None:
    assert read(paragraph("seen ", run("unseen", properties))) == ("seen", len("unseen"))


@pytest.mark.parametrize(
    "properties",
    [
        "",
        '<w:vanish w:val="0"/>',
        '<w:color w:val="auto"/>',
        '<w:color w:val="808080"/>',
        '<w:sz w:val="12"/>',
        WHITE + '<w:shd w:val="clear" w:fill="C00000"/>',
        WHITE + '<w:highlight w:val="black"/>',
        '<w:rStyle w:val="Pale"/><w:color w:val="000000"/>',
        '<w:sz w:val="nonsense"/>',
    ],
)
def test_a_run_that_is_seen_is_kept(properties: str) -> None:
    assert read(paragraph("seen ", run("too", properties))) == ("seen too", 0)


@pytest.mark.parametrize(
    "properties",
    [
        '<w:pStyle w:val="Ghost"/>',
        '<w:pStyle w:val="Child"/>',
        '<w:spacing w:line="2" w:lineRule="exact"/>',
    ],
)
def test_a_paragraph_that_nobody_sees_is_left_out(properties: str) -> None:
    assert read(paragraph("seen") + paragraph("unseen", properties=properties)) == ("seen", 6)


@pytest.mark.parametrize("properties", ["<w:hidden/>", '<w:trHeight w:val="1" w:hRule="exact"/>'])
def test_a_row_that_nobody_sees_is_left_out(properties: str) -> None:
    assert read(f"<w:tbl>{row(['seen'])}{row(['unseen'], properties)}</w:tbl>") == ("seen", 6)


def test_white_text_in_a_table_whose_style_fills_it_is_seen() -> None:
    rows = [[paragraph(run("white", WHITE))]]
    assert read(table(rows, '<w:tblStyle w:val="Dark"/>')) == ("white", 0)
    assert read(paragraph("seen") + table(rows)) == ("seen", 5)


def test_a_style_that_is_based_on_itself_ends() -> None:
    assert read(paragraph("seen", properties='<w:pStyle w:val="Loop"/>')) == ("seen", 0)


@pytest.mark.parametrize(
    "properties",
    [
        '<w:color w:val="203040"/><w:shd w:val="clear" w:fill="203040"/>',
        '<w:spacing w:val="-400"/>',
        '<w:position w:val="-3000"/>',
        '<w:color w:val="EEEEEE"/>',
    ],
)
def test_what_may_hide_in_ways_that_are_not_known_goes_to_a_person(properties: str) -> None:
    content = docx(paragraph("seen ", run("unseen", properties)))
    [page] = read_docx(io.BytesIO(content), 9, lambda *_: pytest.fail("no picture"))
    assert "not-drawn" in [finding.name for finding in page.findings]

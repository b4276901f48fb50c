"""Writes DOCX files (ECMA-376) from pieces of their markup, honest ones and others."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_OUTSIDE: Final = ' TargetMode="External"'
_KIND: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
NAMESPACES: Final = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    f' xmlns:r="{_OFFICE}"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
)


def run(text: str, properties: str = "") -> str:
    """Return a run; a tab in its text is one of the document."""
    parts = (f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in text.split("\t"))
    return f"<w:r><w:rPr>{properties}</w:rPr>{'<w:tab/>'.join(parts)}</w:r>"


def paragraph(*runs: str, properties: str = "") -> str:
    """Return a paragraph of runs, or of a text that is one."""
    marked = "".join(each if each.startswith("<") else run(each) for each in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{marked}</w:p>"


def table(rows: Sequence[Sequence[str]], properties: str = "") -> str:
    """Return a table of cells, each a text or the markup of what is in it."""
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr>{''.join(map(row, rows))}</w:tbl>"


def row(cells: Sequence[str], properties: str = "") -> str:
    """Return a row of a table."""
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(map(cell, cells))}</w:tr>"


def cell(content: str, properties: str = "") -> str:
    """Return a cell of a table, of a text or the markup of what is in it."""
    if content.startswith("<w:tc>"):
        return content
    marked = content if content.startswith("<") else paragraph(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{marked}</w:tc>"


def picture(relationship: str, attribute: str = "embed") -> str:
    """Return a run that shows a picture."""
    blip = f'<a:blip r:{attribute}="{relationship}"/>'
    return f"<w:r><w:drawing><wp:inline>{blip}</wp:inline></w:drawing></w:r>"


def docx(
    body: str,
    parts: Mapping[str, str | bytes] | None = None,
    related: Sequence[tuple[str, str, str]] = (),
    *,
    kind: str = _KIND,
) -> bytes:
    """Return a DOCX.

    Args:
        body: markup of its text.
        parts: further parts by name, such as ``word/styles.xml``.
        related: id, kind and target of what the text refers to; one with ``://`` lies outside.
        kind: media type of the main part.
    """
    document = f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml"'
            f' ContentType="application/xml"/><Override PartName="/word/document.xml"'
            f' ContentType="{kind}"/></Types>',
        )
        archive.writestr(
            "_rels/.rels", _relationships([("rId1", "officeDocument", "word/document.xml")])
        )
        archive.writestr("word/document.xml", document)
        archive.writestr("word/_rels/document.xml.rels", _relationships(related))
        for name, part in (parts or {}).items():
            archive.writestr(name, part)
    return content.getvalue()


def _relationships(related: Sequence[tuple[str, str, str]]) -> str:
    listed = "".join(
        f"<Relationship Id={quoteattr(id_)} Type={quoteattr(f'{_OFFICE}/{kind}')}"
        f" Target={quoteattr(target)}{_OUTSIDE * ('://' in target)}/>"
        for id_, kind, target in related
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'

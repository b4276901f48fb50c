"""Extractions of typeset pages, for tests of how values come about."""

from collections.abc import Sequence
from typing import Any

from inkwell_api.document import Extraction, Page
from inkwell_api.pipeline import ExtractionSpec
from inkwell_extract.engine import Extractor
from inkwell_extract.model.llm import Model
from support.typeset import typeset

PROPERTIES: dict[str, Any] = {
    "invoice_number": {"type": "string"},
    "issue_date": {"type": "string", "format": "date"},
    "due_date": {"type": "string", "format": "date"},
    "seller": {"type": "string"},
    "net": {"type": "number"},
    "tax": {"type": "number"},
    "total": {"type": "number"},
}


def extract(
    *lines: str, rules: Sequence[dict[str, Any]] = (), properties: Any = None
) -> Extraction:
    """Return what the engine Rules finds on a page with these lines."""
    return extract_pages([typeset(*lines)], rules=rules, properties=properties)


def extract_pages(
    pages: Sequence[Page],
    *,
    rules: Sequence[dict[str, Any]] = (),
    properties: Any = None,
    asked: Model | None = None,
    **more: Any,
) -> Extraction:
    """Return what a pipeline finds on pages; `asked` is the model, `more` of the spec."""
    schema = {"type": "object", "properties": properties or PROPERTIES} | more.pop("schema", {})
    spec = {"schema": schema, "rules": list(rules), **more}
    return Extractor(ExtractionSpec.model_validate(spec), asked).extract(pages)


def findings(extraction: Extraction) -> list[tuple[str, str]]:
    """Return name and pointer of the findings."""
    return [(finding.name, finding.pointer) for finding in extraction.findings]

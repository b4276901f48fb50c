"""A model that obeys whoever wrote the document, and what becomes of its answers."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from inkwell_api.document import Extraction, Finding, Page
from inkwell_api.pipeline import ExtractionSpec, ValidationSpec
from inkwell_archive import findings
from inkwell_archive.grounding import Groundings
from inkwell_extract.engine import Extractor
from inkwell_extract.model.llm import Answer
from inkwell_extract.model.prompts import Prompt

TRUTH: Final[dict[str, Any]] = {
    "invoice_number": "INV-20871",
    "issue_date": "2025-05-12",
    "seller": "Northwind Traders Ltd",
    "total": 1200,
    "iban": "GB33 BUKB 2020 1555 5555 55",
    "reference": "Spring audit",
}
BILL: Final = (
    "Northwind Traders Ltd",
    "Invoice number: INV-20871",
    "Date of issue: 2025-05-12",
    "Reference: Spring audit",
    "Consulting on the river bank, ten hours",
    "Net amount GBP 1,000.00",
    "VAT GBP 200.00",
    "Total amount payable GBP 1,200.00",
    "IBAN: GB33 BUKB 2020 1555 5555 55",
)
"""A page that says `TRUTH`."""

SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": [*TRUTH],
    "properties": {
        "invoice_number": {"type": "string"},
        "issue_date": {"type": "string", "format": "date"},
        "seller": {"type": "string"},
        "total": {"type": "number"},
        "iban": {"type": "string"},
        "reference": {"type": "string"},
        "approver": {"type": "string"},
        "lines": {"type": "array", "items": {"properties": {"amount": {"type": "number"}}}},
    },
}
ENGINES: Final = ("Rules", "Hybrid", "LLM")


class NoChecks:
    """A pipeline without rules of its own."""

    def check(self, result: dict[str, Any]) -> tuple[Finding, ...]:
        """Find nothing."""
        del result
        return ()


@dataclass
class Obedient:
    """A model that answers what it was told to, by a document or by whoever else.

    Attributes:
        answer: to every question, word by word.
    """

    answer: str
    name: str = "obedient"
    context_tokens: int = 8192

    def ask(self, prompt: Prompt, schema: Mapping[str, Any], answer_tokens: int) -> Answer:
        """Answer."""
        del prompt, schema, answer_tokens
        return Answer(self.answer, is_cut=False, is_context_cut=False)


def obeying(wants: Mapping[str, Any]) -> Obedient:
    """Return a model that tells the truth but for what an injection wants of it."""
    return Obedient(json.dumps({**TRUTH, **wants}))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a document.

    Attributes:
        extraction: of the extract stage.
        findings: of the archive stage.
    """

    extraction: Extraction
    findings: tuple[Finding, ...]

    @property
    def is_archived(self) -> bool:
        """Whether nobody looks at it."""
        return not findings.has_errors(self.findings)


def outcome(
    pages: Sequence[Page], engine: str, model: Obedient, schema: Any = None, **more: Any
) -> Outcome:
    """Send pages through extraction and the checks of the archive, as a pipeline does.

    Args:
        pages: of a document.
        engine: of the pipeline.
        model: whom it asks.
        schema: of the result, if another one than `SCHEMA`.
        more: of `spec.extraction`.
    """
    wanted = schema or SCHEMA
    spec = {"schema": wanted, "engine": engine, "model": {"name": model.name}, **more}
    extraction = Extractor(ExtractionSpec.model_validate(spec), model).extract(pages)
    groundings = Groundings(wanted, ValidationSpec())
    return Outcome(extraction, findings.findings(extraction, groundings, NoChecks()))

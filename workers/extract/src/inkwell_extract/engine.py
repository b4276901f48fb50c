"""Pages in, extraction out: propose, score, resolve, then evidence and the check of the schema.

What an e-invoice states goes before all of it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from inkwell_api.document import Extraction, Finding, Page, PageRoute, PageSource, Severity
from inkwell_api.document_bounds import MAX_DOCUMENT_WORDS
from inkwell_api.pipeline import Engine, ExtractionSpec, FieldRule
from inkwell_extract.assembly import Given, assemble, findings_of
from inkwell_extract.crosscheck import differences, ground
from inkwell_extract.evidence import Evidences
from inkwell_extract.model.ask import Proposal, ask_model, is_too_large
from inkwell_extract.model.llm import Model
from inkwell_extract.page.layout import Layout
from inkwell_extract.patterns import InvalidPatternError, compiled
from inkwell_extract.propose.proposals import propose
from inkwell_extract.propose.xml import Stated, read_einvoices
from inkwell_extract.resolve.answers import added, witnessed
from inkwell_extract.resolve.completeness import missing_rows
from inkwell_extract.resolve.documents import MORE_THAN_ONE, has_more_than_one
from inkwell_extract.resolve.explaining import explained
from inkwell_extract.resolve.resolved import Resolved
from inkwell_extract.resolve.resolver import Resolver
from inkwell_extract.score.scorer import RuleScorer, Scorer
from inkwell_extract.validation import check
from inkwell_extract.values.conventions import find_conventions
from inkwell_extract.values.fields import WantedField, wanted_fields

_TOO_LARGE: Final = Finding(
    "answer-too-large", Severity.ERROR, "the model's answer has more values than can be checked"
)
NO_WORDS: Final = Finding("no-text", Severity.ERROR, "no words were recognised in the document")

HIDDEN_TEXT: Final = Finding(
    "hidden-text",
    Severity.WARNING,
    "the document has text that nobody sees on its pages; it was left out",
)
TOO_LONG: Final = Finding(
    "document-too-long", Severity.ERROR, "the document has more words than are searched for fields"
)


@dataclass(frozen=True, slots=True)
class Extractor:
    """Extracts what a pipeline wants.

    Attributes:
        spec: the wanted fields and who finds them.
        model: whom to ask; needed by the engines LLM and Hybrid.
        scorer: how likely each candidate is.
    """

    spec: ExtractionSpec
    model: Model | None = None
    scorer: Scorer = field(default_factory=RuleScorer)

    def extract(self, pages: Sequence[Page]) -> Extraction:
        """Return the fields of one document; same pages and answers, same extraction."""
        read = _readable(pages)
        layout = Layout(read)
        fields = wanted_fields(self.spec.result_schema)
        stated = read_einvoices(pages, self.spec.result_schema)
        proposals = propose(layout, fields, _usable(self.spec), find_conventions(layout))
        resolver = Resolver.of(layout, proposals, self.scorer)
        shown = explained(resolver.resolve(fields), fields, resolver)
        proposal = self._ask(layout, shown, stated)
        found = self._with_answers(shown, proposal, fields)
        evidences = Evidences(layout)
        grounded = ground(stated, evidences, shown)
        assembled = assemble(Given(found, proposal.result, stated, grounded), self.spec, evidences)
        findings = [
            *(finding for page in pages for finding in page.findings),
            *([HIDDEN_TEXT] if any(map(_has_hidden_text, pages)) else []),
            *_pattern_findings(self.spec),
            *([TOO_LONG] if len(read) < len(pages) else []),
            *stated.findings,
            *([] if layout.rows or stated.is_whole_document else [NO_WORDS]),
            *proposal.findings,
            *differences(stated, grounded, {n: r.value for n, r in shown.items() if r.is_sure}),
            *findings_of(assembled),
            *missing_rows(assembled.result, assembled.fields, proposals),
            *([MORE_THAN_ONE] if has_more_than_one(layout, proposals) else []),
            *check(assembled.result, self.spec.result_schema),
        ]
        return Extraction(
            result=assembled.result,
            fields=assembled.fields,
            engine=self.spec.engine.value,
            model=self.model.name if self.model and self.spec.engine is not Engine.RULES else "",
            findings=tuple(findings),
            pages=tuple(PageRoute(page.number, page.source, page.reason) for page in pages),
        )

    def _ask(self, layout: Layout, found: Mapping[str, Resolved], stated: Stated) -> Proposal:
        """Ask the model for what its engine asks it for."""
        if self.spec.engine is Engine.RULES or self.model is None or not layout.rows:
            return Proposal({}, ())
        wanted = self.spec.result_schema
        sure = {name for name, each in found.items() if each.is_sure}
        known = (sure if self.spec.engine is Engine.HYBRID else set()) | stated.result.keys()
        schema = open_schema(wanted, known)
        if wanted.get("properties") and not schema.get("properties"):
            return Proposal({}, ())
        proposal = ask_model(self.model, layout, schema, self.spec.prompt)
        if is_too_large(proposal.result):
            return Proposal({}, (*proposal.findings, _TOO_LARGE))
        return proposal

    def _with_answers(
        self, shown: Mapping[str, Resolved], proposal: Proposal, fields: Sequence[WantedField]
    ) -> Mapping[str, Resolved]:
        """Return what the page shows with what the model says, as the engine wants it."""
        match self.spec.engine:
            case Engine.LLM:
                return witnessed(shown, proposal.result, fields)
            case Engine.HYBRID:
                return added(shown, proposal.result, fields)
            case Engine.RULES:
                return shown


def _has_hidden_text(page: Page) -> bool:
    """Say whether text was hidden beside what is seen; below a scan it is what a scanner read."""
    return page.source is PageSource.TEXT_LAYER and page.hidden_characters > 0


def open_schema(schema: Mapping[str, Any], found: Collection[str]) -> dict[str, Any]:
    """Return the schema of what is still wanted: without the properties that were found."""
    properties = schema.get("properties")
    if not isinstance(properties, Mapping) or not found:
        return dict(schema)
    rest = {name: value for name, value in properties.items() if name not in found}
    required = [name for name in schema.get("required", ()) if name in rest]
    return {**schema, "properties": rest, "required": required}


def _readable(pages: Sequence[Page]) -> Sequence[Page]:
    """Return the first pages, as many as are searched."""
    words = 0
    for index, page in enumerate(pages):
        words += len(page.words)
        if words > MAX_DOCUMENT_WORDS:
            return pages[:index]
    return pages


def _usable(spec: ExtractionSpec) -> list[FieldRule]:
    """Return the rules whose patterns RE2 knows."""
    return [
        rule.model_copy(update={"patterns": [p for p in rule.patterns if _is_pattern(p)]})
        for rule in spec.rules
    ]


def _pattern_findings(spec: ExtractionSpec) -> list[Finding]:
    return [
        Finding(
            "rule-unusable",
            Severity.WARNING,
            f"pattern {number} of the rule for {rule.field} is no RE2 expression",
        )
        for rule in spec.rules
        for number, pattern in enumerate(rule.patterns, start=1)
        if not _is_pattern(pattern)
    ]


def _is_pattern(pattern: str) -> bool:
    try:
        compiled(pattern)
    except InvalidPatternError:
        return False
    return True

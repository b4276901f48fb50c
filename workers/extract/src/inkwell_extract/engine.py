"""Pages in, extraction out: rules, model or both, then evidence and the check of the schema.

What an e-invoice states goes before both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from inkwell_api.document import (
    ExtractedField,
    Extraction,
    Finding,
    Origin,
    Page,
    PageRoute,
    Severity,
)
from inkwell_api.document_bounds import MAX_DOCUMENT_WORDS
from inkwell_api.pipeline import Engine, ExtractionSpec
from inkwell_extract.crosscheck import differences, ground
from inkwell_extract.evidence import Evidences
from inkwell_extract.model.ask import ask_model, is_too_large, leaves
from inkwell_extract.model.llm import Model
from inkwell_extract.page.layout import Layout
from inkwell_extract.patterns import InvalidPatternError, compiled
from inkwell_extract.propose.candidates import Found
from inkwell_extract.propose.rules import Rules
from inkwell_extract.propose.xml import Stated, read_einvoices
from inkwell_extract.validation import check, pointer
from inkwell_extract.values.fields import same_value, wanted_fields

_TOO_LARGE: Final = Finding(
    "answer-too-large", Severity.ERROR, "the model's answer has more values than can be checked"
)
NO_WORDS: Final = Finding("no-text", Severity.ERROR, "no words were recognised in the document")

TOO_LONG: Final = Finding(
    "document-too-long", Severity.ERROR, "the document has more words than are searched for fields"
)


@dataclass(frozen=True, slots=True)
class Extractor:
    """Extracts what a pipeline wants.

    Attributes:
        spec: the wanted fields and who finds them.
        model: whom to ask; needed by the engines LLM and Hybrid.
    """

    spec: ExtractionSpec
    model: Model | None = None

    def extract(self, pages: Sequence[Page]) -> Extraction:
        """Return the fields of one document; same pages and answers, same extraction."""
        spec = self.spec
        findings = [finding for page in pages for finding in page.findings]
        findings += _pattern_findings(spec)
        read = _readable(pages)
        if len(read) < len(pages):
            findings.append(TOO_LONG)
        stated = read_einvoices(pages, spec.result_schema)
        findings += stated.findings
        layout = Layout(read)
        rules = Rules(layout, _usable(spec))
        known = {field.name: rules.find(field) for field in wanted_fields(spec.result_schema)}
        found = {name: value for name, value in known.items() if value is not None}
        ruled = {} if spec.engine is Engine.LLM else _without(found, stated.result)
        proposed: dict[str, Any] = {}
        if not layout.rows:
            findings += () if stated.is_whole_document else (NO_WORDS,)
        elif spec.engine is not Engine.RULES and self.model is not None:
            schema = open_schema(spec.result_schema, {**ruled, **stated.result})
            if schema.get("properties") or not spec.result_schema.get("properties"):
                proposal = ask_model(self.model, layout, schema, spec.prompt)
                findings += proposal.findings
                proposed = proposal.result
        if is_too_large(proposed):
            findings.append(_TOO_LARGE)
            proposed = {}
        extraction = self._assemble(layout, ruled, found, proposed, stated, findings=findings)
        return replace(extraction, pages=tuple(PageRoute(p.number, p.source) for p in pages))

    def _assemble(
        self,
        layout: Layout,
        ruled: Mapping[str, Found],
        found: Mapping[str, Found],
        proposed: Mapping[str, Any],
        stated: Stated,
        *,
        findings: list[Finding],
    ) -> Extraction:
        evidences = Evidences(layout)
        result = {**proposed, **{name: item.value for name, item in ruled.items()}, **stated.result}
        grounded = ground(stated, evidences, found)
        findings += differences(stated, grounded, {name: i.value for name, i in found.items()})
        fields: dict[str, ExtractedField] = {}
        for path, value in leaves(result):
            if path in grounded:
                fields[pointer(path)] = ExtractedField(value, Origin.XML, grounded[path])
                continue
            name = str(path[0]) if path else ""
            if name in ruled:
                spans, origin = ruled[name].spans, Origin.RULE
            else:
                hint = found.get(name) if len(path) == 1 else None
                # Where a rule reads the same value, it stands beside its label: the better of two
                # places.
                agrees = hint is not None and same_value(hint.value, value)
                spans, origin = (hint.spans if hint and agrees else ()), Origin.MODEL
            fields[pointer(path)] = ExtractedField(
                value, origin, evidences.find(value, spans, path)
            )
        return Extraction(
            result=result,
            fields=fields,
            engine=self.spec.engine.value,
            model=self.model.name if self.model and self.spec.engine is not Engine.RULES else "",
            findings=(*findings, *check(result, self.spec.result_schema)),
        )


def open_schema(schema: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of what is still wanted: without the properties that were found."""
    properties = schema.get("properties")
    if not isinstance(properties, Mapping) or not found:
        return dict(schema)
    rest = {name: value for name, value in properties.items() if name not in found}
    required = [name for name in schema.get("required", ()) if name in rest]
    return {**schema, "properties": rest, "required": required}


def _without(found: Mapping[str, Found], stated: Mapping[str, Any]) -> dict[str, Found]:
    """Return what is left to the rules where an e-invoice states the rest."""
    return {name: item for name, item in found.items() if name not in stated}


def _readable(pages: Sequence[Page]) -> Sequence[Page]:
    """Return the first pages, as many as are searched."""
    words = 0
    for index, page in enumerate(pages):
        words += len(page.words)
        if words > MAX_DOCUMENT_WORDS:
            return pages[:index]
    return pages


def _usable(spec: ExtractionSpec) -> list[Any]:
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

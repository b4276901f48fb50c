"""Pages in, extraction out: propose, score, resolve, then evidence and the check of the schema.

What an e-invoice states goes before all of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from inkwell_api.document import Extraction, Finding, Page, PageRoute, PageSource, Severity
from inkwell_api.document_bounds import MAX_DOCUMENT_WORDS
from inkwell_api.pipeline import Engine, ExtractionSpec
from inkwell_extract.assembly import Assembled, Given, assemble, findings_of, is_open_to_orders
from inkwell_extract.crosscheck import differences, ground
from inkwell_extract.evidence import Evidences
from inkwell_extract.labels.known import known_field
from inkwell_extract.model.ask import Proposal
from inkwell_extract.model.document import Document, ask_document, lists_of
from inkwell_extract.model.instructions import INSTRUCTIONS, has_instructions
from inkwell_extract.model.llm import Model
from inkwell_extract.model.wanted import open_schema
from inkwell_extract.page.layout import Layout
from inkwell_extract.propose.document import propose_for
from inkwell_extract.propose.tables import find_table, listing
from inkwell_extract.propose.tables_items import Table
from inkwell_extract.propose.tables_proof import Sums, sums_of
from inkwell_extract.propose.tables_wanted import wanted_items
from inkwell_extract.propose.xml import Stated, read_einvoices
from inkwell_extract.resolve.acceptance import Acceptance
from inkwell_extract.resolve.answers import added, witnessed
from inkwell_extract.resolve.completeness import incomplete
from inkwell_extract.resolve.documents import MORE_THAN_ONE, has_more_than_one
from inkwell_extract.resolve.explaining import explained
from inkwell_extract.resolve.line_items import ListedItems, chosen, listed
from inkwell_extract.resolve.resolved import Resolved
from inkwell_extract.resolve.resolver import Resolver
from inkwell_extract.score.scorer import RuleScorer, Scorer
from inkwell_extract.validation import check
from inkwell_extract.values.confirmed import NOBODY, ConfirmedSellers
from inkwell_extract.values.conventions import Conventions
from inkwell_extract.values.fields import WantedField, wanted_fields
from inkwell_worker.stage import Retryable

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
        acceptance: how sure a value must be to need no person.
        sellers: names that people confirmed.
        told: what each document's reader should know of the pipeline.
    """

    spec: ExtractionSpec
    model: Model | None = None
    scorer: Scorer = field(default_factory=RuleScorer)
    acceptance: Acceptance = field(default_factory=Acceptance)
    sellers: ConfirmedSellers = NOBODY
    told: tuple[Finding, ...] = ()

    def extract(self, pages: Sequence[Page]) -> Extraction:
        """Return the fields of one document; same pages and answers, same extraction."""
        read = _readable(pages)
        fields = wanted_fields(self.spec.result_schema)
        stated = read_einvoices(pages, self.spec.result_schema)
        proposed = propose_for(read, fields, self.spec, self.sellers)
        layout, proposals, conventions = proposed.layout, proposed.proposals, proposed.conventions
        resolver = Resolver.of(layout, proposals, self.scorer, self.acceptance)
        shown = explained(resolver.resolve(fields), fields, resolver)
        sums = sums_of(proposals.helping)
        table = self._table(layout, sums, conventions, stated)
        tables = self._listed(table, stated)
        document = Document(
            layout,
            listing(layout, table),
            conventions,
            frozenset(name for name, each in tables.items() if each.is_complete),
        )
        proposal = self._ask(document, shown, stated)
        found = {
            name: each.held_to(self.acceptance.least[name])
            if name in self.acceptance.least
            else each
            for name, each in self._with_answers(shown, proposal, fields).items()
        }
        items = chosen(tables, proposal.result, sums, self.spec.engine)
        evidences = Evidences(layout, conventions)
        grounded = ground(stated, evidences, shown)
        given = Given(found, proposal.result, stated, grounded, items)
        assembled = assemble(given, self.spec, evidences)
        findings = [
            *(finding for page in pages for finding in page.findings),
            *([HIDDEN_TEXT] if any(map(_has_hidden_text, pages)) else []),
            *self.told,
            *proposed.findings,
            *([TOO_LONG] if len(read) < len(pages) else []),
            *stated.findings,
            *([] if layout.rows or stated.is_whole_document else [NO_WORDS]),
            *proposal.findings,
            *self._instructions(layout, found, assembled),
            *differences(stated, grounded, {n: r.value for n, r in shown.items() if r.is_sure}),
            *findings_of(assembled, found),
            *incomplete(assembled.result, assembled.fields, proposals, items, proposal.unanswered),
            *([MORE_THAN_ONE] if has_more_than_one(layout, proposals) else []),
            *check(assembled.result, self.spec.result_schema),
        ]
        return Extraction(
            result=assembled.result,
            fields=assembled.fields,
            engine=self.spec.engine.value,
            model=self.model.name if self.model and self.spec.engine is not Engine.RULES else "",
            findings=tuple(findings),
            pages=tuple(map(PageRoute.of, pages)),
        )

    def _table(
        self, layout: Layout, sums: Sums, conventions: Conventions, stated: Stated
    ) -> Table | None:
        """Return the table of line items that the page has, where it is of use."""
        schema = self.spec.result_schema
        lists = {each.name for each in wanted_items(schema)}
        if self.spec.engine is not Engine.RULES:
            lists |= lists_of(schema).keys()
        return find_table(layout, sums, conventions) if lists - stated.result.keys() else None

    def _listed(self, table: Table | None, stated: Stated) -> dict[str, ListedItems]:
        """Return the wanted lists of line items that a table of the page has."""
        if table is None:
            return {}
        wanted = wanted_items(self.spec.result_schema)
        return {w.name: listed(w, table) for w in wanted if w.name not in stated.result}

    def _ask(self, document: Document, found: Mapping[str, Resolved], stated: Stated) -> Proposal:
        """Ask the model for what its engine asks it for."""
        if self.spec.engine is Engine.RULES or self.model is None or not document.layout.rows:
            return Proposal({}, ())
        wanted = self.spec.result_schema
        sure = document.proven | {name for name, each in found.items() if each.is_sure}
        known = (sure if self.spec.engine is Engine.HYBRID else set()) | stated.result.keys()
        schema = open_schema(wanted, known)
        if wanted.get("properties") and not schema.get("properties"):
            return Proposal({}, ())
        if self.spec.engine is Engine.HYBRID:
            return _beside_rules(self.model, document, schema, self.spec.prompt)
        return ask_document(self.model, document, schema, self.spec.prompt)

    def _instructions(
        self, layout: Layout, found: Mapping[str, Resolved], assembled: Assembled
    ) -> tuple[Finding, ...]:
        names = self.spec.result_schema.get("properties", {})
        is_told = is_open_to_orders(assembled, found) and has_instructions(layout, names)
        return (INSTRUCTIONS,) if is_told else ()

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


def _beside_rules(
    model: Model, document: Document, schema: Mapping[str, Any], advice: str
) -> Proposal:
    """Ask for what rules left open; what fails at that takes nothing from what they found.

    A model decides on nothing but properties that no label is known for. Where it was asked for no
    such property, its troubles are warnings: the document is as sure as it is without a model.
    """
    try:
        proposal = ask_document(model, document, schema, advice)
    except Retryable as trouble:
        proposal = Proposal({}, (Finding(trouble.cause, Severity.ERROR, trouble.detail),))
    asked = schema.get("properties")
    decides = not asked or any(known_field(name) is None for name in asked)
    return proposal if decides else proposal.warning_only()


def _has_hidden_text(page: Page) -> bool:
    """Say whether text was hidden beside what is seen; below a scan it is what a scanner read."""
    is_read = page.source in {PageSource.TEXT_LAYER, PageSource.TEXT}
    return is_read and page.hidden_characters > 0


def _readable(pages: Sequence[Page]) -> Sequence[Page]:
    """Return the first pages, as many as are searched."""
    words = 0
    for index, page in enumerate(pages):
        words += page.words_held
        if words > MAX_DOCUMENT_WORDS:
            return pages[:index]
    return pages

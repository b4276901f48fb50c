"""Asks the model about a document: in one question, or a long list in parts of its rows.

A document that fits is asked as a whole. Where it does not, or the answer breaks off, single values
are asked once, without the rows that a table was read to have, and lists of objects part by part.
Parts follow one another, do not overlap, and each begins with the rows that name the columns.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

from inkwell_api import result_schema
from inkwell_extract.model.ask import Proposal, ask_model, fits, most_room
from inkwell_extract.model.joining import Joined
from inkwell_extract.model.llm import Model
from inkwell_extract.model.parts import TOKENS_PER_ANSWER, Parts
from inkwell_extract.model.prompts import LEFT_OUT, document_text, rows_text
from inkwell_extract.model.wanted import open_schema
from inkwell_extract.page.layout import Layout
from inkwell_extract.page.listing import Listing, tabular_rows
from inkwell_extract.values.conventions import Conventions

_FEWEST_TABULAR_ROWS: Final = 8
"""Of a document whose lists are worth more questions than one."""

_FEWEST_TOKENS_PER_VALUE: Final = 4
"""Of a value with its name in JSON: what no answer does with less."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a model is asked about.

    Attributes:
        layout: its rows.
        listing: where its list of items stands.
        conventions: how it writes numbers.
        proven: lists that a table of the page has in full: they are asked for only where that costs
            no further question.
    """

    layout: Layout
    listing: Listing
    conventions: Conventions
    proven: frozenset[str] = frozenset()


def ask_document(
    model: Model, document: Document, schema: Mapping[str, Any], advice: str
) -> Proposal:
    """Ask for an object of this schema, with as many questions as it takes, or as are asked.

    Raises:
        Unavailable: the endpoint is away.
        Retryable: it refuses the only question, or that for the single values.
    """
    text = document_text(document.layout)
    lists = lists_of(schema)
    if not lists or not _has_table(document):
        return ask_model(model, text, schema, advice)
    if fits(model, text, schema, advice) and not _overflows(model, document.listing, lists):
        proposal = ask_model(model, text, schema, advice)
        if not proposal.is_cut:
            return proposal
    single = _ask_single(model, document, open_schema(schema, lists), advice)
    asked = {name: columns for name, columns in lists.items() if name not in document.proven}
    listed = _ask_lists(model, document, schema, asked, advice)
    return _in_order(schema, single, listed)


def lists_of(schema: Mapping[str, Any]) -> dict[str, int]:
    """Return the properties that are lists of objects, with how many properties an item has."""
    properties = schema.get("properties")
    found = {}
    for name, part in properties.items() if isinstance(properties, Mapping) else ():
        is_list = isinstance(part, Mapping) and part.get("type") in ("array", ["array", "null"])
        if is_list and (columns := _columns(schema, name)):
            found[name] = columns
    return found


def _columns(schema: Mapping[str, Any], name: str) -> int:
    try:
        nodes = result_schema.schemas_at(schema, (name,))
    except result_schema.UnboundedSchemaError:
        return 0
    named = (node.get("properties") for node in nodes)
    return len({key for each in named if isinstance(each, Mapping) for key in each})


def _has_table(document: Document) -> bool:
    is_listed = len(document.listing.items) >= _FEWEST_TABULAR_ROWS
    return is_listed or tabular_rows(document.layout) >= _FEWEST_TABULAR_ROWS


def _overflows(model: Model, listing: Listing, lists: Mapping[str, int]) -> bool:
    """Say whether no answer with all items has room, however short its values are."""
    least = len(listing.items) * min(lists.values()) * _FEWEST_TOKENS_PER_VALUE
    return least > most_room(model) - TOKENS_PER_ANSWER


def _ask_single(
    model: Model, document: Document, schema: Mapping[str, Any], advice: str
) -> Proposal:
    """Ask for what is no list; the rows of items say nothing of it."""
    if not schema.get("properties"):
        return Proposal({}, ())
    taken = document.listing.taken
    texts = [
        LEFT_OUT if is_item else rows_text(rows)
        for is_item, rows in groupby(document.layout.rows, key=lambda row: row.index in taken)
    ]
    return ask_model(model, "\n".join(texts), schema, advice)


def _ask_lists(
    model: Model,
    document: Document,
    schema: Mapping[str, Any],
    lists: Mapping[str, int],
    advice: str,
) -> Proposal:
    if not lists:
        return Proposal({}, ())
    wanted = open_schema(schema, schema["properties"].keys() - lists.keys())
    joined = Joined(tuple(lists), document.conventions, document.listing.starts)
    parts = Parts(model, wanted, advice, document.listing, joined)
    parts.ask(document.layout.rows, max(lists.values()))
    return joined.proposal()


def _in_order(schema: Mapping[str, Any], single: Proposal, listed: Proposal) -> Proposal:
    """Return both as one answer, in the order of the schema."""
    both = {**single.result, **listed.result}
    names = [*schema.get("properties", {}), *both]
    findings = tuple(dict.fromkeys((*single.findings, *listed.findings)))
    return replace(
        listed,
        result={name: both[name] for name in dict.fromkeys(names) if name in both},
        findings=findings,
    )

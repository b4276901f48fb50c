"""Compares what the e-invoice of a document states with what its pages show. Pure.

People pay what the page says and machines what the XML says; where the two differ, one of them is
wrong or somebody deceives, and only a person can tell.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from inkwell_api.document import Evidence, Finding, Match, Severity
from inkwell_api.einvoice import Term
from inkwell_extract.evidence import Evidences
from inkwell_extract.propose.xml import PathOfValue, Stated, Statement
from inkwell_extract.resolve.resolved import Resolved
from inkwell_extract.validation import pointer
from inkwell_extract.values.fields import same_value
from inkwell_extract.values.folding import letters_and_digits

_NAME: Final = "xml-differs"
_SELDOM_SHOWN: Final = frozenset({Term.LINE_ID, Term.LINE_UNIT, Term.LINE_VAT_RATE})
"""What a page shows in other words, if at all: ``C62`` is a piece, a rate a letter of a legend."""

_SHOWN_TWICE: Final = frozenset({Term.SELLER_VAT_ID})
"""What stands on a page for both parties, beside the same label: being there has to be enough."""


def ground(
    stated: Stated, evidences: Evidences, found: Mapping[str, Resolved]
) -> dict[PathOfValue, Evidence]:
    """Return for each stated value its place on the page, and always its place in the XML."""
    return {
        path: _ground(path, statement, stated, evidences, found)
        for path, statement in stated.statements.items()
    }


def _ground(
    path: PathOfValue,
    statement: Statement,
    stated: Stated,
    evidences: Evidences,
    found: Mapping[str, Resolved],
) -> Evidence:
    if stated.is_whole_document or statement.term in _SELDOM_SHOWN:
        return _in_the_xml(statement)
    read = found.get(str(path[0])) if len(path) == 1 else None
    # Where a rule reads the same value, it stands beside its label.
    agrees = read is not None and same_value(read.value, statement.value)
    shown = evidences.find(
        statement.value, read.candidate.spans if read is not None and agrees else ()
    )
    return replace(shown, path=statement.source.path)


def _in_the_xml(statement: Statement) -> Evidence:
    source = statement.source
    match = Match.EXACT if source.text == str(statement.value) else Match.NORMALISED
    return Evidence(match, text=source.text, confidence=1.0, path=source.path)


def differences(
    stated: Stated, grounded: Mapping[PathOfValue, Evidence], read: Mapping[str, Any]
) -> Iterator[Finding]:
    """Yield a finding for each stated value that the pages contradict.

    Args:
        stated: what the e-invoice states.
        grounded: what `ground` found of it.
        read: what the page says of the same properties by its labels, where it says something.
    """
    missing: dict[str, int] = {}
    for path, evidence in grounded.items():
        name = str(path[0])
        if evidence.match is Match.UNGROUNDED:
            missing[name] = missing.get(name, 0) + 1
    for name, count in missing.items():
        many = f"{count} values of the e-invoice stand on no page"
        is_list = isinstance(stated.result[name], list)
        yield _finding(name, many if is_list else "the e-invoice's value stands on no page")
    for name, value in read.items():
        statement = stated.statements.get((name,))
        if statement is not None and name not in missing and _contradicts(value, statement):
            yield _finding(name, "beside its label the page says another value than the e-invoice")


def _contradicts(value: Any, statement: Statement) -> bool:
    """Say whether a page whose label announces `value` contradicts a statement that it shows too.

    A name may be cut short: where it goes over two lines, or has its legal form elsewhere.
    """
    if same_value(value, statement.value) or statement.term in _SHOWN_TWICE:
        return False
    if statement.term is not Term.SELLER_NAME:
        return True
    read, stated = letters_and_digits(str(value)), letters_and_digits(str(statement.value))
    return not read or (read not in stated and stated not in read)


def _finding(name: str, message: str) -> Finding:
    return Finding(_NAME, Severity.ERROR, message, pointer((name,)))

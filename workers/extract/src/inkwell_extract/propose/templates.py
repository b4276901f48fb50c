"""Proposes what a template for documents of one issuer finds. Pure.

Templates have the format of invoice2data. Their patterns are RE2 expressions and run over the rows
of the document, joined by line breaks; what they find keeps its place on the page, whatever the
template does to the text before.
"""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from inkwell_api.document import Finding, Severity
from inkwell_api.invoice_template import FieldOfTemplate, InvoiceTemplate, Take
from inkwell_extract.labels.known import CURRENCY, DUE_DATE, TAX, VAT_NUMBER, VENDOR, known_field
from inkwell_extract.labels.label import Kind, KnownField
from inkwell_extract.page.layout import Layout
from inkwell_extract.patterns import InvalidPatternError, compiled
from inkwell_extract.propose.candidate import Candidate, Proposer
from inkwell_extract.values.amounts import DecimalMark, parse_amount
from inkwell_extract.values.conventions import Conventions
from inkwell_extract.values.fields import WantedField
from inkwell_extract.values.folding import fold

if TYPE_CHECKING:
    import re2

_MOST_MATCHES: Final = 50
_NAMES: Final[Mapping[str, KnownField]] = {
    "issuer": VENDOR,
    "partner_name": VENDOR,
    "vat": VAT_NUMBER,
    "amount_tax": TAX,
    "date_due": DUE_DATE,
}
"""What the format calls fields that have another name here, or mean another field."""

_GROWTH: Final = 2
_ROOM: Final = 10_000
"""By how much a replacement may make a text longer: some that feed each other grow without end."""

_LONGEST_DATE: Final = 60
_STATIC: Final = "static_"
_PLAIN: Final = Conventions(DecimalMark.POINT)


def usable_templates(
    bodies: Sequence[Mapping[str, Any]],
) -> tuple[list[InvoiceTemplate], list[Finding]]:
    """Return the templates that can be applied, the first to be tried first, and the others."""
    usable, findings = [], []
    for number, body in enumerate(bodies, start=1):
        try:
            template = InvoiceTemplate.model_validate(body)
            for _, pattern in template.patterns():
                compiled(pattern)
        except (ValidationError, InvalidPatternError):
            message = f"template {number} cannot be applied: a part of it is not known, or no RE2"
            findings.append(Finding("template-unusable", Severity.WARNING, message))
        else:
            usable.append(template)
    return sorted(usable, key=lambda each: -each.priority), findings


def by_templates(
    layout: Layout,
    fields: Sequence[WantedField],
    templates: Sequence[InvoiceTemplate],
    conventions: Conventions,
) -> dict[str, tuple[Candidate, ...]]:
    """Return what the first template that matches finds, by property."""
    for template in templates:
        prepared = _prepared(layout.text, template)
        if _matches(prepared.text, template):
            reader = _Reader(layout, prepared, template, conventions)
            return {field.name: tuple(reader.read(field))[:1] for field in fields}
    return {}


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A text as a template wants it.

    Attributes:
        text: the text.
        origins: where in the document's text each character stands, and the end of it.
    """

    text: str
    origins: Sequence[int]

    def replaced(self, pattern: str, replacement: str) -> "_Prepared":
        """Return the text with each match replaced; what is put in stands where the match did."""
        parts: list[str] = []
        origins: list[int] = []
        end, most = 0, _GROWTH * self.origins[-1] + _ROOM
        for match in compiled(pattern).finditer(self.text):
            put = _expanded(match, replacement)
            if len(origins) + len(put) > most:
                break
            parts += [self.text[end : match.start()], put]
            origins += [
                *self.origins[end : match.start()],
                *[self.origins[match.start()]] * len(put),
            ]
            end = match.end()
        return _Prepared("".join((*parts, self.text[end:])), (*origins, *self.origins[end:]))


def _expanded(match: "re2._Match[str]", replacement: str) -> str:
    """Return a replacement with the groups that it names by a backslash and a digit."""
    groups = match.re.groups

    def group(named: re.Match[str]) -> str:
        number = int(named[1])
        return (match.group(number) or "") if number <= groups else ""

    return re.sub(r"\\(\d)", group, replacement)


def _prepared(text: str, template: InvoiceTemplate) -> _Prepared:
    options = template.options
    prepared = _Prepared(text, range(len(text) + 1))
    if options.remove_whitespace:
        prepared = prepared.replaced(" +", "")
    if options.remove_accents or options.lowercase:
        changed = (
            _changed(c, accents=options.remove_accents, small=options.lowercase)
            for c in prepared.text
        )
        prepared = _Prepared("".join(changed), prepared.origins)
    for pattern, replacement in options.replace:
        prepared = prepared.replaced(pattern, replacement)
    return prepared


def _changed(character: str, *, accents: bool, small: bool) -> str:
    """Return a letter without accent or small; one character stays one."""
    changed = fold(character) if accents else character.lower()
    if accents and not small and character.isupper():
        changed = changed.upper()
    return changed if len(changed) == 1 else character


def _matches(text: str, template: InvoiceTemplate) -> bool:
    return all(word in text for word in template.keywords) and not any(
        word in text for word in template.exclude_keywords
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """One template applied to one document."""

    layout: Layout
    prepared: _Prepared
    template: InvoiceTemplate
    conventions: Conventions

    def read(self, field: WantedField) -> Iterator[Candidate]:
        """Yield what the template says of a property."""
        for name, wanted in self.template.fields.items():
            is_static = wanted.parser == "static" or name.startswith(_STATIC)
            if not _means(name.removeprefix(_STATIC), field):
                continue
            if is_static:
                stated = wanted.value if wanted.value is not None else next(iter(wanted.regex), "")
                yield from self._stated(str(stated), field)
            else:
                yield from self._found(wanted, field)
        if self.template.issuer and known_field(field.name) is VENDOR:
            yield from self._stated(self.template.issuer, field)
        if self.template.options.currency and known_field(field.name) is CURRENCY:
            yield from self._stated(self.template.options.currency, field)

    def _found(self, wanted: FieldOfTemplate, field: WantedField) -> Iterator[Candidate]:
        for pattern in wanted.regex:
            found = []
            for number, match in enumerate(compiled(pattern).finditer(self.prepared.text)):
                if number == _MOST_MATCHES:
                    break
                group = 1 if match.re.groups else 0
                text = match.group(group)
                value = self._value(_cleaned(text, wanted), field) if text else None
                if value is not None:
                    found.append(self._candidate(field, value, *match.span(group)))
            yield from reversed(found) if wanted.group is Take.LAST else found

    def _stated(self, text: str, field: WantedField) -> Iterator[Candidate]:
        """Yield what the template states of every such document, where the page has it too."""
        start = fold(self.prepared.text).find(fold(text))
        value = field.read(text, self.conventions) if text and start >= 0 else None
        if value is not None:
            yield self._candidate(field, value, start, start + len(text))

    def _candidate(self, field: WantedField, value: Any, start: int, end: int) -> Candidate:
        origins = self.prepared.origins
        place = origins[start], origins[end - 1] + 1
        spans = tuple(self.layout.locate(*place))
        raw = self.layout.text[slice(*place)]
        return Candidate(field.name, value, spans, Proposer.PATTERN, raw)

    def _value(self, text: str, field: WantedField) -> Any | None:
        """Return a value as the template's options read it, or else as the document is read."""
        options = self.template.options
        if field.kind is Kind.DATE:
            for format_ in options.date_formats:
                day = _day(text.strip(), format_)
                if day is not None:
                    return day.isoformat()
        if field.kind in {Kind.NUMBER, Kind.INTEGER} and options.decimal_separator:
            number = parse_amount(text, DecimalMark(options.decimal_separator))
            return None if number is None else field.read(format(number, "f"), _PLAIN)
        return field.read(text, self.conventions)


def _day(text: str, format_: str) -> date | None:
    """Return the day that a text is in a format of `strptime`, or None."""
    if len(text) > _LONGEST_DATE:
        return None
    try:
        found = time.strptime(text, format_)
    except (ValueError, re.error):
        # A format that names a part twice makes a pattern that is none.
        return None
    return date(found.tm_year, found.tm_mon, found.tm_mday)


def _cleaned(text: str, wanted: FieldOfTemplate) -> str:
    for pattern, replacement in wanted.replace:
        text = _Prepared(text, range(len(text) + 1)).replaced(pattern, replacement).text
    return text


def _means(name: str, field: WantedField) -> bool:
    """Say whether a template's field is a property of the schema."""
    if name == field.name:
        return True
    known = _NAMES.get(name) or known_field(name)
    return known is not None and known is known_field(field.name)

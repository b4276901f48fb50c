"""Reads what an e-invoice states, whatever its vocabulary. Pure; runs in the child only."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from inkwell_api.einvoice import EInvoice, Root, Term, Terms, XmlFault, XmlText
from inkwell_ocr.einvoice.cii import CII
from inkwell_ocr.einvoice.parsing import UnusableXmlError, parse
from inkwell_ocr.einvoice.ubl import UBL_CREDIT_NOTE, UBL_INVOICE
from inkwell_ocr.einvoice.vocabulary import Vocabulary
from inkwell_ocr.einvoice.zugferd1 import ZUGFERD_1
from inkwell_ocr.limits import MAX_EINVOICE_LINES, MAX_XML_TEXT

_VOCABULARIES: Final[Mapping[str, Vocabulary]] = {
    Root.CII: CII,
    Root.ZUGFERD_1: ZUGFERD_1,
    Root.UBL_INVOICE: UBL_INVOICE,
    Root.UBL_CREDIT_NOTE: UBL_CREDIT_NOTE,
}
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs"})
_CURRENCY: Final = "currencyID"


def read_einvoice(content: bytes, name: str) -> EInvoice:
    """Return what the bytes of an XML file state, or the fault by which they state nothing."""
    try:
        root = parse(content)
    except UnusableXmlError as error:
        return EInvoice(name, fault=error.fault)
    vocabulary = _VOCABULARIES.get(root.tag)
    if vocabulary is None:
        return EInvoice(name, fault=XmlFault.NO_INVOICE)
    return _read(root, vocabulary, name)


def _read(root: Element, vocabulary: Vocabulary, name: str) -> EInvoice:
    whole = _Scope(root, f"/{vocabulary.root}", vocabulary.prefixes)
    currency = whole.find(vocabulary.terms[Term.CURRENCY], None)
    code = currency.text if currency else None
    elements = root.findall(vocabulary.line, dict(vocabulary.prefixes))
    if len(elements) > MAX_EINVOICE_LINES:
        return EInvoice(name, fault=XmlFault.TOO_LARGE)
    lines = (
        _Scope(element, f"{whole.path}/{vocabulary.line}[{number}]", vocabulary.prefixes)
        for number, element in enumerate(elements, start=1)
    )
    return EInvoice(
        name,
        whole.terms(vocabulary.terms, code),
        tuple(
            line.terms(vocabulary.line_terms, code)
            for line in lines
            if not line.is_aside(vocabulary.aside)
        ),
    )


@dataclass(frozen=True, slots=True)
class _Scope:
    """An element within which terms are stated, and its path."""

    element: Element
    path: str
    prefixes: Mapping[str, str]

    def terms(self, wanted: Mapping[Term, Sequence[str]], currency: str | None) -> Terms:
        """Return the terms that are stated."""
        found = ((term, self.find(paths, currency)) for term, paths in wanted.items())
        return {term: stated for term, stated in found if stated is not None}

    def find(self, paths: Sequence[str], currency: str | None) -> XmlText | None:
        """Return what the first of the paths that states something states; None when unclear."""
        for path in paths:
            texts = list(dict.fromkeys(self._texts(path, currency)))
            if texts:
                # Said twice in two ways is not said.
                is_clear = len(texts) == 1 and len(texts[0]) <= MAX_XML_TEXT
                return XmlText(texts[0], f"{self.path}/{path}") if is_clear else None
        return None

    def is_aside(self, aside: Mapping[str, frozenset[str]]) -> bool:
        """Say whether this line is no line of its own."""
        return any(
            text in texts for path, texts in aside.items() for text in self._texts(path, None)
        )

    def _texts(self, path: str, currency: str | None) -> Iterator[str]:
        to_element, _, attribute = path.partition("/@")
        for element in self.element.findall(to_element, dict(self.prefixes)):
            # A sum may stand a second time in the currency of the tax authority (BT-111).
            if currency is not None and element.get(_CURRENCY, currency) != currency:
                continue
            text = _clean((element.get(attribute) if attribute else element.text) or "")
            if text:
                yield text


def _clean(text: str) -> str:
    seen = " ".join(text.split())
    return unicodedata.normalize(
        "NFC", "".join(c for c in seen if unicodedata.category(c) not in _UNSEEN)
    )

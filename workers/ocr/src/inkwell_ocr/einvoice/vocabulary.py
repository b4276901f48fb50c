"""What a vocabulary of e-invoices is made of. `cii`, `zugferd1` and `ubl` have the data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from inkwell_api.einvoice import Term


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Where the elements of one vocabulary state the terms of EN 16931.

    Attributes:
        root: the root element, with its prefix.
        prefixes: namespaces by prefix.
        terms: for each term its paths from the root, the first that states something counts. A path
            may end with an attribute (``/@unitCode``).
        line: path of the invoice lines from the root.
        line_terms: for each term of a line its path from the line.
        aside: path from a line and the texts there that make it no line of its own: a heading or
            a note among the lines.
    """

    root: str
    prefixes: Mapping[str, str]
    terms: Mapping[Term, tuple[str, ...]]
    line: str
    line_terms: Mapping[Term, tuple[str, ...]]
    aside: Mapping[str, frozenset[str]] = field(default_factory=dict)

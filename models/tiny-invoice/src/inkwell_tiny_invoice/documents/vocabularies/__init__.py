"""Words by language."""

from typing import Final

from inkwell_tiny_invoice.documents.vocabularies.english import ENGLISH
from inkwell_tiny_invoice.documents.vocabularies.french import FRENCH
from inkwell_tiny_invoice.documents.vocabularies.german import GERMAN
from inkwell_tiny_invoice.documents.vocabularies.vocabulary import Labels, Names, Vocabulary

VOCABULARIES: Final = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH}

__all__ = ["VOCABULARIES", "Labels", "Names", "Vocabulary"]

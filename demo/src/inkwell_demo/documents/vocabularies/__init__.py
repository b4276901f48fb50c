"""How each country's invoices name things: one file a language, all of the same shape."""

from typing import Final

from inkwell_demo.documents.invoice import Language
from inkwell_demo.documents.vocabularies.english import ENGLISH
from inkwell_demo.documents.vocabularies.french import FRENCH
from inkwell_demo.documents.vocabularies.german import GERMAN
from inkwell_demo.documents.vocabularies.vocabulary import Labels, Vocabulary

VOCABULARIES: Final[dict[Language, Vocabulary]] = {
    Language.ENGLISH: ENGLISH,
    Language.GERMAN: GERMAN,
    Language.FRENCH: FRENCH,
}

__all__ = ["VOCABULARIES", "Labels", "Vocabulary"]

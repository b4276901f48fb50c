"""How each country's invoices name things: a folder a language, all of the same shape.

`EVERYDAY` has the usual words; `TRAINED` and `HELD_OUT` have many more, the same labels and no name
in common: what a model was trained on tells it no name that it is judged by.
"""

from dataclasses import replace
from typing import Final

from inkwell_documents.facts import Language
from inkwell_documents.vocabularies import english, french, german
from inkwell_documents.vocabularies.vocabulary import Labels, Names, Vocabulary

EVERYDAY: Final[dict[Language, Vocabulary]] = {
    Language.ENGLISH: english.EVERYDAY,
    Language.GERMAN: german.EVERYDAY,
    Language.FRENCH: french.EVERYDAY,
}
TRAINED: Final[dict[Language, Vocabulary]] = {
    Language.ENGLISH: english.VARIED,
    Language.GERMAN: german.VARIED,
    Language.FRENCH: french.VARIED,
}
HELD_OUT: Final[dict[Language, Vocabulary]] = {
    Language.ENGLISH: replace(english.VARIED, names=english.HELD_OUT),
    Language.GERMAN: replace(german.VARIED, names=german.HELD_OUT),
    Language.FRENCH: replace(french.VARIED, names=french.HELD_OUT),
}

__all__ = ["EVERYDAY", "HELD_OUT", "TRAINED", "Labels", "Names", "Vocabulary"]

"""English words: the usual ones of everyday documents, and the many of varied ones."""

from inkwell_documents.vocabularies.english.everyday import EVERYDAY
from inkwell_documents.vocabularies.english.names import HELD_OUT
from inkwell_documents.vocabularies.english.varied import VARIED

__all__ = ["EVERYDAY", "HELD_OUT", "VARIED"]

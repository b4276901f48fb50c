"""German words: the usual ones of everyday documents, and the many of varied ones."""

from inkwell_documents.vocabularies.german.everyday import EVERYDAY
from inkwell_documents.vocabularies.german.names import HELD_OUT
from inkwell_documents.vocabularies.german.varied import VARIED

__all__ = ["EVERYDAY", "HELD_OUT", "VARIED"]

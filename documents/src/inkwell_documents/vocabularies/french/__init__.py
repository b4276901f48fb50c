"""French words: the usual ones of everyday documents, and the many of varied ones."""

from inkwell_documents.vocabularies.french.everyday import EVERYDAY
from inkwell_documents.vocabularies.french.names import HELD_OUT
from inkwell_documents.vocabularies.french.varied import VARIED

__all__ = ["EVERYDAY", "HELD_OUT", "VARIED"]

"""How much of one document the stages hand to one another."""

from typing import Final

MAX_DOCUMENT_WORDS: Final = 400_000
"""Words of a document that are kept and searched; a page of text has some 500. Where
two engines read a page, the words of both count."""

"""What tests of reading share: who reads, and how like a text is to what was written."""

from collections.abc import Callable
from difflib import SequenceMatcher

from inkwell_api.document import Page
from support.papers import SENTENCES

Read = Callable[[bytes, str], list[Page]]
"""Return the pages of a document of a media type."""


def likeness(text: str) -> float:
    """Say how like the sentences a text is, 0 to 1."""
    wanted = "\n".join(SENTENCES).split()
    return SequenceMatcher(None, text.split(), wanted, autojunk=False).ratio()

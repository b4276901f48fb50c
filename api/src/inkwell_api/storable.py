"""What of texts that come from outside can be stored. Pure.

PostgreSQL holds no NUL in a text, and nothing that is encoded as UTF-8 the half of a surrogate
pair; a PDF's text, a file's name and a model's answer may have both.
"""

import re
from typing import Final

_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
_MARK: Final = "\N{REPLACEMENT CHARACTER}"


def storable_text(text: str) -> str:
    """Return a text with a replacement character for each that no database stores."""
    return _UNSTORABLE.sub(_MARK, text)

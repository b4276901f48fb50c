"""How sure a value is, and what else it might have been."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from inkwell_api.explanation import UNTOLD, Why

if TYPE_CHECKING:
    from inkwell_api.document import Box


class FieldStatus(StrEnum):
    """How sure a value is.

    Attributes:
        OK: sure enough, and found on a page.
        UNCERTAIN: other values are nearly as likely, or sums contradict it.
        AMBIGUOUS: the same words can be read as another value.
        UNGROUNDED: it was not found on any page.
        INFERRED: it stands on no page itself, but follows from what does.
        CORRECTED: a person gave it.
    """

    OK = "ok"
    UNCERTAIN = "uncertain"
    AMBIGUOUS = "ambiguous"
    UNGROUNDED = "ungrounded"
    INFERRED = "inferred"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Alternative:
    """What else a value might have been, in the words and measures of `ExtractedField`.

    Attributes:
        page: page number from 1, or None where it stands on none.
        box: smallest box around the words, or None.
        why: what spoke for and against it.
    """

    value: Any
    confidence: float
    raw: str = ""
    page: int | None = None
    box: "Box | None" = None
    why: Why = UNTOLD

"""Why a page was read the way it was; kept with the page (`document.Page`)."""

from enum import StrEnum


class RouteReason(StrEnum):
    """Why a page was read from its text layer, or why by OCR instead."""

    UNSTATED = ""
    """Stored before reasons were kept."""

    ASKED = "asked"
    """The pipeline asks for this route, whatever the page is like."""

    IMAGE = "image"
    """The document is an image: there is no text layer."""

    TEXT_IS_SHOWN = "text-is-shown"
    """The text layer says what the page shows."""

    LITTLE_TEXT = "little-text"
    """The file has no text that is seen on the page, or next to none."""

    HIDDEN_TEXT = "hidden-text"
    """Most of the text layer is not seen on the page, such as the one below a scan."""

    UNMAPPED_TEXT = "unmapped-text"
    """The file does not say what its characters mean."""

    UNCOVERED_INK = "uncovered-ink"
    """The page shows text that the text layer has not, such as a scan under a stamp."""

    CONTRADICTED = "contradicted"
    """The text layer says other words than those that are drawn."""

    PLACEHOLDER = "placeholder"
    """The page only stands in for a form that other software draws (XFA): it has no words."""


class Doubt(StrEnum):
    """Why the first engine's reading of a page was not enough, so that a second one was asked."""

    LOW_CONFIDENCE = "low-confidence"
    """The engine itself is unsure of its words."""

    PHOTOGRAPH = "photograph"
    """The image is a photograph: uneven light, colour, or noise."""

    TILL_ROLL = "till-roll"
    """The page is as narrow as paper of a till, whose print is coarse or faint."""

    NO_AMOUNT = "no-amount"
    """A page with words of business on it shows no amount of money that can be read."""

    NO_DATE = "no-date"
    """A page with words of business on it shows no date that can be read."""

    SUMS_DISAGREE = "sums-disagree"
    """Amounts that are labelled as parts and as their total do not add up."""

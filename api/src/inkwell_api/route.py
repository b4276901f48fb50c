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

    WORD_PROCESSOR = "word-processor"
    """The document is a file of a word processor: it has text, and no page that somebody drew."""

    MAIL_BODY = "mail-body"
    """The document is what a mail says itself."""

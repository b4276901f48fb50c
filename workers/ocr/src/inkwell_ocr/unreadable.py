"""Why a document cannot be read: the child's one error, with a cause that the stage passes on."""

from enum import StrEnum


class Cause(StrEnum):
    """Why reading failed: the causes of this stage's dead letters."""

    ENCRYPTED_PDF = "encrypted-pdf"
    CORRUPT_PDF = "corrupt-pdf"
    CORRUPT_IMAGE = "corrupt-image"
    CORRUPT_XML = "corrupt-xml"
    CORRUPT_DOCX = "corrupt-docx"
    CORRUPT_MAIL = "corrupt-mail"
    IMAGE_TOO_LARGE = "image-too-large"
    XML_TOO_LARGE = "xml-too-large"
    DOCX_TOO_LARGE = "docx-too-large"
    MAIL_TOO_LARGE = "mail-too-large"
    RECOGNITION_FAILED = "recognition-failed"
    MORE_THAN_ONE_DOCUMENT = "more-than-one-document"
    TOO_MANY_PAGES = "too-many-pages"
    TOO_MANY_WORDS = "too-many-words"
    TOO_MUCH_MEMORY = "too-much-memory"
    UNKNOWN_TYPE = "unknown-type"
    NO_DOCUMENT = "no-document"
    PAGE_TIMEOUT = "page-timeout"
    DOCUMENT_TIMEOUT = "document-timeout"
    CHILD_DIED = "ocr-child-died"


class Unreadable(Exception):
    """The document cannot be read.

    Args:
        cause: why, as a word.
        detail: why, as a sentence; never text of the document.
    """

    def __init__(self, cause: Cause, detail: str) -> None:
        """Keep cause and detail."""
        super().__init__(f"{cause}: {detail}")
        self.cause = cause
        self.detail = detail

"""What a reviewer should know of how a document could be read: the findings of this stage.

They travel with the pages (`Page.findings`), and the extract stage hands them on. Each sends the
document to a person: what is not read cannot be known to be of no account.
"""

from typing import Final

from inkwell_api.document import Finding, Severity
from inkwell_ocr.unreadable import Unreadable

TRUNCATED: Final = Finding(
    "truncated-image",
    Severity.ERROR,
    "an image is cut short or damaged; what is missing was not read",
)

NOT_DRAWN: Final = Finding(
    "not-drawn",
    Severity.ERROR,
    "the document is text that each program shows in its own way: whether all of it is seen cannot "
    "be told",
)
UNACCEPTED: Final = Finding(
    "changes-not-accepted",
    Severity.ERROR,
    "the document has changes that nobody accepted; deletions were left out, insertions were read",
)
PARTS_UNREAD: Final = Finding(
    "parts-unread",
    Severity.ERROR,
    "the document shows charts, diagrams or files of other programs, which were not read",
)
PICTURES_UNREAD: Final = Finding(
    "pictures-unread",
    Severity.ERROR,
    "the document has pictures that were not read: damaged, of another type, or too many",
)
EXTERNAL_CONTENT: Final = Finding(
    "external-content",
    Severity.ERROR,
    "the document shows what lies outside of its file, which was not fetched",
)
MACROS: Final = Finding(
    "macros", Severity.ERROR, "the document has macros, which may change what it shows; none ran"
)

MAIL_DAMAGED: Final = Finding(
    "mail-damaged",
    Severity.ERROR,
    "the mail is cut short or damaged; parts of it may be missing",
)
ATTACHMENT_DAMAGED: Final = Finding(
    "attachment-damaged", Severity.ERROR, "a part of the mail is not encoded as it says"
)
ATTACHMENTS_UNREAD: Final = Finding(
    "attachments-unread",
    Severity.ERROR,
    "files of types that are not read, or mails too deep within others, are attached to the mail",
)
INLINE_PICTURES: Final = Finding(
    "inline-pictures",
    Severity.WARNING,
    "small pictures that the mail shows within its text were left out",
)
BODIES_DIFFER: Final = Finding(
    "mail-texts-differ",
    Severity.ERROR,
    "the mail's plain text has numbers that its HTML has not; the HTML was read",
)


def page_unreadable(number: int, why: Unreadable) -> Finding:
    """Return the finding of a page that could not be read though others could."""
    message = f"page {number} could not be read: {why.detail} ({why.cause.value})"
    return Finding("page-unreadable", Severity.ERROR, message)


def second_reading_failed(number: int, why: Unreadable) -> Finding:
    """Return the finding of a doubtful page that a second engine was to read, and could not."""
    message = f"page {number} is doubtful and was read once only: {why.detail} ({why.cause.value})"
    return Finding("second-reading-failed", Severity.WARNING, message)


def wrong_page_count(said: int, found: int) -> Finding:
    """Return the finding of a file that names more pages than it holds, or fewer."""
    message = f"the file says that it has {said} pages; {found} were found"
    return Finding("wrong-page-count", Severity.ERROR, message)


def hidden_pages() -> Finding:
    """Return the finding of a file whose page tree has more branches than it counts pages."""
    message = "the file counts fewer pages than it holds, and only those that it counts were read"
    return Finding("wrong-page-count", Severity.ERROR, message)


def more_documents(what: str) -> Finding:
    """Return the finding of a file that holds another document than the one that was read."""
    message = f"the file holds more than one document: {what} was not read"
    return Finding("more-than-one-document", Severity.ERROR, message)


def document_too_long(read: int, pages: int) -> Finding:
    """Return the finding of a document with more words than are kept."""
    message = f"only the first {read} of {pages} pages were read: they have too many words"
    return Finding("document-too-long", Severity.ERROR, message)

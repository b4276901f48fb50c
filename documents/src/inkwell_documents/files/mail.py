"""Writes mails, as programs of mail do."""

from collections.abc import Sequence
from email.message import EmailMessage

ATTACHED = tuple[str, bytes]
"""Media type and content of an attachment."""


def mail(
    text: str = "Please find our invoice attached.",
    attached: Sequence[ATTACHED] = (),
    *,
    html: str = "",
    shown: Sequence[tuple[str, bytes, str]] = (),
    within: Sequence[EmailMessage] = (),
) -> EmailMessage:
    """Return a mail.

    Args:
        text: its plain text.
        attached: its attachments.
        html: the same as text with markup, if it has that.
        shown: media type, content and id of each picture within the HTML.
        within: mails that are attached.
    """
    message = EmailMessage()
    message["From"] = "billing@maker.example"
    message["To"] = "office@buyer.example"
    message["Date"] = "Fri, 03 May 2024 09:00:00 +0200"
    message["Subject"] = "Invoice"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
        page = list(message.iter_parts())[-1]
        for kind, content, id_ in shown:
            main, _, sub = kind.partition("/")
            page.add_related(content, main, sub, cid=f"<{id_}>")
    for number, (kind, content) in enumerate(attached):
        main, _, sub = kind.partition("/")
        message.add_attachment(content, main, sub, filename=f"document-{number}")
    for other in within:
        message.add_attachment(other)
    return message

"""Parses XML that nobody vouches for: no document type, no entity, no address, bounded size."""

from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import XMLParser
from typing_extensions import override

from inkwell_api.einvoice import XmlFault
from inkwell_ocr.limits import MAX_XML_BYTES, MAX_XML_DEPTH, MAX_XML_ELEMENTS


class UnusableXmlError(Exception):
    """The bytes are no XML that is read."""

    def __init__(self, fault: XmlFault) -> None:
        """Keep the fault."""
        super().__init__(fault.value)
        self.fault = fault


def parse(content: bytes) -> Element:
    """Return the root element.

    Raises:
        UnusableXmlError: it is no well-formed XML in the encoding that it names, has a document
            type, or is larger or deeper than is read.
    """
    if len(content) > MAX_XML_BYTES:
        raise UnusableXmlError(XmlFault.TOO_LARGE)
    parser = XMLParser(target=_BoundedBuilder(), forbid_dtd=True)
    try:
        parser.feed(content)
        root: Element = parser.close()
    except DefusedXmlException as error:
        raise UnusableXmlError(XmlFault.DOCTYPE) from error
    except (ParseError, ValueError, LookupError) as error:
        # The last two are encodings that Python does not have, or that XML cannot be in.
        raise UnusableXmlError(XmlFault.DAMAGED) from error
    return root


class _BoundedBuilder(TreeBuilder):
    """Builds a tree, as long as it is one that is read."""

    def __init__(self) -> None:
        super().__init__()
        self._elements = 0
        self._depth = 0

    @override
    def start(self, tag: str, attrs: dict[Any, Any], /) -> Element:
        """Open an element."""
        self._elements += 1
        self._depth += 1
        if self._elements > MAX_XML_ELEMENTS or self._depth > MAX_XML_DEPTH:
            raise UnusableXmlError(XmlFault.TOO_LARGE)
        return super().start(tag, attrs)

    @override
    def end(self, tag: str, /) -> Element:
        """Close it."""
        self._depth -= 1
        return super().end(tag)

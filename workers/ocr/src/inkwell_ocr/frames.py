"""Finds which frames of an image file are pages. Runs in the child only."""

import struct
from typing import Final

from PIL import Image

from inkwell_ocr.unreadable import Cause, Unreadable

_NEW_SUBFILE_TYPE: Final = 254
_SUBFILE_TYPE: Final = 255
_REDUCED: Final = 0b1
_MASK: Final = 0b100
_OLD_REDUCED: Final = 2
"""TIFF 6.0, section 8: a smaller version of another frame, or what of it is transparent."""

_FRAMES_PER_PAGE: Final = 16
"""Frames that a page may have: itself and all its smaller versions."""

_BROKEN_AT_ONCE: Final = 2


def pages_of(image: Image.Image, max_pages: int) -> tuple[int, ...]:
    """Return the positions of the frames that are pages; nothing is decoded.

    The frames of an animated PNG or WebP and the images of a HEIF are pages like those of a TIFF:
    which of them is the document, nobody can tell. A JPEG has one: what phones put behind it are
    previews and maps of depth or light; a HEIF tells such from its images.

    Raises:
        Unreadable: there are too many.
    """
    if image.format == "TIFF":
        return _pages_of_tiff(image, max_pages)
    is_jpeg = image.format in {"JPEG", "MPO"}
    pages = 1 if is_jpeg else getattr(image, "n_frames", 1)
    if pages > max_pages:
        raise _too_many(max_pages)
    return tuple(range(pages))


def _pages_of_tiff(image: Image.Image, max_pages: int) -> tuple[int, ...]:
    pages: list[int] = []
    others: list[int] = []
    broken = position = 0
    while broken < _BROKEN_AT_ONCE:
        try:
            image.seek(position)
        except EOFError:
            break
        except (OSError, SyntaxError, ValueError, KeyError, TypeError, IndexError, struct.error):
            # A frame that cannot be opened is a page that cannot be read; but where none follows
            # that can, the chain of frames is broken.
            broken += 1
            pages.append(position)
        else:
            broken = 0
            (others if _is_no_page(image) else pages).append(position)
        if len(pages) > max_pages or len(others) > max_pages * _FRAMES_PER_PAGE:
            raise _too_many(max_pages)
        position += 1
    if broken == _BROKEN_AT_ONCE:
        pages.pop()
    # Where all say that they are small versions, they are all that there is.
    return tuple(pages or others)


def _is_no_page(image: Image.Image) -> bool:
    tags = getattr(image, "tag_v2", {})
    kind = tags.get(_NEW_SUBFILE_TYPE, 0)
    old = tags.get(_SUBFILE_TYPE, 0)
    is_other = isinstance(kind, int) and bool(kind & (_REDUCED | _MASK))
    return is_other or old == _OLD_REDUCED


def _too_many(max_pages: int) -> Unreadable:
    return Unreadable(Cause.TOO_MANY_PAGES, f"the document has more than {max_pages} pages")

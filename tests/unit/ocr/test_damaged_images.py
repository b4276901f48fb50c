"""What is damaged is read as far as it goes, and said so."""

import io

import pytest
from PIL import Image

from inkwell_ocr.findings import TRUNCATED
from inkwell_ocr.images import ImagePages
from inkwell_ocr.limits import DEFAULT_CHILD_BYTES, decode_bytes
from inkwell_ocr.unreadable import Cause, Unreadable
from support.image_files import encoded

PLENTY = decode_bytes(DEFAULT_CHILD_BYTES)
NOISE = Image.effect_noise((200, 200), 50)


def pages_of(content: bytes, kind: str) -> ImagePages:
    """Open an image file."""
    return ImagePages(io.BytesIO(content), f"image/{kind.lower()}", 9, PLENTY)


def test_a_jpeg_without_its_end_marker_is_read_and_said_so() -> None:
    whole = encoded(NOISE, "JPEG")
    raster = pages_of(whole[:-2], "JPEG").raster(0)
    assert raster.findings == (TRUNCATED,)
    assert raster.image.tobytes() == pages_of(whole, "JPEG").raster(0).image.tobytes()


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("share", [0.95, 0.5])
def test_an_image_that_is_cut_short_is_read_as_far_as_it_goes(kind: str, share: float) -> None:
    whole = encoded(NOISE, kind)
    cut = whole[: int(len(whole) * share)]
    raster = pages_of(cut, kind).raster(0)
    assert raster.findings == (TRUNCATED,)
    first_row = (0, 0, 200, 1)
    whole_image = pages_of(whole, kind).raster(0).image
    assert raster.image.crop(first_row).tobytes() == whole_image.crop(first_row).tobytes()


def test_what_was_read_leniently_makes_nothing_else_lenient() -> None:
    cut = encoded(NOISE, "PNG")[:-2000]
    assert pages_of(cut, "PNG").raster(0).findings == (TRUNCATED,)
    with pytest.raises(OSError, match="truncated"):
        Image.open(io.BytesIO(cut)).load()


def test_a_damaged_frame_leaves_its_neighbours() -> None:
    frames = [NOISE.point(lambda value, by=by: value // by) for by in (1, 2, 3)]
    content = bytearray(
        encoded(frames[0], "TIFF", save_all=True, append_images=frames[1:], compression="tiff_lzw")
    )
    pages = pages_of(bytes(content), "TIFF")
    with Image.open(io.BytesIO(content)) as image:
        image.seek(1)
        start = image.tag_v2[273][0]  # type: ignore[attr-defined] # of its class
    content[start : start + 400] = b"\xff" * 400
    pages = pages_of(bytes(content), "TIFF")
    assert len(pages) == 3
    with pytest.raises(Unreadable) as caught:
        pages.raster(1)
    assert caught.value.cause is Cause.CORRUPT_IMAGE
    assert pages.raster(0).image.tobytes() == frames[0].tobytes()
    assert pages.raster(2).image.tobytes() == frames[2].tobytes()

import io

import pytest
from PIL import Image, TiffImagePlugin

from inkwell_ocr.frames import pages_of
from inkwell_ocr.unreadable import Cause, Unreadable
from support.image_files import encoded

PAGE = Image.new("L", (60, 80), 255)
SMALL = Image.new("L", (6, 8), 255)


def tiff(*frames: tuple[Image.Image, int]) -> bytes:
    """Return a TIFF of frames, each with what it says that it is (tag 254)."""
    content = io.BytesIO()
    with TiffImagePlugin.AppendingTiffWriter(content, new=True) as writer:
        for image, kind in frames:
            image.save(writer, "TIFF", tiffinfo={254: kind})
            writer.newFrame()
    return content.getvalue()


def positions(content: bytes, max_pages: int = 9) -> tuple[int, ...]:
    """Return which frames of a file are pages."""
    with Image.open(io.BytesIO(content)) as image:
        return pages_of(image, max_pages)


def test_thumbnails_and_masks_are_no_pages() -> None:
    assert positions(tiff((PAGE, 0), (SMALL, 1), (PAGE, 2), (SMALL, 4))) == (0, 2)
    assert positions(tiff((SMALL, 1), (PAGE, 2))) == (1,)


def test_where_all_are_thumbnails_they_are_what_there_is() -> None:
    assert positions(tiff((SMALL, 1), (SMALL, 1))) == (0, 1)


def test_thumbnails_do_not_make_too_many_pages() -> None:
    content = tiff((PAGE, 0), (SMALL, 1), (PAGE, 0), (SMALL, 1))
    assert len(positions(content, 2)) == 2
    with pytest.raises(Unreadable) as caught:
        positions(content, 1)
    assert caught.value.cause is Cause.TOO_MANY_PAGES


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_a_broken_chain_of_frames_is_one_page_that_cannot_be_read() -> None:
    content = bytearray(tiff((PAGE, 0), (PAGE, 0), (PAGE, 0)))
    with Image.open(io.BytesIO(content)) as image:
        image.seek(1)
        first, second = image._frame_pos[:2]  # type: ignore[attr-defined] # of its class
    assert first < second
    content[second : second + 2] = b"\xff\xff"
    assert positions(bytes(content)) == (0, 1)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_each_frame_of_an_animated_image_is_a_page(kind: str) -> None:
    frames = [Image.new("L", (60, 80), grey) for grey in (0, 100, 200)]
    content = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
    assert positions(content) == (0, 1, 2)


def test_pictures_behind_a_camera_s_jpeg_are_no_pages() -> None:
    content = encoded(PAGE, "MPO", save_all=True, append_images=[SMALL])
    assert positions(content) == (0,)

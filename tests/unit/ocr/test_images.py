import io

import pytest
from PIL import Image

from inkwell_ocr.images import open_pages, to_grey
from inkwell_ocr.limits import MAX_PAGE_PIXELS
from inkwell_ocr.unreadable import Cause, Unreadable


def encoded(image: Image.Image, kind: str, **more: object) -> io.BytesIO:
    """Return an image file."""
    content = io.BytesIO()
    image.save(content, kind, **more)
    content.seek(0)
    return content


def test_pages_of_a_tiff_come_one_by_one() -> None:
    pages = [Image.new("1", (40, 50 + n), 1) for n in range(3)]
    content = encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:], dpi=(300, 300))
    rasters = list(open_pages(content, "image/tiff", 3))
    assert [raster.image.size for raster in rasters] == [(40, 50), (40, 51), (40, 52)]
    assert {raster.image.mode for raster in rasters} == {"L"}
    assert rasters[0].dpi == 300
    with pytest.raises(Unreadable) as caught:
        list(open_pages(content, "image/tiff", 2))
    assert caught.value.cause is Cause.TOO_MANY_PAGES


def test_a_camera_picture_is_turned_as_it_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    content = encoded(Image.new("RGB", (60, 40), "white"), "JPEG", exif=exif, dpi=(72, 72))
    [raster] = open_pages(content, "image/jpeg", 1)
    assert raster.image.size == (40, 60)
    assert raster.turned == 90
    assert raster.dpi is None, "72 dpi is what cameras fill in"


@pytest.mark.parametrize(
    ("mode", "colour", "grey"),
    [
        ("RGBA", (0, 0, 0, 0), 255),
        ("RGBA", (0, 0, 0, 255), 0),
        ("LA", (0, 0), 255),
        ("1", 1, 255),
        ("L", 7, 7),
        ("CMYK", (0, 0, 0, 0), 255),
        ("I;16", 65535, 255),
        ("P", 0, 0),
    ],
)
def test_every_kind_of_image_becomes_grey(
    mode: str, colour: float | tuple[int, ...], grey: int
) -> None:
    image = to_grey(Image.new(mode, (3, 3), colour))
    assert image.mode == "L"
    assert image.getpixel((1, 1)) == grey


@pytest.mark.parametrize("content", [b"", b"not an image", b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_a_damaged_image_is_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        list(open_pages(io.BytesIO(content), "image/png", 1))
    assert caught.value.cause is Cause.CORRUPT_IMAGE


def test_a_truncated_image_is_unreadable() -> None:
    content = encoded(Image.effect_noise((200, 200), 50), "PNG").getvalue()
    with pytest.raises(Unreadable) as caught:
        list(open_pages(io.BytesIO(content[: len(content) // 2]), "image/png", 1))
    assert caught.value.cause is Cause.CORRUPT_IMAGE


def test_an_image_of_another_type_is_unreadable() -> None:
    content = encoded(Image.new("L", (5, 5)), "PNG")
    with pytest.raises(Unreadable) as caught:
        list(open_pages(content, "image/jpeg", 1))
    assert caught.value.cause is Cause.CORRUPT_IMAGE


def test_an_image_with_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    side = int(MAX_PAGE_PIXELS**0.5) + 10
    content = encoded(Image.new("1", (side, side)), "PNG")
    with pytest.raises(Unreadable) as caught:
        list(open_pages(content, "image/png", 1))
    assert caught.value.cause is Cause.IMAGE_TOO_LARGE

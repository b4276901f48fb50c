import io

import pytest
from PIL import Image

from inkwell_ocr import images
from inkwell_ocr.images import ImagePages, Raster
from inkwell_ocr.limits import DEFAULT_CHILD_BYTES, decode_bytes
from inkwell_ocr.unreadable import Cause, Unreadable

PLENTY = decode_bytes(DEFAULT_CHILD_BYTES)
pytestmark = pytest.mark.usefixtures("prepared_pillow")


def open_pages(
    content: io.BytesIO, content_type: str, max_pages: int = 9, memory: int = PLENTY
) -> list[Raster]:
    """Return all pages of an image file."""
    pages = ImagePages(content, content_type, max_pages, memory)
    return [pages.raster(index) for index in range(len(pages))]


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


@pytest.mark.parametrize("content", [b"", b"not an image", b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_a_damaged_image_is_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        list(open_pages(io.BytesIO(content), "image/png", 1))
    assert caught.value.cause is Cause.CORRUPT_IMAGE


def test_an_image_of_another_type_is_unreadable() -> None:
    content = encoded(Image.new("L", (5, 5)), "PNG")
    with pytest.raises(Unreadable) as caught:
        list(open_pages(content, "image/jpeg", 1))
    assert caught.value.cause is Cause.CORRUPT_IMAGE


def test_what_would_not_fit_is_refused_before_it_is_decoded() -> None:
    whole = encoded(Image.new("RGB", (200, 100)), "PNG").getvalue()
    # Nothing of it could be decoded: it ends behind its header.
    pages = ImagePages(io.BytesIO(whole[:60]), "image/png", 1, 5 * 200 * 100 - 1)
    with pytest.raises(Unreadable) as caught:
        pages.raster(0)
    assert caught.value.cause is Cause.IMAGE_TOO_LARGE
    assert open_pages(io.BytesIO(whole), "image/png", memory=5 * 200 * 100)


def test_beyond_all_measure_nothing_is_opened() -> None:
    content = encoded(Image.new("L", (1, 1)), "PNG").getvalue()
    huge = content.replace((1).to_bytes(4, "big") * 2, (65_000).to_bytes(4, "big") * 2)
    with pytest.raises(Unreadable) as caught:
        ImagePages(io.BytesIO(huge), "image/png", 1, PLENTY)
    assert caught.value.cause in {Cause.IMAGE_TOO_LARGE, Cause.CORRUPT_IMAGE}


@pytest.mark.parametrize(
    ("mode", "kind", "size"),
    [("RGB", "JPEG", (1_000, 600)), ("1", "PNG", (800, 800)), ("1", "TIFF", (800, 800))],
)
def test_a_larger_image_is_decoded_smaller(
    monkeypatch: pytest.MonkeyPatch, mode: str, kind: str, size: tuple[int, int]
) -> None:
    monkeypatch.setattr(images, "MAX_PAGE_PIXELS", 500_000)
    content = encoded(Image.new(mode, size, "white"), kind, dpi=(600, 600))
    [raster] = open_pages(content, f"image/{kind.lower()}")
    assert raster.image.size == (size[0] // 2, size[1] // 2)
    assert raster.dpi == pytest.approx(300, abs=0.1)
    assert raster.image.getpixel((9, 9)) == 255
    assert raster.findings == ()


def test_a_progressive_jpeg_weighs_its_coefficients() -> None:
    content = encoded(Image.new("RGB", (300, 200)), "JPEG", progressive=True, subsampling=0)
    pixels = 300 * 200
    with pytest.raises(Unreadable) as caught:
        open_pages(content, "image/jpeg", memory=10 * pixels)
    assert caught.value.cause is Cause.IMAGE_TOO_LARGE
    assert open_pages(content, "image/jpeg", memory=11 * pixels)

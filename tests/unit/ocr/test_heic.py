"""HEIC: what phones write is an image like others, within the same bounds."""

import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import ImageChops

from inkwell_ocr.images import ImagePages
from inkwell_ocr.limits import DEFAULT_CHILD_BYTES, decode_bytes
from inkwell_ocr.others import other_documents
from inkwell_ocr.unreadable import Cause, Unreadable
from support.papers import pdf_of_text

FOLDER = Path(__file__).resolve().parents[2] / "data" / "heic"
UPRIGHT = (FOLDER / "upright.heic").read_bytes()
TURNED = (FOLDER / "turned.heic").read_bytes()
TWO = (FOLDER / "two.heic").read_bytes()
PLENTY = decode_bytes(DEFAULT_CHILD_BYTES)
SIZE = (640, 240)
pytestmark = pytest.mark.usefixtures("prepared_pillow")


def opened(content: bytes, memory: int = PLENTY, max_pages: int = 9) -> ImagePages:
    """Open a HEIC."""
    return ImagePages(io.BytesIO(content), "image/heic", max_pages, memory)


def resized(content: bytes, width: int, height: int) -> bytes:
    """Return the file with another size stated (the box ispe)."""
    place = content.index(b"ispe") + 8
    sides = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return content[:place] + sides + content[place + 8 :]


def outcome(content: bytes) -> Cause | tuple[str, ...]:
    """Return the names of the findings of its page, or why there is none."""
    try:
        return tuple(finding.name for finding in opened(content).raster(0).findings)
    except Unreadable as error:
        return error.cause


def test_a_photograph_is_a_page() -> None:
    pages = opened(UPRIGHT)
    assert len(pages) == 1
    raster = pages.raster(0)
    assert (raster.image.size, raster.image.mode) == (SIZE, "L")
    assert raster.image.getextrema() == (0, 255)


def test_a_photograph_stands_as_it_was_taken() -> None:
    upright, turned = (opened(content).raster(0).image for content in (UPRIGHT, TURNED))
    assert turned.size == SIZE
    difference = ImageChops.difference(upright, turned)
    assert sum(difference.histogram()[128:]) < 0.001 * SIZE[0] * SIZE[1]


def test_each_image_of_a_file_is_a_page_and_can_be_read_again() -> None:
    pages = opened(TWO)
    assert [pages.raster(index).image.size for index in (1, 0, 1)] == [(640, 120), SIZE, (640, 120)]
    with pytest.raises(Unreadable) as caught:
        opened(TWO, max_pages=1)
    assert caught.value.cause is Cause.TOO_MANY_PAGES


def test_what_would_not_fit_is_refused_before_it_is_decoded() -> None:
    pages = opened(UPRIGHT, memory=SIZE[0] * SIZE[1] * 4 - 1)
    with pytest.raises(Unreadable) as caught:
        pages.raster(0)
    assert caught.value.cause is Cause.IMAGE_TOO_LARGE
    assert opened(UPRIGHT, memory=SIZE[0] * SIZE[1] * 4).raster(0)


@pytest.mark.parametrize("side", [20_000, 32_000, 60_000, 2**31 - 1, 2**32 - 1])
def test_huge_sides_are_refused(side: int) -> None:
    with pytest.raises(Unreadable) as caught:
        opened(resized(UPRIGHT, side, side)).raster(0)
    assert caught.value.cause in {Cause.IMAGE_TOO_LARGE, Cause.CORRUPT_IMAGE}


@pytest.mark.parametrize("share", [0.02, 0.1, 0.5, 0.9])
def test_one_that_is_cut_short_is_unreadable_or_told(share: float) -> None:
    told = outcome(UPRIGHT[: int(len(UPRIGHT) * share)])
    assert told in {Cause.CORRUPT_IMAGE, ("truncated-image",)}


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 255)), min_size=1, max_size=6))
def test_any_damage_to_its_boxes_has_a_cause(changes: list[tuple[int, int]]) -> None:
    damaged = bytearray(UPRIGHT)
    for place, value in changes:
        damaged[place] = value
    told = outcome(bytes(damaged))
    assert told in {(), ("truncated-image",), Cause.CORRUPT_IMAGE, Cause.IMAGE_TOO_LARGE}


def test_a_document_behind_it_is_told_and_a_film_is_none() -> None:
    def names(content: bytes) -> list[str]:
        return [found.name for found in other_documents(io.BytesIO(content), "image/heic")]

    assert names(UPRIGHT) == []
    assert names(UPRIGHT + (16).to_bytes(4, "big") + b"mpvd" + b"\0" * 8) == []
    assert names(UPRIGHT + pdf_of_text([["Invoice 2"]])) == ["more-than-one-document"]
    assert names(UPRIGHT + b"\xff\xd8\xff\xe0") == ["more-than-one-document"]

"""Photographs, texts and mails as children read them."""

from pathlib import Path

import pytest

from inkwell_api.document import PageSource
from inkwell_api.route import RouteReason
from support.reading import Read

pytestmark = pytest.mark.integration
HEIC = Path(__file__).resolve().parents[2] / "data" / "heic"
LINES = ["Invoice number: 4711", "Date of issue: 2024-05-03", "Total due: 119.00 EUR"]


@pytest.mark.parametrize("name", ["upright.heic", "turned.heic"])
def test_a_photograph_in_heic_is_read(read: Read, name: str) -> None:
    [page] = read((HEIC / name).read_bytes(), "image/heic")
    assert page.text.splitlines() == LINES
    assert (page.source, page.reason) == (PageSource.OCR, RouteReason.IMAGE)

from collections.abc import Iterator

import pytest
from PIL import Image

from inkwell_ocr.images import prepare_pillow


@pytest.fixture
def prepared_pillow() -> Iterator[None]:
    """Set Pillow up as a child does, and back."""
    before = Image.MAX_IMAGE_PIXELS
    prepare_pillow()
    yield
    Image.MAX_IMAGE_PIXELS = before

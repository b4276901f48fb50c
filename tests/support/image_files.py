"""Image files for tests, made in memory."""

import io
from typing import Any

from PIL import Image


def encoded(image: Image.Image, kind: str, **more: Any) -> bytes:
    """Return an image file of a kind that Pillow knows."""
    content = io.BytesIO()
    image.save(content, kind, **more)
    return content.getvalue()

"""Children that read English, and a way to give them bytes."""

import os
import tempfile
from collections.abc import Iterator

import pytest

from inkwell_api.document import Page
from inkwell_ocr.engines.tesseract import language_data
from inkwell_ocr.job import Job
from inkwell_ocr.sandbox.pool import Sandbox, Settings
from support.reading import Read


@pytest.fixture(scope="session")
def _english() -> None:
    try:
        language_data()
    except FileNotFoundError as error:
        if os.environ.get("REQUIRE_SERVICES") == "1":
            raise
        pytest.skip(f"{error}: install tesseract-ocr-eng and tesseract-ocr-osd")


@pytest.fixture(scope="module")
def sandbox(_english: None) -> Iterator[Sandbox]:
    """Children that read English."""
    found = Sandbox(Settings(("eng",), "Auto", 60))
    yield found
    found.stop()


@pytest.fixture(scope="module")
def read(sandbox: Sandbox) -> Read:
    """Return who returns the pages of a document."""

    def pages(content: bytes, content_type: str) -> list[Page]:
        with tempfile.TemporaryFile() as file:
            file.write(content)
            file.seek(0)
            return list(sandbox.read(file, Job(content_type, "Prefer", 10, 60), 120))

    return pages

"""Pages that two engines read, in the confined child."""

import io
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from inkwell_api.document import Page, Reader
from inkwell_api.page_codec import decode_page, encode_page
from inkwell_api.route import Doubt
from inkwell_ocr.job import Job
from inkwell_ocr.sandbox.pool import Sandbox, Settings
from inkwell_ocr.sandbox.process import ChildStartError
from support.papers import SENTENCES, image_file, picture
from support.processes import children_of
from support.reading import likeness

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("_english")]
ROLL = image_file(picture([line[:24] for line in SENTENCES]).crop((100, 60, 600, 1000)))
"""As narrow as paper of a till."""


@contextmanager
def sandbox_of(engine: str, page_seconds: float = 300) -> Iterator[Callable[..., Page]]:
    """Yield who reads a PNG by this engine."""
    sandbox = Sandbox(Settings(("eng",), "Auto", page_seconds, engine))

    def read(content: bytes, **more: bool) -> Page:
        with tempfile.TemporaryFile() as file:
            file.write(content)
            file.seek(0)
            [page] = sandbox.read(file, Job("image/png", "Prefer", 1, 300, **more), 600)
            return page

    try:
        yield read
    finally:
        sandbox.stop()


@pytest.fixture(scope="module")
def read() -> Iterator[Callable[..., Page]]:
    """Return who reads by Auto."""
    with sandbox_of("Auto") as reader:
        yield reader


def test_a_doubtful_page_has_the_words_of_both(read: Callable[..., Page]) -> None:
    page = read(ROLL)
    assert (page.reader, page.doubts) == (Reader.PADDLE_OCR, (Doubt.TILL_ROLL,))
    assert page.second_reading is not None
    assert page.second_reading.reader is Reader.TESSERACT
    first, second = page.words[1], page.second_reading.words[1]
    assert first.text == second.text == "quick"
    assert first.box.left == pytest.approx(second.box.left, abs=0.02)
    assert first.box.top == pytest.approx(second.box.top, abs=0.02)
    assert decode_page(encode_page(page)) == page


def test_a_confined_child_needs_no_thread_for_it(read: Callable[..., Page]) -> None:
    """In a pod it may start none (RLIMIT_NPROC, which does not bind root)."""
    read(ROLL)
    children = children_of(os.getpid(), "inkwell_ocr.sandbox.child")
    assert children
    for child in children:
        status = Path(f"/proc/{child}/status").read_text(encoding="ascii")
        assert "Threads:\t1\n" in status


def test_a_page_that_is_not_doubted_is_read_once(read: Callable[..., Page]) -> None:
    lines = [line.replace("total amount of 1,234.56", "whole of it") for line in SENTENCES]
    page = read(image_file(picture(lines)))
    assert (page.reader, page.second_reading, page.doubts) == (Reader.TESSERACT, None, ())


def test_both_readings_stand_on_the_page_as_it_is_turned(read: Callable[..., Page]) -> None:
    turned = Image.open(io.BytesIO(ROLL)).rotate(180)
    page = read(image_file(turned))
    assert page.rotation == 180
    assert page.second_reading is not None
    assert page.words[1].text == page.second_reading.words[1].text == "quick"
    assert page.second_reading.words[1].box.top < 0.2


def test_where_the_first_try_failed_the_second_engine_is_left_out(
    read: Callable[..., Page],
) -> None:
    page = read(ROLL, may_ask_second=False)
    assert (page.reader, page.second_reading) == (Reader.TESSERACT, None)
    assert [(f.name, f.severity.value) for f in page.findings] == [
        ("second-reading-failed", "Warning")
    ]


def test_where_the_second_engine_has_no_time_the_first_reading_is_kept() -> None:
    with sandbox_of("Auto", page_seconds=0.001) as quick:
        # The parent's own patience is longer by its grace: Tesseract takes a second.
        page = quick(ROLL)
    assert page.reader is Reader.TESSERACT
    assert Doubt.TILL_ROLL in page.doubts
    assert "takes too long" in page.findings[-1].message


def test_a_confined_child_reads_every_page_by_the_engine_asked_for() -> None:
    for engine, reader in (("PaddleOCR", Reader.PADDLE_OCR), ("Tesseract", Reader.TESSERACT)):
        with sandbox_of(engine) as read:
            page = read(image_file(picture()))
        assert (page.reader, page.doubts) == (reader, ())
        assert likeness(page.text) >= 0.97


def test_a_confined_child_runs_the_command_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with sandbox_of("TesseractCommand") as read:
        assert likeness(read(image_file(picture())).text) >= 0.97
        [scratch] = tmp_path.iterdir()
        assert list(scratch.iterdir()) == []
    assert list(tmp_path.iterdir()) == []


def test_a_command_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inkwell_ocr.sandbox.pool._PATH", "/nowhere")
    with sandbox_of("TesseractCommand") as read, pytest.raises(ChildStartError):
        read(ROLL)

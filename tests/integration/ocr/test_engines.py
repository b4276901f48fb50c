"""Every engine of recognition takes the same exam; what is special to one stands below its own."""

import shutil
import time

import pytesseract
import pytest
from onnxruntime import InferenceSession
from PIL import Image
from typing_extensions import override

from inkwell_api.document import Reader
from inkwell_ocr.engines import paddle
from inkwell_ocr.engines.command import TesseractCommand
from inkwell_ocr.engines.engine import Engine
from inkwell_ocr.engines.paddle import LANGUAGES, PaddleOCR
from inkwell_ocr.engines.tesseract import Tesseract, language_data
from inkwell_ocr.images import Raster
from inkwell_ocr.unreadable import Cause, Unreadable
from support.engine_conformance import DPI, EngineConformance
from support.papers import picture

pytestmark = pytest.mark.integration
LETTERS = {
    "eng": "£$€&@%#",
    "deu": "äöüßÄÖÜ§",
    "fra": "àâæçéèêëîïôœùûüÿÀÂÆÇÉÈÊËÎÏÔŒÙÛÜ«»",
    "nld": "éèëïöüáóíú",
    "ita": "àèéìòùÀÈÉÌÒÙ",
    "spa": "áéíñóúüÁÉÍÑÓÚÜ¿ºª",
}
"""What each language writes beside the Latin alphabet, and invoices with it."""


@pytest.mark.usefixtures("_english")
class TestTesseract(EngineConformance):
    """Tesseract in process."""

    @pytest.fixture(scope="class")
    @classmethod
    @override
    def engine(cls) -> Engine:
        """Return it with English."""
        return Tesseract(("eng",), "Auto", language_data())


class TestTesseractCommand(EngineConformance):
    """The program `tesseract`, as this machine has it."""

    @pytest.fixture(scope="class")
    @classmethod
    @override
    def engine(cls) -> Engine:
        """Return it with English."""
        if shutil.which("tesseract") is None:
            pytest.skip("the program tesseract is not installed")
        return TesseractCommand(("eng",), "Auto", 600)

    def test_a_page_that_takes_too_long_is_ended(self) -> None:
        with pytest.raises(Unreadable) as caught:
            TesseractCommand(("eng",), "Auto", 0.01).recognize(Raster(picture(), DPI))
        assert caught.value.cause is Cause.PAGE_TIMEOUT

    def test_a_language_that_is_not_there_is_told(self) -> None:
        with pytest.raises(RuntimeError, match="tlh"):
            TesseractCommand(("eng", "tlh"), "Auto", 60)

    def test_what_the_program_says_of_a_page_is_not_told(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object, **__: object) -> str:
            raise pytesseract.TesseractError(1, "words of the page")

        monkeypatch.setattr(pytesseract, "run_and_get_output", fail)
        with pytest.raises(Unreadable) as caught:
            engine.recognize(Raster(picture(), DPI))
        assert caught.value.cause is Cause.RECOGNITION_FAILED
        assert "words" not in str(caught.value)


class TestPaddleOCR(EngineConformance):
    """PP-OCRv6 in process."""

    @pytest.fixture(scope="class")
    @classmethod
    @override
    def engine(cls) -> Engine:
        """Return it with much time, since tests share their cores."""
        return PaddleOCR(600)

    @pytest.fixture
    @override
    def few_words(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let a page have ten words."""
        monkeypatch.setattr(paddle, "MAX_PAGE_WORDS", 10)

    def test_it_reads_every_letter_of_the_languages_that_it_is_asked_for(self) -> None:
        model = InferenceSession(paddle.MODELS / "PP-OCRv6_rec_small.onnx").get_modelmeta()
        alphabet = set(model.custom_metadata_map["character"].splitlines())
        assert {language: set(LETTERS[language]) - alphabet for language in LANGUAGES} == {
            language: set() for language in LANGUAGES
        }

    def test_a_page_that_takes_too_long_is_given_up(self) -> None:
        begun = time.monotonic()
        with pytest.raises(Unreadable) as caught:
            PaddleOCR(0.0).recognize(Raster(picture(), DPI))
        assert caught.value.cause is Cause.PAGE_TIMEOUT
        assert time.monotonic() - begun < 60

    def test_a_long_till_roll_is_looked_at_in_pieces(self, engine: Engine) -> None:
        """Made as small as a page of usual shape is, its letters could not be found."""
        roll = Image.new("L", (700, 9000), 255)
        lines = [f"Article {number}   {number}.90" for number in range(60)]
        for part in range(10):
            few = picture(lines[part * 6 : part * 6 + 6]).crop((100, 100, 800, 700))
            roll.paste(few, (0, part * 880))
        words = [word.text for word in engine.recognize(Raster(roll, None)).words]
        assert [f"{number}.90" in words for number in range(60)].count(True) >= 58

    def test_it_says_who_it_is(self, engine: Engine) -> None:
        assert engine.reader is Reader.PADDLE_OCR

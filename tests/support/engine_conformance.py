"""The exam that every engine of recognition takes: real ones, and fakes that stand for them."""

from collections.abc import Sequence

import pytest
from PIL import Image

from inkwell_api.document import Word
from inkwell_ocr.engines import tesseract
from inkwell_ocr.engines.engine import Engine, Recognition
from inkwell_ocr.images import Raster
from inkwell_ocr.limits import MAX_SIDE_PIXELS
from inkwell_ocr.unreadable import Cause, Unreadable
from support.papers import SENTENCES, picture
from support.reading import likeness

DPI = 200.0
LIKE = 0.95
REFUSED_SIDE = 32_768
"""From which on Tesseract and OpenCV take no image."""


def text_of(words: Sequence[Word]) -> str:
    """Return words line by line."""
    lines: dict[int, list[str]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word.text)
    return "\n".join(" ".join(texts) for texts in lines.values())


class EngineConformance:
    """Bind by overriding `engine`; `limited` where the limit of words is read elsewhere."""

    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls) -> Engine:
        """The engine; it reads English."""
        raise NotImplementedError

    @pytest.fixture
    def few_words(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let a page have ten words."""
        monkeypatch.setattr(tesseract, "MAX_PAGE_WORDS", 10)

    @pytest.fixture(scope="class")
    @classmethod
    def upright(cls, engine: Engine) -> Recognition:
        """A page of sentences, read once for all that is asked of it."""
        return engine.recognize(Raster(picture(), DPI))

    def test_words_come_in_reading_order_a_line_for_each_line(self, upright: Recognition) -> None:
        assert likeness(text_of(upright.words)) >= LIKE
        assert sorted({word.line for word in upright.words}) == list(range(len(SENTENCES)))
        assert [word.line for word in upright.words] == sorted(w.line for w in upright.words)
        assert not any(set(word.text) & set(" \t\n") or not word.text for word in upright.words)

    def test_boxes_stand_on_the_page_where_the_words_do(self, upright: Recognition) -> None:
        assert (upright.width, upright.height, upright.turned) == (1400, 1000, 0)
        for word in upright.words:
            assert 0 <= word.box.left < word.box.right <= 1
            assert 0 <= word.box.top < word.box.bottom <= 1
        first, second = upright.words[:2]
        assert (first.box.left, first.box.top) == pytest.approx((0.086, 0.126), abs=0.015)
        assert first.box.right < second.box.left + 0.01
        assert first.box.bottom - first.box.top < 0.06

    def test_it_says_how_sure_it_is(self, upright: Recognition) -> None:
        assert all(0 <= word.confidence <= 1 for word in upright.words)
        assert sum(word.confidence for word in upright.words) > 0.8 * len(upright.words)

    def test_the_same_image_gives_the_same_words(
        self, engine: Engine, upright: Recognition
    ) -> None:
        assert engine.recognize(Raster(picture(), DPI)) == upright

    @pytest.mark.parametrize("size", [(1400, 1000), (3, 3), (1, 400), (400, 1)])
    def test_an_empty_page_has_no_words(self, engine: Engine, size: tuple[int, int]) -> None:
        found = engine.recognize(Raster(Image.new("L", size, 255), None))
        assert (found.words, found.width, found.height) == ((), *size)

    @pytest.mark.parametrize("turned", [90, 180, 270])
    def test_a_page_is_read_however_it_lies(self, engine: Engine, turned: int) -> None:
        found = engine.recognize(Raster(picture(turned=turned), DPI))
        assert found.turned == (360 - turned) % 360
        assert likeness(text_of(found.words)) >= LIKE
        assert (found.words[0].box.left, found.words[0].box.top) == pytest.approx(
            (0.086, 0.126), abs=0.02
        )

    def test_a_page_that_its_file_turned_keeps_that_turn(self, engine: Engine) -> None:
        assert engine.recognize(Raster(picture(), DPI, turned=90)).turned == 90

    @pytest.mark.parametrize("skew", [-4.0, 4.0])
    def test_lines_that_run_askew_stay_lines(self, engine: Engine, skew: float) -> None:
        found = engine.recognize(Raster(picture(skew=skew), DPI))
        assert likeness(text_of(found.words)) >= LIKE

    def test_a_page_longer_than_engines_take_is_read_at_both_ends(self, engine: Engine) -> None:
        roll = Image.new("L", (1400, REFUSED_SIDE + 1000), 255)
        roll.paste(picture(), (0, 0))
        roll.paste(picture(), (0, roll.height - 1000))
        assert roll.height > MAX_SIDE_PIXELS
        found = engine.recognize(Raster(roll, DPI))
        half = len(SENTENCES)
        lines = text_of(found.words).splitlines()
        assert likeness("\n".join(lines[:half])) >= LIKE
        assert likeness("\n".join(lines[half:])) >= LIKE
        assert found.words[-1].box.bottom > 0.98

    @pytest.mark.usefixtures("few_words")
    def test_a_page_with_more_words_than_are_kept_is_refused(self, engine: Engine) -> None:
        with pytest.raises(Unreadable) as caught:
            engine.recognize(Raster(picture(), DPI))
        assert caught.value.cause is Cause.TOO_MANY_WORDS

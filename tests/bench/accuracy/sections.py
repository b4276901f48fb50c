"""The parts of the page that other benches measure: reading, learning, line items."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from bench import reading
from bench.accuracy.documents import example, receipts
from bench.accuracy.measured import Section
from bench.accuracy.stages import Stages
from bench.items import __main__ as items
from bench.items.judging import table as table_of_items
from bench.learning.curve import COUNTS, points
from bench.learning.curve import table as table_of_learning

ENGINES: Final = ("Tesseract", "PaddleOCR", "Auto")

_LEARNING: Final = """
Learned from even receipts, measured on odd ones; 0 is the rules alone. Trained as a tenant would,
through `python -m inkwell_extract.train`.

"""


def sections(data: Path, examples: Path) -> Iterator[Section]:
    """Yield what can be measured with the documents that lie in a folder."""
    if (data / "ocr").is_dir() and (data / "receipts").is_dir():
        figures = reading.figures(data, ENGINES, lambda source: source != "receipts, even")
        yield Section("How well each engine reads", reading.table(figures))
    yield Section("Line items by rules alone", table_of_items(items.measured()))
    if (data / "receipts").is_dir():
        spec = example(examples / "globex.yaml", "receipts")
        of = partial(receipts, data / "receipts")
        with Stages(spec) as stages:
            curve = points(COUNTS, spec, list(of(is_odd=False)), list(of(is_odd=True)), stages)
            text = _LEARNING + table_of_learning(list(curve))
        yield Section("What corrections bring", text)

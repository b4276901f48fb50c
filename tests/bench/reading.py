"""Measures how well each engine reads: ``PYTHONPATH=tests python -m bench.reading [--first N]``.

Prints a table in Markdown. Real pages with transcripts are other people's: they lie in the folder
that INKWELL_TEST_DATA names, and what is absent is said. Letters are compared without their case,
since transcripts of receipts are in capitals whatever is printed.
"""

import argparse
import resource
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

from PIL import Image
from rapidfuzz.distance import Levenshtein

from inkwell_api.document import Page
from inkwell_demo.real_invoices import folder_of
from inkwell_ocr.engines.command import TesseractCommand
from inkwell_ocr.engines.paddle import PaddleOCR
from inkwell_ocr.engines.tesseract import Tesseract, language_data
from inkwell_ocr.grey import to_grey
from inkwell_ocr.images import Raster, prepare_pillow
from inkwell_ocr.routes.recognition import Readers, recognize

ROOT: Final = Path(__file__).resolve().parents[2]
SECONDS: Final = 600.0
"""For one page; machines that measure are shared."""

_CORNERS: Final = 8


@dataclass(frozen=True, slots=True)
class Sample:
    """A page image and what stands on it.

    Attributes:
        image: its file.
        lines: the transcript, from the top.
    """

    image: Path
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """What one engine made of the pages of one source.

    Attributes:
        source: where the pages are from.
        engine: as `spec.ocr.engine` names it.
        pages: how many.
        wrong_characters: of every hundred of the transcripts, by edit distance.
        found_words: of every hundred of the transcripts.
        cpu_seconds: of a page on average.
        read_twice: pages that a second engine was asked for.
    """

    source: str
    engine: str
    pages: int
    wrong_characters: float
    found_words: float
    cpu_seconds: float
    read_twice: int


def table(figures: Iterable[Figure]) -> str:
    """Return figures as a table in Markdown."""
    names = (
        "pages of",
        "engine",
        "pages",
        "wrong of 100 characters",
        "found of 100 words",
        "CPU seconds a page",
        "read twice",
    )
    head = (f"| {' | '.join(names)} |", "| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    rows = (
        f"| {f.source} | {f.engine} | {f.pages} | {f.wrong_characters:.1f} | {f.found_words:.1f}"
        f" | {f.cpu_seconds:.2f} | {f.read_twice} |"
        for f in figures
    )
    return "\n".join((*head, *rows)) + "\n"


def wrong_characters(read: Sequence[str], wanted: Sequence[str]) -> tuple[int, int]:
    """Return the edit distance of two texts by lines, without spaces, and the wanted one's length.

    What an engine takes for a space between words or lines is not an error of its reading.
    """
    one, other = (_letters("".join(lines)) for lines in (read, wanted))
    return Levenshtein.distance(one, other), len(other)


def found_words(read: Sequence[str], wanted: Sequence[str]) -> tuple[int, int]:
    """Return how many of the wanted words were read, each as often as it is there, of how many."""
    has, wants = (Counter(" ".join(lines).casefold().split()) for lines in (read, wanted))
    return (has & wants).total(), wants.total()


def measure(
    source: str, engine: str, samples: Sequence[Sample], read: Callable[[Raster], Page]
) -> Figure:
    """Return what an engine makes of these pages."""
    distance = letters = found = words = twice = 0
    seconds = 0.0
    for sample in samples:
        raster = raster_of(sample.image)
        begun = _cpu_seconds()
        page = read(raster)
        seconds += _cpu_seconds() - begun
        lines = page.text.splitlines()
        wrong, length = wrong_characters(lines, sample.lines)
        have, want = found_words(lines, sample.lines)
        distance, letters = distance + wrong, letters + length
        found, words = found + have, words + want
        twice += bool(page.doubts)
    return Figure(
        source,
        engine,
        len(samples),
        100 * distance / max(letters, 1),
        100 * found / max(words, 1),
        seconds / max(len(samples), 1),
        twice,
    )


def receipts(folder: Path, *, is_odd: bool) -> Iterator[Sample]:
    """Yield till receipts: odd ones are for measuring, even ones may be looked at."""
    for image in sorted(folder.glob("*.jpg")):
        if int(image.stem) % 2 == is_odd:
            rows = image.with_suffix(".csv").read_text(encoding="utf-8").splitlines()
            lines = (row.split(",", _CORNERS) for row in rows)
            yield Sample(image, tuple(cells[_CORNERS] for cells in lines if len(cells) > _CORNERS))


def transcribed(folder: Path) -> Iterator[Sample]:
    """Yield page images that have a transcript beside them; turned copies share their page's."""
    for image in sorted((*folder.glob("*.tif"), *folder.glob("*.png"))):
        text = folder / f"{image.stem.split('-rotated')[0]}.txt"
        if text.exists():
            yield Sample(image, tuple(text.read_text(encoding="utf-8").splitlines()))


def raster_of(image: Path) -> Raster:
    """Return a page image as the stage decodes it, without its turn."""
    with Image.open(image) as file:
        return Raster(to_grey(file), None)


def engines() -> dict[str, Callable[[Raster], Page]]:
    """Return who reads, by the names of `spec.ocr.engine`, each loaded once."""
    tesseract = Tesseract(("eng",), "Auto", language_data())
    paddle = PaddleOCR(SECONDS)
    command = TesseractCommand(("eng",), "Auto", SECONDS)
    asked = {
        "Tesseract": Readers(tesseract, tesseract),
        "TesseractCommand": Readers(tesseract, command),
        "PaddleOCR": Readers(tesseract, paddle),
        "Auto": Readers(tesseract, tesseract, paddle),
    }
    return {name: partial(_read, readers=readers) for name, readers in asked.items()}


def _read(raster: Raster, readers: Readers) -> Page:
    return recognize(raster, 1, readers)


def sources(data: Path) -> dict[str, list[Sample]]:
    """Return the pages that lie in a folder of real documents."""
    return {
        "receipts, odd": list(receipts(data / "receipts", is_odd=True)),
        "receipts, even": list(receipts(data / "receipts", is_odd=False)),
        "books, forms and letters": list(transcribed(data / "ocr")),
    }


def figures(
    data: Path,
    only: Collection[str],
    is_wanted: Callable[[str], bool],
    first: int | None = None,
) -> list[Figure]:
    """Measure what is there, and say what is absent.

    Args:
        data: the folder of real documents.
        only: engines to measure; all where none is named.
        is_wanted: which sources, by their names.
        first: so many pages of each source, or all.
    """
    prepare_pillow()
    readers = {name: read for name, read in engines().items() if name in (only or (name,))}
    found = []
    for source, samples in sources(data).items():
        if not samples:
            sys.stderr.write(f"absent: {source}\n")
        elif is_wanted(source):
            some = list(islice(samples, first))
            found += [measure(source, name, some, read) for name, read in readers.items()]
    return found


def main() -> None:
    """Measure what is there, and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, help="so many pages of each source")
    parser.add_argument("--engine", action="append", help="only this engine; may be repeated")
    parser.add_argument("--source", default="", help="only sources whose name begins so")
    options = parser.parse_args()
    found = figures(
        folder_of(ROOT).parent,
        options.engine or (),
        lambda source: source.startswith(options.source),
        options.first,
    )
    sys.stdout.write(table(found))


def _letters(text: str) -> str:
    return "".join(text.casefold().split())


def _cpu_seconds() -> float:
    """Return the processor time of this process and of the programs that it ran."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


if __name__ == "__main__":
    main()

"""Documents as Tesseract really reads them: drawn, scanned and recognised, kept in a file.

Reading a page takes about a second, so it is done once; schemas are drawn anew for each use.
"""

import io
import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import Any, Final

from inkwell_documents.paper import scanning
from inkwell_documents.paper.scanning import Scanner
from inkwell_documents.paper.sheet import Face
from inkwell_documents.varied.document import make
from inkwell_documents.varied.rendering import to_pdf
from inkwell_extract.model.prompts import document_text
from inkwell_extract.page.layout import Layout
from inkwell_ocr.engines.tesseract import Tesseract, language_data
from inkwell_ocr.job import Job
from inkwell_ocr.routes.reader import read_pages
from inkwell_ocr.routes.recognition import Readers

_LANGUAGES: Final = ("eng", "deu", "fra")
_SCAN: Final = Job("image/png", "Ignore", 2, 60)


def scan_of(seed: int, index: int, *, is_held_out: bool) -> bytes:
    """Return a document as the image that an everyday scanner makes of it."""
    document = make(seed, index, is_held_out=is_held_out)
    random = Random(f"scan/{is_held_out}/{seed}/{index}")
    face = random.choice((Face.SANS, Face.SANS, Face.SERIF, Face.MONO))
    scanner = Scanner(
        dpi=random.choice((150, 200, 200)),
        skew=random.uniform(-0.8, 0.8),
        noise=random.uniform(1.0, 8.0),
        blur=random.uniform(0.0, 0.6),
        shade=random.uniform(0.0, 20.0),
        seed=random.randrange(2**32),
    )
    return scanning.to_png(scanner.scan(to_pdf(document.sheet, face))[0], scanner.dpi)


@cache
def _tesseract() -> Tesseract:
    return Tesseract(_LANGUAGES, "Auto", language_data())


def recognise(seed: int, index: int, *, is_held_out: bool) -> dict[str, Any]:
    """Return what is kept of a document: its text as it was read, and what is true of it."""
    image = scan_of(seed, index, is_held_out=is_held_out)
    pages = tuple(read_pages(io.BytesIO(image), _SCAN, Readers.of(_tesseract())))
    document = make(seed, index, is_held_out=is_held_out)
    truth = {name: str(value) for name, value in document.truth.items()}
    return {"text": document_text(Layout(pages)), "truth": truth, "layout": document.layout}


def write(path: Path, seed: int, count: int, *, is_held_out: bool) -> None:
    """Go on until the file holds `count` documents, one a line, on all processors."""
    done = len(path.read_text("utf-8").splitlines()) if path.exists() else 0
    one = partial(recognise, seed, is_held_out=is_held_out)
    with path.open("a", encoding="utf-8") as file, ProcessPoolExecutor() as pool:
        for kept in pool.map(one, range(done, count)):
            file.write(json.dumps(kept, ensure_ascii=False) + "\n")
            file.flush()


def main() -> None:
    """Recognise documents: FILE SEED COUNT trained|held-out."""
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    file, seed, count, kind = sys.argv[1:]
    write(Path(file), int(seed), int(count), is_held_out=kind == "held-out")


if __name__ == "__main__":
    main()

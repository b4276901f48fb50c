"""OCR pages a second through the stage alone, against bare `tesseract` on the same cores."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from inkwell_demo.documents.corpus import Form, Order, make
from inkwell_demo.documents.invoice import Language
from inkwell_ocr.messages import Job
from inkwell_ocr.sandbox import Sandbox, Settings
from support.figures import Figure, record

CORES = os.cpu_count() or 1
PAGES = 6 * CORES
ROUNDS = 3
SEED = 1300
LANGUAGES = ("eng", "deu", "fra")
TARGET = 0.95
LIKE = 0.97


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Scanned invoices, a page each, as PNG."""
    folder = tmp_path_factory.mktemp("pages")
    languages = tuple(Language)
    found = []
    for index in range(PAGES):
        sample = make(SEED, index, Order(languages[index % 3], "classic", Form.PNG))
        found.append(folder / f"{index}.png")
        found[-1].write_bytes(sample.content)
    return found


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """As many children as cores."""
    found = Sandbox(Settings(LANGUAGES, "Auto", 120))
    yield found
    found.stop()


def test_the_stage_keeps_up_with_bare_tesseract(sandbox: Sandbox, files: list[Path]) -> None:
    if shutil.which("tesseract") is None:
        pytest.fail("tesseract is not installed: `make setup` installs it")
    at_once(lambda file: by_stage(sandbox, file), files[:CORES])
    ours, bare, likenesses = [], [], []
    for _ in range(ROUNDS):
        seconds, theirs = at_once(by_tesseract, files)
        bare.append(len(files) / seconds)
        seconds, texts = at_once(lambda file: by_stage(sandbox, file), files)
        ours.append(len(files) / seconds)
        likenesses = [likeness(a, b) for a, b in zip(texts, theirs, strict=True)]
    alike = sum(likenesses) / len(likenesses)
    figure = record(
        Figure(
            name="OCR through the stage alone",
            unit="pages/s",
            ours=tuple(ours),
            bare=tuple(bare),
            compared_with=f"`tesseract`, {CORES} at once",
            target=TARGET,
            is_more_better=True,
            note=(
                f"{PAGES} scanned pages, {'+'.join(LANGUAGES)}, {CORES} at once on both sides; "
                f"{alike:.1%} of the words are the same ones in the same order (the two carry "
                "different releases of Tesseract, and skewed pages are straightened here)."
            ),
        )
    )
    assert figure.is_met, figure
    assert alike >= LIKE


def at_once(read: Callable[[Path], str], files: list[Path]) -> tuple[float, list[str]]:
    """Read all files, one a core at once; return the seconds and the texts."""
    started = time.monotonic()
    with ThreadPoolExecutor(CORES) as threads:
        texts = list(threads.map(read, files))
    return time.monotonic() - started, texts


def by_stage(sandbox: Sandbox, file: Path) -> str:
    """Return the text of a page as the stage reads it."""
    with tempfile.TemporaryFile() as copy:
        copy.write(file.read_bytes())
        copy.seek(0)
        [page] = sandbox.read(copy, Job("image/png", "Prefer", 1, 120), 120)
    return page.text


def by_tesseract(file: Path) -> str:
    """Return the text of a page as a process of `tesseract` reads it."""
    command = ["tesseract", str(file), "stdout", "-l", "+".join(LANGUAGES)]
    environment = dict(os.environ, OMP_THREAD_LIMIT="1")
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return done.stdout


def likeness(one: str, other: str) -> float:
    """Say how many words two texts have in common, in order, 0 to 1."""
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio()

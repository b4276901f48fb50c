"""OCR pages a second through the whole pipeline, against bare `tesseract` on the same cores."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from inkwell_api.document import DocumentState
from inkwell_demo.client import DocumentClient, read_machine
from inkwell_demo.cluster import Cluster, Reach
from inkwell_demo.waiting import until
from inkwell_documents.corpus import Form, Order, make
from inkwell_documents.facts import Language
from support.figures import Figure, record
from support.made_tenants import made, new_name

CORES = os.cpu_count() or 1
PAGES = 12 * CORES
ROUNDS = 3
SEED = 1200
LANGUAGES = "eng+deu+fra"
PIPELINE = "scans"
TARGET = 0.95


@pytest.fixture(scope="module")
def pages() -> list[bytes]:
    """Scanned invoices, a page each, as PNG."""
    languages = tuple(Language)
    return [
        make(SEED, index, Order(languages[index % 3], "classic", Form.PNG)).content
        for index in range(PAGES)
    ]


@pytest.fixture(scope="module")
def client(cluster: Cluster) -> Iterator[DocumentClient]:
    """A pipeline whose OCR may use every core."""
    tenant = new_name("bench")
    scaling = {
        "ocr": {"minReplicas": CORES, "maxReplicas": CORES},
        "extract": {"minReplicas": 1, "maxReplicas": 1},
        "archive": {"minReplicas": 1, "maxReplicas": 1},
    }
    with made(cluster, tenant) as maker:
        topics = {"partitions": 4 * CORES, "retention": "1d"}
        maker.pipeline(tenant, PIPELINE, scaling=scaling, topics=topics)
        with DocumentClient(read_machine(cluster, Reach(cluster), tenant, PIPELINE)) as found:
            yield found


def test_ocr_through_the_pipeline_keeps_up_with_bare_tesseract(
    client: DocumentClient, pages: list[bytes], tmp_path: Path
) -> None:
    if shutil.which("tesseract") is None:
        pytest.fail("tesseract is not installed: `make setup` installs it")
    files = []
    for number, content in enumerate(pages):
        files.append(tmp_path / f"{number}.png")
        files[-1].write_bytes(content)
    through_pipeline(client, pages[:CORES])  # caches and connections are warm on both sides
    ours, bare = [], []
    for _ in range(ROUNDS):
        bare.append(by_tesseract(files))
        ours.append(through_pipeline(client, pages))
    figure = record(
        Figure(
            name="OCR through the whole pipeline",
            unit="pages/s",
            ours=tuple(ours),
            bare=tuple(bare),
            compared_with=f"`tesseract`, {CORES} at once",
            target=TARGET,
            is_more_better=True,
            note=(
                f"{PAGES} scanned pages of 200 to 300 dpi, {LANGUAGES}. Ours: from the first "
                "upload over HTTP until the last document is RECOGNIZED in PostgreSQL, every stage "
                "on the same cores. Bare: `tesseract FILE` a page with OMP_THREAD_LIMIT=1."
            ),
        )
    )
    assert figure.is_met, figure


def through_pipeline(client: DocumentClient, pages: list[bytes]) -> float:
    """Return pages a second from the first upload to the last recognition."""
    started = time.monotonic()
    with ThreadPoolExecutor(CORES) as uploads:
        waiting = set(uploads.map(lambda page: client.upload("scan.png", page, "image/png"), pages))

    def look() -> bool:
        for document_id in tuple(waiting)[:1]:
            if client.status(document_id).state is not DocumentState.UPLOADED:
                waiting.discard(document_id)
        return not waiting

    until(look, "all pages to be recognised", 900, lambda: f"{len(waiting)} left", interval=0.02)
    return len(pages) / (time.monotonic() - started)


def by_tesseract(files: list[Path]) -> float:
    """Return pages a second of bare tesseract processes, one a core at once."""
    started = time.monotonic()
    with ThreadPoolExecutor(CORES) as at_once:
        list(at_once.map(read, files))
    return len(files) / (time.monotonic() - started)


def read(file: Path) -> str:
    """Return what tesseract reads on a page."""
    command = ["tesseract", str(file), "stdout", "-l", LANGUAGES]
    environment = dict(os.environ, OMP_THREAD_LIMIT="1")
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return done.stdout

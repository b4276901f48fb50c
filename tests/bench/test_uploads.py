"""Uploads a second through the gateway, against copying, hashing and syncing the same files."""

import hashlib
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest

from inkwell_demo.client import DocumentClient, read_machine
from inkwell_demo.cluster import Cluster, Reach
from inkwell_documents.corpus import Form, Order, make
from support.figures import Figure, record
from support.made_tenants import made, new_name

AT_ONCE = 4
FILES = 48
ROUNDS = 5
MEBIBYTES = 2
PIPELINE = "uploads"
TARGET = 0.8


@pytest.fixture(scope="module")
def client(cluster: Cluster) -> Iterator[DocumentClient]:
    """A pipeline whose stages rest, so that the gateway alone is measured."""
    tenant = new_name("bench")
    asleep = {stage: {"minReplicas": 0, "maxReplicas": 1} for stage in ("ocr", "extract")}
    with made(cluster, tenant) as maker:
        maker.pipeline(tenant, PIPELINE, scaling=asleep)
        with DocumentClient(read_machine(cluster, Reach(cluster), tenant, PIPELINE)) as found:
            yield found


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Scans of some megabytes, each with bytes of its own."""
    page = make(88, 0, Order(form=Form.PNG)).content
    found = []
    for number in range(FILES):
        file = tmp_path / f"{number}.png"
        own = hashlib.sha256(str(number).encode()).digest()
        # Whoever reads a picture stops at its end.
        file.write_bytes(page + own * (MEBIBYTES * 1024 * 1024 // len(own)))
        found.append(file)
    return found


def test_uploading_keeps_up_with_copying_and_hashing(
    client: DocumentClient, files: list[Path], tmp_path: Path
) -> None:
    upload = uploader(client)
    per_second(upload, files[:AT_ONCE])  # connections and statements are ready
    numbers = count()

    def copy(file: Path) -> None:
        copied_and_hashed(file, tmp_path / f"copy-{next(numbers)}")

    ours, bare = [], []
    for _ in range(ROUNDS):
        bare.append(per_second(copy, files))
        ours.append(per_second(upload, files))
    figure = record(
        Figure(
            name="Uploads",
            unit="documents/s",
            ours=tuple(ours),
            bare=tuple(bare),
            compared_with="`cp`, `sha256sum`, `sync`",
            target=TARGET,
            is_more_better=True,
            note=f"{FILES} pictures of {MEBIBYTES} MiB, {AT_ONCE} at once. Ours: HTTP to the"
            " gateway, chunks in Cassandra, a row in PostgreSQL, on the same cores. Bare: each"
            " file copied, hashed and synced to disk by the three programs.",
        )
    )
    assert figure.is_met, figure


def uploader(client: DocumentClient) -> Callable[[Path], None]:
    """Return what uploads one file, read from disk each time."""

    def upload(file: Path) -> None:
        client.upload(file.name, file.read_bytes(), "image/png")

    return upload


def copied_and_hashed(file: Path, copy: Path) -> None:
    """Do with a file what keeping it safe needs at least."""
    commands: list[list[str | Path]] = [["cp", file, copy], ["sha256sum", copy], ["sync", copy]]
    for command in commands:
        subprocess.run(command, check=True, capture_output=True)
    copy.unlink()


def per_second(work: Callable[[Path], None], files: list[Path]) -> float:
    """Return how many files a second some threads have done."""
    os.sync()
    started = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(work, files))
    return len(files) / (time.monotonic() - started)

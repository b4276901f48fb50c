"""Real invoices and page scans, made by others: they arrive, and what they say is found."""

import json
import uuid
from decimal import Decimal
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest

from inkwell_api import names
from inkwell_api.document import DocumentState, Page
from inkwell_api.page_codec import decode_page
from inkwell_demo.backends import cassandra
from inkwell_demo.client import DocumentClient
from support.e2e_house import House

LEAST_NUMBERS_FOUND = 0.5
LEAST_TEXT_LIKENESS = 0.9
DONE = {DocumentState.ARCHIVED, DocumentState.NEEDS_REVIEW}
TYPES = {".tif": "image/tiff", ".png": "image/png"}


@pytest.fixture(scope="module")
def client(house: House) -> DocumentClient:
    """The first tenant's machine."""
    return house.client(house.alpha)


def test_real_invoices_arrive_and_most_say_what_they_should(
    client: DocumentClient, shared_data: Path
) -> None:
    files = sorted((shared_data / "invoices").glob("*.pdf"))
    ids = {file: client.upload(file.name, file.read_bytes(), "application/pdf") for file in files}
    assert ids
    right: list[bool] = []
    for file, document_id in ids.items():
        assert client.wait(document_id, timeout=300).state in DONE, file.name
        body = client.result(document_id)
        assert all_grounded_or_found(body), file.name
        truth = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        right.append(body["result"].get("invoice_number") == truth.get("invoice_number"))
    assert sum(right) >= LEAST_NUMBERS_FOUND * len(right)


def all_grounded_or_found(body: dict[str, Any]) -> bool:
    """Say whether each value either stands on a page or is a finding: never silently accepted."""
    ungrounded = [
        pointer
        for pointer, field in body["fields"].items()
        if field["evidence"]["match"] == "UNGROUNDED"
    ]
    pointed = {finding["pointer"] for finding in body["findings"]}
    return set(ungrounded) <= pointed


@pytest.mark.parametrize(
    ("image", "transcript"),
    [
        ("phototest.tif", "phototest.txt"),
        ("phototest-rotated-180.png", "phototest.txt"),
        ("phototest-rotated-L.png", "phototest.txt"),
        ("eurotext.tif", "eurotext.txt"),
    ],
)
def test_real_scans_are_read_upright(
    house: House, client: DocumentClient, shared_data: Path, image: str, transcript: str
) -> None:
    path = shared_data / "ocr" / image
    document_id = client.upload(image, path.read_bytes(), TYPES[path.suffix])
    assert client.wait(document_id, timeout=300).state in DONE
    truth = (shared_data / "ocr" / transcript).read_text(encoding="utf-8")
    [page] = pages(house, document_id)
    likeness = SequenceMatcher(None, page.text.split(), truth.split(), autojunk=False).ratio()
    assert likeness >= LEAST_TEXT_LIKENESS


def pages(house: House, document_id: str) -> list[Page]:
    """Return the recognised pages of a document as they are stored."""
    with cassandra.session(house.logins.cassandra()) as session:
        session.set_keyspace(names.keyspace(house.alpha))
        query = "SELECT content FROM pages WHERE document_id = %s"
        found = session.execute(query, (uuid.UUID(document_id),))
        return [decode_page(row.content) for row in found]


def test_an_amount_of_a_real_invoice_is_found_with_its_page(
    client: DocumentClient, shared_data: Path
) -> None:
    file = shared_data / "invoices" / "zugferd-09.pdf"
    truth = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    document_id = client.upload(file.name, file.read_bytes(), "application/pdf")
    client.wait(document_id, timeout=300)
    body = client.result(document_id)
    assert Decimal(str(body["result"]["total"])) == Decimal(truth["total"])
    assert body["fields"]["/total"]["evidence"]["page"] == 1

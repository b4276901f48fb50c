import dataclasses
import json
from pathlib import Path

import pytest

from inkwell_api.pipeline import ExtractionSpec
from inkwell_extract.score.learned.opening import open_scorer
from inkwell_extract.train.card import card
from inkwell_extract.train.examples import Case, Corrected, case_of
from inkwell_extract.train.export import write
from inkwell_extract.train.training import Trained, confirmed, train
from support.typeset import typeset

SPEC = ExtractionSpec.model_validate({"schema": {"properties": {"seller": {"type": "string"}}}})
MADE = "2026-11-27"
HOUSES = ("Amber", "Birch", "Cedar", "Dahlia", "Elder", "Fennel", "Ginger", "Hazel")


def bill(number: int) -> Corrected:
    """Return one of three bills of one of eight sellers, whose slogan stands above the name."""
    seller = f"{HOUSES[number % len(HOUSES)]} House"
    page = typeset("Always at your side", seller, f"Tea 3.{10 + number}", f"Total 3.{10 + number}")
    return Corrected((page,), {"seller": seller}, seller)


@pytest.fixture(scope="module")
def examined() -> list[Case]:
    return [case_of(bill(number), SPEC) for number in range(24)]


@pytest.fixture(scope="module")
def trained(examined: list[Case]) -> Trained:
    return train(examined, 0)


def test_the_artefact_has_who_was_confirmed_and_how_often(trained: Trained, tmp_path: Path) -> None:
    write(tmp_path, trained, "", MADE, 0)
    sellers = open_scorer(tmp_path).sellers
    found = sellers.find("AMBER HOUSE", is_read_by_ocr=False)
    assert found is not None
    assert (found.seller.name, found.seller.times) == ("Amber House", 3)
    assert len(sellers.by_letters) == len(HOUSES)


def test_the_same_documents_in_another_order_list_the_same_sellers(
    examined: list[Case], trained: Trained
) -> None:
    assert confirmed(examined[::-1]) == trained.sellers


def test_thresholds_are_counted_on_vendors_that_no_list_knows(trained: Trained) -> None:
    of_unseen = {each.document: each.share for each in trained.judged["seller"]}
    of_seen = {each.document: each.share for each in trained.seen["seller"]}
    assert len(of_seen) == len(of_unseen) == 24
    assert max(of_unseen.values()) < min(of_seen.values())


def test_the_card_tells_seen_vendors_from_those_never_seen(trained: Trained) -> None:
    text = card(trained, MADE, 0)
    assert "the names\nof 8 sellers" in text
    head, _, seen = text.partition("## Vendors that were seen before")
    assert "by folds of documents" not in head
    assert "24 documents of whose vendor others were learned from" in seen
    assert "| `seller` | 24 | 100.0 (85.8 to 100.0) | 24 | 0 | 0.0 (0.0 to 14.2) |" in seen


def test_the_card_says_where_no_vendor_came_twice(trained: Trained) -> None:
    text = card(dataclasses.replace(trained, seen={"seller": ()}), MADE, 0)
    assert "how it is with vendors seen before is not known" in text


def test_the_list_is_the_same_bytes_for_the_same_documents(
    trained: Trained, examined: list[Case], tmp_path: Path
) -> None:
    for name, each in (("one", trained), ("two", train(examined, 0))):
        write(tmp_path / name, each, card(each, MADE, 0), MADE, 0)
    one, two = ((tmp_path / name / "model.json").read_bytes() for name in ("one", "two"))
    assert one == two
    assert len(json.loads(one)["sellers"]) == len(HOUSES)

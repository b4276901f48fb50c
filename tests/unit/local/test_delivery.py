"""The file of Helm values that names what was loaded."""

from __future__ import annotations

from inkwell_local.delivery import helm_values


def test_what_was_loaded_is_named_and_never_pulled() -> None:
    values = helm_values({}, {"operator": "dev-1", "ocr": "dev-2"})
    assert values["image"] == {"tag": "dev-1", "pullPolicy": "Never"}
    assert values["workers"] == {"images": {"ocr": {"tag": "dev-2"}}, "imagePullPolicy": "Never"}


def test_what_was_not_loaded_stays_as_it_was() -> None:
    before = helm_values({}, {"operator": "dev-1", "ocr": "dev-2"})
    values = helm_values(before, {"archive": "dev-3"})
    assert values["image"]["tag"] == "dev-1"
    assert values["workers"]["images"] == {"ocr": {"tag": "dev-2"}, "archive": {"tag": "dev-3"}}

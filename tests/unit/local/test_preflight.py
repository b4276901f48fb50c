"""Every refusal says what is wrong and what to do."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from inkwell_local import images, preflight, registries
from inkwell_local.errors import LocalError
from inkwell_local.places import Places
from inkwell_local.progress import Progress
from inkwell_local.session import Session


def test_an_unsupported_system_is_named() -> None:
    with pytest.raises(LocalError, match="Darwin on arm64") as caught:
        preflight.check_system("Darwin", "arm64")
    assert "Linux" in caught.value.advice


def test_a_full_disk_is_told_with_both_numbers() -> None:
    with pytest.raises(LocalError, match=r"2\.0 GiB free, 25 GiB are needed") as caught:
        preflight.check_disk(2 * preflight.GIB, 25 * preflight.GIB, Path("/var/cache"))
    assert "INKWELL_CACHE" in caught.value.advice


def test_enough_disk_and_memory_pass() -> None:
    preflight.check_disk(30 * preflight.GIB, 25 * preflight.GIB, Path("/"))
    preflight.check_memory(preflight.MEMORY)


def test_too_little_memory_is_refused() -> None:
    with pytest.raises(LocalError, match="memory"):
        preflight.check_memory(4 * preflight.GIB)


def test_taken_ports_are_all_named() -> None:
    with pytest.raises(LocalError, match="30001, 30003") as caught:
        preflight.check_ports([30001, 30002, 30003], {30001, 30003}.__contains__)
    assert "ss -ltnp" in caught.value.advice


def test_free_ports_pass() -> None:
    preflight.check_ports([30001, 30002], lambda _: False)


def test_an_unknown_image_is_refused_with_the_known_ones() -> None:
    with pytest.raises(LocalError, match="gatway") as caught:
        images.choose(["gatway"])
    assert "gateway" in caught.value.advice


def test_no_names_mean_all_images() -> None:
    names = [one.name for one in images.choose([])]
    assert names == ["operator", "gateway", "ocr", "extract", "archive"]


def test_every_registry_that_is_asked_has_a_host() -> None:
    assert {"docker.io", "quay.io"} <= registries.HOSTS.keys()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    places = Places(cache=tmp_path / "file" / "cache", state=tmp_path / "s", checkout=tmp_path)
    with pytest.raises(LocalError, match="file/cache") as caught:
        Session.begin(places, Progress(io.StringIO()), "up")
    assert "INKWELL_CACHE" in caught.value.advice

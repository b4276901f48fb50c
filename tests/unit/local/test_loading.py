"""What a node has already is not loaded again."""

from __future__ import annotations

import pytest

from inkwell_local import loading

LISTED = """\
REF TYPE DIGEST SIZE PLATFORMS LABELS
docker.io/apache/kafka:4.3.1 application/x sha256:m1 90 MiB linux/amd64 managed=1
docker.io/inkwell/operator:dev application/x sha256:m2 90 MiB linux/amd64 managed=1
sha256:kafka application/x sha256:m1 90 MiB linux/amd64 managed=1
sha256:operator application/x sha256:m2 90 MiB linux/amd64 managed=1
docker.io/half/imported:1 application/x sha256:m3 1 MiB linux/amd64 -
"""

NODE = {
    "docker.io/apache/kafka:4.3.1": "sha256:kafka",
    "docker.io/inkwell/operator:dev": "sha256:operator",
}


def test_identities_are_read_from_the_nodes_list() -> None:
    assert loading.parse_node_images(LISTED) == NODE


def test_an_empty_node_has_nothing() -> None:
    assert loading.parse_node_images("REF TYPE DIGEST SIZE PLATFORMS LABELS\n") == {}


def test_only_new_and_changed_images_are_missing() -> None:
    wanted = {
        "apache/kafka:4.3.1": "sha256:kafka",
        "inkwell/operator:dev": "sha256:newer",
        "redis:8": "sha256:redis",
    }
    assert loading.missing(wanted, NODE) == ("inkwell/operator:dev", "redis:8")


def test_an_image_that_lost_its_name_is_forgotten() -> None:
    assert loading.replaced(["inkwell/operator:dev"], NODE) == ("sha256:operator",)


def test_an_image_with_another_name_left_is_kept() -> None:
    before = {**NODE, "docker.io/inkwell/operator:old": "sha256:operator"}
    assert loading.replaced(["inkwell/operator:dev"], before) == ()


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("redis:8", "docker.io/library/redis:8"),
        ("apache/kafka:4", "docker.io/apache/kafka:4"),
        ("quay.io/keycloak/keycloak:26", "quay.io/keycloak/keycloak:26"),
        ("localhost/x:1", "localhost/x:1"),
    ],
)
def test_the_registry_that_docker_leaves_out_is_added(name: str, full: str) -> None:
    assert loading.full(name) == full

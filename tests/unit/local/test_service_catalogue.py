"""The manifests, the image recipes and the catalogue name the same things."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from inkwell_local.services import catalogue, readiness, recipes
from inkwell_local.services.catalogue import Service

ROOT = Path(__file__).parents[3]
MANIFESTS = ROOT / "manifests" / "services"
IMAGES = ROOT / "local" / "images"


def manifest(service: Service, file: str) -> str:
    return (MANIFESTS / service.name / file).read_text(encoding="utf-8")


@pytest.fixture(params=catalogue.SERVICES, ids=lambda service: service.name)
def service(request: pytest.FixtureRequest) -> Service:
    chosen = request.param
    assert isinstance(chosen, Service)
    return chosen


def test_manifests_run_the_image_of_the_catalogue(service: Service) -> None:
    named = set(re.findall(r"^ +image: (\S+)$", manifest(service, "workload.yaml"), re.MULTILINE))
    assert named == {service.image}


def test_manifests_publish_the_ports_of_the_catalogue(service: Service) -> None:
    text = manifest(service, "service.yaml")
    assert f"port: {service.port}," in text
    assert f"nodePort: {service.node_port}}}" in text


def test_manifests_run_as_the_owner_of_the_data(service: Service) -> None:
    text = manifest(service, "workload.yaml")
    assert f"runAsUser: {service.user}\n" in text
    assert f"runAsGroup: {service.user}\n" in text
    assert service.user != 0


def test_every_service_has_a_recipe_for_its_image(service: Service) -> None:
    found = [recipe for recipe in recipes.RECIPES if recipe.image == service.image]
    assert len(found) == 1
    assert (IMAGES / found[0].name / "Dockerfile").is_file()


def test_every_service_is_checked(service: Service) -> None:
    assert service.name in readiness.CHECKS


def test_ports_are_the_static_ones_and_none_is_taken_twice() -> None:
    ports = re.findall(
        r"nodePort: (\d+)", "".join(manifest(each, "service.yaml") for each in catalogue.SERVICES)
    )
    assert len(set(ports)) == len(ports)
    assert all(30000 <= int(port) <= 30009 for port in ports)


@pytest.mark.parametrize("recipe", recipes.RECIPES, ids=lambda recipe: recipe.name)
def test_dockerfiles_only_copy_what_their_recipe_brings(recipe: recipes.Recipe) -> None:
    text = (IMAGES / recipe.name / "Dockerfile").read_text(encoding="utf-8")
    assert f"FROM {recipe.below.tag}\n" in text
    beside = {path.name for path in (IMAGES / recipe.name).iterdir()}
    brought = {name for name, _ in recipe.parts}
    copied = {
        source.strip("/") for source in re.findall(r"^COPY (?:--\S+ )?(\S+) ", text, re.MULTILINE)
    }
    assert copied <= beside | brought
    assert brought <= copied
    assert not re.search(r"apt-get|curl|wget|pip install", text)


@pytest.mark.parametrize(
    ("image", "registry"),
    [
        ("redis:8.0.2", "docker.io"),
        ("apache/kafka:4.3.1", "docker.io"),
        ("quay.io/keycloak/keycloak:26.7.3", "quay.io"),
    ],
)
def test_the_registry_of_an_image_is_read_from_its_name(image: str, registry: str) -> None:
    assert recipes.Recipe("any", image, recipes.JAVA).registry == registry

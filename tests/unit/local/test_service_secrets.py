"""What the services and the operator read: complete, random, and nowhere but in Secrets."""

from __future__ import annotations

import dataclasses
import json
import stat
from pathlib import Path

import pytest

from inkwell_api.names import LoginUse, login_label
from inkwell_local.errors import LocalError
from inkwell_local.places import Places
from inkwell_local.services import authority, catalogue, connection, credentials, secret_objects
from inkwell_local.services.credentials import Credentials

PEM = "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n"


@pytest.fixture
def places(tmp_path: Path) -> Places:
    places = Places(tmp_path / "cache", tmp_path / "state", Path(__file__).parents[3])
    places.ca.mkdir(parents=True)
    for name in ("ca", *(service.name for service in catalogue.SERVICES)):
        authority.certificate(places.ca, name).write_text(PEM, encoding="ascii")
        authority.key(places.ca, name).write_text(f"key of {name}\n", encoding="ascii")
    return places


@pytest.fixture
def known(places: Places) -> Credentials:
    return credentials.ensure(places.secrets)


def values(known: Credentials) -> list[str]:
    names = [each.name for each in dataclasses.fields(known) if each.name != "kafka_cluster"]
    return [getattr(known, name) for name in names]


def test_passwords_are_drawn_once_and_kept(places: Places, known: Credentials) -> None:
    assert credentials.ensure(places.secrets) == known
    assert credentials.read(places.secrets) == known


def test_no_password_is_drawn_twice(known: Credentials) -> None:
    drawn = values(known)
    assert len(set(drawn)) == len(drawn)
    assert all(len(each) == 64 for each in drawn)


def test_two_installations_share_no_password(known: Credentials, tmp_path: Path) -> None:
    other = credentials.ensure(tmp_path / "other.json")
    assert not set(values(known)) & set(values(other))


def test_only_the_owner_can_read_the_passwords(places: Places, known: Credentials) -> None:
    assert known == credentials.read(places.secrets)
    assert stat.S_IMODE(places.secrets.stat().st_mode) == 0o600


def test_a_new_service_gets_its_password_and_the_others_keep_theirs(
    places: Places, known: Credentials
) -> None:
    stored = json.loads(places.secrets.read_text(encoding="ascii"))
    del stored["redis"]
    places.secrets.write_text(json.dumps(stored), encoding="ascii")
    again = credentials.ensure(places.secrets)
    assert again.redis != known.redis
    assert dataclasses.replace(again, redis=known.redis) == known


def test_a_platform_that_never_started_has_no_credentials(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="does not hold"):
        credentials.read(tmp_path / "secrets.json")


def test_a_damaged_file_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    file.write_text("{half", encoding="ascii")
    with pytest.raises(LocalError, match="damaged"):
        credentials.ensure(file)
    assert file.read_text(encoding="ascii") == "{half"


def test_passwords_are_not_shown_by_repr(places: Places, known: Credentials) -> None:
    shown = repr(known) + repr(connection.read(places))
    assert not [each for each in values(known) if each in shown]


def test_every_secret_that_the_manifests_name_is_made(places: Places, known: Credentials) -> None:
    made = {each["metadata"]["name"] for each in secret_objects.of_services(known, places.ca)}
    named = set()
    for manifest in (places.checkout / "manifests" / "services").rglob("workload.yaml"):
        for words in (
            manifest.read_text(encoding="utf-8").replace(",", " ").split("secretName: ")[1:]
        ):
            named.add(words.split()[0].strip("}"))
    assert named
    assert named <= made


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("kafka-admin", {"username", "password", "ca.crt"}),
        ("cassandra-admin", {"username", "password", "ca.crt"}),
        ("postgres-admin", {"username", "password", "ca.crt"}),
        ("keycloak-admin", {"clientId", "clientSecret", "ca.crt"}),
        ("registry-admin", {"username", "password", "ca.crt"}),
    ],
)
def test_the_operator_finds_each_backend(
    places: Places, known: Credentials, name: str, keys: set[str]
) -> None:
    objects = secret_objects.of_operator(known, places.ca)
    found = next(each for each in objects if each["metadata"]["name"] == name)
    assert found["kind"] == "Secret"
    assert found["metadata"]["namespace"] == "inkwell-system"
    assert set(found["stringData"]) == keys
    use = LoginUse(name.removesuffix("-admin").replace("registry", "schema-registry"))
    assert found["metadata"]["labels"][login_label(use)] == "true"


def test_no_password_stands_in_a_config_map(places: Places, known: Credentials) -> None:
    objects = [
        *secret_objects.of_services(known, places.ca),
        *secret_objects.of_operator(known, places.ca),
    ]
    plain = json.dumps([each for each in objects if each["kind"] != "Secret"])
    assert not [each for each in values(known) if each in plain]


def test_redis_gets_a_digest_and_not_the_password(places: Places, known: Credentials) -> None:
    objects = secret_objects.of_services(known, places.ca)
    found = next(each for each in objects if each["metadata"]["name"] == "redis-credentials")
    assert known.redis not in json.dumps(found)


def test_a_new_certificate_changes_the_digest_of_its_service_alone(
    places: Places, known: Credentials
) -> None:
    def digests() -> dict[str, str]:
        return {
            service.name: secret_objects.digest(service, known, places.ca)
            for service in catalogue.SERVICES
        }

    before = digests()
    authority.certificate(places.ca, "kafka").write_text(PEM + PEM, encoding="ascii")
    changed = {name for name, value in digests().items() if value != before[name]}
    assert changed == {"kafka"}


def test_a_certificate_is_good_for_pods_and_for_this_machine() -> None:
    names = authority.alternative_names(catalogue.KAFKA).split(",")
    assert names == [
        "DNS:kafka",
        "DNS:kafka.inkwell-services.svc",
        "DNS:kafka.inkwell-services.svc.cluster.local",
        "DNS:localhost",
        "IP:127.0.0.1",
    ]

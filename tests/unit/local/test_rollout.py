"""A service starts anew when, and only when, something that it reads has changed."""

from __future__ import annotations

import json
import shutil
import ssl
import struct
import subprocess
from pathlib import Path

import pytest

from inkwell_local.services import rollout, truststore

WORKLOAD = {
    "kind": "StatefulSet",
    "metadata": {"name": "kafka"},
    "spec": {"replicas": 1, "template": {"metadata": {"labels": {"a": "b"}}, "spec": {}}},
}


def test_marks_stand_on_the_pods() -> None:
    marked = rollout.mark(WORKLOAD, {"kafka": {"inkwell.dev/secrets": "1"}})
    assert marked["spec"]["template"]["metadata"] == {
        "labels": {"a": "b"},
        "annotations": {"inkwell.dev/secrets": "1"},
    }
    assert marked["spec"]["replicas"] == 1


def test_marking_leaves_the_manifest_as_it_was() -> None:
    before = json.dumps(WORKLOAD)
    rollout.mark(WORKLOAD, {"kafka": {"inkwell.dev/secrets": "1"}})
    assert json.dumps(WORKLOAD) == before


def test_other_objects_of_the_same_name_are_left_alone() -> None:
    service = {"kind": "Service", "metadata": {"name": "kafka"}, "spec": {"ports": []}}
    assert rollout.mark(service, {"kafka": {"inkwell.dev/secrets": "1"}}) == service


@pytest.mark.parametrize(
    "text",
    [
        '{"kind": "A"}\n{"kind": "B"}\n',
        '{"kind": "List", "items": [{"kind": "A"}, {"kind": "B"}]}',
        '{"kind": "A"}{"kind": "List", "items": [{"kind": "B"}]}',
    ],
)
def test_objects_are_read_from_every_shape_that_kubectl_prints(text: str) -> None:
    assert rollout.parse(text) == [{"kind": "A"}, {"kind": "B"}]


def test_a_trust_store_holds_the_certificate() -> None:
    encoded = bytes(range(256)) * 3
    store = truststore.from_pem(ssl.DER_cert_to_PEM_cert(encoded))
    magic, version, count = struct.unpack("!III", store[:12])
    assert (magic, version, count) == (0xFEEDFEED, 2, 1)
    assert encoded in store
    assert len(store) == 12 + 4 + 4 + 8 + 7 + 4 + len(encoded) + 20


@pytest.mark.skipif(not shutil.which("keytool"), reason="a JDK's keytool reads the store")
@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes a certificate")
def test_java_reads_the_trust_store(tmp_path: Path) -> None:
    make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=trusted"
    certificate, store = tmp_path / "ca.crt", tmp_path / "store.jks"
    command = [*make.split(), "-keyout", str(tmp_path / "ca.key"), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - fixed words and our own paths
    store.write_bytes(truststore.from_pem(certificate.read_text(encoding="ascii")))
    listed = subprocess.run(  # noqa: S603 - fixed words and our own paths
        ["keytool", "-list", "-v", "-storetype", "JKS", "-keystore", str(store)],  # noqa: S607 - on PATH
        input=b"\n", capture_output=True, check=True,
    ).stdout.decode()  # fmt: skip
    assert "CN=trusted" in listed

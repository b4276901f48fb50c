"""Applies manifests/services, such that a service starts anew when something it reads changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

from inkwell_local import docker_images
from inkwell_local.services import credentials, secret_objects
from inkwell_local.services.catalogue import NAMESPACE, SERVICES, Service
from inkwell_local.services.secret_objects import KubernetesObject
from inkwell_local.session import NODE, Session

FIELD_MANAGER: Final = "inkwell-local"

SECRETS_MARK: Final = "inkwell.dev/secrets"
IMAGE_MARK: Final = "inkwell.dev/image"

BOUND_SECONDS: Final = 60
"""How long a claim may take to be given its volume."""

WORKLOADS: Final = frozenset({"StatefulSet", "Deployment"})


def apply(session: Session) -> None:
    """Have the folders of the volumes on the node, and every object of manifests/services."""
    _ensure_folders(session)
    folder = session.places.checkout / "manifests" / "services"
    rendered = session.kubectl("kustomize", folder)
    objects = parse(
        session.kubectl(
            "create", "--dry-run=client", "--output=json", "--filename=-", stdin=rendered.encode()
        )
    )
    known = credentials.read(session.places.secrets)
    marks = {
        service.name: {
            SECRETS_MARK: secret_objects.digest(service, known, session.places.ca),
            IMAGE_MARK: docker_images.identity(session, service.image),
        }
        for service in SERVICES
    }
    marked = [mark(each, marks) for each in objects]
    _apply(session, [each for each in marked if each["kind"] not in WORKLOADS])
    # A pod whose volume is not bound yet may wait for the scheduler's next sweep, minutes later.
    session.kubectl(
        "wait", "--namespace", NAMESPACE, "--for=jsonpath={.status.phase}=Bound",
        "persistentvolumeclaims", "--all", f"--timeout={BOUND_SECONDS}s",
    )  # fmt: skip
    _apply(session, [each for each in marked if each["kind"] in WORKLOADS])


def _apply(session: Session, objects: Sequence[KubernetesObject]) -> None:
    session.kubectl(
        "apply", "--server-side", "--force-conflicts", f"--field-manager={FIELD_MANAGER}",
        "--filename=-",
        stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}).encode(),
    )  # fmt: skip


def parse(text: str) -> list[KubernetesObject]:
    """Return the objects of what kubectl prints as JSON: one after the other, or lists of them."""
    decoder, position = json.JSONDecoder(), 0
    found: list[KubernetesObject] = []
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        value, position = decoder.raw_decode(text, position)
        found += value["items"] if value["kind"] == "List" else [value]
    return found


def mark(manifest: KubernetesObject, marks: Mapping[str, Mapping[str, str]]) -> KubernetesObject:
    """Return a workload whose pods carry its marks; everything else as it is."""
    name = manifest["metadata"]["name"]
    if manifest["kind"] not in WORKLOADS or name not in marks:
        return manifest
    template = manifest["spec"]["template"]
    metadata = dict(template.get("metadata", {}))
    metadata["annotations"] = {**metadata.get("annotations", {}), **marks[name]}
    spec = {**manifest["spec"], "template": {**template, "metadata": metadata}}
    return {**manifest, "spec": spec}


def _ensure_folders(session: Session) -> None:
    """Make the folder of each volume, owned by the user that writes there: hostPath does not."""
    stateful = [service for service in SERVICES if service.kind == "statefulset"]
    script = " && ".join(_make_folder(service) for service in stateful)
    session.docker("exec", NODE, "sh", "-c", script)


def _make_folder(service: Service) -> str:
    user = service.user
    return f"install -d -m 0700 -o {user} -g {user} /var/lib/inkwell/{service.name}"

"""The operator in this process, against the API server of KUBECONFIG and the real backends."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from inkwell_api import names
from inkwell_api.conditions import BACKEND_CONDITIONS, ConditionType
from inkwell_operator.__main__ import running
from inkwell_operator.operator import Operator as Core
from inkwell_operator.settings import Settings
from support import wait

INSTALLED = ("deployment", "inkwell-operator", "--namespace", "inkwell-system")


def kubectl(*arguments: str, text: str | None = None) -> str:
    """Run kubectl and return what it says.

    Raises:
        AssertionError: it failed; the message is its own.
    """
    answer = subprocess.run(
        ["kubectl", *arguments], input=text, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


class Objects:
    """The objects that an operator acts on, as a person works with them."""

    async def apply(self, *manifests: dict[str, Any]) -> None:
        """Apply objects, as a person would."""
        for manifest in manifests:
            await asyncio.to_thread(
                kubectl,
                *("apply", "--server-side", "--force-conflicts", "-f", "-"),
                text=json.dumps(manifest),
            )

    async def patch(self, kind: str, name: str, spec: dict[str, Any], namespace: str = "") -> None:
        """Change some of an object's spec."""
        where = ("--namespace", namespace) if namespace else ()
        body = json.dumps({"spec": spec})
        await asyncio.to_thread(
            kubectl, "patch", kind, name, *where, "--type=merge", f"--patch={body}"
        )

    async def get(self, kind: str, name: str, namespace: str = "") -> dict[str, Any] | None:
        """Return an object, or None."""
        where = ("--namespace", namespace) if namespace else ()
        text = await asyncio.to_thread(
            kubectl, "get", kind, name, *where, "--ignore-not-found", "--output=json"
        )
        found: dict[str, Any] | None = json.loads(text) if text.strip() else None
        return found

    async def delete_now(self, kind: str, name: str, namespace: str = "") -> None:
        """Delete an object and wait for nothing."""
        where = ("--namespace", namespace) if namespace else ()
        await asyncio.to_thread(
            kubectl, "delete", kind, name, *where, "--ignore-not-found", "--wait=false"
        )

    async def delete(self, kind: str, name: str, namespace: str = "") -> None:
        """Delete an object and wait until it is gone."""
        await self.delete_now(kind, name, namespace)

        async def is_gone() -> bool:
            return await self.get(kind, name, namespace) is None

        await wait.until(
            f"end of {kind} {name}",
            is_gone,
            seconds=120,
            explain=lambda: self.explain(kind, name, namespace),
        )

    async def until(
        self, kind: str, name: str, namespace: str = "", **wanted: tuple[str, str]
    ) -> dict[str, dict[str, Any]]:
        """Wait until conditions have the status and reason wanted, for the newest generation.

        Args:
            kind: of the object.
            name: of the object.
            namespace: of the object.
            wanted: by condition type, status and reason.
        """

        async def look() -> dict[str, dict[str, Any]] | None:
            body = await self.get(kind, name, namespace)
            status = (body or {}).get("status") or {}
            told = {c["type"]: c for c in status.get("conditions") or []}
            if body is None or status.get("observedGeneration") != body["metadata"]["generation"]:
                return None
            has = {
                type_: (told[type_]["status"], told[type_]["reason"])
                for type_ in wanted
                if type_ in told
            }
            return told if has == wanted else None

        return await wait.until(
            f"{kind} {name} with {wanted}",
            look,
            seconds=120,
            explain=lambda: self.explain(kind, name, namespace),
        )

    async def provisioned(self, kind: str, name: str, namespace: str = "") -> None:
        """Wait until every backend has what it should; pods need images, and are another test's."""
        wanted = {
            kind.value: ("True", "AsSpecified")
            for kind in BACKEND_CONDITIONS
            if kind is not ConditionType.WORKERS_READY
        }
        await self.until(kind, name, namespace, **wanted)

    async def explain(self, kind: str, name: str, namespace: str = "") -> str:
        """Return what a person wants to see: conditions and events."""
        body = await self.get(kind, name, namespace) or {}
        conditions = (body.get("status") or {}).get("conditions") or []
        lines = [f"{c['type']} {c['status']} {c['reason']}: {c['message']}" for c in conditions]
        events = await asyncio.to_thread(
            kubectl,
            *("get", "events.events.k8s.io", "--namespace", namespace or "default"),
            "--sort-by=.metadata.creationTimestamp",
        )
        return "\n".join([*lines, *events.splitlines()[-20:]])


@dataclass(frozen=True, slots=True)
class Operator(Objects):
    """An operator that runs in this process, and the objects that it acts on."""

    core: Core


async def _are_connections_closed() -> bool:
    transports = vars(asyncio.get_running_loop())["_transports"].values()
    return all(each.get_extra_info("socket").fileno() < 0 for each in list(transports))


@contextmanager
def installed_at_rest() -> Iterator[None]:
    """Scale an installed operator to zero, wait for the end of its pods, and scale it back.

    Two that act on the same tenants would only prove that they disagree.
    """
    installed = kubectl("get", *INSTALLED, "--ignore-not-found", "--output=json")
    spec: dict[str, Any] = {"replicas": 0}
    if installed.strip():
        spec = json.loads(installed)["spec"]
    if spec["replicas"]:
        kubectl("scale", *INSTALLED, "--replicas=0")
        labels = ",".join(
            f"{key}={value}" for key, value in spec["selector"]["matchLabels"].items()
        )
        pods = ("pod", "--selector", labels, *INSTALLED[2:])
        kubectl("wait", "--for=delete", *pods, "--timeout=120s")
    try:
        yield
    finally:
        if spec["replicas"]:
            kubectl("scale", *INSTALLED, f"--replicas={spec['replicas']}")


@asynccontextmanager
async def operator(settings: Settings) -> AsyncIterator[Operator]:
    """Run the operator."""
    stop = asyncio.Event()
    try:
        async with running(settings, stop) as core:
            yield Operator(core)
    finally:
        # TLS connections say goodbye in some turns of the loop, and a test's loop ends at once.
        with suppress(TimeoutError):
            await wait.until("end of all connections", _are_connections_closed, seconds=5)


def tenant(name: str, **spec: Any) -> dict[str, Any]:
    """Return a Tenant."""
    return {
        "apiVersion": f"{names.GROUP}/{names.VERSION}",
        "kind": "Tenant",
        "metadata": {"name": name},
        "spec": {"className": "standard", **spec},
    }


def pipeline(tenant_name: str, name: str = "invoices", **spec: Any) -> dict[str, Any]:
    """Return a DocumentPipeline of a tenant, all of whose stages may sleep."""
    schema = {"type": "object", "properties": {"total": {"type": "number"}}}
    sleepy = {"minReplicas": 0, "maxReplicas": 1}
    return {
        "apiVersion": f"{names.GROUP}/{names.VERSION}",
        "kind": "DocumentPipeline",
        "metadata": {"name": name, "namespace": names.namespace(tenant_name)},
        "spec": {
            "extraction": {"schema": schema},
            "topics": {"partitions": 2},
            "scaling": {"ocr": sleepy, "extract": sleepy, "archive": sleepy},
            **spec,
        },
    }

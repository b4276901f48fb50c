"""The client of the API server: how it waits, what it is told, and what it never does."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from kubernetes.aio.client import ApiClient, Configuration
from kubernetes.aio.dynamic.exceptions import DynamicApiError
from typing_extensions import override

from inkwell_operator.backends.kubernetes_api import client as module
from inkwell_operator.backends.kubernetes_api.client import (
    KubernetesClient,
    is_in_cluster,
    new_configuration,
    translate,
)
from inkwell_operator.backends.kubernetes_api.kinds import DEPLOYMENT, NAMESPACE, SERVICE
from inkwell_operator.backends.server import ServerLimits
from inkwell_operator.model.errors import Refused, Throttled, TimedOut, Transient, Unreachable


class _Answer:
    """What went wrong, as the driver tells it."""

    def __init__(self, status: int, headers: Mapping[str, str]) -> None:
        self.status = status
        self.reason = "reason"
        self.body = '{"message": "words"}'
        self.headers = headers


def error(status: int, **headers: str) -> DynamicApiError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return DynamicApiError(_Answer(status, named))


@pytest.mark.parametrize(
    ("status", "kind"), [(429, Throttled), (503, Unreachable), (504, Unreachable)]
)
def test_a_pause_that_the_api_server_asks_for_is_passed_on(
    status: int, kind: type[Transient]
) -> None:
    found = translate(error(status, Retry_After="7"), "list of pods")
    assert isinstance(found, kind)
    assert found.retry_after == 7
    without = translate(error(status), "list of pods")
    assert isinstance(without, kind)
    assert without.retry_after is None


@pytest.mark.parametrize("seconds", ["86400", "9" * 400])
def test_a_pause_of_a_day_is_one_of_five_minutes(seconds: str) -> None:
    found = translate(error(429, Retry_After=seconds), "list of pods")
    assert isinstance(found, Throttled)
    assert found.retry_after == 300


def test_what_is_refused_for_good_has_no_pause() -> None:
    assert isinstance(translate(error(422, Retry_After="7"), "Secret x"), Refused)


async def test_no_request_asks_a_thread_for_a_proxy() -> None:
    """Threads that wait for another backend would hold up every call, the Lease's too."""
    connection = ApiClient(new_configuration())
    session = connection.rest_client._create_pool_manager()
    assert session.trust_env is False
    await session.close()
    await connection.close()


class _Slow(KubernetesClient):
    """A client whose API server never answers."""

    @override
    async def _request(
        self, what: str, method: str, path: str, parameters: dict[str, Any]
    ) -> dict[str, Any]:
        del what, method, path, parameters
        await asyncio.Event().wait()
        return {}


async def test_a_client_that_waits_holds_up_no_other_client() -> None:
    """Leadership is kept over a client of its own."""
    limits = ServerLimits(deadline_seconds=0.05, at_once=1, failures=1)
    one = _Slow(ApiClient(Configuration()), limits)
    other = _Slow(ApiClient(Configuration()), limits)
    with pytest.raises(TimedOut, match=r"Kubernetes did not answer in 0\.05 s"):
        await one.get(NAMESPACE, "x")
    with pytest.raises(TimedOut, match="did not answer"):
        await other.get(NAMESPACE, "x")
    await one.aclose()
    await other.aclose()


class _Noting(KubernetesClient):
    """A client that keeps what it would have sent."""

    @override
    async def _request(
        self, what: str, method: str, path: str, parameters: dict[str, Any]
    ) -> dict[str, Any]:
        self.sent = (what, method, path, parameters)
        self._note_time("Thu, 01 Jan 2026 00:00:00 GMT")
        return {"items": [{"metadata": {}}], "metadata": {"remainingItemCount": 41}}


async def test_a_deployment_goes_only_after_its_pods() -> None:
    client = _Noting(ApiClient(Configuration()))
    await client.delete(DEPLOYMENT, "gateway", "tenant-acme", "u")
    assert client.sent[3]["body"]["propagationPolicy"] == "Foreground"
    await client.delete(SERVICE, "gateway", "tenant-acme", "u")
    assert client.sent[3]["body"]["propagationPolicy"] == "Background"
    await client.aclose()


async def test_objects_are_counted_by_reading_one() -> None:
    client = _Noting(ApiClient(Configuration()))
    assert await client.count(DEPLOYMENT, "tenant-acme") == 42
    assert client.sent[3] == {"limit": 1}
    await client.aclose()


async def test_time_is_told_by_the_servers_clock() -> None:
    client = _Noting(ApiClient(Configuration()))
    await client.count(DEPLOYMENT, "tenant-acme")
    assert client.server_time.isoformat().startswith("2026-01-01T00:00:00")
    await client.aclose()


def test_a_pod_is_in_its_cluster_unless_it_is_given_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.setattr(module, "_IN_CLUSTER", tmp_path / "token")
    assert not is_in_cluster()
    (tmp_path / "token").touch()
    assert is_in_cluster()
    monkeypatch.setenv("KUBECONFIG", "elsewhere")
    assert not is_in_cluster()

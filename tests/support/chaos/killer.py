"""Kills the main process of a pod's container, or freezes all of them, behind Kubernetes' back."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from inkwell_api import names
from inkwell_demo.cluster import Cluster
from support.chaos.plan import Kill, Target

SERVICES: Final = "inkwell-services"
_SECONDS: Final = 30
_STAGES: Final = frozenset({Target.GATEWAY, Target.OCR, Target.EXTRACT, Target.ARCHIVE})


@dataclass(frozen=True, slots=True)
class Killer:
    """Kills processes of one tenant's stages and of the platform's services.

    Attributes:
        cluster: whose nodes are containers of the Docker of `DOCKER_HOST`, as with kind.
        tenant: whose stages.
    """

    cluster: Cluster
    tenant: str

    def kill(self, kill: Kill) -> bool:
        """Kill one running process; False when none runs at the moment.

        A container that died before waits longer and longer to be started again, so that a pod
        that is hit a second time is replaced as a whole.
        """
        pods = self._running(kill.target)
        if not pods:
            return False
        pod = pods[int(kill.pick * len(pods))]
        is_hit = _tell(pod, "kill", "--signal", "SIGKILL")
        if is_hit and _container(pod)["restartCount"]:
            place = pod["metadata"]
            self.cluster.delete("v1", "Pod", place["name"], place["namespace"], grace_seconds=0)
        return is_hit

    @contextmanager
    def frozen(self, target: Target) -> Iterator[None]:
        """Let no process of a target run within the block: connections stay, and nobody answers."""
        pods = self._running(target)
        assert pods, f"no pod of {target} runs"
        for pod in pods:
            assert _tell(pod, "pause"), f"a pod of {target} cannot be frozen"
        try:
            yield
        finally:
            thawed = [_tell(pod, "resume") for pod in pods]
        assert all(thawed), f"a pod of {target} stays frozen"

    def _running(self, target: Target) -> list[dict[str, Any]]:
        is_stage = target in _STAGES
        namespace = names.namespace(self.tenant) if is_stage else SERVICES
        return [
            pod
            for pod in self.cluster.list_all("v1", "Pod", namespace)
            if _belongs(pod, target, is_stage=is_stage) and _runs(pod)
        ]


def _tell(pod: dict[str, Any], *command: str) -> bool:
    """Have containerd do something with the container of a pod; False where it refuses."""
    container = _container(pod)["containerID"].removeprefix("containerd://")
    task = ["ctr", "--namespace", "k8s.io", "task", *command, container]
    done = subprocess.run(
        ["docker", "exec", pod["spec"]["nodeName"], *task],
        capture_output=True,
        timeout=_SECONDS,
        check=False,
    )
    return done.returncode == 0


def _container(pod: dict[str, Any]) -> dict[str, Any]:
    return dict((pod["status"].get("containerStatuses") or [{}])[0])


def _belongs(pod: dict[str, Any], target: Target, *, is_stage: bool) -> bool:
    if is_stage:
        workload = str(pod["spec"].get("serviceAccountName"))
        return workload == target or workload.endswith(f"-{target}")
    return str(pod["metadata"]["name"]).startswith(f"{target}-")


def _runs(pod: dict[str, Any]) -> bool:
    is_running = "running" in (_container(pod).get("state") or {})
    return is_running and not pod["metadata"].get("deletionTimestamp")

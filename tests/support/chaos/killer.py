"""Sends SIGKILL to the main process of a pod's container, without a word to Kubernetes before."""

import subprocess
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
        status = pod["status"]["containerStatuses"][0]
        container = status["containerID"].removeprefix("containerd://")
        task = ["ctr", "--namespace", "k8s.io", "task", "kill", "--signal", "SIGKILL", container]
        done = subprocess.run(
            ["docker", "exec", pod["spec"]["nodeName"], *task],
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
        if done.returncode == 0 and status["restartCount"]:
            place = pod["metadata"]
            self.cluster.delete("v1", "Pod", place["name"], place["namespace"], grace_seconds=0)
        return done.returncode == 0

    def _running(self, target: Target) -> list[dict[str, Any]]:
        is_stage = target in _STAGES
        namespace = names.namespace(self.tenant) if is_stage else SERVICES
        return [
            pod
            for pod in self.cluster.list_all("v1", "Pod", namespace)
            if _belongs(pod, target, is_stage=is_stage) and _runs(pod)
        ]


def _belongs(pod: dict[str, Any], target: Target, *, is_stage: bool) -> bool:
    if is_stage:
        workload = str(pod["spec"].get("serviceAccountName"))
        return workload == target or workload.endswith(f"-{target}")
    return str(pod["metadata"]["name"]).startswith(f"{target}-")


def _runs(pod: dict[str, Any]) -> bool:
    statuses = pod["status"].get("containerStatuses") or [{}]
    return "running" in (statuses[0].get("state") or {}) and not pod["metadata"].get(
        "deletionTimestamp"
    )

"""Says what a Deployment still has to do before it is as specified. Pure."""

from inkwell_operator.backends.kubernetes_api.kinds import Manifest
from inkwell_operator.backends.kubernetes_api.state import ObjectRef


def waits_for(ref: ObjectRef, want: Manifest, have: Manifest) -> list[str]:
    """Return what is still to come, in words; empty when all pods are ready."""
    wanted: int = want["spec"]["replicas"]
    status = have.get("status") or {}
    if status.get("observedGeneration", 0) < have["metadata"].get("generation", 0):
        return [f"{ref}: the change has not been taken up yet"]
    ready = min(status.get("updatedReplicas", 0), status.get("availableReplicas", 0))
    leaving = status.get("replicas", 0) - status.get("updatedReplicas", 0)
    if ready < wanted:
        pods = "pod is" if wanted == 1 else "pods are"
        return [f"{ref}: {ready} of {wanted} {pods} ready{_because(have)}"]
    if leaving > 0 or status.get("replicas", 0) > wanted:
        return [f"{ref}: older pods are being stopped"]
    return []


def _because(have: Manifest) -> str:
    """Return what the Deployment says about its trouble: a quota, or pods that do not come up."""
    for condition in (have.get("status") or {}).get("conditions") or []:
        failed = condition["type"] == "ReplicaFailure" and condition["status"] == "True"
        stuck = condition["type"] == "Progressing" and condition["status"] == "False"
        if failed or stuck:
            return f" ({condition.get('message', condition.get('reason', ''))})"
    return ""

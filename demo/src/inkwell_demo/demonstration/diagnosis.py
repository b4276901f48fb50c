"""How things stand in a namespace, in some lines, for when something was waited for in vain."""

from typing import Any, Final

from inkwell_demo.cluster import Cluster

_EVENTS: Final = 8
_LOG_LINES: Final = 12


def namespace(cluster: Cluster, name: str) -> str:
    """Tell the state of each pod, the last warnings, and the last lines of pods that fail."""
    pods = cluster.list_all("v1", "Pod", name)
    lines = [f"pods in {name}:", *(f"  {_pod(pod)}" for pod in pods)]
    if not pods:
        lines.append("  none")
    warnings = [
        event for event in cluster.list_all("v1", "Event", name) if event["type"] == "Warning"
    ]
    warnings.sort(key=lambda event: str(event.get("lastTimestamp") or event.get("eventTime") or ""))
    if warnings:
        lines.append("last warnings:")
        lines += [f"  {_event(event)}" for event in warnings[-_EVENTS:]]
    for pod in pods:
        if not _is_ready(pod):
            pod_name = pod["metadata"]["name"]
            log = cluster.log(name, pod_name, _LOG_LINES).rstrip()
            if log:
                lines.append(f"end of the log of {pod_name}:")
                lines += [f"  {line}" for line in log.splitlines()]
    return "\n".join(lines)


def conditions(status: dict[str, Any] | None) -> str:
    """Tell each condition that is not True."""
    found = (status or {}).get("conditions", [])
    return "\n".join(
        f"  {one['type']} is {one['status']} ({one['reason']}): {one['message']}"
        for one in found
        if one["status"] != "True"
    )


def _pod(pod: dict[str, Any]) -> str:
    phase = pod["status"].get("phase", "Unknown")
    waiting = [
        state["waiting"].get("reason", "")
        for container in pod["status"].get("containerStatuses") or ()
        if (state := container.get("state") or {}).get("waiting")
    ]
    restarts = sum(c["restartCount"] for c in pod["status"].get("containerStatuses") or ())
    word = ", ".join(waiting) or ("Ready" if _is_ready(pod) else phase)
    return f"{pod['metadata']['name']}: {word}, {restarts} restarts"


def _is_ready(pod: dict[str, Any]) -> bool:
    return any(
        condition["type"] == "Ready" and condition["status"] == "True"
        for condition in pod["status"].get("conditions") or ()
    )


def _event(event: dict[str, Any]) -> str:
    about = event["involvedObject"]
    return f"{about['kind']} {about['name']}: {event['reason']}: {event['message']}"

"""The operator, installed by Helm."""

from typing import Any, Final

from inkwell_demo.backends.login import OPERATOR_NAMESPACE
from inkwell_demo.demonstration import diagnosis
from inkwell_demo.demonstration.demonstration import Demonstration
from inkwell_demo.demonstration.programs import run
from inkwell_demo.waiting import until

RELEASE: Final = "inkwell"
_HELM_SECONDS: Final = 120
_READY_SECONDS: Final = 300


def install(demo: Demonstration) -> None:
    """Install or upgrade the chart, and wait for the operator's pods."""
    chart = demo.places.checkout / "charts" / "inkwell"
    # Helm installs the CRDs of a chart once and never upgrades them.
    run(
        demo,
        "kubectl",
        "apply",
        "--server-side",
        "--force-conflicts",
        f"--filename={chart / 'crds'}",
        timeout=demo.seconds(_HELM_SECONDS),
        show=False,
    )
    command = ["helm", "upgrade", "--install", RELEASE, str(chart)]
    command += ["--namespace", OPERATOR_NAMESPACE, "--create-namespace"]
    command += [f"--values={demo.places.image_values}"]
    run(demo, *command, timeout=demo.seconds(_HELM_SECONDS), show=False)
    demo.screen.done(f"release [bold]{RELEASE}[/] in namespace {OPERATOR_NAMESPACE}")
    with demo.screen.console.status("waiting for the operator's pods"):
        deployment = until(
            lambda: _available(demo),
            "the operator's Deployment to be available",
            demo.seconds(_READY_SECONDS),
            lambda: diagnosis.namespace(demo.cluster, OPERATOR_NAMESPACE),
        )
    status = deployment["status"]
    name = deployment["metadata"]["name"]
    demo.screen.done(f"Deployment {name}: {status['readyReplicas']} of {status['replicas']} ready")


def _available(demo: Demonstration) -> dict[str, Any] | None:
    selector = f"app.kubernetes.io/instance={RELEASE}"
    for deployment in demo.cluster.list_all("apps/v1", "Deployment", OPERATOR_NAMESPACE, selector):
        status = deployment.get("status", {})
        wanted = deployment["spec"]["replicas"]
        is_current = status.get("observedGeneration") == deployment["metadata"]["generation"]
        counts = (status.get(key, 0) for key in ("replicas", "updatedReplicas", "readyReplicas"))
        if is_current and all(count == wanted for count in counts):
            return deployment
    return None

"""The shell's own business: how kopf logs in, and what it must leave alone."""

import os
from pathlib import Path
from typing import Any, Final

import kopf

_TOKEN: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount/token")


def register(registry: kopf.OperatorRegistry) -> None:
    """Log in as the pod, or else as KUBECONFIG says; keep kopf from writing to anything."""

    def log_in(**parameters: Any) -> kopf.ConnectionInfo | None:
        """Return the API server's address and our credentials."""
        if _TOKEN.exists() and "KUBECONFIG" not in os.environ:
            return kopf.login_with_service_account(**parameters)
        return kopf.login_with_kubeconfig(**parameters)

    def configure(settings: kopf.OperatorSettings, **_: Any) -> None:
        """Post no events of kopf's own, and never stop watching."""
        settings.posting.enabled = False
        settings.watching.server_timeout = 300
        settings.watching.client_timeout = 330
        settings.scanning.disabled = True

    kopf.on.login(registry=registry)(log_in)
    kopf.on.startup(registry=registry)(configure)

"""Writes Secrets, and draws their random values."""

from dataclasses import replace

from inkwell_operator.backends.kubernetes_api.actions import Remove
from inkwell_operator.backends.kubernetes_api.apply import apply_action
from inkwell_operator.backends.kubernetes_api.client import KubernetesClient
from inkwell_operator.backends.secrets.actions import PutSecret, SecretAction
from inkwell_operator.backends.secrets.desire import encode
from inkwell_operator.model.passwords import new_password


async def apply_secret(client: KubernetesClient, action: SecretAction) -> None:
    """Write a Secret, drawing what is missing; or delete one."""
    match action:
        case PutSecret(write, missing):
            manifest = write.manifest
            drawn = {key: encode(new_password()) for key in missing}
            whole = {**manifest, "data": {**manifest["data"], **drawn}}
            await apply_action(client, replace(write, manifest=whole))
        case Remove():
            await apply_action(client, action)

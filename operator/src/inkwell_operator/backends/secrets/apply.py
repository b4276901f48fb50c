"""Writes Secrets, and draws their random values."""

from inkwell_operator.backends.kubernetes_api.actions import Remove
from inkwell_operator.backends.kubernetes_api.apply import apply_action
from inkwell_operator.backends.kubernetes_api.client import KubernetesClient
from inkwell_operator.backends.secrets.actions import PutSecret, SecretAction
from inkwell_operator.backends.secrets.desire import encode
from inkwell_operator.model.passwords import new_password


async def apply_secret(client: KubernetesClient, action: SecretAction) -> None:
    """Write a Secret, drawing what is missing; or delete one."""
    match action:
        case PutSecret(manifest, missing):
            drawn = {key: encode(new_password()) for key in missing}
            await client.apply({**manifest, "data": {**manifest["data"], **drawn}})
        case Remove():
            await apply_action(client, action)

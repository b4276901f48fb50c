"""Completes validated subjects with the passwords that their Secrets hold. Pure.

No backend is ever given a subject without them: it would set an empty password.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, TypeAlias

from inkwell_operator.model.errors import SecretMissing
from inkwell_operator.model.validate import Credential, ValidatedPipeline, ValidatedTenant

SecretValues: TypeAlias = Mapping[str, Mapping[str, str]]
"""By name of a Secret of the tenant's namespace, its values by key."""
PASSWORD: Final = "password"  # noqa: S105 - the name of a key
CLIENT_SECRET: Final = "clientSecret"  # noqa: S105 - the name of a key


def with_password(
    tenant: ValidatedTenant, secrets: SecretValues, *, may_lack: bool = False
) -> ValidatedTenant:
    """Return the tenant with the password of its gateway.

    Args:
        tenant: as validated.
        secrets: of its namespace.
        may_lack: whether a password may be missing, as in a plan before anything was made.

    Raises:
        SecretMissing: it is not there: a backend would be given an empty one.
    """
    gateway = _complete(tenant.gateway, secrets, PASSWORD, may_lack=may_lack)
    return replace(tenant, gateway=gateway)


def with_passwords(
    pipeline: ValidatedPipeline, secrets: SecretValues, *, may_lack: bool = False
) -> ValidatedPipeline:
    """Return the pipeline with the passwords of its stages and its machine.

    Args:
        pipeline: as validated.
        secrets: of its namespace.
        may_lack: whether passwords may be missing, as in a plan before anything was made.

    Raises:
        SecretMissing: one is not there: a backend would be given an empty one.
    """
    return replace(
        pipeline,
        logins={
            stage: _complete(login, secrets, PASSWORD, may_lack=may_lack)
            for stage, login in pipeline.logins.items()
        },
        machine=_complete(pipeline.machine, secrets, CLIENT_SECRET, may_lack=may_lack),
    )


def _complete(
    credential: Credential, secrets: SecretValues, key: str, *, may_lack: bool
) -> Credential:
    password = secrets.get(credential.secret.name, {}).get(key, "")
    if not password and not may_lack:
        where = f"{credential.secret.namespace}/{credential.secret.name}"
        raise SecretMissing(f"Secret {where} lost its {key} meanwhile; it is drawn anew")
    return replace(credential, password=password)

"""Which logins of a server a subject decides about, told by their names. Pure.

A login is ``tenant.gateway`` or ``tenant.pipeline.stage`` (`inkwell_api.names`).
"""

from collections.abc import Collection

from inkwell_api import names


def claims(login: str, tenant: str, pipeline: str | None, *, is_absent: bool) -> bool:
    """Say whether a subject decides about a login of that name.

    Args:
        login: its name.
        tenant: whose subject it is.
        pipeline: of which pipeline, or None for the tenant itself.
        is_absent: the subject should be gone: a tenant takes its pipelines' logins along.
    """
    prefix = names.topic_prefix(tenant)
    if pipeline is not None:
        return login.startswith(f"{prefix}{pipeline}.")
    return login.startswith(prefix) if is_absent else login == names.gateway_principal(tenant)


def is_left(login: str, tenant: str, known_pipelines: Collection[str]) -> bool:
    """Say whether a login of an earlier Tenant belongs to nothing that this tenant has.

    Args:
        login: its name.
        tenant: of this name.
        known_pipelines: the pipelines that exist, which see to their own logins.
    """
    owner, pipeline = (*login.split("."), "")[:2]
    return owner == tenant and pipeline not in known_pipelines

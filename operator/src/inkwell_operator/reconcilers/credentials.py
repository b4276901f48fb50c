"""Sees to it that no backend is told a password that nobody knows. Called by both reconcilers."""

from collections.abc import Iterable

from inkwell_operator.model.errors import SecretMissing
from inkwell_operator.model.validate import Credential


def demand_passwords(credentials: Iterable[Credential]) -> None:
    """Go no further without every password: a backend would set an empty one.

    Raises:
        SecretMissing: a Secret, or the password in it, went after it was seen to be there.
    """
    lost = sorted(
        f"{credential.secret.namespace}/{credential.secret.name}"
        for credential in credentials
        if not credential.password
    )
    if lost:
        raise SecretMissing(f"{', '.join(lost)}: the password went meanwhile; it is drawn anew")

"""What an error of PostgreSQL means, and what to do about it. Pure; no driver is imported here."""

from typing import Final

from inkwell_operator.model.errors import (
    AccessDenied,
    DependencyNotReady,
    InkwellError,
    Refused,
    Throttled,
    TimedOut,
    Unreachable,
    WriteConflict,
)

_BY_SQLSTATE: Final[dict[str, type[InkwellError]]] = {
    "08": Unreachable,
    "57P": Unreachable,  # shutting down or starting up
    "57014": TimedOut,
    "53": Throttled,
    "40": WriteConflict,
    "55P03": WriteConflict,
    "55006": WriteConflict,  # object in use
    "23505": WriteConflict,
    "42710": WriteConflict,
    "42P04": WriteConflict,  # a database was made meanwhile
    "42P06": WriteConflict,
    "XX000": WriteConflict,  # "tuple concurrently updated" has no code of its own
    "28": AccessDenied,
    "42501": AccessDenied,
    "0LP01": AccessDenied,
    "3D000": DependencyNotReady,
    "3F000": DependencyNotReady,
    "42P01": DependencyNotReady,
    "42704": DependencyNotReady,
    "42P07": Refused,  # a table of somebody else has the name of one of ours
    "2BP01": Refused,  # something still depends on it: a person must decide
}

_NAMED_IN_DETAIL: Final = {"2BP01", "55006"}
"""Something is in the way, and the detail says what."""
PASSWORD_REFUSED: Final = "password authentication failed"  # noqa: S105 - the server's words

# libpq hands no code on when a connection cannot be opened: the words are all there is. They are
# those of a server whose lc_messages is English or C; any other ends as "does not answer".
_BY_WORDS: Final[tuple[tuple[str, type[InkwellError], str], ...]] = (
    (
        "does not match host name",
        AccessDenied,
        (
            "its certificate is for another host name; correct spec.postgres.address of the "
            "TenantClass"
        ),
    ),
    (
        "certificate",
        AccessDenied,
        ("its certificate is not trusted; put its authority into ca.crt of {secret}"),
    ),
    (
        PASSWORD_REFUSED,
        AccessDenied,
        ("refused the operator's login; put the right username and password into {secret}"),
    ),
    (
        "pg_hba.conf",
        AccessDenied,
        (
            "its pg_hba.conf lets no login of the operator in from where the operator runs; add a "
            "hostssl line for it"
        ),
    ),
    (
        "is not permitted to log in",
        AccessDenied,
        "the operator's role may not log in; ALTER ROLE ... LOGIN",
    ),
    (
        "permission denied for database",
        AccessDenied,
        "the operator's login may not enter the database; GRANT CONNECT on it",
    ),
    (
        "too many connections for role",
        Throttled,
        "the operator's role has no connection left; raise its CONNECTION LIMIT to 10 at least",
    ),
    (
        "too many connections for database",
        Throttled,
        "the database has no connection left; raise its CONNECTION LIMIT",
    ),
    (
        'role "',  # does not exist: where no password is asked for
        AccessDenied,
        (
            "has no such role as the operator's login names; put the right username and password "
            "into {secret}"
        ),
    ),
    (
        "does not exist",
        DependencyNotReady,
        (
            "has no such database; create the one that spec.postgres.database of the TenantClass "
            "names, or correct it"
        ),
    ),
    (
        "too many",
        Throttled,
        "has no connection left; end sessions or raise max_connections",
    ),
    (
        "remaining connection slots",
        Throttled,
        "has no connection left; end sessions or raise max_connections",
    ),
    ("starting up", Unreachable, "is starting up"),
    ("shutting down", Unreachable, "is shutting down"),
    (
        "could not translate host name",
        Unreachable,
        "its host name is not known; correct spec.postgres.address of the TenantClass",
    ),
    (
        "failed to resolve host",
        Unreachable,
        "its host name is not known; correct spec.postgres.address of the TenantClass",
    ),
)


def by_code(sqlstate: str, message: str, detail: str = "") -> InkwellError | None:
    """Return the error of a statement, or None where the code is not one to expect.

    Args:
        sqlstate: the code.
        message: the server's.
        detail: what the server says besides; told where it names what is in the way.
    """
    if sqlstate in _NAMED_IN_DETAIL and detail:
        message = f"{message}: {'; '.join(detail.splitlines())}"
    for length in (5, 3, 2):
        if known := _BY_SQLSTATE.get(sqlstate[:length]):
            return known(f"PostgreSQL: {message}")
    return None


def by_words(message: str, secret: str) -> InkwellError:
    """Return the error of a connection that could not be opened or was lost.

    Args:
        message: libpq's.
        secret: name of the Secret with the login; empty where it is not known.
    """
    holder = f"Secret {secret}" if secret else "the Secret that spec.postgres.secretName names"
    for words, kind, sentence in _BY_WORDS:
        if words in message:
            return kind(f"PostgreSQL: {sentence.format(secret=holder)}")
    return Unreachable("PostgreSQL does not answer")

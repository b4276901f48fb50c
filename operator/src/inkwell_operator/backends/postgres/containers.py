"""Whose a schema or login is at the moment of a write: the plan may be older than the mark."""

from inkwell_api import names
from inkwell_operator.backends.postgres.client import SQL, Connection, Identifier, Literal
from inkwell_operator.model.errors import NameTaken
from inkwell_operator.model.ownership import (
    Claim,
    Mark,
    Ownership,
    judge,
    mark_of_data,
    may_remove,
    parse_mark,
)


async def may_change_schema(connection: Connection, schema: str, claim: Claim) -> bool:
    """Say whether the schema exists.

    Raises:
        NameTaken: it does, and is not the claim's to change.
    """
    exists, mark = await _schema_mark(connection, schema, claim)
    if exists and not judge(claim, mark).is_ours:
        raise _not_ours(f"schema {schema}", claim)
    return exists


async def may_remove_schema(connection: Connection, schema: str, claim: Claim) -> bool:
    """Say whether the schema exists and is the claim's to empty or to remove."""
    exists, mark = await _schema_mark(connection, schema, claim)
    return exists and (may_remove(claim, mark) or judge(claim, mark) is Ownership.ERASE)


async def may_change_login(connection: Connection, login: str, claim: Claim) -> bool:
    """Say whether the login exists.

    Raises:
        NameTaken: it does, and is not the claim's to change.
    """
    exists, mark = await _login_mark(connection, login)
    if exists and not is_login_ours(claim, mark):
        raise _not_ours(f"login {login}", claim)
    return exists


async def still_bears(connection: Connection, login: str, found: Mark) -> bool:
    """Say whether the login exists and its mark is the one by which it was to be removed."""
    _, mark = await _login_mark(connection, login)
    return mark == found


async def mark_schema(connection: Connection, schema: str, claim: Claim, facts: str) -> None:
    """Write the schema's comment: the mark, and the facts behind it."""
    text = f"{claim.mark.to_text()} {facts}".rstrip()
    await connection.execute(
        SQL("COMMENT ON SCHEMA {} IS {}").format(Identifier(schema), Literal(text))
    )


def is_login_ours(claim: Claim, mark: Mark | None) -> bool:
    """Say whether a login may be written: it holds no data, so an earlier Tenant's is as well."""
    return judge(claim, mark) is not Ownership.FOREIGN


def _not_ours(what: str, claim: Claim) -> NameTaken:
    return NameTaken(
        f"{what} exists in PostgreSQL without the mark of Tenant {claim.mark.tenant} of this"
        " installation: it was left alone"
    )


async def _schema_mark(
    connection: Connection, schema: str, claim: Claim
) -> tuple[bool, Mark | None]:
    """Say whether the schema exists, and by which mark it is judged."""
    found = await connection.execute(
        "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s", [schema]
    )
    exists, mark = _mark_in(await found.fetchone())
    _, gateway = await _login_mark(connection, names.gateway_principal(claim.mark.tenant))
    return exists, mark_of_data(claim, mark, gateway)


async def _login_mark(connection: Connection, login: str) -> tuple[bool, Mark | None]:
    found = await connection.execute(
        "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = %s", [login]
    )
    return _mark_in(await found.fetchone())


def _mark_in(row: tuple[str | None] | None) -> tuple[bool, Mark | None]:
    return (False, None) if row is None else (True, parse_mark(row[0])[0])

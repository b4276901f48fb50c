"""What differs between a wanted and an existing client, attribute by attribute. Pure.

Used by `diff`. The values of secrets, and of attributes that may hold one, are never shown.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from inkwell_operator.backends.keycloak.state import (
    Client,
    Mapper,
    Rights,
    RoleOf,
    Setting,
    mark_attributes,
)
from inkwell_operator.model.ownership import Mark
from inkwell_operator.model.plan import FieldChange

_HIDDEN_WORDS: Final = ("secret", "private", "password", "key")
"""An attribute with one of these in its name may hold a secret (``client.secret.rotated``)."""
_SHOWN_ROLES: Final = 5
_FLOWS: Final = {
    "standardFlowEnabled": "standard flow",
    "implicitFlowEnabled": "implicit flow",
    "directAccessGrantsEnabled": "direct access grants",
    "serviceAccountsEnabled": "service account",
}


def client_changes(wanted: Client, found: Client) -> tuple[FieldChange, ...]:
    """Return what an update of the client would change; empty when it is as wanted."""
    return (
        *_value_changes("attributes.", _marks(wanted), _marks(found)),
        *_value_changes("", _texts(wanted.settings), _texts(found.settings)),
        *_value_changes("attributes.", wanted.attributes, found.attributes),
        *_value_changes(
            "authenticationFlowBindingOverrides.", wanted.flow_overrides, found.flow_overrides
        ),
        *_secret_changes(wanted, found),
        *_mapper_changes(wanted.mappers, found.mappers),
        *_member_changes("client scope", found.scopes, wanted.scopes),
    )


def rights_changes(wanted: Rights, found: Rights) -> tuple[FieldChange, ...]:
    """Return what has to be given to and taken from a service account."""
    enabled = FieldChange("enabled", _text(found.is_enabled), _text(wanted.is_enabled))
    return (
        *((enabled,) if found.is_enabled != wanted.is_enabled else ()),
        *_member_changes("role", map_roles(found.granted), map_roles(wanted.granted)),
        *_member_changes("scope", map_roles(found.scoped), map_roles(wanted.scoped)),
        *_member_changes("group", found.groups, wanted.groups),
    )


def included_role_changes(includes: frozenset[RoleOf]) -> tuple[FieldChange, ...]:
    """Return the roles that are taken out of a role."""
    return _member_changes("includes", map_roles(includes), frozenset())


def describe_client(client: Client, wanted: Mark, roles: Collection[str]) -> str:
    """Say in words what a client that is not ours is: whose, how one logs in, which roles."""
    parts = []
    if client.mark is not None and client.mark.tenant != wanted.tenant:
        parts.append(f"of Tenant {client.mark.tenant}")
    elif client.mark is not None and client.mark.installation != wanted.installation:
        parts.append(f"of installation {client.mark.installation}")
    flows = [words for flag, words in _FLOWS.items() if client.settings.get(flag)]
    parts.append(f"logs in by {' and '.join(flows)}" if flows else "nobody logs in by it")
    if roles:
        more = ", ..." if len(roles) > _SHOWN_ROLES else ""
        parts.append(f"roles {', '.join(sorted(roles)[:_SHOWN_ROLES])}{more}")
    return "; ".join(parts)


def map_roles(roles: Collection[RoleOf]) -> frozenset[str]:
    """Return roles as people write them: ``acme/viewer``, ``realm/offline_access``."""
    return frozenset(f"{role.client or 'realm'}/{role.role}" for role in roles)


def _marks(client: Client) -> dict[str, str]:
    return mark_attributes(client.mark) if client.mark else {}


def _texts(settings: Mapping[str, Setting]) -> dict[str, str]:
    """Return settings as text, without those that are empty."""
    return {name: _text(value) for name, value in settings.items() if value not in {"", ()}}


def _text(value: Setting) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return value
        case _:
            return ", ".join(value)


def _value_changes(
    prefix: str, wanted: Mapping[str, str], found: Mapping[str, str]
) -> Iterator[FieldChange]:
    for name in sorted(wanted.keys() | found.keys()):
        before, after = found.get(name), wanted.get(name)
        if before == after:
            continue
        if any(word in name.lower() for word in _HIDDEN_WORDS):
            yield FieldChange(f"{prefix}{name}")
        else:
            yield FieldChange(f"{prefix}{name}", before, after)


def _secret_changes(wanted: Client, found: Client) -> Iterator[FieldChange]:
    if wanted.secret and wanted.secret != found.secret:
        yield FieldChange("secret")


def _mapper_changes(wanted: frozenset[Mapper], found: frozenset[Mapper]) -> Iterator[FieldChange]:
    after = {mapper.name: mapper for mapper in wanted}
    before = {mapper.name: mapper for mapper in found}
    kinds = [{name: mapper.kind for name, mapper in one.items()} for one in (after, before)]
    yield from _value_changes("protocolMappers.", *kinds)
    for name in sorted(after.keys() & before.keys()):
        yield from _value_changes(
            f"protocolMappers.{name}.", dict(after[name].config), dict(before[name].config)
        )


def _member_changes(
    kind: str, found: frozenset[str], wanted: frozenset[str]
) -> tuple[FieldChange, ...]:
    return (
        *(FieldChange(f"{kind} {name}", None, "") for name in sorted(wanted - found)),
        *(FieldChange(f"{kind} {name}", "", None) for name in sorted(found - wanted)),
    )

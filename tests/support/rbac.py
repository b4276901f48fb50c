"""Compares what was asked of an API server with what roles grant. Pure.

A request asks for one right, and some for more than their verb says: an apply of what does not
exist asks for `create` as well, and whoever binds a role needs `bind` on it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from typing_extensions import override

Manifest = dict[str, Any]

_VERBS: Final = {
    "POST": "create",
    "PUT": "update",
    "PATCH": "patch",
}
_CREATED: Final = 201
_FORBIDDEN: Final = 403
_SUBRESOURCE: Final = 2
"""Index of a subresource in a path, counted from the resource."""


class Reach(Enum):
    """Where a role is bound for the operator."""

    HOME = "in its own namespace"
    TENANTS = "in tenants' namespaces"
    EVERYWHERE = "everywhere"

    def covers(self, namespace: str, home: str) -> bool:
        """Whether what is asked for in a namespace is within reach; "" stands for none."""
        match self:
            case Reach.HOME:
                return namespace == home
            case Reach.TENANTS:
                return namespace.startswith("tenant-")
            case Reach.EVERYWHERE:
                return True


@dataclass(frozen=True, slots=True, order=True)
class Ask:
    """One right that a request asked for.

    Attributes:
        namespace: where; empty for what is in none, and for a list of all of them.
        resource: with its group and subresource: ``deployments.apps``, ``tenants.x/status``.
        verb: as RBAC names it.
        name: of the object; empty for a collection, and for what is made.
        was_let: whether the API server allowed it.
    """

    namespace: str
    resource: str
    verb: str
    name: str = ""
    was_let: bool = True


@dataclass(frozen=True, slots=True)
class Grant:
    """One right that a role grants; its text is what people read and exceptions name."""

    reach: Reach
    resource: str
    verb: str
    name: str = ""

    def covers(self, ask: Ask, home: str) -> bool:
        """Whether it grants what was asked for."""
        return (
            (self.resource, self.verb) == (ask.resource, ask.verb)
            and self.name in {"", ask.name}
            and self.reach.covers(ask.namespace, home)
        )

    @override
    def __str__(self) -> str:
        """Return the right in words: ``patch deployments.apps everywhere``."""
        what = f"{self.verb} {self.resource}{f' {self.name}' if self.name else ''}"
        return f"{what} {self.reach.value}"


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it reached the API server.

    Attributes:
        method: of HTTP.
        target: path and query.
        status: of the answer.
        role: that the body binds, where it is a RoleBinding.
    """

    method: str
    target: str
    status: int
    role: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs.

    Attributes:
        missing: what was asked for and no role grants.
        unused: what a role grants and nobody asked for.
    """

    missing: frozenset[str] = field(default_factory=frozenset)
    unused: frozenset[str] = field(default_factory=frozenset)


def asks_of(request: Request) -> list[Ask]:
    """Return the rights that a request asks for; none for discovery, which is everybody's."""
    url = urlsplit(request.target)
    parts = url.path.strip("/").split("/")
    group, rest = ("", parts[2:]) if parts[0] == "api" else ("".join(parts[1:2]), parts[3:])
    if parts[0] not in {"api", "apis"} or not rest:
        return []
    namespace = ""
    if rest[0] == "namespaces" and len(rest) > _SUBRESOURCE:
        namespace, rest = rest[1], rest[2:]
    name = rest[1] if len(rest) > 1 else ""
    resource = _qualified(group, rest[0], *rest[_SUBRESOURCE:])
    verbs = [_verb(request.method, name, parse_qs(url.query))]
    if request.method == "PATCH" and request.status == _CREATED:
        verbs.append("create")
    was_let = request.status != _FORBIDDEN
    asks = [Ask(namespace, resource, verb, name, was_let) for verb in verbs]
    if request.role:
        bound = "clusterroles.rbac.authorization.k8s.io"
        asks.append(Ask(namespace, bound, "bind", request.role, was_let))
    return asks


def _verb(method: str, name: str, query: Mapping[str, list[str]]) -> str:
    match method:
        case "GET" if query.get("watch", [""])[0] in {"1", "true"}:
            return "watch"
        case "GET":
            return "get" if name else "list"
        case "DELETE":
            return "delete" if name else "deletecollection"
        case _:
            return _VERBS[method]


def grants_of(reach: Reach, rules: Iterable[Manifest]) -> set[Grant]:
    """Write the rules of a role out, one right each."""
    return {
        Grant(reach, _qualified(group, *resource.split("/")), verb, name)
        for rule in rules
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
        for name in rule.get("resourceNames") or ("",)
    }


def _qualified(group: str, resource: str, *subresource: str) -> str:
    """Return a resource with its group: ``pods/log``, ``tenants.inkwell.dev/status``."""
    return "/".join((f"{resource}.{group}" if group else resource, *subresource))


def compare(asks: Collection[Ask], grants: Iterable[Grant], home: str) -> Comparison:
    """Compare what was asked for with what is granted.

    Of several grants that cover the same the narrowest counts as used: the others are too much.
    """
    ranked = sorted(grants, key=lambda grant: (list(Reach).index(grant.reach), not grant.name))
    covering = {
        ask: next((grant for grant in ranked if grant.covers(ask, home)), None) for ask in asks
    }
    missing = {
        f"{ask.verb} {ask.resource} {ask.name} in {ask.namespace or 'no namespace'}"
        for ask, grant in covering.items()
        if grant is None
    }
    used = {grant for ask, grant in covering.items() if ask.was_let}
    unused = {str(grant) for grant in ranked if grant not in used}
    return Comparison(frozenset(missing), frozenset(unused))

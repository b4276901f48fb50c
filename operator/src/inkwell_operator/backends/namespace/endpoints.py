"""Where a stage's pods must be able to connect to, told from the addresses of a TenantClass.

Pure.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from inkwell_api.address import split_address
from inkwell_api.names import Stage
from inkwell_api.tenant_class import TenantClassSpec

_SERVICE: Final = re.compile(r"^[^.]+\.(?P<namespace>[^.]+)\.svc(\.[^.]+)*$")
_SCHEME_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A port, in a namespace of the cluster or (None) anywhere outside of it."""

    namespace: str | None
    port: int


def endpoints_of(spec: TenantClassSpec, stage: Stage) -> tuple[Endpoint, ...]:
    """Return what pods of a stage connect to, sorted: the least with which the stage works."""
    addresses = [
        *spec.kafka.bootstrap_servers,
        *spec.cassandra.contact_points,
        _host_port(spec.kafka.schema_registry.url),
    ]
    match stage:
        case Stage.GATEWAY:
            addresses += [spec.postgres.address, _host_port(spec.keycloak.url)]
        case Stage.EXTRACT:
            addresses += [_host_port(model.url) for model in spec.models]
        case Stage.ARCHIVE:
            addresses += [spec.postgres.address]
        case Stage.OCR:
            pass
    found = {_endpoint(address) for address in addresses}
    return tuple(sorted(found, key=lambda endpoint: (endpoint.namespace or "", endpoint.port)))


def _host_port(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or _SCHEME_PORTS[parts.scheme]}"


def _endpoint(address: str) -> Endpoint:
    host, port = split_address(address)
    service = _SERVICE.match(host)
    return Endpoint(service["namespace"] if service else None, port)

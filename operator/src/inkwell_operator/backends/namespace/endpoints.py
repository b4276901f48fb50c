"""Where a stage's pods must be able to connect to, told from the addresses of a TenantClass.

Pure.
"""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from inkwell_api.address import bracketed, split_address
from inkwell_api.names import Stage
from inkwell_api.tenant_class import TenantClassSpec

_SERVICE: Final = re.compile(r"^[^.]+\.(?P<namespace>[^.]+)\.svc(\.[^.]+)*$")
_SCHEME_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A port, and where it is.

    Attributes:
        port: TCP.
        namespace: of the cluster, or empty for what is outside of it.
        address: the IP address of what is outside, where the class names one and no host.
    """

    port: int
    namespace: str = ""
    address: str = ""


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
    return tuple(sorted({_endpoint(address) for address in addresses}, key=_place))


def _place(endpoint: Endpoint) -> tuple[str, str, int]:
    return endpoint.namespace, endpoint.address, endpoint.port


def _host_port(url: str) -> str:
    parts = urlsplit(url)
    host = parts.hostname or ""
    return f"{bracketed(host)}:{parts.port or _SCHEME_PORTS[parts.scheme]}"


def _endpoint(address: str) -> Endpoint:
    host, port = split_address(address)
    service = _SERVICE.match(host)
    if service:
        return Endpoint(port, namespace=service["namespace"])
    try:
        return Endpoint(port, address=str(ip_address(host.strip("[]"))))
    except ValueError:
        return Endpoint(port)

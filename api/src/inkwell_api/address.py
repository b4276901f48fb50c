"""Addresses as a TenantClass writes them: ``host:port``, an IPv6 address in brackets."""


def bracketed(host: str) -> str:
    """Return a host as it stands in an address or a URL: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def split_address(text: str) -> tuple[str, int]:
    """Return host and port of ``db.example.org:5432`` or ``[::1]:5432``, without the brackets.

    Raises:
        ValueError: the port is no number.
    """
    host, _, port = text.rpartition(":")
    return host.removeprefix("[").removesuffix("]"), int(port)

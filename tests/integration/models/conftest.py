"""The model server of the platform, as a client sees it."""

from collections.abc import Iterator

import httpx
import pytest

from inkwell_local.services.connection import Connection
from support.services import connected


@pytest.fixture(scope="session")
def services() -> Connection:
    """Where the services are."""
    return connected()


@pytest.fixture(scope="session")
def server(services: Connection) -> Iterator[httpx.Client]:
    """A client of the server's own interface; OpenAI's stands under /v1/."""
    with httpx.Client(base_url=f"http://{services.ollama.address}", timeout=300) as client:
        yield client

"""The services for integration tests: absent ones skip, or fail where they are required."""

import os

import pytest

from inkwell_local import connection
from inkwell_local.errors import LocalError


def connected() -> connection.Connection:
    """Return how to reach the services, or skip; with REQUIRE_SERVICES=1 fail instead."""
    try:
        return connection.read()
    except (LocalError, OSError) as error:
        if os.environ.get("REQUIRE_SERVICES") == "1":
            raise
        pytest.skip(f"the services are not up: {error}")

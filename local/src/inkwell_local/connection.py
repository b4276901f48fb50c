"""Where the services answer on this machine, and the administrators' logins there.

For tests that talk to a real service and for the demo: `read()` gives all of it.
"""

from __future__ import annotations

from inkwell_local.services.connection import Connection, Endpoint, Login, read

__all__ = ["Connection", "Endpoint", "Login", "read"]

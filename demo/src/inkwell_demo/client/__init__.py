"""Uploads documents and fetches results as any client does: a token from Keycloak, then HTTP.

`machine` reads what a machine needs from its Secret, `tokens` gets and renews its token,
`documents` talks to the gateway.
"""

from inkwell_demo.client.documents import DocumentClient, Status
from inkwell_demo.client.machine import Machine, read_machine
from inkwell_demo.client.problems import Problem
from inkwell_demo.client.tokens import TokenError, Tokens

__all__ = ["DocumentClient", "Machine", "Problem", "Status", "TokenError", "Tokens", "read_machine"]

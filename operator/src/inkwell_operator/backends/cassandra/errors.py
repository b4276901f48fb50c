"""What an invalid request to Cassandra means. Pure; no driver is imported here."""

import re
from typing import Final

from inkwell_operator.model.errors import DependencyNotReady

_NO_SUCH_TABLE: Final = re.compile(r"(?:keyspace|table) \S+ does not exist|unconfigured table \S+")
_ABSENT: Final = ("does not exist", "doesn't exist", "unconfigured table", "not found")


class NoSuchTable(DependencyNotReady):
    """The table that a statement reads or writes, or its whole keyspace, is not there."""


def by_words(text: str) -> DependencyNotReady | None:
    """Return the error of a request that names something which is not there; otherwise None."""
    if _NO_SUCH_TABLE.fullmatch(text):
        return NoSuchTable(f"Cassandra: {text}")
    if any(phrase in text for phrase in _ABSENT):
        return DependencyNotReady(f"Cassandra: {text}")
    return None

"""Words of CQL: names and values quoted, so that none is ever read as anything else. Pure."""

from collections.abc import Mapping


def identifier(name: str) -> str:
    """Return the name of a keyspace, table, column or role, quoted; its case is kept."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """Return a string literal."""
    return "'" + value.replace("'", "''") + "'"


def text_map(values: Mapping[str, str]) -> str:
    """Return a literal `map<text, text>`, sorted by key."""
    pairs = (f"{text(key)}: {text(value)}" for key, value in sorted(values.items()))
    return "{" + ", ".join(pairs) + "}"

"""Regular expressions that match in linear time, whoever wrote them (RE2)."""

from functools import lru_cache

import re2

_MAX_MEMORY_BYTES = 8 * 1024 * 1024


class InvalidPatternError(ValueError):
    """Not a regular expression that RE2 knows; it has no back references and no look-around."""


@lru_cache(maxsize=2048)
def compiled(pattern: str) -> "re2._Regexp[str]":
    """Return the compiled pattern.

    Raises:
        InvalidPatternError: RE2 refuses it.
    """
    options = re2.Options()
    options.max_mem = _MAX_MEMORY_BYTES
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        raise InvalidPatternError from error


def contains(pattern: str, text: str) -> bool:
    """Say whether a pattern that is not empty matches somewhere."""
    return bool(pattern) and compiled(pattern).search(text) is not None

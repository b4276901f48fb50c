"""Sizes, durations and shares as people write them in YAML: ``50Mi``, ``365d`` and ``2%``."""

import re
from typing import Final

SIZE_PATTERN: Final = r"^[1-9][0-9]{0,8}(Ki|Mi|Gi)?$"
DURATION_PATTERN: Final = r"^[1-9][0-9]{0,5}(s|m|h|d)$"
PERCENT_PATTERN: Final = r"^(100|[0-9]{1,2}(\.[0-9]{1,2})?)%$"

_SIZE: Final = {"": 1, "Ki": 1024, "Mi": 1024**2, "Gi": 1024**3}
_DURATION: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def parse_size(text: str) -> int:
    """Return the bytes of a size such as ``50Mi``.

    Raises:
        ValueError: not of the form `SIZE_PATTERN`.
    """
    if not re.fullmatch(SIZE_PATTERN, text):
        msg = f"{text!r} is no size; write a whole number with Ki, Mi or Gi, such as 50Mi"
        raise ValueError(msg)
    digits = text.rstrip("KMGi")
    return int(digits) * _SIZE[text[len(digits) :]]


def parse_duration(text: str) -> int:
    """Return the seconds of a duration such as ``365d``.

    Raises:
        ValueError: not of the form `DURATION_PATTERN`.
    """
    if not re.fullmatch(DURATION_PATTERN, text):
        msg = f"{text!r} is no duration; write a whole number with s, m, h or d, such as 365d"
        raise ValueError(msg)
    return int(text[:-1]) * _DURATION[text[-1]]


def parse_percent(text: str) -> float:
    """Return the share, 0 to 1, that a percentage such as ``2%`` is.

    Raises:
        ValueError: not of the form `PERCENT_PATTERN`.
    """
    if not re.fullmatch(PERCENT_PATTERN, text):
        msg = f"{text!r} is no percentage; write a number from 0 to 100 with %, such as 2%"
        raise ValueError(msg)
    return float(text[:-1]) / 100

"""When an extracted value is the true one."""

from decimal import Decimal, InvalidOperation
from typing import Any


def same(value: Any, true: Any) -> bool:
    """Say whether an extracted value is the true one; amounts are compared as numbers."""
    try:
        return Decimal(str(value)) == Decimal(str(true))
    except InvalidOperation:
        return str(value).strip() == str(true)

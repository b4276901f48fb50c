"""Reads what the API server stores into the models; status is never looked at, nor trusted.

Pure.
"""

from typing import Any

from pydantic import ValidationError

from inkwell_api.pipeline import DocumentPipeline
from inkwell_api.tenant import Tenant
from inkwell_operator.model.errors import InvalidSpec


def parse_tenant(body: dict[str, Any]) -> Tenant:
    """Return a Tenant from what the API server stores; its status is not looked at.

    Raises:
        InvalidSpec: it was stored under another schema.
    """
    try:
        return Tenant.model_validate({**body, "status": {}})
    except ValidationError as error:
        raise InvalidSpec(f"the stored Tenant does not fit its schema: {_faults(error)}") from error


def parse_pipeline(body: dict[str, Any]) -> DocumentPipeline:
    """Return a DocumentPipeline from what the API server stores; its status is not looked at.

    Raises:
        InvalidSpec: it was stored under another schema.
    """
    try:
        return DocumentPipeline.model_validate({**body, "status": {}})
    except ValidationError as error:
        raise InvalidSpec(
            f"the stored DocumentPipeline does not fit its schema: {_faults(error)}"
        ) from error


def pipeline_or_none(body: dict[str, Any]) -> DocumentPipeline | None:
    """Return a DocumentPipeline, or None where it does not fit; its own pass tells why."""
    try:
        return parse_pipeline(body)
    except InvalidSpec:
        return None


def _faults(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()
    )

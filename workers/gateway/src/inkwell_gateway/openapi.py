"""What the generated OpenAPI description does not know by itself."""

from http import HTTPStatus
from typing import Any

from inkwell_gateway.problems import MEDIA_TYPE, ProblemDetails

_HINTS = {
    HTTPStatus.UNAUTHORIZED: "No access token, or one that is not believed.",
    HTTPStatus.FORBIDDEN: "The token holds no fitting role in a pipeline of this name.",
    HTTPStatus.NOT_FOUND: "There is no such pipeline or document.",
    HTTPStatus.REQUEST_TIMEOUT: "The body came too slowly.",
    HTTPStatus.GONE: "The bytes have expired or were erased.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The document is larger than the pipeline accepts.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The document is of a type that is not accepted.",
    HTTPStatus.TOO_MANY_REQUESTS: "The client has too many uploads under way; see Retry-After.",
    HTTPStatus.SERVICE_UNAVAILABLE: (
        "A backend is away, all places are taken, or the pipeline is new; see Retry-After."
    ),
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the problems that a route may answer."""
    schema = {"$ref": f"#/components/schemas/{ProblemDetails.__name__}"}
    return {
        status: {
            "description": _HINTS.get(HTTPStatus(status), HTTPStatus(status).phrase),
            "content": {MEDIA_TYPE: {"schema": schema}},
        }
        for status in statuses
    }

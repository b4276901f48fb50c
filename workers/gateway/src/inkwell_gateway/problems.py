"""Every error as problem details (RFC 9457), whatever raised it, and their OpenAPI description."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

log = structlog.get_logger(__name__)

MEDIA_TYPE: Final = "application/problem+json"
_TYPE_PREFIX: Final = "urn:inkwell:problem:"
RETRY_SECONDS: Final = 5
_HINTS: Final = {
    HTTPStatus.UNAUTHORIZED: "No access token, or one that is not believed.",
    HTTPStatus.FORBIDDEN: "The token holds no fitting role in a pipeline of this name.",
    HTTPStatus.NOT_FOUND: "There is no such pipeline or document.",
    HTTPStatus.REQUEST_TIMEOUT: "The body came too slowly.",
    HTTPStatus.GONE: "The bytes have expired or were erased.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The document is larger than the pipeline accepts.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The document is of a type that is not accepted.",
    HTTPStatus.TOO_MANY_REQUESTS: "The client has too many uploads under way; see Retry-After.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "What is stored is not what was archived; it is not shown.",
    HTTPStatus.SERVICE_UNAVAILABLE: (
        "A backend is away, all places are taken, or the pipeline is new; see Retry-After."
    ),
}


class InvalidParameter(BaseModel):
    """What is wrong with one part of a request."""

    location: str = Field(description="Where it stands, such as query/limit.")
    reason: str = Field(description="What is wrong with it.")


class ProblemDetails(BaseModel):
    """An error (RFC 9457)."""

    type: str = Field(description="Names the kind of problem; stable.")
    title: str = Field(description="The kind of problem, in a few words.")
    status: int = Field(description="The HTTP status code.")
    detail: str = Field(default="", description="What happened and what can be done.")
    errors: list[InvalidParameter] = Field(
        default_factory=list, description="For kind invalid-request: what is wrong with which part."
    )


class ProblemError(Exception):
    """An answer that is a problem.

    Args:
        status: of the answer.
        kind: stable word with dashes; the last part of `type`.
        detail: for the person who sent the request; no secrets, no other tenant's facts.
        headers: further headers of the answer.
    """

    def __init__(
        self, status: HTTPStatus, kind: str, detail: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"{status.value} {kind}: {detail}")
        self.status = status
        self.kind = kind
        self.detail = detail
        self.headers = dict(headers or {})

    def details(self) -> ProblemDetails:
        """Return the body of the answer."""
        return ProblemDetails(
            type=_TYPE_PREFIX + self.kind,
            title=self.status.phrase,
            status=self.status.value,
            detail=self.detail,
        )


def unavailable(detail: str) -> ProblemError:
    """Return the problem of a backend that is away or a gateway that is full."""
    return ProblemError(
        HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", detail, {"Retry-After": str(RETRY_SECONDS)}
    )


def not_found() -> ProblemError:
    """Return the problem of a document or pipeline that is not there."""
    return ProblemError(HTTPStatus.NOT_FOUND, "not-found", "there is no such pipeline or document")


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the problems that a route may answer, for its OpenAPI description."""
    schema = {"$ref": f"#/components/schemas/{ProblemDetails.__name__}"}
    return {
        status: {
            "description": _HINTS.get(HTTPStatus(status), HTTPStatus(status).phrase),
            "content": {MEDIA_TYPE: {"schema": schema}},
        }
        for status in statuses
    }


def answer(problem: ProblemError) -> JSONResponse:
    """Make the response of a problem."""
    body = problem.details().model_dump(exclude_defaults=True)
    return JSONResponse(body, problem.status.value, problem.headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Have every error of `app` answered as a problem."""
    app.add_exception_handler(ProblemError, _problem)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _unforeseen)


def _problem(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, ProblemError):
        raise TypeError from error
    return answer(error)


def _http(_request: Request, error: Exception) -> JSONResponse:
    """Answer what the framework refuses: unknown paths and methods, broken bodies."""
    if not isinstance(error, HTTPException):
        raise TypeError from error
    status = HTTPStatus(error.status_code)
    kind = status.phrase.lower().replace(" ", "-")
    return answer(ProblemError(status, kind, str(error.detail), error.headers))


def _invalid(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise TypeError from error
    problem = ProblemError(
        HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-request", "the request is not as described"
    )
    details = problem.details().model_copy(
        update={"errors": [_parameter(found) for found in error.errors()]}
    )
    return JSONResponse(details.model_dump(), problem.status.value, media_type=MEDIA_TYPE)


def _parameter(found: Any) -> InvalidParameter:
    return InvalidParameter(location="/".join(str(p) for p in found["loc"]), reason=found["msg"])


def _unforeseen(_request: Request, error: Exception) -> JSONResponse:
    log.error("unforeseen", kind=type(error).__name__)
    return answer(
        ProblemError(
            HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "the gateway failed; it was noted"
        )
    )

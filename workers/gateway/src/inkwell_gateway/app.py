"""Puts the application together: routes, problems, headers, metrics, OpenAPI description."""

import time
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from prometheus_client import Counter, Histogram
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from inkwell_gateway import documents, problems, records, uploads
from inkwell_gateway.problems import ProblemDetails
from inkwell_gateway.services import services_of
from inkwell_worker.stage import Unavailable

_REQUESTS: Final = Counter(
    "inkwell_gateway_requests_total", "Requests answered.", ("tenant", "route", "method", "status")
)
_SECONDS: Final = Histogram(
    "inkwell_gateway_request_duration_seconds",
    "Time to the end of the answer.",
    ("tenant", "route", "method"),
)
_ALWAYS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


def create_app(tenant: str) -> FastAPI:
    """Make the application; whoever serves it sets `app.state.services` first."""
    app = FastAPI(title="Inkwell", version="1", docs_url=None, redoc_url=None)
    problems.install(app)
    app.add_exception_handler(Unavailable, _away)
    app.include_router(uploads.router)
    app.include_router(documents.router)
    app.include_router(records.router)
    app.add_middleware(Edge, tenant=tenant)
    app.openapi = lambda: _described(app)  # type: ignore[method-assign] # FastAPI's own way to extend the description
    return app


def _away(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, Unavailable):
        raise TypeError from error
    return problems.answer(uploads.away(services_of(request), error))


def _described(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        schema = get_openapi(
            title="Inkwell",
            version=app.version,
            description="Upload documents to a tenant's pipelines and read what became of them."
            " Every error is a problem (RFC 9457).",
            routes=app.routes,
        )
        components = schema["components"]["schemas"]
        described = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
        components.update(described.pop("$defs", {}))
        components[ProblemDetails.__name__] = described
        for unused in ("HTTPValidationError", "ValidationError"):
            components.pop(unused, None)
        app.openapi_schema = schema
    return app.openapi_schema


class Edge:
    """Outermost: adds the headers that every answer has, and measures."""

    def __init__(self, app: ASGIApp, tenant: str) -> None:
        self._app = app
        self._tenant = tenant

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.monotonic()
        status = 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *_ALWAYS]
            await send(message)

        try:
            await self._app(scope, receive, answer)
        finally:
            route = getattr(scope.get("route"), "path", "")
            method = scope["method"] if scope["method"] in _METHODS else "other"
            _REQUESTS.labels(self._tenant, route, method, str(status)).inc()
            _SECONDS.labels(self._tenant, route, method).observe(time.monotonic() - begun)

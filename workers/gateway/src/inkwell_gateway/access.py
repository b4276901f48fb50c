"""Who may do what: each route asks for a role in the pipeline of its path.

Without a role in a pipeline nobody learns whether there is such a pipeline: the role is looked at
first.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Path, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from inkwell_api.names import PIPELINE_NAME_MAX_LENGTH
from inkwell_api.roles import ApiRole, is_granted, is_named
from inkwell_api.stage_env import GatewayPipeline
from inkwell_gateway.oidc import Caller, unauthorized
from inkwell_gateway.problems import ProblemError, not_found, unavailable
from inkwell_gateway.services import ServicesOf

BEARER = HTTPBearer(
    scheme_name="oidc",
    bearerFormat="JWT",
    description="An access token of the tenant's realm whose audience is this tenant's API client.",
    auto_error=False,
)

PipelineName = Annotated[
    str,
    Path(
        description="Name of the pipeline.",
        examples=["invoices"],
        max_length=PIPELINE_NAME_MAX_LENGTH,
    ),
]
Token = Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)]


@dataclass(frozen=True, slots=True)
class Admitted:
    """A caller who holds the needed role, and the pipeline it may use."""

    caller: Caller
    pipeline: GatewayPipeline


def admitting(needed: ApiRole) -> Callable[..., Awaitable[Admitted]]:
    """Make the dependency of a route that needs a role."""

    async def admit(services: ServicesOf, pipeline: PipelineName, token: Token) -> Admitted:
        if token is None:
            raise unauthorized("an access token is needed: Authorization: Bearer ...")
        caller = await services.verifier.verify(token.credentials)
        if not is_granted(caller.roles, needed, pipeline):
            raise ProblemError(
                HTTPStatus.FORBIDDEN,
                "forbidden",
                f"the token holds no role that includes {needed.value} in a pipeline of this name",
            )
        found = services.pipelines.get(pipeline)
        if found is None:
            if is_named(caller.roles, pipeline):
                # The realm knows the pipeline already, or still: it comes or goes, and so does this
                # process, which serves on for some seconds after it was replaced.
                # A new connection leads to its successor.
                problem = unavailable("this gateway does not serve the pipeline now; ask again")
                problem.headers["Connection"] = "close"
                raise problem
            raise not_found()
        return Admitted(caller, found)

    return admit


Uploading = Annotated[Admitted, Depends(admitting(ApiRole.UPLOADER))]
Viewing = Annotated[Admitted, Depends(admitting(ApiRole.VIEWER))]

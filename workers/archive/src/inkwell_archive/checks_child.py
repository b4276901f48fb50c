"""The process that evaluates tenants' rules: it may hang or die without harm.

Run by `checks`, never imported for its effects.

Messages are JSON, never pickles: what comes out of here is not trusted by the parent.
"""

import json
import resource
from multiprocessing.connection import Connection
from typing import Any

from cel_expr_python import cel  # type: ignore[import-untyped] # it ships none

HOLDS = "holds"
BROKEN = "broken"
ABSENT = "absent"
FAILED = "failed"
NO_RULE = "no-rule"


def serve(connection: Connection, expressions: list[str], memory_bytes: int) -> None:
    """Answer for each result received, rule by rule, until the other end is closed.

    Args:
        connection: to the parent.
        expressions: the rules.
        memory_bytes: what this process may hold beside program code.
    """
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    environment = cel.NewEnv(variables={"result": cel.Type.DYN})
    compiled = [_compiled(environment, expression) for expression in expressions]
    while True:
        try:
            request = json.loads(connection.recv_bytes())
        except EOFError:
            return
        for expression in compiled[request["first"] :]:
            connection.send_bytes(json.dumps(_verdict(expression, request["result"])).encode())


def _compiled(environment: Any, expression: str) -> Any:
    try:
        return environment.compile(expression)
    except RuntimeError:
        return None


def _verdict(expression: Any, result: Any) -> str:
    """Evaluate one rule; messages of the library may quote the document and stay here."""
    if expression is None:
        return NO_RULE
    try:
        answer = expression.eval(data={"result": result})
    except (RuntimeError, ValueError, TypeError, OverflowError, MemoryError):
        return FAILED
    if answer.type() == cel.Type.ERROR:
        return ABSENT if str(answer.value()).startswith("NOT_FOUND") else FAILED
    match answer.value():
        case True:
            return HOLDS
        case False:
            return BROKEN
        case _:
            return NO_RULE

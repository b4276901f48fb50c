"""The process that evaluates tenants' rules: it may hang or die without harm.

Run by `checks`, never imported for its effects.

Messages are JSON, never pickles: what comes out of here is not trusted by the parent.
"""

import json
import resource
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

from cel_expr_python import cel  # type: ignore[import-untyped] # it ships none

from inkwell_api import exact_json
from inkwell_archive.arithmetic import TooLongError, as_numbers_of_rules, new_environment

HOLDS = "holds"
BROKEN = "broken"
ABSENT = "absent"
FAILED = "failed"
NO_RULE = "no-rule"
TOO_LONG = "too-long"


def serve(connection: Connection, expressions: list[str], memory_bytes: int) -> None:
    """Answer for each result received, rule by rule, until the other end is closed.

    Args:
        connection: to the parent.
        expressions: the rules.
        memory_bytes: what this process may hold beside program code.
    """
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    environment = new_environment()
    compiled = [_compiled(environment, expression) for expression in expressions]
    while True:
        try:
            request = exact_json.loads(connection.recv_bytes())
        except EOFError:
            return
        for verdict in _verdicts(compiled[request["first"] :], request["result"]):
            connection.send_bytes(json.dumps(verdict).encode())


def _verdicts(expressions: list[Any], result: Any) -> Iterator[str]:
    try:
        seen = as_numbers_of_rules(result)
    except TooLongError:
        yield from (TOO_LONG for _ in expressions)
        return
    for expression in expressions:
        yield _verdict(expression, seen)


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

"""Evaluates a pipeline's CEL rules in a child process, with bounds on time, memory and size.

Rules and results are both tenants' own.

CEL has no loops but over its input; the library bounds iterations and nesting; what still takes too
long is killed. A rule that cannot be evaluated is a finding like one that does not hold.
"""

import json
import multiprocessing
import threading
import time
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any, Final

from inkwell_api import exact_json
from inkwell_api.document import Finding, Severity
from inkwell_api.pipeline import ValidationRule
from inkwell_archive import checks_child

RULE_SECONDS: Final = 2.0
DOCUMENT_SECONDS: Final = 10.0
"""For all rules of one document, since its row is locked meanwhile."""
START_SECONDS: Final = 20.0
"""For a child's start on a crowded machine.

Only then does an answer take longer than `RULE_SECONDS`.
"""
PARENT_BYTES: Final = 192 * 1024**2
"""What the worker itself may need of its pod."""
CHILD_BYTES: Final = 320 * 1024**2
"""What the child has in the pod of the operator's defaults: 512Mi - `PARENT_BYTES`."""
LEAST_CHILD_BYTES: Final = 128 * 1024**2
MAX_RESULT_BYTES: Final = 1024 * 1024
_MAX_ANSWER_BYTES: Final = 64

_REMARKS: Final = {
    checks_child.BROKEN: "",
    checks_child.ABSENT: " (a field that the rule reads is absent)",
    checks_child.FAILED: " (the rule could not be evaluated on this result)",
    checks_child.NO_RULE: " (the rule is no CEL expression that is true or false)",
    checks_child.TOO_LONG: " (a number of the result has more digits than rules can compare)",
}
LATE: Final = " (the rule took too long)"
"""Added to the message of a rule that did not answer in time."""


class ChildChecks:
    """`Checks` in a child that is started when first needed, and again whenever it was killed."""

    def __init__(
        self,
        rules: list[ValidationRule],
        rule_seconds: float = RULE_SECONDS,
        memory_bytes: int = CHILD_BYTES,
    ) -> None:
        """Keep the rules; nothing is started yet.

        Args:
            rules: of the pipeline.
            rule_seconds: longest time for one of them.
            memory_bytes: what the child may hold.
        """
        self._rules = rules
        self._seconds = rule_seconds
        self._memory_bytes = memory_bytes
        self._lock = threading.Lock()
        self._child: tuple[SpawnProcess, Connection] | None = None

    def check(self, result: dict[str, Any]) -> tuple[Finding, ...]:
        """Evaluate all rules on one result."""
        if not self._rules:
            return ()
        if len(exact_json.dumps(result).encode()) > MAX_RESULT_BYTES:
            return (
                Finding("result-size", Severity.ERROR, "the result is too large to be validated"),
            )
        with self._lock:
            remarks = self._remarks(result)
        return tuple(
            Finding(rule.name, Severity(rule.severity.value), f"{rule.message}{remark}")
            for rule, remark in zip(self._rules, remarks, strict=True)
            if remark is not None
        )

    def _remarks(self, result: dict[str, Any]) -> list[str | None]:
        """Return for each rule None when it holds, else what to add to its message."""
        remarks: list[str | None] = []
        end = time.monotonic() + DOCUMENT_SECONDS
        while len(remarks) < len(self._rules):
            if remarks and time.monotonic() > end:
                return remarks + [LATE] * (len(self._rules) - len(remarks))
            connection, seconds = self._connected()
            deadline = time.monotonic() + seconds
            request = {"result": result, "first": len(remarks)}
            connection.send_bytes(exact_json.dumps(request).encode())
            while len(remarks) < len(self._rules):
                answer = _answer(connection, deadline)
                if answer is None:
                    self._kill()
                    remarks.append(LATE)
                    break
                remarks.append(None if answer == checks_child.HOLDS else _REMARKS[answer])
                deadline = time.monotonic() + self._seconds
        return remarks

    def _connected(self) -> tuple[Connection, float]:
        if self._child is not None and self._child[0].is_alive():
            return self._child[1], self._seconds
        self._kill()
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        expressions = [rule.expression for rule in self._rules]
        process = context.Process(
            target=checks_child.serve,
            args=(theirs, expressions, self._memory_bytes),
            name="checks",
            daemon=True,
        )
        process.start()
        theirs.close()
        self._child = (process, ours)
        return ours, START_SECONDS

    def _kill(self) -> None:
        if self._child is not None:
            process, connection = self._child
            process.kill()
            process.join()
            connection.close()
        self._child = None

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._kill()


def _answer(connection: Connection, deadline: float) -> str | None:
    """Return the child's next verdict, or None when it is late, dead or sends anything else."""
    try:
        if not connection.poll(max(0.0, deadline - time.monotonic())):
            return None
        answer = json.loads(connection.recv_bytes(_MAX_ANSWER_BYTES))
    except (EOFError, OSError, ValueError):
        return None
    return answer if answer == checks_child.HOLDS or answer in _REMARKS else None

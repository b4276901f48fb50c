"""Nothing of the operator waits in the event loop's own pool of threads.

Every name look-up of the process waits there too: calls that block for some seconds would hold up
backends that have nothing to do with them.
"""

import ast
from pathlib import Path

from support import make

SOURCES = sorted((make.ROOT / "operator" / "src").rglob("*.py"))


def _uses(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        first = node.args[0] if node.args else None
        is_default = isinstance(first, ast.Constant) and first.value is None
        if node.func.attr == "to_thread" or (node.func.attr == "run_in_executor" and is_default):
            found.append(f"{path.name}:{node.lineno}")
    return found


def test_no_call_waits_in_the_event_loops_own_threads() -> None:
    assert SOURCES
    assert [use for path in SOURCES for use in _uses(path)] == []

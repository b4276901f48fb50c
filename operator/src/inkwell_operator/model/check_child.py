"""The process that judges what owners wrote: `python -m inkwell_operator.model.check_child`.

Started by `check_runner` alone. Reads one spec a line and answers with one JSON string a line: what
is wrong with it, empty where nothing is. The kernel ends it when a spec costs more than its budget.
"""

import json
import resource
import signal
import sys

from inkwell_api.pipeline import DocumentPipelineSpec
from inkwell_operator.model.checks import check_content
from inkwell_operator.model.errors import InvalidSpec

_MEMORY_BYTES = 1024 * 1024 * 1024


def verdict(line: str) -> str:
    """Return what is wrong with a spec, or an empty text."""
    try:
        check_content(DocumentPipelineSpec.model_validate_json(line))
    except InvalidSpec as error:
        return error.message
    return ""


def main() -> None:
    """Answer until the other end is closed; the argument is the budget of a spec in CPU seconds."""
    budget = float(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    for line in sys.stdin:
        # Nobody handles the signal: the process ends by it, wherever it is, in C code too.
        signal.setitimer(signal.ITIMER_PROF, budget)
        answer = verdict(line)
        signal.setitimer(signal.ITIMER_PROF, 0)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

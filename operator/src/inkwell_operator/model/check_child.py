"""The process that judges what owners wrote: `python -m inkwell_operator.model.check_child`.

Started by `check_runner` alone. A question is a line: its number, a space and a spec as JSON. The
answer is one too: the number and what is wrong with the spec, empty where nothing is, as JSON. The
kernel ends the process when a spec costs more than its budget.
"""

import errno
import json
import resource
import signal
import sys
from typing import Final

from inkwell_api.pipeline import DocumentPipelineSpec
from inkwell_operator.model.checks import check_content
from inkwell_operator.model.errors import InvalidSpec

OUT_OF_MEMORY: Final = errno.ENOMEM
"""Exit status where a spec takes more memory than there is."""

LONGEST_VERDICT: Final = 1000
"""In characters, each at most 12 bytes in the answer: an owner's own words are in it."""

_MEMORY_BYTES: Final = 256 * 1024 * 1024
"""Address space. It is 58 MiB before the first spec, and 76 MiB with the worst that fits the bounds
of `checks`; the operator's container has 512 MiB for both processes."""


def verdict(spec: bytes | str) -> str:
    """Return what is wrong with a spec, or an empty text; at most `LONGEST_VERDICT` characters."""
    try:
        check_content(DocumentPipelineSpec.model_validate_json(spec))
    except InvalidSpec as error:
        if len(error.message) > LONGEST_VERDICT:
            return f"{error.message[: LONGEST_VERDICT - 1]}\N{HORIZONTAL ELLIPSIS}"
        return error.message
    return ""


def main() -> None:
    """Answer until the other end is closed; the argument is the budget of a spec in CPU seconds."""
    budget = float(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    try:
        for line in sys.stdin:
            _answer(line, budget)
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)


def _answer(line: str, budget: float) -> None:
    number, _, spec = line.partition(" ")
    # Nobody handles the signal: the process ends by it, wherever it is, in C code too.
    signal.setitimer(signal.ITIMER_PROF, budget)
    answer = verdict(spec)
    signal.setitimer(signal.ITIMER_PROF, 0)
    sys.stdout.write(json.dumps([int(number), answer]) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

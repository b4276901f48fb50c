"""A replica in a process of its own that writes a byte after each look at its fence.

Started by test_lease.py with the Lease's namespace and the file to write to.
"""

import asyncio
import sys
import threading
from pathlib import Path

from inkwell_operator.leadership import Leadership, open_lease
from inkwell_operator.model.errors import NotLeading
from inkwell_operator.pulse import Pulse


def _write(leadership: Leadership, path: Path) -> None:
    with path.open("ab", buffering=0) as file:
        while True:
            try:
                leadership.fence.check()
            except NotLeading:
                continue
            file.write(b".")
            threading.Event().wait(0.001)


async def main(namespace: str, path: Path) -> None:
    """Lead and write until ended."""
    pulse = Pulse()
    leadership = Leadership(lambda: open_lease(namespace, "writer"), pulse)
    leadership.start()
    await leadership.acquired()
    threading.Thread(target=_write, args=(leadership, path), daemon=True).start()
    await pulse.run()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))

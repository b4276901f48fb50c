"""Measures what corrections bring on receipts: ``PYTHONPATH=tests python -m bench.learning``.

Learns from even receipts and measures on odd ones, of which nothing is shown but counts. Needs
real receipts; says so where there are none.
"""

import sys
from functools import partial

from bench.accuracy.__main__ import EXAMPLES, ROOT
from bench.accuracy.documents import example, receipts
from bench.accuracy.stages import Stages
from bench.learning.curve import COUNTS, points, table
from inkwell_demo.real_invoices import DATA_VARIABLE, folder_of


def main() -> int:
    """Learn, measure, print the table."""
    folder = folder_of(ROOT).parent / "receipts"
    if not folder.is_dir():
        print(f"SKIPPED: no real receipts; set {DATA_VARIABLE} to a folder that has `receipts`")
        return 0
    spec = example(EXAMPLES / "globex.yaml", "receipts")
    of = partial(receipts, folder)
    with Stages(spec) as stages:
        found = points(COUNTS, spec, list(of(is_odd=False)), list(of(is_odd=True)), stages)
        print(table(list(found)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Counts how the rule scorer's shares are read: ``PYTHONPATH=tests python -m bench.cold_start``.

Writes `inkwell_extract.score.cold_start` from made-up documents, and from the real invoices where
they are there. Receipts have no part in it. To be run again when the rules' weights change.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from bench.accuracy.documents import Document, everyday, example, invoices, varied
from bench.accuracy.outcomes import Verdict, judge
from bench.accuracy.stages import Stages
from inkwell_demo.real_invoices import folder_of
from inkwell_extract.score.scorer import RuleScorer
from inkwell_extract.train.calibrating import calibrate
from inkwell_extract.train.examples import Corrected, case_of

ROOT: Final = Path(__file__).resolve().parents[2]
FILE: Final = ROOT / "workers/extract/src/inkwell_extract/score/cold_start.py"
SEED: Final = 31_337
"""Other documents of the collections than those that docs/accuracy.md measures."""

MADE_UP: Final = 150
"""Documents of each made-up collection."""

_TEXT: Final = '''"""How the rule scorer's shares are read before any correction. Data only.

Counted and written by `PYTHONPATH=tests python -m bench.cold_start`: {values} values of {documents}
documents, made-up ones and real invoices, of which {wrong} are wrong. There is no threshold in it:
on these nearly any would keep a rate of 2 %, and that says nothing of a tenant's own.
"""

from typing import Final

from inkwell_extract.score.calibration import Calibration

COLD_START: Final = Calibration(slope={slope}, intercept={intercept}, steps=())
'''


def documents() -> Iterator[Document]:
    """Yield what may be learned from and committed."""
    yield from varied(MADE_UP, SEED)
    yield from everyday(MADE_UP, SEED)
    folder = folder_of(ROOT)
    if folder.is_dir():
        yield from invoices(folder)
    else:
        print("no real invoices: counted on made-up ones alone")


def main() -> int:
    """Read, count, write."""
    pipeline = example(ROOT / "manifests/examples/acme.yaml", "invoices")
    judged: list[tuple[float, bool]] = []
    count = 0
    with Stages(pipeline) as stages:
        for document in documents():
            count += 1
            pages = tuple(replace(page, einvoices=()) for page in stages.readable(document))
            case = case_of(Corrected(pages, {}, ""), pipeline.extraction)
            for name, each in case.resolved(RuleScorer()).items():
                if name in document.truth:
                    verdict = judge({name: each.value}, {name: document.truth[name]})[name]
                    judged.append((each.share, verdict is Verdict.RIGHT))
    found = calibrate(judged)
    FILE.write_text(
        _TEXT.format(
            documents=count,
            values=len(judged),
            slope=found.slope,
            intercept=found.intercept,
            wrong=sum(not is_right for _, is_right in judged),
        ),
        "utf-8",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

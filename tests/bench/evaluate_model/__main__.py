"""How well a served model reads: ``PYTHONPATH=tests python -m bench.evaluate_model``.

Documents go through the OCR stage's reader and the extract stage's own code; the model is asked at
the server of the running platform, or at the one that is named. The same documents are read by the
rules. A field counts when it is exactly right, or absent where the document does not say it.
"""

import argparse
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import structlog

from bench.evaluate_model.asking import Contestant, contestants, measure
from bench.evaluate_model.documents import (
    FIELDS,
    Case,
    Reader,
    held_out,
    legible,
    of_the_demonstration,
    real,
    schema,
)
from bench.evaluate_model.tables import Table
from inkwell_api.document import Page
from inkwell_demo.real_invoices import DATA_VARIABLE, folder_of
from inkwell_local import connection
from inkwell_ocr.sandbox.pool import Sandbox, Settings

ROOT: Final = Path(__file__).resolve().parents[3]
CONTEXT_TOKENS: Final = 2048
MODEL: Final = "tiny-invoice"
TIMED: Final = 10
"""Documents that are asked about once more, for the clock."""


def main() -> int:
    """Evaluate, print the table and the speed, write the wrong values to build/."""
    chosen = _arguments()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    server = chosen.server or f"http://{connection.read().ollama.address}"
    reader = Reader(
        Sandbox(Settings(("eng", "deu", "fra"), "Auto", 120)), ROOT / "build" / "evaluation"
    )
    engines = contestants(server, chosen.model, chosen.context)
    engines = [engine for engine in engines if not chosen.only or chosen.only in engine.name]
    table = Table()
    timed: list[tuple[Page, ...]] = []
    try:
        for case in _cases(chosen.held_out, chosen.demonstration, is_real=not chosen.no_real):
            pages = reader.read(case)
            if len(timed) < TIMED:
                timed.append(pages)
            _judge(table, case, reader, engines)
    finally:
        reader.sandbox.stop()
    print("\n".join(table.markdown()))
    print(f"\nSpeed: {measure(server, chosen.model, timed, schema(FIELDS))}")
    wrong = ROOT / "build" / "evaluation" / "wrong.txt"
    wrong.write_text("\n".join(table.wrong), encoding="utf-8")
    print(f"{len(table.wrong)} wrong values: {wrong.relative_to(ROOT)}")
    return 0


def _judge(table: Table, case: Case, reader: Reader, engines: list[Contestant]) -> None:
    pages = reader.read(case)
    table.add(case, "(legible)", legible(pages, case.truth), 0.0)
    for engine in engines:
        result, seconds = engine.find(pages, schema(FIELDS))
        table.add(case, engine.name, result, seconds)


def _cases(held: int, demonstration: int, *, is_real: bool) -> Iterator[Case]:
    yield from held_out(held)
    yield from of_the_demonstration(demonstration)
    folder = folder_of(ROOT)
    if is_real and folder.is_dir():
        yield from real(folder)
    elif is_real:
        print(f"SKIPPED: no real invoices; set {DATA_VARIABLE} to a folder that has `invoices`")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", help="address of the model server, without /v1")
    parser.add_argument("--model", default=MODEL, help="the model's name")
    parser.add_argument("--context", type=int, default=CONTEXT_TOKENS, help="contextTokens")
    parser.add_argument("--held-out", type=int, default=100, help="number of held-out documents")
    parser.add_argument("--demonstration", type=int, default=60, help="number of the demo's")
    parser.add_argument("--no-real", action="store_true", help="leave the real invoices out")
    parser.add_argument("--only", default="", help="engines whose name holds this")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

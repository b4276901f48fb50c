"""Documents that Tesseract has read, as `recognition` keeps them: one a line."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from inkwell_documents.varied.truth import AMOUNTS


def read(path: Path) -> Iterator[tuple[str, dict[str, str | Decimal]]]:
    """Yield text and truth of each document."""
    for line in path.read_text("utf-8").splitlines():
        kept = json.loads(line)
        truth = {n: Decimal(v) if n in AMOUNTS else v for n, v in kept["truth"].items()}
        yield kept["text"], truth

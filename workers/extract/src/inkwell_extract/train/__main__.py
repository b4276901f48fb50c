"""Trains a pipeline's own scorer: ``python -m inkwell_extract.train``.

Needs the extra `training`, which no worker has.
"""

import argparse
import json
import sys
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from inkwell_api.pipeline import DocumentPipelineSpec, ExtractionSpec
from inkwell_extract.train.card import card
from inkwell_extract.train.documents import UnreadableDocumentError, read_documents
from inkwell_extract.train.examples import case_of
from inkwell_extract.train.export import write
from inkwell_extract.train.training import TooFewDocuments, train


def main(arguments: list[str] | None = None) -> int:
    """Train and write; where that cannot be, say why and write nothing."""
    parser = argparse.ArgumentParser(prog="inkwell_extract.train", description=__doc__)
    parser.add_argument(
        "--pipeline",
        type=Path,
        required=True,
        help="the DocumentPipeline, as `kubectl get dpl NAME -o json` prints it",
    )
    parser.add_argument(
        "--documents", type=Path, required=True, help="corrected documents, one JSON object a line"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the scorer")
    parser.add_argument(
        "--made", type=date.fromisoformat, required=True, help="the day that the card bears"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the folds")
    options = parser.parse_args(arguments)
    try:
        spec = _extraction(options.pipeline)
        cases = [case_of(document, spec) for document in read_documents(options.documents)]
        trained = train(cases, options.seed)
    except (OSError, UnreadableDocumentError, TooFewDocuments, _NoPipelineError) as error:
        sys.stderr.write(f"nothing was trained: {error}\n")
        return 1
    made = options.made.isoformat()
    text = card(trained, made, options.seed)
    write(options.out, trained, text, made, options.seed)
    sys.stdout.write(text)
    return 0


class _NoPipelineError(ValueError):
    """A file holds no DocumentPipeline."""


def _extraction(file: Path) -> ExtractionSpec:
    try:
        body = json.loads(file.read_text("utf-8"))
        return DocumentPipelineSpec.model_validate(body["spec"]).extraction
    except (ValidationError, ValueError, KeyError, TypeError):
        raise _NoPipelineError(f"{file.name} is no DocumentPipeline in JSON") from None


if __name__ == "__main__":
    sys.exit(main())

"""Writes made-up documents with their truth: ``python -m inkwell_documents FOLDER``."""

import argparse
import sys
from pathlib import Path

from inkwell_documents.corpus import Form, Order, make, save
from inkwell_documents.everyday.layouts import LAYOUTS
from inkwell_documents.facts import Kind, Language


def main(arguments: list[str] | None = None) -> int:
    """Write the documents and name each one."""
    parser = argparse.ArgumentParser(prog="python -m inkwell_documents", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--language", type=Language, choices=list(Language))
    parser.add_argument("--layout", choices=[layout.name for layout in LAYOUTS])
    parser.add_argument("--form", type=Form, choices=list(Form))
    parser.add_argument("--kind", type=Kind, choices=list(Kind), default=Kind.INVOICE)
    chosen = parser.parse_args(arguments)
    chosen.folder.mkdir(parents=True, exist_ok=True)
    order = Order(chosen.language, chosen.layout, chosen.form, chosen.kind)
    for index in range(chosen.count):
        sys.stdout.write(f"{save(make(chosen.seed, index, order), chosen.folder)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

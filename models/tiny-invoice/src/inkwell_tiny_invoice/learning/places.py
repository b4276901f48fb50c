"""Where a training run keeps what it makes: in the cache, never in the repository."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Places:
    """Files of one training run, under one folder."""

    home: Path

    @property
    def tokenizer(self) -> Path:
        """The learned vocabulary."""
        return self.home / "tokenizer.json"

    @property
    def shards(self) -> Path:
        """Samples as tokens."""
        return self.home / "shards"

    @property
    def scans(self) -> Path:
        """Documents that Tesseract has read for training."""
        return self.home / "recognised" / "trained.jsonl"

    @property
    def held_out_scans(self) -> Path:
        """Documents that Tesseract has read for the exams on the way."""
        return self.home / "recognised" / "held-out.jsonl"

    @property
    def checkpoint(self) -> Path:
        """State of the run."""
        return self.home / "checkpoint.npz"


def usual() -> Places:
    """Return the places in the cache of this project."""
    cache = os.environ.get("INKWELL_CACHE")
    root = Path(cache) if cache else Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")) / "inkwell"
    return Places(root.expanduser() / "training" / "tiny-invoice")

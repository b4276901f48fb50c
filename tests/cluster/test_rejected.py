"""What a person must not write is refused by the API server, in words that help.

The first line of each file under tests/data/rejected holds the words.
"""

import subprocess
from pathlib import Path

import pytest

from support import make

SEEN = "# A person sees: "
CASES = sorted((make.DATA / "rejected").glob("*.yaml"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
@pytest.mark.usefixtures("kinds")
def test_is_refused_in_words(path: Path) -> None:
    first, _ = path.read_text("utf-8").split("\n", 1)
    answer = subprocess.run(
        ["kubectl", "create", "--dry-run=server", "--filename", path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode != 0
    assert first.removeprefix(SEEN) in answer.stderr


@pytest.mark.usefixtures("kinds")
def test_the_manual_is_in_kubectl_explain() -> None:
    explained = subprocess.run(
        ["kubectl", "explain", "documentpipeline.spec.extraction"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for words in ("Which fields are wanted and who finds them.", "prompt", "rules", "-required-"):
        assert words in explained

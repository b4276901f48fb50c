"""What the documents point to is there."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
DOCUMENTS = tuple(
    path
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"))
    if "reference" not in path.parts
)
VERB = re.compile(r"(?:^ {4}|`)make((?: [a-z0-9-]+)+)", re.MULTILINE)


def verbs() -> set[str]:
    """Return the verbs that `make help` tells of."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    return set(re.findall(r"^([a-z0-9-]+):.*## ", makefile, re.MULTILINE))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text("utf-8"))
    assert not [target for target in targets if not (path.parent / target).exists()]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_verbs_exist(path: Path) -> None:
    told = {verb for words in VERB.findall(path.read_text("utf-8")) for verb in words.split()}
    assert told <= verbs()


def test_the_readme_names_the_one_test_command() -> None:
    assert "\n    make test\n" in (ROOT / "README.md").read_text("utf-8")


def test_every_decision_has_a_number_of_its_own() -> None:
    numbers = [path.name[:4] for path in sorted((ROOT / "docs" / "adr").glob("*.md"))]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]


def test_shell_scripts_parse_and_stop_at_the_first_error() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", "*.sh", ".ci/*", ":!local/images"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    scripts = [ROOT / name for name in listed.stdout.split("\0") if name]
    assert scripts
    for script in scripts:
        assert re.search(r"^set -eu", script.read_text("utf-8"), re.MULTILINE), script
        subprocess.run(["bash", "-n", str(script)], check=True, capture_output=True)

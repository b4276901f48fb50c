"""The house keeps its shape: what stands where, what is generated, and what no file may tell."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from inkwell_api import crdgen

ROOT = Path(__file__).resolve().parents[3]
MEMBERS = tuple(
    tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"]["workspace"]["members"]
)
DEPLOYABLES = {
    "operator": "operator",
    "gateway": "workers/gateway",
    "ocr": "workers/ocr",
    "extract": "workers/extract",
    "archive": "workers/archive",
}
LONGEST_FILE = 300


def tracked(*patterns: str) -> list[Path]:
    """Return files that git knows, or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]


def test_operator_stays_a_folder() -> None:
    """A package here would shadow the standard library's `operator` for what runs at the root."""
    assert not (ROOT / "operator" / "__init__.py").exists()


@pytest.mark.parametrize("kind", crdgen.KINDS, ids=lambda kind: str(kind.__name__))
def test_committed_crds_are_current(kind: type) -> None:
    name, want = crdgen.file_name(kind), crdgen.render(kind)
    for folder in (ROOT / "crds", ROOT / "charts" / "inkwell" / "crds"):
        assert (folder / name).read_text() == want, "run `make generate`"


def test_one_file_configures_the_tools() -> None:
    strays = tracked(
        "*ruff.toml", "*mypy.ini", "*pytest.ini", "*setup.cfg", "*tox.ini", "*.coveragerc"
    )
    assert not strays
    for member in MEMBERS:
        tools = tomllib.loads((ROOT / member / "pyproject.toml").read_text()).get("tool", {})
        assert tools.keys() <= {"uv", "hatch"}, member


@pytest.mark.parametrize("deployable", DEPLOYABLES)
def test_every_dependency_is_pinned_by_hash(deployable: str) -> None:
    member = tomllib.loads((ROOT / DEPLOYABLES[deployable] / "pyproject.toml").read_text())
    pinned = (ROOT / "requirements" / f"{deployable}.txt").read_text()
    for requirement in member["project"]["dependencies"]:
        name = re.split(r"[\[<>=~!; ]", requirement)[0].lower()
        if not name.startswith("inkwell-"):
            assert re.search(rf"^{re.escape(name)}==\S+ \\\n +--hash=", pinned, re.MULTILINE), (
                f"{name} is missing: run `make requirements`"
            )


def test_no_python_file_is_too_long_to_know() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in tracked("*.py")}
    assert not {
        str(path.relative_to(ROOT)): length
        for path, length in lengths.items()
        if length > LONGEST_FILE
    }


def test_no_file_tells_of_a_machine_or_a_registry() -> None:
    """A path of one machine, or the host of a package index, is nobody else's."""
    telling = re.compile(
        r"(?<![\w./-])/(work|home/[a-z]+|Users/[A-Za-z]+|root/\.[a-z]+)/"
        r"|files\.pythonhosted\.org|pypi\.org/simple|proxy\.golang\.org|repo1?\.maven\."
        r"|registry\.npmjs|deb\.debian\.org"
        r"|BEGIN [A-Z ]*PRIVATE KEY"
    )
    here = Path(__file__).resolve()
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in tracked()
        if path != here and path.suffix not in {".png", ".pdf", ".ico", ".gz"}
        for match in telling.finditer(path.read_text("utf-8", "replace"))
    ]
    assert not found

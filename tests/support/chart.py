"""Renders the chart as `helm install` would, without a cluster."""

import shutil
import subprocess
from typing import Any

import yaml

from support import make

CHART = make.ROOT / "charts" / "inkwell"

Manifest = dict[str, Any]


class RefusedValues(Exception):
    """Helm did not take the values; the message is its own."""


def helm(*arguments: str) -> str:
    """Run helm and return what it prints.

    Raises:
        RefusedValues: helm failed.
    """
    program = shutil.which("helm")
    assert program, "helm is missing: run `make tools`"
    done = subprocess.run(
        [program, *arguments], capture_output=True, text=True, check=False, timeout=60
    )
    if done.returncode != 0:
        raise RefusedValues(done.stderr)
    return done.stdout


def template(*arguments: str, namespace: str = "inkwell-system") -> str:
    """Render the chart with further arguments of `helm template`."""
    return helm(
        "template", "inkwell", str(CHART), f"--namespace={namespace}", "--kube-version=1.34.0",
        *arguments,
    )  # fmt: skip


def objects(*arguments: str, namespace: str = "inkwell-system") -> list[Manifest]:
    """Render the chart into objects."""
    text = template(*arguments, namespace=namespace)
    return [item for item in yaml.safe_load_all(text) if item]

"""Brings the stored CRDs up to this operator: `python -m inkwell_operator.crds`.

Run by the chart's hook before an installation and before an upgrade, because Helm installs CRDs
once and never changes them. A CRD that is not stored is left to whoever installs the chart's crds/
folder, so that the hook needs no right to make one.

The definition is replaced, not applied: a server-side apply leaves every field that another manager
set, and so the enums of an older version, which Helm wrote, would stay in force for ever.
"""

import asyncio
import sys
from collections.abc import Iterable
from typing import Final

import structlog

from inkwell_api.crdgen import KINDS, definition
from inkwell_operator import logs
from inkwell_operator.backends.kubernetes_api.client import KubernetesClient, connect
from inkwell_operator.backends.kubernetes_api.kinds import CRD, Manifest
from inkwell_operator.model.errors import InkwellError, WriteConflict
from inkwell_operator.settings import Settings

_TRIES: Final = 5
_log = structlog.get_logger()


def merged(stored: Manifest, wanted: Manifest) -> Manifest:
    """Return what to replace a stored CRD by: our spec, and the labels that others gave it. Pure.

    The resourceVersion goes with it, so that a change made meanwhile is never overwritten.
    """
    metadata = stored["metadata"]
    labels = (metadata.get("labels") or {}) | wanted["metadata"]["labels"]
    return {
        **wanted,
        "metadata": {
            key: value
            for key, value in metadata.items()
            if key in {"name", "uid", "resourceVersion", "annotations", "finalizers"}
        }
        | {"labels": labels},
    }


async def upgrade(client: KubernetesClient, definitions: Iterable[Manifest]) -> None:
    """Replace each stored CRD by its definition.

    Raises:
        Refused: the API server does not take it, for instance because a stored version is gone.
        WriteConflict: somebody else goes on changing it.
    """
    for wanted in definitions:
        await _replace(client, wanted)


async def _replace(client: KubernetesClient, wanted: Manifest) -> None:
    name = wanted["metadata"]["name"]
    for left in reversed(range(_TRIES)):
        stored = await client.get(CRD, name)
        if stored is None:
            _log.info("CRD is not stored; the chart's crds/ folder has it", crd=name)
            return
        try:
            await client.replace(merged(stored, wanted))
        except WriteConflict:
            if not left:
                raise
        else:
            _log.info("CRD is current", crd=name)
            return


async def _run() -> None:
    client = KubernetesClient(await connect())
    try:
        await upgrade(client, map(definition, KINDS))
    finally:
        await client.aclose()


def main() -> None:
    """Replace the CRDs that are stored; exit with 1 where that fails, which stops the upgrade."""
    logs.configure(Settings())
    try:
        asyncio.run(_run())
    except InkwellError as error:
        _log.error("CRDs were not brought up to date", error=error.message)
        sys.exit(1)


if __name__ == "__main__":
    main()

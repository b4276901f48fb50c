"""The command line: up, down, status, images, load, setup, tools, env."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from inkwell_local import binaries, delivery, down, status, turn, up, workstation
from inkwell_local.errors import LocalError
from inkwell_local.places import Places
from inkwell_local.progress import Progress
from inkwell_local.services import catalogue
from inkwell_local.session import Session, engine_host

VERBS = {
    "up": "have the platform running: engine, cluster, services",
    "down": "take it away; images and other things worth keeping stay in the cache",
    "status": "say what is up",
    "images": "build the project's images (all, or those named)",
    "load": "build the project's images and load them into the cluster (all, or those named)",
    "setup": "install what working on the code needs: Debian's packages, uv",
    "tools": "build helm, and netpolicy for the tests of NetworkPolicies",
    "env": "print shell exports that point docker, kubectl, helm and the operator at the platform",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return the exit status."""
    parser = argparse.ArgumentParser(prog="inkwell-local", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="verb")
    for verb, text in VERBS.items():
        sub = verbs.add_parser(verb, help=text, description=text)
        if verb in {"images", "load"}:
            sub.add_argument("names", nargs="*", help="operator, gateway, ocr, extract, archive")
        if verb == "tools":
            tools = [tool.outputs[0] for tool in binaries.TOOLS]
            sub.add_argument("names", nargs="*", help=", ".join(tools))
    chosen = parser.parse_args(arguments)
    places = Places.from_environment(os.environ, Path.home())
    if chosen.verb == "env":
        print(exports(places))
        return 0
    progress = Progress(sys.stderr if chosen.verb == "status" else sys.stdout)
    try:
        return _run(Session.begin(places, progress, chosen.verb), chosen)
    except LocalError as error:
        print(f"\nerror: {error.message}", file=sys.stderr)
        if error.advice:
            print(f"       {error.advice}", file=sys.stderr)
        print(f"       logs: {places.logs}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped; the same command goes on from here", file=sys.stderr)
        return 130


def _run(session: Session, chosen: argparse.Namespace) -> int:
    if chosen.verb == "status":
        text, is_ready = status.text(status.report(session))
        print(text)
        return 0 if is_ready else 1
    with turn.take(session.places), session.progress.heartbeat():
        try:
            _change(session, chosen)
        except KeyboardInterrupt:
            turn.end_children(session.places)
            raise
    print(session.progress.summary())
    return 0


def _change(session: Session, chosen: argparse.Namespace) -> None:
    match chosen.verb:
        case "up":
            up.up(session)
        case "down":
            down.down(session)
        case "images":
            delivery.build_images(session, chosen.names)
        case "load":
            delivery.load_images(session, chosen.names)
        case "tools":
            for tool in binaries.choose(chosen.names):
                with session.progress.step(tool.name):
                    binaries.build(session, tool)
        case "setup":
            with session.progress.step("setup"):
                workstation.ensure(session)
        case verb:
            raise ValueError(f"no such verb: {verb}")


def exports(places: Places) -> str:
    """Return lines for a shell to evaluate."""
    overrides = {service.address: service.host_address for service in catalogue.SERVICES}
    values = {
        "KUBECONFIG": str(places.kubeconfig),
        "INKWELL_IMAGE_VALUES": str(places.image_values),
        "INKWELL_OPERATOR_ENDPOINT_OVERRIDES": json.dumps(overrides),
    }
    if host := engine_host(places.engine_file):
        values["DOCKER_HOST"] = host
    lines = [f"export {name}={shlex.quote(value)}" for name, value in values.items()]
    lines.append(f'export PATH={shlex.quote(str(places.bin))}:"$PATH"')
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())

"""Runs the demonstration: ``make demo``, or ``make demo DOCS=folder`` with files of one's own.

With the word `evaluate` it measures instead how well the demonstration's pipeline reads.
"""

import argparse
import os
import sys
from pathlib import Path

from inkwell_demo.client import Problem, TokenError
from inkwell_demo.client.machine import NoMachineError
from inkwell_demo.cluster.cluster import NoClusterError
from inkwell_demo.cluster.reach import NoWayError
from inkwell_demo.demonstration.demonstration import Demonstration, Options
from inkwell_demo.demonstration.papers import NoDocumentsError
from inkwell_demo.demonstration.programs import ProgramFailed
from inkwell_demo.demonstration.screen import Screen, make_console
from inkwell_demo.demonstration.steps import STEPS, Step
from inkwell_demo.evaluation import evaluate
from inkwell_demo.real_invoices import evaluate_real
from inkwell_demo.waiting import WaitedInVain

EXPECTED = (
    ProgramFailed,
    WaitedInVain,
    Problem,
    TokenError,
    NoMachineError,
    NoClusterError,
    NoWayError,
    NoDocumentsError,
)
"""What may go wrong on somebody's machine, each with a message that helps; the rest is a defect."""


def main(arguments: list[str] | None = None) -> int:
    """Run all steps; return 0 when everything was as it should be."""
    chosen = _parser().parse_args(arguments)
    demo = Demonstration(_options(chosen), Screen(make_console()))
    steps: tuple[Step, ...] = STEPS
    if chosen.verb == "evaluate":
        steps = (
            Step("Made-up invoices", lambda demo: evaluate(demo, chosen.count)),
            Step("Real invoices", evaluate_real),
        )
    for number, step in enumerate(steps, start=1):
        demo.screen.heading(number, len(steps), step.title)
        try:
            step.act(demo)
        except EXPECTED as error:
            demo.complain(str(error))
            break
    return _conclude(demo)


def _conclude(demo: Demonstration) -> int:
    demo.screen.console.print()
    if not demo.complaints:
        demo.screen.done(f"all as it should be, after {demo.screen.elapsed()}")
        return 0
    demo.screen.say(f"[red]Not as it should be[/], after {demo.screen.elapsed()}:")
    for complaint in demo.complaints:
        demo.screen.complain(complaint.splitlines()[0])
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="inkwell-demo", description=__doc__)
    parser.add_argument("verb", nargs="?", choices=("show", "evaluate"), default="show")
    parser.add_argument("--count", type=int, default=60, help="documents to evaluate with")
    parser.add_argument(
        "--docs",
        type=Path,
        default=os.environ.get("DOCS") or None,
        help="folder with your own PDF, PNG, JPEG and TIFF files (also by DOCS)",
    )
    parser.add_argument("--seed", type=int, default=2026, help="of the made-up documents")
    parser.add_argument(
        "--on-cluster",
        action="store_true",
        help="use the cluster of KUBECONFIG, which has the services and images already",
    )
    parser.add_argument(
        "--patience", type=float, default=1.0, help="factor on every time limit, for slow machines"
    )
    return parser


def _options(chosen: argparse.Namespace) -> Options:
    return Options(
        docs=Path(chosen.docs) if chosen.docs else None,
        seed=chosen.seed,
        on_cluster=chosen.on_cluster,
        patience=chosen.patience,
    )


if __name__ == "__main__":
    sys.exit(main())

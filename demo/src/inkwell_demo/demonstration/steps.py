"""The demonstration as a table of contents."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from inkwell_demo.demonstration import (
    bring_up,
    examples,
    farewell,
    holdings,
    installation,
    journey,
    papers,
    results,
)
from inkwell_demo.demonstration.demonstration import Demonstration


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its title and what it does."""

    title: str
    act: Callable[[Demonstration], None]


STEPS: Final = (
    Step("The platform: Docker, kind and every service", bring_up.bring_up),
    Step("The images of operator and workers", bring_up.bring_images),
    Step("The operator, by Helm", installation.install),
    Step("Two tenants with a pipeline each", examples.apply),
    Step("Everything behind them comes into being", examples.wait_ready),
    Step("Documents", papers.collect),
    Step("Upload, with tokens from Keycloak", journey.upload),
    Step("Each document on its way", journey.follow),
    Step("What was read, where it stands, and how sure that is", results.show),
    Step("What each backend holds now", holdings.show),
    Step("How to go on", farewell.tell),
)

"""Which process is killed when: drawn from a seed, bounded in number and in time. Pure."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SHORTEST_PAUSE: Final = 0.2
LONGEST_PAUSE: Final = 3.0
"""Seconds between two kills: some hit what comes back from the one before."""


class Target(StrEnum):
    """Whose process is killed: a stage of the tenant, or a service of the platform."""

    GATEWAY = "gateway"
    OCR = "ocr"
    EXTRACT = "extract"
    ARCHIVE = "archive"
    KAFKA = "kafka"
    REGISTRY = "registry"
    CASSANDRA = "cassandra"
    POSTGRES = "postgres"
    REDIS = "redis"


WEIGHTS: Final[Mapping[Target, int]] = {
    Target.GATEWAY: 8,
    Target.OCR: 8,
    Target.EXTRACT: 8,
    Target.ARCHIVE: 8,
    Target.KAFKA: 1,
    Target.REGISTRY: 1,
    Target.CASSANDRA: 1,
    Target.POSTGRES: 1,
    Target.REDIS: 1,
}
"""A service takes ten seconds and more to come back, in which a kill of a stage tells little."""


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill of a plan.

    Attributes:
        pause: seconds after the one before.
        target: whose process.
        pick: from 0 to 1, which of the target's pods.
    """

    pause: float
    target: Target
    pick: float


def draw(seed: int, count: int) -> tuple[Kill, ...]:
    """Return `count` kills in an order that the seed gives; each target is among them if it can."""
    dice = random.Random(seed)
    targets = list(Target)[:count]
    targets += dice.choices(list(WEIGHTS), list(WEIGHTS.values()), k=count - len(targets))
    dice.shuffle(targets)
    return tuple(
        Kill(dice.uniform(SHORTEST_PAUSE, LONGEST_PAUSE), target, dice.random())
        for target in targets
    )

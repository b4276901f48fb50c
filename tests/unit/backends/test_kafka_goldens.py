"""Plans are compared whole with what a person has read: `make golden` rewrites them."""

from dataclasses import replace

import pytest

from inkwell_operator.backends.kafka.desire import Desired, desire
from inkwell_operator.backends.kafka.diff import diff
from inkwell_operator.backends.kafka.state import Acl, Login, Observed, Topic
from inkwell_operator.model.ownership import Mark
from inkwell_operator.model.plan_text import render_plan
from support import golden, make
from support.kafka_world import ledger_of, made, made_by_first_version, owned

GOLDEN = make.DATA / "kafka"
PIPELINE = desire(make.pipeline())
UPLOADED, ANALYZED, DEAD = (f"acme.invoices.{kind}" for kind in ("uploaded", "analyzed", "dead"))
OCR, EXTRACT = "acme.invoices.ocr", "acme.invoices.extract"


def drifted() -> Observed:
    """Return the pipeline after an afternoon of somebody with Kafka's own tools."""
    existing = made(PIPELINE)
    settings = dict(existing.topics[UPLOADED].settings) | {
        "retention.ms": "-1",
        "max.message.bytes": "1000",
        "leader.replication.throttled.replicas": "*",
    }
    topics = {
        **existing.topics,
        UPLOADED: replace(existing.topics[UPLOADED], settings=frozenset(settings.items())),
        ANALYZED: replace(existing.topics[ANALYZED], partitions=1),
    }
    del topics[DEAD]
    return replace(
        existing,
        topics=topics,
        logins={OCR: Login(4096), EXTRACT: replace(existing.logins[EXTRACT], has_sha256=True)},
        acls=existing.acls - {Acl(OCR, "READ", "TOPIC", UPLOADED)}
        | {
            Acl("*", "READ", "TOPIC", UPLOADED),
            Acl("globex.receipts.ocr", "READ", "TOPIC", "acme.", "PREFIXED"),
            Acl(OCR, "ALL", "TOPIC", "*"),
        },
        quotas={**existing.quotas, OCR: {"producer_byte_rate": 1e9, "request_percentage": 9.0}},
    )


def not_ours() -> Observed:
    """Return a Kafka that others have used before."""
    settings = frozenset({("cleanup.policy", "compact")})
    cluster = frozenset({("retention.ms", "604800000")})
    theirs = {owned("topic", ANALYZED): Mark("acme", "another-installation", "uid")}
    return Observed(
        topics={
            UPLOADED: Topic(UPLOADED, 7, 1, settings, cluster),
            ANALYZED: Topic(ANALYZED, 1, 1, settings, cluster),
        },
        logins={OCR: Login(4096)},
        acls=frozenset({Acl("*", "READ", "TOPIC", "*")}),
        ledger={
            name: replace(next(iter(ledger_of(PIPELINE).values())), mark=mark)
            for name, mark in theirs.items()
        },
    )


ADOPTING = replace(PIPELINE, claim=replace(PIPELINE.claim, adopts=True))
CASES: dict[str, tuple[Desired, Observed]] = {
    "create": (PIPELINE, Observed()),
    "drift": (PIPELINE, drifted()),
    "delete": (desire(make.absent(pipeline="invoices", retain=False)), made(PIPELINE)),
    "retain": (desire(make.absent(pipeline="invoices", retain=True)), made(PIPELINE)),
    "refused": (PIPELINE, not_ours()),
    "adopt": (ADOPTING, replace(not_ours(), acls=frozenset())),
    "upgrade": (PIPELINE, made_by_first_version(PIPELINE)),
}


@pytest.mark.parametrize("name", CASES)
def test_a_plan_is_the_one_that_a_person_has_read(name: str) -> None:
    text = "\n".join(render_plan(diff(*CASES[name]))) + "\n"
    path = GOLDEN / f"{name}.plan.txt"
    golden.check(path, text)

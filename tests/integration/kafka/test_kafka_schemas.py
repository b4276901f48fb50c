"""Schemas of version 0.1 become today's on the real registry, which judges what may follow them."""

import json
from typing import Any

import pytest

from inkwell_api import names
from inkwell_api.events import Recognized, avro_schema
from inkwell_api.names import EventKind
from inkwell_operator.backends.kafka import KafkaBackend, actions
from inkwell_operator.backends.kafka.state import COMPATIBILITY, Schema
from inkwell_operator.model.errors import Refused
from inkwell_operator.model.plan import Step, Verb
from inkwell_operator.model.validate import ValidatedPipeline
from support.backend_services import converged

pytestmark = pytest.mark.integration


def recognized(*more: dict[str, Any]) -> Schema:
    """Return the schema of version 0.1, which told no digest, with more fields behind."""
    schema = json.loads(avro_schema(Recognized))
    schema["fields"] = [f for f in schema["fields"] if f["name"] != "pages_sha256"]
    schema["fields"] += more
    return Schema(json.dumps(schema), COMPATIBILITY)


async def test_the_registry_lets_the_digest_follow_version_0_1(
    opened: KafkaBackend, pipeline: ValidatedPipeline
) -> None:
    subject = names.subject(names.topic(pipeline.tenant, pipeline.pipeline, EventKind.RECOGNIZED))
    for action in (
        actions.DropSchema(pipeline.tenant, subject),
        actions.PutSchema(pipeline.tenant, subject, recognized()),
    ):
        await opened.apply(Step(Verb.UPDATE, "the first schema", action))
    required = recognized({"name": "pages_sha256", "type": "string"})
    with pytest.raises(Refused):
        await opened.apply(
            Step(Verb.UPDATE, "", actions.PutSchema(pipeline.tenant, subject, required))
        )
    outcome = await converged(opened, opened.desire(pipeline))
    assert [step for step in outcome.applied if subject in step] == list(outcome.applied)
    assert len(outcome.applied) == 1

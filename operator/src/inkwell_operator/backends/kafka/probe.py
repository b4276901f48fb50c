"""Tries to reach the canary in Kafka with a tenant's login. Blocks; run it on a thread of its own.

Only what changes nothing is tried. Reading, writing, deleting and altering imply describing, and
altering settings implies describing them, so who may describe neither may do none of these. Nothing
tells by itself of a right to create, or to act as a broker (`CLUSTER_ACTION`): such entries of a
login are found by `rights`, wherever they are.
"""

import ssl
from collections.abc import Callable, Iterable
from typing import Any, Final

from kafka.admin import (
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ConfigResourceType,
    ResourceType,
)
from kafka.errors import KafkaError
from kafka.protocol.admin import DescribeAclsRequest, DescribeConfigsRequest

from inkwell_operator.backends.kafka.opening import open_admin, send
from inkwell_operator.model.isolation import Canary, Probe, Verdict
from inkwell_operator.model.targets import KafkaTarget
from inkwell_operator.model.validate import Credential

_REFUSED: Final = frozenset({29, 30, 31, 53})
"""Authorization failed: for a topic, a group, the cluster, a transactional id."""
_ANSWERED: Final = frozenset({0, 69, 105})
"""No error, or no such group or transactional id: who may not describe any is not told that."""
_REQUEST_MILLISECONDS: Final = 10_000
_NO_CODE: Final = -1
_EVERY_BROKER: Final = ""
"""Settings that hold for all brokers; any of them answers for these."""


def probe(target: KafkaTarget, login: Credential, canary: Canary) -> tuple[Probe, ...]:
    """Try to describe what is the canary's, and what is the cluster's alone."""
    tries: dict[str, Callable[[Any, Canary], Iterable[int]]] = {
        f"describes topic {canary.topic} in Kafka": _topic,
        f"describes settings of topic {canary.topic} in Kafka": _topic_settings,
        f"describes group {canary.group} in Kafka": _group,
        f"describes transactional id {canary.transactional_id} in Kafka": _transaction,
        "describes access control entries of the cluster in Kafka": _entries,
        "describes settings of the brokers in Kafka": _broker_settings,
    }
    try:
        admin = _connect(target, login)
    except (KafkaError, ssl.SSLError):
        return tuple(Probe(what, Verdict.UNKNOWN) for what in tries)
    try:
        return tuple(
            Probe(what, _verdict(describe, admin, canary)) for what, describe in tries.items()
        )
    finally:
        admin.close()


def _topic(admin: Any, canary: Canary) -> list[int]:
    return [topic["error_code"] for topic in admin.describe_topics([canary.topic])]


def _group(admin: Any, canary: Canary) -> list[int]:
    return _codes(admin.describe_groups([canary.group]))


def _transaction(admin: Any, canary: Canary) -> list[int]:
    return _codes(admin.describe_transactions([canary.transactional_id]))


def _topic_settings(admin: Any, canary: Canary) -> list[int]:
    return _settings(admin, ConfigResourceType.TOPIC, canary.topic)


def _broker_settings(admin: Any, _: Canary) -> list[int]:
    return _settings(admin, ConfigResourceType.BROKER, _EVERY_BROKER)


def _settings(admin: Any, kind: ConfigResourceType, name: str) -> list[int]:
    """Ask by the driver's own message: its call says nothing of an error in the answer."""
    resource = DescribeConfigsRequest.DescribeConfigsResource(
        resource_type=kind.value, resource_name=name, configuration_keys=[]
    )
    answer = send(admin, DescribeConfigsRequest(resources=[resource], min_version=1))
    return [result.error_code for result in answer.results]


def _entries(admin: Any, canary: Canary) -> list[int]:
    request = DescribeAclsRequest(
        resource_type_filter=ResourceType.TOPIC.value,
        resource_name_filter=canary.topic,
        pattern_type_filter=ACLResourcePatternType.LITERAL.value,
        principal_filter=None,
        host_filter=None,
        operation=ACLOperation.ANY.value,
        permission_type=ACLPermissionType.ANY.value,
        min_version=1,
    )
    return [send(admin, request).error_code]


def _codes(answer: Any) -> list[int]:
    """Return the error codes of an answer; one that is no list has raised every error it had."""
    return [entry.get("error_code", 0) for entry in answer] if isinstance(answer, list) else [0]


def _verdict(
    describe: Callable[[Any, Canary], Iterable[int]], admin: Any, canary: Canary
) -> Verdict:
    try:
        codes = frozenset(describe(admin, canary))
    except KafkaError as error:
        codes = frozenset({getattr(error, "errno", _NO_CODE)})
    if codes and codes <= _REFUSED:
        return Verdict.REFUSED
    return Verdict.LET_IN if codes and codes <= _ANSWERED else Verdict.UNKNOWN


def _connect(target: KafkaTarget, login: Credential) -> Any:
    return open_admin(
        bootstrap_servers=list(target.bootstrap_servers),
        security_protocol="SASL_SSL",
        sasl_mechanism="SCRAM-SHA-512",
        sasl_plain_username=login.principal,
        sasl_plain_password=login.password,
        ssl_context=ssl.create_default_context(cadata=target.admin.ca_pem or None),
        request_timeout_ms=_REQUEST_MILLISECONDS,
        bootstrap_timeout_ms=_REQUEST_MILLISECONDS,
        client_id="inkwell-operator-probe",
    )

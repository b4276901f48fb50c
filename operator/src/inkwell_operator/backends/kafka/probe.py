"""Tries to reach the canary in Kafka with a tenant's login. Blocks; run it on a thread of its own.

Describing is the least that any right on a resource implies, so who may not describe it may do
nothing with it.
"""

import ssl
from collections.abc import Callable
from typing import Any, Final

from kafka.errors import KafkaError

from inkwell_operator.backends.kafka.opening import open_admin
from inkwell_operator.model.isolation import Canary, Probe, Verdict
from inkwell_operator.model.targets import KafkaTarget
from inkwell_operator.model.validate import Credential

_REFUSED: Final = frozenset({29, 30, 53})
"""Authorization failed: for a topic, a group, a transactional id."""
_REQUEST_MILLISECONDS: Final = 10_000


def probe(target: KafkaTarget, login: Credential, canary: Canary) -> tuple[Probe, ...]:
    """Try to describe the canary's topic, consumer group and transactional id."""
    tries: dict[str, Callable[[Any, Canary], Any]] = {
        f"describes topic {canary.topic} in Kafka": _describe_topic,
        f"describes group {canary.group} in Kafka": _describe_group,
        f"describes transactional id {canary.transactional_id} in Kafka": _describe_transaction,
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


def _describe_topic(admin: Any, canary: Canary) -> Any:
    return admin.describe_topics([canary.topic])


def _describe_group(admin: Any, canary: Canary) -> Any:
    return admin.describe_groups([canary.group])


def _describe_transaction(admin: Any, canary: Canary) -> Any:
    return admin.describe_transactions([canary.transactional_id])


def _verdict(describe: Callable[[Any, Canary], Any], admin: Any, canary: Canary) -> Verdict:
    try:
        answer = describe(admin, canary)
    except KafkaError as error:
        return Verdict.REFUSED if getattr(error, "errno", None) in _REFUSED else Verdict.UNKNOWN
    codes = {entry.get("error_code", 0) for entry in answer} if isinstance(answer, list) else {0}
    if codes and codes <= _REFUSED:
        return Verdict.REFUSED
    return Verdict.LET_IN if codes == {0} else Verdict.UNKNOWN


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

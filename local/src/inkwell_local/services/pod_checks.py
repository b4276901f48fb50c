"""Logs in to Kafka, Cassandra and PostgreSQL by the tools inside their pods.

A driver for each would be three compiled packages before the first `make up`; the pods have them.
Scripts here hold no password: the tools read what is mounted into the pod.
"""

from __future__ import annotations

from typing import Final

from inkwell_local.errors import CommandFailed
from inkwell_local.services import catalogue, client_checks
from inkwell_local.services.catalogue import Service
from inkwell_local.services.client_checks import CheckFailed
from inkwell_local.services.connection import Connection
from inkwell_local.session import Session

ANSWER_SECONDS: Final = 60.0
"""How long one answer may take: two of the tools start a virtual machine first."""

_KAFKA: Final = """
export KAFKA_HEAP_OPTS=-Xmx128m
/opt/kafka/bin/kafka-topics.sh --bootstrap-server kafka.inkwell-services.svc:9093 \
  --command-config /etc/inkwell/kafka/client.properties --list
"""

_CASSANDRA: Final = """
export HOME=/tmp SSL_CERTFILE=/etc/inkwell/tls/ca.crt
login=$(mktemp) && trap 'rm -f "$login"' EXIT
cat /etc/inkwell/credentials/cqlsh >"$login"
/opt/cassandra/bin/cqlsh --ssl --credentials="$login" --request-timeout=30 --connect-timeout=30 \
  --no-color --execute='LIST ROLES' cassandra.inkwell-services.svc
"""

_POSTGRES: Final = """
export PGPASSWORD=$(cat /etc/inkwell/credentials/operator-password)
psql --no-psqlrc --tuples-only --no-align --set=ON_ERROR_STOP=1 --command \
  "SELECT '[1,2]'::extensions.vector OPERATOR(extensions.<->) '[1,3]'::extensions.vector" \
  "host=postgres.inkwell-services.svc dbname=inkwell user=inkwell_operator sslmode=verify-full \
  sslrootcert=/etc/inkwell/tls/ca.crt"
"""


def kafka(session: Session, to: Connection) -> str:
    """Log in and ask for the topics."""
    client_checks.handshake(to, to.kafka)
    lines = _in_pod(session, catalogue.KAFKA, _KAFKA).splitlines()
    # The tool's log goes to standard output too; a topic's name holds no blank.
    topics = [line for line in lines if line and " " not in line]
    return f"login over TLS, {len(topics)} topics"


def cassandra(session: Session, to: Connection) -> str:
    """Log in and ask for the roles: the one that it is born with must be gone."""
    client_checks.handshake(to, to.cassandra)
    listed = _in_pod(session, catalogue.CASSANDRA, _CASSANDRA)
    roles = [words[0] for line in listed.splitlines() if (words := line.split())]
    if to.cassandra.administrator.name not in roles:
        raise CheckFailed("the administrator's role is not listed")
    if "cassandra" in roles:
        raise CheckFailed("the default superuser is still there")
    return "login over TLS, no default superuser"


def postgres(session: Session, to: Connection) -> str:
    """Log in over TLS and use the vector extension."""
    client_checks.postgres_handshake(to)
    distance = _in_pod(session, catalogue.POSTGRES, _POSTGRES).strip()
    if distance != "1":
        raise CheckFailed(f"the distance of two vectors came out as {distance!r}")
    return "login over TLS, vectors"


def _in_pod(session: Session, service: Service, script: str) -> str:
    command = ("bash", "-euo", "pipefail", "-c", script.strip())
    try:
        return session.kubectl(
            "exec", "--namespace", catalogue.NAMESPACE, service.workload,
            f"--container={service.name}", "--", *command, timeout=ANSWER_SECONDS,
        )  # fmt: skip
    except CommandFailed as error:
        last = error.tail.strip().splitlines()[-1:] or [error.ending]
        raise CheckFailed(last[0].strip(" |")) from error

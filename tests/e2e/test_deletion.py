"""Deleting: Retain keeps the data and revokes every login; Delete leaves nothing in any backend."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from cassandra.cluster import NoHostAvailable
from confluent_kafka import KafkaException, Producer
from psycopg import OperationalError, sql

from inkwell_api import names
from inkwell_api.conditions import Reason
from inkwell_api.document import DocumentState
from inkwell_api.names import EventKind
from inkwell_demo.backends import cassandra, kafka, keycloak, postgres
from inkwell_demo.backends.login import Login, Logins
from inkwell_demo.client import DocumentClient, TokenError, read_machine
from inkwell_demo.cluster import Cluster, Reach
from inkwell_demo.waiting import until
from inkwell_documents.corpus import Form, Order, make
from support.e2e_house import PIPELINE
from support.made_tenants import Maker, made, new_name, tenant_manifest


@dataclass(frozen=True, slots=True)
class Doomed:
    """A tenant with one document, about to be deleted, and all that its logins were."""

    name: str
    maker: Maker
    logins: Logins
    kafka: Login
    cassandra: Login
    postgres: Login
    client: DocumentClient


@pytest.fixture
def doomed(cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[Doomed]:
    """Make a tenant with the given deletion policy, and a document in it."""
    name = new_name("doomed")
    with made(cluster, name, deletion_policy=request.param) as maker, ExitStack() as opened:
        maker.pipeline(name, PIPELINE)
        logins = Logins.of_class(cluster)
        client = opened.enter_context(
            DocumentClient(read_machine(cluster, Reach(cluster), name, PIPELINE))
        )
        sample = make(31, 0, Order(form=Form.BORN_DIGITAL, layout="letter"))
        document_id = client.upload(sample.name, sample.content, "application/pdf")
        assert client.wait(document_id, timeout=240).state is DocumentState.ARCHIVED
        secret = logins.stage_secret(name, f"{PIPELINE}-archive")
        gateway = logins.stage_secret(name, names.GATEWAY_WORKLOAD)
        yield Doomed(
            name,
            maker,
            logins,
            logins.kafka(secret),
            logins.cassandra(secret),
            logins.postgres(gateway),
            client,
        )
        if request.param == "Retain":
            # What was kept is this test's to remove: a tenant of the same name takes it up again.
            maker.tenant(name, "Delete", retainedData="Reuse")
            maker.delete_tenant(name)


def assert_no_login_is_left(doomed: Doomed) -> None:
    """Every credential of the tenant, tried once more."""
    with pytest.raises(KafkaException):
        Producer(kafka.settings(doomed.kafka)).list_topics(timeout=10)
    # Cassandra believes what it knew for some seconds.
    until(lambda: not is_let_in(doomed.cassandra), "Cassandra to refuse the login", 60)
    database = doomed.logins.offer.postgres.database
    with pytest.raises(OperationalError), postgres.connection(doomed.postgres, database):
        pytest.fail("logged in to PostgreSQL")
    doomed.client.tokens.forget()
    with pytest.raises(TokenError):
        doomed.client.tokens.current()
    realm = doomed.logins.offer.keycloak.realm
    assert keycloak.clients(doomed.logins.keycloak(), realm, doomed.name) == ()


def is_let_in(login: Login) -> bool:
    """Say whether Cassandra lets a login in."""
    try:
        with cassandra.session(login):
            return True
    except NoHostAvailable:
        return False


def schemas(doomed: Doomed) -> list[str]:
    """Name the tenant's schema, if it is there."""
    login, database = doomed.logins.postgres(), doomed.logins.offer.postgres.database
    query = sql.SQL("SELECT nspname FROM pg_namespace WHERE nspname = %s")
    with postgres.connection(login, database) as opened:
        return [str(row[0]) for row in opened.execute(query, (names.schema(doomed.name),))]


@pytest.mark.parametrize("doomed", ["Delete"], indirect=True)
def test_delete_leaves_nothing_in_any_backend(doomed: Doomed) -> None:
    doomed.maker.delete_tenant(doomed.name)
    prefix = names.topic_prefix(doomed.name)
    assert kafka.topics(doomed.logins.kafka(), prefix) == ()
    assert cassandra.tables(doomed.logins.cassandra(), names.keyspace(doomed.name)) == ()
    assert schemas(doomed) == []
    assert_no_login_is_left(doomed)


@pytest.mark.parametrize("doomed", ["Retain"], indirect=True)
def test_retain_keeps_the_data_and_revokes_every_login(doomed: Doomed) -> None:
    keyspace, prefix = names.keyspace(doomed.name), names.topic_prefix(doomed.name)
    archived = names.topic(doomed.name, PIPELINE, EventKind.ARCHIVED)
    # A document is archived first, and that is told a little later.
    until(lambda: bool(kafka.keys(doomed.logins.kafka(), archived)), "the document to be told", 120)
    topics = kafka.topics(doomed.logins.kafka(), prefix)
    rows = dict.fromkeys(("document_chunks", "pages", "extractions", "archive_records"), True)
    doomed.maker.delete_tenant(doomed.name)
    left = cassandra.tables(doomed.logins.cassandra(), keyspace)
    assert {table.name: table.rows > 0 for table in left} | rows == {
        table.name: table.rows > 0 for table in left
    }
    assert kafka.topics(doomed.logins.kafka(), prefix) == topics
    assert schemas(doomed) == [names.schema(doomed.name)]
    assert_no_login_is_left(doomed)
    # Whoever takes the name next is not handed the documents of the one before.
    doomed.maker.cluster.apply(tenant_manifest(doomed.name))
    doomed.maker.wait_tenant(doomed.name, lambda ready: ready.reason == Reason.RETAINED_DATA)

"""One tenant's credentials, tried on everything of another's: every try is refused.

Each stage of `alpha` logs in with the very Secret that its pod has. A refusal proves something only
where the same login works at home, so each group of tries begins with one that must succeed.
"""

from typing import Any

import pytest
from cassandra import Unauthorized
from cassandra.cluster import NoHostAvailable
from confluent_kafka import (
    ConsumerGroupTopicPartitions,
    KafkaError,
    KafkaException,
    Producer,
    TopicCollection,
)
from confluent_kafka import admin as kafka_admin
from psycopg import OperationalError, errors, sql

from inkwell_api import names
from inkwell_api.names import PIPELINE_STAGES, EventKind, Stage
from inkwell_demo.backends import cassandra, kafka, postgres
from support.e2e_house import PIPELINE, House

SECONDS = 60
PIPELINE_LOGINS = [names.workload(PIPELINE, stage) for stage in PIPELINE_STAGES]
LOGINS = [names.GATEWAY_WORKLOAD, *PIPELINE_LOGINS]
NO_DATABASE = [names.workload(PIPELINE, stage) for stage in (Stage.OCR, Stage.EXTRACT)]
DATABASE = [name for name in LOGINS if name not in NO_DATABASE]
REFUSED_TOPIC = {
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.UNKNOWN_TOPIC_OR_PART,
    KafkaError._UNKNOWN_TOPIC,
}


pytestmark = pytest.mark.usefixtures("documents_to_steal")


@pytest.fixture(params=LOGINS)
def login(request: pytest.FixtureRequest) -> str:
    """Each Secret of the tenant in turn."""
    return str(request.param)


def topics_of(tenant: str) -> list[str]:
    """Name every topic of a tenant's pipeline."""
    return [names.topic(tenant, PIPELINE, kind) for kind in EventKind]


def own_topic(tenant: str, login: str) -> str:
    """Name a topic that a login may see at home."""
    kind = {
        names.GATEWAY_WORKLOAD: EventKind.UPLOADED,
        names.workload(PIPELINE, Stage.OCR): EventKind.UPLOADED,
        names.workload(PIPELINE, Stage.EXTRACT): EventKind.RECOGNIZED,
        names.workload(PIPELINE, Stage.ARCHIVE): EventKind.ANALYZED,
    }
    return names.topic(tenant, PIPELINE, kind[login])


def admin_of(settings: dict[str, Any]) -> kafka_admin.AdminClient:
    """Open an admin client."""
    return kafka_admin.AdminClient(settings)


class TestKafka:
    """Topics and groups."""

    @pytest.fixture
    def settings(self, house: House, login: str) -> dict[str, object]:
        """Log in as a stage of alpha."""
        return kafka.settings(house.logins.kafka(house.logins.stage_secret(house.alpha, login)))

    def test_a_login_sees_its_own_topic_and_none_of_the_others(
        self, house: House, login: str, settings: dict[str, object]
    ) -> None:
        seen = set(Producer(settings).list_topics(timeout=SECONDS).topics)
        assert own_topic(house.alpha, login) in seen
        assert not [topic for topic in seen if not topic.startswith(f"{house.alpha}.")]

    @pytest.mark.parametrize("kind", list(EventKind))
    def test_nothing_can_be_written_to_the_others_topics(
        self, house: House, settings: dict[str, object], kind: EventKind
    ) -> None:
        outcomes: list[KafkaError | None] = []
        producer = Producer(settings)
        producer.produce(
            names.topic(house.beta, PIPELINE, kind),
            b"intruder",
            on_delivery=lambda error, _: outcomes.append(error),
        )
        assert producer.flush(SECONDS) == 0
        assert [error.code() for error in outcomes if error] in [[code] for code in REFUSED_TOPIC]

    def test_nothing_can_be_read_from_the_others_topics(
        self, house: House, settings: dict[str, object]
    ) -> None:
        """Not even what they are: that needs Describe, which Read implies."""
        theirs = TopicCollection(topics_of(house.beta))
        admin = admin_of(settings)
        answers = admin.describe_topics(theirs, request_timeout=SECONDS)
        assert set(answers) == set(topics_of(house.beta))
        for answer in answers.values():
            with pytest.raises(KafkaException) as caught:
                answer.result()
            assert caught.value.args[0].code() in REFUSED_TOPIC

    @pytest.mark.parametrize("stage", PIPELINE_STAGES)
    def test_the_others_groups_cannot_be_read(
        self, house: House, settings: dict[str, object], stage: Stage
    ) -> None:
        group = names.group(house.beta, PIPELINE, stage)
        asked = [ConsumerGroupTopicPartitions(group)]
        admin = admin_of(settings)
        [answer] = admin.list_consumer_group_offsets(asked, request_timeout=SECONDS).values()
        with pytest.raises(KafkaException) as caught:
            answer.result()
        assert caught.value.args[0].code() == KafkaError.GROUP_AUTHORIZATION_FAILED


class TestCassandra:
    """Keyspaces and roles."""

    STATEMENTS = (
        "SELECT * FROM {theirs}.{table} LIMIT 1",
        "TRUNCATE {theirs}.{table}",
        "DROP TABLE {theirs}.{table}",
        "ALTER TABLE {theirs}.{table} ADD stolen text",
        "CREATE TABLE {theirs}.{table}_2 (id int PRIMARY KEY)",
        'GRANT SELECT ON KEYSPACE {theirs} TO "{me}"',
    )

    def test_the_others_keyspace_is_closed(self, house: House, login: str) -> None:
        secret = house.logins.stage_secret(house.alpha, login)
        theirs, tables = names.keyspace(house.beta), self.tables(house)
        assert tables
        with cassandra.session(house.logins.cassandra(secret)) as session:
            session.execute("SELECT release_version FROM system.local")
            for table in tables:
                for statement in self.STATEMENTS:
                    text = statement.format(theirs=theirs, table=table, me=secret["username"])
                    with pytest.raises(Unauthorized):
                        session.execute(text)

    def test_other_logins_cannot_be_read_or_taken(self, house: House, login: str) -> None:
        secret = house.logins.stage_secret(house.alpha, login)
        their_role = names.stage_principal(house.beta, PIPELINE, Stage.ARCHIVE)
        with cassandra.session(house.logins.cassandra(secret)) as session:
            for text in (
                "SELECT * FROM system_auth.roles",
                f"ALTER ROLE \"{their_role}\" WITH PASSWORD = 'mine'",
                f'GRANT "{their_role}" TO "{secret["username"]}"',
                "CREATE ROLE intruder WITH LOGIN = true",
            ):
                with pytest.raises(Unauthorized):
                    session.execute(text)

    def test_a_wrong_password_opens_nothing(self, house: House, login: str) -> None:
        secret = house.logins.stage_secret(house.alpha, login) | {"password": "wrong"}
        with (
            pytest.raises(NoHostAvailable, match="password are incorrect"),
            cassandra.session(house.logins.cassandra(secret)),
        ):
            pytest.fail("logged in with a wrong password")

    @staticmethod
    def tables(house: House) -> list[str]:
        """Name the tables of the other tenant, as the administrator sees them."""
        admin = house.logins.cassandra()
        return [table.name for table in cassandra.tables(admin, names.keyspace(house.beta))]


class TestPostgres:
    """Schemas and roles."""

    TABLES = ("documents", "document_history", "results", "inbox", "outbox")

    @pytest.mark.parametrize("name", DATABASE)
    def test_the_others_schema_is_closed(self, house: House, name: str) -> None:
        login = house.logins.postgres(house.logins.stage_secret(house.alpha, name))
        own, theirs = names.schema(house.alpha), names.schema(house.beta)
        with postgres.connection(login, house.logins.offer.postgres.database) as opened:
            opened.autocommit = True
            count = sql.SQL("SELECT count(*) FROM {}")
            opened.execute(count.format(sql.Identifier(own, "documents")))
            for table in self.TABLES:
                stolen = sql.Identifier(theirs, table)
                for text in (
                    count.format(stolen),
                    sql.SQL("DELETE FROM {}").format(stolen),
                    sql.SQL("TRUNCATE {}").format(stolen),
                    sql.SQL("DROP TABLE {}").format(stolen),
                ):
                    with pytest.raises(errors.InsufficientPrivilege):
                        opened.execute(text)

    @pytest.mark.parametrize("name", DATABASE)
    def test_no_other_role_can_be_taken_and_nothing_be_made(self, house: House, name: str) -> None:
        login = house.logins.postgres(house.logins.stage_secret(house.alpha, name))
        others = [
            names.gateway_principal(house.beta),
            names.stage_principal(house.beta, PIPELINE, Stage.ARCHIVE),
            house.logins.postgres().username,
        ]
        with postgres.connection(login, house.logins.offer.postgres.database) as opened:
            opened.autocommit = True
            for other in others:
                with pytest.raises(errors.InsufficientPrivilege):
                    opened.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(other)))
            for text in (
                "CREATE ROLE intruder",
                "CREATE SCHEMA intruder",
                "CREATE TABLE public.intruder (id int)",
                "SELECT * FROM pg_authid",
                "COPY pg_class TO PROGRAM 'true'",
            ):
                with pytest.raises(errors.InsufficientPrivilege):
                    opened.execute(text)

    @pytest.mark.parametrize("name", NO_DATABASE)
    def test_stages_that_need_no_database_cannot_log_in(self, house: House, name: str) -> None:
        login = house.logins.postgres(house.logins.stage_secret(house.alpha, name))
        with (
            pytest.raises(OperationalError),
            postgres.connection(login, house.logins.offer.postgres.database),
        ):
            pytest.fail(f"{name} logged in to PostgreSQL")

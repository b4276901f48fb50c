"""What the stores say of documents that were acknowledged, and where that does not agree."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import psycopg

from inkwell_api import names
from inkwell_api.document import DocumentState
from inkwell_api.names import EventKind
from inkwell_demo.backends import cassandra, kafka, postgres
from support.e2e_house import House

DONE: Final = frozenset({DocumentState.ARCHIVED.value, DocumentState.NEEDS_REVIEW.value})


@dataclass(frozen=True, slots=True)
class Books:
    """One pipeline's documents, by id, as each store has them.

    Attributes:
        states: the rows of documents.
        histories: every state that each went through.
        results: the version of each newest result.
        versions: how many versions of a result each has.
        records: the versions in the archive.
        told: how many different events tell that it is archived.
    """

    states: Mapping[str, str]
    histories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    results: Mapping[str, int] = field(default_factory=dict)
    versions: Mapping[str, int] = field(default_factory=dict)
    records: Mapping[str, int] = field(default_factory=dict)
    told: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, house: House, tenant: str, pipeline: str) -> "Books":
        """Ask PostgreSQL by the gateway's login, Cassandra and Kafka by the administrators'."""
        rows = _rows(house, tenant, pipeline)
        return cls(
            states=dict(rows[_STATES]),
            histories=_histories(rows[_HISTORY]),
            results={key: int(version) for key, version in rows[_RESULTS]},
            versions=Counter(key for key, _ in rows[_VERSIONS]),
            records=_records(house, tenant),
            told=_told(house, tenant, pipeline),
        )


_STATES: Final = "SELECT document_id::text, state FROM documents"
_HISTORY: Final = "SELECT document_id::text, state FROM document_history"
_RESULTS: Final = "SELECT document_id::text, version FROM results"
_VERSIONS: Final = "SELECT document_id::text, version FROM result_history"


def unfinished(house: House, tenant: str, pipeline: str) -> list[str] | None:
    """Return the documents that are in no final state; None while PostgreSQL does not answer."""
    try:
        rows = _rows(house, tenant, pipeline)[_STATES]
    except psycopg.OperationalError:
        return None
    return [key for key, state in rows if state not in DONE]


def differences(acknowledged: Collection[str], books: Books) -> list[str]:
    """Say of which documents the stores do not tell the same, each in a sentence."""
    return list(_differences(acknowledged, books))


def _differences(acknowledged: Collection[str], books: Books) -> Iterator[str]:
    yield from (f"{key}: acknowledged twice" for key, n in Counter(acknowledged).items() if n > 1)
    yield from (f"{key}: lost" for key in set(acknowledged) - books.states.keys())
    yield from (f"{key}: never acknowledged" for key in books.states.keys() - set(acknowledged))
    for key in set(acknowledged) & books.states.keys():
        history = books.histories.get(key, ())
        if books.states[key] not in DONE:
            yield f"{key}: {books.states[key]}"
            continue
        if len(history) != len(set(history)):
            yield f"{key}: a state was reached twice: {', '.join(history)}"
        counts = {
            "version of its result": books.results.get(key, 0),
            "versions in PostgreSQL": books.versions.get(key, 0),
            "versions in Cassandra": books.records.get(key, 0),
            "events": books.told.get(key, 0),
        }
        yield from (f"{key}: {count} {what}" for what, count in counts.items() if count != 1)


def _rows(house: House, tenant: str, pipeline: str) -> dict[str, list[tuple[str, str]]]:
    database = house.logins.offer.postgres.database
    with postgres.connection(house.gateway_postgres(tenant), database) as opened:
        opened.execute(f"SET search_path = {names.schema(tenant)}".encode())
        return {
            query: [
                (str(key), str(value))
                for key, value in opened.execute(
                    f"{query} WHERE pipeline = %s ORDER BY 1".encode(), (pipeline,)
                )
            ]
            for query in (_STATES, _HISTORY, _RESULTS, _VERSIONS)
        }


def _histories(rows: list[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for key, state in rows:
        found[key] = (*found.get(key, ()), state)
    return found


def _records(house: House, tenant: str) -> Counter[str]:
    with cassandra.session(house.logins.cassandra()) as opened:
        rows = opened.execute(
            f'SELECT document_id FROM "{names.keyspace(tenant)}".archive_records'  # noqa: S608 -- our own name
        )
        return Counter(str(UUID(str(row.document_id))) for row in rows)


def _told(house: House, tenant: str, pipeline: str) -> Counter[str]:
    """Count events; one that a death between Kafka and outbox repeats is the same, to the byte."""
    topic = names.topic(tenant, pipeline, EventKind.ARCHIVED)
    events = {(r.key() or b"", r.value()) for r in kafka.records(house.logins.kafka(), topic)}
    return Counter(key.decode() for key, _ in events)

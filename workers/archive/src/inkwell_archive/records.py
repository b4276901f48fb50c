"""The archive proper: table `archive_records` of the keyspace, one row a result version."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from inkwell_worker.cassandra_session import CassandraSession


class RecordStore(Protocol):
    """Where accepted results are kept for long."""

    def write(self, document_id: str, version: int, archived_at: datetime, content: str) -> str:
        """Store a version, overwriting it when it is there; durable on return.

        Returns:
            The hex SHA-256 of the content.

        Raises:
            Unavailable: Cassandra is away.
        """


@dataclass(frozen=True, slots=True)
class CassandraRecords:
    """`RecordStore` on Cassandra."""

    session: CassandraSession

    def write(self, document_id: str, version: int, archived_at: datetime, content: str) -> str:
        """Overwrite one row."""
        digest = hashlib.sha256(content.encode()).hexdigest()
        self.session.execute(
            "INSERT INTO {keyspace}.archive_records"
            " (document_id, version, archived_at, sha256, content)"
            " VALUES (?, ?, ?, ?, ?) USING TTL ?",
            (
                UUID(document_id),
                version,
                archived_at,
                digest,
                content,
                self.session.access.ttl_seconds,
            ),
        )
        return digest
